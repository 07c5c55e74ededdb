"""Mistakes in the table of Auto Update are seen by its scenarios; the whole figure is that of the benchmark."""

from __future__ import annotations

import sys

import pytest

from tests.services.autoupdate.kit import ROOT

sys.path.insert(0, str(ROOT))
from benchmarks import autoupdate_mutation as benchmark  # the benchmarks are no part of the package

PAGE = (ROOT / "docs" / "howto" / "auto-update.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_sample_of_the_mutants_is_killed_by_scenarios() -> None:
    sample = benchmark.ALL[5::80]
    verdicts = {each.name: benchmark.verdict(each, search=False) for each in sample}
    alive = [name for name, found in verdicts.items() if found == "survives"]
    assert len(sample) > 12 and sum(found.startswith("killed") for found in verdicts.values()) >= 0.7 * len(sample)
    assert len(alive) <= 1, "what scenarios do not see is left to the searches"


def test_the_page_is_about_these_mutants() -> None:
    assert f"{len(benchmark.ALL):,} mutants" in PAGE


def test_the_figures_are_counted() -> None:
    found = benchmark.figures(["killed by a", "killed by promise b", "survives", "equivalent"])
    assert found == "4 mutants: 2 killed, 1 survive, 1 equivalent; score 66.7 %"


@pytest.mark.slow
def test_a_search_kills_what_scenarios_do_not_see() -> None:
    (mutant,) = (each for each in benchmark.ALL if "PollTimeReached--> 1 exchange: to 2 call home" in each.name)
    assert benchmark.verdict(mutant).startswith("killed")
