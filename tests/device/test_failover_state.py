"""The text of `show failover state`: captures are written as they stand, and pastes may begin anywhere."""

from __future__ import annotations

import pytest

from failover_fsm.device import read_failover_state, write_failover_state
from tests.device.test_readers import text


@pytest.mark.parametrize("name", ["own_state_contexts", "own_state_groups", "sccfm_failover_state"])
def test_a_capture_is_written_as_it_stands(name):
    """With every heading, and `None` for what has never failed."""
    assert write_failover_state(read_failover_state(text(name))) == text(name)


def test_lines_without_what_they_belong_to():
    """They are of the table, so they are not unread; there is nothing to which they could be added."""
    half = "               State          Last Failure Reason      Date/Time\nOther host -   Primary\n"
    assert half in write_failover_state(read_failover_state(half))
    lone = read_failover_state("inside: No Link\nThis host - Primary\ninside: No Link\nIfc Failure\n")
    assert (lone.this.role, lone.this.groups, lone.other, lone.unread) == ("Primary", (), None, ())
