"""Promises searched without the fields that they do not depend on: exactly what the whole search says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest
from test_engine_against_plain import random_model, random_properties
from test_engine_models import MOST, PATIENT

from failover_fsm.checker import (
    Property,
    Verdict,
    always,
    always_step,
    can_recover,
    converges,
    sometimes,
    when_settled,
)
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.engine.projection import projected
from failover_fsm.checker.engine.search import Limits, Search
from failover_fsm.checker.learned import Rule
from failover_fsm.checker.slicing import Part, joined, verify_sliced
from failover_fsm.cli import main
from failover_fsm.modelfile import read_model
from failover_fsm.pairrules import PairRules
from failover_fsm.promises import as_property, chosen
from failover_fsm.wired import model_of

ROOT = Path(__file__).parent.parent
MODELS = [path for folder in ("models", "models/findings", "models/incidents")
          for path in sorted((ROOT / folder).glob("*.toml"))]  # fmt: skip


def compared(model: Any, properties: Sequence[Property], budget: int) -> tuple[Part, ...]:
    """The searches of the slices, after each was held against a search of everything."""
    checker = CompiledChecker(model, budget=budget)
    search = Search(checker, properties, Limits())
    search.run()
    whole = search.result()
    parts = verify_sliced(model, properties, budget=budget)
    for part in parts:
        for ours in part.result.findings:
            theirs = whole.finding(ours.name)
            assert (ours.verdict, ours.vacuous, ours.trace, ours.loop) == (
                theirs.verdict, theirs.vacuous, theirs.trace, theirs.loop,
            ), ours.name  # fmt: skip
        left_out = [leaf.number for leaf in checker.shape.leaves if leaf.number not in part.kept]
        assert part.result.states == projected(search.space, left_out)
    names = [claim.name for claim in properties]
    assert sorted(finding.name for part in parts for finding in part.result.findings) == sorted(names)
    result = joined(parts, names)
    assert (result.verdict, [finding.name for finding in result.findings]) == (whole.verdict, names)
    return parts


@pytest.fixture(params=["guessed", "tried"])
def guess(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What depends on what is guessed first, or found out by the searches alone."""
    if request.param == "tried":
        monkeypatch.setattr("failover_fsm.checker.slicing._Cutter.look_around", lambda self: None)


@pytest.mark.usefixtures("guess")
@pytest.mark.parametrize("seed", range(40))
def test_slices_of_random_models_say_what_the_whole_says(seed: int) -> None:
    compared(random_model(seed), random_properties(seed), (0, 20_000)[seed % 2])


@pytest.mark.parametrize("path", MODELS, ids=lambda path: str(path.relative_to(ROOT / "models")))
def test_slices_of_shipped_models_say_what_the_whole_says(path: Path) -> None:
    scenario = read_model(path)
    if scenario.topology is not None:
        pytest.skip("a pair with a topology is explored plainly")
    if dict(scenario.expect)["states"] > MOST and not PATIENT:
        pytest.skip(f"more than {MOST} states; set FAILOVER_FSM_LONG_TESTS to compare all")
    rules = PairRules(model_of(scenario.settings, scenario.environment))
    asked = chosen(scenario.environment, scenario.check, groups=bool(scenario.settings.groups))
    compared(rules, [as_property(promise, rules.looks) for promise in asked], 1000)


@attrs.frozen
class Desk:
    """A lamp, a counter that nobody looks at, and a clerk who writes down the lamp but obeys nothing."""

    lamp: bool = False
    count: int = attrs.field(default=0, metadata={"domain": range(50)})
    note: bool = False
    tired: bool = False


def switch(draft: Any) -> bool:
    draft.lamp = not draft.lamp
    return True


def count(draft: Any) -> bool:
    draft.count = (draft.count + 1) % 50
    return True


def write(draft: Any) -> bool:
    if draft.tired:
        return False
    draft.note = draft.lamp
    return True


def tire(draft: Any) -> bool:
    draft.tired = not draft.tired
    return True


@attrs.frozen
class Model:
    functions: tuple[Callable[[Any], bool], ...] = (switch, count, write, tire)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(Rule(function.__name__, function) for function in self.functions)

    def initial_states(self) -> Iterable[Desk]:
        return (Desk(),)


def left_out_for(claim: Property, model: Model | None = None) -> tuple[str, ...]:
    (part,) = compared(model or Model(), [claim], 20_000)
    return part.without


@pytest.mark.usefixtures("guess")
def test_what_a_property_does_not_depend_on_is_left_out() -> None:
    assert left_out_for(always("dark", lambda state: not state.lamp)) == ("count", "note", "tired")
    assert left_out_for(sometimes("noted", lambda state: state.note)) == ("count",)
    assert left_out_for(can_recover("dark again", lambda state: not state.lamp)) == ("count", "note", "tired")


@pytest.mark.usefixtures("guess")
def test_an_assignment_is_not_a_reading() -> None:
    (part,) = compared(Model(), [always("any", lambda state: state.tired in (False, True))], 0)
    assert (part.result.states, part.without) == (2, ("lamp", "count", "note"))


@pytest.mark.usefixtures("guess")
def test_properties_with_the_same_fields_are_searched_together() -> None:
    claims = [
        always("dark", lambda state: not state.lamp),
        sometimes("bright", lambda state: state.lamp),
        sometimes("many", lambda state: state.count == 49),
    ]
    parts = compared(Model(), claims, 20_000)
    assert [[finding.name for finding in part.result.findings] for part in parts] == [["dark", "bright"], ["many"]]
    assert [part.result.states for part in parts] == [2, 50]


@pytest.mark.usefixtures("guess")
def test_a_claim_on_steps_keeps_what_decides_whether_they_happen() -> None:
    """Writing depends on being tired also where it changes nothing that the claim looks at."""
    claim = always_step("dark", lambda before, event, after: not before.lamp or event != "write")
    assert left_out_for(claim) == ("count", "note")


@pytest.mark.usefixtures("guess")
def test_what_goes_on_for_ever_is_kept() -> None:
    """Nothing that the predicate looks at changes, and yet a desk where somebody counts is never settled."""
    claim = when_settled("never", lambda state: False, within=lambda event: event == "count")
    assert left_out_for(claim) == ("lamp", "note", "tired")
    assert left_out_for(converges("counting", within=lambda event: event == "count")) == ("lamp", "note", "tired")


@pytest.mark.usefixtures("guess")
def test_records_that_are_compared_are_looked_at() -> None:
    def unchanged(before: Any, event: Any, after: Any) -> bool:
        return bool(before == after) or event != "count"

    assert left_out_for(always_step("nobody counts", unchanged)) == ()


@pytest.mark.usefixtures("guess")
def test_a_rule_that_fails_for_some_values_keeps_them() -> None:
    def divide(draft: Any) -> bool:
        draft.lamp = 1 // (49 - draft.count) > 5
        return True

    class Dividing(Model):
        def initial_states(self) -> Iterable[Desk]:
            return (Desk(count=48),)

    model = Dividing((divide,))
    assert left_out_for(always("dark", lambda state: not state.lamp), model) == ()


def look_away(draft: Any) -> bool:
    """Turns the lamp whatever the count, but reads it."""
    draft.lamp = not draft.lamp if draft.count >= 0 else draft.lamp
    return True


def test_a_field_with_too_many_values_to_try_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("failover_fsm.checker.slicing._Cutter.look_around", lambda self: None)
    model, claim = Model((look_away, count)), always("dark", lambda state: not state.lamp)
    assert left_out_for(claim, model) == ("count",)
    monkeypatch.setattr("failover_fsm.checker.slices.MOST_RUNS", 40)
    assert left_out_for(claim, model) == ()


def test_an_interrupt_leaves_the_other_searches_undecided() -> None:
    def interrupt(_: Any) -> None:
        raise KeyboardInterrupt

    claims = [sometimes("bright", lambda state: state.lamp), sometimes("many", lambda state: state.count == 49)]
    parts = verify_sliced(Model(), claims, budget=0, progress=interrupt)
    result = joined(parts, ["bright", "many"])
    assert result.interrupted and result.verdict is Verdict.UNDECIDED
    assert [part.result.states for part in parts] == [2, 2]


def test_the_command_says_what_was_sliced_away(capsys: pytest.CaptureFixture[str]) -> None:
    model = str(ROOT / "models/operations.toml")
    assert main(["check", model, "--slice"]) == 0
    text = capsys.readouterr().out
    assert "- 14 promises, 583 states, without primary.copy, secondary.copy, links.stateful" in text
    assert "- 1 promise, 4,132 states, with every field" in text
    assert main(["check", model, "--slice", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [part["states"] for part in record["slices"]] == [583, 2066, 4132]
    assert record["states"] == 583 + 2066 + 4132
    asked = chosen(read_model(model).environment)
    assert [item["id"] for item in record["promises"]] == [promise.id for promise in asked]


@pytest.mark.parametrize("flag", [["--cost"], ["--checkpoint", "x.npz"], ["--engine", "plain"]])
def test_what_needs_the_whole_pair_is_refused(flag: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOT / "models/operations.toml"), "--slice", *flag]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_slice_that_is_cut_short_is_undecided(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOT / "models/operations.toml"), "--slice", "--max-states", "50"]) == 3
    assert "UNDECIDED" in capsys.readouterr().out


def test_a_model_without_promises_to_slice_is_checked_as_ever(capsys: pytest.CaptureFixture[str]) -> None:
    """It only promises times."""
    assert main(["check", str(ROOT / "models/timing/default-times.toml"), "--slice"]) == 0
    assert "searches without" not in capsys.readouterr().out
