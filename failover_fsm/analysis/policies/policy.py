"""A row of a policy table: its contents, the cases it applies to, and the rules that precede it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.observer import Observer
from failover_fsm.pair import events as e


class PolicyAction(enum.Enum):
    """An action of one side; a unit that is off has none."""

    BECOMES_ACTIVE = "becomes active"
    BECOMES_STANDBY = "becomes standby"
    IS_FAILED = "is marked failed"
    RECOVERS = "is ready again"
    MARKS_PEER = "marks its peer failed"
    MARKS_LINK = "marks the failover link failed"
    OFF = "n/a, the unit is off"


@attrs.frozen(kw_only=True)
class PolicyOutcome:
    """The outcome of a row: whether the active role moves to the other unit, and the actions of each side."""

    failover: bool
    active: tuple[PolicyAction, ...] = ()
    standby: tuple[PolicyAction, ...] = ()


@attrs.frozen(kw_only=True)
class PolicyCase:
    """A row applied to a settled state.

    Attributes:
        obs: The state before, seen from the group.
        events: The events, one after the other.
        active: The unit of the table's column for the active side.
        standby: The unit of the other column.
        place: The interface that the row is about, None without one.
    """

    obs: Observer
    events: tuple[e.Event, ...]
    active: Unit
    standby: Unit
    place: int | None = None


@attrs.frozen(kw_only=True)
class PrecedingRule:
    """A rule that takes precedence over a row.

    Attributes:
        rule: The id of the rule.
        description: The rule in words.
        when: The predicate on cases in which it applies.
        outcome: The outcome in these cases.
    """

    rule: str
    description: str
    when: Callable[[PolicyCase], bool]
    outcome: PolicyOutcome


@attrs.frozen(kw_only=True)
class Policy:
    """One row of a policy table.

    Attributes:
        row: The id of the row.
        condition: The failure event in words.
        outcome: The outcome in the chapter.
        cases: The cases of the row in a state.
        before: The rules that precede the row, in order.
    """

    row: str
    condition: str
    outcome: PolicyOutcome
    cases: Callable[[Observer], Iterator[PolicyCase]]
    before: tuple[PrecedingRule, ...] = ()
