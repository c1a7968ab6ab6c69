"""`koushi practice`: a role-play in the terminal, typed or from a script."""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import leading
from bot.exchange import Exchange
from bot.opening import seeded_id
from bot.reading import decode
from bot.rehearsal import fleeting
from bot.session import Session, Tools
from retrieval.errors import InputError, UsageError
from rubrics.report import Report
from scenarios.station import Kind, Station
from ui.commands.output import read_bytes, say, say_json
from ui.commands.recognise import behaviour_json
from ui.commands.report import report_lines
from ui.wiring import Wiring

if TYPE_CHECKING:
    from rubrics.coaching import Coaching

MAX_SCRIPT = 1_000_000
HELP = "直接打字回答。/提示 要一句提示（练习时）  /结束 结束并看成绩  /帮助 看这份说明"
Tell = Callable[[dict[str, Any]], None]


def run(args: argparse.Namespace, wiring: Wiring) -> int:
    """Play one station to its end, then mark it."""
    if args.report:
        from ui.reports.export import kind_of

        kind_of(Path(args.report))
    with asyncio.Runner() as runner:
        try:
            if args.script is not None:
                return _scripted(args, wiring, runner)
            if args.json:
                raise UsageError(
                    "--json 要和 --script 一起用", mend="例如 --script 台词.txt --json，或 --script -"
                )
            return _typed(args, wiring, runner)
        finally:
            runner.run(wiring.aclose())


def chosen(wiring: Wiring, name: str | None, seed: int) -> Station:
    """The station of that id or in that file; one drawn by the seed when none is named."""
    if name is None:
        plays = sorted(key for key, each in wiring.stations.items() if each.kind is Kind.ROLEPLAY)
        return wiring.stations[random.Random(seed).choice(plays)]
    if name.endswith((".yaml", ".yml")):
        from scenarios.loading import load_station

        return load_station(Path(name))
    return wiring.station(name)


def _scripted(args: argparse.Namespace, wiring: Wiring, runner: asyncio.Runner) -> int:
    """On a clock that only speaking moves, kept nowhere: two runs give the same bytes."""
    seed = 1 if args.seed is None else args.seed
    station = chosen(wiring, args.station, seed)
    says = _script(args.script, station)
    judge = wiring.judge()
    with fleeting(wiring.recogniser, wiring.wording) as tools:
        talk_id = seeded_id(station, seed)
        session = Session.begin(tools, station, seed=seed, mode=args.mode, talk_id=talk_id)
        _perform(session, says, _json_line if args.json else _plain_line, runner)
        report = runner.run(wiring.marker(judge, station).mark(session.transcript()))
        told = _coaching(session, report, wiring)
        _keep(session, report, args.report)
    if args.json:
        more = {"coaching": told.as_json()} if told else {}
        _json_line({"event": "report", **report.as_json(), **more})
    else:
        _show_report(report, told)
    return 0


def _perform(session: Session, says: Sequence[str], tell: Tell, runner: asyncio.Runner) -> None:
    tell(_opening(session))
    for text in says:
        if session.ended:
            break
        tell(_turn(runner.run(session.take(text))))
    session.end()
    tell(_end(session))


def _script(name: str, station: Station) -> Sequence[str]:
    """The candidate's utterances: one a line, or all of it as one letter."""
    text = decode(read_bytes(name, MAX_SCRIPT), "标准输入" if name == "-" else name)
    says = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not says:
        raise InputError("台词是空的", mend="考生的话一行写一句", file=name)
    if station.kind is Kind.LETTER:
        return [text.strip()]
    most = leading.longest(station)
    for number, line in says:
        if len(line) > most:
            mend = f"一行一句，最多 {most} 个字"
            raise InputError(f"这一句有 {len(line)} 个字", mend=mend, file=name, line=number)
    return [line for _, line in says]


def _opening(session: Session) -> dict[str, Any]:
    text = session.transcript().turns[0].text
    return {"event": "opening", "station": session.station.id, "text": text, "state": session.state.summary()}


def _turn(exchange: Exchange) -> dict[str, Any]:
    turn = exchange.turn
    seen = zip(turn.behaviours or (), turn.counted, strict=True)
    return {
        "event": "turn",
        "turn": turn.index,
        "candidate": turn.text,
        "behaviours": [{**behaviour_json(each), "counted": counted} for each, counted in seen],
        "move": exchange.move.as_json(),
        "reply": exchange.reply,
        "state": exchange.state.summary(),
        "reasons": list(exchange.reasons),
    }


def _end(session: Session) -> dict[str, Any]:
    return {
        "event": "end",
        "stop_reason": str(session.stop_reason),
        "candidate_turns": len(session.exchanges),
    }


STOPS = {
    "settled": "谈妥了",
    "walked_out": "对方不谈了，走了",
    "escalated": "对方要找上级",
    "completed": "谈完了",
    "time_over": "时间到",
    "turns_over": "轮数到了",
    "candidate_ended": "你结束了对话",
}


def _json_line(event: dict[str, Any]) -> None:
    say_json(event, indent=None)


def _plain_line(event: dict[str, Any]) -> None:
    match event["event"]:
        case "opening":
            say(f"对方：{event['text']}")
        case "turn":
            say(f"考生：{event['candidate']}\n对方：{event['reply']}")
            mood = event["state"]
            say(f"  火气 {mood['tension']}  信任 {mood['trust']}  {'；'.join(event['reasons'])}")
        case "end":
            say(f"\n—— {STOPS[event['stop_reason']]}，共 {event['candidate_turns']} 轮 ——")


def _coaching(session: Session, report: Report, wiring: Wiring) -> "Coaching | None":
    from ui.coaching import coaching

    return coaching(session, report.as_json(), wiring.rubric(session.station.rubric), wiring.recogniser)


def _show_report(report: Report, told: "Coaching | None") -> None:
    from ui.coaching import lines

    say()
    say("\n".join(report_lines(report)))
    if told:
        say("\n" + "\n".join(lines(told)))


def _typed(args: argparse.Namespace, wiring: Wiring, runner: asyncio.Runner) -> int:
    from rubrics.store import ReportStore

    seed = random.SystemRandom().randrange(2**31) if args.seed is None else args.seed
    station = chosen(wiring, args.station, seed)
    judge = wiring.judge()
    preview = bool(args.station) and args.station.endswith((".yaml", ".yml"))
    show_card(station)
    say(f"这是预演：看得到对方为什么这样回，什么都不留下。\n{HELP}\n" if preview else f"{HELP}\n")
    with _tools(wiring, preview=preview) as tools:
        session = Session.begin(tools, station, seed=seed, mode=args.mode)
        _talk(session, runner, preview=preview)
    report = runner.run(wiring.marker(judge, station).mark(session.transcript()))
    if not preview:
        ReportStore(wiring.engine).add(report, time.time(), session.talk.id)
    _show_report(report, _coaching(session, report, wiring))
    _keep(session, report, args.report)
    return 0


def _tools(wiring: Wiring, *, preview: bool) -> AbstractContextManager[Tools]:
    """A draft's talk is not stored among those of candidates."""
    if not preview:
        return nullcontext(wiring.tools)
    from bot.clock import SystemClock

    return fleeting(wiring.recogniser, wiring.wording, SystemClock())


def _keep(session: Session, report: Report, name: str | None) -> None:
    """Write the report to the file that was asked for, if any."""
    if name is None:
        return
    from ui.i18n import texts
    from ui.practise.showing import report as shown
    from ui.reports.export import write

    write(shown(session, report.as_json(), texts("zh")), Path(name), texts("zh"))


def _talk(session: Session, runner: asyncio.Runner, *, preview: bool) -> None:
    say(f"{session.station.persona.address}：{session.transcript().turns[0].text}")
    try:
        while not session.ended:
            before = session.last
            _ask(session, runner)
            if preview and session.last and session.last != before:
                _why(session.last)
    except EOFError:
        session.end()
    _plain_line(_end(session))


def _why(exchange: Exchange) -> None:
    """What an instructor may see and a candidate may not."""
    from ui.i18n import texts

    say(f"  {texts('zh')(f'move.{exchange.move.kind}')}：{'；'.join(exchange.reasons)}")


def show_card(station: Station) -> None:
    """What a candidate reads before the talk."""
    card = station.card
    say(f"【{station.title}】 {station.level} 级 · {station.trade} · {station.minutes} 分钟\n")
    say(f"你的身份：{card.you_are}\n情境：{card.situation}\n任务：{card.task}")
    for title, items in (("已知", card.known), ("你能做的", card.powers), ("不能做的", card.limits)):
        say(f"{title}：")
        for each in items:
            say(f"  · {each}")
    say()


def _ask(session: Session, runner: asyncio.Runner) -> None:
    """One line from the keyboard, and what comes of it; a slip is told and the talk goes on."""
    text = input("你：").strip()
    if text in {"/结束", "/end"}:
        session.end()
    elif text in {"/帮助", "/help"}:
        say(HELP)
    elif text in {"/提示", "/hint"}:
        _tolerant(lambda: say(f"  提示：{session.hint()}"))
    elif text:
        _tolerant(lambda: runner.run(_reply(session, text)))


def _tolerant(act: Callable[[], None]) -> None:
    try:
        act()
    except InputError as error:
        say(f"  {error}")


async def _reply(session: Session, text: str) -> None:
    sys.stdout.write(f"{session.station.persona.address}：")
    async for piece in session.answer(text):
        sys.stdout.write(piece)
        sys.stdout.flush()
    say()
    if session.talk.mode == "practice" and session.last:
        mood = session.last.state
        say(f"  （火气 {mood.tension}，信任 {mood.trust}）")
