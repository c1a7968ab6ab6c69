"""What the judge benches mark: forty talks and a rubric of ten criteria, as `koushi prescreen` takes them."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from bot.transcript import Transcript
from rubrics.model import Rubric
from rubrics.players import scripted
from rubrics.playtest import play
from scenarios.loading import library
from scenarios.station import RolePlay

TALKS, CRITERIA, CHECKS = 40, 10, 5
PLAYERS = ("strong", "borderline", "weak")
DEEDS = (
    ("致歉", "apologise"), ("共情", "acknowledge_emotion"), ("担责", "own"), ("核实", "ask_fact"),
    ("提问", "ask_open"), ("方案", "offer_solution"), ("时限", "commit_deadline"), ("复述", "paraphrase"),
    ("回访", "promise_follow_up"), ("收尾", "close"),
)  # fmt: skip


def talks() -> list[Transcript]:
    """Played by the scripted candidates of the customer stations; each begins with 您好, and is bare text."""
    plays = [s for s in library().values() if isinstance(s, RolePlay) and s.role == "customer"]
    out: list[Transcript] = []
    seed = 0
    while len(out) < TALKS:
        seed += 1
        for station in plays:
            for player in PLAYERS:
                talk, _, _ = asyncio.run(play(station, scripted(station.players[player].says), seed))
                out.append(_bare(talk, f"{station.id}-{player}-{seed}"))
    return out[:TALKS]


def _bare(talk: Transcript, name: str) -> Transcript:
    turns = [replace(turn, behaviours=None, counted=()) for turn in talk.turns]
    turns[1] = replace(turns[1], text=f"您好，{turns[1].text}")
    return replace(talk, id=name, turns=tuple(turns))


def rubric() -> Rubric:
    """Ten criteria of five checks each, one of them a fault."""
    return Rubric.model_validate(_rubric())


def _rubric() -> dict[str, Any]:
    return {
        "id": "ten-criteria",
        "version": 1,
        "title": "十项",
        "applies_to": ["customer"],
        "criteria": [
            {
                "id": f"item-{n}",
                "title": f"评分项{n}：{name}",
                "standard": ["L3.6.2.S3"],
                "weight": 100 // CRITERIA,
                "anchors": {band: f"第{band}档" for band in range(5)},
                "checks": [
                    *(
                        {
                            "id": f"does-{n}-{k}",
                            "text": f"{name}做到位（第 {k + 1} 点）",
                            "met": {"any": [deed]},
                        }
                        for k in range(CHECKS - 1)
                    ),
                    {"id": f"fault-{n}", "text": "没有争辩", "not": {"any": ["argue"]}},
                ],
            }
            for n, (name, deed) in enumerate(DEEDS)
        ],
    }


def write(folder: Path) -> Path:
    """The talks into `folder`/talks, the rubric beside them; the rubric's file."""
    (folder / "talks").mkdir(parents=True)
    for talk in talks():
        data = json.dumps(talk.as_json(), ensure_ascii=False)
        (folder / "talks" / f"{talk.id}.json").write_text(data, encoding="utf-8")
    texts = ["；".join(check.text for check in each.checks) for each in rubric().criteria]
    (folder / "criteria.json").write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
    file = folder / "ten-criteria.yaml"
    file.write_text(yaml.safe_dump(_rubric(), allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file
