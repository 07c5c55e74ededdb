"""Promises searched without the fields that they do not depend on: same verdicts as the whole search."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pytest

from failover_fsm.analysis.model_file import read_model
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
from failover_fsm.checker.bitset.compiled_search import Search
from failover_fsm.checker.bitset.limits import Limits
from failover_fsm.checker.bitset.projection import projected_count
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.rules.rule_tree import Rule
from failover_fsm.checker.sliced import Part, _ConeSearch, joined, verify_sliced
from failover_fsm.cli import main
from failover_fsm.model.typed_model import model_of
from failover_fsm.model.wired_rules import rules_of
from failover_fsm.promises import as_property, chosen
from failover_fsm.reports.html import report_page
from tests.checker.bitset.test_against_plain import random_model, random_properties
from tests.checker.bitset.test_shipped_models import SHIPPED
from tests.patience import PATIENT, one_in

ROOT = Path(__file__).parents[2]


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
        assert part.result.states == projected_count(search.reachable, left_out)
    names = [claim.name for claim in properties]
    assert sorted(finding.name for part in parts for finding in part.result.findings) == sorted(names)
    result = joined(parts, names)
    assert (result.verdict, [finding.name for finding in result.findings]) == (whole.verdict, names)
    return parts


@pytest.fixture(params=["guessed", "tried"])
def guess(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What depends on what is guessed first, or found out by the searches alone."""
    if request.param == "tried":
        monkeypatch.setattr("failover_fsm.checker.sliced._ConeSearch.search_pilot", lambda self: None)


@pytest.mark.usefixtures("guess")
@pytest.mark.parametrize("seed", range(40))
def test_slices_of_random_models_say_what_the_whole_says(seed: int) -> None:
    compared(random_model(seed), random_properties(seed), (0, 20_000)[seed % 2])


MOST = 2_000
"""Models with more states are compared where that is asked for."""


@pytest.mark.parametrize("path", SHIPPED[:: one_in(6)], ids=lambda path: str(path.relative_to(ROOT / "models")))
def test_slices_of_shipped_models_say_what_the_whole_says(path: Path) -> None:
    scenario = read_model(path)
    if scenario.environment.lines:
        pytest.skip("a pair with command lines is explored plainly")
    if scenario.beside:
        pytest.skip("a pair with a machine beside it is explored plainly")
    if dict(scenario.expect)["states"] > MOST and not PATIENT:
        pytest.skip(f"more than {MOST} states; set FAILOVER_FSM_LONG_TESTS to compare all")
    rules = rules_of(model_of(scenario.settings, scenario.environment))
    asked = chosen(scenario.environment, scenario.check, groups=bool(scenario.settings.groups))
    compared(rules, [as_property(promise, rules.observers) for promise in asked], 1000)


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
def test_a_property_that_asks_for_the_class_of_a_state_reads_it_whole() -> None:
    """It is given records instead of views; what it reads of them was not noticed, and it held where it does not."""
    (part,) = compared(Model(), [always("dark", lambda state: type(state) is Desk and not state.lamp)], 0)
    assert part.without == () and part.result.verdict is Verdict.VIOLATED


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
    monkeypatch.setattr("failover_fsm.checker.sliced._ConeSearch.search_pilot", lambda self: None)
    model, claim = Model((look_away, count)), always("dark", lambda state: not state.lamp)
    assert left_out_for(claim, model) == ("count",)
    monkeypatch.setattr("failover_fsm.checker.reduce.cone_of_influence.MOST_RUNS", 40)
    assert left_out_for(claim, model) == ()


CLAIMS = [sometimes("bright", lambda state: state.lamp), sometimes("many", lambda state: state.count == 49)]


class Stopping:
    """Interrupts at the given call of a progress."""

    def __init__(self, call: int) -> None:
        self.left = call

    def __call__(self, _: Any) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


def stopped(call: int) -> tuple[tuple[Part, ...], list[Verdict]]:
    parts = verify_sliced(Model(), CLAIMS, budget=0, progress=Stopping(call))
    result = joined(parts, ["bright", "many"])
    assert result.interrupted and not result.complete and result.limit is None
    return parts, [finding.verdict for finding in result.findings]


def test_an_interrupt_leaves_what_is_not_searched_undecided() -> None:
    parts, verdicts = stopped(1)
    assert [(part.searched, part.result.states) for part in parts] == [(False, 1)], "while it looked around"
    assert verdicts == [Verdict.UNDECIDED] * 2
    search_pilot = next(call for call in range(2, 200) if stopped(call)[0][0].searched)
    parts, verdicts = stopped(search_pilot)
    assert [(part.searched, part.result.states) for part in parts] == [(True, 2), (False, 1)]
    assert verdicts == [Verdict.UNDECIDED] * 2
    assert joined(parts, ["bright", "many"]).states == 2
    parts, verdicts = stopped(search_pilot + 1)
    assert [(part.searched, part.result.states) for part in parts] == [(True, 2), (True, 2)], "in the second search"
    assert verdicts == [Verdict.HOLDS, Verdict.UNDECIDED]


def test_an_interrupt_between_searches_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    search_of = _ConeSearch._search

    def interrupted(cutter: _ConeSearch, keep: Any, claims: Any) -> Part:
        if cutter.parts:
            raise KeyboardInterrupt
        return search_of(cutter, keep, claims)

    monkeypatch.setattr(_ConeSearch, "_search", interrupted)
    parts = verify_sliced(Model(), CLAIMS, budget=0)
    assert [finding.verdict for part in parts for finding in part.result.findings] == [Verdict.HOLDS, Verdict.UNDECIDED]
    assert parts[1].result.interrupted


def test_the_limits_are_of_all_searches_together() -> None:
    def limited(**limits: Any) -> list[tuple[bool, int, str | None]]:
        parts = verify_sliced(Model(), CLAIMS, budget=0, **limits)
        return [(part.searched, part.result.states, part.result.limit) for part in parts]

    assert limited(max_states=52) == [(True, 2, None), (True, 50, None)]
    said = "max_states of {} states".format
    assert limited(max_states=51) == [(True, 2, None), (True, 49, said(51))]
    assert limited(max_states=2) == [(True, 2, None), (False, 1, said(2))]
    late = "time_limit of 0.5 seconds"
    assert limited(time_limit=0.5, clock=itertools.count().__next__) == [(False, 1, late)]


COPIES = ROOT / "models/incidents/20-source-of-the-configuration.toml"


@pytest.mark.slow
def test_the_command_says_what_was_sliced_away(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(COPIES), "--slice"]) == 0
    text = capsys.readouterr().out
    assert "- 3 promises: 402 states, depth 23, without primary.config_sync, secondary.config_sync" in text
    assert "- 1 promise: 1,200 states, depth 24, with every field that changes" in text
    assert main(["check", str(COPIES), "--slice", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [part["states"] for part in record["slices"]] == [402, 1200]
    assert record["states"] == 402 + 1200
    assert record["never_possible"] == ["message_delivered"], "of the search with every field"
    scenario = read_model(COPIES)
    asked = chosen(scenario.environment, scenario.check)
    assert [item["id"] for item in record["promises"]] == [promise.id for promise in asked]


@pytest.mark.parametrize("flag", [["--cost"], ["--checkpoint", "x.npz"], ["--engine", "plain"]])
def test_what_needs_the_whole_pair_is_refused(flag: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOT / "models/operations.toml"), "--slice", *flag]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def changed(model: Path, folder: Path, *changes: tuple[str, str]) -> str:
    """A shipped model with other text, in a folder of its own."""
    text = model.read_text().replace('"', "'")
    for old, new in (("config = '", f"config = '{model.parent}/"), *changes):
        assert old in text
        text = text.replace(old, new)
    path = folder / model.name
    path.write_text(text)
    return str(path)


@pytest.mark.slow
def test_pinned_numbers_are_compared_where_a_search_is_of_the_whole_pair(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = changed(COPIES, tmp_path, ("states = 1200", "states = 1201"))
    assert main(["check", wrong, "--slice"]) == main(["check", wrong]) == 1
    assert capsys.readouterr().out.count("pinned states = 1201, found 1200") == 2
    assert main(["check", wrong, "--slice", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["wrong_pins"] == [{"name": "states", "pinned": 1201, "found": 1200}]


def test_nothing_is_said_of_the_whole_pair_where_no_search_is_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    others = "'configuration-flows-from-active', 'commands-replicate-from-active', "
    one = changed(COPIES, tmp_path, (others, ""), (", 'always-recoverable'", ""))
    assert main(["check", one, "--slice"]) == 0
    text = capsys.readouterr().out
    assert "- 1 promise: 402 states, depth 23, without primary.config_sync, secondary.config_sync" in text
    assert "pinned numbers were not looked at: they are of the whole pair" in text
    assert main(["check", one, "--slice", "--json"]) == 0
    assert "never_possible" not in json.loads(capsys.readouterr().out)


def test_where_nothing_falls_away_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOT / "models/incidents/22-flip-flop.toml"), "--slice"]) == 0
    assert "in one search, since nothing falls away:" in capsys.readouterr().out


def test_a_sliced_check_that_is_stopped_at_once_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(_ConeSearch, "search_pilot", interrupted)
    assert main(["check", str(ROOT / "models/operations.toml"), "--slice"]) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "no search was begun: what the promises depend on was still being looked at" in said


@pytest.mark.slow
def test_a_page_tells_of_the_searches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("failover_fsm.reports.html.report_page", partial(report_page, most=1))  # the graph takes long
    page = tmp_path / "page.html"
    assert main(["check", str(COPIES), "--slice", "--report", str(page)]) == 0
    assert (
        "<li>3 promises: 402 states, depth 23, without primary.config_sync, secondary.config_sync</li>"
        in page.read_text()
    )


@pytest.mark.slow
def test_what_is_decided_counts_where_searches_are_cut_short(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(COPIES), "--slice", "--max-states", "402"]) == 3
    text = capsys.readouterr().out
    assert "- 1 promise: not searched" in text
    last = text.splitlines()[-1]
    assert last == "UNDECIDED: not every search finished. 3 of 4 promises hold; nothing is promised of the others."
    assert main(["check", str(COPIES), "--slice", "--max-states", "50", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["slices"][-1]["searched"] is False


def test_a_model_without_promises_to_slice_is_checked_as_ever(capsys: pytest.CaptureFixture[str]) -> None:
    """It only promises times."""
    assert main(["check", str(ROOT / "models/timing/default-times.toml"), "--slice"]) == 0
    assert "searches without" not in capsys.readouterr().out
