"""What kind of line the words of a line are, what it takes, and whom it asks."""

from __future__ import annotations

import pytest

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.services.remote import typed as t
from failover_fsm.services.remote.records import FULL, block_names
from failover_fsm.services.remote.typed import Keyword

PRIMARY = Unit.PRIMARY


def read(line: str) -> t.Line:
    """The line as it is typed on the primary."""
    found = t.read_line(PRIMARY, line)
    assert found.line == line and found.unit is PRIMARY
    return found


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("configure terminal", t.ConfigureTerminal),
        ("conf t", t.ConfigureTerminal),
        ("interface GigabitEthernet0/1", t.OpensInterface),
        ("router ospf 1", t.OpensRouter),
        ("route outside 0 0 10.1.1.1", t.Configures),
        ("context a", t.OpensOther),
        ("failover group 1", t.OpensOther),
        ("failover", t.Configures),  # the switch of failover itself is a configuration command
        ("no failover", t.Configures),
        ("failover lan unit primary", t.Configures),  # CMD-4: each unit has its own
        ("hostname x", t.Configures),
        ("failover active", t.Acts),
        ("no failover active", t.Acts),
        ("failover reset", t.Acts),
        ("failover reload-standby", t.Acts),
        ("fail rel", t.Acts),
        ("failover replication http", t.Configures),
        ("write memory", t.Acts),
        ("write standby", t.Acts),
        ("reload", t.Acts),
        ("exit", t.Exits),
        ("q", t.Exits),
        ("end", t.Ends),
        ("show failover", t.Looks),
        ("debug fover", t.Debugs),
        ("no debug fover", t.Debugs),
        ("undebug all", t.Debugs),
        ("enable 5", t.SetsLevel),
        ("disable", t.SetsLevel),
        ("changeto context a", t.ChangesContext),
        ("show failover exec ?", t.AsksHelp),
    ],
)
def test_a_line_is_of_the_kind_that_its_words_say(line: str, kind: type[t.Line]) -> None:
    assert type(read(line)) is kind


@pytest.mark.parametrize(
    ("line", "keyword", "command"),
    [
        ("failover exec mate show failover state", Keyword.MATE, "show failover state"),
        ("failover exec active hostname  x", Keyword.ACTIVE, "hostname  x"),
        ("failover exec standby reload", Keyword.STANDBY, "reload"),
        ("fa exe a reload", Keyword.ACTIVE, "reload"),
        ("fa exe m reload", Keyword.MATE, "reload"),
        ("fa exe s reload", Keyword.STANDBY, "reload"),
        ("failover exec mate", Keyword.MATE, ""),
        ("failover exec", Keyword.NOTHING, ""),
        ("failover exec peer mate", Keyword.NOTHING, "mate"),
        ("failover exec mated reload", Keyword.NOTHING, "reload"),
    ],
)
def test_what_stands_behind_failover_exec(line: str, keyword: Keyword, command: str) -> None:
    """EXE-6."""
    found = read(line)
    assert isinstance(found, t.Sends) and (found.keyword, found.command) == (keyword, command)


@pytest.mark.parametrize(
    ("line", "keyword"),
    [
        ("show failover exec mate", Keyword.MATE),
        ("sh fa exe s", Keyword.STANDBY),
        ("show failover exec active", Keyword.ACTIVE),
        ("show failover exec", Keyword.NOTHING),
        ("show failover exec x mate", Keyword.NOTHING),
    ],
)
def test_of_which_unit_the_mode_is_asked(line: str, keyword: Keyword) -> None:
    found = read(line)
    assert isinstance(found, t.AsksMode) and found.keyword is keyword


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("show version", 0),
        ("show checksum", 0),
        ("show curpriv", 0),
        ("show history", 0),
        ("help", 0),
        ("clear pager", 0),
        ("show failover", FULL),
        ("clear failover statistics", FULL),
        ("hostname x", FULL),
        ("failover active", FULL),
    ],
)
def test_the_level_that_a_command_takes(line: str, level: int) -> None:
    """EXE-4."""
    assert read(line).level == level and FULL == 15


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("reload", True),
        ("reload noconfirm", False),
        ("delete disk0:/x", True),
        ("delete /noconfirm disk0:/x", False),
        ("DELETE /NOCONFIRM disk0:/x", False),
        ("copy running-config startup-config", True),
        ("copy /nonconfirm running-config startup-config", False),
        ("write erase", True),
        ("write memory", False),
        ("crypto key zeroize rsa", True),
        ("mode multiple", True),
        ("show failover", False),
    ],
)
def test_what_asks_the_user_before_it_does_anything(line: str, asks: bool) -> None:
    """EXE-24."""
    assert read(line).asks is asks


@pytest.mark.parametrize(
    ("text", "single"),
    [
        ("hostname x", True),
        ("hostname a;b", True),  # a semicolon separates lines with a blank behind it
        ("interface x; shutdown", False),
        ("interface x\nshutdown", False),
        ("hostname x\n", True),
        ("; ", False),
        ("", True),
    ],
)
def test_what_is_one_line(text: str, single: bool) -> None:
    assert t.is_single(text) is single


def test_how_a_line_is_told() -> None:
    assert t.Typed(unit=PRIMARY, text="exit").heading == "`exit` is typed on the primary"
    assert t.Typed(unit=PRIMARY, text="exit", context="a").heading == "`exit` is typed on the primary in context a"
    with pytest.raises(ValueError, match="'text' cannot be ' '; allowed: a text that is not blank"):
        t.Typed(unit=PRIMARY, text=" ")


def test_how_a_block_is_called_and_prompted() -> None:
    assert block_names("context a") == ("context", "(config-ctx)")
    assert block_names("failover group 1") == ("failover group", "(config-fover-group)")
    assert block_names("aaa-server x") == ("other", "(config-other)")
