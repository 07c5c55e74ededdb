"""The test kit: does a system behave as a model allows, and do models and pairs keep their promises on random walks?

`failover_fsm.testing.kit` is for any model of `failover_fsm.checker`; its names are here. `failover_fsm.testing.pair`
is the kit for an ASA pair, built on it. See docs/howto/testing.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from failover_fsm.testing.compatible import PAIR, warn_of
from failover_fsm.testing.kit.optional import loaded

if TYPE_CHECKING:
    from failover_fsm.testing.kit.adapter import Act, Adapter, AdapterError, NothingObserved, Restless
    from failover_fsm.testing.kit.conformance import Conformity, conform, replay
    from failover_fsm.testing.kit.coverage import Floor, FloorNotReached
    from failover_fsm.testing.kit.disagreement import Disagreement
    from failover_fsm.testing.kit.promise_broken import ModelPromiseBroken
    from failover_fsm.testing.kit.stateful import ModelMachine, machine_for, profile
    from failover_fsm.testing.kit.suites import Suite, make_suite
    from failover_fsm.testing.kit.tours import GraphTooLarge

_HOMES = {
    "compatible": ("conform", "machine_for", "make_suite"),
    "kit.adapter": ("Act", "Adapter", "AdapterError", "NothingObserved", "Restless"),
    "kit.conformance": ("Conformity", "replay"),
    "kit.coverage": ("Floor", "FloorNotReached"),
    "kit.disagreement": ("Disagreement",),
    "kit.promise_broken": ("ModelPromiseBroken",),
    "kit.stateful": ("ModelMachine", "profile"),
    "kit.suites": ("Suite",),
    "kit.tours": ("GraphTooLarge",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

_OF_THE_PAIR = (
    "COVERS", "Coverage", "FailoverMachine", "Follower", "Ground", "PromiseBroken", "TransitionSystem", "check_pair",
    "config_texts", "configs", "conform_to", "environments", "event_sequences", "events", "options", "plans",
    "situation",
)  # fmt: skip
"""Names that were here until version 0.2 and are those of the pair's kit."""

__all__ = [
    "Act",
    "Adapter",
    "AdapterError",
    "Conformity",
    "Disagreement",
    "Floor",
    "FloorNotReached",
    "GraphTooLarge",
    "ModelMachine",
    "ModelPromiseBroken",
    "NothingObserved",
    "Restless",
    "Suite",
    "conform",
    "machine_for",
    "make_suite",
    "profile",
    "replay",
]


def __getattr__(name: str) -> Any:
    if name in _OF_THE_PAIR:
        warn_of(name, 2)
        return loaded(PAIR, name)
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return loaded(f"{__name__}.{_HOME[name]}", name)
