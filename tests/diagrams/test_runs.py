"""The pictures of runs: they show what happened, all of it, and nothing lies on anything else."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from functools import cache, partial
from itertools import combinations, pairwise
from pathlib import Path

import attrs
import pytest

from failover_fsm.commands import diagram as command
from failover_fsm.commands.pictures import CHAPTERS, read_gallery, state_pictures, texts
from failover_fsm.commands.pictures import main as write_diagrams
from failover_fsm.diagrams import (
    PICTURES,
    Kind,
    RecordedRun,
    recorded_run,
    role_chart,
    roles_svg,
    sequence_diagram,
    sequence_mermaid,
    sequence_svg,
    sequence_text,
)
from failover_fsm.diagrams.runs.lifelines import Lifeline, LifelineMark, MessageArrow
from failover_fsm.diagrams.runs.sequence import SequenceDiagram
from failover_fsm.diagrams.style.palette import SWATCHES
from failover_fsm.diagrams.style.svg import LINE_HEIGHT, PAGE_WIDTH, SIZE, escaped, width, wrap
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import CommandReplicated, MessageLost, MessageSent, RoleChanged
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import AnnouncedRole, Group, PeerContact, Phase, Role, State, Unit, UnitState
from failover_fsm.services.machine import SentToPeer
from failover_fsm.text.story import RecordedStep
from failover_fsm.trace.language import parse_trace
from failover_fsm.trace.player import load, play
from failover_fsm.trace.writer import trace_from
from tests.patience import one_in

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "diagrams"
TRACES = sorted([*ROOT.glob("models/**/*.trace"), *ROOT.glob("tests/traces/*.trace")])
SVG = "{http://www.w3.org/2000/svg}"


@cache
def run_of(name: str) -> RecordedRun:
    (path,) = [path for path in TRACES if str(path).endswith(name)]
    return recorded_run(play(*load(path)), path.read_text(encoding="utf-8"), path.stem)


def marked(run: RecordedRun) -> RecordedRun:
    """The run with all that can be marked in it: its last step breaks a promise, its last two are a loop."""
    reason = "some-promise: " + "words that go on and on until they need a second line " * 2
    return attrs.evolve(run, violating=len(run.steps), reason=reason, loop=len(run.steps) - 2)


def two_groups() -> RecordedRun:
    """Steps of a pair with two failover groups, made by hand."""

    def unit(one: Role, two: Role) -> UnitState:
        groups = (
            Group(role=one, peer_role=AnnouncedRole.STANDBY_READY),
            Group(role=two, peer_role=AnnouncedRole.ACTIVE),
        )
        return UnitState(phase=Phase.UP, contact=PeerContact.LINK, groups=groups)

    run = run_of("models/forced-switch.trace")
    ready, active = Role.STANDBY_READY, Role.ACTIVE
    base = run.steps[0].before
    first = State(primary=unit(active, ready), secondary=unit(ready, active), interfaces=base.interfaces)
    second = first.with_unit(Unit.PRIMARY, unit(ready, ready))
    third = second.with_unit(Unit.SECONDARY, unit(active, active))
    moved = RoleChanged(unit=Unit.PRIMARY, group=1, before=active, after=ready, reason="Set by the config command")
    off = UnitState(phase=Phase.DOWN, groups=(Group(), Group()))
    steps = (
        RecordedStep(e.NoFailoverActive(unit=Unit.PRIMARY, group=1), first, second, (moved,)),
        RecordedStep(e.MessageDelivered(unit=Unit.SECONDARY, group=1), second, third),
        RecordedStep(e.UnitFailed(unit=Unit.SECONDARY), third, third.with_unit(Unit.SECONDARY, off)),
    )
    return RecordedRun(steps=steps, settings=run.settings, title="Two groups", about="Made by hand")


RUNS: dict[str, Callable[[], RecordedRun]] = {"two groups": cache(two_groups)}
"""Every run by its name; it is played when it is first asked for."""
for path in TRACES:
    name = path.relative_to(ROOT).with_suffix("").as_posix()
    RUNS[name] = partial(run_of, str(path))
for path in TRACES[:: one_in(4)]:
    name = path.relative_to(ROOT).with_suffix("").as_posix()
    RUNS[f"{name}, marked"] = cache(lambda path=path: marked(run_of(str(path))))

every_run = pytest.mark.parametrize("run", RUNS, indirect=True)


@pytest.fixture
def run(request: pytest.FixtureRequest) -> RecordedRun:
    """The run with the name that a test is given."""
    return RUNS[request.param]()


@cache
def diagram_of(name: str) -> SequenceDiagram:
    """The sequence diagram of the run with that name."""
    return RUNS[name]().sequence()


@pytest.fixture
def diagram(request: pytest.FixtureRequest) -> SequenceDiagram:
    """The sequence diagram of the run that a test is given."""
    return diagram_of(request.node.callspec.params["run"])


# -- what is shown -------------------------------------------------------------------------------


@every_run
def test_every_step_is_in_one_row_and_every_row_shows_its_cause(run: RecordedRun, diagram: SequenceDiagram) -> None:
    rows = diagram.rows
    numbers = [number for row in rows for number in range(row.first, row.last + 1)]
    assert numbers == list(range(1, len(run.steps) + 1))
    for row in rows:
        unit = getattr(run.steps[row.last - 1].event, "unit", None)
        ends = {item.lifeline if isinstance(item, LifelineMark) else item.target for item in row.cause}
        assert ends
        assert unit is None or Lifeline(unit.value) in ends


@every_run
def test_every_message_and_every_state_is_drawn(run: RecordedRun, diagram: SequenceDiagram) -> None:
    for row in diagram.rows:
        steps = run.steps[row.first - 1 : row.last]
        outputs = [output for step in steps for output in step.outputs]
        signals = [item for item in row.effects if isinstance(item, MessageArrow)]
        assert sum(item.lost for item in signals) == sum(isinstance(output, MessageLost) for output in outputs)
        sent = sum(isinstance(output, MessageSent | CommandReplicated | SentToPeer) for output in outputs)
        assert sum(not item.lost for item in signals) == sent
        for unit in Unit:
            changed = steps[0].before.unit(unit) != steps[-1].after.unit(unit)
            lifelines = {change.lifeline for change in row.changes}
            assert changed or Lifeline(unit.value) not in lifelines
            was, now = ([g.role for g in state.unit(unit).groups] for state in (steps[0].before, steps[-1].after))
            assert was == now or Lifeline(unit.value) in lifelines


def items(run: RecordedRun) -> dict[int, tuple[object, ...]]:
    return {row.first: (*row.cause, *row.effects) for row in run.sequence().rows}


def test_a_hand_over_is_on_the_link_between_two_steps() -> None:
    found = items(run_of("models/forced-switch.trace"))
    asked = "let me become active"
    assert found[13][1] == MessageArrow(source=Lifeline.SECONDARY, target=Lifeline.LINK, text=asked)
    assert found[14][0] == MessageArrow(source=Lifeline.LINK, target=Lifeline.PRIMARY, text=asked)


def test_a_message_that_was_on_its_way_is_lost_on_the_link() -> None:
    found = items(run_of("lost-grant.trace"))
    lost = MessageArrow(source=Lifeline.LINK, target=Lifeline.SECONDARY, text="become active", lost=True)
    assert found[14] == (LifelineMark(lifeline=Lifeline.LINK, text="fails", kind=Kind.FAULT), lost)


def test_hellos_take_the_link_on_which_they_are_heard() -> None:
    hellos = {
        row.first: item.via
        for row in run_of("models/split-brain.trace").sequence().rows
        for item in row.cause
        if isinstance(item, MessageArrow) and item.text.startswith("hello")
    }
    assert (hellos[12], hellos[25], hellos[27]) == (Lifeline.LINK, Lifeline.DATA, Lifeline.LINK)


def test_synchronisation_shares_a_row_unless_a_mark_parts_it() -> None:
    run = run_of("models/forced-switch.trace")
    assert "8-11" in [row.number for row in run.sequence().rows]
    parted = [row.number for row in attrs.evolve(run, violating=9).sequence().rows]
    assert parted[7:10] == ["8", "9", "10-11"]
    looped = [row.number for row in attrs.evolve(run, loop=9).sequence().rows]
    assert looped[7:9] == ["8-9", "10-11"]


def test_an_active_unit_with_failover_off_is_seen_as_active() -> None:
    run = run_of("switched-off-on-one-side.trace")
    assert run.sequence().rows[-1].standing[Lifeline.PRIMARY] == ("disabled (active)",)
    assert run.roles().roles[0].spans[-1].word == "disabled (active)"
    assert run.roles().active[0].spans[-1].word == "both"


def test_two_groups_are_drawn_apart() -> None:
    run = two_groups()
    rows = run.sequence().rows
    assert [change.text for change in rows[0].changes] == ["group 1: Active -> Standby Ready"]
    assert rows[0].banner == "group 1: no unit is active"
    assert [change.text for change in rows[2].changes] == ["Active -> Off"]
    assert rows[2].banner == "group 1: no unit is active; group 2: no unit is active"
    chart = run.roles()
    assert [command.text for command in chart.commands] == ["no failover active group 1 (primary)"]
    assert [track.label for track in chart.roles] == [
        "primary, group 1", "secondary, group 1", "primary, group 2", "secondary, group 2",
    ]  # fmt: skip
    assert [[span.word for span in track.spans] for track in chart.active] == [
        ["primary", "none", "secondary", "none"], ["secondary", "none"],
    ]  # fmt: skip


@every_run
def test_a_role_chart_says_for_each_step_what_is_so(run: RecordedRun) -> None:
    chart = run.roles()
    for track in (*chart.roles, *chart.active):
        assert track.spans[0].first == 0
        assert track.spans[-1].last == len(run.steps) + 1
        assert all(one.last == two.first for one, two in zip(track.spans, track.spans[1:], strict=False))
    links = [span for track in chart.faults if track.label == "failover link" for span in track.spans]
    cut = {number for span in links for number in range(span.first, span.last)}
    states = [run.steps[0].before, *(step.after for step in run.steps)]
    carries_nothing = (each.links.failover.value == "cut" or each.obstacles.keys_differ for each in states)
    assert cut == {number for number, nothing in enumerate(carries_nothing) if nothing}


def test_a_chart_has_the_commands_and_the_faults() -> None:
    chart = run_of("models/split-brain.trace").roles()
    assert [(track.label, track.spans[0].first, track.spans[0].last) for track in chart.faults] == [
        ("failover link", 13, 26),
        ("path on inside", 14, 20),
        ("path on outside", 15, 38),
        ("path on management", 16, 38),
        ("primary, port outside", 19, 38),
    ]
    commands = run_of("models/forced-switch.trace").roles().commands
    assert [(each.step, each.text, each.refused) for each in commands] == [
        (13, "failover active (secondary)", False),
        (20, "no failover active (secondary)", True),
    ]


# -- what a trace file says of itself ------------------------------------------------------------


def test_a_finding_is_marked_where_its_promise_breaks() -> None:
    run = run_of("nobody-is-elected.trace")
    assert run.violating == len(run.steps) == 8
    assert run.reason.startswith("always-someone-active: While a unit runs")
    assert run.about == "The active unit reboots within the hold time, and both wait for the other"


def played_text(text: str) -> RecordedRun:
    folder = ROOT / "models"
    trace = parse_trace(text, str(folder / "made-up.trace"), config_given=True)
    _, config, _ = load(folder / "split-brain.trace")
    return recorded_run(play(trace, config), text, "made up")


def test_the_comment_of_a_lasso_frames_the_loop() -> None:
    events = [e.FailoverLinkFailed(), e.FailoverLinkRestored(), e.FailoverLinkFailed(), e.FailoverLinkRestored()]
    run = played_text(trace_from(events, config=["asa.cfg"], comments=["a-thing: x"], loop=2))
    assert run.loop == 2
    assert run.sequence().loop_words == "steps 3 to 4 repeat for ever"
    assert "LOOP: steps 3 to 4 repeat for ever" in sequence_text(run.sequence())
    assert played_text(trace_from(events, config=["asa.cfg"])).loop is None


def test_a_failed_expectation_is_marked() -> None:
    run = played_text("failover_link_failed\nexpect dual_active=yes\nfailover_link_restored\n")
    assert (run.violating, run.reason) == (1, "line 2: expected dual_active=yes, found no")
    assert played_text("failover_link_failed\nexpect dual_active=no\n").violating is None


def test_a_run_without_steps_cannot_be_drawn() -> None:
    run = played_text("# nothing\nmark\n")
    for picture in PICTURES.values():
        with pytest.raises(ValueError, match="allowed: at least one step"):
            picture(run)


@pytest.mark.parametrize(("name", "value"), [("violating", 0), ("violating", 38), ("loop", 37), ("loop", -1)])
def test_marks_must_be_steps(name: str, value: int) -> None:
    run = attrs.evolve(run_of("models/split-brain.trace"), **{name: value})
    for draw in (run.sequence, run.roles):
        with pytest.raises(ValueError, match=f"{name}: the run has no step .*; allowed: 1 to 37"):
            draw()


# -- nothing lies on anything --------------------------------------------------------------------

Place = tuple[float, float, float, float]


def texts_of(svg: str) -> list[tuple[str, Place]]:
    """Each text with left, top, right, bottom."""
    found = []
    for item in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        size, bold = float(item.get("font-size", SIZE)), item.get("font-weight") == "bold"
        content = item.text or ""
        wide, x, y = width(content, size, bold=bold), float(item.get("x", 0)), float(item.get("y", 0))
        left = x - wide * {"middle": 0.5, "end": 1.0}.get(item.get("text-anchor", ""), 0.0)
        found.append((content, (left, y - size * 0.75, left + wide, y + size * 0.22)))
        assert size >= 12, f"below 9 points: {content}"
    return found


def overlaps(places: list[tuple[str, Place]]) -> list[tuple[str, str]]:
    return [
        (one, two)
        for (one, a), (two, b) in combinations(places, 2)
        if one.strip() and two.strip() and a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def outside(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    height = float(root.get("height", 0))
    return [text for text, (x, y, right, low) in texts_of(svg) if x < 0 or y < 0 or right > PAGE_WIDTH or low > height]


@every_run
def test_no_text_lies_on_another_or_leaves_the_page(run: RecordedRun, diagram: SequenceDiagram) -> None:
    for svg in (sequence_svg(diagram), roles_svg(run.roles())):
        assert overlaps(texts_of(svg)) == []
        assert outside(svg) == []
        assert svg.isascii()


@every_run
def test_text_fits_the_box_it_stands_in(run: RecordedRun, diagram: SequenceDiagram) -> None:
    """A box is followed by its lines: each is narrower than the last rectangle before it."""
    for group in ElementTree.fromstring(sequence_svg(diagram)).iter(f"{SVG}g"):
        box = None
        for item in group:
            if item.tag == f"{SVG}rect":
                box = item
            elif item.tag == f"{SVG}text" and box is not None:
                wide = width(item.text or "", bold=item.get("font-weight") == "bold")
                assert wide <= float(box.get("width", 0)) + 0.1, item.text


def test_an_overlap_is_noticed() -> None:
    svg = sequence_svg(run_of("models/split-brain.trace").sequence())
    moved = re.sub(r'(<text x="[\d.]+" y=")[\d.]+("[^>]*>fails<)', r"\g<1>120\2", svg)
    pushed = svg.replace('x="618" y=', 'x="700" y=')
    assert overlaps(texts_of(moved.replace('x="302"', 'x="138"')))
    assert outside(pushed)


def test_the_operator_has_a_lifeline_only_where_something_is_entered() -> None:
    for run in (play_it() for play_it in RUNS.values()):
        entered = any(isinstance(step.event, e.Command) for step in run.steps)
        diagram = run.sequence()
        assert (Lifeline.OPERATOR in diagram.lifelines) == entered
        for text in (sequence_svg(diagram), sequence_text(diagram).lower(), sequence_mermaid(diagram)):
            assert bool(re.search(r">operator<| operator$", text, re.M)) == entered


def test_long_names_and_odd_ones_are_wrapped_and_escaped() -> None:
    run = run_of("commands.trace")
    text = "<b>&" + "x" * 300 + "\ufffe \u4e2d" * 20
    event = e.CommandEntered(unit=Unit.PRIMARY, text=text)
    long = attrs.evolve(run, steps=(attrs.evolve(run.steps[12], event=event),), title=text, about=text)
    for svg in (sequence_svg(long.sequence()), roles_svg(long.roles())):
        assert overlaps(texts_of(svg)) == []
        assert outside(svg) == []
        assert "<b>" not in svg
    assert max(map(len, sequence_text(long.sequence()).splitlines())) <= 100
    assert sequence_mermaid(long.sequence()).isascii()


def test_wrap_keeps_every_character() -> None:
    text = "one two " + "long" * 50 + " three"
    lines = wrap(text, 100)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line) <= 100 for line in lines)
    assert LINE_HEIGHT > SIZE


def test_what_xml_cannot_hold_is_replaced() -> None:
    assert escaped('a<b>&"\x00\ufffe\u00fc') == "a&lt;b&gt;&amp;&quot;??&#252;"


def test_looks_differ_without_colour() -> None:
    """In grey, two looks without a pattern differ in lightness; no two looks have the same pattern and ground."""

    def light(color: str) -> float:
        red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2

    for one, two in combinations(SWATCHES, 2):
        assert (one.pattern, one.dashed, one.fill) != (two.pattern, two.dashed, two.fill)
        if one.pattern == two.pattern and one.dashed == two.dashed:
            assert abs(light(one.fill) - light(two.fill)) > 0.2
    for swatch in SWATCHES:
        darker, lighter = sorted((light(swatch.fill), light(swatch.ink)))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


# -- text and mermaid ----------------------------------------------------------------------------


@every_run
def test_text_fits_a_hundred_columns(run: RecordedRun, diagram: SequenceDiagram) -> None:
    text = sequence_text(diagram)
    assert max(map(len, text.splitlines())) <= 100
    numbers = re.findall(r"^(\d+(?:-\d+)?) ", text, re.M)
    assert numbers == [row.number for row in diagram.rows]


@every_run
def test_mermaid_has_nothing_its_parser_takes_otherwise(run: RecordedRun, diagram: SequenceDiagram) -> None:
    body = sequence_mermaid(diagram).split("sequenceDiagram\n")[1]
    words = r"[A-Za-z0-9_ ,./()\[\]'?!<>#;-]+"
    forms = (
        r"participant [PLDSO] as [a-z ]+",
        rf"[PLDSO](->>|-->>|-x)[PLDSO]: {words}",
        rf"Note over [PLDSO](,[PLDSO])?: {words}",
        rf"loop {words}",
        r"rect rgb\(\d+, \d+, \d+\)",
        "end",
    )
    lines = [line.strip() for line in body.splitlines()]
    assert [line for line in lines if not any(re.fullmatch(form, line) for form in forms)] == []
    assert not re.search(r"(?<!#\d\d)(?<!#\d\d\d)(?<!#\d\d\d\d)(?<!#\d\d\d\d\d);", body)
    opened = sum(line.startswith(("loop", "rect")) for line in lines)
    assert lines.count("end") == opened == (run.loop is not None) + (run.violating is not None)


@every_run
def test_all_forms_show_the_violation_and_the_loop(run: RecordedRun, diagram: SequenceDiagram) -> None:
    for text in (sequence_text(diagram), sequence_mermaid(diagram), sequence_svg(diagram)):
        assert ("HERE THE PROMISE BREAKS" in text) == (run.violating is not None)
        assert ("repeat for ever" in text) == (run.loop is not None)
    chart = roles_svg(run.roles())
    assert ("HERE THE PROMISE BREAKS" in chart) == (run.violating is not None)
    assert ("LOOP: repeats for ever" in chart) == (run.loop is not None)


# -- the gallery ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gallery() -> dict[str, str]:
    return texts(read_gallery(ROOT), state_pictures(ROOT))


def test_the_committed_pictures_are_current(gallery: dict[str, str]) -> None:
    stale = [name for name, text in gallery.items() if (COMMITTED / name).read_bytes() != text.encode()]
    assert stale == [], "run python -m failover_fsm.commands.pictures"


def test_every_trace_is_in_the_gallery_and_on_its_page(gallery: dict[str, str]) -> None:
    paths = [(path, folder) for source, folder in CHAPTERS.values() for path in (ROOT / source).glob("*.trace")]
    assert len(paths) >= 9
    for path, folder in paths:
        for end in ("sequence.svg", "sequence.mmd", "sequence.txt", "roles.svg"):
            assert f"{folder}/{path.stem}.{end}" in gallery
            assert f"({folder}/{path.stem}.{end})" in gallery["README.md"]


def test_every_link_of_the_page_leads_somewhere(gallery: dict[str, str]) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", gallery["README.md"]):
        assert (COMMITTED / target).exists(), target


def test_two_hash_seeds_give_the_same_bytes(gallery: dict[str, str]) -> None:
    program = (
        "from failover_fsm.commands.pictures import *\n"
        "for name, text in texts(read_gallery(Path('.')), state_pictures(Path('.'))).items(): print(name, text)"
    )
    other = "0" if os.environ.get("PYTHONHASHSEED") == "4711" else "4711"
    found = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": other},
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    assert found.decode() == "".join(f"{name} {text}\n" for name, text in gallery.items())


def test_a_trace_that_cannot_be_played_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "bad.trace").write_text("nonsense\n")
    monkeypatch.chdir(tmp_path)
    assert write_diagrams([str(tmp_path / "new")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


# -- the command ---------------------------------------------------------------------------------

TRACE = str(ROOT / "models" / "split-brain.trace")


def call(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["diagram", *arguments])
    return int(args.run(args))


def titled() -> RecordedRun:
    return attrs.evolve(run_of("models/split-brain.trace"), title="split-brain.trace")


def test_a_trace_goes_to_standard_output_as_text(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert call(TRACE) == 0
    assert capfdbinary.readouterr().out == sequence_text(titled().sequence()).encode()
    assert call(TRACE, "--roles") == 0
    assert capfdbinary.readouterr().out == roles_svg(titled().roles()).encode()


@pytest.mark.parametrize(
    ("file", "picture"),
    [("a.svg", "svg"), ("a.mmd", "mermaid"), ("a.TXT", "text"), ("a.itf.json", "itf"), ("a.log", "shiviz")],
)
def test_the_suffix_says_what_is_written_of_a_trace(tmp_path: Path, file: str, picture: str) -> None:
    assert call(TRACE, "-o", str(tmp_path / file)) == 0
    assert (tmp_path / file).read_bytes() == PICTURES[picture](titled()).encode()
    assert call(TRACE, "--format", picture, "-o", str(tmp_path / "b")) == 0
    assert (tmp_path / "b").read_bytes() == (tmp_path / file).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([TRACE, "--format", "png"], "--format png: no such format; allowed: svg, mermaid, text, itf, shiviz"),
        ([TRACE, "--roles", "--format", "text"], "--format text: no such format; allowed: svg"),
        ([TRACE, "--roles", "-o", "a.txt"], "a.txt: the suffix names no format; allowed: .svg, or give --format"),
        (["unit", "--roles"], "--roles: only a scenario has a role chart; allowed: with FILE.trace"),
        (
            ["unit", "--format", "text"],
            "--format text: no such format; allowed: svg, png, dot, mermaid, plantuml, scxml",
        ),
    ],
)
def test_what_cannot_be_drawn_of_a_trace_is_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*arguments) == 2
    assert capsys.readouterr().err == f"failover-fsm diagram: {message}\n"


def test_an_empty_run_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.trace").write_text(f"config {ROOT}/models/cisco-asav.cfg\nmark\n")
    assert call(str(tmp_path / "a.trace")) == 2
    assert "nothing happens in this run" in capsys.readouterr().err


def test_settings_are_all_that_a_picture_needs_besides_the_steps() -> None:
    """A counterexample of the checker is drawn without a trace file."""
    run = run_of("models/split-brain.trace")
    assert isinstance(run.settings, Settings)
    steps = [attrs.evolve(step, notes=()) for step in run.steps]
    assert sequence_diagram(steps, run.settings, title=run.title, about=run.about) == run.sequence()
    assert role_chart(steps, run.settings, title=run.title, about=run.about) == run.roles()


# -- time ------------------------------------------------------------------------------------------------


def test_a_timed_run_has_an_axis_of_seconds_and_columns_as_wide_as_the_time() -> None:
    path = ROOT / "models" / "incidents" / "14-lone-boot-preempt-and-loss.trace"
    run = recorded_run(play(*load(path)), path.read_text(encoding="utf-8"), "timed")
    chart = run.roles()
    assert len(chart.times) == chart.steps and list(chart.times) == sorted(chart.times)
    drawn = roles_svg(chart, in_page=True)
    assert ">seconds</text>" in drawn
    places = [
        float(x)
        for x in re.findall(r'data-first="\d+"[^>]*><title>[^<]*</title><rect class="pane" x="([\d.]+)"', drawn)
    ]
    widths = [later - at for at, later in pairwise(places)]
    lasts = [later - at for at, later in pairwise(chart.times)]
    assert len(places) == chart.steps + 1 and min(widths) > 1
    order = sorted(range(len(lasts)), key=lambda index: lasts[index])
    assert [widths[1:][index] for index in order] == pytest.approx(sorted(widths[1:]), abs=0.3)
    untimed = roles_svg(attrs.evolve(chart, times=()), in_page=True)
    assert ">seconds</text>" not in untimed
