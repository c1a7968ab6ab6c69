"""The clothes that words to the software wear: invisible characters, other scripts, codes, backwards.

Each view of an utterance is text to be looked through, with the place in the utterance of each of its
characters, so that what is found in it can be quoted.
"""

import base64
import binascii
import re
import unicodedata
from codecs import decode as rot13
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from bot.recogniser.rules import read_yaml
from retrieval.text import fold, han_count

_EMOJI = {"💯": "100", "🈴": "合", "🉐": "得"}
_SIGNS = frozenset("✅☑✔√⭐")
"Pictures that say something by themselves."
_JOINING = re.compile(r"(?<=[\u4e00-\u9fff])[\s·•_\-~*.|]{1,2}(?=[\u4e00-\u9fff])")
"A blank or a dot between two characters, where nobody puts one."


@dataclass(frozen=True, slots=True)
class View:
    """Text to look through; `at[i]` is where in the utterance its character `i` comes from."""

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the utterance behind `text[start:end]`."""
        places = self.at[start:end]
        return min(places), max(places) + 1


def bare(text: str) -> View:
    """Folded, without what cannot be seen and without blanks put into Chinese words."""
    folded = fold(text)
    dropped = {i for m in _JOINING.finditer(_visible(folded)) for i in range(*m.span())}
    out: list[tuple[str, int]] = []
    for i, char in enumerate(folded):
        if char in _EMOJI:
            out += [(each, i) for each in _EMOJI[char]]
        elif i not in dropped and not _unseen(char):
            out.append((char, i))
    joined = "".join(char for char, _ in out)
    again = {i for m in _JOINING.finditer(joined) for i in range(*m.span())}
    kept = [each for n, each in enumerate(out) if n not in again]
    return View("".join(char for char, _ in kept), tuple(i for _, i in kept))


def _visible(text: str) -> str:
    return "".join("\ue000" if _unseen(char) else char for char in text)


@cache
def _unseen(char: str) -> bool:
    """Zero-width characters, accents that stand alone, pictures: they hide words, and say nothing."""
    if char in _SIGNS or char.isascii():
        return False
    return unicodedata.category(char) in {"Cf", "Mn", "Me", "So", "Sk", "Co", "Cn"}


@cache
def _tables() -> tuple[dict[int, str], dict[str, str]]:
    """(character → the one that stands for its sound, syllable → that character)."""
    characters: dict[int, str] = {}
    syllables: dict[str, str] = {}
    sounds: dict[str, str] = read_yaml("recogniser/patterns/software.yaml")["sounds"]
    for syllable, same in sounds.items():
        first = characters.get(ord(same[0]), same[0])
        syllables.setdefault(syllable, first)
        for each in same:
            characters.setdefault(ord(each), first)
    return characters, syllables


def by_sound(pattern: str) -> str:
    """A pattern over Chinese words as one over their sounds."""
    return pattern.translate(_tables()[0])


_LETTERS = re.compile(r"[a-zü]+")


def sound(view: View) -> View:
    """Characters by their sound, and words spelt in letters, with or without tones, as those characters."""
    characters, _ = _tables()
    plain = "".join(_letter(char) for char in view.text)
    out: list[tuple[str, int]] = []
    last = 0
    for match in _LETTERS.finditer(plain):
        spelt = _syllables(match.group())
        out += [(plain[i].translate(characters), view.at[i]) for i in range(last, match.start())]
        if spelt:
            out += [(char, view.at[match.start() + n]) for n, char in spelt]
        else:
            out += [(plain[i], view.at[i]) for i in range(*match.span())]
        last = match.end()
    out += [(plain[i].translate(characters), view.at[i]) for i in range(last, len(plain))]
    kept = [(char, at) for n, (char, at) in enumerate(out) if not (char == " " and _between(out, n))]
    return View("".join(char for char, _ in kept), tuple(at for _, at in kept))


def _between(row: list[tuple[str, int]], n: int) -> bool:
    """Whether a blank stands between Chinese characters."""
    return 0 < n < len(row) - 1 and all(row[i][0] >= "\u4e00" for i in (n - 1, n + 1))


@cache
def _letter(char: str) -> str:
    """Without its tone: ǎ is a, ǘ is v."""
    if char.isascii() or "\u4e00" <= char <= "\u9fff":
        return char
    parts = unicodedata.normalize("NFD", char)
    first = "v" if parts[0] == "u" and "\u0308" in parts else parts[0]
    return first if first.isascii() and first.isalpha() else char


def _syllables(word: str) -> list[tuple[int, str]]:
    """(offset, character) of each syllable; empty when the word is not made of known ones."""
    _, syllables = _tables()
    out, at = [], 0
    while at < len(word):
        size = next((n for n in range(6, 1, -1) if word[at : at + n] in syllables), 0)
        if not size:
            return []
        out.append((at, syllables[word[at : at + size]]))
        at += size
    return out


def backwards(view: View) -> View:
    """Read from the end."""
    return View(view.text[::-1], view.at[::-1])


_CODES = re.compile(
    r"(?P<b64>[A-Za-z0-9+/]{12,}={0,2})|(?P<percent>(?:%[0-9A-Fa-f]{2}){6,})|(?P<escape>(?:\\u[0-9a-fA-F]{4}){2,})"
)
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){6,}")


def decoded(text: str) -> Iterator[View]:
    """What coded stretches of the utterance say in clear, each in the place of the whole stretch."""
    for match in _CODES.finditer(text):
        for clear in _clear(match):
            yield View(fold(clear), tuple(_spread(match.start(), match.end(), len(clear))))
    if re.search(r"[a-zA-Z]{4}", text):
        turned = rot13(text, "rot13")
        yield View(fold(turned), tuple(range(len(turned))))


def _spread(start: int, end: int, size: int) -> Iterable[int]:
    """Any stretch of the clear text stands for the whole code."""
    return (start if n % 2 == 0 else end - 1 for n in range(size))


def _clear(match: re.Match[str]) -> Iterator[str]:
    code = match.group()
    if match["percent"]:
        yield unquote(code, errors="ignore")
    elif match["escape"]:
        yield "".join(chr(int(each, 16)) for each in re.findall(r"[0-9a-fA-F]{4}", code))
    else:
        if _HEX.fullmatch(code):
            yield from _readable(bytes.fromhex(code))
        try:
            yield from _readable(base64.b64decode(code + "=" * (-len(code) % 4), validate=True))
        except (binascii.Error, ValueError):
            return


def _readable(data: bytes) -> Iterator[str]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    if text.isprintable():
        yield text


def is_sentence(text: str) -> bool:
    """Whether what came out of a code is words, and not by chance: nobody speaks to people in code."""
    return han_count(text) >= 3
