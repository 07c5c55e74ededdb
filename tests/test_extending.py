"""The walks of docs/contributing/extending.md are applied to a copy of the sources, and what comes out is run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "contributing" / "extending.md"
WALK = re.compile(r'<!-- walk: (\S+) (before|replace|new)(?: "(.*?)")? -->\n```python\n(.*?)```\n', re.DOTALL)

MODEL = """\
title = "crashes"
config = "active-standby.cfg"
[environment]
faults = ["power", "crash"]
operator = ["disable"]
"""


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources to which the page has been applied, with a model of the new event."""
    top = tmp_path_factory.mktemp("extended")
    shutil.copytree(ROOT / "failover_fsm", top / "failover_fsm", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "models" / "active-standby.cfg", top)
    (top / "crash.toml").write_text(MODEL, encoding="utf-8")
    steps = WALK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(steps) == PAGE.read_text(encoding="utf-8").count("<!-- walk:")
    for name, how, anchor, code in steps:
        path, anchor = top / name, anchor.replace("\\n", "\n").replace('\\"', '"')
        if how == "new":
            path.write_text(code, encoding="utf-8")
            continue
        text = path.read_text(encoding="utf-8")
        assert text.count(anchor) == 1, f"{name}: {anchor}"
        put = code if how == "before" else code.removesuffix("\n")
        path.write_text(text.replace(anchor, put + anchor if how == "before" else put), encoding="utf-8")
    return top


def called(top: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line of the extended sources."""
    environment = {**os.environ, "PYTHONPATH": str(top)}
    command = [sys.executable, "-P", "-m", "failover_fsm", *words]
    return subprocess.run(command, cwd=top, env=environment, capture_output=True, text=True, check=False)


def test_both_explorers_know_the_event_and_the_promise(extended: Path) -> None:
    answers = []
    for engine in ("plain", "compiled"):
        done = called(extended, "check", "crash.toml", "--engine", engine, "--json")
        assert done.returncode in (0, 1), done.stderr
        answers.append(json.loads(done.stdout))
    plain, compiled = answers
    assert (plain["states"], plain["transitions"]) == (compiled["states"], compiled["transitions"])
    by_id = {promise["id"]: promise["verdict"] for promise in plain["promises"]}
    assert by_id["crash-ends-the-active-role"] == "holds"
    assert "software_crashed" not in plain["never_possible"]


def test_the_event_is_a_line_of_the_trace_language(extended: Path) -> None:
    lines = ["config active-standby.cfg", "unit_restored unit=primary", "settle", "software_crashed unit=primary"]
    (extended / "crash.trace").write_text("\n".join([*lines, "settle", "expect active=primary"]), encoding="utf-8")
    done = called(extended, "run", "crash.trace")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the software of the primary crashes" in done.stdout


def test_the_rule_is_taken_before_the_general_one(extended: Path) -> None:
    lines = [
        "config active-standby.cfg", "unit_restored unit=primary", "settle", "failover_disabled unit=primary",
        "software_crashed unit=primary", "settle", "expect active=none",
    ]  # fmt: skip
    (extended / "off.trace").write_text("\n".join(lines), encoding="utf-8")
    done = called(extended, "run", "off.trace")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_subcommand_reads_a_file_and_refuses_a_bad_one_in_a_line(extended: Path) -> None:
    assert called(extended, "names", "active-standby.cfg").stdout.split() == ["outside", "inside"]
    done = called(extended, "names", "missing.cfg")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1
