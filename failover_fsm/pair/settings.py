"""What of the configuration the protocol reads, and the decisions the chapter leaves open.

`Settings` is derived from a PairConfig once; rules and environment see nothing else of it.
Every `Options` value that is not the default describes a system the chapter could also mean;
model files use them to show which promise each decision carries.
"""

from __future__ import annotations

from typing import Literal

import attrs

from failover_fsm.config.errors import ConfigError
from failover_fsm.config.pair_config import InterfacePolicy, PairConfig, StatefulLink


@attrs.frozen(kw_only=True)
class Options:
    """Decisions on what the chapter leaves open or contradicts itself about.

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
    """

    sample_on_link_failure: bool = True
    suspension_ignores_silence: bool = False
    failed_standby_takes_over: bool = True
    failed_unit_obeys: bool = False
    recovery: Literal["level", "edge"] = attrs.field(
        default="level", validator=attrs.validators.in_(("level", "edge"))
    )
    no_active_unit_seen: bool = True


@attrs.frozen(kw_only=True)
class Port:
    """A named data interface: monitored (IFM-19, IFM-20) or not, shut down by configuration or not."""

    name: str
    monitored: bool = True
    shutdown: bool = False


@attrs.frozen(kw_only=True)
class Settings:
    """The part of the configuration that the protocol reads.

    ports: the named data interfaces in configuration order.
    policy: when a unit fails for its interfaces (CFG-33 to CFG-36).
    stateful: where the Stateful Failover link runs (LNK-11).
    enabled: failover is on at the first boot (CFG-21).
    counted: derived; positions of the monitored interfaces (a shut-down one is Link Down and never fails).
    """

    ports: tuple[Port, ...] = ()
    policy: InterfacePolicy = attrs.field(factory=InterfacePolicy)
    stateful: StatefulLink = StatefulLink.NONE
    enabled: bool = True
    options: Options = attrs.field(factory=Options)
    counted: tuple[int, ...] = attrs.field(init=False, repr=False, eq=False)

    @counted.default
    def _count(self) -> tuple[int, ...]:
        return tuple(index for index, port in enumerate(self.ports) if port.monitored and not port.shutdown)

    @classmethod
    def of(cls, config: PairConfig, options: Options | None = None) -> Settings:
        """The settings of a configured pair.

        Raises ConfigError for an Active/Active pair, which the protocol does not model yet.
        """
        if config.active_active:
            raise ConfigError(
                source=config.hostname,
                line=config.line_of("group 1") or config.line_of("group 2"),
                what="an Active/Active pair (failover group) can be read and printed, but not be run or checked yet",
                allowed="an Active/Standby pair",
            )
        ports = tuple(
            Port(name=config.name_of(item), monitored=item.monitored, shutdown=item.shutdown)
            for item in config.interfaces
            if item.nameif
        )
        return cls(
            ports=ports,
            policy=config.interface_policy,
            stateful=config.stateful_link,
            enabled=config.enabled,
            options=options or Options(),
        )

    @property
    def monitored(self) -> int:
        """How many interfaces are monitored; the base of a percentage policy (CFG-36)."""
        return sum(port.monitored for port in self.ports)

    def over_policy(self, failed: int) -> bool:
        """Whether `failed` interfaces reach the interface policy (IFM-15, IFM-25)."""
        return self.policy.reached(failed, self.monitored)

    def index_of(self, name: str) -> int:
        """The position of the interface `name`.

        Raises KeyError when there is no such interface.
        """
        for index, port in enumerate(self.ports):
            if port.name == name:
                return index
        raise KeyError(name)
