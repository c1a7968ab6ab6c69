"""Only what a person would say is spoken, in pieces that let the voice start early."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.speaking.text import LONGEST, Pieces, pieces, speakable


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("（拍桌子）你们到底管不管？", "你们到底管不管？"),
        ("我等了(叹气)三天了。【沉默】", "我等了三天了。"),
        ("*冷笑* 你们公司**从来**不认账！！！", "你们公司从来不认账！"),
        ("（把（旧）发票拍在桌上）你看！", "你看！"),
        ("好吧……那我再等等。😡", "好吧……那我再等等。"),
        ("见 https://example.com/a?b=1 吧", "见 吧"),
        ("（摔门而去）", ""),
        ("……", ""),
        ("（没说完的括号", "没说完的括号"),
        ("《消费者权益保护法》第五十五条，“退一赔三”！", "《消费者权益保护法》第五十五条，“退一赔三”！"),
    ],
)
def test_stage_directions_and_markup_are_not_read_aloud(text: str, said: str) -> None:
    assert speakable(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("订单号KF20260718。", "订单号KF二零二六零七一八。"),
        ("打13800138000找我", "打幺三八零零幺三八零零零找我"),
        ("赔我380元，押金12000元", "赔我380元，押金12000元"),
        ("一共123456.5", "一共123456.5"),
        ("2026年7月18日", "2026年7月18日"),
    ],
)
def test_order_numbers_are_read_digit_by_digit_and_amounts_are_not(text: str, said: str) -> None:
    assert speakable(text) == said


def test_the_first_piece_is_short_and_the_rest_are_sentences() -> None:
    text = "我的空调修了三次都没修好，你们到底什么时候能给我一个说法？今天不解决，我就不走了！"
    assert pieces(text) == (
        "我的空调修了三次都没修好，",
        "你们到底什么时候能给我一个说法？",
        "今天不解决，我就不走了！",
    )


def test_a_text_without_any_stop_is_still_cut() -> None:
    text = "我跟你说" * 90
    cut = pieces(text)
    assert max(map(len, cut)) <= LONGEST
    assert "".join(cut) == text


replies = st.text(alphabet="我们退款。！？；，、（）“”…嗯a1 \n", max_size=60)


@given(replies, st.data())
def test_a_reply_told_bit_by_bit_is_cut_the_same_however_it_arrives(text: str, data: st.DataObject) -> None:
    whole = Pieces()
    expected = [*whole.feed(text), *whole.close()]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    stream = Pieces()
    said: list[str] = []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        said += stream.feed(text[start:end])
    assert [*said, *stream.close()] == expected


def test_a_piece_goes_as_soon_as_its_sentence_is_over() -> None:
    stream = Pieces()
    assert stream.feed("（皱眉）你先别说这些没用的，我就") == ("你先别说这些没用的，",)
    assert stream.feed("问你：什么时候退款？你") == ("我就问你：什么时候退款？",)
    assert stream.close() == ("你",)


@given(st.text(max_size=80))
def test_nothing_is_spoken_that_has_no_sound(text: str) -> None:
    assert all(any(map(str.isalnum, piece)) for piece in pieces(text))
