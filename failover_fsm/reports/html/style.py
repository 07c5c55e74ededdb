"""The style sheet of every page: the colours of the theme, and the rules of `page.css`."""

from __future__ import annotations

from pathlib import Path

from failover_fsm.diagrams.style.theme import for_dark, variables

__all__ = ["style_sheet"]


def style_sheet() -> str:
    """The whole of it; a picture in a page is exchanged for its dark colours as one in a file is."""
    return variables() + for_dark() + (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
