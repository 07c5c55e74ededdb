"""Leads-to under fairness, can-recover and converges, on graphs with known answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from failover_fsm.checker import Checker, Finding, Property, Verdict, can_recover, converges, leads_to
from tests.toys import Counter, Toy, toy

HOLDS, VIOLATED, UNDECIDED = Verdict.HOLDS, Verdict.VIOLATED, Verdict.UNDECIDED


def at(*states: str) -> Callable[[str], bool]:
    return lambda state: state in states


def verify(model: Toy, claim: Property) -> Finding[Any, Any]:
    """Return the finding, its trace checked edge by edge."""
    finding = Checker(model).verify(claim).findings[0]
    for i, event in enumerate(finding.trace):
        assert model.table[finding.states[i]][event] == finding.states[i + 1]
    if finding.loop is not None:
        assert finding.states[finding.loop] == finding.states[-1]
    return finding


def check(model: Toy, premise: str, goal: str, **options: Any) -> Finding[Any, Any]:
    return verify(model, leads_to("p", at(*premise.split()), at(*goal.split()), **options))


# The premise and the goal


def test_a_line_leads_to_its_end() -> None:
    finding = check(toy("a x b x c"), "a", "c")
    assert (finding.verdict, finding.vacuous, finding.trace, finding.loop) == (HOLDS, False, (), None)


def test_a_premise_never_reached_is_vacuous() -> None:
    finding = check(toy("a x b", "z x y"), "z", "q")
    assert (finding.verdict, finding.vacuous) == (HOLDS, True)


def test_a_state_with_premise_and_goal_meets_its_own_obligation() -> None:
    assert check(toy("a x b"), "a", "a").verdict is HOLDS


def test_a_goal_before_the_premise_does_not_count() -> None:
    finding = check(toy("goal x a x b"), "a", "goal")
    assert (finding.verdict, finding.trace, finding.loop) == (VIOLATED, ("x", "x"), 2)


def test_a_goal_on_one_branch_only_is_not_enough() -> None:
    finding = check(toy("a left goal", "a right b"), "a", "goal")
    assert (finding.verdict, finding.trace, finding.loop) == (VIOLATED, ("right",), 1)


def test_the_stem_is_shortest_counted_from_the_initial_state() -> None:
    """The premise nearest to the start is not on the shortest counterexample."""
    model = toy("s x p1 x m1 x m2 x m3 x dead", "s y n y p2 y dead2")
    finding = check(model, "p1 p2", "goal")
    assert (finding.trace, finding.states[-1], finding.loop) == (("y", "y", "y"), "dead2", 3)


def test_a_lasso_may_enter_a_cycle_that_was_explored_before() -> None:
    """Searches that carry obligations along paths lose them where paths join."""
    model = toy("s left p in a round b back a", "s right a")
    finding = check(model, "p", "goal")
    assert (finding.verdict, finding.states, finding.loop) == (VIOLATED, ("s", "p", "a", "b", "a"), 2)


def test_joining_paths_without_a_cycle_are_no_lasso() -> None:
    assert check(toy("s left p in a x goal", "s right a"), "p", "goal").verdict is HOLDS


# Stuttering


def test_a_dead_end_is_a_run_that_stays_for_ever() -> None:
    finding = check(toy("a x b"), "a", "goal")
    assert (finding.verdict, finding.states, finding.loop) == (VIOLATED, ("a", "b"), 1)


def test_without_any_fairness_a_run_may_stay_anywhere() -> None:
    finding = check(toy("a x goal"), "a", "goal", progress=False)
    assert (finding.verdict, finding.trace, finding.states, finding.loop) == (VIOLATED, (), ("a",), 0)


def test_progress_is_weak_fairness_of_everything() -> None:
    assert check(toy("a x goal"), "a", "goal").verdict is HOLDS
    assert check(toy("a x goal"), "a", "goal", progress=False, weak=lambda _: True).verdict is HOLDS


def test_progress_does_not_choose() -> None:
    finding = check(toy("a x b y a", "a z goal"), "a", "goal")
    assert (finding.verdict, finding.trace, finding.loop) == (VIOLATED, ("x", "y"), 0)


def test_events_that_change_nothing_are_no_progress() -> None:
    finding = check(toy("a stay a"), "a", "goal")
    assert (finding.verdict, finding.trace, finding.loop) == (VIOLATED, (), 0)


def test_eventually_always_fails_by_stuttering_where_it_is_not_yet_true() -> None:
    """<>[]P is checked here as: everything leads to the part of the graph where P stays true."""
    model = toy("a x b y p z p2 w p")
    assert check(model, "a b", "p p2").verdict is HOLDS
    finding = check(model, "a b", "p p2", progress=False, weak=lambda event: event == "x")
    assert (finding.verdict, finding.states, finding.loop) == (VIOLATED, ("a", "b"), 1)


# Which events may occur


def test_within_ends_the_faults_from_the_premise_on() -> None:
    model = toy("ok fault broken repair ok", "broken fault worse repair broken")
    assert check(model, "broken worse", "ok").verdict is VIOLATED
    assert check(model, "broken worse", "ok", within=lambda event: event != "fault").verdict is HOLDS


def test_before_the_premise_every_event_may_occur() -> None:
    model = toy("ok fault broken")
    finding = check(model, "broken", "ok", within=lambda event: event != "fault")
    assert (finding.verdict, finding.trace, finding.loop) == (VIOLATED, ("fault",), 1)


def test_fairness_of_an_event_that_may_not_occur_asks_for_nothing() -> None:
    """Otherwise no run at all would be fair, and everything would hold."""
    model = toy("a x b y a", "a fault c", "b fault c")
    options: dict[str, Any] = {"weak": lambda event: event, "within": lambda event: event != "fault"}
    assert check(model, "a", "c", **options).verdict is VIOLATED


def test_fairness_items_are_not_asked_about_events_that_may_not_occur() -> None:
    names = {"x": "step", "y": "step"}
    model = toy("a x b y a", "a fault c")
    finding = check(model, "a", "c", within=lambda event: event in names, weak=lambda event: names[event])
    assert finding.verdict is VIOLATED


# Weak fairness


RING = toy("a x b y a", "a exit goal", "b exit goal")
HALF = toy("a x b y a", "a exit goal")


def leave(event: str) -> bool:
    return event == "exit"


def test_a_weakly_fair_exit_open_all_the_time_is_taken() -> None:
    assert check(RING, "a", "goal").verdict is VIOLATED
    assert check(RING, "a", "goal", weak=leave).verdict is HOLDS


def test_a_weakly_fair_exit_open_now_and_then_need_not_be_taken() -> None:
    finding = check(HALF, "a", "goal", weak=leave)
    assert (finding.verdict, finding.trace, finding.loop) == (VIOLATED, ("x", "y"), 0)


def test_a_fair_step_that_changes_nothing_does_not_count_as_taken() -> None:
    """<A>_v: staying put by an event of the action is a stutter. Here a can be left by the action, so it
    must be.
    """
    model = Toy([("a", "stay", "a"), ("a", "exit", "goal")])
    assert check(model, "a", "goal", progress=False, weak=lambda _: True).verdict is HOLDS
    finding = check(model, "a", "goal", progress=False, weak=lambda event: event == "stay")
    assert (finding.verdict, finding.trace, finding.loop) == (VIOLATED, (), 0)


def test_a_fair_event_that_changes_nothing_here_does_not_count_as_enabled() -> None:
    model = toy("a x b y a", "a tick c", "b tick b", "c z goal")
    assert check(model, "a", "c", weak=lambda event: event == "tick").verdict is VIOLATED
    assert check(model, "a", "c", strong=lambda event: event == "tick").verdict is HOLDS


def test_the_loop_shown_does_what_weak_fairness_asks() -> None:
    """The short round a-b would neglect `far`, which is open in both; the fair loop goes by c."""
    model = toy("a x b y a", "a far c", "b far c", "c home a", "c exit goal")
    finding = check(model, "a", "goal", weak=lambda event: event == "far")
    assert finding.verdict is VIOLATED
    assert finding.loop is not None
    assert "far" in finding.trace[finding.loop :]


def test_each_key_of_a_fairness_item_is_an_action_of_its_own() -> None:
    model = toy("a p1 b p1 a", "a q1 goal", "b q2 goal")
    assert check(model, "a", "goal", weak=lambda event: event[0] == "q").verdict is HOLDS
    assert check(model, "a", "goal", weak=lambda event: event[0]).verdict is HOLDS
    assert check(model, "a", "goal", weak=lambda event: event).verdict is VIOLATED
    assert check(model, "a", "goal", weak=lambda event: None).verdict is VIOLATED


# Strong fairness


def test_a_strongly_fair_exit_open_now_and_then_is_taken() -> None:
    assert check(HALF, "a", "goal", strong=leave).verdict is HOLDS


def test_strong_fairness_asks_nothing_of_a_loop_where_the_exit_is_shut() -> None:
    model = toy("a x b y a", "a z c u d v c", "b exit goal")
    finding = check(model, "a", "goal", strong=leave)
    assert (finding.verdict, finding.states, finding.loop) == (VIOLATED, ("a", "c", "d", "c"), 1)


def test_strong_fairness_is_refined_inside_a_component() -> None:
    """One component a-b-c; the exit is open at c only, so the run may go round a and b."""
    model = toy("a x b y a", "b z c w a", "c exit goal")
    finding = check(model, "a", "goal", strong=leave)
    assert (finding.verdict, finding.states, finding.loop) == (VIOLATED, ("a", "b", "a"), 0)


def test_weak_fairness_is_judged_again_after_refining() -> None:
    """Going round a and b neglects `weak`, which only leads to c; going by c neglects the exit."""
    model = toy("a x b y a", "a weak c", "b weak c", "c home a", "c exit goal")
    assert check(model, "a", "goal", strong=leave).verdict is VIOLATED
    both = check(model, "a", "goal", strong=leave, weak=lambda event: event == "weak")
    assert both.verdict is HOLDS


def test_two_fairness_assumptions_at_once_are_both_met_by_the_loop_shown() -> None:
    model = toy("hub l1 left l2 hub", "hub r1 right r2 hub", "hub n1 north n2 hub")
    finding = check(model, "hub", "goal", strong=[lambda e: e == "l1", lambda e: e == "r1"])
    assert finding.verdict is VIOLATED
    assert finding.loop is not None
    assert {"l1", "r1"} <= set(finding.trace[finding.loop :])
    assert "n1" not in finding.trace


def test_two_fairness_assumptions_at_once_can_exclude_what_each_allows() -> None:
    model = toy("a x b y a", "a one goal", "b two goal")
    one, two = (lambda e: e == "one"), (lambda e: e == "two")
    assert check(model, "a", "goal", weak=[one, two]).verdict is VIOLATED
    assert check(model, "a", "goal", strong=[one]).verdict is HOLDS
    sides = toy("s in a x b y a", "s in2 c x d y c", "a one goal", "d two goal")
    assert check(sides, "s", "goal", strong=[one]).verdict is VIOLATED
    assert check(sides, "s", "goal", strong=[two]).verdict is VIOLATED
    assert check(sides, "s", "goal", strong=[one, two]).verdict is HOLDS


def test_an_action_and_its_inverse_a_component_is_not_a_cycle() -> None:
    """Printing the states of a component in some order is no trace. Every step shown is an edge (see
    verify).
    """
    model = toy("0 up 1 up 2 up 3", "3 down 2 down 1 down 0", "3 exit goal")
    strong = [lambda e: e == "up", lambda e: e == "down"]
    finding = check(model, "0", "goal", strong=strong)
    assert finding.verdict is VIOLATED
    assert finding.loop is not None
    assert {"up", "down"} == set(finding.trace[finding.loop :])


# Limits


def test_fairness_made_vacuous_by_a_bound_is_undecided() -> None:
    """At the bound the fair action looks disabled, or every run looks finite; neither is known."""
    claim = leads_to("p", lambda s: s == 1, lambda s: s < 0, weak=lambda _: True)
    result = Checker(Counter()).verify(claim, converges("c", within=lambda _: True), max_states=30)
    assert [finding.verdict for finding in result.findings] == [UNDECIDED, UNDECIDED]
    assert result.verdict is UNDECIDED


# Can recover


def test_can_recover_is_possible_not_inevitable() -> None:
    model = toy("a x b x c x a", "b y b2 y b")
    assert verify(model, can_recover("p", at("a"))).verdict is HOLDS
    assert check(model, "b", "a").verdict is VIOLATED


@pytest.mark.parametrize(
    ("model", "goal", "trace"),
    [
        (toy("a x b x c"), "a", ("x",)),
        (toy("a x b x c"), "z", ()),
        (toy("a x b x c", "b y d z d2 u d"), "c", ("x", "y")),
    ],
)
def test_can_recover_shows_the_nearest_lost_state(model: Toy, goal: str, trace: tuple[str, ...]) -> None:
    finding = verify(model, can_recover("p", at(goal)))
    assert (finding.verdict, finding.trace, finding.loop) == (VIOLATED, trace, None)


def test_can_recover_by_events_within() -> None:
    model = toy("ok fault broken repair ok", "broken luck ok")
    assert verify(model, can_recover("p", at("ok"), within=lambda e: e == "repair")).verdict is HOLDS
    assert verify(model, can_recover("p", at("ok"), within=lambda e: e == "fault")).verdict is VIOLATED


# Converges


def test_converges_means_no_cycle_of_the_events_within() -> None:
    model = toy("a s1 b s2 c", "c fault a", "c noop c", "b s3 c")
    finding = verify(model, converges("p", within=lambda e: e != "fault"))
    assert (finding.verdict, finding.vacuous) == (HOLDS, False)
    cycle = verify(model, converges("p", within=lambda e: True))
    assert (cycle.verdict, cycle.trace, cycle.loop) == (VIOLATED, ("s1", "s2", "fault"), 0)


def test_converges_shows_the_cycle_nearest_to_the_start() -> None:
    model = toy("a x b x c x d y e y d", "a far f far g back f")
    finding = verify(model, converges("p", within=lambda e: True))
    assert (finding.states, finding.loop) == (("a", "f", "g", "f"), 1)


def test_converges_is_vacuous_where_nothing_within_moves() -> None:
    finding = verify(toy("a x b", "b noop b"), converges("p", within=lambda e: e == "noop"))
    assert (finding.verdict, finding.vacuous) == (HOLDS, True)
