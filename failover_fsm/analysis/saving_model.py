"""The model of a pair whose running and startup configurations are followed space by space, and its promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.pair_model import NamedStep
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.registry import COMMAND_TEXT
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.step import step
from failover_fsm.promises import BY_ID, Promise, chosen
from failover_fsm.services.machine import Joint, JointModel, MachinePromise
from failover_fsm.services.saving.machine import SavingMachine, offers_of, spaces_of
from failover_fsm.services.saving.promises import BROKEN
from failover_fsm.services.saving.records import Spaces
from failover_fsm.services.saving.told import changes

__all__ = ["SavingModel", "asked_of", "machine_of"]

State = Joint[Spaces]


@attrs.frozen(eq=False)
class SavingModel(JointModel[Spaces]):
    """A pair with its spaces, for the checker and for stories.

    Commands are entered through the machine, so that one that changes nothing of the pair is a step too.
    """

    @property
    def followed(self) -> SavingMachine:
        """The machine."""
        assert isinstance(self.machine, SavingMachine)
        return self.machine

    @property
    def settings(self) -> Settings:
        """The settings of the pair."""
        return self.pairs.settings

    def step(self, joint: State, event: e.Event) -> State | None:
        """The state after an event; None where it cannot happen, or is a fault too many."""
        return next((after for each, after in self.successors(joint) if each == event), None)

    def successors(self, joint: State) -> Iterator[tuple[e.Event, State]]:
        """The steps of the pair, then the commands and what happens to the server."""
        most = self.pairs.environment.max_faults
        away = len(joint.own.cut_off)
        taken = set()
        for event, after in self.pairs.successors(joint.pair):
            taken.add(event)
            if not away or most is None or self.pairs.faults(after) + away <= most or not isinstance(event, e.Fault):
                yield event, self._followed(joint, event, after)
        room = most is None or self.pairs.faults(joint.pair) + away < most
        for offered in (*self.followed.offers_in(joint), *self._that_may_change_spaces_only):
            if offered in taken or (isinstance(offered, e.Fault) and not room):
                continue
            taken.add(offered)
            try:
                answer = self.followed.answer(joint, offered, self._pair_step)
            except StepError:
                continue
            if not answer.refused:
                yield offered, self._after(answer.joint)

    @property
    def _that_may_change_spaces_only(self) -> tuple[e.Event, ...]:
        """The commands of the environment that can be steps though nothing of the pair changes."""
        return tuple(event for event in self.pairs.unit_events if isinstance(event, e.WriteStandby))

    def named_steps(self, events: Sequence[e.Event]) -> Iterator[NamedStep]:
        """The steps of a path, replayed with the outputs of the units."""
        (joint,) = self.initial_states()
        for event in events:
            before = joint
            answer = self.followed.answer(joint, event, lambda state, taken: step(state, self.settings, taken))
            joint = answer.joint
            notes = tuple(changes(self.followed.spaces, before.own, joint.own))
            yield NamedStep(event=event, before=before.pair, after=joint.pair, outputs=answer.outputs, notes=notes)


def machine_of(scenario: Scenario) -> SavingMachine:
    """The machine of a scenario with `saving`."""
    asked = scenario.saving
    assert asked is not None, "nothing is asked about saving"
    settings = scenario.settings
    every = spaces_of(scenario.config)
    spaces = tuple(space for space in every if (space or "system") in asked.spaces) if asked.spaces else every
    offers = offers_of(spaces, asked.commands, tuple(map(Unit, asked.units)), COMMAND_TEXT)
    return SavingMachine.of(scenario.config, settings, spaces=spaces, offers=offers, server_fails=asked.server_fails)


def asked_of(scenario: Scenario, known: Mapping[str, MachinePromise]) -> tuple[Promise | MachinePromise, ...]:
    """The promises to check: those named; else those about saving that hold in general, and the pair's on commands."""
    if scenario.check is not None:
        return tuple(known.get(name) or BY_ID[name] for name in scenario.check)
    commands = scenario.environment.has("commands")
    of_pair = chosen(scenario.environment, groups=scenario.config.active_active) if commands else ()
    return (*(promise for name, promise in known.items() if name not in BROKEN), *of_pair)
