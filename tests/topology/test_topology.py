"""Topologies: what an element takes down, drawings and their errors, the figures, pairs that are checked with one."""

from __future__ import annotations

from pathlib import Path

import attrs
import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from failover_fsm.analysis.model_file import ModelFileError, read_model
from failover_fsm.analysis.verify import verify
from failover_fsm.checker import Checker, Verdict
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import StatefulLink, Unit
from failover_fsm.device.commands import show
from failover_fsm.device.moment import Moment
from failover_fsm.model.search_environment import Environment
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.pair import NotPossible, Pair, changing_steps
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, LinkState, PortState, State
from failover_fsm.pair.step import next_state, step
from failover_fsm.pair.wiring import carried
from failover_fsm.reports.text.topologies import BEGIN, PAGE, main, renewed
from failover_fsm.topology import FIGURES, Plan, PlanError, Standing, advice, figure, plan_of, shared_fate, standing
from failover_fsm.topology.plan import CABLES, Ways
from failover_fsm.topology.reading import TopologyFileError, read_topology
from failover_fsm.trace.player import load, play
from tests.pairs import PRIMARY, SECONDARY, remembered, settings
from tests.pairs import broken as broken_things

NAMES = ("outside", "inside")
MODELS = Path(__file__).parents[2] / "models"
CONFIG = read_config(MODELS / "active-standby.cfg")


def laid(plan: Plan, pair: Settings | None = None) -> Settings:
    return plan.laid(pair or settings(2))


def drawn(name: str) -> Settings:
    return laid(figure(name, NAMES))


def broken(pair: Settings, *names: str) -> State:
    """The cold pair with these elements broken."""
    state = cold(pair)
    for name in names:
        state = step(state, pair, e.ElementFailed(element=name))[0]
    return state


def settled(pair: Settings, state: State, *events: e.Event) -> State:
    for event in events:
        state = next_state(state, pair, event).state
        while (following := next(changing_steps(state, pair), None)) is not None:
            state = following[1]
    return state


BOOT = (e.UnitRestored(unit=PRIMARY), e.UnitRestored(unit=SECONDARY))

# -- what is carried -----------------------------------------------------------------------------------


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    switches = [f"s{number}" for number in range(1, 5)]
    way = st.lists(st.sampled_from(switches), max_size=3, unique=True).map(tuple)
    ways: st.SearchStrategy[Ways] = st.lists(way, min_size=1, max_size=2).map(tuple)
    trunk = st.lists(st.sampled_from(switches), min_size=2, max_size=2, unique=True).map(tuple)
    return Plan(
        name="drawn", failover=draw(ways), data=draw(ways), interfaces=(("inside", draw(ways)),),
        trunks=tuple(draw(st.lists(trunk, max_size=2))),
    )  # fmt: skip


@given(plans(), st.data())
def test_links_paths_and_ports_are_up_while_some_route_is(plan: Plan, data: st.DataObject) -> None:
    topology = laid(plan).topology
    assert topology is not None
    dead = data.draw(st.sets(st.sampled_from(topology.elements)))
    elements = tuple(LinkState.CUT if name in dead else LinkState.GOOD for name in topology.elements)
    links, interfaces = carried(topology, elements)
    found = [(links.failover, None)] + [(item.path, (item.primary, item.secondary)) for item in interfaces]
    for network, (path, lines) in zip((topology.failover, *topology.ports), found, strict=True):
        graph = nx.Graph()
        graph.add_nodes_from(["primary", "secondary"])
        graph.add_edges_from(cable.ends for cable in (*network, *topology.trunks) if cable.name not in dead)
        graph.remove_nodes_from(list(dead))
        joined = nx.has_path(graph, "primary", "secondary")
        if lines is None:
            assert (path is LinkState.GOOD) == joined
            continue
        own = nx.Graph()
        own.add_nodes_from(["primary", "secondary"])
        own.add_edges_from(cable.ends for cable in network if cable.name not in dead)
        own.remove_nodes_from(list(dead))
        assert [line is PortState.GOOD for line in lines] == [own.degree(unit) > 0 for unit in ("primary", "secondary")]
        both_up = PortState.DOWN not in lines
        assert (path is LinkState.GOOD) == (joined or not both_up)


def test_elements_are_named_from_the_failover_link_outwards() -> None:
    five = drawn("figure-13-5").topology
    assert five is not None
    assert five.elements == (
        "switch-1", "switch-2", "switch-3", "switch-4",
        "cable-1", "cable-2", "cable-3", "cable-4", "cable-5", "cable-6",
        "inter-switch-link-1", "inter-switch-link-2",
    )  # fmt: skip
    assert [cable.ends for cable in five.failover] == [("primary", "switch-1"), ("switch-2", "secondary")]
    assert [cable.name for cable in five.ports[0]] == ["cable-3", "cable-4"]
    assert five.ports[0][0].ends == ("primary", "switch-3"), "outside has switches of its own"
    two = drawn("figure-13-2").topology
    assert two is not None and two.elements[-1] == "inter-switch-link"


def test_where_nothing_is_called_outside_the_first_interface_has_switches_of_its_own() -> None:
    plan = figure("figure-13-5", ("dmz", "lan"))
    assert plan.ways_of("dmz") == (("switch-3", "switch-4"),) and plan.ways_of("lan") == (("switch-1", "switch-2"),)
    assert figure("figure-13-5", ()).interfaces == ()


def test_a_pair_without_a_topology_has_no_elements_and_no_more_state() -> None:
    state = cold(settings(1))
    assert state.wiring is None
    with pytest.raises(NotPossible, match="the pair has no topology"):
        step(state, settings(1), e.ElementFailed(element="switch-1"))


def test_an_element_fails_once_and_is_restored_once() -> None:
    pair = drawn("figure-13-3")
    state = broken(pair, "switch-1")
    assert state.links.failover is LinkState.CUT and state.interfaces == cold(pair).interfaces
    with pytest.raises(NotPossible, match="it is so already"):
        step(state, pair, e.ElementFailed(element="switch-1"))
    with pytest.raises(NotPossible, match="there is no element switch-7; allowed: switch-1, switch-2, cable-1"):
        step(state, pair, e.ElementFailed(element="switch-7"))
    assert step(state, pair, e.ElementRestored(element="switch-1"))[0] == cold(pair)


def test_elements_are_among_what_can_happen_to_a_pair() -> None:
    laid_out = drawn("figure-13-3")
    assert laid_out.topology is not None
    names = laid_out.topology.elements
    pair = Pair(config=CONFIG, settings=laid_out, state=broken(laid_out, names[0]))
    possible = [event for event in pair.possible() if isinstance(event, e.ElementFailed | e.ElementRestored)]
    assert possible == [*(e.ElementFailed(element=name) for name in names[1:]), e.ElementRestored(element=names[0])]


def test_what_failed_by_itself_stays_so_when_its_switch_is_back() -> None:
    pair = drawn("figure-13-1")
    port = e.InterfaceLinkFailed(unit=PRIMARY, interface="inside")
    for first, then in ((port, e.ElementFailed(element="switch-1")), (e.ElementFailed(element="switch-1"), port)):
        state = cold(pair)
        for event in (first, then):
            state = step(state, pair, event)[0]
        assert state.interfaces[1].primary is PortState.DOWN and state.interfaces[0].primary is PortState.DOWN
        state = step(state, pair, e.ElementRestored(element="switch-1"))[0]
        assert (state.interfaces[1].primary, state.interfaces[0].primary) == (PortState.DOWN, PortState.GOOD)
        assert state.links.failover is LinkState.GOOD
        assert step(state, pair, e.InterfaceLinkRestored(unit=PRIMARY, interface="inside"))[0] == cold(pair)


def test_silence_and_a_dead_switch_together_are_a_dead_port() -> None:
    pair = drawn("figure-13-3")
    state = step(broken(pair, "switch-2"), pair, e.InterfaceTrafficFailed(unit=PRIMARY, interface="inside"))[0]
    assert state.interfaces[1].primary is PortState.DOWN
    assert step(state, pair, e.ElementRestored(element="switch-2"))[0].interfaces[1].primary is PortState.SILENT


def test_an_inter_switch_link_cuts_the_path_and_leaves_the_ports_up() -> None:
    state = broken(drawn("figure-13-2"), "inter-switch-link")
    assert state.interfaces == (Interface(path=LinkState.CUT),) * 2 and state.links.failover is LinkState.CUT


def test_a_message_on_a_data_interface_is_lost_with_its_switch() -> None:
    pair = laid(figure("figure-13-3", NAMES), settings(2, policy=2))
    state = settled(pair, cold(pair), *BOOT, e.InterfaceLinkFailed(unit=PRIMARY, interface="inside"))
    state = step(state, pair, e.ElementFailed(element="switch-1"))[0]
    state, sent = step(state, pair, e.PeerAnsweredOnData(unit=PRIMARY))
    assert any("MessageSent" in repr(output) for output in sent), "the sample hands over on the data interface"
    _, outputs = step(state, pair, e.ElementFailed(element="switch-2"))
    assert any("MessageLost" in repr(output) for output in outputs)


# -- cables (LNK-7 to LNK-9) ---------------------------------------------------------------------------


def show_failover(state: State, settings: Settings, unit: Unit) -> str:
    return show("show failover", Moment(state=state, settings=settings, config=CONFIG), unit)


def test_a_dead_cable_brings_the_failover_link_down_at_both_ends() -> None:
    pair = drawn("figure-13-4")
    state = settled(pair, cold(pair), *BOOT, e.ElementFailed(element="cable-1"))
    shown = [show_failover(state, pair, unit) for unit in (PRIMARY, SECONDARY)]
    assert all("Failover LAN Interface" in text and "(failed" in text.lower() for text in shown)  # LNK-7
    by_itself = settled(pair, cold(pair), *BOOT, e.FailoverLinkFailed())
    assert shown == [show_failover(by_itself, pair, unit) for unit in (PRIMARY, SECONDARY)]  # LNK-8


@pytest.mark.parametrize("word", CABLES)
def test_crossover_and_straight_through_cables_are_one_cable(word: str) -> None:  # LNK-9
    plan = plan_of({"failover-link": word, "data": "switch-1"}, "own.toml", NAMES)
    assert laid(plan).topology == attrs.evolve(drawn("figure-13-4").topology, name="own.toml")  # type: ignore[type-var]


# -- redundant interfaces (SPL-14) -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["figure-13-6", "figure-13-7", "figure-13-8"])
def test_a_redundant_failover_interface_outlives_each_element(name: str) -> None:
    pair = drawn(name)
    assert pair.topology is not None
    for element in pair.topology.elements:
        assert broken(pair, element).links.failover is LinkState.GOOD, element
    assert broken(pair, *(cable.name for cable in pair.topology.failover)).links.failover is LinkState.CUT


# -- advice ------------------------------------------------------------------------------------------------


def test_the_figures_stand_as_the_chapter_says() -> None:
    found = {name: standing(drawn(name)) for name in FIGURES}
    assert found == {
        "figure-13-1": (Standing.NOT_RECOMMENDED, "SPL-11"),
        "figure-13-2": (Standing.NOT_RECOMMENDED, "SPL-11"),
        "figure-13-3": (Standing.RECOMMENDED, "SPL-12"),
        "figure-13-4": (Standing.RECOMMENDED, "SPL-12"),
        "figure-13-5": (Standing.RECOMMENDED, "SPL-13"),
        "figure-13-6": (Standing.MOST_RELIABLE, "SPL-14"),
        "figure-13-7": (Standing.MOST_RELIABLE, "SPL-14"),
        "figure-13-8": (Standing.MOST_RELIABLE, "SPL-14"),
    }
    with pytest.raises(ValueError, match="a pair without a topology"):
        standing(settings(1))


def test_one_element_for_everything_is_advised_against() -> None:
    plan = figure("figure-13-2", NAMES)
    said = list(advice(plan, laid(plan)))
    assert [item.rule for item in said] == ["SPL-7"] * 3
    assert "inter-switch-link carries the failover link and every data path" in said[2].text
    assert list(advice(figure("figure-13-5", NAMES), drawn("figure-13-5"))) == []
    alone = laid(figure("figure-13-5", ("outside",)), settings(1))
    assert shared_fate(alone) == (), "the only interface counts as the outer one"


def test_the_outside_is_no_place_for_the_failover_link() -> None:
    drawing = {"failover-link": "edge", "data": "core", "interfaces": {"outside": "edge"}}
    plan = plan_of(drawing, "own.toml", NAMES)
    (said,) = advice(plan, laid(plan))
    assert (said.rule, "shares edge with outside" in said.text) == ("SPL-13", True)
    plan = plan_of({**drawing, "interfaces": {"inside": "edge"}}, "own.toml", NAMES)
    assert list(advice(plan, laid(plan))) == []


def test_portfast_is_advised_on_the_switches_at_the_units() -> None:
    plan = plan_of({"failover-link": "a b c", "data": "d", "portfast": False}, "x", NAMES)
    assert [item.text.split()[8] for item in advice(plan, laid(plan)) if item.rule == "LNK-13"] == ["a", "c", "d"]


# -- reading -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "what", "allowed"),
    [
        ("figure-13-9", "there is no topology 'figure-13-9'", "figure-13-1"),
        (7, "topology must be a name or a table", "[topology]"),
        ({}, "the failover link is not drawn", "failover-link ="),
        ({"failover-link": "cable", "failover": "x"}, "unknown key 'failover'", "failover-link, stateful-link"),
        ({"failover-link": []}, "failover-link must be a way", '"switch-1 switch-2"'),
        ({"failover-link": [1]}, "failover-link must be a way", '"cable"'),
        ({"failover-link": ""}, "'' is no way", "switches with blanks"),
        ({"failover-link": "a a"}, "'a a' is no way", "switches with blanks"),
        ({"failover-link": "a cable"}, "'cable' cannot name a switch", "crossover-cable"),
        ({"failover-link": "a primary"}, "'primary' cannot name a switch", "crossover-cable"),
        ({"failover-link": "cable-3"}, "'cable-3' cannot name a switch", "switches with blanks"),
        ({"failover-link": "-a"}, "'-a' cannot name a switch", "switches with blanks"),
        ({"failover-link": ["cable"] * 9}, "failover-link: 9 ways", "at most 8"),
        ({"failover-link": " ".join(f"s{n}" for n in range(65))}, "65 switches", "at most 64"),
        ({"failover-link": "cable", "portfast": 1}, "portfast must be true or false", "true, false"),
        ({"failover-link": "cable", "interfaces": 1}, "interfaces must be a table", "[topology.interfaces]"),
        ({"failover-link": "cable", "interfaces": {"dmz": "a"}}, "there is no interface 'dmz'", "outside, inside"),
        ({"failover-link": "cable", "inter-switch-links": ["a"]}, "joins two switches", '"switch-1 switch-2"'),
        ({"failover-link": "cable", "inter-switch-links": "a b"}, "must be a list of words", "inter-switch-links ="),
        ({"failover-link": "cable", "devices": {"inside": ["x"]}}, "unknown key 'inside'", "failover-link"),
        ({"failover-link": "a", "devices": {"failover-link": ["pc"]}}, "(LNK-6)", "no other device"),
        (
            {"failover-link": "a", "stateful-link": "b", "devices": {"stateful-link": ["pc"]}},
            "pc is on the segment of the stateful-link (LNK-12)",
            "no other device",
        ),
    ],
)
def test_a_drawing_that_means_nothing_is_refused(table: object, what: str, allowed: str) -> None:
    with pytest.raises(PlanError) as caught:
        plan_of(table, "own.toml", NAMES).laid(settings(2))
    assert what in caught.value.what and allowed in caught.value.allowed


def test_a_table_says_everything_a_drawing_has() -> None:
    table = {
        "failover-link": ["a", "b"], "stateful-link": "c", "data": "d", "interfaces": {"outside": ["e f", "cable"]},
        "inter-switch-links": ["a b"], "devices": {"failover-link": []},
    }  # fmt: skip
    pair = laid(plan_of(table, "own.toml", NAMES), settings(2, stateful=StatefulLink.DEDICATED))
    assert pair.topology is not None
    assert pair.topology.elements == (
        *"abcefd", *(f"cable-{number}" for number in range(1, 12)), "inter-switch-link-1", "inter-switch-link-2",
    )  # fmt: skip
    state = broken(pair, "a")
    assert state.links.failover is LinkState.GOOD
    assert broken(pair, "a", "b").links.failover is LinkState.CUT
    assert broken(pair, "c").links.stateful is LinkState.CUT
    assert broken(pair, "f", "e").interfaces[0] == Interface(), "the direct cable is the other member"
    assert broken(pair, "cable-1", "cable-4").links.failover is LinkState.GOOD, "by the inter-switch link"


def test_only_a_stateful_link_of_its_own_is_drawn() -> None:
    plan = plan_of({"failover-link": "cable", "stateful-link": "switch-1"}, "x", NAMES)
    topology = laid(plan, settings(1, stateful=StatefulLink.SHARED_FAILOVER)).topology
    assert topology is not None and topology.elements == ("cable-1",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "own.toml:1: topology must be a name or a table"),
        ("topology = 'figure-13-0'", "own.toml:1: there is no topology 'figure-13-0'"),
        ("[topology]\nfailover-link = 'cable'\nx = 1", "own.toml:3: unknown key 'x'"),
        ("[topology", "own.toml: not TOML"),
        ("title = x", "own.toml:1: not TOML"),
        ("\0", "own.toml:1: not TOML"),
    ],
)
def test_a_file_without_a_topology_is_one_line(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TopologyFileError) as caught:
        read_topology("own.toml", NAMES)
    assert str(caught.value).startswith(message) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["nowhere.toml", ".", "a\0b", "", " "])
def test_a_file_that_cannot_be_read_is_one_line(name: str) -> None:
    with pytest.raises(TopologyFileError) as caught:
        read_topology(name, NAMES)
    assert "allowed:" in str(caught.value) and "\n" not in str(caught.value)


# -- model files and traces ----------------------------------------------------------------------------------

MODEL = f'title = "wired"\nconfig = "{MODELS / "active-standby.cfg"}"\n'


def model(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "m.toml"
    path.write_text(MODEL + text, encoding="utf-8")
    return path


def test_a_model_file_names_a_figure_or_draws(tmp_path: Path) -> None:
    scenario = read_model(model(tmp_path, 'topology = "figure-13-4"\n'))
    assert scenario.environment.faults == ("power", "elements")
    assert scenario.settings.topology is not None and scenario.settings.topology.name == "figure-13-4"
    text = '[environment]\nfaults = ["elements", "ports"]\n[topology]\nfailover-link = "cable"\ndata = "core"\n'
    scenario = read_model(model(tmp_path, text))
    assert scenario.topology is not None and scenario.topology.ways_of("inside") == (("core",),)
    assert any("topology m.toml: 6 elements" in sentence for sentence in scenario.assumptions())


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('[environment]\nfaults = ["elements"]\n', 4, "faults of elements without a topology"),
        ('topology = "figure"\n', 3, "there is no topology 'figure'"),
        ('[topology]\nfailover-link = "cable"\n[topology.interfaces]\ndmz = "a"\n', 6, "there is no interface 'dmz'"),
    ],
)
def test_a_wrong_topology_in_a_model_file_has_its_line(text: str, line: int, what: str, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError) as caught:
        read_model(model(tmp_path, text))
    assert caught.value.line == line and what in caught.value.what


def test_a_trace_with_a_figure_splits_and_recovers(tmp_path: Path) -> None:
    trace = tmp_path / "split.trace"
    head = f"config {MODELS / 'active-standby.cfg'}\ntopology figure-13-1\n"
    trace.write_text(
        head + "unit_restored unit=primary\nunit_restored unit=secondary\nsettle\nexpect active=primary\n"
        "element_failed element=switch-1\nsettle\nexpect active=both\n"  # SPL-11
        "element_restored element=switch-1\nsettle\nexpect active=primary\n"
        "expect unit=secondary state=standby-ready\n",
        encoding="utf-8",
    )
    assert not play(*load(trace)).failures
    trace.write_text(head + "element_failed element=switch-9\n", encoding="utf-8")
    with pytest.raises(Exception, match="there is no element `switch-9`, did you mean switch-1"):
        play(*load(trace))


def test_a_trace_takes_a_drawing_from_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[topology]\nfailover-link = "cable"\n', encoding="utf-8")
    trace = tmp_path / "own.trace"
    trace.write_text(
        f"config {MODELS / 'active-standby.cfg'}\ntopology own.toml\nelement_failed element=cable-1\n",
        encoding="utf-8",
    )
    assert play(*load(trace)).pair.state.links.failover is LinkState.CUT


# -- exploring -------------------------------------------------------------------------------------------------


def by_themselves(state: State) -> int:
    """How many things are broken by themselves."""
    assert state.wiring is not None
    own = attrs.evolve(state, links=state.wiring.links, interfaces=state.wiring.interfaces)
    return broken_things(own) + sum(each is LinkState.CUT for each in state.wiring.elements)


@pytest.mark.parametrize(
    ("interfaces", "environment"),
    [
        (1, Environment(faults=("elements", "traffic"), operator=(), max_faults=1)),
        (0, Environment(faults=("elements",), operator=("command",), max_faults=1)),
    ],
)
def test_the_wired_model_reaches_what_plain_exploration_reaches(interfaces: int, environment: Environment) -> None:
    pair = laid(figure("figure-13-4", NAMES), settings(interfaces))
    wired = WiredModel(pair, environment)
    result = Checker(wired).verify()
    assert pair.topology is not None
    outside = list(environment.unit_events())
    for port in pair.ports:
        outside += environment.interface_events(port.name)
    for element in pair.topology.elements:
        outside += [e.ElementFailed(element=element), e.ElementRestored(element=element)]
    seen, queue, handler = {wired.canonical(cold(pair))}, [cold(pair)], remembered()
    whole = {cold(pair)}
    for state in queue:
        own = [event for event in protocol_steps(state, pair) if not isinstance(event, e.SynchronizationAdvanced)]
        for event in (*own, *outside):
            try:
                after = next_state(state, pair, event, handler).state
            except StepError:
                continue
            if isinstance(event, e.Fault) and by_themselves(after) > 1:
                continue
            seen.add(wired.canonical(after))
            if after not in whole:
                whole.add(after)
                queue.append(after)
    assert result.states == len(seen)
    assert {e.ElementFailed, e.ElementRestored, e.HelloHeard} <= wired.events_seen()


def test_a_pair_with_a_figure_keeps_its_promises(tmp_path: Path) -> None:
    scenario = read_model(model(tmp_path, 'topology = "figure-13-4"\n[environment]\nmax_faults = 1\noperator = []\n'))
    report = verify(scenario)
    assert report.verdict is Verdict.HOLDS
    asked = {answer.promise.id for answer in report.answers}
    assert {"interface-failure-fails-over", "no-failover-while-failover-link-down"} <= asked, "elements bring it about"
    assert "element_failed" not in report.never_possible


def test_a_counterexample_with_elements_is_told_in_their_names(tmp_path: Path) -> None:
    text = 'topology = "figure-13-1"\n[environment]\nmax_faults = 1\noperator = []\n[options]\nrecovery = "edge"\n'
    scenario = attrs.evolve(read_model(model(tmp_path, text)), check=("split-brain-recovers",))
    (answer,) = verify(scenario).answers
    assert answer.verdict is Verdict.VIOLATED
    assert any(isinstance(told.event, e.ElementFailed) for told in answer.steps)
    assert all(told.after.wiring is not None for told in answer.steps)


# -- the page ----------------------------------------------------------------------------------------------------


def test_the_table_of_the_figures_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert renewed(page) == page, "write it anew: python -m failover_fsm.reports.text.topologies"
    assert "| figure-13-1 | one switch for everything | not recommended (SPL-11) |" in page


def test_the_page_is_written_or_one_line_says_why_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "no.md")]) == 2
    (tmp_path / "bare.md").write_text("no marks\n", encoding="utf-8")
    assert main([str(tmp_path / "bare.md")]) == 2
    assert main(["-x"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3
    assert BEGIN in PAGE.read_text(encoding="utf-8")
