"""The operator's view: prompt, states and interfaces of each unit, and the faults present."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.device.prompt import FULL, prompt
from failover_fsm.diagrams.runs.roles import broken
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit
from failover_fsm.text import words
from failover_fsm.text.words import groups_of, title, unit_word

__all__ = ["FIELDS", "Panel", "active_words", "panel", "world"]

FIELDS = ("Prompt", "State", "Sees its mate as", "Failover link", "Configuration")
"""The labels of the lines of a panel; the interfaces are below them by name."""


@attrs.frozen
class Panel:
    """One unit as its console shows it.

    Attributes:
        lines: The values of FIELDS; empty if the unit has nothing to show.
        interfaces: Their status, in the order of the configuration.
        role: A word for the colour of the panel.
    """

    lines: tuple[str, ...]
    interfaces: tuple[str, ...]
    role: str


def panel(state: State, scenario: Scenario, unit: Unit) -> Panel:
    """The panel of a unit in a state; with failover groups the prompt is that of group 1, as in the system space.

    Whether the configurations agree is shown where the scenario follows it.
    """
    config, settings = scenario.config, scenario.settings
    own = state.unit(unit)
    groups = groups_of(state)
    standing = [title(unit_word(state, unit, index)) for index, _ in groups]
    statuses = tuple(title(words.status_word(state, settings, unit, index)) for index in range(len(settings.ports)))
    if not own.powered:
        off = {"down": "Stopped", "restarting": "Restarting"}.get(own.phase.value, "Off, never started")
        return Panel(("", off, "", "", ""), ("",) * len(statuses), "off")
    lines = (
        prompt(state, config, unit, parts=FULL),
        _by_group(standing),
        _by_group([title(words.seen_word(own, index)) for index, _ in groups]),
        title(words.link_word(own)),
        title(words.config_word(own)) if scenario.compares_configurations else "",
    )
    roles = {words.role_word(own, index) for index, _ in groups} if own.enabled else {"disabled"}
    return Panel(lines, statuses, _colour(roles, standing))


def _colour(roles: set[str], standing: list[str]) -> str:
    if "Failed" in standing:
        return "failed"
    return "active" if "active" in roles else min(roles)


def _by_group(texts: list[str]) -> str:
    if len(set(texts)) == 1:
        return texts[0]
    return ", ".join(f"group {number}: {text}" for number, text in enumerate(texts, start=1))


def world(state: State, settings: Settings) -> tuple[str, ...]:
    """The faults present, in words; empty if there are none."""
    return tuple(f"{thing}: {how}" for thing, how in broken(state, settings))


def active_words(state: State) -> str:
    """The active unit, by group if there are two."""
    return _by_group(list(_active(state)))


def _active(state: State) -> Iterator[str]:
    for index, _ in groups_of(state):
        yield {"none": "no unit", "both": "both units"}.get(found := words.active_word(state, index), f"the {found}")
