"""Many marked talks: one real report, copied with other words and other bands."""

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from rubrics.agreement.marks import total_of
from rubrics.agreement.reports_in import Marked
from tests.rubrics.talks import STRONG, marked, talk


async def report() -> dict[str, Any]:
    """A real report on the strong talk."""
    made = await marked(talk(STRONG))
    return made.as_json()


def with_bands(body: Mapping[str, Any], bands: Mapping[str, int], name: str = "") -> dict[str, Any]:
    """That report with other bands and the total they make, of a talk with other words."""
    total, passed = total_of(body, bands)
    criteria = [
        {**each, "band": bands[each["id"]], "points": float(Fraction(each["weight"] * bands[each["id"]], 4))}
        for each in body["criteria"]
    ]
    made = {**body, "criteria": criteria, "total": total, "passed": passed}
    if name:
        made["transcript"] = name
        made["provenance"] = {**body["provenance"], "transcript_hash": f"hash-{name}"}
    return made


def levels(n: int, seed: int = 0) -> np.ndarray[Any, Any]:
    """How good each of `n` candidates is, 0–4."""
    return np.random.default_rng(seed).uniform(0.2, 3.8, n)


def bands_of(level: float, criteria: Sequence[str], noise: float, rng: np.random.Generator) -> dict[str, int]:
    """What a rater gives a candidate of that level."""
    return {name: int(np.clip(np.rint(level + rng.normal(0, noise)), 0, 4)) for name in criteria}


def many(body: Mapping[str, Any], n: int, noise: float = 0.4) -> list[Marked]:
    """`n` talks marked by a machine that errs by `noise` bands."""
    rng, ids = np.random.default_rng(1), [each["id"] for each in body["criteria"]]
    return [
        Marked(
            f"{at:03d}.json",
            hashlib.sha256(str(at).encode()).hexdigest(),
            with_bands(body, bands_of(level, ids, noise, rng), f"t{at:03d}"),
        )
        for at, level in enumerate(levels(n))
    ]
