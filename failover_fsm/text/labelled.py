"""Lines with a label on the left, as the answers about a pair print them."""

from __future__ import annotations

import textwrap

from failover_fsm.config.values.printable import printable

__all__ = ["WIDTH", "labelled"]

WIDTH = 100


def labelled(label: str, text: str, columns: int, hanging: int = 0) -> list[str]:
    """A text in lines of at most `WIDTH` characters, with a label before the first.

    Args:
        label: The label; empty for a further text below the same one.
        text: The text, whose unprintable characters are escaped.
        columns: The columns of the label.
        hanging: By how many columns more the further lines are set in.
    """
    return textwrap.wrap(
        printable(text),
        WIDTH,
        initial_indent=f"  {label:<{columns}}",
        subsequent_indent=" " * (columns + 2 + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )
