"""Promises in real time: what model files may say, and the verdicts of those that are shipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.analysis.model_file import ModelFileError, read_model
from failover_fsm.analysis.timing_verdict import judge
from failover_fsm.checker import Verdict
from failover_fsm.cli import main
from failover_fsm.timing.within import Limit, limit_of
from failover_fsm.trace.player import load, play

ROOT = Path(__file__).parents[2]
MODELS = sorted((ROOT / "models" / "timing").glob("*.toml"))
BOUNDS: dict[str, dict[str, float | None]] = {
    "default-times": {
        "active-unit-dies": 15, "interface-link-down": 5, "interface-silent": 25, "failover-link-lost": None,
        "forced": 0, "hellos-lost": 13,
    },
    "fastest-times": {
        "active-unit-dies": 0.8, "interface-link-down": 0.5, "interface-silent": 5, "failover-link-lost": None,
        "hellos-lost": 2,
    },
    "first-missed": {"active-unit-dies": 16, "interface-link-down": 5, "interface-silent": 30},
    "probes-after-three": {"active-unit-dies": 3, "failover-link-lost": 3},
    "probes-after-two": {"active-unit-dies": 3, "failover-link-lost": None},
    "dies-under-test": {"active-unit-dies-under-test": 40},
    "pauses": {"pause": 13.999},
    "pause-at-the-fastest-times": {"pause": 0.599},
}  # fmt: skip
"""The exact bound of every promise of every shipped model."""


def checked(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    status = main(["check", str(path), "--json"])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_shipped_model_is_as_it_says_with_these_bounds(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, record = checked(path, capsys)
    assert (status, record["verdict"]) == (0, "holds")
    assert {each["id"]: each["bound"] for each in record["within"]} == BOUNDS[path.stem]
    known = {item.promise for item in read_model(path).violated}
    assert known == {each["id"] for each in record["within"] if each["verdict"] == "violated"}


def test_every_timing_model_is_looked_at_here() -> None:
    assert {path.stem for path in MODELS} == set(BOUNDS)


@pytest.fixture
def model(tmp_path: Path) -> Any:
    """Writes a model file on the default times with these lines under [promises]."""

    def write(lines: str) -> Path:
        path = tmp_path / "m.toml"
        config = json.dumps(str(ROOT / "models" / "active-standby.cfg"))
        head = f'title = "t"\nconfig = {config}\n[environment]\nfaults = []\noperator = []\n[promises]\ncheck = []\n'
        path.write_text(head + lines)
        return path

    return write


def test_a_broken_promise_in_time_is_violated(model: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path = model('[promises.within]\nactive-unit-dies = "14.999 s"\n')
    status, record = checked(path, capsys)
    assert (status, record["verdict"], record["within"][0]["bound"]) == (1, "violated", 15.0)
    assert main(["check", str(path)]) == 1
    out = capsys.readouterr().out
    assert "active-unit-dies: 15 s at worst" in out and "NOT AS IT SHOULD BE IN TIME: active-unit-dies" in out


@pytest.mark.parametrize(
    ("stem", "broken"),
    [
        ("first-missed", ["active-unit-dies", "interface-silent"]),
        ("probes-after-three", ["failover-link-lost"]),
        ("probes-after-two", []),
    ],
)
def test_the_run_that_breaks_a_promise_is_written_and_replays(stem: str, broken: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "traces"
    assert main(["check", str(ROOT / "models" / "timing" / f"{stem}.toml"), "--traces", str(folder)]) == 0
    files = sorted(folder.glob("*.trace"))
    assert [file.stem for file in files] == broken
    for file in files:
        found = play(*load(file))
        assert found.failures == () and found.records[-1].claims, file


def test_a_known_violation_that_is_none_is_not_as_it_should_be(model: Any) -> None:
    path = model('[promises.within]\nactive-unit-dies = "15 s"\n[promises.violated]\nactive-unit-dies = "slow"\n')
    assert main(["check", str(path)]) == 1


@pytest.mark.parametrize("word", ["never", "0 s"])
def test_a_takeover_where_none_may_be_breaks_never(model: Any, word: str) -> None:
    assert main(["check", str(model(f'[promises.within]\nactive-unit-dies = "{word}"\n'))]) == 1


def test_a_takeover_that_never_comes_keeps_no_limit(model: Any) -> None:
    assert main(["check", str(model('[promises.within]\nfailover-link-lost = "1000 s"\n'))]) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('active-dies = "15 s"', "unknown condition 'active-dies', did you mean active-unit-dies; "),
        ("active-unit-dies = 15", 'active-unit-dies cannot be 15; allowed: "15 s"'),
        ('active-unit-dies = "15"', "active-unit-dies cannot be '15'"),
        ('active-unit-dies = "-1 s"', "active-unit-dies cannot be '-1 s'"),
        ('active-unit-dies = "1.5 ms"', "active-unit-dies cannot be '1.5 ms'"),
        ('active-unit-dies = "3 hellos"', "active-unit-dies cannot be '3 hellos'"),
        ('hellos-lost = "3 s"', "hellos-lost cannot be '3 s'; allowed: \"13 hellos\""),
        ('hellos-lost = "never"', "hellos-lost cannot be 'never'"),
    ],
)
def test_a_promise_in_time_that_means_nothing_is_one_line(model: Any, line: str, said: str) -> None:
    with pytest.raises(ModelFileError) as caught:
        read_model(model(f"[promises.within]\n{line}\n"))
    assert caught.value.line == 9 and said in str(caught.value) and "\n" not in str(caught.value)


def test_limits_are_read_to_the_millisecond() -> None:
    assert limit_of("forced", "1.25 s") == Limit("forced", 1250)
    assert limit_of("forced", "800 ms") == Limit("forced", 800)
    assert limit_of("forced", "never").most is None


def test_a_model_may_promise_both_ways(model: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path = model('[promises.within]\nforced = "0 s"\n')
    path.write_text(path.read_text().replace("check = []", 'check = ["converges"]'))
    status, record = checked(path, capsys)
    assert status == 0 and [each["id"] for each in record["promises"]] == ["converges"] and len(record["within"]) == 1
    assert main(["check", str(path), "--promise", "converges"]) == 0
    assert "in time" not in capsys.readouterr().out.lower()
    assert judge(read_model(path))[0].verdict is Verdict.HOLDS
