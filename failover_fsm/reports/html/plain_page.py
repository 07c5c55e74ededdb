"""A self-contained HTML page without script or network access."""

from __future__ import annotations

import base64
import hashlib

from failover_fsm.reports.html.html import Markup, raw, tag
from failover_fsm.reports.html.style import style_sheet

__all__ = ["plain_page", "style_hash"]


def plain_page(title: str, *body: Markup, titled: bool = True) -> str:
    """The page, in the style of the report.

    Args:
        title: Its title, also the heading.
        body: What is below the heading.
        titled: False where the body has a heading of its own.
    """
    style = style_sheet()
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=f"default-src 'none'; style-src {style_hash(style)}"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", raw(style)),
    )
    heading = [tag("h1", title)] if titled else []
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', *heading, *body), lang='en')}\n"


def style_hash(text: str) -> str:
    """The hash by which a content security policy allows an inline style or script."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
