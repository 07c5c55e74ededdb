"""A generic explicit-state model checker in plain Python.

It knows nothing of what it checks: a model is anything with initial states, events and a step (``Model``),
a claim is a ``Property`` built by one of the constructors below, and ``Checker(model).verify(...)`` returns
a ``Result``.

    result = Checker(model).verify(always("one active", predicate), max_states=10**6)
    print(result.verdict, result.findings[0].trace)
"""

from failover_fsm.checker.core.model import CheckpointError, FastModel, ModelError

# by name only: `import *` must not hide a model of one's own that is called Model
from failover_fsm.checker.core.model import Model as Model
from failover_fsm.checker.core.properties import (
    Kind,
    Property,
    always,
    always_step,
    can_recover,
    converges,
    deadlock,
    eventually_always,
    in_states,
    leads_to,
    sometimes,
    when_settled,
)
from failover_fsm.checker.core.result import Finding, Progress, Result, Verdict
from failover_fsm.checker.explicit.explore import Checker
from failover_fsm.checker.rules.rule_model import PlainModel, Rule, RuleModel

__all__ = [
    "Checker",
    "CheckpointError",
    "FastModel",
    "Finding",
    "Kind",
    "ModelError",
    "PlainModel",
    "Progress",
    "Property",
    "Result",
    "Rule",
    "RuleModel",
    "Verdict",
    "always",
    "always_step",
    "can_recover",
    "converges",
    "deadlock",
    "eventually_always",
    "in_states",
    "leads_to",
    "sometimes",
    "when_settled",
]
