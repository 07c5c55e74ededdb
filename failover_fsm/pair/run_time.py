"""Configuration commands in operation: what they change of the running configurations, and where they arrive.

The texts that count here are those from which `Settings` come: monitoring, policies, shut ports, standby addresses,
failover groups. Of every other command it is said that the model has no part in it, or takes it as fixed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.config.values.field_values import Port
from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.pair import events as e
from failover_fsm.pair.entered_text import acting_lines, bare, begins, is_navigation, words_of
from failover_fsm.pair.errors import Refused
from failover_fsm.pair.outputs import CommandWithoutPart, Output
from failover_fsm.pair.replicated_commands import Does, crossing_of
from failover_fsm.pair.replication import Both, place
from failover_fsm.pair.running import UNCHANGED, Running, with_context
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import PeerContact, Phase
from failover_fsm.pair.typed_commands import (
    Kind,
    acting,
    applied,
    block_after,
    kind_of_line,
    mode_of,
    not_taken,
    read_typed,
)

__all__ = ["Entered", "after_line", "block_left", "enter", "follow", "read"]

_FIXED = "the model takes it as fixed"
_NO_PART = "no part of the model"


@attrs.frozen(kw_only=True)
class Entered:
    """A command that the device takes.

    Attributes:
        own: The running configuration of its unit afterwards.
        block: The block that is open on the unit afterwards.
        why: Why nothing of the pair changes; empty where something can.
    """

    own: PairConfig
    block: str
    why: str = ""


def read(state: Any, settings: Settings, event: e.CommandEntered) -> Entered:
    """What a command does to the running configuration of the unit on which it is entered.

    Raises:
        Refused: It is no command of the device, or the device does not take it.
    """
    config, block = _running(state, settings).of(event.unit), _running(state, settings).block_of(event.unit)
    return _meaning(settings, config, block, event)


def after_line(settings: Settings, config: PairConfig, block: str, text: str) -> tuple[PairConfig, str]:
    """The running configuration and the open block of a unit after a text; those before where it is an event.

    Raises:
        Refused: The device does not take it in this configuration.
    """
    typed = e.CommandEntered(unit=Unit.PRIMARY, text=text)
    event = acting(typed)
    if isinstance(event, e.CommandEntered):
        found = _meaning(settings, config, block, event)
        return found.own, found.block
    group = getattr(event, "group", None)
    if group is not None and not settings.groups:
        raise Refused(event, "an Active/Standby pair has no failover groups")
    if group is not None and group > len(settings.groups):
        raise Refused(event, f"there is no failover group {group}")
    context = getattr(event, "context", None)
    if context is not None and context not in [each.name for each in config.contexts]:
        raise Refused(event, f"there is no context {context}")
    return config, block


def _meaning(settings: Settings, config: PairConfig, block: str, event: e.CommandEntered) -> Entered:
    """As `read`, each question answered once."""
    question = (config, block, event)
    known = settings.meanings.get(question)
    if known is None:
        known = settings.meanings.setdefault(question, _read(settings, config, block, event))
    found: Entered = known
    return found


def _read(settings: Settings, config: PairConfig, block: str, event: e.CommandEntered) -> Entered:
    if event.context is not None and event.context not in [each.name for each in config.contexts]:
        raise Refused(event, f"there is no context {event.context}")
    lines = read_typed(event.text).lines
    _check(event, config, lines)
    opened, is_read = _through(event, block, lines)
    following, does = block_left(block, event.text), crossing_of(event.text).does
    if does not in (Does.CONFIGURES, Does.KEEPS_APART):
        return Entered(own=config, block=following)
    if does is Does.KEEPS_APART or not is_read:
        return Entered(own=config, block=following, why=_NO_PART if does is Does.CONFIGURES else _FIXED)
    if _removes_group(lines):
        return Entered(own=config, block="", why=_FIXED)
    found = applied(config, event, block)
    found = settings.meanings.setdefault(found, found)  # one record for each configuration: comparing two is slow
    why = _without_part(settings, config, found)
    if why == _NO_PART and following and opened != block:
        return Entered(own=config, block=following)
    return Entered(own=config if why else found, block=following, why=why)


def block_left(block: str, text: str) -> str:
    """The block that is open on a unit after a text of commands that the device has, empty for none.

    What only looks at the unit leaves it open, and several lines that were typed together leave none.
    """
    lines = read_typed(text).lines
    opened = reduce(block_after, lines, block)
    if crossing_of(text).does in (Does.CONFIGURES, Does.KEEPS_APART):
        return opened if len(acting_lines(text)) == 1 else ""
    return opened if all(is_navigation(line) for line in lines) else block


def _check(event: e.CommandEntered, config: PairConfig, lines: tuple[str, ...]) -> None:
    """Raises Refused for a line of which something would be lost, and for one in the wrong place."""
    if not lines:
        raise Refused(event, "the text has no line")
    why = not_taken(event.text)
    if why:
        raise Refused(event, why)
    for line in acting_lines(event.text):
        words = bare(words_of(line))
        if event.context is not None and any(begins(each, words) for each in _IN_SYSTEM):
            raise Refused(event, f"{line} in context {event.context}; allowed: in the system execution space only")
        if (
            config.contexts
            and event.context is None
            and begins("mon[itor-interface] *", words)
            and words[1] != "service-module"
        ):
            raise Refused(event, f"{line} in the system execution space; allowed: in the context of the interface")
        why = _misnamed(config, event.context, line)
        if why:
            raise Refused(event, why)


def _misnamed(config: PairConfig, context: str | None, line: str) -> str:
    """What is wrong with the interface that a line names; empty if nothing is."""
    words = bare(words_of(line))
    named = {each.nameif.lower(): each for each in config.interfaces if each.nameif and each.context == context}
    if begins("int[erface] *", words) and words[1] in named:
        return f"`{line}`: an interface is entered by its port; allowed: interface {named[words[1]].port.full_name}"
    if begins("int[erface] *", words) and context is None and _has_no_port(config, "".join(words[1:])):
        return f"`{line}`: the unit has no such port; allowed: the ports of its configuration, and their subinterfaces"
    monitors = begins("mon[itor-interface] *", words) and words[1] != "service-module"
    if monitors and words[1] not in named:
        meant = nearest(words[1], named)
        return f"`{line}`: no interface has this name{meant}; allowed: {listed(words[1], named) or 'none here'}"
    return ""


_PHYSICAL = ("Ethernet", "FastEthernet", "GigabitEthernet", "TenGigabitEthernet", "Management")
"""Types of ports that a unit has or has not; those of other types are created by naming them."""


def _has_no_port(config: PairConfig, name: str) -> bool:
    """Whether a name is that of a physical port, or of a subinterface of one, that the configuration does not name."""
    port = Port(name).parent
    links = (config.lan, config.link)
    known = [each.port for each in config.interfaces]
    known += [each.port for each in links if each is not None and each.port is not None]
    known += [each.port for context in config.contexts for each in context.ports]
    return port.type in _PHYSICAL and port not in {each.parent for each in known}


_IN_SYSTEM = ("fa[ilover]", "rel[oad]", "mode", "cont[ext]")


def _through(event: e.CommandEntered, block: str, lines: tuple[str, ...]) -> tuple[str, bool]:
    """The block that is open after the lines, and whether the configuration reader knows one of them.

    Raises:
        Refused: A line is no command of the device.
    """
    is_read, opened = False, block
    for line in lines:
        kind = kind_of_line(line, mode_of(opened))
        if kind is Kind.UNKNOWN:
            raise Refused(event, f"the device has no such command: {line}")
        if kind is Kind.AMBIGUOUS:
            raise Refused(event, f"ambiguous command: {line}")
        is_read = is_read or kind is Kind.READ
        opened = block_after(opened, line)
    return opened, is_read


def _removes_group(lines: tuple[str, ...]) -> bool:
    """Whether one of the lines is `no failover group N`, after which the pair has no such group."""
    return any(words_of(line)[:1] == ("no",) and _names_group(bare(words_of(line))) for line in lines)


def _names_group(words: tuple[str, ...]) -> bool:
    return len(words) == 3 and begins("fa[ilover] gr[oup]", words) and words[2] in ("1", "2")


def _running(state: Any, settings: Settings) -> Running:
    assert settings.running is not None, "no configuration to change"
    now: Running = state.running
    return now if now.changed else Running.saved(settings.running)


def _without_part(settings: Settings, before: PairConfig, after: PairConfig) -> str:
    """Why a changed configuration changes nothing of the pair; empty if it does."""
    old, new = Settings.of(before, settings.options), Settings.of(after, settings.options)
    if _fixed(before, old) != _fixed(after, new):
        return _FIXED
    changes = old != new or _times(before) != _times(after) or _asr_groups(before) != _asr_groups(after)
    return "" if changes else _NO_PART


def _fixed(config: PairConfig, settings: Settings) -> tuple[object, ...]:
    """What cannot change in operation here: the units, the links, the names and groups of interfaces, the key."""
    ports = tuple((port.name, port.group, port.carries_state) for port in settings.ports)
    under_links = [each.port for each in (config.lan, config.link) if each is not None and each.port is not None]
    shut = tuple(
        each.port
        for each in config.interfaces
        if each.shutdown and any(each.port in (p, p.parent) for p in under_links)
    )
    of_links = (config.unit, config.key, config.lan, config.link, config.interface_ips)
    return (ports, shut, settings.carriers, settings.contexts, settings.stateful, len(settings.groups), *of_links)


def _times(config: PairConfig) -> tuple[object, ...]:
    return (config.unit_poll, config.interface_poll, *(group.interface_poll for group in config.groups))


def _asr_groups(config: PairConfig) -> tuple[tuple[str, int], ...]:
    """What the machine of asymmetric routing beside the pair reads of a configuration (ASR-10)."""
    return tuple((str(each.port), each.asr_group) for each in config.interfaces if each.asr_group is not None)


def enter(state: Any, settings: Settings, event: e.CommandEntered, entered: Entered, arrives: bool) -> Iterator[Output]:
    """Changes the running configurations on a draft of the pair, and what `write memory` saves.

    Args:
        state: Draft of the pair.
        settings: What the protocol reads of the configuration.
        event: The command.
        entered: What `read` found.
        arrives: The command reached the peer (CMD-2); a unit that receives the configuration may miss it (SYN-5).
    """
    unit, peer, here = event.unit, event.unit.peer, _running(state, settings)
    after = here.with_running(unit, entered.own).with_block(unit, entered.block)
    there = arrives and state.unit(peer).phase is Phase.UP
    if there:  # also where it changes nothing here: the peer may have something else, which was typed on it alone
        after = after.with_running(peer, _at_peer(settings, here, event))
    if crossing_of(event.text).does is Does.SAVES:
        for each in (unit, peer) if arrives else (unit,):
            saved = with_context(after.saved_by(each), after.of(each), event.context)
            after = after.with_startup(each, saved)
    _put(state, settings, after)
    if entered.why and after.of(peer) == here.of(peer):
        yield CommandWithoutPart(unit=unit, text=event.text, why=entered.why)


def _at_peer(settings: Settings, here: Running, event: e.CommandEntered) -> PairConfig:
    """The peer's running configuration after the same command; unchanged where it does not take it."""
    config = here.of(event.unit.peer)
    try:
        return _meaning(settings, config, here.block_of(event.unit), event).own
    except Refused:
        return config


def _put(state: Any, settings: Settings, running: Running) -> None:
    """Notes the running configurations, and nothing where they are those of the settings again."""
    assert settings.running is not None
    wanted = UNCHANGED if running == Running.saved(settings.running) else running
    if state.running != wanted:
        state.running = wanted


def follow(before: Both, state: Any, settings: Settings, event: e.Event) -> None:
    """What a step other than a command does to the running configurations, on a draft of the pair.

    A unit that starts takes what it has in Flash; one that is off keeps what it ran by when it stopped, for that says
    what was shut down on it. A synchronisation replaces the running configuration of the
    receiver by the sender's (SYN-3), in memory only (SYN-9); so does `write standby`, in a context for that context.
    """
    after: Running = state.running
    if not after.changed:
        return
    for unit in (Unit.PRIMARY, Unit.SECONDARY):
        was, own = before[place(unit)], state.unit(unit)
        again = was.contact is not PeerContact.LINK and own.contact is PeerContact.LINK
        if own.powered and not was.powered:
            after = after.with_running(unit, after.saved_by(unit)).with_block(unit, "")
        elif own.phase is Phase.COLD_STANDBY and (again or was.phase is not Phase.COLD_STANDBY):
            after = after.with_running(unit, after.of(unit.peer))
        elif isinstance(event, e.WriteStandby) and unit is event.unit.peer and own.phase is Phase.UP:
            written = with_context(after.of(unit), after.of(event.unit), event.context)
            after = after.with_running(unit, written)
    _put(state, settings, after)
