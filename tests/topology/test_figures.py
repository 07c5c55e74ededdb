"""The figures of the chapter: their names and words, and which interface is the outer one."""

from __future__ import annotations

import attrs

from failover_fsm.topology import FIGURES, figure, figure_description, names_for_figures
from tests.pairs import settings
from tests.topology.drawings import NAMES


def test_each_figure_has_its_name_and_words_of_its_own() -> None:
    assert [figure(name, NAMES).name for name in FIGURES] == list(FIGURES)
    words = [figure_description(name) for name in FIGURES]
    assert all(isinstance(each, str) and " " in each for each in words) and len(set(words)) == len(FIGURES)


def test_where_nothing_is_called_outside_the_first_interface_has_switches_of_its_own() -> None:
    plan = figure("figure-13-5", ("dmz", "lan"))
    assert plan.ways_of("dmz") == (("switch-3", "switch-4"),) and plan.ways_of("lan") == (("switch-1", "switch-2"),)
    assert figure("figure-13-5", ()).interfaces == ()


def test_interfaces_that_count_come_first() -> None:
    pair = settings(3)
    ports = (attrs.evolve(pair.ports[0], monitored=False), *pair.ports[1:])
    pair = attrs.evolve(pair, ports=ports)
    assert names_for_figures(pair) == ("inside", "dmz", "outside")
    assert names_for_figures(settings(3)) == ("outside", "inside", "dmz")
