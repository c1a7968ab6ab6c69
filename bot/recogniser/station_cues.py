"""What the station's own words show: its facts asked for, its options offered, its figures reported.

Authored patterns know how people ask and offer in general. A station knows what there is to ask for and to
offer, so a question that names a fact, or a first-person clause that names an option, needs no pattern.
"""

import re
from collections.abc import Iterator

from bot.figures import figures
from bot.ports import Context
from bot.recogniser.arguments import facts_in, options_in
from bot.recogniser.card import parts
from bot.recogniser.clauses import Clause
from bot.recogniser.rules import Hit
from scenarios.behaviours import BehaviourId as B
from scenarios.parts import Option
from scenarios.station import Role, Station

REQUEST = re.compile(
    r"(报|说|告诉|提供|给我|发我|发给我|念|讲|留|确认|核对|核实|问|看)(一下|下|一声)?|麻烦|请问|方便|什么|哪|几|多少|谁|吗|没有$"
)
OFFER = re.compile(
    r"我|咱|给您|给你|为您|帮您|替您|可以|安排|派|送|退|补|延|免|换|配|提供|申请|先|再|加|另外|让|由|带|借|分|签|写"
)
GIVING = re.compile(r"补|赔|退|免|减|优惠|折|抵|延|送|让利|返|赠|券")
REPORTED_TO = {Role.SUPERVISOR, Role.CLIENT, Role.COLLEAGUE}
TURNED = re.compile(
    r"[从由][^,。!?]{1,14}(?:降|升|涨|掉|跌|缩|减|增|提高|上升|下降|增加|减少)[^,。!?]{0,2}[到至成]"
)
REQUESTING = re.compile(r"申请|需要|想请|希望|批|要|支持|给我|能不能|可不可以|借|加|调|拨|协调")


def _reported(clause: Clause, station: Station) -> Iterator[Hit]:
    """From one figure of the card to another, whatever it is said for: 停梯从690小时降到214小时."""
    if station.role not in REPORTED_TO or clause.question or clause.conditional or clause.consequent:
        return
    known = next(part.figures for part in parts(station) if part.name == "known")
    if TURNED.search(clause.text) and len(figures(clause.text) & known) > 1:
        yield Hit(B.REPORT_FACTS, clause.start, clause.end, 0.75, clause, clause, True)


def _kind(option: Option, clause: Clause, role: Role) -> B:
    if clause.conditional or clause.consequent:
        return B.TRADE
    if role is Role.SUPERVISOR and REQUESTING.search(clause.text):
        return B.ASK_SUPPORT
    return B.COMPENSATE if GIVING.search(option.label) else B.OFFER_SOLUTION


def cues(text: str, clauses: tuple[Clause, ...], context: Context) -> Iterator[Hit]:
    """Matches that only this station can see."""
    if context.station is None:
        return
    for clause in clauses:
        if clause.ironic or clause.reported_from == clause.start:
            continue
        yield from _asked(text, clause, context.station)
        yield from _offered(text, clause, context.station)
        yield from _reported(clause, context.station)


def _asked(text: str, clause: Clause, station: Station) -> Iterator[Hit]:
    asking = clause.question or REQUEST.search(clause.text)
    if asking and not re.match(r"(我|我们)(查|看|知道|了解)(到|了|过)", clause.text):
        for _ in tuple(facts_in(text, clause, station))[:1]:
            yield Hit(
                B.ASK_FACT, clause.start, clause.end, 0.8 if clause.question else 0.65, clause, clause, True
            )


def _offered(text: str, clause: Clause, station: Station) -> Iterator[Hit]:
    if clause.question and not re.search(r"[给为帮替]您|您看|怎么样|可以吗|行吗|好吗|如何", clause.text):
        return
    if 0 <= clause.reported_from <= clause.end or not OFFER.search(clause.text):
        return
    for option_id, at in options_in(text, clause, station):
        kind = _kind(station.option(option_id), clause, station.role)
        yield Hit(kind, at, clause.end, 0.75, clause, clause, True)
