"""Scenarios of `failover exec` in the chapter's words do what they expect, take every row, and catch wrong tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.exec_mutation import TRACES, WARNED, chosen, plays, trial
from failover_fsm.services.remote.tables import TABLES
from failover_fsm.testing.pair.machine_mutation import MachineTrial, score
from failover_fsm.trace.player import load, play
from tests.trace.wrong_claims import hold_every_claim_wrong

WRONG = {
    "refused": {"yes": "no", "no": "yes"},
    "config": {"synchronized": "out-of-sync", "out-of-sync": "synchronized"},
    "active": {"primary": "secondary", "secondary": "primary"},
    "state": {"standby-ready": "failed", "failed": "standby-ready", "off": "active"},
    "status": {"normal": "failed", "link-down": "normal"},
}


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)
def test_a_scenario_does_what_it_expects(path: Path) -> None:
    played = play(*load(path))
    assert [str(failure) for failure in played.failures] == []
    assert len(played.warnings) == WARNED.get(path.stem, 0)


@pytest.mark.parametrize("path", TRACES[::4], ids=lambda path: path.stem)
def test_every_wrong_expectation_fails(path: Path) -> None:
    hold_every_claim_wrong(path, lambda key, value: WRONG.get(key, {}).get(value, "other#"))


@pytest.fixture(scope="module")
def tried() -> MachineTrial:
    """Everything that the scenarios ask."""
    return trial(search=False)


def test_the_chapter_gives_more_than_fifteen_scenarios() -> None:
    assert len(TRACES) > 15 and all(plays(path) for path in TRACES[:1])


@pytest.mark.slow
def test_the_scenarios_take_every_row(tried: MachineTrial) -> None:
    taken = []
    for name, asked in tried.asked.items():
        machine = tried.machine(name, TABLES)
        taken += [row for each in asked for row in machine.answer(each.joint, each.event, tried.pair_step[name]).rows]
    missing = [row.name for table in TABLES.values() for row in table.rows if not any(row is each for each in taken)]
    assert missing == []


@pytest.mark.slow
def test_a_sample_of_mutants_is_killed(tried: MachineTrial) -> None:
    mutants = chosen(())
    verdicts = [tried.verdict(mutant) for mutant in mutants[:: len(mutants) // 12]]
    killed, survive, _ = score(verdicts)
    assert killed >= 8 and survive == 0
