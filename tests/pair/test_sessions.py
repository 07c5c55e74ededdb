"""Connections at a failover: which kinds are passed on, and when a standby's copy of them is good."""

from __future__ import annotations

import attrs
import pytest

from failover_fsm.config.records.pair_config import (
    FailoverGroup,
    FailoverInterface,
    Interface,
    PairConfig,
    StatefulInterface,
    StatefulLink,
)
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.impairments import Impairments
from failover_fsm.pair.outputs import SessionsEnded, SessionsTakenOver
from failover_fsm.pair.pair import changing_steps, cold
from failover_fsm.pair.sessions import link_works, sessions_ended
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.stateful import TABLE, carries_state, passed, passed_by_group, where_state_runs
from failover_fsm.pair.states import Interface as StateInterface
from failover_fsm.pair.states import PortState, Role, State, Unit
from failover_fsm.pair.step import step
from tests.pairs import PRIMARY, SECONDARY, UNITS, active_active, settings

LINKS = {"lan": FailoverInterface(name="fo", port="G0/2"), "link": StatefulInterface(name="st", port="G0/3")}
CONFIG = PairConfig(**LINKS)  # type: ignore[arg-type]

# -- Table 13-6 -----------------------------------------------------------------------------------------


def test_every_kind_cites_a_rule_and_none_is_there_twice() -> None:
    assert len({kind.name for kind in TABLE}) == len(TABLE)
    cited = {rule for kind in TABLE for rule in kind.rules}
    assert {f"STF-{number}" for number in (4, *range(7, 25))} <= cited


@pytest.mark.parametrize(
    ("kind", "config", "is_passed"),
    [
        ("TCP connections", CONFIG, True),
        ("TCP connections", PairConfig(), False),
        ("HTTP connections", CONFIG, False),
        ("HTTP connections", attrs.evolve(CONFIG, replication_http=True), True),
        ("layer 2 bridge table", CONFIG, False),
        ("layer 2 bridge table", attrs.evolve(CONFIG, transparent=True), True),
        ("ISAKMP and IPSec security associations", CONFIG, True),
        ("ISAKMP and IPSec security associations", attrs.evolve(CONFIG, multiple_context=True), False),
        ("user authentication", CONFIG, False),
        ("routing tables", CONFIG, False),
    ],
)
def test_what_is_passed_depends_on_the_configuration(kind: str, config: PairConfig, is_passed: bool) -> None:
    """STF-1, STF-7 to STF-17, STF-25, LIM-1."""
    assert (kind in passed(config)) is is_passed


def test_http_replication_is_told_to_each_group() -> None:
    """STF-26."""
    groups = (FailoverGroup(number=1, replication_http=True), FailoverGroup(number=2))
    config = attrs.evolve(CONFIG, multiple_context=True, groups=groups, replication_http=True)
    first, second = passed_by_group(config)
    assert "HTTP connections" in first and "HTTP connections" not in second
    assert len(passed_by_group(CONFIG)) == 1


def test_the_data_interface_that_carries_the_state() -> None:
    inside, outside = (Interface(port=f"G0/{number}", nameif=name) for number, name in enumerate(("inside", "out")))
    shared = PairConfig(lan=LINKS["lan"], link=StatefulInterface(name="Inside"), interfaces=(inside, outside))  # type: ignore[arg-type]
    assert (carries_state(shared, inside), carries_state(shared, outside)) == (True, False)
    assert not carries_state(CONFIG, inside)


# -- by state ---------------------------------------------------------------------------------------------


def following(interfaces: int = 0, stateful: StatefulLink = StatefulLink.DEDICATED, *carrying: int) -> Settings:
    """Settings of a pair whose connections are followed; these ports carry the state."""
    found = settings(interfaces, stateful=stateful)
    ports = tuple(attrs.evolve(each, carries_state=index in carrying) for index, each in enumerate(found.ports))
    return attrs.evolve(found, ports=ports, follow=("sessions",))


def after(state: State, of: Settings, *events: e.Event) -> tuple[State, list[SessionsTakenOver]]:
    """The pair after each event and all that follows, and what became of the connections on the way."""
    told: list[SessionsTakenOver] = []

    def take(state: State, event: e.Event) -> State:
        state, outputs = step(state, of, event)
        told.extend(each for each in outputs if isinstance(each, SessionsTakenOver))
        return state

    for event in events:
        state = take(state, event)
        while (following := next(changing_steps(state, of), None)) is not None:
            state = take(state, following[0])
    return state, told


BOOT = (e.UnitRestored(unit=PRIMARY), e.UnitRestored(unit=SECONDARY))
DEATH = e.UnitFailed(unit=PRIMARY)


@pytest.mark.parametrize(
    ("stateful", "events", "kept"),
    [
        (StatefulLink.NONE, (DEATH,), False),
        (StatefulLink.DEDICATED, (DEATH,), True),
        (StatefulLink.DEDICATED, (e.FailoverLinkFailed(), DEATH), True),
        (StatefulLink.DEDICATED, (e.StatefulLinkFailed(), DEATH), False),
        (StatefulLink.DEDICATED, (e.StatefulLinkFailed(), e.StatefulLinkRestored(), DEATH), True),
        (StatefulLink.SHARED_FAILOVER, (DEATH,), True),
        (StatefulLink.SHARED_FAILOVER, (e.StatefulLinkFailed(), DEATH), True),
        (StatefulLink.SHARED_FAILOVER, (e.FailoverLinkFailed(), DEATH), False),
        (StatefulLink.SHARED_DATA, (e.FailoverLinkFailed(), DEATH), True),
        (StatefulLink.SHARED_DATA, (e.InterfacePathFailed(interface="outside"), DEATH), False),
        (StatefulLink.SHARED_DATA, (e.InterfacePathFailed(interface="inside"), DEATH), True),
    ],
)
def test_which_link_carries_the_state_decides_whether_it_survives(
    stateful: StatefulLink, events: tuple[e.Event, ...], kept: bool
) -> None:
    """STF-2, STF-3, STF-6, LNK-10, LNK-11."""
    found = following(2, stateful, 0)
    state, told = after(cold(found), found, *BOOT, *events)
    assert state.secondary.groups[0].role is Role.ACTIVE
    assert [each.kept for each in told] == [kept]


DATA = """failover
failover lan unit primary
failover lan interface fo g0/2
failover interface ip fo 172.16.0.1 255.255.255.252 standby 172.16.0.2
interface g0/0
 nameif outside
 ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2
interface g0/1
 nameif inside
 ip address 10.0.0.1 255.255.255.0 standby 10.0.0.2
interface g0/3
"""
OWN = f"{DATA}failover link st g0/3\nfailover interface ip st 172.16.0.5 255.255.255.252 standby 172.16.0.6\n"


@pytest.mark.parametrize(
    ("text", "works"),
    [
        (OWN, True),
        (f"{OWN}interface g0/3\n shutdown\n", False),
        (f"{OWN}interface g0/1\n shutdown\n", True),
        (f"{DATA}failover link inside\n", True),
        (f"{DATA}failover link inside\ninterface g0/1\n shutdown\n", False),
        (f"{DATA}failover link inside\ninterface g0/0\n shutdown\n", True),
    ],
)
def test_a_stateful_link_that_is_shut_down_carries_nothing(text: str, works: bool) -> None:
    pair = Settings.of(PairConfig.from_asa(text))
    up, _ = after(cold(pair), pair, *BOOT)
    assert [link_works(up, pair, unit) for unit in UNITS] == [works, works]


ADDRESSES = "failover interface ip st 172.16.0.5 255.255.255.252 standby 172.16.0.6\n"
VLAN = f"{DATA}interface g0/2\ninterface g0/2.7\n vlan 7\nfailover link st g0/2.7\n{ADDRESSES}"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (OWN, StatefulLink.DEDICATED),
        (OWN.replace("ip st", "ip St"), StatefulLink.DEDICATED),
        (OWN.replace(ADDRESSES, ""), StatefulLink.NONE),  # without addresses it never comes up
        (f"{OWN}interface g0/3\n shutdown\n", StatefulLink.NONE),
        (DATA, StatefulLink.NONE),  # LNK-10
        (f"{DATA}failover link fo\n", StatefulLink.SHARED_FAILOVER),
        (f"{DATA}failover link inside\n", StatefulLink.SHARED_DATA),
        (VLAN, StatefulLink.SHARED_FAILOVER),  # CFG-16: the two fall together
        (f"{VLAN}interface g0/2.7\n shutdown\n", StatefulLink.SHARED_FAILOVER),
    ],
)
def test_where_state_runs(text: str, where: StatefulLink) -> None:
    """LNK-11, CFG-20."""
    assert where_state_runs(PairConfig.from_asa(text)) is where


@pytest.mark.parametrize(
    ("follow", "stateful", "is_so"),
    [
        (("sessions",), StatefulLink.SHARED_DATA, True),
        (("commands",), StatefulLink.SHARED_DATA, False),
        (("sessions",), StatefulLink.DEDICATED, False),
    ],
)
def test_state_is_on_data_interfaces_where_connections_are_followed_there(
    follow: tuple[str, ...], stateful: StatefulLink, is_so: bool
) -> None:
    """LNK-11."""
    assert attrs.evolve(settings(2, stateful=stateful), follow=follow).state_on_data is is_so


def test_the_takeover_names_the_kinds_that_are_kept() -> None:
    found = attrs.evolve(following(), passed=(("TCP connections",),))
    _, (told,) = after(cold(found), found, *BOOT, DEATH)
    assert told == SessionsTakenOver(unit=SECONDARY, group=None, kept=True, kinds=("TCP connections",))
    _, (told,) = after(cold(found), found, *BOOT, e.StatefulLinkFailed(), DEATH)
    assert told.kinds == ()


def test_the_link_works_between_units_that_take_part_in_failover_only() -> None:
    found = following()
    state, _ = after(cold(found), found, *BOOT)
    assert all(link_works(state, found, unit) for unit in UNITS)
    assert not link_works(after(state, found, e.FailoverDisabled(unit=PRIMARY))[0], found, SECONDARY)


def working(stateful: StatefulLink, **changes: object) -> list[bool]:
    """Whether the state of the primary, and that of the secondary, reaches the peer in a pair with these changes."""
    found = following(2, stateful, 0, 1)
    state, _ = after(cold(found), found, *BOOT)
    return [link_works(attrs.evolve(state, **changes), found, unit) for unit in UNITS]


@pytest.mark.parametrize("unit", UNITS)
def test_state_reaches_nobody_while_one_unit_takes_no_part(unit: Unit) -> None:
    found = following()
    state, _ = after(cold(found), found, *BOOT)
    state = state.with_unit(unit, attrs.evolve(state.unit(unit), enabled=False))
    assert [link_works(state, found, each) for each in UNITS] == [False, False]


def test_what_is_lost_on_its_way_to_one_unit_is_not_lost_on_the_way_back() -> None:
    congested, one_way = Impairments(congested=(False, True)), Impairments(one_way=(False, True))
    assert working(StatefulLink.DEDICATED, impairments=congested) == [False, True]
    assert working(StatefulLink.DEDICATED, impairments=one_way) == [True, True]
    assert working(StatefulLink.SHARED_FAILOVER, impairments=one_way) == [False, True]


@pytest.mark.parametrize(
    ("changes", "works"),
    [
        ({"deaf": SECONDARY}, [False, True]),
        ({"primary": PortState.DOWN}, [False, False]),
        ({"primary": PortState.SILENT}, [True, False]),
        ({"secondary": PortState.SILENT}, [False, True]),
    ],
)
def test_a_data_interface_carries_state_from_a_port_that_is_up_to_one_that_receives(
    changes: dict[str, object], works: list[bool]
) -> None:
    """LNK-11: one such interface is enough."""
    impaired = attrs.evolve(StateInterface(), **changes)
    assert working(StatefulLink.SHARED_DATA, interfaces=(impaired, impaired)) == works
    assert working(StatefulLink.SHARED_DATA, interfaces=(impaired, StateInterface())) == [True, True]


# -- searches that do not ask do not pay --------------------------------------------------------------------


def states(of: Settings, environment: Environment) -> int:
    model = PairModel(of, environment)
    found = list(model.initial_states())
    seen = set(found)
    for state in found:
        for _, reached in model.successors(state):
            if reached not in seen:
                seen.add(reached)
                found.append(reached)
    return len(found)


@pytest.mark.slow
def test_a_search_about_roles_has_no_more_states_for_sessions_and_commands() -> None:
    environment = Environment(faults=("power", "failover-link", "stateful-link"), operator=())
    plain = attrs.evolve(following(), follow=())
    assert states(plain, environment) < states(following(), environment)
    model = PairModel(plain, environment)
    state, _ = after(cold(following()), following(), *BOOT)
    kept = model.canonical(state)
    assert not any(group.sessions for unit in UNITS for group in kept.unit(unit).groups)
    assert all(kept.unit(unit).newest and kept.unit(unit).saved for unit in UNITS)


def test_write_standby_says_whose_sessions_of_which_group_end() -> None:
    """CMD-26: those of the receiver, of each group that is active there."""
    pair = attrs.evolve(active_active(), follow=("sessions",))
    state = cold(pair)
    for unit in UNITS:
        state = step(state, pair, e.UnitRestored(unit=unit))[0]
    while (following := next(changing_steps(state, pair), None)) is not None:
        state = following[1]
    assert state.secondary.groups[1].active and state.primary.groups[0].active
    ended = list(sessions_ended(state, pair, e.WriteStandby(unit=PRIMARY)))
    assert ended == [SessionsEnded(unit=SECONDARY, group=2)]


def test_write_standby_ends_no_sessions_of_a_context_of_a_single_pair_or_of_a_search_that_does_not_ask() -> None:
    groups = attrs.evolve(active_active(), follow=("sessions",))
    single = following()
    for pair, context in ((groups, "red"), (attrs.evolve(groups, follow=()), None), (single, None)):
        roles = tuple(attrs.evolve(each, role=Role.ACTIVE) for each in cold(pair).secondary.groups)
        state = cold(pair)
        state = state.with_unit(SECONDARY, attrs.evolve(state.secondary, groups=roles))
        assert list(sessions_ended(state, pair, e.WriteStandby(unit=PRIMARY, context=context))) == []


def test_the_copy_of_a_group_stays_while_its_active_unit_hangs_and_needs_the_way_from_there() -> None:
    """STF-2: a unit that hangs sends nothing, and takes nothing back; congestion at the active unit is no loss."""
    found = following()
    state, _ = after(cold(found), found, *BOOT)
    hangs = step(state, found, e.UnitPaused(unit=PRIMARY))[0]
    assert step(hangs, found, e.StatefulLinkFailed())[0].secondary.groups[0].sessions
    assert not step(state, found, e.StatefulLinkFailed())[0].secondary.groups[0].sessions
    for unit, copied in ((PRIMARY, True), (SECONDARY, False)):
        congested = step(state, found, e.CongestionBegan(unit=unit))[0]
        assert congested.secondary.groups[0].sessions is copied, unit
