"""Pictures of trace files: a run with the comments of its file, its pictures, and the page of the gallery."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import attrs

from failover_fsm.diagrams.exports.itf import to_itf
from failover_fsm.diagrams.exports.shiviz import to_shiviz
from failover_fsm.diagrams.machine.machine import Diagram
from failover_fsm.diagrams.runs.roles import RoleChart, role_chart
from failover_fsm.diagrams.runs.roles_svg import roles_svg
from failover_fsm.diagrams.runs.sequence import SequenceDiagram, sequence_diagram
from failover_fsm.diagrams.runs.sequence_mermaid import sequence_mermaid
from failover_fsm.diagrams.runs.sequence_svg import sequence_svg
from failover_fsm.diagrams.runs.sequence_text import sequence_text
from failover_fsm.pair.settings import Settings
from failover_fsm.promises import BY_ID
from failover_fsm.text.story import RecordedStep
from failover_fsm.trace.run import Played

__all__ = ["PICTURES", "RecordedRun", "page", "pictures", "recorded_run"]


@attrs.frozen(kw_only=True)
class RecordedRun:
    """A run with its description; the fields are the arguments of `sequence_diagram`.

    Attributes:
        steps: The run.
        settings: The pair.
        title: The title.
        about: A sentence below the title.
        violating: The number, from 1, of the step that violates a promise.
        reason: That promise, or the failed expectation.
        loop: The number of steps before the loop in which the run ends.
    """

    steps: tuple[RecordedStep, ...]
    settings: Settings
    title: str
    about: str
    violating: int | None = None
    reason: str = ""
    loop: int | None = None

    def sequence(self) -> SequenceDiagram:
        """The sequence diagram of the run.

        Raises:
            ValueError: If the run has no steps.
        """
        return sequence_diagram(
            self.steps,
            self.settings,
            title=self.title,
            about=self.about,
            violating=self.violating,
            reason=self.reason,
            loop=self.loop,
        )

    def roles(self) -> RoleChart:
        """The role chart of the run.

        Raises:
            ValueError: If the run has no steps.
        """
        return role_chart(
            self.steps,
            self.settings,
            title=self.title,
            about=self.about,
            violating=self.violating,
            reason=self.reason,
            loop=self.loop,
        )

    def itf(self) -> str:
        """The run as ITF JSON.

        Raises:
            ValueError: If the run has no steps.
        """
        return to_itf(self.steps, self.settings, loop=self.loop, description=self.title)


PICTURES: Mapping[str, Callable[[RecordedRun], str]] = {
    "svg": lambda run: sequence_svg(run.sequence()),
    "mermaid": lambda run: sequence_mermaid(run.sequence()),
    "text": lambda run: sequence_text(run.sequence()),
    "roles": lambda run: roles_svg(run.roles()),
    "itf": RecordedRun.itf,
    "shiviz": lambda run: to_shiviz(run.sequence()),
}
"""The representations of a run, by name."""

FILES = {"svg": "sequence.svg", "mermaid": "sequence.mmd", "text": "sequence.txt", "roles": "roles.svg"}
"""The pictures of each trace in the gallery: the name of a picture, the suffix of its file."""

WIDE = ("states/auto-update",)
"""Pictures wider than the page, which links them, so that no text of it is smaller than it was drawn."""

_BREAKS = re.compile(r"(?P<id>[a-z-]+) breaks: ")
_LOOP = re.compile(r"\s*# the loop starts here\b")


def recorded_run(played: Played, text: str, name: str) -> RecordedRun:
    """The run of a trace with the comments of its file: the header, and the one at the start of a loop.

    A counterexample names its promise in the first line and ends where it is violated. In other traces the first failed
    expectation is marked.

    Args:
        played: The run.
        text: The trace file.
        name: The title.
    """
    about = _header(text)
    violating, reason = _failure(played)
    if (found := _BREAKS.match(about)) and found["id"] in BY_ID and played.steps:
        promise = BY_ID[found["id"]]
        violating, reason = len(played.steps), f"{promise.id}: {promise.says}"
        about = about[found.end() :].removeprefix(promise.says).strip() or about
    return RecordedRun(
        steps=played.steps,
        settings=played.pair.settings,
        title=name,
        about=about[:1].upper() + about[1:],
        violating=violating,
        reason=reason,
        loop=_loop(played, text),
    )


def _header(text: str) -> str:
    """The header comment of a trace, in one line."""
    lines = []
    for line in text.removeprefix("\ufeff").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# ").strip())
    return " ".join(lines)


def _failure(played: Played) -> tuple[int | None, str]:
    """The number of the step before the first failed expectation, and the failure."""
    before = 0
    for record in played.records:
        before += len(record.steps)
        if record.failures and before:
            first = record.failures[0]
            return before, f"line {first.line}: expected {first.wanted}, found {first.found}"
    return None, ""


def _loop(played: Played, text: str) -> int | None:
    """The number of steps before the loop: where a state repeats, or where the comment marks it."""
    if played.loop is not None:
        return played.loop
    places = [number for number, line in enumerate(text.splitlines(), start=1) if _LOOP.match(line)]
    if not places:
        return None
    before = sum(len(record.steps) for record in played.records if record.statement.line < places[0])
    return before if before < len(played.steps) else None


# -- the gallery ---------------------------------------------------------------------------------


def pictures(run: RecordedRun, stem: str) -> dict[str, str]:
    """Name and text of each gallery file of a run."""
    return {f"{stem}.{end}": PICTURES[name](run) for name, end in FILES.items()}


_TOP = """\
# Pictures

Generated by `python -m failover_fsm.commands.pictures`; do not edit.
How to read them: [docs/howto/pictures.md](../docs/howto/pictures.md).

## The tables

![the failover-group table](group.svg)

The unit table is in three pictures below, by cause, and [whole](unit.svg) in one that is wider than this page;
what hinders two units from being a pair is in [a picture of its own](hindered.svg).

Also as dot ([unit](unit.dot), [group](group.dot)), Mermaid ([unit](unit.mmd), [group](group.mmd)), PlantUML
([unit](unit.puml), [group](group.puml)) and SCXML ([unit](unit.scxml), [group](group.scxml)).
"""


def page(
    chapters: Mapping[str, Iterable[tuple[str, RecordedRun]]],
    states: Mapping[str, Diagram],
    topologies: Mapping[str, str],
) -> str:
    """The Markdown page of the gallery, with a chapter per heading.

    Args:
        chapters: For each heading the file stem and the run of each trace.
        states: The state diagrams besides those of whole tables, by name.
        topologies: The topologies by name, each in a few words.
    """
    lines = [_TOP, "## Parts of the tables, and pairs in product", ""]
    for name, diagram in states.items():
        causes = ", ".join(entry.kind.value for entry in diagram.legend if entry.kind is not None)
        show = "" if name in WIDE else "!"
        lines += [f"### {_plain(diagram.title)} ({causes})", "", f"{show}[{_plain(diagram.title)}]({name}.svg)", ""]
        lines += [f"Also as [dot]({name}.dot).", ""]
    for title, runs in chapters.items():
        lines += [f"## {title}", ""]
        for stem, run in runs:
            about = [_plain(run.about), ""] if run.about else []
            breaks = [f"It breaks {_plain(run.reason)}", ""] if run.reason else []
            name = Path(stem).name
            lines += [f"### {_plain(run.title)}", "", *about, *breaks]
            lines += [f"![role chart of {name}]({stem}.{FILES['roles']})", ""]
            lines += ["<details><summary>Step by step</summary>", ""]
            lines += [f"![sequence diagram of {name}]({stem}.{FILES['svg']})", "", "</details>", ""]
            lines += [f"Also as [text]({stem}.{FILES['text']}) and [Mermaid]({stem}.{FILES['mermaid']}).", ""]
    lines += ["## Topologies", ""]
    for name, words in topologies.items():
        lines += [f"### {_plain(name)}", "", _plain(words), "", f"![{name}](topologies/{name}.svg)", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _plain(text: str) -> str:
    """The text with Markdown's special characters escaped."""
    return re.sub(r"([\\`*_<>\[\]#|&])", r"\\\1", text)
