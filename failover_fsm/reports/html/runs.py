"""Where runs are stepped through in a page: the frame that the script fills, and the pictures of the runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from failover_fsm.analysis.verify import Answer
from failover_fsm.pair.settings import Settings
from failover_fsm.reports.html.controls import button, controls
from failover_fsm.reports.html.figures import Story, figures, in_words
from failover_fsm.reports.html.html import Markup, tag
from failover_fsm.reports.html.tables import section

__all__ = ["EXPLORE", "PageRun", "stepper"]

EXPLORE = "explore"
"""The id of the run without steps: the start, from which the reader continues."""


@attrs.frozen(kw_only=True)
class PageRun:
    """A run to step through.

    Attributes:
        id: The id of the promise.
        word: "how it breaks" or "how it happens".
        description: The promise.
        answer: The verdict with its steps.
        settings: The pair.
        ending: The comment on the last step.
        breaks: True if the last step violates the promise.
    """

    id: str
    word: str
    description: str
    ending: str
    breaks: bool
    answer: Answer
    settings: Settings

    @property
    def story(self) -> Story:
        """The run for its pictures."""
        return Story(
            name=self.id,
            says=self.description,
            steps=self.answer.steps,
            settings=self.settings,
            loop=self.answer.loop,
            violating=len(self.answer.steps) if self.breaks else None,
            ending=self.ending,
        )


def stepper(runs: Sequence[PageRun], carries: str) -> Markup:
    """The frame that the script fills, and the pictures of the runs.

    Args:
        runs: The runs, counterexamples first.
        carries: How much of what can happen the page carries, in words.
    """
    without = (
        "Stepping needs JavaScript, which this browser does not run; every run is below, in pictures and in words."
    )
    noscript = tag("noscript", tag("p", without))
    pictures = tag("div", tag("div", id="own-way", hidden=True), *map(_pictures, runs), class_="pictures")
    return section("steps", "Step by step", noscript, tag("div", _console(runs, carries), pictures, class_="steps"))


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
    yield from (tag("option", f"{run.id}: {run.word}", value=run.id) for run in broken)
    yield tag("option", "explore from the start", value=EXPLORE)
    yield from (tag("option", f"{run.id}: {run.word}", value=run.id) for run in runs if not run.breaks)


def _pictures(run: PageRun) -> Markup:
    """The pictures of a run and its steps in words; only what breaks is unfolded."""
    count = len(run.answer.steps)
    summary = tag("summary", tag("b", run.id), f": {run.word} ({count} step{'s' if count > 1 else ''})")
    story = run.story
    said = tag("p", f"{run.description} {run.ending}")
    return tag("details", summary, said, figures(story), in_words(story), class_="of-run", data_run=run.id,
               open=run.breaks)  # fmt: skip
