"""What of a pair still works while elements of its wiring are broken: links, ports, paths, and units on a host."""

from __future__ import annotations

import pytest

from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible
from failover_fsm.pair.states import Interface, Links, LinkState, PortState, Unit, Wiring
from failover_fsm.pair.wiring import (
    Cable,
    Network,
    Topology,
    carried,
    channel_over,
    element_toggled,
    healthy,
    interface_over,
    is_hosted,
    together,
    worst_of,
)

GOOD, CUT = LinkState.GOOD, LinkState.CUT
UP, DOWN = PortState.GOOD, PortState.DOWN
WHOLE = Interface()


def cable(name: str, one: str, other: str, bundle: str = "", least: int = 1) -> Cable:
    return Cable(name=name, ends=(one, other), bundle=bundle, least=least)


SIMPLE: Network = (cable("p", "primary", "sw"), cable("s", "secondary", "sw"))
DIRECT: Network = (cable("x", "primary", "secondary"),)
APART: Network = (cable("p", "primary", "a"), cable("s", "secondary", "b"))
"""Two switches, with an inter-switch link between them in `TRUNKED`."""

TRUNKED = Topology(name="t", elements=("a", "b", "isl"), trunks=(cable("isl", "a", "b"),))
BARE = Topology(name="t", elements=("sw", "p", "s", "x"))
REDUNDANT: Network = (*SIMPLE, cable("p2", "primary", "sw2"), cable("s2", "secondary", "sw2"))
"""Two members at each unit, over a switch each (SPL-14)."""


def channel(*at_primary: str) -> Network:
    """A Port-channel at each unit, of the same name: two of three members at the primary, one of two at the other."""
    members = (cable(f"p{n}", "primary", switch, "Po1", 2) for n, switch in enumerate(at_primary))
    return (*members, cable("s0", "secondary", "a", "Po1", 2), cable("s1", "secondary", "a", "Po1", 2))


STACK = channel("a", "a", "b")
BESIDE = (*STACK[:3], cable("q", "primary", "a"), cable("s", "secondary", "a"))
"""A cable by itself beside the Port-channel."""

JOINED = Topology(name="t", elements=("a", "b"), trunks=(cable("isl", "a", "b"),))


@pytest.mark.parametrize(
    ("topology", "network", "broken", "path", "primary", "secondary"),
    [
        (BARE, SIMPLE, (), GOOD, UP, UP),
        (BARE, SIMPLE, ("p",), GOOD, DOWN, UP),
        (BARE, SIMPLE, ("s",), GOOD, UP, DOWN),
        (BARE, SIMPLE, ("sw",), GOOD, DOWN, DOWN),
        (BARE, DIRECT, (), GOOD, UP, UP),
        (BARE, DIRECT, ("x",), GOOD, DOWN, DOWN),
        (BARE, (), ("sw", "p"), GOOD, UP, UP),
        (TRUNKED, APART, (), GOOD, UP, UP),
        (TRUNKED, APART, ("isl",), CUT, UP, UP),
        (TRUNKED, APART, ("b",), GOOD, UP, DOWN),
        (BARE, APART, (), CUT, UP, UP),
        (BARE, REDUNDANT, ("p",), GOOD, UP, UP),
        (BARE, REDUNDANT, ("sw",), GOOD, UP, UP),
        (BARE, REDUNDANT, ("p", "s2"), CUT, UP, UP),
        (BARE, REDUNDANT, ("p", "sw2"), GOOD, DOWN, UP),
        (JOINED, STACK, (), GOOD, UP, UP),
        (JOINED, STACK, ("p0",), GOOD, UP, UP),
        (JOINED, STACK, ("p2",), GOOD, UP, UP),
        (JOINED, STACK, ("b",), GOOD, UP, UP),
        (JOINED, STACK, ("p0", "p1"), GOOD, DOWN, UP),
        (JOINED, STACK, ("p0", "b"), GOOD, DOWN, UP),
        (JOINED, STACK, ("s0",), GOOD, UP, DOWN),
        (JOINED, channel("a", "b"), (), GOOD, UP, UP),
        (JOINED, channel("b", "c"), (), GOOD, UP, UP),
        (JOINED, channel("a", "b", "b"), ("a",), GOOD, UP, DOWN),
        (JOINED, (*STACK[:3], cable("s", "secondary", "a", "Po2", 1)), (), GOOD, UP, UP),
        (JOINED, (*STACK[:3], cable("s", "secondary", "a", "Po2", 1)), ("p0", "p1"), GOOD, DOWN, UP),
        (JOINED, BESIDE, ("p0", "p1", "p2"), GOOD, UP, UP),
        (JOINED, (*STACK[:3], cable("q", "primary", "a"), cable("s", "secondary", "a")), ("p0", "p1"), GOOD, UP, UP),
    ],
)
def test_a_port_is_up_while_something_alive_is_at_its_cable_and_a_path_while_a_route_is_left(
    topology: Topology, network: Network, broken: tuple[str, ...], path: LinkState, primary: PortState,
    secondary: PortState,
) -> None:  # fmt: skip
    """SPL-1, LNK-7, LNK-8; a port that is down tells it all, so the path is not cut too."""
    assert interface_over(topology, network, broken) == Interface(path=path, primary=primary, secondary=secondary)


@pytest.mark.parametrize(
    ("network", "broken", "found"),
    [(SIMPLE, (), GOOD), (SIMPLE, ("p",), CUT), (SIMPLE, ("sw",), CUT), (DIRECT, ("x",), CUT), ((), ("sw",), GOOD)],
)
def test_a_link_that_is_not_drawn_never_fails_by_an_element(
    network: Network, broken: tuple[str, ...], found: LinkState
) -> None:
    assert channel_over(BARE, network, broken) is found


BOTH = Topology(
    name="t", elements=("sw", "p", "s", "x"), failover=SIMPLE, stateful=DIRECT, ports=(SIMPLE, ()),
    hosts=(("sw", ("primary",)), ("x", ("secondary", "primary"))),
)  # fmt: skip


def test_each_link_and_interface_has_its_own_network() -> None:
    elements = healthy(BOTH).elements
    assert carried(BOTH, elements) == (Links(), (WHOLE, WHOLE))
    assert carried(BOTH, (GOOD, CUT, GOOD, GOOD)) == (Links(failover=CUT), (Interface(primary=DOWN), WHOLE))
    assert carried(BOTH, (GOOD, GOOD, GOOD, CUT)) == (Links(stateful=CUT), (WHOLE, WHOLE))


def test_what_fails_by_itself_is_broken_too() -> None:
    alone = Wiring(
        elements=(GOOD, GOOD, CUT, GOOD), links=Links(stateful=CUT), interfaces=(Interface(primary=DOWN), WHOLE)
    )
    links, interfaces = together(BOTH, alone)
    assert links == Links(failover=CUT, stateful=CUT)
    assert interfaces == (Interface(primary=DOWN, secondary=DOWN), WHOLE)


DEAF = Interface(deaf=Unit.PRIMARY)
BLOCKED, SILENT = PortState.BLOCKED, PortState.SILENT


@pytest.mark.parametrize(
    ("one", "other", "worst"),
    [
        (WHOLE, WHOLE, WHOLE),
        (DEAF, WHOLE, DEAF),
        (DEAF, Interface(path=CUT), Interface(path=CUT)),
        (Interface(primary=BLOCKED), WHOLE, Interface(primary=BLOCKED)),
        (Interface(primary=BLOCKED), Interface(primary=DOWN), Interface(primary=DOWN)),
        (Interface(secondary=SILENT), Interface(primary=DOWN), Interface(primary=DOWN, secondary=SILENT)),
        (Interface(secondary=SILENT), Interface(secondary=BLOCKED), Interface(secondary=BLOCKED)),
    ],
)
def test_an_interface_is_as_broken_as_both_of_what_breaks_it(
    one: Interface, other: Interface, worst: Interface
) -> None:
    assert worst_of(one, other) == worst


@pytest.mark.parametrize(
    ("topology", "wiring", "event", "why"),
    [
        (None, None, e.ElementFailed(element="sw"), "the pair has no topology"),
        (BOTH, None, e.ElementFailed(element="sw"), "the pair has no topology"),
        (None, healthy(BOTH), e.ElementFailed(element="sw"), "the pair has no topology"),
        (BOTH, healthy(BOTH), e.ElementFailed(element="z"), "there is no element z; allowed: sw, p, s, x"),
        (BOTH, healthy(BOTH), e.ElementRestored(element="sw"), "it is so already"),
    ],
)
def test_an_element_that_cannot_fail_or_be_mended_is_refused(
    topology: Topology | None, wiring: Wiring | None, event: e.ElementFailed | e.ElementRestored, why: str
) -> None:
    with pytest.raises(NotPossible, match=why):
        element_toggled(topology, wiring, event)


def test_an_element_that_fails_and_is_mended_is_as_before() -> None:
    failed = element_toggled(BOTH, healthy(BOTH), e.ElementFailed(element="p"))
    assert failed.elements == (GOOD, CUT, GOOD, GOOD)
    assert element_toggled(BOTH, failed, e.ElementRestored(element="p")) == healthy(BOTH)


@pytest.mark.parametrize(
    ("topology", "elements", "hosted"),
    [
        (None, (), [True, True]),
        (BARE, (CUT, CUT, CUT, CUT), [True, True]),
        (BOTH, (GOOD, GOOD, GOOD, GOOD), [True, True]),
        (BOTH, (CUT, GOOD, GOOD, GOOD), [False, True]),
        (BOTH, (GOOD, GOOD, GOOD, CUT), [False, False]),
        (BOTH, (GOOD, CUT, CUT, GOOD), [True, True]),
    ],
)
def test_a_unit_has_its_host_while_none_of_its_hosts_is_broken(
    topology: Topology | None, elements: tuple[LinkState, ...], hosted: list[bool]
) -> None:
    wiring = Wiring(elements=elements)
    assert [is_hosted(topology, wiring, unit) for unit in Unit] == hosted
    assert [is_hosted(topology, None, unit) for unit in Unit] == [True, True]


def test_a_host_names_its_units() -> None:
    assert BOTH.units_on("sw") == (Unit.PRIMARY,)
    assert BOTH.units_on("x") == (Unit.PRIMARY, Unit.SECONDARY)
    assert BOTH.units_on("p") == ()
