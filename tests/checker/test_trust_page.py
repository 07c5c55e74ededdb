"""docs/explanation/trust.md names tests for what it claims: they exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "trust.md").read_text()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(tests/[\w/.]+)`", PAGE))))
def test_files_that_the_page_names_exist(name: str) -> None:
    assert (ROOT / name).exists()


def test_functions_that_the_page_names_exist() -> None:
    """Each in some file of the tests of the checker, or of the commands that keep what it found."""
    folders = (ROOT / "tests" / "checker", ROOT / "tests" / "commands")
    texts = "".join(path.read_text() for folder in folders for path in folder.rglob("test_*.py"))
    named = sorted(set(re.findall(r"`(test_\w+)`", PAGE)))
    assert len(named) > 3
    assert [name for name in named if f"def {name}(" not in texts] == []


def test_the_figures_of_the_page_are_those_of_the_code() -> None:
    """Sample sizes."""
    from failover_fsm.checker.bitset import compiled_search, record_guard
    from failover_fsm.checker.explicit import breadth_first, explore, recheck

    assert f"up to {recheck.KEPT} states, at least {recheck.KEPT // 2}" in PAGE
    assert f"up to {compiled_search.RECHECKED_PATHS} paths of each rule are run again" in PAGE
    assert f"up to {record_guard.STEPS} pairs of a state and a rule" in PAGE
    assert f"{record_guard.LEAST} to {record_guard.MOST} states or steps" in PAGE
    assert f"the first {breadth_first.WATCHED:,} states and every {breadth_first.WATCHED_AFTERWARDS}th" in PAGE
    assert f"can-recover {explore.RECHECKED} are judged twice" in PAGE
