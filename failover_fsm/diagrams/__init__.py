"""Diagrams, generated from the tables that run and from recorded runs, never drawn by hand.

`state_diagram` turns a table, `pair_diagram` an explored graph, `sequence_diagram` and `role_chart` the steps of a run
into plain data that is independent of any drawing language. The functions that write text take such data and give the
same bytes each time. `render` has Graphviz draw dot text as svg or png, and `source` gives an object that a notebook
draws (extra `diagrams`); nothing else here needs an external program. `to_itf`, `to_shiviz` and `to_graphml` write for
other tools.
`python -m failover_fsm.commands.pictures` regenerates the files in `diagrams/`.
"""

from failover_fsm.diagrams.exports.graphml import StateGraph, TooLarge, state_graph, to_graphml
from failover_fsm.diagrams.exports.itf import to_itf
from failover_fsm.diagrams.exports.shiviz import to_shiviz
from failover_fsm.diagrams.gallery import PICTURES, RecordedRun, recorded_run
from failover_fsm.diagrams.machine.dot import to_dot
from failover_fsm.diagrams.machine.figures import FIGURES, figure
from failover_fsm.diagrams.machine.machine import Arrow, Box, Diagram, Edge, LegendEntry, Node, state_diagram
from failover_fsm.diagrams.machine.mermaid import to_mermaid
from failover_fsm.diagrams.machine.plantuml import to_plantuml
from failover_fsm.diagrams.machine.quotient import FOLDS, TooMany, pair_diagram
from failover_fsm.diagrams.machine.scxml import to_scxml
from failover_fsm.diagrams.runs.roles import RoleChart, role_chart
from failover_fsm.diagrams.runs.roles_svg import roles_svg
from failover_fsm.diagrams.runs.sequence import RunStep, SequenceDiagram, sequence_diagram
from failover_fsm.diagrams.runs.sequence_mermaid import sequence_mermaid
from failover_fsm.diagrams.runs.sequence_svg import sequence_svg
from failover_fsm.diagrams.runs.sequence_text import sequence_text
from failover_fsm.diagrams.style.kinds import Kind, kind_of
from failover_fsm.diagrams.style.render import RenderError, render, source

__all__ = [
    "FIGURES",
    "FOLDS",
    "PICTURES",
    "Arrow",
    "Box",
    "Diagram",
    "Edge",
    "Happening",
    "Kind",
    "LegendEntry",
    "Node",
    "RecordedRun",
    "RenderError",
    "RoleChart",
    "RunStep",
    "SequenceDiagram",
    "StateGraph",
    "Told",
    "TooLarge",
    "TooMany",
    "figure",
    "kind_of",
    "pair_diagram",
    "recorded_run",
    "render",
    "role_chart",
    "roles_svg",
    "sequence_diagram",
    "sequence_mermaid",
    "sequence_svg",
    "sequence_text",
    "source",
    "state_diagram",
    "state_graph",
    "to_dot",
    "to_graphml",
    "to_itf",
    "to_mermaid",
    "to_plantuml",
    "to_scxml",
    "to_shiviz",
    "told",
]

# The names of these three up to version 0.1, kept for users' programs.
Happening = RunStep
Told = RecordedRun
told = recorded_run
