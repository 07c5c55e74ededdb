"""What happened, as one HTML page: the explanations, and the story of each in two columns beside the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.postmortem.evidence import Note
from failover_fsm.postmortem.explain import Answer
from failover_fsm.postmortem.explanations import Explanation, StoryStep
from failover_fsm.reports.html.html import Markup, join, tag
from failover_fsm.reports.html.plain_page import plain_page
from failover_fsm.reports.text.postmortem import (
    change_lines,
    events_of,
    place_of,
    times_lines,
    told_explanations,
    verdict_lines,
)
from failover_fsm.text.headings import heading

__all__ = ["postmortem_page"]


def postmortem_page(answer: Answer, *, title: str) -> str:
    """The page, ASCII, the same bytes for the same answer.

    Args:
        answer: The answer.
        title: What it is about, as the name of the configuration.
    """
    lines = (*verdict_lines(answer), *times_lines(answer))
    parts = [tag("p", line) for line in lines]
    parts += _notes("Lines that cannot be", (*answer.evidence.impossible, *answer.stuck))
    parts += _telling(answer)
    for number, each in enumerate(told_explanations(answer), start=1):
        parts.append(_explanation(answer, each, number))
    parts += _notes("Notes", tuple(note for note in answer.evidence.notes if not note.cannot_be))
    parts.append(_section("Assumed", tag("ul", *(tag("li", text) for text in answer.assumed))))
    page = plain_page(f"What happened: {title}", tag("main", *parts))
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _section(title: str, *inside: str) -> Markup:
    return tag("section", tag("h2", title), *inside)


def _notes(title: str, notes: tuple[Note, ...]) -> Iterator[Markup]:
    if notes:
        yield _section(title, tag("ul", *map(_note, notes)))


def _note(note: Note) -> Markup:
    allowed = f" Allowed there: {'; '.join(note.allowed)}." if note.allowed else ""
    line = tag("pre", note.line) if note.line else Markup("")
    return tag("li", f"{note.place}: {note.what}.{allowed}", line)


def _telling(answer: Answer) -> Iterator[Markup]:
    if answer.telling and len(answer.explanations) > 1:
        found = (tag("li", f"{line}: only in {', '.join(map(str, who))}") for line, who in answer.telling)
        yield _section("What would tell the explanations apart", tag("ul", *found))


def _explanation(answer: Answer, each: Explanation, number: int) -> Markup:
    events = (
        tag("li", said, " ", tag("code", event), "" if is_logged else " (no line says so)")
        for event, said, is_logged in events_of(answer, each)
    )
    rows = (_row(answer, step) for step in each.steps)
    heads = tag("tr", tag("th", "what happens"), tag("th", "primary"), tag("th", "secondary"))
    table = tag("table", tag("thead", heads), tag("tbody", *rows), class_="told")
    name = f"Explanation {number}"
    scrolled = tag("div", table, class_="scroll", tabindex=0, role="region", aria_label=f"The story of {name}")
    return _section(name, tag("ul", *events), scrolled)


def _row(answer: Answer, step: StoryStep) -> Markup:
    said = heading(step.event, step.step.before, step.step.after, answer.steps.settings)
    cells = (tag("td", *_cell(step, side)) for side in (0, 1))
    return tag("tr", tag("td", said, class_="event"), *cells, class_="outside" if step.is_outside else "own")


def _cell(step: StoryStep, side: int) -> Iterator[Markup]:
    yield from (tag("div", text, class_="change") for text in change_lines(step, side))
    for each in step.lines[side]:
        if isinstance(each, str):
            yield tag("div", f"[lost: {each}]", class_="lost")
        else:
            yield tag("div", join([tag("span", place_of(each), " ", class_="place"), each.text]))
