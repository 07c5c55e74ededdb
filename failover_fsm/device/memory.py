"""What a unit remembers of a run: its history, active times, last failures and synchronisations.

A reload or a loss of power empties it. It is computed from the steps of a run; no rule reads it. Where time does not
pass in a run, each step takes one second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

import attrs

from failover_fsm.device.clock import START, stamp
from failover_fsm.device.history import HistoryEntry
from failover_fsm.device.words import ACTIVE_CHAIN, HISTORY_REASONS, JOIN_CHAIN, state_name
from failover_fsm.pair.events import InterfacesChecked
from failover_fsm.pair.health import COUNTED, Status, module_failed, status
from failover_fsm.pair.outputs import PhaseChanged, RoleChanged
from failover_fsm.pair.pair import changing_steps
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import JOINING, PeerContact, Phase, Role, State, Unit, UnitState
from failover_fsm.text.story import RecordedStep

__all__ = [
    "KEPT",
    "STEP_MS",
    "Failure",
    "GroupMemory",
    "Memories",
    "UnitMemory",
    "history_entries",
    "remember",
    "states_between",
]

KEPT = 60
"""So many entries of the history are kept, the newest."""

STEP_MS = 1000
"""The time of a step in a run in which no time passes, in milliseconds."""

STATE_CHECK = "Failover state check"
"""The reason of a unit that begins to take part in failover."""

SWITCHED_OFF = "Set by the config command"
"""The reason of a unit that ceases to."""


@attrs.frozen(kw_only=True)
class Failure:
    """A failure: the reason as `show failover state` prints it, and when, in milliseconds.

    interfaces: those that had failed then, by the names of their ports, each with its condition.
    """

    reason: str
    at: int
    interfaces: tuple[tuple[str, Status], ...] = ()


@attrs.frozen(kw_only=True)
class GroupMemory:
    """What a unit remembers of one of its groups.

    Attributes:
        active_ms: Milliseconds in which it was active, without the present span (SHW-23).
        active_since: When the present span began, None while it is not active.
        last_failover: When it became active or ceased to be, or left its negotiation; None before the boot.
        failure: Its last failure, which may be over; None if there was none since the boot.
        peer_failure: That of the peer, as far as this unit knows.
    """

    active_ms: int = 0
    active_since: int | None = None
    last_failover: int | None = None
    failure: Failure | None = None
    peer_failure: Failure | None = None

    def active_at(self, now: int) -> int:
        """Milliseconds in which it was active until `now`."""
        return self.active_ms + (0 if self.active_since is None else now - self.active_since)


@attrs.frozen(kw_only=True)
class UnitMemory:
    """What a unit remembers.

    Attributes:
        history: The newest entries, oldest first.
        groups: By group.
        heard_active: The peer's active time by group in milliseconds, as this unit heard it before the newest step.
        chain: The reason that brought the unit into its synchronisation; every step of that repeats it.
        sent, received: It has sent, or received, a whole configuration.
    """

    history: tuple[HistoryEntry, ...] = ()
    groups: tuple[GroupMemory, ...] = (GroupMemory(),)
    heard_active: tuple[int, ...] = (0,)
    chain: str = ""
    sent: bool = False
    received: bool = False


Memories = Mapping[Unit, UnitMemory]


def remember(steps: Sequence[RecordedStep], settings: Settings, *, start: datetime = START) -> tuple[Memories, int]:
    """What both units remember after a run, and when it ends, in milliseconds.

    Args:
        steps: The steps of the run from two units that are off, with their times if time passes in it.
        settings: The pair.
        start: The date at which it begins.
    """
    memories = {unit: _empty(settings) for unit in Unit}
    now, timed = 0, any(step.at is not None for step in steps)
    for step in steps:
        if not timed:
            now += STEP_MS
        elif step.at is not None:  # a command that is refused has no time of its own
            now = step.at
        before = memories
        memories = {unit: _after(before, unit, step, settings, now, start) for unit in Unit}
        memories = {unit: _told(before, memories, unit, step, now) for unit in Unit}
    return memories, now


def _empty(settings: Settings) -> UnitMemory:
    return UnitMemory(groups=(GroupMemory(),) * settings.group_count, heard_active=(0,) * settings.group_count)


def _after(
    memories: Memories, unit: Unit, step: RecordedStep, settings: Settings, now: int, start: datetime
) -> UnitMemory:
    """What a unit remembers after a step, of itself."""
    old, new = step.before.unit(unit), step.after.unit(unit)
    if not new.powered:
        return _empty(settings)
    memory = attrs.evolve(memories[unit], chain=_chain(memories[unit], unit, old, new, step))
    at = stamp(now, start)
    entries = (attrs.evolve(each, at=at) for each in _changes(memory, unit, step, settings))
    groups = tuple(
        _group(each, unit, step, settings, index, now) for index, each in enumerate(memory.groups)
    )  # fmt: skip
    peer_old, peer_new = step.before.unit(unit.peer), step.after.unit(unit.peer)
    return attrs.evolve(
        memory,
        history=(*memory.history, *entries)[-KEPT:],
        groups=groups,
        received=memory.received or _joined(old, new),
        sent=memory.sent or (new.phase is Phase.UP and _joined(peer_old, peer_new)),
    )


def _joined(old: UnitState, new: UnitState) -> bool:
    return old.phase in JOINING and new.phase is Phase.UP and new.enabled


# -- the history -----------------------------------------------------------------------------------


def history_entries(step: RecordedStep, unit: Unit, settings: Settings, *, chain: str = "") -> tuple[HistoryEntry, ...]:
    """The entries that one step adds to the unit's history, without times; none for a unit that does not run.

    Args:
        step: The step; of its outputs only changes of phases and roles are read.
        unit: The unit.
        settings: The pair.
        chain: The reason for the synchronisation that the unit is in.
    """
    if not step.after.unit(unit).powered:
        return ()
    return tuple(_changes(UnitMemory(chain=chain), unit, step, settings))


def _chain(memory: UnitMemory, unit: Unit, old: UnitState, new: UnitState, step: RecordedStep) -> str:
    """The reason for the synchronisation that a unit is in; `Configuration mismatch` after `write standby`."""
    if new.phase is Phase.COLD_STANDBY and old.phase not in JOINING:
        return _unit_reason(unit, step)
    return memory.chain


def _unit_reason(unit: Unit, step: RecordedStep) -> str:
    """The reason of the unit in a step, in the words of the history."""
    given = (each.reason for each in step.outputs if isinstance(each, PhaseChanged) and each.unit is unit)
    reason = next(given, STATE_CHECK)
    return HISTORY_REASONS.get(reason, reason)


def _group_reason(unit: Unit, step: RecordedStep, number: int | None) -> str:
    """The reason of a group's change of role, else that of the unit."""
    for each in step.outputs:
        if isinstance(each, RoleChanged) and each.unit is unit and each.group in (number, None):
            return HISTORY_REASONS.get(each.reason, each.reason)
    return _unit_reason(unit, step)


def _changes(memory: UnitMemory, unit: Unit, step: RecordedStep, settings: Settings) -> Iterator[HistoryEntry]:
    """The entries of a step: those of the unit itself first, where it has groups (group 0, which goes with group 1)."""
    old, new = step.before.unit(unit), step.after.unit(unit)
    count = settings.group_count
    numbers: list[tuple[int | None, int]] = [(None, 0)]
    if settings.groups:
        numbers = [(0, 0), *((index + 1, index) for index in range(count))]
    for number, index in numbers:
        names = [state_name(each, index) for each in (old, new)]
        if number == 0:  # the unit itself does not fail with a group's interfaces
            names = ["Standby Ready" if name == "Failed" else name for name in names]
        was, now = names[0] or "Disabled", names[1] or "Disabled"
        if was != now:
            reason = _reason(memory, unit, step, (was, now), index + 1 if settings.groups else None)
            for one, other, why in _links(tuple(states_between(was, now)), reason):
                yield HistoryEntry(group=number, before=one, after=other, reason=why)


def _reason(memory: UnitMemory, unit: Unit, step: RecordedStep, change: tuple[str, str], group: int | None) -> str:
    """The reason of a change of state, the same for each entry that it makes."""
    was, now = change
    if now == "Disabled":
        return SWITCHED_OFF
    if was in JOIN_CHAIN and now != "Negotiation":
        return memory.chain
    return _group_reason(unit, step, group)


def _links(states: Sequence[str], reason: str) -> Iterator[tuple[str, str, str]]:
    """The changes along a chain; a unit that was disabled checks the state of failover first."""
    for one, other in pairwise(states):
        yield one, other, STATE_CHECK if one == "Disabled" else reason


def states_between(was: str, now: str) -> Iterator[str]:
    """The states from one to another, both included, as devices list them in a history."""
    yield was
    if was == "Disabled" and now != "Negotiation":
        yield "Negotiation"
    if now == "Active":
        yield from ACTIVE_CHAIN[:-1]
    elif now in ("Standby Ready", "Failed") and was in JOIN_CHAIN[:2]:  # a synchronisation in one step
        yield from JOIN_CHAIN[JOIN_CHAIN.index(was) + 1 :]
    yield now


# -- active times and failures ---------------------------------------------------------------------


def _group(
    memory: GroupMemory, unit: Unit, step: RecordedStep, settings: Settings, index: int, now: int
) -> GroupMemory:
    old, new = step.before.unit(unit), step.after.unit(unit)
    was, is_now = (each.powered and each.groups[index].active for each in (old, new))
    if not old.powered:
        memory = GroupMemory(last_failover=now)
    if is_now and not was:
        memory = attrs.evolve(memory, active_since=now, last_failover=now)
    elif was and not is_now:
        memory = attrs.evolve(memory, active_ms=memory.active_at(now), active_since=None, last_failover=now)
    elif old.phase is Phase.NEGOTIATION and new.phase in JOINING:
        memory = attrs.evolve(memory, last_failover=now)
    failure = _failed(unit, step, settings, index, now)
    return memory if failure is None else attrs.evolve(memory, failure=failure)


def _failed(unit: Unit, step: RecordedStep, settings: Settings, index: int, now: int) -> Failure | None:
    """The failure of a unit that begins with a step: of its service module, or of as many interfaces as the policy."""
    if not step.after.unit(unit).listening:
        return None
    if [module_failed(state, settings, unit) for state in (step.before, step.after)] == [False, True]:
        return Failure(reason="Backplane Failure", at=now)
    before, after = (_broken(state, settings, unit, index) for state in (step.before, step.after))
    if not settings.at(step.after, unit).over_policy(len(after), index):
        return None
    waited, waits = (_is_to_find(state, unit, step, settings, index) for state in (step.before, step.after))
    roles = [state.unit(unit).groups[index].role for state in (step.before, step.after)]
    found = waited or (roles[0] is not Role.FAILED and roles[1] is Role.FAILED)
    if not waits and (found or len(after) > len(before)):
        return Failure(reason="Ifc Failure", at=now, interfaces=after)
    return None


def _is_to_find(state: State, unit: Unit, step: RecordedStep, settings: Settings, index: int) -> bool:
    """Whether time has to pass before the unit finds what its interfaces have: then its group will be failed."""
    checks = (after for event, after in changing_steps(state, settings) if event == InterfacesChecked(unit=unit))
    return step.at is not None and any(after.unit(unit).groups[index].role is Role.FAILED for after in checks)


def _broken(state: State, settings: Settings, unit: Unit, index: int) -> tuple[tuple[str, Status], ...]:
    """The interfaces of the unit's group that have failed, with the condition of each."""
    own = settings.at(state, unit)
    conditions = ((own.ports[place].name, status(state, settings, unit, place)) for place in own.counted_in(index))
    return tuple((name, condition) for name, condition in conditions if condition in COUNTED)


def _told(before: Memories, memories: Memories, unit: Unit, step: RecordedStep, now: int) -> UnitMemory:
    """What a unit remembers after a step, with what it knows of its peer.

    Once a unit that does not hear its peer holds it for failed, communication has failed.
    """
    memory, own, peer = memories[unit], step.after.unit(unit), memories[unit.peer]
    if own.powered and _hears(step.before, unit):
        memory = attrs.evolve(memory, heard_active=tuple(each.active_at(now) for each in before[unit.peer].groups))
    if not own.powered:
        return memory
    if _hears(step.after, unit):
        groups = tuple(
            attrs.evolve(mine, peer_failure=theirs.failure or mine.peer_failure)
            for mine, theirs in zip(memory.groups, peer.groups, strict=True)
        )
        return attrs.evolve(memory, groups=groups)
    lost = attrs.evolve(memory, groups=tuple(
        attrs.evolve(each, peer_failure=Failure(reason="Comm Failure", at=now)) for each in memory.groups
    ))  # fmt: skip
    fell_silent = own.contact is PeerContact.LOST and step.before.unit(unit).contact is not PeerContact.LOST
    return lost if fell_silent and own.listening else memory


def _hears(state: State, unit: Unit) -> bool:
    """The unit hears its peer, which has not died since."""
    return state.unit(unit).contact in (PeerContact.LINK, PeerContact.DATA) and state.unit(unit.peer).listening
