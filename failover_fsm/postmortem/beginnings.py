"""Where runs may begin, and the faults and commands that are tried in them."""

from __future__ import annotations

from collections.abc import Sequence

from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.evidence import Evidence
from failover_fsm.postmortem.steps import PairSteps
from failover_fsm.postmortem.tokens import COMMANDS_LOGGED, DETECTED

__all__ = ["OPERATOR", "environment_for", "starts_of", "whole_environment"]

OPERATOR = ("failover-active", "reset", "disable", "write-standby", "reload")
"""The commands that are tried."""

_CARD = ("card", "module", "backplane")
_STATE_LINES = (311003, 311004)
_SILENCE = (103001, 105043)


def environment_for(settings: Settings, evidence: Evidence) -> Environment:
    """The faults and commands that are tried.

    The Stateful Failover link changes no role, so its faults are tried only where the evidence speaks of it, and so are
    those of service modules, which no configuration shows. In an Active/Active pair, where each group multiplies what
    can happen, silent interfaces and cut paths are tried only where a line speaks of interface tests or of silence.
    """
    numbers = {each.token.number for each in evidence.observations}
    faults = ["power", "failover-link", "ports"]
    if not settings.groups or numbers.intersection(DETECTED):
        faults.append("traffic")
    if not settings.groups or evidence.snapshots or numbers.intersection(_SILENCE):
        faults.append("paths")
    if settings.stateful is StatefulLink.DEDICATED and numbers.intersection(_STATE_LINES):
        faults.append("stateful-link")
    texts = [each.text.lower() for each in evidence.observations if each.token.number not in COMMANDS_LOGGED]
    texts += [note.what.lower() for note in evidence.notes]
    if any(word in text for text in texts for word in _CARD):
        faults.append("modules")
    return Environment(faults=tuple(faults), operator=OPERATOR, max_faults=None)


def whole_environment(settings: Settings) -> Environment:
    """All faults and commands, for lines that are not known yet."""
    faults = ["power", "failover-link", "ports", "traffic", "paths", "modules"]
    if settings.stateful is StatefulLink.DEDICATED:
        faults.append("stateful-link")
    return Environment(faults=tuple(faults), operator=OPERATOR, max_faults=None)


def starts_of(steps: PairSteps) -> dict[int, tuple[e.Event, ...]]:
    """The states in which a run may begin, each with a way there from both units off and never started.

    Healthy, whoever is active for what, and both units off. A pair that had a fault when the evidence begins is a run
    in which the fault comes first.
    """
    booted: int = steps.cold
    way: tuple[e.Event, ...] = ()
    for unit in Unit:
        booted, way = _rested(steps, booted, way, e.UnitRestored(unit=unit))
    found: dict[int, tuple[e.Event, ...]] = {booted: way}
    groups: Sequence[int | None] = (None, *range(1, len(steps.settings.groups) + 1))
    queue = [booted]
    for number in queue:
        for unit in Unit:
            for group in groups:
                after, way = _rested(steps, number, found[number], e.FailoverActive(unit=unit, group=group))
                if after not in found:
                    found[after] = way
                    queue.append(after)
    found[steps.cold] = ()
    return found


def _rested(steps: PairSteps, number: int, way: tuple[e.Event, ...], event: e.Event) -> tuple[int, tuple[e.Event, ...]]:
    """The state in which the pair comes to rest after an event, and the way there."""
    after = steps.take(number, event)
    if after == number:
        return number, way
    rest, own = steps.settle(after)
    return rest, (*way, event, *own)
