"""Pictures of trace files: what a file says of itself, its pictures, and the page of the gallery."""

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
from failover_fsm.text.story import Step
from failover_fsm.trace.run import Played

__all__ = ["PICTURES", "Told", "page", "pictures", "told"]


@attrs.frozen(kw_only=True)
class Told:
    """A run with what is to be said of it; the fields are the arguments of `sequence_diagram`."""

    steps: tuple[Step, ...]
    settings: Settings
    title: str
    about: str
    violating: int | None = None
    reason: str = ""
    loop: int | None = None

    def sequence(self) -> SequenceDiagram:
        """Its sequence diagram.  Raises ValueError when nothing happens in it."""
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
        """Its role chart.  Raises ValueError when nothing happens in it."""
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
        """It as ITF JSON.  Raises ValueError when nothing happens in it."""
        return to_itf(self.steps, self.settings, loop=self.loop, description=self.title)


PICTURES: Mapping[str, Callable[[Told], str]] = {
    "svg": lambda run: sequence_svg(run.sequence()),
    "mermaid": lambda run: sequence_mermaid(run.sequence()),
    "text": lambda run: sequence_text(run.sequence()),
    "roles": lambda run: roles_svg(run.roles()),
    "itf": Told.itf,
    "shiviz": lambda run: to_shiviz(run.sequence()),
}
"""What can be made of the run of a trace file, by name."""

FILES = {"svg": "sequence.svg", "mermaid": "sequence.mmd", "text": "sequence.txt", "roles": "roles.svg"}
"""What the gallery has of each trace: the name of a picture, the end of the name of its file."""

_BREAKS = re.compile(r"(?P<id>[a-z-]+) breaks: ")
_LOOP = re.compile(r"\s*# the loop starts here\b")


def told(played: Played, text: str, name: str) -> Told:
    """The run of a trace, with what its comments say: those on top, and the one where a loop begins.

    text: the trace file.  name: the title.  A counterexample names its promise in its first line
    and ends where it breaks; in other traces the first expectation that fails is marked.
    """
    about = _header(text)
    violating, reason = _failure(played)
    if (found := _BREAKS.match(about)) and found["id"] in BY_ID and played.steps:
        promise = BY_ID[found["id"]]
        violating, reason = len(played.steps), f"{promise.id}: {promise.says}"
        about = about[found.end() :].removeprefix(promise.says).strip() or about
    return Told(
        steps=played.steps,
        settings=played.pair.settings,
        title=name,
        about=about[:1].upper() + about[1:],
        violating=violating,
        reason=reason,
        loop=_loop(played, text),
    )


def _header(text: str) -> str:
    """The comment on top of a trace, in one line."""
    lines = []
    for line in text.removeprefix("\ufeff").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# ").strip())
    return " ".join(lines)


def _failure(played: Played) -> tuple[int | None, str]:
    """The number of the step after which an expectation fails first, and what failed."""
    before = 0
    for record in played.records:
        before += len(record.steps)
        if record.failures and before:
            first = record.failures[0]
            return before, f"line {first.line}: expected {first.wanted}, found {first.found}"
    return None, ""


def _loop(played: Played, text: str) -> int | None:
    """How many steps come before the loop: where the run comes back, or where the comment says."""
    if played.loop is not None:
        return played.loop
    places = [number for number, line in enumerate(text.splitlines(), start=1) if _LOOP.match(line)]
    if not places:
        return None
    before = sum(len(record.steps) for record in played.records if record.statement.line < places[0])
    return before if before < len(played.steps) else None


# -- the gallery ---------------------------------------------------------------------------------


def pictures(run: Told, stem: str) -> dict[str, str]:
    """Name and text of each file that the gallery has of a run."""
    return {f"{stem}.{end}": PICTURES[name](run) for name, end in FILES.items()}


_TOP = """\
# Pictures

Generated by `python -m failover_fsm.commands.pictures`; do not edit.
How to read them: [docs/pictures.md](../docs/pictures.md).

## The tables

![the unit table](unit.svg)

![the failover-group table](group.svg)

Also as dot ([unit](unit.dot), [group](group.dot)), Mermaid ([unit](unit.mmd), [group](group.mmd)), PlantUML
([unit](unit.puml), [group](group.puml)) and SCXML ([unit](unit.scxml), [group](group.scxml)).
"""


def page(chapters: Mapping[str, Iterable[tuple[str, Told]]], states: Mapping[str, Diagram]) -> str:
    """The page that shows the pictures: a chapter a heading, with stem and run of each trace.

    states: the state diagrams besides those of whole tables, by name.
    """
    lines = [_TOP, "## Parts of the tables, and pairs in product", ""]
    for name, diagram in states.items():
        causes = ", ".join(entry.kind.value for entry in diagram.legend if entry.kind is not None)
        lines += [f"### {_plain(diagram.title)} ({causes})", "", f"![{_plain(diagram.title)}]({name}.svg)", ""]
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
    return "\n".join(lines).rstrip("\n") + "\n"


def _plain(text: str) -> str:
    """Text that Markdown takes as it is."""
    return re.sub(r"([\\`*_<>\[\]#|&])", r"\\\1", text)
