"""The part of a configuration that belongs to one context, which `write standby` and a save in a context take over."""

from __future__ import annotations

import attrs

from failover_fsm.config.records.context import Context
from failover_fsm.config.records.interface import ManagementAddress
from failover_fsm.config.records.pair_config import Interface, PairConfig
from failover_fsm.pair.running import with_context

BEFORE = PairConfig(
    hostname="here",
    multiple_context=True,
    contexts=(Context(name="red"), Context(name="blue")),
    interfaces=(
        Interface(port="G0/0", nameif="outside", context="red"),
        Interface(port="G0/1", nameif="outside", context="blue"),
    ),
    management=(ManagementAddress(context="red", address="10.0.0.1", mask="255.255.255.0"),
                ManagementAddress(context="blue", address="10.0.1.1", mask="255.255.255.0")),
)  # fmt: skip
SOURCE = attrs.evolve(
    BEFORE,
    hostname="there",
    interfaces=tuple(attrs.evolve(each, shutdown=True) for each in BEFORE.interfaces),
    management=tuple(attrs.evolve(each, standby=each.address[:-1] + "2") for each in BEFORE.management if each.address),
)


def test_a_context_takes_its_own_part_and_leaves_the_others_and_the_system_space() -> None:
    """CMD-20, CMD-25."""
    found = with_context(BEFORE, SOURCE, "red")
    assert found.hostname == "here"
    assert {each.context: each.shutdown for each in found.interfaces} == {"red": True, "blue": False}
    assert {each.context: each.standby for each in found.management} == {"red": "10.0.0.2", "blue": None}
    assert len(found.interfaces) == len(found.management) == 2


def test_without_a_context_everything_is_taken() -> None:
    assert with_context(BEFORE, SOURCE, None) == SOURCE
