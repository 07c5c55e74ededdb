"""The words for what a step does to spaces."""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.services.saving.records import Copy, Name, Spaces

__all__ = ["changes", "content_word", "space_word"]


def space_word(space: Name, *, alone: bool) -> str:
    """The words for a space; alone: there is no other, as in single context mode."""
    if space is not None:
        return f"context {space}"
    return "the configuration" if alone else "the system"


def content_word(has_it: bool) -> str:
    """The word for a configuration with the newest change, and for one without it."""
    return "newest" if has_it else "older"


def changes(names: tuple[Name, ...], before: Spaces, after: Spaces) -> Iterator[str]:
    """One line for each space that a step changes on a unit, and for connections that it ends."""
    for name, old, new in zip(names, before.spaces, after.spaces, strict=True):
        for unit in Unit:
            found = tuple(_changed(old.of(unit), new.of(unit)))
            if found:
                yield f"{space_word(name, alone=len(names) == 1)} on the {unit.value}: {', '.join(found)}"
    for context in after.ended:
        yield f"connections through context {context} end"


def _changed(old: Copy, new: Copy) -> Iterator[str]:
    if old.mark is not new.mark:
        yield new.mark.value.replace("-", " ")
    for what in ("running", "startup"):
        if getattr(old, what) is not getattr(new, what):
            yield f"{what} configuration {content_word(getattr(new, what))}"
