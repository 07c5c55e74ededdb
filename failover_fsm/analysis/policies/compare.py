"""Each row of a policy table compared with the behaviour of the explored pair."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.analysis.policies.cases import STANDBY
from failover_fsm.analysis.policies.explored import Explored, settled, settled_endings
from failover_fsm.analysis.policies.policy import Policy, PolicyAction, PolicyCase, PolicyOutcome, PrecedingRule
from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.observer import Observer
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import AnnouncedRole, LinkState, PeerContact, Phase, Role, State
from failover_fsm.pair.step import next_state

__all__ = ["Compared", "Deviation", "compare"]


@attrs.frozen(kw_only=True)
class Deviation:
    """States in which the pair deviates from a row.

    Attributes:
        rule: The rule that takes precedence there, None if nothing explains the deviation.
        description: That rule in words, empty without one.
        states: The number of such states.
        outcomes: The outcomes there.
        example: One of the states, in words.
    """

    rule: str | None
    description: str
    states: int
    outcomes: tuple[PolicyOutcome, ...]
    example: str


@attrs.frozen(kw_only=True)
class Compared:
    """A row and its comparison with the pair.

    Attributes:
        policy: The row.
        tried: The number of ways in which its event can happen in a settled state that meets its premise.
        as_said: The number of these that agree with the row.
        others: The deviations.
    """

    policy: Policy
    tried: int
    as_said: int
    others: tuple[Deviation, ...]

    @property
    def agrees(self) -> bool:
        """True if the row holds somewhere, and everywhere that no other rule of the chapter takes precedence."""
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
    others: dict[tuple[str | None, tuple[PolicyOutcome, ...]], Deviation] = {}
    for case in (case for obs in observers for case in policy.cases(obs)):
        tried += 1
        outcomes = _outcomes(case, settings)
        if outcomes == (policy.outcome,):
            as_said += 1
            continue
        exception = _exception(policy, case, outcomes)
        rule, description = (exception.rule, exception.description) if exception else (None, "")
        found = others.get((rule, outcomes))
        others[rule, outcomes] = Deviation(
            rule=rule,
            description=description,
            states=1 + (found.states if found else 0),
            outcomes=outcomes,
            example=found.example if found else _in_words(case),
        )
    return Compared(policy=policy, tried=tried, as_said=as_said, others=tuple(others.values()))


def _exception(policy: Policy, case: PolicyCase, outcomes: tuple[PolicyOutcome, ...]) -> PrecedingRule | None:
    """The first preceding rule that applies, if the outcomes are those of that rule."""
    for each in policy.before:
        if each.when(case):
            return each if outcomes == (each.outcome,) else None
    return None


def _outcomes(case: PolicyCase, settings: Settings) -> tuple[PolicyOutcome, ...]:
    """The possible outcomes of a case, each once, in a fixed order."""
    state = case.obs.state
    for event in case.events:
        state = next_state(state, settings, event).state
    found = [_outcome(case, Observer(each, settings, case.obs.index)) for each in settled_endings(state, settings)]
    return tuple(dict.fromkeys(found))


def _outcome(case: PolicyCase, after: Observer) -> PolicyOutcome:
    before = case.obs
    moved = not before.active(case.standby) and after.active(case.standby) and not after.active(case.active)
    back = before.active(case.standby) and after.active(case.active) and not after.active(case.standby)
    return PolicyOutcome(
        failover=back or (moved and before.active(case.active)),
        active=tuple(_actions(before, after, case.active)),
        standby=tuple(_actions(before, after, case.standby)),
    )


def _actions(before: Observer, after: Observer, unit: Unit) -> Iterator[PolicyAction]:
    """The actions of the unit, in the order of `PolicyAction`."""
    if not after.powered(unit):
        yield PolicyAction.OFF
        return
    old, new = before.role(unit), after.role(unit)
    if new is Role.ACTIVE and old is not Role.ACTIVE:
        yield PolicyAction.BECOMES_ACTIVE
    if new in STANDBY and old not in STANDBY and not (old is Role.ACTIVE and new is Role.FAILED):
        yield PolicyAction.BECOMES_STANDBY
    if new is Role.FAILED and old is not Role.FAILED:
        yield PolicyAction.IS_FAILED
    if new is Role.STANDBY_READY and old is Role.FAILED:
        yield PolicyAction.RECOVERS
    if _silent(after, unit) and not _silent(before, unit):
        yield PolicyAction.MARKS_PEER
    if _link_marked(after, unit) and not _link_marked(before, unit) and after.powered(unit.peer):
        yield PolicyAction.MARKS_LINK


def _silent(obs: Observer, unit: Unit) -> bool:
    return obs.listening(unit) and obs.contact(unit) is PeerContact.LOST and obs.peer_role(unit) is AnnouncedRole.NONE


def _link_marked(obs: Observer, unit: Unit) -> bool:
    return obs.listening(unit) and obs.contact(unit) is not PeerContact.LINK


def _in_words(case: PolicyCase) -> str:
    """A state and the events in it, for people."""
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
