"""A corpus of liveness: traps into which model checkers have fallen, each with its known verdict, on both engines.

A model is a graph: edges "from event to" between places, runs begin at `a`. Whatever is violated is shown by a lasso,
which is replayed through the rules and whose fairness is computed independently (`check_lasso`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import count
from typing import Any

import attrs
import pytest

from failover_fsm.checker import Checker, Finding, Property, Verdict, can_recover, converges, leads_to, when_settled
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.rules.rule_tree import PlainModel
from tests.checker.bitset.test_leads_to import Toy, check_lasso

HOLDS, VIOLATED, UNDECIDED = Verdict.HOLDS, Verdict.VIOLATED, Verdict.UNDECIDED


def plain(model: Any) -> Any:
    """The plain engine."""
    return Checker(PlainModel(model))


ENGINES = pytest.mark.parametrize("engine", [plain, CompiledChecker], ids=["plain", "compiled"])


def event(*names: str) -> Callable[[Hashable], bool]:
    """The action of these events."""
    return lambda item: item in names


def at(places: str) -> Callable[[Any], bool]:
    """Being at one of these places."""
    return lambda state: state.at in places


@attrs.frozen
class Case:
    """A trap.

    why: the trap, and what the answer must be.  edges: the model.  premise, goal: places.  options: of `leads_to`.
    round: events that the loop must take, and no others where `only` is set.
    """

    why: str
    edges: tuple[str, ...]
    premise: str
    goal: str
    verdict: Verdict
    options: dict[str, Any] = attrs.field(factory=dict)
    round: tuple[str, ...] = ()
    only: bool = False
    vacuous: bool = False


LADDER = ("a up b", "b up c", "c up d", "d down c", "c down b", "b down a")
"""An action and its inverse."""

LOBES = ("a l b", "b k a", "a r c", "c s a", "a n d", "d m a")
"""Three loops that share nothing but a."""

CASES = [
    Case(
        "an action and its inverse: the component is no cycle, its states in any order are no run",
        (*LADDER, "d exit f"),
        "a",
        "f",
        VIOLATED,
        {"strong": [event("up"), event("down")]},
        ("up", "down"),
    ),
    Case(
        "an action and its inverse, each fair and nothing else asked: the exit is open now and then only",
        (*LADDER, "d exit f"),
        "a",
        "f",
        VIOLATED,
        {"weak": event("exit")},
        ("up", "down"),
    ),
    Case(
        "an action and its inverse: strong fairness of the exit does not bring the run to where it is",
        (*LADDER, "d exit f"),
        "a",
        "f",
        VIOLATED,
        {"strong": event("exit")},
    ),
    Case(
        "an action and its inverse, two places: round goes by the exit, which must be taken",
        ("a up b", "b down a", "b exit f"),
        "a",
        "f",
        HOLDS,
        {"strong": event("exit")},
    ),
    Case(
        "demands in two loops of one component: a loop that meets one of them is no counterexample",
        LOBES,
        "a",
        "f",
        VIOLATED,
        {"strong": [event("l"), event("r")]},
        ("l", "k", "r", "s"),
        only=True,
    ),
    Case(
        "no two of three loops are enough, and the third must not be forgotten either",
        LOBES,
        "a",
        "f",
        VIOLATED,
        {"strong": [event("l"), event("r"), event("m")]},
        ("l", "r", "n", "m"),
    ),
    # fairness that a bound makes vacuous
    Case(
        "at the bound the fair action is disabled: staying there is fair, and no reason to hold",
        ("a inc b", "b inc c", "c inc d"),
        "a",
        "f",
        VIOLATED,
        {"progress": False, "weak": event("inc")},
    ),
    Case(
        "strong fairness of what the bound disables asks for nothing",
        ("a inc b", "b inc c", "c x b", "b y c"),
        "a",
        "f",
        VIOLATED,
        {"strong": event("inc", "far")},
    ),
    Case(
        "fairness of events that may not occur any more is no demand",
        ("a x b", "b y a", "a repair f", "b repair f"),
        "a",
        "f",
        VIOLATED,
        {"within": event("x", "y"), "strong": event("repair")},
    ),
    # <>[]P: everything leads to the part where P stays true; here P is false at a and b
    Case("P stays true in the end", ("a x b", "b y c", "c z d", "d w c"), "ab", "cd", HOLDS),
    Case(
        "stuttering where P is not yet true",
        ("a x b", "b y c", "c z d", "d w c"),
        "ab",
        "cd",
        VIOLATED,
        {"progress": False, "weak": event("x")},
    ),
    Case(
        "stuttering by an event that changes nothing, which is no progress",
        ("a x b", "b stay b", "b y c"),
        "ab",
        "c",
        VIOLATED,
        {"progress": False, "weak": event("x", "stay")},
    ),
    Case("P true, false again, then true for good: only the last part counts", ("a x b", "b y c"), "ab", "c", HOLDS),
    Case(
        "P true and false for ever: true infinitely often is not true in the end",
        ("a x b", "b y a", "b z c"),
        "ab",
        "c",
        VIOLATED,
        {"weak": event("z")},
    ),
    # weak fairness is of <A>_v: steps of A that change something
    Case(
        "an action that changes nothing here is not enabled here",
        ("a go a",),
        "a",
        "f",
        VIOLATED,
        {"progress": False, "weak": event("go")},
    ),
    Case(
        "nor is it taken: strong fairness is not met by a step that changes nothing",
        ("a x b", "b y a", "a go a", "b go f"),
        "a",
        "f",
        HOLDS,
        {"strong": event("go")},
    ),
    Case(
        "and weak fairness does not see it as enabled all the way round",
        ("a x b", "b y a", "a go a", "b go f"),
        "a",
        "f",
        VIOLATED,
        {"weak": event("go")},
    ),
    Case(
        "enabled all the way round, where both steps change something",
        ("a x b", "b y a", "a go f", "b go f"),
        "a",
        "f",
        HOLDS,
        {"weak": event("go")},
    ),
    # a lasso that enters what was explored before
    Case("a cycle that was explored before", ("a r c", "a l b", "b in c", "c k d", "d k c"), "b", "f", VIOLATED),
    Case("ways that join without a cycle", ("a r c", "a l b", "b in c", "c k f"), "b", "f", HOLDS),
    Case("ways that join before the goal", ("a l b", "a r c", "b k d", "c k d", "d k f"), "bc", "f", HOLDS),
    Case("a dead end that another way had explored", ("a r d", "a l b", "b k d"), "b", "f", VIOLATED),
    Case(
        "a cycle back to before the premise goes through the goal, so it is none",
        ("a x b", "b y f", "f z a"),
        "b",
        "f",
        HOLDS,
    ),
    Case("the premise again and again, the goal in between", ("a x b", "b y f", "f z b"), "b", "f", HOLDS),
    Case("a goal before the premise does not count", ("f x f", "a x f", "f y b"), "b", "f", VIOLATED),
    # two fairness assumptions at once
    Case("one of two strong demands", ("a x b", "b y a", "a l f", "b r f"), "a", "f", HOLDS, {"strong": event("l")}),
    Case(
        "two weak demands that are disabled in turn",
        ("a x b", "b y a", "a l f", "b r f"),
        "a",
        "f",
        VIOLATED,
        {"weak": [event("l"), event("r")]},
    ),
    Case(
        "two weak demands as one action are enabled throughout",
        ("a x b", "b y a", "a l f", "b r f"),
        "a",
        "f",
        HOLDS,
        {"weak": event("l", "r")},
    ),
    Case(
        "each of two strong demands leaves a component, both together none",
        ("a i b", "b x c", "c y b", "a j d", "d x e", "e y d", "b l f", "e r f"),
        "a",
        "f",
        HOLDS,
        {"strong": [event("l"), event("r")]},
    ),
    Case(
        "the strong demand cuts the component, and the weak one must be judged again in what is left",
        ("a x b", "b y a", "a w c", "b w c", "c h a", "c exit f"),
        "a",
        "f",
        HOLDS,
        {"strong": event("exit"), "weak": event("w")},
    ),
    Case(
        "a strong demand that is met on the way from one loop to the next is met once only",
        ("a x b", "b y a", "b go c", "c x d", "d y c", "d go f"),
        "a",
        "f",
        HOLDS,
        {"strong": event("go")},
    ),
    Case("the premise never occurs", ("a x b", "b y a"), "e", "f", HOLDS, vacuous=True),
]  # fmt: skip


def judged(case: Case) -> tuple[Any, Property]:
    """The model and the claim of a case."""
    return Toy(*case.edges), leads_to("p", at(case.premise), at(case.goal), **case.options)


@ENGINES
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why.replace(" ", "-"))
def test_leads_to_has_its_known_verdict(engine: Any, case: Case) -> None:
    model, claim = judged(case)
    finding = engine(model).verify(claim).findings[0]
    assert (finding.verdict, finding.vacuous) == (case.verdict, case.vacuous)
    if case.verdict is VIOLATED:
        check_lasso(PlainModel(model), claim, finding)
        assert finding.loop is not None
        around = set(finding.trace[finding.loop :])
        assert around >= set(case.round)
        assert not case.only or around == set(case.round)


@ENGINES
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why.replace(" ", "-"))
def test_no_bound_makes_a_claim_hold(engine: Any, case: Case) -> None:
    """A search cut short knows neither which actions are enabled at its edge nor which runs end there."""
    model, claim = judged(case)
    claims = (claim, converges("c", within=lambda _: True), can_recover("r", at(case.goal)))
    settled = when_settled("s", lambda _: False, within=event("up", "x"))
    size = engine(model).verify().states
    for most in range(1, size):
        result = engine(model).verify(*claims, settled, max_states=most)
        assert not result.complete
        assert [finding.verdict for finding in result.findings[:3]] == [UNDECIDED] * 3
        assert result.finding("s").verdict is not HOLDS
    ticks = count()
    late = engine(model).verify(*claims, time_limit=2, clock=lambda: float(next(ticks)))
    assert all(finding.verdict is UNDECIDED for finding in late.findings)


def test_the_corpus_asks_for_every_answer_both_ways() -> None:
    """Each trap is there with the answer that falls into it and with the one that does not."""
    for kind in ("weak", "strong", "progress", "within"):
        assert any(kind in case.options for case in CASES)
    assert sum(case.verdict is HOLDS for case in CASES) > 10
    assert sum(case.verdict is VIOLATED for case in CASES) > 10


# -- cycles and lost states ------------------------------------------------------------------------------------


@attrs.frozen
class Claimed:
    """A claim other than leads-to. loop: how many events are repeated, for a cycle."""

    why: str
    edges: tuple[str, ...]
    claim: Property
    verdict: Verdict
    loop: int | None = None


OTHERS = [
    Claimed("an action and its inverse is a cycle", LADDER, converges("p", within=lambda _: True), VIOLATED, 2),
    Claimed("one direction is none", LADDER, converges("p", within=event("up")), HOLDS),
    Claimed(
        "events that change nothing are no cycle", ("a x b", "b x b"), converges("p", within=lambda _: True), HOLDS
    ),
    Claimed(
        "a way between two cycles is on neither", ("a x b", "b y a", "b z c", "c x d", "d y c"),
        converges("p", within=lambda _: True), VIOLATED, 2,
    ),
    Claimed(
        "joining ways are no cycle", ("a l b", "a r c", "b k d", "c k d"), converges("p", within=lambda _: True), HOLDS
    ),
    Claimed("possible, not inevitable", ("a x b", "b y a", "b go f"), can_recover("p", at("f")), HOLDS),
    Claimed("lost after one wrong step", ("a x b", "b y a", "a z c", "b go f"), can_recover("p", at("f")), VIOLATED),
    Claimed("possible from everywhere", ("a x b", "b y a", "b go f", "f z a"), can_recover("p", at("f")), HOLDS),
    Claimed(
        "what changes nothing does not keep a state from being settled", ("a x b", "b x b"),
        when_settled("p", at("b"), within=event("x")), HOLDS,
    ),
    Claimed(
        "a state with its way out closed is settled", ("a x b", "b fault c"),
        when_settled("p", at("c"), within=event("x")), VIOLATED,
    ),
]  # fmt: skip


@ENGINES
@pytest.mark.parametrize("case", OTHERS, ids=lambda case: case.why.replace(" ", "-"))
def test_other_claims_have_their_known_verdict(engine: Any, case: Claimed) -> None:
    model = Toy(*case.edges)
    finding: Finding[Any, Any] = engine(model).verify(case.claim).findings[0]
    assert finding.verdict is case.verdict
    for before, name, after in zip(finding.states, finding.trace, finding.states[1:], strict=False):
        assert PlainModel(model).step(before, name) == after
    if case.loop is not None:
        assert finding.loop is not None
        assert finding.states[-1] == finding.states[finding.loop]
        assert len(finding.trace) - finding.loop == case.loop
