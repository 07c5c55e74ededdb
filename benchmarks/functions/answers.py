"""Mistakes that nothing kills, each with the reason why it may live."""

from __future__ import annotations

__all__ = ["ANSWERS", "EQUIVALENT", "answer"]

EQUIVALENT: dict[str, str] = {
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
