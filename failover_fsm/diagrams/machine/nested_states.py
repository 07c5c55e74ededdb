"""States in boxes as PlantUML writes them, and Mermaid after it: `state "label" as id`, a box with braces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from failover_fsm.diagrams.machine.machine import Box, Diagram

__all__ = ["identifier", "nested_states"]


def identifier(text: str) -> str:
    """A name that both languages accept."""
    return re.sub(r"\W", "_", text)


def nested_states(
    diagram: Diagram,
    escaped: Callable[[str], str],
    others: Callable[[Box | None], Iterator[str]],
    box: Box | None = None,
    indent: str = "",
) -> Iterator[str]:
    """The lines of a box and of the boxes in it.

    Args:
        diagram: The diagram.
        escaped: Writes a text in the language.
        others: The lines of a box besides those of the boxes in it.
        box: The box; None is the whole diagram.
        indent: Blanks before each line.
    """
    for inner in diagram.inner(box):
        yield f'{indent}state "{escaped(inner.label)}" as {inner.id} {{'
        yield from nested_states(diagram, escaped, others, inner, indent + "  ")
        yield f"{indent}}}"
    yield from (f"{indent}{line}" for line in others(box))
