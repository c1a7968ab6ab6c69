"""`python -m benchmarks [--row NAME]`: the rows, one after the other."""

import argparse
from collections.abc import Callable, Iterator

from benchmarks import (
    bands,
    fairness,
    judge_speed,
    llm_judge,
    marking,
    portrayal,
    recogniser,
    retrieval,
    scale,
    talks,
)
from benchmarks.measure import Measure, show

ROWS: dict[str, Callable[[], Iterator[Measure]]] = {
    "recogniser": recogniser.run,
    "bands": bands.run,
    "talks": talks.run,
    "portrayal": portrayal.run,
    "marking": marking.run,
    "fairness": fairness.run,
    "judge-speed": judge_speed.run,
    "llm-judge": llm_judge.run,
    "retrieval": retrieval.run,
    "scale": scale.run,
}


def main() -> None:
    """Run the rows asked for."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--row", choices=ROWS)
    asked = parser.parse_args().row
    show([m for name, run in ROWS.items() if asked in {None, name} for m in run()])


if __name__ == "__main__":
    main()
