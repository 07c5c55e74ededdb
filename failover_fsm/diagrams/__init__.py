"""Pictures of the transition tables, drawn from the rows that run.

`state_diagram` turns a table into a `Diagram`, plain data that knows no drawing language;
`to_dot` and `to_mermaid` write it as text, the same bytes each time; `render` has Graphviz draw
the dot text as svg or png, and is the only part that needs a program from outside.  `figure`
gives the pictures of the two tables of the pair.  `python -m failover_fsm.diagrams` writes the
files in `diagrams/` anew.
"""

from failover_fsm.diagrams.dot import to_dot
from failover_fsm.diagrams.figures import FIGURES, figure
from failover_fsm.diagrams.mermaid import to_mermaid
from failover_fsm.diagrams.model import Arrow, Box, Diagram, Edge, Kind, LegendEntry, Node, kind_of, state_diagram
from failover_fsm.diagrams.render import RenderError, render

__all__ = [
    "FIGURES",
    "Arrow",
    "Box",
    "Diagram",
    "Edge",
    "Kind",
    "LegendEntry",
    "Node",
    "RenderError",
    "figure",
    "kind_of",
    "render",
    "state_diagram",
    "to_dot",
    "to_mermaid",
]
