"""What people read: the story of a run, its headings, and `show failover`."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from failover_fsm.config.asa.files import read_config
from failover_fsm.pair import Pair
from failover_fsm.pair import events as e
from failover_fsm.pair.states import Handover, Unit
from failover_fsm.text.headings import HEADINGS, MESSAGES
from failover_fsm.text.layout import WIDTH
from failover_fsm.text.story import RecordedStep, tell
from failover_fsm.text.words import STATUS_WORDS, title
from failover_fsm.trace.language import parse_trace
from failover_fsm.trace.player import load, play

TRACES = Path(__file__).parents[1] / "traces"
FILES = sorted(TRACES.glob("*.trace"))
P, S = Unit.PRIMARY, Unit.SECONDARY
CONFIG = read_config(TRACES / "pair.cfg")
BOOT: tuple[e.Event, ...] = (e.UnitRestored(unit=P), e.UnitRestored(unit=S))


def settled(*events: e.Event) -> Pair:
    """The pair after a common boot and each event, settled after each."""
    pair = Pair.cold(CONFIG)
    for event in BOOT:
        pair, _ = pair.step(event)
    pair, _ = pair.settle()
    for event in events:
        pair, _ = pair.step(event)
        pair, _ = pair.settle()
    return pair


def steps_of(pair: Pair, events: Sequence[e.Event]) -> list[RecordedStep]:
    """The events, and after the last one every protocol step until the pair is settled."""
    steps = []
    for event in events:
        after, outputs = pair.step(event)
        steps.append(RecordedStep(event, pair.state, after.state, outputs))
        pair = after
    for protocol_step, outputs in pair.settle()[1]:
        after, _ = pair.step(protocol_step)
        steps.append(RecordedStep(protocol_step, pair.state, after.state, outputs))
        pair = after
    return steps


def story(pair: Pair, *events: e.Event) -> str:
    return tell(steps_of(pair, events), pair.settings)


# -- headings ------------------------------------------------------------------------------------


def test_every_event_has_a_heading_and_every_message_words() -> None:
    assert set(HEADINGS) == set(e.EVENTS)
    assert set(MESSAGES) == set(Handover) - {Handover.NONE}


def test_words_as_a_device_prints_them() -> None:
    printed = ["Normal", "Waiting", "Testing", "Failed", "No Link", "Link Down", "Unknown"]
    assert [title(word) for word in STATUS_WORDS] == printed


# -- the story -----------------------------------------------------------------------------------


def test_a_power_failure() -> None:
    assert (
        story(settled(), e.UnitFailed(unit=P))
        == """\
      PRIMARY                                       | SECONDARY
at the start:
      Active                                        | Standby Ready
      sees the secondary as Standby Ready           | sees the primary as Active
      failover link: Up                             | failover link: Up
      outside, inside: Normal                       | outside, inside: Normal

1     power fails on the primary
      Active -> Off                                 | outside, inside: Normal -> Waiting
      ** no unit is active **

2     hold time expires on the secondary: HELLO not heard from mate on any interface, the primary is
      off
                                                    | Standby Ready -> Active
                                                    |   because "HELLO not heard from mate"
                                                    | sees the primary as Failed
                                                    | failover link: Failed
                                                    | log 105043: Failover interface failed
                                                    | log 103001: No response from other firewall
                                                    |   (reason code = 4).
                                                    | log 104001: Switching to ACTIVE - HELLO not
                                                    |   heard from mate.

at the end:
      Off                                           | Active
                                                    | sees the primary as Failed
                                                    | failover link: Failed
                                                    | outside, inside: Waiting
"""
    )


def test_a_hand_over() -> None:
    told = story(settled(), e.InterfaceLinkFailed(unit=P, interface="inside"))
    expected = """\
1     link down on interface inside of the primary
      inside: Normal -> No Link                     | inside: Normal -> Waiting
      failed interfaces: 1 (policy 1, reached)      |

2     interface check on the primary: 1 monitored interface failed, interface policy 1
      Active -> Failed                              |
        because "Interface check"                   |
      log 104002: Switching to STANDBY - interface  |
        check, mate is healthier.                   |
      log 104003: Switching to FAILED.              |
      tells the secondary: "become active"          |
      ** no unit is active **

3     the primary's message reaches the secondary: "become active"
                                                    | Standby Ready -> Active
                                                    |   because "Other unit wants me Active"
                                                    | sees the primary as Failed
"""
    assert expected in told


def test_a_split_brain_and_its_end() -> None:
    cuts = [e.FailoverLinkFailed(), *(e.InterfacePathFailed(interface=name) for name in ("inside", "outside"))]
    told = story(settled(), *cuts)
    assert "** both units are active **" in told
    assert "the failover link is cut" in told
    assert "the units cannot hear each other on interface outside" in told
    told = story(settled(*cuts), e.FailoverLinkRestored())
    assert "** only the primary is active **" in told
    assert "Active -> Cold Standby" in told


def test_a_synchronization_is_told_in_one() -> None:
    told = story(Pair.cold(CONFIG), *BOOT)
    assert "\n8-11  the secondary receives the configuration from the primary: complete\n" in told
    assert "| Cold Standby -> Sync Config -> Sync File" in told


def test_failover_switched_off() -> None:
    told = story(settled(), e.FailoverDisabled(unit=P))
    assert "Active -> Disabled                            | Standby Ready -> Disabled" in told
    assert "keeps the active role                       |   keeps the standby role" in told
    assert "Disabled, failover is off (active)" in told


def test_commands_and_refusals() -> None:
    pair = settled()
    steps = [
        RecordedStep(e.FailoverActive(unit=P), pair.state, pair.state, refused="refused: the unit is already active")
    ]
    told = tell(steps, pair.settings)
    assert "`failover active` is entered on the primary\n      refused: the unit is already active\n" in told
    told = story(pair, e.CommandEntered(unit=S, text="hostname b"))
    assert "`hostname b` is entered on the secondary" in told
    assert "| configuration: Out Of Sync" in told
    assert "| the primary does not get the command" in told


def test_a_lost_message() -> None:
    told = story(settled(), e.NoFailoverActive(unit=P), e.FailoverLinkFailed())
    assert '| the message "become active" never arrives' in told


def test_a_step_that_changes_nothing() -> None:
    assert "(nothing changes)" in story(settled(), e.HelloHeard(unit=P))
    assert tell([], settled().settings) == "Nothing happens.\n"


def test_where_a_promise_breaks() -> None:
    pair = settled()
    steps = steps_of(pair, [e.UnitFailed(unit=P)])
    told = tell(steps, pair.settings, violating=2, reason="somebody is active")
    mark = ">>> HERE THE PROMISE BREAKS: somebody is active\n"
    assert told.index("hold time") < told.index(mark) < told.index("at the end")
    told = tell(steps, pair.settings, violating=1)
    assert told.index("power fails") < told.index(">>> HERE THE PROMISE BREAKS\n") < told.index("hold time")


def test_a_violating_step_is_not_told_with_others() -> None:
    pair = Pair.cold(CONFIG)
    steps = steps_of(pair, BOOT)
    assert "\n3-4   " in tell(steps, pair.settings)
    for number in (3, 4):
        told = tell(steps, pair.settings, violating=number)
        assert "\n3     " in told
        assert "\n4     " in told


def test_where_a_loop_starts() -> None:
    pair = settled()
    steps = steps_of(pair, [e.FailoverLinkFailed(), e.FailoverLinkRestored()])
    told = tell(steps, pair.settings, loop=1)
    assert told.index("the failover link fails") < told.index("-- the loop starts here") < told.index("works again")
    assert "-- and on again with step 2 --" in told


def test_steps_may_be_plain_tuples() -> None:
    pair = settled()
    steps = steps_of(pair, [e.UnitFailed(unit=P)])
    tuples = [(step.event, step.before, step.after, step.outputs) for step in steps]
    assert tell(tuples, pair.settings) == tell(steps, pair.settings)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_story_fits_the_page(path: Path) -> None:
    played = play(*load(path))
    told = tell(played.steps, played.pair.settings)
    assert all(len(line) <= WIDTH and line == line.rstrip() for line in told.splitlines())
    assert told.isascii()


def test_failed_expectations_stand_where_they_failed() -> None:
    trace = parse_trace("config x\nunit_restored unit=primary\nexpect unit=primary state=active\nsettle\n", "t.trace")
    played = play(trace, CONFIG)
    told = tell(played.steps, played.pair.settings)
    note = "      !! line 3: expected unit=primary state=active, found negotiation\n"
    assert told.index("gets power") < told.index(note) < told.index("negotiation ends")


# -- failover groups -------------------------------------------------------------------------------


def told_with_groups(*lines: str, config: str = "groups.cfg") -> str:
    """The story of the last line, and what follows from it, after a common boot."""
    text = f"config {config}\nunit_restored unit=primary\nunit_restored unit=secondary\nsettle\n"
    played = play(parse_trace(text + "".join(f"{line}\nsettle\n" for line in lines), "t.trace"), GROUPS)
    return tell([step for record in played.records[-2:] for step in record.steps], played.pair.settings)


GROUPS = read_config(TRACES / "groups.cfg")


def test_the_story_of_one_group_names_it_and_leaves_the_other_out() -> None:
    told = told_with_groups("no_failover_active unit=primary group=1")
    for line in (
        "`no failover active group 1` is entered on the primary",
        "group 1: Active -> Standby Ready",
        'tells the secondary about group 1: "become',
        "** group 1: no unit is active **",
        "the primary's message about group 1 reaches the secondary",
        "log 104001 (group 1): Switching to ACTIVE -",
        "sees the primary as Standby Ready",
    ):
        assert line in told, line
    assert "group 2: " not in told


def test_the_story_of_all_groups_does_not_name_them() -> None:
    told = told_with_groups("unit_failed unit=primary", "unit_restored unit=primary", "unit_failed unit=secondary")
    assert "Standby Ready -> Active" in told
    assert "** no unit is active **" in told
    assert "group 1: Standby Ready" not in told
    assert "sees the secondary as Failed" in told


def test_an_interface_check_counts_by_group() -> None:
    told = told_with_groups("interface_link_failed unit=primary interface=inside")
    check = "on the primary: 1 monitored interface failed in group 1, interface policy 1; none failed in group 2"
    assert check in " ".join(told.split())
    assert "failed interfaces of group 1: 1 (policy 1" in told


def test_groups_of_a_unit_with_failover_off_keep_their_roles_in_the_story() -> None:
    told = told_with_groups("failover_disabled unit=primary")
    assert "Disabled, failover is off (group 1 active," in told


def test_the_way_home_is_told() -> None:
    pair = Pair.cold(read_config(TRACES / "groups-preempt.cfg"))
    told = story(pair, e.UnitRestored(unit=S), e.NegotiationExpired(unit=S), e.UnitRestored(unit=P))
    assert "the preempt delay of group 1 ends on the primary" in told
    assert "the primary hands group 2 over to the secondary" in story(pair, *BOOT)


def test_a_synchronisation_gives_the_reason_that_began_it_all_along() -> None:
    pair = settled()
    text = story(pair, e.WriteStandby(unit=P))
    assert 'because "Configuration mismatch"' in text and "Detected an Active mate" not in text
    booted = tell(steps_of(Pair.cold(CONFIG), BOOT), pair.settings)
    assert 'because "Detected an Active mate"' in booted and "Configuration mismatch" not in booted
