"""What an observer says of a pair, one question at a time: all that promises may ask of a state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from failover_fsm.config.records.pair_config import InterfacePolicy, Unit
from failover_fsm.model.interface_ranks import count_down, count_silent, hear_hellos, order_of, rank_of
from failover_fsm.model.observer import Observer
from failover_fsm.model.places import places_alike
from failover_fsm.pair.impairments import Impairments
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import (
    AnnouncedRole,
    ConfigSync,
    Group,
    Handover,
    Interface,
    Links,
    LinkState,
    Modules,
    PeerContact,
    Phase,
    PortState,
    Role,
    State,
    UnitState,
)
from tests.pairs import PRIMARY, SECONDARY, UNITS, active_active, settings

CUT = LinkState.CUT
GOOD, DOWN, SILENT, BLOCKED = PortState.GOOD, PortState.DOWN, PortState.SILENT, PortState.BLOCKED
ACTIVE, READY = Group(role=Role.ACTIVE), Group(role=Role.STANDBY_READY)


def unit(*groups: Group, **more: Any) -> UnitState:
    """A unit that is up and has heard its peer."""
    return UnitState(**{"phase": Phase.UP, "contact": PeerContact.LINK, "groups": groups or (READY,), **more})


def pair(primary: UnitState, secondary: UnitState | None = None, **more: Any) -> State:
    """A pair; the secondary is ready if nothing else is said."""
    return State(primary=primary, secondary=secondary or unit(), **more)


WELL = pair(unit(ACTIVE))
TWO = pair(unit(ACTIVE, READY), unit(READY, ACTIVE))


def both(state: State, ask: Callable[[Observer, Unit], Any], of: Settings | None = None, index: int = 0) -> list[Any]:
    """What is said of the primary and of the secondary."""
    observer = Observer(state, settings() if of is None else of, index)
    return [ask(observer, each) for each in UNITS]


STRANGE = unit(
    Group(
        role=Role.FAILED,
        peer_role=AnnouncedRole.ACTIVE,
        handover=Handover.GRANT,
        return_pending=True,
        sessions=True,
    ),
    phase=Phase.SYNC_CONFIG,
    contact=PeerContact.NEVER,
    config_sync=ConfigSync.OUT_OF_SYNC,
    newest=False,
    saved=False,
    enabled=False,
)
"""A unit that differs in every field from one that is active."""

FIELDS: dict[str, tuple[Any, Any]] = {
    "phase": (Phase.UP, Phase.SYNC_CONFIG),
    "role": (Role.ACTIVE, Role.FAILED),
    "peer_role": (AnnouncedRole.NONE, AnnouncedRole.ACTIVE),
    "handover": (Handover.NONE, Handover.GRANT),
    "contact": (PeerContact.LINK, PeerContact.NEVER),
    "config_sync": (ConfigSync.SYNCHRONIZED, ConfigSync.OUT_OF_SYNC),
    "newest": (True, False),
    "saved": (True, False),
    "sessions": (False, True),
    "return_pending": (False, True),
    "active": (True, False),
    "active_somewhere": (True, False),
    "joining": (False, True),
    "negotiates": (False, False),
    "up": (True, False),
    "enabled": (True, False),
    "acquainted": (True, False),
}


@pytest.mark.parametrize("name", FIELDS)
def test_each_unit_is_asked_by_itself(name: str) -> None:
    wanted = list(FIELDS[name])
    assert both(pair(unit(ACTIVE), STRANGE), lambda seen, each: getattr(seen, name)(each)) == wanted
    assert both(pair(STRANGE, unit(ACTIVE)), lambda seen, each: getattr(seen, name)(each)) == wanted[::-1]


def test_each_group_has_an_observer_of_its_own() -> None:
    roles = [both(TWO, lambda seen, each: seen.role(each), active_active(), index) for index in (0, 1)]
    assert roles == [[Role.ACTIVE, Role.STANDBY_READY], [Role.STANDBY_READY, Role.ACTIVE]]
    assert both(TWO, lambda seen, each: seen.active_somewhere(each), active_active()) == [True, True]
    assert [Observer(TWO, active_active(), index).home for index in (0, 1)] == [PRIMARY, SECONDARY]
    assert Observer(WELL, settings()).home is None, "an Active/Standby pair prefers no unit"


def test_a_unit_that_negotiates_does_nothing_else() -> None:
    state = pair(unit(phase=Phase.NEGOTIATION))
    assert both(state, lambda seen, each: (seen.negotiates(each), seen.joining(each), seen.up(each))) == [
        (True, False, False),
        (False, False, True),
    ]


HANGS = Impairments(hangs=(True, False))


@pytest.mark.parametrize(
    ("state", "powered", "listening"),
    [
        (WELL, [True, True], [True, True]),
        (attrs.evolve(WELL, impairments=HANGS), [False, True], [False, True]),
        (pair(unit(phase=Phase.DOWN)), [False, True], [False, True]),
        (pair(unit(enabled=False)), [True, True], [False, True]),
    ],
)
def test_a_unit_that_is_off_or_hangs_takes_no_part(state: State, powered: list[bool], listening: list[bool]) -> None:
    """CFG-21: nor does one on which failover is off."""
    assert both(state, lambda seen, each: seen.powered(each)) == powered
    assert both(state, lambda seen, each: seen.listening(each)) == listening


NEVER = unit(contact=PeerContact.NEVER)


@pytest.mark.parametrize(
    ("primary", "secondary", "met"),
    [(unit(), unit(), True), (NEVER, unit(), False), (unit(), NEVER, False), (NEVER, NEVER, False)],
)
def test_units_have_met_when_each_has_heard_the_other(primary: UnitState, secondary: UnitState, met: bool) -> None:
    assert Observer(pair(primary, secondary), settings()).met() is met


WAITS = unit(Group(role=Role.STANDBY_READY, handover=Handover.GRANT))


@pytest.mark.parametrize(
    ("primary", "secondary", "quiet"),
    [(unit(), unit(), True), (WAITS, unit(), False), (unit(), WAITS, False), (WAITS, WAITS, False)],
)
def test_a_pair_is_quiet_while_no_message_is_on_its_way(primary: UnitState, secondary: UnitState, quiet: bool) -> None:
    assert Observer(pair(primary, secondary), settings()).quiet is quiet


@pytest.mark.parametrize(
    ("primary", "secondary", "dual", "healthy"),
    [
        (unit(ACTIVE), unit(READY), False, True),
        (unit(READY), unit(ACTIVE), False, True),
        (unit(ACTIVE), unit(ACTIVE), True, False),
        (unit(READY), unit(READY), False, False),
        (unit(ACTIVE), unit(Group(role=Role.FAILED)), False, False),
        (unit(ACTIVE, enabled=False), unit(READY), False, False),
        (unit(ACTIVE), unit(READY, enabled=False), False, False),
    ],
)
def test_a_pair_is_healthy_with_one_active_and_one_ready_unit(
    primary: UnitState, secondary: UnitState, dual: bool, healthy: bool
) -> None:
    seen = Observer(pair(primary, secondary), settings())
    assert (seen.dual, seen.healthy) == (dual, healthy)


def test_a_later_look_tells_whether_a_role_or_a_message_is_as_it_was() -> None:
    now, later = Observer(TWO, active_active(), 0), attrs.evolve(TWO, primary=unit(READY, READY))
    assert [now.keeps_role(each, Observer(later, active_active(), 0)) for each in UNITS] == [False, True]
    sent = attrs.evolve(TWO, secondary=unit(attrs.evolve(READY, handover=Handover.GRANT), ACTIVE))
    assert [now.keeps_handover(each, Observer(sent, active_active(), 0)) for each in UNITS] == [True, False]
    of_other = Observer(TWO, active_active(), 1)
    assert [of_other.keeps_role(each, Observer(later, active_active(), 1)) for each in UNITS] == [True, True]
    assert [of_other.keeps_handover(each, Observer(sent, active_active(), 1)) for each in UNITS] == [True, True]


# -- what is heard ---------------------------------------------------------------------------------------------

LINK_CUT = Links(failover=CUT)
WHOLE, PATH_CUT = (Interface(),), (Interface(path=CUT),)
DEAF_ON_LINK = Impairments(one_way=(True, False))


@pytest.mark.parametrize(
    ("changes", "link", "on_link", "greeted", "hears"),
    [
        ({}, True, [True, True], [True, True], [True, True]),
        ({"interfaces": PATH_CUT}, True, [True, True], [True, True], [True, True]),
        ({"links": LINK_CUT}, False, [False, False], [True, True], [True, True]),
        ({"links": LINK_CUT, "interfaces": PATH_CUT}, False, [False, False], [False, False], [False, False]),
        ({"impairments": DEAF_ON_LINK}, False, [False, True], [True, True], [True, True]),
        (
            {"impairments": DEAF_ON_LINK, "interfaces": PATH_CUT},
            False,
            [False, True],
            [False, True],
            [False, True],
        ),
    ],
)
def test_a_unit_hears_its_peer_over_the_link_or_a_data_interface(
    changes: dict[str, Any], link: bool, on_link: list[bool], greeted: list[bool], hears: list[bool]
) -> None:
    """SPL-3: a hello on either ends a split brain."""
    state, one = attrs.evolve(WELL, **{"interfaces": WHOLE, **changes}), settings(1)
    assert Observer(state, one).link is link
    assert both(state, lambda seen, each: seen.hears_on_link(each), one) == on_link
    assert both(state, lambda seen, each: seen.greeted(each), one) == greeted
    assert both(state, lambda seen, each: seen.hears(each), one) == hears


# -- what has failed -------------------------------------------------------------------------------------------


def policy(text: str) -> InterfacePolicy:
    """`2` or `50%`."""
    share = text.endswith("%")
    return InterfacePolicy(percent=int(text[:-1]), count=None) if share else InterfacePolicy(count=int(text))


@pytest.mark.parametrize(
    ("says", "reached"),
    [
        ("1", [False, True, True, True]),
        ("2", [False, False, True, True]),
        ("3", [False, False, False, True]),
        ("4", [False, False, False, False]),
        ("1%", [False, True, True, True]),
        ("33%", [False, True, True, True]),
        ("34%", [False, False, True, True]),
        ("66%", [False, False, True, True]),
        ("67%", [False, False, False, True]),
        ("100%", [False, False, False, True]),
    ],
)
def test_so_many_failed_interfaces_of_three_meet_the_policy(says: str, reached: list[bool]) -> None:
    """IFM-15, IFM-25, CFG-36: met or exceeded; a share is one of all monitored interfaces."""
    three = attrs.evolve(settings(3), policy=policy(says))
    for failed, wanted in enumerate(reached):
        lines = tuple(Interface(secondary=DOWN if index < failed else GOOD) for index in range(3))
        state = attrs.evolve(WELL, interfaces=lines)
        assert both(state, lambda seen, each: (seen.failed(each), seen.over_policy(each)), three) == [
            (0, False),
            (failed, wanted),
        ]


def test_one_failed_interface_of_a_hundred_is_a_hundredth_of_them() -> None:
    """CFG-36: 1% of a hundred is reached by one, and by none of a pair without interfaces."""
    ports = tuple(attrs.evolve(settings(1).ports[0], name=f"port{number}") for number in range(101))
    for count, reached in ((100, True), (101, False)):
        many = attrs.evolve(settings(), ports=ports[:count], policy=policy("1%"))
        state = attrs.evolve(WELL, interfaces=(Interface(primary=DOWN), *[Interface()] * (count - 1)))
        assert both(state, lambda seen, each: seen.over_policy(each), many) == [reached, False]
    assert both(WELL, lambda seen, each: seen.over_policy(each), attrs.evolve(settings(), policy=policy("1%"))) == [
        False,
        False,
    ]


@pytest.mark.parametrize("monitored", [True, False])
def test_a_dead_module_counts_where_it_is_monitored(monitored: bool) -> None:
    """TRG-2."""
    of = attrs.evolve(settings(), monitors_module=monitored)
    state = attrs.evolve(WELL, modules=Modules(secondary=CUT))
    assert both(state, lambda seen, each: seen.has_dead_module(each), of) == [False, monitored]
    assert both(WELL, lambda seen, each: seen.has_dead_module(each), of) == [False, False]


def test_the_interfaces_that_count_are_those_of_the_group() -> None:
    ports = tuple(attrs.evolve(port, group=number % 2) for number, port in enumerate(settings(3).ports))
    pair_of_groups = attrs.evolve(active_active(), ports=ports)
    assert [Observer(TWO, pair_of_groups, index).counted for index in (0, 1)] == [(0, 2), (1,)]


# -- interfaces in numbers -------------------------------------------------------------------------------------

HEARD: dict[str, tuple[Interface, list[bool], list[int], list[int]]] = {
    "good": (Interface(), [True, True], [0, 0], [0, 0]),
    "a path that is cut": (Interface(path=CUT), [False, False], [0, 0], [0, 0]),
    "a path in one direction": (Interface(deaf=PRIMARY), [False, True], [0, 0], [0, 0]),
    "a port that is down": (Interface(primary=DOWN), [False, False], [1, 0], [0, 0]),
    "a port that receives nothing": (Interface(primary=SILENT), [False, True], [0, 0], [1, 0]),
    "a port that the switch blocks": (Interface(primary=BLOCKED), [False, False], [0, 0], [1, 0]),
    "two ports that receive nothing": (Interface(primary=SILENT, secondary=SILENT), [False, False], [0, 0], [0, 0]),
    "one down, one that receives nothing": (Interface(primary=DOWN, secondary=SILENT), [False, False], [1, 0], [0, 0]),
}


@pytest.mark.parametrize("name", HEARD)
def test_what_a_unit_senses_on_an_interface(name: str) -> None:
    """IFM-14, IFM-16: silence counts against the unit whose peer receives."""
    interface, hears, down, silent = HEARD[name]
    mirrored = Interface(
        path=interface.path,
        primary=interface.secondary,
        secondary=interface.primary,
        deaf=interface.deaf and interface.deaf.peer,
    )
    for each, order in ((interface, 1), (mirrored, -1)):
        assert [hear_hellos([each], unit) for unit in UNITS] == hears[::order]
        assert [count_down([each], unit) for unit in UNITS] == down[::order]
        assert [count_silent([each], unit) for unit in UNITS] == silent[::order]
        among = [Interface(path=CUT), each, each]
        assert [hear_hellos(among, unit) for unit in UNITS] == hears[::order], "one is enough"
        assert [count_down(among, unit) for unit in UNITS] == [2 * count for count in down[::order]]
        assert [count_silent(among, unit) for unit in UNITS] == [2 * count for count in silent[::order]]


def test_what_is_broken_comes_first_among_those_that_are_alike() -> None:
    lines = (DOWN, BLOCKED, SILENT, GOOD)
    every = [
        Interface(path=path, primary=one, secondary=other, deaf=deaf)
        for one in lines
        for other in lines
        for path in (CUT, LinkState.GOOD)
        for deaf in (PRIMARY, SECONDARY, None)
    ]
    assert sorted(every, key=rank_of) == every and len({rank_of(each) for each in every}) == len(every)
    three = settings(3)
    found = (Interface(), Interface(primary=DOWN), Interface(secondary=DOWN))
    assert list(order_of(places_alike(three)[0], found)) == [1, 2, 0]
