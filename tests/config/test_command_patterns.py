"""Patterns of commands: how short a word may be, which of several commands is meant, and the line of an error."""

from __future__ import annotations

import pytest

from failover_fsm.config.checks.command_patterns import Command, CommandTable, Entry, Mode
from failover_fsm.config.records.pair_config import PollTime
from failover_fsm.config.values.errors import ConfigError


def nothing(_state: None, _entry: Entry) -> None: ...


PATTERNS = {
    "mon[itor-interface]": Mode.GLOBAL,
    "failover interface ip": Mode.GLOBAL,
    "failover interface-policy": Mode.GLOBAL,
    "failover link": Mode.GLOBAL,
    "failover lan": Mode.GLOBAL,
    "mac address": Mode.GLOBAL,
    "mac addresses": Mode.GLOBAL,
    "no[thing]": Mode.GLOBAL,
    "vl[an]": Mode.INTERFACE,
    "vlan": Mode.GLOBAL,
}
TABLE: CommandTable[None] = CommandTable(
    Command(pattern=pattern, handler=nothing, mode=mode, usage="X") for pattern, mode in PATTERNS.items()
)


@pytest.mark.parametrize(
    ("line", "mode", "found"),
    [
        ("mon inside", Mode.GLOBAL, ("mon[itor-interface]", 1)),
        ("MONITOR-interface inside", Mode.INTERFACE, ("mon[itor-interface]", 1)),
        ("mo inside", Mode.GLOBAL, None),
        ("monx inside", Mode.GLOBAL, None),
        ("fa int ip", Mode.GLOBAL, ("failover interface ip", 3)),  # the one with more keywords
        ("failover int 2", Mode.GLOBAL, ("failover interface-policy", 2)),
        ("mac address", Mode.GLOBAL, ("mac address", 2)),  # the one typed in full
        ("failover", Mode.GLOBAL, None),
        ("n x", Mode.GLOBAL, None),
        ("no x", Mode.GLOBAL, ("no[thing]", 1)),
        ("vlan 7", Mode.INTERFACE, ("vl[an]", 1)),  # the one of the block
        ("vlan 7", Mode.GROUP, ("vlan", 1)),
    ],
)
def test_a_line_enters_the_command_that_fits_best(line: str, mode: Mode, found: tuple[str, int] | None) -> None:
    command = TABLE.find(tuple(line.split()), mode)
    assert (command and (command[0].pattern, command[1])) == found


@pytest.mark.parametrize(
    ("line", "commands"),
    [("failover l x", "failover link X, failover lan X"), ("mac addr x", "mac address X, mac addresses X")],
)
def test_a_line_that_fits_two_is_ambiguous(line: str, commands: str) -> None:
    with pytest.raises(LookupError) as caught:
        TABLE.find(tuple(line.split()), Mode.GLOBAL)
    assert str(caught.value) == commands


ENTRY = Entry(
    source="one.cfg", line=12, lines_before=10, keywords="failover x", args=("LIN", "y"), negated=False, usage="x Y",
)  # fmt: skip


def test_an_argument_is_the_choice_that_it_shortens() -> None:
    assert ENTRY.keyword(0, "lan", "link") == "link"
    exact = Entry(**{name: getattr(ENTRY, name) for name in ("source", "line", "keywords", "negated", "usage")},
                  args=("link",))  # fmt: skip
    assert exact.keyword(0, "link", "link-update") == "link"
    assert [ENTRY.is_keyword(0, "link", least) for least in (1, 3, 4)] == [True, True, False]
    assert [ENTRY.is_keyword(place, choice) for place, choice in ((0, "lan"), (1, "yes"), (2, "yes"))] == [
        False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "what", "allowed"),
    [
        (lambda: ENTRY.expect_args(3, 4), "incomplete command", "x Y"),
        (lambda: ENTRY.expect_args(0, 1), "unexpected `y`", "x Y"),
        (lambda: ENTRY.keyword(1, "lan"), "unknown keyword `y`", "lan"),
        (lambda: ENTRY.keyword(0, "lines", "links"), "unknown keyword `LIN`", "lines or links"),
        (lambda: ENTRY.keyword(2, "lan", "link"), "incomplete command", "lan or link"),
    ],
)
def test_an_error_names_its_line_in_its_file_and_what_is_allowed(asked: object, what: str, allowed: str) -> None:
    assert callable(asked)
    with pytest.raises(ConfigError) as caught:
        asked()
    assert str(caught.value) == f"one.cfg:2: {what}; allowed: {allowed}"


def test_a_value_that_is_not_allowed_gets_the_line() -> None:
    wrong = r"one\.cfg:2: poll time 5 ms is out of range; allowed: 1 to 15"
    with pytest.raises(ConfigError, match=wrong), ENTRY.located():
        PollTime(poll_ms=5)
    ENTRY.expect_args(2, 2)
