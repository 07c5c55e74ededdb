"""The promises about asymmetric routing, over the pair and its sessions together.

The formulas ask the configuration, the roles and the tables of sessions by themselves, and know nothing of the rows.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from failover_fsm.config.records.asymmetric import replicates_http, without_effect
from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.states import LinkState, PortState, Role
from failover_fsm.services.asymmetric.asr_machine import AsrMachine
from failover_fsm.services.asymmetric.events import PacketArrived
from failover_fsm.services.asymmetric.records import Fate, Packet, Protocol, Session, Traffic
from failover_fsm.services.machine import Joint, MachinePromise

__all__ = ["asr_promises"]

At = Joint[Traffic]
_STANDBY = (Role.STANDBY_READY, Role.FAILED)


@attrs.frozen(eq=False)
class _Seen:
    """A packet that arrived, and what is known of it from outside."""

    machine: AsrMachine
    before: At
    event: PacketArrived
    after: At

    @property
    def last(self) -> Packet | None:
        """What became of it; None where nothing arrived."""
        return self.after.own.last

    @property
    def fate(self) -> Fate | None:
        """The same in a word."""
        return None if self.last is None else self.last.fate

    @property
    def session(self) -> Session | None:
        """Its session, if a unit has it."""
        return self.before.own.session(self.event.session)

    @property
    def of_another(self) -> bool:
        """The packet belongs to a session of another interface."""
        return self.event.session != self.event.interface

    @property
    def same_group(self) -> bool:
        """The interface of the session is in the ASR group of this one."""
        named = self.machine.ports_of(self.before.pair, self.event.unit).named
        here, there = (named[name].asr_group for name in (self.event.interface, self.event.session))
        return here is not None and here == there

    @property
    def in_force(self) -> bool:
        """The configuration has all that ASR groups need."""
        return not without_effect(self.machine.ports_of(self.before.pair, self.event.unit).config)

    def active(self, interface: str, unit: Unit) -> bool:
        """An interface is active on a unit."""
        return self.role(interface, unit) is Role.ACTIVE

    def role(self, interface: str, unit: Unit) -> Role:
        """The role of an interface on a unit."""
        return _role(self.machine, self.before, interface, unit)

    def known(self, unit: Unit) -> bool:
        """A unit has the session."""
        return self.session is not None and self.session.is_known(unit)

    @property
    def lives(self) -> bool:
        """The session is in use: a unit that is active for its interface has it."""
        return any(self.known(unit) and self.active(self.event.session, unit) for unit in Unit)

    @property
    def reaches(self) -> bool:
        """The units reach each other by the interface of the session, from this one to its peer."""
        pair, settings = self.before.pair, self.machine.settings
        item = pair.interfaces[settings.index_of(self.event.session)]
        own, peer = item.line(self.event.unit), item.line(self.event.unit.peer)
        return item.path is LinkState.GOOD and own is not PortState.DOWN and peer is PortState.GOOD


def _role(machine: AsrMachine, joint: At, interface: str, unit: Unit) -> Role:
    index = machine.settings.ports[machine.settings.index_of(interface)].group
    return joint.pair.unit(unit).groups[index].role


Of = Callable[[_Seen], bool]
_PACKETS: tuple[type[e.Event], ...] = (PacketArrived,)


# -- formulas about a packet -----------------------------------------------------------------------------


def matched(seen: _Seen) -> bool:
    """The packet was put back or sent on, so a session was found for it."""
    return seen.fate in (Fate.REINJECTED, Fate.REDIRECTED)


def matched_in_its_group(seen: _Seen) -> bool:
    """Only a session of the same ASR group was found, and it is that of the packet."""
    return not matched(seen) or (seen.same_group and seen.last is not None and seen.last.via == seen.event.session)


def lives_in_another_group(seen: _Seen) -> bool:
    """The session lives, in another group or in none, and the packet came where it does not belong."""
    return seen.of_another and seen.lives and not seen.same_group and seen.fate is not None


def sent_on_with_a_copy(seen: _Seen) -> bool:
    """A packet is sent on only by a unit that has a copy of its session on a standby interface."""
    if not sent_on(seen):
        return True
    return seen.known(seen.event.unit) and seen.role(seen.event.session, seen.event.unit) in _STANDBY


def sent_on(seen: _Seen) -> bool:
    """A packet was sent on to the peer."""
    return seen.last is not None and seen.last.sent


def taken(seen: _Seen) -> bool:
    """The peer took it."""
    return seen.last is not None and seen.last.arrived


def taken_by_the_owner(seen: _Seen) -> bool:
    """The peer takes what is sent on to it only as the active unit, with the session."""
    peer = seen.event.unit.peer
    return not taken(seen) or (seen.known(peer) and seen.active(seen.event.session, peer))


def sent_on_while_it_lives(seen: _Seen) -> bool:
    """A packet is not sent on to a peer on which its session has ended."""
    peer = seen.event.unit.peer
    ended = seen.active(seen.event.session, peer) and not seen.known(peer)
    return not (sent_on(seen) and ended)


def dropped_without(seen: _Seen) -> bool:
    """A packet whose session the unit does not know is dropped."""
    return not unknown(seen) or seen.fate in (Fate.DROPPED, None)


def unknown(seen: _Seen) -> bool:
    """The unit does not know the session of the packet."""
    return not seen.known(seen.event.unit)


def brought_back(seen: _Seen) -> bool:
    """A packet of a session that lives on the peer, in the same group and within reach, gets there."""
    return not could_be_brought_back(seen) or taken(seen)


def could_be_brought_back(seen: _Seen) -> bool:
    """The unit has a copy, the peer the session, and the way is good."""
    own, peer, name = seen.event.unit, seen.event.unit.peer, seen.event.session
    here = seen.active(seen.event.interface, own) and seen.fate is not None
    copy = seen.known(own) and seen.role(name, own) in _STANDBY
    there = seen.known(peer) and seen.active(name, peer)
    return here and copy and there and seen.same_group and seen.in_force and seen.reaches


def put_back(seen: _Seen) -> bool:
    """A packet of another interface of the unit itself is put back into the stream, and goes to no other unit."""
    return not could_be_put_back(seen) or seen.fate is Fate.REINJECTED


def could_be_put_back(seen: _Seen) -> bool:
    """The session is on another interface of the same group, active on the same unit."""
    own, name = seen.event.unit, seen.event.session
    here = seen.active(seen.event.interface, own) and seen.fate is not None
    return here and seen.of_another and seen.known(own) and seen.active(name, own) and seen.same_group and seen.in_force


def own_first(seen: _Seen) -> bool:
    """A packet of a session of this interface goes on as without ASR groups."""
    return not has_its_own(seen) or seen.fate is Fate.FORWARDED


def has_its_own(seen: _Seen) -> bool:
    """The interface is active on the unit and has the session."""
    own = seen.event.unit
    return not seen.of_another and seen.known(own) and seen.active(seen.event.interface, own) and seen.fate is not None


def changes_nothing(seen: _Seen) -> bool:
    """A packet changes neither the pair nor a session."""
    return seen.after.pair == seen.before.pair and seen.after.own.sessions == seen.before.own.sessions


def is_a_packet(seen: _Seen) -> bool:
    """A packet arrived."""
    return seen.fate is not None


# -- formulas about states ---------------------------------------------------------------------------------


def http_stays(machine: AsrMachine, joint: At) -> bool:
    """No standby knows an HTTP session of a failover group that does not replicate them."""
    return all(
        not (session.is_known(unit) and _role(machine, joint, session.interface, unit) in _STANDBY)
        for session in joint.own.sessions
        if session.protocol is Protocol.HTTP
        for ports in (machine.ports_of(joint.pair, Unit.PRIMARY),)
        if not replicates_http(ports.config, ports.named[session.interface])
        for unit in Unit
    )


def has_an_http_session(joint: At) -> bool:
    """There is an HTTP session."""
    return any(session.protocol is Protocol.HTTP for session in joint.own.sessions)


def moved_with_its_group(machine: AsrMachine, joint: At) -> bool:
    """Both groups are active on one unit, which knows a session that its peer opened or has as a copy."""
    for session in joint.own.sessions:
        for unit in Unit:
            alone = not joint.pair.unit(unit.peer).powered
            if alone and session.is_known(unit) and _role(machine, joint, session.interface, unit) is Role.ACTIVE:
                return True
    return False


def asr_promises(machine: AsrMachine) -> tuple[MachinePromise, ...]:
    """The promises about the machine of a pair; `asr-while-it-lives` is broken where a copy outlives its session."""

    def of(formula: Of) -> Callable[[At, PacketArrived, At], bool]:
        return lambda before, event, after: formula(_Seen(machine, before, event, after))

    def packet(id: str, says: str, rules: tuple[str, ...], holds: Of, premise: Of) -> MachinePromise:
        return MachinePromise(
            id=id, says=says, rules=rules, kind="step", holds=of(holds), premise=of(premise), events=_PACKETS
        )

    return (
        packet("asr-never-across-groups", "No packet is ever matched with a session of another ASR group.",
               ("ASR-2", "ASR-11"), matched_in_its_group, lives_in_another_group),
        packet("asr-sent-on-with-a-copy", "A packet is sent on only by a unit with a replicated copy of its session.",
               ("ASR-3", "ASR-7"), sent_on_with_a_copy, sent_on),
        packet("asr-taken-by-the-owner", "What is sent on is taken by the unit that is active and has the session.",
               ("ASR-3", "ASR-15"), taken_by_the_owner, taken),
        packet("asr-while-it-lives", "A packet is sent on to the peer only as long as its session lives.",
               ("ASR-3", "ASR-15"), sent_on_while_it_lives, sent_on),
        packet("asr-dropped-without", "A packet whose session the unit does not know is dropped.",
               ("ASR-1", "ASR-2", "ASR-8"), dropped_without, unknown),
        packet("asr-brought-back", "A packet whose session lives on the peer, and is replicated, gets back to it.",
               ("ASR-3", "ASR-15"), brought_back, could_be_brought_back),
        packet("asr-put-back", "A packet of a session of the same unit is put back into the stream there.",
               ("ASR-4",), put_back, could_be_put_back),
        packet("asr-own-first", "ASR groups never change the way of a packet whose session is on its interface.",
               ("ASR-6",), own_first, has_its_own),
        packet("asr-changes-nothing", "No packet changes a session, or anything of the pair.",
               ("ASR-6",), changes_nothing, is_a_packet),
        MachinePromise(
            id="asr-http-stays", kind="always", rules=("ASR-7", "STF-25"),
            says="Without HTTP replication no standby knows an HTTP session.",
            holds=lambda joint: http_stays(machine, joint), premise=has_an_http_session,
        ),
        MachinePromise(
            id="asr-survives-a-unit", kind="sometimes", rules=("ASR-15", "STF-5"),
            says="A session can live on, on the unit that is left.",
            holds=lambda joint: moved_with_its_group(machine, joint),
        ),
    )  # fmt: skip
