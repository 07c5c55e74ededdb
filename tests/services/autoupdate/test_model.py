"""The process over a pair that breaks: promises with their counts, and what one fault can do."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from failover_fsm.checker import Checker, Result, Verdict
from failover_fsm.pair import events as e
from failover_fsm.services.autoupdate.findings import findings
from failover_fsm.services.autoupdate.machine import AutoUpdate
from failover_fsm.services.autoupdate.model import update_model
from failover_fsm.services.autoupdate.promises import update_promises
from failover_fsm.services.autoupdate.settings import UpdateOptions
from failover_fsm.services.autoupdate.states import Component
from tests.patience import PATIENT
from tests.services.autoupdate.kit import PAIR, ROOT, UpdateSettings


@cache
def explored(*faults: str, hitless: bool = True, server: bool = True, **options: Any) -> Result[Any, Any]:
    """The verdicts on all promises and findings, with at most one thing broken at a time."""
    settings = UpdateSettings(pair=PAIR, hitless=hitless, options=UpdateOptions(**options))
    machine = AutoUpdate(settings=settings) if server else AutoUpdate(settings=settings, faults=())
    every = (*update_promises(machine), *findings(machine))
    return Checker(update_model(machine, faults)).verify(*(each.as_property() for each in every))


KEPT = tuple(each.id for each in update_promises(AutoUpdate(settings=UpdateSettings(pair=PAIR))))
UNDISTURBED = [each.id for each in update_promises(AutoUpdate(settings=UpdateSettings(pair=PAIR))) if each.undisturbed]
FOUND = [each.id for each in findings(AutoUpdate(settings=UpdateSettings(pair=PAIR)))]


def violated(found: Result[Any, Any]) -> list[str]:
    """The promises that are violated."""
    return [each.name for each in found.findings if each.name in KEPT and each.verdict is Verdict.VIOLATED]


@pytest.mark.slow
def test_the_counts_are_pinned() -> None:
    found = explored("power")
    assert (found.states, found.transitions, found.depth) == (4778, 20546, 39)


@pytest.mark.skipif(not PATIENT, reason="FAILOVER_FSM_LONG_TESTS is not set")
def test_the_counts_with_the_failover_link_too_are_pinned() -> None:
    found = explored("power", "failover-link")
    assert (found.states, found.transitions, found.depth) == (25114, 113516, 48)
    assert set(violated(found)) <= set(UNDISTURBED)


@pytest.mark.parametrize("hitless", [True, False])
def test_undisturbed_every_promise_is_kept(hitless: bool) -> None:
    found = explored(hitless=hitless, server=False)
    assert violated(found) == [] and found.complete
    vacuous = [each.name for each in found.findings if each.name in KEPT and each.vacuous]
    unseen = ["a-unit-that-loads-is-waited-for", "only-announced-files-are-kept", "what-is-broken-off-rests"]
    assert vacuous == [*unseen, *([] if hitless else ["the-primary-is-active-again"])]


def test_with_one_fault_those_about_undisturbed_runs_are_all_that_break() -> None:
    found = explored("power")
    assert set(violated(found)) <= set(UNDISTURBED) and "one-unit-is-active" in violated(found)
    assert [each.name for each in found.findings if each.name in KEPT and each.vacuous] == []


def test_the_failover_link_fails_at_any_moment() -> None:
    found = explored("failover-link", server=False)
    assert set(violated(found)) <= set(UNDISTURBED)
    assert found.finding("two-active-after-a-boot-without-the-link").verdict is Verdict.HOLDS


@pytest.mark.slow
def test_a_service_module_dies_at_any_moment() -> None:
    found = explored("modules", server=False)
    assert set(violated(found)) <= set(UNDISTURBED) and found.states == 9375


@pytest.mark.skipif(not PATIENT, reason="FAILOVER_FSM_LONG_TESTS is not set")
@pytest.mark.parametrize(("hitless", "states"), [(True, 15315), (False, 15150)])
def test_an_interface_goes_down_at_any_moment(hitless: bool, states: int) -> None:
    found = explored("ports", server=False, hitless=hitless)
    assert set(violated(found)) <= set(UNDISTURBED) and found.states == states


def finding_runs() -> dict[str, tuple[Any, ...]]:
    """A shortest run to each finding, by one fault."""
    runs: dict[str, tuple[Any, ...]] = {}
    for found in (explored("failover-link", server=False), explored("power")):
        runs |= {each.name: each.trace for each in found.findings if each.trace}
    return {name: runs[name] for name in FOUND}


def test_each_finding_has_its_run_with_one_fault() -> None:
    for name, run in finding_runs().items():
        assert sum(isinstance(event, e.Fault) for event in run) == 1, name


def test_the_page_shows_each_finding_with_its_run() -> None:
    page = (ROOT / "docs" / "howto" / "auto-update.md").read_text(encoding="utf-8")
    for finding in findings(AutoUpdate(settings=UpdateSettings(pair=PAIR))):
        run = "; ".join(str(event).replace(" unit=primary", "") for event in finding_runs()[finding.id])
        run = re.sub(r"unit_failed(?! )", "unit_failed unit=primary", run)
        assert f"| `{finding.id}`: {finding.says} | {run} |" in page


def test_a_process_that_does_not_verify_has_an_endless_round() -> None:
    found = explored(verifies=False)
    assert found.finding("the-process-rests").verdict is Verdict.VIOLATED
    assert found.finding("the-process-rests").loop is not None
    assert found.finding("only-announced-files-are-kept").verdict is Verdict.VIOLATED


def test_a_process_that_asks_the_flash_leaves_two_versions() -> None:
    found = explored("failover-link", server=False, compares="flash")
    assert found.finding("two-versions-do-not-stay").verdict is Verdict.VIOLATED


def test_a_newer_file_may_appear_at_any_time() -> None:
    machine = AutoUpdate(settings=UpdateSettings(pair=PAIR), faults=(), published=(Component.IMAGE,))
    found = Checker(update_model(machine)).verify(*(each.as_property() for each in update_promises(machine)))
    assert violated(found) == [] and found.states > explored(server=False).states
