"""A failover group of an Active/Active pair, as configured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from failover_fsm.config.records.criteria import InterfacePolicy, InterfacePollTime, MacAddresses, Unit
from failover_fsm.config.values.field_values import ValueNotAllowed
from failover_fsm.config.values.kinds import checked, in_order

GROUP_NUMBERS = (1, 2)
FIRST_GROUP = 1
MAX_PREEMPT_DELAY = 1200


def macs_by_port(macs: Iterable[MacAddresses]) -> tuple[MacAddresses, ...]:
    """An attrs converter: the addresses in port order."""
    return in_order(macs, MacAddresses, lambda each: each.port.sort_key)


@attrs.frozen(kw_only=True, field_transformer=checked)
class FailoverGroup:
    """A failover group (AA-3): its `number`, 1 or 2, and the settings that it has of its own.

    `preferred` is the unit on which the group becomes active after a common boot (AA-10), the primary by
    default. With `preempt` it also moves there when that unit comes back (PRE-3), `preempt_delay` seconds
    later, 0 to 1200 (PRE-5). `interface_policy`, `interface_poll`, `macs` and `replication_http` have the same
    defaults as those of an Active/Standby pair (CFG-33, CFG-40, CFG-37, STF-25).
    """

    number: int
    preferred: Unit = Unit.PRIMARY
    preempt: bool = False
    preempt_delay: int = 0
    interface_policy: InterfacePolicy = InterfacePolicy()
    interface_poll: InterfacePollTime = InterfacePollTime()
    macs: tuple[MacAddresses, ...] = attrs.field(default=(), converter=macs_by_port)
    replication_http: bool = False

    def __attrs_post_init__(self) -> None:
        if self.number not in GROUP_NUMBERS:
            raise ValueNotAllowed(f"failover group {self.number}", "1 or 2")
        if not 0 <= self.preempt_delay <= MAX_PREEMPT_DELAY:
            raise ValueNotAllowed(
                f"preempt delay {self.preempt_delay} is out of range", f"0 to {MAX_PREEMPT_DELAY} seconds"
            )
        if self.preempt_delay and not self.preempt:
            raise ValueNotAllowed("preempt delay without preempt", "preempt=True, or no delay")


def groups_by_number(groups: Iterable[FailoverGroup]) -> tuple[FailoverGroup, ...]:
    """An attrs converter: the groups in order."""
    return in_order(groups, FailoverGroup, lambda each: each.number)


def check_groups(groups: Sequence[FailoverGroup]) -> None:
    """Raises ValueNotAllowed for a second group of a number, or 2 without 1."""
    numbers = tuple(each.number for each in groups)
    if numbers != GROUP_NUMBERS[: len(numbers)]:
        words = " and ".join(str(number) for number in numbers)
        raise ValueNotAllowed(f"failover groups {words}", "none, group 1, or groups 1 and 2")
