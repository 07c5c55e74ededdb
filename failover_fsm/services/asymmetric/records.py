"""The record of asymmetric routing: sessions, which unit knows each, and what became of the last packet.

There is at most one session of an interface at a time, so an interface names its session. A session is in the table of
the unit that opened it and, as a copy, in that of its peer (STF-5); a copy may outlive its session.
"""

from __future__ import annotations

import enum

import attrs

from failover_fsm.config.records.pair_config import Unit

__all__ = ["NOTHING", "Counts", "Fate", "Packet", "Protocol", "Session", "Traffic"]


class Protocol(enum.Enum):
    """What a session carries: HTTP is replicated only where the configuration says so (ASR-7)."""

    TCP = "tcp"
    HTTP = "http"


class Fate(enum.Enum):
    """What becomes of a packet."""

    FORWARDED = "forwarded"
    REINJECTED = "reinjected"
    REDIRECTED = "redirected"
    DROPPED = "dropped"


@attrs.frozen(kw_only=True, cache_hash=True)
class Session:
    """A session of an interface, by which it left.

    Attributes:
        interface: The name of the interface.
        protocol: What it carries.
        known: Whether the primary and the secondary have it in their tables.
    """

    interface: str
    protocol: Protocol = Protocol.TCP
    known: tuple[bool, bool] = (False, False)

    def is_known(self, unit: Unit) -> bool:
        """Whether the unit has it in its table."""
        return self.known[tuple(Unit).index(unit)]

    def with_known(self, unit: Unit, known: bool) -> Session:
        """The session with another entry in the table of a unit."""
        both = (known, self.known[1]) if unit is Unit.PRIMARY else (self.known[0], known)
        return attrs.evolve(self, known=both)


@attrs.frozen(kw_only=True, cache_hash=True)
class Packet:
    """What became of the last packet.

    Attributes:
        fate: What the unit did with it.
        via: The interface whose session was found; empty where none was.
        sent: It was sent on to the peer.
        arrived: The peer took it.
    """

    fate: Fate
    via: str = ""
    sent: bool = False
    arrived: bool = False


@attrs.frozen(kw_only=True, cache_hash=True)
class Counts:
    """The ASR packets of an interface of a unit, as `show interface detail` counts them (ASR-12)."""

    unit: Unit
    interface: str
    received: int = 0
    transmitted: int = 0
    dropped: int = 0


@attrs.frozen(kw_only=True, cache_hash=True)
class Traffic:
    """The record beside the pair.

    Attributes:
        sessions: The sessions that a unit knows, by interface.
        last: What became of the last packet; None once something else has happened.
        counts: The counters that are not zero, where the machine counts.
    """

    sessions: tuple[Session, ...] = ()
    last: Packet | None = None
    counts: tuple[Counts, ...] = ()

    def session(self, interface: str) -> Session | None:
        """The session of an interface, None if no unit knows one."""
        return next((each for each in self.sessions if each.interface == interface), None)

    def with_session(self, session: Session) -> Traffic:
        """The record with this session; without it, if no unit knows it."""
        others = [each for each in self.sessions if each.interface != session.interface]
        kept = [*others, *([session] if any(session.known) else [])]
        return attrs.evolve(self, sessions=tuple(sorted(kept, key=lambda each: each.interface)))

    def counted(self, unit: Unit, interface: str) -> Counts:
        """The counters of an interface of a unit."""
        found = (each for each in self.counts if each.unit is unit and each.interface == interface)
        return next(found, Counts(unit=unit, interface=interface))

    def with_counts(self, counts: Counts) -> Traffic:
        """The record with other counters of an interface of a unit."""
        others = [each for each in self.counts if (each.unit, each.interface) != (counts.unit, counts.interface)]
        kept = sorted([*others, counts], key=lambda each: (each.unit.value, each.interface))
        return attrs.evolve(self, counts=tuple(kept))


NOTHING = Traffic()
"""No session, and nothing counted."""
