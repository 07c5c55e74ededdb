"""A real pair of keepalived daemons against the model of VRRP: the right one keeps to it, wrong settings are found.

Half a minute: the daemons take their time. Pairs with a password count in whole seconds and are tried where all is
asked for. To search for the plans takes minutes: `python -m examples.keepalived.adapter NAME`.
"""

from __future__ import annotations

import pytest

from examples.keepalived.adapter import PLANS, RIGHT, WRONG, replayed
from examples.keepalived.lab import Daemon, missing
from failover_fsm.testing import Disagreement
from failover_fsm.vrrp import keepalived_pair
from tests.patience import PATIENT

REASON = missing()
NEEDS_LAB = pytest.mark.skipif(REASON is not None, reason=str(REASON))

FINDS = {
    "preempts": "backup / active",
    "swapped-priorities": "active / backup",
    "other-router-id": "backup / active",
    "wrong-password": "backup / active",
}
"""What the model allows where each wrong pair shows something else; the first of it."""


@pytest.mark.slow
@NEEDS_LAB
@pytest.mark.parametrize("name", [name for name in WRONG if PATIENT or "password" not in name])
def test_wrong_settings_are_found_by_their_plan(name: str) -> None:
    with pytest.raises(Disagreement) as found:
        replayed(name, name)
    assert found.value.allowed[0] == FINDS[name]


@pytest.mark.slow
@NEEDS_LAB
@pytest.mark.parametrize(("plan", "looks"), [("preempts", 2), ("swapped-priorities", 4)])
def test_the_right_pair_keeps_to_the_model(plan: str, looks: int) -> None:
    assert replayed("right", plan).observations == looks


@pytest.mark.slow
@NEEDS_LAB
@pytest.mark.skipif(not PATIENT, reason="set FAILOVER_FSM_LONG_TESTS: timers of whole seconds")
def test_the_right_pair_with_a_password_keeps_to_it() -> None:
    assert replayed("right-with-password", "wrong-password").observations == 2


def test_each_wrong_pair_has_its_plan_and_differs_from_the_right_one() -> None:
    assert {path.stem for path in PLANS.glob("*.trace")} == set(WRONG) == set(FINDS)
    assert not set(WRONG.values()) & set(RIGHT.values())


def test_a_configuration_says_what_is_set() -> None:
    text = Daemon(priority=90, router_id=7, version=2, password="x", interval=1.0).text(PLANS / "fifo")
    for line in (
        "  priority 90",
        "  virtual_router_id 7",
        "  version 2",
        "  nopreempt",
        "    auth_pass x",
        "  advert_int 1",
    ):
        assert line in text.splitlines()
    assert "nopreempt" not in Daemon(priority=90, preempt=True).text(PLANS / "fifo")


def test_the_priorities_are_those_of_the_model() -> None:
    assert [each.priority for each in RIGHT["right"]] == [each.priority for each in keepalived_pair().settings.routers]
