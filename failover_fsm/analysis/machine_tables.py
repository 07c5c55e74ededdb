"""The tables of a model file about what stands beside the pair: `[sessions]`, `[traffic]`, `[keys]`, `[saving]`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from failover_fsm.config.records.links import Key
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.config.values.field_values import ValueNotAllowed
from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.model.beside import SAVING_COMMANDS, KeyLines, SavedSpaces, SessionLines, TrafficLines
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair.settings import Settings

__all__ = ["MACHINE_TABLES", "MachineTableError", "machine_tables"]

LINK_FAULTS = ("failover-link", "ports", "elements")
"""Faults that cut the failover link: beside keys, only these may decide whether the units hear each other there."""


class MachineTableError(ValueError):
    """A table that cannot be used: the key at fault, what is wrong with it, and what is allowed."""

    def __init__(self, key: str, what: str, allowed: str) -> None:
        super().__init__(f"{what}; allowed: {allowed}")
        self.key, self.what, self.allowed = key, what, allowed


def machine_tables(
    tables: Mapping[str, Mapping[str, Any]], config: PairConfig, environment: Environment
) -> dict[str, Any]:
    """What stands beside the pair, as an argument of `Scenario`; empty where nothing does.

    Spaces are followed without a table of their own where the environment says so.

    Args:
        tables: The tables that the file has, by name.
        config: The pair.
        environment: The faults and commands that may come.

    Raises:
        MachineTableError: For a table that cannot be used, and for a second one.
    """
    if "saving" not in tables and _follows_spaces(config, environment, alone=not tables):
        if tables:
            raise MachineTableError("follow", f"spaces are followed beside [{next(iter(tables))}]", "one of them")
        tables = {"saving": {}}
    if len(tables) > 1:
        first, second = list(tables)[:2]
        raise MachineTableError(second, f"[{second}] beside [{first}]", "one of them")
    return {name: _READERS[name](table, config, environment) for name, table in tables.items()}


def _sessions(table: Mapping[str, Any], config: PairConfig, _environment: Environment) -> SessionLines:
    _only(table, ("units", "lines"), "sessions")
    names = [unit.value for unit in Unit]
    units = _words(table, "units", names)
    _among("units", units, names)
    if config.active_active or config.contexts:
        what = "terminal sessions are explored in single context mode"
        raise MachineTableError("sessions", what, "an Active/Standby pair without contexts")
    return SessionLines(units=units, lines=_words(table, "lines", ()))


def _traffic(table: Mapping[str, Any], config: PairConfig, _environment: Environment) -> TrafficLines:
    from failover_fsm.services.asymmetric import Protocol  # most models have no traffic

    _only(table, ("sessions", "arrivals", "protocols"), "traffic")
    names = [port.name for port in Settings.of(config).ports]
    sessions, arrivals = _words(table, "sessions", names), _words(table, "arrivals", names)
    protocols = _words(table, "protocols", ["tcp"])
    _among("sessions", sessions, names)
    _among("arrivals", arrivals, names)
    _among("protocols", protocols, [protocol.value for protocol in Protocol])
    return TrafficLines(sessions=sessions, arrivals=arrivals, protocols=protocols)


def _keys(table: Mapping[str, Any], _config: PairConfig, environment: Environment) -> KeyLines:
    _only(table, ("enters", "removes"), "keys")
    enters, removes = _words(table, "enters", ("K1",)), table.get("removes", False)
    if not isinstance(removes, bool):
        raise MachineTableError("removes", "removes must be true or false", "true, false")
    for key in enters:
        try:
            Key.from_text(key)
        except ValueNotAllowed as error:
            raise MachineTableError("enters", error.what, error.allowed) from None
    if not enters:
        raise MachineTableError("enters", "enters cannot be empty", "one key or more")
    cut = next((word for word in LINK_FAULTS if environment.has(word)), None)
    if cut is not None:
        raise MachineTableError(cut, f"[keys] with the fault {cut!r}", f"faults other than {', '.join(LINK_FAULTS)}")
    return KeyLines(enters=enters, removes=removes)


def _saving(table: Mapping[str, Any], config: PairConfig, environment: Environment) -> SavedSpaces:
    if not _follows_spaces(config, environment, alone=True):
        raise MachineTableError("saving", "[saving] where nothing is followed", 'follow = ["saved"]')
    if environment.lines:
        what = "spaces are followed beside an untyped pair"
        raise MachineTableError("follow", what, "no command lines in operator")
    _only(table, ("spaces", "commands", "units", "server_fails"), "saving")
    default = tuple(SAVING_COMMANDS)[:-1] if environment.has("saved") else _of_operator(environment)
    names = [unit.value for unit in Unit]
    units, commands = _words(table, "units", names), _words(table, "commands", default)
    spaces, server_fails = _words(table, "spaces", ()), table.get("server_fails", False)
    _among("units", units, names)
    _among("spaces", spaces, ["system", *(context.name for context in config.contexts)], or_none=True)
    _among("commands", commands, list(SAVING_COMMANDS), or_none=True)
    if not isinstance(server_fails, bool):
        raise MachineTableError("server_fails", "server_fails must be true or false", "true, false")
    return SavedSpaces(spaces=spaces, commands=commands, units=units, server_fails=server_fails)


def _follows_spaces(config: PairConfig, environment: Environment, *, alone: bool) -> bool:
    """Whether `saved` is followed; or `commands` of a pair with two or more contexts and no other machine beside it."""
    return environment.has("saved") or (alone and environment.has("commands") and len(config.contexts) > 1)


def _of_operator(environment: Environment) -> tuple[str, ...]:
    """What is entered in each space by an operator whose commands are followed."""
    words = {"command": "configure", "write-standby": "write standby"}
    return tuple(command for word, command in words.items() if environment.has(word))


_READERS: Mapping[str, Callable[[Mapping[str, Any], PairConfig, Environment], Any]] = {
    "sessions": _sessions,
    "traffic": _traffic,
    "keys": _keys,
    "saving": _saving,
}

MACHINE_TABLES = tuple(_READERS)
"""The names of the tables."""


def _only(table: Mapping[str, Any], allowed: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in allowed:
            raise MachineTableError(
                key, f"unknown key {key!r} in [{where}]{nearest(key, allowed)}", listed(key, allowed)
            )


def _words(table: Mapping[str, Any], key: str, default: Iterable[str]) -> tuple[str, ...]:
    value = table.get(key, list(default))
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise MachineTableError(key, f"{key} must be a list of words", f'{key} = ["...", "..."]')
    return tuple(dict.fromkeys(value))


def _among(key: str, given: tuple[str, ...], names: list[str], *, or_none: bool = False) -> None:
    """Refuses a word that is none of the names, and an empty list unless it may be."""
    wrong = next((name for name in given if name not in names), None)
    if wrong is not None or not (given or or_none):
        raise MachineTableError(key, f"{key} cannot be {wrong or 'empty'}", ", ".join(names))
