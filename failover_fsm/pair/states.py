"""The state of a failover pair: enums and frozen records, every field with a finite domain.

Theory of the record.  A *unit* has a phase (is it powered, does it negotiate, does it receive
the configuration, is it up) and failover switched on or off.  Each of its failover groups has
a *role*; Active/Standby is the pair with one implied group that is the whole unit.  Failed is a
role, not a second field: a failed unit is a standby that is not healthy.  A unit knows its peer
only by what it heard: on which channel it hears it, and what the last hello or message said.
Whatever follows from other fields (interface status, failed counts, the mark on the failover
link, suspension) is computed, not stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.impairments import NOT_IMPAIRED, Impairments, runs
from failover_fsm.pair.obstacles import NO_OBSTACLES, Hindrance, Obstacles
from failover_fsm.pair.phases import (
    DEAF,
    JOINING,
    POWERED,
    SENDING,
    AnnouncedRole,
    ConfigSync,
    Handover,
    LinkState,
    PeerContact,
    Phase,
    PortState,
    Role,
    is_acquainted,
    is_active,
    is_joining,
    is_negotiating,
    is_nothing,
    is_powered,
    is_up,
    says_active,
    travels_by_data,
)
from failover_fsm.pair.running import UNCHANGED, Running
from failover_fsm.records import answered, ask, ask_of

__all__ = [
    "DEAF",
    "JOINING",
    "POWERED",
    "SENDING",
    "AnnouncedRole",
    "ConfigSync",
    "Group",
    "GroupDraft",
    "Handover",
    "Interface",
    "LinkState",
    "Links",
    "Modules",
    "PeerContact",
    "Phase",
    "PortState",
    "Role",
    "Running",
    "State",
    "Unit",
    "UnitDraft",
    "UnitState",
    "Wiring",
]


_PRIMARY, _GOOD = Unit.PRIMARY, LinkState.GOOD  # read in a module, a member is found sooner than in its class


@answered(active="role", peer_active="peer_role", quiet="handover", travelling_by_data="handover")
@attrs.frozen(kw_only=True, cache_hash=True)
class Group:
    """One failover group as one unit has it.

    return_pending: the group is to move to the unit it prefers.  On that unit, standby ready: the preempt timer is
    armed; failed: it is armed once the group recovers.  On the other, active: both units booted together, and
    the group goes over once the peer is ready (AA-14).
    unchecked: the group is standby ready, but its health has not been checked since a reset or since it yielded.
    sessions: the unit has the group's connections, its own or a copy that is up to date; kept only where
    `Settings.follow` says so.
    """

    role: Role = Role.NONE
    peer_role: AnnouncedRole = AnnouncedRole.NONE
    handover: Handover = Handover.NONE
    return_pending: bool = False
    unchecked: bool = False
    sessions: bool = False

    @property
    def active(self) -> bool:
        """The group is active on this unit."""
        return ask_of(self, "role", is_active)

    @property
    def peer_active(self) -> bool:
        """The newest that the unit heard is that its peer is active for the group."""
        return ask_of(self, "peer_role", says_active)

    @property
    def quiet(self) -> bool:
        """No message about the group is on its way to this unit."""
        return ask_of(self, "handover", is_nothing)

    @property
    def travelling_by_data(self) -> bool:
        """A message about the group is on its way on a data interface."""
        return ask_of(self, "handover", travels_by_data)


@answered(powered="phase", up="phase", joining="phase", negotiating="phase", acquainted="contact")
@attrs.frozen(kw_only=True, cache_hash=True)
class UnitState:
    """Everything one unit remembers, and the messages on their way to it.

    newest, saved: its running and its startup configuration have the newest command; kept only where
    `Settings.follow` says so, else always true.
    hindrance: what keeps it from being a standby, as far as it remembers that itself.
    """

    phase: Phase = Phase.OFF
    enabled: bool = True
    contact: PeerContact = PeerContact.NEVER
    config_sync: ConfigSync = ConfigSync.SYNCHRONIZED
    newest: bool = True
    saved: bool = True
    hindrance: Hindrance = attrs.field(default=Hindrance.NONE, metadata={"whole": True, "domain": tuple(Hindrance)})
    groups: tuple[Group, ...] = (Group(),)

    @property
    def powered(self) -> bool:
        """The unit runs."""
        return ask_of(self, "phase", is_powered)

    @property
    def listening(self) -> bool:
        """The unit takes part in failover: it runs and failover is on."""
        return self.enabled and self.powered

    @property
    def up(self) -> bool:
        """The unit is up: its groups have roles."""
        return ask_of(self, "phase", is_up)

    @property
    def joining(self) -> bool:
        """The unit receives configuration and state from an active peer."""
        return ask_of(self, "phase", is_joining)

    @property
    def negotiating(self) -> bool:
        """The unit negotiates."""
        return ask_of(self, "phase", is_negotiating)

    @property
    def acquainted(self) -> bool:
        """The unit has heard its peer over the failover link since its own boot."""
        return ask_of(self, "contact", is_acquainted)


@attrs.frozen(kw_only=True, cache_hash=True)
class Links:
    """The failover link, and the Stateful Failover link where it is a link of its own."""

    failover: LinkState = LinkState.GOOD
    stateful: LinkState = LinkState.GOOD


@attrs.frozen(kw_only=True, cache_hash=True)
class Modules:
    """The service module of each unit, a card of its own in the chassis; a unit without one keeps GOOD."""

    primary: LinkState = LinkState.GOOD
    secondary: LinkState = LinkState.GOOD

    def works(self, unit: Unit) -> bool:
        """The module of `unit` works."""
        return (self.primary if unit is Unit.PRIMARY else self.secondary) is LinkState.GOOD


MODULES = tuple(Modules(primary=one, secondary=other) for one in LinkState for other in LinkState)
"""Every condition of the service modules."""


@attrs.frozen(kw_only=True, cache_hash=True)
class Interface:
    """One named data interface: the path between the units and the port of each.

    deaf: the unit that does not hear its peer there although the path works the other way.
    """

    path: LinkState = LinkState.GOOD
    primary: PortState = PortState.GOOD
    secondary: PortState = PortState.GOOD
    deaf: Unit | None = None

    def leads_to(self, unit: Unit) -> bool:
        """The path carries what the peer sends to the unit, as far as their ports do."""
        return self.path is _GOOD and self.deaf is not unit

    def line(self, unit: Unit) -> PortState:
        """The port of `unit`."""
        return self.primary if unit is _PRIMARY else self.secondary

    def with_line(self, unit: Unit, line: PortState) -> Interface:
        """The interface with another port for `unit`."""
        if unit is _PRIMARY:
            return Interface(path=self.path, primary=line, secondary=self.secondary, deaf=self.deaf)
        return Interface(path=self.path, primary=self.primary, secondary=line, deaf=self.deaf)


@attrs.frozen(kw_only=True, cache_hash=True)
class Wiring:
    """What is broken by itself in a pair with a topology.

    elements: the switches, cables and inter-switch links, in the topology's order.  links, interfaces:
    what failed there by itself; what the elements do to them besides stands in the State.
    """

    elements: tuple[LinkState, ...]
    links: Links = Links()
    interfaces: tuple[Interface, ...] = ()


@attrs.frozen(kw_only=True, cache_hash=True)
class State:
    """A failover pair: both units, the links, the interfaces in configuration order.

    The interfaces are one value, and so are the modules and the impairments: rules put questions about them
    (`records.ask`) rather than look at each.
    wiring: None for a pair without a topology, whose links and interfaces only fail by themselves.
    running: the configurations that commands have changed in operation; see `Settings.at`.
    """

    primary: UnitState = UnitState()
    secondary: UnitState = UnitState()
    links: Links = Links()
    modules: Modules = attrs.field(default=Modules(), metadata={"whole": True, "domain": MODULES})
    impairments: Impairments = attrs.field(default=NOT_IMPAIRED, metadata={"whole": True})
    obstacles: Obstacles = attrs.field(default=NO_OBSTACLES, metadata={"whole": True, "domain": (NO_OBSTACLES,)})
    interfaces: tuple[Interface, ...] = attrs.field(default=(), metadata={"whole": True})
    wiring: Wiring | None = attrs.field(default=None, metadata={"whole": True})
    running: Running = attrs.field(default=UNCHANGED, metadata={"whole": True})

    def unit(self, unit: Unit) -> UnitState:
        """The record of `unit`."""
        return self.primary if unit is _PRIMARY else self.secondary

    def module_works(self, unit: Unit) -> bool:
        """The service module of `unit` works."""
        return ask(self.modules, Modules.works, unit)

    def runs(self, unit: Unit) -> bool:
        """The unit does not hang, as far as it has power."""
        return ask(self.impairments, runs, unit)

    def with_unit(self, unit: Unit, record: UnitState) -> State:
        """The state with another record for `unit`."""
        return attrs.evolve(self, primary=record) if unit is _PRIMARY else attrs.evolve(self, secondary=record)


class GroupDraft(Protocol):
    """`Group` as a rule sees it: the same fields, assignable."""

    role: Role
    peer_role: AnnouncedRole
    handover: Handover
    return_pending: bool
    unchecked: bool

    @property
    def active(self) -> bool:
        """The group is active on this unit."""


class UnitDraft(Protocol):
    """`UnitState` as a rule sees it: the same fields, assignable."""

    phase: Phase
    enabled: bool
    contact: PeerContact
    config_sync: ConfigSync
    hindrance: Hindrance

    @property
    def groups(self) -> Sequence[GroupDraft]:
        """One draft a failover group."""
