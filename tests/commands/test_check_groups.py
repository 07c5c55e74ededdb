"""`check` on Active/Active pairs: what is assumed of the groups, what is asked, and where a promise breaks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import attrs
import pytest

from failover_fsm.analysis.model_file import ModelFileError, read_model
from failover_fsm.analysis.verify import verify
from failover_fsm.checker import Verdict
from failover_fsm.cli import main
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import DEFAULT_ENVIRONMENT, Environment, default_environment
from failover_fsm.pair.settings import Options
from failover_fsm.reports.text.verdict import pair_line, report_text
from tests.cli.test_command_line import failing

ROOT = Path(__file__).parents[2]
TRACES = ROOT / "tests" / "traces"
GROUPS = "tests/traces/groups-delay.cfg"


@pytest.fixture(autouse=True)
def in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def scenario(config: str = "groups-delay.cfg", **changes: object) -> Scenario:
    """A scenario on one of the configurations of the traces."""
    made = Scenario(title="t", config=read_config(TRACES / config), environment=default_environment(groups=True))
    return attrs.evolve(made, **changes)


# -- assumptions ---------------------------------------------------------------------------------------------


def test_the_assumptions_name_each_group_its_contexts_its_unit_and_preempt() -> None:
    said = scenario().assumptions()
    assert (
        "group 1 (admin, blue) prefers the primary; preempt after 60 s, which may end at any time here; "
        "interface policy 1" in said
    )
    assert (
        "group 2 (red) prefers the secondary; preempt after 60 s, which may end at any time here; interface policy 2"
        in said
    )
    assert "operator: failover-active; commands that can name a group, for all and for each" in said
    assert "4 monitored interfaces, each like the others within a group: blue/outside, inside, red/outside, lan" in said
    assert "the Stateful Failover link works (no role depends on it: T4-6)" in said


@pytest.mark.parametrize(
    ("config", "ways"),
    [("groups.cfg", "no preempt: it moves home only after a common boot"), ("groups-preempt.cfg", "preempt at once")],
)
def test_the_assumptions_say_how_a_group_goes_home(config: str, ways: str) -> None:
    assert f"group 1 (admin, blue) prefers the primary; {ways}; interface policy 1" in scenario(config).assumptions()


def test_contexts_whose_interfaces_are_in_another_file_are_said_to_be_missing() -> None:
    said = attrs.evolve(scenario(), config=read_config("tests/data/config/lab_aa.cfg")).assumptions()
    assert any("no monitored interface counts (the file has no interfaces of contexts)" in line for line in said)


def test_an_active_standby_pair_is_told_nothing_of_groups() -> None:
    said = " ".join(scenario("pair.cfg", environment=DEFAULT_ENVIRONMENT).assumptions())
    assert "group" not in said


def test_the_head_of_a_report_says_which_kind_of_pair_it_is() -> None:
    assert pair_line(scenario()).startswith("Active/Active pair, 4 monitored interfaces (blue/outside, inside, ")
    assert "interface policy" not in pair_line(scenario()), "each group has its own, and the assumptions say it"


# -- what is explored ----------------------------------------------------------------------------------------


def test_a_bare_configuration_gets_an_environment_that_groups_can_be_explored_in() -> None:
    groups = default_environment(groups=True)
    assert groups == Environment(
        faults=("power", "failover-link", "ports"), operator=("failover-active",), max_faults=1
    )
    assert default_environment(groups=False) == DEFAULT_ENVIRONMENT


@pytest.mark.slow
def test_a_configuration_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", GROUPS, "--faults", "0", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    asked = [item["id"] for item in report["promises"]]
    assert "preempt-returns-home" in asked and "simultaneous-boot-preferred-active" in asked
    assert "preempt-when-available" not in asked, "groups are moved by hand here"
    assert {item["group"] for item in report["promises"]} == {None}
    assert report["verdict"] == "holds" and report["complete"]


@pytest.mark.slow
def test_a_promise_of_groups_can_be_named_for_groups_and_for_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", GROUPS, "--faults", "0", "--promise", "moved-group-stays"]) == 0
    assert "holds       moved-group-stays" in capsys.readouterr().out
    told = failing(capsys, "check", "models/active-standby.cfg", "--promise", "moved-group-stays")
    assert "says nothing in this environment; allowed: with an Active/Active pair" in told


def test_the_headline_says_how_many_monitored_interfaces_count() -> None:
    """Those without a standby address never fail."""
    config = read_config(ROOT / "models" / "active-standby.cfg")
    whole = Scenario(title="t", config=config)
    names = [port.name for port in whole.settings.ports if port.monitored]
    assert pair_line(whole).startswith(f"Active/Standby pair, {len(names)} monitored interfaces ({', '.join(names)}), ")
    text = re.sub(r"( ip address \S+ \S+) standby \S+", r"\1", (ROOT / "models" / "active-standby.cfg").read_text())
    bare = Scenario(title="t", config=PairConfig.from_asa(text))
    why = "none of them able to fail (with a standby address, not shut down)"
    assert f"monitored interfaces ({', '.join(names)}), {why}, " in pair_line(bare)


def test_a_model_file_names_promises_of_groups_for_groups_only(tmp_path: Path) -> None:
    for config, allowed in (("groups.cfg", True), ("pair.cfg", False)):
        (tmp_path / config).write_text((TRACES / config).read_text())
        model = tmp_path / "m.toml"
        model.write_text(f'title = "t"\nconfig = "{config}"\n[promises]\ncheck = ["groups-move-one-by-one"]\n')
        if allowed:
            assert read_model(model).check == ("groups-move-one-by-one",)
        else:
            with pytest.raises(ModelFileError, match=r"m.toml:4: .*; allowed: an Active/Active pair"):
                read_model(model)


# -- where a promise breaks ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_counterexample_names_the_group_in_the_report_in_json_and_in_its_trace(tmp_path: Path) -> None:
    """Without the election of units that are not active, a grant that is lost leaves one group active nowhere."""
    broken = scenario(
        "groups.cfg",
        environment=Environment(faults=("power",), operator=("failover-active",), max_faults=1),
        options=Options(no_active_unit_seen=False),
        check=("always-someone-active",),
        sources=(str(TRACES / "groups.cfg"),),
    )
    report = verify(broken)
    answer = report.answer("always-someone-active")
    assert (answer.verdict, report.exit_status) == (Verdict.VIOLATED, 1)
    last = answer.steps[-1].after
    nowhere = [
        index for index in (0, 1)
        if not any(own.groups[index].role.value == "active" for own in (last.primary, last.secondary))
    ]  # fmt: skip
    assert answer.group == nowhere[0] + 1
    assert f"How always-someone-active breaks in group {answer.group} (" in report_text(report)
    assert report.to_dict()["promises"][0]["group"] == answer.group


@pytest.mark.slow
def test_the_traces_of_counterexamples_replay_and_say_where(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    model = tmp_path / "m.toml"
    (tmp_path / "groups.cfg").write_text((TRACES / "groups.cfg").read_text())
    model.write_text(
        'title = "t"\nconfig = "groups.cfg"\n[environment]\nfaults = ["power"]\noperator = ["failover-active"]\n'
        'max_faults = 1\n[options]\nno_active_unit_seen = false\n[promises]\ncheck = ["always-someone-active"]\n'
    )
    assert main(["check", str(model), "--traces", str(tmp_path / "new")]) == 1
    capsys.readouterr()
    text = (tmp_path / "new" / "always-someone-active.trace").read_text()
    assert text.startswith("# always-someone-active breaks in group ")
    assert main(["run", str(tmp_path / "new" / "always-someone-active.trace")]) == 0
