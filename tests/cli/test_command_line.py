"""The command line: exit statuses, one line for bad input, JSON, limits and interrupts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from failover_fsm import ConfigError, PairConfig, check
from failover_fsm.cli import main
from tests.children import interrupted

ROOT = Path(__file__).parents[2]
SMALL = "models/findings/switched-off-on-one-side.toml"
CONFIG = "models/active-standby.cfg"


@pytest.fixture(autouse=True)
def in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def failing(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line that bad input gets."""
    try:
        status = main(arguments)
    except SystemExit as leave:  # argparse leaves by itself
        status = int(leave.code or 0)
    told = capsys.readouterr()
    assert status == 2
    assert told.out == ""
    assert told.err.count("\n") == 1 and "Traceback" not in told.err
    return told.err


@pytest.mark.slow
def test_a_model_that_is_as_it_says_exits_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", SMALL]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("AS THE MODEL FILE SAYS: 3 of 4")


@pytest.mark.slow
def test_an_unexpected_violation_exits_1(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = (ROOT / SMALL).read_text().replace("../active", f"{ROOT}/models/active")
    model = tmp_path / "model.toml"
    model.write_text(text[: text.index("[promises.violated]")])
    assert main(["check", str(model)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "NOT AS IT SHOULD BE: one-active-while-link-up"


def test_a_limit_exits_3_and_promises_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", CONFIG, "--max-states", "50", "--json"]) == 3
    report = json.loads(capsys.readouterr().out)
    assert report["verdict"] == "undecided" and report["complete"] is False and report["states"] == 50
    assert {item["verdict"] for item in report["promises"]} == {"undecided"}


@pytest.mark.slow
def test_json_is_one_object_with_the_public_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", SMALL, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    wanted = ["$schema", "verdict", "states", "transitions", "depth", "complete", "search", "seconds"]
    wanted += ["assumptions", "promises", "never_possible", "digest", "advice", "caveats", "version"]
    assert list(report) == wanted
    broken = next(item for item in report["promises"] if item["verdict"] == "violated")
    assert broken["id"] == "one-active-while-link-up" and "failover_disabled unit=primary" in broken["trace"]
    assert {"id", "kind", "verdict", "rules", "vacuous", "trace", "loop"} <= set(broken)


@pytest.mark.slow
def test_counterexamples_are_scenario_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check", SMALL, "--traces", str(tmp_path / "new")]) == 0
    assert main(["run", str(tmp_path / "new" / "one-active-while-link-up.trace")]) == 0
    assert "** both units are active **" in capsys.readouterr().out


def test_two_files_of_one_pair_are_compared(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    other = tmp_path / "secondary.cfg"
    text = (ROOT / CONFIG).read_text().replace("unit primary", "unit secondary")
    other.write_text(text)
    assert main(["check", CONFIG, str(other), "--promise", "converges", "--faults", "0"]) == 0
    capsys.readouterr()
    other.write_text(text.replace("folink GigabitEthernet0/2", "folink GigabitEthernet0/7"))
    assert f"{CONFIG}:16" in failing(capsys, "check", CONFIG, str(other), "--promise", "converges")
    assert "both units" in failing(capsys, "check", CONFIG, CONFIG)


def test_a_configuration_that_is_switched_off_is_checked_as_if_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    off = tmp_path / "off.cfg"
    off.write_text((ROOT / CONFIG).read_text().replace("\nfailover\n", "\n"))
    assert main(["check", str(off), "--faults", "0", "-v"]) == 1
    text = capsys.readouterr().out
    assert text.splitlines()[0].endswith(": NO FAILOVER")
    assert "the rest is as if it worked" in text and "checked as if it were switched on" in text


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["check", "missing.cfg"], "missing.cfg"),
        (["check", "models"], "models: "),
        (["check", SMALL, CONFIG], "no second file"),
        (["check", CONFIG, "--promise", "nonsense"], "split-brain-recovers"),
        (["check", CONFIG, "--promise", "commands-replicate-from-active"], "command"),
        (["check", CONFIG, "--faults", "-1"], "0, 1, 2"),
        (["check", CONFIG, "--max-states", "0"], "allowed: 1, 2, 3"),
        (["check", CONFIG, "--time-limit", "soon"], "more than 0"),
        (["check", CONFIG, "--traces", "/dev/null/traces"], "/dev/null/traces"),
        (["config", "missing.cfg"], "missing.cfg"),
        (["run", "missing.trace"], "missing.trace"),
        (["diagram", "nothing"], "nothing"),
        (["frobnicate"], "frobnicate"),
        (["check", ""], "the name of a file or directory is empty"),
        (["check", SMALL, "--report", ""], "the name of a file or directory is empty"),
        (["check", SMALL, "--traces="], "the name of a file or directory is empty"),
        (["times", CONFIG, "--plot", ""], "the name of a file or directory is empty"),
        (["check", "-"], "-: standard input and output are not named so here; allowed: the name of a file"),
        (["check", SMALL, "--report", "-"], "-: standard input and output"),
        (["export", SMALL, "--to", "tla", "--output=-"], "-: standard input and output"),
        (["export", "missing.cfg", "--to", "tla"], "missing.cfg: cannot be read"),
        (["export", CONFIG, "--to", "tla"], "allowed: a model file"),
        ([], "COMMAND"),
    ],
)
def test_bad_input_gets_one_line(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told in failing(capsys, *arguments)


@pytest.mark.parametrize(
    "words",
    ["check NAME", "check NAME.toml", "check CONFIG NAME", "run NAME.trace", "config NAME",
     "config CONFIG --beside NAME", "times NAME", "faults NAME --goal no-active",
     "faults CONFIG --goal no-active --topology NAME", "whatif NAME",
     "export NAME --to tla", "suite NAME --cover rows -o d", "diagram NAME.trace", "diagram pair NAME.toml",
     "check CONFIG --resume NAME", "run CONFIG --config NAME"],
)  # fmt: skip
def test_a_name_that_is_too_long_for_a_file_gets_one_line(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    failing(capsys, *words.replace("NAME", "n" * 300).replace("CONFIG", CONFIG).split())


def test_names_inside_files_that_are_too_long_get_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A trace that names a configuration, and a configuration whose context would have a file of its own."""
    trace, config = tmp_path / "long.trace", tmp_path / "long.cfg"
    trace.write_text(f"config {'n' * 300}\nsettle\n")
    assert "cannot be read: File name too long" in failing(capsys, "run", str(trace))
    config.write_text(f"{(ROOT / 'models' / 'active-active.cfg').read_text()}\ncontext {'n' * 300}\n")
    status = main(["config", str(config)])
    assert status in (0, 2) and "an error of its own" not in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"\x00\x01\xff" * 100, b"interface " + b"x" * 10_000_000])
def test_files_that_are_no_configuration_get_one_line(
    content: bytes, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("pair.cfg", "pair.toml", "pair.trace"):
        file = tmp_path / name
        file.write_bytes(content)
        command = "run" if name.endswith("trace") else "check"
        assert failing(capsys, command, str(file)).startswith(str(file))


def test_config_prints_what_reads_back_equal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["config", CONFIG]) == 0
    first = capsys.readouterr().out
    again = tmp_path / "again.cfg"
    again.write_text(first)
    assert main(["config", str(again)]) == 0
    assert capsys.readouterr().out == first


def test_the_library_refuses_to_check_what_is_no_pair() -> None:
    with pytest.raises(ConfigError, match="no failover link"):
        check(PairConfig.from_asa("hello\n"))


@pytest.mark.slow
def test_ctrl_c_reports_what_is_known() -> None:
    command = ["-m", "failover_fsm", "check", "models/active-standby.toml", "--json", "--engine", "plain"]
    status, out, seen = interrupted(command, "depth")
    assert status == 3, seen
    report = json.loads(out)
    assert report["verdict"] == "undecided" and not report["complete"] and report["states"] > 0
    assert "Traceback" not in seen


@pytest.mark.slow
def test_a_reader_that_leaves_is_no_error() -> None:
    command = f"{sys.executable} -m failover_fsm check {SMALL} | head -n 1"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, env=os.environ, check=False)
    assert done.returncode == 0 and done.stderr == ""


@pytest.mark.slow
def test_kinds_of_events_that_changed_nothing_are_counted_or_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Two kinds in this model, on both engines; one is named at once."""
    model = str(ROOT / "models" / "incidents" / "03-link-down-at-boot.toml")
    notes = "never changed anything in this environment"
    for engine in ("plain", "compiled"):
        assert main(["check", model, "--engine", engine]) == 0
        text = capsys.readouterr().out
        assert [line for line in text.splitlines() if notes in line] == [
            f"  note: 2 kinds of events {notes}; -v names them"
        ]
        assert main(["check", model, "--engine", engine, "-v"]) == 0
        text = capsys.readouterr().out
        named = [line for line in text.splitlines() if notes in line]
        assert named == [f"  note: {word} {notes}" for word in ("message_delivered", "hold_time_expired")]
