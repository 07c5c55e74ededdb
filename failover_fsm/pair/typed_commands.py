"""What a line that an operator types means: an event of the model, a change of the configuration, or neither.

Lines are read by the configuration reader. A text may hold several, separated by `; `, as in
`interface GigabitEthernet0/1; shutdown`; `changeto context NAME` before them puts them into a context. A line alone
that opens a block puts the next lines on that unit into the block, until a command of another mode ends it.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import attrs

from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.config.asa.table import BLOCKS, TABLE
from failover_fsm.config.checks.command_patterns import Mode
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.config.values.top_level import begins_top_level
from failover_fsm.pair import events as e
from failover_fsm.pair.entered_text import acting_lines, bare, begins, is_navigation, is_word, lines_of, words_of
from failover_fsm.pair.errors import Refused
from failover_fsm.pair.refused_lines import why_refused
from failover_fsm.pair.replicated_commands import EVERY_OTHER, Does, crossing_of

__all__ = [
    "EVENT_LINES",
    "Kind",
    "Typed",
    "acting",
    "applied",
    "block_after",
    "is_command",
    "kind_of_line",
    "mode_of",
    "not_taken",
    "read_typed",
]


_ALSO = ("cle[ar]", "svc")
"""First words of configuration commands that neither the reader nor Tables 13-1 and 13-3 name: `svc` is of webvpn."""


class Kind(enum.Enum):
    """What a line is to a device in a mode."""

    READ = "the configuration reader knows it"
    PASSED = "a command of the device that the reader passes over"
    UNKNOWN = "no command of the device"
    AMBIGUOUS = "several commands begin so"


@attrs.frozen
class Typed:
    """A typed text: its lines, and the context that it begins with, if any."""

    context: str | None
    lines: tuple[str, ...]


def read_typed(text: str) -> Typed:
    """The lines of a text, without a `changeto context` before them."""
    lines, acting = lines_of(text), acting_lines(text)
    words = words_of(acting[0]) if acting else ()
    if len(acting) > 1 and len(words) == 3 and is_word("changet[o]", words[0]) and is_word("c[ontext]", words[1]):
        return Typed(acting[0].split()[2], lines[lines.index(acting[0]) + 1 :])
    return Typed(None, lines)


def kind_of_line(line: str, mode: Mode = Mode.GLOBAL) -> Kind:
    """What a line is to a device that reads it in a mode."""
    if is_navigation(line):
        return Kind.PASSED
    words = bare(tuple(line.split()))
    if not words:
        return Kind.UNKNOWN
    try:
        if TABLE.find(words, mode) is not None:
            return Kind.READ
    except LookupError:
        return Kind.AMBIGUOUS
    first = words[0].lower()
    known = (
        begins_top_level(first) or any(is_word(each, first) for each in _ALSO) or crossing_of(line) is not EVERY_OTHER
    )
    return Kind.PASSED if known or mode is Mode.OTHER else Kind.UNKNOWN


def is_command(text: str, block: str = "") -> bool:
    """Whether each line of a text is a command of the device, read in its block; `block` is open before the first."""
    lines = read_typed(text).lines
    for line in lines:
        if kind_of_line(line, mode_of(block)) not in (Kind.READ, Kind.PASSED):
            return False
        block = block_after(block, line)
    return bool(lines)


# -- lines that name an event ------------------------------------------------------------------

_EVENTS: tuple[tuple[str, bool, type[e.Command]], ...] = (
    ("fa[ilover] ac[tive]", False, e.FailoverActive),
    ("fa[ilover] ac[tive]", True, e.NoFailoverActive),
    ("fa[ilover] res[et]", False, e.FailoverReset),
    ("fa[ilover]", True, e.FailoverDisabled),
    ("fa[ilover]", False, e.FailoverEnabled),
    ("wr[ite] st[andby]", False, e.WriteStandby),
    ("rel[oad]", False, e.Reload),
)
"""Lines that name an event: how they begin, whether `no` stands before them, and the event."""

EVENT_LINES: Mapping[str, type[e.Command]] = {
    ("no " if negated else "") + beginning.replace("[", "").replace("]", ""): kind
    for beginning, negated, kind in _EVENTS
}
"""The same lines in full."""


def acting(event: e.Event) -> e.Event:
    """The event that a typed text names, else the event itself with its context and lines apart.

    Words that only move between modes do not matter. A command of the system space that stands in a context is no
    event, and the device refuses it.

    Raises:
        Refused: For a number that no failover group has.
    """
    if not isinstance(event, e.CommandEntered):
        return event
    typed = read_typed(event.text)
    if typed.context is not None:
        event = attrs.evolve(event, context=typed.context, text="; ".join(typed.lines))
    lines = acting_lines(event.text)
    found = _named(event, lines[0]) if len(lines) == 1 else None
    return event if found is None or (event.context is not None and not isinstance(found, e.WriteStandby)) else found


def _named(event: e.CommandEntered, line: str) -> e.Command | None:
    """The event that a line of a text names.

    Raises:
        Refused: For a number that no failover group has.
    """
    words = words_of(line)
    negated, bare_words = words[:1] == ("no",), bare(words)
    for beginning, wants_no, kind in _EVENTS:
        if negated is not wants_no or not begins(beginning, bare_words):
            continue
        rest = bare_words[len(beginning.split()) :]
        group = _group(event, rest) if issubclass(kind, e.AtGroup) else None
        if group is not None or not rest or (kind is e.Reload and _is_at_once(rest)):
            return _made(kind, event, group)
    return None


def _made(kind: type[e.Command], event: e.CommandEntered, group: int | None) -> e.Command:
    if issubclass(kind, e.AtGroup):
        return kind(unit=event.unit, group=group)
    if issubclass(kind, e.WriteStandby):
        return kind(unit=event.unit, context=event.context)
    return kind(unit=event.unit)


def not_taken(text: str) -> str:
    """Why the model refuses a text whatever the pair is; empty if it does not.

    Several lines are taken together only if each of them configures: nothing else may get lost between them.
    """
    typed = e.CommandEntered(unit=Unit.PRIMARY, text=text)
    lines = acting_lines("; ".join(read_typed(text).lines))
    block = ""
    for line in lines:
        event = _named(typed, line)
        why = "" if event is not None else why_refused(line)
        if why:
            return why
        if is_word("changet[o]", words_of(line)[0]):
            return f"`{line}`: a context is named before all other lines of a text, or by `context=`"
        if len(lines) > 1 and (event is not None or not _configures(line, mode_of(block))):
            return f"`{line}` stands among other lines: enter it by itself"
        block = block_after(block, line)
    return ""


def _configures(line: str, mode: Mode) -> bool:
    """Whether a line is a configuration command, as a block may have one that begins like an EXEC command."""
    try:
        found = TABLE.find(bare(tuple(line.split())), mode)
    except LookupError:
        return True
    if found is not None and found[0].mode is mode is not Mode.GLOBAL:
        return True
    row = crossing_of(line)
    return row.does is Does.CONFIGURES and row.crosses


def _group(event: e.CommandEntered, words: tuple[str, ...]) -> int | None:
    """The number behind `group`; None where the words are others."""
    if len(words) != 2 or not is_word("gr[oup]", words[0]):
        return None
    if words[1] not in ("1", "2"):
        raise Refused(event, f"there is no failover group {words[1]}")
    return int(words[1])


def _is_at_once(options: tuple[str, ...]) -> bool:
    """Whether the words after `reload` let the unit restart now, and change nothing else."""
    while options:
        if is_word("rea[son]", options[0]):
            return len(options) > 1
        takes = 2 if is_word("max[-hold-time]", options[0]) else 1
        if takes == 1 and not (is_word("no[confirm]", options[0]) or is_word("q[uick]", options[0])):
            return False
        if len(options) < takes:
            return False
        options = options[takes:]
    return True


# -- lines that change the configuration ----------------------------------------------------------


def mode_of(block: str) -> Mode:
    """The mode below a line that opens a block."""
    return _MODES.get(block[:2].lower(), Mode.GLOBAL)


_MODES = {"in": Mode.INTERFACE, "co": Mode.CONTEXT, "fa": Mode.GROUP, "ro": Mode.OTHER}
"""The modes of blocks, by how their first line begins; of `router` no line is read."""


def block_after(block: str, line: str) -> str:
    """The open block after a line in it; empty for none."""
    if is_navigation(line):
        return block if line.startswith("!") else ""
    words = bare(tuple(line.split()))
    if begins("router *", words_of(line)):
        return line
    try:
        found = TABLE.find(words, mode_of(block))
    except LookupError:
        return block
    if found is None:
        return "" if begins_top_level(words[0]) and mode_of(block) is not Mode.INTERFACE else block
    if found[0].handler in BLOCKS and not line.lower().startswith("no ") and mode_of(line) is not Mode.GLOBAL:
        return line
    return "" if found[0].mode is Mode.GLOBAL else block


def applied(config: PairConfig, event: e.CommandEntered, block: str) -> PairConfig:
    """The configuration after a typed text.

    Args:
        config: The configuration before.
        event: The text and its context.
        block: The open block.

    Raises:
        Refused: The device does not take a line.
    """
    here = [] if event.context is None else [f"changeto context {event.context}"]
    opener = [block] if block else []
    lines = ["exit" if is_navigation(line) else line for line in read_typed(event.text).lines if line[0] != "!"]
    shown: Any = config.to_asa(show_key=True)
    if config.contexts and event.context is None:
        shown += "changeto system\n"
    try:
        found = read_asa(shown + "\n".join([*here, *opener, *lines]) + "\n", source="typed")
    except ConfigError as error:
        tail = f"; allowed: {error.allowed}" if error.allowed else ""
        raise Refused(event, f"{error.what}{tail}") from None
    return attrs.evolve(found, lines=config.lines, advice=config.advice)
