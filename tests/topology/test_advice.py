"""What the chapter says of a topology, and the advice on one."""

from __future__ import annotations

import attrs
import pytest

from failover_fsm.topology import FIGURES, Standing, advice, figure, plan_of, shared_fate, standing
from tests.pairs import settings
from tests.topology.drawings import NAMES, drawn, laid


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


def test_a_link_between_switches_is_no_port_of_a_unit() -> None:
    plan = plan_of(
        {"failover-link": "a b c", "data": "a b c", "portfast": False,
         "carries": {"a b": ["failover-link", *NAMES], "b c": ["failover-link", *NAMES]}}, "own.toml", NAMES,
    )  # fmt: skip
    said = [(item.rule, item.text) for item in advice(plan, laid(plan))]
    assert [text.split()[8] for rule, text in said if rule == "LNK-13"] == ["a", "c"], "b is at no unit"
    assert "LNK-5" not in [rule for rule, _ in said], "the ports are the failover link's own"


def test_without_an_outside_any_switch_will_do() -> None:
    pair = settings(2)
    pair = attrs.evolve(pair, ports=tuple(attrs.evolve(port, name=f"lan-{port.name}") for port in pair.ports))
    plan = plan_of({"failover-link": "edge", "data": "core", "interfaces": {"lan-inside": "edge"}}, "own.toml", ())
    assert list(advice(plan, laid(plan, pair))) == []
