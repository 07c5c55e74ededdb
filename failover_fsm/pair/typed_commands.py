"""What a line that an operator types means: an event of the model, a change of the configuration, or neither.

Lines are read by the configuration reader. A text may hold several, separated by `; `, as in
`interface GigabitEthernet0/1; shutdown`; `changeto context NAME` before them puts them into a context. A line alone
that opens a block puts the next lines on that unit into the block, until a command of another mode ends it.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from typing import Any

import attrs

from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.config.asa.table import BLOCKS, TABLE
from failover_fsm.config.checks.command_patterns import Mode
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.config.values.top_level import begins_top_level
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import Refused
from failover_fsm.pair.replicated_commands import is_word

__all__ = ["Kind", "Typed", "acting", "applied", "block_after", "is_command", "kind_of_line", "mode_of", "read_typed"]

_EXECUTIVE = """
asp capture cd clear configure copy cpu debug delete dir disable downgrade enable eject erase exit end format fsck help
kill login logout logging monitor-interface mkdir mode more packet-tracer perfmon ping pwd quit reload rename rmdir
session setup show shun ssh svc terminal test traceroute undebug upgrade verify who write xlate
"""
_WORDS = tuple(_EXECUTIVE.split())
_LEAST = 2
"""Letters of a shortened EXEC command."""


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
    """The lines of a text, without a `changeto` before them."""
    lines = tuple(line.strip() for line in re.split(r";\s+|\n", text) if line.strip())
    words = lines[0].lower().split() if lines else []
    if len(lines) > 1 and len(words) == 3 and is_word("changet[o]", words[0]) and is_word("c[ontext]", words[1]):
        return Typed(lines[0].split()[2], lines[1:])
    return Typed(None, lines)


def kind_of_line(line: str, mode: Mode = Mode.GLOBAL) -> Kind:
    """What a line is to a device that reads it in a mode."""
    words = _bare(line)
    if not words:
        return Kind.UNKNOWN
    try:
        if TABLE.find(words, mode) is not None:
            return Kind.READ
    except LookupError:
        return Kind.AMBIGUOUS
    first = words[0].lower()
    known = begins_top_level(first) or any(len(first) >= _LEAST and word.startswith(first) for word in _WORDS)
    return Kind.PASSED if known or mode is Mode.OTHER else Kind.UNKNOWN


def is_command(text: str) -> bool:
    """Whether each line of a text is a command of the device, read in its block."""
    block, lines = "", read_typed(text).lines
    for line in lines:
        if kind_of_line(line, mode_of(block)) not in (Kind.READ, Kind.PASSED):
            return False
        block = block_after(block, line)
    return bool(lines)


def _bare(line: str) -> tuple[str, ...]:
    """The words of a line without `no` before them."""
    words = tuple(line.split())
    return words[1:] if len(words) > 1 and words[0].lower() == "no" else words


# -- lines that name an event ------------------------------------------------------------------

_Maker = Callable[[e.CommandEntered, int | None], e.Command]

_EVENTS: tuple[tuple[str, bool, _Maker], ...] = (
    ("fa[ilover] ac[tive]", False, lambda typed, group: e.FailoverActive(unit=typed.unit, group=group)),
    ("fa[ilover] ac[tive]", True, lambda typed, group: e.NoFailoverActive(unit=typed.unit, group=group)),
    ("fa[ilover] res[et]", False, lambda typed, group: e.FailoverReset(unit=typed.unit, group=group)),
    ("fa[ilover]", False, lambda typed, _: e.FailoverEnabled(unit=typed.unit)),
    ("fa[ilover]", True, lambda typed, _: e.FailoverDisabled(unit=typed.unit)),
    ("wr[ite] st[andby]", False, lambda typed, _: e.WriteStandby(unit=typed.unit, context=typed.context)),
    ("rel[oad]", False, lambda typed, _: e.Reload(unit=typed.unit)),
)
"""Lines that name an event: how they begin, whether `no` stands before them, and the event."""


def acting(event: e.Event) -> e.Event:
    """The event that a typed line names, else the event itself with its context and lines apart.

    Raises:
        Refused: For a number that no failover group has.
    """
    if not isinstance(event, e.CommandEntered):
        return event
    typed = read_typed(event.text)
    if typed.context is not None:
        event = attrs.evolve(event, context=typed.context, text="; ".join(typed.lines))
    return _named(event, typed.lines[0]) if len(typed.lines) == 1 else event


def _named(event: e.CommandEntered, line: str) -> e.Command:
    words = [word for word in line.lower().split() if not word.startswith("/")]
    negated = words[:1] == ["no"]
    bare = words[1:] if negated else words
    for beginning, wants_no, make in _EVENTS:
        pattern = beginning.split()
        if negated is not wants_no or len(bare) < len(pattern) or not all(map(is_word, pattern, bare)):
            continue
        group = _group(event, bare[len(pattern) :])
        if group is not None or len(bare) == len(pattern):
            return make(event, group)
    return event


def _group(event: e.CommandEntered, words: list[str]) -> int | None:
    """The number behind `group`; None where the words are others."""
    if len(words) != 2 or not is_word("gr[oup]", words[0]):
        return None
    if words[1] not in ("1", "2"):
        raise Refused(event, f"there is no failover group {words[1]}")
    return int(words[1])


# -- lines that change the configuration ----------------------------------------------------------


def mode_of(block: str) -> Mode:
    """The mode below a line that opens a block."""
    return {"in": Mode.INTERFACE, "co": Mode.CONTEXT, "fa": Mode.GROUP}.get(block[:2].lower(), Mode.GLOBAL)


def block_after(block: str, line: str) -> str:
    """The open block after a line in it; empty for none."""
    words = _bare(line)
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
    lines = list(read_typed(event.text).lines)
    shown: Any = config.to_asa(show_key=True)
    if config.contexts and event.context is None:
        shown += "changeto system\n"
    try:
        found = read_asa(shown + "\n".join([*here, *opener, *lines]) + "\n", source="typed")
    except ConfigError as error:
        tail = f"; allowed: {error.allowed}" if error.allowed else ""
        raise Refused(event, f"{error.what}{tail}") from None
    return attrs.evolve(found, lines=config.lines, advice=config.advice)
