"""Leads-to under fairness: the compiled checker against the plain one, and every lasso replayed and judged."""

from __future__ import annotations

import random
from collections.abc import Hashable
from itertools import pairwise
from typing import Any

import attrs
import pytest

from failover_fsm.checker import Checker, Finding, Property, Verdict, leads_to
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.rules.rule_tree import PlainModel, Rule
from tests.checker.bitset.test_against_plain import as_predicate, random_model, random_tree


def random_claims(seed: int) -> list[Property]:
    """Leads-to with all sorts of fairness."""
    chance = random.Random(1000 + seed)

    def events(share: float) -> frozenset[str]:
        return frozenset(f"e{number}" for number in range(13) if chance.random() < share)

    def action(own: frozenset[str]) -> Any:
        return lambda event: event in own

    claims = []
    for number in range(8):
        allowed = events(0.8)
        claims.append(
            leads_to(
                f"claim {number}",
                as_predicate(random_tree(chance, 2, 0.6)),
                as_predicate(random_tree(chance, 2, 0.35)),
                within=None if number % 2 else allowed.__contains__,
                weak=[action(events(0.3)) for _ in range(chance.randint(0, 2))],
                strong=[action(events(0.3)) for _ in range(chance.randint(0, 2))],
                progress=chance.random() < 0.6,
            )
        )
    claims.append(
        leads_to(
            "each event", lambda state: not state.p, lambda state: state.p and state.q == 1, strong=lambda event: event
        )
    )
    return claims


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_verdicts_agree_and_lassos_are_fair(seed: int) -> None:
    """Trust neither: the lasso is replayed and its fairness computed anew."""
    model, claims = random_model(seed), random_claims(seed)
    expected = Checker(PlainModel(model)).verify(*claims)
    found = CompiledChecker(model, rest_bits=(0, 3, 12)[seed % 3]).verify(*claims)
    for claim, ours, theirs in zip(claims, found.findings, expected.findings, strict=True):
        assert (ours.verdict, ours.vacuous) == (theirs.verdict, theirs.vacuous), claim.name
        if ours.verdict is Verdict.VIOLATED:
            check_lasso(PlainModel(model), claim, ours)


@pytest.mark.slow
def test_the_claims_are_not_trivial() -> None:
    """Holding, vacuous, stopping and going round all occur, and often."""
    seen: dict[tuple[Verdict, bool, bool], int] = {}
    for seed in range(40):
        for finding in CompiledChecker(random_model(seed)).verify(*random_claims(seed)).findings:
            goes_round = finding.loop is not None and finding.loop < len(finding.trace)
            key = (finding.verdict, finding.vacuous, goes_round)
            seen[key] = seen.get(key, 0) + 1
    assert seen[Verdict.HOLDS, False, False] > 20
    assert seen[Verdict.HOLDS, True, False] > 5
    assert seen[Verdict.VIOLATED, False, False] > 20
    assert seen[Verdict.VIOLATED, False, True] > 20


def check_lasso(model: PlainModel, claim: Property, finding: Finding[Any, Hashable]) -> None:
    """A run of the model, with a premise before the loop and no goal after it, fair as claimed."""
    loop, states, trace = finding.loop, finding.states, finding.trace
    assert loop is not None and claim.predicate is not None and claim.premise is not None
    assert states[0] in model.initial_states()
    assert states[-1] == states[loop]
    for before, event, after in zip(states, trace, states[1:], strict=False):
        assert model.step(before, event) == after
    within = claim.within or (lambda event: True)
    assert any(
        claim.premise(states[start])
        and not any(map(claim.predicate, states[start:]))
        and all(map(within, trace[start:]))
        for start in range(loop + 1)
    )
    around, places = trace[loop:], states[loop:]
    assert all(before != after for before, after in pairwise(places))
    for strong, items in ((False, claim.weak), (True, claim.strong)):
        for item in items:
            for key in {item(event) for event in model.events(None)} - {None, False}:
                check_action(
                    model, within, lambda event, item=item, key=key: item(event) == key, strong, around, places
                )
    if claim.progress:
        check_action(model, within, lambda event: True, False, around, places)


def check_action(model: PlainModel, within: Any, member: Any, strong: bool, around: Any, places: Any) -> None:
    """One action: taken in the loop, or disabled somewhere (weak) or everywhere (strong)."""
    events = [event for event in model.events(None) if member(event) and within(event)]
    enabled = [any(model.step(state, event) not in (None, state) for event in events) for state in places]
    taken = any(event in events for event in around)
    assert taken or not (any if strong else all)(enabled)


@attrs.frozen
class Place:
    """Where a toy is."""

    at: str = attrs.field(default="a", metadata={"domain": tuple("abcdef")})


class Toy:
    """A graph as rules: edges (from, event, to)."""

    def __init__(self, *edges: str) -> None:
        table: dict[str, dict[str, str]] = {}
        for edge in edges:
            before, event, after = edge.split()
            table.setdefault(event, {})[before] = after
        self.rules = tuple(Rule(event, self._rule(moves)) for event, moves in table.items())

    @staticmethod
    def _rule(moves: dict[str, str]) -> Any:
        def function(draft: Any) -> bool:
            target = moves.get(draft.at)
            if target is None:
                return False
            draft.at = target
            return True

        return function

    def initial_states(self) -> list[Place]:
        """At a."""
        return [Place()]


def at(place: str) -> Any:
    """The predicate of being there."""
    return lambda state: state.at == place


def go(event: str) -> bool:
    """The action go."""
    return event == "go"


def exit_(event: str) -> bool:
    """The action exit."""
    return event == "exit"


TWO_TRAPS = ("a l b", "b x c", "c x b", "b exit f", "a r d", "d y e", "e y d")
"""From a into {b, c}, which only `exit` leaves, for the goal f; or into {d, e} for ever."""


@pytest.mark.parametrize(
    ("edges", "fairness", "verdict", "why"),
    [
        (("a go b",), {}, Verdict.HOLDS, "something possible is done in the end"),
        (("a go b",), {"progress": False}, Verdict.VIOLATED, "without fairness nothing ever has to happen"),
        (("a go b",), {"progress": False, "weak": go}, Verdict.HOLDS, "the fair action is done"),
        (("a x c", "c x a", "a go b"), {"weak": go}, Verdict.VIOLATED, "go is disabled again and again"),
        (("a x c", "c x a", "a go b"), {"strong": go}, Verdict.HOLDS, "go is enabled again and again"),
        (("a x c", "c x a", "a go b", "c go b"), {"weak": go}, Verdict.HOLDS, "enabled all the way round"),
        (("a go a", "a x b"), {"weak": go}, Verdict.HOLDS, "a step that changes nothing is not taken"),
        (("a x c", "c x d", "a y d", "d z a", "d go b"), {}, Verdict.VIOLATED, "a cycle entered where ways join"),
        (
            ("a x c", "c y a", "a go b", "c stop d", "d go b"),
            {"strong": (go, lambda event: event == "stop")},
            Verdict.HOLDS,
            "two demands at once",
        ),
        (("a x c", "c y d", "d y c", "a go b"), {"strong": go}, Verdict.VIOLATED, "never enabled again"),
        (TWO_TRAPS, {"strong": exit_}, Verdict.VIOLATED, "the first component denies it, the other does not"),
        ((*TWO_TRAPS, "d exit a"), {"strong": exit_}, Verdict.VIOLATED, "exit is taken in a circle"),
    ],
)  # fmt: skip
def test_toys_with_known_answers(edges: tuple[str, ...], fairness: dict[str, Any], verdict: Verdict, why: str) -> None:
    """Each with its reason; b is the goal, in the traps f."""
    model = Toy(*edges)
    goal = at("f" if edges[: len(TWO_TRAPS)] == TWO_TRAPS else "b")
    claim = leads_to(why, at("a"), goal, **fairness)
    finding = CompiledChecker(model).verify(claim).finding(why)
    assert finding.verdict is verdict
    assert Checker(PlainModel(model)).verify(claim).finding(why).verdict is verdict
    if verdict is Verdict.VIOLATED:
        check_lasso(PlainModel(model), claim, finding)
