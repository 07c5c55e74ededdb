"""The part of the configuration that the protocol reads, and the decisions that the chapter leaves open.

`Settings` is derived from a PairConfig once; rules and environment see nothing else of it.
Every `Options` value that is not the default describes a system the chapter could also mean;
model files use them to show which promise each decision carries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import attrs

from failover_fsm.config.records.macs import VirtualMacs, virtual_macs
from failover_fsm.config.records.pair_config import (
    FailoverGroup,
    Interface,
    InterfacePolicy,
    PairConfig,
    StatefulLink,
    Unit,
)
from failover_fsm.pair.ports import Carrier, Together, carriers_in, find_carrier, vlans_in
from failover_fsm.pair.stateful import carries_state, passed_by_group, where_state_runs
from failover_fsm.pair.wiring import Topology


def _one_of(*allowed: object) -> Callable[[object, attrs.Attribute[Any], object], None]:
    """A validator: the value is one of these, and of the same type; a text such as "no" is true in Python."""

    def check(_instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not any(type(value) is type(each) and value == each for each in allowed):
            raise ValueError(f"{attribute.name} cannot be {value!r}; allowed: {', '.join(map(repr, allowed))}")

    return check


@attrs.frozen(kw_only=True)
class Options:
    """Decisions on what the chapter leaves open or contradicts itself about.  Raises ValueError for any other value.

    sample_on_link_failure: a failure of the failover link alone takes one sample of the
        interfaces, and the healthier unit becomes active (SPL-8; T2-4 alone says never).
    suspension_ignores_silence: while the failover link is marked failed a standby does not take
        over even when the peer falls silent everywhere (SPL-9 read against UHM-5).
    failed_standby_takes_over: a failed standby replaces a dead active unit (UHM-5; TRG-5 read
        strictly says no).
    failed_unit_obeys: a failed unit takes the active role when the peer hands it over.
    recovery: "level", an active secondary yields whenever it hears an active primary; "edge",
        only when that hello begins a contact (SPL-3).
    no_active_unit_seen: units that hear each other and are both not active elect one again.
    probe_after: in time, a unit asks on every interface after so many polls without a hello: 2 (UHM-7) or 3 (UHM-2).
    probe: when the failover link is silent, a unit asks on "every" named interface with a standby address (UHM-2),
        or on "monitored" ones only; a split brain ends on monitored interfaces alone either way (SPL-3).
    resync_on_contact: a failover link that comes back makes the standby receive the configuration anew; false: only if
        a configuration or a role has changed meanwhile (SYN-1 ties a synchronisation to a boot).
    mate_is_healthier: an active unit that reaches its interface policy gives up only if its peer has fewer failed
        interfaces, as later releases do; false: it is enough that the peer is ready (TRG-5, T2-7).
    forward_delay: seconds for which a switch port that comes up passes nothing, by its spanning tree; 0 with PortFast
        (LNK-13).  30: listening and learning; 50: after the switch has waited for old news to age, too.
    count_from: in time, a hold time begins with the "last-hello" that was heard (T7-1, T7-4), or with the
        "first-missed" one (UHM-8, CFG-32).
    """

    sample_on_link_failure: bool = attrs.field(default=True, validator=_one_of(True, False))
    suspension_ignores_silence: bool = attrs.field(default=False, validator=_one_of(True, False))
    failed_standby_takes_over: bool = attrs.field(default=True, validator=_one_of(True, False))
    failed_unit_obeys: bool = attrs.field(default=False, validator=_one_of(True, False))
    recovery: Literal["level", "edge"] = attrs.field(default="level", validator=_one_of("level", "edge"))
    no_active_unit_seen: bool = attrs.field(default=True, validator=_one_of(True, False))
    probe_after: Literal[2, 3] = attrs.field(default=2, validator=_one_of(2, 3))
    probe: Literal["every", "monitored"] = attrs.field(default="every", validator=_one_of("every", "monitored"))
    resync_on_contact: bool = attrs.field(default=True, validator=_one_of(True, False))
    mate_is_healthier: bool = attrs.field(default=False, validator=_one_of(True, False))
    forward_delay: Literal[0, 30, 50] = attrs.field(default=0, validator=_one_of(0, 30, 50))
    count_from: Literal["last-hello", "first-missed"] = attrs.field(
        default="last-hello", validator=_one_of("last-hello", "first-missed")
    )


FOLLOWED: dict[str, str] = {
    "commands": "which unit has the newest configuration command, in its running configuration and in Flash",
    "sessions": "which unit has the connections, its own or a copy that is up to date",
    "saved": "running and startup configuration of each space: which have its newest change, and whether they agree",
}
"""The history that can be followed besides roles, at the cost of more states."""


@attrs.frozen(kw_only=True)
class Port:
    """A named data interface: monitored (IFM-19, IFM-20) or not, shut down by configuration or not.

    addressed: it has a standby address; without one the units do not hear each other there, the
    interface stays Waiting and never counts (CFG-5).
    name: as `PairConfig.name_of` has it.  group: position of the failover group it belongs to; 0 in an
    Active/Standby pair.  macs: its virtual MAC addresses, None where burned-in ones are used.
    carries_state: it serves as Stateful Failover link too (LNK-11, LNK-16).
    """

    name: str
    monitored: bool = True
    shutdown: bool = False
    addressed: bool = True
    group: int = 0
    macs: VirtualMacs | None = None
    carries_state: bool = False


@attrs.frozen(kw_only=True)
class GroupSettings:
    """A failover group of an Active/Active pair: what is active on one unit or the other as a whole (AA-1, T5-5, T5-6).

    preferred: the unit it prefers (AA-10); preempt: it moves there by itself when that unit becomes
    available (PRE-3), after preempt_delay seconds (PRE-5); policy: when it fails for its interfaces (TRG-11).
    """

    preferred: Unit
    preempt: bool = False
    preempt_delay: int = 0
    policy: InterfacePolicy = attrs.field(factory=InterfacePolicy)


@attrs.frozen(kw_only=True)
class Settings:
    """The part of the configuration that the protocol reads.

    ports: the named data interfaces in configuration order.
    policy: when a unit fails for its interfaces (CFG-33 to CFG-36); Active/Active pairs have one a group.
    groups: the failover groups of an Active/Active pair, empty for Active/Standby.
    contexts: (context, position of its group) of an Active/Active pair; a context is active where its
    group is (CMD-21).
    stateful: where the Stateful Failover link runs (LNK-11).
    links: the names of the failover link and of a Stateful Failover link of its own; their addresses never move.
    enabled: failover is on at the first boot (CFG-21).
    monitors_module: a dead service module makes a unit failed; not with `no monitor-interface service-module`.
    carriers: the physical ports, with the interfaces and links on each; an interface that none names has its own.
    vlans: (name, VLAN) for each tagged interface, and for tagged `failover-link` and `stateful-link`.
    virtual: the names of interfaces made of software, such as a BVI or a loopback, which have no port to fail.
    topology: the switches and cables between the units, None where links and interfaces fail by themselves.
    follow: what the records keep beyond what roles depend on, words of FOLLOWED; not configured but chosen.
    running: the configuration that these settings come from, where commands may change it in operation; else None.
    meanings: kept by `pair.run_time`: what each command does to a configuration, read once.
    passed: derived by `of`, by group; the kinds of connection state that reach the standby (Table 13-6).
    counted: derived; positions of the interfaces that can fail: monitored, with a standby address, not
        shut down by configuration (that is Link Down).
    probed: derived; positions of the interfaces on which a unit asks its peer when the failover link is silent.
    together: derived; which interfaces and links fall together, since one port carries them.
    """

    ports: tuple[Port, ...] = ()
    policy: InterfacePolicy = attrs.field(factory=InterfacePolicy)
    groups: tuple[GroupSettings, ...] = ()
    contexts: tuple[tuple[str, int], ...] = ()
    stateful: StatefulLink = StatefulLink.NONE
    links: tuple[str, ...] = ()
    enabled: bool = True
    monitors_module: bool = True
    follow: tuple[str, ...] = ()
    passed: tuple[tuple[str, ...], ...] = ()
    options: Options = attrs.field(factory=Options)
    carriers: tuple[Carrier, ...] = ()
    vlans: tuple[tuple[str, int], ...] = attrs.field(default=(), repr=False, eq=False)
    virtual: tuple[str, ...] = attrs.field(default=(), repr=False, eq=False)
    topology: Topology | None = None
    running: PairConfig | None = attrs.field(default=None, eq=False, repr=False)
    _variants: dict[PairConfig, Settings] = attrs.field(factory=dict, init=False, eq=False, repr=False)
    meanings: dict[Any, Any] = attrs.field(factory=dict, init=False, eq=False, repr=False)
    counted: tuple[int, ...] = attrs.field(init=False, repr=False, eq=False)

    @counted.default
    def _count(self) -> tuple[int, ...]:
        return tuple(
            index for index, port in enumerate(self.ports) if port.monitored and port.addressed and not port.shutdown
        )

    _counted_by_group: tuple[tuple[int, ...], ...] = attrs.field(init=False, repr=False, eq=False)

    @_counted_by_group.default
    def _count_by_group(self) -> tuple[tuple[int, ...], ...]:
        groups = range(self.group_count)
        return tuple(tuple(each for each in self.counted if self.ports[each].group == index) for index in groups)

    probed: tuple[int, ...] = attrs.field(init=False, repr=False, eq=False)

    @probed.default
    def _ask(self) -> tuple[int, ...]:
        if self.options.probe == "monitored":
            return self.counted
        return tuple(index for index, port in enumerate(self.ports) if port.addressed and not port.shutdown)

    together: Together = attrs.field(init=False, repr=False, eq=False)

    @together.default
    def _join(self) -> Together:
        return Together.of(self.carriers)

    @classmethod
    def of(cls, config: PairConfig, options: Options | None = None) -> Settings:
        """The settings of a configured pair.

        In an Active/Active pair the ports are those of the contexts, and each belongs to the failover
        group of its context (AA-2, AA-5); what is told to a group holds instead of what is told to the unit.
        """
        named = tuple(_named(config))
        return cls(
            ports=tuple(_ports(config, named)),
            carriers=carriers_in(config, named),
            vlans=tuple(vlans_in(config, named)),
            virtual=tuple(config.name_of(item) for item in named if item.is_virtual),
            policy=config.interface_policy,
            groups=tuple(_group(group) for group in config.groups),
            contexts=tuple(_contexts(config)),
            stateful=where_state_runs(config),
            links=tuple(_links(config)),
            enabled=config.enabled,
            monitors_module=config.monitors_service_module,
            passed=passed_by_group(config),
            options=options or Options(),
        )

    def at(self, state: Any, unit: Unit) -> Settings:
        """The settings by which a unit goes now: commands may have changed its running configuration (CMD-4).

        Args:
            state: The pair, a State or a draft of one.
            unit: The unit.
        """
        if self.running is None or not state.running.running:
            return self
        return self.under(state.running.of(unit))

    def under(self, config: PairConfig) -> Settings:
        """The settings with what commands can change in operation as another configuration has it."""
        known = self._variants.get(config)
        if known is None:
            changed = Settings.of(config, self.options)
            known = attrs.evolve(
                self,
                ports=changed.ports,
                policy=changed.policy,
                groups=changed.groups,
                passed=changed.passed,
                monitors_module=changed.monitors_module,
            )
            self._variants[config] = known
        return known

    @property
    def group_count(self) -> int:
        """How many failover groups a unit has; Active/Standby has one implied group."""
        return len(self.groups) or 1

    @property
    def able_to_fail(self) -> tuple[int, ...]:
        """Positions of the interfaces whose condition matters; with commands in operation, of all."""
        return self.probed if self.running is None else tuple(range(len(self.ports)))

    def counted_in(self, index: int) -> tuple[int, ...]:
        """Positions of the interfaces that count for the group."""
        return self._counted_by_group[index]

    def monitored_in(self, index: int) -> int:
        """How many interfaces of the group are monitored; the base of a percentage policy (CFG-36)."""
        return sum(port.monitored and port.group == index for port in self.ports)

    def policy_of(self, index: int) -> InterfacePolicy:
        """The interface policy of the group."""
        return self.groups[index].policy if self.groups else self.policy

    def over_policy(self, failed: Any, index: int = 0) -> bool:
        """Whether `failed` interfaces of the group, a number, reach its interface policy (IFM-15, IFM-25)."""
        return self.policy_of(index).reached(failed, self.monitored_in(index))

    @property
    def state_on_data(self) -> bool:
        """Connections are tracked and travel over a data interface (LNK-11), so interfaces are not interchangeable."""
        return "sessions" in self.follow and self.stateful is StatefulLink.SHARED_DATA

    def prefers(self, index: int, unit: Unit) -> bool:
        """Whether the group prefers the unit; in an Active/Standby pair nothing does."""
        return bool(self.groups) and self.groups[index].preferred is unit

    def preempts(self, index: int, unit: Unit) -> bool:
        """Whether the group moves to the unit by itself when the unit becomes available (PRE-3)."""
        return self.prefers(index, unit) and self.groups[index].preempt

    def group_of_context(self, context: str | None) -> int:
        """The position of the group a command belongs to; the system space goes with group 1 (CMD-22).

        Raises KeyError for a context that the pair does not have.
        """
        return 0 if context is None or not self.groups else dict(self.contexts)[context]

    @property
    def other_contexts(self) -> tuple[str, ...]:
        """One representative context per group other than group 1, to enter context commands in (CMD-20)."""
        firsts = {position: name for name, position in reversed(self.contexts) if position}
        return tuple(firsts[position] for position in sorted(firsts))

    def carrier(self, port: str) -> Carrier:
        """The physical port of that name.

        Raises KeyError when nothing runs over such a port.
        """
        found = find_carrier(self.carriers, port)
        if found is None:
            raise KeyError(port)
        return found

    def index_of(self, name: str) -> int:
        """The position of the interface `name`.

        Raises KeyError when there is no such interface.
        """
        for index, port in enumerate(self.ports):
            if port.name == name:
                return index
        raise KeyError(name)


def _named(config: PairConfig) -> Iterator[Interface]:
    """The named data interfaces; with failover groups, those of the contexts."""
    for item in config.interfaces:
        if item.nameif and not (config.active_active and item.context is None):
            yield item


def _ports(config: PairConfig, named: tuple[Interface, ...]) -> Iterator[Port]:
    for item in named:
        yield Port(
            name=config.name_of(item),
            monitored=item.monitored,
            shutdown=config.is_down(item),
            addressed=config.has_standby_address(item),
            group=_position(config, item),
            macs=virtual_macs(config, item),
            carries_state=carries_state(config, item),
        )


def _links(config: PairConfig) -> Iterator[str]:
    """Links that are no data interfaces, each once."""
    own = config.link if config.stateful_link is not StatefulLink.SHARED_DATA else None
    yield from dict.fromkeys(link.name for link in (config.lan, own) if link is not None)


def _position(config: PairConfig, item: Interface) -> int:
    """The position of the interface's group; groups are numbered from 1 on without a gap."""
    return (config.group_of(item) or 1) - 1


def _group(group: FailoverGroup) -> GroupSettings:
    return GroupSettings(
        preferred=group.preferred,
        preempt=group.preempt,
        preempt_delay=group.preempt_delay,
        policy=group.interface_policy,
    )


def _contexts(config: PairConfig) -> Iterator[tuple[str, int]]:
    for each in config.contexts:
        number = config.context_group(each.name)
        if number is not None:
            yield each.name, number - 1
