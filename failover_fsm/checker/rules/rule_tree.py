"""Symbolic (concolic) execution of rules and predicates into decision trees.

Executed on a traced view, a rule reads slots in some order and assigns others; its result can depend on nothing else.
So one execution is one path of a decision tree: an inner node reads a slot, a leaf is "not possible", the assignments
of a step, or a failure. A predicate is a rule without assignments. *Learning* a path means executing the function on
it and adding the path to the tree.

All paths are learned before a search if they are few. Otherwise the tree is completed during the search:
`DecisionTree.learn` adds the paths that reached states take.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import attrs

from failover_fsm.checker.core.answers import FAULTS, described, without_addresses
from failover_fsm.checker.core.model import ModelError
from failover_fsm.checker.rules.rule_model import PlainModel, Rule, RuleModel, possible, says_possible, shape_of
from failover_fsm.records import Shape, Tracer
from failover_fsm.records.steady import steady

__all__ = [
    "Branch",
    "DecisionTree",
    "End",
    "Failure",
    "PlainModel",
    "Rule",
    "RuleModel",
    "Step",
    "possible",
    "says_possible",
    "shape_of",
    "tree_of_rule",
]

Pairs = tuple[tuple[int, int], ...]
"""(slot number, code), in the order in which the rule got to them."""


@attrs.frozen
class Step:
    """The result of a path on which the rule is possible: its assignments."""

    writes: Pairs


@attrs.frozen
class Failure:
    """The result of a path on which the function raised; an error only if a reachable state takes the path."""

    message: str


Result = Step | Failure | None


@attrs.frozen(eq=False)
class End:
    """A leaf of a decision tree; the result None means "not possible"."""

    result: Result


NOWHERE = End(None)
"""The child for a code that contradicts earlier reads, so that no state takes it."""


@attrs.define(eq=False)
class Branch:
    """An inner node: the slot that is read, and a child per code; None if not learned yet."""

    slot: int
    children: list[Branch | End | None]


Run = Callable[[Tracer], bool]


class DecisionTree:
    """The learned paths of one function of a state.

    Attributes:
        name: of the rule or predicate in messages.
        shape: of the states.
        root: the tree; None before the first path.
        calls: how often the function was executed.
        before_run: called before each execution; may raise to give up, as a limit does.
    """

    def __init__(self, name: str, shape: Shape, run: Run, function: object = None) -> None:
        """Create an empty tree.

        Args:
            name: of the rule or predicate in messages.
            shape: of the states.
            run: executes the function on a tracer.
            function: what the user wrote, for the line in messages.
        """
        self.name = name
        self.shape = shape
        self.root: Branch | End | None = None
        self.calls = 0
        self.before_run: Callable[[], object] = lambda: None
        self._run, self._function = run, function

    def learn(self, oracle: Callable[[int], int]) -> Pairs:
        """Execute the function with an oracle, add the path, and return its reads.

        Raises:
            ModelError: the path contradicts the tree, so the function depends on something outside the state; names
                rule and field.
        """
        reads, result = self._trace(oracle)
        self._insert(reads, result)
        return reads

    def learn_all(self, limit: int) -> bool:
        """Learn all paths in order of codes, but at most `limit`; return whether the tree is complete.

        The first path is executed twice, to detect hidden state and randomness early.

        Raises:
            ModelError: as `learn` and `recheck`.
        """
        script: Pairs = ()
        for number in range(limit):
            if number == 1:
                self.recheck()
            following = self._following(self.learn(_answers(self.shape, script)))
            if following is None:
                if number == 0:
                    self.recheck()
                return True
            script = following
        return False

    def _following(self, reads: Pairs) -> Pairs | None:
        """Return the reads that begin the next path in order of codes: the last one with a code left is advanced."""
        before = dict(reads)
        for last in range(len(reads) - 1, -1, -1):
            slot, code = reads[last]
            del before[slot]
            feasible = self.shape.feasible(before, slot)
            later = bisect_right(feasible, code)
            if later < len(feasible):
                return (*reads[:last], (slot, feasible[later]))
        return None

    def recheck(self, most: int | None = None) -> None:
        """Execute learned paths again and compare their results.

        Args:
            most: how many paths at most, evenly spread; None for all.

        Raises:
            ModelError: a result differs; names rule and field.
        """
        stride = 1
        if most is not None:
            stride = max(1, -(-sum(1 for node in self._nodes() if type(node) is End) // most))
        for reads, result in list(self.paths(stride)):
            again, second = self._trace(_answers(self.shape, reads))
            self._compare(reads, again)
            if result != second:
                raise self._unsteady(_difference(self.shape, result, second))

    def asked_on(self, codes: Sequence[int]) -> list[int]:
        """Execute the function with these answers, in the order in which it asks, and return the slots it asked for.

        Nothing is learned. What it asks beyond the answers is answered by the first code.
        """
        answers, asked = iter(codes), list[int]()

        def oracle(slot: int) -> int:
            asked.append(slot)
            return next(answers, 0)

        self._trace(oracle)
        return asked

    def paths(self, stride: int = 1) -> Iterator[tuple[Pairs, Result]]:
        """Yield every learned path, or each `stride`-th from the first on, in order of codes: reads and result."""
        if isinstance(self.root, End):
            yield (), self.root.result
        branches = [self.root] if isinstance(self.root, Branch) else []
        codes, skipped = [-1], 0
        while branches:
            children = branches[-1].children
            codes[-1] += 1
            if codes[-1] == len(children):
                branches.pop()
                codes.pop()
                continue
            child = children[codes[-1]]
            if type(child) is Branch:
                branches.append(child)
                codes.append(-1)
            elif type(child) is End and child is not NOWHERE:
                if skipped % stride == 0:
                    reads = [(branch.slot, code) for branch, code in zip(branches, codes, strict=True)]
                    yield tuple(reads), child.result
                skipped += 1

    @property
    def complete(self) -> bool:
        """Whether every path is learned."""
        stack = [self.root]
        while stack:
            node = stack.pop()
            if node is None:
                return False
            if isinstance(node, Branch):
                stack.extend(node.children)
        return True

    def read_slots(self) -> tuple[int, ...]:
        """Return the slots that learned paths read, ascending."""
        return tuple(sorted({node.slot for node in self._nodes() if isinstance(node, Branch)}))

    def written_slots(self) -> tuple[int, ...]:
        """Return the slots that learned paths assign, ascending."""
        steps = (node.result for node in self._nodes() if isinstance(node, End) and isinstance(node.result, Step))
        return tuple(sorted({slot for step in steps for slot, _ in step.writes}))

    def _nodes(self) -> Iterator[Branch | End]:
        """Yield every learned node, in no certain order."""
        stack: list[Branch | End | None] = [self.root]
        while stack:
            node = stack.pop()
            if node is not None and node is not NOWHERE:
                yield node
                if type(node) is Branch:
                    stack.extend(node.children)

    def result(self, codes: Sequence[int]) -> Result:
        """Return the result in a state; learns its path if necessary."""
        node, bases, tables = self.root, self.shape.bases, self.shape.tables
        while type(node) is not End:
            if type(node) is Branch:  # an inner loop: as `Shape.read`, without a call
                slot = node.slot
                table = tables[slot]
                node = node.children[codes[slot] if table is None else table[codes[bases[slot]]]]
            else:
                self.learn(partial(self.shape.read, codes))
                node = self.root
        return node.result

    def _trace(self, oracle: Callable[[int], int]) -> tuple[Pairs, Result]:
        self.before_run()
        tracer = Tracer(self.shape, oracle)
        self.calls += 1
        result: Result
        try:
            result = Step(tuple(tracer.writes.items())) if self._run(tracer) else None
        except MemoryError:
            raise
        except FAULTS as error:
            result = Failure(f"{self.name} failed: {without_addresses(described(error, self._function))}")
        tracer.end()
        return tuple(tracer.reads.items()), result

    def _insert(self, reads: Pairs, result: Result) -> None:
        """Add a path to the tree. Raises ModelError if it contradicts the tree."""
        holder: list[Branch | End | None] = [self.root]
        top, position = holder, 0
        before: dict[int, int] | None = None
        for depth, (slot, code) in enumerate(reads):
            node = holder[position]
            if node is None:
                if before is None:
                    before = dict(reads[:depth])
                node = holder[position] = self._branch(slot, before)
                before[slot] = code
            elif type(node) is not Branch or node.slot != slot:
                known = self.shape.name(node.slot) if type(node) is Branch else "nothing more"
                raise self._unsteady(f"it read {self.shape.name(slot)} where it had read {known} before")
            holder, position = node.children, code
        node = holder[position]
        if isinstance(node, Branch):
            raise self._unsteady(f"it did not read {self.shape.name(node.slot)}, which it had read before")
        if node is not None and node.result != result:
            raise self._unsteady(_difference(self.shape, node.result, result))
        holder[position] = End(result)
        self.root = top[0]

    def _branch(self, slot: int, reads: dict[int, int]) -> Branch:
        """Return a node without learned children; codes that contradict `reads` have the child NOWHERE."""
        feasible, count = self.shape.feasible(reads, slot), len(self.shape.values(slot))
        if len(feasible) == count:
            return Branch(slot, [None] * count)
        children: list[Branch | End | None] = [NOWHERE] * count
        for code in feasible:
            children[code] = None
        return Branch(slot, children)

    def _compare(self, first: Pairs, second: Pairs) -> None:
        if first == second:
            return
        names = [[*(self.shape.name(slot) for slot, _ in reads), "nothing more"] for reads in (first, second)]
        one, other = next((one, other) for one, other in zip(*names, strict=False) if one != other)
        raise self._unsteady(f"it read {one} the first time and {other} the second")

    def _unsteady(self, what: str) -> ModelError:
        return ModelError(
            f"{self.name} is not a function of the state: run twice on the same values, {what}. "
            "Usual causes: a random number, a clock, a global or default argument that changes, the order of a set"
        )


def _answers(shape: Shape, reads: Pairs) -> Callable[[int], int]:
    """Return an oracle that repeats these reads and gives the first possible code for any other slot."""
    known = dict(reads)
    given: dict[int, int] = {}

    def oracle(slot: int) -> int:
        code = known.get(slot)
        given[slot] = shape.feasible(given, slot)[0] if code is None else code
        return given[slot]

    return oracle


def _difference(shape: Shape, first: Result, second: Result) -> str:
    """Return the difference between two results as a clause of a message."""
    if isinstance(first, Step) and isinstance(second, Step):
        one, other = dict(first.writes), dict(second.writes)
        for slot in (*one, *other):
            if one.get(slot) != other.get(slot):
                domain = shape.values(slot)
                texts = [steady(domain[codes[slot]]) if slot in codes else "nothing" for codes in (one, other)]
                return f"it assigned {texts[0]} and then {texts[1]} to {shape.name(slot)}"
        return "it assigned the same in another order"
    words = ["true" if isinstance(item, Step) else item.message if item else "false" for item in (first, second)]
    return f"its answer was {words[0]} and then {words[1]}"


def tree_of_rule(rule: Rule, shape: Shape) -> DecisionTree:
    """Return the tree of a rule, with no path learned."""
    return DecisionTree(f"rule {rule.event}", shape, lambda tracer: possible(rule, tracer), rule.function)


def learn_nearby(trees: Sequence[DecisionTree], initial: Iterable[tuple[int, ...]], states: int) -> None:
    """Learn the paths that the first states of a breadth-first search take.

    Args:
        trees: of the rules.
        initial: the codes of the initial states.
        states: how many states are expanded.
    """
    queue = list(dict.fromkeys(initial))
    seen = set(queue)
    for codes in queue:
        for tree in trees:
            result = tree.result(codes)
            if isinstance(result, Step) and len(seen) < states:
                after = list(codes)
                for slot, code in result.writes:
                    after[slot] = code
                row = tuple(after)
                if row not in seen:
                    seen.add(row)
                    queue.append(row)
