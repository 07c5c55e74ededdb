"""The test kit for an ASA pair: random walks, conformance tests for another implementation, and generated test suites.

It is a user of the kit for any model, `failover_fsm.testing.pair.kit`. Modules that draw examples need Hypothesis and are
imported on first use; generated suites do without it. See docs/howto/testing.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from failover_fsm.testing.pair.conformance import (
        Act,
        Adapter,
        Conformity,
        Disagreement,
        Follower,
        Restless,
        conform,
        conform_to,
        plans,
    )
    from failover_fsm.testing.pair.coverage import Coverage, Floor, FloorNotReached
    from failover_fsm.testing.pair.failure import PromiseBroken
    from failover_fsm.testing.pair.stateful import FailoverMachine, check_pair, machine_for, profile
    from failover_fsm.testing.pair.strategies import config_texts, configs, environments, event_sequences, events, options
    from failover_fsm.testing.pair.suites import COVERS, Suite, make_suite
    from failover_fsm.testing.pair.walk import Ground, TransitionSystem, situation

_HOMES = {
    "conformance": (
        "Act", "Adapter", "Conformity", "Disagreement", "Follower", "Restless", "conform", "conform_to", "plans",
    ),
    "coverage": ("Coverage", "Floor", "FloorNotReached"),
    "failure": ("PromiseBroken",),
    "stateful": ("FailoverMachine", "check_pair", "machine_for", "profile"),
    "strategies": ("config_texts", "configs", "environments", "event_sequences", "events", "options"),
    "suites": ("COVERS", "Suite", "make_suite"),
    "walk": ("Ground", "TransitionSystem", "situation"),
}  # fmt: skip
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "COVERS",
    "Act",
    "Adapter",
    "Conformity",
    "Coverage",
    "Disagreement",
    "FailoverMachine",
    "Floor",
    "FloorNotReached",
    "Follower",
    "Ground",
    "PromiseBroken",
    "Restless",
    "Suite",
    "TransitionSystem",
    "check_pair",
    "config_texts",
    "configs",
    "conform",
    "conform_to",
    "environments",
    "event_sequences",
    "events",
    "machine_for",
    "make_suite",
    "options",
    "plans",
    "profile",
    "situation",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise ModuleNotFoundError(
            f"{name} draws examples with Hypothesis, which is not installed: pip install 'failover-fsm[test]'",
            name=error.name,
        ) from None
