"""What a line that is typed comes to, one function at a time: refused, an event, sent to the peer, in which block."""

from __future__ import annotations

import pytest

from failover_fsm.pair import events as e
from failover_fsm.pair.entered_text import acting_lines, bare, begins, is_executive, is_navigation, is_word, words_of
from failover_fsm.pair.refused_lines import why_refused
from failover_fsm.pair.replicated_commands import EXECUTIVE, Does, crossing_of
from failover_fsm.pair.typed_commands import (
    Kind,
    Typed,
    acting,
    block_after,
    is_command,
    kind_of_line,
    mode_of,
    not_taken,
    read_typed,
)
from tests.pairs import PRIMARY, SECONDARY

NO_SUCH = "the device has no such command: "
FLASH = "the model leaves what is in Flash to `write memory`"
LOADS = "the model loads no other configuration"
SESSION = "a line of a terminal session; write it as `typed unit=... text=...`"
FIXED = "the model takes as fixed what it clears"
LATER = "the model knows no later restart; enter `reload` at the moment at which the unit restarts"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("failover reload-standby", "enter `reload` on the standby unit instead"),
        ("fail rel", "enter `reload` on the standby unit instead"),
        ("write erase", FLASH),
        ("erase flash:", FLASH),
        ("copy tftp: startup-config", FLASH),
        ("cop startup-config st", FLASH),
        ("configure memory", LOADS),
        ("configure net", LOADS),
        ("configure http", LOADS),
        ("configure factory-default", LOADS),
        ("configure replace", LOADS),
        ("copy tftp: running-config", LOADS),
        ("failover exec mate no failover active", SESSION),
        ("failover exec standby write memory", SESSION),
        ("failover exec mate running-config show", SESSION),
        *((f"clear configure {what}", FIXED)
          for what in ("all", "failover", "interface", "monitor-interface", "context", "ip", "mac-address", "mode")),
        ("reload in 5", LATER),
        ("reload noconfirm at 10:00", LATER),
        ("reload save-config", "enter `write memory`, then `reload`"),
        ("reload noconfirm s", "enter `write memory`, then `reload`"),
        ("reload cancel", f"no restart is planned; {LATER}"),
        ("reload quick c", f"no restart is planned; {LATER}"),
    ],
)  # fmt: skip
def test_a_line_of_which_the_model_has_no_part_is_refused_with_the_reason(line: str, why: str) -> None:
    assert why_refused(line) == f"`{line}`: {why}"


@pytest.mark.parametrize(
    "line",
    [
        "failover reload-standby now", "write memory now", "write memory all now", "reload now",
        "copy running-config startup-config twice", "failover active now", "failover reset hard", "write standby now",
        "no write memory", "no reload", "no reload in 5", "no failover exec mate show failover", "fail ac site 2",
    ],
)  # fmt: skip
def test_a_line_with_a_word_too_many_or_a_no_is_no_command(line: str) -> None:
    assert why_refused(line).endswith(line) and (why_refused(line) == NO_SUCH + line)


@pytest.mark.parametrize(
    "line",
    [
        "write memory", "write memory all", "wr m a", "copy running-config startup-config", "write terminal",
        "copy /noconfirm running-config startup-config", "copy running-config tftp:", "clear configure access-list",
        "clear access-list", "configure terminal", "hostname x", "no hostname", "show reload", "failover key x",
        "failover exec mate", "failover exec mate show failover", "failover exec standby dir",
        "failover exec active more disk0:x", "failover exec mate ping 10.0.0.1", "failover exec mate traceroute 1.1",
    ],
)  # fmt: skip
def test_any_other_line_is_left_to_what_the_pair_is(line: str) -> None:
    assert why_refused(line) == ""


# -- which commands cross to the peer (Tables 13-1 and 13-3) ------------------------------------------

CONFIGURES, SAVES, APART, LEAVES = Does.CONFIGURES, Does.SAVES, Does.KEEPS_APART, Does.LEAVES


@pytest.mark.parametrize(
    ("text", "crosses", "does"),
    [
        ("copy running-config startup-config", True, SAVES),
        ("copy /noconfirm run start", True, SAVES),
        ("copy tftp: running-config", False, CONFIGURES),
        ("copy running-config tftp:", False, LEAVES),
        ("delete disk0:x", True, LEAVES),
        ("mkdir disk0:x", True, LEAVES),
        ("rename x y", True, LEAVES),
        ("rmdir x", True, LEAVES),
        ("write memory", True, SAVES),
        ("write", True, SAVES),
        ("wr", True, SAVES),
        ("write terminal", False, LEAVES),
        ("write net", False, LEAVES),
        ("crypto ca server", False, APART),
        ("debug fover", False, LEAVES),
        ("no debug all", False, LEAVES),
        ("show failover", False, LEAVES),
        ("terminal pager 0", False, LEAVES),
        ("pager 0", False, LEAVES),
        ("failover lan unit secondary", False, APART),
        ("firewall transparent", False, APART),
        ("mode multiple", False, APART),
        ("hostname x", True, CONFIGURES),
        ("no hostname", True, CONFIGURES),
        ("conf t; hostname x", True, CONFIGURES),
        ("conf t; ! a note; show version", False, LEAVES),
        ("clear configure access-list", True, CONFIGURES),
    ],
)
def test_what_a_command_does_and_whether_it_is_sent_to_the_peer(text: str, crosses: bool, does: Does) -> None:
    """CMD-4 to CMD-10, CMD-24."""
    assert (crossing_of(text).crosses, crossing_of(text).does) == (crosses, does)


@pytest.mark.parametrize("text", ["end", "! a note", "ping 10.0.0.1", "reload", "failover exec mate hostname x", "who"])
def test_what_only_moves_or_looks_is_no_row_of_the_tables(text: str) -> None:
    assert crossing_of(text) is EXECUTIVE


# -- contexts, events, blocks -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("changeto context red; hostname x", Typed("red", ("hostname x",))),
        ("conf t; changet c RED; hostname x; ! y", Typed("RED", ("hostname x", "! y"))),
        ("changeto context red", Typed(None, ("changeto context red",))),
        ("changeto system; hostname x", Typed(None, ("changeto system", "hostname x"))),
        ("changeto group red; hostname x", Typed(None, ("changeto group red", "hostname x"))),
        ("show context red; hostname x", Typed(None, ("show context red", "hostname x"))),
        ("changeto context red blue; end; h x", Typed(None, ("changeto context red blue", "end", "h x"))),
        ("hostname x\nend", Typed(None, ("hostname x", "end"))),
    ],
)
def test_a_context_stands_before_the_lines_of_a_text(text: str, found: Typed) -> None:
    assert read_typed(text) == found


def typed(text: str, context: str | None = None) -> e.CommandEntered:
    return e.CommandEntered(unit=SECONDARY, text=text, context=context)


@pytest.mark.parametrize(
    ("options", "is_now"),
    [
        ("", True), ("noconfirm", True), ("no", True), ("quick", True), ("q", True), ("reason over", True),
        ("rea at once", True), ("max-hold-time 5", True), ("max 5 quick", True), ("noconfirm quick rea x", True),
        ("n", False), ("reason", False), ("max-hold-time", False), ("quick max", False), ("now", False),
        ("noconfirm now", False), ("in 5", False), ("re x", False), ("/noconfirm", True),
    ],
)  # fmt: skip
def test_a_reload_is_one_only_where_it_is_at_once(options: str, is_now: bool) -> None:
    event = typed(f"reload {options}")
    assert acting(event) == (e.Reload(unit=SECONDARY) if is_now else event)


@pytest.mark.parametrize(
    ("text", "context", "event"),
    [
        ("failover active gr 2", None, e.FailoverActive(unit=SECONDARY, group=2)),
        ("failover active site 2", None, None),
        ("failover active group 2 now", None, None),
        ("write standby", "red", e.WriteStandby(unit=SECONDARY, context="red")),
        ("changeto context red; wr st", None, e.WriteStandby(unit=SECONDARY, context="red")),
        ("failover reset", "red", None),
        ("failover noconfirm", None, None),
    ],
)
def test_an_event_has_its_group_and_write_standby_alone_is_one_in_a_context(
    text: str, context: str | None, event: e.Event | None
) -> None:
    entered = typed(text, context)
    assert acting(entered) == (entered if event is None else event)


def test_what_is_no_typed_text_is_itself() -> None:
    assert acting(e.FailoverActive(unit=PRIMARY)) == e.FailoverActive(unit=PRIMARY)


PORT, GROUP, ROUTER = "interface GigabitEthernet0/1", "failover group 1", "router ospf 1"


@pytest.mark.parametrize(
    ("block", "line", "after"),
    [
        ("", PORT, PORT),
        ("", f"no {PORT}", ""),
        (PORT, "shutdown", PORT),
        (PORT, "no shutdown", PORT),
        (PORT, "hostname x", ""),
        (PORT, "interface GigabitEthernet0/2", "interface GigabitEthernet0/2"),
        (PORT, f"no {PORT}", ""),
        (PORT, "access-list a permit ip any any", PORT),
        (GROUP, "access-list a permit ip any any", ""),
        (GROUP, "preempt", GROUP),
        ("", GROUP, GROUP),
        ("", "context red", "context red"),
        ("", ROUTER, ROUTER),
        ("", f"no {ROUTER}", ""),
        (ROUTER, "network 10.0.0.0", ROUTER),
        (ROUTER, "hostname x", ""),
        (GROUP, "frobnicate", GROUP),
        ("", "frobnicate", ""),
        (PORT, "! a note", PORT),
        (PORT, "exit", ""),
        (PORT, "end", ""),
        ("", "changeto context red", ""),
        (PORT, "changeto system", ""),
    ],
)
def test_which_block_is_open_after_a_line(block: str, line: str, after: str) -> None:
    assert block_after(block, line) == after


@pytest.mark.parametrize(
    ("block", "line", "kind"),
    [
        ("", "hostname x", Kind.READ),
        ("", "access-list a permit ip any any", Kind.PASSED),
        ("", "svc image x", Kind.PASSED),
        ("", "clear xlate", Kind.PASSED),
        ("", "who", Kind.PASSED),
        ("", "exit", Kind.PASSED),
        ("", "! note", Kind.PASSED),
        ("", "explode", Kind.UNKNOWN),
        ("", "no", Kind.UNKNOWN),
        ("", "", Kind.UNKNOWN),
        ("", "shutdown", Kind.UNKNOWN),
        (PORT, "shutdown", Kind.READ),
        (GROUP, "preempt 30", Kind.READ),
        (ROUTER, "explode", Kind.PASSED),
        (GROUP, "explode", Kind.UNKNOWN),
    ],
)
def test_what_a_line_is_to_a_device_in_a_block(block: str, line: str, kind: Kind) -> None:
    assert kind_of_line(line, mode_of(block)) is kind


@pytest.mark.parametrize(
    ("text", "block", "is_one"),
    [
        ("hostname x", "", True),
        ("who", "", True),
        ("shutdown", "", False),
        ("shutdown", PORT, True),
        (f"{PORT}; shutdown", "", True),
        (f"{PORT}; exit; shutdown", "", False),
        ("hostname x; explode", "", False),
        ("explode; hostname x", "", False),
        (" ; ", "", False),
        ("changeto context red; hostname x", "", True),
    ],
)
def test_a_text_is_a_command_if_each_line_is_one_where_it_stands(text: str, block: str, is_one: bool) -> None:
    assert is_command(text, block) is is_one


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hostname x; access-list a permit ip any any", ""),
        (f"{PORT}; shutdown", ""),
        ("conf t; no failover; end", ""),
        ("no failover", ""),
        ("show version", ""),
        ("mode multiple", ""),
        ("hostname x; no failover", "`no failover` stands among other lines: enter it by itself"),
        ("hostname x; show version", "`show version` stands among other lines: enter it by itself"),
        ("hostname x; mode multiple", "`mode multiple` stands among other lines: enter it by itself"),
        ("hostname x; copy tftp: disk0:x", "`copy tftp: disk0:x` stands among other lines: enter it by itself"),
        ("hostname x; changet system", "`changet system`: a context is named before all other lines of a text, or by "
         "`context=`"),
        ("changeto context red; hostname x", ""),
        ("hostname x; write erase", f"`write erase`: {FLASH}"),
        ("write memory all", ""),
        ("hostname x; failover r", ""),
    ],
)  # fmt: skip
def test_several_lines_are_taken_together_if_each_of_them_configures(text: str, why: str) -> None:
    assert not_taken(text) == why


def test_a_line_of_a_block_may_begin_like_an_exec_command() -> None:
    """`failover group 1` has `replication http`, and an interface has lines that `show` does not begin."""
    assert not_taken(f"{PORT}; nameif lan; security-level 10; no shutdown") == ""
    assert not_taken(f"{GROUP}; preempt; replication http") == ""


# -- words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "word", "fits"),
    [
        ("fa[ilover]", "fa", True), ("fa[ilover]", "failover", True), ("fa[ilover]", "f", False),
        ("fa[ilover]", "failovers", False), ("fa[ilover]", "fab", False), ("in", "in", True), ("in", "i", False),
        ("in", "inn", False), ("*", "anything", True),
    ],
)  # fmt: skip
def test_a_word_may_be_shortened_up_to_the_bracket(pattern: str, word: str, fits: bool) -> None:
    assert is_word(pattern, word) is fits
    assert begins(pattern, (word, "more")) is fits


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("copy running-config] startup-config", f"`copy running-config] startup-config`: {FLASH}"),
        ("reload] in 5", ""),
        ("failover exec mate show] x", f"`failover exec mate show] x`: {SESSION}"),
        ("failover exec mate ping] x", f"`failover exec mate ping] x`: {SESSION}"),
        ("failover exec mate traceroute] x", f"`failover exec mate traceroute] x`: {SESSION}"),
        ("reload save-config]", f"{NO_SUCH}reload save-config]"),
        ("reload cancel]", f"{NO_SUCH}reload cancel]"),
    ],
)
def test_a_bracket_is_no_part_of_a_word(line: str, why: str) -> None:
    assert why_refused(line) == why


@pytest.mark.parametrize(
    "line",
    ["reload reason] x", "reload max-hold-time] 5", "reload noconfirm]", "reload quick]", "failover active group] 2"],
)
def test_nor_of_an_option_of_an_event(line: str) -> None:
    assert acting(typed(line)) == typed(line)
    assert crossing_of("write]").does is not Does.SAVES
    for text in ("changeto] context red; hostname x", "changeto context] red; hostname x"):
        assert read_typed(text).context is None


def test_lines_and_words_of_a_text() -> None:
    assert acting_lines("enable\nconf t; hostname x;y ;  ! note\nend") == ("hostname x;y",)
    assert words_of("  Copy /noconfirm RUN start ") == ("copy", "run", "start")
    assert (bare(("no", "x")), bare(("NO", "x")), bare(("no",)), bare(("x",))) == (("x",), ("x",), ("no",), ("x",))
    assert not begins("fa[ilover] ac[tive]", ("failover",))


@pytest.mark.parametrize(
    ("line", "navigates", "executes"),
    [
        ("configure terminal", True, False), ("conf", True, False), ("enable", True, False), ("end", True, False),
        ("exit", True, False), ("quit", True, False), ("disable", True, False), ("! x", True, False),
        ("configure memory", False, False), ("enable password x", False, False), ("clear xlate", False, True),
        ("clear configure all", False, False), ("failover exec mate x", False, True), ("failover", False, False),
        ("show x", False, True), ("write", False, True), ("reload", False, True), ("hostname x", False, False),
    ],
)  # fmt: skip
def test_lines_that_only_move_and_lines_of_exec_mode(line: str, navigates: bool, executes: bool) -> None:
    assert (is_navigation(line), is_executive(line)) == (navigates, executes)
