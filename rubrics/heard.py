"""Which words of a spoken talk are marked: what was heard, or what the candidate corrected it to.

In practice the correction. In an exam the correction only where it sounds like what was heard: a recogniser's
slip may be mended, new words may not be put in afterwards. Both stay in the talk, and where the bands differ
the examiner is told.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.transcript import Transcript, Turn
from rubrics.provenance import transcript_hash
from rubrics.report import Report


def corrected(turn: Turn) -> bool:
    """Whether the candidate changed what was heard."""
    return turn.role == "candidate" and turn.heard is not None and turn.heard != turn.text


def as_heard(transcript: Transcript, which: Callable[[Turn], bool] = corrected) -> Transcript | None:
    """The talk in the words the recogniser of speech wrote, for `which` turns; None when there is none."""
    if not any(corrected(turn) and which(turn) for turn in transcript.turns):
        return None
    return replace(
        transcript,
        turns=tuple(_heard(turn) if corrected(turn) and which(turn) else turn for turn in transcript.turns),
    )


def _heard(turn: Turn) -> Turn:
    assert turn.heard is not None
    return replace(turn, text=turn.heard, behaviours=None, counted=())


def put_in(turn: Turn) -> bool:
    """Whether a correction says something else than what was heard, by its sound."""
    from bot.sounds import close

    return corrected(turn) and not close(turn.heard or "", turn.text)


def versions(transcript: Transcript) -> tuple[Transcript, tuple[Transcript, ...]]:
    """The talk as it is marked, and the other readings it is held against."""
    heard = as_heard(transcript)
    if heard is None:
        return transcript, ()
    settled = as_heard(transcript, put_in) if transcript.mode == "exam" else None
    if settled is None:
        return transcript, (heard,)
    return settled, (transcript,) if settled.turns == heard.turns else (transcript, heard)


def noted(report: Report, whole: Transcript, settled: Transcript) -> Report:
    """The report on the whole talk, where some turns were marked in the words that were heard."""
    report = replace(report, transcript_hash=transcript_hash(whole))
    changed = [a.index for a, b in zip(whole.turns, settled.turns, strict=True) if a.text != b.text]
    if not changed:
        return report
    turns = "、".join(str(index) for index in changed)
    reason = f"考试中第 {turns} 句的更正与听到的不像，按听到的评，请听录音"
    return replace(
        report,
        flags=(*report.flags, *(f"asr_heard:{index}" for index in changed)),
        needs_review=True,
        review_reasons=(*report.review_reasons, reason),
    )
