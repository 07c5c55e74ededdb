"""Two files whose units never meet: NO FAILOVER with the lines of both; two files that are no pair: bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from failover_fsm import ConfigError, assess
from failover_fsm.assessment.facts import PairVerdict
from failover_fsm.cli import main

from .pairs import PAIR, config, without

LINK = "failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2\n"
PRIMARY = PAIR.replace("failover key *****", "failover key secret")
SECONDARY = f"""failover lan unit secondary
failover lan interface folink GigabitEthernet0/2
{LINK}failover key secret
failover
"""
ON, LAN, IP, KEY = 14, 16, 17, 20
"""Lines of PRIMARY."""


def lines() -> list[str]:
    return PRIMARY.splitlines()


def test_the_lines_are_those_of_the_shipped_pair() -> None:
    assert lines()[IP - 1] == LINK.strip() and lines()[KEY - 1] == "failover key secret"
    assert lines()[ON - 1] == "failover" and lines()[LAN - 1].startswith("failover lan interface")


# What is changed in the secondary's file, and what is said of it.
APART = [
    (("\nfailover\n", "\nno failover\n"), f"failover is enabled on the primary, off on the secondary (line {ON} of the "
     "primary, line 5 of the secondary): configure `failover` on both units"),
    (("0/2\n", "0/7\n"), "the failover link is on GigabitEthernet0/2 of the primary, on GigabitEthernet0/7 of the "
     "secondary (line 16 of the primary, line 2 of the secondary): configure the same on both units"),
    ((LINK, LINK.replace("0.1 ", "9.1 ").replace("0.2", "9.2")), "the addresses of folink differ"),
    ((LINK, ""), f"only the primary has addresses for folink (line {IP} of the primary): configure"),
    (("key secret", "key other"), f"the failover keys differ (line {KEY} of the primary, line 4 of the secondary)"),
    (("failover key secret\n", ""), f"only the primary has a failover key (line {KEY} of the primary)"),
    (("interface folink", "interface other"), "the failover link is folink on the primary, other on the secondary"),
    (("\nfailover\n", "\nfailover\nfirewall transparent\n"), "one unit is transparent, one routed (line 6 of the sec"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("change", "said"), APART)
def test_what_keeps_the_units_apart_is_no_failover(change: tuple[str, str], said: str) -> None:
    assert change[0] in SECONDARY
    found = assess(config(PRIMARY), peer=config(SECONDARY.replace(*change)), promises=False)
    assert found.verdict is PairVerdict.NO_FAILOVER and found.exit_status == 1
    shown = " ".join(str(found).split())
    assert f"no failover the units never meet: {said}" in shown
    assert found.outcomes and "the rest is as if it worked" in shown


def test_a_secondary_without_a_failover_link() -> None:
    off = SECONDARY.replace("\nfailover\n", "\nno failover\n")
    off = without(off, "failover lan interface folink GigabitEthernet0/2\n")
    found = assess(config(PRIMARY), peer=config(off), promises=False)
    assert [(each.reason, each.remedy) for each in found.trouble] == [
        ("never meet: failover is enabled on the primary, off on the secondary", "configure `failover` on both units"),
        (
            "never meet: the secondary has no failover link",
            "configure `failover lan interface folink GigabitEthernet0/2` on both units",
        ),
    ]


def test_units_that_agree_meet() -> None:
    assert assess(config(PRIMARY), peer=config(SECONDARY), promises=False).verdict is PairVerdict.HOLDS
    changed = SECONDARY + "failover interface-policy 2\n"
    assert assess(config(PRIMARY), peer=config(changed), promises=False).verdict is PairVerdict.HOLDS, "replicated"


def test_what_the_primary_says_alone_is_said_once() -> None:
    off = config(PRIMARY.replace("\nfailover\n", "\nno failover\n"))
    (only,) = assess(off, peer=config(SECONDARY), promises=False).trouble
    assert (only.subject, only.reason, only.line) == ("failover", "is off", ON)
    both = assess(off, peer=config(SECONDARY.replace("\nfailover\n", "\nno failover\n")), promises=False)
    assert [each.reason for each in both.trouble] == ["is off", "is off on the secondary too"]
    assert "(line 5 of the secondary): enter `failover` there" in " ".join(str(both).split())
    bare = assess(config(without(PRIMARY, LINK)), peer=config(SECONDARY), promises=False)
    assert [each.reason for each in bare.trouble] == ["has no addresses, so it never comes up"]
    other = config(without(PRIMARY, LINK).replace("key secret", "key other"))
    reasons = [each.reason for each in assess(other, peer=config(SECONDARY), promises=False).trouble]
    assert reasons == ["has no addresses, so it never comes up", "never meet: the failover keys differ"]


def test_a_failover_port_that_is_shut_down_on_the_secondary() -> None:
    shut = f"{SECONDARY}interface GigabitEthernet0/2\n shutdown\n"
    found = assess(config(PRIMARY), peer=config(shut), promises=False)
    assert found.verdict is PairVerdict.NO_FAILOVER
    (only,) = found.trouble
    assert only.where == "line 7 of the secondary" and only.remedy == "enter `no shutdown` on GigabitEthernet0/2 there"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (("unit secondary", "unit primary"), "both units are designated primary"),
        ((SECONDARY, "hostname alone\n"), "no failover link"),
    ],
)
def test_two_files_that_are_no_pair(change: tuple[str, str], what: str) -> None:
    with pytest.raises(ConfigError, match=what):
        assess(config(PRIMARY), peer=config(SECONDARY.replace(*change)))
    with pytest.raises(ConfigError, match="the two files are swapped"):
        assess(config(SECONDARY), peer=config(PRIMARY))


# -- the command -----------------------------------------------------------------------------------


def checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], primary: str, secondary: str, *words: str
) -> tuple[int, str, str]:
    """Status, output and errors of a check of two files."""
    (tmp_path / "a.cfg").write_text(primary)
    (tmp_path / "b.cfg").write_text(secondary)
    status = main(["check", str(tmp_path / "a.cfg"), str(tmp_path / "b.cfg"), "--faults", "0", *words])
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.slow
def test_the_command_answers_with_status_1_and_both_lines_in_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = SECONDARY.replace("key secret", "key other")
    status, out, err = checked(tmp_path, capsys, PRIMARY, other)
    assert (status, err) == (1, "") and out.splitlines()[0].endswith("a.cfg: NO FAILOVER")
    assert len(out.splitlines()) <= 12
    status, out, _ = checked(tmp_path, capsys, PRIMARY, other, "--json")
    record = json.loads(out)["assessment"]
    assert status == 1 and record["verdict"] == "no-failover"
    assert record["no_failover"] == [
        {
            "subject": "the units",
            "reason": "never meet: the failover keys differ",
            "line": KEY,
            "remedy": "configure the same on both units",
            "peer_line": 4,
            "rule": "KEY-3",
        }
    ]
    status, out, _ = checked(tmp_path, capsys, without(PRIMARY, LINK), other, "--json")
    assert status == 1 and len(json.loads(out)["assessment"]["no_failover"]) == 2


@pytest.mark.parametrize(
    ("primary", "secondary", "what"),
    [
        (PRIMARY, PRIMARY, "both units are designated primary"),
        (SECONDARY, PRIMARY, "the two files are swapped"),
        (
            PRIMARY,
            "hostname alone\n",
            "b.cfg: no failover link; allowed: a configuration with `failover lan interface`",
        ),
        (PRIMARY, "failover polltime 77\n", "b.cfg:1: "),
    ],
)
def test_no_pair_is_bad_input(
    primary: str, secondary: str, what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = checked(tmp_path, capsys, primary, secondary)
    assert (status, out, err.count("\n")) == (2, "", 1) and what in err


def test_a_promise_of_units_that_never_meet_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = SECONDARY.replace("key secret", "key other")
    status, out, err = checked(tmp_path, capsys, PRIMARY, other, "--promise", "converges")
    assert (status, out) == (2, "") and "the failover keys differ (KEY-3); allowed: the same on both units" in err


def test_so_is_one_where_the_port_is_shut_down_on_the_secondary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shut = f"{SECONDARY}interface GigabitEthernet0/2\n shutdown\n"
    status, out, err = checked(tmp_path, capsys, PRIMARY, shut, "--promise", "converges")
    assert (status, out) == (2, "") and "of the secondary never comes up: its port GigabitEthernet0/2 is shut" in err
