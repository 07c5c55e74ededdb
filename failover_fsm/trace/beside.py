"""The machines beside the pair during a run: terminal sessions, and what is saved where."""

from __future__ import annotations

from collections.abc import Mapping
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
from failover_fsm.services.machine import Answer, Joint, MachineEvent
from failover_fsm.services.remote import ExecMachine, Sessions, Typed, Writer, prompt, software_supports
from failover_fsm.services.saving import Copy, FileCopied, SavingMachine, ServerFound, ServerLost, Spaces
from failover_fsm.services.saving.told import changes

__all__ = ["EVENTS", "Beside", "outputs_of", "show_writer"]

EVENTS: tuple[type[MachineEvent], ...] = (Typed, FileCopied, ServerLost, ServerFound)
"""The events of machines beside the pair that a trace can contain."""


def show_writer(config: PairConfig, settings: Settings) -> Writer:
    """Writes the output of show commands on a unit; empty for those that the model does not write (EXE-3)."""

    def write(state: State, unit: Unit, context: str | None, line: str) -> str:
        moment = Moment(state=state, settings=settings, config=config)
        try:
            return show(line, moment, unit, context=context)
        except CommandError:
            return ""

    return write


@attrs.define
class Beside:
    """The machines of one run, with their records.

    Attributes:
        machine: Remote commands.
        own: Its record.
        printed: What each session printed for its last line.
        saving: What is saved where.
        spaces: Its record.
    """

    machine: ExecMachine
    hostname: str
    own: Sessions
    saving: SavingMachine
    spaces: Spaces
    printed: dict[Unit, tuple[str, ...]] = attrs.field(factory=dict)

    @classmethod
    def of(cls, pair: Pair, software: Mapping[Unit, str] | None = None) -> Beside:
        """The machines beside a cold pair.

        Args:
            pair: The pair.
            software: The software of units that do not run what the configuration names.
        """
        config = pair.config
        known = [
            software_supports(attrs.evolve(config, software=(software or {}).get(unit, config.software)))
            for unit in Unit
        ]
        machine = ExecMachine.of(config, pair.settings, writer=show_writer(config, pair.settings))
        machine = attrs.evolve(machine, supports=(known[0], known[1]))
        saving = SavingMachine.of(config, pair.settings)
        return cls(machine, config.hostname, machine.start(), saving, saving.start())

    def follow(self, before: State, event: e.Event, after: State) -> tuple[str, ...]:
        """Takes notice of a step of the pair; lines about what a command does to contexts."""
        self.own = self.machine.follow(before, event, after, self.own)
        return self.follow_spaces(before, event, after)

    def follow_spaces(self, before: State, event: e.Event, after: State) -> tuple[str, ...]:
        """Takes notice of a step of the pair that terminal sessions have brought about; lines as of `follow`."""
        old, names = self.spaces, self.saving.spaces
        self.spaces = self.saving.follow(before, event, after, old)
        is_told = len(names) > 1 and isinstance(event, e.CommandEntered | e.WriteStandby)
        return tuple(changes(names, old, self.spaces)) if is_told else ()

    def copy(self, unit: Unit, context: str | None) -> Copy:
        """The system space, or a context, on a unit."""
        index = self.saving.index(context)
        assert index is not None, "the context was checked"
        return self.spaces.spaces[index].of(unit)

    def answer(self, state: State, event: MachineEvent) -> Answer[Any]:
        """What a machine does with an event of its own, which it remembers."""
        settings = self.machine.settings
        if not isinstance(event, Typed):
            done = self.saving.answer(Joint(pair=state, own=self.spaces), event, lambda before, entered: (before, ()))
            self.spaces, self.printed[event.unit] = done.joint.own, done.lines
            return done
        answer = self.machine.answer(
            Joint(pair=state, own=self.own), event, lambda before, entered: step(before, settings, entered)
        )
        self.own, self.printed[event.unit] = answer.joint.own, answer.lines
        return answer

    def prompt(self, unit: Unit) -> str:
        """The prompt of the session of a unit (EXE-9)."""
        return prompt(self.own.of(unit), self.hostname)


def outputs_of(answer: Answer[Any], unit: Unit) -> tuple[Output, ...]:
    """The outputs of an answer, with the lines that are printed in the session of a unit."""
    return (*answer.outputs, *(ConsoleLine(unit=unit, text=line) for line in answer.lines))
