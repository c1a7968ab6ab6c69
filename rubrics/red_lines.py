"""Lines that must never be crossed. On their own they act only when the recogniser is sure."""

from dataclasses import replace
from typing import Literal

from rubrics.evidence import Act, Evidence
from rubrics.limits import beyond
from rubrics.model import Cap, RedLine, Rubric
from rubrics.ports import Quote
from rubrics.score import Effect, RedLineHit
from scenarios.behaviours import BehaviourId

SURE = 0.85
"Recogniser confidence from which a red line acts by itself; below, it asks for the examiner."
DOUBT = 0.5
"Below this it is not worth an examiner's time."


def hits(rubric: Rubric, evidence: Evidence) -> tuple[RedLineHit, ...]:
    """Each red line at most once, at its surest moment. The same whichever judge marks."""
    found = []
    for line in rubric.red_lines:
        acts = [act for act in evidence.acts if act.behaviour in line.when]
        if BehaviourId.OVER_PROMISE in line.when:
            acts += (replace(act, confidence=max(act.confidence, SURE)) for act in _too_much(evidence))
        surest = max(acts, key=lambda act: (act.confidence, -act.turn, -act.start), default=None)
        if surest and surest.confidence >= DOUBT:
            quote = Quote(surest.turn, surest.quote, str(surest.behaviour))
            found.append(_hit(line, quote, surest))
    return tuple(found)


def _too_much(evidence: Evidence) -> list[Act]:
    """Offers of more than the station allows: figures, so nothing is left to doubt."""
    return [act for act in evidence.acts if beyond(act, evidence.station) and "amount" in act.args]


def _hit(line: RedLine, quote: Quote, act: Act) -> RedLineHit:
    cap = line.effect.cap if isinstance(line.effect, Cap) else None
    upheld: Literal["fail", "cap"] = "fail" if cap is None else "cap"
    effect: Effect = upheld if act.confidence >= SURE else "review"
    return RedLineHit(line.id, quote, effect, line.title, upheld, cap)
