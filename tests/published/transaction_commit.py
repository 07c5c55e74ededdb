"""What two-phase commit implements: TCommit, of "Consensus on Transaction Commit" (Gray and Lamport, 2006).

tlaplus/Examples, transaction_commit, three resource managers: 34 distinct states, 94 generated, depth 7.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, action_each, among, rule
from .two_phase import ABORTED, COMMITTED, PREPARED, WORKING


@attrs.frozen
class Manager:
    """A resource manager."""

    at: str = among((WORKING, PREPARED, COMMITTED, ABORTED))


@attrs.frozen
class State:
    """All of them; they see each other directly."""

    managers: tuple[Manager, ...]


def prepare(i: int, state: Any) -> bool:
    if state.managers[i].at != WORKING:
        return False
    state.managers[i].at = PREPARED
    return True


def commit(i: int, state: Any) -> bool:
    if state.managers[i].at != PREPARED or any(m.at not in (PREPARED, COMMITTED) for m in state.managers):
        return False
    state.managers[i].at = COMMITTED
    return True


def abort(i: int, state: Any) -> bool:
    if state.managers[i].at not in (WORKING, PREPARED) or any(m.at == COMMITTED for m in state.managers):
        return False
    state.managers[i].at = ABORTED
    return True


class TransactionCommit:
    """``count`` resource managers."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.rules = [rule(act, i) for i in range(count) for act in (prepare, commit, abort)]

    def initial_states(self) -> list[State]:
        return [State((Manager(),) * self.count)]


def consistent(state: Any) -> bool:
    return not {COMMITTED, ABORTED} <= {manager.at for manager in state.managers}


def finished(state: Any) -> bool:
    return state.managers[0].at in (COMMITTED, ABORTED)


CASES = [
    Case(
        "TCommit",
        TransactionCommit(3),
        distinct=34,
        generated=94,
        depth=7,
        holds=(always("consistent", consistent), leads_to("finished", lambda state: True, finished)),
        violated=(
            leads_to("finished, all prepare", lambda s: True, finished, weak=action_each("prepare"), progress=False),
        ),
    )
]
