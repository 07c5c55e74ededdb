"""The show commands: one table of what can be typed, and what a unit answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import attrs

from failover_fsm.config.asa.render import write_failover
from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.device import family
from failover_fsm.device.failover_exec import ExecMode, write_failover_exec
from failover_fsm.device.failover_interface import write_failover_interface
from failover_fsm.device.failover_state import write_failover_state
from failover_fsm.device.history import write_failover_history
from failover_fsm.device.interfaces import write_interfaces
from failover_fsm.device.moment import Moment, show_failover
from failover_fsm.device.monitor_interface import write_monitor_interface
from failover_fsm.device.records import Host
from failover_fsm.device.show_failover import write_show_failover
from failover_fsm.pair.states import Unit

__all__ = ["COMMANDS", "Asked", "CommandError", "ShowCommand", "find", "show"]


class CommandError(ValueError):
    """A command that cannot be entered there: `what` is wrong, and what is `allowed`."""

    def __init__(self, what: str, allowed: str) -> None:
        super().__init__(f"{what}; allowed: {allowed}")
        self.what, self.allowed = what, allowed


@attrs.frozen(kw_only=True)
class Asked:
    """A command on one unit.

    Attributes:
        moment: The pair.
        unit: Where it is entered; the unit runs.
        context: The context in which it is entered, None for the system space or a unit without contexts.
        words: What was typed in the places of the command.
    """

    moment: Moment
    unit: Unit
    context: str | None = None
    words: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class ShowCommand:
    """A command.

    Attributes:
        text: How it is typed; words in braces are places. Words may be shortened.
        answer: The text that the unit prints.
        dated: It prints times.
        rules: The rules of the chapter.
    """

    text: str
    answer: Callable[[Asked], str]
    dated: bool = False
    rules: tuple[str, ...] = ()


def _failover(asked: Asked) -> str:
    return write_show_failover(show_failover(asked.moment, asked.unit, context=asked.context))


def _group(asked: Asked) -> str:
    numbers = [str(number) for number in range(1, len(asked.moment.settings.groups) + 1)]
    if asked.words["group"] not in numbers:
        allowed = "group " + " or ".join(numbers) if numbers else "`show failover`, in an Active/Standby pair"
        raise CommandError(f"there is no failover group {asked.words['group']}", allowed)
    return write_show_failover(show_failover(asked.moment, asked.unit, group=int(asked.words["group"])))


def _monitored(asked: Asked) -> str:
    """In multiple context mode the command is one of the contexts (SHW-46)."""
    contexts = [each.name for each in asked.moment.config_of(asked.unit).contexts]
    if contexts and asked.context is None:
        raise CommandError("`show monitor-interface` in the system space", f"in a context: {', '.join(contexts)}")
    inside = show_failover(asked.moment, asked.unit, context=asked.context)
    assert inside.this is not None and inside.other is not None
    roles = [each.value.capitalize() for each in (asked.unit, asked.unit.peer)]
    hosts = [attrs.evolve(host, role=role) for host, role in zip(inside.hosts, roles, strict=True)]
    return write_monitor_interface(*(_only_monitored(host) for host in hosts))


def _only_monitored(host: Host) -> Host:
    return attrs.evolve(host, interfaces=tuple(each for each in host.interfaces if each.monitoring != "Not-Monitored"))


def _running_config(asked: Asked, *, all: bool = False) -> str:
    """The failover commands, which a context does not have (SHW-48)."""
    if asked.context is not None:
        return ""
    config = asked.moment.config_of(asked.unit)
    own = asked.moment.state.unit(asked.unit)
    return write_failover(attrs.evolve(config, unit=asked.unit, enabled=own.enabled), all=all)


def _exec(asked: Asked) -> str:
    """The mode is followed by the machine of `failover exec`; here nobody has sent a command (EXE-11)."""
    own = asked.moment.state.unit(asked.unit).groups[0].active
    roles = {"active": "Active", "standby": "Standby", "mate": "Standby" if own else "Active"}
    which = [name for name in roles if name.startswith(asked.words["unit"].lower())]
    if len(which) != 1:
        raise CommandError(f"`show failover exec {asked.words['unit']}`", "active, standby, mate")
    return write_failover_exec(ExecMode(role=roles[which[0]]))


def _interfaces(asked: Asked, *, detail: bool = False) -> str:
    name = asked.words.get("name")
    found = family.interfaces(asked.moment, asked.unit, context=asked.context, name=name, detail=detail)
    if name is not None and not found.interfaces:
        every = family.interfaces(asked.moment, asked.unit, context=asked.context).interfaces
        raise CommandError(f"there is no interface {name}", ", ".join(each.name for each in every))
    return write_interfaces(found)


COMMANDS = (
    ShowCommand("show failover", _failover, True, ("SHW-2", "SHW-16")),
    ShowCommand("show failover group {group}", _group, True, ("SHW-44",)),
    ShowCommand("show failover state",
                lambda asked: write_failover_state(family.failover_state(asked.moment, asked.unit)), True),
    ShowCommand("show failover history",
                lambda asked: write_failover_history(family.failover_history(asked.moment, asked.unit)), True),
    ShowCommand("show failover interface",
                lambda asked: write_failover_interface(family.failover_interfaces(asked.moment, asked.unit))),
    ShowCommand("show failover exec {unit}", _exec, rules=("EXE-14",)),
    ShowCommand("show monitor-interface", _monitored, rules=("SHW-46", "SHW-47")),
    ShowCommand("show running-config failover", _running_config, rules=("SHW-48",)),
    ShowCommand("show running-config all failover", lambda asked: _running_config(asked, all=True), rules=("SHW-49",)),
    ShowCommand("show interface", _interfaces, rules=("SHW-1",)),
    ShowCommand("show interface {name}", _interfaces, rules=("SHW-1",)),
    ShowCommand("show interface detail", lambda asked: _interfaces(asked, detail=True), rules=("ASR-12",)),
    ShowCommand("show interface {name} detail", lambda asked: _interfaces(asked, detail=True), rules=("ASR-12",)),
)  # fmt: skip
"""The commands, by the words that are typed."""


def find(text: str) -> tuple[ShowCommand, Mapping[str, str]]:
    """The command of a line, whose words may be shortened as on a device, and what stands in its places.

    Raises:
        CommandError: If there is none, or several.
    """
    typed = text.split()
    fitting = [(each, words) for each in COMMANDS if (words := _fits(each.text.split(), typed)) is not None]
    fitting = [each for each in fitting if not each[1]] or fitting  # a word of the command is no name
    if len(fitting) != 1:
        names = tuple(map(_shown, COMMANDS))
        unknown = f"is unknown{nearest(text.strip(), names)}"
        what = unknown if not fitting else "may be " + " or ".join(f"`{each.text}`" for each, _ in fitting)
        raise CommandError(f"`{text.strip()}` {what}", listed(text.strip(), names))
    return fitting[0]


def _shown(command: ShowCommand) -> str:
    return re.sub(r"\{(\w+)\}", lambda place: place[1].upper(), command.text)


def _fits(words: list[str], typed: list[str]) -> dict[str, str] | None:
    if len(words) != len(typed):
        return None
    places = {}
    for word, given in zip(words, typed, strict=True):
        if word.startswith("{"):
            places[word.strip("{}")] = given
        elif not word.startswith(given.lower()) or len(given) < 2:
            return None
    return places


def show(text: str, moment: Moment, unit: Unit, *, context: str | None = None) -> str:
    """What a unit prints for a show command.

    Args:
        text: The command, such as `show failover state` or `sh fail hist`.
        moment: The pair.
        unit: Where it is entered.
        context: The context in which it is entered; None for the system space or a unit without contexts.

    Returns:
        The lines; of a unit that is off, a sentence that says so.

    Raises:
        CommandError: If the command is unknown, or cannot be entered there.
    """
    command, words = find(text)
    known = [each.name for each in moment.config.contexts]
    if context is not None and context not in known:
        allowed = listed(context, known) or "no context, the pair has none"
        raise CommandError(f"there is no context {context}{nearest(context, known)}", allowed)
    if not moment.state.unit(unit).powered:
        return f"The {unit.value} is off and prints nothing.\n"
    return command.answer(Asked(moment=moment, unit=unit, context=context, words=words))
