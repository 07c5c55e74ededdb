"""Prompts of a terminal session: they name the context that a line belongs to, and the block that it stands in."""

from __future__ import annotations

import re

import attrs

from failover_fsm.config.asa.reading import Reading
from failover_fsm.config.checks.command_patterns import Mode
from failover_fsm.config.values.lines import Line

_STATE_WORDS = re.compile(r"(pri|sec|act|stby)(NoFailover)?|unit-[\w-]+|master|slave|control|data", re.IGNORECASE)
_BLOCKS = {
    "config": Mode.GLOBAL,
    "config-if": Mode.INTERFACE,
    "config-subif": Mode.INTERFACE,
    "config-ctx": Mode.CONTEXT,
    "config-fover-group": Mode.GROUP,
}


def follow_prompt(reading: Reading, line: Line) -> None:
    """Takes the context and the block from the prompt before a line."""
    assert line.prompt is not None
    context = reading.context if _leaves_context_open(reading, line.prompt) else _context_of(reading, line)
    if context != reading.context:
        reading.change_context(context)
    reading.last_prompt = line.prompt
    if not line.mode:
        return  # a command such as `end` has closed the block, or the author has shortened the prompt
    mode = _BLOCKS.get(line.mode, Mode.OTHER)
    if mode is Mode.GLOBAL or (mode is not reading.mode and not _reopened(reading, mode)):
        reading.leave_block()
        reading.mode = Mode.GLOBAL if mode is Mode.GLOBAL else Mode.OTHER


def _leaves_context_open(reading: Reading, prompt: tuple[str, ...]) -> bool:
    """Whether prompts do not show contexts: by the `prompt` command, or since `changeto` has not changed the prompt."""
    if reading.config.prompt and "context" not in reading.config.prompt:
        return True
    if prompt != reading.changed_at:
        reading.changed_at = None
    return reading.changed_at is not None


def _reopened(reading: Reading, mode: Mode) -> bool:
    """Opens the last block of a kind again; False where there was none."""
    interface, context, group = reading.last_interface, reading.last_context, reading.last_group
    reading.leave_block()
    if mode is Mode.INTERFACE and interface is not None:
        reading.open_interface(interface)
    elif mode is Mode.CONTEXT and context in reading.contexts:
        reading.open_context_block(str(context))
    elif mode is Mode.GROUP and group in reading.groups:
        reading.open_failover_group(int(group or 0))
    else:
        return False
    return True


def _context_of(reading: Reading, line: Line) -> str | None:
    """The context that a prompt names, in front of or behind words for the unit's state; else that of the file.

    A context that no `context` line has declared counts too if the prompt is one of a configuration mode, or follows
    a change to it. A prompt without a host name leaves the context as it is.
    """
    if not line.prompt:
        return reading.context
    for part in line.prompt[1:]:
        if part in reading.contexts:
            return part
    names = [part for part in line.prompt if not _STATE_WORDS.fullmatch(part)]
    names_context = len(names) == 2 and "." not in names[1] and reading.part.context is None
    if names_context and (reading.accepts_unknown(names[1]) or line.mode.startswith("config")):
        reading.config = attrs.evolve(reading.config, multiple_context=True)
        reading.contexts.setdefault(names[1], {})
        reading.lines.setdefault(f"context {names[1]}", line.number + reading.part.lines_before)
        return names[1]
    return reading.part.context
