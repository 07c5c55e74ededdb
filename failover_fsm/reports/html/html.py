"""A small HTML writer that escapes text: only the result of `tag` is markup."""

from __future__ import annotations

from collections.abc import Iterable

from failover_fsm.config.values.printable import printable_lines
from failover_fsm.diagrams.style.svg import escaped

__all__ = ["Markup", "join", "raw", "tag"]

_VOID = frozenset({"meta", "input", "br"})


class Markup(str):
    """Markup text; only the functions of this module make it."""

    __slots__ = ()


def tag(name: str, /, *inside: str, **attributes: str | bool | int) -> Markup:
    """An element around `inside`, in which text is escaped and markup is not.

    Args:
        name: The name of the element.
        inside: Its contents.
        attributes: A hyphen is written as an underscore, `class` as `class_`; True is an attribute without a value,
            False is left out.
    """
    given = [
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escaped(str(value))}"')
        for key, value in attributes.items()
        if value is not False
    ]
    start = f"<{name}{''.join(given)}>"
    return Markup(start if name in _VOID else f"{start}{join(inside)}</{name}>")


def join(parts: Iterable[str]) -> Markup:
    """Text and markup, concatenated."""
    return Markup("".join(part if isinstance(part, Markup) else escaped(printable_lines(part)) for part in parts))


def raw(text: str) -> Markup:
    """Trusted text that is markup: a picture, a style sheet, a script."""
    return Markup(text)
