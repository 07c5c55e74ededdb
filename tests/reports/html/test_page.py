"""The page of a report: it says what the report says, carries the graph as it is, and takes no text for markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from contextlib import nullcontext
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import attrs
import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import Report, verify
from failover_fsm.checker import Verdict
from failover_fsm.cli import main
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.pair import cold
from failover_fsm.pair.states import State
from failover_fsm.pair.step import step
from failover_fsm.reports.html import page_graph, report_page
from failover_fsm.reports.html.coverage import table_coverage
from failover_fsm.reports.html.data import page_data, runs_of
from failover_fsm.reports.html.html import join, raw, tag
from failover_fsm.reports.html.packed import packed, unpacked
from failover_fsm.reports.html.page import SCRIPTS
from failover_fsm.reports.html.panels import active_words, panel, world
from failover_fsm.reports.html.runs import EXPLORE
from failover_fsm.reports.html.sections import configuration
from failover_fsm.reports.html.state_graph import shown_outputs
from failover_fsm.reports.html.style import style_sheet
from failover_fsm.reports.html.tables import Table
from failover_fsm.testing.pair import TransitionSystem
from tests.pairs import Whole
from tests.patience import PATIENT

ROOT = Path(__file__).parents[3]
PART = ROOT / "failover_fsm" / "reports" / "html"
HOSTILE = "</script><img/src=x/onerror=alert(1)>&\"'<!--"
CONFIG = """\
hostname asa-{bad}
interface GigabitEthernet0/0
 description {bad}
 nameif out{bad}
 ip address 198.51.100.1 255.255.255.0 standby 198.51.100.2
interface GigabitEthernet0/1
 description the failover link
failover
failover lan unit primary
failover lan interface folink GigabitEthernet0/1
failover key 0123secret4567
failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2
"""
WHOLE = 15_000
"""More states than the pairs of these tests have."""
SMALL = Environment(faults=("power", "failover-link"), operator=("failover-active", "disable"), max_faults=1)


def scenario_of(text: str, title: str = "A small pair", **changes: Any) -> Scenario:
    config = PairConfig.from_asa(text)
    return Scenario(title=title, config=config, sources=("pair.cfg",), environment=SMALL, **changes)


@cache
def small() -> Report:
    """A pair in which one promise breaks: failover can be switched off on one side."""
    return verify(scenario_of(CONFIG.format(bad="edge")))


@cache
def page() -> str:
    return report_page(small(), most=WHOLE)


class Reader(HTMLParser):
    """The elements of a page, with the text in each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        (self.scripts if self._open and self._open[-1] == "script" else self.texts).append(data)

    @property
    def ids(self) -> list[str]:
        return [found["id"] or "" for _, found in self.tags if "id" in found]

    @property
    def data(self) -> dict[str, Any]:
        return unpacked(self.scripts[0])  # type: ignore[no-any-return]  # the page's own record


# -- the page as a file ----------------------------------------------------------------------------------


def test_equal_reports_give_equal_bytes_whatever_the_clock_says() -> None:
    later = attrs.evolve(small(), result=attrs.evolve(small().result, seconds=99.5))
    assert report_page(later, most=30) == report_page(small(), most=30)
    assert page().isascii()


BOOT, COMMAND = e.UnitRestored(unit=Unit.PRIMARY), e.FailoverActive(unit=Unit.PRIMARY)
LINK, DEATH = e.FailoverLinkFailed(), e.UnitFailed(unit=Unit.PRIMARY)


@pytest.mark.parametrize(
    ("events", "begins"),
    [((BOOT, BOOT), 0), ((BOOT, COMMAND, BOOT), 2), ((BOOT, COMMAND, LINK, DEATH), 3), ((LINK, BOOT), 1)],
)
def test_a_run_begins_with_its_first_fault_or_else_its_first_command(events: tuple[e.Event, ...], begins: int) -> None:
    (run, *_) = runs_of(small())
    first: Any = run.steps[0]
    steps = [attrs.evolve(first, event=event) for event in events]
    assert attrs.evolve(run, steps=steps).begins == begins


def test_the_page_asks_nothing_of_any_network_and_runs_no_script_but_its_own() -> None:
    text = page().replace("http://www.w3.org/2000/svg", "").replace("await fetch(`choices?", "")
    assert not re.search(r"https?:|//cdn|@import|\bfetch\(|XMLHttpRequest|WebSocket|innerHTML|document\.write", text)
    reader = Reader(page())
    assert not [found for _, found in reader.tags if {"src", "style", "onclick", "onload"} & found.keys()]
    assert {found["href"] or "" for name, found in reader.tags if name == "a"} <= {
        f"#{name}" for name in (*reader.ids, *(f"{run.id}/{run.begins}" for run in runs_of(small())))
    }
    (policy,) = [found["content"] for _, found in reader.tags if found.get("http-equiv")]
    assert policy is not None and policy.startswith("default-src 'none';")
    assert "connect-src" not in policy, "so that not even its own script can ask anything"
    for part in (style_sheet().encode(), b"".join((PART / name).read_bytes() for name in SCRIPTS)):
        digest = hashlib.sha256(part).digest()
        assert f"'sha256-{base64.b64encode(digest).decode()}'" in policy


def test_ids_stand_once_and_the_script_asks_for_none_that_is_not_there() -> None:
    ids = Reader(page()).ids
    assert len(set(ids)) == len(ids)
    script = "".join((PART / name).read_text() for name in ("stepping.js", "walking.js", "page.js"))
    asked = set(re.findall(r'\bby\("([a-z-]+)"\)', script))
    assert asked and asked <= set(ids)


def test_every_button_and_every_field_has_a_name() -> None:
    reader = Reader(page())
    labelled = {found["for"] for name, found in reader.tags if name == "label"}
    for name, found in reader.tags:
        if name in ("button", "input", "select", "nav"):
            assert found.get("aria-label") or found.get("id") in labelled, found


def test_text_of_a_configuration_is_never_markup() -> None:
    report = verify(scenario_of(CONFIG.format(bad=HOSTILE), title=f"Title {HOSTILE}"))
    assert HOSTILE in report.scenario.config.hostname, "the reader lets such a name in, so the page has to cope"
    text = report_page(report, most=300)
    assert "<img" not in text and "onerror=alert(1)>" not in text and "<!--" not in text
    assert text.count("</script>") == 2
    reader = Reader(text)
    assert [name for name, _ in reader.tags].count("script") == 2
    assert f"Title {HOSTILE}" in reader.texts and f"hostname asa-{HOSTILE}" in reader.texts
    assert reader.data["interfaces"] == [f"out{HOSTILE}"]
    assert any(HOSTILE in lines[0] for lines, _, _ in reader.data["panels"])


def test_the_writer_escapes_text_and_keeps_markup() -> None:
    assert tag("p", "a<b", tag("b", "&"), id='"x"') == '<p id="&quot;x&quot;">a&lt;b<b>&amp;</b></p>'
    assert tag("input", hidden=True, disabled=False, max=3) == '<input hidden max="3">'
    assert join(["<", raw("<i>")]) == "&lt;<i>"
    hostile = {"a": "</script><!--&\u2028"}
    assert unpacked(packed(hostile)) == hostile and not set(packed(hostile)) & set("<>&!-")


# -- what it says ----------------------------------------------------------------------------------------


def test_the_page_says_what_the_report_says() -> None:
    report, texts = small(), " ".join(Reader(page()).texts)
    assert report.verdict is Verdict.VIOLATED and "NOT AS IT SHOULD BE" in texts
    assert f"{report.result.states:,} situations" in texts
    for answer in report.answers:
        assert answer.promise.id in texts and answer.promise.says in texts
        assert all(rule in texts for rule in answer.promise.rules)
    assert all(sentence in texts for sentence in report.scenario.assumptions())
    assert all(word in texts for word in report.never_possible)


def test_the_configuration_is_shown_with_what_its_lines_do_and_without_its_keys() -> None:
    texts = Reader(configuration(small())).texts
    assert "0123secret4567" not in page()
    assert "failover key *****" in texts
    assert "a standby address: the units hear each other here" in texts


def test_the_rows_taken_are_those_that_a_walk_can_take() -> None:
    scenario = small().scenario
    found = table_coverage(page_graph(scenario, most=WHOLE))
    taken = {row.name for rows in found.taken.values() for row in rows}
    ground = TransitionSystem(scenario.config, scenario.environment)
    assert found.complete and taken == set(ground.distances.graph.rows)
    assert taken.isdisjoint(row.name for rows in found.untaken.values() for row in rows)
    assert not table_coverage(page_graph(scenario, most=10)).complete


# -- the graph -------------------------------------------------------------------------------------------


FAULTS = (("power", "failover-link"), ("ports", "paths", "failover-link"))


@pytest.mark.parametrize("faults", FAULTS if PATIENT else FAULTS[:1], ids=str)
def test_the_graph_is_what_step_says(faults: tuple[str, ...]) -> None:
    environment = Environment(faults=faults, operator=("failover-active",), max_faults=1)
    scenario = attrs.evolve(scenario_of(CONFIG.format(bad="side")), environment=environment)
    carried = page_graph(scenario, most=WHOLE)
    assert carried.complete and carried.states[0] == cold(scenario.settings)
    whole = Whole(scenario.settings, environment)
    lost = 0
    for state, found in zip(carried.states, carried.choices, strict=True):
        moves = {(event, moved.state) for event, moved in whole.moves(state) if moved and moved.state != state}
        assert {(each.event, each.after) for each in found} == moves
        for each in found:
            after, outputs = step(state, scenario.settings, each.event)
            assert (after, shown_outputs(outputs)) == (each.after, each.outputs)
            lost += any("Lost" in type(output).__name__ for output in each.outputs)
    assert lost, "a message that a fault loses is among them"


def test_a_graph_that_is_too_large_has_no_state_with_half_of_its_choices() -> None:
    scenario = small().scenario
    shown = [step.after for run in runs_of(small()) for step in run.steps]
    part, whole = page_graph(scenario, shown, most=300), page_graph(scenario, shown, most=WHOLE)
    assert not part.complete and whole.complete
    assert set(shown) <= set(part.states)
    by_state = dict(zip(whole.states, whole.choices, strict=True))
    assert all(by_state[state] == found for state, found in zip(part.states, part.choices, strict=False))
    assert "too much for a page" in report_page(small(), most=30)
    assert "This page carries all" in page()


def test_the_record_of_the_page_holds_every_run_and_every_choice() -> None:
    report = small()
    shown = [each for run in runs_of(report) for step in run.steps for each in (step.before, step.after)]
    carried = page_graph(report.scenario, shown, most=300)
    data = page_data(report, carried)
    assert [run["id"] for run in data["runs"]] == [EXPLORE, *(run.id for run in runs_of(report))]
    for run, record in zip(runs_of(report), data["runs"][1:], strict=True):
        events = [data["happenings"][number][0] for number in record["steps"][::2]]
        assert events == [str(step.event) for step in run.steps]
        assert [carried.states[number] for number in record["steps"][1::2]] == [step.after for step in run.steps]
    for own, (flat, found) in enumerate(zip(data["choices"], carried.choices, strict=True)):
        assert [data["happenings"][number][0] for number in flat[::2]] == [str(each.event) for each in found]
        assert [carried.states[own + number] for number in flat[1::2]] == [each.after for each in found]
    primary, secondary, broken, active = data["states"][0]
    assert data["panels"][primary][0][1] == data["panels"][secondary][0][1] == "Off, never started"
    assert (data["worlds"][broken], data["actives"][active]) == ((), "no unit")


def test_counterexamples_come_before_what_can_happen() -> None:
    report = small()
    (broken,) = (answer for answer in report.answers if answer.steps)
    happening = attrs.evolve(broken, verdict=Verdict.HOLDS)
    both = attrs.evolve(report, answers=(happening, broken))
    assert [run.word for run in runs_of(both)] == ["how it breaks", "how it happens"]


# -- panels ----------------------------------------------------------------------------------------------


def states_of(report: Report, promise: str) -> list[State]:
    return [step.after for step in report.answer(promise).steps]


def test_a_panel_is_what_the_console_shows() -> None:
    report = verify(read_model(ROOT / "models" / "findings" / "switched-off-on-one-side.toml"))
    end = states_of(report, "one-active-while-link-up")[-1]
    settings, config = report.scenario.settings, attrs.evolve(report.scenario.config, hostname="edge")
    scenario = attrs.evolve(report.scenario, config=config)
    assert panel(end, scenario, Unit.PRIMARY).lines[0] == "edge/pri/actNoFailover#"
    secondary = panel(end, scenario, Unit.SECONDARY)
    assert secondary.lines[0] == "edge/sec/act#"
    assert secondary.lines[1:4] == ("Active", "Not Detected", "Failed")
    assert secondary.interfaces == ("Waiting", "Waiting") and secondary.role == "active"
    assert active_words(end) == "both units"
    assert secondary.lines[4] == "", "whether the configurations agree is left out of this scenario"
    following = attrs.evolve(scenario, environment=attrs.evolve(scenario.environment, operator=("command",)))
    assert panel(end, following, Unit.SECONDARY).lines[4] != ""
    off = panel(cold(settings), scenario, Unit.PRIMARY)
    assert off.lines[0] == "" and off.role == "off"


def test_the_world_names_what_is_broken() -> None:
    settings = small().scenario.settings
    state, _ = step(cold(settings), settings, e.FailoverLinkFailed())
    state, _ = step(state, settings, e.InterfaceLinkFailed(unit=Unit.SECONDARY, interface="outedge"))
    assert world(state, settings) == ("failover link: cut", "secondary, port outedge: link down")


# -- the command -----------------------------------------------------------------------------------------


def test_check_writes_the_page_beside_what_it_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, out = ROOT / "models" / "incidents" / "03-link-down-at-boot.toml", tmp_path / "out.html"
    arguments = ["check", str(model), "--promise", "one-active-while-link-up", "--json"]
    assert main([*arguments, "--report", str(out)]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "holds"
    assert out.read_text(encoding="ascii").startswith("<!DOCTYPE html>")
    assert [path.name for path in tmp_path.iterdir()] == ["out.html"]


def test_a_page_that_cannot_be_written_is_one_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = ROOT / "models" / "incidents" / "03-link-down-at-boot.toml"
    assert main(["check", str(model), "--report", str(tmp_path)]) == 2
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1 and "is a directory" in printed.err
    assert list(tmp_path.iterdir()) == []


def test_a_search_that_was_interrupted_draws_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("failover_fsm.checker.compiled.CompiledChecker.__init__", interrupted)
    page, model = tmp_path / "page.html", str(ROOT / "models/incidents/03-link-down-at-boot.toml")
    assert main(["check", model, "--engine", "compiled", "--report", str(page)]) == 3
    assert capsys.readouterr().err == f"{page}: not written, since the search was interrupted\n"
    assert not page.exists()


def test_it_says_that_it_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def progress(what: str) -> nullcontext[None]:
        told.append(what)
        return nullcontext()

    monkeypatch.setattr("failover_fsm.commands.page_file.Progress", progress)
    monkeypatch.setattr("failover_fsm.reports.html.report_page", lambda *_, **__: "")
    page, model = tmp_path / "page.html", str(ROOT / "models/incidents/03-link-down-at-boot.toml")
    assert main(["check", model, "--report", str(page)]) == 0
    assert told == [f"drawing {page}"]


def test_ctrl_c_while_the_page_is_drawn_loses_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: Report, **__: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("failover_fsm.reports.html.report_page", interrupted)
    page = tmp_path / "page.html"
    assert main(["check", str(ROOT / "models/incidents/03-link-down-at-boot.toml"), "--report", str(page)]) == 130
    assert capsys.readouterr().out.splitlines()[-1].startswith(("HOLDS", "AS THE MODEL FILE SAYS"))
    assert not page.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("holds", "holds"), "Promises: 2, all hold"),
        (("holds",), "Promises: 1, 1 holds"),
        (("violated", "holds", "holds"), "Promises: 3, 1 violated, 2 hold"),
    ],
)
def test_a_folded_table_counts_its_words_as_one_says_them(words: tuple[str, ...], told: str) -> None:
    table = Table(
        "Promises", ("verdict",), tuple((word,) for word in words), words=("violated", "holds"), is_folded=True
    )
    assert f"<summary>{told}</summary>" in table.drawn()
