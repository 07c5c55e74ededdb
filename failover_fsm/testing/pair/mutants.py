"""Mutants of the tables: every row of both tables with one mistake at a time.

The mistakes are the usual ones when rows are written or changed: a row is missing or leads elsewhere, its guard is
negated or missing, an effect is missing, the two units are swapped, a threshold is off by one.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import FunctionType
from typing import Any
from unittest import mock

import attrs

from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.rule_context import RuleContext
from failover_fsm.pair.states import Role
from failover_fsm.pair.tables import Cell, Default, Guard, Otherwise, Row, Table, name_of
from failover_fsm.pair.unit import UNIT_TABLE

__all__ = ["KINDS", "Mutant", "in_force", "mutants", "reads_attribute", "with_changed_row"]

KINDS = {
    "row dropped": "the row is missing",
    "other target": "the row leads to another state",
    "guard negated": "the row is taken when it should not be, and only then",
    "guard dropped": "the row is taken whenever its event happens",
    "effect dropped": "the row leaves one thing undone",
    "units swapped": "the guard takes the primary for the secondary and the other way round",
    "threshold off by one": "the guard counts one failed interface too many or too few",
}

STEP = import_module("failover_fsm.pair.step")
"""The module; `failover_fsm.pair` also exports a function of this name."""


@attrs.frozen
class Mutant:
    """Both tables, one of them with a mistake in one row.

    Attributes:
        table: The name of the table with the mistake.
        row: The row as shipped.
        kind: A key of KINDS.
        change: The mistake in words.
        unit: The unit table.
        group: The failover-group table.
    """

    table: str
    row: Row[Any]
    kind: str
    change: str
    unit: Table[Any] = attrs.field(repr=False)
    group: Table[Any] = attrs.field(repr=False)

    @property
    def name(self) -> str:
        """A stable name, `group: active --InterfacesChecked[over_policy]--> failed: row dropped`."""
        return f"{self.table}: {self.row.name}: {self.change}"


@contextmanager
def in_force(mutant: Mutant) -> Iterator[None]:
    """Makes all stepping code use the mutant's tables until the block ends: searches, walks, scenarios.

    The tables are constants of `failover_fsm.pair.step` and are replaced there for the whole process. Objects that
    cache reactions, such as a PairModel, have to be made inside the block.
    """
    with mock.patch.multiple(STEP, UNIT_TABLE=mutant.unit, GROUP_TABLE=mutant.group):
        yield


def mutants() -> Iterator[Mutant]:
    """Every mutant of both tables, in the order of the rows."""
    for table in (UNIT_TABLE, GROUP_TABLE):
        for row in table.rows:
            for kind, change, changed in _changes(table, row):
                wrong = with_changed_row(table, row, changed)
                unit, group = (wrong, GROUP_TABLE) if table is UNIT_TABLE else (UNIT_TABLE, wrong)
                yield Mutant(table.name, row, kind, change, unit, group)


Change = tuple[str, str, Row[Any] | None]


def _changes(table: Table[Any], row: Row[Any]) -> Iterator[Change]:
    yield "row dropped", "row dropped", None
    for state in table.states:
        if state is not row.to and state is not Role.NONE:  # a unit that is up has a role
            yield "other target", f"to {state.value}", attrs.evolve(row, to=state)
    for effect in row.do:
        rest = tuple(each for each in row.do if each is not effect)
        yield "effect dropped", f"{name_of(effect)} dropped", attrs.evolve(row, do=rest)
    if row.when is not None:
        yield from _guard_changes(row, row.when)


def _guard_changes(row: Row[Any], guard: Guard) -> Iterator[Change]:
    name = name_of(guard)
    yield "guard negated", f"not {name}", attrs.evolve(row, when=_named(f"not {name}", lambda ctx: not guard(ctx)))
    yield "guard dropped", f"{name} dropped", attrs.evolve(row, when=None)
    if reads_attribute(guard, "unit"):
        swapped = _named(name, lambda ctx: guard(attrs.evolve(ctx, unit=ctx.unit.peer)))
        yield "units swapped", "units swapped", attrs.evolve(row, when=swapped)
    if reads_attribute(guard, "failed"):
        for by, word in ((1, "one more"), (-1, "one less")):
            counting = _named(name, _miscounting(guard, by))
            yield "threshold off by one", f"{word} failed interface", attrs.evolve(row, when=counting)


def _miscounting(guard: Guard, by: int) -> Guard:
    def mistaken(ctx: RuleContext) -> bool:
        failed = tuple(count + by for count in ctx.inputs.failed)
        return guard(attrs.evolve(ctx, inputs=attrs.evolve(ctx.inputs, failed=failed)))

    return mistaken


def _named(name: str, guard: Callable[[Any], bool]) -> Guard:
    guard.__name__ = name
    return guard


def reads_attribute(function: Any, attribute: str) -> bool:
    """True if a guard, or a function or property of its context that it uses, reads an attribute of that name."""
    queue, seen = [function], {function}
    for each in queue:
        names = [(step.opname, step.argval) for step in dis.get_instructions(each)]
        read = [name for operation, name in names if operation in ("LOAD_ATTR", "LOAD_METHOD")]
        if attribute in read:
            return True
        used = [each.__globals__.get(name) for operation, name in names if operation == "LOAD_GLOBAL"]
        members = (getattr(RuleContext, name, None) for name in read)
        used += [member.fget if isinstance(member, property) else member for member in members]
        fresh = [other for other in used if isinstance(other, FunctionType) and other not in seen]
        seen.update(fresh)
        queue += fresh
    return False


def with_changed_row(table: Table[Any], row: Row[Any], changed: Row[Any] | None) -> Table[Any]:
    """The table with one row replaced; not validated, since a mistake may make it partial."""
    cells = {key: _cell(cell, row, changed) for key, cell in table.cells.items()}
    rows = tuple(changed if each is row else each for each in table.rows)
    return attrs.evolve(table, rows=tuple(each for each in rows if each is not None), cells=cells)


def _cell(cell: Cell[Any], row: Row[Any], changed: Row[Any] | None) -> Cell[Any]:
    if not any(each is row for each in cell.rows):
        return cell
    rows = [changed if each is row else each for each in cell.rows]
    gone = Default(Otherwise.IGNORED, row.states, (row.event,), "the row is missing")
    return Cell(tuple(each for each in rows if each is not None), cell.default or gone)
