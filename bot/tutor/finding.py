"""Finds what answers a question in its thread, and decides whether anything does.

The decision is code's: `Found.strong` says that the corpus has an answer, whatever a model would make of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.tutor.answer import Asked, Turn
from bot.tutor.asking import LEVELS, Reading, about_passing, content, read, without_level
from retrieval.errors import InputError
from retrieval.notes import Note, note_for, notes_for
from retrieval.passages import Passage
from retrieval.search import ANSWERS, LONGEST, Hit, Search
from retrieval.standard import CODE, Item, find
from retrieval.text import fold

DEPTH = 5
"""Passages an answer is made from."""
PASSING = "exam-pass"
"""Of the note on the pass mark, retaking and validity."""
_WIDE = 40
"""Passages read when only one level's own are wanted."""
LEANING = 0.6
"""Of `ANSWERS`: what is enough at another level when the thread's topic itself was strong."""
STAYS = 0.75
"""Of the best relevance: what is enough to stay in the thread's work content."""


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to answer from, best first."""

    asked: Asked
    hits: tuple[Hit, ...]
    strong: bool
    """Whether the best of them answers."""
    passages: tuple[Passage, ...] = ()
    """What to answer from: the hits, a bare item replaced by the note that explains it; each once."""
    why: str = ""
    """Why there is no answer, where more can be told than that."""
    borrowed: bool = False
    """The level asked for has nothing of its own: these are of a lower one, which it covers."""

    def relevance(self, passage: Passage) -> float:
        """0–1: of the best hit that led to a passage."""
        codes = _behind(passage)
        return max((hit.relevance for hit in self.hits if _behind(hit.passage) & codes), default=0.0)


class Finder:
    """Search as the tutor uses it; safe to share between threads."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self._notes = {each.code: each for each in search.passages if each.kind == "note"}

    def find(self, question: str, thread: Sequence[Turn] = (), level: int | None = None) -> Found:
        """Everything about a question.

        Args:
            question: as typed.
            thread: what was asked before, oldest first.
            level: of the candidate; a higher level covers the lower ones. A level named in the question wins.

        Raises:
            InputError: an empty or overlong question, or a level that does not exist.
            ProviderError: the embedder cannot be reached.
        """
        found = self._read(read(question, thread), thread, level)
        passages = (self._explained(hit.passage, found.asked.level) for hit in found.hits)
        return replace(found, passages=tuple(dict.fromkeys(passages)))

    def _read(self, reading: Reading, thread: Sequence[Turn], level: int | None) -> Found:
        if reading.alone.code:
            return self._of_code(reading.alone)
        if reading.joined is None:
            return self._about(reading.alone, level)
        last = next((turn for turn in reversed(thread) if turn.codes), None)
        near = frozenset(code.rpartition(".")[0] for code in last.codes) if last else frozenset()
        if reading.leans:
            return self._leaning(reading, reading.joined, level, near)
        return self._either(reading.alone, reading.joined, level, near)

    def _explained(self, passage: Passage, level: int | None) -> Passage:
        """A bare item's note; the item itself where there is none, or none of the level asked for."""
        note = self.passage(passage.code) if passage.kind in {"skill", "knowledge"} else None
        return note if note and level in {None, note.level} else passage

    def passage(self, code: str) -> Passage | None:
        """The note's passage that explains an item; None when there is none."""
        note = note_for(code)
        return self._notes.get(note.code) if note else None

    def more(self, query: str, level: int | None = None) -> tuple[Hit, ...]:
        """One more search, for a model that looks further; nothing rather than an error for an odd query."""
        try:
            return self.search.search(query[:LONGEST], level=level, k=DEPTH)
        except InputError:
            return ()

    # -- one question -------------------------------------------------------------------------------

    def _about(
        self, asked: Asked, level: int | None, enough: float = 1.0, near: frozenset[str] = frozenset()
    ) -> Found:
        """`near`: contents the thread is in; of passages about as good theirs come first."""
        if asked.compared:
            return self._compared(asked)
        if asked.level is None:
            wide = self.search.search(asked.topic[:LONGEST], level=level, k=DEPTH * 4)
            hits = (*self._rule(asked), *_nearer(wide, near))[:DEPTH]
            return Found(asked, hits, _strong(hits, enough))
        every = self.search.search(asked.topic[:LONGEST], level=asked.level, k=_WIDE)
        own = tuple(hit for hit in every if hit.passage.level in {asked.level, None})[:DEPTH]
        if _strong(own, enough):
            return Found(asked, own, strong=True)
        return Found(asked, every[:DEPTH], _strong(every, 1.0), borrowed=_strong(every, 1.0))

    def _rule(self, asked: Asked) -> tuple[Hit, ...]:
        """The pass mark, retaking and validity have one source, however shortly they are asked for."""
        note = self._notes.get(PASSING) if about_passing(asked.topic) else None
        return (Hit(note, score=1.0, cosine=0.0, bm25=0.0),) if note else ()

    def _compared(self, asked: Asked) -> Found:
        """Each level's own; where one has nothing, there is nothing to set side by side."""
        each = [self._of_level(asked, level) for level in asked.compared]
        stems = {
            found.hits[0].passage.code.rstrip("123") for found in each if found.hits if not _printed(found)
        }
        if len(stems) > 1 or not all(found.hits and found.strong and not found.borrowed for found in each):
            return self._about(replace(asked, compared=()), None)
        return Found(asked, tuple(hit for found in each for hit in found.hits), strong=True)

    def _of_level(self, asked: Asked, level: int) -> Found:
        """The printed skills of the level's content the question is about; of exam matters the best note."""
        about = f"{LEVELS[level]} {without_level(asked.topic)}"
        found = self._about(replace(asked, topic=about, level=level, compared=()), None)
        top = next(iter(found.hits), None)
        if top is None or top.passage.level is None:
            like = [hit for hit in found.hits if top and hit.relevance >= 0.95 * top.relevance]
            return replace(found, hits=tuple(h for h in like if h.passage.code.endswith(f"level{level}"))[:1])
        content_ = top.passage.code.rpartition(".")[0]
        own = [p for p in self.search.passages if p.kind == "skill" and p.code.startswith(f"{content_}.")]
        return replace(found, hits=tuple(replace(top, passage=passage) for passage in own))

    def _of_code(self, asked: Asked) -> Found:
        """Items of a code and their notes; of a code that does not exist, the nearest one."""
        try:
            find(str(asked.code))
        except InputError as error:
            return Found(asked, (), strong=False, why=f"{error.what}。{error.mend}。")
        under = [p for p in self.search.passages if f"{p.code}.".startswith(f"{asked.code}.")]
        explained = self.passage(str(asked.code))
        if explained and explained not in under:
            under.append(explained)
        under.sort(key=lambda passage: passage.kind == "note")
        hits = tuple(Hit(passage, score=1.0, cosine=0.0, bm25=0.0) for passage in under)
        return Found(replace(asked, level=None), hits, strong=bool(hits))

    # -- in a thread --------------------------------------------------------------------------------

    def _leaning(self, reading: Reading, joined: Asked, level: int | None, near: frozenset[str]) -> Found:
        """「那二级呢？」, 「那关系营销呢？」: within the topic where that speaks of it, else by itself."""
        if joined.code:
            return self._of_code(joined)
        together = self._about(joined, level, LEANING, near)
        if not reading.named or reading.alone.level is not None:
            return together
        on_topic = together.strong and _content_of(together.hits[0]) in near
        if on_topic and _speaks_of(together.hits[0], reading.named):
            return together
        itself = self._about(replace(joined, topic=reading.named), level)
        return itself if itself.strong and _speaks_of(itself.hits[0], reading.named) else together

    def _either(self, alone: Asked, joined: Asked, level: int | None, near: frozenset[str]) -> Found:
        """A question that may stand alone: it stays on the topic when the topic's notes speak of it."""
        itself, together = self._about(alone, level), self._about(joined, level, LEANING, near)
        said = content(alone.question)
        if together.strong and _content_of(together.hits[0]) in near and _speaks_of(together.hits[0], said):
            return together
        return itself


def _printed(found: Found) -> bool:
    return found.hits[0].passage.kind == "skill"


def _nearer(hits: Sequence[Hit], near: frozenset[str]) -> tuple[Hit, ...]:
    """The thread's own contents first, where they are nearly as relevant as the best."""
    floor = STAYS * max((hit.relevance for hit in hits), default=0.0)
    return tuple(sorted(hits, key=lambda hit: not (_content_of(hit) in near and hit.relevance >= floor)))


def _content_of(hit: Hit) -> str:
    return hit.passage.code.rpartition(".")[0]


def _strong(hits: Sequence[Hit], enough: float) -> bool:
    return bool(hits) and hits[0].relevance >= ANSWERS * enough


def _speaks_of(hit: Hit, words: str) -> bool:
    """Whether half of the pairs of characters of `words` are in the passage or the questions under it."""
    pairs = {words[i : i + 2] for i in range(len(words) - 1)} or {words}
    text = fold(hit.passage.searchable + "".join(q for note in of(hit.passage) for q in note.questions))
    return sum(pair in text for pair in pairs) * 2 >= len(pairs)


def _behind(passage: Passage) -> set[str]:
    return {note.code for note in of(passage)} | {passage.code}


def of(passage: Passage) -> tuple[Note, ...]:
    """The notes behind a passage: itself, or those which explain the item; none for a document."""
    return () if passage.kind == "document" else notes_for(passage.code)


def printed_text(passage: Passage) -> str:
    """The standard's own words for what a passage is about; its title where it explains no item."""
    if passage.kind == "document" or not CODE.fullmatch(passage.code):
        return passage.title
    part = find(passage.code)
    return part.text if isinstance(part, Item) else passage.title
