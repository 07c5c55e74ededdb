"""A security context and the ports that the system space gives it."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from failover_fsm.config.records.failover_group import FIRST_GROUP, GROUP_NUMBERS
from failover_fsm.config.values.field_values import Port, ValueNotAllowed, is_word, to_port
from failover_fsm.config.values.kinds import checked, in_order


@attrs.frozen(kw_only=True, field_transformer=checked)
class Allocation:
    """A port given to a context, with the name it has there if it is renamed."""

    port: Port = attrs.field(converter=to_port)
    mapped_name: str | None = attrs.field(default=None, validator=is_word)


def _in_port_order(ports: Iterable[Allocation]) -> tuple[Allocation, ...]:
    return in_order(ports, Allocation, lambda each: each.port.sort_key)


@attrs.frozen(kw_only=True, field_transformer=checked)
class Context:
    """A security context, its ports, and the failover group it joins.

    Without `join_failover_group` it is in group 1 (AA-5), so that None and 1 are equal. `transparent` is set where
    the context's own configuration says `firewall transparent` (8.5 and later, mixed modes). `config_url` is where its
    startup configuration is, on a disk or an external server (SYN-13); two contexts that differ in nothing else are
    equal, since no failover depends on it.
    """

    name: str = attrs.field(validator=is_word)
    ports: tuple[Allocation, ...] = attrs.field(default=(), converter=_in_port_order)
    join_failover_group: int | None = attrs.field(default=None, eq=lambda number: number or FIRST_GROUP)
    transparent: bool = False
    config_url: str | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        if self.join_failover_group is not None and self.join_failover_group not in GROUP_NUMBERS:
            raise ValueNotAllowed(f"failover group {self.join_failover_group}", "1 or 2")


def contexts_by_name(contexts: Iterable[Context]) -> tuple[Context, ...]:
    """An attrs converter: contexts by name."""
    return in_order(contexts, Context, lambda each: each.name)
