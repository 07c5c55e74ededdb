"""`check` for long runs: memory, checkpoints, costs, progress; and what makes no sense is one line."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import verify
from failover_fsm.checker import Checker
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.cli import main
from failover_fsm.commands.checkpoint_file import CheckpointFile, read_checkpoint
from failover_fsm.commands.long_runs import Keeper
from failover_fsm.commands.spill_folder import SpillFolder
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules
from tests.children import interrupted, python

ROOT = Path(__file__).parents[2]
SMALL = str(ROOT / "models" / "findings" / "switched-off-on-one-side.toml")


def checked(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    """Exit status and report of a check of the small model, without the seconds."""
    status = main(["check", SMALL, "--json", *options])
    report = json.loads(capsys.readouterr().out)
    del report["seconds"]
    return status, report


@pytest.mark.slow
def test_stopped_and_taken_up_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "checkpoint")
    status, report = checked(capsys, "--checkpoint", file, "--max-states", "400")
    assert (status, report["verdict"], report["complete"]) == (3, "undecided", False)
    assert 200 < read_checkpoint(file).states < report["states"] == 400, "the file has whole levels only"
    again = checked(capsys, "--resume", file, "--checkpoint", file, "--memory", "500M")
    assert again == checked(capsys, "--engine", "plain")
    assert again[0] == 0 and again[1]["states"] == 1213
    assert read_checkpoint(file).states == 1213, "one file serves for both"


@pytest.mark.slow
def test_too_little_memory_is_undecided(capsys: pytest.CaptureFixture[str]) -> None:
    status, report = checked(capsys, "--memory", "1K")
    assert (status, report["verdict"], report["complete"]) == (3, "undecided", False)
    main(["check", SMALL, "--memory", "1k"])
    assert "stopped early: memory of 1024 bytes" in capsys.readouterr().out


def test_a_search_that_ends_for_memory_says_what_helps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", SMALL, "--memory", "1K"]) == 3
    said = "--memory: reached; with --spill DIR the search goes on with files in a folder, slower"
    assert capsys.readouterr().err.splitlines()[-1] == said
    assert main(["check", SMALL, "--memory", "1K", "--spill", str(tmp_path)]) == 3
    assert capsys.readouterr().err.splitlines()[-1].startswith("--memory: reached; what was learned of the rules and")
    assert main(["check", SMALL, "--max-states", "5"]) == 3
    assert "--memory" not in capsys.readouterr().err


def test_what_does_not_fit_goes_on_on_disk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound is on the tables here: this process has grown long before."""
    monkeypatch.setattr("failover_fsm.commands.long_runs.growth_beside_files", lambda: None)
    monkeypatch.setattr("failover_fsm.checker.bitset.allocator.SMALLEST", 1)
    sizes: list[int] = []
    original = SpillFolder.room

    def room(folder: SpillFolder, size: int) -> memoryview:
        sizes.append(size)
        return original(folder, size)

    monkeypatch.setattr(SpillFolder, "room", room)
    file, folder = str(tmp_path / "checkpoint"), tmp_path / "spilled"
    folder.mkdir()
    spilled = checked(capsys, "--memory", "600K", "--spill", str(folder), "--checkpoint", file)
    assert sum(sizes) > 300 << 10
    assert spilled == checked(capsys, "--engine", "plain")
    sizes.clear()
    again = checked(capsys, "--memory", "600K", "--spill", str(folder), "--resume", file)
    assert again == spilled and sizes[0] == os.path.getsize(file), "the checkpoint is read to disk too"
    assert list(folder.iterdir()) == []


GROWING = """
import sys
from failover_fsm.commands.long_runs import growth_beside_files
from failover_fsm.commands.spill_folder import SpillFolder
measured = growth_beside_files()
if measured is None:
    sys.exit("not told")
room = SpillFolder(sys.argv[1]).room(64 << 20)
room[:] = b"1" * len(room)
before = measured()
kept = bytearray(b"1") * (64 << 20)
print(before < 32 << 20 < measured(), len(kept) == len(room))
"""


def test_mapped_files_are_not_the_memory_of_the_process(tmp_path: Path) -> None:
    """In a process of its own: the bound without a folder is on the most that a process has had."""
    with python(["-c", GROWING, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        out, err = running.communicate(timeout=120)
    if "not told" in err:
        pytest.skip("the system does not tell")
    assert (out, err) == ("True True\n", "")


def with_interfaces(path: Path, count: int) -> str:
    """The name of a configuration with so many data interfaces."""
    lines = [
        "failover",
        "failover lan unit primary",
        "interface Management0/0",
        "failover lan interface fo Management0/0",
    ]
    lines += ["failover lan interface fo Management0/0", "failover key *****"]
    lines += ["failover interface ip fo 10.9.9.1 255.255.255.0 standby 10.9.9.2"]
    for number in range(count):
        lines += [f"interface GigabitEthernet0/{number}", f" nameif n{number}", " security-level 50"]
        lines += [f" ip address 10.0.{number}.1 255.255.255.0 standby 10.0.{number}.2"]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def pinned(folder: Path) -> str:
    """The name of a model with eight interfaces whose numbers are pinned, so that every condition is listed."""
    with_interfaces(folder / "eight.cfg", 8)
    model = folder / "eight.toml"
    model.write_text('title = "eight"\nconfig = "eight.cfg"\n[expect]\nstates = 1\n')
    return str(model)


@pytest.mark.parametrize("options", [["--engine", "compiled"], ["--slice"]])
def test_the_time_limit_holds_before_the_search_begins(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Eight interfaces have a million conditions, which take minutes to list."""
    model, begun = pinned(tmp_path), time.monotonic()
    assert main(["check", model, "--time-limit", "1", *options]) == 3
    assert time.monotonic() - begun < 20
    assert "stopped early: time_limit of 1.0 seconds" in " ".join(capsys.readouterr().out.split())


@pytest.mark.slow
def test_the_bound_on_memory_holds_before_the_search_begins(tmp_path: Path) -> None:
    """Begun by a large process: its size is not that of the one it begins, which a largest size so far would be."""
    words = ["check", pinned(tmp_path), "--memory", "10M", "--time-limit", "60"]
    large = bytearray(b"x" * (400 << 20))
    done = subprocess.run([sys.executable, "-m", "failover_fsm", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 3 and large, done.stderr
    assert f"stopped early: memory of {10 << 20} bytes" in " ".join(done.stdout.split())


@pytest.mark.slow
def test_memory_that_the_system_refuses_is_no_traceback() -> None:
    model = ROOT / "benchmarks" / "models" / "active-active-any-faults.toml"
    limit = 200 << 20
    done = subprocess.run(
        [sys.executable, "-m", "failover_fsm", "check", model, "--memory", "1G"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "stopped early: memory of this process: no more could be allocated" in done.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--engine", "plain", "--memory", "1G"],
            "--memory: the plain engine has no such thing; allowed: --engine comp",
        ),
        (["--workers", "two"], "argument --workers: 'two' is not a number of threads; allowed: 1, 2, 3, ..."),
        (["--memory", "0"], "argument --memory: '0' is not an amount of memory; allowed: bytes, as in 500M or 8G"),
        (
            ["--memory", "1.5G"],
            "argument --memory: '1.5G' is not an amount of memory; allowed: bytes, as in 500M or 8G",
        ),
        (["--spill", "."], "--spill: what goes there is what does not fit a bound; allowed: with --memory"),
        (
            ["--memory", "1G", "--spill", "/none"],
            "/none: cannot be written: No such file or directory; allowed: a folder in which files can be made",
        ),
        (["--memory", "1G", "--spill", SMALL], f"{SMALL}: cannot be written: Not a directory; allowed: a folder in"),
        (
            ["--engine", "plain", "--memory", "1G", "--spill", "."],
            "--memory: the plain engine has no such thing; allowed: --engine compiled",
        ),
        (["--resume", "/none"], "/none: cannot be read: No such file or directory; allowed: a file that `check"),
        (["--resume", SMALL], f"{SMALL}: not a checkpoint; allowed: a file that `check --checkpoint` wrote"),
        (["--checkpoint", str(ROOT)], f"{ROOT}: is a directory; allowed: the name of a file"),
        (
            ["--checkpoint", "/none/file"],
            "/none/file: cannot be written: No such file or directory; allowed: a file in",
        ),
    ],
)
def test_bad_options_are_one_line(options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status = main(["check", SMALL, *options])
    except SystemExit as ended:
        status = int(ended.code or 0)
    error = capsys.readouterr().err
    assert status == 2 and message in error and error.count("\n") == 1


def test_a_device_or_a_pipe_is_not_replaced_by_a_checkpoint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert main(["check", SMALL, "--checkpoint", str(pipe)]) == 2
    assert capsys.readouterr().err == f"{pipe}: is a device or a pipe; allowed: the name of a file\n"
    assert pipe.is_fifo() and [path.name for path in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.slow
def test_a_resumed_search_that_reaches_less_says_that_the_file_holds_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "checkpoint")
    checked(capsys, "--checkpoint", file, "--max-states", "300")
    held = read_checkpoint(file).states
    assert main(["check", SMALL, "--resume", file, "--checkpoint", file, "--max-states", "100"]) == 3
    said = f"{file}: holds {held:,} states, more than were reached again; it is kept"
    assert said in capsys.readouterr().err.splitlines()
    assert read_checkpoint(file).states == held
    assert main(["check", SMALL, "--resume", file]) == 0
    assert "more than were reached" not in capsys.readouterr().err


@pytest.mark.slow
def test_a_checkpoint_of_another_model_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "checkpoint")
    checked(capsys, "--checkpoint", file, "--max-states", "100")
    other = str(ROOT / "models" / "findings" / "failed-unit-obeys.toml")
    assert main(["check", other, "--resume", file]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.splitlines()[-1].startswith(
        f"--resume {file}: the checkpoint is of another model, or of other options of the search; allowed: one that"
    )


@pytest.mark.slow
def test_ctrl_c_leaves_a_checkpoint_and_a_report(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint"
    command = ["-m", "failover_fsm", "check", "models/active-standby.toml", "--json", "--checkpoint", str(file)]
    status, out, seen = interrupted(command, "depth 5")
    report = json.loads(out)
    assert status == 3 and report["verdict"] == "undecided" and not report["complete"]
    assert read_checkpoint(file).states == report["states"] > 0
    assert re.search(r"[\d,]+ states, [\d,]+/s, [\d,]+ waiting, depth 5, \d+ MB", seen)


def test_ctrl_c_while_rules_are_learned_gives_a_report_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("failover_fsm.checker.compiled.CompiledChecker.__init__", interrupted)
    status, report = checked(capsys, "--engine", "compiled")
    assert (status, report["verdict"], report["complete"], report["states"]) == (3, "undecided", False, 1)
    main(["check", SMALL, "--engine", "compiled"])
    assert "stopped early: interrupted" in capsys.readouterr().out


@pytest.mark.slow
def test_no_progress_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    checked(capsys, "--memory", "1G")
    assert capsys.readouterr().err == ""


def test_threads_are_gone_and_their_option_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", SMALL, "--engine", "plain", "--max-states", "5", "--workers", "2"]) == 3
    said = capsys.readouterr().err
    assert said == "--workers: has no effect, since threads made no search faster; the option goes in version 0.4\n"
    with pytest.raises(SystemExit):
        main(["check", "--help"])
    assert "--workers" not in capsys.readouterr().out


def test_their_argument_says_so() -> None:
    with pytest.warns(DeprecationWarning, match=r"workers has no effect, .* goes in version 0\.4") as warned:
        verify(read_model(SMALL), engine="plain", max_states=5, workers=2)
    assert [item.filename for item in warned] == [__file__]


def test_a_full_disk_does_not_end_the_search(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = CheckpointFile(tmp_path / "gone" / "checkpoint")
    Keeper(file).save(None)  # type: ignore[arg-type]  # it fails before it looks at the checkpoint
    assert capsys.readouterr().err.endswith("that can be written; the search goes on without\n")


@pytest.mark.slow
def test_both_engines_find_the_same_costs_of_the_pair() -> None:
    scenario = read_model(SMALL)
    model = PairModel(scenario.settings, scenario.environment)
    plain = Checker(model).verify(costs=True).costs
    assert plain == CompiledChecker(PairRules(model), budget=0).verify(costs=True).costs
    assert {cost.name: cost.fields for cost in plain}["interfaces"] == 1


@pytest.mark.slow
def test_costs_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", SMALL, "--cost"]) == 0
    lines = capsys.readouterr().out.splitlines()
    place = lines.index("What each part of the state multiplies the states by (1 means that it follows from the rest)")
    factors = [float(line.split()[0].replace(",", "")) for line in lines[place + 1 :]]
    assert factors[0] > 10 and min(factors) == 1.0
    costs = checked(capsys, "--cost")[1]["costs"]
    assert {"name": "links.stateful", "fields": 1, "without": 1213, "factor": 1.0} in costs
    assert "costs" not in checked(capsys)[1]
