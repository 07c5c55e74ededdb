"""The test kit: walks of the pair for our own rules, and conformance of somebody else's system.

Needs Hypothesis.  See docs/testing.md.
"""

from failover_fsm.testing.conformance import Act, Adapter, Conformity, Disagreement, Follower, Restless, conform, plans
from failover_fsm.testing.coverage import Coverage, Floor, FloorNotReached
from failover_fsm.testing.failure import PromiseBroken
from failover_fsm.testing.stateful import FailoverMachine, check_pair, machine_for, profile
from failover_fsm.testing.strategies import config_texts, configs, environments, event_sequences, events, options
from failover_fsm.testing.walk import Ground, situation

__all__ = [
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
    "check_pair",
    "config_texts",
    "configs",
    "conform",
    "environments",
    "event_sequences",
    "events",
    "machine_for",
    "options",
    "plans",
    "profile",
    "situation",
]
