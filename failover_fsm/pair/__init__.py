"""The protocol: what a failover pair is.  Pure: no I/O, no clock, no randomness."""

from failover_fsm.pair.errors import NotPossible, Refused, StepError
from failover_fsm.pair.pair import Livelock, Pair, changing_steps, cold
from failover_fsm.pair.settings import Options, Port, Settings
from failover_fsm.pair.step import next_state, step

__all__ = [
    "Livelock",
    "NotPossible",
    "Options",
    "Pair",
    "Port",
    "Refused",
    "Settings",
    "StepError",
    "changing_steps",
    "cold",
    "next_state",
    "step",
]
