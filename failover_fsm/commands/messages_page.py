"""Regenerates the page of system messages: `python -m failover_fsm.commands.messages_page [FILE]`.

The default file is docs/reference/messages.md; `-` prints the page.
"""

from __future__ import annotations

import sys
from pathlib import Path

from failover_fsm.commands.files import complain, emit
from failover_fsm.device.messages.page import render

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "messages.md"


def main(arguments: list[str]) -> int:
    """Writes the page; returns 0, or 2 with one line on stderr if it cannot be written."""
    if len(arguments) > 1 or any(each.startswith("-") and each != "-" for each in arguments):
        complain("usage: python -m failover_fsm.commands.messages_page [FILE]; - prints the page")
        return 2
    if arguments == ["-"]:
        emit(render())
        return 0
    try:
        Path(arguments[0] if arguments else PAGE).write_bytes(render().encode("utf-8"))
    except OSError as error:
        complain(f"failover_fsm.messages: {error}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
