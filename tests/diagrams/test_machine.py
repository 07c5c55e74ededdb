"""A diagram shows the states and rows of its table, all of them and nothing else."""

import argparse
import enum
import html
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.commands import diagram as command
from failover_fsm.commands.pictures import main as write_diagrams
from failover_fsm.diagrams import (
    FIGURES,
    Kind,
    RenderError,
    figure,
    kind_of,
    render,
    source,
    state_diagram,
    to_dot,
    to_mermaid,
)
from failover_fsm.diagrams.machine.figures import TABLES
from failover_fsm.diagrams.machine.machine import spoken
from failover_fsm.diagrams.style.kinds import STROKES
from failover_fsm.model.pair_model import PairModel
from failover_fsm.pair import events as e
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.states import Unit
from failover_fsm.pair.tables import Row, Table, impossible, name_of
from failover_fsm.pair.unit import UNIT_TABLE
from tests.pairs import SCENARIOS

COMMITTED = Path(__file__).parents[2] / "diagrams"
ALLOWED = {
    "graph": {"rankdir", "compound", "fontname", "fontsize", "nodesep", "ranksep", "labelloc", "labeljust", "label"}
    | {"style", "color", "bgcolor", "fontcolor"},
    "node": {
        "fontname",
        "shape",
        "color",
        "label",
        "style",
        "fillcolor",
        "fontsize",
        "fontcolor",
        "margin",
        "height",
        "width",
    }
    | {"penwidth", "tooltip"},
    "edge": {"fontname", "fontsize", "arrowsize", "dir", "arrowhead", "arrowtail", "color", "style", "penwidth"}
    | {"tooltip", "lhead", "ltail"},
}
needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")

# -- reading dot ---------------------------------------------------------------------------------

TOKEN = re.compile(r'\s*(?:(?P<comment>//[^\n]*)|"(?P<text>(?:[^"\\]|\\.)*)"|(?P<word>->|[\w.]+|[{}\[\]=,;]))', re.S)
Attributes = dict[str, str]


class Drawing:
    """What a dot text draws: states, labels by id, lines as (source, target) in reading direction, boxes."""

    def __init__(self, text: str) -> None:
        self.tokens = self._split(text)
        self.nodes: dict[str, Attributes] = {}
        self.lines: list[tuple[str, str, Attributes]] = []
        self.boxes: dict[str, set[str]] = {}
        self.used: dict[str, set[str]] = {"graph": set(), "node": set(), "edge": set()}
        assert self._next() == ("word", "digraph")
        self._next()
        self._body([])
        assert not self.tokens

    @staticmethod
    def _split(text: str) -> list[tuple[str, str]]:
        tokens, at = [], 0
        while at < len(text.rstrip()):
            if text.startswith("<<TABLE", at):
                end = text.index("</TABLE>>]", at) + len("</TABLE>>")
                tokens.append(("html", text[at:end]))
                at = end
                continue
            found = TOKEN.match(text, at)
            assert found, text[at : at + 40]
            at = found.end()
            if found.lastgroup and found.lastgroup != "comment":
                tokens.append((found.lastgroup, found[found.lastgroup]))
        return tokens

    def _next(self) -> tuple[str, str]:
        return self.tokens.pop(0)

    def _body(self, around: list[str]) -> None:
        assert self._next() == ("word", "{")
        while (token := self._next()) != ("word", "}"):
            if token == ("word", "subgraph"):
                name = self._next()[1]
                self.boxes[name] = set()
                self._body([*around, name])
            elif token[0] == "word" and token[1] in ALLOWED:
                self._attributes(token[1])
            elif token == ("word", "{"):
                while self._next() != ("word", "}"):
                    pass
            else:
                self._node_or_line(token[1], around)
            if self.tokens[0] == ("word", ";"):
                self._next()

    def _node_or_line(self, first: str, around: list[str]) -> None:
        if self.tokens[0] != ("word", "->"):
            self.nodes[first] = self._attributes("node")
            for box in around:
                self.boxes[box].add(first)
            return
        self._next()
        second = self._next()[1]
        attributes = self._attributes("edge")
        back = (attributes["dir"] == "back") == ("arrowtail" not in attributes and "arrowhead" not in attributes)
        self.lines.append((second, first, attributes) if back else (first, second, attributes))

    def _attributes(self, what: str) -> Attributes:
        assert self._next() == ("word", "[")
        found: Attributes = {}
        while True:
            name, equals, value = self._next()[1], self._next()[1], self._next()[1]
            assert equals == "="
            found[name] = value
            if self._next() == ("word", "]"):
                break
        self.used[what] |= set(found)
        return found

    @property
    def states(self) -> list[str]:
        return [name for name in self.nodes if not re.fullmatch(r"(row|passage)\d+", name)]

    def transitions(self) -> list[tuple[str, str, str, str]]:
        """(source state, label, target state, tooltip line) for each row and each state it starts in."""
        rows = []
        for name, attributes in self.nodes.items():
            if name in self.states or name.startswith("passage"):
                continue
            targets = [head for tail, head, _ in self.lines if tail == name]
            assert len(targets) == 1
            sources: list[str] = []
            for tail, head, line in self.lines:
                if head == name:
                    box = line.get("ltail") or line.get("lhead")
                    assert box is None or tail in self.boxes[box], "a line is cut at a box it does not start in"
                    sources += [state for state in self.states if state in self.boxes[box]] if box else [tail]
            tips = attributes["tooltip"].split("\\n")
            labels = whole_labels(attributes["label"])
            assert len(tips) == len(labels)
            rows += [(s, label, targets[0], tip) for s in sources for label, tip in zip(labels, tips, strict=True)]
        return rows


def whole_labels(text: str) -> list[str]:
    """The lines of a label, those that are indented put behind the one they go on from."""
    lines: list[str] = []
    assert text.endswith("\\l")
    for line in text.split("\\l")[:-1]:
        if line.startswith(" "):
            lines[-1] += " " + line.strip()
        else:
            lines.append(line)
    return lines


def expected(table: Table[Any]) -> list[tuple[str, str, str, str]]:
    rows = []
    for row in table.rows:
        guard = f" [{name_of(row.when).replace('_', ' ')}]" if row.when else ""
        effects = f" / {', '.join(map(name_of, row.do)).replace('_', ' ')}" if row.do else ""
        trigger = spoken(row.event.word()) + guard
        tip = f"{trigger}: {row.reason} ({', '.join(row.rules)})"
        rows += [(s.value, trigger + effects, (row.to or s).value, tip) for s in row.states]
    return rows


@pytest.fixture(params=sorted(TABLES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# -- what is drawn -------------------------------------------------------------------------------


def test_every_table_has_a_figure_and_every_row_is_drawn_once() -> None:
    assert sorted(FIGURES) == sorted(TABLES)
    drawn = [row for name, table in TABLES.items() if name != "group" for row in table.rows]
    assert sorted(row.name for row in drawn) == sorted(row.name for row in UNIT_TABLE.rows)
    assert TABLES["group"] is GROUP_TABLE


def test_the_nodes_are_the_states(name: str) -> None:
    drawn = Drawing(to_dot(figure(name))).states
    assert sorted(drawn) == sorted(state.value for state in TABLES[name].states)


def test_the_arrows_are_the_rows(name: str) -> None:
    assert sorted(Drawing(to_dot(figure(name))).transitions()) == sorted(expected(TABLES[name]))


def test_attributes_are_from_the_list(name: str) -> None:
    used = Drawing(to_dot(figure(name))).used
    assert {what: used[what] - ALLOWED[what] for what in used} == {"graph": set(), "node": set(), "edge": set()}


def test_nothing_is_smaller_than_nine_points(name: str) -> None:
    sizes = re.findall(r'(?:fontsize|POINT-SIZE)="?([\d.]+)', to_dot(figure(name)))
    assert sizes
    assert all(float(size) >= 9 for size in sizes)


def test_a_row_from_many_states_is_drawn_once() -> None:
    """Power is lost in every state that has it: one label, one line from a box, one line on."""
    drawing = Drawing(to_dot(figure("unit")))
    failed = [name for name, its in drawing.nodes.items() if its["label"].startswith(spoken(e.UnitFailed.word()))]
    assert len(failed) == 1
    assert [head for tail, head, _ in drawing.lines if head == failed[0]] == failed


def test_boxes_nest_or_are_disjoint() -> None:
    boxes = [set(box.states) for box in figure("unit").boxes]
    assert all(a <= b or b <= a or a.isdisjoint(b) for a in boxes for b in boxes)


def test_a_state_in_which_nothing_happens_says_why() -> None:
    busy = {state for row in GROUP_TABLE.rows for state in (*row.states, row.to)}
    idle = [state for state in GROUP_TABLE.states if state not in busy]
    reasons = {state.value: GROUP_TABLE.cell(state, GROUP_TABLE.events[0]).default for state in idle}
    notes = {node.id: node.note for node in figure("group").nodes if node.note}
    assert notes
    assert notes == {state: default.reason for state, default in reasons.items() if default}


def test_the_lines_of_a_kind_are_drawn_alike(name: str) -> None:
    diagram = figure(name)
    drawing = Drawing(to_dot(diagram))
    for number, arrow in enumerate(diagram.arrows(), 1):
        stroke = STROKES[arrow.kind]
        styles = {
            (line["color"], line["style"], line["penwidth"])
            for tail, head, line in drawing.lines
            if f"row{number}" in (tail, head)
        }
        assert styles == {(stroke.color, stroke.style, stroke.width)}


def test_the_legend_has_the_kinds_that_occur(name: str) -> None:
    kinds = {kind_of(row.event) for row in TABLES[name].rows}
    assert {entry.kind for entry in figure(name).legend if entry.kind} == kinds
    text = to_dot(figure(name))
    assert all((f"{kind.value}: " in text) == (kind in kinds) for kind in Kind)


def test_every_event_has_a_kind() -> None:
    kinds = [kind_of(event) for event in e.EVENTS]
    families = (e.FAULTS, e.REPAIRS, e.COMMANDS, e.PROTOCOL_STEPS)
    assert [kinds.count(kind) for kind in Kind] == [len(family) for family in families]


def test_an_event_below_no_base_is_refused() -> None:
    with pytest.raises(ValueError, match="Event is below none of Fault, Repair, Command, ProtocolStep"):
        kind_of(e.Event)


# -- colours -------------------------------------------------------------------------------------


def linear(color: str) -> list[float]:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def test_text_stands_out_from_white() -> None:
    """Contrast as WCAG 2 defines it; 4.5 is what it asks of small text."""
    for stroke in STROKES.values():
        red, green, blue = linear(stroke.color)
        assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


def test_kinds_differ_in_line_without_colour() -> None:
    assert len({(stroke.style, stroke.width) for stroke in STROKES.values()}) == len(Kind)
    assert len({stroke.words for stroke in STROKES.values()}) == len(Kind)


@pytest.mark.parametrize(
    "matrix",
    [
        ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
        ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
        ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    ],
    ids=["protanopia", "deuteranopia", "tritanopia"],
)
def test_colours_differ_for_the_colour_blind(matrix: tuple[tuple[float, ...], ...]) -> None:
    """Seen through the matrices of Machado, Oliveira and Fernandes (2009)."""
    seen = []
    for stroke in STROKES.values():
        rgb = linear(stroke.color)
        mixed = [sum(weight * part for weight, part in zip(row, rgb, strict=True)) for row in matrix]
        seen.append([255 * max(0.0, part) ** (1 / 2.2) for part in mixed])
    for number, one in enumerate(seen):
        for other in seen[:number]:
            assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 > 60


# -- any table -----------------------------------------------------------------------------------


class Light(enum.Enum):
    RED = 'r"e\\d'
    GREEN = "green: <go>"
    DARK = "dark"


def lamp_ok(case: Any) -> bool:
    return True


LIGHTS: Table[Light] = Table.of(
    "lights",
    Light,
    (e.Restarted, e.Reload),
    (
        Row(Light.RED, e.Restarted, to=Light.GREEN, reason='says "go"\\n', rules=("X-1",)),
        Row(Light.GREEN, e.Restarted, to=Light.RED, reason="back", rules=("X-2",)),
        Row((Light.RED, Light.GREEN), e.Reload, when=lamp_ok, reason="both stay", rules=("X-3",)),
        impossible((Light.RED, Light.GREEN), (e.Reload,), "lamp broken"),
        impossible((Light.DARK,), (e.Restarted, e.Reload), "it's dark"),
    ),
)


def test_a_row_that_stays_is_a_loop_at_each_state() -> None:
    loops = [(edge.sources, edge.target) for edge in state_diagram(LIGHTS).edges if edge.event == "reload"]
    assert loops == [((Light.RED.value,), Light.RED.value), ((Light.GREEN.value,), Light.GREEN.value)]


def test_quotes_and_backslashes_are_escaped_in_dot() -> None:
    text = to_dot(state_diagram(LIGHTS))
    assert '"r\\"e\\\\d" [label="r\\"e\\\\d"' in text
    assert 'restarted: says \\"go\\"\\\\n (X-1)' in text
    assert len(Drawing(text).nodes) == 3 + 4


def test_what_mermaid_cannot_take_is_escaped() -> None:
    text = to_mermaid(state_diagram(LIGHTS, title="it's: a title"))
    assert 'state "r#34;e#92;d" as r_e_d' in text
    assert 'state "green#58; #60;go#62;" as green___go_' in text
    assert "title: 'it''s: a title (" in text


@needs_dot
def test_odd_names_can_be_rendered() -> None:
    assert b"<svg" in render(to_dot(state_diagram(LIGHTS)), "svg")


# -- mermaid -------------------------------------------------------------------------------------


def mermaid_transitions(text: str, states: dict[str, str]) -> list[tuple[str, str, str]]:
    """(source state, label line, target state), composite states taken apart."""
    labels = dict(reversed(pair) for pair in re.findall(r'state "([^"]*)" as (row\d+)$', text, re.M))
    arrows = re.findall(r"^ *(\w+) --> (\w+)$", text, re.M)
    members: dict[str, list[str]] = {}
    inside: list[str] = []
    for line in text.splitlines():
        if opened := re.search(r" as (\w+) \{$", line):
            inside.append(opened[1])
        elif line.strip() == "}":
            inside.pop()
        elif (found := re.search(r'" as (\w+)$', line)) and found[1] in states:
            for box in inside:
                members.setdefault(box, []).append(found[1])
    rows = []
    for row, label in labels.items():
        (target,) = (head for tail, head in arrows if tail == row)
        sources = [state for tail, head in arrows if head == row for state in members.get(tail, [tail])]
        lines = re.sub(r"<br/>/", " /", label).split("<br/>")
        rows += [(states[source], line, states[target]) for source in sources for line in lines]
    return rows


def test_mermaid_shows_the_same(name: str) -> None:
    table = TABLES[name]
    states = {state.value.replace("-", "_"): state.value for state in table.states}
    text = to_mermaid(figure(name))
    drawn = re.findall(rf'^ *state "[^"]*" as ({"|".join(states)})$', text, re.M)
    assert sorted(drawn) == sorted(states)
    text = "\n".join(line for line in text.splitlines() if "passage" not in line)
    assert sorted(mermaid_transitions(text, states)) == sorted(row[:3] for row in expected(table))


def test_mermaid_has_nothing_its_parser_takes_otherwise(name: str) -> None:
    body = to_mermaid(figure(name)).split("stateDiagram-v2\n")[1]
    forms = (
        r"direction LR",
        r'state "[A-Za-z0-9_ ,./()\[\]<>#;-]*" as \w+( \{)?',
        r"\}",
        r"\w+ --> \w+",
        r"classDef \w+ [\w#:,. -]+",
        r"class [\w,]+ \w+",
    )
    assert [line for line in body.splitlines() if not any(re.fullmatch(form, line.strip()) for form in forms)] == []


# -- the same bytes ------------------------------------------------------------------------------


def test_two_hash_seeds_give_the_same_bytes() -> None:
    program = "from failover_fsm.diagrams import *\nfor n in FIGURES: print(to_dot(figure(n)), to_mermaid(figure(n)))"
    texts = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(texts) == 1
    assert texts.pop().isascii()


@pytest.mark.parametrize(("suffix", "write"), [("dot", to_dot), ("mmd", to_mermaid)])
def test_the_committed_text_is_current(name: str, suffix: str, write: Any) -> None:
    committed = (COMMITTED / f"{name}.{suffix}").read_bytes()
    assert committed == write(figure(name)).encode(), "run python -m failover_fsm.commands.pictures"


def test_the_committed_svg_shows_the_current_rows(name: str) -> None:
    """Its bytes depend on the version of dot; what it shows does not."""
    svg = html.unescape((COMMITTED / f"{name}.svg").read_text(encoding="utf-8"))
    drawing = Drawing(to_dot(figure(name)))
    titles = re.findall(r"<title>(.*?)</title>", svg)
    lines = [f"{a}->{b}" if f"{a}->{b}" in titles else f"{b}->{a}" for a, b, _ in drawing.lines]
    assert sorted(titles) == sorted([name, *drawing.nodes, *drawing.boxes, *lines])
    shown = {" ".join(text.split()) for text in re.findall(r"<text [^>]*>(.*?)</text>", svg)}
    for attributes in drawing.nodes.values():
        wanted = {" ".join(text.split()) for text in re.split(r"\\[ln]", attributes["label"])} - {""}
        assert wanted <= shown
        for tip in attributes.get("tooltip", "").split("\\n"):
            assert tip in svg, "run python -m failover_fsm.commands.pictures"


@pytest.mark.parametrize(("name", "height"), [("unit", 1050), ("group", 1300), ("hindered", 1300)])
def test_the_committed_svg_fits_a_screen(name: str, height: int) -> None:
    """1680 by 1050 pixels, of which 96 make 72 points; those that a page of text shows are narrower and so taller."""
    found = re.search(r'<svg width="(\d+)pt" height="(\d+)pt"', (COMMITTED / f"{name}.svg").read_text(encoding="utf-8"))
    assert found
    assert int(found[1]) <= 1680 * 72 / 96
    assert int(found[2]) <= height * 72 / 96


def test_what_a_page_shows_is_no_wider_than_the_page() -> None:
    """So no text of it is smaller than it was drawn: a README is 948 pixels wide, of which 96 make 72 points."""
    root = COMMITTED.parent
    pages = [COMMITTED / "README.md", root / "README.md", *(root / "docs").rglob("*.md")]
    shown = [
        page.parent / link
        for page in pages
        for link in re.findall(r"!\[[^]]*\]\(([^)]*svg)\)", page.read_text("utf-8"))
    ]
    assert len({path.resolve() for path in shown}) > 50
    for path in shown:
        found = re.search(r'<svg[^>]*? width="(\d+)(pt)?"', path.read_text(encoding="utf-8"))
        assert found
        assert int(found[1]) <= (711 if found[2] else 948), path
        sizes = re.findall(r'font-size="([\d.]+)"', path.read_text(encoding="utf-8"))
        assert all(float(size) >= (9 if found[2] else 12) for size in sizes), path


def test_the_group_table_has_no_island() -> None:
    """The unit table brings each group into its first role and takes it away, by the events that do so in a search."""
    drawn = figure("group")
    assert {each.target for each in drawn.passages} == {state.value for state in GROUP_TABLE.states}
    ways = {(source, each.target): set(each.events) for each in drawn.passages for source in each.sources}
    model = PairModel(*SCENARIOS["sample"])
    seen: dict[tuple[str, str], set[str]] = {}
    reached = list(model.initial_states())
    known = dict.fromkeys(reached)
    for state in reached:
        for event, after in model.successors(state):
            for unit in Unit:
                was, now = (each.unit(unit).groups[0].role.value for each in (state, after))
                if was != now and "none" in (was, now):
                    seen.setdefault((was, now), set()).add(event.word())
            if after not in known:
                known[after] = None
                reached.append(after)
    assert len(seen) >= 5
    assert {way: words - ways[way] for way, words in seen.items()} == {way: set() for way in seen}
    text = to_dot(drawn)
    assert all(word.split("_")[0] in text for each in drawn.passages for word in each.events)


@needs_dot
def test_all_files_can_be_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(COMMITTED.parent)
    assert write_diagrams([str(tmp_path / "new")]) == 0
    new = {path.relative_to(tmp_path / "new") for path in (tmp_path / "new").rglob("*") if path.is_file()}
    assert new == {path.relative_to(COMMITTED) for path in COMMITTED.rglob("*") if path.is_file()}
    assert {Path(f"{name}.{suffix}") for name in TABLES for suffix in ("dot", "mmd", "svg")} <= new


# -- rendering -----------------------------------------------------------------------------------


@needs_dot
def test_render_draws(name: str) -> None:
    text = to_dot(figure(name))
    assert b"</svg>" in render(text, "svg")
    assert render(text, "png").startswith(b"\x89PNG")


@needs_dot
def test_a_notebook_draws_a_graph() -> None:
    graph = source(to_dot(figure("unit")))
    assert graph.source == to_dot(figure("unit")) and type(graph).__module__.startswith("graphviz")
    assert "</svg>" in graph._repr_mimebundle_()["image/svg+xml"]


def test_without_the_package_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(RenderError, match=r"pip install 'failover-fsm\[diagrams\]'; --format dot and --format mermaid"):
        render("digraph {}", "svg")
    assert to_dot(figure("unit")).startswith("// Generated") and to_mermaid(figure("unit"))


def test_without_dot_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RenderError) as caught:
        render("digraph {}", "svg")
    message = str(caught.value)
    assert "\n" not in message
    assert "install Graphviz" in message
    assert "--format dot and --format mermaid need nothing" in message


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="'pdf' cannot be rendered; allowed: svg, png"):
        render("digraph {}", "pdf")  # type: ignore[arg-type]


def fake_dot(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "dot").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "dot").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_a_dot_that_fails_is_reported_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_dot(tmp_path, monkeypatch, "echo 'Error: no plugin' >&2; echo more >&2; exit 3")
    with pytest.raises(RenderError, match=r"^'dot' failed with status 3: Error: no plugin$"):
        render("digraph {}", "svg")


def test_a_dot_that_cannot_run_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_dot(tmp_path, monkeypatch, "")
    (tmp_path / "dot").write_bytes(b"\x00")
    with pytest.raises(RenderError, match="cannot be run"):
        render("digraph {}", "svg")


# -- the command ---------------------------------------------------------------------------------


def call(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["diagram", *arguments])
    return int(args.run(args))


def test_text_goes_to_standard_output(name: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert call(name) == 0
    assert capfdbinary.readouterr().out == to_dot(figure(name)).encode()
    assert call(name, "--format", "mermaid") == 0
    assert capfdbinary.readouterr().out == to_mermaid(figure(name)).encode()


@pytest.mark.parametrize(("file", "write"), [("a.dot", to_dot), ("a.GV", to_dot), ("a.mmd", to_mermaid)])
def test_the_suffix_says_the_format(tmp_path: Path, file: str, write: Any) -> None:
    assert call("unit", "-o", str(tmp_path / file)) == 0
    assert (tmp_path / file).read_text() == write(figure("unit"))
    assert [path.name for path in tmp_path.iterdir()] == [file]


def test_the_option_wins_over_the_suffix(tmp_path: Path) -> None:
    assert call("group", "--format", "dot", "-o", str(tmp_path / "a.txt")) == 0
    assert (tmp_path / "a.txt").read_text() == to_dot(figure("group"))


@needs_dot
@pytest.mark.parametrize(("file", "start"), [("a.svg", b"<?xml"), ("a.png", b"\x89PNG")])
def test_pictures_are_written(tmp_path: Path, file: str, start: bytes) -> None:
    assert call("group", "-o", str(tmp_path / file)) == 0
    assert (tmp_path / file).read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["groups"], "'groups' is no diagram, did you mean group; allowed: unit, hindered, group, pair MODEL.toml, "),
        (["unit", "--format", "pdf"], "--format pdf: no such format; allowed: svg, png, dot, mermaid"),
        (["unit", "-o", "x.jpg"], "x.jpg: the suffix names no format; allowed: .svg, .png, .dot, .gv, .mmd, .mermaid"),
        (["unit", "-o", "no/such/folder/x.dot"], "no/such/folder/x.dot: cannot be written: No such file or directory"),
        (["unit", "-o", "x\0.dot"], "cannot be written: not a file name"),
        (["unit", "--format", "dot", "-o", "."], ".: is a directory"),
    ],
)
def test_wrong_input_is_one_line(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("failover-fsm diagram: ")
    assert message in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_png_is_not_for_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert call("unit", "--format", "png") == 2
    assert capsys.readouterr().err == "failover-fsm diagram: a png is not for a terminal: give -o FILE.png\n"


def test_without_dot_nothing_is_written_and_text_still_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "old.svg").write_text("old")
    monkeypatch.setenv("PATH", "")
    assert call("unit", "-o", str(tmp_path / "old.svg")) == 2
    assert "install Graphviz" in capsys.readouterr().err
    assert (tmp_path / "old.svg").read_text() == "old"
    assert call("unit", "-o", str(tmp_path / "new.dot")) == 0


def test_a_write_that_breaks_off_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.dot").write_text("old")
    monkeypatch.setattr(os, "replace", broken)
    assert call("unit", "-o", str(tmp_path / "a.dot")) == 2
    assert "a.dot: cannot be written: No space left on device" in capsys.readouterr().err
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.dot", "old")]


def test_a_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "a.dot").touch(0o600)
    (tmp_path / "link.dot").symlink_to("a.dot")
    assert call("unit", "-o", str(tmp_path / "link.dot")) == 0
    assert (tmp_path / "link.dot").is_symlink()
    assert (tmp_path / "a.dot").read_text() == to_dot(figure("unit"))
    assert stat.S_IMODE((tmp_path / "a.dot").stat().st_mode) == 0o600


def pipe(where: Any) -> subprocess.CompletedProcess[bytes]:
    program = (
        "import argparse, sys\nfrom failover_fsm.commands import diagram\n"
        "top = argparse.ArgumentParser()\ndiagram.add_parser(top.add_subparsers())\n"
        "sys.exit(diagram.run(top.parse_args(['diagram', 'unit'])))"
    )
    return subprocess.run([sys.executable, "-c", program], stdout=where, stderr=subprocess.PIPE, check=False)


def test_a_reader_that_leaves_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = pipe(writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_line() -> None:
    with open("/dev/full", "wb") as full:
        done = pipe(full)
    assert done.returncode == 2
    assert (
        done.stderr
        == b"failover-fsm diagram: standard output: No space left on device; allowed: one that can be written\n"
    )
