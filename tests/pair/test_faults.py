"""Faults and repairs of links, ports, interfaces and elements: what goes along, what cannot be, and what is lost."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest

from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible
from failover_fsm.pair.impairments import Impairments
from failover_fsm.pair.outputs import MessageLost
from failover_fsm.pair.pair import cold
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.settings import GroupSettings, Options, Port, Settings
from failover_fsm.pair.states import Group, Handover, Links, LinkState, PeerContact, Phase, PortState, Role, State
from failover_fsm.pair.states import UnitState as Record
from failover_fsm.pair.step import step
from failover_fsm.pair.wiring import Cable, Topology
from tests.pairs import PRIMARY, SECONDARY

G = "GigabitEthernet0"
DATA, TRUNK, FAILOVER, STATEFUL = f"{G}/0", f"{G}/1", f"{G}/2", f"{G}/3"


def of(*names: str, carriers: tuple[Carrier, ...] = (), forward_delay: int = 0, **more: object) -> Settings:
    options = Options(forward_delay=forward_delay)  # type: ignore[arg-type]  # it is checked there
    ports = tuple(Port(name=name) for name in names)
    return Settings(ports=ports, carriers=carriers, options=options, **more)  # type: ignore[arg-type]


PORTS = (
    Carrier(name=DATA, interfaces=(0,)),
    Carrier(name=TRUNK, interfaces=(1, 2)),
    Carrier(name=FAILOVER, failover=True),
    Carrier(name=STATEFUL, stateful=True),
)
"""A port of its own for `outside`, `inside` and `dmz` on a trunk, a port for each link."""

PLAIN = of("outside", "inside", "dmz", carriers=PORTS, stateful=StatefulLink.DEDICATED)
SLOW = of("outside", "inside", "dmz", carriers=PORTS, stateful=StatefulLink.DEDICATED, forward_delay=30)
BRIDGE = of(
    "left", "right", "bvi",
    carriers=(Carrier(name=DATA, interfaces=(0,), partly=(2,)), Carrier(name=TRUNK, interfaces=(1,), partly=(2,))),
)  # fmt: skip
"""`bvi` runs over both ports."""


def broken(state: State, settings: Settings) -> Iterator[str]:
    """What is broken, in words."""
    for name in ("failover", "stateful"):
        if getattr(state.links, name) is LinkState.CUT:
            yield f"{name} link"
    if state.impairments.blocked == (True, True):
        yield "failover link blocked"
    for port, interface in zip(settings.ports, state.interfaces, strict=True):
        for unit in (PRIMARY, SECONDARY):
            if interface.line(unit) is not PortState.GOOD:
                yield f"{port.name} {interface.line(unit).value} on {unit.value}"
        if interface.path is LinkState.CUT:
            yield f"{port.name} path"


def after(settings: Settings, *happened: e.Event, state: State | None = None) -> State:
    found = cold(settings) if state is None else state
    for event in happened:
        found = step(found, settings, event)[0]
    return found


def fails(port: str) -> e.Event:
    return e.PortFailed(unit=PRIMARY, port=port)


def comes_up(port: str) -> e.Event:
    return e.PortRestored(unit=PRIMARY, port=port)


def forwards(port: str) -> e.Event:
    return e.PortForwards(unit=PRIMARY, port=port)


def link_fails(interface: str) -> e.Event:
    return e.InterfaceLinkFailed(unit=PRIMARY, interface=interface)


def link_up(interface: str) -> e.Event:
    return e.InterfaceLinkRestored(unit=PRIMARY, interface=interface)


def falls_silent(interface: str) -> e.Event:
    return e.InterfaceTrafficFailed(unit=PRIMARY, interface=interface)


BOTH_DOWN = {"inside down on primary", "dmz down on primary"}
BOTH_BLOCKED = {"inside blocked on primary", "dmz blocked on primary"}


@pytest.mark.parametrize(
    ("settings", "happened", "left"),
    [
        (PLAIN, (fails(TRUNK),), BOTH_DOWN),
        (PLAIN, (fails(TRUNK), comes_up(TRUNK)), set()),
        (SLOW, (fails(TRUNK), comes_up(TRUNK)), BOTH_BLOCKED),
        (SLOW, (fails(TRUNK), comes_up(TRUNK), forwards(TRUNK)), set()),
        (SLOW, (fails(TRUNK), comes_up(TRUNK), e.InterfaceForwards(unit=PRIMARY, interface="dmz")), set()),
        (PLAIN, (link_fails("dmz"),), BOTH_DOWN),
        (PLAIN, (link_fails("dmz"), link_up("inside")), set()),
        (PLAIN, (falls_silent("dmz"),), {"dmz silent on primary"}),
        (PLAIN, (link_fails("outside"),), {"outside down on primary"}),
        (PLAIN, (link_fails("outside"), link_up("outside")), set()),
        (SLOW, (link_fails("outside"), link_up("outside")), {"outside blocked on primary"}),
        (PLAIN, (e.InterfacePathFailed(interface="inside"),), {"inside path"}),
        (PLAIN, (fails(FAILOVER),), {"failover link"}),
        (PLAIN, (fails(FAILOVER), comes_up(FAILOVER)), set()),
        (SLOW, (fails(FAILOVER),), {"failover link"}),
        (SLOW, (fails(FAILOVER), comes_up(FAILOVER)), {"failover link blocked"}),
        (SLOW, (fails(STATEFUL), comes_up(STATEFUL)), set()),
        (PLAIN, (fails(STATEFUL),), {"stateful link"}),
        (BRIDGE, (fails(DATA),), {"left down on primary"}),
        (BRIDGE, (link_fails("left"), fails(TRUNK)),
         {"left down on primary", "right down on primary", "bvi down on primary"}),
        (BRIDGE, (e.InterfacePathFailed(interface="bvi"),), {"bvi path"}),
    ],
)  # fmt: skip
def test_what_a_port_carries_goes_with_it_and_comes_up_blocked_where_the_switch_waits(
    settings: Settings, happened: tuple[e.Event, ...], left: set[str]
) -> None:
    """LNK-13 for the switch that does not forward at once."""
    assert set(broken(after(settings, *happened), settings)) == left


ALREADY = "it is so already"


@pytest.mark.parametrize(
    ("settings", "before", "event", "why"),
    [
        (PLAIN, (fails(FAILOVER),), fails(FAILOVER), ALREADY),
        (PLAIN, (fails(TRUNK),), fails(TRUNK), ALREADY),
        (PLAIN, (), comes_up(STATEFUL), ALREADY),
        (PLAIN, (), comes_up(DATA), ALREADY),
        (PLAIN, (), forwards(FAILOVER), ALREADY),
        (PLAIN, (fails(FAILOVER),), forwards(FAILOVER), ALREADY),
        (PLAIN, (), forwards(TRUNK), ALREADY),
        (PLAIN, (fails(TRUNK),), forwards(TRUNK), ALREADY),
        (PLAIN, (), e.InterfaceForwards(unit=PRIMARY, interface="dmz"), ALREADY),
        (PLAIN, (link_fails("outside"),), link_fails("outside"), ALREADY),
        (PLAIN, (link_fails("outside"),), falls_silent("outside"), ALREADY),
        (PLAIN, (), link_up("outside"), ALREADY),
        (PLAIN, (e.InterfacePathFailed(interface="dmz"),), e.InterfacePathFailed(interface="dmz"), ALREADY),
        (PLAIN, (), e.InterfacePathRestored(interface="dmz"), ALREADY),
        (PLAIN, (e.InterfacePathOneWay(unit=PRIMARY, interface="dmz"),), e.InterfacePathFailed(interface="dmz"),
         ALREADY),
        (PLAIN, (e.FailoverLinkFailed(),), e.FailoverLinkFailed(), ALREADY),
        (PLAIN, (), e.StatefulLinkRestored(), ALREADY),
        (PLAIN, (), e.ServiceModuleRestored(unit=PRIMARY), ALREADY),
        (PLAIN, (e.ServiceModuleFailed(unit=PRIMARY),), e.ServiceModuleFailed(unit=PRIMARY), ALREADY),
        (PLAIN, (), link_fails("lan"), "there is no interface lan; allowed: outside, inside, dmz"),
        (of(), (), link_fails("lan"), "there is no interface lan; allowed: none"),
        (PLAIN, (), fails(f"{G}/9"),
         f"there is no port {G}/9 that carries anything; allowed: {DATA}, {TRUNK}, {FAILOVER}, {STATEFUL}"),
        (BRIDGE, (), link_fails("bvi"),
         f"bvi is down when all of its ports are; allowed: port_failed for {DATA}, {TRUNK}"),
        (BRIDGE, (fails(DATA), fails(TRUNK)), link_up("bvi"),
         f"bvi is down when all of its ports are; allowed: port_restored for {DATA}, {TRUNK}"),
    ],
)  # fmt: skip
def test_what_cannot_happen_says_why(settings: Settings, before: tuple[e.Event, ...], event: e.Event, why: str) -> None:
    with pytest.raises(NotPossible) as refused:
        step(after(settings, *before), settings, event)
    assert str(refused.value).endswith(why)


# -- messages on their way ----------------------------------------------------------------------------

ON_TRUNK = of("outside", "inside", carriers=(Carrier(name=DATA, interfaces=(0,), failover=True),))
"""The failover link runs over the port of `outside`."""


def sent(settings: Settings, *messages: Handover, deaf: bool = False) -> State:
    """A pair that is up, with messages on their way to the secondary, a group each.

    deaf: the secondary hears nothing, so no message could arrive any more.
    """
    here = tuple(Group(role=Role.ACTIVE) for _ in messages)
    there = tuple(Group(role=Role.STANDBY_READY, handover=message) for message in messages)
    record = Record(phase=Phase.UP, contact=PeerContact.LINK)
    impairments = Impairments(congested=(False, deaf))
    return attrs.evolve(
        cold(settings), primary=attrs.evolve(record, groups=here), secondary=attrs.evolve(record, groups=there),
        impairments=impairments,
    )  # fmt: skip


SILENT = e.InterfaceTrafficFailed(unit=SECONDARY, interface="outside")
ONE = of("outside")
CUT = e.FailoverLinkFailed()


@pytest.mark.parametrize(
    ("settings", "message", "event", "is_lost"),
    [
        (PLAIN, Handover.GRANT, CUT, True),
        (PLAIN, Handover.REQUEST, fails(FAILOVER), True),
        (PLAIN, Handover.GRANT, fails(STATEFUL), False),
        (PLAIN, Handover.GRANT_BY_DATA, CUT, False),
        (PLAIN, Handover.GRANT_BY_DATA, fails(DATA), False),
        (PLAIN, Handover.GRANT, fails(DATA), False),
        (ON_TRUNK, Handover.GRANT, link_fails("outside"), True),
        (ON_TRUNK, Handover.GRANT_BY_DATA, link_fails("outside"), False),
        (ON_TRUNK, Handover.GRANT, link_fails("inside"), False),
        (ONE, Handover.GRANT_BY_DATA, link_fails("outside"), True),
        (ONE, Handover.GRANT_BY_DATA, SILENT, True),
        (ONE, Handover.GRANT_BY_DATA, falls_silent("outside"), False),
        (ONE, Handover.GRANT, SILENT, False),
        (ONE, Handover.NONE, SILENT, False),
    ],
)
def test_a_message_is_lost_with_the_channel_on_which_it_travels(
    settings: Settings, message: Handover, event: e.Event, is_lost: bool
) -> None:
    state, outputs = step(sent(settings, message), settings, event)
    lost = [output for output in outputs if isinstance(output, MessageLost)]
    assert lost == ([MessageLost(unit=SECONDARY, message=message, group=None)] if is_lost else [])
    assert state.secondary.groups[0].handover is (Handover.NONE if is_lost else message)


def test_a_lost_message_names_its_group_in_an_active_active_pair() -> None:
    settings = Settings(groups=(GroupSettings(preferred=PRIMARY), GroupSettings(preferred=SECONDARY)))
    _, outputs = step(sent(settings, Handover.NONE, Handover.GRANT), settings, CUT)
    assert MessageLost(unit=SECONDARY, message=Handover.GRANT, group=2) in outputs
    assert sum(isinstance(output, MessageLost) for output in outputs) == 1


LINK = Links(failover=LinkState.CUT)


@pytest.mark.parametrize(
    ("settings", "state", "event"),
    [
        (PLAIN, attrs.evolve(sent(PLAIN, Handover.GRANT, deaf=True), links=LINK), e.FailoverLinkRestored()),
        (PLAIN, attrs.evolve(sent(PLAIN, Handover.GRANT, deaf=True), links=LINK), comes_up(FAILOVER)),
        (ONE, sent(ONE, Handover.GRANT, deaf=True), SILENT),
        (PLAIN, sent(PLAIN, Handover.GRANT_BY_DATA, deaf=True), fails(DATA)),
        (ON_TRUNK, sent(ON_TRUNK, Handover.GRANT, deaf=True), link_fails("inside")),
    ],
)
def test_no_other_message_is_looked_for_than_those_on_what_breaks(
    settings: Settings, state: State, event: e.Event
) -> None:
    """The secondary hears nothing here, so its message would be found to be lost if it were looked for."""
    found, outputs = step(state, settings, event)
    assert not any(isinstance(output, MessageLost) for output in outputs)
    assert not found.secondary.groups[0].quiet


def test_interfaces_that_carried_nothing_before_take_no_message_along() -> None:
    state = after(ONE, e.InterfacePathFailed(interface="outside"), state=sent(ONE, Handover.NONE))
    groups = (attrs.evolve(state.secondary.groups[0], handover=Handover.GRANT_BY_DATA),)
    state = attrs.evolve(state, secondary=attrs.evolve(state.secondary, groups=groups))
    assert not any(isinstance(output, MessageLost) for output in step(state, ONE, link_fails("outside"))[1])


# -- elements of a topology ---------------------------------------------------------------------------


def way(name: str) -> tuple[Cable, Cable]:
    """A cable from each unit to the switch."""
    return Cable(name=f"{name}-1", ends=("primary", "switch")), Cable(name=f"{name}-2", ends=("secondary", "switch"))


ELEMENTS = ("switch", "link-1", "link-2", "outside-1", "outside-2")
WIRED = of("outside", topology=Topology(name="t", elements=ELEMENTS, failover=way("link"), ports=(way("outside"),)))


def cut(element: str) -> e.Event:
    return e.ElementFailed(element=element)


def mended(element: str) -> e.Event:
    return e.ElementRestored(element=element)


@pytest.mark.parametrize(
    ("happened", "left"),
    [
        ((cut("link-1"),), {"failover link"}),
        ((cut("outside-2"),), {"outside down on secondary"}),
        ((cut("switch"),), {"failover link", "outside down on primary", "outside down on secondary"}),
        ((cut("switch"), mended("switch")), set()),
        ((CUT, cut("link-1"), mended("link-1")), {"failover link"}),
        ((CUT, cut("link-1"), mended("link-1"), e.FailoverLinkRestored()), set()),
        ((cut("link-1"), CUT, e.FailoverLinkRestored()), {"failover link"}),
        ((link_fails("outside"), cut("outside-2"), mended("outside-2")), {"outside down on primary"}),
        ((cut("outside-1"), link_fails("outside"), link_up("outside")), {"outside down on primary"}),
        ((link_fails("outside"), CUT), {"outside down on primary", "failover link"}),
        ((CUT, link_fails("outside"), link_up("outside")), {"failover link"}),
    ],
)
def test_what_fails_by_itself_and_what_elements_take_down_are_mended_apart(
    happened: tuple[e.Event, ...], left: set[str]
) -> None:
    assert set(broken(after(WIRED, *happened), WIRED)) == left


def test_what_has_failed_by_itself_cannot_fail_again_whatever_the_elements_do() -> None:
    for first, again in ((CUT, CUT), (link_fails("outside"), link_fails("outside"))):
        with pytest.raises(NotPossible, match=ALREADY):
            after(WIRED, first, cut("switch"), again)


def test_an_element_that_fails_loses_the_message_on_it_and_one_that_is_mended_none() -> None:
    state, outputs = step(sent(WIRED, Handover.GRANT), WIRED, cut("link-2"))
    assert outputs[0] == MessageLost(unit=SECONDARY, message=Handover.GRANT, group=None)
    assert state.secondary.groups[0].quiet
    state = sent(WIRED, Handover.GRANT, deaf=True)
    state = attrs.evolve(state, wiring=after(WIRED, cut("link-2")).wiring, links=LINK)
    assert not any(isinstance(output, MessageLost) for output in step(state, WIRED, mended("link-2"))[1])
