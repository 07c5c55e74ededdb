"""The interface tests, step by step, come to the verdict that searches use at once."""

from __future__ import annotations

from itertools import pairwise, product

import attrs
import pytest

from failover_fsm.pair import health, next_state
from failover_fsm.pair.events import Event, InterfacesChecked
from failover_fsm.pair.health import (
    COUNTED,
    NETWORK_TESTS,
    InterfaceTest,
    Status,
    failed_by_group,
    failed_interfaces,
    hears,
    hears_on_data,
    status,
)
from failover_fsm.pair.rule_context import Inputs
from failover_fsm.pair.settings import GroupSettings, Port, Settings
from failover_fsm.pair.states import (
    Group,
    Interface,
    Links,
    LinkState,
    PeerContact,
    Phase,
    PortState,
    Role,
    State,
    Unit,
    UnitState,
)
from failover_fsm.pair.step import UnitResult, react
from failover_fsm.records import Shape, Tracer
from tests.pairs import PRIMARY, UNITS, settings

LINES = tuple(product(PortState, repeat=2))
CASES = tuple(product(LINES, (True, False)))


def runs(start: InterfaceTest) -> list[tuple[InterfaceTest, ...]]:
    """Every way the tests can go, each as the list of its states."""
    following = tuple(start.outcomes())
    if not following:
        return [(start,)]
    return [(start, *rest) for step in following for rest in runs(step)]


def pair(lines: tuple[PortState, PortState], contact: bool) -> State:
    """Both units up, one interface with these ports; in contact or not by the failover link alone."""
    unit = UnitState(phase=Phase.UP, contact=PeerContact.LINK)
    port = Interface(path=LinkState.CUT, primary=lines[0], secondary=lines[1])
    links = Links(failover=LinkState.GOOD if contact else LinkState.CUT)
    return State(primary=unit, secondary=unit, links=links, interfaces=(port,))


def folded(lines: tuple[PortState, PortState], contact: bool) -> tuple[Status, Status]:
    """The verdict of `status` on both units."""
    state = pair(lines, contact)
    assert hears(state, settings(1), PRIMARY) is contact
    primary, secondary = (status(state, settings(1), unit, 0) for unit in UNITS)
    return primary, secondary


def counted(verdicts: tuple[Status | None, ...]) -> tuple[bool, ...]:
    """Which of the verdicts count towards the interface policy."""
    return tuple(verdict in COUNTED for verdict in verdicts)


def wrong_verdicts(kind: type[InterfaceTest]) -> list[tuple[tuple[PortState, PortState], bool]]:
    """The cases in which some run of the tests ends otherwise than the folded verdict says.

    Premise: only an interface that is not heard is tested.  A port that receives although the peer's port is down
    is waiting for the peer in the folded verdict and normal in the tests, for tests ask about the unit's own side.
    """
    found = []
    for lines, contact in CASES:
        wanted = tuple(Status.NORMAL if item is Status.WAITING else item for item in folded(lines, contact))
        ends = {run[-1].verdicts for run in runs(kind(lines=lines, contact=contact))}
        if ends != {wanted}:
            found.append((lines, contact))
    return found


def test_every_way_the_tests_can_go_ends_in_the_folded_verdict() -> None:
    assert wrong_verdicts(InterfaceTest) == []


@pytest.mark.parametrize(("lines", "contact"), CASES)
def test_tests_run_in_the_order_link_activity_arp_ping_and_stop_when_both_sides_are_decided(
    lines: tuple[PortState, PortState], contact: bool
) -> None:
    order = (health.Test.LINK, *NETWORK_TESTS)
    assert order == (health.Test.LINK, health.Test.ACTIVITY, health.Test.ARP_1, health.Test.ARP_2, health.Test.PING)
    for run in runs(InterfaceTest(lines=lines, contact=contact)):
        tests = tuple(step.test for step in run)
        assert tests == (*order[: len(run) - 1], None)
        assert all(None in step.verdicts for step in run[:-1])
        assert None not in run[-1].verdicts
        for before, after in pairwise(run):
            for old, new in zip(before.verdicts, after.verdicts, strict=True):
                assert old is None or new is old, "a verdict stands"


def test_a_port_without_link_is_found_by_the_first_test_and_by_no_other() -> None:
    for lines, contact in CASES:
        for run in runs(InterfaceTest(lines=lines, contact=contact)):
            down = tuple(verdict is Status.NO_LINK for verdict in run[1].verdicts)
            assert down == tuple(line is PortState.DOWN for line in lines)
            assert down == tuple(verdict is Status.NO_LINK for verdict in run[-1].verdicts)


@pytest.mark.parametrize("contact", [True, False])
def test_an_interface_that_is_silent_on_both_units_is_unknown_and_does_not_count(contact: bool) -> None:
    both = (PortState.SILENT, PortState.SILENT)
    for run in runs(InterfaceTest(lines=both, contact=contact)):
        assert run[-1].verdicts == (Status.UNKNOWN, Status.UNKNOWN)
    assert counted(folded(both, contact)) == (False, False)


def test_without_contact_silence_is_unknown_because_nobody_says_what_the_other_side_receives() -> None:
    assert folded((PortState.SILENT, PortState.GOOD), True) == (Status.FAILED, Status.NORMAL)
    assert folded((PortState.SILENT, PortState.GOOD), False) == (Status.UNKNOWN, Status.NORMAL)


class JudgesAlone(InterfaceTest):
    """A wrong judge: silence is failure, whatever the other side receives."""

    def _judge(self, side: int, received: tuple[bool, ...]) -> Status | None:
        verdict = super()._judge(side, received)
        return Status.FAILED if verdict is Status.UNKNOWN else verdict


class JudgesInHaste(InterfaceTest):
    """A wrong judge: the first test without traffic decides."""

    def _judge(self, side: int, received: tuple[bool, ...]) -> Status | None:
        return super()._judge(side, received) or (Status.FAILED if self.contact else Status.UNKNOWN)


class NeverFails(InterfaceTest):
    """A wrong judge: one-sided traffic does not decide."""

    def _judge(self, side: int, received: tuple[bool, ...]) -> Status | None:
        verdict = super()._judge(side, received)
        return Status.UNKNOWN if verdict is Status.FAILED else verdict


@pytest.mark.parametrize(
    ("judge", "case"),
    [
        (JudgesAlone, ((PortState.SILENT, PortState.SILENT), True)),
        (JudgesInHaste, ((PortState.GOOD, PortState.GOOD), True)),
        (NeverFails, ((PortState.SILENT, PortState.GOOD), True)),
    ],
)
def test_a_wrong_judge_is_caught(judge: type[InterfaceTest], case: tuple[tuple[PortState, PortState], bool]) -> None:
    assert case in wrong_verdicts(judge)


# -- what is counted, who is heard -------------------------------------------------------------------


def test_only_monitored_interfaces_that_are_not_shut_down_count() -> None:
    ports = (Port(name="a"), Port(name="b", monitored=False), Port(name="c", shutdown=True))
    down = Interface(primary=PortState.DOWN)
    state = attrs.evolve(pair((PortState.GOOD, PortState.GOOD), True), interfaces=(down, down, down))
    three = Settings(ports=ports)
    assert [status(state, three, PRIMARY, index) for index in range(3)] == [
        Status.NO_LINK, Status.NO_LINK, Status.LINK_DOWN,
    ]  # fmt: skip
    assert failed_interfaces(state, three, PRIMARY) == 1
    assert (three.counted, three.monitored_in(0)) == ((0,), 2)


def test_an_interface_without_a_standby_address_waits_and_never_counts() -> None:
    """Nothing can be said about what it receives; whether it has link still shows."""
    bare = Settings(ports=(Port(name="a", addressed=False),))
    expected = {PortState.GOOD: Status.WAITING, PortState.SILENT: Status.WAITING, PortState.DOWN: Status.NO_LINK}
    for line, wanted in expected.items():
        state = pair((line, PortState.GOOD), True)
        assert status(state, bare, PRIMARY, 0) is wanted
        assert failed_interfaces(state, bare, PRIMARY) == 0
    assert status(pair((PortState.SILENT, PortState.GOOD), True), settings(1), PRIMARY, 0) is Status.FAILED


@pytest.mark.parametrize(
    ("own", "peer", "path", "heard", "expected"),
    [
        (PortState.GOOD, PortState.GOOD, LinkState.GOOD, PeerContact.LINK, True),
        (PortState.GOOD, PortState.SILENT, LinkState.GOOD, PeerContact.DATA, True),
        (PortState.SILENT, PortState.GOOD, LinkState.GOOD, PeerContact.LINK, False),
        (PortState.GOOD, PortState.DOWN, LinkState.GOOD, PeerContact.LINK, False),
        (PortState.GOOD, PortState.GOOD, LinkState.CUT, PeerContact.LINK, False),
        (PortState.GOOD, PortState.GOOD, LinkState.GOOD, PeerContact.LOST, True),
        (PortState.GOOD, PortState.GOOD, LinkState.GOOD, PeerContact.NEVER, False),
    ],
)
def test_a_hello_crosses_a_data_interface_one_way_and_means_nothing_to_a_unit_that_never_met_its_peer(
    own: PortState, peer: PortState, path: LinkState, heard: PeerContact, expected: bool
) -> None:
    state = State(
        primary=UnitState(phase=Phase.UP, contact=heard),
        secondary=UnitState(phase=Phase.UP),
        interfaces=(Interface(path=path, primary=own, secondary=peer),),
    )
    assert hears_on_data(state, settings(1), PRIMARY) is expected


@pytest.mark.parametrize("contact", [True, False])
def test_the_number_that_searches_ask_for_is_that_of_the_statuses_people_see(contact: bool) -> None:
    """The count is put as questions about all interfaces together; `status` says it of each."""
    conditions = [
        Interface(path=path, primary=one, secondary=other)
        for path, one, other in product(LinkState, PortState, PortState)
    ]
    seen = set()
    for interfaces in product(conditions, repeat=2):
        state = attrs.evolve(pair((PortState.GOOD, PortState.GOOD), contact), interfaces=interfaces)
        for unit in UNITS:
            counted = sum(status(state, settings(2), unit, index) in health.COUNTED for index in range(2))
            assert failed_interfaces(state, settings(2), unit) == counted
            seen.add(counted)
    assert seen == {0, 1, 2}


def test_what_a_reactor_is_told_is_a_value_that_it_may_keep() -> None:
    """The same question twice is one key of a cache, whatever becomes of the draft that it was made on."""
    kept: dict[tuple[UnitState, Unit, Event, Inputs], UnitResult] = {}

    def remembering(own: UnitState, unit: Unit, event: Event, known: Inputs, chosen: Settings) -> UnitResult:
        return kept.setdefault((own, unit, event, known), react(own, unit, event, known, chosen))

    state = pair((PortState.DOWN, PortState.GOOD), True)
    state = attrs.evolve(state, primary=attrs.evolve(state.primary, groups=(Group(role=Role.ACTIVE),)))
    for event in (InterfacesChecked(unit=PRIMARY), InterfacesChecked(unit=PRIMARY)):
        next_state(state, settings(1), event, remembering)
    ((_, _, _, known),) = kept
    assert known.failed == (1,)


def test_a_traced_rule_reads_the_interfaces_of_the_group_that_it_asks_for() -> None:
    """Those of the other one do not multiply its paths."""
    ports = tuple(Port(name=f"port{group}", group=group) for group in (0, 1))
    groups = tuple(GroupSettings(preferred=unit) for unit in UNITS)
    good, down = Interface(), Interface(primary=PortState.DOWN)
    state = State(
        primary=UnitState(groups=(Group(), Group())),
        secondary=UnitState(groups=(Group(), Group())),
        interfaces=(good, good),
    )
    conditions = [(first, second) for first in (good, down) for second in (good, down)]
    fixed = {"wiring": [None], "running": [state.running], "impairments": [state.impairments]}
    shape = Shape.of(state, {"interfaces": conditions, **fixed})
    tracer = Tracer(shape, lambda number: shape.read(shape.codes(state), number))
    counts = failed_by_group(tracer.draft(), Settings(ports=ports, groups=groups), PRIMARY)
    assert not tracer.reads and len(counts) == 2
    assert not counts[1] >= 1
    asked = [shape.name(number).partition(" ")[2] for number in tracer.reads]
    assert asked == ["(1,), (), Unit.PRIMARY, 1)", "(1,), (1,), Unit.PRIMARY, 1)"]
    with pytest.raises(IndexError):
        _ = counts[2]
