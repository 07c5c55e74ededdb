"""State diagrams in other languages and of other things: PlantUML, SCXML, one cause, and the pair in product."""

from __future__ import annotations

import argparse
import re
import shutil
import xml.etree.ElementTree as ElementTree
from collections import Counter
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.cli import main
from failover_fsm.commands import diagram as command
from failover_fsm.diagrams import (
    FIGURES,
    FOLDS,
    Diagram,
    Edge,
    Kind,
    Node,
    TooMany,
    figure,
    kind_of,
    pair_diagram,
    to_dot,
    to_mermaid,
    to_plantuml,
    to_scxml,
)
from failover_fsm.diagrams.machine.figures import TABLES
from failover_fsm.diagrams.machine.machine import spoken
from failover_fsm.diagrams.machine.quotient import BY_SIZE, MOST_ARROWS, MOST_DRAWN
from failover_fsm.diagrams.machine.scxml import NAMESPACE, SCXML
from failover_fsm.diagrams.style.theme import color
from failover_fsm.model.pair_model import PairModel
from failover_fsm.pair import events as e
from failover_fsm.pair.live_unit import build_machine
from failover_fsm.pair.states import State
from failover_fsm.pair.tables import name_of
from failover_fsm.pair.unit import UNIT_TABLE
from tests.pairs import SCENARIOS, Whole
from tests.patience import PATIENT

ROOT = Path(__file__).parents[2]
every_table = pytest.mark.parametrize("name", FIGURES)
Arrow = tuple[str, str, str]


def rows_as_arrows(name: str) -> Counter[Arrow]:
    """(source, target, trigger) of each row and state it starts in."""
    found: Counter[Arrow] = Counter()
    for row in TABLES[name].rows:
        for state in row.states:
            guard = f" [{spoken(name_of(row.when))}]" if row.when else ""
            found[state.value, (row.to or state).value, spoken(row.event.word()) + guard] += 1
    return found


def in_words(label: str) -> str:
    """The label of the live machine, `event [guard]`, with the guard in words."""
    event, bracket, guard = label.replace(" [internal]", "").partition(" [")
    return f"{spoken(event)}{bracket}{spoken(guard)}"


# -- the live machine draws the same ---------------------------------------------------------------------


@every_table
def test_the_live_machine_draws_the_same_states_and_arrows(name: str) -> None:
    """`transitions` makes a picture of its own from the machine that runs."""
    graphs = pytest.importorskip("transitions.extensions")
    drawing = partial(graphs.GraphMachine, graph_engine="mermaid", show_conditions=True)
    table = TABLES[name]
    machine: Any = build_machine(table, table.states[0], machine_class=drawing)
    text = machine.get_combined_graph().draw(None)
    words = {state.name: state.value for state in table.states}
    drawn: Counter[Arrow] = Counter()
    for source, target, labels in re.findall(r"^  (\w+) --> (\w+): (.*)$", text, re.M):
        drawn.update((words[source], words[target], in_words(label)) for label in labels.split(" | "))
    diagram = figure(name)
    ours: Counter[Arrow] = Counter()
    for edge in diagram.edges:
        ours.update((state, edge.target, edge.trigger) for each in edge.sources for state in diagram.members(each))
    assert drawn == ours == rows_as_arrows(name)
    assert {words[state] for state in re.findall(r'state "(\w+)" as', text)} == {node.id for node in diagram.nodes}


# -- one cause -------------------------------------------------------------------------------------------


@every_table
def test_a_picture_of_some_causes_has_their_rows_and_says_that_others_are_missing(name: str) -> None:
    whole = figure(name)
    for kind in Kind:
        part = figure(name, [kind])
        assert [edge.event for edge in part.edges] == [edge.event for edge in whole.edges if edge.kind is kind]
        assert part.nodes == whole.nodes
        assert {entry.kind for entry in part.legend if entry.kind} == ({kind} if part.edges else set())
        assert any("other causes are not drawn" in entry.text for entry in part.legend)
        assert to_dot(part)
    assert not any("other causes" in entry.text for entry in whole.legend)


# -- PlantUML --------------------------------------------------------------------------------------------


@every_table
def test_plantuml_has_every_state_and_every_row(name: str) -> None:
    diagram = figure(name).with_named_boxes()
    text = to_plantuml(figure(name))
    assert text.isascii() and text.startswith(f"@startuml {name}\n") and text.endswith("@enduml\n")
    assert text.count("{") == text.count("}")
    aliases = dict(re.findall(r'^ *state "([^"]+)" as (\w+)$', text, re.M))
    assert set(aliases) == {node.id for node in diagram.nodes}
    triggers: Counter[str] = Counter()
    known = {*aliases.values(), *(box.id for box in diagram.boxes)}
    ours = color("soft")
    for source, stroke, target, label in re.findall(r"^(\w+) -\[([^]]*)\]-> (\w+) : (.*)$", text, re.M):
        assert {source, target} <= known
        if stroke == ours:  # where another table leads
            continue
        triggers.update(part for part in label.split("\\n") if not part.startswith("/ "))
    inside = re.findall(r"^(\w+) : <color:#\w+>(.*?)(?: / .*)?</color>$", text, re.M)
    assert not re.search(r"^(\w+) -\[.*\]-> \1 ", text, re.M) and {state for state, _ in inside} <= known
    triggers.update(trigger for _, trigger in inside)
    assert triggers == Counter(edge.trigger for edge in diagram.edges for _ in edge.sources)
    for row in TABLES[name].rows:
        assert f"{row.reason} ({', '.join(row.rules)})" in text


def test_plantuml_takes_no_name_for_markup() -> None:
    edge = Edge(("a",), "b", "x** <b>", "", (), "why", (), Kind.FAULT)
    text = to_plantuml(Diagram("t", '<&bug> "T"', (Node("a"), Node("b")), (), (edge,), ()))
    assert "<b>" not in text.replace("' x** <b>: why", "") and "<&bug>" not in text
    assert "title <U+003C><U+0026>bug<U+003E> <U+0022>T<U+0022>" in text


# -- SCXML -----------------------------------------------------------------------------------------------


@every_table
def test_scxml_takes_rows_in_the_order_of_the_table(name: str) -> None:
    table = UNIT_TABLE if name == "unit" else TABLES[name]  # what runs is whole
    root = ElementTree.fromstring(to_scxml(figure(name, whole=True)))
    own = f"{{{NAMESPACE}}}"
    assert root.tag == f"{{{SCXML}}}scxml" and root.get("initial") == table.states[0].value
    assert [state.get("id") for state in root] == [state.value for state in table.states]
    for element, state in zip(root, table.states, strict=True):
        written = [
            (each.get("event"), each.get("cond"), each.get("target"), each.get(f"{own}because"),
             each.get(f"{own}rules"), [str(effect.get("expr")).strip("'") for effect in each])
            for each in element
        ]  # fmt: skip
        rows = [row for row in table.rows if state in row.states]
        assert written == [
            (row.event.word(), name_of(row.when) or None, row.to.value if row.to not in (None, state) else None,
             row.reason, " ".join(row.rules), [name_of(effect) for effect in row.do])
            for row in rows
        ]  # fmt: skip


# -- the pair --------------------------------------------------------------------------------------------


Move = tuple[State, e.Event, State]


@cache
def explored(scenario: str) -> tuple[tuple[State, ...], tuple[Move, ...]]:
    """States and moves of a scenario, explored without any reduction."""
    moves: list[Move] = []
    states = Whole(*SCENARIOS[scenario]).explore(taken=moves)
    return states, tuple(moves)


@pytest.mark.parametrize("scenario", ["units", *(["sample"] if PATIENT else [])])
@pytest.mark.parametrize("fold", FOLDS)
def test_the_pair_is_what_an_exploration_without_reduction_folds_to(scenario: str, fold: str) -> None:
    label_of = FOLDS[fold][1]
    states, moves = explored(scenario)
    names = {label_of(state) for state in states}
    try:
        drawn = pair_diagram(PairModel(*SCENARIOS[scenario]), fold=fold)
    except TooMany:
        assert len(names) > MOST_DRAWN
        return
    arrows = {
        (label_of(before), label_of(after), event.word(), kind_of(type(event)))
        for before, event, after in moves
        if label_of(before) != label_of(after)
    }
    assert {node.id for node in drawn.nodes} == names and drawn.nodes[0].id == label_of(states[0])
    ours = {(edge.sources[0], edge.target, edge.event.split()[0], edge.kind) for edge in drawn.edges}
    assert ours == arrows


def test_groups_are_told_apart() -> None:
    drawn = pair_diagram(PairModel(*SCENARIOS["groups"]), fold="roles")
    names = {node.id for node in drawn.nodes}
    assert {"active / standby-ready", "active, standby-ready / standby-ready, active"} <= names
    assert "no_failover_active primary group 2" in {edge.event for edge in drawn.edges}


@pytest.mark.parametrize("scenario", ["units", "groups"])
def test_without_a_fold_the_picture_is_as_fine_as_can_be_read(scenario: str) -> None:
    model = PairModel(*SCENARIOS[scenario])
    drawn = pair_diagram(model)
    sizes = {fold: len(pair_diagram(model, fold=fold).arrows()) for fold in BY_SIZE}
    finest = next((fold for fold in BY_SIZE if sizes[fold] <= MOST_ARROWS), BY_SIZE[-1])
    assert f"(--fold {finest})" in drawn.legend[-3].text and len(drawn.arrows()) == sizes[finest] <= MOST_ARROWS


def test_the_pair_of_some_causes_has_the_same_states() -> None:
    model = PairModel(*SCENARIOS["sample"])
    whole, part = pair_diagram(model, fold="roles"), pair_diagram(model, fold="roles", kinds=[Kind.PROTOCOL])
    assert part.nodes == whole.nodes
    assert part.edges == tuple(edge for edge in whole.edges if edge.kind is Kind.PROTOCOL)


def test_a_pair_that_is_too_large_is_refused() -> None:
    with pytest.raises(TooMany, match="more than 10 states"):
        pair_diagram(PairModel(*SCENARIOS["units"]), most=10)


def test_a_long_exploration_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr("failover_fsm.commands.progress.Progress.at", lambda self, done: told.append(done))
    monkeypatch.setattr("failover_fsm.diagrams.machine.explored.PROGRESS_EVERY", 100)
    model = str(ROOT / "models" / "incidents" / "17-upgrade.toml")  # 192 states
    assert main(["diagram", "pair", model]) == 0
    assert told == [100]


def test_every_language_writes_a_pair() -> None:
    drawn = pair_diagram(PairModel(*SCENARIOS["sample"]), fold="roles", title="A <title>")
    for text in (to_dot(drawn), to_mermaid(drawn), to_plantuml(drawn)):
        assert text.isascii() and "the explored graph" in text and "unit restored secondary" in text
    assert pair_diagram(PairModel(*SCENARIOS["sample"]), fold="roles", title="A <title>") == drawn


# -- the command -----------------------------------------------------------------------------------------


def run(*arguments: str) -> int:
    top = argparse.ArgumentParser()
    command.add_parser(top.add_subparsers())
    args = top.parse_args(["diagram", *arguments])
    return int(args.run(args))


MODEL = str(ROOT / "models" / "incidents" / "03-link-down-at-boot.toml")


@pytest.mark.parametrize(
    ("arguments", "starts"),
    [
        (["unit", "--format", "scxml"], "<?xml"),
        (["group", "--events", "operator,protocol", "--format", "plantuml"], "@startuml group"),
        (["pair", MODEL], "// Generated from the explored graph"),
        (["pair", MODEL, "--fold", "active", "--events", "protocol", "--format", "mermaid"], "---"),
    ],
    ids=str,
)
def test_the_command_writes_each_language(
    arguments: list[str], starts: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(*arguments) == 0
    assert capsysbinary.readouterr().out.decode("ascii").startswith(starts)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pair"], "allowed: pair MODEL.toml"),
        (["pair", MODEL, "--format", "scxml"], "allowed: svg, png, dot, mermaid, plantuml"),
        (["pair", MODEL, "--fold", "x"], "allowed: roles, link, phases, duty, active, served"),
        (["pair", MODEL, "--events", "operator"], "no arrow has such a cause; allowed here: repair, protocol"),
        (["pair", MODEL, "--roles"], "allowed: with FILE.trace"),
        (["unit", MODEL], "allowed: with pair"),
        (["unit", "--fold", "roles"], "allowed: with pair"),
        (["group", "--events", "fault"], "allowed here: operator, protocol"),
        (["group", "--events", "fault,"], "allowed: fault, repair, operator, protocol"),
        (["x.trace", "--events", "fault"], "allowed: with unit, hindered, group, pair"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_does_not_go_together_is_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_draws_a_pair_and_a_table_with_one_row(tmp_path: Path) -> None:
    for number, arguments in enumerate((["pair", MODEL], ["unit", "--events", "fault"])):
        target = tmp_path / f"{number}.svg"
        assert run(*arguments, "-o", str(target)) == 0
        assert ElementTree.fromstring(target.read_text(encoding="utf-8")).tag.endswith("svg")


def test_words_of_events_are_those_of_the_trace_language() -> None:
    edges = pair_diagram(PairModel(*SCENARIOS["units"])).edges
    known = {kind.word() for kind in (*e.PROTOCOL_STEPS, *e.COMMANDS, e.UnitFailed, e.UnitRestored)}
    assert {edge.event.split()[0] for edge in edges} <= known
