"""The promises of a failover pair: what the chapter says must be so, each as a formula.

A promise is checked over every reachable state or step of a scenario.  Its `premise` must be seen
at least once, else the promise was never put to the test and the verdict says so.  A *lemma* is
implied by another promise or by the way the tables are built; it is here because people ask for it.

Protocol steps never touch the environment, and a fair run after the last fault and command ends in
a settled state (`converges`).  So what must come about in the end is stated of settled states:
those that no protocol step changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from failover_fsm.checker import Property, always, always_step, can_recover, converges, sometimes, when_settled
from failover_fsm.look import PRIMARY, SECONDARY, UNITS, Look
from failover_fsm.pair import events as e
from failover_fsm.pair.states import Copy, Heard, Inbox, Line, Phase, Role, State, Unit, View
from failover_fsm.scenario import Environment

StateTest = Callable[[Look], bool]
StepTest = Callable[[Look, e.Event, Look], bool]
EventClass = type[e.Event]


@attrs.frozen(kw_only=True)
class Promise:
    """One promise.

    id: public name.  says: what it means, for people.  rules: where it comes from.  kind: how the
    formula is read: "always" and "when-settled" of states, "step" of steps, "sometimes", "converges",
    "can-recover".  holds: the formula, of a Look, or of (before, event, after).  premise: what must
    be seen once.  events: the event classes a step formula speaks of.  needs: words the
    environment must have for the promise to be asked at all.  unless: words it must not have.
    least_faults: how many faults at the same time it takes for the promise to mean anything.
    lemma: why it cannot fail alone, empty for a promise in its own right.
    """

    id: str
    says: str
    rules: tuple[str, ...]
    kind: str
    holds: Callable[..., bool] | None = None
    premise: Callable[..., bool] | None = None
    events: tuple[EventClass, ...] = ()
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    least_faults: int = 0
    lemma: str = ""

    def applies(self, environment: Environment) -> bool:
        """Whether the promise is asked in this environment."""
        wanted = all(environment.has(word) for word in self.needs)
        enough = environment.max_faults is None or environment.max_faults >= self.least_faults
        return wanted and enough and not any(environment.has(word) for word in self.unless)


def is_protocol_step(event: object) -> bool:
    """The event is one that the units take by themselves."""
    return isinstance(event, e.ProtocolStep)


def is_repair_or_protocol_step(event: object) -> bool:
    """The event mends something or is a protocol step."""
    return isinstance(event, e.ProtocolStep | e.Repair)


# -- formulas: active units --------------------------------------------------------------------


def _dual_can_end(look: Look) -> bool:
    in_contact = look.listening(PRIMARY) and look.hears(SECONDARY)
    return look.dual and in_contact and (look.link or look.met())


def _split_brain_recovers(look: Look) -> bool:
    return not _dual_can_end(look)


def _ends_dual_by_hello(before: Look, event: e.Event, after: Look) -> bool:
    return before.dual and not after.dual


def _primary_survives(before: Look, event: e.Event, after: Look) -> bool:
    return not _ends_dual_by_hello(before, event, after) or after.active(PRIMARY)


def _becomes_active(before: Look, after: Look, unit: Unit) -> bool:
    return after.active(unit) and not before.active(unit)


def _stops_being_active(before: Look, after: Look, unit: Unit) -> bool:
    return before.active(unit) and not after.active(unit)


def _becomes_second_active(before: Look, event: e.Event, after: Look) -> bool:
    return after.dual and not before.dual


def _dual_only_when_cut_off(before: Look, event: e.Event, after: Look) -> bool:
    for unit in UNITS:
        if _becomes_active(before, after, unit) and before.active(unit.peer):
            cut_off = not before.hears(unit) or not before.hears(unit.peer)
            apart = before.phase(unit) is Phase.NEGOTIATION and not before.link
            if not (cut_off or apart):
                return False
    return True


def _one_runs_alone(look: Look) -> bool:
    return any(look.listening(unit) and not look.powered(unit.peer) for unit in UNITS)


def _alone_is_active(look: Look) -> bool:
    return all(
        look.active(unit) for unit in UNITS if look.listening(unit) and not look.powered(unit.peer)
    )


def _someone_listens(look: Look) -> bool:
    return any(look.listening(unit) for unit in UNITS)


def _someone_active(look: Look) -> bool:
    return not _someone_listens(look) or look.active(PRIMARY) or look.active(SECONDARY)


def _both_linked(look: Look) -> bool:
    return look.link and look.powered(PRIMARY) and look.powered(SECONDARY)


def _one_while_linked(look: Look) -> bool:
    return not (_both_linked(look) and look.dual)


# -- formulas: failed standby, suspension -----------------------------------------------------


def _gives_up(before: Look, event: e.Event, after: Look) -> bool:
    return any(_stops_being_active(before, after, unit) for unit in UNITS)


def _gives_up_only_to_ready(before: Look, event: e.Event, after: Look) -> bool:
    for unit in UNITS:
        if not _stops_being_active(before, after, unit) or not before.enabled(unit):
            continue
        says_ready = isinstance(event, e.MessageDelivered | e.PeerAnsweredOnData)
        ready = before.role(unit.peer) is Role.STANDBY_READY if says_ready else (
            before.view(unit) is View.STANDBY_READY
        )
        if not ready and not (before.dual and after.active(PRIMARY)):
            return False
    return True


def _failed_becomes_active(before: Look, event: e.Event, after: Look) -> bool:
    return any(before.role(unit) is Role.FAILED and after.active(unit) for unit in UNITS)


def _failed_only_in_need(before: Look, event: e.Event, after: Look) -> bool:
    for unit in UNITS:
        if before.role(unit) is Role.FAILED and after.active(unit) and before.enabled(unit):
            if isinstance(event, e.MessageDelivered):
                return False
            if before.hears(unit) and before.active(unit.peer):
                return False
    return True


def _no_failover_to_failed(before: Look, event: e.Event, after: Look) -> bool:
    return _gives_up_only_to_ready(before, event, after) and _failed_only_in_need(before, event, after)


def _knows_no_ready_peer(look: Look, unit: Unit) -> bool:
    return look.active(unit) and look.view(unit) is not View.STANDBY_READY


def _over_policy_with_failed_standby(before: Look, event: e.Event, after: Look) -> bool:
    return any(
        _knows_no_ready_peer(before, unit) and before.over_policy(unit) and before.role(unit.peer) is Role.FAILED
        for unit in UNITS
    )


def _active_stays(before: Look, event: e.Event, after: Look) -> bool:
    if not isinstance(event, e.InterfacesChecked):
        return True
    return not _knows_no_ready_peer(before, event.unit) or after.active(event.unit)


def _both_know_link_is_down(look: Look, unit: Unit) -> bool:
    known = all(look.heard(each) is not Heard.LINK and look.phase(each) is not Phase.NEGOTIATION for each in UNITS)
    return known and look.hears(unit) and not look.link and look.phase(unit) is Phase.UP


def _suspended(look: Look) -> bool:
    return any(_both_know_link_is_down(look, unit) for unit in UNITS)


def _suspended_step(before: Look, event: e.Event, after: Look) -> bool:
    return _suspended(before)


def _suspension_holds(before: Look, event: e.Event, after: Look) -> bool:
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of events at a unit only
    if not (_both_know_link_is_down(before, unit) and before.enabled(unit)):
        return True
    return before.active(unit) == after.active(unit)


def _is_sample_switch(before: Look, event: e.Event, after: Look) -> bool:
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of events at a unit only
    if isinstance(event, e.PeerAnsweredOnData):
        return _stops_being_active(before, after, unit) and not before.dual
    return before.inbox(unit) is Inbox.GRANT_BY_DATA and _becomes_active(before, after, unit)


def _sample_only_once(before: Look, event: e.Event, after: Look) -> bool:
    if not _is_sample_switch(before, event, after):
        return True
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of events at a unit only
    first = before.heard(unit) is Heard.LINK if isinstance(event, e.PeerAnsweredOnData) else True
    return first and after.heard(unit) is not Heard.LINK


def _could_hand_over(look: Look) -> bool:
    return any(
        look.active(unit) and look.over_policy(unit) and look.role(unit.peer) is Role.STANDBY_READY
        for unit in UNITS
    )


def _interfaces_fail_over(look: Look) -> bool:
    ready_pair = look.link and all(look.listening(unit) for unit in UNITS)
    return not (ready_pair and _could_hand_over(look))


def _standby_up(look: Look, unit: Unit) -> bool:
    return look.role(unit) in (Role.STANDBY_READY, Role.FAILED) and look.enabled(unit)


def _standby_over_policy(look: Look) -> bool:
    return any(_standby_up(look, unit) and look.over_policy(unit) for unit in UNITS)


def _standby_is_as_healthy_as_its_interfaces(look: Look) -> bool:
    return all(
        look.over_policy(unit) == (look.role(unit) is Role.FAILED) for unit in UNITS if _standby_up(look, unit)
    )


# -- formulas: causes ----------------------------------------------------------------------------


def _role_moves(before: Look, event: e.Event, after: Look) -> bool:
    return any(before.active(unit) != after.active(unit) for unit in UNITS)


def _becomes_with_cause(before: Look, event: e.Event, unit: Unit) -> bool:
    if isinstance(event, e.HoldTimeExpired | e.NegotiationExpired):
        return not before.hears(unit)
    if isinstance(event, e.MessageDelivered):
        return not before.active(unit.peer)
    if isinstance(event, e.NoActiveUnitSeen):
        return before.hears(unit) and not before.active(unit.peer)
    return not before.enabled(unit) and isinstance(event, e.Command | e.UnitRestored | e.Restarted)


def _leaves_with_cause(before: Look, event: e.Event, after: Look, unit: Unit) -> bool:
    if isinstance(event, e.UnitFailed | e.Reload | e.NoFailoverActive):
        return event.unit is unit
    if isinstance(event, e.InterfacesChecked):
        return before.over_policy(unit)
    if isinstance(event, e.MessageDelivered):
        return before.inbox(unit) is Inbox.REQUEST
    if isinstance(event, e.PeerAnsweredOnData) and before.failed(unit) > before.failed(unit.peer):
        return True
    return isinstance(event, e.HelloHeard | e.PeerAnsweredOnData) and before.dual and unit is SECONDARY


def _no_role_without_cause(before: Look, event: e.Event, after: Look) -> bool:
    for unit in UNITS:
        asked = after.inbox(unit) is Inbox.REQUEST and before.inbox(unit) is not Inbox.REQUEST
        if asked and not isinstance(event, e.FailoverActive):
            return False
        if _becomes_active(before, after, unit) and not _becomes_with_cause(before, event, unit):
            return False
        if _stops_being_active(before, after, unit) and not _leaves_with_cause(before, event, after, unit):
            return False
    return True


def _active_role_stays_put(before: Look, event: e.Event, after: Look) -> bool:
    """No unit with failover on begins or ends being active."""
    moved = any(before.enabled(unit) and before.active(unit) != after.active(unit) for unit in UNITS)
    return not (moved and _someone_was_active(before))


def _someone_was_active(look: Look) -> bool:
    return look.active(PRIMARY) or look.active(SECONDARY)


def _someone_was_active_step(before: Look, event: e.Event, after: Look) -> bool:
    return _someone_was_active(before)


# -- formulas: booting, joining --------------------------------------------------------------------


def _both_negotiate(look: Look) -> bool:
    return look.link and all(look.phase(unit) is Phase.NEGOTIATION and look.enabled(unit) for unit in UNITS)


def _both_negotiate_step(before: Look, event: e.Event, after: Look) -> bool:
    return _both_negotiate(before)


def _primary_first(before: Look, event: e.Event, after: Look) -> bool:
    return not (_both_negotiate(before) and after.active(SECONDARY))


def _boots_or_joins(look: Look, unit: Unit) -> bool:
    return look.phase(unit) is Phase.NEGOTIATION or look.joining(unit)


def _joins_beside_active(before: Look, event: e.Event, after: Look) -> bool:
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of events at a unit only
    return _boots_or_joins(before, unit) and before.active(unit.peer)


def _join_disturbs_nobody(before: Look, event: e.Event, after: Look) -> bool:
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of events at a unit only
    if not _joins_beside_active(before, event, after):
        return True
    beside_it = after.active(unit) and before.hears_on_link(unit)
    return after.active(unit.peer) and not beside_it


def _booted_apart(look: Look) -> bool:
    strangers = not look.acquainted(PRIMARY) and not look.acquainted(SECONDARY)
    whole = all(
        item.primary is Line.GOOD and item.secondary is Line.GOOD for item in look.state.interfaces
    )
    return look.dual and strangers and not look.link and whole


def _starts_sync(before: Look, event: e.Event, after: Look) -> bool:
    return any(after.phase(unit) is Phase.COLD_STANDBY and not before.joining(unit) for unit in UNITS)


def _ends_sync(before: Look, event: e.Event, after: Look) -> bool:
    return any(before.joining(unit) and after.phase(unit) is Phase.UP and after.enabled(unit) for unit in UNITS)


def _flows_from_active(before: Look, event: e.Event, after: Look) -> bool:
    for unit in UNITS:
        starts = after.phase(unit) is Phase.COLD_STANDBY and not before.joining(unit)
        ends = before.joining(unit) and after.phase(unit) is Phase.UP and after.enabled(unit)
        if starts and not (before.active(unit.peer) and before.hears_on_link(unit)):
            return False
        if ends and not (before.active(unit.peer) and after.role(unit) is Role.STANDBY_READY):
            return False
    return True


# -- formulas: interfaces, links, switching off -------------------------------------------------


def _marked_failed(before: Look, event: e.Event, after: Look) -> bool:
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of InterfacesChecked only
    return after.role(unit) is Role.FAILED and before.role(unit) is not Role.FAILED


def _silent_on_both_sides(state: State) -> bool:
    return any(item.primary is Line.SILENT and item.secondary is Line.SILENT for item in state.interfaces)


def _failed_by_known_failures(before: Look, event: e.Event, after: Look) -> bool:
    """Counts from the ports themselves, not by the function that the units use."""
    if not _marked_failed(before, event, after):
        return True
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of InterfacesChecked only
    ports = [before.state.interfaces[index] for index in before.settings.counted]
    down = sum(port.line(unit) is Line.DOWN for port in ports)
    one_sided = sum(port.line(unit) is Line.SILENT and port.line(unit.peer) is not Line.SILENT for port in ports)
    return before.settings.over_policy(down + one_sided)


def _units_unchanged(before: Look, event: e.Event, after: Look) -> bool:
    return before.state.primary == after.state.primary and before.state.secondary == after.state.secondary


def _off_at_unit(before: Look, event: e.Event, after: Look) -> bool:
    return any(before.powered(unit) and not before.enabled(unit) for unit in UNITS)


def _off_freezes(before: Look, event: e.Event, after: Look) -> bool:
    for unit in UNITS:
        if before.powered(unit) and not before.enabled(unit) and before.role(unit) is not after.role(unit):
            return False
    return True


def _reset_moves_nothing(before: Look, event: e.Event, after: Look) -> bool:
    return all(before.active(unit) == after.active(unit) for unit in UNITS)


def _commands_its_standby(look: Look, unit: Unit) -> bool:
    standby = look.role(unit.peer) in (Role.STANDBY_READY, Role.FAILED)
    return look.active(unit) and look.hears_on_link(unit.peer) and standby


def _some_unit_commands(before: Look, event: e.Event, after: Look) -> bool:
    return any(_commands_its_standby(before, unit) for unit in UNITS)


def _both_have_command(before: Look, event: e.Event, after: Look) -> bool:
    if not isinstance(event, e.CommandEntered):
        return True
    unit = event.unit
    if _commands_its_standby(before, unit):
        return before.copy(unit) is after.copy(unit) and before.copy(unit.peer) is after.copy(unit.peer)
    return Copy.OUT_OF_SYNC in (after.copy(unit), after.copy(unit.peer)) or before.joining(unit.peer)


def _hold_timer_armed(look: Look) -> bool:
    return all(
        look.heard(unit) in (Heard.LINK, Heard.DATA)
        for unit in UNITS
        if look.listening(unit) and look.phase(unit) is Phase.UP and not look.active(unit)
    )


def _waiting_standby(look: Look) -> bool:
    return any(look.role(unit) in (Role.STANDBY_READY, Role.FAILED) and look.enabled(unit) for unit in UNITS)


def _owns_standby_address(look: Look, unit: Unit) -> bool:
    """A unit that gave up the active addresses takes the standby ones when it hears its peer active."""
    return look.role(unit) in (Role.STANDBY_READY, Role.FAILED) and look.view(unit) is View.ACTIVE


def _acquainted_contact(look: Look) -> bool:
    return look.quiet and look.met() and all(look.listening(unit) and look.hears(unit) for unit in UNITS)


def _one_owner(look: Look) -> bool:
    if not _acquainted_contact(look):
        return True
    return not look.dual and not all(_owns_standby_address(look, unit) for unit in UNITS)


# -- the promises --------------------------------------------------------------------------------

_RECOVERIES: tuple[EventClass, ...] = (
    e.UnitRestored, e.SynchronizationAdvanced, e.SynchronizationFinished, e.FailoverLinkRestored, e.FailoverReset,
)  # fmt: skip

PROMISES: tuple[Promise, ...] = (
    Promise(
        id="split-brain-recovers", kind="when-settled", holds=_split_brain_recovers, premise=lambda look: look.dual,
        says="Two active units that can hear each other do not stay so: the pair settles with one.",
        rules=("SPL-3", "SPL-5", "AS-1"),
    ),
    Promise(
        id="primary-survives-split-brain", kind="step", holds=_primary_survives, premise=_ends_dual_by_hello,
        events=(e.HelloHeard, e.PeerAnsweredOnData),
        says="When two active units hear each other again, the primary stays active, whatever its interfaces.",
        rules=("SPL-3", "SPL-4"),
    ),
    Promise(
        id="dual-active-only-when-cut-off", kind="step", holds=_dual_only_when_cut_off,
        premise=_becomes_second_active, events=e.PROTOCOL_STEPS,
        says="A unit becomes active beside an active peer only if one of them does not hear the other, "
             "or while it boots with the failover link down.",
        rules=("AS-1", "SPL-2", "T2-5"),
    ),
    Promise(
        id="one-active-while-link-up", kind="when-settled", holds=_one_while_linked, premise=_both_linked,
        says="With the failover link up and both units running, the pair settles with at most one active unit.",
        rules=("AS-1", "CTL-10", "CTL-11"),
    ),
    Promise(
        id="takeover-on-active-failure", kind="when-settled", holds=_alone_is_active, premise=_one_runs_alone,
        says="When one unit is off and the other runs with failover on, the other becomes active.",
        rules=("T2-1", "AS-2", "TRG-2", "UHM-5"),
    ),
    Promise(
        id="first-boot-becomes-active", kind="when-settled", holds=_alone_is_active, premise=_one_runs_alone,
        says="A unit that boots and finds no peer becomes active.",
        rules=("AS-7",), lemma="the same formula as takeover-on-active-failure",
    ),
    Promise(
        id="always-someone-active", kind="when-settled", holds=_someone_active, premise=_someone_listens,
        says="While a unit runs with failover on, the pair settles with an active unit.",
        rules=("T2-1", "UHM-5", "SPL-2", "AS-7"),
    ),
    Promise(
        id="no-failover-to-failed-standby", kind="step", holds=_no_failover_to_failed, premise=_gives_up,
        events=(e.InterfacesChecked, e.NoFailoverActive, e.MessageDelivered, e.PeerAnsweredOnData, e.HelloHeard,
                e.NoActiveUnitSeen, e.HoldTimeExpired),
        says="An active unit gives up only to a peer it knows to be ready, and a failed unit takes no hand-over.",
        rules=("TRG-5", "T2-8", "CTL-6"),
    ),
    Promise(
        id="active-stays-when-standby-failed", kind="step", holds=_active_stays,
        premise=_over_policy_with_failed_standby, events=e.EVENTS, needs=("ports",),
        says="While the standby is known failed, interface failures do not end the active role.",
        rules=("TRG-5",), lemma="implied by no-failover-to-failed-standby",
    ),
    Promise(
        id="no-failover-while-failover-link-down", kind="step", holds=_suspension_holds, premise=_suspended_step,
        events=(e.InterfacesChecked, e.FailoverActive, e.NoFailoverActive, e.FailoverReset, e.HoldTimeExpired),
        needs=("failover-link",),
        says="Once both units know that the failover link is down and still hear each other, neither "
             "interface failures nor commands move the active role.",
        rules=("TRG-6", "SPL-9", "T2-4", "UHM-4"),
    ),
    Promise(
        id="one-switchover-per-link-failure", kind="step", holds=_sample_only_once, premise=_is_sample_switch,
        events=(e.PeerAnsweredOnData, e.MessageDelivered), needs=("failover-link", "ports"),
        says="A failure of the failover link alone moves the active role at most once: a unit takes the sample "
             "only when it loses the link, and the link has to come back before it can take another.",
        rules=("SPL-8", "SPL-9"),
    ),
    Promise(
        id="interface-failure-fails-over", kind="when-settled", holds=_interfaces_fail_over,
        premise=_standby_over_policy, needs=("ports",),
        says="With the failover link up, no active unit over its interface policy stays beside a ready standby.",
        rules=("T2-7", "TRG-3", "IFM-15", "IFM-25", "SPL-10"),
    ),
    Promise(
        id="standby-health-follows-interfaces", kind="when-settled", holds=_standby_is_as_healthy_as_its_interfaces,
        premise=_standby_over_policy, needs=("ports",),
        says="A standby is failed exactly while its failed interfaces reach the policy.",
        rules=("T2-8", "TRG-3", "IFM-15", "IFM-18"),
    ),
    Promise(
        id="no-failover-without-trigger", kind="step", holds=_no_role_without_cause, premise=_role_moves,
        events=(*e.PROTOCOL_STEPS, *e.COMMANDS, e.UnitFailed, e.UnitRestored),
        says="Every change of the active role has a cause: silence, interfaces, a command, the sample, "
             "the end of a split brain, a boot, or that nobody was active.",
        rules=("TRG-1",),
    ),
    Promise(
        id="no-preempt-stays", kind="step", holds=_active_role_stays_put, premise=_someone_was_active_step,
        events=_RECOVERIES,
        says="A unit that recovers, joins or is reset never moves the active role: Active/Standby has no preemption.",
        rules=("AS-6", "T2-2", "CTL-14"),
    ),
    Promise(
        id="simultaneous-boot-primary-active", kind="step", holds=_primary_first, premise=_both_negotiate_step,
        events=e.PROTOCOL_STEPS, needs=("power",),
        says="When both units boot and the failover link is up, the primary becomes active first.",
        rules=("AS-5", "AS-8"),
    ),
    Promise(
        id="join-never-disturbs-active", kind="step", holds=_join_disturbs_nobody, premise=_joins_beside_active,
        events=e.PROTOCOL_STEPS,
        says="A unit that boots or joins takes nothing from an active peer that it hears on the failover link.",
        rules=("AS-6", "T2-2"),
    ),
    Promise(
        id="link-down-at-boot-both-active", kind="sometimes", holds=_booted_apart, needs=("failover-link",),
        least_faults=1,
        says="With the failover link down at boot both units become active, even with good interfaces.",
        rules=("T2-5",),
    ),
    Promise(
        id="stateful-link-changes-nothing", kind="step", holds=_units_unchanged,
        events=(e.StatefulLinkFailed, e.StatefulLinkRestored), needs=("stateful-link",),
        says="A failure of the Stateful Failover link, a link of its own, changes no role and no health.",
        rules=("T2-6",),
    ),
    Promise(
        id="unknown-interfaces-do-not-count", kind="step", holds=_failed_by_known_failures, premise=_marked_failed,
        events=(e.InterfacesChecked,), needs=("traffic",),
        says="Interfaces that are silent on both units never fail a unit.",
        rules=("IFM-16", "IFM-14", "IFM-15"),
    ),
    Promise(
        id="disabled-failover-freezes-roles", kind="step", holds=_off_freezes, premise=_off_at_unit,
        events=e.PROTOCOL_STEPS, needs=("disable",),
        says="While failover is off on a unit, the unit's role changes only by commands and restarts.",
        rules=("CTL-10",),
    ),
    Promise(
        id="reset-does-not-activate", kind="step", holds=_reset_moves_nothing, events=(e.FailoverReset,),
        premise=lambda before, event, after: True, needs=("reset",),
        says="A reset ends in standby.",
        rules=("CTL-14", "CTL-13"), lemma="implied by no-preempt-stays where someone is active",
    ),
    Promise(
        id="configuration-flows-from-active", kind="step", holds=_flows_from_active,
        premise=lambda before, event, after: _starts_sync(before, event, after) or _ends_sync(before, event, after),
        events=(e.HelloHeard, e.SynchronizationAdvanced, e.SynchronizationFinished, e.WriteStandby),
        says="A synchronisation copies from the active unit to the one that joins, and makes that one standby.",
        rules=("SYN-1", "SYN-2", "SYN-3"),
    ),
    Promise(
        id="commands-replicate-from-active", kind="step", holds=_both_have_command, premise=_some_unit_commands,
        events=e.EVENTS, needs=("command",),
        says="A command on the active unit of a pair in contact reaches the standby; any other command leaves "
             "a configuration marked out of synchronisation.",
        rules=("CMD-1", "CMD-2", "CMD-11", "CMD-12"),
    ),
    Promise(
        id="one-owner-per-address", kind="when-settled", holds=_one_owner, premise=_acquainted_contact,
        unless=("disable",),
        says="Settled and in contact, no address has two owners.",
        rules=("AS-3", "MAC-2", "MAC-3"),
    ),
    Promise(
        id="standby-hears-its-peer", kind="always", holds=_hold_timer_armed, premise=_waiting_standby,
        says="A standby always hears its peer on some channel or is about to notice that it does not.",
        rules=("UHM-1", "UHM-8"),
    ),
    Promise(
        id="converges", kind="converges",
        says="After the last fault and command the units stop changing anything: they do not flap.",
        rules=("SPL-5", "TRG-1"),
    ),
    Promise(
        id="no-role-flapping", kind="converges",
        says="After the last fault and command no role changes for ever.",
        rules=("SPL-5", "TRG-1"), lemma="implied by converges",
    ),
    Promise(
        id="always-recoverable", kind="can-recover", holds=lambda look: look.healthy, unless=("disable",),
        says="From anywhere, repairs and the units' own steps lead back to one active and one ready standby.",
        rules=("T2-2", "SPL-10", "IFM-18"),
    ),
)  # fmt: skip

BY_ID = {promise.id: promise for promise in PROMISES}


def chosen(environment: Environment, ids: Iterable[str] | None = None) -> tuple[Promise, ...]:
    """The promises to check: those named, or all that apply in the environment.

    Raises KeyError for an id that is not a promise's.
    """
    if ids is None:
        return tuple(promise for promise in PROMISES if promise.applies(environment))
    return tuple(BY_ID[name] for name in ids)


def as_property(promise: Promise, look: Callable[[State], Look]) -> Property:
    """The promise as the checker takes it, over states of a model that `look` looks at."""
    holds, premise, name = promise.holds, promise.premise, promise.id
    if promise.kind == "converges":
        return converges(name, within=is_protocol_step)
    assert holds is not None
    state_premise = None if premise is None else _of_state(premise, look)
    if promise.kind == "always":
        return always(name, _of_state(holds, look), premise=state_premise)
    if promise.kind == "sometimes":
        return sometimes(name, _of_state(holds, look))
    if promise.kind == "when-settled":
        return when_settled(name, _of_state(holds, look), within=is_protocol_step, premise=state_premise)
    if promise.kind == "can-recover":
        return can_recover(name, _of_state(holds, look), within=is_repair_or_protocol_step)
    step_premise = None if premise is None else _of_step(premise, look)
    return always_step(name, _of_step(holds, look), premise=step_premise, events=promise.events)


def _of_state(test: StateTest, look: Callable[[State], Look]) -> Callable[[State], bool]:
    def predicate(state: State) -> bool:
        return test(look(state))

    return predicate


def _of_step(test: StepTest, look: Callable[[State], Look]) -> Callable[[State, e.Event, State], bool]:
    def predicate(before: State, event: e.Event, after: State) -> bool:
        return test(look(before), event, look(after))

    return predicate
