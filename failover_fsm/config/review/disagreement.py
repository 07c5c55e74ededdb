"""Disagreements between the configurations of the two units, where they must agree.

Most of a configuration reaches the secondary by replication, so a secondary's file may be bare: only what the units
need to meet (CFG-1), without named or addressed interfaces, contexts and failover groups. Of a bare file the lines
that it has are compared. A file with more is a whole configuration: where it lacks a line, the default is what it
means, so that a policy of 50% on the primary and none on the secondary is a difference, one that replication heals.
Three things are compared only where the secondary's file has any of them: contexts, failover groups, and the
monitored interfaces of each context. What both need before they can meet is compared always.

If the two files are swapped, that comes first, and the rest is compared as if they were not: "primary" in `what` is
the unit that is designated so, while `primary_line` stays a line of the first file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import (
    FailoverGroup,
    Interface,
    InterfacePolicy,
    InterfacePollTime,
    KeyKind,
    ManagementAddress,
    PairConfig,
    PollTime,
    StatefulInterface,
    Unit,
)

SAME = "the same on both units"


@attrs.frozen(kw_only=True)
class Disagreement:
    """A difference between the two files: what differs, by which rule, on which lines (None: not from a text).

    `allowed` names what would be right. `is_replicated`: the active unit's value replaces the other as soon as the
    pair has met; other disagreements keep the pair from forming. `is_no_pair`: the files are not those of one primary
    and one secondary, in this order, so that there is no pair to speak of.
    """

    what: str
    rule: str
    primary_line: int | None = None
    secondary_line: int | None = None
    is_replicated: bool = False
    allowed: str = SAME

    @property
    def is_no_pair(self) -> bool:
        """Whether the designations do not fit (HW-1): the same file twice, two primaries, or the wrong order."""
        return self.rule == "HW-1"


def compare(primary: PairConfig, secondary: PairConfig) -> tuple[Disagreement, ...]:
    """Every disagreement of the primary's and the secondary's file, those that keep them apart first."""
    if (primary.unit, secondary.unit) == (Unit.SECONDARY, Unit.PRIMARY):
        swapped = _differ(
            primary, secondary, "lan unit", "the two files are swapped", "HW-1",
            allowed="the primary's file first, then the secondary's",
        )  # fmt: skip
        found = [
            attrs.evolve(each, primary_line=each.secondary_line, secondary_line=each.primary_line)
            for each in _by_designation(secondary, primary)
        ]
        found.insert(0, swapped)
    else:
        found = [*_designations(primary, secondary), *_by_designation(primary, secondary)]
    return tuple(sorted(found, key=lambda each: each.is_replicated))


def _by_designation(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    yield from _switched_on(primary, secondary)
    yield from _modes(primary, secondary)
    yield from _failover_links(primary, secondary)
    yield from _addresses(primary, secondary)
    yield from _keys(primary, secondary)
    yield from _replicated(primary, secondary)
    yield from _interface_addresses(primary, secondary)
    yield from _monitored(primary, secondary)
    yield from _groups(primary, secondary)
    yield from _contexts(primary, secondary)


def _differ(
    primary: PairConfig,
    secondary: PairConfig,
    item: str,
    what: str,
    rule: str,
    *,
    is_replicated: bool = False,
    allowed: str = SAME,
) -> Disagreement:
    return Disagreement(
        what=what,
        rule=rule,
        primary_line=primary.line_of(item),
        secondary_line=secondary.line_of(item),
        is_replicated=is_replicated,
        allowed=allowed,
    )


def _designations(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    if primary.unit is secondary.unit:
        what = f"both units are designated {primary.unit.value}"
        allowed = "`failover lan unit primary` on one unit, `failover lan unit secondary` on the other"
        yield _differ(primary, secondary, "lan unit", what, "HW-1", allowed=allowed)


def _switched_on(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    if primary.enabled != secondary.enabled:
        on, off = ("primary", "secondary") if primary.enabled else ("secondary", "primary")
        what = f"failover is enabled on the {on}, off on the {off}"
        yield _differ(primary, secondary, "failover", what, "CFG-1", allowed="`failover` on both units")


def _modes(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    if primary.multiple_context != secondary.multiple_context and not _says_no_mode(primary, secondary):
        what = "one unit is in multiple context mode, one in single"
        yield _differ(primary, secondary, "mode", what, "HW-4", allowed="the same mode on both units")
    if primary.transparent != secondary.transparent:
        what, allowed = "one unit is transparent, one routed", "the same mode on both units"
        yield _differ(primary, secondary, "firewall", what, "HW-4", allowed=allowed)
    if primary.software is None or secondary.software is None:
        return
    if primary.software.split("(")[0] != secondary.software.split("(")[0]:
        what = f"software {primary.software} and {secondary.software} differ in more than maintenance"
        allowed = "the same major and minor version on both units"
        yield _differ(primary, secondary, "version", what, "HW-5", allowed=allowed)


def _says_no_mode(primary: PairConfig, secondary: PairConfig) -> bool:
    """Whether the primary is Active/Active, and the secondary's file only what the units need to meet (CFG-1)."""
    is_single = secondary.line_of("mode single") or any(each.nameif or each.address for each in secondary.interfaces)
    return primary.active_active and not secondary.multiple_context and not is_single


def _failover_links(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    one, other = primary.lan, secondary.lan
    if one is None and other is None:
        return
    if one is None or other is None:
        lacking = "primary" if one is None else "secondary"
        what, link = f"the {lacking} has no failover link", one or other
        assert link is not None
        allowed = f"`failover lan interface {link.name} {link.port}` on both units"
        yield _differ(primary, secondary, "lan interface", what, "CFG-24", allowed=allowed)
    elif one.name.lower() != other.name.lower():
        what = f"the failover link is {one.name} on the primary, {other.name} on the secondary"
        yield _differ(primary, secondary, "lan interface", what, "CFG-24")
    elif one.port != other.port:
        what = f"the failover link is on {one.port} of the primary, on {other.port} of the secondary"
        yield _differ(primary, secondary, "lan interface", what, "CFG-24")


def _addresses(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    others = {ip.name.lower(): ip for ip in secondary.interface_ips}
    for ip in primary.interface_ips:
        name = ip.name.lower()
        other = others.pop(name, None)
        item, is_lan = f"interface ip {name}", primary.lan is not None and name == primary.lan.name.lower()
        if other is None:
            if is_lan:
                what = f"only the primary has addresses for {ip.name}"
                yield _differ(primary, secondary, item, what, "CFG-24")
        elif (ip.address, ip.standby) == (other.standby, other.address):
            what = f"the addresses of {ip.name} are swapped; both units need the same line"
            yield _differ(primary, secondary, item, what, "CFG-24", is_replicated=not is_lan)
        elif (ip.address, ip.mask, ip.standby) != (other.address, other.mask, other.standby):
            what = f"the addresses of {ip.name} differ"
            yield _differ(primary, secondary, item, what, "CFG-24", is_replicated=not is_lan)
    for name, ip in others.items():
        is_lan = secondary.lan is not None and name == secondary.lan.name.lower()
        what = f"only the secondary has addresses for {ip.name}"
        yield _differ(primary, secondary, f"interface ip {name}", what, "CFG-24", is_replicated=not is_lan)


def _keys(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    one, other = primary.key, secondary.key
    if one is None and other is None:
        return
    if one is None or other is None:
        holder = "secondary" if one is None else "primary"
        yield _differ(primary, secondary, "key", f"only the {holder} has a failover key", "KEY-3")
    elif KeyKind.MASKED not in (one.kind, other.kind) and one != other:
        yield _differ(primary, secondary, "key", "the failover keys differ", "KEY-3")


@attrs.frozen
class _Value:
    """A replicated setting: its line item, the words for a difference, its value, default and how it is printed."""

    item: str
    what: str
    of: Callable[[PairConfig], Any]
    default: object
    words: Callable[[Any], str]


def _link_words(link: StatefulInterface | None) -> str:
    return "none" if link is None else " ".join(f"{each}" for each in (link.name, link.port) if each is not None)


def _poll_words(poll: PollTime) -> str:
    return f"poll {poll.poll_ms} ms, hold {poll.hold_ms} ms"


_REPLICATED = (
    _Value("link", "the stateful link differs", lambda config: config.link, None, _link_words),
    _Value("polltime unit", "the unit poll times differ", lambda config: config.unit_poll, PollTime(), _poll_words),
    _Value(
        "polltime interface", "the interface poll times differ", lambda config: config.interface_poll,
        InterfacePollTime(), _poll_words,
    ),
    _Value(
        "interface-policy", "the interface policy differs", lambda config: config.interface_policy,
        InterfacePolicy(), str,
    ),
    _Value(
        "replication http", "HTTP replication differs", lambda config: config.replication_http,
        False, lambda on: "enabled" if on else "disabled",
    ),
)  # fmt: skip


def _is_bare(config: PairConfig) -> bool:
    """Whether a file holds no more than what the units need to meet."""
    return not (config.contexts or config.groups or any(each.nameif or each.address for each in config.interfaces))


def _replicated(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    is_bare = _is_bare(secondary)
    for each in _REPLICATED:
        one, other = each.of(primary), each.of(secondary)
        is_silent = is_bare and other == each.default and secondary.line_of(each.item) is None
        if one != other and not is_silent:
            what = f"{each.what}: {each.words(one)} on the primary, {each.words(other)} on the secondary"
            yield _differ(primary, secondary, each.item, what, "CFG-23", is_replicated=True)
    ports = sorted({mac.port for mac in {*primary.macs} ^ {*secondary.macs}}, key=lambda port: port.sort_key)
    if ports and (secondary.macs or not is_bare):
        what = f"the virtual MAC addresses of {', '.join(map(str, ports))} differ"
        yield _differ_in(primary, secondary, tuple(f"mac address {port.full_name.lower()}" for port in ports), what)
    if secondary.contexts and not (primary.active_active or secondary.active_active):  # else each by itself
        names = sorted({context.name for context in {*primary.contexts} ^ {*secondary.contexts}})
        if names:
            items = tuple(f"context {name}" for name in names)
            yield _differ_in(primary, secondary, items, f"the contexts differ: {', '.join(names)}")


def _interface_addresses(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    """Data addresses that differ, where the secondary's file has any: of interfaces, and of transparent firewalls."""
    ours = {(each.context, each.port): each for each in primary.interfaces}
    for each in secondary.interfaces:
        one = ours.get((each.context, each.port))
        if one is not None:
            lines = primary.line_in(one, "ip address"), secondary.line_in(each, "ip address")
            yield from _addresses_of(f"{each.nameif or each.port}", one, each, lines)
    whole = {each.context: each for each in primary.management}
    for other in secondary.management:
        item, name = f"management {other.context or ''}", other.context or "the transparent firewall"
        lines = primary.line_of(item), secondary.line_of(item)
        yield from _addresses_of(name, whole.get(other.context), other, lines)


_Holder = Interface | ManagementAddress


def _addresses_of(
    name: str, one: _Holder | None, other: _Holder, lines: tuple[int | None, int | None]
) -> Iterator[Disagreement]:
    ours, theirs = _address_pairs(one), _address_pairs(other)
    if not theirs or ours == theirs:
        return
    swapped = {(standby, active, mask) for active, standby, mask in ours} == theirs
    how = "are swapped; both units need the same line" if swapped else "differ"
    yield Disagreement(
        what=f"the addresses of {name} {how}",
        rule="CFG-23",
        primary_line=lines[0],
        secondary_line=lines[1],
        is_replicated=True,
    )


def _address_pairs(holder: _Holder | None) -> set[tuple[str | None, str | None, str]]:
    """Active address, standby address, and the mask or what else follows an address."""
    found: set[tuple[str | None, str | None, str]] = set()
    if holder is not None and holder.address is not None:
        found.add((holder.address, holder.standby, f"{holder.mask}"))
    for each in holder.ipv6 if holder is not None else ():
        active, mark, rest = each.text.partition("/")
        found.add((active, each.standby, mark + rest))
    return found


def _monitored(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    """The monitored interfaces of each context in which the secondary's file names any (None: single mode)."""
    known = {each.context for each in secondary.interfaces if each.nameif is not None}
    named = [
        {(each.context or "", f"{each.nameif}".lower()): each for each in config.interfaces if each.nameif is not None}
        for config in (primary, secondary)
    ]
    ours, others = ({key for key, each in one.items() if each.monitored and each.context in known} for one in named)
    sides = []
    for only, one, unit in ((ours - others, named[0], "primary"), (others - ours, named[1], "secondary")):
        names = ["/".join(filter(None, (one[key].context, one[key].nameif))) for key in sorted(only)]
        sides += [f"{', '.join(names)} only on the {unit}"] if names else []
    if sides:
        differing = sorted(ours ^ others)
        yield Disagreement(
            what=f"the monitored interfaces differ: {'; '.join(sides)}",
            rule="CFG-23",
            primary_line=_monitoring_line(primary, named[0], differing),
            secondary_line=_monitoring_line(secondary, named[1], differing),
            is_replicated=True,
        )


def _monitoring_line(
    config: PairConfig, named: dict[tuple[str, str], Interface], keys: list[tuple[str, str]]
) -> int | None:
    """The line that decides whether the first of `keys` that this file names is monitored."""
    for context, name in keys:
        if (context, name) in named:
            line = config.line_of(f"monitor-interface {context}/{name}")
            return config.line_in(named[context, name], "nameif") if line is None else line
    return None


# Settings of a failover group: the line item, its words, its value.
_OF_GROUP: tuple[tuple[str, str, Callable[[FailoverGroup], object]], ...] = (
    ("preference", "the preferred units", lambda group: group.preferred),
    ("preempt", "the preemptions", lambda group: (group.preempt, group.preempt_delay)),
    ("interface-policy", "the interface policies", lambda group: group.interface_policy),
    ("polltime interface", "the interface poll times", lambda group: group.interface_poll),
    ("replication http", "the HTTP replications", lambda group: group.replication_http),
)


def _groups(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    """Failover groups, group by group, where the secondary's file has any (AA-8, CFG-23)."""
    ours = {group.number: group for group in primary.groups}
    for other in secondary.groups:
        one = ours.pop(other.number, None)
        block = f"group {other.number}"
        if one is None:
            what = f"only the secondary has failover group {other.number}"
            yield _differ(primary, secondary, block, what, "AA-8", is_replicated=True)
            continue
        for part, words, value in _OF_GROUP:
            if value(one) != value(other):
                what = f"{words} of failover group {other.number} differ"
                yield _differ_in(primary, secondary, (f"{block} {part}", block), what)
        for port in sorted({mac.port for mac in {*one.macs} ^ {*other.macs}}, key=lambda port: port.sort_key):
            what = f"the virtual MAC addresses of {port} in failover group {other.number} differ"
            yield _differ_in(primary, secondary, (f"{block} mac address {port.full_name.lower()}", block), what)
    for number in ours if secondary.groups else ():
        what = f"only the primary has failover group {number}"
        yield _differ(primary, secondary, f"group {number}", what, "CFG-23", is_replicated=True)


def _contexts(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    """Contexts of an Active/Active pair, one by one, where the secondary's file has any."""
    if not (primary.active_active or secondary.active_active):
        return
    ours = {context.name: context for context in primary.contexts}
    for other in secondary.contexts:
        name, one = other.name, ours.pop(other.name, None)
        block = f"context {name}"
        if one is None:
            what = f"only the secondary has context {name}"
            yield _differ(primary, secondary, block, what, "CFG-23", is_replicated=True)
            continue
        if one.ports != other.ports:
            yield _differ_in(primary, secondary, (block,), f"the ports of context {name} differ")
        first, second = primary.context_group(name), secondary.context_group(name)
        if None not in (first, second) and first != second:
            what = f"context {name} is in failover group {first} on the primary, {second} on the secondary"
            yield _differ_in(primary, secondary, (f"join-failover-group {name}", block), what)
    for name in ours if secondary.contexts else ():
        what = f"only the primary has context {name}"
        yield _differ(primary, secondary, f"context {name}", what, "CFG-23", is_replicated=True)


def _differ_in(primary: PairConfig, secondary: PairConfig, items: tuple[str, ...], what: str) -> Disagreement:
    """A replicated difference on the line of the first of `items` that each file has."""
    lines = [
        next((line for line in map(config.line_of, items) if line is not None), None) for config in (primary, secondary)
    ]
    return Disagreement(what=what, rule="CFG-23", primary_line=lines[0], secondary_line=lines[1], is_replicated=True)
