"""ASR groups: the interfaces that look up each other's sessions, and whether that takes effect (ASR-2, ASR-7, ASR-8).

What is decided here once is read by the advice, by the answer about a pair and by the machine of `services.asymmetric`.
"""

from __future__ import annotations

import attrs

from failover_fsm.config.records.interface import Interface
from failover_fsm.config.records.links import StatefulLink
from failover_fsm.config.records.pair_config import PairConfig

__all__ = [
    "AsrGroup",
    "asr_groups",
    "effect_of",
    "numbered",
    "replicates_http",
    "takes_effect",
    "without_effect",
    "without_http",
]


@attrs.frozen(kw_only=True)
class AsrGroup:
    """An ASR group: its number, 1 to 32, and the named interfaces in it, in port order (ASR-9, ASR-11)."""

    number: int
    members: tuple[Interface, ...]


def asr_groups(config: PairConfig) -> tuple[AsrGroup, ...]:
    """The ASR groups with a named interface, by number; sessions are those of named interfaces."""
    found: dict[int, list[Interface]] = {}
    for each in config.interfaces:
        if each.nameif is not None and each.asr_group is not None:
            found.setdefault(each.asr_group, []).append(each)
    return tuple(AsrGroup(number=number, members=tuple(members)) for number, members in sorted(found.items()))


def without_effect(config: PairConfig) -> str:
    """Why no `asr-group` of a configuration has an effect; empty if it has one (ASR-7, ASR-8)."""
    if config.lan is None or not config.enabled:
        return "failover is off"
    if config.stateful_link is StatefulLink.NONE:
        return "there is no Stateful Failover link"
    if not config.active_active:
        return "the pair is Active/Standby"
    return ""


def replicates_http(config: PairConfig, interface: Interface) -> bool:
    """Whether the state of HTTP sessions of an interface reaches the standby side (ASR-7, STF-25)."""
    number = config.group_of(interface)
    return config.replication_http if number is None else config.group(number).replication_http


def without_http(config: PairConfig, group: AsrGroup) -> tuple[int, ...]:
    """The failover groups of the members whose HTTP sessions the peer does not know (ASR-7)."""
    numbers = (config.group_of(each) for each in group.members if not replicates_http(config, each))
    return tuple(sorted({number for number in numbers if number is not None}))


def takes_effect(config: PairConfig, group: AsrGroup) -> bool:
    """Whether the members of an ASR group look up each other's sessions (ASR-2, ASR-8)."""
    return len(group.members) > 1 and not without_effect(config)


def numbered(numbers: tuple[int, ...]) -> str:
    """Failover groups in words, `failover groups 1 and 2`."""
    return f"failover group{'s' if len(numbers) > 1 else ''} {' and '.join(map(str, numbers))}"


def effect_of(config: PairConfig, group: AsrGroup, *, named: bool = True) -> str:
    """What an ASR group does, in words: whether it takes effect, and what it leaves out.

    Args:
        config: The configuration.
        group: One of its ASR groups.
        named: Whether the interfaces are named.
    """
    names = f" ({', '.join(config.name_of(each) for each in group.members)})" if named else ""
    reason = without_effect(config)
    if not reason and not takes_effect(config, group):
        reason = "it has one member, which looks up no other interface"
    if reason:
        return f"asr-group {group.number}{names} has no effect: {reason}"
    dropped = without_http(config, group)
    but = f", not for HTTP sessions of {numbered(dropped)}" if dropped else ""
    return f"asr-group {group.number}{names} takes effect{but}"
