"""Topologies of a pair: the figures of the chapter, drawings, and the chapter's advice on them."""

from failover_fsm.topology.advice import Standing, advice, shared_fate, standing
from failover_fsm.topology.figures import FIGURES, figure, figure_description, names_for_figures
from failover_fsm.topology.plan import Plan, PlanError
from failover_fsm.topology.reading import MAX_TOML, TopologyFileError, line_of, plan_of, read_topology

__all__ = [
    "FIGURES",
    "MAX_TOML",
    "Plan",
    "PlanError",
    "Standing",
    "TopologyFileError",
    "advice",
    "figure",
    "figure_description",
    "line_of",
    "names_for_figures",
    "plan_of",
    "read_topology",
    "shared_fate",
    "standing",
]
