"""The shape of a machine beside the pair: tables of rows, a record of its own, promises, and a joint model to explore.

A machine has total tables of the same kind as the pair's (`pair.tables`). It reads the pair and never adds to its
state: what it has to remember is a record of its own, which stands beside the pair's in a `Joint` state. What it makes
happen at the pair is an ordinary event of the pair.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

import attrs

from failover_fsm.checker import Property, always, always_step, can_recover, sometimes
from failover_fsm.model.pair_model import PairModel
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.states import State
from failover_fsm.pair.step import next_state
from failover_fsm.pair.tables import Row, Table

__all__ = [
    "Answer",
    "Joint",
    "JointModel",
    "Machine",
    "MachineEvent",
    "MachinePromise",
    "MachineRow",
    "PairStep",
    "SentToPeer",
    "take",
]

S = TypeVar("S", bound=enum.Enum)
Own = TypeVar("Own", bound=Hashable)


@attrs.frozen(kw_only=True, cache_hash=True)
class MachineEvent(e.AtUnit):
    """Base of the events of machines beside the pair.

    A class of events also has one of `Command`, `Fault`, `Repair` and `ProtocolStep` of `pair.events` as a base. Events
    of machines are not in the register of the pair: no environment generates them, and `step` does not know them.
    """

    @property
    def heading(self) -> str:
        """The sentence of the event in a run."""
        return str(self)

    def __attrs_post_init__(self) -> None:
        """Accepts any subclass: the register of the pair lists the pair's events only."""


@attrs.frozen
class MachineRow(Row[S]):
    """One transition of a machine; `refuses`: the event is refused, with `reason`, and the record stays as it is."""

    refuses: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen(kw_only=True, cache_hash=True)
class Joint(Generic[Own]):
    """A state of the pair, and the record of a machine beside it."""

    pair: State
    own: Own


@attrs.frozen(kw_only=True)
class SentToPeer(Output):
    """Something that a machine makes the unit send to its peer.

    Attributes:
        text: What is sent, in words.
        on_data: It travels on the data network, not on the failover link.
    """

    text: str
    on_data: bool = False


@attrs.frozen(kw_only=True)
class Answer(Generic[Own]):
    """What a machine does with an event.

    Attributes:
        joint: The state afterwards.
        rows: The rows that were taken, in order.
        event: The event that took place at the pair; None if none did.
        then: One that took place at the pair right after it.
        outputs: What the pair emits.
        lines: What is printed where the event comes from.
        notes: What became of the event, in words.
        remarks: Advice on what was done.
        refused: Why it was refused; empty if it was not.
    """

    joint: Joint[Own]
    rows: tuple[Row[Any], ...] = ()
    event: e.Event | None = None
    then: e.Event | None = None
    outputs: tuple[Output, ...] = ()
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    refused: str = ""


PairStep = Callable[[State, e.Event], tuple[State, tuple[Output, ...]]]
"""A step of the pair, as `pair.step` takes it: raises StepError where the event is refused or cannot happen."""


class Machine(Protocol[Own]):
    """A machine beside the pair. A frozen record, so that a copy with other tables is another machine."""

    @property
    def tables(self) -> Mapping[str, Table[Any]]:
        """Its tables by name."""
        ...

    def start(self) -> Own:
        """Its record while the pair is cold."""
        ...

    def offered(self, joint: Joint[Own]) -> Iterable[MachineEvent]:
        """The events to try in a search, in a fixed order."""
        ...

    def answer(self, joint: Joint[Own], event: MachineEvent, pair_step: PairStep) -> Answer[Own]:
        """What it does with an event of its own; the pair moves by `pair_step` only."""
        ...

    def follow(self, before: State, event: e.Event, after: State, own: Own) -> Own:
        """Its record after a step of the pair."""
        ...


def take(table: Table[S], state: S, event: MachineEvent, ctx: Any) -> tuple[Row[S] | None, S]:
    """Takes the first row whose guard holds, effects included.

    Args:
        table: The table.
        state: The state that is asked.
        event: What happens.
        ctx: What guards read and effects change.

    Returns:
        The row, None where no row holds; and the state afterwards.
    """
    row = table.cell(state, type(event)).select(ctx)
    if row is None:
        return None, state
    for effect in row.do:
        effect(ctx)
    return row, state if row.to is None else row.to


# -- exploring -----------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class JointModel(Generic[Own]):
    """A pair in an environment, and a machine beside it, as the checker takes them.

    An event that the machine refuses is a step that changes nothing, so that promises can speak of it.
    """

    pairs: PairModel
    machine: Machine[Own]
    _known: dict[tuple[State, e.Event], State | StepError] = attrs.field(factory=dict, init=False)

    def initial_states(self) -> tuple[Joint[Own], ...]:
        """The cold pair and the machine's first record."""
        return tuple(Joint(pair=state, own=self.machine.start()) for state in self.pairs.initial_states())

    def events(self, joint: Joint[Own]) -> tuple[e.Event, ...]:
        """The events that are tried."""
        return tuple(event for event, _ in self.successors(joint))

    def step(self, joint: Joint[Own], event: e.Event) -> Joint[Own] | None:
        """The state after an event; None where it cannot happen."""
        if isinstance(event, MachineEvent):
            return self._after(self.machine.answer(joint, event, self._pair_step).joint)
        after = self.pairs.step(joint.pair, event)
        return None if after is None else self._followed(joint, event, after)

    def successors(self, joint: Joint[Own]) -> Iterator[tuple[e.Event, Joint[Own]]]:
        """The steps of the pair, then those of the machine."""
        for event, after in self.pairs.successors(joint.pair):
            yield event, self._followed(joint, event, after)
        for offered in self.machine.offered(joint):
            yield offered, self._after(self.machine.answer(joint, offered, self._pair_step).joint)

    def _pair_step(self, state: State, event: e.Event) -> tuple[State, tuple[Output, ...]]:
        """A step of the pair, each computed once; outputs matter to no search."""
        known = self._known.get((state, event))
        if known is None:
            try:
                known = self.pairs.canonical(next_state(state, self.pairs.settings, event).state)
            except StepError as error:
                known = error
            self._known[state, event] = known
        if isinstance(known, StepError):
            raise known
        return known, ()

    def _followed(self, joint: Joint[Own], event: e.Event, after: State) -> Joint[Own]:
        return Joint(pair=after, own=self.machine.follow(joint.pair, event, after, joint.own))

    def _after(self, joint: Joint[Own]) -> Joint[Own]:
        return attrs.evolve(joint, pair=self.pairs.canonical(joint.pair))


def no_formula(*_: object) -> bool:
    """Stands for the formula of a promise that was pickled.  Raises TypeError: it is not there."""
    raise TypeError("a promise that was pickled has no formula; allowed: ask one of a scenario that was read")


@attrs.frozen(kw_only=True)
class MachinePromise:
    """A promise about a pair and a machine beside it.

    Attributes:
        id: Public name.
        says: Its sentence, for people.
        rules: Ids of the rules that it comes from.
        kind: "always", "sometimes" and "can-recover" of joint states, "step" of (before, event, after).
        holds: The formula.
        premise: Must be seen once, else the promise was not put to the test.
        events: The event classes that a step formula speaks of; empty for all.
    """

    id: str
    says: str
    rules: tuple[str, ...]
    kind: str
    holds: Callable[..., bool]
    premise: Callable[..., bool] | None = None
    events: tuple[type[e.Event], ...] = ()

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Pickled without its formula, a function that is made for one pair: what comes back can be read, not asked."""
        premise = None if self.premise is None else no_formula
        plain = {each.name: getattr(self, each.name) for each in attrs.fields(MachinePromise)}
        return partial(MachinePromise, **(plain | {"holds": no_formula, "premise": premise})), ()

    def __copy__(self) -> MachinePromise:
        """The promise itself, with its formula."""
        return self

    def __deepcopy__(self, memo: object) -> MachinePromise:
        """The promise itself, with its formula."""
        return self

    def as_property(self) -> Property:
        """The promise as the checker takes it."""
        if self.kind == "step":
            return always_step(self.id, self.holds, premise=self.premise, events=self.events or None)
        if self.kind == "always":
            return always(self.id, self.holds, premise=self.premise)
        if self.kind == "sometimes":
            return sometimes(self.id, self.holds)
        return can_recover(self.id, self.holds)
