"""BM25 over documents that come and go: each keeps its own postings, statistics are taken over all of them.

`bm25s` cannot add or remove; here a document's postings are made once, kept beside it, and put together with
the others' in numpy when search is opened. What is counted are pairs of neighbouring Han characters and whole
Latin words or numbers. The formula is Lucene's (Robertson & Zaragoza 2009, with k1 = 1.2, b = 0.75).
"""

import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.text import fold

K1, B = 1.2, 0.75
_LATIN = re.compile(r"[a-z0-9]+")
_HAN = (0x4E00, 0x9FFF)
_LATIN_BIT = np.uint64(1 << 63)


def terms(text: str) -> NDArray[np.uint64]:
    """Numbers of the pairs and words of a text, in no order, with repeats; uint64[n]."""
    plain = fold(text)
    codes = np.frombuffer(plain.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    han = (codes >= _HAN[0]) & (codes <= _HAN[1])
    both = han[:-1] & han[1:]
    pairs = (codes[:-1][both] << np.uint64(21)) | codes[1:][both]
    # A lone character (退?) is a term too, but only where it stands alone.
    lone = han & ~np.append(False, han[:-1]) & ~np.append(han[1:], False)
    words = [zlib.crc32(word.encode()) for word in _LATIN.findall(plain)]
    latin = np.asarray(words, dtype=np.uint64) | _LATIN_BIT
    return np.concatenate([pairs, codes[lone], latin])


@dataclass(frozen=True, slots=True)
class Postings:
    """Which terms stand how often in which texts, ordered by term."""

    terms: NDArray[np.uint64]
    """uint64[m]"""
    places: NDArray[np.int32]
    """int32[m], the text's position."""
    counts: NDArray[np.uint16]
    """uint16[m]"""
    lengths: NDArray[np.int32]
    """int32[n], terms of each text."""

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Postings":
        """Of `texts`, in order."""
        found = [np.unique(terms(text), return_counts=True) for text in texts]
        lengths = np.asarray([counts.sum() for _, counts in found], dtype=np.int32)
        sizes = [len(each) for each, _ in found]
        return _ordered(
            np.concatenate([np.empty(0, np.uint64), *(each for each, _ in found)]),
            np.repeat(np.arange(len(texts), dtype=np.int32), sizes),
            np.concatenate([np.empty(0, np.uint16), *(np.minimum(c, 65535) for _, c in found)]),
            lengths,
        )

    @classmethod
    def joined(cls, parts: Sequence["Postings"]) -> "Postings":
        """Of all texts of all parts, in order."""
        starts = np.cumsum([0, *(len(part.lengths) for part in parts)])
        return _ordered(
            np.concatenate([np.empty(0, np.uint64), *(part.terms for part in parts)]),
            np.concatenate([
                np.empty(0, np.int32),
                *(p.places + s for p, s in zip(parts, starts, strict=False)),
            ]),
            np.concatenate([np.empty(0, np.uint16), *(part.counts for part in parts)]),
            np.concatenate([np.empty(0, np.int32), *(part.lengths for part in parts)]),
        )

    def packed(self) -> bytes:
        """As a file; plain arrays, nothing that could run when read."""
        out = io.BytesIO()
        np.savez(out, terms=self.terms, places=self.places, counts=self.counts, lengths=self.lengths)
        return out.getvalue()

    @classmethod
    def unpacked(cls, data: bytes) -> "Postings":
        """What `packed` made.

        Raises:
            OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile: it is damaged.
        """
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            made = cls(stored["terms"], stored["places"], stored["counts"], stored["lengths"])
        if not len(made.terms) == len(made.places) == len(made.counts):
            raise ValueError("the parts do not fit together")
        return made


def _ordered(
    terms_: NDArray[np.uint64],
    places: NDArray[np.int32],
    counts: NDArray[np.uint16],
    lengths: NDArray[np.int32],
) -> Postings:
    order = np.argsort(terms_, kind="stable")
    return Postings(
        terms_[order],
        places[order].astype(np.int32),
        counts[order].astype(np.uint16),
        lengths.astype(np.int32),
    )


class Words:
    """Scores of documents' passages for a query; read only, for any number of threads."""

    def __init__(self, parts: Sequence[Postings], background: Postings) -> None:
        """Put everything together: a second for some ten million postings.

        Args:
            parts: in the order of the texts that `scores` answers about.
            background: further texts, which say how rare a term is where documents are few.
        """
        whole = Postings.joined([background, *parts])
        first = (
            np.append(True, whole.terms[1:] != whole.terms[:-1]) if len(whole.terms) else np.empty(0, bool)
        )
        self._starts = np.flatnonzero(first)
        self._ends = np.append(self._starts[1:], len(whole.terms))
        self._terms, self._places = whole.terms[self._starts], whole.places
        self._size, self._before = len(whole.lengths), len(background.lengths)
        own = whole.lengths[self._before :]
        average = max(1.0, float(own.mean())) if len(own) else 1.0
        norm = (K1 * (1 - B + B * whole.lengths / average)).astype(np.float32)
        counts = whole.counts.astype(np.float32)
        self._weights = counts * np.float32(K1 + 1) / (counts + norm[self._places])

    def scores(self, query: str) -> NDArray[np.float32]:
        """BM25 of every text as a share of what all the query's terms weigh: 0 to 1. float32[n], in order."""
        out = np.zeros(self._size, dtype=np.float32)
        asked = np.unique(terms(query))
        heaviest = 0.0
        for term, i in zip(asked, np.searchsorted(self._terms, asked), strict=True):
            known = i < len(self._terms) and self._terms[i] == term
            at = slice(self._starts[i], self._ends[i]) if known else slice(0)
            found = len(self._places[at])
            idf = float(np.log1p((self._size - found + 0.5) / (found + 0.5)))
            out[self._places[at]] += np.float32(idf) * self._weights[at]
            heaviest += idf
        share = out[self._before :] / np.float32((K1 + 1) * heaviest or 1.0)
        return np.asarray(share, dtype=np.float32)
