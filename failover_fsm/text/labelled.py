"""Lines with a label on the left, as the answers about a pair print them."""

from __future__ import annotations

from failover_fsm.config.values.printable import printable
from failover_fsm.text.layout import wrap

__all__ = ["labelled"]


def labelled(label: str, text: str, columns: int, hanging: int = 0) -> list[str]:
    """A text in lines of at most `line_width` columns, with a label before the first.

    Args:
        label: The label; empty for a further text below the same one.
        text: The text, whose unprintable characters are escaped.
        columns: The columns of the label.
        hanging: By how many columns more the further lines are set in.
    """
    return wrap(printable(text), f"  {label:<{columns}}", " " * (columns + 2 + hanging), hyphens=False)
