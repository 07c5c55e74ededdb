"""Tables 13-2 and 13-4, the failover policies, compared with the explored model.

For each failure event of a table and each settled state that meets the row's premise: the outcome in every order of the
units' own steps, the actions of each side, and whether they agree with the chapter.
"""

from failover_fsm.analysis.policies.compare import Compared, Deviation, compare
from failover_fsm.analysis.policies.explored import Explored, active_active, active_standby
from failover_fsm.analysis.policies.policy import Policy, PolicyAction, PolicyOutcome
from failover_fsm.analysis.policies.rows import TABLE_13_2, TABLE_13_4

__all__ = [
    "TABLE_13_2",
    "TABLE_13_4",
    "Compared",
    "Deviation",
    "Explored",
    "Policy",
    "PolicyAction",
    "PolicyOutcome",
    "active_active",
    "active_standby",
    "compare",
]
