"""Topologies in files: the name of a figure, or a `[topology]` table."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import attrs

from failover_fsm.config.values.input_file import InputFileError, read_input
from failover_fsm.config.values.printable import printable
from failover_fsm.config.values.suggestions import listed, nearest_name
from failover_fsm.config.values.toml_lines import line_of_syntax_error
from failover_fsm.pair.ports import LINKS
from failover_fsm.pair.wiring import UNITS
from failover_fsm.topology.figures import FIGURES, figure
from failover_fsm.topology.named import NAMED, named_text
from failover_fsm.topology.plan import Plan, PlanError, Way, Ways, element_name, way

MAX_TOML = 1_000_000
"""Bytes of a TOML file, at most: a parser needs far more memory than the file has."""

KEYS = (
    *LINKS,
    "data",
    "interfaces",
    "ports",
    "inter-switch-links",
    "carries",
    "stacks",
    "links",
    "hosts",
    "devices",
    "portfast",
)
KNOWN = (*FIGURES, *NAMED)
"""Every name of a topology that ships."""

FORM = '"switch-1", "switch-1 switch-2", "cable", or a list of these for a redundant interface'

_Value = TypeVar("_Value")

_AN_ENTRY = {"carries": "inside", "links": "dark-fibre-1"}


def plan_of(value: object, source: str, interfaces: Sequence[str]) -> Plan:
    """The drawing in a `topology` key of a file: the name of a figure, or a table.

    Args:
        value: The value of the key.
        source: The path of the file.
        interfaces: The names of the pair's interfaces in the order of `names_for_figures`.

    Raises:
        PlanError: If the value is neither.
    """
    if isinstance(value, str):
        if value in NAMED:
            return _named(value)
        if value not in FIGURES:
            raise PlanError("topology", f"there is no topology {value!r}", f"{', '.join(KNOWN)}, or a table")
        return figure(value, interfaces)
    if not isinstance(value, dict):
        raise PlanError("topology", "topology must be a name or a table", f"{', '.join(KNOWN)}, or [topology]")
    return _plan(value, source)


def _named(name: str) -> Plan:
    """A topology that ships with the package."""
    return attrs.evolve(_plan(tomllib.loads(named_text(name))["topology"], name), source=None)


def _plan(table: Mapping[str, Any], source: str) -> Plan:
    for key in table:
        if key not in KEYS:
            raise PlanError(key, f"unknown key {key!r} in [topology]", ", ".join(KEYS))
    portfast = table.get("portfast", True)
    if not isinstance(portfast, bool):
        raise PlanError("portfast", "portfast must be true or false", "true, false")
    networks = {key: _ways(table[key], key) for key in (*LINKS, "data") if key in table}
    return Plan(
        name=Path(source).name,
        source=source,
        failover=networks.get(LINKS[0], ()),
        stateful=networks.get(LINKS[1], ()),
        data=networks.get("data", ()),
        interfaces=_entries(table, "interfaces", _ways),
        ports=_entries(table, "ports", _ways),
        trunks=_trunks(table.get("inter-switch-links", [])),
        carries=_of_pairs(table, "carries", _carried),
        stacks=_stacks(table.get("stacks", [])),
        links=_of_pairs(table, "links", _names),
        hosts=_entries(table, "hosts", _units),
        devices=tuple((link, device) for link, given in _entries(table, "devices", _devices) for device in given),
        portfast=portfast,
    )


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise PlanError(key, f"{key} must be a table", f"[topology.{key}]")
    return value


def _entries(
    table: Mapping[str, Any], key: str, read: Callable[[object, str], _Value]
) -> tuple[tuple[str, _Value], ...]:
    """The entries of a table below `[topology]`."""
    with _within(key):
        return tuple((each, read(value, each)) for each, value in _table(table, key).items())


@contextmanager
def _within(table: str) -> Iterator[None]:
    """Errors say the table below `[topology]` that they are in, since two of these can have the same keys."""
    try:
        yield
    except PlanError as error:
        error.table = table
        raise


def _ways(value: object, key: str) -> Ways:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise PlanError(key, f"{key} must be a way from the primary to the secondary", FORM)
    return tuple(way(text, key) for text in texts)


def _words(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise PlanError(key, f"{key} must be a list of words", f'{key} = ["...", "..."]')
    return tuple(value)


def _names(value: object, key: str) -> tuple[str, ...]:
    """The names of the links between two switches."""
    found = _words(value, key)
    if not found:
        raise PlanError(key, f"{key} must be a list of names", f'"{key}" = ["dark-fibre-1"]')
    return tuple(element_name(word, key) for word in found)


def _devices(value: object, key: str) -> tuple[str, ...]:
    """The other devices on the segment of a link."""
    if key not in LINKS:
        raise PlanError(key, f"unknown key {key!r} in [topology.devices]", ", ".join(LINKS))
    return _words(value, key)


def _units(value: object, key: str) -> tuple[str, ...]:
    """The units that run on a host."""
    element_name(key, "hosts")
    units = tuple(value.split()) if isinstance(value, str) else ()
    if not units or len(set(units)) < len(units) or any(unit not in UNITS for unit in units):
        allowed = f'{key} = "primary", "secondary", "primary secondary"'
        raise PlanError(key, f"{key} must name the units that run on this host", allowed)
    return units


def _carried(value: object, key: str) -> tuple[str, ...]:
    """Names, VLAN numbers and ranges of these."""
    if not isinstance(value, list) or any(type(item) not in (str, int) for item in value):
        allowed = f'"{key}" = ["inside", 10, "20-30"]'
        raise PlanError(key, f"{key} must be a list of interfaces, links and VLANs", allowed)
    return tuple(str(item) for item in value)


def _of_pairs(
    table: Mapping[str, Any], key: str, read: Callable[[object, str], tuple[str, ...]]
) -> tuple[tuple[Way, tuple[str, ...]], ...]:
    """What a table says of the links between each two switches, which have one entry in either order."""
    found: dict[frozenset[str], tuple[Way, tuple[str, ...]]] = {}
    with _within(key):
        for text, value in _table(table, key).items():
            pair = way(text, key)
            words = read(value, text)
            if len(pair) != 2:
                allowed = f'"switch-1 switch-2" = ["{_AN_ENTRY[key]}"]'
                raise PlanError(text, f"{key}: {text!r} does not name two switches", allowed)
            other, _ = found.setdefault(frozenset(pair), (pair, words))
            if other is not pair:
                what = f"{key}: {text!r} names the same switches as {' '.join(other)!r}"
                raise PlanError(text, what, "one entry for each two switches")
    return tuple(found.values())


def _stacks(value: object) -> tuple[Way, ...]:
    key = "stacks"
    found = tuple(way(text, key) for text in _words(value, key))
    if any(len(stack) < 2 for stack in found):
        raise PlanError(key, "a stack has two or more switches", f'{key} = ["switch-1 switch-2"]')
    return found


def _trunks(value: object) -> tuple[Way, ...]:
    key = "inter-switch-links"
    found = tuple(way(text, key) for text in _words(value, key))
    if any(len(ends) != 2 for ends in found):
        raise PlanError(key, "an inter-switch link joins two switches", f'{key} = ["switch-1 switch-2"]')
    return found


class TopologyFileError(Exception):
    """A file that holds no topology; `str` is one line, `FILE:LINE: what is wrong; allowed: ...`."""


def read_topology(text: str, interfaces: Sequence[str], folder: Path | None = None) -> Plan:
    """The topology that a word names: a figure, or a TOML file with a `topology` key or a `[topology]` table.

    Args:
        text: The word.
        interfaces: As in `plan_of`.
        folder: The base of a relative path.

    Raises:
        TopologyFileError: If the file cannot be read or holds no topology.
    """
    if text in FIGURES:
        return figure(text, interfaces)
    if text in NAMED:
        return _named(text)
    if not text.strip():
        raise TopologyFileError(f"a topology without a name; allowed: {', '.join(KNOWN)}, or a TOML file")
    path = Path(text) if folder is None else folder / text
    try:
        written = read_input(path, MAX_TOML).decode("utf-8-sig")
        data = tomllib.loads(written)
    except (InputFileError, UnicodeDecodeError) as error:
        why = error.what if isinstance(error, InputFileError) else "not UTF-8"
        like = "" if "did you mean" in why else nearest_name(text, KNOWN)
        raise TopologyFileError(
            printable(f"{text}: {why}{like}; allowed: {listed(text, KNOWN)}, or a TOML file")
        ) from None
    except (ValueError, RecursionError) as error:  # what is not TOML
        line = line_of_syntax_error(error)
        place = text if line is None else f"{text}:{line}"
        raise TopologyFileError(printable(f"{place}: not TOML: {error}; allowed: a TOML file")) from None
    try:
        return plan_of(data.get("topology"), str(path), interfaces)
    except PlanError as error:
        place = f"{text}:{error.line_in(written)}"
        raise TopologyFileError(printable(f"{place}: {error.what}; allowed: {error.allowed}")) from None
