"""What would happen: the next run of the process, undisturbed, and with one fault at every moment of it.

Every fault strikes in every state of the undisturbed run. What follows is one run without repairs (`runs`), then the
next poll time with the fault still there, then the repair and two more poll times.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

from failover_fsm.model.places import placed_events
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.states import Role
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate.model import UpdateModel
from failover_fsm.services.autoupdate.runs import Ran, Run, Runner
from failover_fsm.services.autoupdate.states import Process, Step
from failover_fsm.services.autoupdate.view import UNITS
from failover_fsm.services.machine import Joint

__all__ = ["FAULTS", "Effect", "Outlook", "Struck", "outlook"]

FAULTS = ("power", "failover-link", "ports", "modules")
"""The faults of the pair that strike; those of the server besides."""

State = Joint[Process]


class Effect(enum.Enum):
    """What a fault does to the run, worst first; the value is the line of the report."""

    ENDLESS = "the process goes round for ever"
    NOBODY = "no unit is active, and none becomes so"
    NEVER = "the files do not agree even after the repair"
    OUTAGE = "no unit is active until one has booted"
    TWO_ACTIVE = "two units are active until the repair"
    MIXED = "two versions run until the repair"
    MIXED_BRIEFLY = "two versions run until the next poll time"
    LATER = "the update waits for the repair"
    LATER_BRIEFLY = "the update waits for the next poll time"
    NONE = "the update is finished all the same"


BAD = (Effect.ENDLESS, Effect.NOBODY, Effect.NEVER)
"""The effects that no repair ends, or that no step of the pair does."""


@attrs.frozen(kw_only=True)
class Struck:
    """One fault at one moment.

    Attributes:
        fault: The fault.
        moment: How many steps of the undisturbed run come before.
        step: Where the process was.
        run: What followed without a repair, until everything rested.
        effects: What it did, worst first; `Effect.NONE` alone if nothing.
    """

    fault: e.Event
    moment: int
    step: Step
    run: Run
    effects: tuple[Effect, ...]


@attrs.frozen(kw_only=True)
class Outlook:
    """The answer.

    Attributes:
        undisturbed: The run from the next poll time on.
        outage: No unit is active for a while in it, because both have to load together (AUT-3).
        struck: What each fault does at each moment.
    """

    undisturbed: Run
    outage: bool
    struck: tuple[Struck, ...]

    @property
    def refused(self) -> str:
        """Why the process does not begin; empty if it does."""
        return next((step.refused for step in self.undisturbed.steps if step.refused), "")

    @property
    def finished(self) -> bool:
        """Undisturbed, both units end with what the server offers."""
        return not self.undisturbed.endless and self.undisturbed.end.own.agree

    def with_effect(self, effect: Effect) -> tuple[Struck, ...]:
        """The faults whose worst effect is this one."""
        return tuple(each for each in self.struck if each.effects[0] is effect)

    @property
    def verdict(self) -> str:
        """In the words of `check`."""
        if self.refused:
            return "NO UPDATE"
        if not self.finished or any(self.with_effect(effect) for effect in BAD):
            return "VIOLATED"
        harmless = all(each.effects[0] is Effect.NONE for each in self.struck)
        return "HOLDS" if harmless and not self.outage else "HOLDS WITH GAPS"

    @property
    def exit_status(self) -> int:
        """0 for HOLDS and HOLDS WITH GAPS, else 1."""
        return 0 if self.verdict.startswith("HOLDS") else 1


def outlook(model: UpdateModel, start: State) -> Outlook:
    """What would happen from a state on.

    Args:
        model: The pair with its process; with faults of FAULTS, at most one at a time.
        start: A healthy pair with the process at rest.
    """
    runner = Runner(model)
    undisturbed = runner.after_poll(start)
    struck: list[Struck] = []
    if not any(step.refused for step in undisturbed.steps):
        for moment, state in enumerate(list(undisturbed.states)[1:-1], start=1):
            struck += _struck(runner, moment, state)
    outage = not all(model.view(state.pair).somebody_active for state in undisturbed.states)
    return Outlook(undisturbed=undisturbed, outage=outage, struck=tuple(struck))


def _faults(model: UpdateModel) -> Iterator[e.Event]:
    environment = Environment(faults=FAULTS)
    every = (*environment.unit_events(), *placed_events(model.pairs.settings, environment))
    yield from (event for event in every if isinstance(event, e.Fault))
    yield from (kind() for kind in u.SERVER_FAULTS)


def _struck(runner: Runner, moment: int, state: State) -> Iterator[Struck]:
    for fault in _faults(runner.model):
        hit = runner.happens(state, fault)
        if hit is None:
            continue
        run = runner.advance(hit.after)
        effects = tuple(_effects(runner, hit, run)) or (Effect.NONE,)
        yield Struck(
            fault=fault, moment=moment, step=state.own.step,
            run=attrs.evolve(run, start=state, steps=(hit, *run.steps)), effects=effects,
        )  # fmt: skip


def _effects(runner: Runner, hit: Ran, run: Run) -> Iterator[Effect]:
    """The effects of a fault, in the order of `Effect`."""
    model, end = runner.model, run.end
    again = runner.after_poll(end)
    mended = runner.mended(hit.event, end)
    if run.endless or again.endless or mended.endless:
        yield Effect.ENDLESS
    if not run.endless and not model.view(end.pair).somebody_active:
        yield Effect.NOBODY
    if not mended.end.own.agree:
        yield Effect.NEVER
    if any(_nobody_up(model, state) for state in run.states):
        yield Effect.OUTAGE
    if all(model.view(end.pair).role(unit) is Role.ACTIVE for unit in UNITS):
        yield Effect.TWO_ACTIVE
    if _two_versions(end):
        yield Effect.MIXED if _two_versions(again.end) else Effect.MIXED_BRIEFLY
    elif not end.own.agree:
        yield Effect.LATER_BRIEFLY if again.end.own.agree else Effect.LATER


def _two_versions(state: State) -> bool:
    """Both units run, and not the same version."""
    return state.own.mixed and all(state.pair.unit(unit).powered for unit in UNITS)


def _nobody_up(model: UpdateModel, state: State) -> bool:
    """No unit is active or could take over, though the process does not reload both."""
    down = not any(state.pair.unit(unit).up for unit in UNITS)
    return down and state.own.step is not Step.BOTH_LOAD
