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

_NOT_A_ROW = "no row decides it; a mistake elsewhere breaks it (tests/test_promises.py)"

IDLE: dict[str, str] = {
    "stateful-link-changes-nothing": _NOT_A_ROW,
    "commands-replicate-from-active": _NOT_A_ROW,
    "disabled-failover-freezes-roles": _NOT_A_ROW,
}
"""By the promise's id."""
