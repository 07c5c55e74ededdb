"""Topologies of a pair: the figures of the chapter, drawings, and the chapter's advice on them."""

from failover_fsm.topology.advice import Standing, advice, shared_fate, standing
from failover_fsm.topology.figures import FIGURES, figure, figure_description, names_for_figures
from failover_fsm.topology.named import NAMED, NamedTopology, named_text, named_topology
from failover_fsm.topology.plan import Plan, PlanError
from failover_fsm.topology.reading import KNOWN, MAX_TOML, TopologyFileError, plan_of, read_topology

__all__ = [
    "FIGURES",
    "KNOWN",
    "MAX_TOML",
    "NAMED",
    "NamedTopology",
    "Plan",
    "PlanError",
    "Standing",
    "TopologyFileError",
    "advice",
    "figure",
    "figure_description",
    "named_text",
    "named_topology",
    "names_for_figures",
    "plan_of",
    "read_topology",
    "shared_fate",
    "standing",
]
