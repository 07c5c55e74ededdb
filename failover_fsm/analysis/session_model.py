"""The model of a pair with a machine beside it, and its promises: what is beside it is explored with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from failover_fsm.analysis.saving_model import SavingModel, asked_of, machine_of
from failover_fsm.checker import Checker, Result
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.model.observer import Observer
from failover_fsm.model.pair_model import NamedStep, PairModel
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import ConsoleLine
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.step import step
from failover_fsm.promises import BY_ID, Promise, as_property
from failover_fsm.services.asymmetric import AsrMachine, Protocol
from failover_fsm.services.asymmetric.promises import asr_promises
from failover_fsm.services.keys import KeyMachine
from failover_fsm.services.keys.promises import key_promises
from failover_fsm.services.machine import JointModel, Machine, MachineEvent, MachinePromise, Own
from failover_fsm.services.remote import ExecMachine
from failover_fsm.services.remote.promises import OFFERS, PROMISES
from failover_fsm.services.saving import SavingMachine
from failover_fsm.services.saving.promises import promises_of

__all__ = ["SessionModel", "beside_search", "model_beside", "promises_beside"]


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


def _named(scenario: Scenario, known: Mapping[str, MachinePromise]) -> tuple[MachinePromise, ...]:
    """The promises to check: those named, else all about the machine."""
    return tuple(known.values() if scenario.check is None else (known[name] for name in scenario.check))


@attrs.frozen
class _Kind:
    """A kind of machine.

    Attributes:
        machine: Makes it for a scenario.
        promises: Its promises.
        blank: Makes one for a look at the ids and sentences of its promises.
        model: The model in which it is explored.
        asked: The promises to check of a scenario.
        of_pair: The promises of the pair can be asked too.
    """

    machine: Callable[[Scenario], Machine[Any]]
    promises: Callable[[Any], Iterable[MachinePromise]]
    blank: Callable[[], Machine[Any]]
    model: Callable[[PairModel, Any], SessionModel[Any] | SavingModel] = SessionModel
    asked: Callable[[Scenario, Mapping[str, MachinePromise]], tuple[Promise | MachinePromise, ...]] = _named
    of_pair: bool = False


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
    "sessions": _Kind(_typed, lambda machine: PROMISES, lambda: ExecMachine(settings=Settings())),
    "traffic": _Kind(_traffic, asr_promises, lambda: AsrMachine(settings=Settings(), config=PairConfig())),
    "keys": _Kind(_keys, lambda machine: key_promises(machine.settings), lambda: KeyMachine(settings=Settings())),
    "saving": _Kind(
        machine_of,
        lambda machine: promises_of(machine).values(),
        lambda: SavingMachine(settings=Settings(), spaces=(None,)),
        model=SavingModel,
        asked=asked_of,
        of_pair=True,
    ),
}
"""By the name of the table in a model file."""


def promises_beside(kind: str) -> Mapping[str, Promise | MachinePromise]:
    """The promises that can be asked of a pair with a machine beside it, by id; for a look at ids and sentences.

    Args:
        kind: As `Scenario.beside` has it.
    """
    found = _KINDS[kind]
    about = {promise.id: promise for promise in found.promises(found.blank())}
    return {**about, **BY_ID} if found.of_pair else about


def model_beside(
    scenario: Scenario,
) -> tuple[SessionModel[Any] | SavingModel, tuple[Promise | MachinePromise, ...]]:
    """The model of a pair with the machine beside it, and the promises asked.

    Args:
        scenario: One with a machine beside the pair (`Scenario.beside`).
    """
    kind = _KINDS[scenario.beside]
    machine = kind.machine(scenario)
    model = kind.model(PairModel(scenario.settings, scenario.environment), machine)
    return model, kind.asked(scenario, {promise.id: promise for promise in kind.promises(machine)})


def beside_search(
    scenario: Scenario, limits: dict[str, Any]
) -> tuple[SessionModel[Any] | SavingModel, tuple[Promise | MachinePromise, ...], Result[Any, e.Event]]:
    """Explores a pair with the machine beside it: the model, the promises asked, and the result.

    Args:
        scenario: As `model_beside` takes it.
        limits: The limits of the search, as `Checker.verify` takes them.
    """
    model, promises = model_beside(scenario)

    def observers(joint: Any) -> tuple[Observer, ...]:
        return model.pairs.observers(joint.pair)

    properties = (
        each.as_property() if isinstance(each, MachinePromise) else as_property(each, observers) for each in promises
    )
    return model, promises, Checker(model).verify(*properties, progress_every=2000, **limits)
