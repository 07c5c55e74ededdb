"""The option `--topology` of several subcommands."""

from __future__ import annotations

import attrs

from failover_fsm.analysis.verify import can_be_compiled
from failover_fsm.commands.files import BadInput
from failover_fsm.model.places import bare_environment
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import WITH_TOPOLOGY
from failover_fsm.pair.settings import Settings
from failover_fsm.topology import Plan, PlanError, TopologyFileError, names_for_figures, read_topology


def laid(topology: str, settings: Settings) -> tuple[Plan, Settings]:
    """The drawing that a word names, and the settings of a pair with it.

    Raises:
        BadInput: If the word is no topology of this pair.
    """
    try:
        plan = read_topology(topology, names_for_figures(settings))
        return plan, plan.laid(settings)
    except (PlanError, TopologyFileError) as error:
        place = f"{topology}: " if isinstance(error, PlanError) else ""
        raise BadInput(f"--topology: {place}{error}") from None


def connected(scenario: Scenario, topology: str | None) -> Scenario:
    """The scenario with another topology, in which units and elements fail; unchanged if `topology` is None.

    Raises:
        BadInput: If the word is no topology of this pair.
    """
    if topology is None:
        return scenario
    plan, _ = laid(topology, scenario.settings)
    found = attrs.evolve(scenario, topology=plan, expect=())
    return attrs.evolve(found, environment=attrs.evolve(found.environment, faults=WITH_TOPOLOGY))


def connected_boundless(scenario: Scenario, topology: str) -> Scenario:
    """The scenario of a configuration with a topology, and any number of faults where a search takes that.

    Where it does not, there are at most as many faults as the interface policies need.

    Raises:
        BadInput: If the word is no topology of this pair.
    """
    wired = connected(scenario, topology)
    boundless = attrs.evolve(wired, environment=attrs.evolve(wired.environment, max_faults=None))
    if can_be_compiled(boundless):
        return boundless
    bound = bare_environment(scenario.config).max_faults
    return attrs.evolve(wired, environment=attrs.evolve(wired.environment, max_faults=bound))
