"""What the tables of asymmetric routing read and change: one event at an interface; guards and effects of rows."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from failover_fsm.config.records.asymmetric import replicates_http, without_effect
from failover_fsm.config.records.interface import Interface
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.pair.sessions import link_works
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import LinkState, PortState, Role, State
from failover_fsm.services.asymmetric.records import Fate, Packet, Protocol, Session, Traffic

__all__ = ["PacketCase", "Ports", "copies"]


@attrs.frozen(kw_only=True)
class Ports:
    """The named interfaces of a configuration, by name."""

    config: PairConfig
    named: Mapping[str, Interface]

    @classmethod
    def of(cls, config: PairConfig) -> Ports:
        """Those of a configuration."""
        return cls(config=config, named={config.name_of(each): each for each in config.interfaces if each.nameif})


def copies(pair: State, settings: Settings, ports: Ports, sender: Unit, session: Session) -> bool:
    """Whether the state of a session of `sender` reaches its peer now (ASR-7, STF-5, STF-12)."""
    if session.protocol is Protocol.HTTP and not replicates_http(ports.config, ports.named[session.interface]):
        return False
    return pair.unit(sender.peer).up and link_works(pair, settings, sender)


@attrs.define(kw_only=True)
class PacketCase:
    """One event at an interface of a unit, and what its rows make of it.

    Attributes:
        settings: What the protocol reads of the configuration.
        ports: The interfaces as the unit has them now.
        pair: The state of the pair.
        traffic: The record; effects replace it.
        unit: The unit.
        interface: The interface.
        session: The interface whose session it is about.
        protocol: What a session that is opened carries.
        counting: Whether packets are counted.
        redirected: The packet goes on to the peer.
    """

    settings: Settings
    ports: Ports
    pair: State
    traffic: Traffic
    unit: Unit
    interface: str
    session: str
    protocol: Protocol = Protocol.TCP
    counting: bool = True
    redirected: bool = False

    def role(self, interface: str, unit: Unit | None = None) -> Role:
        """The role of the failover group of an interface, on this unit or another."""
        index = self.settings.ports[self.settings.index_of(interface)].group
        return self.pair.unit(unit or self.unit).groups[index].role

    def asr_group(self, interface: str) -> int | None:
        """The ASR group of an interface on this unit."""
        return self.ports.named[interface].asr_group

    @property
    def found(self) -> Session | None:
        """The session that the event is about, as this unit has it in its table; None if it has not."""
        session = self.traffic.session(self.session)
        return session if session is not None and session.is_known(self.unit) else None

    def count(self, interface: str, counter: str) -> None:
        """Counts an ASR packet of an interface of this unit."""
        if self.counting:
            counts = self.traffic.counted(self.unit, interface)
            more = attrs.evolve(counts, **{counter: getattr(counts, counter) + 1})
            self.traffic = self.traffic.with_counts(more)

    def end(self, fate: Fate, via: str = "", *, arrived: bool = False) -> None:
        """Notes what became of the packet."""
        sent = fate is Fate.REDIRECTED or (self.traffic.last is not None and self.traffic.last.sent)
        self.traffic = attrs.evolve(self.traffic, last=Packet(fate=fate, via=via, sent=sent, arrived=arrived))


# -- guards ------------------------------------------------------------------------------------------


def is_down(case: PacketCase) -> bool:
    """The interface of this unit is down."""
    item = case.pair.interfaces[case.settings.index_of(case.interface)]
    return item.line(case.unit) is PortState.DOWN


def is_known_here(case: PacketCase) -> bool:
    """The unit has the session, and it is one of this interface."""
    return case.found is not None and case.session == case.interface


def is_unknown_here(case: PacketCase) -> bool:
    """The unit has no session of this interface."""
    return not is_known_here(case)


def is_in_no_asr_group(case: PacketCase) -> bool:
    """The interface is in no ASR group."""
    return case.asr_group(case.interface) is None


def has_no_effect(case: PacketCase) -> bool:
    """The configuration has no Active/Active failover, or no Stateful Failover."""
    return bool(without_effect(case.ports.config))


def is_known_to_the_group(case: PacketCase) -> bool:
    """The unit has the session, and it is one of another interface in the same ASR group."""
    return case.found is not None and case.asr_group(case.session) == case.asr_group(case.interface)


def is_active_member(case: PacketCase) -> bool:
    """The session is found on an interface of the group that is active on this unit too."""
    return is_known_to_the_group(case) and case.role(case.session) is Role.ACTIVE


def has_no_way(case: PacketCase) -> bool:
    """The session is found on a standby interface of the group, and the units do not reach each other there."""
    item = case.pair.interfaces[case.settings.index_of(case.session)]
    lines = (item.line(case.unit) is not PortState.DOWN, item.line(case.unit.peer) is PortState.GOOD)
    return is_known_to_the_group(case) and not (item.path is LinkState.GOOD and all(lines))


# -- effects -----------------------------------------------------------------------------------------


def open_session(case: PacketCase) -> None:
    """The unit has a new session, and its peer a copy where the state reaches it."""
    session = Session(interface=case.interface, protocol=case.protocol).with_known(case.unit, True)
    copied = copies(case.pair, case.settings, case.ports, case.unit, session)
    case.traffic = case.traffic.with_session(session.with_known(case.unit.peer, copied))


def end_session(case: PacketCase) -> None:
    """The session ends on the unit, and the copy of the peer where that reaches it."""
    session = case.found
    assert session is not None, "the row says that the unit knows it"
    told = copies(case.pair, case.settings, case.ports, case.unit, session)
    after = session.with_known(case.unit, False)
    case.traffic = case.traffic.with_session(after.with_known(case.unit.peer, False) if told else after)


def forward(case: PacketCase) -> None:
    """The packet is passed on, as on any interface."""
    case.end(Fate.FORWARDED, case.interface)


def reinject(case: PacketCase) -> None:
    """The layer 2 header is rewritten, and the packet put back into the stream of the other interface."""
    case.end(Fate.REINJECTED, case.session)


def redirect(case: PacketCase) -> None:
    """The layer 2 header is rewritten for the peer, and the packet leaves by the standby interface."""
    case.count(case.session, "transmitted")
    case.redirected = True
    case.end(Fate.REDIRECTED, case.session)


def drop(case: PacketCase) -> None:
    """The packet is dropped, as one without a session."""
    case.end(Fate.DROPPED)


def drop_counted(case: PacketCase) -> None:
    """The packet is dropped, and counted as an ASR packet of the interface."""
    case.count(case.interface, "dropped")
    case.end(Fate.DROPPED)


def receive(case: PacketCase) -> None:
    """The peer receives the redirected packet."""
    case.count(case.interface, "received")


def take(case: PacketCase) -> None:
    """The peer passes the redirected packet on."""
    case.end(Fate.REDIRECTED, case.interface, arrived=True)
