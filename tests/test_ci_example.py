"""The GitHub Action, the pre-commit hook and the sample repository, run in a shell as they are run there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "examples" / "ci"
EDGE = "pairs/edge/primary.cfg"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of the sample repository, with the command on the PATH."""
    shutil.copytree(SAMPLE / "pairs", tmp_path / "pairs")
    command = tmp_path / "bin" / "failover-fsm"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {sys.executable} -m failover_fsm "$@"\n')
    command.chmod(0o755)
    return tmp_path


def environment(repository: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "PATH": f"{repository / 'bin'}:{os.environ['PATH']}", "RUNNER_TEMP": str(repository), **more}


def gate(repository: Path, files: str, arguments: str = "") -> tuple[int, str, dict[str, str]]:
    """The exit status, the log and the outputs of the step of the Action."""
    output = repository / "output"
    output.write_text("")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(SAMPLE / "gate.sh")],
        cwd=repository, capture_output=True, text=True, check=False,
        env=environment(repository, GITHUB_OUTPUT=str(output), FILES=files, ARGUMENTS=arguments),
    )  # fmt: skip
    lines = (line.partition("=") for line in output.read_text().splitlines())
    return done.returncode, done.stdout, {name: value for name, _, value in lines}


def test_a_sound_pair_passes_and_one_that_unmonitors_an_interface_is_stopped_at_its_line(repository: Path) -> None:
    status, _, outputs = gate(repository, EDGE, "--strict --require outage<=25s")
    assert (status, outputs["result"]) == (0, "passed")
    config = repository / EDGE
    config.write_text(config.read_text() + "no monitor-interface inside\n")
    line = len(config.read_text().splitlines())
    status, log, outputs = gate(repository, EDGE, "--strict")
    assert (status, outputs["result"]) == (1, "failed")
    assert f"::error file={EDGE},line={line}::inside: not monitored" in log
    assert [path.name for path in Path(outputs["junit"]).iterdir()] == ["pairs_edge_primary.cfg.xml"]


def test_a_file_that_is_no_pair_and_a_pattern_without_files_fail(repository: Path) -> None:
    (repository / "pairs" / "x.cfg").write_text("hostname x\n")
    for files in ("pairs/x.cfg", "nowhere/*.cfg"):
        status, log, outputs = gate(repository, files)
        assert (status, outputs["result"]) == (2, "failed") and "::error" in log


def test_the_hook_takes_several_files_and_options(repository: Path) -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    entry = re.search(r"entry: >-\n((?:    .*\n)+)", text)
    assert entry is not None
    words = shlex.split(" ".join(entry[1].split("\n")))
    (repository / "other.cfg").write_text((repository / EDGE).read_text().replace("\nfailover\n", "\nno failover\n"))

    def hook(*files: str) -> int:
        done = subprocess.run(
            [*words, "--strict", *files], cwd=repository, env=environment(repository), capture_output=True, check=False
        )
        return done.returncode

    assert hook(EDGE) == 0
    assert hook(EDGE, "other.cfg") == hook("other.cfg", EDGE) == 1


def test_the_action_runs_the_script_and_names_its_outputs() -> None:
    action = (ROOT / "action.yml").read_text()
    assert "$GITHUB_ACTION_PATH/examples/ci/gate.sh" in action
    script = (SAMPLE / "gate.sh").read_text()
    outputs = re.findall(r"steps\.gate\.outputs\.(\w+)", action)
    assert outputs and all(f'echo "{name}=' in script for name in outputs)
