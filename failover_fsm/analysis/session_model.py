"""The model of a pair with a machine beside it, and its promises: sessions, traffic or keys explored with the pair."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from failover_fsm.checker import Checker, Result
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.model.pair_model import NamedStep, PairModel
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import ConsoleLine
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.step import step
from failover_fsm.services.asymmetric import AsrMachine, Protocol
from failover_fsm.services.asymmetric.promises import asr_promises
from failover_fsm.services.keys import KeyMachine
from failover_fsm.services.keys.promises import key_promises
from failover_fsm.services.machine import JointModel, Machine, MachineEvent, MachinePromise, Own
from failover_fsm.services.remote import ExecMachine
from failover_fsm.services.remote.promises import OFFERS, PROMISES

__all__ = ["SessionModel", "beside_search", "promises_beside"]


@attrs.frozen(eq=False)
class SessionModel(JointModel[Own]):
    """A pair with a machine beside it, for the checker and for stories."""

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


@attrs.frozen
class _Kind:
    """A kind of machine: made for a scenario, and its promises."""

    machine: Callable[[Scenario], Machine[Any]]
    promises: Callable[[Any], tuple[MachinePromise, ...]]


def _typed(scenario: Scenario) -> ExecMachine:
    typed = scenario.sessions
    assert typed is not None, "asked of a scenario with terminal sessions"
    units = tuple(map(Unit, typed.units))
    return ExecMachine.of(scenario.config, scenario.settings, offers=typed.lines or OFFERS, units=units)


def _traffic(scenario: Scenario) -> AsrMachine:
    traffic = scenario.traffic
    assert traffic is not None, "asked of a scenario with traffic"
    return AsrMachine(
        settings=scenario.settings,
        config=attrs.evolve(scenario.config, enabled=True),
        sessions=traffic.sessions,
        arrivals=traffic.arrivals,
        protocols=tuple(map(Protocol, traffic.protocols)),
        counting=False,
    )


def _keys(scenario: Scenario) -> KeyMachine:
    keys = scenario.keys
    assert keys is not None, "asked of a scenario with keys"
    return KeyMachine.of(scenario.config, scenario.settings, offers=keys.enters, removes=keys.removes)


_KINDS: Mapping[str, _Kind] = {
    "sessions": _Kind(_typed, lambda machine: PROMISES),
    "traffic": _Kind(_traffic, asr_promises),
    "keys": _Kind(_keys, lambda machine: key_promises(machine.settings)),
}
"""By the name of the table in a model file."""


def promises_beside(kind: str) -> Mapping[str, MachinePromise]:
    """The promises about a machine by id, for a look at their ids and sentences.

    Args:
        kind: As `Scenario.beside` has it.
    """
    nobody: dict[str, Any] = {"settings": Settings()}
    blank = AsrMachine(config=PairConfig(), **nobody) if kind == "traffic" else KeyMachine(**nobody)
    return {promise.id: promise for promise in _KINDS[kind].promises(blank)}


def beside_search(
    scenario: Scenario, limits: dict[str, Any]
) -> tuple[SessionModel[Any], tuple[MachinePromise, ...], Result[Any, e.Event]]:
    """Explores a pair with the machine beside it: the model, the promises asked, and the result.

    Args:
        scenario: One with `sessions`, `traffic` or `keys`.
        limits: The limits of the search, as `Checker.verify` takes them.
    """
    kind = _KINDS[scenario.beside]
    machine = kind.machine(scenario)
    model = SessionModel(PairModel(scenario.settings, scenario.environment), machine)
    known = {promise.id: promise for promise in kind.promises(machine)}
    promises = tuple(known.values()) if scenario.check is None else tuple(known[name] for name in scenario.check)
    result = Checker(model).verify(*(each.as_property() for each in promises), progress_every=2000, **limits)
    return model, promises, result
