"""Two-phase commit with a backup for a manager that fails: 2PCwithBTM, of tlaplus/Examples, transaction_commit
(Demirbas).

Three resource managers, one of which may fail, and a transaction manager that does: 1,245 distinct states, 5,841
generated, depth 15. TLC generates a decision once for each way in which its guard is true, and so do the rules.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, action, action_each, among, rule


@attrs.frozen
class Resource:
    """A resource manager, and whether it has ended."""

    state: str = among(("working", "prepared", "committed", "aborted", "failed"))
    ended: bool = False


@attrs.frozen
class State:
    """The resource managers, the decision as it can be read, and where manager and backup are."""

    resources: tuple[Resource, ...] = (Resource(),) * 3
    decision: str = among(("init", "commit", "abort", "hidden"))
    manager: str = among(("deciding", "commit", "abort", "hide", "ended"))
    backup: str = among(("deciding", "commit", "abort", "ended"))


def states(state: Any) -> list[str]:
    return [resource.state for resource in state.resources]


def can_commit(witnesses: tuple[int, ...], state: Any) -> bool:
    """Whether each resource manager is prepared (-1), or the one named in its place has committed."""
    found = states(state)
    return all(found[i] == "prepared" if w < 0 else found[w] == "committed" for i, w in enumerate(witnesses))


def can_abort(witness: int, state: Any) -> bool:
    """Whether this resource manager is out, and none has committed."""
    found = states(state)
    return found[witness] in ("aborted", "failed") and "committed" not in found


def move(i: int, how: str, state: Any) -> bool:
    """A resource manager that has not finished goes on, or fails if none has."""
    resource = state.resources[i]
    if resource.ended or resource.state not in ("working", "prepared"):
        return False
    fails = how == "failed" and "failed" not in states(state)
    possible = {
        "prepared": resource.state == "working",
        "committed": state.decision == "commit",
        "gives up": resource.state == "working",
        "obeys": state.decision == "abort",
        "failed": True,
    }
    if not possible[how]:
        return False
    if how != "failed" or fails:
        resource.state = {"gives up": "aborted", "obeys": "aborted"}.get(how, how)
    return True


def end(i: int, state: Any) -> bool:
    resource = state.resources[i]
    if resource.ended or resource.state in ("working", "prepared"):
        return False
    resource.ended = True
    return True


def manager_decides(what: str, witness: Any, state: Any) -> bool:
    if state.manager != "deciding" or not REASONS[what](witness, state):
        return False
    state.manager = what
    return True


def manager_tells(state: Any) -> bool:
    if state.manager not in ("commit", "abort"):
        return False
    state.decision, state.manager = state.manager, "hide"
    return True


def manager_fails(state: Any) -> bool:
    if state.manager != "hide":
        return False
    state.decision, state.manager = "hidden", "ended"
    return True


def backup_decides(what: str, witness: Any, state: Any) -> bool:
    if state.backup != "deciding" or state.decision != "hidden" or not REASONS[what](witness, state):
        return False
    state.backup = what
    return True


def backup_tells(state: Any) -> bool:
    if state.backup not in ("commit", "abort"):
        return False
    state.decision, state.backup = state.backup, "ended"
    return True


def all_ended(state: Any) -> bool:
    return state.manager == state.backup == "ended" and all(resource.ended for resource in state.resources)


REASONS: dict[str, Callable[[Any, Any], bool]] = {"commit": can_commit, "abort": can_abort}
ALL_PREPARED = (-1, -1, -1)
ABORTS = [("abort", i) for i in range(3)]
COMMITS = [
    ("commit", witnesses)
    for witnesses in product((-1, 0, 1, 2), repeat=3)
    if all(witnesses[named] != -1 for named in witnesses if named >= 0)  # nobody is prepared and has committed
]


class BackupManager:
    """Three resource managers."""

    rules = [
        *(rule(move, i, how) for i in range(3) for how in ("prepared", "committed", "gives up", "obeys", "failed")),
        *(rule(end, i) for i in range(3)),
        rule(manager_decides, "commit", ALL_PREPARED),  # nobody has committed before it decides
        *(rule(manager_decides, *reason) for reason in ABORTS),
        rule(manager_tells),
        rule(manager_fails),
        *(rule(backup_decides, *reason) for reason in COMMITS + ABORTS),
        rule(backup_tells),
        rule(all_ended),
    ]

    def initial_states(self) -> list[State]:
        return [State()]


def consistent(state: Any) -> bool:
    return not {"aborted", "committed"} <= set(states(state))


FAIR = [
    action_each("move", "end"),
    action("manager_decides", "manager_tells", "manager_fails"),
    action("backup_decides", "backup_tells"),
]
CASES = [
    Case(
        "2PCwithBTM",
        BackupManager(),
        distinct=1245,
        generated=5841,
        depth=15,
        holds=(
            always("consistent", consistent),
            leads_to("finished", lambda s: True, all_ended, weak=FAIR, progress=False),
        ),
        violated=(leads_to("finished, no backup", lambda s: True, all_ended, weak=FAIR[:2], progress=False),),
    )
]
