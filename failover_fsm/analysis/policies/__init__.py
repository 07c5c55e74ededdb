"""Tables 13-2 and 13-4, the failover policies, as the explored model behaves.

For each failure event of a table: from every settled state that meets the row's premise, what happens, whatever the
order of the units' own steps, and what each side does; and whether that is what the chapter says.
"""

from failover_fsm.analysis.policies.compare import Compared, Found, compare
from failover_fsm.analysis.policies.explored import Explored, active_active, active_standby
from failover_fsm.analysis.policies.rows import TABLE_13_2, TABLE_13_4, Action, Outcome, Policy

__all__ = [
    "TABLE_13_2",
    "TABLE_13_4",
    "Action",
    "Compared",
    "Explored",
    "Found",
    "Outcome",
    "Policy",
    "active_active",
    "active_standby",
    "compare",
]
