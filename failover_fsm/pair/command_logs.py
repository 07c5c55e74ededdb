"""System messages of a step about commands: who entered what, and whether the peer gets it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from failover_fsm.pair import events as e
from failover_fsm.pair.entered_text import is_word, lines_of
from failover_fsm.pair.outputs import CommandNotReplicated, MessageLost, Output, SystemLog
from failover_fsm.pair.replicated_commands import Does, crossing_of
from failover_fsm.pair.replication import on_right_unit
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Handover, State
from failover_fsm.pair.typed_commands import EVENT_LINES

__all__ = ["LINE_OF", "USER", "command_logs", "loss_logs"]

USER = "enable_15"
"""The user that a device names where nobody has logged in by name."""

LINE_OF = {kind: line for line, kind in EVENT_LINES.items()}
"""What is typed for each command of the model."""

_ORIGIN = "terminal"
_RETURNED = 1
"""The code in 709001: that of the model, no document lists them."""


def command_logs(
    before: State, settings: Settings, event: e.Event | None, outputs: Iterable[Output]
) -> Iterator[SystemLog]:
    """The command itself, which the unit logs even where it stops by it, and what becomes of its replication.

    Commands that are not replicated (CMD-2, CMD-4) and that do not arrive are told at level 7; one that is entered
    while the peer receives the configuration is told at level 4 (SYN-5).
    """
    if not isinstance(event, e.Command) or not before.unit(event.unit).powered:
        return
    for line in _lines(event):
        number = 111009 if is_word("sh[ow]", line.split()[0].lower()) else 111008
        yield SystemLog.of(event.unit, number, user=USER, command=line)
    if not isinstance(event, e.CommandEntered):
        return
    right, crossing = on_right_unit(before, settings, event), crossing_of(event.text)
    is_kept_back = any(isinstance(output, CommandNotReplicated) for output in outputs)
    for line in _lines(event):
        if right and crossing.does is Does.CONFIGURES and before.unit(event.unit.peer).joining:
            yield SystemLog.of(event.unit, 709008, command=line, origin=_ORIGIN)
        if is_kept_back and not crossing.crosses:
            yield SystemLog.of(event.unit, 709002, command=line)
        elif is_kept_back and right:
            yield SystemLog.of(event.unit, 709001, command=line, code=_RETURNED)


def _lines(event: e.Command) -> tuple[str, ...]:
    if isinstance(event, e.CommandEntered):
        return lines_of(event.text)
    group = getattr(event, "group", None)
    return (LINE_OF[type(event)] + (f" group {group}" if group is not None else ""),)


def loss_logs(after: State, outputs: Iterable[Output]) -> Iterator[SystemLog]:
    """A message on the failover link that is lost: its sender gets no acknowledgement."""
    for output in outputs:
        lost = isinstance(output, MessageLost) and output.message is not Handover.GRANT_BY_DATA
        if lost and after.unit(output.unit.peer).powered:
            yield SystemLog.of(output.unit.peer, 105036)
