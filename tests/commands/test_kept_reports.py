"""A second check of a model file says what the first one did, without a search; a changed one is searched."""

from __future__ import annotations

import json
from pathlib import Path

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
check = ["converges"]
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
