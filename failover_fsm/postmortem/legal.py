"""What the tables' rows can ever print: reasons of switches, and changes of state in a history.

A line that no row prints cannot be, whatever happened; nothing needs to be searched for that.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from failover_fsm.device.memory import STATE_CHECK, states_between
from failover_fsm.device.words import ACTIVE_CHAIN, HISTORY_REASONS, JOIN_CHAIN, STATE_NAMES
from failover_fsm.pair import events as e
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.states import POWERED, Phase, Role
from failover_fsm.pair.syslog import SYSTEM_REASONS
from failover_fsm.pair.tables import Row
from failover_fsm.pair.unit import UNIT_TABLE
from failover_fsm.postmortem.tokens import same_reason

__all__ = ["CHAIN", "after_state", "reasons_of_switch"]

_UP = ("Active", "Standby Ready", "Failed")
_DISABLED = "Disabled"
CHAIN = (*ACTIVE_CHAIN[:-1], *JOIN_CHAIN)
"""The states within a chain of changes: each entry that leaves one repeats the reason of the chain."""


@functools.cache
def reasons_of_switch(number: int) -> Mapping[str, str]:
    """The reasons that 104001 or 104002 can have, by `same_reason`, each as a device words it."""
    rows = [row.reason for row in UNIT_TABLE.rows]
    for row in GROUP_TABLE.rows:
        gains = row.to is Role.ACTIVE
        loses = Role.ACTIVE in row.states and row.to not in (None, Role.ACTIVE)
        if (gains and number == 104001) or (loses and number == 104002):
            rows.append(row.reason)
    said = (SYSTEM_REASONS.get(reason, reason) for reason in rows)
    return {same_reason(reason): reason for reason in said}


@functools.cache
def after_state(before: str) -> Mapping[str, tuple[str, ...]]:
    """The states that can follow a state in a history, each with its reasons; without reasons, any.

    Args:
        before: The state, as `device.words` has it.
    """
    found: dict[str, dict[str, None]] = {}
    for one, other, reason in _links():
        if one == before:
            found.setdefault(other, {})[reason] = None
    return {state: () if "" in reasons else tuple(reasons) for state, reasons in found.items()}


def _links() -> Iterator[tuple[str, str, str]]:
    """Each change from one entry's state to the next, with its reason; "" is any."""
    for was, now, reason in _changes():
        states = tuple(states_between(was, now))
        for place, (one, other) in enumerate(pairwise(states)):
            yield one, other, "" if one in CHAIN or (place == 0 and one == _DISABLED) else reason
            if states[0] == _DISABLED:  # failover that is switched on may change the state by its check alone
                yield one, other, STATE_CHECK
    yield from ((one, other, "") for one, other in pairwise(ACTIVE_CHAIN))
    yield from ((one, other, "") for one, other in pairwise((*JOIN_CHAIN, "Standby Ready")))
    yield JOIN_CHAIN[-1], "Failed", ""


def _changes() -> Iterator[tuple[str, str, str]]:
    for row in GROUP_TABLE.rows:
        if row.to is not None:
            for state in row.states:
                if Role.NONE not in (state, row.to) and state is not row.to:
                    yield STATE_NAMES[state], STATE_NAMES[row.to], HISTORY_REASONS.get(row.reason, row.reason)
    for unit_row in UNIT_TABLE.rows:
        yield from _of_unit(unit_row)


def _of_unit(row: Row[Any]) -> Iterator[tuple[str, str, str]]:
    reason = HISTORY_REASONS.get(row.reason, row.reason)
    for was in dict.fromkeys(name for phase in row.states for name in _names(phase)):
        if row.event is e.FailoverDisabled:
            yield was, _DISABLED, reason
        elif row.event is e.FailoverEnabled:
            yield from ((_DISABLED, now, reason) for now in _names(row.to or Phase.UP))
        elif row.to is not None and row.to in POWERED:
            yield from ((was, now, reason) for now in _names(row.to) if now != was)


def _names(phase: Phase) -> tuple[str, ...]:
    """The names of a unit's states in a phase; one that did not run counts as disabled."""
    if phase is Phase.UP:
        return _UP
    return (STATE_NAMES[phase],) if phase in POWERED else (_DISABLED,)
