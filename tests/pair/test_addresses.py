"""Addresses: who uses which IP and MAC address, by configuration and by state."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import attrs
import pytest

from failover_fsm.config.records.macs import PICKED_BY_THE_UNIT, MacSource, VirtualMacs, default_macs, virtual_macs
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair import Pair
from failover_fsm.pair import events as e
from failover_fsm.pair.addresses import Use, announcements, held, holders, link_address, mac_for, use_on
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.outputs import Address, GratuitousArp, Mac, MacChanged
from failover_fsm.pair.pair import changing_steps, cold
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import AnnouncedRole, Group, PeerContact, Phase, Role, State, Unit, UnitState
from failover_fsm.pair.step import next_state, step
from tests.pairs import PRIMARY, SECONDARY, UNITS, active_active, explored, remembered, settings

ONE = """\
hostname edge
{first}interface GigabitEthernet0/1
 nameif inside
 ip address 10.0.1.1 255.255.255.0 standby 10.0.1.2
{interface}failover
failover lan unit primary
failover lan interface folink GigabitEthernet0/2
failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2
{failover}"""

GROUPS = """\
hostname edge
{first}mode multiple
interface GigabitEthernet0/3
interface GigabitEthernet0/4
interface GigabitEthernet0/4.7
 vlan 7
failover
failover lan unit primary
failover lan interface folink GigabitEthernet0/2
failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2
failover group 1
 primary
failover group 2
 secondary
{failover}admin-context admin
context admin
 allocate-interface GigabitEthernet0/3
context shop
 allocate-interface GigabitEthernet0/4.7
 join-failover-group 2
changeto context admin
interface GigabitEthernet0/3
 nameif outside
 ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2
changeto context shop
interface GigabitEthernet0/4.7
 nameif inside
 ip address 10.0.1.1 255.255.255.0 standby 10.0.1.2
{interface}"""

FIRST = "mac-address auto\n"
OF_INTERFACE = " mac-address 0200.0000.0001 standby 0200.0000.0002\n"
OF_FAILOVER = "failover mac address GigabitEthernet0/1 0200.0000.0003 0200.0000.0004\n"
OF_GROUP = " mac address GigabitEthernet0/4 0200.0000.0003 0200.0000.0004\n"


def found(text: str, name: str = "inside", **parts: str) -> VirtualMacs | None:
    """The virtual MAC addresses of an interface of a configuration put together from parts."""
    config = PairConfig.from_asa(text.format(**{"first": "", "interface": "", "failover": "", **parts}))
    (interface,) = (each for each in config.interfaces if each.nameif == name)
    return virtual_macs(config, interface)


# -- the configuration ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [ONE, GROUPS], ids=["active-standby", "active-active"])
@pytest.mark.parametrize("given", list(itertools.product((False, True), repeat=3)))
def test_of_several_virtual_addresses_the_first_in_the_order_counts(text: str, given: tuple[bool, bool, bool]) -> None:
    """MAC-15 and MAC-17, over every combination."""
    failover = OF_FAILOVER if text is ONE else OF_GROUP
    parts = {"interface": OF_INTERFACE, "failover": failover, "first": FIRST}
    wanted = [MacSource.INTERFACE, MacSource.FAILOVER, MacSource.AUTO]
    chosen = {name: part for (name, part), here in zip(parts.items(), given, strict=True) if here}
    first = next((source for source, here in zip(wanted, given, strict=True) if here), None)
    macs = found(text, **chosen)
    if first is None and text is ONE:
        assert macs is None, "burned-in"
    else:
        assert macs is not None and macs.source is (first or MacSource.GENERATED)


def test_the_addresses_are_those_that_were_entered() -> None:
    assert found(ONE, interface=OF_INTERFACE) == VirtualMacs(
        source=MacSource.INTERFACE, active="0200.0000.0001", standby="0200.0000.0002"
    )
    assert found(ONE, failover=OF_FAILOVER) == VirtualMacs(
        source=MacSource.FAILOVER, active="0200.0000.0003", standby="0200.0000.0004"
    )
    automatic = found(ONE, first=FIRST)
    assert automatic is not None and automatic.active == automatic.standby == PICKED_BY_THE_UNIT
    lone = found(ONE, interface=" mac-address 0200.0000.0001\n")
    assert lone is not None and lone.standby is None


def test_default_addresses_of_an_active_active_pair() -> None:
    """MAC-10, MAC-16: the port and the group as two hexadecimal digits each."""
    assert default_macs(2, 1) == ("00a0.c902.0101", "00a0.c902.0102")
    assert default_macs(3, 2)[0] == "00a0.c903.0201" and default_macs(12, 1)[0] == "00a0.c90c.0101"
    for port, group in ((-1, 1), (256, 1), (0, 0), (0, 3)):
        with pytest.raises(ValueError, match="allowed: ports 0 to 255, groups 1 and 2"):
            default_macs(port, group)
    outside, inside = found(GROUPS, "outside"), found(GROUPS)
    assert outside is not None and (outside.active, outside.standby) == ("00a0.c903.0101", "00a0.c903.0102")
    assert inside is not None and inside.active == "00a0.c904.0201", "a subinterface has its port's"


# -- by state -----------------------------------------------------------------------------------------


def record(
    role: Role, peer_role: AnnouncedRole = AnnouncedRole.NONE, contact: PeerContact = PeerContact.LINK, **more: object
) -> UnitState:
    return UnitState(phase=Phase.UP, contact=contact, groups=(Group(role=role, peer_role=peer_role),), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("own", "wanted"),
    [
        (record(Role.ACTIVE), Address.ACTIVE),
        (record(Role.STANDBY_READY, AnnouncedRole.ACTIVE), Address.STANDBY),
        (record(Role.FAILED, AnnouncedRole.ACTIVE), Address.STANDBY),
        (record(Role.STANDBY_READY, AnnouncedRole.STANDBY_READY), None),
        (record(Role.STANDBY_READY, enabled=False), Address.STANDBY),
        (record(Role.ACTIVE, enabled=False), Address.ACTIVE),
        (UnitState(phase=Phase.BULK_SYNC, groups=(Group(peer_role=AnnouncedRole.ACTIVE),)), Address.STANDBY),
        (UnitState(phase=Phase.BULK_SYNC, groups=(Group(peer_role=AnnouncedRole.FAILED),)), None),
        (UnitState(phase=Phase.NEGOTIATION, groups=(Group(peer_role=AnnouncedRole.ACTIVE),)), None),
        (UnitState(phase=Phase.DOWN), None),
    ],
)
def test_what_a_unit_holds_follows_from_its_record(own: UnitState, wanted: Address | None) -> None:
    assert held(own) is wanted


@pytest.mark.parametrize(
    ("unit", "heard", "address", "wanted"),
    [
        (PRIMARY, PeerContact.NEVER, Address.ACTIVE, Mac.PRIMARY),
        (PRIMARY, PeerContact.LINK, Address.ACTIVE, Mac.PRIMARY),
        (PRIMARY, PeerContact.LOST, Address.STANDBY, Mac.SECONDARY),
        (SECONDARY, PeerContact.NEVER, Address.ACTIVE, Mac.SECONDARY),
        (SECONDARY, PeerContact.LOST, Address.ACTIVE, Mac.PRIMARY),
        (SECONDARY, PeerContact.DATA, Address.ACTIVE, Mac.PRIMARY),
        (SECONDARY, PeerContact.LINK, Address.STANDBY, Mac.SECONDARY),
    ],
)
def test_burned_in_addresses_go_with_the_ip_address_once_they_are_learned(
    unit: e.Unit, heard: PeerContact, address: Address, wanted: Mac
) -> None:
    """MAC-5 to MAC-8."""
    assert mac_for(record(Role.ACTIVE, contact=heard), unit, address, None) is wanted


def test_virtual_addresses_go_with_the_ip_address_at_once() -> None:
    """MAC-14; without a standby one the standby unit uses its own."""
    own = record(Role.ACTIVE, contact=PeerContact.NEVER)
    both = VirtualMacs(source=MacSource.FAILOVER, active="a", standby="b")
    lone = attrs.evolve(both, standby=None)
    assert [mac_for(own, SECONDARY, each, both) for each in Address] == [Mac.VIRTUAL, Mac.VIRTUAL]
    assert [mac_for(own, SECONDARY, each, lone) for each in Address] == [Mac.VIRTUAL, Mac.SECONDARY]
    assert mac_for(record(Role.ACTIVE), PRIMARY, Address.STANDBY, lone) is Mac.PRIMARY


def test_an_interface_without_a_standby_address_has_none_to_hold() -> None:
    state = State(primary=record(Role.STANDBY_READY, AnnouncedRole.ACTIVE))
    assert use_on(state, PRIMARY, Port(name="a")) == Use(address=Address.STANDBY, mac=Mac.SECONDARY)
    assert use_on(state, PRIMARY, Port(name="a", addressed=False)) is None


def test_each_group_moves_by_itself() -> None:
    """MAC-2 and CFG-6 for groups."""
    both = (Group(role=Role.ACTIVE), Group(role=Role.STANDBY_READY, peer_role=AnnouncedRole.ACTIVE))
    state = State(
        primary=UnitState(phase=Phase.UP, contact=PeerContact.LINK, groups=both),
        secondary=UnitState(phase=Phase.UP, contact=PeerContact.LINK, groups=both[::-1]),
    )
    ports = Port(name="a"), Port(name="b", group=1)
    assert [holders(state, port, Address.ACTIVE) for port in ports] == [(PRIMARY,), (SECONDARY,)]
    assert [holders(state, port, Address.STANDBY) for port in ports] == [(SECONDARY,), (PRIMARY,)]


def test_the_links_keep_their_addresses() -> None:
    """MAC-1 and MAC-12."""
    assert [link_address(unit) for unit in UNITS] == [Address.ACTIVE, Address.STANDBY]


# -- over every reachable state ---------------------------------------------------------------------------


def takeovers(name: str) -> Iterator[tuple[State, State, e.Unit]]:
    """Every step of a small scenario in which a standby becomes active."""
    run, handler = explored(name), remembered()
    for state in run.states:
        for event in protocol_steps(state, run.whole.settings):
            try:
                moved = next_state(state, run.whole.settings, event, handler).state
            except StepError:
                continue
            old, new = (each.unit(event.unit).groups[0].role for each in (state, moved))
            if new is Role.ACTIVE and old in (Role.STANDBY_READY, Role.FAILED):
                yield state, moved, event.unit


@pytest.mark.slow
def test_the_mac_address_of_the_active_ip_address_is_the_primarys_whichever_standby_takes_over() -> None:
    """MAC-4, MAC-5: no ARP entry changes."""
    port, count = Port(name="a"), 0
    for before, after, unit in takeovers("units"):
        count += 1
        assert use_on(after, unit, port) == Use(address=Address.ACTIVE, mac=Mac.PRIMARY)
        old = use_on(before, unit.peer, port)
        if (
            old is not None
            and old.address is Address.ACTIVE
            and before.unit(unit.peer).contact is not PeerContact.NEVER
        ):
            assert old.mac is Mac.PRIMARY
    assert count > 10


# -- announcements ------------------------------------------------------------------------------------------

PORTS = Settings(ports=(Port(name="a"), Port(name="b", shutdown=True)))


def told(settings: Settings, *events: e.Event) -> list[object]:
    """What is announced on the way; a pair whose interfaces are all in order."""
    pair = Pair(config=PairConfig(), settings=settings, state=cold(settings))
    said: list[object] = []
    for event in events:
        pair, outputs = pair.step(event)
        said += outputs
        pair, steps = pair.settle()
        said += [output for _, more in steps for output in more]
    return [each for each in said if isinstance(each, GratuitousArp | MacChanged)]


def arp(unit: e.Unit, address: Address, mac: Mac) -> GratuitousArp:
    return GratuitousArp(unit=unit, interface="a", address=address, mac=mac)


def test_a_secondary_that_was_alone_changes_its_addresses_when_it_hears_the_primary() -> None:
    """MAC-8; on an interface that is shut down nothing is announced."""
    said = told(PORTS, e.UnitRestored(unit=SECONDARY), e.UnitRestored(unit=PRIMARY))
    changed = MacChanged(unit=SECONDARY, interface="a", address=Address.ACTIVE, before=Mac.SECONDARY, after=Mac.PRIMARY)
    assert said[0] == arp(SECONDARY, Address.ACTIVE, Mac.SECONDARY)
    at = said.index(changed)
    assert said[at + 1] == arp(SECONDARY, Address.ACTIVE, Mac.PRIMARY)
    assert arp(PRIMARY, Address.STANDBY, Mac.SECONDARY) in said
    assert all(each.interface == "a" for each in said if isinstance(each, GratuitousArp | MacChanged))


def test_virtual_addresses_avoid_the_change() -> None:
    """MAC-9."""
    virtual = VirtualMacs(source=MacSource.FAILOVER, active="a", standby="b")
    said = told(
        Settings(ports=(Port(name="a", macs=virtual),)), e.UnitRestored(unit=SECONDARY), e.UnitRestored(unit=PRIMARY)
    )
    assert said == [arp(SECONDARY, Address.ACTIVE, Mac.VIRTUAL), arp(PRIMARY, Address.STANDBY, Mac.VIRTUAL)]


def test_a_hand_over_is_announced_once_on_each_side_and_first_by_the_new_active_unit() -> None:
    boot = (e.UnitRestored(unit=PRIMARY), e.UnitRestored(unit=SECONDARY))
    said = told(PORTS, *boot, e.NoFailoverActive(unit=PRIMARY))[len(told(PORTS, *boot)) :]
    assert said == [arp(SECONDARY, Address.ACTIVE, Mac.PRIMARY), arp(PRIMARY, Address.STANDBY, Mac.SECONDARY)]


def test_what_stays_is_not_announced_again() -> None:
    settings = attrs.evolve(active_active(), ports=(Port(name="a"), Port(name="b", group=1)))
    state = cold(settings)
    for event in (e.UnitRestored(unit=PRIMARY), e.NegotiationExpired(unit=PRIMARY)):
        before, (state, outputs) = state, step(state, settings, event)
        assert list(announcements(before, before, settings)) == []
    macs = [each for each in outputs if isinstance(each, GratuitousArp)]
    assert [each.interface for each in macs] == ["a", "b"]


@pytest.mark.parametrize(("unit", "with_standby", "without"), [(PRIMARY, True, True), (SECONDARY, True, False)])
def test_an_interface_without_a_standby_address_has_one_on_the_active_unit_alone(
    unit: Unit, with_standby: bool, without: bool
) -> None:
    """CFG-5."""
    pair = settings(1)
    state = cold(pair)
    for event in (e.UnitRestored(unit=PRIMARY), e.NegotiationExpired(unit=PRIMARY), e.UnitRestored(unit=SECONDARY)):
        state = step(state, pair, event)[0]
    while (following := next(changing_steps(state, pair), None)) is not None:
        state = following[1]
    (port,) = pair.ports
    used = [use_on(state, unit, attrs.evolve(port, addressed=addressed)) is not None for addressed in (True, False)]
    assert used == [with_standby, without]
