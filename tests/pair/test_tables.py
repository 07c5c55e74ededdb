"""The two tables answer every event in every state, with one answer, and say nothing that never happens."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from functools import partial
from itertools import combinations

import pytest

from failover_fsm.pair import events as e
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.registry import KINDS
from failover_fsm.pair.rule_context import RuleContext
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Phase, Role
from failover_fsm.pair.tables import Cell, Otherwise, Row, Table, TableError, ignore, impossible, name_of, refuse
from failover_fsm.pair.unit import AFTER, UNIT_TABLE
from tests.pairs import SCENARIOS, Asked, case_of, explored

TABLES = (UNIT_TABLE, GROUP_TABLE)
BY_NAME = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


# -- totality ------------------------------------------------------------------------------------


@BY_NAME
def test_every_cell_of_the_product_of_states_and_events_has_one_answer(table: Table) -> None:
    assert set(table.cells) == {(state, event) for state in table.states for event in table.events}
    for (state, event), cell in table.cells.items():
        always = [row for row in cell.rows if row.when is None]
        assert len(always) + (cell.default is not None) == 1, (state, event)
        assert all(state in row.states and row.event is event for row in cell.rows)
        assert not always or always == [cell.rows[-1]]
        assert cell.default is None or (state in cell.default.states and event in cell.default.events)


def test_the_tables_have_every_state_and_the_unit_table_every_event_that_takes_place_at_a_unit() -> None:
    environment = {kind.event for kind in KINDS if not kind.by_units}
    assert UNIT_TABLE.states == tuple(Phase)
    assert GROUP_TABLE.states == tuple(Role)
    assert set(UNIT_TABLE.events) == set(e.EVENTS) - environment
    assert set(GROUP_TABLE.events) <= set(UNIT_TABLE.events)
    assert set(AFTER) <= set(UNIT_TABLE.events)


@BY_NAME
def test_only_commands_are_refused_and_only_other_events_are_impossible(table: Table) -> None:
    for (state, event), cell in table.cells.items():
        if cell.default is None or cell.default.outcome is Otherwise.IGNORED:
            continue
        if cell.default.outcome is Otherwise.REFUSED:
            assert issubclass(event, e.Command), (state, event)
        elif table is UNIT_TABLE:  # the group table never runs while the unit has no role
            assert not issubclass(event, e.Command), (state, event)


def test_an_event_of_the_group_table_is_left_to_it_by_the_unit_table_while_the_unit_is_up() -> None:
    for event in GROUP_TABLE.events:
        default = UNIT_TABLE.cell(Phase.UP, event).default
        assert default is not None and default.outcome is Otherwise.IGNORED, event


@BY_NAME
def test_every_row_and_default_says_why_and_every_row_cites_rules_that_look_like_rules(table: Table) -> None:
    for row in table.rows:
        assert row.reason and row.rules
        for rule in row.rules:
            family, _, number = rule.partition("-")
            assert family.isalnum() and family.isupper() and number.isdecimal(), (row.name, rule)
    assert all(default.reason for default in table.defaults)


@BY_NAME
def test_row_names_tell_rows_apart_and_guards_and_effects_are_named_and_documented_functions(table: Table) -> None:
    names = [row.name for row in table.rows]
    assert len(names) == len(set(names))
    for row in table.rows:
        for function in (*row.do, *([row.when] if row.when else [])):
            assert function.__name__.isidentifier() and function.__doc__, row.name


# -- broken tables ---------------------------------------------------------------------------------


class Lamp(enum.Enum):
    """A table small enough to break in every way."""

    OFF = "off"
    ON = "on"


class Other(enum.Enum):
    """No state of the lamp."""

    BROKEN = "broken"


def bright(ctx: RuleContext) -> bool:
    """A guard."""
    return True


PUSH, PULL = e.FailoverActive, e.NoFailoverActive
ON = Row(Lamp.OFF, PUSH, when=bright, to=Lamp.ON, reason="pushed", rules=("L-1",))
ON_ALWAYS = Row(Lamp.OFF, PUSH, to=Lamp.ON, reason="pushed", rules=("L-1",))
REST = (
    refuse((Lamp.OFF,), (PUSH,), "it is dark enough"),
    refuse((Lamp.ON,), (PUSH,), "it is on"),
    Row(Lamp.ON, PULL, to=Lamp.OFF, reason="pulled", rules=("L-2",)),
    ignore((Lamp.OFF,), (PULL,), "it is off"),
)


def lamp(*entries: object) -> Table[Lamp]:
    return Table.of("lamp", Lamp, (PUSH, PULL), entries)  # type: ignore[arg-type]


def test_a_whole_table_is_accepted_and_answers_with_the_row_or_the_default() -> None:
    table = lamp(ON, *REST)
    assert table.cell(Lamp.OFF, PUSH) == Cell((ON,), REST[0])
    assert table.cell(Lamp.ON, PULL) == Cell((REST[2],), None)


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ((ON, *REST[1:]), r"\(off, FailoverActive\) has 0 answers"),
        ((ON, *REST[:3]), r"\(off, NoFailoverActive\) has 0 answers"),
        ((ON, *REST, ignore((Lamp.OFF,), (PUSH,), "again")), r"\(off, FailoverActive\) has 2 answers"),
        ((ON_ALWAYS, *REST), r"something stands behind off --FailoverActive--> on, which always holds"),
        ((ON_ALWAYS, ON, *REST[1:]), r"something stands behind off --FailoverActive--> on, which always holds"),
        ((ON, ON, *REST), r"off --FailoverActive\[bright\]--> on stands twice"),
        ((ON_ALWAYS, ON_ALWAYS, *REST[1:]), r"off --FailoverActive--> on stands twice"),
        (
            (Row(Lamp.OFF, PUSH, when=bright, reason="", rules=()), *REST),
            r"off --FailoverActive\[bright\]--> same cites no rule",
        ),
        (
            (ON, *REST, Row(Other.BROKEN, PUSH, when=bright, reason="", rules=("L-3",))),
            r"broken --FailoverActive\[bright\]--> same names a state or event the table does not have",
        ),
        (
            (Row(Lamp.OFF, PUSH, when=bright, to=Other.BROKEN, reason="", rules=("L-3",)), *REST),
            r"off --FailoverActive\[bright\]--> broken names a state or event the table does not have",
        ),
        (
            (ON, *REST, Row(Lamp.ON, e.Reload, reason="", rules=("L-3",))),
            r"on --Reload--> same names a state or event the table does not have",
        ),
        ((ON, *REST, impossible((Lamp.ON,), (e.Reload,), "")), r"a default for Reload names what the table does not"),
        ((ON, *REST, ignore((Other.BROKEN,), (PULL,), "")), r"a default for NoFailoverActive names what the table"),
    ],
)
def test_a_table_with_a_gap_an_ambiguity_or_an_unknown_name_is_refused_when_it_is_built(
    entries: tuple[object, ...], complaint: str
) -> None:
    with pytest.raises(TableError, match=complaint):
        lamp(*entries)


def note(ctx: RuleContext) -> None:
    """An effect."""


def test_an_effect_follows_an_event_that_the_table_has_and_no_other() -> None:
    assert Table.of("lamp", Lamp, (PUSH, PULL), (ON, *REST), {PUSH: note}).after == {PUSH: note}
    assert lamp(ON, *REST).after == {}
    with pytest.raises(TableError, match=r"^lamp: an effect after Reload, which the table does not have$"):
        Table.of("lamp", Lamp, (PUSH, PULL), (ON, *REST), {e.Reload: note})


def test_every_state_of_a_row_and_of_a_default_is_one_of_the_table() -> None:
    mixed = (Lamp.OFF, Other.BROKEN)
    with pytest.raises(TableError, match="names a state or event the table does not have"):
        lamp(ON, *REST, Row(mixed, PUSH, when=bright, reason="", rules=("L-3",)))
    with pytest.raises(TableError, match="a default for FailoverActive names what the table does not have"):
        lamp(ON, *REST, ignore(mixed, (PUSH,), ""))


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (ON, "off --FailoverActive[bright]--> on"),
        (ON_ALWAYS, "off --FailoverActive--> on"),
        (Row((Lamp.OFF, Lamp.ON), PULL, reason="", rules=()), "off|on --NoFailoverActive--> same"),
    ],
)
def test_a_row_is_named_by_its_states_its_event_its_guard_and_its_target(row: Row[Lamp], name: str) -> None:
    assert row.name == name
    assert Row(Lamp.OFF, PUSH, reason="", rules=()).states == (Lamp.OFF,), "one state needs no brackets"
    assert isinstance(row.states, tuple)
    assert (name_of(row.when), name_of(partial(bright))) == ("bright" if row.when else "", "")


def test_the_outcomes_of_defaults_are_told_apart_and_the_first_row_that_holds_is_taken() -> None:
    outcomes = [make((Lamp.ON,), (PUSH,), "").outcome for make in (ignore, refuse, impossible)]
    assert outcomes == [Otherwise.IGNORED, Otherwise.REFUSED, Otherwise.NOT_POSSIBLE]
    never = Row(Lamp.OFF, PUSH, when=lambda ctx: False, to=Lamp.ON, reason="", rules=())
    assert Cell((never, ON, ON_ALWAYS), None).select(None) is ON
    assert Cell((never,), REST[0]).select(None) is None


@BY_NAME
def test_a_shipped_table_without_any_one_of_its_defaults_is_refused(table: Table) -> None:
    for missing in table.defaults:
        entries = [entry for entry in (*table.rows, *table.defaults) if entry is not missing]
        with pytest.raises(TableError, match="has 0 answers"):
            Table.of(table.name, table.states, table.events, entries)


# -- rows that are used ----------------------------------------------------------------------------


def unused(rows: tuple[Row, ...], names: tuple[str, ...] = tuple(SCENARIOS)) -> list[str]:
    """The names of the rows that no reachable step of these scenarios takes."""
    used = {row for name in names for answer in explored(name).asked.values() for row in answer.rows}
    return [row.name for row in rows if row not in used]


def test_every_row_of_both_tables_is_taken_by_a_reachable_step_of_a_small_environment() -> None:
    missing = ["up --MessageDelivered[learns_of_lost_link]--> same"]
    assert unused((*UNIT_TABLE.rows, *GROUP_TABLE.rows)) == missing, "it takes three faults: spl-8-both-units.trace"


def test_a_row_that_stands_for_an_option_is_taken_only_under_that_option() -> None:
    plain = tuple(name for name in SCENARIOS if name != "obeying")
    missing = ["failed --MessageDelivered[failed_unit_obeys]--> active", "failed --FailoverReset--> standby-ready"]
    assert unused(GROUP_TABLE.rows, plain) == missing, "the second for want of the command, not of the option"


def test_a_row_that_nothing_reaches_would_be_named() -> None:
    dead = Row(Role.ACTIVE, e.HoldTimeExpired, to=Role.FAILED, reason="never", rules=("T2-1",))
    assert unused((*GROUP_TABLE.rows, dead)) == ["active --HoldTimeExpired--> failed"]


# -- rows that hold together -----------------------------------------------------------------------

JOIN = "cold-standby|sync-config|sync-file-system|bulk-sync"
OVERLAPS = {
    ("off|down --UnitRestored[heartbeat_missing]--> up", "off|down --UnitRestored[failover_on]--> negotiation"):
        "failover is on in the startup configuration, and refused",
    ("off|down --UnitRestored[heartbeat_missing]--> up", "off|down --UnitRestored--> up"): "the second is the rest",
    ("restarting --Restarted[heartbeat_missing]--> up", "restarting --Restarted[failover_on]--> negotiation"):
        "failover is on in the startup configuration, and refused",
    ("restarting --Restarted[heartbeat_missing]--> up", "restarting --Restarted--> up"): "the second is the rest",
    (f"{JOIN} --SynchronizationFailed[configuration_locked]--> restarting",
     f"{JOIN} --SynchronizationFailed--> restarting"): "the second is the rest: connection state crashes the unit",
    (f"{JOIN} --SynchronizationFailed[flash_full]--> up", f"{JOIN} --SynchronizationFailed--> restarting"):
        "the second is the rest: connection state crashes the unit",
    ("negotiation --HelloHeard[meets_unlike_active_peer]--> up", "negotiation --HelloHeard[meets_unlike_peer]--> up"):
        "with an active peer the unit stands by; the second is the rest",
    ("negotiation --HelloHeard[meets_unlike_active_peer]--> up",
     "negotiation --HelloHeard[peer_active_on_link]--> cold-standby"): "no unit joins one that it does not match",
    ("negotiation --HelloHeard[meets_unlike_peer]--> up",
     "negotiation --HelloHeard[peer_active_on_link]--> cold-standby"): "no unit joins one that it does not match",
    ("off|down --UnitRestored[failover_on]--> negotiation", "off|down --UnitRestored--> up"):
        "the second is the rest: a unit that boots with failover off",
    ("restarting --Restarted[failover_on]--> negotiation", "restarting --Restarted--> up"):
        "the second is the rest: a unit that comes back from a reload with failover off",
    ("up --FailoverEnabled[off_and_active]--> same", "up --FailoverEnabled[failover_off]--> negotiation"):
        "an active unit keeps its role when failover comes on, any other negotiates",
    ("sync-file-system --SynchronizationAdvanced[bulk_sync_next]--> bulk-sync",
     "sync-file-system --SynchronizationAdvanced--> up"):
        "the second is the rest: there is no connection state to receive",
    ("standby-ready --MessageDelivered[granted_home]--> active",
     "standby-ready --MessageDelivered[granted_as_asked]--> active"):
        "what the preempt timer asked for was asked for too; only the reason that is printed differs",
    ("standby-ready --MessageDelivered[granted_for_module]--> active",
     "standby-ready --MessageDelivered[granted]--> active"):
        "a dead service module of the peer is a reason of its own",
    ("active --InterfacesChecked[module_dead_and_can_hand_over]--> failed",
     "active --InterfacesChecked[over_policy_and_can_hand_over]--> failed"):
        "either is enough; of the two reasons the first is printed",
    ("standby-ready --InterfacesChecked[module_dead]--> failed",
     "standby-ready --InterfacesChecked[over_policy]--> failed"):
        "either is enough; of the two reasons the first is printed",
}  # fmt: skip
"""Rows of one cell that hold in the same reachable case, first match wins, with the reason why both stand there."""


def cells_of(asked: Asked, settings: Settings, tables: tuple[Table, Table]) -> Iterator[Cell]:
    """The cells that are looked up for a question: the unit table's, then the group table's while it is the group's."""
    own, _, event, _ = asked
    units, groups = tables
    cell = units.cell(own.phase, type(event))
    yield cell
    row = cell.select(case_of(asked, settings))
    leaves_up = row is not None and row.to is not None and row.to is not Phase.UP
    if own.phase is Phase.UP and not leaves_up and type(event) in groups.events:
        yield from (groups.cell(group.role, type(event)) for group in own.groups)


def overlaps(names: tuple[str, ...], tables: tuple[Table, Table] = TABLES) -> set[tuple[str, str]]:
    """Every pair of rows of a cell whose guards hold in the same reachable case, in table order."""
    found = set()
    for name in names:
        settings = explored(name).whole.settings
        for asked in explored(name).asked:
            for cell in cells_of(asked, settings, tables):
                holding = [row.name for row in cell.rows if row.when is None or row.when(case_of(asked, settings))]
                found.update(combinations(holding, 2))
    return found


@pytest.mark.slow
def test_rows_that_hold_together_are_the_listed_ones_and_no_others() -> None:
    assert overlaps(tuple(SCENARIOS)) == set(OVERLAPS)


def test_two_rows_that_hold_together_unnoticed_would_be_reported() -> None:
    extra = Row(Role.ACTIVE, e.InterfacesChecked, when=bright, to=Role.STANDBY_READY, reason="", rules=("T2-7",))
    entries = (*GROUP_TABLE.rows, extra, *GROUP_TABLE.defaults)
    groups = Table.of("group", GROUP_TABLE.states, GROUP_TABLE.events, entries)
    assert overlaps(("interface",), (UNIT_TABLE, groups)) - set(OVERLAPS) == {
        (
            "active --InterfacesChecked[over_policy_and_can_hand_over]--> failed",
            "active --InterfacesChecked[bright]--> standby-ready",
        )
    }
