"""The shortest stories that end differently in two pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from failover_fsm.analysis.policies import TABLE_13_2, TABLE_13_4
from failover_fsm.analysis.service import every_fault
from failover_fsm.changes.alike import is_at, shared_ports, some_interfaces
from failover_fsm.changes.playing import Stand, booted, told
from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.observer import Observer
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.pair.registry import KINDS, Places
from failover_fsm.text.headings import heading

__all__ = ["FEW_EVENTS", "MOST_EVENTS", "Behaviour", "different_behaviours"]

FEW_EVENTS = 2
"""The most events of a story, but for those in which interfaces of one unit fail one after another."""

MOST_EVENTS = 3
"""The same where no shorter story ends differently. A second or two more, and one more data path, say, shows only after
the failover link and two interfaces have failed."""

MOST_PLAYED = 1_500
"""The most stories that are played; the shortest come first."""

STANDBY_ONLY = 3
"""From this position in `SEVERITIES` on, one unit is active and nothing is out of service."""

FAILING = (e.InterfaceLinkFailed, e.InterfaceTrafficFailed, e.PortFailed)
"""Ways in which an interface of a unit fails; the first story with one of them stands for the others."""

ALIKE = 2
"""So many of the interfaces that are alike in both pairs fail in stories."""


@attrs.frozen(kw_only=True)
class Behaviour:
    """A shortest story that ends differently.

    Attributes:
        events: What happens from outside, one after another, each when the pair has come to rest.
        rows: The rows of the chapter's Tables 13-2 and 13-4 that say what the last event does.
        old: How the old pair stands then.
        new: How the new pair stands then.
        rare: It takes more than FEW_EVENTS, in any order: it is told, and makes neither pair the worse one.
    """

    events: tuple[e.Event, ...]
    rows: tuple[str, ...]
    old: Stand
    new: Stand
    rare: bool = False

    @property
    def worse(self) -> bool | None:
        """True if service or the single active unit is worse in the new pair, False if better, None if neither.

        Whether a standby counts as ready is neither: a unit with a failed interface is no better for being called so.
        """
        old, new = (min(stand.severity, STANDBY_ONLY) for stand in (self.old, self.new))
        return None if old == new or self.rare else new < old

    @property
    def headings(self) -> tuple[str, ...]:
        """What happens, an event after another, in words."""
        found, stand = [], booted(self.old.settings)
        for event in self.events:
            after = told(stand, event)
            assert after is not None
            found.append(heading(event, stand.state, after.state, stand.settings))
            stand = after
        return tuple(found)


@attrs.frozen
class _Both:
    """Both pairs after the same events."""

    old: Stand
    new: Stand
    events: tuple[e.Event, ...] = attrs.field(default=(), eq=False)
    before: _Both | None = attrs.field(default=None, eq=False, repr=False)

    def after(self, event: e.Event) -> _Both | None:
        """Both after one more event; None where it cannot happen in either."""
        old, new = told(self.old, event), told(self.new, event)
        return None if old is None or new is None else _Both(old, new, (*self.events, event), self)

    @property
    def differ(self) -> bool:
        """Whether people see a difference: in the roles, or in the service of an interface that both pairs have."""
        common = {port.name for port in self.old.settings.ports} & {port.name for port in self.new.settings.ports}
        lost = ([name for name in stand.lost if name in common] for stand in (self.old, self.new))
        return self.old.roles != self.new.roles or next(lost) != next(lost)


def different_behaviours(old: Scenario, new: Scenario) -> tuple[Behaviour, ...]:
    """The stories that end differently, the shortest first, one for each kind of difference.

    Faults, repairs and the commands that move the active role are tried in every order of up to `FEW_EVENTS`, and the
    interfaces of the active unit of each failover group fail one after another until the pairs differ; where nothing
    is found, every order of up to `MOST_EVENTS`. Pairs of which one has failover groups and the other none have no
    stories in common.
    """
    if old.settings.group_count != new.settings.group_count or old.settings == new.settings:
        return ()
    found: dict[object, Behaviour] = {}
    first = _Both(booted(old.settings), booted(new.settings))
    for both, rare in _stories(first, tuple(_events(old, new))):
        assert both.before is not None, "a story has an event"
        rows = tuple(_rows(both.before, both.events[-1]))
        behaviour = Behaviour(events=both.events, rows=rows, old=both.old, new=both.new, rare=rare)
        found.setdefault(_kind(both.before, behaviour), behaviour)
    return tuple(sorted(found.values(), key=lambda each: (len(each.events), each.worse is not True)))


def _stories(first: _Both, events: Sequence[e.Event]) -> Iterator[tuple[_Both, bool]]:
    """The stories after which the pairs differ, and whether they are rare."""
    if first.differ:
        return
    few = [*_in_any_order(first, events, FEW_EVENTS), *_failing(first, events)]
    for both in few or _in_any_order(first, events, MOST_EVENTS):
        yield both, not few


def _in_any_order(first: _Both, events: Sequence[e.Event], most: int) -> Iterator[_Both]:
    """The stories of at most so many events after which the pairs differ; none of them goes on after a difference."""
    seen, wave, played = {first}, [first], 0
    for _ in range(most):
        following: list[_Both] = []
        for both in wave:
            for event in events:
                if played == MOST_PLAYED:
                    break
                after = both.after(event)
                if after is None or after in seen:
                    continue
                played += 1
                seen.add(after)
                if after.differ:
                    yield after
                else:
                    following.append(after)
        wave = following


def _failing(first: _Both, events: Sequence[e.Event]) -> Iterator[_Both]:
    """The stories of interfaces that fail one after another."""
    for failing in _one_after_another(first, events):
        both = first
        for event in failing:
            reached = both.after(event)
            if reached is None:
                break
            both = reached
            if both.differ:
                yield both
                break


def _one_after_another(first: _Both, events: Sequence[e.Event]) -> Iterator[tuple[e.Event, ...]]:
    """For each failover group the link failures of all its interfaces on the unit that is active for it."""
    settings = first.old.settings
    names = {port.name for port in first.new.settings.ports}
    for index in range(settings.group_count):
        unit = next((unit for unit in Unit if first.old.active[index] == unit.value), Unit.PRIMARY)
        own = [port.name for port in settings.ports if port.group == index and port.name in names]
        yield tuple(e.InterfaceLinkFailed(unit=unit, interface=name) for name in own)


# -- the events ------------------------------------------------------------------------------------


def _events(old: Scenario, new: Scenario) -> Iterator[e.Event]:
    """What can happen in both pairs: faults, repairs and commands that move the role; of alike interfaces only some."""
    chosen, ports = some_interfaces((old.settings, new.settings), ALIKE), shared_ports(old.settings, new.settings)
    shared = {str(fault): None for fault in every_fault(new.settings, new.environment)}
    for fault in every_fault(old.settings, old.environment):
        if str(fault) in shared and is_at(fault, chosen, ports):
            yield fault
    elements = old.settings.topology.elements if old.settings.topology is not None else ()
    places = Places(groups=len(old.settings.groups), interfaces=chosen, ports=ports, elements=elements)
    for kind in KINDS:
        if issubclass(kind.event, e.Repair | e.FailoverActive | e.NoFailoverActive):
            yield from kind.at(places)


# -- kinds and rows --------------------------------------------------------------------------------


def _kind(before: _Both, behaviour: Behaviour) -> object:
    """Differences of one kind: the same event at a unit in the same roles, with the same two conditions after it."""
    last = behaviour.events[-1]
    unit = getattr(last, "unit", None)
    roles = before.old.roles[tuple(Unit).index(unit)] if unit is not None else ()
    moved = [
        stand.active != start.active for stand, start in ((behaviour.old, before.old), (behaviour.new, before.new))
    ]
    event = "an interface fails" if isinstance(last, FAILING) else type(last)
    return event, roles, behaviour.old.severity, behaviour.new.severity, *moved


def _rows(before: _Both, event: e.Event) -> Iterator[str]:
    """The rows of the chapter's policy tables that say what the event does in either pair."""
    table = TABLE_13_4 if before.old.settings.groups else TABLE_13_2
    for policy in table:
        stands = (
            Observer(stand.state, stand.settings, index)
            for stand in (before.old, before.new)
            for index in range(stand.settings.group_count)
        )
        if any(case.events == (event,) for obs in stands for case in policy.cases(obs)):
            yield policy.row
