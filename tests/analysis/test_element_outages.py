"""The outage of each element of a topology: as failure conditions of the same pair have it, and as sets of faults."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from failover_fsm.analysis import element_outages as of_elements
from failover_fsm.analysis.cut_sets import CutSetSearch
from failover_fsm.analysis.element_outages import Outage, element_outages
from failover_fsm.analysis.goals import goal
from failover_fsm.cli import main
from failover_fsm.config.asa.files import read_config
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.reports.text.topologies import drawn
from failover_fsm.timing.bounds import measure_all
from failover_fsm.timing.times import Times
from failover_fsm.topology import KNOWN, read_topology

MODELS = Path(__file__).parents[2] / "models"
CONFIG = attrs.evolve(read_config(MODELS / "active-standby.cfg"), enabled=True)
TIMES = Times.of(CONFIG, Options())


def outages(topology: str, settings: Settings | None = None) -> dict[str, tuple[Outage, ...]]:
    pair = Settings.of(CONFIG) if settings is None else settings
    names = [port.name for port in pair.ports]
    found = element_outages(read_topology(topology, names).laid(pair), TIMES)
    return {name: each.outages for each in found for name in each.elements}


def ends(outage: Outage) -> tuple[int | None, int | None]:
    return outage.best, outage.worst


def test_a_host_is_a_unit_that_dies_and_a_cable_a_port_that_goes_down() -> None:
    """The elements are measured on their own; what they come to is a condition of the table."""
    known = {each.id: each.service for each in measure_all(Settings.of(CONFIG), TIMES)}
    dies, down = known["active-unit-dies"], known["interface-link-down"]
    assert dies is not None and down is not None and dies.pair[1] and down.pair[1]
    found = outages("asav-on-two-hosts")
    assert [ends(each) for each in found["host-a"]] == [dies.pair, (0, 0)]
    assert [ends(each) for each in found["host-b"]] == [(0, 0), dies.pair]
    for cable, vswitch in (("cable-3", "vswitch-a-data"), ("cable-5", "vswitch-a-data")):
        assert [ends(each) for each in found[cable]] == [down.pair, (0, 0)] == [ends(each) for each in found[vswitch]]
    assert all(each.dual_active and ends(each) == (0, 0) for each in found["trunk"])
    assert [each.active.value for each in found["trunk"]] == ["primary", "secondary"]


def test_what_no_failover_brings_back_is_for_good_and_named() -> None:
    for outage in outages("figure-13-3")["switch-2"]:
        assert ends(outage) == (None, None) and outage.lost == ("outside", "inside") and not outage.dual_active
    assert {ends(each) for each in outages("asav-on-one-host")["host"]} == {(None, None)}


@pytest.mark.parametrize("name", KNOWN)
def test_elements_with_an_outage_for_good_are_the_single_points_of_lost_service(name: str) -> None:
    pair = drawn(name)
    search = CutSetSearch(pair, Environment(faults=("elements",)), goal("service-lost"))
    search.run(1)
    for_good = [element for each in element_outages(pair, TIMES) for element in each.elements if each.outages[0].lost]
    assert sorted(for_good) == sorted(search.single_points)
    alone = CutSetSearch(pair, Environment(faults=("elements",)), goal("dual-active"))
    alone.run(1)
    dual = [
        element for each in element_outages(pair, TIMES) for element in each.elements if each.outages[0].dual_active
    ]
    assert sorted(dual) == sorted(alone.single_points)


def test_alike_elements_are_looked_at_once_and_every_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = drawn("figure-13-3")
    assert pair.topology is not None
    found = list(element_outages(pair, TIMES))
    assert sorted(name for each in found for name in each.elements) == sorted(pair.topology.elements)
    assert len(found) < len(pair.topology.elements)
    alone = {each.elements: [ends(outage) for outage in each.outages] for each in found}
    monkeypatch.setattr(of_elements.FaultSymmetry, "ordered", lambda self, chosen: chosen)
    for each in element_outages(pair, TIMES):
        assert [ends(outage) for outage in each.outages] == next(
            value for names, value in alone.items() if each.elements[0] in names
        )


def test_a_search_that_is_given_up_says_so() -> None:
    pair = read_topology("figure-13-3", ["outside", "inside"]).laid(Settings.of(CONFIG))
    found = {each.elements[0]: each.outages for each in element_outages(pair, TIMES, most=2)}
    assert found["cable-3"][0].unknown == "more than 2 symbolic states" and ends(found["switch-1"][0]) == (0, 0)


def test_times_shows_a_row_for_each_kind_of_elements(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = str(MODELS / "active-standby.cfg")
    assert main(["times", path, "--topology", "figure-13-2"]) == 0
    table = capsys.readouterr().out.partition("an element fails:")[2].splitlines()
    rows = [line.rpartition("  ")[2].strip() for line in table if "cable" in line or "inter-switch" in line]
    assert rows == ["0", "0", "0", "0 to 5", "both units become active"]
    model = tmp_path / "t.toml"
    model.write_text(f'title = "t"\nconfig = "{path}"\ntopology = "figure-13-3"\n')
    assert main(["times", str(model), "--json"]) == 0
    found = {row["elements"][0]: row["outages"] for row in json.loads(capsys.readouterr().out)["elements"]}
    assert [each["without_service"] for each in found["cable-3"]] == [[0, 5], [0, 0]]
    assert [each["group"] for each in found["switch-2"]] == [None, None]


def test_a_group_has_the_outage_of_its_own_unit() -> None:
    config = attrs.evolve(read_config(MODELS / "active-active.cfg"), enabled=True)
    pair = Settings.of(config)
    laid = read_topology("figure-13-2", [port.name for port in pair.ports]).laid(pair)
    found = list(element_outages(laid, Times.of(config, Options())))
    rows = {name: each.outages for each in found for name in each.elements}
    assert [each.group for each in rows["switch-1"]] == [1, 2]
    assert [ends(each) for each in rows["cable-3"]] == [(0, 5000), (0, 0)]
