"""The parts of a compiled checker that a search uses."""

from __future__ import annotations

from typing import Any, Protocol

from failover_fsm.checker.bitset.canonicalise import Canonicaliser
from failover_fsm.checker.bitset.kept_trees import KeptTrees
from failover_fsm.checker.bitset.layout import Layout
from failover_fsm.checker.bitset.limits import Watchdog
from failover_fsm.checker.reduce.symmetry import Symmetric
from failover_fsm.checker.rules.learning import Learning
from failover_fsm.checker.rules.rule_tree import DecisionTree, RuleModel
from failover_fsm.records import Shape

__all__ = ["CompiledModel"]


class CompiledModel(Protocol):
    """Model, learned rules, layout of states, symmetry."""

    model: RuleModel
    plain: Any
    shape: Shape
    trees: list[DecisionTree]
    initial: list[tuple[int, ...]]
    layout: Layout
    patience: int
    canonicaliser: Canonicaliser | None
    symmetric: Symmetric | None
    learning: Learning
    watchdog: Watchdog
    kept: KeptTrees

    @property
    def digest(self) -> str:
        """Identifies the model and the layout of its states; a checkpoint belongs to one digest."""
