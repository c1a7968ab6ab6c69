"""The same requests in a bare httpx loop: `python -m benchmarks.judge_bare URL FOLDER` → one JSON.

Nothing is read, retried, checked or added up; the answer's JSON is parsed. Prompts are made beforehand.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from benchmarks.judge_run import CONCURRENCY
from benchmarks.judge_talks import rubric
from bot.chat_parts.asking import shape, with_schema, with_system
from bot.chat_parts.habits import Rung
from bot.reading import read_transcript
from rubrics.llm_prompt import SYSTEM, question, schema, shared
from scenarios.loading import find_station


def bodies(folder: Path) -> list[dict[str, Any]]:
    """What koushi sends, all of it."""
    out = []
    for file in sorted((folder / "talks").glob("*.json")):
        talk = read_transcript(file)
        begin = shared(talk, find_station(talk.station) if talk.station else None)
        turns = [turn.index for turn in talk.candidate_turns()]
        for criterion in rubric().criteria:
            form, ask = schema(criterion, turns), f"{begin}\n\n{question(criterion)}"
            messages = with_schema(with_system(SYSTEM, [{"role": "user", "content": ask}]), form)
            out.append({"model": "bench", "messages": messages, **shape(Rung.JSON_SCHEMA, form)})
    return out


async def loop(url: str, asked: list[dict[str, Any]]) -> float:
    """Seconds for all of them, the connections' making included."""
    gate = asyncio.Semaphore(CONCURRENCY)
    limits = httpx.Limits(max_connections=CONCURRENCY)

    async def one(client: httpx.AsyncClient, body: dict[str, Any]) -> Any:
        async with gate:
            reply = await client.post(f"{url}/chat/completions", json=body)
            return json.loads(reply.raise_for_status().json()["choices"][0]["message"]["content"])

    begun = time.perf_counter()
    async with httpx.AsyncClient(limits=limits, trust_env=False, timeout=60) as client:
        await asyncio.gather(*(one(client, body) for body in asked))
    return time.perf_counter() - begun


def main() -> None:
    """A first round as warm as the others' first talk, then the one that counts."""
    url, asked = sys.argv[1], bodies(Path(sys.argv[2]))
    asyncio.run(loop(url, asked[:CONCURRENCY]))
    cpu = time.process_time()
    seconds = asyncio.run(loop(url, asked))
    told = {"seconds": seconds, "cpu": time.process_time() - cpu, "calls": len(asked)}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
