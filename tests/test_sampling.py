"""The sample of a usual run is of tests that exist, and leaves none of them out wholly."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import sampling
from tests.sampling import SAMPLED, left_out

TESTS = Path(__file__).parent


@pytest.mark.parametrize("beginning", SAMPLED)
def test_what_is_sampled_exists(beginning: str) -> None:
    file, _, test = beginning.removesuffix("[").partition("::")
    assert f"def {test}" in (TESTS / file).read_text(encoding="utf-8")


def test_one_case_of_so_many_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "PATIENT", False)
    items: list[Any] = [
        SimpleNamespace(nodeid=f"tests/{name}[{case}]")
        for name in ("checker/test_published.py::one", "checker/test_published.py::two", "cli/test_other.py::one")
        for case in range(7)
    ]
    gone = [item.nodeid for item in left_out(items)]
    stays = Counter(item.nodeid.partition("[")[0] for item in items if item.nodeid not in gone)
    assert [*stays.values()] == [3, 3, 7] and "tests/checker/test_published.py::two[0]" not in gone
    assert left_out(items[4:5]) == [], "a case that is asked for alone"


def test_all_are_there_for_whoever_asks_for_the_long_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "PATIENT", True)
    item: Any = SimpleNamespace(nodeid="tests/checker/test_published.py::one[x]")
    assert left_out([item] * 5) == []
