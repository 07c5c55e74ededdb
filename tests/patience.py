"""Whether a long comparison is made in full, as FAILOVER_FSM_LONG_TESTS in the environment asks, or of a sample."""

from __future__ import annotations

import os

PATIENT = "FAILOVER_FSM_LONG_TESTS" in os.environ


def one_in(number: int) -> int:
    """The step of a slice that takes one thing in so many, or each one."""
    return 1 if PATIENT else number
