"""The process as a machine beside the pair, and the server around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.states import Phase, State, Unit
from failover_fsm.pair.tables import Table
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate.conditions import UpdateContext
from failover_fsm.services.autoupdate.settings import UpdateSettings
from failover_fsm.services.autoupdate.states import Component, Content, Damage, Process, Server, Step
from failover_fsm.services.autoupdate.table import UPDATE_TABLE
from failover_fsm.services.autoupdate.view import UNITS, PairView
from failover_fsm.services.machine import Answer, Joint, MachineEvent, MachineRow, PairStep, take

__all__ = ["AutoUpdate"]

_COMMANDED = tuple(event for event in u.PROCESS_EVENTS if event is not u.PrimaryStopped)
_FIELDS = {Component.IMAGE: "image", Component.ASDM: "asdm", Component.CONFIGURATION: "configuration"}


@attrs.frozen(kw_only=True)
class AutoUpdate:
    """The process over a pair.

    Attributes:
        settings: What it reads.
        faults: The faults of the server that may come.
        published: The components of which a newer file may appear on the server, each once.
        table: Its table.
        first: Its record at the start.
    """

    settings: UpdateSettings
    faults: tuple[type[u.UpdateEvent], ...] = u.SERVER_FAULTS
    published: tuple[Component, ...] = ()
    table: Table[Step] = UPDATE_TABLE
    first: Process = Process()
    _views: dict[State, PairView] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    @property
    def tables(self) -> Mapping[str, Table[Any]]:
        """The one table."""
        return {self.table.name: self.table}

    def start(self) -> Process:
        """The record at the start."""
        return self.first

    # -- the process ---------------------------------------------------------------------------

    def offered(self, joint: Joint[Process]) -> Iterator[u.UpdateEvent]:
        """The steps that the process can take, then what can happen to the server."""
        for kind in _COMMANDED:
            cell = self.table.cell(joint.own.step, kind)
            if cell.rows and cell.select(self._context(joint, kind())) is not None:
                yield kind()
        yield from self._of_server(joint.own.server)

    def answer(self, joint: Joint[Process], event: MachineEvent, pair_step: PairStep) -> Answer[Process]:
        """The state after an event of the process or the server; one that cannot happen changes nothing."""
        assert isinstance(event, u.UpdateEvent), event
        if not isinstance(event, u.ProcessStep):
            return Answer(joint=attrs.evolve(joint, own=_after_server_event(joint.own, event)))
        ctx = self._context(joint, event)
        ctx.pair_step = pair_step
        row, step = take(self.table, joint.own.step, event, ctx)
        if row is None:
            return Answer(joint=joint)
        refused = row.reason if isinstance(row, MachineRow) and row.refuses else ""
        own = attrs.evolve(ctx.own, step=step)
        return Answer(
            joint=Joint(pair=ctx.pair, own=own),
            rows=(row,),
            outputs=tuple(ctx.outputs),
            lines=tuple(ctx.lines),
            refused=refused,
        )

    def _context(self, joint: Joint[Process], event: u.UpdateEvent) -> UpdateContext:
        view = self.view(joint.pair)
        return UpdateContext(event=event, settings=self.settings, view=view, pair=joint.pair, own=joint.own)

    def view(self, pair: State) -> PairView:
        """A state of the pair under the questions of the process; each is answered once."""
        known = self._views.get(pair)
        return known or self._views.setdefault(pair, PairView(pair, self.settings.pair))

    # -- the pair ------------------------------------------------------------------------------

    def follow(self, before: State, event: e.Event, after: State, own: Process) -> Process:
        """The record after a step of the pair: who boots loads its image, and who joins gets the configuration.

        A unit loads what is in its flash (AUT-16), and the active unit sends it the configuration (SYN-1, SYN-3). With
        the primary its process stops.
        """
        for unit in UNITS:
            if isinstance(event, e.Restarted | e.UnitRestored) and event.unit is unit:
                own = own.with_files(unit, running=own.files(unit).flash)
            elif before.unit(unit).joining and after.unit(unit).phase is Phase.UP:
                own = own.with_files(unit, configuration=own.files(unit.peer).configuration)
        if isinstance(event, e.UnitFailed | e.Reload) and event.unit is Unit.PRIMARY:
            return self.answer(Joint(pair=after, own=own), u.PrimaryStopped(), _still).joint.own
        return own

    # -- the server ----------------------------------------------------------------------------

    def _of_server(self, server: Server) -> Iterator[u.UpdateEvent]:
        for kind in self.faults:
            if not server.faults:
                yield kind()
        if not server.reachable:
            yield u.ServerFound()
        if server.damage is not Damage.NONE:
            yield u.FileMended()
        for component in self.published:
            if server.offered.of(component) is Content.NEW:
                yield u.FilePublished(component=component)


def _still(pair: State, event: e.Event) -> tuple[State, tuple[Output, ...]]:
    """No row for a primary that stops moves the pair."""
    raise NotPossible(event, "the process has stopped")


def _after_server_event(own: Process, event: u.UpdateEvent) -> Process:
    server = own.server
    if isinstance(event, u.ServerLost | u.ServerFound):
        server = attrs.evolve(server, reachable=isinstance(event, u.ServerFound))
    elif isinstance(event, u.FilePublished):
        newer = {_FIELDS[event.component]: Content.NEWER}
        server = attrs.evolve(server, offered=attrs.evolve(server.offered, **newer))
    else:
        damage = {u.FileTruncated: Damage.TRUNCATED, u.FileWrong: Damage.WRONG}.get(type(event), Damage.NONE)
        server = attrs.evolve(server, damage=damage)
    return attrs.evolve(own, server=server)
