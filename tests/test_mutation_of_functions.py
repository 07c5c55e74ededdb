"""Mistakes in functions are made as they should be, killers see them, and the page is of the code that ships."""

from __future__ import annotations

import ast
import gc
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from benchmarks.functions import children
from benchmarks.functions.answers import ANSWERS, EQUIVALENT
from benchmarks.functions.baseline import looked
from benchmarks.functions.children import TOO_LONG, in_child, spread
from benchmarks.functions.copies import NoCopy, copied, plain
from benchmarks.functions.install import Live, code_of
from benchmarks.functions.killers import ASK, GRAPH, Killer, Seen, killers
from benchmarks.functions.modules import modules, unit_tests_importing, unit_tests_of_folder
from benchmarks.functions.page import PAGE, Outcome, digest_of, outcomes
from benchmarks.functions.results import Result, Results
from benchmarks.functions.run import in_rounds
from benchmarks.functions.sites import ROOT, Edit, Part, parts_of
from benchmarks.functions.trial import Left
from benchmarks.functions.unit_tests import TestTrial, failing_tests, in_session
from benchmarks.functions.watch import Watch, writes_elsewhere
from failover_fsm.pair import health
from failover_fsm.pair.states import Phase, Unit, UnitState
from failover_fsm.records import edit as edit_of
from tests.promises.graphs import known as known_graphs

SESSIONS, HEALTH = "failover_fsm/pair/sessions.py", "failover_fsm/pair/health.py"

TEXT = '''
LIMIT = 3

def decide(state: State, unit: Unit, most: int = 2) -> bool:
    """What it does."""
    if state.count < most and unit.peer in (A, B):
        note(state)
        return True
    return any(each.up for each in state.all if each.on)
'''


@pytest.fixture(autouse=True)
def _in_sight() -> None:
    """The tool finds functions by the collector, which looks through what is not frozen."""
    gc.unfreeze()


def mistakes(text: str = TEXT) -> dict[str, list[str]]:
    """The mistakes of a text, in words, by the part in which they are."""
    return {part.name: [f"{each.kind}: {each.says}" for each in part.edits] for part in parts_of("x.py", text)[1]}


def test_each_decision_of_a_function_has_its_mistakes() -> None:
    found = mistakes()
    assert list(found) == ["decide", "LIMIT", "decide()"]
    assert found["LIMIT"] == ["constant: 3 → 4"] and found["decide()"] == ["constant: 2 → 3"]
    assert set(found["decide"]) == {
        "boolean: state.count < most and unit.peer in (A, B) → unit.peer in (A, B)",
        "boolean: state.count < most and unit.peer in (A, B) → state.count < most",
        "branch: if state.count < most and unit.peer in (A, B) → never",
        "branch: if state.count < most and unit.peer in (A, B) → always",
        "comparison: state.count < most → state.count <= most",
        "comparison: state.count < most → state.count >= most",
        "comparison: unit.peer in (A, B) → unit.peer not in (A, B)",
        "constant: unit.peer in (A, B) → unit.peer in (B,)",
        "constant: unit.peer in (A, B) → unit.peer in (A,)",
        "other unit: unit.peer → unit",
        "call: note(state) left out",
        "boolean: True → False",
        "boolean: return any((each.up for each in state.all if each.on)) → the opposite",
        "call: any((each.up for each in state.all if each.on)) → all((each.up for each in state.all if each.on))",
        "branch: if each.on → always",
    }


def test_an_enumeration_has_its_next_member_and_an_argument_its_default() -> None:
    found = mistakes("def f(x):\n    g(x, Role.ACTIVE, Port(name=x, monitored=x))\n")["f"]
    assert "constant: Role.ACTIVE → Role.STANDBY_READY" in found
    assert "call: Port(name=x, monitored=x) → Port(name=x)" in found
    assert not any("Port(monitored=x)" in each for each in found), "a name has no default"


def test_words_of_a_text_names_and_tables_are_no_decisions() -> None:
    text = 'UNIT_TABLE = f(1)\n__all__ = ["a"]\ndef f(x: int) -> str:\n    """Says 1."""\n    return f"so {x}"\n'
    assert mistakes(text) == {}


def test_what_a_row_cites_is_no_decision() -> None:
    assert mistakes('ROW = Row(Role.ACTIVE, rules=("AS-1",), says="so")\nRULE = "T2-7"\n') == {
        "ROW": ["constant: Role.ACTIVE → Role.STANDBY_READY"]
    }


def test_the_tests_of_a_module_are_those_that_import_it() -> None:
    assert "tests/pair/test_sessions.py" in unit_tests_importing("failover_fsm/pair/sessions.py")
    assert unit_tests_importing("failover_fsm/pair/nothing.py") == ()
    assert unit_tests_of_folder("failover_fsm/pair/sessions.py") == ("tests/pair",)


def test_a_digest_is_of_the_code_and_not_of_its_place_or_what_is_said_of_it() -> None:
    (one,) = (each for each in parts_of("x.py", TEXT)[1] if each.name == "decide")
    other = TEXT.replace('"""What it does."""', '"""Other words."""').replace("LIMIT = 3", "\n# a comment\nLIMIT = 3")
    assert one.digest in {each.digest for each in parts_of("x.py", other)[1]}
    changed = TEXT.replace("count < most", "count > most")
    assert one.digest not in {each.digest for each in parts_of("x.py", changed)[1]}


def test_every_mistake_can_be_made_and_taken_back() -> None:
    tree, parts = parts_of("failover_fsm/pair/environment.py")
    before = ast.unparse(tree)
    for part in parts:
        for edit in part.edits:
            edit.put()
            assert ast.unparse(tree) != before, edit.says
            compile(tree, "x", "exec")
            edit.put(edit.old)
    assert ast.unparse(tree) == before


# -- a mistake in this process ---------------------------------------------------------------------------


def named(module: str, function: str, says: str) -> tuple[Part, Edit]:
    """The only mistake of a function that is so worded."""
    part = next(each for each in parts_of(module)[1] if each.name == function)
    (edit,) = (each for each in part.edits if each.says == says)
    return part, edit


def with_mistake(module: str, function: str, says: str, work: Callable[[], object]) -> object:
    """What the work returns in a child that has the mistake."""
    part, edit = named(module, function, says)
    live, wrong = Live(), code_of(part, edit)

    def run() -> object:
        assert live.install(part, wrong)
        return work()

    return in_child(run, 60)


TRACE = Killer("scenario:trace tests/traces/t2-6-sessions.trace")
WRONG = ("link_works", "return stateful_link_works(state, settings) → the opposite")


def test_a_scenario_sees_a_mistake_in_a_child_and_this_process_has_none() -> None:
    shipped = TRACE.ask()
    assert shipped.answer["passes"] == "True"
    seen = with_mistake(SESSIONS, *WRONG, TRACE.ask)
    assert isinstance(seen, Seen) and seen.answer["passes"] == "False"
    assert seen.answer["goes its way"] != shipped.answer["goes its way"]
    assert TRACE.ask() == shipped, "its way too: a second time is the same"


def test_a_promise_sees_a_mistake_on_a_small_pair() -> None:
    pair = Killer("promise:pair ports and power")
    shipped = pair.ask()
    where = ("failover_fsm/pair/health.py", "failover_link_works", "state.links.failover is _WHOLE →"
             " state.links.failover is not _WHOLE")  # fmt: skip
    seen = with_mistake(*where, pair.ask)
    assert isinstance(seen, type(shipped)) and seen.answer != shipped.answer
    assert seen.answer[GRAPH] != shipped.answer[GRAPH] == known_graphs()["ports and power"]


def test_a_unit_test_sees_a_mistake(tmp_path: Path) -> None:
    node = "tests/pair/test_sessions.py"
    assert in_child(lambda: failing_tests([node]), 60) == set()
    failed = with_mistake(SESSIONS, *WRONG, lambda: failing_tests([node]))
    assert isinstance(failed, set) and failed


def test_a_session_of_tests_is_asked_about_each_mistake_in_a_fork_of_it() -> None:
    """A mistake that a test notices, one that it cannot, and one that no test reaches."""
    part, edit = named(SESSIONS, *WRONG)
    right = code_of(part)
    other_words = right.replace(co_consts=("Other words.", *right.co_consts[1:]))
    tests = ["tests/pair/test_sessions.py"]

    def run() -> list[object]:
        found: list[object] = []

        def work(trial: TestTrial) -> None:
            found.append(trial.verdicts(part, {0: code_of(part, edit), 1: other_words}))
            found.append(attrs.evolve(trial, tests=()).verdicts(part, {0: code_of(part, edit)}))

        in_session(tests, Live(), work)
        return found

    noticed, unseen = in_child(run, 60)
    assert noticed[0].startswith(f"test:{tests[0]}::test_"), noticed
    assert noticed[1] == Left(reached=True, differs=True), "a docstring decides nothing"
    assert unseen == {0: Left()}, "nobody reaches it"


def test_a_child_that_does_not_end_is_ended_and_an_error_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def for_ever() -> None:
        while True:
            pass

    assert in_child(for_ever, 1) == TOO_LONG
    monkeypatch.setattr(children, "WAITS", 1)
    assert in_child(lambda: time.sleep(60), 1) == TOO_LONG, "it waits, and uses no processor"
    assert in_child(lambda: 1 // 0, 5) == "error: ZeroDivisionError"


def test_the_code_of_a_function_is_that_which_is_imported() -> None:
    live = Live()
    for module in ("failover_fsm/pair/environment.py", "failover_fsm/pair/health.py", "failover_fsm/pair/settings.py"):
        for part in parts_of(module)[1]:
            assert not part.is_function or live.functions(module, code_of(part)), part.name


def test_several_processes_share_the_work_and_one_that_fails_leaves_its_item_out() -> None:
    def work(item: int) -> int:
        if item == 3:
            os._exit(1)
        return item * item

    assert spread([1, 2, 4], work, 2) == [1, 4, 16]
    assert 9 not in spread([1, 3], work, 2)


# -- what a killer could notice ---------------------------------------------------------------------------


def watched(module: str, function: str, work: Callable[[], object]) -> set[str]:
    """The mistakes of a function that the work could notice."""
    part = next(each for each in parts_of(module)[1] if each.name == function)
    wrong = {number: code_of(part, edit) for number, edit in enumerate(part.edits)}
    live = Live()

    def run() -> set[int]:
        watch = Watch(live, [(part, wrong)])
        work()
        return watch.found().get(part.key, set())

    found = in_child(run, 60)
    assert isinstance(found, set), found
    return {part.edits[number].says for number in found}


def test_only_what_answers_otherwise_could_be_noticed() -> None:
    def none_of_none() -> None:
        assert health.enough_failed((), (), (), Unit.PRIMARY, 0)

    found = watched(HEALTH, "enough_failed", none_of_none)
    (part,) = (each for each in parts_of(HEALTH)[1] if each.name == "enough_failed")
    assert found == {each.says for each in part.edits if each.kind == "comparison"} and len(found) < len(part.edits)
    assert watched(HEALTH, "enough_failed", lambda: None) == set()


def test_a_mistake_that_goes_on_for_ever_could_be_noticed() -> None:
    text = "def f(n):\n    while n > 0:\n        n -= 1\n    return n\n"
    (part,) = parts_of("failover_fsm/x.py", text)[1]
    kept: dict[str, Any] = {"__name__": "failover_fsm.x"}
    exec(text, kept)
    live = Live()

    def run() -> set[str]:
        watch = Watch(live, [(part, {number: code_of(part, edit) for number, edit in enumerate(part.edits)})])
        assert kept["f"](2) == 0
        return {part.edits[number].says for number in watch.found()[part.key]}

    assert "n -= 1 left out" in in_child(run, 60)


def test_what_keeps_something_is_not_called_twice() -> None:
    assert writes_elsewhere(ast.parse("def f(kept, x):\n    kept[x] = 1\n").body[0])
    assert writes_elsewhere(ast.parse("def f(self, x):\n    self.kept.append(x)\n").body[0])
    assert writes_elsewhere(ast.parse("def f(x):\n    return x and f(x - 1)\n").body[0]), "within, it is as it ships"
    assert writes_elsewhere(ast.parse("@contextmanager\ndef f(x):\n    yield x\n").body[0])
    assert not writes_elsewhere(ast.parse("def f(x):\n    own = []\n    own.append(x)\n    return own\n").body[0])


@attrs.frozen
class _Line:
    text: int
    number: int = attrs.field(eq=False)


def test_copies_leave_the_value_alone_and_keep_what_is_the_same_the_same() -> None:
    inner = [1]
    value = (inner, inner, {"a": inner})
    copy = copied(value, {})
    assert plain(copy) == plain(value) and copy[0] is copy[1] is copy[2]["a"] and copy[0] is not inner
    copy[0].append(2)
    assert inner == [1] and plain(copy) != plain(value)
    assert plain((1,)) != plain((True,)), "a number is no answer to yes or no"
    assert _Line(1, 2) == _Line(1, 3) and plain((_Line(1, 2),)) != plain((_Line(1, 3),))
    for changes_something in (iter(inner), inner.append, lambda: inner.append(3)):
        with pytest.raises(NoCopy):
            copied({"hook": changes_something}, {})


def test_a_killer_that_watching_disturbs_could_notice_whatever_is_called() -> None:
    """A run in time hands its rules a method of itself, so that calls made again would be steps of the run."""
    killer = Killer("scenario:trace tests/traces/t7-4-silent-interface.trace")
    parts = [part for module in modules() if "/timing/" in module for part in parts_of(module)[1]]
    chosen = [(part, {0: code_of(part, part.edits[0])}) for part in parts if part.is_function and part.edits]
    (known,) = looked([killer], Live(), chosen, 1)
    assert known.seen == killer.ask() and any(known.noticed.values())


def test_a_draft_is_copied_with_what_was_assigned() -> None:
    draft = edit_of(UnitState())
    draft.enabled = False
    copy = copied(draft, {})
    copy.phase = Phase.UP
    assert plain(copy) == attrs.evolve(UnitState(), enabled=False, phase=Phase.UP)
    assert plain(draft) == attrs.evolve(UnitState(), enabled=False)


# -- a run ------------------------------------------------------------------------------------------------


def test_every_killer_is_asked_once_and_scenarios_first() -> None:
    everybody = killers(for_promises=True)
    assert {each.name.partition(":")[2].partition(" ")[0] for each in everybody} == {*ASK}
    rounds = [*in_rounds(everybody)]
    assert sorted(each.name for asked in rounds for each in asked) == sorted(each.name for each in everybody)
    assert [each.of_class for each in rounds[0]] == ["scenario"] * len(rounds[0])
    assert {each.of_class for each in rounds[-1]} == {"wrong"}


def test_what_is_left_to_know_of_a_mistake() -> None:
    assert Left().verdict == "not reached" and Left(reached=True).verdict == "alike"
    assert Left(reached=True).with_(Left(differs=True)).verdict == "lives"
    assert Left(reached=True, differs=True).with_(Left(over=True)).verdict == "undecided"
    for verdict in ("not reached", "alike", "lives", "undecided"):
        assert Left.of(verdict).verdict == verdict
    assert Left.of("begun").verdict == "undecided"


# -- results and page -----------------------------------------------------------------------------------


def test_results_are_kept_at_once_and_are_of_the_function_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    _, (part, *_) = parts_of("x.py", TEXT)
    verdicts = tuple("alike" for _ in part.edits)
    Results(path).add(Result("x.py", "decide", part.digest, verdicts, 1.25))
    known = Results(path).of(part)
    assert known is not None and known.verdicts == verdicts
    _, (changed, *_) = parts_of("x.py", TEXT.replace("count < most", "count > most"))
    assert Results(path).of(changed) is None
    columns = {each.column for each in outcomes({"x.py": [changed]}, Results(path))}
    assert columns == {"not run"}, "what has changed counts as not run"


@pytest.mark.parametrize(
    ("verdict", "column"),
    [
        ("promise:pair cut off/converges", "promise"),
        ("promise:pair cut off/has its graph", "graph"),
        ("promise:model models/a.toml/is as its file says", "graph"),
        ("promise:pair cut off/converges,has its graph", "promise"),
        ("scenario:trace a.trace/passes", "scenario"),
        ("scenario:trace a.trace/goes its way", "way"),
        ("scenario:trace a.trace/goes its way,passes", "scenario"),
        ("scenario:trace a.trace/an error (KeyError)", "error"),
        ("too long", "error"),
        ("test:tests/pair/test_x.py::test_y", "test"),
        ("pending", "not run"),
        ("begun", "open"),
        ("lives", "lives"),
    ],
)
def test_columns(verdict: str, column: str) -> None:
    _, (part, *_) = parts_of("x.py", TEXT)
    assert Outcome(part, part.edits[0], verdict).column == column


def test_the_committed_page_is_of_the_code_that_ships() -> None:
    """Where this fails: `python -m benchmarks.functions --changed`, or `--page`, which says what was not run again."""
    text = PAGE.read_text(encoding="utf-8")
    shown = dict(re.findall(r"^\| `(\S+\.py)` (\w{12}) \|", text, re.MULTILINE))
    assert shown, "the page has modules"
    for module, digest in shown.items():
        path = f"failover_fsm/{module}"
        assert (ROOT / path).exists(), f"{module} is gone; make the page again"
        assert digest == digest_of(parts_of(path)[1]), f"{module} has changed; make the page again"


@pytest.mark.parametrize("beginning", [*ANSWERS, *EQUIVALENT])
def test_what_is_said_of_survivors_is_of_mistakes_that_are_made(beginning: str) -> None:
    module = beginning.partition(" ")[0]
    names = [f"{module} {part.name}: {edit.says}" for part in parts_of(module)[1] for edit in part.edits]
    assert any(each.startswith(beginning) for each in names)
