"""The seam of this package: who turns text into vectors."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""float32[n, d]; rows are unit vectors, or all zero for a text nothing is known about."""


class Embedder(Protocol):
    """Text to vectors."""

    @property
    def name(self) -> str:
        """Fingerprint: two embedders with one name give the same vector for the same text."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, in order; float32[n, d].

        Raises:
            ProviderError: the provider cannot be reached or refused.
        """
        ...


def unit(rows: Vectors) -> Vectors:
    """Rows brought to length 1; a zero row stays zero."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 1e-6), dtype=np.float32)
