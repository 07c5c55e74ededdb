"""The machines beside the pair during a run: terminal sessions, asymmetric routing, keys, and what is saved where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.device.commands import CommandError, show
from failover_fsm.device.moment import Moment
from failover_fsm.pair import Pair, step
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import ConsoleLine, Output
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.services.asymmetric import AsrMachine, PacketArrived, SessionEnded, SessionOpened, Traffic
from failover_fsm.services.keys import KeyEntered, KeyMachine, KeyRemoved, Keys, Talk
from failover_fsm.services.machine import Answer, Joint, Machine, MachineEvent
from failover_fsm.services.remote import ExecMachine, Sessions, Typed, Writer, prompt, software_supports
from failover_fsm.services.saving import Copy, FileCopied, SavingMachine, ServerFound, ServerLost, Spaces
from failover_fsm.services.saving.told import changes

__all__ = ["EVENTS", "Beside", "Place", "outputs_of", "show_writer"]

_EXEC: tuple[type[MachineEvent], ...] = (Typed,)
_ASR: tuple[type[MachineEvent], ...] = (SessionOpened, SessionEnded, PacketArrived)
_KEYS: tuple[type[MachineEvent], ...] = (KeyEntered, KeyRemoved)
_SAVING: tuple[type[MachineEvent], ...] = (FileCopied, ServerLost, ServerFound)

EVENTS: tuple[type[MachineEvent], ...] = (*_EXEC, *_ASR, *_KEYS, *_SAVING)
"""The events of machines beside the pair that a trace can contain."""


def show_writer(config: PairConfig, settings: Settings, traffic: Callable[[], Traffic]) -> Writer:
    """Writes the output of show commands on a unit; empty for those that the model does not write (EXE-3)."""

    def write(state: State, unit: Unit, context: str | None, line: str) -> str:
        moment = Moment(state=state, settings=settings, config=config, counts=traffic().counts)
        try:
            return show(line, moment, unit, context=context)
        except CommandError:
            return ""

    return write


@attrs.define
class Place:
    """A machine of a run, its record, and the events that are its own."""

    machine: Machine[Any]
    own: Any
    events: tuple[type[MachineEvent], ...]


@attrs.define
class Beside:
    """The machines of one run, with their records.

    Attributes:
        settings: What the protocol reads of the configuration.
        hostname: The name of the units, for prompts.
        places: The machines, terminal sessions first, then asymmetric routing, keys, and saving.
        printed: What each session printed for its last line.
    """

    settings: Settings
    hostname: str
    places: tuple[Place, Place, Place, Place]
    printed: dict[Unit, tuple[str, ...]] = attrs.field(factory=dict)

    @classmethod
    def of(cls, pair: Pair, software: Mapping[Unit, str] | None = None) -> Beside:
        """The machines beside a cold pair.

        Args:
            pair: The pair.
            software: The software of units that do not run what the configuration names.
        """
        config, settings = pair.config, pair.settings
        known = [
            software_supports(attrs.evolve(config, software=(software or {}).get(unit, config.software)))
            for unit in Unit
        ]
        asr, keys = AsrMachine(settings=settings, config=config), KeyMachine.of(config, settings)
        at_asr = Place(asr, asr.start(), _ASR)
        typed = ExecMachine.of(config, settings, writer=show_writer(config, settings, lambda: at_asr.own))
        typed = attrs.evolve(typed, supports=(known[0], known[1]))
        saving = SavingMachine.of(config, settings)
        at_keys, at_saving = Place(keys, keys.start(), _KEYS), Place(saving, saving.start(), _SAVING)
        places = (Place(typed, typed.start(), _EXEC), at_asr, at_keys, at_saving)
        return cls(settings, config.hostname, places)

    @property
    def sessions(self) -> Sessions:
        """The terminal sessions."""
        found: Sessions = self.places[0].own
        return found

    @property
    def traffic(self) -> Traffic:
        """The sessions by interface and unit, and the last packet."""
        found: Traffic = self.places[1].own
        return found

    @property
    def keys(self) -> Keys:
        """The failover keys of both units."""
        found: Keys = self.places[2].own
        return found

    @property
    def spaces(self) -> Spaces:
        """The running and startup configurations of both units, space by space."""
        found: Spaces = self.places[3].own
        return found

    @property
    def _saving(self) -> SavingMachine:
        machine = self.places[3].machine
        assert isinstance(machine, SavingMachine), "saving stands last"
        return machine

    def copy(self, unit: Unit, context: str | None) -> Copy:
        """The system space, or a context, on a unit."""
        index = self._saving.index(context)
        assert index is not None, "the context was checked"
        return self.spaces.spaces[index].of(unit)

    def follow(self, before: State, event: e.Event, after: State, but: Place | None = None) -> tuple[str, ...]:
        """Takes notice of a step of the pair.

        Args:
            before: The state before it.
            event: What happened at the pair.
            after: The state after it.
            but: The machine that brought it about, and has its record of it already.

        Returns:
            Lines about what a command does to contexts.
        """
        old, names = self.spaces, self._saving.spaces
        for place in self.places:
            if place is not but:
                place.own = place.machine.follow(before, event, after, place.own)
        is_told = len(names) > 1 and isinstance(event, e.CommandEntered | e.WriteStandby)
        return tuple(changes(names, old, self.spaces)) if is_told else ()

    def holds_back(self, event: e.Event) -> str:
        """Why an event of the failover link changes nothing, where the keys of the units differ; empty if it may."""
        place = self.places[2]
        assert isinstance(place.machine, KeyMachine), "keys stand third"
        place.own, why = place.machine.holds_back(self.keys, event)
        return why

    def answer(self, state: State, event: MachineEvent) -> Answer[Any]:
        """What a machine does with an event of its own; it remembers it, and the others take notice."""
        mine = next(place for place in self.places if isinstance(event, place.events))
        if isinstance(mine.machine, ExecMachine):
            mine.machine = attrs.evolve(mine.machine, keyed=self.keys.talk is Talk.ENCRYPTED)
        answer = mine.machine.answer(
            Joint(pair=state, own=mine.own), event, lambda before, entered: step(before, self.settings, entered)
        )
        mine.own = answer.joint.own
        if isinstance(event, (*_EXEC, FileCopied)):
            self.printed[event.unit] = answer.lines
        if answer.event is None and answer.joint.pair == state:
            return answer
        told = self.follow(state, answer.event or event, answer.joint.pair, but=mine)
        return attrs.evolve(answer, notes=(*told, *answer.notes))

    def prompt(self, unit: Unit) -> str:
        """The prompt of the session of a unit (EXE-9)."""
        return prompt(self.sessions.of(unit), self.hostname)


def outputs_of(answer: Answer[Any], unit: Unit) -> tuple[Output, ...]:
    """The outputs of an answer, with the lines that are printed in the session of a unit."""
    return (*answer.outputs, *(ConsoleLine(unit=unit, text=line) for line in answer.lines))
