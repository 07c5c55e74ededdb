"""Each row of a table against what the explored pair does."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.analysis.policies.explored import Explored, endings, settled
from failover_fsm.analysis.policies.rows import STANDBY, Action, Before, Case, Outcome, Policy
from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.observer import Observer
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import AnnouncedRole, LinkState, PeerContact, Phase, Role, State
from failover_fsm.pair.step import next_state

__all__ = ["Compared", "Found", "compare"]


@attrs.frozen(kw_only=True)
class Found:
    """States from which a row does not go as it says: how many, what happens instead, one of them in words.

    rule, says: the rule that comes before the row there; None and empty where nothing explains it.
    """

    rule: str | None
    says: str
    states: int
    outcomes: tuple[Outcome, ...]
    example: str


@attrs.frozen(kw_only=True)
class Compared:
    """A row and what was found.

    tried: in how many ways its event could happen in a settled state that meets its premise; as_said: how many of
    them went as the row says; others: the rest.
    """

    policy: Policy
    tried: int
    as_said: int
    others: tuple[Found, ...]

    @property
    def agrees(self) -> bool:
        """The row goes as it says wherever no other rule of the chapter comes before it, and somewhere it does."""
        return self.as_said > 0 and all(found.rule is not None for found in self.others)


def compare(table: tuple[Policy, ...], explored: Explored) -> tuple[Compared, ...]:
    """Every row of a table, tried in every settled state that meets its premise."""
    states = tuple(dict.fromkeys(settled(state, explored.settings) for state in explored.settled))
    observers = [
        Observer(state, explored.settings, index) for state in states for index in range(explored.settings.group_count)
    ]
    return tuple(_row(policy, observers, explored.settings) for policy in table)


def _row(policy: Policy, observers: list[Observer], settings: Settings) -> Compared:
    tried = as_said = 0
    others: dict[tuple[str | None, tuple[Outcome, ...]], Found] = {}
    for case in (case for obs in observers for case in policy.cases(obs)):
        tried += 1
        outcomes = _outcomes(case, settings)
        if outcomes == (policy.outcome,):
            as_said += 1
            continue
        exception = _exception(policy, case, outcomes)
        rule, says = (exception.rule, exception.says) if exception else (None, "")
        found = others.get((rule, outcomes))
        others[rule, outcomes] = Found(
            rule=rule,
            says=says,
            states=1 + (found.states if found else 0),
            outcomes=outcomes,
            example=found.example if found else _in_words(case),
        )
    return Compared(policy=policy, tried=tried, as_said=as_said, others=tuple(others.values()))


def _exception(policy: Policy, case: Case, outcomes: tuple[Outcome, ...]) -> Before | None:
    """The first rule before the row that applies, if what happens is what that rule says."""
    for each in policy.before:
        if each.when(case):
            return each if outcomes == (each.outcome,) else None
    return None


def _outcomes(case: Case, settings: Settings) -> tuple[Outcome, ...]:
    """What can come of a case, each outcome once, in a fixed order."""
    state = case.obs.state
    for event in case.events:
        state = next_state(state, settings, event).state
    found = [_outcome(case, Observer(each, settings, case.obs.index)) for each in endings(state, settings)]
    return tuple(dict.fromkeys(found))


def _outcome(case: Case, after: Observer) -> Outcome:
    before = case.obs
    moved = not before.active(case.standby) and after.active(case.standby) and not after.active(case.active)
    back = before.active(case.standby) and after.active(case.active) and not after.active(case.standby)
    return Outcome(
        failover=back or (moved and before.active(case.active)),
        active=tuple(_actions(before, after, case.active)),
        standby=tuple(_actions(before, after, case.standby)),
    )


def _actions(before: Observer, after: Observer, unit: Unit) -> Iterator[Action]:
    """What the unit did, in the order of `Action`."""
    if not after.powered(unit):
        yield Action.OFF
        return
    old, new = before.role(unit), after.role(unit)
    if new is Role.ACTIVE and old is not Role.ACTIVE:
        yield Action.BECOMES_ACTIVE
    if new in STANDBY and old not in STANDBY and not (old is Role.ACTIVE and new is Role.FAILED):
        yield Action.BECOMES_STANDBY
    if new is Role.FAILED and old is not Role.FAILED:
        yield Action.IS_FAILED
    if new is Role.STANDBY_READY and old is Role.FAILED:
        yield Action.RECOVERS
    if _silent(after, unit) and not _silent(before, unit):
        yield Action.MARKS_PEER
    if _link_marked(after, unit) and not _link_marked(before, unit) and after.powered(unit.peer):
        yield Action.MARKS_LINK


def _silent(obs: Observer, unit: Unit) -> bool:
    return obs.listening(unit) and obs.contact(unit) is PeerContact.LOST and obs.peer_role(unit) is AnnouncedRole.NONE


def _link_marked(obs: Observer, unit: Unit) -> bool:
    return obs.listening(unit) and obs.contact(unit) is not PeerContact.LINK


def _in_words(case: Case) -> str:
    """A state and what happens in it, for people."""
    state: State = case.obs.state
    parts = [f"{unit.value} {_unit(case.obs, unit)}" for unit in Unit]
    if state.links.failover is LinkState.CUT:
        parts.append("failover link down")
    if state.links.stateful is LinkState.CUT:
        parts.append("stateful link down")
    for port, item in zip(case.obs.settings.ports, state.interfaces, strict=True):
        for unit in Unit:
            if item.line(unit).value != "good":
                parts.append(f"{port.name} of the {unit.value} {item.line(unit).value}")
    return f"{', '.join(parts)}; then {', '.join(map(str, case.events))}"


def _unit(obs: Observer, unit: Unit) -> str:
    groups = obs.state.unit(unit).groups
    if obs.phase(unit) is not Phase.UP:
        return obs.phase(unit).value
    return "/".join(group.role.value for group in groups)
