"""Who does the work and in which order; workers that die."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from failover_fsm.assessment.protocol import Protocol
from failover_fsm.fleet import schedule
from failover_fsm.fleet.pairs import Pair
from failover_fsm.fleet.processes import Processes
from failover_fsm.fleet.row import Row
from failover_fsm.fleet.schedule import Here, run_fleet
from failover_fsm.fleet.unit_file import UnitFile, digest_of
from failover_fsm.fleet.work import Examined, Failure, PairTexts, Searched, attempt

PROMISES = Protocol(words=(("converges", "holds"),))


def pair(name: str, structure: str | None, folder: Path, groups: int = 0) -> Pair:
    path = folder / name
    path.write_text(name)
    digest = digest_of({str(path): name.encode()})
    unit = UnitFile(path=str(path), files=(str(path),), digest=digest, structure=structure, groups=groups)
    return Pair(name=name, units=(unit,))


class Log:
    """Work that is written down instead of done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: list[str] = []
        monkeypatch.setattr(schedule, "search", self.search)
        monkeypatch.setattr(schedule, "examine", self.examine)

    def search(self, texts: PairTexts, limit: float | None) -> Searched:
        self.lines.append(f"search {texts.name}")
        if texts.name.startswith("bad"):
            raise MemoryError
        return Searched(protocol=PROMISES)

    def examine(self, texts: PairTexts, protocol: Protocol | None) -> Examined:
        self.lines.append(f"{texts.name} {'searched' if protocol else 'bare'}")
        return Examined(row=Row(name=texts.name, verdict="holds"))


def rows(pairs: list[Pair], workers: Any = None, **options: Any) -> dict[str, str]:
    found: list[Examined] = []
    run_fleet(pairs, workers or Here(), done=found.append, **options)
    names = [each.row.name for each in found]
    assert len(names) == len(set(names)) == len(pairs)
    return {each.row.name: each.row.reason or each.row.verdict for each in found}


def test_a_structure_is_searched_once_the_longest_search_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(monkeypatch)
    pairs = [pair("a", "x", tmp_path), pair("b", "y", tmp_path, groups=2), pair("c", "x", tmp_path)]
    pairs += [pair("d", None, tmp_path)]
    assert set(rows(pairs).values()) == {"holds"}
    assert log.lines == ["d bare", "search b", "b searched", "search a", "a searched", "c searched"]


def test_what_an_earlier_run_searched_is_not_searched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log, learned = Log(monkeypatch), []
    pairs = [pair("a", "x", tmp_path), pair("b", "y", tmp_path)]
    rows(
        pairs,
        known=lambda each: PROMISES if each.structure == "x" else None,
        learned=lambda each, promises: learned.append(each.name),
    )
    assert log.lines == ["a searched", "search b", "b searched"] and learned == ["b"]


def test_a_search_that_fails_fails_its_pairs_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Log(monkeypatch)
    pairs = [pair("bad1", "x", tmp_path), pair("bad2", "x", tmp_path), pair("good", "y", tmp_path)]
    found = rows(pairs)
    assert found["good"] == "holds" and found["bad1"] == found["bad2"] == "an error of failover-fsm: MemoryError: "


def test_a_file_that_changes_meanwhile_is_a_failed_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Log(monkeypatch)
    pairs = [pair("a", None, tmp_path), pair("b", None, tmp_path), pair("c", None, tmp_path)]
    (tmp_path / "a").write_text("another text")
    (tmp_path / "b").unlink()
    found = rows(pairs)
    assert "was changed while" in found["a"] and "cannot be read" in found["b"] and found["c"] == "holds"


def test_a_failed_row_names_the_line_without_the_path_of_its_own_file(tmp_path: Path) -> None:
    primary, secondary = pair("a.cfg", None, tmp_path), pair("b.cfg", None, tmp_path)
    first, second = primary.files[0], secondary.files[0]
    both = attrs.evolve(primary, units=(*primary.units, *secondary.units))
    told = {
        f"{first}:4: wrong": "line 4: wrong",
        f"2 errors; mend first: {first}:4: wrong": "2 errors; mend first: line 4: wrong",
        f"{first}: the secondary of which pair?": "the secondary of which pair?",
        f"{second}:4: wrong": "b.cfg, line 4: wrong",
        f"{second}: wrong": "b.cfg: wrong",
    }
    pairs = [attrs.evolve(both, name=f"{place}", error=each) for place, each in enumerate(told)]
    assert list(rows(pairs).values()) == list(told.values())


def test_the_work_of_other_software_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Log(monkeypatch)
    monkeypatch.setattr(schedule, "software_digest", lambda: "newer")
    assert rows([pair("a", "x", tmp_path)]) == {"a": schedule.OTHER_SOFTWARE}


class Twice:
    """Workers that finish every piece of work twice, as a cluster may that believed a worker dead."""

    at_once = 3

    def __init__(self) -> None:
        self.todo: list[tuple[int, Callable[..., Any], tuple[Any, ...]]] = []
        self.most = 0

    def submit(self, number: int, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self.todo.append((number, function, arguments))
        self.most = max(self.most, len(self.todo))

    def finished(self) -> Iterator[tuple[int, Any]]:
        number, function, arguments = self.todo.pop()
        for _ in range(2):
            yield number, attempt(function, *arguments)


def test_no_row_comes_twice_and_few_texts_are_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Log(monkeypatch)
    workers = Twice()
    rows([pair(f"p{number}", f"s{number % 4}", tmp_path) for number in range(20)], workers)
    assert workers.most == 3


# -- processes -------------------------------------------------------------------------------------


def die_once(marker: str) -> str:
    """Ends its process the first time."""
    if not os.path.exists(marker):
        Path(marker).touch()
        os.kill(os.getpid(), 9)
    return "alive"


def die() -> None:
    os._exit(1)


def wait_for(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


@pytest.mark.slow
def test_work_of_a_process_that_dies_is_done_by_another(tmp_path: Path) -> None:
    with Processes(2) as workers:
        workers.submit(1, die_once, (str(tmp_path / "marker"),))
        workers.submit(2, die, ())
        found: dict[int, Any] = {}
        while len(found) < 2:
            found |= dict(workers.finished())
        assert found[1] == "alive" and isinstance(found[2], Failure) and "ended 2 times" in found[2].reason
        workers.submit(3, wait_for, (60.0,))
        pids = [each.process.pid for each in workers._workers]
    assert not any(Path(f"/proc/{each}").exists() for each in pids)
