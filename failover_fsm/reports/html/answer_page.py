"""The answer of a command as a page without script: its text, pictures, and the runs that show it."""

from __future__ import annotations

from collections.abc import Iterable

from failover_fsm.reports.html.figures import Story, figure, patterns, story_section
from failover_fsm.reports.html.html import Markup, tag
from failover_fsm.reports.html.plain_page import plain_page

__all__ = ["Story", "answer_page"]


def answer_page(
    title: str, text: str, stories: Iterable[Story] = (), *, pictures: Iterable[tuple[str, str]] = ()
) -> str:
    """The page, ASCII, the same bytes for the same answer.

    Args:
        title: The command and what it was asked about.
        text: The answer as the command prints it.
        stories: The runs behind the answer, in the order of the page.
        pictures: Pairs (caption, svg) that stand between the answer and the runs.
    """
    shown: list[Markup] = [tag("pre", text, class_="answer", tabindex=0)]
    shown += [figure(caption, picture) for caption, picture in pictures]
    shown += [story_section(story) for story in stories]
    page = plain_page(title, patterns(), tag("main", *shown))
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")
