"""`failover exec`: what a line is, what reaches the pair, what the promises catch, and what its page shows."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

from benchmarks.exec_mutation import in_force
from failover_fsm.analysis.model_file import ModelFileError, read_model
from failover_fsm.analysis.session_model import beside_search
from failover_fsm.checker import Verdict
from failover_fsm.commands import check, export
from failover_fsm.commands.files import BadInput
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import Pair, step
from failover_fsm.pair import events as e
from failover_fsm.pair.states import State
from failover_fsm.services.machine import Joint
from failover_fsm.services.remote import ExecMachine, Sessions, Typed, software_supports
from failover_fsm.services.remote import case as c
from failover_fsm.services.remote import typed as t
from failover_fsm.services.remote.promises import BY_ID, PROMISES
from failover_fsm.services.remote.records import CommandMode, Mode
from failover_fsm.services.remote.tables import TABLES
from failover_fsm.services.remote.texts import EXEC_MODE, mode_words
from failover_fsm.testing.pair.mutants import with_changed_row
from failover_fsm.trace.language import TraceError, parse_trace
from failover_fsm.trace.player import play
from tests.services.test_exec_rules import mixes_modes, row_of

ROOT = Path(__file__).parents[2]
CONFIG = read_config(ROOT / "tests" / "traces" / "pair.cfg")
PAGE = (ROOT / "docs" / "reference" / "failover-exec.md").read_text(encoding="utf-8")
PRIMARY, SECONDARY = Unit


def booted() -> Pair:
    """A pair with an active primary and a ready secondary."""
    pair = Pair.cold(CONFIG)
    for unit in Unit:
        pair, _ = pair.step(e.UnitRestored(unit=unit))
    return pair.settle()[0]


def typed(pair: Pair, lines: str, unit: Unit = PRIMARY) -> list[Any]:
    """The answers to lines, one by one, typed on a unit of the pair."""
    machine, answers = ExecMachine.of(CONFIG, pair.settings), []
    joint: Joint[Sessions] = Joint(pair=pair.state, own=machine.start())

    def pair_step(state: State, event: e.Event) -> Any:
        return step(state, pair.settings, event)

    for line in lines.split(" | "):
        answers.append(machine.answer(joint, Typed(unit=unit, text=line), pair_step))
        joint = answers[-1].joint
    return answers


# -- lines -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line, kind",
    [
        ("failover exec mate sh ver", t.Sends),
        ("sh fail exec act", t.AsksMode),
        ("show failover", t.Looks),
        ("conf t", t.ConfigureTerminal),
        ("int Gi0/1", t.OpensInterface),
        ("no interface Gi0/1.2", t.Configures),
        ("router ospf 100", t.OpensRouter),
        ("route outside 0.0.0.0 0.0.0.0 192.0.2.9", t.Configures),
        ("no router ospf 100", t.Configures),
        ("failover group 1", t.OpensOther),
        ("failover active", t.Acts),
        ("failover reset group 3", t.Acts),
        ("no failover", t.Configures),
        ("write memory", t.Acts),
        ("shutdown", t.Configures),
        ("undebug all", t.Debugs),
        ("enable 5", t.SetsLevel),
        ("changeto system", t.ChangesContext),
        ("quit", t.Exits),
        ("end", t.Ends),
        ("show ?", t.AsksHelp),
    ],
)
def test_a_line_has_one_kind(line: str, kind: type[t.Line]) -> None:
    assert type(t.read_line(PRIMARY, line)) is kind


def test_the_command_string_is_kept_as_it_was_typed() -> None:
    line = t.read_line(PRIMARY, "failover  exec ACTIVE interface GigabitEthernet0/1")
    assert isinstance(line, t.Sends)
    assert (line.keyword, line.command) == (t.Keyword.ACTIVE, "interface GigabitEthernet0/1")


def test_a_line_that_is_blank_or_not_typed_is_no_event() -> None:
    with pytest.raises(ValueError, match="not blank"):
        Typed(unit=PRIMARY, text=" ")


def test_the_text_of_the_mode_is_read_by_the_template_that_writes_it() -> None:
    modes = (
        CommandMode(Mode.CONFIG),
        CommandMode(Mode.OTHER, "failover group 1"),
        CommandMode(Mode.ROUTER, "router rip"),
    )
    for mode in modes:
        values = {"role": "Standby", "mode": mode_words(mode)}
        assert EXEC_MODE.read(EXEC_MODE.write(**values)) == values
    assert EXEC_MODE.read("Mate unit Failover EXEC is at config mode") is None


def test_software_before_8_0_has_no_failover_exec() -> None:
    versions = {"7.2(4)": False, "8.0(2)": True, "9.16(4)": True, None: True}
    assert {each: software_supports(attrs.evolve(CONFIG, software=each)) for each in versions} == versions


# -- what reaches the pair -------------------------------------------------------------------------------


def test_the_address_of_the_first_example_goes_to_the_interface_of_the_active_unit() -> None:
    lines = "configure terminal | failover exec active interface GigabitEthernet0/1 | failover exec active ip address"
    answers = typed(booted(), f"{lines} 192.168.1.1 255.255.255.0 standby 192.168.1.2 | router rip")
    text = "interface GigabitEthernet0/1; ip address 192.168.1.1 255.255.255.0 standby 192.168.1.2"
    assert answers[2].event == e.CommandEntered(unit=PRIMARY, text=text)
    assert not any(answer.refused for answer in answers)
    assert answers[3].joint.own.of(PRIMARY).at == CommandMode(Mode.ROUTER, "router rip")


def test_a_block_that_another_command_left_open_is_not_the_session_s() -> None:
    pair, _ = booted().step(e.CommandEntered(unit=PRIMARY, text="interface GigabitEthernet0/1"))
    answers = typed(pair, "configure terminal | failover exec active shutdown")
    assert "no such command" in answers[-1].refused
    assert answers[-1].joint == answers[0].joint


def test_what_the_target_refuses_changes_no_mode() -> None:
    answers = typed(booted(), "configure terminal | failover exec mate interface inside | show failover exec mate")
    assert "an interface is entered by its port" in answers[1].refused
    assert answers[2].lines == ("Standby unit Failover EXEC is at config mode",)


def test_time_passes_beside_the_sessions() -> None:
    config = CONFIG
    text = """\
unit_restored unit=primary
unit_restored unit=secondary
advance seconds=120
typed unit=secondary text="failover exec active failover exec"
expect refused=yes
typed unit=secondary text="failover exec standby failover active"
advance seconds=10
expect active=secondary
typed unit=secondary text="show failover exec active"
expect unit=secondary printed="Active unit Failover EXEC is at config mode"
unit_failed unit=secondary
typed unit=secondary text="show failover"
expect unit=secondary printed="the unit is not running"
"""
    assert [str(each) for each in play(parse_trace(text, config_given=True), config).failures] == []


def test_failover_exec_can_stand_as_it_is_typed() -> None:
    trace = parse_trace("secondary: failover exec mate show failover\nprimary: sh fail exec act", config_given=True)
    lines = ("failover exec mate show failover", "sh fail exec act")
    assert [str(event) for event in trace.events] == [
        f'typed unit={unit} text="{line}"' for unit, line in zip(("secondary", "primary"), lines, strict=True)
    ]


@pytest.mark.parametrize(
    "line, what",
    [
        ("software unit=primary", "wrong arguments for `software`"),
        ("software unit=both version=8.0", "wrong arguments for `software`"),
        ("software unit=primary version=new", "wrong arguments for `software`"),
        ("software unit=primary version=8.0\nsoftware unit=primary version=8.2", "a second `software` line"),
        ("unit_restored unit=primary\nsoftware unit=primary version=8.0", "too late"),
        ("typed unit=primary", "typed without `text=`"),
        ('typed unit=primary text=" "', "text cannot be"),
    ],
)
def test_a_wrong_line_is_one_error(line: str, what: str) -> None:
    with pytest.raises(TraceError, match=re.escape(what)) as found:
        parse_trace(f"config pair.cfg\n{line}\n")
    assert found.value.allowed


# -- the promises ----------------------------------------------------------------------------------------

MODES = "mode of failover exec"
SEEDS: dict[str, tuple[str, type[t.Line], Any, Any, tuple[str, ...]]] = {
    "exec-runs-where-it-is-meant": ("command", t.Sends, c.mate_is_active, {"do": (c.to_self,)}, ()),
    "exec-follows-moving-roles": ("command", t.Sends, c.mate_is_active, {"when": None}, ()),
    "exec-standby-stays": ("command", t.Sends, c.own_is_standby, {"do": (c.to_mate,)}, ()),
    "exec-active-replicates": ("command", t.Sends, c.mate_is_active, {"do": (c.to_self,)}, ()),
    "exec-leaves-the-session": (MODES, t.OpensInterface, None, {"do": (c.act, mixes_modes)}, ()),
    "session-leaves-exec": ("session", t.Ends, None, {"do": (c.drop_block, c.change_context)}, ()),
    "exec-needs-the-link": ("way", t.Sends, c.is_out_of_reach, None, ("failover-link",)),
    "exec-waits-for-the-session": ("way", t.Sends, c.configures_from_privileged, None, ()),
}
"""By promise: a wrong row that breaks it, and the faults that it takes."""


def small(faults: tuple[str, ...] = ()) -> Scenario:
    """The shipped model with few faults."""
    model = read_model(ROOT / "models" / "failover-exec.toml")
    environment = attrs.evolve(model.environment, faults=faults)
    return attrs.evolve(model, environment=environment, expect=(), check=None)


@pytest.mark.parametrize("promise", SEEDS)
def test_a_wrong_row_breaks_the_promise(promise: str) -> None:
    table, event, which, changes, faults = SEEDS[promise]
    row = row_of(table, event, which)
    changed = None if changes is None else attrs.evolve(row, **changes)
    scenario = attrs.evolve(small(faults), check=(promise,))
    with in_force({**TABLES, table: with_changed_row(TABLES[table], row, changed)}):
        _, _, result = beside_search(scenario, {"stop_at_first": True})
    assert result.finding(promise).verdict is Verdict.VIOLATED


def test_a_session_that_outlives_its_unit_breaks_the_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sessions, "without", lambda self, unit: self)
    scenario = attrs.evolve(small(("power",)), check=("exec-begins-anew",))
    _, _, result = beside_search(scenario, {"stop_at_first": True})
    assert result.finding("exec-begins-anew").verdict is Verdict.VIOLATED


def test_a_joint_model_steps_as_it_lists_its_successors() -> None:
    model, _, _ = beside_search(
        attrs.evolve(small(("power",)), check=("exec-waits-for-the-session",)), {"max_states": 2}
    )
    reached = dict.fromkeys(model.initial_states())
    for _ in range(4):
        for joint in list(reached):
            for event, after in model.successors(joint):
                assert model.step(joint, event) == after, str(event)
                reached[after] = None
    assert len(reached) > 20
    assert [event for event, _ in model.successors(joint)] == list(model.events(joint))


def test_every_promise_is_broken_here_or_is_a_finding_or_shows_a_witness() -> None:
    assert {*SEEDS, "exec-begins-anew", "exec-keeps-synchronisation", "exec-mode-follows-its-unit"} == {*BY_ID}
    assert len(PROMISES) == len(BY_ID)


# -- model files and the command line -------------------------------------------------------------------------

MODEL = """\
title = "t"
config = "pair.cfg"
[environment]
faults = []
operator = ["command"]
"""


@pytest.mark.parametrize(
    "text, what",
    [
        ('[sessions]\nunits = ["third"]', "units cannot be third"),
        ("[sessions]\nunits = []", "units cannot be empty"),
        ("[sessions]\nlevel = 5", "unknown key 'level'"),
        ('[sessions]\n[promises]\ncheck = ["no-dual-active"]', "unknown promise"),
        ('[promises]\ncheck = ["exec-standby-stays"]', "unknown promise"),
    ],
)
def test_a_model_that_means_nothing_is_one_line(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "pair.cfg").write_text((ROOT / "tests" / "traces" / "pair.cfg").read_text(encoding="utf-8"))
    model = tmp_path / "m.toml"
    model.write_text(MODEL + text + "\n", encoding="utf-8")
    with pytest.raises(ModelFileError, match=re.escape(what)):
        read_model(model)


def test_sessions_are_explored_in_single_context_mode(tmp_path: Path) -> None:
    model = tmp_path / "m.toml"
    config = ROOT / "tests" / "traces" / "groups.cfg"
    model.write_text(MODEL.replace("pair.cfg", str(config)) + "[sessions]\n", encoding="utf-8")
    with pytest.raises(ModelFileError, match="single context mode"):
        read_model(model)


def run(command: str) -> str:
    """What a command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "failover_fsm", *command.split()], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stderr + done.stdout


@pytest.mark.parametrize("option", ["--report x.html", "--slice", "--promise no-dual-active"])
def test_check_says_what_it_cannot_do_with_sessions(option: str) -> None:
    with pytest.raises(BadInput, match="allowed:"):
        run_in_process(str(ROOT / "models" / "findings" / "exec-out-of-sync.toml"), *option.split())


def test_a_model_with_sessions_is_not_exported() -> None:
    parser = argparse.ArgumentParser()
    export.add_parser(parser.add_subparsers())
    model = str(ROOT / "models" / "findings" / "exec-out-of-sync.toml")
    with pytest.raises(BadInput, match="terminal sessions cannot be exported; allowed:"):
        export.run(parser.parse_args(["export", model, "--to", "tla"]))


def test_check_advises_a_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tmp_path / "m.toml"
    config = ROOT / "tests" / "traces" / "exec" / "no-key.cfg"
    lines = '[sessions]\nlines = ["show failover"]\n[promises]\ncheck = ["exec-waits-for-the-session"]\n'
    model.write_text(MODEL.replace("pair.cfg", str(config)) + lines, encoding="utf-8")
    assert run_in_process(str(model)) == 0
    assert "use `failover key` (EXE-17)" in capsys.readouterr().err


def run_in_process(model: str, *options: str) -> int:
    """The status of `check` on a model file."""
    parser = argparse.ArgumentParser()
    check.add_parser(parser.add_subparsers())
    args = parser.parse_args(["check", model, *options])
    status: int = args.run(args)
    return status


# -- the page ------------------------------------------------------------------------------------------------


def test_the_page_has_the_counts_of_the_model_and_every_refusal() -> None:
    pins = dict(read_model(ROOT / "models" / "failover-exec.toml").expect)
    assert f"{pins['states']:,} states and {pins['transitions']:,} transitions" in PAGE
    refused = [row for name in ("command", "way") for row in TABLES[name].rows if getattr(row, "refuses", False)]
    assert [row.reason for row in refused if row.reason not in PAGE] == []
