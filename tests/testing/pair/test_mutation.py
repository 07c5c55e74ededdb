"""Mistakes in the tables are made as they should be, and promises and scenarios see them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from failover_fsm.pair.group import GROUP_TABLE, STANDBY, healthy, over_policy, ready_goes_first
from failover_fsm.pair.states import Phase, Role
from failover_fsm.pair.tables import Otherwise
from failover_fsm.pair.unit import UNIT_TABLE, yields_on_link
from failover_fsm.testing.pair import mutants as module
from failover_fsm.testing.pair.mutants import KINDS, STEP, Mutant, in_force, mutants
from failover_fsm.testing.pair.mutation import (
    ERROR,
    SMALL_PAIRS,
    MutantResult,
    ScenarioFile,
    SmallPair,
    Trial,
    outcomes,
)
from tests.patience import one_in

ROOT = Path(__file__).parents[3]
from benchmarks import mutation as benchmark  # noqa: E402  # the benchmarks are no part of the package

ALL = tuple(mutants())
CHEAP = tuple(each for each in SMALL_PAIRS if not each.costly)


def named(*parts: str) -> Mutant:
    """The one mutant with all these words in its name."""
    (found,) = (each for each in ALL if all(part in each.name for part in parts))
    return found


# -- the mistakes ------------------------------------------------------------------------------------


def test_every_row_is_changed_in_every_way_that_it_can_be() -> None:
    assert {each.kind for each in ALL} == set(KINDS)
    assert len({each.name for each in ALL}) == len(ALL)
    for table in (UNIT_TABLE, GROUP_TABLE):
        for row in table.rows:
            kinds = Counter(each.kind for each in ALL if each.row is row)
            targets = [state for state in table.states if state is not row.to and state is not Role.NONE]
            assert kinds["row dropped"] == 1 and kinds["other target"] == len(targets)
            assert kinds["effect dropped"] == len(row.do)
            assert kinds["guard negated"] == kinds["guard dropped"] == (row.when is not None)


def test_only_guards_that_read_it_are_swapped_or_miscounted() -> None:
    assert module.reads_attribute(ready_goes_first, "unit") and module.reads_attribute(yields_on_link, "unit")
    assert not module.reads_attribute(over_policy, "unit")
    assert module.reads_attribute(healthy, "failed"), "it asks a property of the context, which does"
    assert not module.reads_attribute(ready_goes_first, "failed")


def test_a_dropped_row_leaves_the_rows_behind_it_or_nothing() -> None:
    first = named("off|down --UnitRestored[failover_on]", "row dropped").unit.cell(Phase.OFF, UNIT_TABLE.events[1])
    assert [row.to for row in first.rows] == [Phase.UP, Phase.UP], "without heartbeat, and with failover off"
    lost = named("failed --FailoverReset--> standby-ready", "row dropped")
    cell = lost.group.cell(Role.FAILED, lost.row.event)
    assert cell.rows == () and cell.default is not None and cell.default.outcome is Otherwise.IGNORED
    assert lost.unit is UNIT_TABLE and len(lost.group.rows) == len(GROUP_TABLE.rows) - 1


def test_a_mutant_differs_from_the_shipped_tables_in_the_cells_of_its_row_only() -> None:
    for each in ALL:
        shipped, wrong = (UNIT_TABLE, each.unit) if each.table == "unit" else (GROUP_TABLE, each.group)
        changed = {key for key, cell in wrong.cells.items() if cell != shipped.cells[key]}
        assert changed == {(state, each.row.event) for state in each.row.states}, each.name


def test_a_mutant_is_in_force_inside_the_block_only_even_after_an_error() -> None:
    mutant = named("negotiation --NegotiationExpired", "row dropped")
    with pytest.raises(ZeroDivisionError), in_force(mutant):
        assert STEP.UNIT_TABLE is mutant.unit and STEP.GROUP_TABLE is GROUP_TABLE
        raise ZeroDivisionError
    assert STEP.UNIT_TABLE is UNIT_TABLE and STEP.GROUP_TABLE is GROUP_TABLE


# -- what sees them ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_row_is_asked_for_on_some_small_pair_or_in_some_scenario() -> None:
    asked = [each.reaction_inputs for each in (*CHEAP, *benchmark.scenarios())]
    for each in ALL:
        if each.kind == "row dropped" and each.row.states != STANDBY:
            assert any(some.tell_apart(each) for some in asked), each.name


def small(name: str) -> SmallPair:
    """The small pair of that name."""
    return next(each for each in SMALL_PAIRS if each.name == name)


@pytest.mark.parametrize(
    ("where", "parts", "promise"),
    [
        ("ports and power", ("standby-ready --HoldTimeExpired", "row dropped"), "takeover-on-active-failure"),
        ("units and links", ("up --HelloHeard[yields_on_link]", "units swapped"), "primary-survives-split-brain"),
        (
            "ports and power",
            ("standby-ready --InterfacesChecked[over_policy]", "one less"),
            "standby-health-follows-interfaces",
        ),
        ("units and links", ("negotiation --NoActiveUnitSeen", "units swapped"), "simultaneous-boot-primary-active"),
        ("groups preempt", ("--SynchronizationFinished", "arm_preemption dropped"), "preempt-when-available"),
    ],
)
def test_promises_tell_mutants_from_the_shipped_tables(where: str, parts: tuple[str, ...], promise: str) -> None:
    mutant, pair = named(*parts), small(where)
    assert pair.reaction_inputs.tell_apart(mutant)
    assert pair.shipped[promise], "it holds on the shipped tables"
    assert promise in pair.killers(mutant)


def test_a_pair_is_explored_with_whole_records_too() -> None:
    pair, mutant = small("silent interface"), named("group: failed --InterfacesChecked[healthy]", "one more")
    assert pair.killers(mutant, whole=True) == pair.killers(mutant) != ()
    assert pair.kept(whole=True) == pair.shipped


def test_a_promise_that_is_known_to_break_is_asked_too() -> None:
    obeying = small("obeying")
    assert obeying.shipped["no-failover-to-failed-standby"] is False
    assert "no-failover-to-failed-standby" in obeying.killers(named("failed_unit_obeys]--> active: row dropped"))


def test_rules_that_end_in_an_error_are_a_killer_and_not_a_crash() -> None:
    mutant = named("standby-ready --HoldTimeExpired", "silence_counts dropped")

    def broken(case: object) -> None:
        raise RuntimeError("a mistake")

    row = mutant.row
    wrong = module.with_changed_row(GROUP_TABLE, row, module.attrs.evolve(row, do=(broken,)))
    failing = module.attrs.evolve(mutant, group=wrong)
    pair = small("ports and power")
    assert pair.reaction_inputs.tell_apart(failing) and pair.killers(failing) == (ERROR,)


def test_scenarios_fail_for_mutants_and_pass_again_afterwards() -> None:
    scenario = ScenarioFile.read(ROOT / "tests" / "traces" / "split-brain-unhealthy-primary.trace")
    mutant = named("up --HelloHeard[yields_on_link]", "row dropped")
    assert scenario.reaction_inputs.tell_apart(mutant)
    assert scenario.killers(mutant) == (scenario.name,) and scenario.passes()


def test_a_scenario_that_fails_by_itself_is_no_measure(tmp_path: Path) -> None:
    path = tmp_path / "wrong.trace"
    path.write_text(f"config {ROOT}/models/active-standby.cfg\nexpect unit=primary state=active\n", encoding="utf-8")
    with pytest.raises(ValueError, match="fails on the shipped tables"):
        _ = ScenarioFile.read(path).reaction_inputs


def test_a_mutant_that_answers_alike_is_equivalent_and_one_that_nothing_sees_survives() -> None:
    (unit,) = (each for each in CHEAP if each.name == "units and links")
    trial = Trial(pairs=(unit,))
    assert trial.try_out(named("up --Reload--> restarting: forget_peer dropped")).verdict == "survives"
    nothing_fails = named("standby-ready --InterfacesChecked[over_policy]--> failed: row dropped")
    assert trial.try_out(nothing_fails).verdict == "equivalent", "this pair has no interfaces"


# -- a sample of the whole, and its report ---------------------------------------------------------------


def sample() -> list[MutantResult]:
    """One mutant in 39, from a place where it takes in every kind, or a sample of these."""
    return list(outcomes(Trial(pairs=CHEAP[:5], scenarios=benchmark.scenarios()), ALL[3 :: 39 * one_in(2)]))


@pytest.mark.slow
def test_a_sample_of_the_mutants_is_killed_and_each_survivor_is_explained() -> None:
    found = sample()
    assert len(found) > 15 // one_in(2) and len({each.mutant.kind for each in found}) >= 4
    for each in found:
        assert each.verdict != "survives" or benchmark.explained(each), each.mutant.name
    assert benchmark.score(found) >= 0.95
    text = benchmark.report(found, 7)
    assert f"**Score: {benchmark.score(found):.1%}**" in text and "| **all** | " in text
    assert "not explained" not in text


def test_the_committed_report_is_of_these_mutants() -> None:
    text = (ROOT / "docs" / "explanation" / "mutation.md").read_text(encoding="utf-8")
    assert f"| **all** | {len(ALL)} | " in text and "not explained" not in text
    for kind, says in KINDS.items():
        assert f"| {kind}: {says} | {sum(each.kind == kind for each in ALL)} | " in text
