"""What a candidate is told to do better, on a talk tagged by hand."""

import re

from bot.transcript import Transcript, Turn
from tests.rubrics.talks import STRONG, candidate, marked, talk


async def test_advice_quotes_a_real_turn_and_offers_a_sentence_for_this_station() -> None:
    half = tuple((text, tags[:1]) for text, tags in STRONG[:7])
    transcript = talk(half)
    report = await marked(transcript)
    assert 1 <= len(report.costliest) <= 3
    spoken = {t.index: t.text for t in transcript.candidate_turns()}
    for moment in report.costliest:
        assert moment.you_said in spoken[moment.turn]
        assert moment.better
        assert "{" not in moment.better
    told = [c.advice for c in report.criteria if c.band is not None and c.band < 4]
    assert told
    assert all("第" in each and "轮" in each for each in told)


async def test_advice_quotes_only_words_that_have_to_do_with_it() -> None:
    idle = ("今天这个天气可真是热得人心里发慌呀", "昨天我们那边也是热得不行", "大家都说今年夏天来得早")
    turns = tuple(candidate(2 * n + 1, text) for n, text in enumerate(idle * 2))
    lines = tuple(Turn(2 * n, "counterpart", f"到底管不管？{n}") for n in range(len(turns)))
    report = await marked(Transcript("t", tuple(sorted((*lines, *turns), key=lambda turn: turn.index))))
    told = {c.id: c.advice for c in report.criteria}
    assert "你说" not in told["solution"]
    assert re.search(r"第\d轮就有机会说：“", told["solution"])
    assert "第1轮你说“今天" in told["empathy"]
