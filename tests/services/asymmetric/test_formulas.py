"""The formulas of the promises about asymmetric routing, asked of packets that are made by hand.

The pair is that of Figure 13-9: group 1 with `outsideISP-A` is active on the primary, group 2 with `outsideISP-B` on
the secondary, and both interfaces are in ASR group 1. If nothing else is said, a packet of a session of `outsideISP-A`,
of which the secondary has a copy, comes back to the secondary by `outsideISP-B`, and is sent on to the primary.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest

from failover_fsm.checker import Kind
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Group, LinkState, Phase, PortState, State, Unit
from failover_fsm.services.asymmetric.asr_machine import AsrMachine
from failover_fsm.services.asymmetric.events import PacketArrived, SessionEnded, SessionOpened
from failover_fsm.services.asymmetric.promises import asr_promises
from failover_fsm.services.asymmetric.records import Counts, Fate, Packet, Protocol, Session, Traffic
from failover_fsm.services.machine import Joint, MachinePromise
from tests.promises.looks import ACTIVE, CUT_LINK, FAILED, NONE, READY, port, unit

TEXT = (Path(__file__).parents[3] / "models" / "asymmetric-routing.cfg").read_text(encoding="utf-8")
PRIMARY, SECONDARY = Unit
A, B, INSIDE, OTHER_INSIDE = "outsideISP-A", "outsideISP-B", "admin/inside", "ctx1/inside"

SENT_ON = Packet(fate=Fate.REDIRECTED, via=A, sent=True, arrived=True)
PUT_BACK = Packet(fate=Fate.REINJECTED, via=A)
DROPPED, FORWARDED = Packet(fate=Fate.DROPPED), Packet(fate=Fate.FORWARDED, via=A)
LOST = Packet(fate=Fate.DROPPED, sent=True)
"""Sent on, and dropped by the peer."""

OTHER_GROUP = TEXT.replace("asr-group 1", "asr-group 2", 1)
OFF = unit(NONE, Group(), phase=Phase.OFF)
NO_STATE = TEXT.replace("failover link folink\n", "")
WITH_HTTP = TEXT.replace("failover group 1\n primary\n", "failover group 1\n primary\n replication http\n")


@cache
def machine(text: str = TEXT) -> AsrMachine:
    """The machine of a configuration."""
    config = PairConfig.from_asa(text)
    return AsrMachine(settings=Settings.of(config), config=config)


def promise(name: str, text: str = TEXT) -> MachinePromise:
    """A promise by its id."""
    return next(each for each in asr_promises(machine(text)) if each.id == name)


def pair(primary: str = "AR", secondary: str = "RA", **fields: Any) -> State:
    """A pair by the roles of both groups on each unit: active, ready, failed, or none (the unit boots)."""
    roles = {"A": ACTIVE, "R": READY, "F": FAILED, "-": NONE}
    units = [unit(roles[each[0]], Group(role=roles[each[1]])) for each in (primary, secondary)]
    return State(primary=units[0], secondary=units[1], **{"interfaces": (port(),) * 4, **fields})


def on_a(item: Any) -> State:
    """The pair with this interface `outsideISP-A`."""
    return pair(interfaces=(item, port(), port(), port()))


def judged(
    name: str,
    last: Packet | None = SENT_ON,
    *,
    at: str = B,
    of: str = A,
    known: tuple[bool, bool] = (True, True),
    state: State | None = None,
    text: str = TEXT,
    where: Unit = SECONDARY,
) -> tuple[bool, bool]:
    """Whether a packet is a test of a promise, and whether it keeps it."""
    found, sessions = promise(name, text), (Session(interface=of, known=known),) if any(known) else ()
    before = Joint(pair=state or pair(), own=Traffic(sessions=sessions))
    after = attrs.evolve(before, own=attrs.evolve(before.own, last=last))
    step = (before, PacketArrived(unit=where, interface=at, session=of), after)
    assert found.premise is not None
    return found.premise(*step), found.holds(*step)


def test_each_promise_is_of_its_kind() -> None:
    packets = (PacketArrived,)
    assert {each.id: (each.as_property().kind, each.events) for each in asr_promises(machine())} == {
        "asr-never-across-groups": (Kind.ALWAYS_STEP, packets),
        "asr-sent-on-with-a-copy": (Kind.ALWAYS_STEP, packets),
        "asr-taken-by-the-owner": (Kind.ALWAYS_STEP, packets),
        "asr-while-it-lives": (Kind.ALWAYS_STEP, packets),
        "asr-dropped-without": (Kind.ALWAYS_STEP, packets),
        "asr-brought-back": (Kind.ALWAYS_STEP, packets),
        "asr-put-back": (Kind.ALWAYS_STEP, packets),
        "asr-own-first": (Kind.ALWAYS_STEP, packets),
        "asr-changes-nothing": (Kind.ALWAYS_STEP, packets),
        "asr-http-stays": (Kind.ALWAYS, ()),
        "asr-survives-a-unit": (Kind.SOMETIMES, ()),
    }


# -- groups -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "is_test", "keeps"),
    [
        ({}, False, True),
        ({"text": OTHER_GROUP}, True, False),  # ASR-2, ASR-11
        ({"text": OTHER_GROUP, "last": DROPPED}, True, True),
        ({"at": OTHER_INSIDE}, True, False),
        ({"at": OTHER_INSIDE, "last": None}, False, True),
        ({"at": OTHER_INSIDE, "of": INSIDE, "last": PUT_BACK}, True, False),  # both are in no group
        ({"at": B, "of": INSIDE}, True, False),
        ({"at": INSIDE, "of": INSIDE, "last": FORWARDED}, False, True),  # where it belongs
        ({"text": OTHER_GROUP, "known": (False, True), "last": DROPPED}, False, True),  # the session has ended
        ({"text": OTHER_GROUP, "known": (False, False), "last": DROPPED}, False, True),
        ({"last": attrs.evolve(SENT_ON, via=B)}, False, False),  # another session was found
    ],
)
def test_only_a_session_of_the_same_group_is_found(fields: dict[str, Any], is_test: bool, keeps: bool) -> None:
    assert judged("asr-never-across-groups", **fields) == (is_test, keeps)


# -- packets that are sent on -----------------------------------------------------------------------------


def test_a_packet_is_sent_on_by_a_unit_with_a_copy_and_taken_by_the_owner_of_the_session() -> None:
    """ASR-3, ASR-7, ASR-15."""
    copy, owner, lives = "asr-sent-on-with-a-copy", "asr-taken-by-the-owner", "asr-while-it-lives"
    assert judged(copy) == judged(owner) == judged(lives) == (True, True)
    assert judged(copy, DROPPED) == judged(owner, DROPPED) == judged(lives, DROPPED) == (False, True)
    assert judged(copy, LOST) == (True, True) and judged(owner, LOST) == (False, True)
    assert judged(copy, None) == judged(owner, None) == (False, True)
    assert judged(copy, known=(True, False)) == (True, False)
    assert judged(copy, state=pair("RR", "AA")) == (True, False), "it is active there itself"
    assert judged(copy, state=pair("AR", "FA")) == (True, True)
    assert judged(owner, known=(False, True)) == (True, False) and judged(owner, state=pair("RR")) == (True, False)
    assert judged(lives, LOST, known=(False, True)) == (True, False)
    assert judged(lives, LOST, known=(False, True), state=pair("RR")) == (True, True), "nobody has it"


def test_a_packet_whose_session_the_unit_does_not_know_is_dropped() -> None:
    """ASR-1, ASR-2, ASR-8."""
    name = "asr-dropped-without"
    assert judged(name) == (False, True) and judged(name, known=(True, False)) == (True, False)
    assert judged(name, DROPPED, known=(True, False)) == judged(name, None, known=(False, False)) == (True, True)


@pytest.mark.parametrize(
    ("fields", "could"),
    [
        ({}, True),
        ({"state": pair("AR", "FA")}, True),
        ({"state": pair("AA", "RR")}, False),  # the packet comes to a standby interface
        ({"last": None}, False),
        ({"known": (True, False)}, False),  # the unit has no copy
        ({"state": pair("AR", "AA")}, False),  # it is active for the session itself
        ({"state": pair("AR", "-A")}, False),
        ({"known": (False, True)}, False),  # the session has ended
        ({"state": pair("RR", "RA")}, False),
        ({"text": OTHER_GROUP}, False),
        ({"text": NO_STATE}, False),  # ASR-7, ASR-8
        ({"state": on_a(port(path=LinkState.CUT))}, False),  # ASR-15: it leaves by the standby interface
        ({"state": on_a(port(secondary=PortState.DOWN))}, False),
        ({"state": on_a(port(secondary=PortState.SILENT))}, True),
        ({"state": on_a(port(PortState.SILENT))}, False),
        ({"state": on_a(port(PortState.DOWN))}, False),
    ],
)
def test_a_packet_whose_session_lives_on_the_peer_gets_back_to_it(fields: dict[str, Any], could: bool) -> None:
    """ASR-3, ASR-15."""
    assert judged("asr-brought-back", **fields) == (could, fields.get("last", SENT_ON) is not None or not could)
    if "last" not in fields:
        assert judged("asr-brought-back", DROPPED, **fields) == (could, not could)


@pytest.mark.parametrize(
    ("fields", "could"),
    [
        ({}, True),
        ({"state": pair("AR", "RA")}, False),  # the session is the peer's
        ({"state": pair("RA", "AR")}, False),  # the packet comes to a standby interface
        ({"known": (True, False)}, False),
        ({"at": A}, False),  # where it belongs
        ({"text": OTHER_GROUP}, False),
        ({"text": NO_STATE}, False),
    ],
)
def test_a_packet_of_a_session_of_the_same_unit_is_put_back_there(fields: dict[str, Any], could: bool) -> None:
    """ASR-4."""
    given = {"state": pair("RR", "AA"), **fields}
    assert judged("asr-put-back", PUT_BACK, **given) == (could, True)
    assert judged("asr-put-back", SENT_ON, **given) == (could, not could)
    assert judged("asr-put-back", None, **given) == (False, True)


def test_a_packet_of_a_session_of_its_interface_goes_on_as_without_groups() -> None:
    """ASR-6."""
    name = "asr-own-first"
    home: dict[str, Any] = {"at": A, "where": PRIMARY}
    assert judged(name, FORWARDED, **home) == (True, True) and judged(name, PUT_BACK, **home) == (True, False)
    others: tuple[dict[str, Any], ...] = ({"at": B}, {"known": (False, True)}, {"state": pair("RR", "AA")})
    for other in others:
        assert judged(name, PUT_BACK, **{**home, **other}) == (False, True)
    assert judged(name, None, **home) == (False, True)


def test_no_packet_changes_the_pair_or_a_session() -> None:
    found = promise("asr-changes-nothing")
    event = PacketArrived(unit=PRIMARY, interface=A, session=A)
    before = Joint(pair=pair(), own=Traffic(sessions=(Session(interface=A, known=(True, True)),)))
    after = attrs.evolve(before, own=attrs.evolve(before.own, last=DROPPED))
    assert found.premise is not None and found.premise(before, event, after) and found.holds(before, event, after)
    assert not found.premise(before, event, before)
    for changed in (attrs.evolve(after, pair=pair("RR")), attrs.evolve(after, own=Traffic(last=DROPPED))):
        assert not found.holds(before, event, changed)


# -- states -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("protocol", "interface", "known", "text", "keeps"),
    [
        (Protocol.HTTP, A, (True, False), TEXT, True),
        (Protocol.HTTP, A, (True, True), TEXT, False),  # ASR-7, STF-25
        (Protocol.TCP, A, (True, True), TEXT, True),
        (Protocol.HTTP, A, (True, True), WITH_HTTP, True),
        (Protocol.HTTP, B, (True, True), WITH_HTTP, False),  # group 2 does not replicate them
        (Protocol.HTTP, B, (False, True), TEXT, True),
    ],
)
def test_without_http_replication_no_standby_knows_an_http_session(
    protocol: Protocol, interface: str, known: tuple[bool, bool], text: str, keeps: bool
) -> None:
    found = promise("asr-http-stays", text)
    session = Session(interface=interface, protocol=protocol, known=known)
    tcp = Session(interface=INSIDE, known=(True, True))
    joint = Joint(pair=pair(), own=Traffic(sessions=(session, tcp)))
    assert found.holds(joint) is keeps
    assert found.premise is not None and found.premise(joint) is (protocol is Protocol.HTTP)
    failed = attrs.evolve(joint, pair=pair("AF", "FA"))
    assert found.holds(failed) is keeps, "a failed unit is a standby"
    assert found.holds(attrs.evolve(joint, pair=pair("AA", "--")))


def test_a_session_lives_on_on_the_unit_that_is_left() -> None:
    """ASR-15, STF-5."""
    seen = promise("asr-survives-a-unit").holds

    def lives(known: tuple[bool, bool], primary: Any, secondary: Any) -> bool:
        state = attrs.evolve(pair(), primary=primary, secondary=secondary)
        return seen(Joint(pair=state, own=Traffic(sessions=(Session(interface=A, known=known),))))

    leads, follows = unit(ACTIVE, Group(role=ACTIVE)), unit(READY, Group(role=READY))
    assert lives((False, True), OFF, leads) and lives((True, False), leads, OFF)
    assert not lives((True, False), OFF, leads) and not lives((False, True), follows, leads)
    assert not lives((False, True), OFF, follows)


# -- the machine ------------------------------------------------------------------------------------------


def follow(state: State, known: tuple[bool, bool], protocol: Protocol = Protocol.TCP) -> tuple[bool, ...]:
    """Which units know a session of `outsideISP-A` after a step of the pair; nothing if it is gone."""
    own = Traffic(sessions=(Session(interface=A, protocol=protocol, known=known),), last=DROPPED)
    after = machine().follow(pair(), e.HelloHeard(unit=PRIMARY), state, own)
    assert after.last is None, "something else has happened"
    return after.sessions[0].known if after.sessions else ()


def test_a_standby_has_what_its_active_peer_tells_it() -> None:
    """STF-5, STF-12: where the state of the session reaches it."""
    assert follow(pair(), (True, False)) == (True, True) and follow(pair(), (False, True)) == ()
    assert follow(pair("AR", "FA"), (True, False)) == (True, True)
    assert follow(pair("AR", "AA"), (True, False)) == (True, False), "it is active itself"
    assert follow(pair("RR", "RA"), (True, False)) == (True, False), "nobody is active"
    assert follow(pair(links=CUT_LINK), (False, True)) == (False, True), "nothing reaches it"
    assert follow(pair("RR", "AA"), (True, False)) == () and follow(pair("RR", "AA"), (False, True)) == (True, True)
    assert follow(pair(), (True, False), Protocol.HTTP) == (True, False), "STF-25"
    off = attrs.evolve(pair(), secondary=OFF)
    assert follow(off, (True, True)) == (True, False) and follow(off, (False, True)) == ()


def test_what_a_search_offers_on_units_that_are_up() -> None:
    asked = attrs.evolve(machine(), sessions=(A,), arrivals=(A, B), protocols=(Protocol.TCP, Protocol.HTTP))
    off = attrs.evolve(pair(), secondary=OFF)
    assert list(asked.offered(Joint(pair=off, own=Traffic()))) == [
        SessionOpened(unit=PRIMARY, interface=A), SessionOpened(unit=PRIMARY, interface=A, protocol=Protocol.HTTP),
        SessionEnded(unit=PRIMARY, interface=A), PacketArrived(unit=PRIMARY, interface=A, session=A),
        PacketArrived(unit=PRIMARY, interface=B, session=A),
    ]  # fmt: skip
    assert len(list(asked.offered(Joint(pair=pair(), own=Traffic())))) == 10
    assert [each.heading for each in list(asked.offered(Joint(pair=off, own=Traffic())))[:2]] == [
        "a session leaves the primary by outsideISP-A", "an HTTP session leaves the primary by outsideISP-A",
    ]  # fmt: skip


def answer(event: Any, known: tuple[bool, bool] = (True, True), state: State | None = None) -> Any:
    """What the machine does with an event, beside a session of `outsideISP-A`."""
    sessions = (Session(interface=A, known=known),) if any(known) else ()
    joint = Joint(pair=state or pair(), own=Traffic(sessions=sessions, last=DROPPED))
    return machine().answer(joint, event, lambda *_: pytest.fail("the pair does not move"))


def test_a_packet_is_sent_on_taken_and_counted_on_both_units() -> None:
    """ASR-3, ASR-12, ASR-15."""
    back = answer(PacketArrived(unit=SECONDARY, interface=B, session=A))
    assert back.joint.own.last == SENT_ON and len(back.rows) == 2
    assert back.joint.own.counts == (
        Counts(unit=PRIMARY, interface=A, received=1), Counts(unit=SECONDARY, interface=A, transmitted=1),
    )  # fmt: skip
    assert back.notes == (
        "redirected to outsideISP-A: a session of the peer", "the primary: the session goes on",
    )  # fmt: skip
    (sent,) = back.outputs
    assert sent.unit is SECONDARY and sent.on_data
    assert sent.text == (
        "the packet, out of 192.168.1.2, its layer 2 header rewritten for 192.168.1.1 (MAC address 00a0.c902.0101)"
    )


def test_what_is_refused_leaves_the_sessions_and_forgets_the_last_packet() -> None:
    refused = answer(SessionOpened(unit=PRIMARY, interface=A))
    assert refused.refused == "a session of the interface is open" and len(refused.rows) == 1
    assert refused.joint.own == Traffic(sessions=(Session(interface=A, known=(True, True)),))
    unknown = answer(PacketArrived(unit=PRIMARY, interface="dmz", session=A))
    assert unknown.refused.startswith("there is no interface dmz; allowed: ") and A in unknown.refused
    assert unknown.joint.own.last is None and unknown.rows == ()


@pytest.mark.parametrize(
    ("event", "known", "state", "note"),
    [
        (PacketArrived(unit=PRIMARY, interface=A, session=A), (True, True), pair(),
         "forwarded: a session of this interface"),
        (PacketArrived(unit=PRIMARY, interface=A, session=A), (False, False), pair(),
         "dropped: no session in the ASR group"),
        (PacketArrived(unit=SECONDARY, interface=B, session=A), (True, True), pair("RR", "AA"),
         "reinjected to outsideISP-A: a session of another interface of this unit"),
        (PacketArrived(unit=SECONDARY, interface=B, session=A), (True, True), on_a(port(path=LinkState.CUT)),
         "dropped: a session of the peer, and no way to it by that interface"),
        (PacketArrived(unit=SECONDARY, interface=B, session=A), (False, False), on_a(port(path=LinkState.CUT)),
         "dropped: no session in the ASR group"),
        (PacketArrived(unit=SECONDARY, interface=B, session=A), (True, False), pair("RR", "AA"),
         "dropped: no session in the ASR group"),
        (SessionEnded(unit=PRIMARY, interface=A), (True, True), pair(), "the session ends"),
    ],
)  # fmt: skip
def test_what_became_of_a_packet_is_told(event: Any, known: Any, state: State, note: str) -> None:
    assert answer(event, known, state).notes == (note,)


def test_packets_are_counted_by_unit_and_interface() -> None:
    """ASR-12; a search counts nothing."""
    places = ((PRIMARY, A), (PRIMARY, B), (SECONDARY, A))
    counts = (Counts(unit=each, interface=name, dropped=number) for number, (each, name) in enumerate(places, 1))
    own = Traffic(counts=tuple(counts))
    assert [own.counted(*place).dropped for place in ((PRIMARY, B), (SECONDARY, A), (SECONDARY, B))] == [2, 3, 0]
    quiet = attrs.evolve(machine(), counting=False)
    joint = Joint(pair=pair(), own=Traffic())
    dropped = quiet.answer(joint, PacketArrived(unit=PRIMARY, interface=A, session=A), lambda *_: pytest.fail("no"))
    assert dropped.joint.own.last == DROPPED and dropped.joint.own.counts == ()
