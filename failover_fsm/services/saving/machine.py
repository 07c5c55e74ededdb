"""The machine of saving: steps of the pair, and files that are copied, go through the tables for each space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.replication import on_right_unit, reaches_peer
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import PeerContact, Phase, State
from failover_fsm.pair.tables import Row, Table
from failover_fsm.services.machine import Answer, Joint, MachineEvent, PairStep, take
from failover_fsm.services.saving import happenings as h
from failover_fsm.services.saving.case import SpaceCase
from failover_fsm.services.saving.lines import configures, is_external, saved_spaces, saves
from failover_fsm.services.saving.procedure import saving_after
from failover_fsm.services.saving.records import Name, Space, Spaces
from failover_fsm.services.saving.tables import TABLES

__all__ = ["SavingMachine", "spaces_of"]

UNITS = tuple(Unit)


def spaces_of(config: PairConfig) -> tuple[Name, ...]:
    """The spaces of a configuration: the system space and every context, or the one of single context mode."""
    return (None, *(context.name for context in config.contexts))


@attrs.frozen(kw_only=True, eq=False)
class SavingMachine:
    """Running and startup configurations of a pair, space by space.

    Attributes:
        settings: What the protocol reads of the configuration.
        spaces: The spaces that are followed.
        external: Those of them whose startup configuration is on an external server (SYN-13).
        offers: The commands that a search enters: a `CommandEntered`, a `WriteStandby`, a `FileCopied`.
        server_fails: In a search a unit may fail to reach the external server.
        tables: The tables by name; another mapping makes another machine.
    """

    settings: Settings
    spaces: tuple[Name, ...]
    external: tuple[Name, ...] = ()
    offers: tuple[e.Command, ...] = ()
    server_fails: bool = False
    tables: Mapping[str, Table[Any]] = attrs.field(factory=lambda: TABLES, repr=False)

    @classmethod
    def of(cls, config: PairConfig, settings: Settings, **more: Any) -> SavingMachine:
        """The machine of a configured pair, with all its spaces."""
        external = tuple(each.name for each in config.contexts if is_external(each.config_url))
        return cls(settings=settings, **{"spaces": spaces_of(config), "external": external, **more})

    def start(self) -> Spaces:
        """Both units off, with the same configurations saved."""
        return Spaces(spaces=tuple(Space() for _ in self.spaces))

    def offered(self, joint: Joint[Spaces]) -> Iterator[MachineEvent]:
        """The events of the machine itself among those of `offers_in`."""
        yield from (event for event in self.offers_in(joint) if isinstance(event, MachineEvent))

    def offers_in(self, joint: Joint[Spaces]) -> Iterator[e.Event]:
        """The commands on units that run, the pair's own among them, and the server's faults and repairs."""
        for event in self.offers:
            if joint.pair.unit(event.unit).powered:
                yield event
        for unit in UNITS if self.server_fails else ():
            yield h.ServerFound(unit=unit) if unit in joint.own.cut_off else h.ServerLost(unit=unit)

    # -- events ------------------------------------------------------------------------------------------

    def answer(self, joint: Joint[Spaces], event: e.Event, pair_step: PairStep) -> Answer[Spaces]:
        """What an event of the machine does, or a step of the pair with the spaces followed.

        Raises:
            StepError: The pair refuses an event of its own.
        """
        if not isinstance(event, MachineEvent):
            pair, outputs = pair_step(joint.pair, event)
            run = self._run(joint.pair, event, pair, joint.own)
            return Answer(joint=Joint(pair=pair, own=run.own), rows=tuple(run.rows), event=event, outputs=outputs)
        why = self._refusal(joint, event)
        if why:
            return Answer(joint=joint, lines=(why,), refused=why)
        run = _Run(self, joint.pair, joint.pair, joint.own)
        if isinstance(event, h.ServerLost | h.ServerFound):
            lost = isinstance(event, h.ServerLost)
            run.own = attrs.evolve(run.own, cut_off=tuple(u for u in UNITS if self._is_cut_off(u, event, lost, joint)))
        else:
            assert isinstance(event, h.FileCopied), event
            run.happens(event.context, h.CopyArrived(unit=event.unit.peer))
        return Answer(joint=Joint(pair=joint.pair, own=run.own), rows=tuple(run.rows))

    @staticmethod
    def _is_cut_off(unit: Unit, event: MachineEvent, lost: bool, joint: Joint[Spaces]) -> bool:
        return lost if unit is event.unit else unit in joint.own.cut_off

    def _refusal(self, joint: Joint[Spaces], event: MachineEvent) -> str:
        """Why a file cannot be copied; empty if it can, and for other events."""
        if not isinstance(event, h.FileCopied):
            return ""
        if event.context not in self.spaces:
            return f"there is no context {event.context}"
        if event.context in self.external:
            return "its startup configuration is on an external server already"
        if not all(joint.pair.unit(unit).powered for unit in UNITS):
            return "both units have to run"
        away = next((unit for unit in UNITS if unit in joint.own.cut_off), None)
        return "" if away is None else f"the {away.value} does not reach the external server"

    def follow(self, before: State, event: e.Event, after: State, own: Spaces) -> Spaces:
        """The record after a step of the pair."""
        return self._run(before, event, after, own).own

    def _run(self, before: State, event: e.Event, after: State, own: Spaces) -> _Run:
        run = _Run(self, before, after, attrs.evolve(own, ended=()))
        if isinstance(event, e.CommandEntered):
            run.command(event)
        elif isinstance(event, e.WriteStandby):
            run.written(event)
        for unit in UNITS:
            run.phases(unit)
        return run

    def index(self, space: Name) -> int | None:
        """The position of a space; None for one that is not followed."""
        return self.spaces.index(space) if space in self.spaces else None


@attrs.define
class _Run:
    """One step in progress: the record so far, and the rows that were taken."""

    machine: SavingMachine
    before: State
    after: State
    own: Spaces
    rows: list[Row[Any]] = attrs.field(factory=list)

    def happens(self, space: Name, happening: h.Happening, **facts: bool) -> None:
        """Takes one space on one unit through the table of copies."""
        index = self.machine.index(space)
        if index is None:
            return
        unit, found = happening.unit, self.own.spaces[index]
        case = SpaceCase(
            event=happening,
            before=self.before,
            own=found.of(unit),
            peer=found.of(unit.peer),
            external=space in self.machine.external,
            server_away=unit in self.own.cut_off,
            **facts,
        )
        row, mark = take(self.machine.tables["space"], case.own.mark, happening, case)
        changed = found.with_copy(unit, attrs.evolve(case.own, mark=mark))
        if case.external:
            changed = changed.with_copy(unit.peer, attrs.evolve(changed.of(unit.peer), startup=case.own.startup))
        self._put(index, changed)
        self.rows += [] if row is None else [row]

    def _put(self, index: int, space: Space) -> None:
        spaces = self.own.spaces
        if spaces[index] != space:
            self.own = attrs.evolve(self.own, spaces=(*spaces[:index], space, *spaces[index + 1 :]))

    def everywhere(self, happening: h.Happening) -> None:
        """The same happens to every space of a unit."""
        for space in self.machine.spaces:
            self.happens(space, happening)

    # -- commands ------------------------------------------------------------------------------------------

    def command(self, event: e.CommandEntered) -> None:
        """A command on a unit, and on its peer where it crosses."""
        settings, unit = self.machine.settings, event.unit
        right, arrives = on_right_unit(self.before, settings, event), reaches_peer(self.before, settings, event)
        was = self.own
        if configures(event.text):
            self.happens(event.context, h.Configured(unit=unit), right=right, entered=True)
            received = arrives and not self.before.unit(unit.peer).joining
            self.happens(event.context, h.PeerConfigured(unit=unit.peer), right=right, arrives=received)
        for space in saved_spaces(event.text, event.context, self.machine.spaces):
            self.happens(space, h.Saved(unit=unit), right=right, entered=True)
            if arrives:
                self.happens(space, h.Saved(unit=unit.peer), right=right)
        if configures(event.text) or saves(event.text):
            for index, name in enumerate(self.machine.spaces):
                found = saving_after(was, index, name, event, self.before, self.machine)
                self._put(index, attrs.evolve(self.own.spaces[index], saving=found))

    def written(self, event: e.WriteStandby) -> None:
        """`write standby` to a unit that stays up; to another one it begins a reception."""
        receiver = event.unit.peer
        if self.after.unit(receiver).phase is not Phase.UP:
            return
        for space in self.machine.spaces if event.context is None else (event.context,):
            self.happens(space, h.Written(unit=receiver))
            self.happens(space, h.WrittenToPeer(unit=event.unit))
        kind = h.WholeWritten if event.context is None else h.SpaceWritten
        ended = tuple(self._ended(kind(unit=receiver)))
        self.own = attrs.evolve(self.own, ended=ended)

    def _ended(self, happening: h.Happening) -> Iterator[str]:
        """The contexts whose connections end on the unit that is written to."""
        settings, groups = self.machine.settings, self.before.unit(happening.unit).groups
        for space in self.machine.spaces:
            if space is None:
                continue
            index = self.machine.index(space)
            assert index is not None, "it is one of the machine's"
            found = self.own.spaces[index]
            peer = happening.unit.peer
            case = SpaceCase(event=happening, before=self.before, own=found.of(happening.unit), peer=found.of(peer))
            role = groups[settings.group_of_context(space)].role
            row, _ = take(self.machine.tables["connections"], role, happening, case)
            self.rows += [] if row is None else [row]
            if case.ends:
                yield space

    # -- phases --------------------------------------------------------------------------------------------

    def phases(self, unit: Unit) -> None:
        """What a step of the pair means to the copies of a unit, and of its peer, by the unit's phases."""
        was, now, peer = self.before.unit(unit), self.after.unit(unit), self.after.unit(unit.peer)
        again = was.contact is not PeerContact.LINK and now.contact is PeerContact.LINK
        received = was.joining and now.up and now.enabled
        if was.powered and not now.powered:
            self.everywhere(h.Stopped(unit=unit))
            if peer.joining:
                self.everywhere(h.SenderStopped(unit=unit.peer))
        elif now.powered and not was.powered:
            self.everywhere(h.Booted(unit=unit))
        elif now.phase is Phase.COLD_STANDBY and (again or was.phase is not Phase.COLD_STANDBY):
            self.everywhere(h.ReceptionBegan(unit=unit))
        elif received:
            self.everywhere(h.Received(unit=unit))
            self.everywhere(h.PeerReceived(unit=unit.peer))
        elif was.joining and not now.joining:
            self.everywhere(h.ReceptionLeft(unit=unit))
        elif was.negotiating and now.up and now.groups[0].active and peer.up and peer.enabled:
            self.everywhere(h.PeerElected(unit=unit.peer))


def offers_of(
    spaces: Iterable[Name], commands: Iterable[str], units: Iterable[Unit], change: str
) -> tuple[e.Command, ...]:
    """The commands that a search enters, in each of the spaces.

    Args:
        spaces: The spaces in which commands are entered.
        commands: Words: `configure` for a configuration command, `copy file`, or a line that saves or writes.
        units: The units on which they are entered.
        change: The configuration command.
    """
    found: list[e.Command] = []
    for command in commands:
        for space in (None,) if command == "write memory all" else tuple(spaces):
            for unit in units:
                if command == "configure":
                    found.append(e.CommandEntered(unit=unit, context=space, text=change))
                elif command == "copy file":
                    found.append(h.FileCopied(unit=unit, context=space))
                elif command == "write standby":
                    found.append(e.WriteStandby(unit=unit, context=space))
                else:
                    found.append(e.CommandEntered(unit=unit, context=space, text=command))
    return tuple(found)
