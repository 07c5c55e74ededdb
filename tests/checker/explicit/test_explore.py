"""The search visits every state once, counts what it sees, and ends with one of three verdicts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from failover_fsm.checker import (
    Checker,
    Kind,
    ModelError,
    Progress,
    Property,
    Verdict,
    always,
    always_step,
    can_recover,
    converges,
    deadlock,
    eventually_always,
    leads_to,
    sometimes,
    when_settled,
)
from tests.toys import Counter, FastToy, Grid, Toy, toy

HOLDS, VIOLATED, UNDECIDED = Verdict.HOLDS, Verdict.VIOLATED, Verdict.UNDECIDED


def anything(_: object) -> bool:
    return True


def nothing(_: object) -> bool:
    return False


DIAMOND = toy("a left b down d", "a right c down d", "d again d")


# Counting


@pytest.mark.parametrize("model", [DIAMOND, FastToy(DIAMOND.edges)])
def test_every_state_is_stored_once_and_every_listed_transition_is_counted(model: Toy) -> None:
    result = Checker(model).verify()
    assert (result.states, result.transitions, result.generated, result.depth) == (4, 5, 6, 2)
    assert result.levels == (1, 2, 1)
    assert (result.verdict, result.complete, result.interrupted, result.limit) == (HOLDS, True, False, None)
    assert result.seconds == 0.0


def test_initial_states_are_generated_as_often_as_listed_and_stored_once() -> None:
    result = Checker(toy("a x b", initial="a b a")).verify()
    assert (result.states, result.transitions, result.generated, result.depth) == (2, 1, 4, 0)


def test_equal_states_are_one_state_whichever_object_they_are() -> None:
    """A known bug of toy checkers: hashing without comparing, so that nothing is ever seen twice."""
    result = Checker(Grid(20)).verify()
    assert (result.states, result.depth) == (400, 38)
    assert result.transitions == 2 * 20 * 19 + 400


# Always


def test_always_holds() -> None:
    assert Checker(DIAMOND).verify(always("p", anything)).findings[0].verdict is HOLDS


def test_always_violated_in_an_initial_state() -> None:
    """A known bug of toy checkers: only successors are judged, so a bad initial state passes."""
    finding = Checker(toy("a x b", initial="b a")).verify(always("not a", lambda s: s != "a")).findings[0]
    assert (finding.verdict, finding.trace, finding.states, finding.loop) == (VIOLATED, (), ("a",), None)


def test_always_shows_the_first_and_shortest_counterexample() -> None:
    model = toy("a x b x c x bad", "a y d y bad", "d z bad")
    finding = Checker(model).verify(always("not bad", lambda s: s != "bad")).findings[0]
    assert (finding.trace, finding.states) == (("y", "y"), ("a", "d", "bad"))


def test_the_first_counterexample_is_kept_when_others_follow() -> None:
    """Also while another property is still open."""
    model = toy("a x bad1 x bad2 x end")
    result = Checker(model).verify(always("not bad", lambda s: "bad" not in s), always("not end", lambda s: s != "end"))
    assert [len(finding.trace) for finding in result.findings] == [1, 3]
    assert (result.states, result.complete, result.verdict) == (4, True, VIOLATED)


# Always, over steps


def test_always_step_judges_every_step_with_its_event() -> None:
    model = toy("a up b down a", "b up c", "a stay a")
    up = always_step("up grows", lambda before, event, after: event != "up" or after > before)
    same = always_step("no event leaves all as it is", lambda before, event, after: before != after)
    back = always_step("never back", lambda before, event, after: after >= before)
    result = Checker(model).verify(up, same, back)
    assert [finding.verdict for finding in result.findings] == [HOLDS, VIOLATED, VIOLATED]
    assert result.findings[1].trace == ("stay",)
    assert (result.findings[2].trace, result.findings[2].states) == (("up", "down"), ("a", "b", "a"))


# Sometimes


def test_sometimes_shows_a_shortest_witness() -> None:
    finding = Checker(DIAMOND).verify(sometimes("d", lambda s: s == "d")).findings[0]
    assert (finding.verdict, finding.trace, finding.states) == (HOLDS, ("left", "down"), ("a", "b", "d"))


def test_sometimes_is_violated_by_a_complete_search_without_a_witness() -> None:
    finding = Checker(DIAMOND).verify(sometimes("z", lambda s: s == "z")).findings[0]
    assert (finding.verdict, finding.trace, finding.states) == (VIOLATED, (), ())


def test_a_witness_stays_a_witness_when_the_search_is_cut_short() -> None:
    result = Checker(Counter()).verify(sometimes("3", lambda s: s == 3), sometimes("9", lambda s: s == 9), max_states=5)
    assert [finding.verdict for finding in result.findings] == [HOLDS, UNDECIDED]
    assert result.verdict is UNDECIDED


# When settled


def test_a_settled_state_is_one_that_no_event_within_changes() -> None:
    model = toy("a step b step c", "c noop c", "b fault a", "c fault a")
    steps = {"step", "noop"}
    seen = when_settled("c only", lambda s: s == "c", within=steps.__contains__)
    never = when_settled("not c", lambda s: s != "c", within=steps.__contains__)
    other = when_settled("b", lambda s: s == "b", within=lambda event: event == "fault", premise=anything)
    result = Checker(model).verify(seen, never, other)
    assert [finding.verdict for finding in result.findings] == [HOLDS, VIOLATED, VIOLATED]
    assert result.findings[1].trace == ("step", "step")
    assert (result.findings[2].trace, result.findings[2].states) == ((), ("a",))


def test_when_settled_is_vacuous_without_a_settled_state_or_without_its_premise() -> None:
    ring = Checker(toy("a x b x a")).verify(when_settled("p", nothing, within=anything)).findings[0]
    assert (ring.verdict, ring.vacuous) == (HOLDS, True)
    line = toy("a x b")
    unseen = when_settled("p", anything, within=anything, premise=lambda s: s == "a")
    seen = when_settled("q", anything, within=anything, premise=lambda s: s == "b")
    assert [finding.vacuous for finding in Checker(line).verify(unseen, seen).findings] == [True, False]


# Premises


def test_a_premise_never_seen_makes_a_finding_vacuous_and_changes_no_verdict() -> None:
    result = Checker(DIAMOND).verify(
        always("seen", anything, premise=lambda s: s == "d"),
        always("unseen", anything, premise=lambda s: s == "z"),
        always("violated", nothing, premise=lambda s: s == "z"),
        always("none", anything),
        always_step("seen step", lambda *_: True, premise=lambda before, event, after: event == "down"),
        always_step("unseen step", lambda *_: True, premise=lambda before, event, after: event == "fly"),
    )
    assert [finding.vacuous for finding in result.findings] == [False, True, False, False, False, True]
    assert [finding.verdict for finding in result.findings] == [HOLDS, HOLDS, VIOLATED, HOLDS, HOLDS, HOLDS]
    assert result.verdict is VIOLATED


# Limits, clock, interruption


EVERY_KIND = (
    always("always", anything),
    always_step("always-step", lambda *_: True),
    sometimes("sometimes", nothing),
    leads_to("leads-to", anything, anything),
    can_recover("can-recover", anything),
    when_settled("when-settled", anything, within=anything),
    converges("converges", within=nothing),
    deadlock("deadlock"),
    eventually_always("eventually-always", anything),
)


def test_every_kind_is_covered_here() -> None:
    assert {claim.kind for claim in EVERY_KIND} == set(Kind)


def test_a_limit_never_yields_holds() -> None:
    result = Checker(Counter()).verify(*EVERY_KIND, max_states=50)
    assert {finding.verdict for finding in result.findings} == {UNDECIDED}
    assert (result.verdict, result.complete, result.states) == (UNDECIDED, False, 50)
    assert result.limit == "max_states of 50 states"


def test_without_properties_a_cut_search_is_undecided_too() -> None:
    assert Checker(Counter()).verify(max_states=3).verdict is UNDECIDED


def test_a_model_of_exactly_max_states_is_complete() -> None:
    result = Checker(DIAMOND).verify(always("p", anything), max_states=4)
    assert (result.verdict, result.complete, result.limit) == (HOLDS, True, None)
    cut = Checker(DIAMOND).verify(always("p", anything), max_states=3)
    assert (cut.verdict, cut.states, cut.transitions) == (UNDECIDED, 3, 2)


def test_max_states_counts_initial_states() -> None:
    model = toy("a x b", initial="a b")
    assert Checker(model).verify(max_states=1).states == 1
    assert not Checker(model).verify(max_states=1).complete
    assert Checker(model).verify(max_states=2).complete


def test_steps_that_a_limit_leaves_out_are_not_asked_about_again() -> None:
    """The second step of the first state is beyond the limit, so nobody judged it before the sample was asked."""
    late = always_step("late", lambda *_: True, premise=lambda before, event, after: after == "c")
    result = Checker(toy("a x b", "a y c")).verify(late, max_states=2)
    assert (result.verdict, result.states) == (UNDECIDED, 2)


def test_what_is_violated_before_the_limit_stays_violated() -> None:
    result = Checker(Counter()).verify(always("small", lambda s: s < 5), max_states=50)
    assert (result.verdict, result.findings[0].trace, result.complete) == (VIOLATED, (1, 2, 3, 4, 5), False)


def ticking(step: float = 1.0) -> Iterator[float]:
    now = 100.0
    while True:
        yield now
        now += step


def test_the_time_limit_uses_the_clock_that_is_given() -> None:
    clock = ticking().__next__
    result = Checker(Counter()).verify(always("p", anything), time_limit=10, clock=clock)
    assert (result.verdict, result.limit, result.states) == (UNDECIDED, "time_limit of 10 seconds", 10)
    assert result.seconds == 11.0


def test_the_time_limit_also_ends_the_judging_of_the_graph() -> None:
    clock = ticking().__next__
    result = Checker(toy("a x b")).verify(can_recover("p", anything), time_limit=3, clock=clock)
    assert (result.complete, result.limit, result.verdict) == (True, "time_limit of 3 seconds", UNDECIDED)


def test_arguments_are_checked() -> None:
    checker = Checker(DIAMOND)
    with pytest.raises(ValueError, match="needs a clock"):
        checker.verify(time_limit=3)
    with pytest.raises(ValueError, match="max_states"):
        checker.verify(max_states=0)
    with pytest.raises(ValueError, match="negative"):
        checker.verify(time_limit=-1, clock=ticking().__next__)
    with pytest.raises(ValueError, match="progress_every"):
        checker.verify(progress_every=0)
    with pytest.raises(ValueError, match="two properties are called 'p'"):
        checker.verify(always("p", anything), sometimes("p", anything))
    with pytest.raises(TypeError, match="not a property"):
        checker.verify(anything)  # type: ignore[arg-type]


def test_stop_at_first_ends_the_search_and_leaves_the_rest_undecided() -> None:
    model = toy("a x bad x c")
    for claim in (
        always("bad", lambda s: s != "bad"),
        always_step("bad", lambda before, event, after: after != "bad"),
        when_settled("bad", lambda s: s != "a", within=nothing),
    ):
        result = Checker(model).verify(claim, always("p", anything), stop_at_first=True)
        assert [finding.verdict for finding in result.findings] == [VIOLATED, UNDECIDED]
        assert (result.complete, result.limit) == (False, "stopped at the first violation")
    bad = Checker(model).verify(always("a", nothing), stop_at_first=True)
    assert (bad.states, bad.complete) == (1, False)


def test_an_interrupt_gives_a_report_of_what_is_known() -> None:
    class Interrupted(Counter):
        def step(self, state: int, event: int) -> int | None:
            if event == 20:
                raise KeyboardInterrupt
            return event

    result = Checker(Interrupted()).verify(always("small", lambda s: s < 5), *EVERY_KIND)
    assert result.findings[0].verdict is VIOLATED
    assert {finding.verdict for finding in result.findings[1:]} == {UNDECIDED}
    assert (result.verdict, result.complete, result.interrupted, result.states) == (VIOLATED, False, True, 20)


def test_an_interrupt_before_the_first_state_and_while_judging() -> None:
    def interrupt(*_: object) -> bool:
        raise KeyboardInterrupt

    early = toy("a x b")
    early.initial_states = interrupt  # type: ignore[method-assign,assignment]
    result = Checker(early).verify(always("p", anything))
    assert (result.verdict, result.states, result.depth, result.interrupted) == (UNDECIDED, 0, 0, True)
    late = Checker(toy("a x b")).verify(
        always("p", anything), leads_to("q", anything, interrupt), can_recover("r", anything)
    )
    assert [finding.verdict for finding in late.findings] == [HOLDS, UNDECIDED, UNDECIDED]
    assert (late.verdict, late.complete, late.interrupted) == (UNDECIDED, True, True)


def test_progress_is_told_every_so_many_states() -> None:
    told: list[Progress] = []
    Checker(Grid(4)).verify(progress=told.append, progress_every=5, clock=ticking().__next__)
    assert [(p.states, p.frontier, p.depth) for p in told] == [(9, 4, 2), (13, 3, 4), (16, 1, 6)]
    assert [p.seconds for p in told] == [1.0, 2.0, 3.0]
    assert told[-1].transitions == 39


def test_without_a_listener_it_does_not_matter_how_often_progress_would_be_told() -> None:
    claim = always("not the last", lambda state: state != (3, 3))
    assert Checker(Grid(4)).verify(claim, progress_every=1) == Checker(Grid(4)).verify(claim)


# Same input, same bytes


SEEDED = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.toys import toy
from failover_fsm.checker import *
model = toy("a x b y c z a", "b w d", "c v d u e t c", "a s e")
result = Checker(model).verify(
    always("no e", lambda s: s != "e"), sometimes("d", lambda s: s == "d"),
    leads_to("to d", lambda s: s == "b", lambda s: s == "d", weak=lambda e: e, strong=[lambda e: e == "t"]),
    converges("converges", within=lambda e: e != "z"), can_recover("home", lambda s: s == "a"))
print(result.to_dict(), result.digest, result.levels, result.findings)
class Heard:
    def initial_states(self):
        return [frozenset()]
    def events(self, heard):
        return [frozenset({"from", name}) for name in ("ann", "bob", "cy")]
    def step(self, heard, event):
        return heard | event
told = Checker(Heard()).verify(always("few", lambda heard: len(heard) < 4))
print(told.findings[0].text(), told.digest)
try:
    Checker(Heard()).verify(always("wrong", lambda heard: len(heard) < 4 or None))
except ModelError as error:
    print(error)
"""


def test_the_hash_seed_changes_nothing() -> None:
    here = str(Path(__file__).parents[2])
    runs = [
        subprocess.run(
            [sys.executable, "-c", SEEDED, here],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=True,
        )
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout != b""


def test_a_property_is_checked_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="needs a name"):
        always("", anything)
    with pytest.raises(TypeError, match="predicate must be a function"):
        always("p", True)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="within must be a function"):
        converges("p", within="step")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a fairness item must be a function"):
        leads_to("p", anything, anything, weak=["step"])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="needs a premise"):
        Property(name="p", kind=Kind.LEADS_TO, predicate=anything)
    assert leads_to("p", anything, anything, weak=anything).weak == (anything,)


@pytest.mark.parametrize("most", range(1, 8))
def test_a_rule_that_counts_its_calls_is_found_out_in_the_smallest_model(most: int) -> None:
    """Before the search it answers one way, in the search and after it another way."""
    calls: list[int] = []

    class Counting:
        def initial_states(self) -> list[int]:
            return [0]

        def successors(self, state: int) -> list[tuple[str, int]]:
            calls.append(state)
            return [("up", state + 1)] if state < 2 and len(calls) <= most else []

    with pytest.raises(ModelError):
        Checker(Counting()).verify(always("zero", lambda state: state == 0))
