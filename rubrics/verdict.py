"""The one sentence under the total."""

from rubrics.advice import Moment
from rubrics.model import Rubric
from rubrics.score import RedLineHit, Score


def figure(value: float) -> str:
    """78.5, but 80 without its zero."""
    return f"{value:g}"


def sentence(rubric: Rubric, score: Score, hits: tuple[RedLineHit, ...], weak: tuple[Moment, ...]) -> str:
    """Total, pass or fail, and what decided it; for an unscored talk the reason."""
    if score.total is None:
        return f"未评分：{score.reason}。"
    head = f"{figure(score.total)} 分，{'通过' if score.passed else '未通过'}"
    titles = {line.id: line.title for line in rubric.red_lines}
    crossed = [titles[hit.id] for hit in hits if hit.effect != "review"]
    if crossed:
        return f"{head}：触及红线“{'、'.join(crossed)}”。"
    losses = [(c, s) for s in score.criteria if s.points is not None for c in [rubric.criterion(s.id)]]
    worst, made = max(losses, key=lambda pair: pair[0].weight - (pair[1].points or 0))
    if made.points is None or made.points == worst.weight:
        return f"{head}，各项都到了最高一档。"
    told = next((moment.missed.rstrip("。") for moment in weak if moment.criterion == worst.id), "")
    lost = figure(round(float(worst.weight - made.points), 1))
    return f"{head}。失分最多的是“{worst.title}”（少 {lost} 分）" + (f"：{told}。" if told else "。")
