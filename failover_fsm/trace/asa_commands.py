"""Commands in ASA words, by unit: `secondary: failover active group 1` is the event of the trace language.

So is `edge/sec/stby# failover active group 1`, as it stands in a terminal whose prompt tells the unit.
`failover exec` and `show failover exec` are lines of the unit's terminal session.
"""

from __future__ import annotations

from collections.abc import Sequence

from failover_fsm.config.values.errors import shown
from failover_fsm.config.values.suggestions import nearest, nearest_name
from failover_fsm.device.prompt import read_prompt
from failover_fsm.pair import events as e
from failover_fsm.pair.states import Unit
from failover_fsm.pair.typed_commands import EVENT_LINES
from failover_fsm.services.remote.typed import AsksMode, Sends, Typed, read_line
from failover_fsm.trace.lines import TraceLine, Word

__all__ = ["asa_command", "refuse_without_unit", "spoken_unit"]

GROUPS = ("1", "2")


def spoken_unit(words: Sequence[Word]) -> str | None:
    """The unit in the prompt that a line begins with, else what stands before the colon in its first word; or None."""
    said = read_prompt(words[0].raw)
    if said is not None and said.unit is not None:
        return said.unit.value
    before, colon, _ = words[0].raw.partition(":")
    return before if colon and words[0].key is None else None


def asa_command(line: TraceLine, words: Sequence[Word]) -> e.Command:
    """The event of a line `UNIT: COMMAND`, or of one with a prompt.

    Raises:
        TraceError: If there is no such unit or no such command.
    """
    units = {unit.value: unit for unit in Unit}
    said = read_prompt(words[0].raw)
    if said is not None and said.unit is not None:
        before, rest = said.unit.value, ""
    else:
        before, _, rest = words[0].raw.partition(":")
    if before not in units:
        found = nearest(before, units)
        raise line.error(f"{shown(before)} is no unit{found}", ", ".join(f"{unit}: COMMAND" for unit in units))
    typed = [*([rest] if rest else []), *(word.raw for word in words[1:])]
    name, group = _parted(line, typed)
    kind = EVENT_LINES.get(name.lower())
    if kind is None and isinstance(read_line(units[before], " ".join(typed) or "?"), Sends | AsksMode):
        return Typed(unit=units[before], text=" ".join(typed))
    if kind is None:
        allowed = f'{", ".join(EVENT_LINES)}; any other as command_entered unit={before} text="..."'
        found = nearest_name(name.lower(), EVENT_LINES)
        raise line.error(f"no command {shown(' '.join(typed))} here{found}", allowed)
    if group is None:
        return kind(unit=units[before])
    if not issubclass(kind, e.AtGroup):
        raise line.error(f"`{name.lower()}` takes no group", f"{before}: {name.lower()}")
    return kind(unit=units[before], group=group)


def _parted(line: TraceLine, typed: Sequence[str]) -> tuple[str, int | None]:
    """A command and the number of its group, where `group N` ends it."""
    if len(typed) < 2 or typed[-2].lower() != "group":
        return " ".join(typed), None
    if typed[-1] not in GROUPS:
        raise line.error(f"group cannot be {shown(typed[-1])}", ", ".join(GROUPS))
    return " ".join(typed[:-2]), int(typed[-1])


def refuse_without_unit(line: TraceLine, words: Sequence[Word]) -> None:
    """Raises TraceError where a line begins like a typed command, without its unit; the words are never guessed at."""
    if words[0].raw.lower() not in {name.split()[0] for name in EVENT_LINES} - {"reload"}:
        return
    typed = " ".join(word.raw for word in words)
    name = _parted(line, typed.split())[0].lower()
    allowed = f"{', '.join(f'{unit.value}:' for unit in Unit)} before {', '.join(EVENT_LINES)}"
    if name in EVENT_LINES:
        allowed = ", ".join(f"{unit.value}: {typed}" for unit in Unit)
    raise line.error(f"{shown(typed)} without its unit", allowed)
