"""The structure of a scenario: all that the verdicts on its promises depend on, without the names of things.

Two pairs that differ in the names of interfaces, ports, contexts and links, or in their addresses, go through the same
states but for these names, so that one search answers for both. No rule and no promise reads a name; what a name
means (a link that is a data interface, a VLAN on the port of a link) is in the other fields of the settings.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.config.records.macs import PICKED_BY_THE_UNIT, VirtualMacs
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.settings import Settings

__all__ = ["structure"]


def structure(scenario: Scenario) -> str:
    """A text that is equal for scenarios with the same structure.

    A scenario with a topology, command lines or terminal sessions keeps its names: those speak of things by name.
    """
    settings = scenario.settings
    if settings.topology is None and not scenario.environment.lines and scenario.sessions is None:
        settings = _nameless(settings)
    return repr((settings, scenario.environment, scenario.check, scenario.sessions))


def _nameless(settings: Settings) -> Settings:
    """The settings with a number for each name, in the order in which the names occur."""
    macs = {text: f"mac {number}" for number, text in enumerate(dict.fromkeys(_mac_texts(settings)))}
    contexts = [(f"context {number}", group) for number, (_name, group) in enumerate(settings.contexts)]
    return attrs.evolve(
        settings,
        ports=tuple(
            attrs.evolve(port, name=f"interface {number}", macs=_renamed(port.macs, macs))
            for number, port in enumerate(settings.ports)
        ),
        carriers=tuple(
            attrs.evolve(each, name=f"port {number}", members=("",) * len(each.members))
            for number, each in enumerate(sorted(settings.carriers, key=_carried))
        ),
        contexts=tuple(contexts),
        links=tuple(f"link {number}" for number in range(len(settings.links))),
    )


def _carried(carrier: Carrier) -> tuple[object, ...]:
    """What a port carries; ports are in the order of their names, which say nothing."""
    return carrier.interfaces, carrier.partly, carrier.failover, carrier.stateful, len(carrier.members)


def _mac_texts(settings: Settings) -> Iterator[str]:
    for port in settings.ports:
        if port.macs is not None:
            yield from (each for each in (port.macs.active, port.macs.standby) if each is not None)


def _renamed(macs: VirtualMacs | None, numbers: dict[str, str]) -> VirtualMacs | None:
    """The addresses with their numbers; equal ones stay equal, one that the unit picks stays such a one."""
    if macs is None:
        return None
    texts = {**numbers, PICKED_BY_THE_UNIT: PICKED_BY_THE_UNIT}
    standby = None if macs.standby is None else texts[macs.standby]
    return attrs.evolve(macs, active=texts[macs.active], standby=standby)
