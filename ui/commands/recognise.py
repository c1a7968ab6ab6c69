"""`koushi recognise`: the behaviours in one candidate utterance."""

import argparse
import asyncio
from collections.abc import Mapping
from typing import Any

from bot.ports import Behaviour, Context, prepared
from retrieval.errors import InputError, UsageError
from scenarios.behaviours import BehaviourId, behaviour
from scenarios.station import Role
from ui.arguments import ROLES
from ui.commands.output import among, batch, field, say, say_json
from ui.wiring import Wiring

LONGEST = 2000
"""Characters; more is a document, not an utterance."""


def run(args: argparse.Namespace, wiring: Wiring) -> int:
    """Recognise once, or for every line of a batch."""
    if (args.text is None) == (args.batch is None):
        raise UsageError(
            "要写一句话，或者用 --batch 给一个文件", mend="例如 koushi recognise 真对不起，让您久等了"
        )

    with asyncio.Runner() as runner:

        def answer(fields: Mapping[str, Any]) -> dict[str, Any]:
            return runner.run(recognised(wiring, fields, args))

        try:
            if args.batch is not None:
                return batch(args.batch, answer)
            found = answer({"text": args.text})
        finally:
            runner.run(wiring.aclose())
    if args.json:
        say_json(found)
    else:
        _show(found)
    return 0


async def recognised(wiring: Wiring, fields: Mapping[str, Any], args: argparse.Namespace) -> dict[str, Any]:
    """One utterance's behaviours as `koushi recognise --json` prints them."""
    text = field(fields, "text", str)
    if len(text) > LONGEST:
        raise InputError(f"这句话有 {len(text)} 个字，最多 {LONGEST} 个", mend="分成几句再试")
    named = field(fields, "station", str, args.station)
    station = wiring.station(named) if named else None
    role = station.role if station else Role(among("role", field(fields, "role", str, args.role), ROLES))
    context = Context(role, field(fields, "previous", str, args.previous), station)
    await prepared(wiring.recogniser, [(text, context)])
    found = wiring.recogniser.recognise(text, context)
    meta = any(each.id is BehaviourId.META_INSTRUCTION for each in found)
    return {
        "behaviours": [behaviour_json(each) for each in found],
        "flags": ["meta_instruction"] if meta else [],
    }


def behaviour_json(each: Behaviour) -> dict[str, Any]:
    """One behaviour in its exchange shape."""
    return {
        "id": str(each.id),
        "quote": each.quote,
        "start": each.start,
        "end": each.end,
        "confidence": round(each.confidence, 3),
        "args": dict(each.args),
    }


def _show(found: dict[str, Any]) -> None:
    if not found["behaviours"]:
        say("这句话里没有看出明确的做法。")
    for each in found["behaviours"]:
        name = behaviour(BehaviourId(each["id"])).name
        args = "".join(f"  {key}={value}" for key, value in each["args"].items())
        say(f"{name}（{each['id']}，把握 {each['confidence']:.2f}）：“{each['quote']}”{args}")
