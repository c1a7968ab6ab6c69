"""How a language model is asked to judge, from the settings."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.errors import InputError


@dataclass(frozen=True, slots=True)
class Judging:
    """What can be said of the asking; the model itself is `Settings.llm`."""

    at_once: int
    "Requests under way at the same time."
    samples: tuple[int, int]
    "Answers for each criterion, and as many where it is close; odd."
    timeout: float
    "s for one request."
    deadline: float
    "s for one talk, from its first request."
    cache_mb: int
    "Of answers kept; 0: none."
    price_in: float | None
    "Of a million tokens, in any currency."
    price_out: float | None


def judging(value: Mapping[str, str]) -> Judging:
    """The settings as they are written, by name without `KOUSHI_`.

    Raises:
        InputError: one of them cannot be.
    """
    return Judging(
        at_once=int(_number(value, "LLM_CONCURRENCY", 1, 512, whole=True)),
        samples=_samples(value["LLM_SAMPLES"]),
        timeout=_number(value, "LLM_TIMEOUT", 0.1, 3600),
        deadline=_number(value, "LLM_DEADLINE", 0.1, 86400),
        cache_mb=int(_number(value, "LLM_CACHE_MB", 0, 100_000, whole=True)),
        price_in=_price(value, "LLM_PRICE_IN"),
        price_out=_price(value, "LLM_PRICE_OUT"),
    )


def _number(value: Mapping[str, str], name: str, least: float, most: float, *, whole: bool = False) -> float:
    try:
        number = int(value[name]) if whole else float(value[name])
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        kind = "整数" if whole else "数"
        raise InputError("数目不对", mend=f"写 {least:g} 到 {most:g} 之间的{kind}", field=f"KOUSHI_{name}")
    return number


def _price(value: Mapping[str, str], name: str) -> float | None:
    return _number(value, name, 0, 1e9) if value[name] else None


def _samples(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", text)
    low, high = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not (1 <= low <= high <= 11 and low % 2 and high % 2):
        mend = "写 1 到 11 的单数，如 3；或者一个范围，如 3-11"
        raise InputError("评几次写得不对", mend=mend, field="KOUSHI_LLM_SAMPLES")
    return low, high
