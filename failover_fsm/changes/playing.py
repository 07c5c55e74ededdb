"""Two pairs that are told the same story: each event, then rest, and how both stand in the end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import attrs

from failover_fsm.analysis.what_if import SEVERITIES, severity
from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.interleavings import starts
from failover_fsm.model.observer import Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible, Refused
from failover_fsm.pair.pair import changing_steps
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.pair.step import next_state
from failover_fsm.text import words
from failover_fsm.text.service import lost_names

__all__ = ["Stand", "booted", "told"]


@attrs.frozen
class Stand:
    """How a pair stands when it has come to rest.

    Attributes:
        settings: The pair.
        state: The state.
        run: The events that led there from the booted pair, protocol steps included.
    """

    settings: Settings
    state: State
    run: tuple[e.Event, ...] = attrs.field(default=(), eq=False)

    @cached_property
    def severity(self) -> int:
        """The position of its condition in `SEVERITIES`; the smallest is the worst."""
        groups = range(self.settings.group_count)
        return severity(tuple(Observer(self.state, self.settings, index) for index in groups))

    @property
    def condition(self) -> str:
        """The condition of the pair in words."""
        return SEVERITIES[self.severity]

    @property
    def roles(self) -> tuple[tuple[str, ...], ...]:
        """For each unit the state of each failover group, in words."""
        return tuple(tuple(words.unit_word(self.state, unit, index) for index in self._groups) for unit in Unit)

    @property
    def active(self) -> tuple[str, ...]:
        """For each failover group the unit that is active: primary, secondary, both or none."""
        return tuple(words.active_word(self.state, index) for index in self._groups)

    @property
    def lost(self) -> tuple[str, ...]:
        """The names of the interfaces without service."""
        return lost_names(self.state, self.settings)

    @property
    def text(self) -> str:
        """Both units and what is out of service, in one line."""
        pairs = zip(Unit, self.roles, strict=True)
        roles = "; ".join(f"{unit.value} {words.title(words.joined(dict(enumerate(own, 1))))}" for unit, own in pairs)
        return f"{roles}; without service: {', '.join(self.lost)}" if self.lost else roles

    @property
    def _groups(self) -> range:
        return range(self.settings.group_count)


def booted(settings: Settings) -> Stand:
    """The pair after both units have booted."""
    first = starts(settings)[0]
    return Stand(settings, first.state, first.events)


def told(stand: Stand, event: e.Event) -> Stand | None:
    """The pair after one more event, when every timer has run out; None if the event cannot happen there.

    A command that the unit refuses changes nothing.
    """
    try:
        state = next_state(stand.state, stand.settings, event).state
    except Refused:
        return stand
    except NotPossible:
        return None
    run = [*stand.run, event]
    for step, after in _steps(state, stand.settings):
        state = after
        run.append(step)
    return Stand(stand.settings, state, tuple(run))


def _steps(state: State, settings: Settings) -> Iterator[tuple[e.Event, State]]:
    """The protocol steps in the documented order, until none is left or a state repeats."""
    seen = {state}
    while (following := next(changing_steps(state, settings, delayed=True), None)) is not None:
        yield following
        state = following[1]
        if state in seen:
            return
        seen.add(state)
