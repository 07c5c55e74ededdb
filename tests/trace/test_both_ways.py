"""A story played step by step and the same story played in time end in the same states.

Left out is silence on a port that is up: in time a verdict of failed stays until something is received again, untimed
it follows the peer's port; and paths, of which an untimed run knows no more than the outcome of the interface tests.
"""

from __future__ import annotations

import random
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.pair import Pair, StepError
from failover_fsm.pair import events as e
from failover_fsm.pair.registry import KINDS, Places
from failover_fsm.pair.states import State
from failover_fsm.services.machine import MachineEvent
from failover_fsm.trace.language import Config, Do, Expect, Mark, Option, Settle, Trace
from failover_fsm.trace.player import load, play
from failover_fsm.trace.timed_player import Timeline
from tests.patience import one_in

TRACES = Path(__file__).parents[1] / "traces"
MODELS = Path(__file__).parents[2] / "models"
LEFT_OUT = (
    e.ProtocolStep, e.CommandEntered, e.ElementFailed, e.ElementRestored,
    e.InterfaceTrafficFailed, e.InterfaceTrafficRestored, e.InterfacePathFailed, e.InterfacePathRestored,
)  # fmt: skip
LONG = 1_500_000
"""Milliseconds in which everything that is due has happened."""


def standing(state: State) -> list[tuple[object, ...]]:
    """What a story is compared by: phases, switches and roles."""
    units = (state.primary, state.secondary)
    return [(own.phase, own.enabled, *(group.role for group in own.groups)) for own in units]


def told(pair: Pair, event: e.Event) -> tuple[Pair, str]:
    """The pair after an event, settled, and how the event was taken."""
    try:
        pair, _ = pair.step(event)
    except StepError as error:
        return pair, type(error).__name__
    return pair.settle()[0], "taken"


def timed(line: Timeline, event: e.Event) -> str:
    """Lets the event happen and time pass; how the event was taken."""
    try:
        line.happen(event)
    except StepError as error:
        return type(error).__name__
    line.advance(LONG)
    return "taken"


def story(config: PairConfig, seed: int) -> list[e.Event]:
    """Both units boot, and eight faults, repairs and commands follow."""
    settings = Pair.cold(config).settings
    places = Places(groups=settings.group_count, interfaces=tuple(port.name for port in settings.ports))
    choices = [event for kind in KINDS if not issubclass(kind.event, LEFT_OUT) for event in kind.at(places)]
    return [*(e.UnitRestored(unit=unit) for unit in Unit), *random.Random(seed).choices(choices, k=8)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "seeds"), [("pair.cfg", range(0, 60, one_in(4))), ("groups.cfg", range(0, 40, one_in(4)))]
)
def test_a_random_story_ends_the_same_both_ways(name: str, seeds: range) -> None:
    config = PairConfig.from_asa((TRACES / name).read_text(encoding="utf-8"))
    taken = 0
    for seed in seeds:
        pair, line = Pair.cold(config), Timeline.of(Pair.cold(config))
        for number, event in enumerate(story(config, seed)):
            pair, how = told(pair, event)
            assert timed(line, event) == how, (seed, number, str(event))
            assert standing(line.location.pair) == standing(pair.state), (seed, number, str(event))
            taken += how == "taken"
    assert taken > 3 * len(seeds), "stories in which something happens"


# -- the shipped traces ------------------------------------------------------------------------------

ONE_IN = one_in(2)
PLAYED = (Do, Settle, Expect, Mark, Config, Option)
SHIPPED = sorted(path for folder in (TRACES, MODELS, MODELS / "incidents", MODELS / "findings")
                 for path in folder.glob("*.trace"))  # fmt: skip


def has_both_forms(trace: Trace, pair: Pair) -> bool:
    """Whether the pair can play a trace in time too: no step, path, silence or terminal session, and no delay.

    A message that is told between two lines is faster than any timer; the untimed story stops in between.
    """
    events = [each.event for each in trace.statements if isinstance(each, Do)]
    left_out = (MachineEvent, *(kind for kind in LEFT_OUT if kind is not e.CommandEntered))
    plain = all(isinstance(each, PLAYED) for each in trace.statements) and not any(
        isinstance(event, left_out) for event in events
    )
    return plain and not any(group.preempt_delay for group in pair.settings.groups)


def played_in_time(trace: Trace, pair: Pair) -> list[list[tuple[object, ...]]]:
    """How the pair stands after each `settle`, when its time is waited for."""
    line, found = Timeline.of(pair), []
    for statement in trace.statements:
        if isinstance(statement, Do):
            with suppress(StepError):
                line.happen(statement.event)
        elif isinstance(statement, Settle):
            line.advance(LONG)
            found.append(standing(line.location.pair))
    return found


@cache
def both_forms() -> list[Path]:
    """The shipped traces that can be played both ways, or a sample of them."""
    found = []
    for path in SHIPPED[::ONE_IN]:
        trace, config, _ = load(path)
        if has_both_forms(trace, Pair.cold(config, trace.options)):
            found.append(path)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("path", both_forms(), ids=lambda path: path.stem)
def test_a_shipped_trace_tells_the_same_story_both_ways(path: Path) -> None:
    trace, config, _ = load(path)
    pair = Pair.cold(config, trace.options)
    settled = [record.steps[-1].after if record.steps else None for record in play(trace, config).records
               if isinstance(record.statement, Settle)]  # fmt: skip
    in_time = played_in_time(trace, pair)
    assert len(in_time) == len(settled)
    for number, (state, found) in enumerate(zip(settled, in_time, strict=True)):
        assert state is None or standing(state) == found, number


@pytest.mark.slow
def test_most_shipped_traces_have_both_forms() -> None:
    assert len(both_forms()) > 60 / ONE_IN
