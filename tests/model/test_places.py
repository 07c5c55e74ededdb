"""Which interfaces are interchangeable: those of one port go together, and ports that carry alike may change places."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from typing import Any

import attrs
import pytest

from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.places import (
    events_at,
    explored_environment,
    most_port_states,
    placed_events,
    places_alike,
    port_of,
    port_states,
    unwatched_events,
)
from failover_fsm.model.search_environment import DEFAULT_ENVIRONMENT, DEFAULT_ENVIRONMENT_OF_GROUPS, Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.pair import cold
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import PortState, State
from failover_fsm.pair.step import next_state
from tests.model.test_ports import LINK, G, own, settings, vlans
from tests.pairs import PRIMARY, SECONDARY, active_active

TRUNKS = settings("two trunks")  # a and b on one port, c and d on another
EVERYTHING = Environment(operator=(), max_faults=None)


def alike(same: Settings) -> list[list[list[str]]]:
    """Class by class, place by place, the interfaces of each place."""
    return [
        [[same.ports[index].name for index in place.positions] for place in places] for places in places_alike(same)
    ]


def pair(*parts: str) -> Settings:
    """A pair of these parts, with the failover link on a port of its own."""
    return Settings.of(read_asa("".join(parts) + LINK.format(port=f"{G}/1")))


def test_ports_that_carry_as_many_interfaces_may_change_places() -> None:
    assert alike(TRUNKS) == [[["a", "b"], ["c", "d"]]]
    both = pair(vlans(f"{G}/0", "a", "b"), own(f"{G}/3", "x", 1), own(f"{G}/4", "y", 2), vlans(f"{G}/2", "c", "d"))
    assert alike(both) == [[["a", "b"], ["c", "d"]], [["x"], ["y"]]]


@pytest.mark.parametrize(
    "other",
    [
        vlans(f"{G}/2", "c"),  # carries less
        vlans(f"{G}/2", "c", "d", "f"),  # carries more
        vlans(f"{G}/2", "c", "d") + vlans(f"{G}/2", "g", monitored=False) + "no monitor-interface c\n",
        own(f"{G}/2", "c", 3),  # its own port
    ],
)
def test_a_port_that_carries_something_else_may_not(other: str) -> None:
    assert len(alike(pair(vlans(f"{G}/0", "a", "b"), other))) == 2


def test_a_port_under_a_link_is_like_no_data_port() -> None:
    text = vlans(f"{G}/0", "a", "b") + vlans(f"{G}/2", "c", "d") + f"interface {G}/2.777\n vlan 777\n"
    assert len(alike(Settings.of(read_asa(text + LINK.format(port=f"{G}/2.777"))))) == 2


def silent(*names: str) -> State:
    """The cold pair, the primary deaf on these interfaces."""
    state = cold(TRUNKS)
    for name in names:
        state = next_state(state, TRUNKS, e.InterfaceTrafficFailed(unit=PRIMARY, interface=name)).state
    return state


def merged(*names: str) -> State:
    """The state that a search keeps for it."""
    return PairModel(TRUNKS, EVERYTHING).canonical(silent(*names))


def test_two_on_one_port_are_not_two_on_two_ports() -> None:
    """Interchanged one by one, a port with two silent interfaces would be the same as two ports with one each."""
    one_port = {merged(*names) for pair in ("ab", "cd") for names in permutations(pair)}
    two_ports = {merged(*names) for pair in ("ac", "ad", "bc", "bd") for names in permutations(pair)}
    assert len(one_port) == len(two_ports) == 1
    assert one_port != two_ports
    assert len({merged(name) for name in "abcd"}) == 1


def test_a_port_that_fails_next_makes_the_difference() -> None:
    """Why they must not be merged: the port of both takes both away, the port of one only one."""
    left = []
    for names in ("ab", "ac"):
        ports = [e.PortFailed(unit=PRIMARY, port=f"{G}/{number}") for number in (0, 2)]
        after = [next_state(silent(*names), TRUNKS, port).state for port in ports]
        left.append([sum(each.primary is PortState.SILENT for each in state.interfaces) for state in after])
    assert left == [[0, 2], [1, 1]]


# -- which places there are --------------------------------------------------------------------------------


def ports(text: str) -> tuple[Port, ...]:
    """An interface for each word: its name and marks.

    `-` is for one that is not monitored, `?` without a standby address, `!` shut down, `*` with connection state, `2`
    in the second group.
    """
    return tuple(
        Port(
            name=word[0],
            monitored="-" not in word,
            addressed="?" not in word,
            shutdown="!" in word,
            carries_state="*" in word,
            group=int("2" in word),
        )
        for word in text.split()
    )


def trunk(name: str, *interfaces: int, **more: Any) -> Carrier:
    """A port with these interfaces."""
    return Carrier(name=name, interfaces=interfaces, **more)


def bridge(*leads: int, over: int) -> tuple[Carrier, ...]:
    """Ports with an interface each, and one that runs over all of them."""
    return tuple(trunk(f"t{lead}", lead, partly=(over,)) for lead in leads)


GROUPS = active_active().groups
ALIKE: dict[str, tuple[Settings, list[str], list[str]]] = {
    "ports of their own": (Settings(ports=ports("a b")), ["a b"], ["a b"]),
    "one that is not monitored, but asked (UHM-2)": (Settings(ports=ports("a b- c")), ["a c", "b"], ["a c", "b"]),
    "one that is never asked": (Settings(ports=ports("a b-? c! d?")), ["a"], ["a"]),
    "two groups": (Settings(ports=ports("a b2 c"), groups=GROUPS), ["a c", "b"], ["a c", "b"]),
    "connection state on one (LNK-11)": (Settings(ports=ports("a b* c")), ["a b c"], ["a c", "b"]),
    "a port with two, and one that is not monitored": (
        Settings(ports=ports("a b- c"), carriers=(trunk("t", 0, 1, 2),)), ["b|ac"], ["b|ac"],
    ),
    "a port with one that never matters": (
        Settings(ports=ports("a b-? c"), carriers=(trunk("t", 1, 0, 2),)), ["ac|b"], ["ac|b"],
    ),
    "a port with two groups": (
        Settings(ports=ports("a2 b c2"), groups=GROUPS, carriers=(trunk("t", 0, 1, 2),)), ["b|ac"], ["b|ac"],
    ),
    "ports with connection state on one (LNK-11)": (
        Settings(ports=ports("a b c d*"), carriers=(trunk("t", 0, 1), trunk("u", 2, 3))),
        ["ab cd"], ["ab", "c|d"],
    ),
    "one over two ports": (
        Settings(ports=ports("a b c"), carriers=bridge(0, 1, over=2)), ["a b", "c"], ["a b", "c"],
    ),
    "one over two ports, of which nothing else counts": (
        Settings(ports=ports("a-? b-? c"), carriers=bridge(0, 1, over=2)), ["c", "a b"], ["c", "a b"],
    ),
    "one over two ports that never matters": (
        Settings(ports=ports("a-? b-? c-? d"), carriers=bridge(0, 1, over=2)), ["d"], ["d"],
    ),
    "two over two ports each": (
        Settings(ports=ports("a b c d e f"), carriers=(*bridge(0, 1, over=4), *bridge(2, 3, over=5))),
        ["a b", "c d", "e", "f"], ["a b", "c d", "e", "f"],
    ),
    "beside one over two ports, one with a port of its own": (
        Settings(ports=ports("a b c d"), carriers=bridge(0, 1, over=2)), ["a b", "c", "d"], ["a b", "c", "d"],
    ),
    "ports with a link": (
        Settings(ports=ports("a b c"), carriers=(
            trunk("t", 0, failover=True), trunk("u", 1, stateful=True), trunk("v", 2))),
        ["a", "b", "c"], ["a", "b", "c"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALIKE)
def test_places_are_interchangeable_where_nothing_that_counts_tells_them_apart(name: str) -> None:
    """By class the places, by place the interfaces; a line stands between those that are told apart on one port."""
    same, *wanted = ALIKE[name]
    for by_state, classes in enumerate(wanted):
        found = places_alike(same, by_state=bool(by_state))
        runs = [
            [["".join(same.ports[at].name for at in run) for run in place.runs] for place in each] for each in found
        ]
        assert [" ".join("|".join(place) for place in each) for each in runs] == classes
        for place in (place for each in found for place in each):
            assert port_of(found, place.first) == place
            assert place.first == place.positions[0]


EVENTS: dict[type[e.Event], str] = {
    e.InterfaceLinkFailed: "link-", e.InterfaceLinkRestored: "link+", e.InterfaceTrafficFailed: "traffic-",
    e.InterfaceTrafficRestored: "traffic+", e.InterfacePathFailed: "path-", e.InterfacePathRestored: "path+",
    e.PortFailed: "port-", e.PortRestored: "port+",
}  # fmt: skip


def told(event: e.Event) -> str:
    """`link- a`, an event of the primary or between the units; empty for the same event of the secondary."""
    where = getattr(event, "interface", None) or getattr(event, "port", "")
    return "" if getattr(event, "unit", PRIMARY) is SECONDARY else f"{EVENTS[type(event)]} {where}"


def both_units(events: Iterable[e.Event]) -> list[str]:
    """What happens at the primary or between the units; the same has to happen at the secondary."""
    every = list(events)
    primary = [each for each in every if getattr(each, "unit", None) is PRIMARY]
    secondary = [each for each in every if getattr(each, "unit", None) is SECONDARY]
    assert [attrs.evolve(each, unit=SECONDARY) for each in primary] == secondary  # type: ignore[call-arg]
    return [said for said in map(told, every) if said]


INTERFACES = Environment(faults=("interfaces", "paths"), operator=())
ALONE = "link- {0}, link+ {0}, traffic- {0}, traffic+ {0}, path- {0}, path+ {0}"
ON_A_PORT = "traffic- {0}, traffic+ {0}, path- {0}, path+ {0}"
PORT = "port- {0}, port+ {0}"

AT_PLACES: dict[str, tuple[Settings, str]] = {
    "ports of their own": (Settings(ports=ports("a b-? c-")), f"{ALONE.format('a')}, {ALONE.format('c')}"),
    "a shared port": (
        Settings(ports=ports("a b-? c"), carriers=(trunk("t", 0, 1, 2),)),
        f"{PORT.format('t')}, {ON_A_PORT.format('a')}, {ON_A_PORT.format('c')}",
    ),
    "one over two ports": (
        Settings(ports=ports("a b c"), carriers=bridge(0, 1, over=2)),
        f"{PORT.format('t0')}, {ON_A_PORT.format('a')}, {PORT.format('t1')}, {ON_A_PORT.format('b')}, "
        f"{ON_A_PORT.format('c')}",
    ),
    "in the order of the configuration": (
        Settings(ports=ports("a- b c d-"), carriers=(trunk("t", 1, 3),)),
        f"{ALONE.format('a')}, {PORT.format('t')}, {ON_A_PORT.format('d')}, {ON_A_PORT.format('b')}, "
        f"{ALONE.format('c')}",
    ),
    "in the order of the first interface of a port": (
        Settings(ports=ports("a- b c"), carriers=(trunk("t", 2, 0),)),
        f"{PORT.format('t')}, {ON_A_PORT.format('a')}, {ON_A_PORT.format('c')}, {ALONE.format('b')}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AT_PLACES)
def test_an_interface_on_a_port_goes_down_with_the_port_alone(name: str) -> None:
    same, events = AT_PLACES[name]
    assert both_units(placed_events(same, INTERFACES)) == events.split(", ")
    assert {*placed_events(same, Environment(faults=("power",)))} == set()


def test_each_event_at_a_place_says_at_which_interface_it_is() -> None:
    same = AT_PLACES["a shared port"][0]
    ((place,),) = places_alike(same)
    found = list(events_at(same, INTERFACES, place))
    assert {(index, getattr(event, "interface", None)) for index, event in found} == {(None, None), (0, "a"), (2, "c")}


UNWATCHED: dict[str, tuple[Settings, str]] = {
    "all are watched": (Settings(ports=ports("a b-")), ""),
    "one with a port of its own": (
        Settings(ports=ports("a b-?")), "link- b, link+ b, traffic- b, traffic+ b"
    ),
    "one that is shut down": (Settings(ports=ports("a b-! c-?!")), ""),
    "on a port with one that is watched": (
        Settings(ports=ports("a b-?"), carriers=(trunk("t", 0, 1),)), "traffic- b, traffic+ b"
    ),
    "two on a port that nobody watches": (
        Settings(ports=ports("a b-? c-?"), carriers=(trunk("t", 1, 2),)),
        f"{PORT.format('t')}, traffic- b, traffic+ b, traffic- c, traffic+ c",
    ),
    "over two ports": (
        Settings(ports=ports("a b c-?"), carriers=bridge(0, 1, over=2)), "traffic- c, traffic+ c"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNWATCHED)
def test_what_no_unit_notices_takes_service_away_still(name: str) -> None:
    """IFM-20: such an interface does not count, but nothing is served there while its port is down or deaf."""
    same, events = UNWATCHED[name]
    assert both_units(unwatched_events(same, INTERFACES)) == [each for each in events.split(", ") if each]


# -- how many faults, and how many ways -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "most"),
    [(("ports",), 300), (("traffic",), 64), (("paths",), 64), (("interfaces",), 64), (("power", "ports"), 300)],
)
def test_fewer_ways_of_the_ports_are_tried_where_interfaces_fail_besides(words: tuple[str, ...], most: int) -> None:
    assert most_port_states(Environment(faults=words, operator=())) == most


@pytest.mark.parametrize(
    ("sizes", "ways"),
    [((), 1), ((1, 1), 1), ((2,), 4), ((2, 2), 10), ((2, 3), 16), ((2, 2, 2), 20)],
)
def test_ports_that_carry_alike_stand_in_one_order(sizes: tuple[int, ...], ways: int) -> None:
    """A port is up or down at each unit, in four ways; two that carry alike in ten, not sixteen."""
    carriers, begin = [], 0
    for number, size in enumerate(sizes):
        carriers.append(trunk(f"t{number}", *range(begin, begin + size)))
        begin += size
    same = Settings(ports=ports(" ".join("abcdefgh"[:begin])), carriers=tuple(carriers))
    assert port_states(places_alike(same)) == ways


def trunks(*sizes: int) -> PairConfig:
    """A pair with ports that carry so many interfaces each; its policy takes three failed ones."""
    names = iter("abcdefghijklmnopqrstuvwxyz")
    text = "".join(vlans(f"{G}/{n}", *(next(names) for _ in range(size))) for n, size in enumerate(sizes, start=2))
    return read_asa(f"{text}failover interface-policy 3\n" + LINK.format(port=f"{G}/1"))


@pytest.mark.parametrize(
    ("sizes", "bound"),
    [((2, 3, 4), None), ((2, 3, 4, 5), 2), ((2, 2, 2, 2), None), ((2, 2, 2, 2, 2, 2), 2)],
)
def test_every_number_of_faults_is_explored_unless_ports_stand_in_too_many_ways(
    sizes: tuple[int, ...], bound: int | None
) -> None:
    """In 64 ways they may, as three ports of three sizes do; else the bound lets faults reach the policy."""
    assert explored_environment(trunks(*sizes)) == attrs.evolve(DEFAULT_ENVIRONMENT, max_faults=bound)


@pytest.mark.parametrize(("policy", "bound"), [(1, 1), (4, 4), (5, 1)])
def test_a_pair_with_groups_is_explored_with_four_faults_at_most(policy: int, bound: int) -> None:
    """A policy that takes more is not reached: each group multiplies the states."""
    text = "mode multiple\nfailover group 1\n interface-policy {}\nfailover group 2\ncontext one\n"
    text = text.format(policy) + " allocate-interface g1/0-g1/5\nchangeto context one\n"
    text += "".join(own(f"GigabitEthernet1/{number}", f"n{number}", number) for number in range(6))
    config = read_asa(f"{text}changeto system\n" + LINK.format(port=f"{G}/1"))
    assert explored_environment(config, "least") == attrs.evolve(DEFAULT_ENVIRONMENT_OF_GROUPS, max_faults=bound)
