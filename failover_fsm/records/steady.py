"""Values as text that is the same in every run, though the order of a set is not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import attrs

__all__ = ["shown_fields", "steady", "steady_members", "steady_str"]


def steady(value: object) -> str:
    """The `repr` of a value, with the members of sets in an order of their own; equal sets of equal texts read alike.

    It looks into sets, tuples, lists, dictionaries, and into records whose `repr` was generated. A value that is too
    deep for `repr` is told by its class.
    """
    try:
        text = repr(value)
    except RecursionError:
        return f"a {type(value).__name__}, too deep to be shown"
    return _composed(value, text, steady) if "{" in text else text


def steady_str(value: object) -> str:
    """The `str` of a value; where that is its `repr`, as `steady`."""
    text = str(value)
    return steady(value) if "{" in text and text == repr(value) else text


def steady_members(members: Iterable[Any], text_of: Callable[[Any], str] = steady) -> list[str]:
    """The texts of a set's members in an order that depends on these alone: integers by size, then all others by text.

    Args:
        members: of a set.
        text_of: the text of a member.
    """
    texts = [(type(member) is not int, member if type(member) is int else 0, text_of(member)) for member in members]
    return [text for _, _, text in sorted(texts)]


def _composed(value: Any, text: str, text_of: Callable[[Any], str]) -> str:
    """The text of a value, made of those of its parts; `text` for what has no parts that are known."""
    kind = type(value)
    if kind in (frozenset, set) and value:
        inner = f"{{{', '.join(steady_members(value))}}}"
        return inner if kind is set else f"frozenset({inner})"
    if kind is tuple:
        return f"({', '.join(map(text_of, value))}{',' if len(value) == 1 else ''})"
    if kind is list:
        return f"[{', '.join(map(text_of, value))}]"
    if kind is dict:
        return f"{{{', '.join(f'{text_of(key)}: {text_of(each)}' for key, each in value.items())}}}"
    names = shown_fields(value)
    return text if names is None else _call(value, names, text_of)


def _call(value: Any, names: Iterable[str], text_of: Callable[[Any], str]) -> str:
    kind = type(value).__qualname__.rpartition(">.")[2]
    kind = kind if not hasattr(value, "_fields") else type(value).__name__
    return f"{kind}({', '.join(f'{name}={text_of(getattr(value, name))}' for name in names)})"


def shown_fields(value: Any) -> list[str] | None:
    """The fields that the generated `repr` of a record shows; None for what is no record, or has one of its own."""
    kind = type(value)
    if attrs.has(kind):
        names = [field.name for field in attrs.fields(kind) if field.repr]
    elif dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(kind) if field.repr]
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        names = list(value._fields)
    else:
        return None
    return names if _call(value, names, repr) == repr(value) else None
