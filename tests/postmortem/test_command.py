"""The command line of `explain` and `watch`: units, files, reports, traces, bad input."""

from __future__ import annotations

import argparse
import bz2
import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from failover_fsm.cli import main
from failover_fsm.commands import watch

GAVE = "Sep 28 2021 13:51:57 fw1 : %ASA-1-104002: (Primary) Switching to STANDBY - Other unit wants me Standby\n"
TOOK = "Sep 28 2021 13:50:07 fw2 : %ASA-1-104001: (Secondary) Switching to ACTIVE - Set by the config command.\n"
CONFIG = "models/active-standby.cfg"


@pytest.fixture
def logs(tmp_path: Path) -> tuple[str, str]:
    """The logs of a forced switch."""
    files = (tmp_path / "fw1.log", tmp_path / "fw2.log")
    for file, text in zip(files, (GAVE, TOOK), strict=True):
        file.write_text(text)
    return str(files[0]), str(files[1])


def test_the_page_on_it_shows_what_is_printed(logs: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", CONFIG, "--log", logs[0], "--log", logs[1]]) == 0
    said = [line.strip() for line in capsys.readouterr().out.splitlines()]
    page = [line.strip() for line in Path("docs/howto/explain.md").read_text().splitlines()]
    sample = page[page.index("EXPLAINED by 1 event: 1 smallest explanation") :]
    end = next(at for at, line in enumerate(sample) if line.startswith("So somebody typed"))
    for line in sample[:end]:
        if line and not line.startswith("Clocks"):
            assert line in said, line


def test_json_report_and_traces(logs: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = tmp_path / "both.log"
    both.write_text(GAVE + TOOK)
    page, folder = tmp_path / "page.html", tmp_path / "traces"
    assert main(["explain", CONFIG, "--log", str(both), "--json", "--report", str(page), "--traces", str(folder)]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [event["event"] for event in record["explanations"][0]["events"]] == ["failover_active unit=secondary"]
    assert "failover_active unit=secondary" in page.read_text(encoding="ascii")
    assert main(["run", "--messages", str(folder / "explanation-1.trace")]) == 0
    assert "104001: (Secondary) Switching to ACTIVE - Set by the config command" in capsys.readouterr().out


def test_lines_that_cannot_be_are_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    log.write_text(GAVE + "%ASA-1-104004: (Primary) Switching to STANDBY\n" + TOOK)
    assert main(["explain", CONFIG, "--log", str(log)]) == 1
    out = " ".join(capsys.readouterr().out.split())  # where lines are broken depends on the name of the folder
    assert out.startswith("CONTRADICTORY: 1 line of the evidence cannot be")
    assert "log:2: no device prints this text" in out and "allowed there: Switching to OK." in out


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ([], "no evidence"),
        (["--log", "nowhere"], "cannot be read"),
        (["--log", "README.md"], "README.md: no system message found; allowed: a log, an empty one as UNIT=FILE"),
        (["--log", "primary=README.md"], "no system message found"),
        (["--log", "primary=failover_fsm/py.typed"], "no line of failover found"),
        (["--history", "primary=README.md"], "no entry of a history found"),
        (["--history", CONFIG], "does not say whose it is"),
        (["--log", "README.md", "--log", "README.md"], "README.md: given twice as log; allowed: each file once"),
        (["--state", CONFIG], "no state of a unit"),
        (["--log", "README.md", "--limit", "0"], "'0' is not a number of sets; allowed: 1, 2, 3"),
        (["--log", "README.md", "--most-events", "0"], "'0' is not a number of events; allowed: 1, 2, 3"),
        (["--log", "primary="], "--log primary=: the name is empty; allowed: primary=FILE"),
        (["--log", "third=w.log"], "; allowed: a readable file, or UNIT=FILE with primary or secondary"),
    ],
)
def test_bad_input_is_one_line(words: list[str], wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status = main(["explain", CONFIG, *words])
    except SystemExit as left:
        status = int(left.code or 0)
    lines = capsys.readouterr().err.splitlines()
    assert status == 2 and len(lines) == 1 and wanted in lines[0]


def test_a_line_of_which_nothing_says_whose_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = str(Path(CONFIG).resolve())
    monkeypatch.chdir(tmp_path)
    log = "log"
    Path(log).write_text("%ASA-5-111008: User 'admin' executed the 'failover active' command.\n")
    assert main(["explain", config, "--log", str(log)]) == 2
    wanted = f"{log}:1: names no unit, nor does its host; allowed: primary={log} or secondary={log}\n"
    assert capsys.readouterr().err.endswith(wanted)
    assert main(["explain", config, "--log", f"primary={log}"]) == 0


def test_a_log_in_utf_16_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    log.write_text(GAVE + TOOK, encoding="utf-16")
    assert main(["explain", CONFIG, "--log", str(log)]) == 0
    assert "read: 2 lines of failover" in capsys.readouterr().out


def test_lines_of_one_unit_from_several_hosts_are_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    log.write_text(GAVE + GAVE.replace("fw1", "fw7").replace("13:51", "13:57"))
    main(["explain", CONFIG, "--log", str(log), "-v"])
    said = " ".join(capsys.readouterr().out.split())
    assert "log:2: lines of the primary come from 2 hosts, fw1, fw7: are they of one pair?" in said


@pytest.mark.parametrize(("packed", "what"), [(gzip.compress, "gzip"), (bz2.compress, "bzip2"), (lzma.compress, "xz")])
@pytest.mark.parametrize("command", ["explain", "watch"])
def test_a_log_that_is_compressed_is_refused(
    command: str, packed: Callable[[bytes], bytes], what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    log.write_bytes(packed((GAVE + TOOK).encode()))
    assert main([command, CONFIG, "--log", str(log)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(f"log: compressed by {what}; allowed: its text, as `{what} -dc` prints it")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_watch_reads_what_explain_reads(
    encoding: str, end: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    log.write_bytes((GAVE + TOOK).strip().replace("\n", end or "\n").encode(encoding))
    main(["watch", CONFIG, "--log", str(log)])
    assert "2 lines read, 2 of them messages of failover" in capsys.readouterr().err


def test_the_end_of_a_very_long_line_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    log.write_text(f"%ASA-1-104001: (Primary) Switching to ACTIVE - {'x' * 100_000}\n")
    assert main(["explain", CONFIG, "--log", str(log), "-v"]) == 0
    assert len(capsys.readouterr().out) < 10_000


def test_one_line_that_cannot_be_leaves_no_rest_to_explain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    log.write_text("%ASA-1-104004: (Primary) Switching to STANDBY\n%ASA-6-302013: Built outbound TCP connection 1\n")
    assert main(["explain", CONFIG, "--log", str(log)]) == 1
    verdict, read, *rest = capsys.readouterr().out.splitlines()
    assert not any(line.startswith(("What happened", "The story")) for line in rest)
    wanted = "read: 1 line of failover (1 cannot be), 1 other line"
    assert (verdict, read) == ("CONTRADICTORY: 1 line of the evidence cannot be", wanted)


def test_each_line_of_failover_is_counted_and_what_becomes_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    aside = "%ASA-4-411001: Line protocol on Interface outside, changed state to up\n"  # nothing says whose it is
    wrong = "%ASA-1-105005: (Primary) Lost Failover communications with mate on interface dmz\n"
    log.write_text(GAVE + TOOK + aside + wrong + "%ASA-1-104004: (Primary) Switching to STANDBY\nhello\n")
    assert main(["explain", CONFIG, "--log", str(log)]) == 1
    read = capsys.readouterr().out.splitlines()[1]
    assert read == "read: 5 lines of failover (2 cannot be, 1 set aside), 1 other line"


def test_watch_reads_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    log.write_text("%ASA-1-104001: (Primary) Switching to ACTIVE - Other unit wants me Standby\n")
    assert main(["watch", CONFIG, "--log", str(log), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["kind"] == "impossible"


def test_watch_without_alarms_is_status_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    log.write_text("%ASA-6-302013: Built outbound TCP connection 1\n")
    assert main(["watch", CONFIG, "--log", str(log)]) == 0
    nothing = f"{log}: 1 line read, no line of failover found; allowed: system messages of the pair\n"
    assert capsys.readouterr() == ("", nothing)


def test_watch_says_at_the_end_what_it_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    log.write_text("%ASA-1-104001: (Primary) Switching to ACTIVE - Other unit wants me Standby\nelse\n")
    main(["watch", CONFIG, "--log", str(log), "--json"])
    assert capsys.readouterr().err == f"{log}: 2 lines read, 1 of them a message of failover\n"


@pytest.mark.parametrize("is_moved", [True, False])
def test_watch_follows_a_log_that_is_rotated(tmp_path: Path, is_moved: bool) -> None:
    log, old = tmp_path / "log", tmp_path / "log.1"
    log.write_text("a line that is long enough to see that the next file is shorter\n")
    args = argparse.Namespace(log=str(log), follow=True)
    lines = watch._lines(args)
    assert next(lines) == "a line that is long enough to see that the next file is shorter"
    assert next(lines) is watch._Pause.NOTHING_CAME
    if is_moved:
        log.rename(old)
        assert next(lines) is watch._Pause.NOTHING_CAME
    log.write_text("new\n")
    assert next(lines) is watch._Pause.ANOTHER_FILE
    assert next(lines) == "new"
    lines.close()


def test_watch_takes_both_configurations_and_the_hosts_of_the_units(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    log.write_text(
        f"Sep 28 2021 13:50:06 fw2 : %ASA-5-111008: User 'admin' executed the 'failover active' command.\n{TOOK}"
    )
    peer = tmp_path / "secondary.cfg"
    peer.write_text(Path(CONFIG).read_text().replace("lan unit primary", "lan unit secondary"))
    pair = ["watch", CONFIG, str(peer), "--log", str(log)]
    assert main([*pair, "--host", "secondary=fw2"]) == 0
    assert capsys.readouterr().out == ""
    assert main(pair) == 1
    said = capsys.readouterr()
    assert said.out.startswith("no cause") and "1 left out, of which nothing says whose they are" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ["--follow"],
        ["--log", "nowhere"],
        ["--log", "models"],
        ["--host", "fw1"],
        ["--host", "primary="],
        ["--log", "README.md"],
    ],
)
def test_bad_input_of_watch(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", CONFIG, *words]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_watch_refuses_a_host_of_both_units(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    log.write_text(TOOK)
    assert main(["watch", CONFIG, "--log", str(log), "--host", "primary=fw1", "--host", "secondary=fw1"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("--host secondary=fw1: fw1 is of the primary already; allowed: a host of one unit")
