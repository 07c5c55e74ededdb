"""All errors of a text, of several files and of a pair come in one run."""

from pathlib import Path

import pytest

from failover_fsm.cli import main
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.checks.consistency import contradictions, validate
from failover_fsm.config.records.pair_config import FailoverInterface, Interface, PairConfig, StatefulInterface
from failover_fsm.config.values.errors import MOST_SHOWN, ConfigError, ConfigErrors

LINK = """failover lan unit primary
failover lan interface folink g0/0
failover interface ip folink 10.9.0.1 255.255.255.252 standby 10.9.0.2
failover key k
failover
"""
INSIDE = "interface g0/1\n nameif inside\n ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2\n"


def errors(text: str) -> ConfigErrors:
    with pytest.raises(ConfigErrors) as caught:
        PairConfig.from_asa(text, source="t.cfg")
    return caught.value


def lines(text: str) -> list[int | None]:
    return [error.line for error in errors(text).errors]


THREE = LINK + "failover polltime 99\ninterface g0/1\n ip address 10.1.0.1\nfailover lan frobnicate\n"


def test_all_wrong_lines_are_reported_in_order() -> None:
    found = errors(THREE)
    assert [error.line for error in found.errors] == [6, 8, 9]
    shown = str(found).splitlines()
    assert [line.split(":")[1] for line in shown[:3]] == ["6", "8", "9"]
    assert shown[3] == "3 errors; mend first: t.cfg:6: poll time `99` is out of range"
    assert (found.line, found.source) == (6, "t.cfg")


def test_one_error_has_one_line() -> None:
    with pytest.raises(ConfigError) as caught:
        PairConfig.from_asa(LINK + "failover polltime 99\n", source="t.cfg")
    assert not isinstance(caught.value, ConfigErrors)
    assert len(str(caught.value).splitlines()) == 1


def test_contradictions_come_with_wrong_lines() -> None:
    text = "interface g0/0\n nameif a\ninterface g0/1\n nameif a\n" + LINK + "failover polltime 99\n"
    assert lines(text) == [2, 4, 10]
    assert str(errors(text)).splitlines()[-1].startswith("3 errors; mend first: t.cfg:10: ")


def test_of_contradictions_the_cause_comes_first() -> None:
    text = LINK + "failover link state\ninterface g0/1\n nameif a\ninterface g0/2\n nameif a\n"
    assert lines(text) == [6, 10]
    assert "mend first: t.cfg:10: name `a` is on g0/1 and on g0/2" in str(errors(text))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        # without the link, the rest would seem to be without a link
        (LINK.replace("interface folink g0/0", "interface folink"), [2]),
        # without the group, its lines and contexts would seem to belong nowhere
        (LINK + "failover group x\n primary\n preempt\ncontext one\n join-failover-group 2\n", [6]),
        # without the name, the stateful link would seem to have none
        (LINK + "failover link dmz\ninterface g0/3\n nameif two words\n", [8]),
        # a wrong VLAN of one subinterface does not make another
        (LINK + "interface g0/5.1\n vlan 9999\nfailover link state g0/4.1\n", [7, 8]),
        # of an unknown context nothing is read
        (LINK + "context one\nchangeto context two\nfailover polltime 99\ninterface g0/1\n ip address x\n", [7]),
        (LINK + "interface g0/4.1\n vlan 9999\nfailover link state g0/4.1\n", [7]),
    ],
)
def test_what_follows_from_an_error_is_no_error_of_its_own(text: str, wrong: list[int]) -> None:
    with pytest.raises(ConfigError) as caught:
        PairConfig.from_asa(text, source="t.cfg")
    found = caught.value.errors if isinstance(caught.value, ConfigErrors) else (caught.value,)
    assert [error.line for error in found] == wrong


def test_at_most_twenty_are_shown() -> None:
    text = LINK + "".join(f"failover polltime {number}\n" for number in range(90, 90 + MOST_SHOWN + 5))
    found = errors(text)
    shown = str(found).splitlines()
    assert (len(found.errors), len(shown)) == (25, 21)
    assert shown[-1] == "25 errors, of which 20 are shown; mend first: t.cfg:6: poll time `90` is out of range"
    exactly = LINK + "".join(f"failover polltime {number}\n" for number in range(90, 90 + MOST_SHOWN))
    assert str(errors(exactly)).splitlines()[-1].startswith("20 errors; mend first: ")


def test_errors_of_contexts_name_their_files(tmp_path: Path) -> None:
    (tmp_path / "system.cfg").write_text(
        LINK + "context one\n allocate-interface g0/1\ncontext two\n allocate-interface g0/2\nfailover polltime 99\n"
    )
    (tmp_path / "one.cfg").write_text("interface g0/1\n nameif a\n ip address x\n")
    (tmp_path / "two.cfg").write_text("interface g0/2\n nameif b\n ip address 10.0.0.1 255.0.255.0\n")
    with pytest.raises(ConfigErrors) as caught:
        read_config(tmp_path)
    places = [(Path(error.source).name, error.line) for error in caught.value.errors]
    assert places == [("system.cfg", 10), ("one.cfg", 3), ("two.cfg", 3)]


def test_records_alone_are_validated_too() -> None:
    config = PairConfig(
        lan=FailoverInterface(name="folink", port="g0/0"),
        link=StatefulInterface(name="nowhere"),
        interfaces=[Interface(port="g0/0", nameif="inside")],
    )
    assert len([*contradictions(config)]) == 2
    with pytest.raises(ConfigErrors) as caught:
        validate(config, source="made")
    assert caught.value.source == "made" and "nowhere" in caught.value.what
    with pytest.raises(ConfigError) as alone:
        validate(PairConfig(enabled=True))
    assert not isinstance(alone.value, ConfigErrors)
    validate(PairConfig())


# A pair.


def checked(tmp_path: Path, capsys: pytest.CaptureFixture[str], primary: str, secondary: str) -> tuple[int, list[str]]:
    """Status and error lines of a check of two files."""
    (tmp_path / "a.cfg").write_text(primary)
    (tmp_path / "b.cfg").write_text(secondary)
    status = main(["check", str(tmp_path / "a.cfg"), str(tmp_path / "b.cfg"), "--faults", "0"])
    return status, capsys.readouterr().err.replace(f"{tmp_path}/", "").splitlines()


def test_errors_of_both_files_come_in_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, shown = checked(tmp_path, capsys, THREE, LINK + "failover key hex\nfailover polltime 77\n")
    assert status == 2
    assert [line.split(" ")[0] for line in shown] == ["a.cfg:6:", "a.cfg:8:", "a.cfg:9:", "b.cfg:6:", "b.cfg:7:", "5"]
    assert shown[-1] == "5 errors; mend first: a.cfg:6: poll time `99` is out of range"
    status, shown = checked(tmp_path, capsys, INSIDE + LINK, LINK + "failover polltime 77\n")
    assert (status, len(shown)) == (2, 1)


def test_all_that_keeps_a_pair_apart_comes_in_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = LINK.replace("folink g0/0", "folink g0/7").replace("key k", "key other")
    status, shown = checked(tmp_path, capsys, INSIDE + LINK, other)
    assert status == 2
    assert [line.split(" ")[:3] for line in shown[:3]] == [
        ["a.cfg:4", "and", "b.cfg:1:"],
        ["a.cfg:5", "and", "b.cfg:2:"],
        ["a.cfg:7", "and", "b.cfg:4:"],
    ]
    assert shown[3] == "3 errors; mend first: a.cfg:4 and b.cfg:1: both units are designated primary (HW-1)"
    one = LINK.replace("unit primary", "unit secondary").replace("key k", "key other")
    status, shown = checked(tmp_path, capsys, INSIDE + LINK, one)
    assert (status, shown) == (1, []), "units that never meet are an answer, no bad input"
