"""Trees kept from an earlier search: the same results with less to learn, and refused where they do not fit."""

from __future__ import annotations

import hashlib
from functools import cache

import attrs
import pytest

from failover_fsm.checker import ModelError, always, always_step, sometimes
from failover_fsm.checker.bitset.compiled_search import Search
from failover_fsm.checker.bitset.kept_trees import DamagedTrees, KeptTrees
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.core.properties import Property
from failover_fsm.checker.rules.rule_tree import DecisionTree, Rule
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.model.search_environment import Environment
from failover_fsm.promises import as_property, chosen
from failover_fsm.records import ask_of, unchanged
from tests.pairs import settings

ENVIRONMENT = Environment(faults=("power", "failover-link"), operator=(), max_faults=1)


@cache
def pair() -> tuple[PairRules, tuple[Property, ...]]:
    rules = PairRules(PairModel(settings(), ENVIRONMENT))
    return rules, tuple(as_property(each, rules.observers) for each in chosen(ENVIRONMENT))


def search(claims: tuple[Property, ...], kept: bytes | None = None) -> tuple[Search, int]:
    """A finished search, and how many paths it learned."""
    rules, learned = pair()[0], []
    with pytest.MonkeyPatch.context() as patched:
        learn = DecisionTree.learn
        patched.setattr(DecisionTree, "learn", lambda tree, oracle: learned.append(tree) or learn(tree, oracle))
        found = CompiledChecker(rules, budget=1000, kept=kept).begin(*claims)
        found.run()
    return found, len(learned)


@cache
def first() -> tuple[Search, int, bytes]:
    found, learned = search(pair()[1])
    content = found.learned()
    assert content is not None
    return found, learned, content


def test_a_second_search_learns_nothing_and_finds_the_same() -> None:
    found, learned, content = first()
    again, more = search(pair()[1], content)
    one, other = found.result(), again.result()
    assert learned > 1000 and more == 0 and again.learned() is None
    assert attrs.evolve(one, seconds=0) == attrs.evolve(other, seconds=0) and one.digest == other.digest


def test_another_question_learns_only_what_is_new_and_keeps_the_rest() -> None:
    every = pair()[1]
    some, learned = search(every[:4])
    content = some.learned()
    assert content is not None
    others, more = search(every[4:8], content)
    both = others.learned()
    assert both is not None and 0 < more < learned / 2  # the rules are known
    for claims in (every[2:6],):
        again, nothing = search(claims, both)
        assert nothing == 0 and again.result().verdict is search(claims)[0].result().verdict


def test_queries_are_found_again_in_any_order() -> None:
    """Queries are numbered as they are asked; another order of claims asks them in another one."""
    found, _, content = first()
    again, more = search(pair()[1][::-1], content)
    assert more == 0 and again.result().states == found.result().states
    findings = {each.name: each.verdict for each in found.result().findings}
    assert {each.name: each.verdict for each in again.result().findings} == findings


@pytest.mark.parametrize("place", [0, 40, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    content = bytearray(first()[2])
    content[place] ^= 1
    with pytest.raises(DamagedTrees, match="checksum"):
        search((), bytes(content))


def signed(rest: bytes) -> bytes:
    return hashlib.sha256(rest).digest() + rest


@pytest.mark.parametrize("rest", [b"", b"\n", b"{}\n", b"[]\n", b'{"slots": 1}\n', b"\xff\n\x01"])
def test_anything_else_is_no_tree(rest: bytes) -> None:
    with pytest.raises(DamagedTrees):
        search((), signed(rest))


def test_trees_that_end_too_early_do_not_fit() -> None:
    with pytest.raises(DamagedTrees, match="does not fit"):
        search(pair()[1], signed(first()[2][32:-400]))


# -- a model that can be changed -------------------------------------------------------------------


@attrs.frozen
class Lamp:
    level: int = attrs.field(default=0, metadata={"domain": range(4)})
    on: bool = False


def is_high(level: int) -> bool:
    return level > 1


def is_odd(level: int) -> bool:
    return level % 2 == 1


class Room:
    """A lamp that is turned up and switched; `question` decides when it may be switched."""

    def __init__(self, question: object = is_high, step: int = 1) -> None:
        def turn(lamp: Lamp) -> bool:
            lamp.level = (lamp.level + step) % 4
            return True

        def switch(lamp: Lamp) -> bool:
            if not ask_of(lamp, "level", question):
                return False
            lamp.on = not lamp.on
            return True

        self.rules = (Rule("turn", turn), Rule("switch", switch))

    def initial_states(self) -> list[Lamp]:
        return [Lamp()]


CLAIMS = (
    sometimes("lit", lambda lamp: lamp.on),
    always("within", lambda lamp: lamp.level < 4),
    always_step("steady", lambda before, event, after: event == "switch" or unchanged(before, after, "on")),
)


def content_of(room: Room) -> bytes:
    found = CompiledChecker(room).begin(*CLAIMS)
    found.run()
    content = found.learned()
    assert content is not None
    return content


def test_a_model_of_other_states_is_refused() -> None:
    with pytest.raises(DamagedTrees, match="other states"):
        CompiledChecker(pair()[0], kept=content_of(Room()))


def test_a_rule_that_asks_another_question_is_refused() -> None:
    with pytest.raises(DamagedTrees, match="another question"):
        CompiledChecker(Room(is_odd), kept=content_of(Room()))


def test_a_rule_that_does_something_else_is_found_by_the_recheck() -> None:
    search = CompiledChecker(Room(step=3), kept=content_of(Room())).begin(*CLAIMS)
    with pytest.raises(ModelError, match="rule turn is not a function of the state"):
        search.finish()


def test_a_search_that_did_not_end_keeps_nothing() -> None:
    found = CompiledChecker(Room()).begin(*CLAIMS, max_states=2)
    found.run()
    assert not found.complete and found.learned() is None


def test_trees_that_cannot_be_told_apart_are_not_kept() -> None:
    checker = CompiledChecker(Room())
    trees = [*checker.trees, checker.trees[0]]
    assert KeptTrees(checker.shape).written(trees, {}, ()) is None
