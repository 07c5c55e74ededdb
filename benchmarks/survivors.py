"""Mutants that nothing kills, and promises that kill no mutant, each with the reason."""

from __future__ import annotations

SURVIVORS = {
    "--UnitFailed--> down: to off": "a unit that failed and one that was never started are answered alike by every row "
    "and shown alike; they differ in whether the unit counts as broken, which only bounds a search",
    "--PreemptTimerExpired[can_request]--> same: can_request dropped": "the environment lets the timer fire only while "
    "an active peer is heard on the failover link; the guard keeps the unit from asking before it has noted that, and "
    "the peer answers such a request in the same way",
    "--FailoverActive[can_request]--> same: to standby-ready": "of an Active/Active pair: the wish to go home is "
    "forgotten when the command is entered, and not when the role moves; it matters only if the request is lost and "
    "the failover link is back before either unit has noticed",
}
"""By a part of the mutant's name."""

_ELSEWHERE = "no mutant that it was shown breaks it; wrong protocols that do, of more than one row or of what stands "
_ELSEWHERE += "around the tables, are in"

IDLE = {
    **dict.fromkeys(
        (
            "one-switchover-per-link-failure",
            "join-never-disturbs-active",
            "stateful-link-changes-nothing",
            "disabled-failover-freezes-roles",
            "commands-replicate-from-active",
            "addresses-change-hands-one-by-one",
        ),
        f"{_ELSEWHERE} tests/promises/test_promises.py",
    ),
    **dict.fromkeys(
        (
            "preempt-only-to-the-preferred-unit",
            "moved-group-stays",
            "groups-move-one-by-one",
            "interfaces-of-the-other-group-do-not-count",
        ),
        f"{_ELSEWHERE} tests/promises/test_groups.py",
    ),
}
"""By the promise's id."""
