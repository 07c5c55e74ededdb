"""Which interfaces are interchangeable: those of one port go together, and ports that carry alike may change places."""

from __future__ import annotations

from itertools import permutations

import pytest

from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.places import places_alike
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import PortState, State
from failover_fsm.pair.step import next_state
from tests.model.test_ports import LINK, G, own, settings, vlans
from tests.pairs import PRIMARY

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
