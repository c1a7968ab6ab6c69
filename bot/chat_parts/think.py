"""Takes a reasoning model's `<think>…</think>` out of what it says, also while it is being streamed."""

import re

_TAG = re.compile(r"<(/?)(?:think|thinking|thought)>", re.IGNORECASE)
_TAGS = tuple(f"<{slash}{name}>" for slash in ("", "/") for name in ("think", "thinking", "thought"))
_LONGEST = max(map(len, _TAGS))


class ThinkFilter:
    """Fed with pieces cut anywhere, gives back only what is meant to be heard.

    Some chat templates open the thought themselves, so that the answer begins inside it and only
    `</think>` is ever seen: `inside=True` starts there, and `orphan` tells that it should have been.
    """

    def __init__(self, *, inside: bool = False) -> None:
        self._inside, self._held, self._spoke = inside, "", False
        self.orphan = False

    def feed(self, piece: str) -> str:
        """What can be said by now."""
        self._held += piece
        out = ""
        while tag := _TAG.search(self._held):
            out += self._visible(self._held[: tag.start()])
            if tag[1] and not self._inside:
                self.orphan, out, self._spoke = True, "", False
            self._inside = not tag[1]
            self._held = self._held[tag.end() :]
        keep = _unfinished(self._held)
        out += self._visible(self._held[: len(self._held) - keep])
        self._held = self._held[len(self._held) - keep :]
        return out

    def close(self) -> str:
        """What was held back and turns out to be no tag."""
        rest, self._held = self._visible(self._held), ""
        return rest

    def _visible(self, text: str) -> str:
        if self._inside:
            return ""
        text = text if self._spoke else text.lstrip()
        self._spoke = self._spoke or bool(text)
        return text


def without_thought(text: str) -> str:
    """`text` without its thoughts; with an orphaned `</think>`, what comes after it."""
    strip = ThinkFilter()
    return (strip.feed(text) + strip.close()).strip()


def _unfinished(text: str) -> int:
    """How many characters at the end might be the beginning of a tag."""
    for size in range(min(len(text), _LONGEST - 1), 0, -1):
        end = text[-size:].lower()
        if any(tag.startswith(end) for tag in _TAGS):
            return size
    return 0
