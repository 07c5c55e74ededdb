"""Running-config text in: the loop that applies the table of commands line by line.

Accepts what a device prints and what people type: any order, keywords shortened, any indentation or none, the
last of several equal commands wins, `no` undoes. Lines that are no command of the table are passed over, except
after `failover`, where an unknown keyword is an error. A block below `interface`, `context` or `failover group` ends
where the prompt of a session says so, at an unindented line where the block's own lines are indented, and else at the
next command of the global configuration, not at a word that nobody knows. In multiple context mode the system space
comes first; a context's configuration follows a line `changeto context NAME` or a prompt with the name in it
(`asa/act/NAME#`), or comes as a text of its own. Errors of lines are collected, and reported all together.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest

import attrs

from failover_fsm.config.asa import context_commands as contexts
from failover_fsm.config.asa import failover_commands as failover
from failover_fsm.config.asa import global_commands as around
from failover_fsm.config.asa import group_commands as group
from failover_fsm.config.asa import interface_commands as interface
from failover_fsm.config.asa.finishing import finish
from failover_fsm.config.asa.prompts import follow_prompt
from failover_fsm.config.asa.reading import Part, Reading
from failover_fsm.config.asa.table import BLOCKS, FAILOVER_COMMANDS, MISPLACED_COMMANDS, TABLE, Row
from failover_fsm.config.checks.command_patterns import Entry, Mode
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.errors import ConfigError, OtherMechanism, shown
from failover_fsm.config.values.lines import Line, count_lines, read_lines
from failover_fsm.config.values.top_level import begins_top_level, holds_address, is_unmistakable

# Gives the source and the text of a context's own configuration, or None if there is none.
ContextText = Callable[[str], tuple[str, str] | None]

# Commands that are no sign of a configuration: English words, or what any shell understands.
_NO_SIGN: tuple[failover.Handler, ...] = (
    failover.passed_over,
    failover.executive,
    around.leave,
    around.hostname,
    around.prompt,
    around.context_mode,
    around.address_name,
)


def read_asa(
    text: str, *, source: str = "<config>", context_text: ContextText | None = None, accepts_anything: bool = True
) -> PairConfig:
    """The configuration that `text` describes.

    Args:
        text: a running-config, or a text that has one in it.
        source: the word for `text` in errors.
        context_text: gives the configuration of each context that `text` declares; it comes after `text`.
        accepts_anything: whether a text without any ASA configuration command is no error.

    Raises:
        ConfigError: names source, line and what is allowed; ConfigErrors, one of its kind, where there are several.
    """
    reading = Reading(source=source)
    _read_text(reading, text, accepts_anything)
    lines_before = count_lines(text)
    for name in sorted(reading.contexts):
        given = None if context_text is None else context_text(name)
        if given is None:
            continue
        reading.begin(Part(source=given[0], lines_before=lines_before, context=name))
        _read_text(reading, given[1], accepts_anything)
        lines_before += count_lines(given[1])
    config = finish(reading)
    return config if len(reading.parts) == 1 else _relocated(config, reading)


def _relocated(config: PairConfig, reading: Reading) -> PairConfig:
    """A configuration whose lines are those of the first file; advice on another file names it in its text."""
    advice = []
    for each in config.advice:
        place = reading.error_at(each.line, each.text, "")
        if place.source != reading.source:
            each = attrs.evolve(each, line=None, text=f"{place.place}: {each.text}")
        advice.append(each)
    lines = {item: line for item, line in config.lines.items() if line <= reading.parts[1].lines_before}
    return attrs.evolve(config, advice=tuple(advice), lines=lines)


def _read_text(reading: Reading, text: str, accepts_anything: bool) -> None:
    reading.understood = False
    lines = [*read_lines(text, source=reading.part.source)]
    for line, following in zip_longest(lines, lines[1:]):
        if line.prompt is not None:
            follow_prompt(reading, line)
        if line.words and line.prompt is not None and following is not None and following.is_device_error:
            what = f"passed over: the device did not take {shown(line.words[0])}..., as the next line of the log says"
            reading.remark(line.number + reading.part.lines_before, what, "refused")
        elif line.words:
            try:
                _read_line(reading, line)
            except OtherMechanism:
                raise
            except ConfigError as error:
                _refuse(reading, line, error)
    if not (reading.understood or accepts_anything):
        what, allowed = "no ASA configuration command in this file", "an ASA configuration, as `show running-config`"
        raise ConfigError(source=reading.part.source, line=None, what=what, allowed=allowed)


def _refuse(reading: Reading, line: Line, error: ConfigError) -> None:
    """Collects an error; where the line would have opened a block, the lines below it are passed over."""
    reading.understood = True
    words = line.words[1:] if line.words[0].lower() == "no" else line.words
    try:
        found = TABLE.find(words, reading.mode)
    except LookupError:
        found = None
    keywords = " ".join(keyword for keyword, _least in found[0].keywords) if found is not None else ""
    reading.refuse(line.number + reading.part.lines_before, error, keywords)
    if found is not None and found[0].handler in BLOCKS:
        reading.enter_other_block()
        reading.context_is_lost = reading.context_is_lost or found[0].handler is contexts.change_context


def _read_line(reading: Reading, line: Line) -> None:
    negated = line.words[0].lower() == "no" and len(line.words) > 1
    words = line.words[1:] if negated else line.words
    _note_indentation(reading, line)
    if _is_skipped(reading, line):
        return
    try:
        found = TABLE.find(words, reading.mode)
    except LookupError as ambiguous:
        what = f"ambiguous command {shown(' '.join(words))}"
        raise ConfigError(source=reading.part.source, line=line.number, what=what, allowed=str(ambiguous)) from None
    if found is None:
        _read_unknown(reading, line, words)
        return
    command, used = found
    if reading.context_is_lost and command.handler is not contexts.change_context:
        return
    if reading.mode is Mode.OTHER and command in MISPLACED_COMMANDS:
        return
    _apply(reading, command, _entry(reading, line, command, words, used, negated), words)


def _entry(reading: Reading, line: Line, command: Row, words: tuple[str, ...], used: int, negated: bool) -> Entry:
    return Entry(
        source=reading.part.source,
        line=line.number + reading.part.lines_before,
        lines_before=reading.part.lines_before,
        keywords=" ".join(keyword for keyword, _least in command.keywords),
        args=words[used:],
        negated=negated,
        usage=command.full_text,
        capitalised=words[0][0].isupper() and not words[0].isupper(),
        indented=line.indented,
        at_prompt=line.prompt is not None,
    )


def _apply(reading: Reading, command: Row, entry: Entry, words: tuple[str, ...]) -> None:
    """Lets the handler of a command read its line, and notes whether the text looks like a configuration."""
    if command.mode is Mode.GLOBAL:
        reading.leave_block()
    if entry.keywords.startswith("failover") and entry.capitalised and entry.args and entry.args[-1][-1] in ".,;!?":
        _pass_over_sentence(reading, entry)
        return
    if command.handler is failover.enable and entry.args:
        _unknown_failover_keyword(reading, entry)
        return
    if command.system_only and reading.context is not None:
        raise entry.error(f"{shown(entry.keywords)} in context {reading.context}", "in the system execution space only")
    remarks = len(reading.remarks)
    command.handler(reading, entry)
    is_plain = len(reading.remarks) == remarks and entry.args[:1] != ("=",)
    if is_unmistakable(words) or (command.handler not in _NO_SIGN and (is_plain or holds_address(words))):
        reading.understood = True


def _note_indentation(reading: Reading, line: Line) -> None:
    """The first line below the opening one shows whether the lines of a block are indented."""
    in_block = reading.mode not in (Mode.GLOBAL, Mode.OTHER)
    if in_block and line.prompt is None and reading.block_indented is None and (line.indented or not _is_global(line)):
        reading.block_indented = line.indented


def _is_global(line: Line) -> bool:
    """Whether a line without indentation opens another block or is plainly a global command."""
    try:
        is_known = TABLE.find(line.words, Mode.GLOBAL) is not None
    except LookupError:
        is_known = True
    return is_known or begins_top_level(line.words[0])


def _is_skipped(reading: Reading, line: Line) -> bool:
    """Whether a line stands deeper than one that opens a block of no concern here, such as `class-map NAME`."""
    if line.prompt is not None or reading.skipped_below is None:
        reading.skipped_below = None
        return False
    if line.indent > reading.skipped_below:
        return True
    reading.skipped_below = None
    return False


def _read_unknown(reading: Reading, line: Line, words: tuple[str, ...]) -> None:
    """A line that is no command of the table: passed over, and without indentation it may end a block."""
    if is_unmistakable(words):
        reading.understood = True
    if not line.indented:
        around.remark_on_slip(reading, line.number + reading.part.lines_before, line.words)
    if reading.mode in (Mode.OTHER, Mode.GLOBAL) and line.mode:
        interface.remark_on_lost_line(reading, line)
        return
    is_sentence = words[0].istitle() and len(words) > 2
    if reading.mode is Mode.GROUP:
        stays = group.passes_over(reading, line)
    else:
        stays = reading.mode is not Mode.GLOBAL and not is_sentence and not begins_top_level(words[0])
        stays = stays and not (line.prompt is None and reading.is_indented and not line.indented)
    if not (line.indented or stays):
        reading.leave_block()
    elif reading.mode is Mode.INTERFACE and stays:
        interface.remark_on_slip(reading, line.number + reading.part.lines_before, words)
    if reading.mode is Mode.GLOBAL and line.prompt is None and words[0].islower() and begins_top_level(words[0]):
        reading.skipped_below = line.indent


def _pass_over_sentence(reading: Reading, entry: Entry) -> None:
    reading.remark(entry.line, "passed over: reads like a sentence, not like a failover command", "CFG-21")


def _unknown_failover_keyword(reading: Reading, entry: Entry) -> None:
    """An error, unless the line reads like a sentence that begins with "Failover"."""
    if entry.capitalised:
        _pass_over_sentence(reading, entry)
        return
    typed = entry.args[0].lower()
    begun = [
        command.full_text
        for command in FAILOVER_COMMANDS
        if command.system_only and len(command.keywords) > 2 and command.keywords[1][0].startswith(typed)
    ]
    if begun:
        words = 1 if "ipsec".startswith(typed) else 2  # the next word may be a key
        begins = " ".join(("failover", *entry.args[:words]))
        raise entry.error(f"unknown or incomplete {shown(begins)}", " or ".join(begun))
    known = sorted({command.keywords[1][0] for command in FAILOVER_COMMANDS[1:] if command.system_only})
    raise entry.error(f"unknown keyword {shown(entry.args[0])} after `failover`", ", ".join(known))
