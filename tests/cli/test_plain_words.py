"""The default outputs for the shipped configurations use no word of model checking.

`check` of a configuration without its promises is tested in `tests/assessment`. What a search adds to the default
output, of a configuration or of a model file, are the assumptions, sentences of promises, and numbers.
"""

from __future__ import annotations

import re
from pathlib import Path

import attrs
import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import verify
from failover_fsm.cli import main
from failover_fsm.model.search_environment import Environment
from failover_fsm.promises import PROMISES, Promise
from failover_fsm.reports.text.verdict import report_text
from tests.assessment.test_assess import FORBIDDEN
from tests.patience import PATIENT

ROOT = Path(__file__).parents[2]
CONFIGURATIONS = sorted((ROOT / "models").rglob("*.cfg"))
MODELS = sorted((ROOT / "models").rglob("*.toml"))
TRACES = sorted((ROOT / "models").rglob("*.trace"))
QUICK = ("active-standby", "active-active", "policy-2", "shared-link", "06-no-standby-address")
"""Configurations of every shape of times; those of the others, which print the same sentences, take long."""

AFTER = "failover_link_failed; unit_failed unit=primary; unit_restored unit=primary; secondary: no failover active"


def found_in(text: str) -> list[str]:
    """The words of model checking in a text, but for those that are part of a file's name."""
    bare = re.sub(r"\S*[/.](cfg|toml|trace)\S*", "", text.lower())
    return [word for word in FORBIDDEN if word in bare]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command prints, with what it prints on stderr."""
    main(list(words))
    out, err = capsys.readouterr()
    assert out
    return out + err


def test_the_words_would_be_found() -> None:
    assert found_in("The pair is Settled, with interchangeable interfaces.") == ["settled", "interchangeable"]
    assert len(CONFIGURATIONS) > 15 and len(MODELS) > 30 and len(TRACES) > 30


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.stem)
def test_times(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if path.stem not in QUICK and not PATIENT:
        pytest.skip("another shape is printed; set FAILOVER_FSM_LONG_TESTS to print the times of all")
    assert not found_in(said(capsys, "times", str(path)))


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.stem)
def test_what_if(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not found_in(said(capsys, "whatif", str(path), "--after", AFTER))


def test_what_if_in_any_order(capsys: pytest.CaptureFixture[str]) -> None:
    pair = str(ROOT / "models" / "active-standby.cfg")
    words = ("whatif", pair, "--after", "failover_link_failed; unit_failed unit=primary")
    assert not found_in(said(capsys, *words, "--any-order") + said(capsys, *words, "--plus-one-fault"))


@pytest.mark.slow
@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)
def test_run(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not found_in(said(capsys, "run", str(path)))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_check_of_a_model_file(path: Path) -> None:
    """With a search that ends at once: the environment is that of the file, but nothing fails in it."""
    scenario = read_model(path)
    assert not found_in("\n".join(scenario.assumptions()))
    still = Environment(faults=(), operator=())
    asked = None if scenario.beside else ("converges",)
    short = attrs.evolve(scenario, environment=still, check=asked, violated=(), expect=(), within=())
    assert not found_in(report_text(verify(short, max_states=20)))


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.id)
def test_a_promise_that_is_violated(promise: Promise) -> None:
    assert not found_in(promise.says)
