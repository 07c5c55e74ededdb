"""The model of a pair with terminal sessions, and its promises: `failover exec` explored with the pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from failover_fsm.checker import Checker, Result
from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.pair_model import NamedStep, PairModel
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import ConsoleLine
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.step import step
from failover_fsm.services.machine import JointModel, MachineEvent, MachinePromise
from failover_fsm.services.remote import ExecMachine, Sessions
from failover_fsm.services.remote.promises import BY_ID, OFFERS, PROMISES

__all__ = ["SessionModel", "session_search"]


@attrs.frozen(eq=False)
class SessionModel(JointModel[Sessions]):
    """A pair with terminal sessions, for the checker and for stories."""

    @property
    def settings(self) -> Settings:
        """The settings of the pair."""
        return self.pairs.settings

    def named_steps(self, events: Sequence[e.Event]) -> Iterator[NamedStep]:
        """The steps of a path, replayed with the outputs of the units."""
        (joint,) = self.initial_states()
        for event in events:
            before = joint.pair
            if isinstance(event, MachineEvent):
                answer = self.machine.answer(joint, event, lambda state, entered: step(state, self.settings, entered))
                lines = (ConsoleLine(unit=event.unit, text=line) for line in answer.lines)
                joint, outputs = answer.joint, (*answer.outputs, *lines)
            else:
                after, outputs = step(before, self.settings, event)
                joint = attrs.evolve(joint, pair=after, own=self.machine.follow(before, event, after, joint.own))
            yield NamedStep(event=event, before=before, after=joint.pair, outputs=outputs)


def session_search(
    scenario: Scenario, limits: dict[str, Any]
) -> tuple[SessionModel, tuple[MachinePromise, ...], Result[Any, e.Event]]:
    """Explores a pair with terminal sessions: the model, the promises asked, and the result.

    Args:
        scenario: One with `sessions`.
        limits: The limits of the search, as `Checker.verify` takes them.
    """
    typed = scenario.sessions
    assert typed is not None, "the scenario has no sessions"
    settings = scenario.settings
    machine = ExecMachine.of(
        scenario.config, settings, offers=typed.lines or OFFERS, units=tuple(map(Unit, typed.units))
    )
    model = SessionModel(PairModel(settings, scenario.environment), machine)
    promises = PROMISES if scenario.check is None else tuple(BY_ID[name] for name in scenario.check)
    result = Checker(model).verify(*(each.as_property() for each in promises), progress_every=2000, **limits)
    return model, promises, result
