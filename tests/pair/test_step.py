"""`step` is a function: a state and an event in, a new state and what the units tell the world out."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import pytest

from failover_fsm import PairConfig
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import NotPossible, Options, Pair, Refused, StepError, cold, events, next_state, step
from failover_fsm.pair.events import (
    COMMANDS,
    EVENTS,
    Cause,
    Command,
    CommandEntered,
    Event,
    FailoverActive,
    FailoverDisabled,
    FailoverEnabled,
    FailoverLinkFailed,
    FailoverLinkRestored,
    FailoverReset,
    Fault,
    HelloHeard,
    HoldTimeExpired,
    InterfaceLinkFailed,
    InterfaceLinkRestored,
    InterfacePathFailed,
    InterfacesChecked,
    InterfaceTrafficFailed,
    MessageDelivered,
    NegotiationExpired,
    NoFailoverActive,
    PeerAnsweredOnData,
    ProtocolStep,
    Reload,
    Repair,
    SynchronizationAdvanced,
    UnitFailed,
    UnitRestored,
    WriteStandby,
)
from failover_fsm.pair.obstacles import Mismatch
from failover_fsm.pair.outputs import (
    Address,
    CommandReplicated,
    CommandWithoutPart,
    GratuitousArp,
    Mac,
    MessageLost,
    MessageSent,
    Output,
    RoleChanged,
    SystemLog,
)
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.settings import Port, Settings, StatefulLink
from failover_fsm.pair.stateful import passed_by_group
from failover_fsm.pair.states import ConfigSync, Group, Handover, LinkState, PeerContact, Phase, Role, State, UnitState
from tests.pairs import PRIMARY, SECONDARY, UNITS, Whole, explored, settings

TEXT = """\
hostname edge
interface GigabitEthernet0/0
 nameif outside
 ip address 198.51.100.1 255.255.255.0 standby 198.51.100.2
interface GigabitEthernet0/1
 nameif inside
 ip address 10.0.1.1 255.255.255.0 standby 10.0.1.2
interface GigabitEthernet0/2
interface GigabitEthernet0/3
failover
failover lan unit primary
failover lan interface folink GigabitEthernet0/2
failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2
failover link statelink GigabitEthernet0/3
failover interface ip statelink 172.16.0.5 255.255.255.252 standby 172.16.0.6
"""
CONFIG = PairConfig.from_asa(TEXT)


def restored(*units: object) -> list[Event]:
    return [UnitRestored(unit=unit) for unit in units]  # type: ignore[arg-type]


def settled(pair: Pair, *happened: Event) -> Pair:
    """The pair after each of these, with everything that follows from it."""
    for event in happened:
        pair = pair.step(event)[0].settle()[0]
    return pair


def roles(pair: Pair) -> tuple[str, str]:
    """What each unit is: its role while it is up, else its phase."""
    shown = []
    for unit in UNITS:
        record = pair.state.unit(unit)
        shown.append(record.groups[0].role.value if record.phase is Phase.UP else record.phase.value)
    return shown[0], shown[1]


def told(pair: Pair, *happened: Event) -> tuple[Pair, list[Output]]:
    """The pair after these events and nothing else, and all outputs."""
    outputs: list[Output] = []
    for event in happened:
        pair, new = pair.step(event)
        outputs += new
    return pair, outputs


def logged(outputs: Iterable[Output]) -> list[tuple[object, int]]:
    """The system messages that a run shows among the outputs: unit and number; all are in test_syslog.py."""
    logs = [output for output in outputs if isinstance(output, SystemLog)]
    return [(output.unit, output.number) for output in logs if output.is_brief]


COLD = Pair.cold(CONFIG)
BOOTED = settled(COLD, *restored(PRIMARY, SECONDARY))
ALONE = settled(COLD, *restored(PRIMARY))
SUSPENDED = settled(BOOTED, FailoverLinkFailed())
CUTS = [FailoverLinkFailed(), *(InterfacePathFailed(interface=name) for name in ("outside", "inside"))]
SPLIT = settled(told(BOOTED, *CUTS)[0], HoldTimeExpired(unit=SECONDARY))


# -- a pure function -----------------------------------------------------------------------------------


def test_step_gives_the_same_answer_twice_and_leaves_the_state_it_was_given_alone() -> None:
    whole = explored("units").whole
    for state in explored("units").states[::11]:
        copy = attrs.evolve(state, primary=attrs.evolve(state.primary), secondary=attrs.evolve(state.secondary))
        for event in whole.events(state):
            answers = []
            for _ in range(2):
                try:
                    answers.append(step(state, whole.settings, event))
                except StepError as error:
                    answers.append((type(error), error.event, error.why))
            assert answers[0] == answers[1]
        assert state == copy


def test_a_pair_is_immutable_and_a_step_of_it_gives_another_pair() -> None:
    after, _ = COLD.step(UnitRestored(unit=PRIMARY))
    assert COLD.state == cold(COLD.settings)
    assert after.state != COLD.state
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        after.state = COLD.state  # type: ignore[misc]


@pytest.mark.slow
def test_what_is_told_does_not_decide_what_happens() -> None:
    for state in explored("units").states[::17]:
        for event, moved in explored("units").whole.moves(state):
            if moved is not None:
                assert step(state, explored("units").whole.settings, event)[0] == moved.state, event


# -- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pair", "command", "why"),
    [
        (COLD, FailoverActive(unit=PRIMARY), "the unit is not up"),
        (COLD, CommandEntered(unit=PRIMARY, text="hostname x"), "the unit is not running"),
        (COLD, Reload(unit=SECONDARY), "the unit is not running"),
        (BOOTED, FailoverActive(unit=PRIMARY), "the unit is already active"),
        (BOOTED, NoFailoverActive(unit=SECONDARY), "the unit is not active"),
        (BOOTED, FailoverEnabled(unit=PRIMARY), "failover is already on"),
        (BOOTED, WriteStandby(unit=SECONDARY), "only the active unit can"),
        (ALONE, NoFailoverActive(unit=PRIMARY), "no standby ready unit"),
        (ALONE, WriteStandby(unit=PRIMARY), "only the active unit can"),
        (SUSPENDED, FailoverActive(unit=SECONDARY), "not in contact on the failover link"),
        (SUSPENDED, NoFailoverActive(unit=PRIMARY), "no standby ready unit in contact on the failover link"),
        (
            settled(BOOTED, InterfaceLinkFailed(unit=SECONDARY, interface="inside")),
            FailoverActive(unit=SECONDARY),
            "enter failover reset first",
        ),
        (settled(BOOTED, FailoverDisabled(unit=PRIMARY)), FailoverDisabled(unit=PRIMARY), "already off"),
    ],
)
def test_a_unit_refuses_a_command_with_a_reason_and_nothing_changes(pair: Pair, command: Command, why: str) -> None:
    before = pair.state
    with pytest.raises(Refused, match=why) as caught:
        pair.step(command)
    assert (caught.value.event, pair.state) == (command, before)
    assert str(caught.value) == f"{command}: {caught.value.why}"
    assert command not in pair.possible()


@pytest.mark.parametrize("kind", [FailoverActive, NoFailoverActive, FailoverReset])
@pytest.mark.parametrize("unit", UNITS)
def test_an_active_standby_pair_refuses_a_command_for_a_group(kind: type[FailoverActive], unit: object) -> None:
    for pair in (COLD, BOOTED):
        with pytest.raises(Refused, match="has no failover groups"):
            pair.step(kind(unit=unit, group=1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pair", "event", "why"),
    [
        (COLD, UnitFailed(unit=PRIMARY), "the unit is not running"),
        (BOOTED, UnitRestored(unit=PRIMARY), "the unit is running"),
        (COLD, HelloHeard(unit=PRIMARY), "its cause does not hold"),
        (BOOTED, HoldTimeExpired(unit=SECONDARY), "its cause does not hold"),
        (BOOTED, MessageDelivered(unit=SECONDARY), "its cause does not hold"),
        (BOOTED, SynchronizationAdvanced(unit=SECONDARY), "its cause does not hold"),
        (BOOTED, FailoverLinkRestored(), "it is so already"),
        (SUSPENDED, FailoverLinkFailed(), "it is so already"),
        (BOOTED, InterfaceLinkRestored(unit=PRIMARY, interface="inside"), "it is so already"),
        (BOOTED, InterfacePathFailed(interface="nowhere"), "no interface nowhere; allowed: outside, inside"),
    ],
)
def test_an_event_without_its_cause_is_not_possible_and_nothing_changes(pair: Pair, event: Event, why: str) -> None:
    before = pair.state
    with pytest.raises(NotPossible, match=why) as caught:
        pair.step(event)
    assert (caught.value.event, pair.state) == (event, before)


def test_commands_are_refused_and_other_events_are_not_possible_never_the_other_way_round() -> None:
    whole = explored("units").whole
    seen = set()
    for state in explored("units").states[::13]:
        for event in whole.events(state):
            try:
                next_state(state, whole.settings, event)
            except StepError as error:
                seen.add(type(error))
                assert isinstance(error, Refused) == isinstance(event, Command), event
    assert seen == {Refused, NotPossible}


def test_the_base_of_the_errors_is_never_raised_itself() -> None:
    with pytest.raises(TypeError, match="raise Refused or NotPossible"):
        StepError(FailoverLinkFailed(), "because")


# -- outputs ---------------------------------------------------------------------------------------------


def test_a_boot_beside_an_active_unit_logs_both_ends_of_the_synchronisation() -> None:
    pair, outputs = told(ALONE, UnitRestored(unit=SECONDARY), HelloHeard(unit=SECONDARY), HelloHeard(unit=PRIMARY))
    assert logged(outputs) == [(SECONDARY, 105042), (SECONDARY, 709005), (PRIMARY, 709003), (PRIMARY, 105042)]
    _, outputs = told(pair, *[SynchronizationAdvanced(unit=SECONDARY)] * 4)
    assert [str(item) for item in outputs if isinstance(item, SystemLog) and item.is_brief] == [
        "%ASA-1-709006: (Secondary) End Configuration Replication (STB)",
        "%ASA-1-709004: (Primary) End Configuration Replication (ACT)",
    ]
    assert roles(told(pair, *[SynchronizationAdvanced(unit=SECONDARY)] * 4)[0]) == ("active", "standby-ready")


def test_a_unit_that_finds_no_peer_says_that_it_becomes_active_and_why() -> None:
    pair, _ = told(COLD, UnitRestored(unit=PRIMARY))
    _, outputs = told(pair, NegotiationExpired(unit=PRIMARY))
    assert outputs[1:] == [
        RoleChanged(unit=PRIMARY, group=None, before=Role.NONE, after=Role.ACTIVE, reason="No Active unit found"),
        SystemLog(unit=PRIMARY, number=104001, severity=1, text="Switching to ACTIVE - state check."),
        SystemLog.of(PRIMARY, 105003, interface="outside"),
        SystemLog.of(PRIMARY, 105003, interface="inside"),
        GratuitousArp(unit=PRIMARY, interface="outside", address=Address.ACTIVE, mac=Mac.PRIMARY),
        GratuitousArp(unit=PRIMARY, interface="inside", address=Address.ACTIVE, mac=Mac.PRIMARY),
    ]


def test_a_standby_that_takes_over_logs_the_silence_and_the_switch() -> None:
    pair, _ = told(BOOTED, UnitFailed(unit=PRIMARY))
    _, outputs = told(pair, HoldTimeExpired(unit=SECONDARY))
    assert logged(outputs) == [(SECONDARY, 105043), (SECONDARY, 103001), (SECONDARY, 104001)]
    switch = "%ASA-1-104001: (Secondary) Switching to ACTIVE - HELLO not heard from mate."
    assert switch in map(str, outputs)


def test_a_hand_over_logs_standby_on_one_unit_and_active_on_the_other_and_sends_a_message() -> None:
    pair, outputs = told(BOOTED, NoFailoverActive(unit=PRIMARY))
    assert logged(outputs) == [(PRIMARY, 104002)]
    assert outputs[-1] == MessageSent(unit=PRIMARY, message=Handover.GRANT)
    assert roles(pair) == ("standby-ready", "standby-ready"), "break before make"
    pair, outputs = told(pair, MessageDelivered(unit=SECONDARY))
    assert logged(outputs) == [(SECONDARY, 104001)]
    assert roles(pair) == ("standby-ready", "active")


def test_a_request_is_answered_and_only_the_answer_makes_active() -> None:
    pair, outputs = told(BOOTED, FailoverActive(unit=SECONDARY))
    entered = SystemLog.of(SECONDARY, 111008, user="enable_15", command="failover active")
    assert outputs == [entered, MessageSent(unit=SECONDARY, message=Handover.REQUEST)]
    pair, outputs = told(pair, MessageDelivered(unit=PRIMARY))
    assert outputs[-1] == MessageSent(unit=PRIMARY, message=Handover.ANSWER)
    assert roles(told(pair, MessageDelivered(unit=SECONDARY))[0]) == ("standby-ready", "active")


def test_the_loss_and_the_return_of_the_failover_link_are_logged_on_both_units() -> None:
    pair, _ = told(BOOTED, FailoverLinkFailed())
    pair, outputs = told(pair, *(PeerAnsweredOnData(unit=unit) for unit in UNITS))
    assert logged(outputs) == [(PRIMARY, 105043), (SECONDARY, 105043)]
    pair, _ = told(pair, FailoverLinkRestored())
    _, outputs = told(pair, HelloHeard(unit=PRIMARY))
    assert logged(outputs) == [(PRIMARY, 105042)]


def test_a_standby_that_fails_and_recovers_says_so() -> None:
    pair, _ = told(BOOTED, InterfaceLinkFailed(unit=SECONDARY, interface="outside"))
    pair, outputs = told(pair, InterfacesChecked(unit=SECONDARY))
    assert logged(outputs) == [(SECONDARY, 104003)]
    pair, _ = told(pair, InterfaceLinkRestored(unit=SECONDARY, interface="outside"))
    assert logged(told(pair, InterfacesChecked(unit=SECONDARY))[1]) == [(SECONDARY, 104004)]


def test_failover_switched_off_and_on_is_logged_where_it_is() -> None:
    pair, outputs = told(BOOTED, FailoverDisabled(unit=PRIMARY))
    assert logged(outputs) == [(PRIMARY, 105001), (SECONDARY, 105001)]
    assert logged(told(pair, FailoverEnabled(unit=PRIMARY))[1]) == [(PRIMARY, 105002)]


def test_a_unit_without_power_logs_nothing() -> None:
    _, outputs = told(BOOTED, UnitFailed(unit=PRIMARY))
    assert [output for output in outputs if isinstance(output, SystemLog) and output.unit is PRIMARY] == []


def test_a_command_on_the_active_unit_reaches_the_standby() -> None:
    pair, outputs = told(BOOTED, CommandEntered(unit=PRIMARY, text="hostname x"))
    nothing = CommandWithoutPart(unit=PRIMARY, text="hostname x", why="no part of the model")
    entered = SystemLog.of(PRIMARY, 111008, user="enable_15", command="hostname x")
    assert outputs == [entered, CommandReplicated(unit=PRIMARY, text="hostname x"), nothing]
    kept = {"primary": {"newest": True, "saved": False}, "secondary": {"newest": True, "saved": False}}
    records = {name: attrs.evolve(getattr(BOOTED.state, name), **changes) for name, changes in kept.items()}
    assert pair.state == attrs.evolve(BOOTED.state, **records)


def test_a_command_does_not_reach_a_unit_that_negotiates() -> None:
    pair, _ = told(ALONE, UnitRestored(unit=SECONDARY))
    pair, outputs = told(pair, CommandEntered(unit=PRIMARY, text="hostname x"), FailoverLinkFailed())
    pair, _ = told(pair, NegotiationExpired(unit=SECONDARY))
    assert roles(pair) == ("active", "active")
    assert ConfigSync.OUT_OF_SYNC in (pair.state.primary.config_sync, pair.state.secondary.config_sync)
    assert CommandReplicated(unit=PRIMARY, text="hostname x") not in outputs


# -- messages that get lost --------------------------------------------------------------------------------

GRANTED = told(BOOTED, NoFailoverActive(unit=PRIMARY))[0]
LOST_GRANT = MessageLost(unit=SECONDARY, message=Handover.GRANT)


@pytest.mark.parametrize(
    "event",
    [
        FailoverLinkFailed(),
        *(UnitFailed(unit=unit) for unit in UNITS),
        *(Reload(unit=unit) for unit in UNITS),
        FailoverDisabled(unit=PRIMARY),
    ],
    ids=str,
)
def test_a_message_is_lost_when_its_channel_fails_or_an_end_stops_or_leaves_failover(event: Event) -> None:
    pair, outputs = told(GRANTED, event)
    assert pair.state.secondary.groups[0].handover is Handover.NONE
    receiver_let_go = event.unit is SECONDARY if hasattr(event, "unit") else False
    assert (LOST_GRANT in outputs) is not receiver_let_go
    with pytest.raises(NotPossible):
        pair.step(MessageDelivered(unit=SECONDARY))


def test_a_grant_survives_what_does_not_touch_the_failover_link() -> None:
    for event in (InterfacePathFailed(interface="inside"), InterfaceLinkFailed(unit=SECONDARY, interface="outside")):
        pair, outputs = told(GRANTED, event)
        assert [output for output in outputs if not isinstance(output, SystemLog)] == []
        assert pair.state.secondary.groups[0].handover is Handover.GRANT


def test_the_grant_of_the_sample_travels_by_data_interfaces_and_is_lost_with_the_last_of_them() -> None:
    pair, outputs = told(
        BOOTED, FailoverLinkFailed(), InterfaceLinkFailed(unit=PRIMARY, interface="outside"),
        PeerAnsweredOnData(unit=PRIMARY),
    )  # fmt: skip
    assert outputs[-1] == MessageSent(unit=PRIMARY, message=Handover.GRANT_BY_DATA)
    assert roles(told(pair, MessageDelivered(unit=SECONDARY))[0]) == ("standby-ready", "active")
    pair, outputs = told(pair, InterfacePathFailed(interface="inside"))
    assert outputs == [MessageLost(unit=SECONDARY, message=Handover.GRANT_BY_DATA)]


def test_no_timer_fires_while_a_message_is_on_its_way() -> None:
    assert not any(isinstance(event, HoldTimeExpired | NegotiationExpired) for event in GRANTED.possible())


# -- what is possible ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_possible_lists_what_step_accepts_but_for_protocol_steps_that_change_nothing() -> None:
    config = PairConfig.from_asa(TEXT)
    model = Settings.of(config)
    environment = Environment(
        faults=("power", "failover-link", "stateful-link", "ports"),
        operator=("failover-active", "reset", "disable", "reload", "write-standby"), max_faults=1, sync_states=True,
    )  # fmt: skip
    whole = Whole(model, environment)
    for state in whole.explore(limit=1500)[::5]:
        listed = Pair(config=config, settings=model, state=state).possible()
        kinds = [isinstance(event, ProtocolStep) for event in listed]
        assert len(set(listed)) == len(listed) and kinds == sorted(kinds, reverse=True)
        for event in (*whole.events(state), *(InterfaceTrafficFailed(unit=unit, interface="inside") for unit in UNITS)):
            try:
                after = step(state, model, event)[0]
            except StepError:
                assert event not in listed
            else:
                assert (event in listed) is (after != state or not isinstance(event, ProtocolStep)), event


# -- settling ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (COLD, ("off", "off")),
        (ALONE, ("active", "off")),
        (settled(COLD, *restored(SECONDARY)), ("off", "active")),
        (settled(COLD, *restored(SECONDARY, PRIMARY)), ("standby-ready", "active")),
        (BOOTED, ("active", "standby-ready")),
        (told(COLD, *restored(SECONDARY, PRIMARY))[0].settle()[0], ("active", "standby-ready")),
        (settled(BOOTED, UnitFailed(unit=PRIMARY)), ("down", "active")),
        (settled(BOOTED, UnitFailed(unit=PRIMARY), UnitRestored(unit=PRIMARY)), ("standby-ready", "active")),
        (settled(BOOTED, UnitFailed(unit=SECONDARY)), ("active", "down")),
        (settled(BOOTED, InterfaceLinkFailed(unit=PRIMARY, interface="inside")), ("failed", "active")),
        (settled(BOOTED, InterfaceTrafficFailed(unit=PRIMARY, interface="inside")), ("failed", "active")),
        (settled(BOOTED, InterfaceLinkFailed(unit=SECONDARY, interface="inside")), ("active", "failed")),
        (SUSPENDED, ("active", "standby-ready")),
        (SPLIT, ("active", "active")),
        (settled(SPLIT, FailoverLinkRestored()), ("active", "standby-ready")),
        (settled(told(COLD, FailoverLinkFailed())[0], *restored(PRIMARY, SECONDARY)), ("active", "active")),
        (settled(BOOTED, Reload(unit=SECONDARY)), ("active", "standby-ready")),
        (settled(BOOTED, NoFailoverActive(unit=PRIMARY)), ("standby-ready", "active")),
        (settled(BOOTED, FailoverDisabled(unit=PRIMARY)), ("active", "standby-ready")),
    ],
)
def test_a_pair_settles_as_the_chapter_says(pair: Pair, expected: tuple[str, str]) -> None:
    assert roles(pair) == expected
    assert pair.settle() == (pair, ())


def test_a_failed_standby_takes_nothing_over_from_interfaces_but_does_after_silence() -> None:
    pair = settled(BOOTED, InterfaceLinkFailed(unit=SECONDARY, interface="inside"))
    pair = settled(pair, InterfaceLinkFailed(unit=PRIMARY, interface="outside"))
    assert roles(pair) == ("active", "failed")
    assert roles(settled(pair, UnitFailed(unit=PRIMARY))) == ("down", "active")
    waiting = Pair.cold(CONFIG, Options(failed_standby_takes_over=False))
    waiting = settled(waiting, *restored(PRIMARY, SECONDARY), InterfaceLinkFailed(unit=SECONDARY, interface="inside"))
    assert roles(settled(waiting, UnitFailed(unit=PRIMARY))) == ("down", "failed")


@pytest.mark.parametrize("role", [Role.STANDBY_READY, Role.FAILED])
def test_an_option_decides_whether_units_that_see_no_active_one_elect_one(role: Role) -> None:
    waiting = UnitState(phase=Phase.UP, contact=PeerContact.LINK, groups=(Group(role=role),))
    for elects, after in ((True, Role.ACTIVE), (False, role)):
        pair = settings(no_active_unit_seen=elects)
        state = State(primary=waiting, secondary=waiting)
        event = events.NoActiveUnitSeen(unit=PRIMARY)
        assert step(state, pair, event)[0].primary.groups[0].role is after


def test_the_interfaces_of_the_active_unit_do_not_fail_it_while_the_link_is_marked_failed() -> None:
    pair = settled(SUSPENDED, InterfaceLinkFailed(unit=PRIMARY, interface="inside"))
    assert roles(pair) == ("active", "standby-ready")
    assert pair.state.primary.contact is PeerContact.DATA
    assert roles(settled(pair, FailoverLinkRestored())) == ("failed", "active")


def test_settle_tells_its_steps_and_they_replay() -> None:
    start, _ = told(COLD, *restored(PRIMARY, SECONDARY))
    pair, steps = start.settle()
    here = start
    for event, outputs in steps:
        here, again = here.step(event)
        assert again == outputs
    assert here == pair == BOOTED


# -- settings ----------------------------------------------------------------------------------------------


def test_settings_take_from_a_configuration_what_the_protocol_reads() -> None:
    assert Settings.of(CONFIG) == Settings(
        ports=(Port(name="outside"), Port(name="inside")),
        carriers=(
            Carrier(name="GigabitEthernet0/0", interfaces=(0,)),
            Carrier(name="GigabitEthernet0/1", interfaces=(1,)),
            Carrier(name="GigabitEthernet0/2", failover=True),
            Carrier(name="GigabitEthernet0/3", stateful=True),
        ),
        stateful=StatefulLink.DEDICATED,
        links=("folink", "statelink"),
        enabled=True,
        passed=passed_by_group(CONFIG),
    )
    assert Settings.of(CONFIG).index_of("inside") == 1
    with pytest.raises(KeyError):
        settings(1).index_of("inside")


def test_a_unit_whose_failover_is_off_boots_alone() -> None:
    off = settings(enabled=False)
    state = step(cold(off), off, UnitRestored(unit=SECONDARY))[0]
    assert (state.secondary.phase, state.secondary.groups[0].role) == (Phase.UP, Role.ACTIVE)


# -- events --------------------------------------------------------------------------------------------------


def examples() -> list[Event]:
    """One event of each class at least, with each optional word once."""
    found: list[Event] = []
    for kind in EVENTS:
        names = [field.name for field in attrs.fields(kind) if field.default is attrs.NOTHING]
        values = {
            "unit": SECONDARY,
            "interface": "in side",
            "text": 'say "x"',
            "element": "switch-1",
            "port": "Ethernet0/1",
            "what": Mismatch.CARD,
        }
        found.append(kind(**{name: values[name] for name in names}))
    return [
        *found, FailoverActive(unit=PRIMARY, group=2), UnitFailed(unit=PRIMARY, cause=Cause.SOFTWARE),
        WriteStandby(unit=PRIMARY, context="admin"), CommandEntered(unit=PRIMARY, context="a=b", text="x # y"),
    ]  # fmt: skip


def test_every_class_of_event_is_of_one_kind_and_listed_once() -> None:
    assert len(set(EVENTS)) == len(EVENTS)
    for kind in EVENTS:
        assert sum(issubclass(kind, base) for base in (Fault, Repair, Command, ProtocolStep)) == 1
    assert set(COMMANDS) == {kind for kind in EVENTS if issubclass(kind, Command)}
    words = [kind.word() for kind in EVENTS]
    assert len(set(words)) == len(words) and all(word.replace("_", "").islower() for word in words)


def shown_as_expression(text: str) -> str:
    """Python shows a member of an enum as `<Unit.PRIMARY: 'primary'>`; as an expression it is `Unit.PRIMARY`."""
    for member in (*type(PRIMARY), *Cause, *Mismatch):
        text = text.replace(repr(member), str(member))
    return text


@pytest.mark.parametrize("event", examples(), ids=str)
def test_the_repr_of_an_event_rebuilds_it(event: Event) -> None:
    names = {**vars(events), "Unit": type(PRIMARY), "Mismatch": Mismatch}
    rebuilt = eval(shown_as_expression(repr(event)), names)
    assert rebuilt == event and hash(rebuilt) == hash(event) and str(rebuilt) == str(event)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (UnitFailed(unit=PRIMARY), "unit_failed unit=primary"),
        (UnitFailed(unit=PRIMARY, cause=Cause.HARDWARE), "unit_failed unit=primary cause=hardware"),
        (FailoverLinkFailed(), "failover_link_failed"),
        (FailoverActive(unit=SECONDARY, group=1), "failover_active unit=secondary group=1"),
        (InterfaceLinkFailed(unit=PRIMARY, interface="dmz"), "interface_link_failed unit=primary interface=dmz"),
        (CommandEntered(unit=PRIMARY, text='say "x"'), 'command_entered unit=primary text="say ""x"""'),
        (PeerAnsweredOnData(unit=PRIMARY), "peer_answered_on_data unit=primary"),
    ],
)
def test_an_event_is_written_as_the_trace_language_writes_it(event: Event, words: str) -> None:
    assert str(event) == words


@pytest.mark.parametrize(
    ("base", "fields"),
    [(Event, {}), (Fault, {}), (Repair, {}), (Command, {"unit": PRIMARY}), (ProtocolStep, {"unit": PRIMARY})],
)
def test_a_base_class_is_no_event(base: type[Event], fields: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="is not an event of its own"):
        base(**fields)


def test_events_refuse_values_that_mean_nothing() -> None:
    for wrong in (
        lambda: UnitFailed(unit="primary"),  # type: ignore[arg-type]
        lambda: UnitFailed(unit=PRIMARY, cause="power"),  # type: ignore[arg-type]
        lambda: FailoverActive(unit=PRIMARY, group=3),
        lambda: InterfacePathFailed(interface=""),
        lambda: HelloHeard(),  # type: ignore[call-arg]
    ):
        with pytest.raises((TypeError, ValueError)):
            wrong()


def test_a_state_is_a_value() -> None:
    assert State() == State() and hash(State()) == hash(State())
    assert attrs.evolve(State(), links=attrs.evolve(State().links, failover=LinkState.CUT)) != State()
