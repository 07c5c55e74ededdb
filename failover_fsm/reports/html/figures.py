"""The pictures of a run in a page, each with a caption that names the run, and its steps in words."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from failover_fsm.diagrams.runs.roles import role_chart
from failover_fsm.diagrams.runs.roles_svg import roles_svg
from failover_fsm.diagrams.runs.sequence import RunStep, sequence_diagram
from failover_fsm.diagrams.runs.sequence_svg import sequence_svg
from failover_fsm.diagrams.style import palette
from failover_fsm.pair.settings import Settings
from failover_fsm.reports.html.html import Markup, join, raw, tag
from failover_fsm.text.story import RecordedStep, tell

__all__ = ["Story", "figure", "figures", "in_words", "patterns", "role_figure", "story_section"]


@attrs.frozen(kw_only=True)
class Story:
    """A run that a page tells.

    Attributes:
        name: Its name, as the id of the promise that it breaks.
        says: A sentence about it.
        steps: The steps.
        settings: The pair.
        loop: The number of steps before the loop in which the run ends; None where it ends without one.
        violating: The number of the step that violates a promise.
        ending: A sentence after the last step.
    """

    name: str
    says: str = ""
    steps: Sequence[RunStep]
    settings: Settings
    loop: int | None = None
    violating: int | None = None
    ending: str = ""


def patterns() -> Markup:
    """The patterns of all pictures of a page; in a hidden picture they would not be found."""
    return tag("svg", raw(palette.defs()), width=0, height=0, aria_hidden="true", class_="patterns")


def figure(caption: str, picture: str) -> Markup:
    """A picture with its caption, in a frame that scrolls by itself.

    Args:
        caption: What the picture shows.
        picture: The picture as svg text.
    """
    frame = tag("div", raw(picture), class_="picture", tabindex=0, role="region", aria_label=caption)
    return tag("figure", tag("figcaption", caption), frame)


def figures(story: Story) -> Markup:
    """The role chart and the sequence diagram of a run; nothing for one without steps."""
    if not story.steps:
        return Markup("")
    sequence = sequence_diagram(story.steps, story.settings, violating=story.violating, loop=_loop(story))
    drawn = figure(f"Sequence diagram of {story.name}", sequence_svg(sequence, in_page=True))
    return join([role_figure(story), drawn])


def role_figure(story: Story, *, caption: str = "") -> Markup:
    """The role chart of a run with steps.

    Args:
        story: The run.
        caption: What stands above it, where it is not "Role chart of" its name.
    """
    chart = role_chart(story.steps, story.settings, violating=story.violating, loop=_loop(story))
    return figure(caption or f"Role chart of {story.name}", roles_svg(chart, in_page=True))


def _loop(story: Story) -> int | None:
    """The steps before the loop; a loop of no steps is a stay in the last state: there is nothing to frame."""
    return story.loop if (story.loop or 0) < len(story.steps) else None


def in_words(story: Story) -> Markup:
    """The steps of a run in words, folded."""
    told = tell(list(map(_recorded, story.steps)), story.settings, violating=story.violating, loop=story.loop)
    summary = tag("summary", f"{story.name} in words")
    return tag("details", summary, tag("pre", told, tabindex=0), class_="in-words")


def _recorded(step: RunStep) -> RecordedStep:
    if isinstance(step, RecordedStep):
        return step
    return RecordedStep(step.event, step.before, step.after, step.outputs, notes=getattr(step, "notes", ()))


def story_section(story: Story) -> Markup:
    """A run of a page without script: what it is, its pictures, and its steps in words."""
    parts = [tag("h2", story.name)]
    parts += [tag("p", story.says)] if story.says else []
    if not story.steps:
        return tag("section", *parts, tag("p", "Nothing happens."))
    parts += [tag("p", story.ending)] if story.ending else []
    return tag("section", *parts, figures(story), in_words(story), class_="story")
