"""`koushi drill`: one short exercise in the terminal, for the weakest item or the one named."""

import argparse
import sys
import time

from retrieval.standard import find
from rubrics.coaching import item
from rubrics.drill_marks import Marked, mark
from rubrics.drill_store import DrillStore
from rubrics.drills import TRIES, Drill, choose
from ui.commands.output import say, say_json
from ui.drilling import weakest
from ui.wiring import Wiring


def run(args: argparse.Namespace, wiring: Wiring) -> int:
    """Sets one exercise, takes up to three answers, tells what each did and how it could be said."""
    store = DrillStore(wiring.engine)
    done = store.done()
    code = find(args.item).code if args.item else weakest(wiring)[0]
    seed = len(done) + 1 if args.seed is None else args.seed
    drill = choose(code, seed, {each.drill for each in done} if args.seed is None else (), wiring.stations)
    given = [line.strip() for line in args.answer or () if line.strip()][:TRIES]
    if args.json:
        return _json(wiring, store, drill, given)
    _show(drill)
    answers: list[str] = []
    while True:
        text = given[len(answers)] if len(answers) < len(given) else _typed(bool(given))
        if text is None:
            return 0
        answers.append(text)
        found = mark(drill, answers, wiring.station(drill.station), wiring.recogniser)
        _tell(found)
        if found.over:
            store.add(drill.id, drill.code, answers, found.passed, time.time())
            return 0


def _json(wiring: Wiring, store: DrillStore, drill: Drill, given: list[str]) -> int:
    """The exercise, and with answers what came of them."""
    marked: list[Marked] = []
    for n in range(1, len(given) + 1):
        marked.append(mark(drill, given[:n], wiring.station(drill.station), wiring.recogniser))
        if marked[-1].over:
            store.add(drill.id, drill.code, given[:n], marked[-1].passed, time.time())
            break
    say_json({"drill": drill.as_json(), "tries": [each.as_json() for each in marked]})
    return 0


def _typed(scripted: bool) -> str | None:
    if scripted:
        return None
    while True:
        try:
            text = input("你：").strip()
        except EOFError:
            sys.stdout.write("\n")
            return None
        if text:
            return text


def _show(drill: Drill) -> None:
    code, text = item(drill.code)
    say(f"练 {code} {text}\n情境：{drill.situation}\n")
    say(f"{'原句' if drill.kind == 'rewrite' else drill.who}：{drill.line}\n{drill.task}（最多 {TRIES} 次）")


def _tell(found: Marked) -> None:
    if found.reply:
        say(f"对方：{found.reply}")
    say(f"{'成了' if found.passed else '还差一点'}：{''.join(found.reasons)}")
    if found.over and found.model:
        say(f"示范：{found.model}")
    if found.over and found.note:
        say(f"依据 笔记 {found.note.code}《{found.note.title}》：“{found.note.quote}”")
