"""A show command that is asked at the end of a run, and its answer."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from failover_fsm.commands.files import BadInput
from failover_fsm.config.values.suggestions import nearest
from failover_fsm.device.clock import stamp
from failover_fsm.device.commands import CommandError, find, show
from failover_fsm.device.memory import STEP_MS, remember
from failover_fsm.device.moment import Moment
from failover_fsm.device.prompt import FULL, prompt
from failover_fsm.pair.states import Unit
from failover_fsm.trace.run import Played

__all__ = ["UNITS", "Answer", "AskedShow", "answers_of", "asked_of", "moment_of", "untimed_note"]

UNITS = ", ".join(unit.value for unit in Unit)
DEFAULT = "show failover"


@attrs.frozen(kw_only=True)
class AskedShow:
    """A show command on a unit, in a context or not."""

    command: str = DEFAULT
    unit: Unit
    context: str | None = None

    def answer(self, played: Played) -> str:
        """What the unit prints at the end of the run.

        Raises:
            BadInput: If the command cannot be entered there.
        """
        try:
            return show(self.command, moment_of(played), self.unit, context=self.context)
        except CommandError as error:
            raise BadInput(f"{self.command}: {error}") from None

    def entered(self, played: Played) -> str:
        """The line with which it is entered; a unit that is off has no prompt."""
        state, config = played.pair.state, played.pair.config
        if not state.unit(self.unit).powered:
            return f"({self.unit.value}) {self.command}"
        index = dict(played.pair.settings.contexts).get(self.context or "", 0)
        parts = () if config.prompt else (*FULL, "context")
        shown = prompt(state, config, self.unit, index=index, context=self.context, parts=parts)
        return f"{shown} {self.command}"


@attrs.frozen(kw_only=True)
class Answer:
    """A show command that was asked: the line with which it is entered, and what the unit printed."""

    asked: AskedShow
    entered: str
    text: str

    @property
    def is_dated(self) -> bool:
        """The text has times in it."""
        return find(self.asked.command)[0].dated


def answers_of(played: Played, asked: Sequence[AskedShow]) -> tuple[Answer, ...]:
    """The answers at the end of a run; raises BadInput for a command that cannot be entered there."""
    return tuple(Answer(asked=each, entered=each.entered(played), text=each.answer(played)) for each in asked)


def asked_of(text: str) -> AskedShow:
    """The command of `--show`: a unit for `show failover`, or `COMMAND@UNIT`, or `COMMAND@UNIT/CONTEXT`.

    Raises:
        BadInput: If there is no such unit or command.
    """
    command, at, place = text.rpartition("@")
    unit, _, context = place.partition("/")
    units = tuple(each.value for each in Unit)
    if unit not in units:
        allowed = f"{UNITS}, or COMMAND@UNIT as in `show failover state@primary`"
        raise BadInput(f"--show {text}: no unit{nearest(unit, units)}; allowed: {allowed}")
    asked = AskedShow(command=" ".join(command.split()) if at else DEFAULT, unit=Unit(unit), context=context or None)
    try:
        find(asked.command)
    except CommandError as error:
        raise BadInput(f"--show {text}: {error}") from None
    return asked


def moment_of(played: Played) -> Moment:
    """The end of a run, with what its units remember."""
    memories, now = remember(played.steps, played.pair.settings)
    ends_at = now if played.ends_at is None else played.ends_at
    return Moment(
        state=played.pair.state,
        settings=played.pair.settings,
        config=played.pair.config,
        memories=memories,
        now=ends_at,
        detected=played.detected,
    )


def untimed_note() -> str:
    """What is to be said of times where no time passes in a run."""
    return f"no time passes in this run: each step counts as {STEP_MS // 1000} second from {stamp(0)} on"
