"""The option `--topology` of several subcommands."""

from __future__ import annotations

import attrs

from failover_fsm.commands.files import BadInput
from failover_fsm.model.scenario import WITH_TOPOLOGY, Scenario
from failover_fsm.topology import PlanError, TopologyFileError, names_for_figures, read_topology


def connected(scenario: Scenario, topology: str | None) -> Scenario:
    """The scenario with another topology, in which units and elements fail; unchanged if `topology` is None.

    Raises:
        BadInput: If the word is no topology of this pair.
    """
    if topology is None:
        return scenario
    try:
        plan = read_topology(topology, names_for_figures(scenario.settings))
        found = attrs.evolve(scenario, topology=plan, expect=())
        assert found.settings.topology is not None
    except (PlanError, TopologyFileError) as error:
        place = f"{topology}: " if isinstance(error, PlanError) else ""
        raise BadInput(f"--topology: {place}{error}") from None
    return attrs.evolve(found, environment=attrs.evolve(found.environment, faults=WITH_TOPOLOGY))
