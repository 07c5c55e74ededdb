"""Published models: on both engines the figures that their authors print, the same results, and the known verdicts.

TLC counts the depth in states, the checker in steps: ``depth + 1`` is TLC's number. "States generated" of TLC is
``generated``; "rules fired" of Murphi checkers and the transitions of PRISM are ``transitions``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from failover_fsm.checker import Checker, Kind, Result, Verdict, always, sometimes, when_settled
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.rules.rule_tree import PlainModel
from tests import published
from tests.checker.bitset.test_leads_to import check_lasso
from tests.published.case import Case
from tests.published.die_hard import CASES as DIE_HARD
from tests.published.peterson import CASES as PETERSON
from tests.published.philosophers import Philosophers
from tests.published.two_phase import ABORTED, COMMITTED, TwoPhase, consistent

HOLDS, VIOLATED = Verdict.HOLDS, Verdict.VIOLATED
ENGINES: dict[str, Any] = {"plain": lambda model: Checker(PlainModel(model)), "compiled": CompiledChecker}


def modules() -> Iterator[tuple[ModuleType, list[Case]]]:
    """Return the published models and their instances."""
    for found in pkgutil.iter_modules(published.__path__):
        module = importlib.import_module(f"{published.__name__}.{found.name}")
        if hasattr(module, "CASES"):
            yield module, module.CASES


MODELS = list(modules())
CASES = [case for _, cases in MODELS for case in cases]
EACH = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
EACH_ENGINE = pytest.mark.parametrize("engine", ENGINES)


@cache
def result_of(case: Case, engine: str) -> Result[Any, Any]:
    return ENGINES[engine](case.model).verify(*case.holds, *case.violated)


@EACH_ENGINE
@EACH
def test_counts_are_those_of_the_authors(case: Case, engine: str) -> None:
    result = result_of(case, engine)
    assert (result.states, result.generated, result.depth + 1) == (case.distinct, case.generated, case.depth)
    assert result.complete


@EACH_ENGINE
@EACH
def test_verdicts_are_the_known_ones(case: Case, engine: str) -> None:
    expected = {claim.name: HOLDS for claim in case.holds} | {claim.name: VIOLATED for claim in case.violated}
    findings = result_of(case, engine).findings
    assert {finding.name: finding.verdict for finding in findings} == expected
    assert not [finding.name for finding in findings if finding.vacuous]


@EACH
def test_both_engines_find_the_same_graph_and_fair_runs_against_a_claim(case: Case) -> None:
    ours, theirs = result_of(case, "compiled"), result_of(case, "plain")
    assert (ours.levels, ours.transitions) == (theirs.levels, theirs.transitions)
    for claim, found, other in zip((*case.holds, *case.violated), ours.findings, theirs.findings, strict=True):
        if claim.kind is not Kind.LEADS_TO:
            assert found.trace == other.trace
        elif found.verdict is VIOLATED:
            check_lasso(PlainModel(case.model), claim, found)
            check_lasso(PlainModel(case.model), claim, other)


@EACH
def test_every_rule_is_taken(case: Case) -> None:
    """A rule that never applies would leave the figures as they are, whatever it does."""
    assert set(result_of(case, "compiled").taken) == {rule.event for rule in case.model.rules} - set(case.idle)


def test_there_are_thirty_models_and_their_texts_cite_every_figure_that_is_pinned_as_published() -> None:
    assert len(MODELS) >= 30
    for module, cases in MODELS:
        text = module.__doc__ or ""
        for case in cases:
            for name in case.published:
                figure = getattr(case, name)
                # A state that a run begins in is generated for TLC, but no transition and no rule fired.
                figures = [figure, figure - 1] if name == "generated" else [figure]
                assert any(f"{number:,}" in text for number in figures), (module.__name__, case.name, name)


# -- what single models are known for -------------------------------------------------------------------------------


@EACH_ENGINE
def test_four_gallons_are_measured_in_six_steps(engine: str) -> None:
    finding = result_of(DIE_HARD[0], engine).finding("not solved")
    last = finding.states[-1]
    assert (len(finding.trace), last.small, last.big) == (6, 3, 4)


@EACH_ENGINE
def test_a_process_that_only_means_to_get_in_is_overtaken_for_ever(engine: str) -> None:
    lasso = result_of(PETERSON[0], engine).finding("asks")
    assert lasso.loop is not None
    assert set(lasso.trace[lasso.loop :]) == {("go", 1)}


@EACH_ENGINE
def test_philosophers_who_take_any_fork_end_each_with_one(engine: str) -> None:
    """The deadlock that the introduction to Murphi shows."""
    stuck = when_settled("nobody is stuck", lambda table: False, within=lambda event: True)
    finding = ENGINES[engine](Philosophers(5, ordered=False)).verify(stuck).findings[0]
    assert finding.trace == tuple(("take", "left", i) for i in range(5))


def test_two_phase_commit_with_three_methods_instead_of_rules() -> None:
    result = Checker(TwoPhase(3)).verify(
        always("consistent", consistent),
        sometimes("commit", lambda state: state.managers == (COMMITTED,) * 3),
        sometimes("abort", lambda state: state.managers == (ABORTED,) * 3),
    )
    assert (result.states, result.generated, result.depth + 1, result.verdict) == (288, 1146, 11, HOLDS)
