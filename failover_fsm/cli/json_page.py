"""The page of what `--json` prints: every key of every schema, with its kind and its meaning."""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.commands.schema_words import Schema, record
from failover_fsm.commands.schemas import COMMON, SCHEMAS

__all__ = ["json_page"]

_TOP = """\
What `failover-fsm COMMAND --json` prints, key by key. The same as [JSON Schema](https://json-schema.org/), for
programs: the files of `docs/schema/`. Every object names its own (`$schema`). Later versions may add keys; none is
renamed or left out, and `version.schema` goes up if one ever changes its meaning. So read what you know, and pass over
the rest.

A key in a list stands as `list[].key`, one in an object whose keys are names as `object.*.key`. A key with a question
mark is not always there. A command with several forms prints one of them.
"""


def json_page(made: str) -> str:
    """The page.

    Args:
        made: The line that says how it was made.
    """
    lines = ["# JSON", "", made, _TOP, "In every object, besides `$schema`:", "", *_table(record(COMMON))]
    for name, forms in SCHEMAS.items():
        lines += [f"## {name}", "", f"[{name}.json](../schema/{name}.json)", ""]
        for number, form in enumerate(forms, start=1):
            lines += [f"Form {number} of {len(forms)}:", ""] if len(forms) > 1 else []
            lines += _table(form)
    return "\n".join(lines)


def _table(form: Schema) -> list[str]:
    """An object, a row for each key."""
    return ["| key | what it is |", "|---|---|", *_rows("", form), ""]


def _rows(place: str, schema: Schema) -> Iterator[str]:
    """The rows of the keys below a place."""
    for key, value in schema.get("properties", {}).items():
        name = f"{place}{key}"
        mark = "" if key in schema.get("required", ()) else "?"
        meaning = f": {value['description']}" if "description" in value else ""
        yield f"| `{name}{mark}` | {_kind(value)}{meaning} |"
        yield from _below(name, value)


def _below(name: str, schema: Schema) -> Iterator[str]:
    """The rows of what a value holds."""
    for choice in schema.get("anyOf", ()):
        yield from _below(name, choice)
    if schema.get("type") == "array":
        yield from _below(f"{name}[]", schema["items"])
    yield from _rows(f"{name}.", schema)
    if isinstance(more := schema.get("additionalProperties"), dict):
        yield from _below(f"{name}.*", more)


def _kind(schema: Schema) -> str:
    """What a value is, in words."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(each) for each in schema["anyOf"]))
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return str(schema.get("type", "any value"))
