"""`failover-fsm autoupdate`: verdicts, exit statuses, output, bad input."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from failover_fsm.cli import main
from failover_fsm.commands.autoupdate import _changes_link, _hitless
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.services.autoupdate.server_file import read_server
from tests.services.autoupdate.kit import ROOT

FOLDER = ROOT / "examples" / "auto-update"
PAIR, SERVER = (FOLDER / "pair.cfg").read_text("utf-8"), (FOLDER / "server.toml").read_text("utf-8")
Capture = pytest.CaptureFixture[str]


def ran(folder: Path, capsys: Capture, *options: str, pair: str = PAIR, server: str = SERVER) -> tuple[int, str, str]:
    """Exit status, output and errors for these files."""
    (folder / "pair.cfg").write_text(pair, "utf-8")
    (folder / "server.toml").write_text(server, "utf-8")
    status = main(["autoupdate", str(folder / "pair.cfg"), "--server", str(folder / "server.toml"), *options])
    out, err = capsys.readouterr()
    return status, out.replace(str(folder), "."), err.replace(str(folder), ".")


@pytest.mark.slow
def test_the_example_holds_with_gaps(tmp_path: Path, capsys: Capture) -> None:
    status, out, err = ran(tmp_path, capsys)
    assert (status, err) == (0, "")
    assert "HOLDS WITH GAPS: " in out and "hitless: from version 9.1(2) to 9.1(7) (HW-6)" in out
    assert "  updated: image, then asdm\n  reloaded: secondary, then primary\n  a unit is active all the time\n" in out
    assert "the primary stops: 4c secondary loads" in out and len(out.splitlines()) < 40
    verbose = ran(tmp_path, capsys, "-v")[1]
    assert len(verbose.splitlines()) > 70 and "files arrive with another checksum: 11 steps" in verbose


def test_as_data(tmp_path: Path, capsys: Capture) -> None:
    status, out, _ = ran(tmp_path, capsys, "--json")
    found = json.loads(out)
    assert status == 0 and found["verdict"] == "holds with gaps" and found["finished"] and not found["outage"]
    assert found["refused"] is None and len(found["assumed"]) == 5 and len(found["faults"]) == 432
    outages = [each for each in found["faults"] if each["effects"][0] == "outage"]
    assert {(each["fault"], each["step"]) for each in outages} == {
        ("unit_failed unit=primary", "4c secondary loads"), ("unit_failed unit=secondary", "4c primary loads"),
    }  # fmt: skip
    assert all(each["run"][0] == each["fault"] for each in found["faults"])


def test_the_transcript(tmp_path: Path, capsys: Capture) -> None:
    status, out, _ = ran(tmp_path, capsys, "--transcript", server=f'address = "10.1.1.1"\n{SERVER}')
    assert status == 0 and out.splitlines()[0].endswith("/cgi-bin/dda.pl of server 10.1.1.1")
    assert out.count("Fover copyfile") == 54, "27,260,928 bytes are 26,622 pieces"


def test_not_hitless_says_so(tmp_path: Path, capsys: Capture) -> None:
    status, out, _ = ran(tmp_path, capsys, server=SERVER.replace('"9.1(7)"', '"9.2(1)"'))
    assert status == 0 and "reloaded: secondary, then both together" in out
    assert "no unit is active while both load" in out and "not hitless: from version" in out


def test_whether_it_is_hitless_is_said_or_found_by_the_versions() -> None:
    config = PairConfig.from_asa(PAIR)
    assert _hitless(config, read_server(f"hitless = false\n{SERVER}", "f")) == (
        False, "not hitless, as the server's file says",
    )  # fmt: skip
    same = read_server(SERVER.replace('version = "9.1(7)"\n', ""), "f")
    assert _hitless(config, same)[0] and "versions are not known" in _hitless(config, same)[1]
    assert not _hitless(attrs.evolve(config, software="8.1(7)"), read_server(SERVER, "f"))[0]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("auto-update server https://192.168.0.21/autoupdate\n", "", "no Auto Update Server is configured"),
        ("\nfailover\n", "\nno failover\n", "failover is off, or the failover link is down"),
    ],
)
def test_a_pair_that_may_not(tmp_path: Path, capsys: Capture, old: str, new: str, reason: str) -> None:
    status, out, _ = ran(tmp_path, capsys, pair=PAIR.replace(old, new))
    assert status == 1 and f"the process does not begin: {reason}" in out and "NO UPDATE: " in out
    assert "With one fault" not in out and "Assumed" not in out


def test_active_active_is_refused(tmp_path: Path, capsys: Capture) -> None:
    text = (ROOT / "models" / "active-active.cfg").read_text("utf-8")
    status, out, _ = ran(tmp_path, capsys, pair=text)
    assert status == 1 and "single context mode, Active/Standby only" in out


def test_nothing_to_update_holds(tmp_path: Path, capsys: Capture) -> None:
    current = "".join(
        f'{name} = "{checksum}"\n'
        for name, checksum in (
            ("image", "6d091b43ce96243e29a62f2330139419"),
            ("asdm", "94bced0261cc992ae710faf8d244cf32"),
            ("config", "67358553572688a805a155af312f6898"),
        )
    )
    server = f"{SERVER.split('[primary]')[0]}[primary]\n{current}[secondary]\n{current}"
    status, out, _ = ran(tmp_path, capsys, server=server)
    assert status == 0 and "nothing to update" in out and "HOLDS: both units" in out


def test_a_configuration_with_another_link_is_not_taken(tmp_path: Path, capsys: Capture) -> None:
    server = SERVER.replace('config.cfg"\n', 'config.cfg"\nfile = "new.cfg"\n').split("[primary]")[0]
    (tmp_path / "new.cfg").write_text(PAIR.replace("172.27.48.2", "172.27.48.3"), "utf-8")
    status, out, _ = ran(tmp_path, capsys, server=server)
    assert status == 1 and "the files do not agree at its end" in out and "VIOLATED: undisturbed" in out
    (tmp_path / "new.cfg").write_text(PAIR.replace("hostname ciscoasa", "hostname other"), "utf-8")
    described = read_server(server, "f")
    assert not _changes_link(PairConfig.from_asa(PAIR), described, str(tmp_path / "server.toml"))


@pytest.mark.slow
def test_the_secondary_is_warned_of(tmp_path: Path, capsys: Capture) -> None:
    status, _, err = ran(tmp_path, capsys, pair=PAIR.replace("lan unit primary", "lan unit secondary"))
    assert status == 0 and err.count("\n") == 1 and "(AUT-1)" in err


def test_what_is_not_known_is_undecided(tmp_path: Path, capsys: Capture) -> None:
    text = "\n".join(line for line in PAIR.splitlines() if "failover" in line or "auto-update" in line)
    status, out, _ = ran(tmp_path, capsys, pair=f"{text}\n")
    assert status == 3 and "UNDECIDED" in out


@pytest.mark.parametrize(
    ("server", "said"), [("[imag]\n", "server.toml:1: unknown key"), ("x = \xff", "not TOML"), ("", "no url in [asdm]")]
)
def test_bad_input_is_one_line(tmp_path: Path, capsys: Capture, server: str, said: str) -> None:
    status, out, err = ran(tmp_path, capsys, server=server)
    assert (status, out) == (2, "") and said in err and err.count("\n") == 1


def test_files_that_cannot_be_read(tmp_path: Path, capsys: Capture) -> None:
    for server in ("none.toml", str(tmp_path)):
        assert main(["autoupdate", str(FOLDER / "pair.cfg"), "--server", server]) == 2
        assert "cannot be read" in capsys.readouterr().err
    (tmp_path / "x").write_bytes(b"\xff\xff")
    assert main(["autoupdate", str(FOLDER / "pair.cfg"), "--server", str(tmp_path / "x")]) == 2
    assert "not a text file" in capsys.readouterr().err


def test_the_configured_server_is_read_and_printed() -> None:
    config = PairConfig.from_asa("auto-update server https://me:secret@h:8443/x verify-certificate\nhostname a\n")
    assert config.auto_update == "https://me:secret@h:8443/x"
    assert "auto-update server https://*****@h:8443/x\n" in config.to_asa()
    assert PairConfig.from_asa(config.to_asa(show_key=True)) == config
    assert not config.says_anything_of_failover
    assert PairConfig.from_asa("auto-update server http://h/x\nno auto-update server http://h/x\n").auto_update is None
