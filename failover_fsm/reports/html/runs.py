"""Where runs are stepped through in a page: the frame that the script fills, and the pictures of the runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from failover_fsm.diagrams.runs.sequence import RunStep
from failover_fsm.diagrams.style.kinds import Kind, kind_of
from failover_fsm.pair.settings import Settings
from failover_fsm.reports.html.controls import button, controls
from failover_fsm.reports.html.figures import Story, figures, in_words, role_figure
from failover_fsm.reports.html.html import Markup, tag
from failover_fsm.reports.html.tables import section

__all__ = ["EXPLORE", "PageRun", "first_of", "first_picture", "stepper"]

EXPLORE = "explore"
"""The id of the run without steps: the start, from which the reader continues."""


@attrs.frozen(kw_only=True)
class PageRun:
    """A run to step through.

    Attributes:
        id: The id of the promise.
        word: "how it breaks" or "how it happens".
        description: The promise.
        ending: The comment on the last step.
        breaks: True if the run ends in what must not be.
        steps: The steps, at least one.
        loop: The number of steps before the loop in which it ends; None where it ends without one.
        settings: The pair.
        title: Its name in captions; by default the id.
        is_promise: False for a run that shows what a fault does, and whose last step violates no promise.
    """

    id: str
    word: str
    description: str
    ending: str
    breaks: bool
    steps: Sequence[RunStep]
    loop: int | None = None
    settings: Settings
    title: str = ""
    is_promise: bool = True

    @property
    def name(self) -> str:
        """What captions and lists call it."""
        return self.title or self.id

    @property
    def begins(self) -> int:
        """The number of the step that an operator would call the cause: the first fault, or else the first command.

        0 for a run of neither, which is shown from its start. What comes before it is how the pair came to be ready.
        """
        kinds = [kind_of(type(step.event)) for step in self.steps]
        return next((kinds.index(kind) + 1 for kind in (Kind.FAULT, Kind.OPERATOR) if kind in kinds), 0)

    @property
    def story(self) -> Story:
        """The run for its pictures."""
        return Story(
            name=self.name,
            says=self.description,
            steps=self.steps,
            settings=self.settings,
            loop=self.loop,
            violating=len(self.steps) if self.breaks and self.is_promise else None,
            ending=self.ending,
        )


def first_of(runs: Sequence[PageRun]) -> str:
    """The id of the run with which the page begins: what breaks, or else what a fault does, or else the start."""
    broken = [run.id for run in runs if run.breaks]
    faults = [run.id for run in runs if not run.is_promise]
    return (*broken, *faults, EXPLORE)[0]


def first_picture(run: PageRun) -> Markup:
    """The role chart of a run, for the top of a page; a step of it leads to where it is stepped through."""
    way = tag("p", tag("a", "Step through it", href=f"#{run.id}/{run.begins}"), class_="small")
    said = tag("p", f"{run.description} {run.ending}", class_="small")
    return tag(
        "div",
        role_figure(run.story, caption=f"{run.name}: {run.word}"),
        said,
        way,
        data_run=run.id,
        data_begins=run.begins,
    )


def stepper(runs: Sequence[PageRun], carries: str, as_if: str = "") -> Markup:
    """The frame that the script fills, and the pictures of the runs.

    Args:
        runs: The runs, counterexamples first.
        carries: How much of what can happen the page carries, in words.
        as_if: Ends the heading.
    """
    without = (
        "Stepping needs JavaScript, which this browser does not run; every run is below, in pictures and in words."
    )
    noscript = tag("noscript", tag("p", without))
    pictures = tag("div", tag("div", id="own-way", hidden=True), *map(_pictures, runs), class_="pictures")
    return section(
        "steps", f"Step by step{as_if}", noscript, tag("div", _console(runs, carries), pictures, class_="steps")
    )


def _console(runs: Sequence[PageRun], carries: str) -> Markup:
    trace = tag(
        "details",
        tag("summary", "These steps as a scenario file"),
        tag("p", "Saved beside the configuration as FILE.trace: ", tag("code", "failover-fsm run FILE.trace"),
            " replays it, ", tag("code", "failover-fsm diagram FILE.trace"), " draws it.", class_="small"),
        tag("pre", id="trace", tabindex=0),
    )  # fmt: skip
    return tag(
        "div",
        tag("p", tag("label", "Run: ", for_="run"), tag("select", *_options(runs), id="run"), class_="pick"),
        tag("p", id="trouble", role="alert", hidden=True),
        tag("p", id="says"),
        controls(button("back", "Back to the run", "Leave your own way, back to the run (Escape)")),
        tag("p", id="happened", tabindex=-1, aria_live="polite"),
        tag("p", id="banner", class_="banner", hidden=True),
        tag("div", id="units"),
        tag("p", id="world"),
        tag("div", id="ending"),
        tag("div", tag("h3", "What can happen next"), tag("div", id="choices"),
            tag("p", carries, class_="small")),
        trace,
        class_="console",
        id="console",
        hidden=True,
    )  # fmt: skip


def _options(runs: Sequence[PageRun]) -> Iterator[Markup]:
    """The runs to choose from: what breaks, the start, then what can happen."""
    broken = [run for run in runs if run.breaks]
    yield from (tag("option", f"{run.name}: {run.word}", value=run.id) for run in broken)
    yield tag("option", "explore from the start", value=EXPLORE)
    yield from (tag("option", f"{run.name}: {run.word}", value=run.id) for run in runs if not run.breaks)


def _pictures(run: PageRun) -> Markup:
    """The pictures of a run and its steps in words; only what breaks is unfolded."""
    count = len(run.steps)
    summary = tag("summary", tag("b", run.name), f": {run.word} ({count} step{'s' if count > 1 else ''})")
    story = run.story
    said = tag("p", f"{run.description} {run.ending}")
    return tag("details", summary, said, figures(story), in_words(story), class_="of-run", data_run=run.id,
               open=run.breaks)  # fmt: skip
