"""What a unit remembers: active times, last failovers, synchronisations, and the entries that a step adds."""

from __future__ import annotations

from itertools import pairwise

import attrs
import pytest

from failover_fsm.device.memory import Failure, GroupMemory, UnitMemory, history_entries, remember, states_between
from failover_fsm.device.words import ACTIVE_CHAIN
from failover_fsm.pair.events import (
    FailoverDisabled,
    FailoverEnabled,
    InterfacesChecked,
    SynchronizationAdvanced,
    UnitFailed,
    WriteStandby,
)
from failover_fsm.pair.outputs import PhaseChanged, RoleChanged
from failover_fsm.pair.states import Phase, Role
from failover_fsm.text.story import RecordedStep
from failover_fsm.trace.language import parse_trace
from failover_fsm.trace.player import play
from tests.device.moments import BOOT, ONE, TWO, P, S, moment
from tests.device.test_history import JOIN

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
    """Whatever the steps say themselves; `history_entries` does not know it unless it is told."""
    played = play(parse_trace(f"{BOOT}write_standby unit=primary\nsettle\n", "t.trace", config_given=True), ONE)
    plain = PhaseChanged(unit=S, before=Phase.UP, after=Phase.UP, reason="Detected an Active mate")
    steps = [attrs.evolve(each, outputs=(plain,)) if isinstance(each.event, SynchronizationAdvanced) else each
             for each in played.steps]  # fmt: skip
    settings = played.pair.settings
    reasons = [each.reason for each in remember(steps, settings)[0][S].history]
    assert reasons[-5:] == ["Configuration mismatch"] * 5
    for chain in ("Configuration mismatch", ""):
        found = [each for step in steps[-5:] for each in history_entries(step, S, settings, chain=chain)]
        assert [each.after for each in found] == JOIN[2:] and {each.reason for each in found} == {chain}
    begins = next(step for step in steps if step.event == WriteStandby(unit=P))
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


def test_a_unit_that_negotiates_has_sent_nothing_to_a_mate_that_ends_its_synchronisation() -> None:
    up = moment()
    own, mate = attrs.evolve(up.state.primary, phase=Phase.NEGOTIATION), up.state.secondary
    before = attrs.evolve(up.state, primary=own, secondary=attrs.evolve(mate, phase=Phase.BULK_SYNC))
    step = RecordedStep(SynchronizationAdvanced(unit=S), before, attrs.evolve(before, secondary=mate))
    memories, _ = remember([step], up.settings)
    assert (memories[P].sent, memories[S].received) == (False, True)


def test_a_mate_that_falls_silent_has_failed_since_then() -> None:
    """One that was never heard has not, nor one that is not listened to."""

    def of_mate(*lines: str, boot: str = BOOT) -> tuple[Failure | None, ...]:
        found = moment(*lines, boot=boot)
        return tuple(found.memories[unit].groups[0].peer_failure for unit in (P, S))

    assert of_mate("settle", "interface_link_failed unit=primary interface=inside", "settle",
                   boot="unit_restored unit=primary\nsettle\n") == (None, None)  # fmt: skip
    assert of_mate("failover_disabled unit=primary", "settle") == (None, None)
    boot = BOOT.replace("settle\n", "advance seconds=60\n")
    dead = Failure(reason="Comm Failure", at=75000)  # the hold time after its last hello
    again = ("interface_link_failed unit=secondary interface=inside", "advance seconds=30")
    for lines in ((), again):
        assert of_mate("unit_failed unit=primary", "advance seconds=30", *lines, boot=boot)[1] == dead


def test_the_reason_of_a_change_is_that_of_its_unit_and_its_group() -> None:
    """What is said of no group is said of all."""
    found = moment(config=TWO)
    roles = {"before": Role.STANDBY_READY, "after": Role.FAILED}
    groups = tuple(attrs.evolve(each, role=Role.FAILED) for each in found.state.secondary.groups)
    after = attrs.evolve(found.state, secondary=attrs.evolve(found.state.secondary, groups=groups))
    others = (RoleChanged(unit=P, group=1, reason="for the primary", **roles),
              RoleChanged(unit=S, group=2, reason="for group 2", **roles))  # fmt: skip
    for group, reason in ((1, "for group 1"), (None, "for the unit")):
        said = (*others, RoleChanged(unit=S, group=group, reason=reason, **roles))
        entries = history_entries(RecordedStep(InterfacesChecked(unit=S), found.state, after, said), S, found.settings)
        assert [(each.group, each.after, each.reason) for each in entries if each.after == "Failed"] == [
            (1, "Failed", reason), (2, "Failed", "for group 2"),
        ]  # fmt: skip


def test_the_last_failover_of_a_unit() -> None:
    """When it began to be active or ceased, or its negotiation ended; synchronising anew is none."""
    boot = "unit_restored unit=primary\nadvance seconds=60\nunit_restored unit=secondary\nadvance seconds=60\n"

    def last(*lines: str) -> list[int | None]:
        memories = moment(*lines, "advance seconds=30", boot=boot).memories
        return [memories[unit].groups[0].last_failover for unit in (P, S)]

    negotiating = moment(boot="unit_restored unit=primary\nunit_restored unit=secondary\n").memories
    assert [negotiating[unit].groups[0].last_failover for unit in (P, S)] == [1000, 2000]
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


def test_active_times_add_up() -> None:
    """SHW-23: on a unit that is standby now too; the last failover is the newest change in either direction."""
    found = moment("secondary: failover active", "settle", "primary: failover active", "settle", "settle")
    for unit in (P, S):
        memory = found.memories[unit].groups[0]
        assert memory.active_at(found.now) > 0
        assert memory.last_failover is not None and 12000 < memory.last_failover <= found.now
    assert found.memories[P].groups[0].active_since is not None
    assert found.memories[S].groups[0].active_since is None


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
