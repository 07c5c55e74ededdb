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
