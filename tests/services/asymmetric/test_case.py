"""One event at an interface of a unit: roles, copies of its session, and what a packet keeps of what became of it."""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.pair.states import Group, Phase, State, Unit
from failover_fsm.services.asymmetric.case import PacketCase, copies
from failover_fsm.services.asymmetric.records import Fate, Packet, Protocol, Session, Traffic
from tests.promises.looks import ACTIVE, CUT_LINK, NONE, READY, unit
from tests.services.asymmetric.test_formulas import A, B, machine, pair

PRIMARY, SECONDARY = Unit
JOINS = unit(NONE, Group(), phase=Phase.SYNC_CONFIG)


def case(state: State | None = None, **fields: Any) -> PacketCase:
    """A packet of a session of `outsideISP-A` at `outsideISP-B` of the secondary."""
    found, now = machine(), state or pair()
    ports = found.ports_of(now, SECONDARY)
    given: dict[str, Any] = {"traffic": Traffic(), "unit": SECONDARY, "interface": B, "session": A, **fields}
    return PacketCase(settings=found.settings, ports=ports, pair=now, **given)


def test_the_state_of_a_session_reaches_a_peer_that_is_up() -> None:
    """STF-5, STF-12, STF-25."""

    def reach(state: State, sender: Unit = PRIMARY, protocol: Protocol = Protocol.TCP) -> bool:
        found = machine()
        return copies(
            state, found.settings, found.ports_of(state, sender), sender, Session(interface=A, protocol=protocol)
        )

    assert reach(pair()) and reach(pair(), SECONDARY) and not reach(pair(), protocol=Protocol.HTTP)
    assert not reach(pair(links=CUT_LINK))
    joining = attrs.evolve(pair(), secondary=JOINS)
    assert not reach(joining) and reach(joining, SECONDARY), "the peer of the secondary is up"


def test_an_interface_has_the_role_of_its_group_on_either_unit() -> None:
    found = case()
    assert [found.role(A), found.role(B), found.role(A, PRIMARY), found.role(B, PRIMARY)] == [
        READY,
        ACTIVE,
        ACTIVE,
        READY,
    ]


def test_a_packet_that_was_sent_on_stays_one_whatever_becomes_of_it() -> None:
    for last, sent in (
        (None, False),
        (Packet(fate=Fate.DROPPED), False),
        (Packet(fate=Fate.REDIRECTED, sent=True), True),
    ):
        found = case(traffic=Traffic(last=last))
        found.end(Fate.DROPPED)
        assert found.traffic.last == Packet(fate=Fate.DROPPED, sent=sent)
    found = case()
    found.end(Fate.REDIRECTED, A, arrived=True)
    assert found.traffic.last == Packet(fate=Fate.REDIRECTED, via=A, sent=True, arrived=True)


def test_what_is_counted_is_of_the_unit_where_it_happens() -> None:
    """ASR-12; a search counts nothing."""
    for counting, number in ((True, 2), (False, 0)):
        found = case(counting=counting)
        for _ in range(2):
            found.count(B, "dropped")
        assert found.traffic.counted(SECONDARY, B).dropped == number and found.traffic.counted(PRIMARY, B).dropped == 0
