"""The buttons and the slider with which a reader steps through a run."""

from __future__ import annotations

from failover_fsm.reports.html.html import Markup, tag

__all__ = ["button", "controls"]


def controls(*more: Markup) -> Markup:
    """The controls: first, previous, next, last, a slider, and where the reader is.

    Args:
        more: Further buttons.
    """
    return tag(
        "div",
        button("first", "|\u25c0", "To the start (Home)"),
        button("previous", "\u25c0 Previous", "Previous: one step back (left arrow)"),
        button("next", "Next \u25b6", "Next: one step on (right arrow)"),
        button("last", "\u25b6|", "To the end (End)"),
        tag("input", type="range", id="slider", min=0, max=0, value=0, aria_label="Step"),
        tag("span", id="where"),
        *more,
        class_="controls",
        role="group",
        aria_label="Steps",
    )


def button(name: str, text: str, label: str) -> Markup:
    """A button.

    Args:
        name: its id.
        text: what is written on it.
        label: what it does.
    """
    return tag("button", text, id=name, type="button", aria_label=label, title=label)
