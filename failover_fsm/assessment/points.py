"""Points of a configuration at which the failure of an interface never triggers a failover."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from failover_fsm.config.records.interface import ManagementAddress
from failover_fsm.config.records.pair_config import Interface, PairConfig
from failover_fsm.config.review.interface_advice import WATCH_MODULES
from failover_fsm.config.review.trouble import Point
from failover_fsm.pair.settings import Settings

__all__ = [
    "BlindSpot",
    "blind_spots",
    "groups_that_stay",
    "no_way_to_hear",
    "unwatched_modules",
]


@attrs.frozen(kw_only=True)
class BlindSpot(Point):
    """What never triggers a failover by its failure alone: an interface, several on one port, or the service modules.

    Attributes:
        interfaces: The names of the interfaces; more than one where a port carries several, none for service modules.
        deliberate: True if the configuration says so, or the interface is for management only: then it is a gap;
            otherwise a failure there ends service unexpectedly.
        for_management: True if the interface carries no traffic but that of management.
        by_policy: True if the interface counts, but its interface policy asks for more than one failure.
        together: True if failures of several interfaces do trigger it.
    """

    interfaces: tuple[str, ...]
    deliberate: bool
    for_management: bool = False
    by_policy: bool = False
    together: bool = False

    def to_dict(self) -> dict[str, object]:
        """The point without what its place in the record says already."""
        return {key: value for key, value in super().to_dict().items() if key != "deliberate"}


def blind_spots(config: PairConfig, settings: Settings) -> tuple[BlindSpot, ...]:
    """The data interfaces whose failure alone never triggers a failover, in the order of the configuration.

    Interfaces that are shut down by configuration have no service to lose, and those made of software no port. What
    the interface policy leaves uncovered is one spot for each port.
    """
    found: dict[object, BlindSpot] = {}
    for each, position in _in_service(config, settings):
        spot = _unwatched(config, each)
        if spot is not None:
            found[position] = spot
            continue
        spot = _below_policy(config, settings, each, position)
        carrier = settings.together.shared_at.get(position)
        if spot is not None:
            key = position if carrier is None else (carrier.name, settings.ports[position].group)
            known = found.get(key)
            found[key] = (
                spot
                if known is None
                else attrs.evolve(
                    known,
                    subject=f"{known.subject}, {spot.subject}",
                    interfaces=(*known.interfaces, *spot.interfaces),
                    for_management=known.for_management and spot.for_management,
                )
            )
    return tuple(found.values())


def _in_service(config: PairConfig, settings: Settings) -> Iterator[tuple[Interface, int]]:
    positions = {port.name: index for index, port in enumerate(settings.ports)}
    for each in config.interfaces:
        if each.nameif and not each.is_virtual:
            position = positions.get(config.name_of(each))
            if position is not None and not settings.ports[position].shutdown:
                yield each, position


def unwatched_modules(config: PairConfig) -> Iterator[BlindSpot]:
    """The service modules, where a line takes them out (TRG-2).

    They are no gap of the pair: no configuration says whether there are any, and what has none often has the line.
    """
    if not config.monitors_service_module:
        yield BlindSpot(
            subject="the service module of a unit",
            interfaces=(),
            reason="not monitored (`no monitor-interface service-module`)",
            line=config.line_of("monitor-interface service-module"),
            remedy=WATCH_MODULES,
            deliberate=True,
        )


def _unwatched(config: PairConfig, item: Interface) -> BlindSpot | None:
    """An interface that never counts: it is not monitored, or has no standby address (IFM-19, IFM-20, CFG-5)."""
    name, place = config.name_of(item), f" in context {item.context}" if item.context else ""
    if not item.monitored:
        explicit = config.line_of(f"monitor-interface {item.context or ''}/{(item.nameif or '').lower()}")
        reason = "`no monitor-interface`" if explicit else "a subinterface without a `monitor-interface` line"
        return BlindSpot(
            subject=name,
            interfaces=(name,),
            reason=f"not monitored ({'management-only' if item.management_only else reason})",
            line=explicit or config.line_in(item, "nameif"),
            remedy=f"enter `monitor-interface {item.nameif}`{place}",
            deliberate=item.management_only or explicit is not None,
            for_management=item.management_only,
        )
    if config.has_standby_address(item):
        return None
    return BlindSpot(
        subject=name,
        interfaces=(name,),
        reason=f"no standby address, so it never counts{' (management-only)' if item.management_only else ''}",
        line=_address_line(config, item),
        remedy=_addressed(config, item),
        deliberate=item.management_only,
        for_management=item.management_only,
    )


def _addressed(config: PairConfig, item: Interface) -> str:
    """The change that gives an interface a standby address."""
    place = f" in context {item.context}" if item.context else ""
    return f"give {config.name_of(item)} a standby address: `{_address(config, item)}`{place}"


def no_way_to_hear(config: PairConfig, spots: Sequence[BlindSpot]) -> Point:
    """Why the units do not hear each other when the failover link is lost, so that both become active (UHM-2, SPL-2).

    Args:
        config: The configuration.
        spots: Its blind spots.
    """
    named = [each for each in config.interfaces if each.nameif and not (each.is_virtual or each.shutdown)]
    bare = [each for each in named if not config.has_standby_address(each)]
    line, remedy = None, "give the data interfaces standby addresses"
    if bare and len(bare) == len(named):
        line, remedy = _address_line(config, bare[0]), _addressed(config, bare[0])
    elif spots:
        line, remedy = spots[0].line, spots[0].remedy
    reason = "without it the units hear each other on no data interface"
    return Point(subject="the failover link", reason=reason, line=line, remedy=remedy)


def _address_line(config: PairConfig, item: Interface) -> int | None:
    """The line of the address of an interface: its own, that of its bridge group, or of the transparent firewall."""
    holder = config.serving(item)
    if isinstance(holder, ManagementAddress):
        whole = f"management {holder.context or ''}"
        return config.line_of(whole) or config.line_of(f"{whole} ipv6")
    return config.line_in(holder or item, "ipv6 address" if _is_ipv6_only(holder) else "ip address")


def _is_ipv6_only(holder: Interface | ManagementAddress | None) -> bool:
    return holder is not None and holder.address is None and bool(holder.ipv6)


def _address(config: PairConfig, item: Interface) -> str:
    """The command that gives an interface both addresses, as far as it is known."""
    holder = config.serving(item)
    if holder is not None and _is_ipv6_only(holder):
        own = next(
            (each.text for each in holder.ipv6 if re.fullmatch(r"[0-9a-f:.]+/[0-9]+", each.text)), "ADDRESS/BITS"
        )
        return f"ipv6 address {own} standby ADDRESS"
    address, mask = getattr(holder, "address", None), getattr(holder, "mask", None)
    return f"ip address {address or 'ADDRESS'} {mask or 'MASK'} standby ADDRESS"


def _below_policy(config: PairConfig, settings: Settings, item: Interface, position: int) -> BlindSpot | None:
    """An interface that the interface policy leaves uncovered while it fails alone (IFM-15, CFG-33, CFG-34)."""
    group = settings.ports[position].group
    monitored, policy = settings.monitored_in(group), settings.policy_of(group)
    if settings.over_policy(1, group):
        return None
    able = len(settings.counted_in(group))
    reachable = settings.over_policy(able, group)
    of = f"{monitored} monitored" if able == monitored else f"the {able} of {monitored} monitored that can fail"
    enough = "one failure is not enough" if reachable else f"out of reach of {of}"
    where = f" of failover group {group + 1}" if settings.groups else ""
    name = config.name_of(item)
    return BlindSpot(
        subject=name,
        interfaces=(name,),
        reason=f"interface-policy {policy}{where}: {enough}",
        line=config.line_of(f"group {group + 1} interface-policy" if settings.groups else "interface-policy"),
        remedy=f"enter `{'' if settings.groups else 'failover '}interface-policy 1`{where and f' below{where[3:]}'}",
        deliberate=True,
        for_management=item.management_only,
        by_policy=True,
        together=reachable,
    )


def groups_that_stay(config: PairConfig) -> tuple[Point, ...]:
    """The failover groups that do not go home when their preferred unit is back (PRE-2, PRE-3)."""
    return tuple(
        Point(
            subject=f"the return of the {group.preferred.value} (failover group {group.number})",
            reason="no `preempt`",
            line=config.line_of(f"group {group.number}"),
            remedy=f"enter `preempt` below failover group {group.number}",
        )
        for group in config.groups
        if not group.preempt
    )
