"""The verdict as one page that opens in a browser: data in, text out; the command line writes it.

`state_graph` explores the states for the reader, `panels` has the operator's view of a unit, `data` turns both into
plain records for the script of the page, which `packed` packs; `runs`, `figures`, `tables` and `sections` write the
parts, and `page` combines everything into one file that needs no network. `server` serves it with the states that it
does not carry; `answer_page` is the page of a command without script.
"""

from failover_fsm.reports.html.page import report_page
from failover_fsm.reports.html.state_graph import MAX_STATES, PageGraph, page_graph

__all__ = ["MAX_STATES", "Carried", "PageGraph", "carry", "page_graph", "report_page"]

# The names of these two up to version 0.1, kept for users' programs.
Carried = PageGraph
carry = page_graph
