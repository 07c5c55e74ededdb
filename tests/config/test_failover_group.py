"""What the records of failover groups and contexts refuse, with what is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from failover_fsm.config.records.pair_config import Context, FailoverGroup, PairConfig
from tests.config.refusals import assert_refused

FIRST, SECOND = FailoverGroup(number=1), FailoverGroup(number=2)

# A record, its fields, what is wrong, and a word of what is allowed.
WRONG: list[tuple[Any, dict[str, Any], str, str]] = [
    (Context, {"name": "one", "join_failover_group": 0}, "failover group 0", "1 or 2"),
    (Context, {"name": "one", "join_failover_group": 3}, "failover group 3", "1 or 2"),
    (FailoverGroup, {"number": 3}, "failover group 3", "1 or 2"),
    (FailoverGroup, {"number": 1, "preempt": True, "preempt_delay": 1201}, "preempt delay 1201 is out of range",
     "0 to 1200 seconds"),
    (FailoverGroup, {"number": 1, "preempt": True, "preempt_delay": -1}, "preempt delay -1 is out of range",
     "0 to 1200 seconds"),
    (FailoverGroup, {"number": 1, "preempt_delay": 5}, "preempt delay without preempt", "preempt=True, or no delay"),
    (PairConfig, {"multiple_context": True, "groups": [SECOND]}, "failover groups 2", "groups 1 and 2"),
    (PairConfig, {"multiple_context": True, "groups": [FIRST, FIRST]}, "failover groups 1 and 1", "groups 1 and 2"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "fields", "what", "allowed"), WRONG)
def test_what_is_out_of_range_is_refused(record: Any, fields: dict[str, Any], what: str, allowed: str) -> None:
    assert_refused(record, fields, what, allowed)


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        (Context, {"name": "one", "join_failover_group": 2}),
        (FailoverGroup, {"number": 1, "preempt": True, "preempt_delay": 1200}),
        (PairConfig, {"multiple_context": True, "groups": [SECOND, FIRST]}),
        (PairConfig, {"multiple_context": True, "groups": [FIRST]}),
    ],
)
def test_the_ends_of_a_range_are_taken(record: Any, fields: dict[str, Any]) -> None:
    record(**fields)
