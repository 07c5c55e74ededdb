"""What the configurations of the two units must agree on and do not.

Most of a configuration reaches the secondary by replication, so a secondary's file may say little (CFG-1). What it
does say must fit: what both need before they can meet is compared always, the rest where the secondary's file has
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from .pair_config import FailoverGroup, InterfacePolicy, InterfacePollTime, KeyKind, PairConfig, PollTime, Unit


@attrs.frozen(kw_only=True)
class Disagreement:
    """A difference between the two files: what differs, by which rule, on which lines (None: not from a text).

    `is_replicated` tells that the active unit's value replaces the other as soon as the pair has met; other
    disagreements keep the pair from forming.
    """

    what: str
    rule: str
    primary_line: int | None = None
    secondary_line: int | None = None
    is_replicated: bool = False


def compare(primary: PairConfig, secondary: PairConfig) -> tuple[Disagreement, ...]:
    """Every disagreement of the primary's and the secondary's file, those that keep them apart first."""
    found = [
        *_designations(primary, secondary),
        *_switched_on(primary, secondary),
        *_modes(primary, secondary),
        *_failover_links(primary, secondary),
        *_addresses(primary, secondary),
        *_keys(primary, secondary),
        *_replicated(primary, secondary),
        *_groups(primary, secondary),
        *_contexts(primary, secondary),
    ]
    return tuple(sorted(found, key=lambda each: each.is_replicated))


def _differ(
    primary: PairConfig, secondary: PairConfig, item: str, what: str, rule: str, *, is_replicated: bool = False
) -> Disagreement:
    return Disagreement(
        what=what,
        rule=rule,
        primary_line=primary.line_of(item),
        secondary_line=secondary.line_of(item),
        is_replicated=is_replicated,
    )


def _designations(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    if primary.unit is secondary.unit:
        what = f"both units are designated {primary.unit.value}"
        yield _differ(primary, secondary, "lan unit", what, "HW-1")
    elif primary.unit is Unit.SECONDARY:
        yield _differ(primary, secondary, "lan unit", "the two files are swapped", "HW-1")


def _switched_on(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    if primary.enabled != secondary.enabled:
        on, off = ("primary", "secondary") if primary.enabled else ("secondary", "primary")
        yield _differ(primary, secondary, "failover", f"failover is on on the {on}, off on the {off}", "CFG-1")


def _modes(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    if primary.multiple_context != secondary.multiple_context and not _says_no_mode(primary, secondary):
        yield _differ(primary, secondary, "mode", "one unit is in multiple context mode, one in single", "HW-4")
    if primary.transparent != secondary.transparent:
        yield _differ(primary, secondary, "firewall", "one unit is transparent, one routed", "HW-4")
    if primary.software is None or secondary.software is None:
        return
    if primary.software.split("(")[0] != secondary.software.split("(")[0]:
        what = f"software {primary.software} and {secondary.software} differ in more than maintenance"
        yield _differ(primary, secondary, "version", what, "HW-5")


def _says_no_mode(primary: PairConfig, secondary: PairConfig) -> bool:
    """Whether the primary is Active/Active, and the secondary's file only what the units need to meet (CFG-1)."""
    told = secondary.line_of("mode single") or any(each.nameif or each.address for each in secondary.interfaces)
    return primary.active_active and not secondary.multiple_context and not told


def _failover_links(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    one, other = primary.lan, secondary.lan
    if one is None and other is None:
        return
    if one is None or other is None:
        lacking = "primary" if one is None else "secondary"
        yield _differ(primary, secondary, "lan interface", f"the {lacking} has no failover link", "CFG-24")
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


# What replication would bring: the line item, its words, its value, and the value that says nothing.
_REPLICATED: tuple[tuple[str, str, Callable[[PairConfig], object], object], ...] = (
    ("link", "the stateful link", lambda config: config.link, None),
    ("polltime unit", "the unit poll times", lambda config: config.unit_poll, PollTime()),
    ("polltime interface", "the interface poll times", lambda config: config.interface_poll, InterfacePollTime()),
    ("interface-policy", "the interface policy", lambda config: config.interface_policy, InterfacePolicy()),
    ("replication http", "HTTP replication", lambda config: config.replication_http, False),
    ("mac address", "the virtual MAC addresses", lambda config: config.macs, ()),
    ("context", "the contexts", lambda config: config.contexts, ()),
    ("monitor-interface", "the monitored interfaces", lambda config: config.monitored, ()),
)


def _replicated(primary: PairConfig, secondary: PairConfig) -> Iterator[Disagreement]:
    for item, words, value, default in _REPLICATED:
        if item == "context" and (primary.active_active or secondary.active_active):
            continue  # told context by context
        if value(secondary) not in (default, value(primary)):
            yield _differ(primary, secondary, item, f"{words} differ", "CFG-23", is_replicated=True)
    ours = {(each.context, each.port): each for each in primary.interfaces}
    for other in secondary.interfaces:
        one = ours.get((other.context, other.port))
        if one is None or other.address is None:
            continue
        if (one.address, one.mask, one.standby) != (other.address, other.mask, other.standby):
            yield Disagreement(
                what=f"the addresses of {other.nameif or other.port} differ",
                rule="CFG-23",
                primary_line=primary.line_in(one, "ip address"),
                secondary_line=secondary.line_in(other, "ip address"),
                is_replicated=True,
            )


# What a failover group is told: the line item, its words, its value.
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
