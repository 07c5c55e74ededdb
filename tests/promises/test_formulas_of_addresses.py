"""What promises say of addresses, asked of pairs made by hand and of wrong ways to choose a MAC address."""

from __future__ import annotations

from typing import Any

import pytest

from failover_fsm.config.records.macs import MacSource, VirtualMacs
from failover_fsm.pair.outputs import Address, Mac
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import AnnouncedRole, Group, Handover, PeerContact, Phase
from failover_fsm.promises import addresses
from tests.promises.looks import ACTIVE, CUT_LINK, FAILED, GROUPS, PRIMARY, READY, SECONDARY, look, port, unit

STANDBY = unit(READY, peer_role=AnnouncedRole.ACTIVE)
BOTH = VirtualMacs(source=MacSource.INTERFACE, active="0000.0000.0001", standby="0000.0000.0002")
ONLY_ACTIVE = VirtualMacs(source=MacSource.INTERFACE, active="0000.0000.0001", standby=None)


def with_macs(macs: VirtualMacs | None, **fields: Any) -> Settings:
    """A pair with one interface that has these addresses."""
    return Settings(ports=(Port(name="a", macs=macs),), **fields)


def test_units_are_in_contact_if_both_hear_each_other_have_met_and_nothing_is_on_its_way() -> None:
    stranger = unit(READY, contact=PeerContact.NEVER)
    assert addresses.in_contact(look()) and not addresses.in_contact(look(links=CUT_LINK))
    assert not addresses.in_contact(look(unit(ACTIVE, handover=Handover.REQUEST)))
    assert not addresses.in_contact(look(ACTIVE, stranger)) and not addresses.in_contact(look(stranger))
    off = unit(ACTIVE, enabled=False)
    assert not addresses.in_contact(look(off)) and not addresses.in_contact(look(ACTIVE, off))
    one_way: dict[str, Any] = {"pair": with_macs(None), "links": CUT_LINK}
    for deaf in (PRIMARY, SECONDARY):
        assert not addresses.in_contact(look(**one_way, interfaces=(port(deaf=deaf),)))
    assert addresses.in_contact(look(**one_way, interfaces=(port(),)))


def test_no_ip_address_has_two_owners_in_contact(monkeypatch: pytest.MonkeyPatch) -> None:
    assert addresses.one_owner(look(ACTIVE, STANDBY)) and not addresses.one_owner(look(ACTIVE, ACTIVE))
    assert addresses.one_owner(look(ACTIVE, ACTIVE, links=CUT_LINK)), "not in contact"
    assert addresses.one_owner(look(ACTIVE, READY)), "who gave up holds none"
    monkeypatch.setattr(addresses, "mac_for", lambda own, unit, address, virtual: Mac(unit.value))
    assert addresses.one_owner(look(ACTIVE, STANDBY))
    assert not addresses.one_owner(look(ACTIVE, ACTIVE)), "each with a MAC address of its own"


def test_no_mac_address_has_two_owners_on_any_kind_of_interface(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_owner(wrong: Mac, *kinds: VirtualMacs | None, only_with: Any = ...) -> bool:
        def mac_for(own: Any, unit: Any, address: Address, virtual: Any) -> Mac:
            return wrong if only_with in (..., virtual) else Mac(unit.value)

        with monkeypatch.context() as patch:
            patch.setattr(addresses, "mac_for", mac_for)
            ports = tuple(Port(name=str(place), macs=macs) for place, macs in enumerate(kinds))
            return addresses.one_owner(look(ACTIVE, STANDBY, Settings(ports=ports), interfaces=(port(),) * len(ports)))

    assert not one_owner(Mac.PRIMARY) and not one_owner(Mac.SECONDARY, None)
    for macs in (BOTH, ONLY_ACTIVE):
        assert not one_owner(Mac.PRIMARY, None, macs, only_with=macs), "the burned-in one of one unit"
        assert not one_owner(Mac.PRIMARY, macs, only_with=None)
    assert one_owner(Mac.VIRTUAL, BOTH, only_with=BOTH), "there are two virtual ones"
    assert not one_owner(Mac.VIRTUAL, ONLY_ACTIVE, only_with=ONLY_ACTIVE), "there is one virtual address"


def test_a_right_pair_with_virtual_addresses_has_one_owner_of_each() -> None:
    for macs in (None, BOTH, ONLY_ACTIVE):
        assert addresses.one_owner(look(ACTIVE, STANDBY, with_macs(macs), interfaces=(port(),)))


def test_the_kinds_are_those_of_the_interfaces_of_the_group_and_none() -> None:
    ports = (Port(name="a", macs=BOTH), Port(name="b", macs=ONLY_ACTIVE, group=1), Port(name="c", macs=BOTH))
    pair = Settings(ports=ports, groups=GROUPS.groups)
    two = unit(READY, Group(role=READY))
    found = [addresses._kinds(look(two, two, pair, index=index)) for index in (0, 1)]
    assert found == [[None, BOTH], [None, ONLY_ACTIVE]]


def test_the_addresses_that_are_held_once_for_each_unit() -> None:
    assert addresses.held_by(look(ACTIVE, STANDBY)) == [Address.ACTIVE, Address.STANDBY]
    assert addresses.held_by(look(ACTIVE, READY)) == [Address.ACTIVE], "it has not heard its peer active"


def test_a_joining_unit_and_one_with_failover_off_have_an_address() -> None:
    def owes(own: Any) -> tuple[bool, bool]:
        return addresses.some_unit_owes_one(look(ACTIVE, own)), addresses.each_has_one(look(ACTIVE, own))

    joins = unit(phase=Phase.BULK_SYNC, peer_role=AnnouncedRole.ACTIVE)
    assert owes(joins) == owes(unit(READY, enabled=False)) == owes(unit(ACTIVE, enabled=False)) == (True, True)
    assert owes(READY) == owes(unit(phase=Phase.BULK_SYNC)) == owes(unit(phase=Phase.NEGOTIATION)) == (False, True)
    assert owes(unit(phase=Phase.NEGOTIATION, peer_role=AnnouncedRole.ACTIVE)) == (False, True)


@pytest.mark.parametrize("wrong", [None, Address.ACTIVE, Address.STANDBY])
def test_it_is_that_of_its_role(wrong: Address | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "held", lambda own, index: wrong)
    assert addresses.each_has_one(look(unit(ACTIVE, enabled=False))) is (wrong is Address.ACTIVE)
    assert addresses.each_has_one(look(ACTIVE, unit(READY, enabled=False))) is (wrong is Address.STANDBY)


def test_no_address_is_held_twice_but_in_a_split_brain() -> None:
    both_standby = look(STANDBY, STANDBY)
    assert addresses.never_twice(look(ACTIVE, STANDBY)) and addresses.never_twice(look(ACTIVE, ACTIVE))
    assert not addresses.never_twice(both_standby)


def test_who_gave_up_waits_beside_a_standby() -> None:
    assert addresses.gave_up_and_waits(look(READY, STANDBY)) and addresses.gave_up_and_waits(look(STANDBY, FAILED))
    assert not addresses.gave_up_and_waits(look(STANDBY, STANDBY)), "both heard the other active"
    assert not addresses.gave_up_and_waits(look(ACTIVE, READY)) and not addresses.gave_up_and_waits(look(READY, ACTIVE))
