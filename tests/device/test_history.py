"""A unit's history in the form and order of devices."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from failover_fsm.device import read_failover_history, write_failover_history
from failover_fsm.device.commands import show
from failover_fsm.device.fields import STATES
from failover_fsm.device.memory import KEPT, remember
from failover_fsm.device.words import ACTIVE_CHAIN, HISTORY_REASONS
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.states import Unit
from failover_fsm.pair.unit import UNIT_TABLE
from failover_fsm.trace.player import load, play
from tests.device.moments import BOOT, ONE, ROOT, TWO, P, S, moment
from tests.device.test_readers import text

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


# -- the text --------------------------------------------------------------------------------------


def test_a_capture_is_written_as_it_stands():
    """An empty line stands below the last entry too, as newer captures have it."""
    *lines, rule = text("own_history_write_standby").splitlines()[1:]
    written = write_failover_history(read_failover_history(text("own_history_write_standby")))
    assert written.splitlines() == [*lines, "", rule]


GROUPED = """\
==========================================================================
Group     From State                 To State                   Reason
==========================================================================
16:43:11 UTC Aug 8 2017
    2     Active Config Applied      Active                     No Active unit found

17:37:12 UTC Aug 8 2017
    2     Active                     Standby Ready              Other unit wants me Standby

==========================================================================
"""


def test_a_history_of_groups_has_a_column_for_them():
    assert write_failover_history(read_failover_history(GROUPED)) == GROUPED
    dated = [line for line in GROUPED.splitlines() if "UTC" not in line]
    assert write_failover_history(read_failover_history("\n".join(dated))).splitlines() == dated
    of_all = GROUPED.replace("Group     From", "From").replace("    2     Active ", "Active ", 1)
    assert write_failover_history(read_failover_history(of_all)).splitlines()[1].startswith("Group")


def test_what_belongs_to_an_entry_of_a_history_stands_far_to_the_right():
    """There a line with two words that are states is no entry; without an entry above it, it is unread."""
    deep = f"{'':54}Active     Failed\n"
    entry = "08:34:29 UTC May 28 2021\nStandby Ready              Failed                     Interface check\n"
    found = read_failover_history(deep + entry + deep + "    nothing known\n")
    assert [(each.before, each.after, each.details) for each in found.entries] == [
        ("Standby Ready", "Failed", ("Active Failed",)),
    ]  # fmt: skip
    assert [(each.number, each.text) for each in found.unread] == [(1, "Active Failed"), (5, "nothing known")]


@pytest.mark.parametrize(
    "mark",
    ["PEER History Collected at 08:40:00 UTC May 28 2021\n",
     "===========================PEER-HISTORY===================================\n"],
)  # fmt: skip
def test_either_mark_begins_the_history_of_the_peer(mark):
    entry = "Standby Ready              Failed                     Interface check\n"
    found = read_failover_history("08:34:29 UTC May 28 2021\n" + entry + mark + entry)
    assert [each.at for each in found.entries] == ["08:34:29 UTC May 28 2021"]
    assert [each.at for each in found.peer] == [None]
