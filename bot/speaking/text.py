"""What of a reply is said aloud, and in which pieces."""

import re

from retrieval.text import SENTENCE_ENDS, sentences

FIRST_PIECE = 8
"Characters after which the very first piece may already go at a comma, so that sound starts early."
LONGEST = 120
"Characters of one piece at most: voices stall on long unspaced text."

_STAGE = re.compile(r"（[^（）]*）|\([^()]*\)|【[^【】]*】|\[[^\[\]]*\]|\*[^*\n]+\*(?!\*)")
_NOT_SPOKEN = re.compile(r"https?://\S+|[*_#`~>|（）()【】\[\]\\]|[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F]")
_CODE = re.compile(r"(?<![\d.])\d{5,}(?![\d.]|\s*[元块万亿千百个台件人次米克%％])")
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


def speakable(text: str) -> str:
    """The text without what nobody says: stage directions in brackets, mark-up, emoji, addresses.

    Long runs of digits (order and telephone numbers) become single digits, as people read them; a
    telephone number says 幺 for 1. Empty when nothing is left to say.
    """
    text = text.replace("**", "")
    while text != (shorter := _STAGE.sub("", text)):
        text = shorter
    text = _CODE.sub(_digit_by_digit, _NOT_SPOKEN.sub("", text))
    text = re.sub(r"([！？!?])[！？!?]+", r"\1", text)
    text = re.sub(r"…+|\.{3,}|。{2,}", "……", text)
    text = re.sub(r"[ \t\r\f\v]+", " ", text).strip()
    return text if any(map(str.isalnum, text)) else ""


def _digit_by_digit(found: re.Match[str]) -> str:
    digits = found.group()
    said = digits.translate(_DIGITS)
    return said.replace("一", "幺") if len(digits) == 11 and digits.startswith("1") else said


def pieces(text: str) -> tuple[str, ...]:
    """The speakable text in sentences; the first may end at a comma, none is longer than `LONGEST`."""
    out: list[str] = []
    for sentence in sentences(speakable(text)):
        out += _halved(sentence)
    if out and (cut := _early_comma(out[0])):
        out[:1] = [out[0][:cut], out[0][cut:].strip()]
    return tuple(piece for piece in out if any(map(str.isalnum, piece)))


def _early_comma(sentence: str) -> int:
    """Where the first piece may end; 0 when the rest would be too short to be worth it."""
    found = re.compile("[，,：]").search(sentence, FIRST_PIECE)
    return found.end() if found and len(sentence) - found.end() >= FIRST_PIECE else 0


def _halved(sentence: str) -> list[str]:
    """A sentence without an end in sight, cut at its commas, or anywhere."""
    out: list[str] = []
    while len(sentence) > LONGEST:
        cut = max(sentence.rfind(mark, LONGEST // 3, LONGEST) for mark in "，,、：") + 1
        out.append(sentence[: cut or LONGEST])
        sentence = sentence[cut or LONGEST :]
    return [*out, sentence]


class Pieces:
    """Cuts a reply that arrives bit by bit into pieces to speak; brackets may span the bits.

    The pieces of a text are the same however it was cut into bits.
    """

    def __init__(self) -> None:
        self._waiting = ""
        self._first = True

    def feed(self, bit: str) -> tuple[str, ...]:
        """The pieces that are complete now."""
        self._waiting += bit
        out: list[str] = []
        while end := self._end():
            out += self._say(end)
        return tuple(out)

    def close(self) -> tuple[str, ...]:
        """What is left at the end of the reply."""
        return tuple(self._say(len(self._waiting)))

    def _say(self, end: int) -> list[str]:
        text, self._waiting = speakable(self._waiting[:end]), self._waiting[end:]
        self._first = self._first and not text
        return _halved(text) if text else []

    def _end(self) -> int:
        """Past the first sentence that is surely over (its next character is known); 0 when none is."""
        depth = 0
        for i, char in enumerate(self._waiting[:-1]):
            depth = max(0, depth + (char in "（(【[") - (char in "）)】]"))
            if depth:
                continue
            if char in SENTENCE_ENDS and self._waiting[i + 1] not in SENTENCE_ENDS + '”』」’"':
                return i + 1
            if char in "”』」" and i and self._waiting[i - 1] in SENTENCE_ENDS:
                return i + 1
            if self._first and char in "，,：" and len(speakable(self._waiting[:i])) >= FIRST_PIECE:
                return i + 1
        return 0
