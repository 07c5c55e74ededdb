"""The explored graph of any model as a picture."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from failover_fsm.checker import PlainModel
from failover_fsm.diagrams.model_graph import GraphTooLarge, UnknownField, model_graph
from tests.checker.richer import SlidingWindow
from tests.checker.test_richer import Halls
from tests.toys import toy

MODEL = toy("a x b y a", "b z c w c")


def test_states_are_nodes_and_steps_are_arrows() -> None:
    graph = model_graph(MODEL, title="toy")
    assert graph.nodes == ("state = a", "state = b", "state = c")
    assert graph.starts == (0,)
    assert graph.edges == ((0, 1, ("x",)), (1, 0, ("y",)), (1, 2, ("z",)), (2, 2, ("w",)))


def test_merged_states_have_no_steps_to_themselves() -> None:
    graph = model_graph(MODEL, title="toy", fields=("state",))
    assert graph.nodes == ("a", "b", "c") and (2, 2, ("w",)) not in graph.edges


def test_limits_and_names_are_checked() -> None:
    with pytest.raises(GraphTooLarge, match="more than 2 states"):
        model_graph(MODEL, title="toy", most=2)
    with pytest.raises(UnknownField, match=r"no field x; it has: state"):
        model_graph(MODEL, title="toy", fields=("x",))
    long = toy(" e ".join(f"n{number}" for number in range(70)))
    with pytest.raises(GraphTooLarge, match="70 states are left, more than 60"):
        model_graph(long, title="toy")


def test_words_of_the_model_are_no_syntax() -> None:
    graph = model_graph(toy('a"; x<y b'), title="it's")
    assert "title: 'it''s (2 states)'" in graph.mermaid()
    assert "title: 'toy (1 state)'" in model_graph(toy("a x a"), title="toy").mermaid()
    assert 'state "state = a#34;#59;" as s0' in graph.mermaid() and "s0 --> s1: x#60;y" in graph.mermaid()
    assert '\\"' in graph.dot()


def test_many_events_are_counted() -> None:
    graph = model_graph(toy(*(f"a e{number} b" for number in range(9))), title="toy")
    assert "e5, and 3 more" in graph.mermaid()


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_draws_it() -> None:
    text = model_graph(MODEL, title="toy").dot()
    drawn = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, text=True, check=True)
    assert drawn.stdout.count('class="node"') == 3


def test_a_queue_and_a_record_are_shown_whole() -> None:
    window = PlainModel(SlidingWindow())
    graph = model_graph(window, title="window", fields=["packets"])
    assert graph.nodes[:3] == ("()", "(0)", "(0, 1)")
    halls = model_graph(PlainModel(Halls()), title="halls", fields=["lamps[0]"])
    assert halls.nodes == ("on=False, level=0", "on=True, level=1", "on=True, level=2")
