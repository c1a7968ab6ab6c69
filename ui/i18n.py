"""What the page itself says, in Chinese or English. Content (stations, replies, reports) stays Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["zh", "en"]
COOKIE = "koushi_lang"
"The cookie in which the switch in the corner leaves its choice."


@dataclass(frozen=True, slots=True)
class Texts:
    """One language; called with a key and, where the sentence has gaps, what fills them."""

    language: Language
    entries: Mapping[str, str]

    def __call__(self, key: str, **gaps: Any) -> str:
        """The sentence of that key. KeyError for a key nobody wrote: a test goes through them all."""
        text = self.entries[key]
        return text.format(**gaps) if gaps else text


def language_of(cookies: Mapping[str, str]) -> Language:
    """What the switch was set to; Chinese unless somebody chose English."""
    return "en" if cookies.get(COOKIE) == "en" else "zh"


@cache
def texts(language: Language) -> Texts:
    """The sentences of a language, read once: of all pages; 出题 and 阅卷 have files of their own."""
    import yaml

    entries: dict[str, str] = {}
    for name in (f"{language}.yaml", f"author.{language}.yaml", f"review.{language}.yaml"):
        entries |= yaml.safe_load(files("ui").joinpath("locale", name).read_text(encoding="utf-8"))
    return Texts(language, entries)
