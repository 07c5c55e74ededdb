"""A text as the outputs of commands: a session with prompts, or `show tech-support` with a heading for each command."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import attrs

from failover_fsm.config.values.terminal import without_terminal

__all__ = ["Output", "is_shown_by", "joined", "outputs"]

_TYPED = re.compile(
    r"\s*(?P<prompt>[A-Za-z0-9][\w.-]*(?:/[\w.-]+)*(?:\([\w-]+\))?[#>])\s*(?P<command>(?![#>]).*?)\s*|"
    r"\s*-{4,}\s*(?P<section>(?:show|sh|more|write)\s.*?)\s*-{4,}\s*"
)
_SHOW = re.compile(r"(?:fai\w*\s+ex\w*\s+\w+\s+)?sho?w?\s+(?P<words>[^|]+?)\s*(?:\|.*)?", re.IGNORECASE)


@attrs.frozen(kw_only=True)
class Output:
    """The lines between a prompt, or the heading of a section, and the next one.

    Attributes:
        prompt: The prompt as it stands, empty before the first one; in a section that of the whole text.
        command: What was entered, or the heading; empty where nothing was.
        lines: The lines with their numbers, from 1; the prompt is none of them.
    """

    prompt: str = ""
    command: str = ""
    lines: tuple[tuple[int, str], ...] = ()

    @property
    def is_shown(self) -> bool:
        """A `show` command was entered, and something was printed."""
        return _SHOW.fullmatch(self.command) is not None and any(line.strip() for _, line in self.lines)


def outputs(text: str) -> Iterator[Output]:
    """The outputs in a text, without what a terminal has put into their lines.

    Args:
        text: The text; without prompts and headings it is one output.
    """
    prompt = command = ""
    here: list[tuple[int, str]] = []
    for number, raw in enumerate(text.removeprefix("\ufeff").replace("\r", "\n").split("\n"), start=1):
        line = without_terminal(raw)
        typed = _TYPED.fullmatch(line)
        if typed is None:
            here.append((number, line))
            continue
        yield Output(prompt=prompt, command=command, lines=tuple(here))
        prompt, command, here = typed["prompt"] or prompt, typed["section"] or typed["command"] or "", []
    yield Output(prompt=prompt, command=command, lines=tuple(here))


def joined(parts: Iterable[Output]) -> str:
    """The text of some outputs, each line of which has its number; prompts are written anew.

    Args:
        parts: The outputs, in their order.
    """
    lines: list[str] = []
    for part in parts:
        first = part.lines[0][0] if part.lines else len(lines) + 2
        lines += [""] * (first - 2 - len(lines))
        lines += [f"{part.prompt} {part.command}"] if part.prompt else []
        lines += [line for _, line in part.lines]
    return "\n".join(lines)


def is_shown_by(commands: tuple[str, ...], typed: str) -> bool:
    """Whether the output of a typed line may be that of one of some commands; that of no `show` may be anything.

    Args:
        commands: The commands without `show`. Words may be shortened where they are typed; `*` stands for any word, and
            `...` at the end for any words or none.
        typed: The line.
    """
    shown = _SHOW.fullmatch(typed)
    return shown is None or any(_fits(each.split(), shown["words"].lower().split()) for each in commands)


def _fits(words: list[str], typed: list[str]) -> bool:
    if words[-1] == "...":
        words, typed = words[:-1], typed[: len(words) - 1]
    return len(words) == len(typed) and all(
        word == "*" or word.startswith(given) for word, given in zip(words, typed, strict=True)
    )
