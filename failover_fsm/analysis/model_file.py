"""Model files: a scenario as a TOML file, `models/*.toml`."""

from __future__ import annotations

import os
import re
import tomllib
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from failover_fsm.analysis.machine_tables import MACHINE_TABLES, MachineTableError, machine_tables
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig, StatefulLink
from failover_fsm.config.values.input_file import InputFileError, read_input
from failover_fsm.config.values.printable import printable
from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.config.values.toml_lines import line_of, line_of_syntax_error
from failover_fsm.model.scenario import Expected, Scenario
from failover_fsm.model.search_environment import WITH_TOPOLOGY, Environment
from failover_fsm.model.typed_model import always_refused, without_effect
from failover_fsm.pair.impairments import SPANNING_TREE
from failover_fsm.pair.registry import NEEDS_ONE_OF
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.promises import BY_ID, Promise
from failover_fsm.services.machine import MachinePromise
from failover_fsm.timing.delay import duration_of
from failover_fsm.timing.within import Limit, limit_of
from failover_fsm.topology import MAX_TOML, Plan, PlanError, names_for_figures, plan_of

KEYS = ("title", "config", "topology", "environment", "options", *MACHINE_TABLES, "times", "promises", "expect")
DURATIONS = {"link-delay": "link_delay", "synchronisation": "synchronization"}
"""The keys of `[times]`, and the fields of `Times` that they are."""

PINS = ("states", "transitions", "depth")


class ModelFileError(Exception):
    """A model file that cannot be used; `str` is one line, `FILE:LINE: what is wrong; allowed: ...`."""

    def __init__(self, source: str, line: int | None, what: str, allowed: str = "") -> None:
        super().__init__(source, line, what, allowed)
        self.source, self.line, self.what, self.allowed = source, line, what, allowed

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        tail = f"; allowed: {self.allowed}" if self.allowed else ""
        return printable(f"{place}: {self.what}{tail}")


@attrs.frozen
class _Reader:
    """A parsed model file, with its text to find lines in."""

    source: str
    text: str

    def error(self, key: str, what: str, allowed: str = "", table: str | None = None) -> ModelFileError:
        """An error at the line where `key` stands in a table; None for any table."""
        return ModelFileError(self.source, line_of(self.text, key, table), what, allowed)

    def only(self, table: Mapping[str, Any], allowed: tuple[str, ...], name: str) -> None:
        """Refuses unknown keys, which are usually misspelt ones, in the table of that name; empty for the file."""
        where = f"[{name}]" if name else "the model file"
        for key in table:
            if key not in allowed:
                what = f"unknown key {key!r} in {where}{nearest(key, allowed)}"
                raise self.error(key, what, listed(key, allowed), name)

    def table(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """The sub-table `key`, empty where there is none."""
        value = data.get(key, {})
        if not isinstance(value, dict):
            raise self.error(key, f"{key} must be a table", f"[{key}]")
        return value

    def words(self, table: Mapping[str, Any], key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of strings."""
        value = table.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(key, f"{key} must be a list of words", f'{key} = ["...", "..."]')
        return tuple(value)


def read_model(path: str | Path) -> Scenario:
    """The scenario in a model file.

    Raises:
        ModelFileError: If the file cannot be read or is not a valid model; with file and line.
        ConfigError: If the configuration that it names cannot be used.
    """
    source = str(path)
    text = _text(Path(path), source)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ModelFileError(source, line_of_syntax_error(error), f"not TOML: {error}") from None
    except (RecursionError, ValueError):
        raise ModelFileError(source, None, "not a model: nested too deeply, or a number too long", "TOML") from None
    reader = _Reader(source, text)
    reader.only(data, KEYS, "")
    _word(reader, data, "title", "no title", 'title = "..."')
    environment = _environment(reader, data)
    within = _within(reader, data)
    file = _config(reader, data, Path(path).parent)
    config = read_config(file)
    timely = tuple(limit.id for limit in within)
    beside = _beside(reader, data, config, environment)
    known = _promises_beside(next(iter(beside))) if beside else BY_ID
    check, violated = _promises(reader, data, environment, timely, known, groups=config.active_active)
    if environment.has("sessions") and config.stateful_link is StatefulLink.SHARED_DATA:
        what = "sessions cannot be followed where a data interface carries the state: searches interchange interfaces"
        raise reader.error("follow", what, "a stateful link of its own, or shared with the failover link")
    scenario = Scenario(
        title=data["title"],
        config=config,
        topology=_topology(reader, data, config),
        sources=(str(file),),
        environment=environment,
        options=_options(reader, data),
        check=check,
        violated=violated,
        within=within,
        expect=_pins(reader, data),
        **beside,
        durations=_durations(reader, data),
    )
    if scenario.options.forward_delay and not environment.has(SPANNING_TREE):
        what = "forward_delay, and no switch port ever forwards"
        raise reader.error("forward_delay", what, f'"{SPANNING_TREE}" among the faults')
    _refuse_lines(reader, scenario)
    return scenario


def _refuse_lines(reader: _Reader, scenario: Scenario) -> None:
    """Refuses command lines that no unit ever takes, and those that change nothing."""
    refused = always_refused(scenario)
    if refused is not None:
        raise reader.error(refused[0], f"operator word {refused[0]!r} is always refused: {refused[1]}")
    idle = without_effect(scenario.environment)
    if idle is not None:
        raise reader.error(idle[0], f"operator word {idle[0]!r} changes nothing: {idle[1]}", idle[2])


def _text(path: Path, source: str) -> str:
    try:
        raw = read_input(path, MAX_TOML)
    except InputFileError as error:
        raise ModelFileError(source, None, error.what, error.allowed) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ModelFileError(source, None, "not a text file", "UTF-8 text in TOML") from None
    if not text.strip():
        raise ModelFileError(source, None, "the file is empty", "a model in TOML")
    return text


def _config(reader: _Reader, data: Mapping[str, Any], folder: Path) -> Path:
    name = _word(reader, data, "config", "no configuration", 'config = "primary.cfg"')
    if not os.path.exists(folder / name):
        raise reader.error("config", f"config names no file: {name!r}", "a configuration, relative to the model file")
    return folder / name


def _word(reader: _Reader, data: Mapping[str, Any], key: str, missing: str, allowed: str) -> str:
    """A string that must be present and not blank."""
    if key not in data:
        raise ModelFileError(reader.source, None, missing, allowed)
    value = data[key]
    if not isinstance(value, str) or not value.strip():
        raise reader.error(key, f"{key} cannot be {value!r}", allowed)
    return value


def _topology(reader: _Reader, data: Mapping[str, Any], config: PairConfig) -> Plan | None:
    if "topology" not in data:
        return None
    settings = Settings.of(config)
    try:
        plan = plan_of(data["topology"], reader.source, names_for_figures(settings))
        plan.laid(settings)
    except PlanError as error:
        raise ModelFileError(reader.source, error.line_in(reader.text), error.what, error.allowed) from None
    return plan


def _promises_beside(beside: str) -> Mapping[str, Promise | MachinePromise]:
    from failover_fsm.analysis.session_model import promises_beside  # most models have no machine beside the pair

    return promises_beside(beside)


def _beside(reader: _Reader, data: Mapping[str, Any], config: PairConfig, environment: Environment) -> dict[str, Any]:
    """The machine beside the pair, by the name of its table; empty where there is none."""
    tables = {name: reader.table(data, name) for name in MACHINE_TABLES if name in data}
    try:
        found = machine_tables(tables, config, environment)
    except MachineTableError as error:
        table = next((name for name, entries in tables.items() if error.key in entries), None)
        raise reader.error(error.key, error.what, error.allowed, table) from None
    if "saving" in found and "topology" in data:
        raise reader.error("follow", "spaces are followed beside a pair without a topology", "no topology")
    return found


def _durations(reader: _Reader, data: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """The durations that no configuration tells (LNK-19, SYN-7)."""
    table = reader.table(data, "times")
    reader.only(table, tuple(DURATIONS), "times")
    found = []
    for name, value in table.items():
        try:
            found.append((DURATIONS[name], duration_of(value if isinstance(value, str) else repr(value))))
        except ValueError as error:
            what, _, allowed = str(error).partition("; allowed: ")
            raise reader.error(name, f"{name}: {what}", allowed, "times") from None
    return tuple(found)


def _environment(reader: _Reader, data: Mapping[str, Any]) -> Environment:
    table = reader.table(data, "environment")
    default = Environment(faults=WITH_TOPOLOGY) if "topology" in data else Environment()
    reader.only(table, ("faults", "operator", "max_faults", "sync_states", "follow"), "environment")
    sync_states = table.get("sync_states", False)
    if not isinstance(sync_states, bool):
        raise reader.error("sync_states", "sync_states must be true or false", "true, false", "environment")
    faults = reader.words(table, "faults", default.faults)
    operator = reader.words(table, "operator", default.operator)
    if "elements" in faults and "topology" not in data:
        raise reader.error("elements", "faults of elements without a topology", 'topology = "figure-13-3", or a table')
    try:
        found = Environment(
            faults=faults,
            operator=operator,
            max_faults=table.get("max_faults"),
            sync_states=sync_states,
            follow=reader.words(table, "follow", default.follow),
        )
    except ValueError as error:
        what, _, allowed = str(error).partition("; allowed: ")
        quoted = re.search(r"word '([^']*)'", what)
        first = what.partition(" ")[0]
        other = first if first in (*faults, "operator") else "max_faults"
        key = quoted[1] if quoted else other
        raise reader.error(key, what, allowed) from None
    for word, needed in NEEDS_ONE_OF.items():
        if found.has(word) and not any(map(found.has, needed)):
            raise reader.error(word, f"{word} changes nothing by itself", f"beside one of {', '.join(needed)}")
    return found


def _options(reader: _Reader, data: Mapping[str, Any]) -> Options:
    table = reader.table(data, "options")
    names = tuple(field.name for field in attrs.fields(Options))
    reader.only(table, names, "options")
    for name, value in table.items():
        wanted = type(getattr(Options(), name))
        if type(value) is not wanted:
            words = {bool: "true, false", int: "a number"}
            raise reader.error(name, f"{name} cannot be {value!r}", words.get(wanted, "a word"), "options")
    hints = typing.get_type_hints(Options)
    for name, value in table.items():
        allowed = typing.get_args(hints[name])
        if allowed and value not in allowed:
            known = tuple(map(str, allowed))
            what = f"{name} cannot be {value!r}{nearest(str(value), known)}"
            raise reader.error(name, what, ", ".join(known), "options")
    return Options(**table)


def _promises(
    reader: _Reader,
    data: Mapping[str, Any],
    environment: Environment,
    within: tuple[str, ...],
    known: Mapping[str, Promise | MachinePromise],
    *,
    groups: bool,
) -> tuple[tuple[str, ...] | None, tuple[Expected, ...]]:
    table = reader.table(data, "promises")
    reader.only(table, ("check", "violated", "within"), "promises")
    ids: tuple[str, ...] | None = None
    if table.get("check", "all") != "all":
        ids = tuple(dict.fromkeys(reader.words(table, "check", ())))
    violated = _violated(reader, table)
    for name in (*(ids or ()), *(name for name in violated if name not in within)):
        if name not in known:
            raise reader.error(name, f"unknown promise {name!r}{nearest(name, known)}", listed(name, known))
        promise = known[name]
        if isinstance(promise, Promise) and not promise.applies(environment, groups=groups):
            raise reader.error(name, f"promise {name!r} says nothing in this environment", needs(name))
        if ids is not None and name not in ids:
            raise reader.error(name, f"promise {name!r} is expected to be violated but not checked", "ids in check")
    return ids, tuple(Expected(promise=name, reason=reason) for name, reason in violated.items())


def _within(reader: _Reader, data: Mapping[str, Any]) -> tuple[Limit, ...]:
    """The promises in real time (see `timing.within`)."""
    table = reader.table(reader.table(data, "promises"), "within")
    limits = []
    for name, value in table.items():
        try:
            limits.append(limit_of(name, value))
        except ValueError as error:
            what, _, allowed = str(error).partition("; allowed: ")
            raise reader.error(name, what, allowed, "promises.within") from None
    return tuple(limits)


def _violated(reader: _Reader, table: Mapping[str, Any]) -> dict[str, str]:
    """The promises known to break here, each with its reason: a table, or a bare list of ids."""
    value = table.get("violated", {})
    if isinstance(value, list):
        return dict.fromkeys(reader.words(table, "violated", ()), "known and expected in this model")
    if not isinstance(value, dict) or not all(isinstance(reason, str) and reason for reason in value.values()):
        raise reader.error("violated", "violated must be ids with reasons", '[promises.violated] id = "why"')
    return value


def needs(name: str) -> str:
    """The requirements of a promise on the environment, in words."""
    promise = BY_ID[name]
    kinds = {"active-active": ["an Active/Active pair"], "active-standby": ["an Active/Standby pair"]}
    parts = kinds.get(promise.pairs, []) + [f"faults or operator with {word}" for word in promise.needs]
    parts += [f"max_faults of {promise.least_faults} or more"] if promise.least_faults else []
    return ", ".join([*parts, *(f"operator without {word}" for word in promise.unless)])


def _pins(reader: _Reader, data: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    table = reader.table(data, "expect")
    reader.only(table, PINS, "expect")
    for name, value in table.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise reader.error(name, f"{name} cannot be {value!r}", "a whole number", "expect")
    return tuple(table.items())
