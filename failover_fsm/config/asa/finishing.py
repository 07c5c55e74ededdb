"""From a finished reading to a PairConfig with its advice, or to all the errors that were found."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.config.asa.reading import InterfaceDraft, Monitoring, Reading, unique_beginning
from failover_fsm.config.checks.consistency import Fault, contradictions
from failover_fsm.config.records.failover_group import FIRST_GROUP
from failover_fsm.config.records.pair_config import Context, FailoverGroup, PairConfig
from failover_fsm.config.records.sightings import Sightings
from failover_fsm.config.review.advice import advise
from failover_fsm.config.values.errors import NOT_MODELLED, ConfigError, ConfigErrors, OtherMechanism, shown
from failover_fsm.config.values.field_values import ValueNotAllowed
from failover_fsm.config.values.release import FIRST_ASA, IPV6

_NAMED_RELEASE = "a file that names its release, `ASA Version 8.2(2)` or later"


def finish(reading: Reading) -> PairConfig:
    """The configuration that was read.

    Raises ConfigError for the only error, ConfigErrors for several: those of lines, and what contradicts each other.
    """
    _refuse_other_mechanisms(reading)
    _resolve_monitoring(reading)
    for fault in (*_learned_addresses(reading), *_ipv6_links(reading), *_groups_in_single_mode(reading)):
        reading.refuse(fault.line, reading.error_at(fault.line, fault.what, fault.allowed))
    _imply_group_1(reading)
    config = _assembled(reading)
    if config is not None:
        for fault in contradictions(config):
            if not any(keywords in reading.refused for keywords in fault.follows_from):
                reading.refuse(fault.line, reading.error_at(fault.line, fault.what, fault.allowed))
    _raise_errors(reading)
    assert config is not None, "what cannot be assembled is an error"
    return attrs.evolve(config, advice=advise(config, _sightings(reading)))


def _raise_errors(reading: Reading) -> None:
    errors = [error for _line, error in reading.errors]
    if len(errors) > 1:
        in_order = sorted(reading.errors, key=lambda each: (each[0] is None, each[0] or 0))
        raise ConfigErrors([error for _line, error in in_order], errors[0])
    if errors:
        raise errors[0]


def _assembled(reading: Reading) -> PairConfig | None:
    """The records of what was read; None, with the error collected, where they do not fit together."""
    try:
        return attrs.evolve(
            reading.config,
            interface_ips=reading.interface_ips.values(),
            macs=reading.macs.values(),
            other_commands=reading.other_commands.values(),
            contexts=[
                Context(
                    name=name,
                    ports=tuple(ports.values()),
                    join_failover_group=reading.joined.get(name),
                    transparent=name in reading.transparent_contexts,
                    config_url=reading.config_urls.get(name),
                )
                for name, ports in reading.contexts.items()
            ],
            groups=reading.groups.values(),
            interfaces=[draft.frozen(monitored=_monitored(reading, draft)) for draft in reading.interfaces.values()],
            management=reading.management.values(),
            lines=dict(reading.lines),
        )
    except ValueNotAllowed as wrong:
        reading.refuse(None, ConfigError(source=reading.source, line=None, what=wrong.what, allowed=wrong.allowed))
        return None


def _monitored(reading: Reading, draft: InterfaceDraft) -> bool | None:
    """Whether a `monitor-interface` line switches monitoring on or off; None where there is no such line."""
    line = reading.monitoring.get((draft.context, (draft.nameif or "").lower()))
    return None if line is None else line.on


def _resolve_monitoring(reading: Reading) -> None:
    """A name typed at a prompt may be shortened, where only one interface's name begins so.

    In a printed configuration it is a name that no interface has (ASR-14).
    """
    for key, each in sorted(reading.monitoring.items(), key=lambda item: item[1].line):
        context, typed = key
        names = [
            draft.nameif.lower() for draft in reading.interfaces.values() if draft.context == context and draft.nameif
        ]
        meant = unique_beginning(typed, names)
        if meant is None or meant == typed or not each.at_prompt:
            continue
        del reading.monitoring[key]
        del reading.lines[f"monitor-interface {context or ''}/{typed}"]
        other: Monitoring | None = reading.monitoring.get((context, meant))
        if other is None or other.line < each.line:
            reading.monitoring[context, meant] = each
            reading.lines[f"monitor-interface {context or ''}/{meant}"] = each.line


def _refuse_other_mechanisms(reading: Reading) -> None:
    """A PIX without `failover lan enable` fails over by its serial cable; PIX 6 has commands of its own."""
    config = reading.config
    if config.product != "PIX":
        return
    is_old = config.accepts(FIRST_ASA) is False
    is_lan_based = "failover lan enable" in reading.other_commands
    if is_old and (config.enabled or config.lan or is_lan_based):
        what, allowed = f"failover of PIX {config.software}", "PIX 7.0 or later, or an ASA"
    elif config.enabled and not is_lan_based:
        what, allowed = "failover of a PIX by its serial cable", "`failover lan enable`"
    else:
        return
    error = reading.error_at(reading.lines.get("failover"), f"{what}: {NOT_MODELLED}", allowed)
    raise OtherMechanism(source=error.source, line=error.line, what=error.what, allowed=error.allowed)


def _learned_addresses(reading: Reading) -> Iterator[Fault]:
    """LIM-3: addresses that are learned, and IPv6 where the release does not know it, exclude failover."""
    if not reading.config.enabled:
        return
    allowed = "ip address ADDRESS MASK standby ADDRESS"
    for draft in reading.interfaces.values():
        found = [(how, line, allowed) for how, line in draft.learned.items()]
        if draft.ipv6 and not reading.config.accepts(IPV6):
            line = min(line for _address, line in draft.ipv6.values())
            found.append(("ipv6 address", line, f"{allowed}; IPv6 in {_NAMED_RELEASE}"))
        for how, line, instead in found:
            yield Fault(line=line, what=f"{shown(how)} on an interface while failover is on", allowed=instead)
    for line in _ipv6_of_firewalls(reading) if not reading.config.accepts(IPV6) else ():
        what = "`ipv6 address` of a transparent firewall while failover is on"
        yield Fault(line=line, what=what, allowed=f"{allowed}; IPv6 in {_NAMED_RELEASE}")


def _ipv6_of_firewalls(reading: Reading) -> Iterator[int]:
    """The lines with IPv6 addresses of transparent firewalls or contexts."""
    for context, whole in reading.management.items():
        if whole.ipv6:
            yield reading.lines[f"management {context or ''} ipv6"]


def _ipv6_links(reading: Reading) -> Iterator[Fault]:
    """IPv6 addresses of the failover and the stateful link are valid in later releases only."""
    for name, ip in reading.interface_ips.items():
        if ip.is_ipv6 and not reading.config.accepts(IPV6):
            yield Fault(
                line=reading.lines[f"interface ip {name}"],
                what="IPv6 address on a failover link",
                allowed=f"failover interface ip NAME ADDRESS MASK standby ADDRESS; IPv6 in {_NAMED_RELEASE}",
            )


def _groups_in_single_mode(reading: Reading) -> Iterator[Fault]:
    """LIM-2: groups imply multiple context mode, unless `mode single` or data in the system space denies it."""
    if not reading.groups:
        return
    drafts = reading.interfaces.values()
    has_data = any(draft.context is None and (draft.nameif or draft.address) for draft in drafts)
    if "mode single" in reading.lines or (has_data and not reading.config.multiple_context):
        yield Fault(
            line=reading.lines[f"group {min(reading.groups)}"],
            what="failover groups in single context mode",
            allowed="`mode multiple`, with names and addresses in contexts",
        )
        reading.refused.append("mode")
    reading.config = attrs.evolve(reading.config, multiple_context=True)


def _imply_group_1(reading: Reading) -> None:
    """The admin context and unassigned contexts need group 1, also where only group 2 was entered."""
    if reading.groups and FIRST_GROUP not in reading.groups:
        reading.groups[FIRST_GROUP] = FailoverGroup(number=FIRST_GROUP)
        line = reading.lines["group 2"]
        text = "no `failover group 1`: it is taken with its defaults, for the admin context and unassigned ones"
        reading.remark(line, text, "AA-4")


def _sightings(reading: Reading) -> Sightings:
    drafts = reading.interfaces.values()
    named = {(draft.context, draft.nameif.lower()) for draft in drafts if draft.nameif}
    known = {context for context, _name in named}
    missing = [each for key, each in reading.monitoring.items() if key not in named and key[0] in known]
    learned = [(how, line) for draft in drafts for how, line in draft.learned.items()]
    if not reading.config.accepts(IPV6):
        learned += [("ipv6 address", line) for draft in drafts for _address, line in draft.ipv6.values()]
        learned += [("ipv6 address", line) for line in _ipv6_of_firewalls(reading)]
    return Sightings(
        remarks=tuple(reading.remarks),
        ca_server_line=reading.ca_server_line,
        vpn_line=reading.vpn_line,
        nailed_line=reading.nailed_line,
        monitored_without_interface=tuple((each.name, each.line) for each in missing if each.on),
        unmonitored_without_interface=tuple((each.name, each.line) for each in missing if not each.on),
        learned_addresses=tuple(learned),
        enabled_ports=frozenset(draft.port for draft in drafts if draft.enabled and draft.context is None),
    )
