"""VRRP as an Active/Active pair: where the two agree, and the disagreements that the how-to names."""

from __future__ import annotations

import pytest

from examples.keepalived.as_pair import compared
from failover_fsm.testing import Disagreement


def test_they_agree_while_only_units_fail() -> None:
    assert compared("power", examples=40).examples == 40


@pytest.mark.parametrize(
    ("fault", "shows", "allows"),
    [
        ("failover-link", "active + active / active + active", "active + standby-ready / standby-ready + active"),
        ("ports", "active + standby / standby + active", "failed + standby-ready / active + active"),
    ],
)
def test_the_disagreements_are_those_of_the_page(fault: str, shows: str, allows: str) -> None:
    with pytest.raises(Disagreement) as found:
        compared("power", fault, examples=400)
    assert shows in str(found.value) and allows in str(found.value)
