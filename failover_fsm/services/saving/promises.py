"""The promises about saving. The formulas read records and events, and know nothing of the tables."""

from __future__ import annotations

from typing import Any

from failover_fsm.pair import events as e
from failover_fsm.pair.replication import on_right_unit, reaches_peer
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Phase, Role, State, Unit
from failover_fsm.services.machine import Joint, MachinePromise
from failover_fsm.services.saving.happenings import FileCopied
from failover_fsm.services.saving.lines import saved_spaces, saves
from failover_fsm.services.saving.machine import SavingMachine
from failover_fsm.services.saving.records import Saving, Space, Spaces

__all__ = ["BROKEN", "promises_of"]

UNITS = tuple(Unit)
STANDBY = (Role.STANDBY_READY, Role.FAILED)
At = Joint[Spaces]


def _running(pair: State) -> tuple[Unit, ...]:
    return tuple(unit for unit in UNITS if pair.unit(unit).powered)


def _are_saved(own: Spaces, *ways: Saving) -> tuple[int, ...]:
    return tuple(index for index, space in enumerate(own.spaces) if space.saving in ways)


def boot_finds(before: At, after: At, *ways: Saving) -> bool:
    """A unit that boots when both were off runs the newest change of every space that was saved in one of these ways.

    That both were off has been asked before.
    """
    kept = _are_saved(before.own, *ways)
    return all(after.own.spaces[index].of(unit).running for unit in _running(after.pair) for index in kept)


def boot_after_both_were_off(before: At, _event: Any, after: At, *ways: Saving) -> bool:
    """Both units were off, one boots, and something was saved in one of these ways."""
    off, boots = not _running(before.pair), bool(_running(after.pair))
    return off and boots and bool(_are_saved(before.own, *ways))


def procedure_survives(before: At, _event: Any, after: At) -> bool:
    """What the procedure saved is there when both units were off."""
    return bool(_running(before.pair)) or boot_finds(before, after, Saving.PROCEDURE)


def any_save_survives(before: At, _event: Any, after: At) -> bool:
    """What any command saved is there when both units were off."""
    return bool(_running(before.pair)) or boot_finds(before, after, Saving.PROCEDURE, Saving.SOMEHOW)


def startup_has_it(joint: At) -> bool:
    """Both startup configurations have what the procedure saved."""
    spaces = (joint.own.spaces[index] for index in _are_saved(joint.own, Saving.PROCEDURE))
    return all(space.of(unit).startup for space in spaces for unit in UNITS)


def something_is_saved(joint: At) -> bool:
    """The procedure has saved a change."""
    return bool(_are_saved(joint.own, Saving.PROCEDURE))


def sync_leaves_startup(before: At, event: Any, after: At) -> bool:
    """A step of the protocol changes no startup configuration."""
    if not isinstance(event, e.ProtocolStep):
        return True
    return _startups(before) == _startups(after)


def receives_something_new(before: At, event: Any, after: At) -> bool:
    """A unit receives a change that it has not saved."""
    return isinstance(event, e.ProtocolStep) and any(
        new.of(unit).running and not old.of(unit).running and not new.of(unit).startup
        for old, new in zip(before.own.spaces, after.own.spaces, strict=True)
        for unit in UNITS
    )


def _startups(joint: At) -> tuple[tuple[bool, bool], ...]:
    return tuple((space.primary.startup, space.secondary.startup) for space in joint.own.spaces)


def _contents(space: Space) -> tuple[object, ...]:
    return tuple((space.of(unit).running, space.of(unit).mark) for unit in UNITS)


def active_runs_it(joint: At) -> bool:
    """No unit that is active for group 1 runs without what the procedure saved."""
    kept = _are_saved(joint.own, Saving.PROCEDURE)
    return all(
        joint.own.spaces[index].of(unit).running
        for unit in UNITS
        if joint.pair.unit(unit).groups[0].active
        for index in kept
    )


def copying_changes_nothing_now(before: At, event: Any, after: At) -> bool:
    """A file that is copied changes no running configuration, and the peer's startup configuration only."""
    same = [_contents(space) for space in before.own.spaces] == [_contents(space) for space in after.own.spaces]
    own = all(
        old.of(event.unit).startup is new.of(event.unit).startup
        for old, new in zip(before.own.spaces, after.own.spaces, strict=True)
    )
    return same and own


def copying_matters(before: At, _event: Any, after: At) -> bool:
    """The peer gets a file that it did not have."""
    return _startups(before) != _startups(after)


def one_space_alone_is_marked(joint: At) -> bool:
    """One space is out of step, and another is not."""
    return len({space.marked for space in joint.own.spaces}) > 1


class _Formulas:
    """The formulas that ask where a context is active, or which command reaches whom."""

    def __init__(self, machine: SavingMachine) -> None:
        self.machine = machine
        self.settings: Settings = machine.settings

    def group(self, index: int) -> int:
        """The position of the group of a space."""
        return self.settings.group_of_context(self.machine.spaces[index])

    # -- marks --

    def in_step(self, joint: At, index: int, unit: Unit) -> bool:
        """The unit is a standby for the space beside an active peer, and the space is not marked."""
        mine, peers = (joint.pair.unit(each).groups[self.group(index)] for each in (unit, unit.peer))
        return mine.role in STANDBY and peers.active and not joint.own.spaces[index].marked

    def standby_has_it(self, joint: At) -> bool:
        """A standby in step has the newest change of the space if its active peer does."""
        return all(
            space.of(unit).running or not space.of(unit.peer).running
            for index, space in enumerate(joint.own.spaces)
            for unit in UNITS
            if self.in_step(joint, index, unit)
        )

    def some_standby_has_it(self, joint: At) -> bool:
        """Some standby is in step with an active peer that has a change which is not saved."""
        return any(
            space.of(unit.peer).running and not space.of(unit.peer).startup
            for index, space in enumerate(joint.own.spaces)
            for unit in UNITS
            if self.in_step(joint, index, unit)
        )

    # -- write standby --

    def heals_its_space(self, before: At, event: Any, after: At) -> bool:
        """`write standby` in a context puts it in step, and leaves every other space as it is."""
        if event.context is None:
            return True
        for index, (old, new) in enumerate(zip(before.own.spaces, after.own.spaces, strict=True)):
            if self.machine.spaces[index] != event.context:
                if _contents(old) != _contents(new):
                    return False
            elif new.marked or new.of(event.unit.peer).running is not old.of(event.unit).running:
                return False
        return True

    def heals_one_of_two(self, before: At, event: Any, after: At) -> bool:
        """A context is healed, and another space stays marked."""
        if event.context is None or event.context not in self.machine.spaces:
            return False
        index = self.machine.spaces.index(event.context)
        healed = before.own.spaces[index].marked and not after.own.spaces[index].marked
        return healed and any(space.marked for space in after.own.spaces)

    def ends_what_is_active_there(self, before: At, event: Any, after: At) -> bool:
        """`write standby` ends the connections of exactly the contexts that are active on its receiver."""
        return after.own.ended == (self.active_there(before, event) if event.context is None else ())

    def active_there(self, before: At, event: Any) -> tuple[str, ...]:
        """The contexts that are active on the unit that is written to."""
        groups = before.pair.unit(event.unit.peer).groups
        return tuple(
            name for index, name in enumerate(self.machine.spaces)
            if name is not None and groups[self.group(index)].role is Role.ACTIVE
        )  # fmt: skip

    # -- saves --

    def saves_only_its_spaces(self, before: At, event: Any, after: At) -> bool:
        """A command that saves leaves the startup configuration of every space that it does not name."""
        named = saved_spaces(event.text, event.context, self.machine.spaces) if saves(event.text) else ()
        return not saves(event.text) or all(
            (old.primary.startup, old.secondary.startup) == (new.primary.startup, new.secondary.startup)
            for name, old, new in zip(self.machine.spaces, before.own.spaces, after.own.spaces, strict=True)
            if name not in named
        )

    def another_is_unsaved(self, before: At, event: Any, after: At) -> bool:
        """A space is saved while another has a change that is not."""
        return saves(event.text) and any(
            old == new and any(old.of(unit).running and not old.of(unit).startup for unit in UNITS)
            for old, new in zip(before.own.spaces, after.own.spaces, strict=True)
        )

    def is_right_and_arrives(self, before: At, event: Any) -> bool:
        """A command of the system space that saves, on the unit where it belongs, reaches a peer that is up."""
        if event.context is not None or not saves(event.text) or before.own.cut_off:
            return False
        right = on_right_unit(before.pair, self.settings, event)
        arrives = reaches_peer(before.pair, self.settings, event)
        return right and arrives and before.pair.unit(event.unit.peer).phase is Phase.UP

    def saves_everything(self, before: At, event: Any, after: At) -> bool:
        """Such a command leaves no change of any space unsaved on a unit whose file it is."""
        return not self.is_right_and_arrives(before, event) or all(
            space.of(unit).startup is space.of(self.writer(index, event, unit)).running
            for index, space in enumerate(after.own.spaces)
            for unit in UNITS
        )

    def writer(self, index: int, event: Any, unit: Unit) -> Unit:
        """The unit that writes the startup configuration of a space for a unit (SYN-13)."""
        writes: Unit = event.unit if self.machine.spaces[index] in self.machine.external else unit
        return writes

    def all_saves_everything(self, before: At, event: Any, after: At) -> bool:
        """`write memory all` on the right unit saves every space on both."""
        return not self.is_all(event) or self.saves_everything(before, event, after)

    def is_all(self, event: Any) -> bool:
        """The command names every space."""
        return len(saved_spaces(event.text, event.context, self.machine.spaces)) == len(self.machine.spaces)

    def all_saves_something(self, before: At, event: Any, after: At) -> bool:
        """`write memory all` saves a change."""
        changed = _startups(before) != _startups(after)
        return self.is_all(event) and self.is_right_and_arrives(before, event) and changed

    # -- servers --

    def one_file(self, joint: At) -> bool:
        """A startup configuration on a server is the same for both units."""
        return all(
            space.primary.startup is space.secondary.startup
            for name, space in zip(self.machine.spaces, joint.own.spaces, strict=True)
            if name in self.machine.external
        )

    def some_server(self, _joint: At) -> bool:
        """A space has its startup configuration on a server."""
        return bool(self.machine.external)


_BOOTS: tuple[type[e.Event], ...] = (e.UnitRestored, e.Restarted)
_COMMANDS: tuple[type[e.Event], ...] = (e.CommandEntered,)
_PROCEDURE = (
    "SYN-9", "SYN-10", "SYN-11", "SYN-13", "SYN-17", "CMD-16", "CMD-17", "CMD-18", "CMD-28", "CFG-22",
)  # fmt: skip


def promises_of(machine: SavingMachine) -> dict[str, MachinePromise]:
    """The promises about the spaces of a machine, by id; those in `BROKEN` do not hold in general."""
    f = _Formulas(machine)
    found = (*_of_saves(f), *_of_spaces(f), *_broken(f))
    return {promise.id: promise for promise in found}


def _of_saves(f: _Formulas) -> tuple[MachinePromise, ...]:
    return (
        MachinePromise(
            id="saved-by-procedure-survives-both-stopping", kind="step", holds=procedure_survives,
            premise=lambda *step: boot_after_both_were_off(*step, Saving.PROCEDURE),
            events=_BOOTS, rules=_PROCEDURE,
            says="What was saved as the chapter says is there again after both units have stopped, whichever boots.",
        ),
        MachinePromise(
            id="startup-has-what-was-saved", kind="always", holds=startup_has_it, premise=something_is_saved,
            rules=("SYN-10", "SYN-11", "SYN-17", "CMD-28"),
            says="What was saved as the chapter says stands in the startup configurations of both units.",
        ),
        MachinePromise(
            id="write-memory-all-saves-every-space", kind="step", holds=f.all_saves_everything,
            premise=f.all_saves_something, events=_COMMANDS, rules=("SYN-11", "SYN-12", "SYN-17"),
            says="`write memory all` on the unit with group 1 active saves the system and every context on both units.",
        ),
        MachinePromise(
            id="save-touches-only-its-spaces", kind="step", holds=f.saves_only_its_spaces,
            premise=f.another_is_unsaved, events=_COMMANDS, rules=("SYN-12", "CMD-18"),
            says="A command that saves one space leaves the startup configuration of every other.",
        ),
        MachinePromise(
            id="synchronization-is-not-saved", kind="step", holds=sync_leaves_startup, premise=receives_something_new,
            rules=("SYN-9",),
            says="A synchronisation changes no startup configuration.",
        ),
        MachinePromise(
            id="external-startup-is-one-file", kind="always", holds=f.one_file, premise=f.some_server,
            rules=("SYN-13",),
            says="A startup configuration on an external server is the same for both units.",
        ),
        MachinePromise(
            id="copied-file-waits-for-a-reload", kind="step", holds=copying_changes_nothing_now,
            premise=copying_matters, events=(FileCopied,), rules=("SYN-14",),
            says="A file that is copied over a server changes nothing that runs.",
        ),
    )  # fmt: skip


def _of_spaces(f: _Formulas) -> tuple[MachinePromise, ...]:
    return (
        MachinePromise(
            id="space-in-step-has-the-newest", kind="always", holds=f.standby_has_it, premise=f.some_standby_has_it,
            rules=("CMD-20", "CMD-21", "CMD-22", "CMD-23"),
            says="While a space is not marked, its standby has the newest change if its active unit does.",
        ),
        MachinePromise(
            id="write-standby-heals-its-space-only", kind="step", holds=f.heals_its_space, premise=f.heals_one_of_two,
            events=(e.WriteStandby,), rules=("CMD-15", "CMD-27"),
            says="`write standby` in a context puts this context in step, and leaves every other space as it is.",
        ),
        MachinePromise(
            id="write-standby-ends-what-is-active-there", kind="step", holds=f.ends_what_is_active_there,
            premise=lambda before, event, _after: event.context is None and bool(f.active_there(before, event)),
            events=(e.WriteStandby,), rules=("CMD-25", "CMD-26", "CMD-27"),
            says="`write standby` in the system space ends the connections of the contexts that are active on the "
            "receiver and no others; in a context it ends none.",
        ),
        MachinePromise(
            id="one-space-alone-is-marked", kind="sometimes", holds=one_space_alone_is_marked,
            rules=("CMD-23", "CMD-27"),
            says="A space can be out of step while another one is not.",
        ),
    )  # fmt: skip


def _broken(f: _Formulas) -> tuple[MachinePromise, ...]:
    return (
        MachinePromise(
            id="any-save-survives-both-stopping", kind="step", holds=any_save_survives,
            premise=lambda *step: boot_after_both_were_off(*step, Saving.PROCEDURE, Saving.SOMEHOW),
            events=_BOOTS, rules=("SYN-9", "CMD-16"),
            says="What any command saved is there again after both units have stopped, whichever boots.",
        ),
        MachinePromise(
            id="system-save-saves-everything", kind="step", holds=f.saves_everything,
            premise=lambda before, event, _after: f.is_right_and_arrives(before, event),
            events=_COMMANDS, rules=("SYN-12", "CMD-18"),
            says="A command that saves in the system space saves every context too.",
        ),
        MachinePromise(
            id="active-runs-what-was-saved", kind="always", holds=active_runs_it, premise=something_is_saved,
            rules=("SYN-3", "CMD-28"),
            says="A unit that is active runs what was saved as the chapter says.",
        ),
    )  # fmt: skip


BROKEN: tuple[str, ...] = (
    "any-save-survives-both-stopping", "system-save-saves-everything", "active-runs-what-was-saved",
)  # fmt: skip
"""The promises that do not hold in general: each is a finding (`models/findings/saving-*.toml`)."""
