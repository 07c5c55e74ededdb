"""Regenerates the pages of the incidents: `python -m failover_fsm.commands.incident_pages [FOLDER]`.

A page is put together from docs/explanation/incidents/stories.toml (what was seen, the answer in short, what to
configure) and from the files of models/incidents/ whose names begin with its number: what a trace or a model says of
itself, the trace, its picture, the promises of a model. So each thing is written down once.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from failover_fsm.analysis.model_file import ModelFileError, read_model
from failover_fsm.commands.files import complain
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import Unit
from failover_fsm.config.review.advice import compare
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.diagrams.gallery import PICTURES, recorded_run
from failover_fsm.trace.lines import TraceError
from failover_fsm.trace.player import load, play

__all__ = ["FILES", "FOLDER", "Story", "main", "read_stories", "texts"]

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "explanation" / "incidents"
"""Where the pages are, and the table that they are made from."""

FILES = ROOT / "models" / "incidents"
"""The traces, models and configurations of the incidents."""

MADE = "Made by `python -m failover_fsm.commands.incident_pages`; do not edit, make it again."
_NUMBER = re.compile(r"Incident \d+\b[.:,]? *(as a question: *)?")


def _stripped(text: str) -> str:
    """The text without blank lines around it."""
    return text.strip()


@attrs.frozen(kw_only=True)
class Story:
    """What the table says of an incident; the fields are its keys.

    Attributes:
        number: From 1; the names of its files begin with it, in two digits.
        name: The rest of the page's name.
        title: A few words.
        seen: What was seen in the field.
        source: Where that is reported.
        answer: What the model says, in short.
        configure: What to configure or to do, so that it does not happen, or to get out of it.
        also: Files of the repository that belong to it and do not have its number.
    """

    number: int
    name: str
    title: str
    seen: str = attrs.field(converter=_stripped)
    source: str
    answer: str = attrs.field(converter=_stripped)
    configure: str = attrs.field(converter=_stripped)
    also: Sequence[str] = ()

    @property
    def page(self) -> str:
        """The name of its page."""
        return f"{self.number:02}-{self.name}.md"

    def files(self, suffix: str) -> list[Path]:
        """Its files with a suffix; the one that is called like the page comes first."""
        found = FILES.glob(f"{self.number:02}-*.{suffix}")
        return sorted(found, key=lambda path: (not path.stem.endswith(self.name), path.name))


def read_stories() -> tuple[Story, ...]:
    """The incidents of the table, in its order."""
    table = tomllib.loads((FOLDER / "stories.toml").read_text(encoding="utf-8"))
    return tuple(Story(**entry) for entry in table["incident"])


def texts() -> dict[str, str]:
    """Name and text of each page and picture.

    Raises:
        TraceError, ModelFileError, ConfigError, OSError: If a file of an incident cannot be used or read.
    """
    stories = read_stories()
    found = {"README.md": _index(stories)}
    for story in stories:
        found[story.page] = "\n".join(_page(story))
        found |= {f"{path.stem}.svg": _picture(story, path) for path in story.files("trace")}
    return found


def _index(stories: tuple[Story, ...]) -> str:
    """The page that lists all."""
    rows = "".join(f"| [{each.number}: {each.title}]({each.page}) | {_line(each.answer)} |\n" for each in stories)
    return f"""# Incidents

{MADE}

Situations that really happened to failover pairs: what was seen, what the model says, the run and its picture, and what
to configure. Ids such as T2-7 name the chapter's [rules](../../reference/rules.md). The runs and models are
files of [models/incidents](../../../models/incidents/README.md); tests play every run and check every model.

| situation | in short |
|---|---|
{rows}"""


def _page(story: Story) -> Iterator[str]:
    """The lines of a page."""
    yield f"# Incident {story.number}: {story.title}\n"
    yield f"## What was seen\n\n{story.seen}\n\nReported: {story.source}.\n"
    yield f"## What the model says\n\n{story.answer}\n"
    yield from _review(story)
    for path in story.files("trace"):
        yield from _run(path)
    for path in story.files("toml"):
        yield from _question(path)
    if story.also:
        yield f"See also {', '.join(f'[{Path(each).name}](../../../{each})' for each in story.also)}.\n"
    yield f"## What to configure, and to do\n\n{story.configure}\n"
    yield f"[All incidents](README.md). {MADE}\n"


def _review(story: Story) -> Iterator[str]:
    """What is said of the incident's configurations before anything runs."""
    files = story.files("cfg")
    configs = [read_config(path) for path in files]
    said = [
        f"{path.name}, line {each.line}: {each.text} ({each.rule})"
        for path, config in zip(files, configs, strict=True)
        for each in config.advice
    ]
    if [config.unit for config in configs] == list(Unit):
        said += [f"{each.what} ({each.rule})" for each in compare(*configs) if not each.is_replicated]
    if said:
        names = ", ".join(f"[{path.name}](../../../models/incidents/{path.name})" for path in files)
        yield f"Of the configurations ({names}) `failover-fsm check` says, before anything runs:\n"
        yield from (f"- {each}" for each in said)
        yield ""


def _run(path: Path) -> Iterator[str]:
    """The section of a trace."""
    header, body = _parts(path)
    yield f"### {_words(path)}\n\n{header}\n"
    yield f"![Who is active, step by step]({path.stem}.svg)\n"
    yield f"`failover-fsm run models/incidents/{path.name}` plays it:\n"
    yield f"```text\n{body}\n```\n"


def _question(path: Path) -> Iterator[str]:
    """The section of a model."""
    scenario = read_model(path)
    reasons = {each.promise: each.reason for each in scenario.violated}
    states = dict(scenario.expect)
    yield f"### As a question: {_words(path)}\n\n{_parts(path)[0]}\n"
    yield f"`failover-fsm check models/incidents/{path.name}` explores {states['states']:,} states:\n"
    yield "| promise | |\n|---|---|"
    for name in scenario.check or ():
        verdict = f"violated: {reasons[name]}" if name in reasons else "holds"
        yield f"| [{name}](../../reference/promises.md#{name}) | {verdict} |"
    yield from (f"| within, in real time: {each.description} | holds |" for each in scenario.within)
    yield ""


def _picture(story: Story, path: Path) -> str:
    """The role chart of a trace."""
    return PICTURES["roles"](recorded_run(play(*load(path)), "", f"Incident {story.number}: {_words(path).lower()}"))


def _parts(path: Path) -> tuple[str, str]:
    """What a file says of itself in its first comment, without the number, and the rest."""
    lines = path.read_text(encoding="utf-8").splitlines()
    length = next(index for index, line in enumerate(lines) if not line.startswith("#"))
    header = _NUMBER.sub("", " ".join(" ".join(line.lstrip("#") for line in lines[:length]).split()), count=1)
    return header[:1].upper() + header[1:], "\n".join(lines[length:])


def _words(path: Path) -> str:
    """The name of a file in words."""
    return path.stem[3:].replace("-", " ").capitalize()


def _line(text: str) -> str:
    """A text as one line, without links to pages, which stand in the page itself."""
    return re.sub(r"\s*\(\[finding\]\([^)]*\)\)", "", " ".join(text.split()))


def main(arguments: list[str]) -> int:
    """Writes all pages and their pictures; returns 0, or 2 with one line on stderr if it cannot."""
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        complain("usage: python -m failover_fsm.commands.incident_pages [FOLDER]")
        return 2
    folder = Path(arguments[0]) if arguments else FOLDER
    if not folder.is_dir():
        complain(f"failover_fsm.incidents: no folder {folder}")
        return 2
    try:
        for name, text in texts().items():
            (folder / name).write_bytes(text.encode("utf-8"))
    except (TraceError, ModelFileError, ConfigError, OSError) as error:
        complain(f"failover_fsm.incidents: {error}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
