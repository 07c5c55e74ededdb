"""Commands as a device understands them: a pattern of keywords that may be shortened, and a handler.

A pattern is written as in `mon[itor-interface]`: what stands before the bracket must be typed. Later keywords may
be shortened to any beginning. If several commands fit a line, the one with more keywords wins, so that
`failover int ip` is `failover interface ip` though `int` alone could also begin `interface-policy`; then the one
with more words typed in full; a line that still fits two commands is ambiguous.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import attrs

from failover_fsm.config.values.errors import ConfigError, shown
from failover_fsm.config.values.field_values import ValueNotAllowed

State = TypeVar("State")


class Mode(enum.Enum):
    """Where a command is understood: everywhere, or below `interface`, `context` or `failover group`.

    OTHER is a block of no concern here, or one whose first line was refused: only commands that are understood
    everywhere are read in it, and of those none that belongs below `failover group` or `context`.
    """

    GLOBAL = "global"
    INTERFACE = "interface"
    CONTEXT = "context"
    GROUP = "group"
    OTHER = "other"


@attrs.frozen(kw_only=True)
class Entry:
    """One command as entered: its `keywords` in full, its arguments, whether `no` stood before it, and where.

    Lines are numbered through all files of a reading; `lines_before` are those of the files before `source`.
    `indented` and `at_prompt` describe how the line stands in the text.
    """

    source: str
    line: int
    keywords: str
    args: tuple[str, ...]
    negated: bool
    usage: str
    capitalised: bool = False
    lines_before: int = 0
    indented: bool = False
    at_prompt: bool = False

    def error(self, what: str, allowed: str | None = None) -> ConfigError:
        """The error to raise for this line; without `allowed`, the usage of the command is named."""
        return ConfigError(
            source=self.source,
            line=self.line - self.lines_before,
            what=what,
            allowed=self.usage if allowed is None else allowed,
        )

    @contextmanager
    def located(self) -> Iterator[None]:
        """Gives an error about a value the line it stands on."""
        try:
            yield
        except ValueNotAllowed as wrong:
            raise self.error(wrong.what, wrong.allowed) from None

    def expect_args(self, least: int, most: int) -> None:
        """Raises ConfigError unless there are `least` to `most` arguments."""
        if len(self.args) < least:
            raise self.error("incomplete command")
        if len(self.args) > most:
            raise self.error(f"unexpected {shown(self.args[most])}")

    def without_first(self) -> Entry:
        """The same without its first argument, which a handler has read."""
        return attrs.evolve(self, args=self.args[1:])

    def keyword(self, index: int, *choices: str) -> str:
        """The choice that argument `index` shortens; ConfigError if none or several fit."""
        if index >= len(self.args):
            raise self.error("incomplete command", " or ".join(choices))
        typed = self.args[index].lower()
        fitting = [choice for choice in choices if choice == typed] or [
            choice for choice in choices if choice.startswith(typed)
        ]
        if len(fitting) != 1:
            raise self.error(f"unknown keyword {shown(self.args[index])}", " or ".join(choices))
        return fitting[0]

    def is_keyword(self, index: int, choice: str, least: int = 1) -> bool:
        """Whether argument `index` is `choice`, shortened to no less than `least` characters."""
        if index >= len(self.args):
            return False
        return len(self.args[index]) >= least and choice.startswith(self.args[index].lower())


@attrs.frozen(kw_only=True)
class Command(Generic[State]):
    """A pattern, what follows it (`usage`, shown in errors), and the handler that applies an Entry to a State.

    `system_only` commands are refused inside a security context (CFG-4).
    """

    pattern: str
    handler: Callable[[State, Entry], None]
    usage: str = ""
    mode: Mode = Mode.GLOBAL
    system_only: bool = False

    @property
    def keywords(self) -> tuple[tuple[str, int], ...]:
        """Each keyword in full, with the number of characters that must be typed."""
        return tuple(
            (word.replace("[", "").replace("]", ""), word.index("[") if "[" in word else 1)
            for word in self.pattern.split()
        )

    @property
    def full_text(self) -> str:
        """The pattern in full words, with its usage."""
        return " ".join([*(keyword for keyword, _least in self.keywords), self.usage]).strip()


class CommandTable(Generic[State]):
    """Commands, found by the words of a line."""

    def __init__(self, commands: Iterable[Command[State]]) -> None:
        self._by_start: dict[str, list[tuple[Command[State], tuple[tuple[str, int], ...]]]] = defaultdict(list)
        for command in commands:
            self._by_start[command.keywords[0][0][:2]].append((command, command.keywords))

    def find(self, words: tuple[str, ...], mode: Mode) -> tuple[Command[State], int] | None:
        """The command that `words` enter in `mode` and its number of keywords, or None.

        Raises LookupError, with the commands that fit, for an ambiguous line.
        """
        typed = [word.lower() for word in words]
        fitting: list[tuple[tuple[int, int, bool], Command[State]]] = []
        for command, keywords in self._by_start.get(typed[0][:2], ()):
            if command.mode not in (Mode.GLOBAL, mode) or len(typed) < len(keywords):
                continue
            pairs = list(zip(typed, keywords, strict=False))
            if all(len(word) >= least and full.startswith(word) for word, (full, least) in pairs):
                exact = sum(word == full for word, (full, _least) in pairs)
                fitting.append(((len(keywords), exact, command.mode is not Mode.GLOBAL), command))
        if not fitting:
            return None
        best_rank = max(rank for rank, _command in fitting)
        best = [command for rank, command in fitting if rank == best_rank]
        if len(best) > 1:
            raise LookupError(", ".join(command.full_text for command in best))
        return best[0], best_rank[0]
