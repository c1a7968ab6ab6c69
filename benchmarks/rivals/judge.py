"""Rival markers on the same talks and criteria, in their own environment: seconds as one JSON.

`.venv-rivals/bin/python benchmarks/rivals/judge.py autorubric|deepeval URL FOLDER`. There are `talks/*.json`
and `criteria.json` (texts). One call a criterion, 32 at once, as the others; each is used as its manual says.
"""

import asyncio
import json
import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

CONCURRENCY = 32
os.environ.update({
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "DEEPEVAL_TELEMETRY_OPT_OUT": "YES",
    "DEEPEVAL_UPDATE_WARNING_OPT_IN": "NO",
    "DEEPEVAL_FILE_SYSTEM": "READ_ONLY",
    "ERROR_REPORTING": "NO",
    "DO_NOT_TRACK": "1",
    "OPENAI_API_KEY": "none",
})


async def autorubric(url: str, talks: list[dict[str, Any]], criteria: list[str]) -> tuple[float, int]:
    """A rubric of ten binary criteria, graded one call each."""
    from autorubric import Criterion, LLMConfig, Rubric
    from autorubric.graders import CriterionGrader

    config = LLMConfig(
        model="openai/bench",
        api_base=url,
        api_key="none",
        max_parallel_requests=CONCURRENCY,
        cache_enabled=False,
    )
    grader = CriterionGrader(judge_model_config=config)
    rubric = Rubric([Criterion(weight=10.0, requirement=text) for text in criteria])

    async def one(talk: dict[str, Any]) -> int:
        text = "\n".join(f"{turn['role']}: {turn['text']}" for turn in talk["turns"])
        return len((await rubric.grade(to_grade=text, grader=grader)).report)

    await one(talks[0])
    begun = time.perf_counter()
    made = await asyncio.gather(*(one(talk) for talk in talks))
    return time.perf_counter() - begun, sum(made)


async def deepeval(url: str, talks: list[dict[str, Any]], criteria: list[str]) -> tuple[float, int]:
    """ConversationalGEval with its steps given, so that it needs one call a criterion."""
    from deepeval.metrics import ConversationalGEval
    from deepeval.models import LocalModel
    from deepeval.test_case import ConversationalTestCase, MultiTurnParams, Turn

    model, gate = LocalModel(model="bench", base_url=url, api_key="none"), asyncio.Semaphore(CONCURRENCY)
    roles = {"candidate": "assistant", "counterpart": "user"}

    async def one(talk: dict[str, Any], text: str) -> float:
        turns = [Turn(role=roles[turn["role"]], content=turn["text"]) for turn in talk["turns"]]
        metric = ConversationalGEval(
            name="item",
            evaluation_steps=[text],
            evaluation_params=[MultiTurnParams.ROLE, MultiTurnParams.CONTENT],
            model=model,
        )
        async with gate:
            score = await metric.a_measure(ConversationalTestCase(turns=turns), _show_indicator=False)
        return float(metric.score if score is None else score)

    await one(talks[0], criteria[0])
    begun = time.perf_counter()
    made = await asyncio.gather(*(one(talk, text) for talk in talks for text in criteria))
    return time.perf_counter() - begun, len(made)


def main() -> None:
    """One rival, once."""
    name, url, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    logging.disable(logging.WARNING)
    talks = [json.loads(each.read_text("utf-8")) for each in sorted((folder / "talks").glob("*.json"))]
    criteria = json.loads((folder / "criteria.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as here:
        os.chdir(here)  # both leave folders where they run
        run = {"autorubric": autorubric, "deepeval": deepeval}[name]
        seconds, calls = asyncio.run(run(url, talks, criteria))
        os.chdir("/")
    sys.stdout.write(json.dumps({"seconds": seconds, "calls": calls}) + "\n")


if __name__ == "__main__":
    main()
