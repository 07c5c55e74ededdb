"""A run as a story: each event, and below it, side by side, the effects on each unit.

The primary is always on the left. Only changes are shown. Hellos that only bring news, and the states of one
synchronisation, share a heading. Traces and counterexamples are shown in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.health import failed_interfaces, failover_link_works
from failover_fsm.pair.outputs import (
    CommandNotReplicated,
    CommandReplicated,
    CommandWithoutPart,
    MessageLost,
    MessageSent,
    Output,
    PhaseChanged,
    RoleChanged,
    SessionsEnded,
    SystemLog,
)
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Phase, State, Unit, UnitState
from failover_fsm.services.machine import SentToPeer
from failover_fsm.text import obstacles, words
from failover_fsm.text.headings import MESSAGES, heading
from failover_fsm.text.join_reasons import JoinReasons
from failover_fsm.text.layout import line_width, padded, some_of, wrap
from failover_fsm.text.words import title

__all__ = ["RecordedStep", "output_lines", "tell"]

_MARGIN = 6


@attrs.frozen
class RecordedStep:
    """One event with the states around it and the units' outputs.

    Attributes:
        event: The event.
        before: The state before.
        after: The state after.
        outputs: The units' outputs.
        refused: The reason why the unit refused a command, or why nothing happened.
        notes: Lines to be shown with it.
        at: When it happened, in milliseconds; None in a run in which no time passes.
    """

    event: e.Event
    before: State
    after: State
    outputs: tuple[Output, ...] = ()
    refused: str = attrs.field(default="", kw_only=True)
    notes: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    at: int | None = attrs.field(default=None, kw_only=True)


Happened = tuple[e.Event, State, State, tuple[Output, ...]]


def tell(
    steps: Sequence[RecordedStep | Happened],
    settings: Settings,
    *,
    violating: int | None = None,
    reason: str = "",
    loop: int | None = None,
) -> str:
    """The story of a run.

    Args:
        steps: The steps, or tuples (event, before, after, outputs).
        settings: The pair.
        violating: The number, from 1, of the step that violates a promise.
        reason: That promise.
        loop: The number of steps before the loop in which the run ends.
    """
    if not steps:
        return "Nothing happens.\n"
    given = (step if isinstance(step, RecordedStep) else RecordedStep(*step) for step in steps)
    reasons = JoinReasons()
    shown = [attrs.evolve(step, outputs=reasons.worded(step.event, step.outputs)) for step in given]
    lines = [_row("PRIMARY", "SECONDARY"), *_standing(shown[0].before, settings, "at the start")]
    for block in _blocks(shown, {loop, violating, None if violating is None else violating - 1}):
        if block.first == loop:
            lines += ["", "-- the loop starts here: from now on these steps repeat for ever ".ljust(line_width(), "-")]
        lines += ["", *_tell_block(block, settings)]
        if block.first + 1 == violating:
            lines += _wrapped(f">>> HERE THE PROMISE BREAKS{': ' + reason if reason else ''}", 0)
    if loop is not None:
        lines += ["", f"-- and on again with step {loop + 1} ".ljust(line_width(), "-")]
    lines += ["", *_standing(shown[-1].after, settings, "at the end")]
    return "\n".join(line.rstrip() for line in lines) + "\n"


# -- blocks: steps under one heading --------------------------------------------------------------


@attrs.frozen
class _Block:
    """Steps under one heading; `first` is the index of the first."""

    first: int
    steps: tuple[RecordedStep, ...]

    @property
    def states(self) -> tuple[State, ...]:
        return (self.steps[0].before, *(step.after for step in self.steps))

    @property
    def outputs(self) -> tuple[Output, ...]:
        return tuple(output for step in self.steps for output in step.outputs)


def _blocks(steps: Sequence[RecordedStep], starts: set[int | None]) -> Iterator[_Block]:
    """Groups the steps under headings; a new block begins at each index in `starts`."""
    block = _Block(0, (steps[0],))
    for index, step in enumerate(steps[1:], start=1):
        if index not in starts and _belong(block.steps[-1], step):
            block = attrs.evolve(block, steps=(*block.steps, step))
        else:
            yield block
            block = _Block(index, (step,))
    yield block


def _belong(one: RecordedStep, other: RecordedStep) -> bool:
    if one.notes or one.refused or other.refused:
        return False
    if isinstance(one.event, e.SynchronizationAdvanced):
        return one.event == other.event
    return _only_news(one) and _only_news(other)


def _only_news(step: RecordedStep) -> bool:
    moved = any(isinstance(output, PhaseChanged | RoleChanged) for output in step.outputs)
    return isinstance(step.event, e.HelloHeard) and not moved


# -- telling a block -----------------------------------------------------------------------------


def _tell_block(block: _Block, settings: Settings) -> Iterator[str]:
    last = block.first + len(block.steps)
    number = str(last) if len(block.steps) == 1 else f"{block.first + 1}-{last}"
    yield from _wrapped(f"{number:<{_MARGIN}}{_heading(block, settings)}", _MARGIN)
    step = block.steps[-1]
    if step.refused:
        yield from _wrapped(f"{'':{_MARGIN}}{step.refused}", _MARGIN)
    columns = [list(_column(block, settings, unit)) for unit in Unit]
    yield from _side_by_side(*columns)
    if not any(columns) and not step.refused and block.states[0] == block.states[-1]:
        yield f"{'':{_MARGIN}}(nothing changes)"
    yield from _traffic(block.states[0], block.states[-1], settings)
    for note in step.notes:
        yield from _wrapped(f"{'':{_MARGIN}}{note}", _MARGIN)


def _heading(block: _Block, settings: Settings) -> str:
    step = block.steps[-1]
    units = {each.event.unit for each in block.steps if isinstance(each.event, e.HelloHeard)}
    if len(units) > 1:
        return "the units hear hellos from each other"
    return heading(step.event, block.steps[0].before, step.after, settings)


def _column(block: _Block, settings: Settings, unit: Unit) -> Iterator[str]:
    """The lines about one unit."""
    before, after = block.states[0], block.states[-1]
    yield from _moves(block, unit)
    if after.unit(unit).powered:
        yield from _changes(before, after, settings, unit)
    for output in block.outputs:
        if output.unit is unit:
            yield from output_lines(output)


def _moves(block: _Block, unit: Unit) -> Iterator[str]:
    """The states that the unit passes through, with reasons; by group if its groups differ."""
    count = len(block.states[0].unit(unit).groups)
    chains = {
        index: " -> ".join(
            title(word) for word, _ in groupby(words.state_word(state.unit(unit), index) for state in block.states)
        )
        for index in range(count)
    }
    alike = len(set(chains.values())) == 1
    for index, chain in chains.items():
        if " -> " in chain and not (alike and index):
            yield chain if alike else f"group {index + 1}: {chain}"
            yield from _reasons(block, unit, None if alike else index + 1)


def _reasons(block: _Block, unit: Unit, group: int | None) -> Iterator[str]:
    """The reasons for the state of the unit, or of one of its groups."""
    if not block.states[-1].unit(unit).powered:
        return
    shown = [
        output.reason
        for output in block.outputs
        if isinstance(output, PhaseChanged | RoleChanged) and output.unit is unit
        and (group is None or isinstance(output, PhaseChanged) or output.group == group)
    ]  # fmt: skip
    for reason in dict.fromkeys(shown):
        yield f'  because "{reason}"'


def _by_group(own: UnitState, word: Callable[[UnitState, int], str]) -> str:
    """A word for each group, as a device prints it; a single one if all groups share it."""
    return words.joined({index + 1: title(word(own, index)) for index in range(len(own.groups))})


def _changes(before: State, after: State, settings: Settings, unit: Unit) -> Iterator[str]:
    old, new = before.unit(unit), after.unit(unit)
    started = not old.powered
    seen_now, seen_then = _by_group(new, words.seen_word), _by_group(old, words.seen_word)
    if (seen_now != title("not-detected")) if started else (seen_now != seen_then):
        yield f"sees the {unit.peer.value} as {seen_now}"
    for name, word, usual in (
        ("failover link:", words.link_word, ("failed", "unused")),
        ("configuration:", words.config_word, ("synchronized", "replicating")),
    ):
        now, then = word(new), word(old)
        if (now not in usual) if started else (now != then and "replicating" not in (now, then)):
            yield f"{name} {title(now)}"
    if not new.enabled and old.enabled and old.phase is Phase.UP:
        yield f"  keeps the {words.roles_word(new)} role"
    yield from _interfaces(before, after, settings, unit, started)


def _interfaces(before: State, after: State, settings: Settings, unit: Unit, started: bool) -> Iterator[str]:
    changed: dict[str, list[str]] = {}
    for index, port in enumerate(settings.ports):
        then, now = (words.status_word(state, settings, unit, index) for state in (before, after))
        if started and now not in ("normal", "waiting", "link-down"):
            changed.setdefault(title(now), []).append(port.name)
        elif not started and then != now:
            changed.setdefault(f"{title(then)} -> {title(now)}", []).append(port.name)
    for change, names in changed.items():
        yield f"{some_of(names)}: {change}"
    for index in range(settings.group_count):
        failed = failed_interfaces(after, settings, unit, index)
        if failed != (0 if started else failed_interfaces(before, settings, unit, index)):
            own = settings.at(after, unit)
            reached = ", reached" if own.over_policy(failed, index) else ", not reached" if failed else ""
            place = f" of group {index + 1}" if settings.groups else ""
            yield f"failed interfaces{place}: {failed} (policy {own.policy_of(index)}{reached})"


def output_lines(output: Output) -> Iterator[str]:
    """The lines about an output; role changes are shown with the states, and only brief system messages."""
    if isinstance(output, SystemLog):
        if not output.is_brief:
            return
        yield f"log {output.number}{f' (group {output.group})' if output.group else ''}: {output.text}"
    elif isinstance(output, MessageSent):
        about = f" about group {output.group}" if output.group else ""
        yield f'tells the {output.unit.peer.value}{about}: "{MESSAGES[output.message]}"'
    elif isinstance(output, MessageLost):
        about = f" about group {output.group}" if output.group else ""
        yield f'the message "{MESSAGES[output.message]}"{about} never arrives'
    elif isinstance(output, CommandReplicated):
        yield f"the {output.unit.peer.value} has the command too"
    elif isinstance(output, CommandNotReplicated):
        yield f"the {output.unit.peer.value} does not get the command"
    elif isinstance(output, SessionsEnded):
        yield f"the connections of group {output.group} end"
    elif isinstance(output, SentToPeer):
        yield f"sends to the {output.unit.peer.value}: {output.text}"
    elif isinstance(output, CommandWithoutPart):
        yield f"nothing of the pair changes by it: {output.why}"


def _traffic(before: State, after: State, settings: Settings) -> Iterator[str]:
    """Alarms that no unit or both units pass traffic, or no longer do; a single one if all groups are alike."""
    shown = {index: _of_traffic(before, after, index) for index in range(settings.group_count)}
    alike = len(set(shown.values())) == 1
    for index, line in shown.items():
        if line and not (alike and index):
            yield f"{'':{_MARGIN}}** {line if alike else f'group {index + 1}: {line}'} **"


def _of_traffic(before: State, after: State, index: int) -> str:
    was, now = words.active_word(before, index), words.active_word(after, index)
    if was == now:
        return ""
    if now in ("none", "both"):
        return "no unit is active" if now == "none" else "both units are active"
    return f"only the {now} is active" if was == "both" else ""


def _standing(state: State, settings: Settings, when: str) -> Iterator[str]:
    """The full state of both units."""
    yield f"{when}:"
    columns = [list(_unit_standing(state, settings, unit)) for unit in Unit]
    yield from _side_by_side(*columns)
    if not failover_link_works(state, settings) and state.obstacles.keys_agree():
        yield f"{'':{_MARGIN}}the failover link is cut"
    for unit in Unit:
        yield from (f"{'':{_MARGIN}}the {unit.value} {what}" for what in words.impairment_words(state, unit))
    for line in obstacles.of_pair(state):
        yield f"{'':{_MARGIN}}{line}"
    for interface, port in zip(state.interfaces, settings.ports, strict=True):
        if interface.path.value == "cut":
            yield f"{'':{_MARGIN}}the units cannot hear each other on interface {port.name}"
        elif interface.deaf is not None:
            yield f"{'':{_MARGIN}}the {interface.deaf.value} does not hear its mate on interface {port.name}"


def _unit_standing(state: State, settings: Settings, unit: Unit) -> Iterator[str]:
    own = state.unit(unit)
    yield _by_group(own, words.state_word) + ("" if own.enabled else f", failover is off ({words.roles_word(own)})")
    if not own.powered:
        return
    if own.enabled:
        yield f"sees the {unit.peer.value} as {_by_group(own, words.seen_word)}"
        yield f"failover link: {title(words.link_word(own))}"
    if words.config_word(own) == "out-of-sync":
        yield "configuration: Out Of Sync"
    if not state.module_works(unit):
        yield "service module: dead"
    yield from obstacles.of_unit(state, unit)
    by_status: dict[str, list[str]] = {}
    for index, port in enumerate(settings.ports):
        by_status.setdefault(words.status_word(state, settings, unit, index), []).append(port.name)
    for status, names in by_status.items():
        yield f"{some_of(names)}: {title(status)}"


# -- layout --------------------------------------------------------------------------------------


def _column_width() -> int:
    """The columns of one unit."""
    return (line_width() - _MARGIN - 3) // 2


def _row(left: str, right: str) -> str:
    return f"{'':{_MARGIN}}{padded(left, _column_width())} | {right}"


def _side_by_side(left: list[str], right: list[str]) -> Iterator[str]:
    cells = [[part for line in column for part in _cell(line)] for column in (left, right)]
    for row in range(max(map(len, cells))):
        yield _row(*(cell[row] if row < len(cell) else "" for cell in cells))


def _cell(line: str) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return wrap(line, "", indent, width=_column_width(), hyphens=False, cuts=True)


def _wrapped(line: str, indent: int) -> list[str]:
    return wrap(line, "", " " * indent, hyphens=False, cuts=True)
