"""Mutation analysis of a machine beside the pair: its tables with one mistake at a time.

A mutant is *killed* if a scenario fails on it or a promise about the machine has another verdict; it is *equivalent* if
it answers every event that occurs in a scenario or a small search as the shipped machine does, outputs and reasons
included; otherwise it *survives*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import attrs

from failover_fsm.pair.tables import Row, Table, name_of
from failover_fsm.services.machine import Answer, Joint, Machine, MachineEvent, MachineRow, PairStep
from failover_fsm.testing.pair.mutants import with_changed_row

__all__ = ["Asked", "MachineMutant", "MachineTrial", "machine_mutants", "score"]

Tables = Mapping[str, Table[Any]]


@attrs.frozen
class MachineMutant:
    """The tables of a machine with a mistake in one row.

    Attributes:
        table: The name of the table.
        row: The row as shipped.
        change: The mistake in words.
        tables: All tables, one of them with the mistake.
    """

    table: str
    row: Row[Any]
    change: str
    tables: Tables = attrs.field(repr=False)

    @property
    def name(self) -> str:
        """A stable name, `way: its mate --Sends[is_out_of_reach]--> same: row dropped`."""
        return f"{self.table}: {self.row.name}: {self.change}"


def machine_mutants(tables: Tables) -> Iterator[MachineMutant]:
    """Every mutant of the tables of a machine, in the order of the rows."""
    for name, table in tables.items():
        for row in table.rows:
            for change, changed in _changes(table, row):
                wrong = with_changed_row(table, row, changed)
                yield MachineMutant(name, row, change, {**tables, name: wrong})


def _changes(table: Table[Any], row: Row[Any]) -> Iterator[tuple[str, Row[Any] | None]]:
    """The mistakes in a row: it is missing, leads elsewhere, refuses or does not, lacks its guard or an effect."""
    yield "row dropped", None
    if isinstance(row, MachineRow):
        yield ("refusal dropped" if row.refuses else "refused"), attrs.evolve(row, refuses=not row.refuses)
        if row.refuses:
            yield from _guard_changes(row)
            return
    for state in table.states if any(each.to is not None for each in table.rows) else ():
        if state is not row.to and not (row.to is None and row.states == (state,)):
            yield f"to {state.value}", attrs.evolve(row, to=state)
    if row.to is not None:
        yield "stays", attrs.evolve(row, to=None)
    for effect in row.do:
        yield f"{name_of(effect)} dropped", attrs.evolve(row, do=tuple(each for each in row.do if each is not effect))
    yield from _guard_changes(row)


def _guard_changes(row: Row[Any]) -> Iterator[tuple[str, Row[Any] | None]]:
    guard = row.when
    if guard is not None:
        yield f"{name_of(guard)} negated", attrs.evolve(row, when=lambda case: not guard(case))
        yield f"{name_of(guard)} dropped", attrs.evolve(row, when=None)


@attrs.frozen
class Asked:
    """An event that a machine was asked to answer, and the state in which it was."""

    joint: Joint[Any]
    event: MachineEvent


@attrs.frozen(kw_only=True, eq=False)
class MachineTrial:
    """What mutants of a machine are tried on.

    Attributes:
        machine: The machine with other tables.
        pair_step: How the pair moves, by what `asked` is listed under.
        asked: By scenario, or by the name of a search: everything that the shipped machine was asked there.
        fails: For each of them, whether it fails while the tables of `in_force` hold.
        in_force: Makes all that is played or searched use these tables.
        shipped: The shipped tables.
    """

    machine: Callable[[str, Tables], Machine[Any]]
    pair_step: Mapping[str, PairStep]
    asked: Mapping[str, Sequence[Asked]]
    fails: Mapping[str, Callable[[], bool]]
    in_force: Callable[[Tables], AbstractContextManager[None]]
    shipped: Tables

    def verdict(self, mutant: MachineMutant) -> str:
        """killed, survives, or equivalent; of a killed one, by what."""
        matters = False
        for name in self.asked:
            if self._tells_apart(name, mutant):
                matters = True
                with self.in_force(mutant.tables):
                    if self.fails[name]():
                        return f"killed by {name}"
        return "survives" if matters else "equivalent"

    def _tells_apart(self, name: str, mutant: MachineMutant) -> bool:
        """Whether the mutant answers something otherwise than the shipped machine."""
        shipped, wrong = self.machine(name, self.shipped), self.machine(name, mutant.tables)
        step = self.pair_step[name]
        return any(_answer(shipped, each, step) != _answer(wrong, each, step) for each in self.asked[name])


def _answer(machine: Machine[Any], asked: Asked, step: PairStep) -> object:
    """The answer without the rows that were taken, or the type of an error."""
    try:
        answer: Answer[Any] = machine.answer(asked.joint, asked.event, step)
    except Exception as error:
        return type(error)
    return attrs.evolve(answer, rows=())


def score(verdicts: Iterable[str]) -> tuple[int, int, int]:
    """How many mutants are killed, survive, and are equivalent."""
    found = list(verdicts)
    killed = sum(each.startswith("killed") for each in found)
    return killed, found.count("survives"), found.count("equivalent")
