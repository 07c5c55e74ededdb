"""A short way to write JSON Schemas: records with their keys, lists, choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = [
    "COUNT", "FLAG", "NUMBER", "TEXT", "TEXTS", "Schema", "closed", "each", "either", "keyed", "maybe", "one_of",
    "record", "says",
]  # fmt: skip

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}


def says(meaning: str, schema: Schema) -> Schema:
    """A schema with what the value means."""
    return {"description": meaning, **schema}


def each(item: Schema) -> Schema:
    """A list of such values."""
    return {"type": "array", "items": item}


TEXTS = each(TEXT)


def maybe(schema: Schema) -> Schema:
    """Such a value, or null."""
    return either(schema, {"type": "null"})


def either(*schemas: Schema) -> Schema:
    """A value of one of these kinds."""
    return {"anyOf": list(schemas)}


def one_of(*words: str) -> Schema:
    """One of these words."""
    return {"enum": list(words)}


def keyed(item: Schema) -> Schema:
    """An object whose keys are names, such as those of interfaces."""
    return {"type": "object", "additionalProperties": item}


def record(keys: Mapping[str, Schema]) -> Schema:
    """An object with these keys; one that ends with `?` may be left out. Later versions may add keys."""
    return {
        "type": "object",
        "properties": {key.removesuffix("?"): schema for key, schema in keys.items()},
        "required": [key for key in keys if not key.endswith("?")],
    }


def closed(schema: Any) -> Any:
    """The same schema without room for a key that it does not name, unless it says that it has some."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "required" in schema:
        found.setdefault("additionalProperties", False)
    return found
