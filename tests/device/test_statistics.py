"""The statistics of Stateful Failover, written as they were read."""

from __future__ import annotations

import pytest

from failover_fsm.device import read_show_failover, write_show_failover

HEAD = "Stateful Failover Logical Update Statistics\n"
COLUMNS = "        Stateful Obj    xmit       xerr       rcv        rerr\n"
ROWS = "        TCP conn        6          0          1          0\n"
QUEUES = """
        Logical Update Queue Information
                        Cur     Max     Total
        Recv Q:         0       23      169
"""


@pytest.mark.parametrize(
    "block",
    [
        COLUMNS + ROWS,
        ROWS,
        "        Link : Unconfigured.\n",
        "        Status: Configured.\n" + COLUMNS + ROWS,
        "        Link : FO Ethernet0/3 (up)\n" + COLUMNS + ROWS + QUEUES,
    ],
)
def test_statistics_are_written_with_what_was_read_of_them(block):
    """A paste may begin or end anywhere: what is not there is not invented."""
    assert write_show_failover(read_show_failover(HEAD + block)) == "\n" + HEAD + block
