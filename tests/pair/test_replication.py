"""Commands: which cross, what they do to the two configurations, and which unit has the newest one."""

from __future__ import annotations

import attrs
import pytest

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import Refused
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import CommandNotReplicated, CommandReplicated, ConsoleLine, Output, SystemLog
from failover_fsm.pair.pair import changing_steps, cold
from failover_fsm.pair.replicated_commands import TABLE, Does, crossing_of
from failover_fsm.pair.replication import WRONG_UNIT
from failover_fsm.pair.settings import FOLLOWED, Settings, StatefulLink
from failover_fsm.pair.states import ConfigSync, Phase, Role, State
from failover_fsm.pair.step import step
from tests.pairs import PRIMARY, SECONDARY, active_active, settings

FOLLOWING = attrs.evolve(settings(), follow=tuple(FOLLOWED))


@pytest.mark.parametrize("follow", [(), ("commands",), ("sessions",)])
def test_what_is_followed_alone_is_what_it_is_beside_everything_else(follow: tuple[str, ...]) -> None:
    """A pair may follow the newest commands without the connections, and the other way round."""
    both = attrs.evolve(FOLLOWING, stateful=StatefulLink.DEDICATED)
    alone = attrs.evolve(both, follow=follow)
    ends = []
    for pair in (both, alone):
        state = cold(pair)
        for event in (e.UnitRestored(unit=PRIMARY), e.UnitRestored(unit=SECONDARY), e.FailoverLinkFailed(),
                      e.CommandEntered(unit=PRIMARY, text="hostname x"), e.UnitFailed(unit=PRIMARY)):  # fmt: skip
            state = step(state, pair, event)[0]
            while (following := next(changing_steps(state, pair), None)) is not None:
                state = following[1]
        ends.append(state)
    whole, part = ends

    def newest(state: State) -> list[tuple[bool, bool]]:
        return [(state.unit(unit).newest, state.unit(unit).saved) for unit in Unit]

    def sessions(state: State) -> list[bool]:
        return [state.unit(unit).groups[0].sessions for unit in Unit]

    fresh = cold(alone)
    assert newest(whole) != newest(fresh) and sessions(whole) != sessions(fresh)
    assert newest(part) == newest(whole if "commands" in follow else fresh)
    assert sessions(part) == sessions(whole if "sessions" in follow else fresh)


# -- the tables -----------------------------------------------------------------------------------------


def rows(table: str, *, crosses: bool) -> set[str]:
    return {row.row for row in TABLE if table in row.tables and row.crosses is crosses}


def test_the_tables_have_as_many_rows_as_the_chapter_and_differ_in_two() -> None:
    """CMD-24."""
    assert rows("13-1", crosses=True) == rows("13-3", crosses=True) and len(rows("13-1", crosses=True)) == 7
    assert (len(rows("13-1", crosses=False)), len(rows("13-3", crosses=False))) == (9, 7)
    missing = rows("13-1", crosses=False) - rows("13-3", crosses=False)
    assert missing == {"`crypto ca server` and what is entered below it", "`terminal pager` and `pager`"}


@pytest.mark.parametrize(
    ("crosses", "texts"),
    [
        (
            True,
            [
                "hostname x",
                "interface Ethernet0",
                "failover polltime 5",
                "access-list a permit ip any any",
                "no failover",
                "FAILOVER lan enable",
                "showy",
            ],
        ),
        (True, ["copy running-config startup-config", "copy run start", "copy /noconfirm running-config startup"]),
        (
            True,
            [
                "delete flash:/x",
                "delete /recursive flash:/x",
                "mkdir flash:/d",
                "rename flash:/a flash:/b",
                "rmdir flash:/d",
            ],
        ),
        (True, ["write memory", "write memory all", "wr mem", "write", "wr"]),
        (False, ["mode multiple", "firewall transparent", "no firewall transparent", "failover lan unit primary"]),
        (False, ["copy tftp: flash:", "copy running-config tftp:", "copy tftp://h/c running-config"]),
        (False, ["write standby", "write terminal", "write net", "write erase"]),
        (False, ["crypto ca server", "no crypto ca server", "crypto ca server lifetime"]),
        (False, ["ping 10.0.0.1", "clear xlate", "failover exec mate show version", "trace 10.0.0.1", "dir"]),
        (False, ["exit", "end", "configure terminal", "conf t", "enable", "! a comment"]),
        (True, ["configure terminal; hostname x", "enable password x", "clear configure access-list"]),
        (False, ["debug fover", "no debug all", "show failover", "  sh   fail  ", "terminal pager 24", "pager 24"]),
    ],
)
def test_what_crosses_and_what_does_not(crosses: bool, texts: list[str]) -> None:
    """CMD-4 to CMD-10, SYN-8."""
    assert {text: crossing_of(text).crosses for text in texts} == dict.fromkeys(texts, crosses)


def test_what_a_command_does_where_it_is_entered() -> None:
    found = {text: crossing_of(text).does for text in ("hostname x", "write mem", "mode multiple", "show version")}
    assert found == dict(zip(found, Does.__members__.values(), strict=True))
    assert crossing_of("copy tftp: running-config").does is Does.CONFIGURES
    assert all(row.does is not Does.CONFIGURES or not row.crosses for row in TABLE[:-1])


# -- a pair -----------------------------------------------------------------------------------------------


def after(state: State, *events: e.Event, of: Settings = FOLLOWING) -> State:
    """The pair after each event and all that follows."""
    for event in events:
        state = step(state, of, event)[0]
        while (following := next(changing_steps(state, of), None)) is not None:
            state = following[1]
    return state


BOTH = after(after(cold(FOLLOWING), e.UnitRestored(unit=PRIMARY)), e.UnitRestored(unit=SECONDARY))
COMMAND = e.CommandEntered(unit=PRIMARY, text="hostname x")
SAVE = e.CommandEntered(unit=PRIMARY, text="write memory")


def newest(state: State) -> tuple[bool, bool, bool, bool]:
    """Running and startup of the primary, then of the secondary: has it the newest command?"""
    units = state.primary, state.secondary
    return units[0].newest, units[0].saved, units[1].newest, units[1].saved


def test_a_command_is_in_both_running_configurations_and_in_nobodys_flash_until_it_is_saved() -> None:
    """CMD-3, CMD-16, SYN-10, CMD-17, CMD-28."""
    entered = after(BOTH, COMMAND)
    assert newest(entered) == (True, False, True, False)
    assert newest(after(entered, SAVE)) == (True, True, True, True)
    copied = e.CommandEntered(unit=PRIMARY, text="copy running-config startup-config")
    assert newest(after(entered, copied)) == (True, True, True, True)
    assert newest(after(after(entered, e.FailoverLinkFailed()), SAVE))[1::2] == (True, False), "the link is cut"


def test_a_unit_comes_back_with_what_it_had_saved_and_gets_the_rest_in_memory_only() -> None:
    """SYN-9."""
    entered = after(BOTH, COMMAND)
    assert newest(step(entered, FOLLOWING, e.UnitFailed(unit=SECONDARY))[0]) == (True, False, False, False)
    back = after(entered, e.UnitFailed(unit=SECONDARY), e.UnitRestored(unit=SECONDARY))
    assert newest(back) == (True, False, True, False)
    gone = after(entered, e.UnitFailed(unit=PRIMARY), e.UnitFailed(unit=SECONDARY), e.UnitRestored(unit=PRIMARY))
    assert newest(gone)[0] is False, "nobody had saved it"


def test_commands_that_do_not_configure_change_nothing_that_must_agree() -> None:
    for text in ("show failover", "mode multiple", "crypto ca server", "delete flash:/x", "debug fover"):
        for unit in (PRIMARY, SECONDARY):
            assert after(BOTH, e.CommandEntered(unit=unit, text=text)) == BOTH, text


def without_logs(outputs: tuple[Output, ...]) -> tuple[Output, ...]:
    """The outputs but for system messages, which test_syslog.py is about."""
    return tuple(output for output in outputs if not isinstance(output, SystemLog))


def test_the_wrong_unit_warns_in_the_words_of_the_chapter_whatever_is_entered() -> None:
    """CMD-12."""
    for text in ("hostname x", "show version"):
        outputs = step(BOTH, FOLLOWING, e.CommandEntered(unit=SECONDARY, text=text))[1]
        assert without_logs(outputs) == (
            ConsoleLine(unit=SECONDARY, text=WRONG_UNIT), CommandNotReplicated(unit=SECONDARY, text=text)
        )  # fmt: skip
    assert WRONG_UNIT.endswith("Configurations are no longer synchronized.")
    assert not any(isinstance(each, ConsoleLine) for each in step(BOTH, FOLLOWING, COMMAND)[1])


def copies(state: State) -> tuple[ConfigSync, ConfigSync]:
    return state.primary.config_sync, state.secondary.config_sync


def joining() -> State:
    state = after(cold(FOLLOWING), e.UnitRestored(unit=PRIMARY))
    for event in (e.UnitRestored(unit=SECONDARY), e.HelloHeard(unit=SECONDARY)):
        state = step(state, FOLLOWING, event)[0]
    assert state.secondary.phase is Phase.COLD_STANDBY
    return state


def test_what_is_entered_during_a_synchronisation_may_be_missing_also_when_the_receiver_is_changed_too() -> None:
    """SYN-5, SYN-6: that the copy misses something is not forgotten."""
    state = step(joining(), FOLLOWING, COMMAND)[0]
    state = step(state, FOLLOWING, e.CommandEntered(unit=SECONDARY, text="hostname y"))[0]
    assert copies(after(state, e.StatefulLinkFailed()))[1] is ConfigSync.OUT_OF_SYNC
    only_there = step(joining(), FOLLOWING, e.CommandEntered(unit=SECONDARY, text="hostname y"))[0]
    done = after(only_there, e.StatefulLinkFailed())
    assert copies(done) == (ConfigSync.SYNCHRONIZED, ConfigSync.SYNCHRONIZED) and not done.secondary.newest


def test_a_sender_that_stops_unnoticed_leaves_an_incomplete_copy() -> None:
    state = step(joining(), FOLLOWING, e.UnitFailed(unit=PRIMARY))[0]
    assert copies(state)[1] is ConfigSync.OVERRUN
    back = after(state, e.UnitRestored(unit=PRIMARY))
    assert back.secondary.config_sync is ConfigSync.OUT_OF_SYNC


def test_a_secondary_that_yields_without_the_failover_link_is_out_of_step() -> None:
    """It has another configuration than the primary, and gets no copy before the link is back."""
    two = attrs.evolve(settings(1), follow=tuple(FOLLOWED))
    down = [e.InterfacePathFailed(interface="outside"), e.FailoverLinkFailed()]
    boot = [e.UnitRestored(unit=PRIMARY), e.UnitRestored(unit=SECONDARY)]
    split = after(cold(two), *boot, *down, of=two)
    assert split.primary.groups[0].role is split.secondary.groups[0].role is Role.ACTIVE
    met = after(split, e.InterfacePathRestored(interface="outside"), of=two)
    assert met.secondary.groups[0].role is Role.STANDBY_READY and met.secondary.config_sync is ConfigSync.OUT_OF_SYNC
    assert copies(after(met, e.FailoverLinkRestored(), of=two)) == (ConfigSync.SYNCHRONIZED, ConfigSync.SYNCHRONIZED)


# -- groups -------------------------------------------------------------------------------------------------

GROUPS = attrs.evolve(active_active(), contexts=(("admin", 0), ("shop", 1)), follow=tuple(FOLLOWED))


@pytest.mark.parametrize(("context", "right"), [(None, PRIMARY), ("admin", PRIMARY), ("shop", SECONDARY)])
def test_commands_of_a_context_cross_from_the_unit_on_which_it_is_active(context: str | None, right: Unit) -> None:
    """CMD-20 to CMD-23."""
    state = handed_out()
    good = e.CommandEntered(unit=right, context=context, text="x")
    assert without_logs(step(state, GROUPS, good)[1]) == (CommandReplicated(unit=right, text="x"),)
    wrong = e.CommandEntered(unit=right.peer, context=context, text="x")
    marked, outputs = step(state, GROUPS, wrong)
    assert outputs[-1] == CommandNotReplicated(unit=right.peer, text="x")
    assert marked.unit(right.peer).config_sync is ConfigSync.OUT_OF_SYNC


def test_commands_cross_only_when_both_units_run() -> None:
    """CMD-19."""
    state = after(cold(GROUPS), e.UnitRestored(unit=PRIMARY), of=GROUPS)
    outputs = step(state, GROUPS, e.CommandEntered(unit=PRIMARY, context="shop", text="x"))[1]
    assert without_logs(outputs) == (CommandNotReplicated(unit=PRIMARY, text="x"),)


def handed_out() -> State:
    """Each group active on the unit it prefers."""
    state = step(cold(GROUPS), GROUPS, e.UnitRestored(unit=PRIMARY))[0]
    return after(state, e.UnitRestored(unit=SECONDARY), of=GROUPS)


def test_write_standby_in_a_context_writes_that_one_from_the_unit_on_which_it_is_active() -> None:
    """CMD-15, CMD-27: the unit stays what it is, and whatever else is out of step stays so."""
    state = handed_out()
    marked = step(state, GROUPS, e.CommandEntered(unit=SECONDARY, context="admin", text="x"))[0]
    for unit, context in ((PRIMARY, "admin"), (SECONDARY, "shop")):
        assert step(marked, GROUPS, e.WriteStandby(unit=unit, context=context))[0] == marked
        with pytest.raises(Refused, match="only the active unit can"):
            step(marked, GROUPS, e.WriteStandby(unit=unit.peer, context=context))


def test_write_standby_in_the_system_space_writes_everything_also_to_contexts_that_are_active_there() -> None:
    """CMD-25: from the unit with group 1; the roles stay."""
    state = handed_out()
    marked = step(state, GROUPS, e.CommandEntered(unit=SECONDARY, context="admin", text="x"))[0]
    written = step(marked, GROUPS, e.WriteStandby(unit=PRIMARY))[0]
    assert (marked.secondary.config_sync, written.secondary.config_sync) == (
        ConfigSync.OUT_OF_SYNC,
        ConfigSync.SYNCHRONIZED,
    )
    assert written.secondary.groups == marked.secondary.groups
    with pytest.raises(Refused):
        step(marked, GROUPS, e.WriteStandby(unit=SECONDARY))


def test_two_active_units_do_not_write_to_each_other() -> None:
    state = after(cold(FOLLOWING), e.FailoverLinkFailed(), e.UnitRestored(unit=PRIMARY), e.UnitRestored(unit=SECONDARY))
    state = step(state, FOLLOWING, e.FailoverLinkRestored())[0]
    with pytest.raises(Refused):
        step(state, FOLLOWING, e.WriteStandby(unit=PRIMARY))
