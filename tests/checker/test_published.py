"""Published specifications: the numbers their authors' tools report, and the properties they are known for.

TLC counts the depth in states, the checker in steps: ``depth + 1`` is TLC's number. "States generated" of
TLC is ``generated``; "rules fired" of Murphi checkers is ``transitions``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from failover_fsm.checker import Checker, Verdict, always, can_recover, leads_to, sometimes, when_settled
from tests.published.allocator import Allocator, Event, State
from tests.published.die_hard import DieHard
from tests.published.peterson import ASK, CRITICAL, LEAVE, WAIT, Peterson
from tests.published.philosophers import Philosophers
from tests.published.philosophers import State as Table
from tests.published.transaction_commit import TransactionCommit
from tests.published.two_phase import ABORTED, COMMITTED, TwoPhase, consistent

HOLDS, VIOLATED = Verdict.HOLDS, Verdict.VIOLATED


@pytest.mark.parametrize(
    ("model", "distinct", "generated", "depth"),
    [
        (TwoPhase(3), 288, 1146, 11),
        (TransactionCommit(3), 34, 94, 7),
        (Peterson(), 42, 77, 11),
        (DieHard(), 16, 97, 8),
        (Allocator(3, 2), 400, 1633, 6),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_counts_are_those_of_tlc(model: Any, distinct: int, generated: int, depth: int) -> None:
    result = Checker(model).verify()
    assert (result.states, result.generated, result.depth + 1) == (distinct, generated, depth)


def test_two_phase_commit_with_five_managers() -> None:
    assert Checker(TwoPhase(5)).verify().states == 8832


def test_two_phase_commit_is_consistent_and_may_end_either_way() -> None:
    result = Checker(TwoPhase(3)).verify(
        always("consistent", consistent),
        sometimes("commit", lambda s: s.managers == (COMMITTED,) * 3),
        sometimes("abort", lambda s: s.managers == (ABORTED,) * 3),
    )
    assert result.verdict is HOLDS


def test_four_gallons_are_measured_in_six_steps() -> None:
    finding = Checker(DieHard()).verify(always("not solved", lambda s: s[1] != 4)).findings[0]
    assert (finding.verdict, len(finding.trace), finding.states[-1]) == (VIOLATED, 6, (3, 4))


def test_peterson_excludes_and_lets_everyone_in() -> None:
    """A process that has shown its wish gets in by progress alone; one that only means to needs fairness."""
    inside = (CRITICAL, LEAVE)
    fair: dict[str, Any] = {"progress": False, "weak": lambda process: process}
    result = Checker(Peterson()).verify(
        always("mutual exclusion", lambda s: not (s.label[0] in inside and s.label[1] in inside)),
        leads_to("waits", lambda s: s.label[0] == WAIT, lambda s: s.label[0] == CRITICAL),
        leads_to("asks", lambda s: s.label[0] == ASK, lambda s: s.label[0] == CRITICAL),
        leads_to("asks, fair", lambda s: s.label[0] == ASK, lambda s: s.label[0] == CRITICAL, **fair),
    )
    assert [finding.verdict for finding in result.findings] == [HOLDS, HOLDS, VIOLATED, HOLDS]
    lasso = result.finding("asks")
    assert lasso.loop is not None
    assert set(lasso.trace[lasso.loop :]) == {1}


def test_philosophers_with_ordered_forks_never_starve_for_good() -> None:
    def eating(i: int) -> Callable[[Table], bool]:
        return lambda table: table[i].mood == "eating"

    claims = [can_recover(f"{i} can eat", eating(i)) for i in range(5)]
    result = Checker(Philosophers(5)).verify(*claims)
    assert (result.states, result.transitions, result.verdict) == (3216, 16160, HOLDS)


def test_philosophers_who_take_any_fork_end_each_with_one() -> None:
    stuck = when_settled("nobody is stuck", lambda s: False, within=lambda event: True)
    finding = Checker(Philosophers(5, ordered=False)).verify(stuck).findings[0]
    assert finding.trace == tuple(("take left", i) for i in range(5))


def returns(event: Event) -> object:
    """Each client that holds something returns all of it, now or later."""
    return event.client if event.what == "return" and event.everything else None


def returns_when_satisfied(event: Event) -> object:
    """The same, but only from a client that has got all that it asked for."""
    return event.client if event.what == "return" and event.everything and event.satisfied else None


def allocates(event: Event) -> object:
    return event.client if event.what == "allocate" else None


def allocator_claims(**fairness: Any) -> list[Verdict]:
    """Return the verdicts of: the client returns, obtains, is satisfied again and again."""

    def wants(state: State) -> int:
        return state.unsatisfied[0]

    result = Checker(Allocator(3, 2)).verify(
        leads_to("returns", lambda s: not wants(s), lambda s: not s.held[0], progress=False, **fairness),
        leads_to("obtains", lambda s: wants(s) & 1, lambda s: s.held[0] & 1, progress=False, **fairness),
        leads_to("satisfied", lambda s: True, lambda s: not wants(s), progress=False, **fairness),
    )
    return [finding.verdict for finding in result.findings]


def test_every_client_is_served_if_allocation_is_strongly_fair() -> None:
    assert allocator_claims(weak=returns, strong=allocates) == [HOLDS, HOLDS, HOLDS]


def test_a_client_may_starve_if_allocation_is_weakly_fair() -> None:
    assert allocator_claims(weak=[returns, allocates]) == [HOLDS, VIOLATED, VIOLATED]


def test_clients_that_return_only_when_satisfied_may_block_each_other() -> None:
    assert allocator_claims(weak=returns_when_satisfied, strong=allocates) == [HOLDS, VIOLATED, VIOLATED]
