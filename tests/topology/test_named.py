"""Named topologies, parallel links and hosts: what they are, what a host takes down, and their pictures."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import attrs
import pytest

from failover_fsm.analysis.cut_sets import CutSetSearch
from failover_fsm.analysis.goals import goal
from failover_fsm.cli import main
from failover_fsm.diagrams.style.svg import PAGE_WIDTH, width
from failover_fsm.diagrams.wiring.layout import layout
from failover_fsm.diagrams.wiring.pictures import wiring_dot, wiring_svg
from failover_fsm.model.search_environment import WITH_TOPOLOGY, Environment
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.pair import NotPossible, changing_steps
from failover_fsm.pair import events as e
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Phase, State, Unit
from failover_fsm.pair.step import step
from failover_fsm.reports.text.topologies import drawn
from failover_fsm.topology import (
    FIGURES,
    KNOWN,
    NAMED,
    Plan,
    TopologyFileError,
    named_text,
    named_topology,
    read_topology,
)
from failover_fsm.topology import named as named_module
from tests.pairs import settings

CONFIG = str(Path(__file__).parents[2] / "models" / "active-standby.cfg")


def plan(text: str, tmp_path: Path) -> Plan:
    own = tmp_path / "own.toml"
    own.write_text(f'[topology]\nfailover-link = "a b"\ndata = "a b"\n{text}', encoding="utf-8")
    return read_topology(str(own), ("outside",))


# -- the files ---------------------------------------------------------------------------------------


def test_every_file_has_a_name_and_every_name_a_file_that_says_what_it_is() -> None:
    folder = Path(named_module.__file__).parent / "named_topologies"
    assert sorted(path.stem for path in folder.iterdir()) == sorted(NAMED)
    for name in NAMED:
        known, pair = named_topology(name), drawn(name)
        assert known.description and known.scenario and pair.topology is not None and pair.topology.name == name
        assert named_text(name).startswith(f"# {known.description}\n") and "=" not in known.scenario
    assert len(set(KNOWN)) == len(FIGURES) + len(NAMED)
    with pytest.raises(KeyError):
        named_text("figure-13-1")


def test_a_name_can_be_used_wherever_a_figure_can(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trace = tmp_path / "t.trace"
    events = "unit_restored unit=primary\nunit_restored unit=secondary\nsettle\nelement_failed element=core-1\n"
    trace.write_text(f"config {CONFIG}\ntopology virtual-port-channels\n{events}settle\nexpect active=primary\n")
    assert main(["run", str(trace)]) == 0
    assert main(["faults", CONFIG, "--topology", "two-sites", "--goal", "dual-active", "--max", "1"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "SURVIVES any 1 fault"
    assert main(["faults", CONFIG, "--topology", "out-of-band-management"]) == 2
    assert "there is no interface 'management'; allowed: outside, inside" in capsys.readouterr().err


# -- links with names ---------------------------------------------------------------------------------


def test_parallel_links_fail_one_by_one(tmp_path: Path) -> None:
    pair = plan('[topology.links]\n"b a" = ["fibre-1", "fibre-2"]\n', tmp_path).laid(settings(1))
    search = CutSetSearch(pair, Environment(faults=("elements",)), goal("dual-active"))
    search.run(2)
    assert search.single_points == ("a", "b")
    with_fibre = [found.names for found in search.sets_of(2) if "fibre-1" in found.names or "fibre-2" in found.names]
    assert with_fibre == [("fibre-1", "fibre-2")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[topology.links]\n"a b" = []\n', "own.toml:5: a b must be a list of names"),
        ('[topology.links]\n"a b" = ["cable-1"]\n', "own.toml:5: a b: 'cable-1' cannot name an element"),
        ('[topology.links]\n"a b" = ["a"]\n', "own.toml:2: two elements are called a"),
        ('[topology.hosts]\nesx = "third"\n', "own.toml:5: esx must name the units that run on this host; allowed: "),
        ('[topology.hosts]\nesx = ""\n', "own.toml:5: esx must name the units that run on this host; allowed: "),
        ('[topology.hosts]\n"1 2" = "primary"\n', "own.toml:4: hosts: '1 2' cannot name an element"),
    ],
)
def test_a_wrong_link_or_host_is_one_line(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(TopologyFileError) as error:
        plan(text, tmp_path)
    assert message in str(error.value)


# -- hosts ---------------------------------------------------------------------------------------------


def on_hosts(**hosts: str) -> Settings:
    units = tuple((host, tuple(names.split())) for host, names in hosts.items())
    return Plan(name="hosts", failover=((),), data=(("a",),), hosts=units).laid(settings(1))


def after(pair: Settings, *events: e.Event) -> State:
    """Each event, and then whatever the units do."""
    state = cold(pair)
    for event in (*(e.UnitRestored(unit=unit) for unit in Unit), *events):
        state = step(state, pair, event)[0]
        while (following := next(changing_steps(state, pair), None)) is not None:
            state = following[1]
    return state


def test_a_unit_stops_with_its_host_and_boots_with_it() -> None:
    pair = on_hosts(h1="primary", h2="secondary")
    down = after(pair, e.ElementFailed(element="h1"))
    assert down.primary.phase is Phase.DOWN and down.secondary.groups[0].active
    assert down == attrs.evolve(after(pair, e.UnitFailed(unit=Unit.PRIMARY)), wiring=down.wiring)
    with pytest.raises(NotPossible, match="its host is down"):
        step(down, pair, e.UnitRestored(unit=Unit.PRIMARY))
    back = after(pair, e.ElementFailed(element="h1"), e.ElementRestored(element="h1"))
    assert back.primary.up and back.secondary.groups[0].active


def test_hosts_are_told_and_one_for_both_is_advised_against(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faults", CONFIG, "--topology", "asav-on-one-host", "--goal", "no-active", "--max", "1"]) == 0
    out, err = capsys.readouterr()
    assert "both units stop with the host host, and boot again when it is back" in " ".join(out.split())
    assert "both units run on host and stop with it; advised: a host for each unit (TRG-2)" in err
    assert main(["faults", CONFIG, "--topology", "asav-on-two-hosts", "--goal", "no-active", "--max", "1"]) == 0
    out, err = capsys.readouterr()
    assert "the primary stops with the host host-a, and boots again when it is back" in " ".join(out.split())
    assert "TRG-2" not in err


def test_in_time_a_standby_takes_over_from_a_unit_whose_host_failed(tmp_path: Path) -> None:
    head = f"config {CONFIG}\ntopology asav-on-two-hosts\nunit_restored unit=primary\nunit_restored unit=secondary\n"
    lines = "advance seconds=120\nelement_failed element=host-a\nadvance seconds=13\nexpect active=none\n"
    (tmp_path / "t.trace").write_text(f"{head}{lines}advance seconds=3\nexpect active=secondary\n", encoding="utf-8")
    assert main(["run", str(tmp_path / "t.trace")]) == 0


def test_both_units_stop_with_one_host() -> None:
    pair = on_hosts(h="primary secondary")
    state = after(pair, e.ElementFailed(element="h"))
    assert [state.unit(unit).phase for unit in Unit] == [Phase.DOWN, Phase.DOWN]
    search = CutSetSearch(pair, Environment(faults=WITH_TOPOLOGY), goal("no-active"))
    search.run(2)
    assert [found.names for found in search.found] == [("h",), tuple(str(e.UnitFailed(unit=unit)) for unit in Unit)]
    for found in search.found:
        assert not any(group.active for unit in Unit for group in search.steps(found)[-1].after.unit(unit).groups)


def test_a_unit_that_is_off_with_its_host_is_one_fault() -> None:
    pair = on_hosts(h1="primary", h2="secondary")
    model = WiredModel(pair, Environment(faults=WITH_TOPOLOGY, max_faults=1))
    down = after(pair, e.ElementFailed(element="h1"))
    assert model.faults(down) == 1
    assert model.faults(after(pair, e.UnitFailed(unit=Unit.PRIMARY), e.ElementFailed(element="h1"))) == 1
    assert model.step(down, e.ElementFailed(element="a")) is None, "that is one too many"


# -- pictures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KNOWN)
def test_a_picture_names_every_switch_and_tells_every_cable(name: str) -> None:
    pair = drawn(name)
    topology = pair.topology
    assert topology is not None
    shown = layout(pair)
    named = {box.name for box in shown.boxes} | {each for line in shown.lines for each in line.names}
    assert named | {host for host, _, _ in shown.hosts} == set(topology.elements)
    assert len({(box.column, box.row) for box in shown.boxes}) == len(shown.boxes), "no switch lies on another"
    texts = [each.text for each in ET.fromstring(wiring_svg(shown)).iter() if each.tag.endswith("text")]
    whole = "".join(each or "" for each in texts)
    assert all(box.name in whole for box in shown.boxes) and "broken" not in whole
    assert "..." not in whole, "nothing is cut"
    assert all(line.text.replace(" ", "") in whole.replace(" ", "") for line in shown.lines)


def test_a_marked_set_is_red_and_named() -> None:
    pair = drawn("virtual-port-channels")
    shown = layout(pair, ("core-1", "cable-6", "primary"))
    picture, dot = wiring_svg(shown), wiring_dot(shown)
    assert "broken: core-1, cable-6, primary" in picture and picture.count("stroke-dasharray") == 3
    assert dot.count('style="dashed"') == 3 and '"core-1" [label="core-1", color=' in dot
    with pytest.raises(ValueError, match="a pair without a topology"):
        layout(settings(1))


def test_long_names_are_wrapped_and_nothing_leaves_its_box() -> None:
    """The names of a pair of 250 interfaces, in the topology with the most switches in a row."""
    long = [f"office-outside-to-machines-of-site-{number}" for number in range(1, 4)]
    shown = layout(drawn("asav-on-two-hosts"))
    lines = tuple(attrs.evolve(line, carries=tuple(long)) for line in shown.lines)
    boxes = tuple(attrs.evolve(box, name=f"{box.name}-in-the-old-building") for box in shown.boxes)
    renamed = {box.name: new.name for box, new in zip(shown.boxes, boxes, strict=True)}
    lines = tuple(attrs.evolve(line, ends=tuple(renamed.get(end, end) for end in line.ends)) for line in lines)
    root = ET.fromstring(wiring_svg(attrs.evolve(shown, boxes=boxes, lines=lines)))
    placed = [each for each in root.iter() if each.tag.endswith("text")]
    said = "".join(each.text or "" for each in placed)
    assert all(name.replace(" ", "") in said.replace(" ", "") for name in (*renamed.values(), *long))
    for each in placed:
        wide, x = width(each.text or "", bold=each.get("font-weight") == "bold"), float(each.get("x", "0"))
        left = {"middle": x - wide / 2, "end": x - wide}.get(each.get("text-anchor", ""), x)
        assert left >= 0 and left + wide <= PAGE_WIDTH
        assert float(each.get("font-size", "12")) >= 12, "9 points"


def test_faults_draws_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["faults", CONFIG, "--topology", "two-switches", "--goal", "dual-active", "--max", "1"]
    for name in ("t.svg", "t.dot"):
        assert main([*asked, "--draw", str(tmp_path / name)]) == 0
    assert "broken: switch-a" in (tmp_path / "t.svg").read_text()
    assert '"switch-a" [label="switch-a", color=' in (tmp_path / "t.dot").read_text()
    assert main([*asked, "--list-elements", "--draw", str(tmp_path / "t.svg")]) == 0
    assert "broken" not in (tmp_path / "t.svg").read_text()
    capsys.readouterr()
    assert main([*asked, "--draw", str(tmp_path / "t.jpg")]) == 2
    assert "the suffix names no format; allowed: .svg, .dot, .gv" in capsys.readouterr().err
    assert main(["faults", CONFIG, "--draw", str(tmp_path / "t.svg")]) == 2
    assert "has no topology; allowed: --topology figure-13-1" in capsys.readouterr().err
