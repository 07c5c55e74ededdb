"""Self-contained HTML pages: one file, without network access."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from failover_fsm.reports.html.html import Markup, raw, tag
from failover_fsm.reports.html.style import style_sheet

__all__ = ["part", "plain_page", "style_hash", "whole_page"]


def plain_page(title: str, *body: Markup, titled: bool = True) -> str:
    """A page without script, in the style of the report.

    Args:
        title: Its title, also the heading.
        body: What is below the heading.
        titled: False where the body has a heading of its own.
    """
    heading = [tag("header", tag("h1", title))] if titled else []
    return whole_page(title, (*heading, *body))


def whole_page(title: str, body: Sequence[Markup], *, script: str = "", served: bool = False) -> str:
    """A page in the style of the report. Its policy forbids any source but itself, and any inline script but this one.

    Args:
        title: In the head.
        body: The whole body, but for the script.
        script: Comes last.
        served: True if the script may ask the server that the page is from.
    """
    style = style_sheet()
    policy = f"default-src 'none'; style-src {style_hash(style)}"
    policy += f"; script-src {style_hash(script)}" if script else ""
    policy += "; connect-src 'self'" if served else ""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", raw(style)),
    )
    scripts = [tag("script", raw(script))] if script else []
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', *body, *scripts), lang='en')}\n"


def part(*names: str) -> str:
    """The text of files of this folder, one after the other."""
    return "".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in names)


def style_hash(text: str) -> str:
    """The hash by which a content security policy allows an inline style or script."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
