"""The machine of `failover exec`: a typed line goes through the tables, and reaches at most one unit of the pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.config.values.release import Release
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.outputs import ConsoleLine, Output
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Role, State
from failover_fsm.pair.tables import Row, Table
from failover_fsm.pair.typed_commands import acting
from failover_fsm.services.machine import Answer, Joint, MachineEvent, MachineRow, PairStep, take
from failover_fsm.services.remote.case import ExecCase, Facts
from failover_fsm.services.remote.records import CommandMode, Session, Sessions
from failover_fsm.services.remote.tables import TABLES
from failover_fsm.services.remote.texts import EXEC_MODE, mode_words
from failover_fsm.services.remote.typed import (
    AsksMode,
    ChangesContext,
    Line,
    Sends,
    Typed,
    is_single,
    read_line,
)

__all__ = ["CLEAR_TEXT", "SINCE", "ExecMachine", "Writer", "software_supports"]

SINCE = Release(8, 0)
"""The first software that knows `failover exec`."""

CLEAR_TEXT = "`failover exec` sends the command and its output over the failover link in clear text: use `failover key`"
"""The advice of EXE-17."""

Writer = Callable[[State, Unit, "str | None", str], str]
"""Writes the output of a show command: of the pair, a unit, the context of the session, and the line; empty if it
cannot."""


def _writes_nothing(_state: State, _unit: Unit, _context: str | None, _line: str) -> str:
    return ""


def software_supports(config: PairConfig) -> bool:
    """Whether the software of a configuration knows `failover exec`; one that is not named does (EXE-18)."""
    return config.accepts(SINCE) is not False


class _Refused(Exception):
    """A row refuses, or no row holds; `str` is the reason."""


@attrs.frozen(kw_only=True, eq=False)
class ExecMachine:
    """Terminal sessions on both units, and `failover exec` between them.

    Attributes:
        settings: What the protocol reads of the configuration.
        supports: Whether the software of the primary and of the secondary knows `failover exec`.
        keyed: Whether a failover key encrypts the failover link.
        contexts: The contexts of the pair; left out: those of the failover groups.
        writer: Writes the output of show commands.
        offers: The lines that a search types.
        units: The units on which it does.
        tables: The tables by name; another mapping makes another machine.
    """

    settings: Settings
    supports: tuple[bool, bool] = (True, True)
    keyed: bool = False
    contexts: tuple[str, ...] = attrs.field(
        default=attrs.Factory(lambda self: tuple(dict(self.settings.contexts)), takes_self=True)
    )
    writer: Writer = _writes_nothing
    offers: tuple[str, ...] = ()
    units: tuple[Unit, ...] = tuple(Unit)
    tables: Mapping[str, Table[Any]] = attrs.field(factory=lambda: TABLES, repr=False)
    _lines: dict[tuple[Unit, str], Line] = attrs.field(factory=dict, init=False, repr=False)
    _events: dict[e.CommandEntered, e.Event] = attrs.field(factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, config: PairConfig, settings: Settings, **more: Any) -> ExecMachine:
        """The machine of a configured pair, with the same software on both units."""
        supports = software_supports(config)
        more.setdefault("contexts", tuple(each.name for each in config.contexts))
        return cls(settings=settings, supports=(supports, supports), keyed=config.key is not None, **more)

    def start(self) -> Sessions:
        """Both sessions in privileged EXEC, the modes of `failover exec` in global configuration (EXE-11)."""
        return Sessions()

    def offered(self, joint: Joint[Sessions]) -> Iterable[Typed]:
        """The lines that are typed in a search: on one unit at a time, until its session is as it began again."""
        for unit in self.units:
            if joint.pair.unit(unit).powered and joint.own.of(unit.peer) == Session():
                yield from (Typed(unit=unit, text=line) for line in self.offers)

    def follow(self, before: State, event: e.Event, after: State, own: Sessions) -> Sessions:
        """A unit that stops ends its session, and the commands that were sent to it begin anew."""
        own = own if own.ran is None else attrs.evolve(own, ran=None)
        for unit in Unit:
            if before.unit(unit).powered and not after.unit(unit).powered:
                own = own.without(unit)
        return own

    def read(self, unit: Unit, line: str) -> Line:
        """As `read_line`, each line once."""
        known = self._lines.get((unit, line))
        return known if known is not None else self._lines.setdefault((unit, line), read_line(unit, line))

    def _acting(self, entered: e.CommandEntered) -> e.Event:
        known = self._events.get(entered)
        return known if known is not None else self._events.setdefault(entered, acting(entered))

    # -- one line ------------------------------------------------------------------------------------

    def answer(self, joint: Joint[Sessions], event: MachineEvent, pair_step: PairStep) -> Answer[Sessions]:
        """What a typed line does.

        Args:
            joint: The pair and the sessions.
            event: The line, a `Typed`.
            pair_step: How the pair moves.
        """
        assert isinstance(event, Typed), "the machine has no other events"
        rows: list[Row[Any]] = []
        try:
            if not joint.pair.unit(event.unit).powered:
                raise _Refused("the unit is not running")
            if not is_single(event.text):
                raise _Refused("several lines; allowed: one line at a time")
            case = self._case(joint, event, rows)
            return self._done(joint, event, case, rows, pair_step)
        except _Refused as refused:
            return Answer(joint=joint, rows=tuple(rows), lines=(str(refused),), refused=str(refused))

    def _case(self, joint: Joint[Sessions], event: Typed, rows: list[Row[Any]]) -> ExecCase:
        """Takes the line through the tables."""
        session = joint.own.of(event.unit)
        if event.context is not None and event.context != session.context:
            changed = ChangesContext(unit=event.unit, line=f"changeto context {event.context}")
            session = self._at_session(joint, session, changed, rows).session
        case = self._at_session(joint, session, self.read(event.unit, event.text), rows)
        if isinstance(case.line, Sends | AsksMode):
            self._take(self.tables["command"], case.line.keyword, case, rows)
            assert case.where is not None, "a row that takes the command finds its unit"
        if isinstance(case.line, Sends):
            self._take(self.tables["way"], case.where, case, rows)
            if case.carried:
                self._at_device(case, case.line, rows)
        return case

    def _at_session(self, joint: Joint[Sessions], session: Session, line: Line, rows: list[Row[Any]]) -> ExecCase:
        """The row of the session in which the line is typed."""
        case = ExecCase(
            facts=Facts(settings=self.settings, supports=self.supports, keyed=self.keyed, contexts=self.contexts),
            read=self.read,
            pair=joint.pair,
            unit=line.unit,
            line=line,
            session=session,
            device=line.unit,
            block=session.at.block,
        )
        mode = self._take(self.tables["session"], session.at.mode, case, rows)
        case.session = attrs.evolve(case.session, at=CommandMode(mode, case.block))
        return case

    def _at_device(self, case: ExecCase, sent: Sends, rows: list[Row[Any]]) -> None:
        """The row of the mode of `failover exec` for the device, with the command that was sent."""
        before = case.session.mode_on(case.device)
        case.line, case.block = self.read(case.device, sent.command), before.block
        mode = self._take(self.tables["mode of failover exec"], before.mode, case, rows)
        case.session = case.session.with_mode_on(case.device, CommandMode(mode, case.block))

    def _take(self, table: Table[Any], state: Any, case: ExecCase, rows: list[Row[Any]]) -> Any:
        """The state after a row; raises _Refused where the row refuses, or none holds."""
        row, after = take(table, state, case.line, case)
        if row is None:
            default = table.cell(state, type(case.line)).default
            raise _Refused(default.reason if default is not None else "no row holds")
        rows.append(row)
        if isinstance(row, MachineRow) and row.refuses:
            raise _Refused(row.reason)
        return after

    # -- what comes of it ------------------------------------------------------------------------------

    def _done(
        self, joint: Joint[Sessions], event: Typed, case: ExecCase, rows: list[Row[Any]], pair_step: PairStep
    ) -> Answer[Sessions]:
        """The answer to a line that no row refused; the pair may refuse it yet."""
        pair, entered = joint.pair, None
        outputs: tuple[Output, ...] = ()
        if case.entered is not None:
            try:
                entered = self._acting(case.entered)
                pair, outputs = pair_step(joint.pair, entered)
            except StepError as error:
                raise _Refused(error.why) from None
        lines = tuple(each.text for each in outputs if isinstance(each, ConsoleLine) and each.unit is case.device)
        own = self.follow(joint.pair, entered or event, pair, joint.own.having(event.unit, case.session))
        if isinstance(entered, e.AtUnit):
            own = attrs.evolve(own, ran=entered.unit)
        return Answer(
            joint=Joint(pair=pair, own=own),
            rows=tuple(rows),
            event=entered,
            outputs=_without_lines(outputs, case.device),
            lines=(*lines, *self._output(joint.pair, case)),
            remarks=(CLEAR_TEXT,) if case.in_clear else (),
        )

    def _output(self, pair: State, case: ExecCase) -> tuple[str, ...]:
        """What is shown in the session (EXE-3, EXE-14)."""
        if case.tells_mode:
            group = case.group_on(case.device)
            role = "Active" if group.role is Role.ACTIVE else "Standby"
            return (EXEC_MODE.write(role=role, mode=mode_words(case.session.mode_on(case.device))),)
        if case.shown:
            return tuple(self.writer(pair, case.device, case.session.context, case.shown).splitlines())
        return ()


def _without_lines(outputs: tuple[Output, ...], device: Unit) -> tuple[Output, ...]:
    """The outputs without the lines of the device, which are printed in the session."""
    return tuple(each for each in outputs if not (isinstance(each, ConsoleLine) and each.unit is device))
