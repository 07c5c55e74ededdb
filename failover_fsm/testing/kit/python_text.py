"""Values as Python: the expression, and the imports that it needs."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

__all__ = ["Source"]

PLAIN = (str, bytes, int, float, bool, complex, type(None), type(...))


@attrs.define
class Source:
    """Collects the imports of the expressions that it writes.

    Attributes:
        classes: The classes used, by module.
    """

    classes: dict[str, dict[str, None]] = attrs.field(factory=dict)

    def expression(self, value: Any) -> str:
        """The value as an expression; its `repr` where nothing better is known."""
        kind = type(value)
        if kind in PLAIN:
            return repr(value)
        if isinstance(value, enum.Enum):
            return f"{self._name(kind)}.{value.name}" if value.name else f"{self._name(kind)}({value.value!r})"
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
        return repr(value)

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
        first = kind.__qualname__.split(".")[0]
        self.classes.setdefault(kind.__module__, {})[first] = None
        return kind.__qualname__

    @property
    def imports(self) -> tuple[str, ...]:
        """The import statements, sorted by module."""
        return tuple(
            f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(self.classes.items())
        )
