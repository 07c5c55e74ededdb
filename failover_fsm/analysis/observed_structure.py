"""The structure of a pair as far as its units observe it: which pairs have one search on observations in common.

The states of a search on observations are the units, links and modules with an observation, and the rules ask the
configuration for nothing of the interfaces but which of them a question is about (docs/explanation/any-number.md). So
two pairs with the same observations, and the same in all that is no interface, have the same search: 3 interfaces or
250, whatever they are called.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.analysis.observed import FEW, why_in_full
from failover_fsm.config.records.criteria import InterfacePolicy
from failover_fsm.config.records.macs import VirtualMacs
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.model.conditions import TooManyPorts, observations
from failover_fsm.model.scenario import Environment, Scenario
from failover_fsm.model.typed_model import model_of
from failover_fsm.pair.settings import Settings
from failover_fsm.promises.health import QUESTIONS

__all__ = ["observed_structure"]


def observed_structure(scenario: Scenario) -> str | None:
    """A text that is equal for scenarios whose searches on observations are the same but for names.

    It is there too where so few conditions are possible that each is searched, since verdicts are the same; None where
    a verdict may depend on more than what is observed.
    """
    settings, environment = scenario.settings, scenario.environment
    if scenario.beside or settings.topology is not None or why_in_full(scenario) not in ("", FEW):
        return None
    try:
        found = observations(model_of(settings, environment), QUESTIONS)
    except TooManyPorts:
        return None
    bounded = environment.max_faults is not None
    seen = sorted(repr((each.signature, each.cost if bounded else None)) for each in found)
    of_units = _without_interfaces(settings, environment)
    return repr((of_units, tuple(_of_interfaces(settings)), seen, environment, scenario.check))


def _without_interfaces(settings: Settings, environment: Environment) -> Settings:
    """The settings without their interfaces, and without what nothing reads in this environment."""
    any_policy = InterfacePolicy()
    groups = sorted({group for _, group in settings.contexts})
    found = attrs.evolve(
        settings,
        ports=(),
        carriers=(),
        policy=any_policy,
        groups=tuple(attrs.evolve(each, policy=any_policy, preempt_delay=0) for each in settings.groups),
        contexts=tuple((f"context of group {group}", group) for group in groups),
        links=(),
    )
    if not (settings.follow or environment.has("stateful-link")):
        found = attrs.evolve(found, stateful=StatefulLink.NONE, passed=())
    return found if environment.has("modules") else attrs.evolve(found, monitors_module=True)


def _of_interfaces(settings: Settings) -> Iterator[object]:
    """What is asked of the configuration about interfaces, besides what is observed."""
    together = settings.together
    yield settings.probed == settings.counted, bool(together.failover), bool(together.stateful)
    for group in range(settings.group_count):
        within_reach = settings.policy_of(group).least(settings.monitored_in(group)) is not None
        macs = [port.macs for port in settings.ports if port.group == group]
        yield bool(settings.counted_in(group)), within_reach, any(map(_differs_for_the_standby, macs))


def _differs_for_the_standby(virtual: VirtualMacs | None) -> bool:
    """An interface has a virtual MAC address for the active unit alone.

    Of one that has them for both, and of one that has none, promises ask what they ask in every pair.
    """
    return virtual is not None and virtual.standby is None
