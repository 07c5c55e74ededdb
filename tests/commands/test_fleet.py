"""`failover-fsm fleet`: its outputs, and that nothing finished is lost when it ends early."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from junitparser import Failure, JUnitXml

from failover_fsm import PairConfig
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.cli import main
from failover_fsm.commands import fleet, shipped_promises
from failover_fsm.fleet import schedule
from failover_fsm.fleet.work import PairTexts, Searched
from failover_fsm.model.places import explored_environment
from failover_fsm.promises import chosen

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "models" / "active-standby.cfg").read_text()
ASKED = chosen(explored_environment(PairConfig.from_asa(TEXT)), None, groups=False)
HOLDS = Protocol(words=tuple((each.id, "holds") for each in ASKED))
PAIRS = 24
FLEET = (sys.executable, "-m", "failover_fsm", "fleet", "sites")


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the pairs whose promises are searched; the searches themselves are tested elsewhere."""
    names: list[str] = []

    def search(texts: PairTexts, limit: float | None) -> Searched:
        names.append(texts.name)
        if texts.name == os.environ.get("INTERRUPTED_AT"):
            raise KeyboardInterrupt
        return Searched(protocol=HOLDS)

    monkeypatch.setattr(schedule, "search", search)
    monkeypatch.setattr(shipped_promises, "record_of", lambda seen: None)  # these pairs are ordinary ones
    return names


@pytest.fixture
def sites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four pairs: a good one of two files, one with a gap, one that is off, one that cannot be read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "sites"
    folder.mkdir()
    (folder / "good.cfg").write_text(TEXT)
    (folder / "good-2.cfg").write_text(TEXT.replace("unit primary", "unit secondary"))
    (folder / "gap.cfg").write_text(f"{TEXT}no monitor-interface inside\n".replace("hostname edge", "hostname gap"))
    (folder / "off.cfg").write_text(TEXT.replace("\nfailover\n", "\nno failover\n").replace("edge", "off"))
    (folder / "broken.cfg").write_text(TEXT.replace("standby 10.0.1.2", "standby 10.0.1.999"))
    (folder / "notes.txt").write_text("failover is what we want\n")
    return folder


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    capsys.readouterr()
    status = main(["fleet", "sites", "--jobs", "1", *words])
    return status, capsys.readouterr().out


def test_one_row_for_each_pair_the_worst_first(
    sites: Path, searched: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status, text = said(capsys)
    names = [line.split()[0] for line in text.splitlines()[1:5]]
    assert (status, names) == (1, ["off", "broken", "gap", "good"])
    assert text.splitlines()[5:] == [
        "4 pairs: 1 NO FAILOVER, 1 FAILED, 1 HOLDS WITH GAPS, 1 HOLDS", "besides: 1 file that names no failover",
    ]  # fmt: skip
    assert searched == ["gap", "good"]  # the pair that is off has the structure of the good one
    assert said(capsys)[1] == text and len(searched) == 2  # what was searched is kept for the next run
    assert said(capsys, "--no-cache")[1] == text and len(searched) == 4


def test_a_link_to_nothing_is_one_line(sites: Path, searched: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("gone-1", "gone-2"):
        (sites / name).symlink_to(sites / "nowhere")
    main(["fleet", "sites", "--jobs", "1", "--json"])
    captured = capsys.readouterr()
    assert "failover-fsm fleet: sites/gone-1 and 1 more: links to nothing, left out\n" in captured.err
    json.loads(captured.out)


def test_the_forms_of_the_answer(sites: Path, searched: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status, text = said(capsys, "--json", "--junit", "f.xml", "--sarif", "f.sarif", "--report", "page.html")
    record = json.loads(text)
    assert status == 1 and record["counts"] == {"no-failover": 1, "failed": 1, "holds-with-gaps": 1, "holds": 1}
    assert record["complete"] is True and record["structures"] == 2 and record["other_files"] == 1
    (suite,) = JUnitXml.fromroot(JUnitXml.fromstring(Path("f.xml").read_bytes())._elem)
    assert [case.name for case in suite if any(isinstance(each, Failure) for each in case.result)] == ["off", "broken"]
    page = Path("page.html").read_text()
    for name in ("off", "broken", "gap", "good"):
        assert f'href="page/{name}.html"' in page and Path("page", f"{name}.html").exists()
    own = Path("page", "good.html").read_text()
    assert 'href="../page.html"' in own and "survives all 14" in own and "sites/good-2.cfg" in own
    assert said(capsys, "--csv", "--resume")[1].splitlines()[0].startswith("name,host,files,digest,verdict")


def test_what_changed_since_an_earlier_answer(
    sites: Path, searched: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("old.json").write_text(said(capsys, "--json")[1])
    assert said(capsys, "--baseline", "old.json")[0] == 0
    (sites / "gap.cfg").unlink()
    (sites / "good.cfg").write_text(f"{TEXT}no monitor-interface outside\n")
    status, text = said(capsys, "--baseline", "old.json", "--since", "old.json", "--json")
    record = json.loads(text)
    assert status == 1 and record["gone"] == ["gap"] and record["unchanged"] == 1
    rows = {each["name"]: each for each in record["pairs"]}
    assert rows.keys() == {"good", "broken"} and rows["broken"]["change"] == "same"
    assert rows["good"]["change"] == "worse" and "verdict holds -> holds-with-gaps" in rows["good"]["changed"]


def test_only_what_was_modified_since_a_date(
    sites: Path, searched: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for path in sites.iterdir():
        os.utime(path, (1.6e9, 1.6e9))
    os.utime(sites / "good-2.cfg")
    status, text = said(capsys, "--since", "2021-01-01")
    assert status == 0 and "1 pair: 1 HOLDS" in text and "left out: 3" in text


def test_ctrl_c_keeps_the_rows_and_resume_goes_on(
    sites: Path, searched: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERRUPTED_AT", "good")
    status, text = said(capsys, "--no-cache")
    assert status == 130 and "interrupted: 2 of 4 pairs are left; --resume goes on" in text
    monkeypatch.setenv("INTERRUPTED_AT", "")
    assert said(capsys, "--no-cache", "--resume")[0] == 1 and searched == ["gap", "good", "good"]
    (sites / "gap.cfg").write_text(f"{TEXT}no monitor-interface outside\n".replace("edge", "gap"))
    said(capsys, "--no-cache", "--resume")
    assert searched == ["gap", "good", "good", "gap"]  # a file that has changed is examined again


def test_how_far_it_is_without_a_terminal(
    sites: Path, searched: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[str]:
        assert main(["fleet", "sites", "--jobs", "1", "--no-cache"]) == 1
        return [line for line in capsys.readouterr().err.splitlines() if " pairs, about " in line]

    assert told() == []
    monkeypatch.setattr(fleet, "TELL_AGAIN", 0.0)
    lines = told()
    assert len(lines) == 4 and lines[0].startswith("1 of 4 pairs, about ") and " of 4 pairs, about 0 s" in lines[-1]


def test_workers_that_are_gone_are_one_line_and_lose_nothing(
    sites: Path, searched: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(schedule.Here):
        def finished(self) -> Any:
            if len(searched) > 1:
                raise schedule.WorkersError("tcp://x: the scheduler is gone; what is finished is kept for --resume")
            return super().finished()

    monkeypatch.setattr(fleet, "Here", Gone)
    assert main(["fleet", "sites", "--jobs", "1", "--journal", "journal", "--no-cache"]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err == (
        "--scheduler tcp://x: the scheduler is gone; what is finished is kept for --resume\n"
    )
    assert [each["name"] for each in entries(Path("journal"))] == ["broken", "gap"]


@pytest.mark.parametrize(
    "words, told",
    [
        (["nowhere"], "nowhere: cannot be read: No such file or directory; allowed: a directory of configurations"),
        (["empty"], "empty: no unit of a failover pair; allowed: configurations with `failover lan interface`"),
        (["sites", "--jobs", "0"], "'0' is not a number of processes; allowed: 1 to 1024"),
        (["sites", "--since", "soon"], "--since: 'soon' is no time; allowed: a date such as 2026-08-31"),
        (["sites", "--baseline", "sites/good.cfg"], "sites/good.cfg: holds no answer about a fleet; allowed"),
        (["sites", "--journal", "sites/notes.txt"], "sites/notes.txt: is no journal of a fleet; allowed"),
        (["sites", "--journal", "sites/good.cfg"], "would replace sites/good.cfg"),
        (["sites", "--journal", "no/where"], "--journal no/where: "),
        (["sites", "--report", "page"], "--report page: has no suffix"),
        (["sites", "--json", "--csv"], "not allowed with argument --json"),
        (["sites", "--scheduler", "nonsense://x"], "--scheduler nonsense://x: "),
    ],
)  # fmt: skip
def test_bad_input_gets_one_line(
    words: list[str], told: str, sites: Path, searched: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty").mkdir()
    try:
        status = main(["fleet", *words])
    except SystemExit as leave:
        status = int(leave.code or 0)
    out, err = capsys.readouterr()
    assert status == 2 and out == "" and told in err and err.count("\n") == 1
    assert (sites / "notes.txt").read_text() and not searched


# -- real processes --------------------------------------------------------------------------------


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def entries(journal: Path) -> list[dict[str, Any]]:
    lines = journal.read_bytes().splitlines() if journal.exists() else []
    return [json.loads(line)["row"] for line in lines[1:] if line.endswith(b"}") and b'"row"' in line]


def wait_for(journal: Path, count: int, *, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while len(entries(journal)) < count:
        assert time.monotonic() < end, "no row came"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_killed_run_loses_nothing_that_was_finished(sites: Path) -> None:
    """kill -9 in the middle of two processes: none of them is left, and the next run does only the rest.

    The pairs are without interfaces: undecided, and examined without a search.
    """
    for path in sites.iterdir():
        path.unlink()
    bare = "".join(line + "\n" for line in TEXT.splitlines() if line.startswith("failover"))
    for number in range(PAIRS):
        (sites / f"fw{number}").write_text(f"hostname fw{number}\n{bare}")
    journal = Path("journal").resolve()
    words = (*FLEET, "--jobs", "2", "--no-cache", "--journal", str(journal))
    running = subprocess.Popen(words, env=environment(), stdout=subprocess.DEVNULL, start_new_session=True)
    wait_for(journal, 2)
    running.send_signal(signal.SIGKILL)
    running.wait()
    before = entries(journal)
    with journal.open("ab") as file:
        file.write(b'{"row": {"name": "half')
    assert _none_left(running.pid)
    done = subprocess.run((*words, "--resume", "--json"), env=environment(), capture_output=True, text=True)
    assert done.returncode == 3 and len(json.loads(done.stdout)["pairs"]) == PAIRS
    after = [each["name"] for each in entries(journal)]
    assert after[: len(before)] == [each["name"] for each in before]
    assert len(after) == len(set(after)) == PAIRS > len(before)


def _none_left(session: int) -> bool:
    for _ in range(100):
        if not any(int(fields[3]) == session and fields[0] != "Z" for fields in _stats()):
            return True
        time.sleep(0.1)
    return False


def _stats() -> Iterator[list[str]]:
    """What the system says of each process, from its state on."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            yield path.read_text().rsplit(")", 1)[1].split()


def test_files_of_contexts_are_read_with_their_unit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They name no failover themselves; nothing says that they were not looked at."""
    text = (ROOT / "models" / "active-active.cfg").read_text()
    system, _, contexts = text.partition("changeto context office\n")
    office, _, plant = contexts.partition("changeto context plant\n")
    (tmp_path / "edge").mkdir()
    for name, part in (("system", system), ("office", office), ("plant", plant)):
        (tmp_path / "edge" / f"{name}.cfg").write_text(part)
    assert main(["fleet", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "24 of 24" in out and "besides: 2 files that name no failover" in out and "not looked at" not in out
