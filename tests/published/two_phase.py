"""Two-phase commit without message loss: TwoPhase, of "Consensus on Transaction Commit" (Gray and Lamport,
2006).

tlaplus/Examples, transaction_commit, three resource managers: 288 distinct states, 1,146 generated, depth 11; five
have 8,832 states (Stateright, examples/2pc.rs).
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import attrs

from failover_fsm.checker import always, leads_to, sometimes

from .case import Case, among, rule

WORKING, PREPARED, COMMITTED, ABORTED = "working", "prepared", "committed", "aborted"
Event = tuple[str, int]


class State(NamedTuple):
    """Resource managers, transaction manager, and the messages ever sent (they stay in the channel)."""

    managers: tuple[str, ...]
    coordinator: str
    heard: tuple[bool, ...]  # whose "prepared" the coordinator has taken note of
    prepared: tuple[bool, ...]  # whose "prepared" was sent
    commit: bool
    abort: bool


class TwoPhase:
    """``count`` resource managers and a coordinator; the coordinator's own events carry manager -1."""

    def __init__(self, count: int) -> None:
        self.count = count

    def initial_states(self) -> list[State]:
        no = (False,) * self.count
        return [State((WORKING,) * self.count, "init", no, no, False, False)]

    def events(self, state: State) -> list[Event]:
        names = ("hear", "prepare", "give up", "obey commit", "obey abort")
        return [("commit", -1), ("abort", -1)] + [(name, i) for i in range(self.count) for name in names]

    def step(self, state: State, event: Event) -> State | None:
        name, i = event
        deciding = state.coordinator == "init"
        if name == "commit" and deciding and all(state.heard):
            return state._replace(coordinator=COMMITTED, commit=True)
        if name == "abort" and deciding:
            return state._replace(coordinator=ABORTED, abort=True)
        if name == "hear" and deciding and state.prepared[i]:
            return state._replace(heard=put(state.heard, i, True))
        if name == "prepare" and state.managers[i] == WORKING:
            return state._replace(managers=put(state.managers, i, PREPARED), prepared=put(state.prepared, i, True))
        if name == "give up" and state.managers[i] == WORKING:
            return state._replace(managers=put(state.managers, i, ABORTED))
        if name == "obey commit" and state.commit:
            return state._replace(managers=put(state.managers, i, COMMITTED))
        if name == "obey abort" and state.abort:
            return state._replace(managers=put(state.managers, i, ABORTED))
        return None


T = TypeVar("T")


def put(items: tuple[T, ...], place: int, item: T) -> tuple[T, ...]:
    """Return ``items`` with ``item`` at ``place``."""
    return (*items[:place], item, *items[place + 1 :])


def consistent(state: State) -> bool:
    """No manager has committed while another has aborted."""
    return not (COMMITTED in state.managers and ABORTED in state.managers)


# -- the same as rules ------------------------------------------------------------------------------------------


@attrs.frozen
class Manager:
    """A resource manager, whether it has sent "prepared", and whether that was heard."""

    at: str = among((WORKING, PREPARED, COMMITTED, ABORTED))
    sent: bool = False
    heard: bool = False


@attrs.frozen
class Commit:
    """The resource managers, and the decision; sent when it is made."""

    managers: tuple[Manager, ...]
    decision: str = among(("init", COMMITTED, ABORTED))


def decide(what: str, state: Any) -> bool:
    if state.decision != "init" or (what == COMMITTED and not all(manager.heard for manager in state.managers)):
        return False
    state.decision = what
    return True


def hear(i: int, state: Any) -> bool:
    if state.decision != "init" or not state.managers[i].sent:
        return False
    state.managers[i].heard = True
    return True


def prepare(i: int, state: Any) -> bool:
    if state.managers[i].at != WORKING:
        return False
    state.managers[i].at, state.managers[i].sent = PREPARED, True
    return True


def give_up(i: int, state: Any) -> bool:
    if state.managers[i].at != WORKING:
        return False
    state.managers[i].at = ABORTED
    return True


def obey(i: int, what: str, state: Any) -> bool:
    if state.decision != what:
        return False
    state.managers[i].at = what
    return True


class TwoPhaseRules:
    """``count`` resource managers."""

    def __init__(self, count: int) -> None:
        self.count = count
        ends = (COMMITTED, ABORTED)
        self.rules = [
            *(rule(decide, what) for what in ends),
            *(rule(act, i) for i in range(count) for act in (hear, prepare, give_up)),
            *(rule(obey, i, what) for i in range(count) for what in ends),
        ]

    def initial_states(self) -> list[Commit]:
        return [Commit((Manager(),) * self.count)]


def agreed(state: Any) -> bool:
    return not {COMMITTED, ABORTED} <= {manager.at for manager in state.managers}


def ended(what: str, state: Any) -> bool:
    return all(manager.at == what for manager in state.managers)


CLAIMS: dict[str, Any] = {
    "holds": (
        always("consistent", agreed),
        *(sometimes(f"all {what}", lambda state, what=what: ended(what, state)) for what in (COMMITTED, ABORTED)),
        leads_to("ends", lambda state: True, lambda state: state.managers[0].at in (COMMITTED, ABORTED)),
    ),
    "violated": (
        leads_to(
            "ends, nobody decides",
            lambda state: True,
            lambda state: state.managers[0].at in (COMMITTED, ABORTED),
            weak=lambda event: event if event[0] != "decide" else None,
            progress=False,
        ),
    ),
}
CASES = [
    Case("TwoPhase", TwoPhaseRules(3), distinct=288, generated=1146, depth=11, **CLAIMS),
    Case(
        "2pc.rs, five managers",
        TwoPhaseRules(5),
        distinct=8832,
        generated=58146,
        depth=17,
        published=("distinct",),
        **CLAIMS,
    ),
]
