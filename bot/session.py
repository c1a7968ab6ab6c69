"""One talk, from the opening to the end.

The way a turn goes:

1. refuse what is no turn (nothing, or far too much), before anything is stored
2. recognise what the candidate did, knowing what was just asked
3. let whoever leads decide (`bot.leading`): mood, facts, concerns, demands, the next move, the reasons
4. commit the candidate's turn with the move and the state; from here a crash loses nothing
5. word the move, piece by piece, to whoever listens
6. commit the reply as it was given; note the end, when this was one
"""

import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Self

from bot import leading
from bot.clock import Clock
from bot.director.state import Move, State, StopReason
from bot.exchange import Exchange
from bot.grounding import rules_about
from bot.hints import hint as hint_for
from bot.opening import content_of, opening
from bot.ports import Context, Cue, Knowledge, Recogniser, Wording, prepared
from bot.store import Kept, Talk, TalkStore
from bot.transcript import Transcript, Turn
from retrieval.errors import InputError
from scenarios.station import Kind, Station


@dataclass(frozen=True, slots=True)
class Tools:
    """What a session works with; the doubles of the tests and the real parts come in here alike."""

    recogniser: Recogniser
    wording: Wording
    store: TalkStore
    clock: Clock
    knowledge: Knowledge | None = None


class Session:
    """A running or ended talk. Holds nothing that is not in the store."""

    def __init__(self, tools: Tools, talk: Talk, station: Station) -> None:
        """Rebuild from what is stored; use `begin`, `resume` or `branch` from outside."""
        self._tools, self.talk, self.station = tools, talk, station
        self._kept = list(tools.store.kept(talk.id))
        stored = tools.store.stop_reason(talk.id)
        self.stop_reason = StopReason(stored) if stored else None

    @classmethod
    def begin(
        cls,
        tools: Tools,
        station: Station,
        *,
        seed: int,
        mode: str = "practice",
        candidate: str | None = None,
        talk_id: str | None = None,
    ) -> Self:
        """A new talk; the opening line is stored."""
        now = tools.clock.now()
        talk = Talk(
            id=talk_id or uuid.uuid4().hex[:16],
            station_id=station.id,
            station_version=station.version,
            seed=seed,
            mode=mode,
            candidate=candidate,
            created_at=now,
        )
        text = opening(station, seed)
        turn = Turn(index=0, role="counterpart", text=text, at=0.0)
        meta = {"recogniser": tools.recogniser.version, "wording": tools.wording.name}
        meta["content"] = content_of(station)
        tools.store.begin(talk, meta, (Kept(turn, {}),))
        tools.clock.spend(text)
        return cls(tools, talk, station)

    @classmethod
    def resume(cls, tools: Tools, station_of: Callable[[str, int], Station], talk_id: str) -> Self:
        """A stored talk, at its last stored turn.

        Raises:
            InputError: no such talk, its station is gone, or has changed while the talk went on.
        """
        talk = tools.store.talk(talk_id)
        session = cls(tools, talk, station_of(talk.station_id, talk.station_version))
        if not session.ended and tools.store.content(talk_id) not in {None, content_of(session.station)}:
            what = f"“{session.station.title}”的内容改过了"
            raise InputError(what, mend="旧题的对话不能接着谈，请重新开始一场")
        return session

    @property
    def state(self) -> State:
        """The counterpart now: as stored with the last candidate turn, else as drawn by the seed."""
        for kept in reversed(self._kept):
            if "state" in kept.payload:
                return State.from_json(kept.payload["state"])
        return leading.begin(self.station, self.talk.seed)

    @property
    def ended(self) -> bool:
        """Whether the talk is over."""
        return self.stop_reason is not None

    @property
    def pending(self) -> bool:
        """Whether the last candidate turn still waits for its reply (the process died in between)."""
        return not self.ended and self._kept[-1].turn.role == "candidate"

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All candidate turns with what came of them, in order."""
        out = []
        for i, kept in enumerate(self._kept):
            if kept.turn.role == "candidate":
                reply = self._kept[i + 1].turn.text if i + 1 < len(self._kept) else ""
                out.append(Exchange.of(kept, reply))
        return tuple(out)

    @property
    def last(self) -> Exchange | None:
        """The newest exchange; None before the first."""
        exchanges = self.exchanges
        return exchanges[-1] if exchanges else None

    def transcript(self) -> Transcript:
        """The talk so far, with the behaviours as stored."""
        return Transcript(
            id=self.talk.id,
            turns=tuple(kept.turn for kept in self._kept),
            station=self.station.id,
            rubric=self.station.rubric,
            candidate=self.talk.candidate,
            stop_reason=str(self.stop_reason) if self.stop_reason else None,
            mode=self.talk.mode,
        )

    def elapsed(self) -> float:
        """Seconds since the talk began."""
        return max(0.0, self._tools.clock.now() - self.talk.created_at)

    def remaining(self) -> float:
        """Seconds left of the station's minutes; never below 0."""
        return max(0.0, self.station.minutes * 60 - self.elapsed())

    async def answer(
        self, text: str, heard: str | None = None, confidence: float | None = None
    ) -> AsyncIterator[str]:
        """Takes one candidate utterance and yields the counterpart's reply in pieces.

        Raises:
            InputError: nothing was said, it is longer than `leading.longest`, the talk is over, or it has
                gone on in another window. Nothing is stored then.
        """
        text = self._acceptable(text)
        at = round(self.elapsed(), 1)
        self._tools.clock.spend(text)
        context = Context(self.station.role, self._said_before(), self.station)
        await prepared(self._tools.recogniser, [(text, context)])
        seen = self._tools.recogniser.recognise(text, context)
        step = leading.step(self.station, self.state, seen, text, time_over=self.remaining() <= 0)
        turn = Turn(
            index=len(self._kept), role="candidate", text=text, heard=heard,
            confidence=confidence, at=at, behaviours=seen, counted=step.counted,
        )  # fmt: skip
        payload = {
            "move": step.move.as_json(),
            "state": step.state.as_json(),
            "reasons": list(step.reasons),
        }
        self._append(Kept(turn, payload))
        async for piece in self.finish():
            yield piece

    async def finish(self) -> AsyncIterator[str]:
        """Words and stores the reply that is still owed; nothing when none is."""
        if not self.pending:
            return
        kept = self._kept[-1]
        state, move = State.from_json(kept.payload["state"]), Move.from_json(kept.payload["move"])
        pieces: list[str] = []
        async for piece in self._tools.wording.word(self._cue(kept.turn, move, state)):
            pieces.append(piece)
            yield piece
        reply = "".join(pieces)
        at = round(self.elapsed(), 1)
        self._append(Kept(Turn(index=len(self._kept), role="counterpart", text=reply, at=at), {}))
        self._tools.clock.spend(reply)
        if state.stop:
            self._stop(state.stop)

    async def take(self, text: str, heard: str | None = None, confidence: float | None = None) -> Exchange:
        """`answer`, with the whole reply at once."""
        async for _ in self.answer(text, heard, confidence):
            pass
        return self.exchanges[-1]

    def end(self) -> None:
        """The candidate ends the talk; once all is agreed that is its natural end."""
        if self.ended:
            return
        self._stop(leading.stopped(self.station, self.state))

    def hint(self) -> str:
        """A nudge, noted in the report; practice only.

        Raises:
            InputError: the talk is an exam, or over.
        """
        if self.talk.mode == "exam":
            raise InputError("考试中没有提示", mend="换到练习模式可以随时要提示")
        if self.ended:
            raise InputError("对话已经结束，没有可提示的了", mend="看报告，或从某一句重来")
        text = hint_for(self.station, self.state)
        self._tools.store.hinted(self.talk.id, len(self._kept), text, self._tools.clock.now())
        return text

    def branch(self, turn_index: int, talk_id: str | None = None) -> "Session":
        """A new talk that shares everything before that candidate turn: rewind.

        Raises:
            InputError: that turn is not the candidate's, or the talk is an exam.
        """
        if self.talk.mode == "exam":
            raise InputError("考试中不能重来", mend="交卷后换到练习模式再试")
        if not 0 < turn_index < len(self._kept) or self._kept[turn_index].turn.role != "candidate":
            raise InputError(f"第 {turn_index} 句不是你说的话", mend="选一句自己说的话重来")
        shared = tuple(self._kept[:turn_index])
        spent = shared[-1].turn.at or 0.0
        talk = replace(
            self.talk,
            id=talk_id or uuid.uuid4().hex[:16],
            created_at=self._tools.clock.now() - spent,
            parent_id=self.talk.id,
            parent_turn=turn_index,
        )
        meta = {"recogniser": self._tools.recogniser.version, "content": content_of(self.station)}
        self._tools.store.begin(talk, meta, shared)
        return Session(self._tools, talk, self.station)

    def _acceptable(self, text: str) -> str:
        text = text.strip()
        if self.ended:
            raise InputError("这场对话已经结束", mend="看报告，或者再来一次")
        if self.pending:
            raise InputError("对方还没回完上一句", mend="等一等，或刷新页面")
        if not text:
            raise InputError("还没有说话", mend="说一句或打一句再发送")
        if len(text) > (most := leading.longest(self.station)):
            letter = self.station.kind is Kind.LETTER
            what = f"{'信里写' if letter else '一句话说'}了 {len(text)} 个字，最多 {most} 个"
            raise InputError(what, mend="删去重复的话" if letter else "分成几句说，像当面谈话那样")
        return text

    def _said_before(self) -> str:
        return self._kept[-1].turn.text

    def _cue(self, turn: Turn, move: Move, state: State) -> Cue:
        slots = dict(state.slots)
        slots |= {f"fact.{key}": self.station.fact(key).value for key in state.facts}
        if self.station.kind is Kind.QUESTION:
            slots["question"] = self.station.openings[0].say
        slots |= {f"rule.{rule.id}": rule.text.rstrip("。") for rule in self.station.rules}
        history = tuple((kept.turn.role, kept.turn.text) for kept in self._kept)
        rules = rules_about(turn.text, self.station, self._tools.knowledge)
        return Cue(self.station, move, state, turn.text, slots, history, rules)

    def _append(self, kept: Kept) -> None:
        self._tools.store.append(self.talk.id, kept, self._tools.clock.now())
        self._kept.append(kept)

    def _stop(self, reason: StopReason) -> None:
        now = self._tools.clock.now()
        self._tools.store.end(self.talk.id, str(reason), round(self.elapsed(), 1), now)
        self.stop_reason = reason
