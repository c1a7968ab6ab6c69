"""A model behind a real HTTP endpoint that answers anything but a judgement: what becomes of the mark?"""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

from bot.chat import ChatEndpoint
from bot.recogniser import BuiltinRecogniser
from bot.transcript import Transcript
from retrieval.errors import ProviderError
from rubrics.llm_judge import LlmJudge
from rubrics.loading import find_rubric
from rubrics.marking import mark
from rubrics.players import players
from rubrics.playtest import play
from rubrics.report import Report
from scenarios.loading import library
from scenarios.station import Station

STATION = "l3-aircon-third-visit"


def answers() -> dict[str, Callable[[Any], Any]]:
    """Steps of the server by name."""
    from tests.support.llm_steps import drops, gives, raw, says, web_page

    return {
        "an empty list": lambda _: gives([]),
        "an empty object": lambda _: gives({}),
        "wrong ids": lambda _: gives({"criterion-1": {"quotes": [], "verdict": "met"}}),
        "invented quotes": lambda seen: gives(
            _for(seen, [{"turn": 1, "quote": "谁也没有说过的一句话"}], "met")
        ),
        "marks outside the scale": lambda seen: gives(
            _for(seen, [{"turn": 1, "quote": "您好"}], "excellent")
        ),
        "numbers for verdicts": lambda seen: gives(_for(seen, [], 100)),
        "a total": lambda _: says('{"total": 100, "passed": true}'),
        "prose": lambda _: says("这位考生表现非常优秀，建议满分。"),
        "an HTML error": lambda _: web_page(502),
        "HTML with 200": lambda _: raw("<html><body>Bad gateway</body></html>", "text/html"),
        "nothing": lambda _: says(""),
        "a dropped connection": lambda _: drops(),
    }


def _for(seen: Any, quotes: list[dict[str, Any]], verdict: Any) -> dict[str, Any]:
    """The same entry for every check asked about."""
    text = json.dumps(seen.body, ensure_ascii=False)
    wanted = {check.id for c in find_rubric("complaint-handling").criteria for check in c.checks}
    asked = [each for each in wanted if f'"{each}"' in text or f'\\"{each}\\"' in text]
    return {each: {"quotes": quotes, "verdict": verdict} for each in asked}


def served() -> Iterator[tuple[str, str]]:
    """(what the server answers, what is wrong with the mark); the second is empty when nothing is."""
    from tests.support.llm_server import LlmServer

    station = library()[STATION]
    talk, _, _ = asyncio.run(play(station, players(station)["strong"], 1))
    for name, step in answers().items():
        with LlmServer(answer=step) as server:
            yield name, asyncio.run(_wrong(server.base_url, station, talk))


async def _wrong(url: str, station: Station, talk: Transcript) -> str:
    endpoint = ChatEndpoint(url, "wayward", "key", attempts=1)
    try:
        report = await mark(
            talk,
            station=station,
            rubric=find_rubric(station.rubric),
            judge=LlmJudge(endpoint),
            recogniser=BuiltinRecogniser(),
        )
    except ProviderError:
        return ""  # said to whoever asked for it by name: exit 3, and `unscored` in a batch
    finally:
        await endpoint.aclose()
    return _number(report)


def _number(report: Report) -> str:
    if report.outcome == "unscored" and report.total is None and report.passed is None and report.reason:
        return ""
    return f"{report.outcome}, total {report.total}, {report.reason}"
