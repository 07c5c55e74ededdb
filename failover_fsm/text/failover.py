"""`show failover` on one unit, in the layout of the device; lines that the model does not know are left out."""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.config.records.pair_config import Interface, ManagementAddress, PairConfig, StatefulLink
from failover_fsm.pair.addresses import held
from failover_fsm.pair.environment import stateful_works
from failover_fsm.pair.outputs import Address
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import PeerContact, State, Unit
from failover_fsm.text import words
from failover_fsm.text.words import title

__all__ = ["show_failover"]

MAX_MONITORED = 250
NO_ADDRESS = "0.0.0.0"


def show_failover(state: State, settings: Settings, config: PairConfig, unit: Unit) -> str:
    """The output of the command. The peer's part is what the unit heard last, which may be old or nothing."""
    own = state.unit(unit)
    if not own.powered:
        return f"The {unit.value} is off and prints nothing.\n"
    return "\n".join((*_head(state, settings, config, unit), *_hosts(state, settings, config, unit))) + "\n"


def _head(state: State, settings: Settings, config: PairConfig, unit: Unit) -> Iterator[str]:
    own = state.unit(unit)
    yield "Failover On" if own.enabled else "Failover Off"
    yield f"Failover unit {title(unit.value)}"
    if config.lan is not None:
        mark = {"up": "up", "failed": "failed", "unused": "down"}[words.link_word(own)]
        yield f"Failover LAN Interface: {config.lan.name} {config.lan.port} ({mark})"
    else:
        yield "Failover LAN Interface: not Configured"
    poll, interface = config.unit_poll, config.interface_poll
    yield f"Unit Poll frequency {_time(poll.poll_ms)}, holdtime {_time(poll.hold_ms)}"
    yield f"Interface Poll frequency {_time(interface.poll_ms)}, holdtime {_time(interface.hold_ms)}"
    if settings.groups:
        policies = (f"{group.policy} (group {number})" for number, group in enumerate(settings.groups, start=1))
        yield f"Interface Policy {', '.join(policies)}"
    else:
        yield f"Interface Policy {settings.policy}"
    yield f"Monitored Interfaces {sum(port.monitored for port in settings.ports)} of {MAX_MONITORED} maximum"
    if config.replication_http:
        yield "failover replication http"
    yield f"Configuration: {title(words.config_word(own))}"


def _hosts(state: State, settings: Settings, config: PairConfig, unit: Unit) -> Iterator[str]:
    own = state.unit(unit)
    groups = range(len(own.groups))
    kept = ["" if own.enabled else f" (keeps the {words.role_word(own, index)} role)" for index in groups]
    shown = [title(words.state_word(own, index)) + kept[index] for index in groups]
    yield from _host(f"    This host: {title(unit.value)}", shown, settings)
    yield from _interfaces(state, settings, config, unit, unit, known=True)
    seen = [title(words.seen_word(own, index)) for index in groups]
    yield from _host(f"    Other host: {title(unit.peer.value)}", seen, settings)
    yield from _interfaces(
        state, settings, config, unit, unit.peer, known=own.contact in (PeerContact.LINK, PeerContact.DATA)
    )


def _host(heading: str, states: list[str], settings: Settings) -> Iterator[str]:
    """A host and its state; with failover groups, one line per group."""
    if not settings.groups:
        yield f"{heading} - {states[0]}"
        return
    yield heading
    for number, state in enumerate(states, start=1):
        yield f"        Group {number} State: {state}"


def _interfaces(
    state: State, settings: Settings, config: PairConfig, unit: Unit, host: Unit, known: bool
) -> Iterator[str]:
    """The interfaces of a host as `unit` prints them; the state of a mate that is not heard is not known."""
    named = {config.name_of(each): each for each in config.interfaces if each.nameif}
    for index, port in enumerate(settings.ports):
        status = words.status_word(state, settings, host, index) if known else "unknown"
        monitoring = "Monitored" if port.monitored else "Not-Monitored"
        if status == "waiting":  # the port works, and no hello has come from the peer's
            status, monitoring = "normal", "Waiting" if port.monitored else monitoring
        elif port.monitored and not port.addressed:
            monitoring = "Waiting"
        address = _address(state, port, config.serving(named[port.name]), unit, host)
        yield f"        Interface {port.name} ({address}): {title(status)} ({monitoring})"
    if known and config.stateful_link is StatefulLink.DEDICATED and settings.stateful is not StatefulLink.NONE:
        word = "up" if stateful_works(state, settings) else "failed"
        yield f"        Stateful Failover link: {word}"


def _address(state: State, port: Port, holder: Interface | ManagementAddress | None, unit: Unit, host: Unit) -> str:
    """The IPv4 address of a host on an interface, 0.0.0.0 where there is none.

    A unit prints its own by its role, and the other one for its mate once it has heard it.
    """
    own = state.unit(unit)
    held_here = held(own, port.group)
    if holder is None or held_here is None or (host is not unit and own.contact is PeerContact.NEVER):
        return NO_ADDRESS
    return (holder.address if (held_here is Address.ACTIVE) == (host is unit) else holder.standby) or NO_ADDRESS


def _time(milliseconds: int) -> str:
    whole, rest = divmod(milliseconds, 1000)
    return f"{milliseconds} milliseconds" if rest else f"{whole} seconds"
