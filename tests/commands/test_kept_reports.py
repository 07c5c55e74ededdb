"""A second check of a model file says what the first one did, without a search; a changed one is searched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.cli import main
from failover_fsm.commands import check, kept_results
from failover_fsm.fleet import software
from tests.assessment.pairs import PAIR

MODEL = """title = "A pair"
config = "pair.cfg"
[environment]
faults = []
operator = []
[promises]
check = ["no-failover-without-trigger", "converges"]
"""


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model file in the current directory, that was checked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "pair.cfg").write_text(PAIR, encoding="utf-8")
    (tmp_path / "m.toml").write_text(MODEL, encoding="utf-8")
    return tmp_path / "m.toml"


def test_a_model_file_is_searched_once(
    model: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = []
    search = check._searched
    monkeypatch.setattr(check, "_searched", lambda *args: searched.append(1) or search(*args))

    def asked(*words: str) -> tuple[dict[str, object], str, int]:
        searched.clear()
        assert main(["check", "m.toml", "--json", *words]) == 0
        printed = capsys.readouterr()
        return {**json.loads(printed.out), "seconds": 0}, printed.err, len(searched)

    def paged(*words: str) -> str:
        assert main(["check", "m.toml", "--report", "m.html", *words]) == 0
        capsys.readouterr()
        return Path("m.html").read_text(encoding="utf-8")

    first, _, times = asked()
    assert times == 1
    again, err, times = asked()
    assert times == 0 and err == "" and "Not searched now" not in paged("--no-cache") and "earlier run" in paged()
    assert str(again.pop("kept")).startswith("found in an earlier run") and again == first
    assert asked("--no-cache")[2] == asked("--max-states", "10000")[2] == 1
    kept = kept_results.file().read_text()
    kept_results.file().write_text(kept.replace('"holds"', '"undecided"'))
    damaged, err, times = asked()
    assert times == 1 and damaged == first and err.count("\n") == 1 and "is damaged (undecided)" in err
    monkeypatch.setattr(software, "software_digest", lambda: "changed")
    assert asked()[2] == 1
    model.write_text(MODEL.replace("faults = []", 'faults = ["power"]'), encoding="utf-8")
    assert asked()[2] == 1


BESIDE = {
    "sessions": ('["reload"]', 'units = ["secondary"]', '"exec-mode-follows-its-unit"'),
    "keys": ('["disable"]', 'enters = ["K1"]', '"key-unseen-while-off", "key-unseen-behind-a-key"'),
    "saving": (
        '["write-standby"]\nfollow = ["saved"]',
        'commands = ["configure"]',
        '"write-standby-heals-its-space-only", "always-recoverable"',
    ),
}
"""By what stands beside the pair: the operator, its table, and promises."""


@pytest.mark.parametrize("beside", BESIDE)
def test_so_is_one_with_a_machine_beside_the_pair(
    model: Path, beside: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    operator, table, promises = BESIDE[beside]
    text = MODEL.replace("operator = []", f"operator = {operator}").replace(
        '"no-failover-without-trigger", "converges"', promises
    )
    model.write_text(text.replace("[promises]", f"[{beside}]\n{table}\n[promises]"), encoding="utf-8")
    searched = []
    search = check._searched
    monkeypatch.setattr(check, "_searched", lambda *args: (searched.append(1), search(*args))[1])

    def asked() -> tuple[dict[str, object], str]:
        assert main(["check", "m.toml", "--json"]) == 0
        printed = capsys.readouterr()
        return {**json.loads(printed.out), "seconds": 0}, printed.err

    first, _ = asked()
    again, err = asked()
    assert len(searched) == 1 and err == ""
    assert str(again.pop("kept")).startswith("found in an earlier run") and again == first
    kept = kept_results.file().read_text()
    kept_results.file().write_text(kept.replace('"levels": [1', '"levels": ["1"'))
    damaged, err = asked()
    assert len(searched) == 2 and damaged == first and "is damaged" in err
    model.write_text(model.read_text().replace(table, f"{table}  # the same"), encoding="utf-8")
    assert "kept" in asked()[0]


def test_the_run_of_a_machine_is_played_again(
    model: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    operator, table, promises = BESIDE["sessions"]
    text = MODEL.replace("operator = []", f"operator = {operator}").replace(
        '"no-failover-without-trigger", "converges"', promises
    )
    model.write_text(text.replace("[promises]", f"[sessions]\n{table}\n[promises]"), encoding="utf-8")
    reports: list[Any] = []
    search = check._searched

    def once(*args: Any) -> Any:
        reports.append(reports[0] if reports else search(*args))
        return reports[0]

    monkeypatch.setattr(check, "_searched", once)
    assert main(["check", "m.toml"]) == 0
    shown = capsys.readouterr().out
    kept = json.loads(kept_results.file().read_text())
    (run,) = (record["answers"]["exec-mode-follows-its-unit"]["run"] for record in kept.values())
    for changed, why in ((run[:-1], "does not show it"), (run[1:], "cannot happen there")):
        (record,) = kept.values()
        record["answers"]["exec-mode-follows-its-unit"]["run"] = changed
        kept_results.file().write_text(json.dumps(kept))
        assert main(["check", "m.toml"]) == 0
        again = capsys.readouterr()
        assert why in again.err and again.out.splitlines()[0] == shown.splitlines()[0]
