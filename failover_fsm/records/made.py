"""Domains that are made of others: tuples up to a length, sets, records. Their values are listed only if they must be.

`has` is strict about types, as domains are: `True` is not the number 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from itertools import chain, combinations, product
from math import comb, prod
from typing import Any

import attrs

from failover_fsm.records.steady import steady

__all__ = [
    "MAX_ITEMS",
    "MAX_MADE",
    "MAX_VALUES",
    "Domain",
    "Joined",
    "Made",
    "Product",
    "SchemaError",
    "Subsets",
    "TuplesUpTo",
    "declared_values",
    "has_value",
    "listed",
    "size_of",
]

LISTED = 20
"""Values of a domain that a message lists, at most."""

MAX_VALUES = 1_000_000
"""Values of a leaf, at most: more could neither be listed nor searched."""

MAX_MADE = 100_000
"""Values of a domain that is made of others, at most, where they must be listed."""

MAX_ITEMS = 1_000
"""Items of a tuple or set, at most."""


class SchemaError(TypeError):
    """A state holds something that has no finite domain."""


class Made:
    """A domain that is made of others; iterating lists its values in a fixed order."""

    @property
    def size(self) -> int:
        """How many values there are, at most; `len` could not say more than 2**63."""
        raise NotImplementedError

    def has(self, value: Any) -> bool:
        """Whether a value is in the domain; any object may be asked about."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError

    def __str__(self) -> str:
        """The values in a message."""
        raise NotImplementedError


Domain = Sequence[Any] | Made


def declared_values(declared: Any, where: str) -> Domain:
    """Return the values of a declared domain.

    Args:
        declared: what a field says.
        where: what it is, for the message.

    Raises:
        SchemaError: it is no collection, its order is not fixed, it can be read only once, or it is too large.
    """
    if isinstance(declared, Made):
        return declared
    allowed = "allowed: a tuple, a list, a range or an enum"
    if not isinstance(declared, Iterable):
        raise SchemaError(f"{where} is {declared!r}, which has no values; {allowed}")
    if isinstance(declared, Iterator | Set):
        why = "whose order is not fixed" if isinstance(declared, Set) else "which can be read only once"
        raise SchemaError(f"{where} is a {type(declared).__name__}, {why}; {allowed}")
    if isinstance(declared, range) and declared[MAX_VALUES:]:
        raise SchemaError(f"{where} has more than {MAX_VALUES:,} values; allowed: fewer")
    values = declared if isinstance(declared, tuple | range) else tuple(declared)
    if len(values) > MAX_VALUES:
        raise SchemaError(f"{where} has more than {MAX_VALUES:,} values; allowed: fewer")
    return values


def has_value(domain: Domain, value: Any) -> bool:
    """Return whether a domain contains a value of the same type; `True` is not the number 1 here."""
    if isinstance(domain, Made):
        return domain.has(value)
    try:
        return type(domain[domain.index(value)]) is type(value)
    except ValueError:
        return False


def size_of(domain: Domain) -> int:
    """How many values a domain has."""
    return domain.size if isinstance(domain, Made) else len(domain)


def listed(domain: Domain) -> str:
    """A domain in a message: its values, or the first ones and the last one."""
    if isinstance(domain, Made):
        return str(domain)
    if len(domain) <= LISTED:
        return ", ".join(map(steady, domain))
    return f"{', '.join(map(steady, domain[:3]))}, ... {steady(domain[-1])} ({len(domain):,} values)"


@attrs.frozen(str=False)
class TuplesUpTo(Made):
    """Tuples of at most so many items, shortest first.

    Attributes:
        items: the domain of each item.
        most: the most items.
    """

    items: Domain
    most: int

    @property
    def size(self) -> int:
        """See `Made`."""
        return sum(size_of(self.items) ** length for length in range(self.most + 1))

    def has(self, value: Any) -> bool:
        """See `Made`."""
        return type(value) is tuple and len(value) <= self.most and all(has_value(self.items, each) for each in value)

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(product(tuple(self.items), repeat=length) for length in range(self.most + 1))

    def __str__(self) -> str:
        return f"a tuple of at most {self.most} of {listed(self.items)}"


@attrs.frozen(str=False)
class Subsets(Made):
    """Frozensets of some values, smallest first.

    Attributes:
        items: what they hold.
        most: the most members.
    """

    items: Domain
    most: int

    @property
    def size(self) -> int:
        """See `Made`."""
        many = size_of(self.items)
        return 2**many if self.most >= many else sum(comb(many, members) for members in range(self.most + 1))

    def has(self, value: Any) -> bool:
        """See `Made`."""
        kind = type(value) is frozenset and len(value) <= self.most
        return kind and all(has_value(self.items, each) for each in value)  # the same whatever the order

    def __iter__(self) -> Iterator[Any]:
        values = tuple(self.items)
        return map(frozenset, chain.from_iterable(combinations(values, members) for members in range(self.most + 1)))

    def __str__(self) -> str:
        bound = f"at most {self.most} of " if self.most < size_of(self.items) else ""
        return f"a frozenset of {bound}{listed(self.items)}"


@attrs.frozen(str=False)
class Joined(Made):
    """The values of several domains.

    Attributes:
        parts: those.
    """

    parts: tuple[Domain, ...]

    @property
    def size(self) -> int:
        """See `Made`."""
        return sum(map(size_of, self.parts))

    def has(self, value: Any) -> bool:
        """See `Made`."""
        return any(has_value(part, value) for part in self.parts)

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self.parts)

    def __str__(self) -> str:
        return ", ".join(map(listed, self.parts))


@attrs.frozen(str=False)
class Product(Made):
    """Records of one class, or tuples of one length; what the class refuses to make is no value.

    Attributes:
        kind: the class; `tuple`.
        parts: the domain of each field, or item.
        make: makes a value of the values of its parts.
        values_of: the values of the parts of a value of the class; None for one that has others.
    """

    kind: type
    parts: tuple[Domain, ...]
    make: Callable[[tuple[Any, ...]], Any] = attrs.field(eq=False)
    values_of: Callable[[Any], Sequence[Any]] = attrs.field(eq=False)

    @property
    def size(self) -> int:
        """See `Made`."""
        return prod(map(size_of, self.parts))

    def has(self, value: Any) -> bool:
        """See `Made`."""
        if type(value) is not self.kind:
            return False
        values = self.values_of(value)
        return len(values) == len(self.parts) and all(map(has_value, self.parts, values))

    def __iter__(self) -> Iterator[Any]:
        for values in product(*map(tuple, self.parts)):
            try:
                made = self.make(values)
            except Exception:  # a validator: these values do not go together
                continue
            yield made

    def __str__(self) -> str:
        if self.kind is tuple:
            return f"a tuple of {len(self.parts)}: {'; '.join(map(listed, self.parts))}"
        return f"a {self.kind.__name__}"
