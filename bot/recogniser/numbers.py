"""Amounts and times as people say them: read off folded text, kept in the person's own words."""

import re

from bot.recogniser.rules import lexicon

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "半": 0.5}
_UNITS = {"十": 10, "百": 100, "千": 1000}
LONGEST = 32
"""Characters above which a run of digits is a number that nobody says."""


def chinese_number(text: str) -> float | None:
    """The value of 两百 (200), 六万三 (63000), 十二 (12), 3.5; None when it is no number."""
    if len(text) > LONGEST:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    if not text or re.search(r"[^零〇一二两三四五六七八九十百千万半]", text):
        return None
    if "万" in text:
        high, _, low = text.partition("万")
        tail = chinese_number(low) if low else 0
        head = chinese_number(high)
        if head is None or tail is None:
            return None
        return head * 10_000 + (tail * 1000 if len(low) == 1 and low in _DIGITS else tail)
    return _below_ten_thousand(text)


def _below_ten_thousand(text: str) -> float:
    total, digit, last_unit = 0.0, 0.0, 1
    for char in text:
        if char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit, last_unit = 0.0, _UNITS[char]
        else:
            digit = float(_DIGITS[char])
            last_unit = last_unit if char not in "零〇" else 1
    # 两百五 is 250: a lone last digit counts in the next unit down
    return total + digit * (last_unit / 10 if total and last_unit > 10 else 1)


def _value(said: str) -> float | None:
    number = re.search(r"\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千万半]+", said.replace("百分之", ""))
    if number is None:
        return None
    value = chinese_number(number.group())
    follows = said.replace("百分之", "")[number.end() :][:1]
    if value is not None and number.group()[-1].isdigit() and follows in {"万", "千"}:
        value *= 10_000 if follows == "万" else 1000
    return value


def amount(text: str) -> tuple[str, float] | None:
    """The first amount of money or percentage in folded text, as said and as a number."""
    pattern = (
        r"百分之[\d零一二三四五六七八九十百.]+|[\d.]+%|[\d.零一二两三四五六七八九十百千万]+(?:元|块钱|块|万元|千块|个点)|"
        r"[零一二两三四五六七八九十]+万[一二三四五六七八九]?千?(?!\d|[零一二三四五六七八九十百千])|[\d.]+万|"
        rf"{lexicon()['money']}"
    )
    for found in re.finditer(pattern, text):
        value = _value(found.group())
        if value is not None:
            return found.group(), value
    return None


def deadline(text: str) -> str | None:
    """The first time or span one could be bound to, as said: 明天上午十点前, 三个工作日内."""
    found = re.search(
        rf"(?:最迟|最晚|不晚于)?(?:在|就)?(?P<when>{lexicon()['time']}(?:到{lexicon()['time']})?(?:之前|以前|前|之内|以内|内|左右|准时)?)",
        text,
    )
    return found.group("when") if found else None
