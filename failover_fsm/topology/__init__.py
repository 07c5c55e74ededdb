"""How a pair is connected: the figures of the chapter, drawings of one's own, and what the chapter says of them."""

from failover_fsm.topology.advice import Standing, advice, shared_fate, standing
from failover_fsm.topology.figures import FIGURES, figure, names_for_figures, says
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
    "line_of",
    "names_for_figures",
    "plan_of",
    "read_topology",
    "says",
    "shared_fate",
    "standing",
]
