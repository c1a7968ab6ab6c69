"""A scripted embedder for tests: it knows its lines; any other, or a forgotten one, is a failure."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import numpy as np

from retrieval.ports import Vectors


class ScriptedEmbedder:
    """Gives each scripted text its vector.

    Use it as a context manager: an unexpected text fails at once, a step nobody asked for fails at the end.
    """

    def __init__(self, script: Mapping[str, Sequence[float]], *, name: str = "scripted") -> None:
        """`script`: text → vector; all of one length."""
        self.name = name
        self._script = {text: np.asarray(vector, dtype=np.float32) for text, vector in script.items()}
        self._unused = set(script)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The scripted rows.

        Raises:
            AssertionError: a text that is not in the script.
        """
        unexpected = [text for text in texts if text not in self._script]
        if unexpected:
            raise AssertionError(f"not in the script: {unexpected}")
        self._unused.difference_update(texts)
        return np.stack([self._script[text] for text in texts])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._unused:
            raise AssertionError(f"never embedded: {sorted(self._unused)}")
