"""Values as Python: the expression, and the imports that it needs."""

from __future__ import annotations

import ast
import dataclasses
import enum
import math
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from failover_fsm.checker.core.model import one_line

__all__ = ["NoExpression", "Source"]

PLAIN = (str, bytes, int, bool, type(None), type(...))


class NoExpression(ValueError):
    """A value that Python cannot read back from a text; the message names it, and what is allowed."""


@attrs.define
class Source:
    """Collects the imports of the expressions that it writes.

    Attributes:
        classes: The classes used, by module.
    """

    classes: dict[str, dict[str, None]] = attrs.field(factory=dict)

    def expression(self, value: Any) -> str:
        """The value as an expression; its `repr` where nothing better is known.

        Raises:
            NoExpression: If Python cannot read it back.
        """
        kind = type(value)
        if kind in PLAIN:
            return repr(value)
        if kind is float:
            return repr(value) if math.isfinite(value) else f"float('{value}')"
        if isinstance(value, enum.Enum):
            known = value.name in kind.__members__
            return f"{self._name(kind)}.{value.name}" if known else f"{self._name(kind)}({value.value!r})"
        if kind in (tuple, list, set, frozenset, dict):
            return self._collection(value)
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return self._call(kind, zip(value._fields, value, strict=True))
        if attrs.has(kind):
            return self._call(
                kind, ((each.alias, getattr(value, each.name)) for each in attrs.fields(kind) if each.init)
            )
        if dataclasses.is_dataclass(value):
            fields = dataclasses.fields(value)
            return self._call(kind, ((each.name, getattr(value, each.name)) for each in fields if each.init))
        return self._shown(value)

    def _shown(self, value: Any) -> str:
        """The `repr` of a value, if it is a literal or calls the value's class with literals."""
        kind, text = type(value), repr(value).removeprefix(f"{type(value).__module__}.")
        try:
            names = {node.id for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Name)}
            is_literal = not names and ast.literal_eval(text) == value
        except (SyntaxError, ValueError):
            raise _no_expression(repr(value)) from None
        if names == {kind.__name__} and text.startswith(f"{kind.__name__}("):
            return text.replace(kind.__name__, self._name(kind), 1)
        if not is_literal:
            raise _no_expression(repr(value))
        return text

    def _collection(self, value: Any) -> str:
        if isinstance(value, Mapping):
            inner = ", ".join(f"{self.expression(key)}: {self.expression(each)}" for key, each in value.items())
            return f"{{{inner}}}"
        parts = [self.expression(each) for each in value]
        if isinstance(value, set | frozenset):
            return f"{type(value).__name__}([{', '.join(sorted(parts))}])"
        if isinstance(value, list):
            return f"[{', '.join(parts)}]"
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"

    def _call(self, kind: type, fields: Iterable[tuple[str, Any]]) -> str:
        given = ", ".join(f"{name}={self.expression(value)}" for name, value in fields)
        return f"{self._name(kind)}({given})"

    def _name(self, kind: type) -> str:
        if "<" in kind.__qualname__:  # a class in a function
            raise _no_expression(kind.__qualname__)
        first = kind.__qualname__.split(".")[0]
        self.classes.setdefault(kind.__module__, {})[first] = None
        return kind.__qualname__

    @property
    def imports(self) -> tuple[str, ...]:
        """The import statements, sorted by module."""
        return tuple(
            f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(self.classes.items())
        )


def _no_expression(text: str) -> NoExpression:
    return NoExpression(
        f"{one_line(text)} cannot be read back by Python; allowed: words, numbers, collections, enumerations, records, "
        "and what its repr makes again, of classes that can be imported"
    )
