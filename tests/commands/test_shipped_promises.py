"""The promises that ship: current, what a search finds, used only where their sources are these, and said with -v."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tomllib
from pathlib import Path
from types import FrameType
from typing import Any

import attrs
import pytest

from failover_fsm.analysis.observed_structure import observed_structure
from failover_fsm.analysis.verify import verify
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.cli import main
from failover_fsm.commands import check, kept_promises, ordinary_pairs, shipped_promises
from failover_fsm.commands.ordinary_pairs import PAIRS, Described, searched
from failover_fsm.commands.shipped_promises import FILE, PACKAGE, SOURCES, key_of, record_of, sources_digest

ROOT = PACKAGE.parent
CURRENT = "python -m failover_fsm.commands.ordinary_pairs"
LONG = "FAILOVER_FSM_LONG_TESTS" in os.environ
CHEAPEST = (Described(monitored=(1,)), Described(monitored=(0,), trunks=(2,)))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder in which nothing is kept yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def whole() -> dict[str, Any]:
    """What the file holds."""
    found: dict[str, Any] = json.loads(FILE.read_bytes())
    return found


def test_the_file_is_current() -> None:
    assert whole()["sources"] == sources_digest(), f"what verdicts depend on has changed: run {CURRENT}"


def test_each_ordinary_pair_has_a_record_of_its_own() -> None:
    keys = [key_of(observed_structure(pair.scenario()) or "") for pair in PAIRS]
    assert len(set(keys)) == len(keys) and list(whole()["pairs"]) == keys, f"run {CURRENT}"
    assert FILE.stat().st_size < 1_000_000


@pytest.mark.slow
@pytest.mark.parametrize("pair", PAIRS if LONG else CHEAPEST, ids=str)
def test_a_record_is_what_a_search_finds(pair: Described) -> None:
    key, record = searched(pair)
    assert whole()["pairs"][key] == record


def test_the_wheel_takes_the_file_along() -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["failover_fsm"]
    assert FILE.relative_to(PACKAGE).as_posix() in data


@pytest.mark.slow
@pytest.mark.parametrize("pair", [Described(monitored=(2,)), Described(monitored=(1, 1))], ids=str)
def test_all_that_runs_in_a_search_is_among_the_sources(pair: Described) -> None:
    ran: dict[str, None] = {}

    def note(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_name != "<module>" and code.co_filename.startswith(f"{PACKAGE}/"):
            ran[Path(code.co_filename).relative_to(PACKAGE).as_posix()] = None

    scenario = pair.scenario()
    scenario = attrs.evolve(scenario, environment=attrs.evolve(scenario.environment, max_faults=0))
    assert scenario.settings.counted  # reading a configuration is no part of it: the structure covers what comes of it
    verify(scenario, engine="compiled")  # imports what it needs
    sys.setprofile(note)
    try:
        verify(scenario, engine="compiled")
    finally:
        sys.setprofile(None)
    assert len(ran) > 50
    covered = tuple(place if place.endswith(".py") else f"{place}/" for place in SOURCES)
    assert [each for each in ran if not each.startswith(covered) and each != "_moved.py"] == []


def test_every_source_is_there() -> None:
    assert [place for place in SOURCES if not (PACKAGE / place).exists()] == []


# -- when it is used ---------------------------------------------------------------------------------


def test_a_digest_of_other_sources_hides_every_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = observed_structure(Described(monitored=(2,)).scenario()) or ""
    assert record_of(seen) is not None
    monkeypatch.setattr(shipped_promises, "FILE", shutil.copy(FILE, tmp_path / "same.json"))
    assert record_of(seen) is not None
    (tmp_path / "other.json").write_text(json.dumps({**whole(), "sources": "0" * 64}))
    monkeypatch.setattr(shipped_promises, "FILE", tmp_path / "other.json")
    assert record_of(seen) is None


@pytest.mark.parametrize("place", ["pair/unit.py", "promises/roles.py", "checker/compiled.py"])
def test_a_changed_source_has_another_digest(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in SOURCES:
        copy = shutil.copy if each.endswith(".py") else shutil.copytree
        (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
        copy(PACKAGE / each, tmp_path / each)
    monkeypatch.setattr(shipped_promises, "PACKAGE", tmp_path)
    digest = sources_digest.__wrapped__
    assert digest() == whole()["sources"]
    (tmp_path / place).write_text((tmp_path / place).read_text() + "\n")
    assert digest() != whole()["sources"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"sources": 1, "pairs": []}', "[" * 100_000])
def test_a_damaged_file_is_as_none(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "damaged.json").write_text(content)
    monkeypatch.setattr(shipped_promises, "FILE", tmp_path / "damaged.json")
    assert record_of("anything") is None
    monkeypatch.setattr(shipped_promises, "FILE", tmp_path / "nothing.json")
    assert record_of("anything") is None


@pytest.mark.parametrize(
    "wrong", [[], {"words": 5}, {"words": {}}, {"words": {"converges": "violated"}, "explored": ""}]
)
def test_a_record_of_anything_else_is_no_answer(wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = Described(monitored=(2,)).scenario()
    right = whole()["pairs"][key_of(observed_structure(scenario) or "")]
    monkeypatch.setattr(shipped_promises, "record_of", lambda seen: wrong)
    assert kept_promises.kept(scenario) is None
    monkeypatch.setattr(shipped_promises, "record_of", lambda seen: right)
    assert kept_promises.kept(scenario) is not None


@pytest.mark.parametrize("when", ["before this version shipped", "in an earlier run"])
def test_what_the_units_observe_is_worked_out_once(when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = next(iter(whole()["pairs"].values()))
    one, other = (Described(monitored=(many,)).scenario() for many in (5, 6))  # observed alike
    monkeypatch.setattr(shipped_promises, "record_of", lambda _: right if when.startswith("before") else None)
    if when.startswith("in"):
        words = tuple(right["words"].items())
        kept_promises.keep(other, Protocol(words=words, explored=right["explored"], observed=True))
    first = kept_promises.kept(one)
    assert first is not None and f"found {when} on" in first.kept
    monkeypatch.setattr(kept_promises, "observed_structure", lambda _: pytest.fail("it is known already"))
    assert kept_promises.kept(one) == first


CONFIGURATIONS = [
    "active-standby.cfg",
    "campus.cfg",
    "active-active.cfg",
    "saving.cfg",
    "percentage.cfg",
    "fpr4150.cfg",
]


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_first_run_on_an_ordinary_pair_makes_no_search(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "verify", None)
    main(["check", str(ROOT / "models" / name)])
    assert " promises hold; -v lists them" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("name", [*CONFIGURATIONS, "policy-2.cfg"] if LONG else ["active-standby.cfg"])
def test_the_answer_is_that_of_a_fresh_search(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(ROOT / "models" / name)
    said = {}
    for options in ((), ("-v",), ("--no-cache",), ("-v", "--no-cache")):
        status = main(["check", path, *options])
        said[options] = status, capsys.readouterr().out
    assert said[()] == said["--no-cache",]
    kept, fresh = said["-v",][1], said["-v", "--no-cache"][1]
    where = "not searched now: found before this version shipped on a pair of the same structure"
    assert where in " ".join(kept.split()) and "not searched" not in fresh and "every interleaving" in fresh
    of_promises = "\nAssumed\n"
    assert kept.partition(of_promises)[2] == fresh.partition(of_promises)[2] != ""


def test_what_a_user_asks_besides_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers of a search, counterexamples and another bound are not kept."""
    searches: list[object] = []

    def search(scenario: object, **_options: object) -> None:
        searches.append(scenario)
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "verify", search)
    asked = (["--json"], ["--no-cache"], ["--faults", "1"], ["--promise", "converges"], ["--engine", "compiled"])
    for number, more in enumerate(asked, start=1):
        main(["check", str(ROOT / "models" / "active-standby.cfg"), *more])
        assert len(searches) == number, more


def test_the_generator_refuses_what_does_not_answer_for_every_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Described(monitored=(1,))
    report = verify(attrs.evolve(pair.scenario(), environment=attrs.evolve(pair.scenario().environment, max_faults=0)))
    for change in ({"observed": False}, {"observed": True, "fine": True}, {"observed": True, "in_full": (("a", "b"),)}):
        other = attrs.evolve(report, **change)
        monkeypatch.setattr(ordinary_pairs, "verify_observed", lambda scenario, other=other: other)
        with pytest.raises(ValueError, match="no verdict that holds for every pair"):
            searched(pair)
