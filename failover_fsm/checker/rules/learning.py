"""How much of the decision trees is learned before a search begins."""

from __future__ import annotations

import attrs

from failover_fsm.checker.rules.rule_tree import DecisionTree

__all__ = ["Learning"]


@attrs.define
class Learning:
    """How much is learned before the search.

    budget: paths still to be learned in advance, over all trees; what is left open is learned along the search.
    most: paths of one tree.
    """

    budget: int = 20_000
    most: int = 2_000

    def __call__(self, tree: DecisionTree) -> None:
        """Learn a tree in advance, or as much of it as is allowed."""
        before = tree.calls
        tree.learn_all(min(self.budget, self.most))
        self.budget -= tree.calls - before
