"""The pair, the process and the server in an environment with a bound on faults, as the checker takes them."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.model.interleavings import starts
from failover_fsm.model.search_environment import Environment
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.states import State as PairState
from failover_fsm.services.autoupdate.machine import AutoUpdate
from failover_fsm.services.autoupdate.states import Process
from failover_fsm.services.autoupdate.view import PairView
from failover_fsm.services.machine import Joint, JointModel

__all__ = ["UpdateModel", "update_model"]

State = Joint[Process]


@attrs.frozen(eq=False)
class UpdateModel(JointModel[Process]):
    """It begins with the healthy pair, once with the primary active and once with the secondary.

    Attributes:
        most: How many things of pair and server together may be broken at a time; None for no bound.
    """

    most: int | None = 1
    _steps: dict[PairState, tuple[tuple[e.Event, PairState, int], ...]] = attrs.field(factory=dict, init=False)

    def initial_states(self) -> tuple[State, ...]:
        """The healthy pair, either unit active, and the process at rest."""
        found = [self.pairs.canonical(start.state) for start in starts(self.pairs.settings)]
        return tuple(Joint(pair=state, own=self.machine.start()) for state in found)

    def step(self, joint: State, event: e.Event) -> State | None:
        """The state after an event; None where it cannot happen, or is a fault too many."""
        return next((after for each, after in self.successors(joint) if each == event), None)

    def successors(self, joint: State) -> Iterator[tuple[e.Event, State]]:
        """The steps of the pair, then those of process and server."""
        beside = joint.own.server.faults
        for event, after, broken in self._of_pair(joint.pair):
            if not isinstance(event, e.Fault) or self.most is None or broken + beside <= self.most:
                yield event, self._followed(joint, event, after)
        for offered in self.machine.offered(joint):
            then = self._after(self.machine.answer(joint, offered, self.pair_step).joint)
            if not isinstance(offered, e.Fault) or self.most is None or self.broken(then) <= self.most:
                yield offered, then

    def pair_step(self, pair: PairState, event: e.Event) -> tuple[PairState, tuple[Output, ...]]:
        """A step that the process makes happen at the pair; raises StepError where the pair does not take it."""
        return self._pair_step(pair, event)

    def view(self, pair: PairState) -> PairView:
        """A state of the pair under the questions of the process."""
        assert isinstance(self.machine, AutoUpdate)
        return self.machine.view(pair)

    def broken(self, joint: State) -> int:
        """How many things of pair and server are broken now."""
        return self.pairs.faults(joint.pair) + joint.own.server.faults

    def _of_pair(self, pair: PairState) -> tuple[tuple[e.Event, PairState, int], ...]:
        """The steps of the pair, each with how many of its things are broken afterwards."""
        known = self._steps.get(pair)
        if known is None:
            found = self.pairs.successors(pair)
            known = tuple((event, after, self.pairs.faults(after)) for event, after in found)
            self._steps[pair] = known
        return known


def update_model(machine: AutoUpdate, faults: tuple[str, ...] = (), most: int | None = 1) -> UpdateModel:
    """The model of a pair with its process.

    Args:
        machine: The process.
        faults: The faults of the pair that may come, words of `pair.registry.FAULT_WORDS`.
        most: The bound on faults of pair and server together, None for none.
    """
    environment = Environment(faults=faults, operator=(), max_faults=most)
    return UpdateModel(WiredModel(machine.settings.pair, environment), machine, most)
