"""ASR groups of records: their members, and in words whether they take effect (ASR-2, ASR-7, ASR-8)."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.config.records.asymmetric import asr_groups, effect_of, takes_effect, without_effect, without_http
from failover_fsm.config.records.pair_config import (
    Context,
    FailoverGroup,
    FailoverInterface,
    Interface,
    PairConfig,
    StatefulInterface,
)


def at(number: int, context: str | None = None, **more: Any) -> Interface:
    return Interface(port=f"g0/{number}", context=context, **more)


HTTP = [FailoverGroup(number=number, replication_http=True) for number in (1, 2)]
PAIR = PairConfig(
    enabled=True,
    lan=FailoverInterface(name="folink", port="g0/0"),
    link=StatefulInterface(name="folink"),
    multiple_context=True,
    contexts=[Context(name="one"), Context(name="two", join_failover_group=2)],
    groups=HTTP,
    interfaces=[
        at(1, "one", nameif="a", asr_group=5), at(2, "one", nameif="b", asr_group=2), at(3, "one", nameif="c"),
        at(4, "two", nameif="d", asr_group=5), at(5, "two", asr_group=5), at(6, "two", asr_group=7),
    ],
)  # fmt: skip


def test_a_group_has_the_named_interfaces_with_its_number() -> None:
    found = [(group.number, [each.nameif for each in group.members]) for group in asr_groups(PAIR)]
    assert found == [(2, ["b"]), (5, ["a", "d"])]
    assert [takes_effect(PAIR, group) for group in asr_groups(PAIR)] == [False, True]


def test_the_effect_in_words() -> None:
    two, five = asr_groups(PAIR)
    assert effect_of(PAIR, five) == "asr-group 5 (a, d) takes effect"
    assert effect_of(PAIR, five, named=False) == "asr-group 5 takes effect"
    alone = "has no effect: it has one member, which looks up no other interface"
    assert (effect_of(PAIR, two), effect_of(PAIR, two, named=False)) == (
        f"asr-group 2 (b) {alone}",
        f"asr-group 2 {alone}",
    )
    half = attrs.evolve(PAIR, groups=[HTTP[0], FailoverGroup(number=2)])
    assert effect_of(half, five) == "asr-group 5 (a, d) takes effect, not for HTTP sessions of failover group 2"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"enabled": False}, "failover is off"),
        ({"lan": None, "link": StatefulInterface(name="state", port="g0/9")}, "failover is off"),
        ({"link": None}, "there is no Stateful Failover link"),
        ({"groups": ()}, "the pair is Active/Standby"),
    ],
)
def test_why_none_takes_effect(changes: dict[str, Any], why: str) -> None:
    config = attrs.evolve(PAIR, **changes)
    assert without_effect(config) == why
    assert takes_effect(config, asr_groups(config)[1]) is (not why)


def test_what_is_in_no_failover_group_leaves_none_out() -> None:
    config = PairConfig(interfaces=[at(1, nameif="a", asr_group=1), at(2, nameif="b", asr_group=1)])
    assert without_http(config, asr_groups(config)[0]) == ()
