"""The tree of a state type with its leaves numbered, and records as rows of small numbers.

A `Schema` lists the leaves of a state; a `Shape` is the same information as a tree that can
be walked by attribute name, which is what a view needs.  Leaf number i is slot i of the
schema.  A state is then a row of *codes*: per slot, the position of its value in the slot's
domain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

import attrs

from failover_fsm.records.fields import is_record, record_fields
from failover_fsm.records.made import SchemaError
from failover_fsm.records.queries import UnknownAnswer, ask
from failover_fsm.records.schema import Schema, Slot, is_leaf, path_name
from failover_fsm.records.steady import steady

__all__ = ["Leaf", "Node", "Query", "Shape"]


@attrs.frozen(eq=False)
class Leaf:
    """One leaf: its slot, the slot's number, and the code of each value.

    domain, whole: those of the slot, at hand because every read needs them.
    holds_tuples: every value is a tuple.
    kind: the class of every value, where that is an Enum, bool, int or str; else None.
    queries: those on the leaf, by function, or function and details; see `Shape.query`.
    """

    slot: Slot
    number: int
    codes: dict[Any, int]
    domain: tuple[Any, ...] = attrs.field(init=False)
    whole: bool = attrs.field(init=False)
    holds_tuples: bool = attrs.field(init=False)
    kind: type | None = attrs.field(init=False)
    queries: dict[Any, Query] = attrs.field(init=False, factory=dict)

    @domain.default
    def _domain(self) -> tuple[Any, ...]:
        return self.slot.domain

    @whole.default
    def _whole(self) -> bool:
        return self.slot.whole

    @holds_tuples.default
    def _holds_tuples(self) -> bool:
        return all(isinstance(value, tuple) for value in self.slot.domain)

    @kind.default
    def _kind(self) -> type | None:
        kinds = list(dict.fromkeys(map(type, self.slot.domain)))
        return kinds[0] if len(kinds) == 1 and issubclass(kinds[0], Enum | int | str) else None

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
class Query:
    """A query on a leaf: a derived slot whose value is a function of the leaf.

    Attributes:
        leaf: the leaf.
        number: of the derived slot.
        name: how the query is written in messages.
        answers: its results, in order of first occurrence along the domain of the leaf; the class UnknownAnswer stands
            for those that are not known.
        table: per code of the leaf, the position of the result.
        decides: whether there is more than one result.
    """

    leaf: Leaf
    number: int
    name: str
    answers: tuple[Any, ...]
    table: tuple[int, ...]
    decides: bool = attrs.field(init=False)

    @decides.default
    def _decides(self) -> bool:
        return len(self.answers) > 1

    def where(self, answer: int) -> int:
        """Return the codes of the leaf with this result, as the bits of a number."""
        return sum(1 << code for code, found in enumerate(self.table) if found == answer)

    @classmethod
    def of(cls, leaf: Leaf, number: int, function: Callable[..., Any], details: tuple[Any, ...]) -> Query:
        """Return the query, evaluated once on every value of the leaf."""
        codes: dict[Any, int] = {}
        answers = (_answer(value, function, details) for value in leaf.slot.domain)
        table = tuple(codes.setdefault(answer, len(codes)) for answer in answers)
        words = ", ".join(map(str, details))
        return cls(leaf, number, f"{function.__name__}({leaf.slot.name}; {words})", tuple(codes), table)


def _answer(value: Any, function: Callable[..., Any], details: tuple[Any, ...]) -> Any:
    """The result of a query on a value; the class UnknownAnswer where it is not known."""
    try:
        return ask(value, function, *details)
    except UnknownAnswer:
        return UnknownAnswer


@attrs.frozen(eq=False)
class Node:
    """One record of the tree: its type and what each field holds."""

    record_type: type
    children: dict[str, Leaf | Node | tuple[Leaf | Node, ...]]
    aliases: dict[str, str]
    view_class: Any = attrs.field(init=False, default=None)
    """Of traced views of the record, once there is one."""

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
    """The numbered tree of a state type.  Build it with `of`.

    Attributes:
        schema: the leaves with their names and domains.
        root: the tree.
        leaves: by number.
        bases: per slot, leaves and then queries, the number of the leaf that it is, or is a query on.
        tables: per slot, the table of a query; None for a leaf.
    """

    schema: Schema
    root: Node
    leaves: tuple[Leaf, ...]
    _queries: list[Query] = attrs.field(factory=list)
    _places: dict[tuple[int, int], int] = attrs.field(factory=dict)
    _on_leaf: dict[int, list[int]] = attrs.field(factory=dict)
    bases: list[int] = attrs.field(init=False)
    tables: list[tuple[int, ...] | None] = attrs.field(init=False)

    @bases.default
    def _first_bases(self) -> list[int]:
        return list(range(len(self.leaves)))

    @tables.default
    def _first_tables(self) -> list[tuple[int, ...] | None]:
        return [None] * len(self.leaves)

    @classmethod
    def of(cls, example: Any, domains: Mapping[str, Iterable[Any]] | None = None) -> Shape:
        """The shape of every state like `example`.

        Args:
            example: a state.
            domains: the domains of opaque leaves, by name.

        Raises:
            SchemaError: a leaf has no finite domain, has an empty one, lists a value twice, or is a field that the
                record's constructor does not take.
        """
        schema = Schema.of(example, domains)
        leaves = tuple(_leaf(number, slot) for number, slot in enumerate(schema.slots))
        return cls(schema, _node(example, (), iter(leaves)), leaves)

    def query(self, leaf: Leaf, function: Callable[..., Any], details: tuple[Any, ...]) -> Query:
        """Return the query, numbered after the leaves; the same object for the same arguments."""
        key = (function, details) if details else function
        known = leaf.queries.get(key)
        if known is None:
            known = leaf.queries[key] = Query.of(leaf, len(self.bases), function, details)
            self._queries.append(known)
            self.bases.append(leaf.number)
            self.tables.append(known.table)
            self._on_leaf.setdefault(leaf.number, [leaf.number]).append(known.number)
        return known

    def query_of(self, number: int) -> Query | None:
        """Return the query of that number, None if the number is of a leaf."""
        place = number - len(self.leaves)
        return self._queries[place] if place >= 0 else None

    def base(self, number: int) -> int:
        """Return the number of the leaf that a slot is, or is a query on."""
        return self.bases[number]

    def values(self, number: int) -> tuple[Any, ...]:
        """Return the values of a slot: the domain of a leaf, the results of a query."""
        question = self.query_of(number)
        return self.leaves[number].slot.domain if question is None else question.answers

    def read(self, codes: Sequence[int], number: int) -> int:
        """Return the code of slot `number` in the state with these codes."""
        table = self.tables[number]
        return codes[number] if table is None else table[codes[self.bases[number]]]

    def feasible(self, reads: Mapping[int, int], number: int) -> Sequence[int]:
        """Return the codes possible in a slot after `reads`, ascending; queries on one leaf must not contradict each
        other.
        """
        base, every = self.bases[number], range(len(self.values(number)))
        left = -1
        for other in self._on_leaf.get(base, ()):
            code = reads.get(other)
            if code is not None:
                left &= self._where(other, code)
        return every if left == -1 else tuple(code for code in every if self._where(number, code) & left)

    def _where(self, number: int, code: int) -> int:
        """Return the codes of the leaf for which slot `number` has `code`, as the bits of a number."""
        question = self.query_of(number)
        if question is None:
            return 1 << code
        key = (number, code)
        if key not in self._places:
            self._places[key] = question.where(code)
        return self._places[key]

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
        """Return how slot `number` is written in Python, `units[0].heard`; for a query, its name."""
        question = self.query_of(number)
        return self.leaves[number].slot.name if question is None else question.name


def _leaf(number: int, slot: Slot) -> Leaf:
    try:
        codes = {value: code for code, value in enumerate(slot.domain)}
    except TypeError as error:
        raise SchemaError(f"the domain of {slot.name} has a value that cannot be a key: {error}") from error
    if not codes:
        raise SchemaError(f"{slot.name} has an empty domain")
    if len(codes) != len(slot.domain):
        raise SchemaError(f"the domain of {slot.name} has a value twice: {slot.allowed}")
    return Leaf(slot, number, codes)


def _node(record: Any, path: tuple[str | int, ...], leaves: Iterator[Leaf]) -> Node:
    """The node of `record`; takes its leaves from the iterator, which is in the order of the fields."""
    children: dict[str, Leaf | Node | tuple[Leaf | Node, ...]] = {}
    aliases = {}
    for field in record_fields(type(record)):
        here = (*path, field.name)
        if not field.init:
            raise SchemaError(f"{path_name(here)} is not an argument of the record's constructor")
        value = getattr(record, field.name)
        aliases[field.name] = field.alias
        if is_leaf(type(record), field, value):
            children[field.name] = next(leaves)
        elif is_record(type(value)):
            children[field.name] = _node(value, here, leaves)
        else:
            children[field.name] = tuple(
                _node(item, (*here, index), leaves) if is_record(type(item)) else next(leaves)
                for index, item in enumerate(value)
            )
    return Node(type(record), children, aliases)


def _codes(item: Leaf | Node | tuple[Leaf | Node, ...], value: Any, path: tuple[str | int, ...]) -> Iterator[int]:
    if isinstance(item, Leaf):
        code = item.code_of(value)
        if code is None:
            raise SchemaError(f"{item.slot.name} cannot be {steady(value)}; allowed: {item.slot.allowed}")
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
