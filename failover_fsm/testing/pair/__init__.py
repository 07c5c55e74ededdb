"""The test kit for an ASA pair: random walks, conformance tests for another implementation, and generated test suites.

It is a user of the kit for any model, `failover_fsm.testing.kit`. Modules that draw examples need Hypothesis and are
imported on first use; generated suites do without it. See docs/howto/testing.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from failover_fsm.testing.kit.optional import loaded

if TYPE_CHECKING:
    from failover_fsm.testing.kit.adapter import Act, AdapterError, NothingObserved, Restless
    from failover_fsm.testing.kit.conformance import Conformity
    from failover_fsm.testing.kit.coverage import Floor, FloorNotReached
    from failover_fsm.testing.pair.conformance import Adapter, conform, conform_to, replay
    from failover_fsm.testing.pair.coverage import Coverage
    from failover_fsm.testing.pair.disagreement import Disagreement
    from failover_fsm.testing.pair.failure import PromiseBroken
    from failover_fsm.testing.pair.plans import plans
    from failover_fsm.testing.pair.specification import Follower
    from failover_fsm.testing.pair.stateful import FailoverMachine, check_pair, machine_for, profile
    from failover_fsm.testing.pair.strategies import (
        config_texts,
        configs,
        environments,
        event_sequences,
        events,
        options,
    )
    from failover_fsm.testing.pair.suites import COVERS, Suite, make_suite
    from failover_fsm.testing.pair.walk import Ground, TransitionSystem, situation

_HOMES = {
    "kit.adapter": ("Act", "AdapterError", "NothingObserved", "Restless"),
    "kit.conformance": ("Conformity",),
    "kit.coverage": ("Floor", "FloorNotReached"),
    "pair.conformance": ("Adapter", "conform", "conform_to", "replay"),
    "pair.coverage": ("Coverage",),
    "pair.disagreement": ("Disagreement",),
    "pair.failure": ("PromiseBroken",),
    "pair.plans": ("plans",),
    "pair.specification": ("Follower",),
    "pair.stateful": ("FailoverMachine", "check_pair", "machine_for", "profile"),
    "pair.strategies": ("config_texts", "configs", "environments", "event_sequences", "events", "options"),
    "pair.suites": ("COVERS", "Suite", "make_suite"),
    "pair.walk": ("Ground", "TransitionSystem", "situation"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "COVERS",
    "Act",
    "Adapter",
    "AdapterError",
    "Conformity",
    "Coverage",
    "Disagreement",
    "FailoverMachine",
    "Floor",
    "FloorNotReached",
    "Follower",
    "Ground",
    "NothingObserved",
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
    "replay",
    "situation",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return loaded(f"failover_fsm.testing.{_HOME[name]}", name)
