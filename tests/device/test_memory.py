"""What a unit remembers: its history in the form and order of devices, active times, last failovers."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import attrs
import pytest

from failover_fsm.device import read_failover_history
from failover_fsm.device.commands import show
from failover_fsm.device.fields import STATES
from failover_fsm.device.memory import KEPT, GroupMemory, UnitMemory, history_entries, remember, states_between
from failover_fsm.device.words import ACTIVE_CHAIN, HISTORY_REASONS
from failover_fsm.pair.events import FailoverDisabled, FailoverEnabled, UnitFailed, WriteStandby
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.outputs import PhaseChanged
from failover_fsm.pair.states import Phase, Unit
from failover_fsm.pair.unit import UNIT_TABLE
from failover_fsm.text.story import RecordedStep
from failover_fsm.trace.language import parse_trace
from failover_fsm.trace.player import load, play
from tests.device.moments import BOOT, ONE, ROOT, TWO, P, S, moment

JOIN = ["Negotiation", "Cold Standby", "Sync Config", "Sync File System", "Bulk Sync", "Standby Ready"]
REASONS = {
    "Detected an Active mate", "Configuration mismatch", "HELLO not heard from mate", "No Active unit found",
    "Set by the config command", "Failover state check", "Interface check", "Detect service card failure",
    "Other unit wants me Active", "Other unit wants me Standby", "Service card in other unit has failed",
    "Recovered from communication failure", "Configuration synchronization failed", "HA state progression failed",
    "Other unit has different software version", "MIO-blade heartbeat failure",
}  # fmt: skip
"""The reasons that public captures and documents have."""
NO_ENTRY = {"unit failed", "reload", "", "configuration locked", "configuration unlocked", "unit replaced"}
"""The reasons of rows that make no entry: the unit remembers nothing, or no state changes."""


def history(*lines: str, unit=P, config=ONE, boot=BOOT):
    """The entries of the text that the command prints."""
    return read_failover_history(show("show failover history", moment(*lines, config=config, boot=boot), unit)).entries


def way(entries) -> list[str]:
    """The states of a history, which has to be connected."""
    for one, other in pairwise(entries):
        assert one.after == other.before
    return [entries[0].before, *(each.after for each in entries)]


def test_a_boot_without_a_mate_and_a_boot_with_one() -> None:
    alone, joined = history(), history(unit=S)
    assert way(alone) == ["Disabled", "Negotiation", *ACTIVE_CHAIN]
    assert [each.reason for each in alone] == ["Failover state check", *["No Active unit found"] * 5]
    assert way(joined) == ["Disabled", *JOIN]
    assert [each.reason for each in joined] == ["Failover state check", *["Detected an Active mate"] * 5]


def test_the_trigger_is_repeated_along_the_chain() -> None:
    taken = history("unit_failed unit=primary", "settle", unit=S)[-5:]
    assert way(taken) == ["Standby Ready", *ACTIVE_CHAIN]
    assert {each.reason for each in taken} == {"HELLO not heard from mate"}
    assert len({each.at for each in taken}) == 1
    given = history("secondary: failover active", "settle")[-1]
    assert (given.before, given.after, given.reason) == ("Active", "Standby Ready", "Other unit wants me Standby")


def test_write_standby_gives_its_reason_to_the_whole_synchronisation() -> None:
    written = history("write_standby unit=primary", "settle", unit=S)[-5:]
    assert way(written) == ["Standby Ready", *JOIN[1:]]
    assert {each.reason for each in written} == {"Configuration mismatch"}
    later = history("write_standby unit=primary", "settle", "failover_link_failed", "settle", "failover_link_restored",
                    "settle", unit=S)  # fmt: skip
    assert {each.reason for each in later[-5:]} == {"Detected an Active mate"}


def test_a_join_that_is_cut_short_negotiates_again() -> None:
    entries = history("write_standby unit=primary", "synchronization_advanced unit=secondary",
                      "unit_failed unit=primary", "settle", unit=S)  # fmt: skip
    assert way(entries)[-8:] == ["Cold Standby", "Sync Config", "Negotiation", *ACTIVE_CHAIN]
    assert [each.reason for each in entries[-6:-4]] == ["HELLO not heard from mate", "No Active unit found"]


def test_failures_and_failover_switched_off() -> None:
    cut = "interface_link_failed unit=secondary interface=inside"
    back = "interface_link_restored unit=secondary interface=inside"
    entries = history(cut, "settle", back, "settle", "failover_disabled unit=secondary", "settle",
                      "failover_enabled unit=secondary", "settle", unit=S)  # fmt: skip
    assert way(entries)[6:] == ["Standby Ready", "Failed", "Standby Ready", "Disabled", *JOIN]
    assert [each.reason for each in entries[6:10]] == ["Interface check"] * 2 + [
        "Set by the config command", "Failover state check",
    ]  # fmt: skip


def test_an_active_unit_that_is_disabled_checks_its_state_when_it_is_enabled() -> None:
    entries = history("failover_disabled unit=primary", "settle", "failover_enabled unit=primary", "settle")
    assert way(entries)[6:] == ["Active", "Disabled", "Negotiation", *ACTIVE_CHAIN]
    assert entries[7].reason == "Failover state check"


def test_groups_and_the_unit_itself() -> None:
    """Group 0 is the unit; it comes first, and goes with group 1."""
    entries = history("secondary: failover active group 1", "settle", unit=S, config=TWO)
    assert [each.group for each in entries[:3]] == [0, 1, 2]
    for group in (0, 1, 2):
        states = way([each for each in entries if each.group == group])
        assert states == ["Disabled", *JOIN, *ACTIVE_CHAIN]
    assert [each.group for each in entries[-10:]] == [0] * 5 + [1] * 5
    failed = history("interface_link_failed unit=secondary interface=lan", "settle", unit=S, config=TWO)
    assert {each.group for each in failed if each.after == "Failed"} == {1}


def test_sixty_entries_are_kept_and_a_reload_empties_the_history() -> None:
    moves = ("secondary: failover active", "settle", "primary: failover active", "settle") * 11
    entries = history(*moves, unit=S)
    assert len(entries) == KEPT == 60
    way(entries)
    assert entries[-1].after == "Standby Ready"
    after = history(*moves, "reload unit=secondary", "restarted unit=secondary", "settle", unit=S)
    assert way(after) == ["Disabled", *JOIN]
    assert not history("reload unit=secondary", unit=P)[6:]


def test_every_reason_of_the_tables_is_a_word_of_the_history() -> None:
    reasons = {row.reason for table in (UNIT_TABLE, GROUP_TABLE) for row in table.rows}
    assert {HISTORY_REASONS.get(each, each) for each in reasons - NO_ENTRY} <= REASONS
    assert set(HISTORY_REASONS) <= reasons


FILES = sorted((ROOT / "models").rglob("*.trace"))


@pytest.mark.parametrize("path", FILES[:: max(1, len(FILES) // 12)], ids=lambda path: path.stem)
def test_the_histories_of_shipped_traces_have_only_words_and_orders_of_devices(path: Path) -> None:
    played = play(*load(path))
    memories, _ = remember(played.steps, played.pair.settings)
    for unit in Unit:
        entries = memories[unit].history
        assert {each.before for each in entries} | {each.after for each in entries} <= set(STATES)
        assert {each.reason for each in entries} <= REASONS
        for group in {each.group for each in entries}:
            chain = [each for each in entries if each.group == group]
            assert chain and way(chain)
            for each in chain:
                if each.after in ACTIVE_CHAIN[1:]:
                    assert each.before == ACTIVE_CHAIN[ACTIVE_CHAIN.index(each.after) - 1]


# -- times -----------------------------------------------------------------------------------------


def test_active_times_add_up() -> None:
    """SHW-23: on a unit that is standby now too; the last failover is the newest change in either direction."""
    found = moment("secondary: failover active", "settle", "primary: failover active", "settle", "settle")
    for unit in (P, S):
        memory = found.memories[unit].groups[0]
        assert memory.active_at(found.now) > 0
        assert memory.last_failover is not None and 12000 < memory.last_failover <= found.now
    assert found.memories[P].groups[0].active_since is not None
    assert found.memories[S].groups[0].active_since is None


def test_a_failure_dates_from_when_the_unit_found_it() -> None:
    boot = BOOT.replace("settle\n", "advance seconds=60\n")
    found = moment("interface_traffic_failed unit=secondary interface=inside", "advance seconds=60", boot=boot)
    failure = found.memories[S].groups[0].failure
    assert 60000 + 20000 < failure.at <= 60000 + 26000  # five polls without a hello, then the tests
    assert [name for name, _ in failure.interfaces] == ["inside"]
    assert found.memories[P].groups[0].peer_failure == failure


def test_times_of_a_run_in_which_time_passes() -> None:
    """The stamps are those of the run; a unit that has not switched counts from the end of its negotiation."""
    boot = "unit_restored unit=primary\nadvance seconds=60\n"
    found = moment("unit_restored unit=secondary", "advance seconds=100.5", "unit_failed unit=primary",
                   "advance seconds=100", boot=boot)  # fmt: skip
    secondary = found.memories[S]
    assert found.now == 260500
    assert secondary.groups[0].last_failover == 160000 + 15000  # the hold time after the last hello (T7-1)
    assert secondary.groups[0].active_at(found.now) == 85500
    assert secondary.history[-1].at == "00:02:55 UTC Jan 1 2026"
    before = moment("unit_restored unit=secondary", "advance seconds=100", boot=boot)
    assert 60000 < before.memories[S].groups[0].last_failover < 65000
    assert secondary.heard_active == (160500 - before.memories[P].groups[0].last_failover,)  # until its death


# -- the order of states, and what a history says whole --------------------------------------------


@pytest.mark.parametrize(
    "was, now, between",
    [
        ("Disabled", "Negotiation", ()),
        ("Disabled", "Active", ("Negotiation", *ACTIVE_CHAIN[:-1])),
        ("Disabled", "Cold Standby", ("Negotiation",)),
        ("Negotiation", "Active", ACTIVE_CHAIN[:-1]),
        ("Standby Ready", "Active", ACTIVE_CHAIN[:-1]),
        ("Failed", "Active", ACTIVE_CHAIN[:-1]),
        ("Active", "Standby Ready", ()),
        ("Active", "Disabled", ()),
        ("Standby Ready", "Failed", ()),
        ("Cold Standby", "Standby Ready", JOIN[2:-1]),
        ("Cold Standby", "Failed", JOIN[2:-1]),
        ("Sync Config", "Standby Ready", JOIN[3:-1]),
        ("Sync Config", "Failed", JOIN[3:-1]),
        ("Sync File System", "Standby Ready", ()),  # without a stateful link there is no Bulk Sync
        ("Bulk Sync", "Standby Ready", ()),
        ("Sync Config", "Negotiation", ()),
    ],
)
def test_the_states_on_the_way(was, now, between) -> None:
    """As devices list them: nothing is skipped, and a synchronisation in one step is told step by step."""
    assert list(states_between(was, now)) == [was, *between, now]


def test_the_whole_history_of_two_groups() -> None:
    """A group's own reasons stand with it; group 0, the unit, goes with group 1 and does not fail."""
    entries = history("secondary: failover active group 1", "settle", "interface_link_failed unit=primary "
                      "interface=machines", "settle", "interface_link_failed unit=primary interface=lan", "settle",
                      config=TWO)  # fmt: skip
    begun = [(group, "Disabled", "Negotiation", "Failover state check") for group in (0, 1, 2)]
    up = [(group, one, other, "No Active unit found") for group in (0, 1, 2)
          for one, other in pairwise(("Negotiation", *ACTIVE_CHAIN))]  # fmt: skip
    handed = [(group, "Active", "Standby Ready", "Other unit wants me Standby") for group in (2, 0, 1)]
    failed = [(group, "Standby Ready", "Failed", "Interface check") for group in (2, 1)]
    assert [(each.group, each.before, each.after, each.reason) for each in entries] == begun + up + handed + failed


def test_the_entries_of_one_step() -> None:
    """What a unit remembers is not needed; its own reasons are taken, not its mate's, and a unit that is off has none.

    A unit that was disabled checks the state of failover first, in one step with what comes of it.
    """
    off, up = moment(boot="settle\n"), moment()
    settings = up.settings
    disabled = attrs.evolve(up.state, primary=attrs.evolve(up.state.primary, enabled=False))
    said = tuple(
        PhaseChanged(unit=unit, before=Phase.NEGOTIATION, after=Phase.UP, reason=reason)
        for unit, reason in ((S, "Detected an Active mate"), (P, "No Active unit found"))
    )
    begins = RecordedStep(FailoverEnabled(unit=P), disabled, up.state, said)
    assert [(each.before, each.after, each.reason) for each in history_entries(begins, P, settings)] == [
        ("Disabled", "Negotiation", "Failover state check"),
        *((one, other, "No Active unit found") for one, other in pairwise(("Negotiation", *ACTIVE_CHAIN))),
    ]
    ends = RecordedStep(FailoverDisabled(unit=P), up.state, disabled)
    assert [each.reason for each in history_entries(ends, P, settings)] == ["Set by the config command"]
    assert history_entries(RecordedStep(UnitFailed(unit=P), up.state, off.state), P, settings) == ()


def test_a_synchronisation_keeps_the_reason_that_began_it() -> None:
    """`history_entries` is given it, or finds it where the synchronisation begins."""
    played = play(parse_trace(f"{BOOT}write_standby unit=primary\nsettle\n", "t.trace", config_given=True), ONE)
    steps, settings = played.steps[-5:], played.pair.settings
    assert [step.after.secondary.phase for step in steps][-1] is Phase.UP
    found = [each for step in steps for each in history_entries(step, S, settings, chain="Configuration mismatch")]
    assert way(found) == JOIN[1:] and {each.reason for each in found} == {"Configuration mismatch"}
    begins = next(step for step in played.steps if step.event == WriteStandby(unit=P))
    assert [each.reason for each in history_entries(begins, S, settings)] == ["Configuration mismatch"]


# -- what is remembered, to the millisecond --------------------------------------------------------


def test_the_time_in_which_a_group_was_active() -> None:
    assert GroupMemory(active_ms=5000).active_at(9000) == 5000
    assert GroupMemory(active_ms=5000, active_since=4000).active_at(9000) == 10000
    assert GroupMemory(active_since=4000).active_at(9000) == 5000


def test_a_step_takes_a_second_where_no_time_passes() -> None:
    assert remember((), moment().settings)[1] == 0
    found = moment("unit_failed unit=primary", boot="unit_restored unit=primary\nunit_restored unit=secondary\n")
    assert found.now == 3000


def test_a_refused_command_has_no_time_of_its_own() -> None:
    boot = BOOT.replace("settle\n", "advance seconds=60\n")
    refused = moment("primary: failover active", boot=boot)
    assert refused.memories[P] == moment(boot=boot).memories[P]
    later = moment("primary: failover active", "advance seconds=10", "unit_failed unit=secondary", boot=boot)
    assert later.now == 70000 and later.memories[S].history == ()


def test_who_has_sent_and_who_has_received_a_configuration() -> None:
    def flags(*lines: str, boot: str = BOOT) -> list[tuple[bool, bool]]:
        memories = moment(*lines, boot=boot).memories
        return [(memories[unit].sent, memories[unit].received) for unit in (P, S)]

    joins = "unit_restored unit=primary\nsettle\nunit_restored unit=secondary\n"
    half = ("hello_heard unit=secondary", "hello_heard unit=primary", "synchronization_advanced unit=secondary")
    assert flags() == flags("secondary: failover active", "settle") == [(True, False), (False, True)]
    handed = ("secondary: failover active", "settle", "write_standby unit=secondary")
    assert flags(*handed, "settle") == [(True, True), (True, True)]
    assert flags(*handed, "synchronization_advanced unit=primary", "unit_failed unit=secondary", "settle") == [
        (True, False), (False, False),
    ]  # fmt: skip
    assert flags(*half, boot=joins) == [(False, False)] * 2
    assert flags(*half, "unit_failed unit=primary", "settle", boot=joins) == [(False, False)] * 2
    assert flags(*half, "failover_disabled unit=secondary", "settle", boot=joins) == [(False, False)] * 2


def test_the_last_failover_of_a_unit() -> None:
    """When it began to be active or ceased, or its negotiation ended; synchronising anew is none."""
    boot = "unit_restored unit=primary\nadvance seconds=60\nunit_restored unit=secondary\nadvance seconds=60\n"

    def last(*lines: str) -> list[int | None]:
        memories = moment(*lines, "advance seconds=30", boot=boot).memories
        return [memories[unit].groups[0].last_failover for unit in (P, S)]

    booted, joined = last()
    assert 0 < booted < 60000 < joined < 65000
    assert last("write_standby unit=primary") == [booted, joined]
    handed = last("secondary: failover active")
    assert handed[0] == handed[1] == 120000
    assert last("unit_failed unit=secondary") == [booted, None]


def test_a_unit_that_is_off_remembers_nothing() -> None:
    for lines in (("unit_failed unit=primary",), ("unit_failed unit=primary", "settle")):
        found = moment("interface_link_failed unit=secondary interface=inside", "settle", *lines)
        assert found.memories[P] == UnitMemory(groups=(GroupMemory(),), heard_active=(0,))
    both = moment("unit_failed unit=primary", config=TWO).memories[P]
    assert both == UnitMemory(groups=(GroupMemory(), GroupMemory()), heard_active=(0, 0))
