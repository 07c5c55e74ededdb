"""Generated suites against random walks of the same graph that meet the same.

    python -m benchmarks.suites                          # models/active-standby.toml with one fault at a time
    python -m benchmarks.suites models/policy-2.toml 2

A random walk takes any edge of the graph with the same chance and begins anew after as many steps as a generated
walk may have.  It gives up after PATIENCE times the steps of the suite; how much it has met by then is shown.
"""

from __future__ import annotations

import random
import statistics
import sys

import attrs

from failover_fsm.analysis.model_file import read_model
from failover_fsm.testing.kit.tours import Cover, Goal, Memory, ReachedGraph
from failover_fsm.testing.pair.reached_graph import rest_graph, step_graph
from failover_fsm.testing.pair.suites import COVERS, LENGTH, LIMIT, cover_of, make_suite
from failover_fsm.testing.pair.walk import TransitionSystem

SEEDS = 3
PATIENCE = 200


def random_walks(graph: ReachedGraph, cover: Cover, goals: int, most: int, seed: int) -> tuple[int, int, int]:
    """Walks, steps and goals met of random walking until all goals are met or `most` steps are taken."""
    dice = random.Random(seed)
    met: set[Goal] = set()
    walks = steps = 0
    while len(met) < goals and steps < most:
        walks += 1
        place = 0
        memory: Memory = None
        for _ in range(LENGTH):
            edge = dice.choice(graph.edges[place])
            met.update(cover.meets(memory, edge))
            memory = cover.remembers(memory, edge)
            place, steps = edge.target, steps + 1
            if len(met) == goals or edge.forks:
                break
    return walks, steps, len(met)


def main(model: str = "models/active-standby.toml", faults: int = 1) -> None:
    """Prints a table in Markdown."""
    scenario = read_model(model)
    environment = attrs.evolve(scenario.environment, max_faults=faults)
    transitions = TransitionSystem(scenario.config, environment, scenario.options)
    print(f"{model}, at most {faults} at a time\n")
    print("| Covered | Graph | Goals | Suite: tests, steps | Random: tests, steps | Times |")
    print("|---|---|---|---|---|---|")
    for graph, by_steps in ((rest_graph(transitions, LIMIT), False), (step_graph(transitions, LIMIT), True)):
        for name in COVERS:
            if by_steps and name == "faults-in-settled":
                continue
            suite = make_suite(transitions, name, by_steps=by_steps)
            cover = cover_of(name, graph)
            found = [random_walks(graph, cover, suite.met, suite.stages * PATIENCE, seed) for seed in range(SEEDS)]
            walks, steps, met = (statistics.mean(column) for column in zip(*found, strict=True))
            short = "" if met == suite.met else f" for {met / suite.met:.0%}"
            mine = f"{len(suite.walks)}, {suite.stages:,}"
            graph_name = "steps" if by_steps else "at rest"
            times = f"{'over ' if short else ''}{steps / suite.stages:.0f}"
            print(f"| {name} | {graph_name} | {suite.met:,} | {mine} | {walks:,.0f}, {steps:,.0f}{short} | {times} |")


if __name__ == "__main__":
    main(*sys.argv[1:2], *map(int, sys.argv[2:3]))
