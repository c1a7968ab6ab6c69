"""How much was offered, in the ways people say it."""

import pytest

from bot.limits import amount


@pytest.mark.parametrize(
    ("said", "yuan"),
    [
        ("200元", 200), ("两百块", 200), ("一千五", 1500), ("1.5万", 15_000), ("三百二十", 320), ("十二", 12),
        ("一万二", 12_000), ("两万零八百", 20_800), ("一百零五", 105), ("六万三", 63_000), ("２００", 200),
        ("八折", None), ("8%", None), ("一些", None), ("", None),
    ],
)  # fmt: skip
def test_amounts_in_yuan(said: str, yuan: float | None) -> None:
    assert amount(said) == yuan


@pytest.mark.parametrize(
    ("said", "off"),
    [
        ("8%", 8),
        ("八个点", 8),
        ("十二个点", 12),
        ("九折", 10),
        ("九五折", 5),
        ("两百元", None),
        ("百分之八", 8),
    ],
)
def test_what_is_given_away_in_per_cent(said: str, off: float | None) -> None:
    assert amount(said, "%") == off
