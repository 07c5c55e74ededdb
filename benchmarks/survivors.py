"""Mutants that nothing kills, each with the reason."""

from __future__ import annotations

SURVIVORS = {
    "--UnitFailed--> down: to off": "a unit that failed and one that was never started are answered alike by every row "
    "and shown alike; they differ in whether the unit counts as broken, which only bounds a search",
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
