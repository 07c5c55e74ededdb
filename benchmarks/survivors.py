"""Mutants that nothing kills, each with the reason."""

from __future__ import annotations

SURVIVORS = {
    "--> down: to off": "a unit that failed and one that was never started are answered alike by every row "
    "and shown alike; they differ in whether the unit counts as broken, which only bounds a search",
    "off|down --UnitReplaced--> same: to ": "as above: a unit that is off and one that is down are answered alike",
    "[configuration_locked]--> restarting: row dropped": "the row below does the same; only the reason of the reload "
    "in the story is another one, and no promise and no scenario asks for the reason of what is no change of role",
    "peer]--> up: become_standby dropped": "a unit that negotiates or joins is standby for every group already; "
    "explored on the pair of unlike units beside the shipped table, nothing that is shown ever differs",
    "--PreemptTimerExpired[can_request_home]--> same: can_request_home dropped": "the environment lets the timer fire "
    "only while an active peer is heard on the failover link; the guard keeps the unit from asking before it has noted "
    "that, or before its group is checked, and the peer grants a request only to a group that it knows to be ready",
    "--HelloHeard[must_yield]--> standby-ready: mark_unchecked dropped": "a unit that yields on the failover link "
    "joins its peer at once, and a join drops the mark; one that is still active for another group keeps it until its "
    "next interface check, and its peer hands over nothing that soon in any pair or scenario here",
    "--InterfacesChecked[unchecked]--> same: unchecked dropped": "a group without the mark, healthy, is marked checked "
    "again: no state differs, the row is only taken where the check was passed over",
}
"""By a part of the mutant's name."""
