"""What search is measured against on the same passages: BM25, Chroma's dense search, LangChain's ensemble."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from retrieval.search import Search
from retrieval.words import words

BEST = 10
Codes = Callable[[str], Sequence[str]]


def rivals(search: Search, folder: Path) -> dict[str, Codes]:
    """Name → the codes of its ten best passages; the ensemble only where `langchain-classic` is installed."""
    codes = [passage.code for passage in search.passages]
    bm25, dense = _bm25(search, folder), _dense(search)
    found: dict[str, Codes] = {
        "plain bm25s": lambda question: [codes[i] for i in bm25(question)],
        "Chroma dense": lambda question: [codes[i] for i in dense(question)],
    }
    if find_spec("langchain_classic") is None:
        print("langchain-classic is not installed: EnsembleRetriever is left out")
    else:
        both = _ensemble(bm25, dense)
        found["EnsembleRetriever"] = lambda question: [codes[i] for i in both(question)]
    return found


def _bm25(search: Search, folder: Path) -> Callable[[str], list[int]]:
    import bm25s

    cut = [words(passage.searchable, folder) for passage in search.passages]
    known = {word for each in cut for word in each}
    index = bm25s.BM25()
    index.index(cut, show_progress=False)

    def ask(question: str) -> list[int]:
        asked = [word for word in words(question, folder) if word in known]
        if not asked:
            return []
        best, _ = index.retrieve([asked], k=BEST, show_progress=False)
        return [int(i) for i in best[0]]

    return ask


def _dense(search: Search) -> Callable[[str], list[int]]:
    position = {passage.id: i for i, passage in enumerate(search.passages)}

    def ask(question: str) -> list[int]:
        near = search.index.nearest(search.embedder.embed([question])[0], BEST)
        return [position[each] for each, _ in near]

    return ask


def _ensemble(*asks: Callable[[str], list[int]]) -> Callable[[str], list[int]]:
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    class Wrapped(BaseRetriever):
        ask: Any

        def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:  # noqa: ARG002
            return [Document(page_content=str(i)) for i in self.ask(query)]

    both = EnsembleRetriever(retrievers=[Wrapped(ask=ask) for ask in asks], weights=[0.5] * len(asks))
    return lambda question: [int(each.page_content) for each in both.invoke(question)][:BEST]
