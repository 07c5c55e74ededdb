"""The promises of a failover pair: what the chapter says must be so, each as a formula.

A promise is checked over every reachable state or step of a scenario.  Its `premise` must be seen
at least once, else the promise was never put to the test and the verdict says so.  A *lemma* is
implied by another promise or by the way the tables are built; it is here because people ask for it.

Protocol steps never touch the environment, and a fair run after the last fault and command ends in
a settled state (`converges`).  So what must come about in the end is stated of settled states:
those that no protocol step changes.
"""

from __future__ import annotations

from collections.abc import Iterable

from failover_fsm.model.search_environment import Environment
from failover_fsm.promises.catalogue import PROMISES
from failover_fsm.promises.promise import Promise, as_property, breaking_group, is_protocol_step

__all__ = ["BY_ID", "PROMISES", "Promise", "as_property", "breaking_group", "chosen", "is_protocol_step", "promise_of"]

BY_ID = {promise.id: promise for promise in PROMISES}


def promise_of(name: str) -> Promise:
    """The promise with this id; a pickle of one names this function.

    Raises KeyError if there is none.
    """
    return BY_ID[name]


def chosen(environment: Environment, ids: Iterable[str] | None = None, *, groups: bool = False) -> tuple[Promise, ...]:
    """The promises to check: those named, or all that apply in the environment.

    groups: the pair is Active/Active.

    Raises KeyError for an id that is not a promise's.
    """
    if ids is None:
        return tuple(promise for promise in PROMISES if promise.applies(environment, groups=groups))
    return tuple(BY_ID[name] for name in ids)
