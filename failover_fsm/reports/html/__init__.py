"""The verdict as one page that opens in a browser: data in, text out; the command line writes it.

`graph` explores what the reader may try out, `panels` has what an operator sees of a unit, `data` puts both
into plain records for the script of the page, `sections` writes what stands still, and `page` binds all of it
into one file that asks nothing of any network.
"""

from failover_fsm.reports.html.page import report_page
from failover_fsm.reports.html.state_graph import MAX_STATES, Carried, carry

__all__ = ["MAX_STATES", "Carried", "carry", "report_page"]
