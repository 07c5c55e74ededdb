"""`faults` and `whatif` on the command line: what they print, write and return, and bad input."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from failover_fsm.analysis.cut_sets import CutSetSearch
from failover_fsm.analysis.what_if import SettledOutcome
from failover_fsm.cli import main
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Group, Phase, Role, State, UnitState
from failover_fsm.reports.text.what_if import outcomes_text

MODELS = Path(__file__).parents[2] / "models"
CONFIG = str(MODELS / "active-standby.cfg")
Capture = pytest.CaptureFixture[str]


def faults(*more: str, config: str = CONFIG) -> int:
    return main(["faults", config, *more])


def whatif(after: str, *more: str, config: str = CONFIG) -> int:
    return main(["whatif", config, "--after", after, *more])


def one_line(capsys: Capture) -> str:
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1, (out, err)
    return err


# -- faults ------------------------------------------------------------------------------------------


def test_the_report_names_the_single_points_of_failure(capsys: Capture) -> None:
    assert faults("--goal", "dual-active", "--topology", "figure-13-2", "--max", "1") == 0
    out, err = capsys.readouterr()
    assert "Single points of failure\n  - switch-1\n  - switch-2\n  - inter-switch-link\n" in out
    assert "** both units are active **" in out and "judged at rest" in out and "settled" not in out
    assert "from: the pair as it boots, at rest" in out
    assert out.splitlines()[-1] == (
        "DOES NOT SURVIVE every single fault; 3 single faults fail: switch-1, switch-2, inter-switch-link"
    )
    assert err.count("(SPL-7)") == 3


def test_the_report_says_what_it_survives(capsys: Capture) -> None:
    assert faults("--goal", "dual-active", "--topology", "figure-13-3", "--max", "2") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "SURVIVES any 1 fault; 3 pairs of faults fail"
    assert faults("--goal", "dual-active", "--topology", "figure-13-6", "--max", "2") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "SURVIVES any 2 faults"


def test_one_json_object(capsys: Capture) -> None:
    assert faults("--goal", "dual-active", "--topology", "figure-13-1", "--max", "2", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["minimal_sets"] == [["element_failed element=switch-1"]]
    assert (answer["single_points"], answer["complete_up_to"], answer["complete"]) == (["switch-1"], 2, True)
    assert answer["traces"][0][0] == "unit_restored unit=primary"
    assert answer["from"] == ["the pair as it boots, at rest"]
    assert "element_failed element=switch-1" in answer["traces"][0]


@pytest.mark.slow
@pytest.mark.parametrize("topology", ["figure-13-1", "own.toml", None])
def test_each_set_has_a_trace_that_replays(
    topology: str | None, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.toml").write_text('[topology]\nfailover-link = "a"\ndata = "a"\n', encoding="utf-8")
    chosen = ["--topology", topology] if topology else []
    assert faults("--goal", "dual-active", "--max", "3", "--traces", "runs", *chosen) == 0
    traces = sorted(map(str, Path("runs").iterdir()))
    assert len(traces) == (1 if topology is None else 2), "one for each kind"
    assert main(["run", *traces]) == 0
    assert capsys.readouterr().out.count("OK: 1 of 1 expectations met") == len(traces)


@pytest.mark.slow
def test_a_promise_can_be_the_goal(capsys: Capture) -> None:
    finding = str(MODELS / "findings" / "failed-standby-waits.toml")
    assert faults("--goal", "always-someone-active", "--json", config=finding) == 0
    answer = json.loads(capsys.readouterr().out)
    pairs = [each for each in answer["minimal_sets"] if len(each) == 2]
    assert len(pairs) == 8 and answer["single_points"] == []
    assert all(each[0].startswith("unit_failed") and "interface" in each[1] for each in pairs)


def test_a_set_that_needs_the_other_unit_active_says_so(tmp_path: Path, capsys: Capture) -> None:
    """Who stays out after the link and the active unit are gone is the standby, and either unit can be that."""
    model = tmp_path / "m.toml"
    text = f'title = "x"\nconfig = "{CONFIG}"\n[options]\nsuspension_ignores_silence = true\n'
    model.write_text(text, encoding="utf-8")
    assert faults("--goal", "takeover-on-active-failure", "--max", "2", config=str(model)) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Sets of 2 faults (2) - the failover link; one unit stops (2)" in out
    assert faults("--promise", "takeover-on-active-failure", "--max", "2", "--json", config=str(model)) == 0
    answer = json.loads(capsys.readouterr().out)
    handed = "the same after `failover active` on the secondary, at rest"
    assert dict(zip(map(tuple, answer["minimal_sets"]), answer["from"], strict=True)) == {
        ("unit_failed unit=primary", "failover_link_failed"): "the pair as it boots, at rest",
        ("unit_failed unit=secondary", "failover_link_failed"): handed,
    }
    assert [(each["kind"], each["count"]) for each in answer["kinds"]] == [("the failover link; one unit stops", 2)]


def test_without_a_goal_the_three_that_matter_are_tried(tmp_path: Path, capsys: Capture) -> None:
    policy = str(MODELS / "policy-2.cfg")
    assert faults("--json", config=policy) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [each["goal"] for each in answer["goals"]] == ["dual-active", "no-active", "service-lost"]
    assert (answer["complete_up_to"], answer["complete"]) == (2, True)
    singles = answer["goals"][2]
    assert len(singles["single_points"]) == 8 and singles["listed"] == "every set"
    assert singles["kinds"][0]["kind"] == "any one of outside, inside: down or silent at either unit"
    assert answer["verdict"] == "DOES NOT SURVIVE every single fault; single faults that fail: service-lost (8)"
    assert faults("--traces", str(tmp_path / "runs"), config=policy) == 0
    out = capsys.readouterr().out
    assert (
        "no-active: SURVIVES any 1 fault; 1 pair of faults fails\n\nSets of 2 faults (1)\n  - both units stop\n" in out
    )
    assert "How service-lost comes about" in out and "Without service: outside\n" in out
    assert out.splitlines()[-1] == answer["verdict"]
    runs = sorted(each.name for each in (tmp_path / "runs").iterdir())
    assert runs == ["no-active-001.trace", "service-lost-001.trace", "service-lost-002.trace"]
    assert main(["run", *(str(tmp_path / "runs" / name) for name in runs)]) == 0
    assert capsys.readouterr().out.count("expectations met") == 3
    text = (tmp_path / "runs" / "service-lost-001.trace").read_text(encoding="utf-8")
    assert text.endswith("\nexpect interface=outside served=no\n")


def test_a_stopped_search_of_three_goals_is_undecided(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = CutSetSearch.run

    def interrupted(self: CutSetSearch, most: int, progress: object = None) -> None:
        whole(self, 1)
        if most > 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(CutSetSearch, "run", interrupted)
    assert faults() == 3
    assert capsys.readouterr().out.splitlines()[-1] == (
        "UNDECIDED: no single fault does; pairs: none looked at for dual-active"
    )


@pytest.mark.slow
def test_of_very_many_sets_the_record_has_one_of_each_kind(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("failover_fsm.reports.text.cut_sets.MOST_LISTED", 10)
    assert faults("--goal", "dual-active", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["listed"] == "one set of each kind" and len(answer["minimal_sets"]) == len(answer["traces"]) == 10
    assert [each["count"] for each in answer["kinds"]] == [16]


def test_elements_are_listed(capsys: Capture) -> None:
    assert faults("--topology", "figure-13-5", "--list-elements") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["switch-1", "failover", "link,", "inside"]
    assert "cable-3              primary - switch-3: outside" in lines
    assert "inter-switch-link-1  switch-1 - switch-2: failover link, inside" in lines
    assert faults("--topology", "figure-13-4", "--list-elements", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["elements"][1] == {"name": "cable-1", "ends": ["primary", "secondary"], "carries": ["failover link"]}


def test_ctrl_c_gives_what_is_known(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = CutSetSearch.run

    def interrupted(self: CutSetSearch, most: int, progress: object = None) -> None:
        whole(self, 1)
        if most > 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(CutSetSearch, "run", interrupted)
    assert faults("--goal", "dual-active", "--topology", "figure-13-1", "--json") == 3
    answer = json.loads(capsys.readouterr().out)
    assert (answer["single_points"], answer["complete_up_to"], answer["complete"]) == (["switch-1"], 1, False)
    assert answer["looked_at"] == {"size": 2, "sets": 0, "of": None}
    assert answer["verdict"] == (
        "DOES NOT SURVIVE every single fault; 1 single fault fails: switch-1; pairs: none looked at"
    )


def test_a_time_limit_ends_undecided(capsys: Capture) -> None:
    assert faults("--goal", "dual-active", "--time-limit", "0.000001") == 3
    assert capsys.readouterr().out.splitlines()[-1] == "UNDECIDED: single faults: none looked at"


class Clock:
    """A clock that goes on by a second each time it is read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr("failover_fsm.commands.faults.time.monotonic", self.read)

    def read(self) -> float:
        self.now += 1
        return self.now


@pytest.mark.slow
def test_without_a_bound_a_search_stops_at_its_budget_and_says_how_far_it_came(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock(monkeypatch)
    assert faults("--json") == 3
    stopped = json.loads(capsys.readouterr().out)
    assert (stopped["max"], stopped["time_limit"], stopped["complete_up_to"]) == (2, 10.0, -1)
    Clock(monkeypatch)
    assert faults("--time-limit", "60", "--goal", "no-active", "--json") == 3
    stopped = json.loads(capsys.readouterr().out)
    looked = stopped["looked_at"]
    assert (stopped["complete_up_to"], looked["size"], looked["of"]) == (1, 2, 78)
    assert 0 < looked["sets"] < 78 and stopped["seconds_left"] > 0
    Clock(monkeypatch)
    assert faults("--time-limit", "80") == 3
    out = " ".join(capsys.readouterr().out.split())
    assert "13 faults can happen; sets of up to 2 (--max), at most 80 s (--time-limit); stopped after " in out
    assert "s, pairs would take about" in out
    assert re.search(r"UNDECIDED: no single fault does; pairs: \d+ of 78 looked at for dual-active$", out)


def test_with_a_bound_there_is_no_limit_but_that_of_the_command_line(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock(monkeypatch)
    assert faults("--max", "2", "--json") == 0
    assert json.loads(capsys.readouterr().out)["time_limit"] is None
    Clock(monkeypatch)
    assert faults("--max", "2", "--json", "--time-limit", "20") == 3
    assert json.loads(capsys.readouterr().out)["complete"] is False


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--promise", "always-someone-activ"], "did you mean always-someone-active; allowed: always-someone-active"),
        (
            ["--goal", "dual"],
            "--goal: there is no goal 'dual'; allowed: dual-active, no-active, service-lost, "
            "sessions-lost, or --promise ID",
        ),
        (["--goal", "converges"], "no single run can break converges, which is of the kind converges; allowed"),
        (["--goal", "disabled-failover-freezes-roles"], "says nothing where only power, failover-link"),
        (["--goal", "dual-active", "--max", "0"], "--max: '0' is no number of faults; allowed: 1, 2"),
        (["--goal", "dual-active", "--max", "two"], "--max: 'two' is no number of faults"),
        (["--goal", "dual-active", "--max", "99999"], "--max: '99999' is no number of faults"),
        (["--goal", "dual-active", "--time-limit", "-1"], "--time-limit: '-1' is no number of seconds"),
        (["--goal", "dual-active", "--time-limit", "nan"], "--time-limit: 'nan' is no number of seconds"),
        (
            ["--goal", "dual-active", "--topology", "figure-13-9"],
            "--topology: figure-13-9: cannot be read: No such file",
        ),
        (["--list-elements"], "has no topology; allowed: --topology figure-13-1"),
    ],
)
def test_bad_input_to_faults_is_one_line(arguments: list[str], message: str, capsys: Capture) -> None:
    assert faults(*arguments) == 2
    assert message in one_line(capsys)


def test_a_drawing_for_another_pair_is_one_line(tmp_path: Path, capsys: Capture) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[topology]\nfailover-link = "cable"\n[topology.interfaces]\ndmz = "a"\n', encoding="utf-8")
    assert faults("--goal", "dual-active", "--topology", str(own)) == 2
    assert "there is no interface 'dmz'; allowed: outside, inside" in one_line(capsys)


def test_traces_need_a_directory_that_can_be_written(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert faults("--goal", "no-active", "--max", "1", "--traces", str(tmp_path / "file")) == 2
    assert "allowed: a directory that can be written" in one_line(capsys)


# -- whatif ------------------------------------------------------------------------------------------


def test_three_blocks(capsys: Capture) -> None:
    assert whatif("failover_link_failed; interface_link_failed unit=primary interface=inside") == 0
    out, err = capsys.readouterr()
    status, rest = out.split("\nACTIONS\n")
    actions, new_status = rest.split("\nNEW STATUS\n")
    assert status.startswith("STATUS\n") and "at the start:" in status and "Standby Ready" in status
    assert "the failover link fails" in actions and "log 105043" in actions
    assert "at the end:" in new_status and "failover link: Failed" in new_status
    assert "boots" not in out and err == ""


def test_what_has_no_service_is_named(capsys: Capture) -> None:
    policy, dies = str(MODELS / "policy-2.cfg"), "interface_link_failed unit=primary interface=inside"
    assert whatif(dies, config=policy) == 0
    assert capsys.readouterr().out.endswith("\n\nWithout service: inside\n")
    assert whatif(dies) == 0
    assert "ithout service" not in capsys.readouterr().out
    assert whatif(dies, "--json", config=policy) == 0
    assert json.loads(capsys.readouterr().out)["without_service"] == ["inside"]
    assert whatif("unit_failed unit=primary; unit_failed unit=secondary", "--json") == 0
    assert json.loads(capsys.readouterr().out)["without_service"] == ["outside", "inside"]
    assert whatif("unit_failed unit=secondary", "--plus-one-fault", config=policy) == 0
    out = capsys.readouterr().out
    head = "one unit is active, an interface works on no active unit: primary Active; secondary Off\n"
    assert f"{head}  - with interface_link_failed unit=primary interface=outside: without service outside\n" in out


def test_one_more_fault_can_be_at_an_interface_that_nobody_watches(capsys: Capture) -> None:
    firepower = str(MODELS / "fpr4150.cfg")
    assert whatif("secondary: failover active", "--plus-one-fault", "--json", config=firepower) == 0
    found = json.loads(capsys.readouterr().out)["outcomes"]
    named = {each["fault"]: each["without_service"] for each in found}
    assert named["interface_link_failed unit=secondary interface=management"] == ["management"]
    assert named[None] == []


def test_a_refused_command_is_told(capsys: Capture) -> None:
    assert whatif("failover_active unit=primary") == 0
    assert "refused:" in capsys.readouterr().out


def test_luck_is_pointed_out(capsys: Capture) -> None:
    ports = "; ".join(f"interface_link_failed unit={unit} interface=inside" for unit in ("primary", "secondary"))
    assert whatif(f"{ports}; unit_failed unit=primary; unit_restored unit=primary", "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert record["after"][2] == "unit_failed unit=primary"
    assert record["status"]["primary"]["groups"][0]["state"] == "active"
    assert record["new_status"]["secondary"]["groups"][0]["state"] == "active"
    assert record["actions"][0]["event"] == "interface_link_failed unit=primary interface=inside"


def test_a_host_is_listed_with_the_units_that_run_on_it(capsys: Capture) -> None:
    assert faults("--topology", "asav-on-one-host", "--list-elements") == 0
    assert capsys.readouterr().out.splitlines()[-1].split(None, 1) == ["host", "runs primary and secondary"]


def test_elements_happen_too(capsys: Capture) -> None:
    assert whatif("element_failed element=switch-1", "--topology", "figure-13-1") == 0
    assert "** both units are active **" in capsys.readouterr().out


def test_every_order_lists_the_different_outcomes(capsys: Capture) -> None:
    events = "failover_link_failed; unit_failed unit=primary; unit_restored unit=primary"
    assert whatif(events, "--any-order") == 0
    out = capsys.readouterr().out
    assert "both units are active: primary Active; secondary Active\n  by " in out
    assert out.splitlines()[-1] == "WORST: both units are active"
    assert whatif(events, "--any-order", "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert record["outcomes"][0]["outcome"] == "both units are active"
    assert record["outcomes"][0]["events"][0] == "unit_restored unit=primary"


def test_groups_are_told_one_by_one_where_they_differ() -> None:
    own = UnitState(phase=Phase.UP, groups=(Group(role=Role.ACTIVE), Group(role=Role.FAILED)))
    state = State(primary=own, secondary=UnitState(phase=Phase.DOWN))
    outcome = SettledOutcome(severity=3, fault=None, state=state, events=())
    text = outcomes_text([outcome], Settings(), orders="nothing", more=True)
    assert "primary group 1 Active, group 2 Failed; secondary Off" in text


def test_one_more_fault_names_the_faults(capsys: Capture) -> None:
    assert whatif("unit_failed unit=primary", "--plus-one-fault") == 0
    lines = capsys.readouterr().out.splitlines()
    worst = lines.index("no unit is active: primary Off; secondary Off")
    assert lines[worst + 1] == "  - with unit_failed unit=secondary"
    assert "  - no further fault" in lines and lines[-1] == "WORST: no unit is active"
    assert whatif("element_restored element=switch-1", "--any-order", "--topology", "figure-13-1") == 0
    assert capsys.readouterr().out == "In no order can all of these happen.\n"


@pytest.mark.parametrize(
    ("after", "more", "message"),
    [
        ("", [], '--after is missing; allowed: "EVENT; EVENT"'),
        (" ; ", [], "--after"),
        ("xyzzy", [], "--after:1: unknown event `xyzzy`"),
        ("failover_link_failed; unit_failed", [], "--after:2: unit_failed without `unit=`"),
        ("settle", [], "--after:1: `settle` is no event; allowed: faults, repairs, commands"),
        ("hold_time_expired unit=primary", [], "`hold_time_expired unit=primary` is no event"),
        ("interface_link_failed unit=primary interface=dmz", [], "--after:1: there is no interface `dmz`"),
        ("interface_link_failed unit=primary interface=dmz", ["--any-order"], "there is no interface `dmz`"),
        ("element_failed element=switch-1", [], "--after:1: an element without a topology"),
        ("element_failed element=switch-1", ["--any-order"], "--after:1: an element without a topology"),
        ("failover_active unit=primary group=1", ["--any-order"], "--after:1: `group=` in an Active/Standby pair"),
        (";".join(["failover_link_failed"] * 11), ["--any-order"], "--after: 11 events; allowed: at most 10"),
        ('command_entered unit=primary text="a', [], "--after:1: a quote is not closed"),
    ],
)
def test_bad_input_to_whatif_is_one_line(after: str, more: list[str], message: str, capsys: Capture) -> None:
    assert whatif(after, *more) == 2
    assert message in one_line(capsys)


def test_events_can_stand_on_lines_of_their_own(capsys: Capture) -> None:
    assert whatif("failover_link_failed\nfailover_link_restored") == 0
    assert "the failover link works again" in capsys.readouterr().out


def test_a_semicolon_in_quotes_belongs_to_the_command(capsys: Capture) -> None:
    assert whatif('command_entered unit=primary text="a; b"; failover_link_failed') == 0
    assert "`a; b` is entered on the primary" in capsys.readouterr().out
