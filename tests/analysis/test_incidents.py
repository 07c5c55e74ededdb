"""Incidents from the field: every scenario meets its expectations, every question has the answer pinned to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import verify
from failover_fsm.checker import Checker, Verdict, sometimes
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.review.advice import compare
from failover_fsm.model.observer import UNITS
from failover_fsm.model.pair_model import PairModel
from failover_fsm.pair import events as e
from failover_fsm.pair.states import JOINING, ConfigSync, Role, State
from failover_fsm.trace.language import Expect
from failover_fsm.trace.player import load, play
from tests.patience import PATIENT

FOLDER = Path(__file__).parents[2] / "models" / "incidents"
TRACES = sorted(FOLDER.glob("*.trace"))
MODELS = sorted(FOLDER.glob("*.toml"))
SECONDS = 20

EACH_TRACE = pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)

# -- scenarios -------------------------------------------------------------------------------------


WARNED = {"16-names-differ": {"16-secondary.cfg", "16-names-differ.trace"}}
"""Files that warnings name: in this one the two configurations do not fit, which is the incident."""


@EACH_TRACE
def test_a_scenario_goes_as_it_says_and_does_not_depend_on_luck(path: Path) -> None:
    played = play(*load(path))
    assert [str(failure) for failure in played.failures] == []
    assert {warning.source.rpartition("/")[2] for warning in played.warnings} == WARNED.get(path.stem, set())
    assert not played.is_livelock


@EACH_TRACE
def test_a_scenario_says_which_incident_it_is_and_expects_something(path: Path) -> None:
    number = int(path.name[:2])
    assert re.match(rf"# Incident {number}\b", path.read_text(encoding="utf-8"))
    trace, _, _ = load(path)
    expected = [statement for statement in trace.statements if isinstance(statement, Expect)]
    assert len(expected) >= 2


TELLING = [path for path in TRACES if re.search(r"^expect active=", path.read_text(encoding="utf-8"), re.MULTILINE)]


def test_nearly_all_scenarios_say_who_is_active() -> None:
    assert len(TELLING) >= len(TRACES) - 3


@pytest.mark.parametrize("path", TELLING, ids=lambda path: path.stem)
def test_an_expectation_that_is_turned_round_fails(path: Path) -> None:
    """The last `active=` of a scenario, asking for another unit, is not met: the scenario can fail."""
    others = {"primary": "secondary", "secondary": "primary", "both": "none", "none": "both"}
    trace, config, _ = load(path)
    statements = list(trace.statements)
    expected = [(index, each) for index, each in enumerate(statements) if isinstance(each, Expect)]
    place, last = [(index, each) for index, each in expected if "active" in dict(each.claims)][-1]
    turned = tuple((key, others[value] if key == "active" else value) for key, value in last.arguments)
    statements[place] = attrs.evolve(last, arguments=turned)
    failures = play(attrs.evolve(trace, statements=tuple(statements)), config).failures
    assert [failure.claim for failure in failures] == ["active"]


# -- questions -----------------------------------------------------------------------------------------


QUICK = 1_000
"""Questions with at most so many states are asked here; `.ci/run` asks all of them."""

QUICKLY_ASKED = [path for path in MODELS if dict(read_model(path).expect)["states"] <= QUICK or PATIENT]


@pytest.mark.parametrize("path", QUICKLY_ASKED, ids=lambda path: path.stem)
def test_a_question_has_the_answer_pinned_to_it(path: Path) -> None:
    scenario = read_model(path)
    assert {name for name, _ in scenario.expect} == {"states", "transitions", "depth"}
    report = verify(scenario)
    assert report.wrong_pins == ()
    assert [answer.promise.id for answer in report.answers if answer.surprising] == []
    assert [answer.promise.id for answer in report.answers if answer.vacuous] == [], "asked, and never put to the test"
    assert report.verdict is Verdict.HOLDS and report.result.seconds < SECONDS


def test_the_answers_that_are_not_yes() -> None:
    assert {path.stem: violated for path in MODELS if (violated := read_model(path).violated)}.keys() == {
        "19-failover-switched-off"
    }


class ConfiguredWhereActive(PairModel):
    """The pair whose operator configures the active unit only, as one should."""

    def successors(self, state: State) -> Sequence[tuple[e.Event, State]]:
        def wrong(event: e.Event) -> bool:
            return isinstance(event, e.CommandEntered) and state.unit(event.unit).groups[0].role is not Role.ACTIVE

        return [(event, after) for event, after in super().successors(state) if not wrong(event)]


def older_is_source(state: State) -> bool:
    """A unit receives the configuration of one that lacks a command."""
    return any(
        state.unit(unit).phase in JOINING
        and state.unit(unit.peer).groups[0].role is Role.ACTIVE
        and state.unit(unit.peer).config_sync is ConfigSync.OUT_OF_SYNC
        and not state.unit(unit.peer).newest
        for unit in UNITS
    )


@pytest.mark.slow
def test_an_older_configuration_can_become_the_source_and_this_is_the_shortest_way() -> None:
    scenario = read_model(FOLDER / "20-source-of-the-configuration.toml")
    environment = attrs.evolve(scenario.environment, follow=("commands",))
    model = ConfiguredWhereActive(attrs.evolve(scenario, environment=environment).settings, environment)
    finding = Checker(model).verify(sometimes("older", older_is_source)).finding("older")
    assert finding.verdict is Verdict.HOLDS
    story = [step.event for step in model.named_steps(finding.trace)]
    commands = [index for index, event in enumerate(story) if isinstance(event, e.CommandEntered)]
    assert len(story) == 8 and len(commands) == 1
    holder = story[commands[0]].unit  # type: ignore[attr-defined]  # a command names its unit
    assert e.UnitFailed(unit=holder) in story[commands[0] :], "the unit with the newer configuration goes away"
    assert story[-1] == e.HelloHeard(unit=holder), "and comes back as the one that receives"
    assert not any(isinstance(event, e.FailoverLinkFailed) for event in story), "no link has to fail for it"


# -- what is found before a pair runs ------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "rule", "part"), [("05-poll-times", "UHM-9", "hold 800 ms"),
                                                    ("06-no-standby-address", "CFG-5", "outside")])  # fmt: skip
def test_a_configuration_is_warned_about(name: str, rule: str, part: str) -> None:
    found = [item.text for item in read_config(FOLDER / f"{name}.cfg").advice if item.rule == rule]
    assert len(found) == 1 and part in found[0]


@pytest.mark.parametrize(("number", "rules"), [(16, ["CFG-24", "CFG-24", "CFG-24"]), (18, ["HW-4", "HW-5"])])
def test_two_files_that_do_not_fit_are_found_out(number: int, rules: list[str]) -> None:
    primary, secondary = (read_config(FOLDER / f"{number}-{unit}.cfg") for unit in ("primary", "secondary"))
    found = [item for item in compare(primary, secondary) if not item.is_replicated]
    assert [item.rule for item in found] == rules
    assert all(item.secondary_line or item.primary_line for item in found)
