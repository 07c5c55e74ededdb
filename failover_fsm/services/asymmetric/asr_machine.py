"""The machine of asymmetric routing: packets that come back go through the tables, and change nothing of the pair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from failover_fsm.config.records.macs import virtual_macs
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Role, State
from failover_fsm.pair.tables import Row, Table
from failover_fsm.services.asymmetric.case import PacketCase, Ports, copies
from failover_fsm.services.asymmetric.events import PacketArrived, PacketRedirected, SessionEnded, SessionOpened
from failover_fsm.services.asymmetric.records import NOTHING, Protocol, Session, Traffic
from failover_fsm.services.asymmetric.tables import TABLES
from failover_fsm.services.machine import Answer, Joint, MachineEvent, MachineRow, PairStep, SentToPeer, take

__all__ = ["AsrMachine"]

_TABLE_OF = {SessionOpened: "session", SessionEnded: "session", PacketArrived: "lookup", PacketRedirected: "return"}
_STANDBY = (Role.STANDBY_READY, Role.FAILED)


@attrs.frozen(kw_only=True, eq=False)
class AsrMachine:
    """Sessions by interface and unit, and the packets that come back for them.

    Attributes:
        settings: What the protocol reads of the configuration.
        config: The configuration; commands may have changed that of a unit.
        sessions: The interfaces of which a search opens and ends sessions.
        arrivals: The interfaces at which its packets arrive.
        protocols: What its sessions carry.
        counting: Whether packets are counted; a search does not count.
        tables: The tables by name; another mapping makes another machine.
    """

    settings: Settings
    config: PairConfig
    sessions: tuple[str, ...] = ()
    arrivals: tuple[str, ...] = ()
    protocols: tuple[Protocol, ...] = (Protocol.TCP,)
    counting: bool = True
    tables: Mapping[str, Table[Any]] = attrs.field(factory=lambda: TABLES, repr=False)
    _ports: dict[PairConfig, Ports] = attrs.field(factory=dict, init=False, repr=False)

    def start(self) -> Traffic:
        """No session."""
        return NOTHING

    def ports_of(self, pair: State, unit: Unit) -> Ports:
        """The interfaces of a unit as its running configuration has them now (ASR-10)."""
        changed = self.settings.running is not None and pair.running.changed
        config = pair.running.of(unit) if changed else self.config
        known = self._ports.get(config)
        return known if known is not None else self._ports.setdefault(config, Ports.of(config))

    def offered(self, joint: Joint[Traffic]) -> Iterable[MachineEvent]:
        """Sessions that are opened and ended, and a packet of each at each interface, whether it lives or not."""
        for unit in Unit:
            if joint.pair.unit(unit).up:
                for name in self.sessions:
                    yield from (SessionOpened(unit=unit, interface=name, protocol=each) for each in self.protocols)
                    yield SessionEnded(unit=unit, interface=name)
                    yield from (PacketArrived(unit=unit, interface=at, session=name) for at in self.arrivals)

    def follow(self, before: State, event: e.Event, after: State, own: Traffic) -> Traffic:
        """The tables of the units after a step of the pair: copies are made and corrected where state flows."""
        own = attrs.evolve(own, last=None)
        for session in own.sessions:
            own = own.with_session(self._followed(after, session))
        return own

    def _followed(self, pair: State, session: Session) -> Session:
        """A session after a step: a unit that stops forgets it, a standby has what its active peer tells it (STF-5)."""
        index = self.settings.ports[self.settings.index_of(session.interface)].group
        now = session
        for unit in Unit:
            if not pair.unit(unit).up:
                now = now.with_known(unit, False)
        for unit in Unit:
            group, peer = pair.unit(unit).groups[index], pair.unit(unit.peer).groups[index]
            told = group.role in _STANDBY and peer.active
            if told and copies(pair, self.settings, self.ports_of(pair, unit.peer), unit.peer, session):
                now = now.with_known(unit, now.is_known(unit.peer))
        return now

    # -- one event ----------------------------------------------------------------------------------------

    def answer(self, joint: Joint[Traffic], event: MachineEvent, pair_step: PairStep) -> Answer[Traffic]:
        """What comes of a session or a packet.

        Args:
            joint: The pair and the sessions.
            event: One of the events of this machine.
            pair_step: How the pair moves; it does not.
        """
        assert isinstance(event, SessionOpened | SessionEnded | PacketArrived), "the machine has no other events"
        own = attrs.evolve(joint.own, last=None)
        ports = self.ports_of(joint.pair, event.unit)
        session = event.session if isinstance(event, PacketArrived) else event.interface
        unknown = next((name for name in (event.interface, session) if name not in ports.named), None)
        if unknown is not None:
            names = ", ".join(port.name for port in self.settings.ports)
            return self._refused(joint, (), f"there is no interface {unknown}; allowed: {names}")
        case = PacketCase(
            settings=self.settings,
            ports=ports,
            pair=joint.pair,
            traffic=own,
            unit=event.unit,
            interface=event.interface,
            session=session,
            protocol=event.protocol if isinstance(event, SessionOpened) else Protocol.TCP,
            counting=self.counting,
        )
        row = self._take(case, event)
        if isinstance(row, MachineRow) and row.refuses:
            return self._refused(joint, (row,), row.reason)
        return self._done(joint, case, row)

    def _take(self, case: PacketCase, event: MachineEvent) -> Row[Any]:
        """The row of an event, by the role of its interface; every cell of the tables ends in one that always holds."""
        row, _ = take(self.tables[_TABLE_OF[type(event)]], case.role(case.interface), event, case)
        if row is None:
            raise LookupError(f"no row holds for {event}")
        return row

    def _refused(self, joint: Joint[Traffic], rows: tuple[Row[Any], ...], reason: str) -> Answer[Traffic]:
        after = attrs.evolve(joint, own=attrs.evolve(joint.own, last=None))
        return Answer(joint=after, rows=rows, refused=reason)

    def _done(self, joint: Joint[Traffic], case: PacketCase, row: Row[Any]) -> Answer[Traffic]:
        """The answer to an event that is carried out; a packet may go on to the peer."""
        rows: tuple[Row[Any], ...] = (row,)
        outputs: tuple[SentToPeer, ...] = ()
        notes = [_told(case, row)]
        if case.redirected:
            outputs = (SentToPeer(unit=case.unit, text=self._header(case), on_data=True),)
            peer = attrs.evolve(case, unit=case.unit.peer, interface=case.session, redirected=False)
            peer.ports = self.ports_of(joint.pair, peer.unit)
            back = self._take(peer, PacketRedirected(unit=peer.unit, interface=peer.interface))
            rows, case = (*rows, back), peer
            notes.append(f"the {peer.unit.value}: {back.reason}")
        return Answer(joint=Joint(pair=joint.pair, own=case.traffic), rows=rows, outputs=outputs, notes=tuple(notes))

    def _header(self, case: PacketCase) -> str:
        """The layer 2 header of a redirected packet, and where it leaves (ASR-15)."""
        interface = case.ports.named[case.session]
        macs = virtual_macs(case.ports.config, interface)
        mac = "its MAC address" if macs is None else f"MAC address {macs.active}"
        return f"the packet, out of {interface.standby}, its layer 2 header rewritten for {interface.address} ({mac})"


def _told(case: PacketCase, row: Row[Any]) -> str:
    """What became of the event, and why."""
    last = case.traffic.last
    if last is None:
        return row.reason
    via = f" to {last.via}" if last.via and last.via != case.interface else ""
    return f"{last.fate.value}{via}: {row.reason}"
