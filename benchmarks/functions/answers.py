"""Mistakes that nothing kills, each with the reason why it may live."""

from __future__ import annotations

__all__ = ["ANSWERS", "EQUIVALENT", "answer"]

EQUIVALENT: dict[str, str] = {
    "failover_fsm/pair/settings.py Settings.under: if known is None → always": "it is worked out again",
    "failover_fsm/pair/settings.py Settings.under: self._variants[config] = known left out": "it is worked out again",
    "failover_fsm/pair/addresses.py announcements: was is now or _basis(was) == _basis(now) → ":
        "a shortcut: where the basis is the same, each use is",
    "failover_fsm/pair/addresses.py announcements: if was is now or _basis(was) == _basis(now) → never":
        "a shortcut: where the basis is the same, each use is",
    "failover_fsm/pair/stateful.py carries_state: config.link is None or interface.nameif is None or config.st ... ink "
    "is not StatefulLink.SHARED_DATA → interface.nameif is None": "without a link the kind is NONE",
    "failover_fsm/pair/reaction_cache.py ReactionCache.__call__: if result is None → always": "it is found out again",
    "failover_fsm/topology/named.py named_text: 'utf-8' → ": "Python ignores punctuation in the name of an encoding",
    "failover_fsm/topology/reading.py read_topology: 'utf-8-sig' → ": "Python ignores it in the name of an encoding",
    "failover_fsm/topology/plan.py _Laying._named: '' → ": "every cable has a fixed name, so the word is never used",
    "failover_fsm/topology/plan.py _Laying._carried_by: _vlans(word) or () → _vlans(word)":
        "other words were refused before",
    "failover_fsm/config/checks/consistency.py stateful_port_is_free: port is not None and "
    "config.stateful_link is StatefulLink.DEDICATED → config.stateful_link is": "no interface is on no port",
    "failover_fsm/config/checks/consistency.py shared_data_link_is_possible: config.link is None or "
    "config.stateful_link is not StatefulLink.SHARED_DATA → config.stateful_link is not":
        "without a link the kind is NONE",
    "failover_fsm/config/records/criteria.py PollTime.with_poll: self.hold_ms >= least → self.hold_ms > least":
        "where they are equal, the smallest hold time is the one that is there",
    "failover_fsm/config/records/pair_config.py PairConfig._holders: if interface.bridge_group is not None → always":
        "no port is called BVINone",
    "failover_fsm/config/records/ports.py _bundles: if each.channel_group is not None → always":
        "nobody asks for Port-channelNone",
    "failover_fsm/config/records/pair_config.py PairConfig.ports: self.stateful_link is StatefulLink.SHARED_FAILOVER "
    "and self.lan is not None → self.stateful_link is": "a link that is shared with the failover link has one",
    "failover_fsm/services/autoupdate/promises.py Formulas.may: own.up and own.enabled → own.up":
        "nothing is operational while failover is off; the promise asks for it anew",
    "failover_fsm/services/autoupdate/outlook.py Outlook.refused: if step.refused → always":
        "only the first step of a run, the poll time, can be refused",
    "failover_fsm/services/autoupdate/machine.py AutoUpdate.offered: cell.rows and ":
        "a shortcut: none is selected of no rows",
    "failover_fsm/services/autoupdate/machine.py AutoUpdate.answer: isinstance(row, MachineRow) and row.refuses → "
    "isinstance(row, MachineRow)": "each such row of this table refuses",
    "failover_fsm/services/autoupdate/model.py UpdateModel._of_pair: if known is None → always":
        "it is found out again",
    "failover_fsm/services/autoupdate/model.py UpdateModel._of_pair: self._steps[pair] = known left out":
        "it is found out again",
    "failover_fsm/services/autoupdate/runs.py Runner._taken: if state not in self._next → always":
        "it is found out again",
    "failover_fsm/services/autoupdate/runs.py Runner._taken: if event is None → never":
        "a shortcut: no step of a model is by no event",
    "failover_fsm/services/autoupdate/machine.py AutoUpdate.view: known or ": "it is looked for again",
    "failover_fsm/services/autoupdate/model.py update_model: Environment(faults=faults, operator=(), max_faults=most) "
    "→ Environment(faults=faults, operator=())": "a shortcut: the model counts them again, with those of the server",
    "failover_fsm/services/asymmetric/promises.py matched_in_its_group: seen.same_group and seen.last is not None and "
    "(seen.last.via == seen.event.session) → seen.same_group and seen.last.via": "what was matched is there",
    "failover_fsm/services/asymmetric/asr_machine.py AsrMachine.ports_of: if known is not None → never":
        "it is found out again",
    "failover_fsm/services/autoupdate/view.py PairView._by_module_alone: 0 → 1":
        "the pair has no failover groups (AUT-2)",
    "failover_fsm/services/asymmetric/asr_machine.py AsrMachine._take: if row is None → never": "every cell has a row",
    "failover_fsm/services/asymmetric/asr_machine.py AsrMachine._take: raise LookupError": "every cell has a row",
    "failover_fsm/services/asymmetric/asr_machine.py AsrMachine._done: attrs.evolve(case, unit=case.unit.peer, "
    "interface=case.session, redirected=False) → ": "what the peer does with it asks no more whether it was sent on",
    "failover_fsm/services/asymmetric/asr_machine.py AsrMachine._done: False → True":
        "what the peer does with it asks no more whether it was sent on",
    "failover_fsm/services/keys/promises.py key_promises: 'can-recover' → ": "every other word is taken for this kind",
    "failover_fsm/services/saving/lines.py is_external: 1 → 2": "only what stands before the first colon is looked at",
    "failover_fsm/services/saving/machine.py _Run.command: if configures(event.text) or saves(event.text) → always":
        "a shortcut: any other command leaves how each space is saved",
    "failover_fsm/services/saving/machine.py _Run.phases: was.negotiating and now.up and now.groups[0].active and "
    "peer.up and peer.enabled → was.negotiating and now.groups": "only a unit that is up has a role",
    "failover_fsm/services/saving/machine.py _Run._put: if spaces[index] != space → always":
        "a shortcut: the record is made anew with the same space",
    "failover_fsm/services/remote/exec_machine.py ExecMachine.read: if known is not None → never":
        "it is found out again",
    "failover_fsm/services/remote/exec_machine.py ExecMachine._acting: if known is not None → never":
        "it is found out again",
    "failover_fsm/services/remote/typed.py _keyword: 'a[ctive]' → ": "nobody types such a mark",
    "failover_fsm/services/remote/typed.py _keyword: 'm[ate]' → ": "nobody types such a mark",
    "failover_fsm/services/remote/typed.py _keyword: 's[tandby]' → ": "nobody types such a mark",
    "failover_fsm/services/remote/typed.py _read: '' → '~'": "there is one part of a line that is split three times",
    "failover_fsm/device/commands.py _fits: '{}' → ": "no place has such a mark in its name",
    "failover_fsm/device/console.py _text: '\\n' → ": "no line ends in such a mark",
    "failover_fsm/device/family.py _failures: if each.nameif → always": "no port has the name that this makes of none",
    "failover_fsm/device/family.py interfaces: if each.nameif → always": "no port has the name that this makes of none",
    "failover_fsm/device/family.py _in_use: address is not None and holder is not None → address is not None":
        "without a holder there is no address",
    "failover_fsm/promises/promise.py _of_state: if len(found) == 1 → never":
        "a shortcut: any and all of one answer are it",
    "failover_fsm/promises/promise.py _of_step: if len(then) == 1 → never":
        "a shortcut: any and all of one answer are it",
    "failover_fsm/timing/zones.py Zone._bound: 1 → 2": "any negative number stands for a set without values",
    "failover_fsm/timing/zones.py Zone._bound: head + tail < row[column] → head + tail <= row[column]":
        "where they are equal, nothing changes",
    "failover_fsm/timing/zones.py Zone._bound: bound >= least[one][other] → bound > least[one][other]":
        "where they are equal, nothing changes",
    "failover_fsm/timing/zones.py Zone._bound: if bound >= least[one][other] → never":
        "a shortcut: a bound that says nothing new tightens none",
    "failover_fsm/timing/sweep.py _points: if condition.id == 'active-unit-dies' → always":
        "it is the first of the conditions",
    "failover_fsm/timing/table.py FailoverTimeCell.explained: self.best < self.chapter < self.worst → self.best <=":
        "a figure that is the best case was explained before",
    "failover_fsm/timing/table.py FailoverTimeCell.explained: self.best < self.chapter < self.worst → self.best < "
    "self.chapter <=": "a figure that is the worst case was explained before",
    "failover_fsm/timing/times.py seconds: '0' → ": "no figure has such a letter",
    "failover_fsm/timing/within.py limit_of: '' → ": "neither text is a promise",
    "failover_fsm/timing/noticed.py Monitor._say: if number == 105009 → always":
        "a text that has no place for a result takes none",
    "failover_fsm/timing/symbolic.py SymbolicModel.running: if known is None → always": "a cache",
    "failover_fsm/timing/symbolic.py SymbolicModel.running: self._running[location, used] = known left out": "a cache",
    "failover_fsm/timing/ports.py can_fail: 1 → 2": "each of the four tests can fail where one can",
    "failover_fsm/timing/running_clocks.py RunningClocks.times_of: if known is None → always": "a cache",
    "failover_fsm/pair/live_unit.py LiveUnit.fire: if issubclass(kind, e.AtUnit) → always":
        "every event of the unit table is one of a unit",
    "failover_fsm/pair/live_unit.py LiveUnit.fire: not reaction.rows and reaction.default is not None → not reaction":
        "a cell without a default has a row that always holds",
    "failover_fsm/pair/live_unit.py LiveUnit.react: not firing.taken and default is not None and (default.outcome is "
    "not Otherwise.IGNORED) → not firing.taken and default.outcome":
        "a cell without a default has a row that always holds",
    "failover_fsm/pair/live_unit.py LiveUnit._noting: data.transition is None or data.transition.dest is None → "
    "data.transition.dest is None": "a state is entered by a transition only",
    "failover_fsm/pair/pair.py changing_steps: after is not state and after != state → after != state":
        "a shortcut: what is the same is equal",
    "failover_fsm/pair/environment.py obstacle_ahead: if not (locked or full or bad) → never":
        "a shortcut: where nothing is there, none is found",
    "failover_fsm/pair/interface_logs.py port_logs: if before.interfaces is after.interfaces → never":
        "a shortcut: no port has changed",
    "failover_fsm/pair/interface_logs.py port_logs: was is now or port.shutdown → port.shutdown":
        "a shortcut: the port has not changed",
    "failover_fsm/pair/interface_logs.py link_logs: before.interfaces is not after.interfaces and "
    "settings.together.failover → settings": "a shortcut: where nothing has changed, the port works as before",
    "failover_fsm/pair/interface_logs.py link_logs: before.interfaces is not after.interfaces and "
    "settings.together.failover → before": "a shortcut: where the link has a port of its own, it works as before",
    "failover_fsm/pair/interface_logs.py link_logs: if before.links is not after.links or over_ports → always":
        "a shortcut: the port works as before",
    "failover_fsm/pair/interface_logs.py link_logs: before is after or _ways(before) == _ways(after) → ":
        "a shortcut: state is carried as before",
    "failover_fsm/pair/interface_logs.py link_logs: if before is after or _ways(before) == _ways(after) → never":
        "a shortcut: state is carried as before",
    "failover_fsm/pair/interface_logs.py interface_logs: if before is after → never":
        "a shortcut: no status has changed",
    "failover_fsm/pair/interface_logs.py interface_logs: if not elsewhere and before.interfaces is after.interfaces → "
    "never": "a shortcut: no status has changed",
    "failover_fsm/pair/interface_logs.py interface_logs: if not elsewhere and interface is before.interfaces[place] "
    "and (interface.line(unit) not in DEAF) → never": "a shortcut: the status has not changed",
    "failover_fsm/pair/interface_logs.py interface_logs: continue left out": "a shortcut: the status has not changed",
    "failover_fsm/pair/wiring.py is_hosted: topology is None or wiring is None or (not topology.hosts) → topology is "
    "None or wiring": "a shortcut: without hosts, none is broken",
    "failover_fsm/pair/ports.py carriers_in: config.link and config.stateful_link is StatefulLink.DEDICATED → "
    "config.stateful_link": "without a link the kind is NONE",
    "failover_fsm/pair/wiring.py _whole: cable.least > 1 → cable.least >= 1":
        "without its dead cables, a way that needs one is as it was",
    "failover_fsm/pair/wiring.py _whole: if cable.least > 1 → always":
        "without its dead cables, a way that needs one is as it was",
    "failover_fsm/pair/wiring.py _joined: end is not None and end not in reached and (end not in broken) → end not in "
    "reached": "no cable ends at None",
    "failover_fsm/pair/health.py probed: if own is peer → never":
        "a shortcut: what a unit asks on is addressed and not shut down",
    "failover_fsm/pair/health.py common: if own is peer → never": "a shortcut: what counts for both counts",
    "failover_fsm/pair/health.py _passing: if own is peer → never": "a shortcut: what counts is not shut down",
    "failover_fsm/pair/health.py failed_interfaces: silent and hears(state, settings, unit) → hears":
        "a shortcut: no silence adds nothing",
    "failover_fsm/pair/health.py failover_link_works: not places or ask(state.interfaces, is_up, places) → ask":
        "a question less: of no places, all are up",
    "failover_fsm/pair/health.py stateful_link_works: not places or ask(state.interfaces, is_up, places) → ask":
        "a question less: of no places, all are up",
    "failover_fsm/pair/faults.py _linked: bool(places) and ask(state.interfaces, is_up, places) → ask":
        "a question less: of no places, all are up before and afterwards",
    "failover_fsm/pair/faults.py port: all((getattr(state.links, name) is wanted for name in links)) → any":
        "a port of its own carries one link",
    "failover_fsm/pair/sessions.py sessions_now: if is_copied is None → always": "a shortcut: the answer is the same",
    "failover_fsm/pair/sessions.py with_sessions: if own.groups[index].sessions is not has → always":
        "a shortcut: the record is as it was",
    "failover_fsm/pair/sessions.py takeovers: if was is not now → always": "a shortcut: no role has changed",
    "failover_fsm/pair/sessions.py link_works: own.shutdown or peer.shutdown → ":
        "`shutdown` of a port that carries state is taken as fixed: it is so on both units",
    "failover_fsm/pair/sessions.py link_works: sender.peer → sender":
        "`shutdown` of a port that carries state is taken as fixed: it is so on both units",
    "failover_fsm/pair/run_time.py _put: if state.running != wanted → always": "the same value again",
    "failover_fsm/pair/run_time.py after_line: Unit.PRIMARY → Unit.SECONDARY": "nothing asks for the unit",
    "failover_fsm/pair/typed_commands.py not_taken: Unit.PRIMARY → Unit.SECONDARY": "nothing asks for the unit",
    "failover_fsm/pair/entered_text.py is_word: ']' → ']~'": "no pattern ends so",
    "failover_fsm/pair/environment.py _no_active: not own.listening or message_in_flight(state) or "
    "own.groups[index].active → message_in_flight(state)": "a unit that takes no part hears nothing",
    "failover_fsm/pair/run_time.py follow: isinstance(event, e.WriteStandby) and unit is event.unit.peer and "
    "(own.phase is Phase.UP) → isinstance(event, e.WriteStandby) and own": "what a unit has it writes to itself",
    "failover_fsm/pair/replication.py newest_followed: if phase is was.phase and phase not in JOINING → never":
        "a shortcut: nothing follows from a phase that has not changed",
    "failover_fsm/pair/replication.py newest_followed: continue left out":
        "a shortcut: nothing follows from a phase that has not changed",
    "failover_fsm/pair/replication.py configuration_sent: was is Phase.NEGOTIATION and phase is Phase.UP and "
    "own.groups[0].active and peer.up and peer.enabled → was is Phase.NEGOTIATION and own":
        "a unit that is active is up",
    "failover_fsm/model/interleavings.py Explorer.own_steps: if shared is not self._latest[0] → always": "a cache",
    "failover_fsm/model/interleavings.py Explorer.own_steps: 0 → 1": "a cache",
    "failover_fsm/model/interleavings.py Explorer.close: known.get(units) or self.steps_of(reach_set.shared, units) → "
    "self": "a cache",
    "failover_fsm/model/interleavings.py Explorer.close: if after not in reached → always":
        "a shortcut: what is reached already is passed over in its turn",
    "failover_fsm/model/interleavings.py Explorer._at_a_unit: isinstance(event, e.ElementFailed | e.ElementRestored) "
    "and self.settings.topology is not None → isinstance": "elements are those of a topology",
    "failover_fsm/model/interleavings.py Explorer.at_rest: if len(calm) == len(after) → never":
        "a shortcut: where every state comes to rest there are no rounds",
    "failover_fsm/model/interleavings.py Explorer.post: if is_wiring → never":
        "a shortcut: what is impossible in one state of the set is impossible in all",
    "failover_fsm/model/places.py _kind: 'unmonitored' → ": "any word is told apart from the numbers of groups",
    "failover_fsm/model/places.py _bound: environment.max_faults or 0 → environment":
        "the environment of a bare configuration has a bound",
    "failover_fsm/model/places.py _bound: 0 → 1": "the environment of a bare configuration has a bound",
    "failover_fsm/model/typed_model.py always_refused: if settings.running is None → never":
        "a shortcut: of no lines, none is refused",
    "failover_fsm/model/typed_model.py without_effect: Unit.PRIMARY → Unit.SECONDARY": "nothing asks for the unit",
    "failover_fsm/model/observer.py Observer.over_policy: policy.percent or 0 → policy":
        "a policy without a count has a share",
    "failover_fsm/model/structure.py _nameless: '' → ": "any text stands for a member, whose number counts",
    "failover_fsm/model/structure.py _mac_texts: if each is not None → always":
        "a number more, which each of the scenarios with this structure leaves out",
    "failover_fsm/model/pair_model.py PairModel.essence: if known is None → always": "a cache",
    "failover_fsm/model/pair_model.py PairModel.broken: if known is None → always": "a cache",
    "failover_fsm/model/pair_model.py PairModel.broken: self._faults[interfaces] = known left out": "a cache",
    "failover_fsm/model/pair_model.py PairModel.senses: if known is None → always": "a cache",
    "failover_fsm/model/pair_model.py PairModel.interface_steps: if known is None → always": "a cache",
    "failover_fsm/model/pair_model.py PairModel._look: if known is None → always": "a cache",
    "failover_fsm/model/pair_model.py PairModel.observers: if state is self._newest[0] → never": "a cache",
    "failover_fsm/model/pair_model.py PairModel.observers: if state is self._older[0] → never": "a cache",
    "failover_fsm/model/pair_model.py PairModel.observers: 0 → 1": "a cache",
    "failover_fsm/model/core_steps.py CoreSteps.of: if known is None → always": "a cache",
    "failover_fsm/model/core_steps.py CoreSteps.of: if given is None → always": "a cache",
    "failover_fsm/model/core_steps.py CoreSteps.broken: if known is None → always": "a cache",
    "failover_fsm/model/core_steps.py CoreSteps._own_steps: if own is None → always": "a cache",
    "failover_fsm/model/core_steps.py CoreSteps._own_steps: if key not in own.known → always": "a cache",
    "failover_fsm/model/pair_model.py PairModel._interface_move: if isinstance(event, e.Fault) → always":
        "a repair costs nothing, or less",
    "failover_fsm/model/wired_rules.py rules_of: isinstance(model, WiredModel) and model.settings.topology is not None "
    "→ model": "a pair with a topology has a model of this kind",
    "failover_fsm/model/wired_rules.py _wirings: if wiring not in known → always": "a cache",
}  # fmt: skip
"""By the beginning of `module function: mistake`, why the mistake changes nothing that anybody could see."""

ANSWERS: dict[str, str] = {}
"""By the same, why it may live although it changes something."""


def answer(name: str) -> tuple[str, str]:
    """`equivalent` or `may live` with the reason; two empty texts where nothing has been found out."""
    for kind, known in (("equivalent", EQUIVALENT), ("may live", ANSWERS)):
        for beginning, why in known.items():
            if name.startswith(beginning):
                return kind, why
    return "", ""
