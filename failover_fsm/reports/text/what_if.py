"""What-if reports: status, events, new status; and the outcomes of many orders, the worst first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from failover_fsm.analysis.cut_sets import name_of
from failover_fsm.analysis.what_if import SEVERITIES, SettledOutcome
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import JOINING, State, Unit
from failover_fsm.text import words
from failover_fsm.text.layout import wrap
from failover_fsm.text.record import output_record, state_record
from failover_fsm.text.service import lost_names
from failover_fsm.text.story import RecordedStep, tell

__all__ = ["outcomes_record", "outcomes_text", "story_record", "story_text"]


def story_text(steps: Sequence[RecordedStep], settings: Settings, *, loop: int | None = None) -> str:
    """The run in three blocks, in the words of `run`: the status before, what happens, the status after.

    Args:
        steps: The steps.
        settings: The pair.
        loop: The number of steps before the loop in which the run ends; None where the pair settles.
    """
    status, *actions, new_status = tell(steps, settings, loop=loop).split("\n\n")
    lost = lost_names(steps[-1].after, settings)
    new_status = "\n".join([new_status.rstrip("\n"), *(["", *_wrapped(_without(lost), "", "  ")] if lost else [])])
    blocks = [("STATUS", [status]), ("ACTIONS", actions or ["Nothing happens."]), ("NEW STATUS", [new_status])]
    if loop is not None:
        blocks.append((f"LIVELOCK: the pair never settles: steps {loop + 1} to {len(steps)} repeat", []))
    return "\n\n".join("\n\n".join((title, *parts)).rstrip("\n") for title, parts in blocks) + "\n"


def story_record(steps: Sequence[RecordedStep], settings: Settings, *, loop: int | None = None) -> dict[str, Any]:
    """The run as data: the same three blocks, and the events of the loop; the arguments as for `story_text`."""
    return {
        "status": state_record(steps[0].before, settings),
        "actions": [
            {
                "event": str(step.event),
                "outputs": [output_record(output) for output in step.outputs],
                "refused": step.refused or None,
            }
            for step in steps
        ],
        "new_status": state_record(steps[-1].after, settings),
        "without_service": list(lost_names(steps[-1].after, settings)),
        "livelock": None if loop is None else [str(step.event) for step in steps[loop:]],
    }


def outcomes_text(found: Sequence[SettledOutcome], settings: Settings, *, orders: str, more: bool) -> str:
    """The outcomes of every order, the worst first; with one more fault, each with the faults that lead there.

    Args:
        found: The outcomes.
        settings: The pair.
        orders: The tried orders in words.
        more: True if one more fault was tried.
    """
    if not found:
        return "In no order can all of these happen.\n"
    lines = _wrapped(f"Every outcome of {orders}, the units' own steps anywhere in between", "", "")
    for (place, state), alike in groupby(sorted(found, key=_alike), key=_alike):
        same = list(alike)
        lines += ["", *_wrapped(f"{SEVERITIES[place]}: {state}", "", "    ")]
        if more:
            for outcome in same:
                lines += _wrapped(f"{_fault(outcome.fault)}{_lost(outcome, settings)}", "  - ", "    ")
        else:
            by = f"by {'; '.join(_own(same[0], settings))}{_lost(same[0], settings)}"
            lines += _wrapped(by, "  ", "    ")
    worst = SEVERITIES[min(outcome.severity for outcome in found)]
    return "\n".join([*lines, "", f"WORST: {worst}"]) + "\n"


def outcomes_record(found: Sequence[SettledOutcome], settings: Settings) -> list[dict[str, Any]]:
    """The outcomes as data, the worst first; `events` is a shortest run from two units that are off."""
    return [
        {
            "outcome": SEVERITIES[outcome.severity],
            "fault": None if outcome.fault is None else str(outcome.fault),
            "status": state_record(outcome.state, settings),
            "without_service": list(lost_names(outcome.state, settings)),
            "events": [str(event) for event in outcome.events],
        }
        for outcome in found
    ]


def _without(lost: Sequence[str]) -> str:
    return f"Without service: {', '.join(lost)}"


def _lost(outcome: SettledOutcome, settings: Settings) -> str:
    """What has no service where one unit is active; where none is, nothing has."""
    lost = lost_names(outcome.state, settings) if outcome.severity else ()
    return f": without service {', '.join(lost)}" if lost else ""


def _alike(outcome: SettledOutcome) -> tuple[int, str]:
    return outcome.severity, _roles(outcome.state)


def _roles(state: State) -> str:
    return "; ".join(f"{unit.value} {_states(state, unit)}" for unit in Unit)


def _states(state: State, unit: Unit) -> str:
    own = state.unit(unit)
    if own.phase in JOINING and own.enabled:
        return "in synchronisation"  # a search takes its states in one step
    found = [words.title(words.state_word(own, index)) for index in range(len(own.groups))]
    if len(set(found)) == 1:
        return found[0]
    return ", ".join(f"group {number} {word}" for number, word in enumerate(found, 1))


def _fault(fault: e.Fault | None) -> str:
    return "no further fault" if fault is None else f"with {name_of(fault)}"


def _own(outcome: SettledOutcome, settings: Settings) -> Iterator[str]:
    """The events from outside, without the boot and the units' own steps."""
    outside = [event for event in outcome.events if not isinstance(event, e.ProtocolStep)]
    return (str(event) for event in outside[len(Unit) :])


def _wrapped(text: str, first: str, then: str) -> list[str]:
    return wrap(text, first, then)
