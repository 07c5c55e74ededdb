"""How long service is away when an element of a topology fails: a switch, a cable, an inter-switch link or a host.

Elements that are alike (`symmetry.py`) have one outage, so one of each kind is looked at. Most outages are decided
without time: where no order of the units' own steps ever leaves an interface of the group without service there is no
outage, and where every one ends without service it does not end. Only the others are measured in the timed pair.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.analysis.symmetry import FaultSymmetry
from failover_fsm.model.interleavings import Arrival, Explorer, ReachSet
from failover_fsm.pair import events as e
from failover_fsm.pair.service import dual_groups, loss_in
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit
from failover_fsm.pair.step import next_state
from failover_fsm.timing.bounds import MOST_STATES, Known, measure
from failover_fsm.timing.conditions import Condition, FailureCase, settled_cases
from failover_fsm.timing.location import InterfaceBlock
from failover_fsm.timing.times import Times

__all__ = ["ElementOutage", "Outage", "element_outages"]


@attrs.frozen(kw_only=True)
class Outage:
    """What a failed element does to one failover group of a settled pair.

    Attributes:
        group: The number of the group, None in an Active/Standby pair.
        active: The unit that is active for it before.
        best: The shortest time without service in milliseconds; None if service does not come back by itself, or if
            nothing is known.
        worst: The longest one; None if it does not come back in some order of steps, or if nothing is known.
        lost: The interfaces of the group that stay without service in some order.
        dual_active: In some order the group stays active on both units.
        unknown: Why nothing is known, in words; empty if it is.
    """

    group: int | None
    active: Unit
    best: int | None
    worst: int | None
    lost: tuple[str, ...] = ()
    dual_active: bool = False
    unknown: str = ""


@attrs.frozen(kw_only=True)
class ElementOutage:
    """Elements that are alike, and what it does to each group when one of them fails.

    Attributes:
        elements: Their names, in the order of the topology.
        outages: In an Active/Standby pair once for each unit that can be active; else once for each group.
    """

    elements: tuple[str, ...]
    outages: tuple[Outage, ...]


def element_outages(settings: Settings, times: Times, *, most: int = MOST_STATES) -> Iterator[ElementOutage]:
    """The outage of every element of the pair's topology, alike elements together; none without a topology.

    Args:
        settings: The pair.
        times: Its times.
        most: The most symbolic states of one search in time.
    """
    settings = attrs.evolve(settings, follow=())
    names = () if settings.topology is None else settings.topology.elements
    faults = tuple(e.ElementFailed(element=name) for name in names)
    symmetry, explorer, known = FaultSymmetry(settings, faults), Explorer(settings), Known(settings, times)
    alike: dict[tuple[int, ...], list[str]] = {}
    for index, name in enumerate(names):
        alike.setdefault(symmetry.ordered((index,)), []).append(name)
    for elements in alike.values():
        fault = e.ElementFailed(element=elements[0])
        cases = [attrs.evolve(case, faults=(fault,)) for case in settled_cases(settings)]
        outages = tuple(_outage(explorer, case, known, times, most) for case in cases)
        yield ElementOutage(elements=tuple(elements), outages=outages)


def _outage(explorer: Explorer, case: FailureCase, known: Known, times: Times, most: int) -> Outage:
    settings, group = explorer.settings, case.group
    reached, ends = _ways(explorer, case)
    lost = [_lost(state, settings, group) for state in ends]
    found = Outage(
        group=group + 1 if settings.groups else None,
        active=case.active,
        best=0,
        worst=0,
        lost=tuple(dict.fromkeys(name for names in lost for name in names)),
        dual_active=any(group in dual_groups(state, settings) for state in ends),
    )
    if not any(_lost(state, settings, group) for state in reached):
        return found
    if all(lost):
        return attrs.evolve(found, best=None, worst=None)
    timed = attrs.evolve(case, blocks=_blocks(case, settings))
    condition = Condition(
        id="element", description="an element fails", rules=(), cases=lambda _: [timed], announced=True
    )
    measured = measure(condition, settings, times, most=most, known=known)
    best, worst = (None, None) if measured.service is None else measured.service.pair
    return attrs.evolve(found, best=best, worst=worst, unknown=measured.unknown)


def _ways(explorer: Explorer, case: FailureCase) -> tuple[list[State], list[State]]:
    """The states after the fault in any order of the units' own steps, and those in which they rest."""
    before = ReachSet(case.pair, {explorer.units(case.pair): Arrival(0, 0)})
    reached: list[State] = []
    ends: list[State] = []
    (fault,) = case.faults
    assert isinstance(fault, e.Fault)
    for shared, units, arrival in explorer.post(before, 0, fault):
        after = ReachSet(shared)
        reached += [explorer.within(shared, each) for each in explorer.close(after, [(units, arrival)], 1)]
        ends += [explorer.within(shared, each) for each in explorer.at_rest(after)]
    return reached, ends


def _lost(state: State, settings: Settings, group: int) -> tuple[str, ...]:
    """The interfaces of a group without service; all of them where no unit is active for it."""
    loss = loss_in(state, settings)
    ports = [(index, port.name) for index, port in enumerate(settings.ports) if port.group == group]
    if group in loss.groups:
        return tuple(name for _, name in ports) or ("every interface",)
    return tuple(name for index, name in ports if index in loss.interfaces)


def _blocks(case: FailureCase, settings: Settings) -> tuple[InterfaceBlock, ...]:
    """The monitored interfaces, those of one group that the fault leaves in one condition together."""
    after = next_state(case.pair, settings, case.faults[0]).state.interfaces
    found: dict[object, list[int]] = {}
    for index in settings.counted:
        found.setdefault((settings.ports[index].group, after[index]), []).append(index)
    return tuple(InterfaceBlock(group=settings.ports[ports[0]].group, ports=tuple(ports)) for ports in found.values())
