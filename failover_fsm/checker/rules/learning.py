"""The budget of paths that are learned before a search."""

from __future__ import annotations

import attrs

from failover_fsm.checker.rules.rule_tree import DecisionTree

__all__ = ["Learning"]


@attrs.define
class Learning:
    """The budget of paths; the others are learned during the search.

    Attributes:
        budget: paths left, over all trees.
        most: paths of one tree.
    """

    budget: int = 20_000
    most: int = 2_000

    def __call__(self, tree: DecisionTree) -> None:
        """Learn as many paths of a tree as the budget allows."""
        before = tree.calls
        tree.learn_all(min(self.budget, self.most))
        self.budget -= tree.calls - before
