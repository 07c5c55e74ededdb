"""A controller with sensors, actuators and three processors that fail: the PRISM case study "embedded", after Muppala,
Ciardo and Trivedi (1994).

prismmodelchecker/prism-benchmarks, models/ctmcs/embedded; states, transitions and breadth-first iterations of its log
for MAX_COUNT=2: 3,478, 14,639 and 15. The rates are left out.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import can_recover, leads_to

from .case import Case, among, rule

MAX_COUNT = 2
FAILED, FAULT, GOOD = range(3)


@attrs.frozen
class Side:
    """What is connected to an input or output processor, and the processor."""

    devices: int = among(range(4))
    processor: int = among(range(3), GOOD)
    needed: int = among((1, 2))


@attrs.frozen
class State:
    """Both sides, the main processor, the cycles that it has missed, and the flags of the bus."""

    sensors: Side = Side(3, needed=2)
    actuators: Side = Side(2, needed=1)
    main: bool = True
    missed: int = among(range(MAX_COUNT + 2))
    computed: bool = True
    input_ready: bool = True
    output_waits: bool = False


def device_fails(name: str, state: Any) -> bool:
    side = getattr(state, name)
    if side.devices <= (1 if name == "sensors" else 0):
        return False
    side.devices -= 1
    return True


def processor_fails(name: str, how: int, state: Any) -> bool:
    side = getattr(state, name)
    if side.devices < side.needed or side.processor == FAILED or (how == FAULT and side.processor != GOOD):
        return False
    side.processor = how
    return True


def main_fails(state: Any) -> bool:
    if not state.main:
        return False
    state.main = False
    return True


def works(side: Any) -> bool:
    return side.processor == GOOD and side.devices >= side.needed


def input_reboots(state: Any) -> bool:
    side = state.sensors
    if side.processor != FAULT or side.devices < side.needed:
        return False
    out_works, waits = works(state.actuators), state.output_waits
    side.processor = GOOD
    state.computed = state.computed or (state.main and not waits)
    state.input_ready, state.output_waits = True, not out_works and (waits or state.main)
    return True


def output_reboots(state: Any) -> bool:
    side = state.actuators
    if side.processor != FAULT or side.devices < side.needed:
        return False
    side.processor = GOOD
    state.computed = state.computed or (state.input_ready and state.main)
    state.input_ready = works(state.sensors) or (state.input_ready and not state.main)
    state.output_waits = False
    return True


def time_passes(state: Any) -> bool:
    """The main processor's timer: a cycle without a computation is a missed one."""
    ready, waits, main = state.input_ready, state.output_waits, state.main
    state.missed = 0 if state.computed else min(state.missed + 1, MAX_COUNT + 1)
    state.computed = ready and not waits and main
    state.input_ready = works(state.sensors) or (ready and (waits or not main))
    state.output_waits = not works(state.actuators) and (waits or (ready and main))
    return True


class Embedded:
    """Three sensors of which two are needed, two actuators of which one is."""

    rules = [
        *(rule(device_fails, name) for name in ("sensors", "actuators")),
        *(rule(processor_fails, name, how) for name in ("sensors", "actuators") for how in (FAILED, FAULT)),
        *map(rule, (main_fails, input_reboots, output_reboots, time_passes)),
    ]

    def initial_states(self) -> list[State]:
        return [State()]


def down(state: Any) -> bool:
    lost = any(side.processor == GOOD and side.devices < side.needed for side in (state.sensors, state.actuators))
    return lost or state.missed > MAX_COUNT or not state.main


CASES = [
    Case(
        "embedded, MAX_COUNT=2",
        Embedded(),
        distinct=3478,
        generated=14640,
        depth=15,
        holds=(leads_to("down in the end, every step weakly fair", lambda s: True, down, weak=lambda event: event),),
        violated=(can_recover("up again", lambda s: not down(s)),),
    )
]
