"""The tree of a state type with its leaves numbered, and records as rows of small numbers.

A `Schema` lists the leaves of a state; a `Shape` is the same information as a tree that can
be walked by attribute name, which is what a draft needs.  Leaf number i is slot i of the
schema.  A state is then a row of *codes*: per slot, the position of its value in the slot's
domain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from failover_fsm.draft.schema import Schema, SchemaError, Slot, path_name

__all__ = ["Leaf", "Node", "Shape"]


@attrs.frozen(eq=False)
class Leaf:
    """One leaf: its slot, the slot's number, and the code of each value."""

    slot: Slot
    number: int
    codes: dict[Any, int]

    def code_of(self, value: Any) -> int | None:
        """The code of `value`, or None where the domain does not have it.

        `True` is not the number 1 here: a value of another type is not in the domain.
        """
        try:
            code = self.codes.get(value)
        except TypeError:  # not hashable, so certainly not one of the values
            return None
        return code if code is not None and type(self.slot.domain[code]) is type(value) else None


@attrs.frozen(eq=False)
class Node:
    """One record of the tree: its type and what each field holds."""

    record_type: type
    children: dict[str, Leaf | Node | tuple[Leaf | Node, ...]]
    aliases: dict[str, str]

    def build(self, codes: Sequence[int]) -> Any:
        """The frozen record that has these codes."""
        return self.record_type(**{self.aliases[name]: _value(item, codes) for name, item in self.children.items()})


def _value(item: Leaf | Node | tuple[Leaf | Node, ...], codes: Sequence[int]) -> Any:
    if isinstance(item, Leaf):
        return item.slot.domain[codes[item.number]]
    if isinstance(item, Node):
        return item.build(codes)
    return tuple(_value(part, codes) for part in item)


@attrs.frozen(eq=False)
class Shape:
    """The numbered tree of a state type.  Build it with `of`."""

    schema: Schema
    root: Node
    leaves: tuple[Leaf, ...]

    @classmethod
    def of(cls, example: Any) -> Shape:
        """The shape of every state like `example`.

        Raises SchemaError where a leaf has no finite domain, has an empty one, lists a value twice,
        or is a field that the record's constructor does not take.
        """
        schema = Schema.of(example)
        leaves = tuple(_leaf(number, slot) for number, slot in enumerate(schema.slots))
        return cls(schema, _node(example, (), iter(leaves)), leaves)

    def codes(self, record: Any) -> tuple[int, ...]:
        """The row of codes of a record.

        Raises SchemaError, naming the field, where the record is shaped differently or holds a
        value outside a domain.
        """
        return tuple(_codes(self.root, record, ()))

    def build(self, codes: Sequence[int]) -> Any:
        """The frozen record that has these codes: the inverse of `codes`."""
        return self.root.build(codes)

    def name(self, number: int) -> str:
        """How slot `number` is written in Python, `units[0].heard`."""
        return self.leaves[number].slot.name


def _leaf(number: int, slot: Slot) -> Leaf:
    codes = {value: code for code, value in enumerate(slot.domain)}
    if not codes:
        raise SchemaError(f"{slot.name} has an empty domain")
    if len(codes) != len(slot.domain):
        raise SchemaError(f"the domain of {slot.name} has a value twice: {', '.join(map(repr, slot.domain))}")
    return Leaf(slot, number, codes)


def _node(record: Any, path: tuple[str | int, ...], leaves: Iterator[Leaf]) -> Node:
    """The node of `record`; takes its leaves from the iterator, which is in the order of the fields."""
    children: dict[str, Leaf | Node | tuple[Leaf | Node, ...]] = {}
    aliases = {}
    for field in attrs.fields(type(record)):
        here = (*path, field.name)
        if not field.init:
            raise SchemaError(f"{path_name(here)} is not an argument of the record's constructor")
        value = getattr(record, field.name)
        aliases[field.name] = field.alias or field.name
        if field.metadata.get("domain") is None and attrs.has(type(value)):
            children[field.name] = _node(value, here, leaves)
        elif field.metadata.get("domain") is None and isinstance(value, tuple):
            children[field.name] = tuple(
                _node(item, (*here, index), leaves) if attrs.has(type(item)) else next(leaves)
                for index, item in enumerate(value)
            )
        else:
            children[field.name] = next(leaves)
    return Node(type(record), children, aliases)


def _codes(item: Leaf | Node | tuple[Leaf | Node, ...], value: Any, path: tuple[str | int, ...]) -> Iterator[int]:
    if isinstance(item, Leaf):
        code = item.code_of(value)
        if code is None:
            allowed = ", ".join(map(repr, item.slot.domain))
            raise SchemaError(f"{item.slot.name} cannot be {value!r}; allowed: {allowed}")
        yield code
    elif isinstance(item, Node):
        if type(value) is not item.record_type:
            raise SchemaError(f"{path_name(path) or 'the state'} is not a {item.record_type.__name__}: {value!r}")
        for name, child in item.children.items():
            yield from _codes(child, getattr(value, name), (*path, name))
    else:
        if not isinstance(value, tuple) or len(value) != len(item):
            raise SchemaError(f"{path_name(path)} does not have {len(item)} items: {value!r}")
        for index, child in enumerate(item):
            yield from _codes(child, value[index], (*path, index))
