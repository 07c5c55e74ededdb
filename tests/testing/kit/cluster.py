"""A cluster of two nodes that elect a leader: a rule model, the same in three methods, and systems to hold against it.

A node that runs is idle or leads. A tester starts and stops nodes and cuts the wire between them; who leads is the
cluster's own affair. Node 0 is the preferred one, and takes the lead back if the model says so.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker.rules.rule_model import PlainModel, Rule


@attrs.frozen
class Node:
    is_: str = attrs.field(default="off", metadata={"domain": ("off", "idle", "leads")})


@attrs.frozen
class State:
    nodes: tuple[Node, ...] = (Node(), Node())
    wire: bool = True


def start(number: int, state: Any) -> bool:
    if state.nodes[number].is_ != "off":
        return False
    state.nodes[number].is_ = "idle"
    return True


def stop(number: int, state: Any) -> bool:
    if state.nodes[number].is_ == "off":
        return False
    state.nodes[number].is_ = "off"
    return True


def cut(state: Any) -> bool:
    if not state.wire:
        return False
    state.wire = False
    return True


def join(state: Any) -> bool:
    if state.wire:
        return False
    state.wire = True
    return True


def elect(number: int, takes_back: bool, state: Any) -> bool:
    hears = state.wire and state.nodes[1 - number].is_ == "leads"
    if state.nodes[number].is_ != "idle" or (hears and not (takes_back and number == 0)):
        return False
    state.nodes[number].is_ = "leads"
    return True


def yield_(state: Any) -> bool:
    if not (state.wire and state.nodes[0].is_ == "leads" and state.nodes[1].is_ == "leads"):
        return False
    state.nodes[1].is_ = "idle"
    return True


class Cluster:
    """The rule model."""

    def __init__(self, takes_back: bool = True) -> None:
        self.rules = [
            *(Rule(("start", number), lambda state, number=number: start(number, state)) for number in (0, 1)),
            *(Rule(("stop", number), lambda state, number=number: stop(number, state)) for number in (0, 1)),
            Rule("cut", cut),
            Rule("join", join),
            *(
                Rule(("elect", number), lambda state, number=number: elect(number, takes_back, state))
                for number in (0, 1)
            ),
            Rule("yield", yield_),
        ]

    def initial_states(self) -> list[State]:
        return [State()]


class Plain:
    """The same in three methods."""

    def __init__(self, takes_back: bool = True) -> None:
        self.inner = PlainModel(Cluster(takes_back))

    def initial_states(self) -> Any:
        return self.inner.initial_states()

    def events(self, state: State) -> Any:
        return self.inner.events(state)

    def step(self, state: State, event: Any) -> Any:
        return self.inner.step(state, event)


TESTER = (("start", 0), ("start", 1), ("stop", 0), ("stop", 1), "cut", "join")
BOOT = (("start", 0), ("start", 1))


def shown(state: State) -> tuple[str, ...]:
    return tuple(node.is_ for node in state.nodes)


class System:
    """A system under test, written without the model; `wrong` names a mistake."""

    def __init__(self, takes_back: bool = True, wrong: str = "") -> None:
        self.takes_back, self.wrong = takes_back, wrong

    def reset(self) -> None:
        self.nodes, self.wire = ["off", "off"], True

    def apply(self, event: Any) -> None:
        if event in ("cut", "join"):
            self.wire = event == "join"
        else:
            what, number = event
            self.nodes[number] = "idle" if what == "start" else "off"

    def observe(self) -> Any:
        for number in (0, 1):
            alone = not (self.wire and self.nodes[1 - number] == "leads")
            if self.nodes[number] == "idle" and (alone or (self.takes_back and number == 0)):
                self.nodes[number] = "leads"
        if self.nodes == ["leads", "leads"] and self.wire and self.wrong != "stays split":
            self.nodes[1] = "idle"
        if self.wrong == "shy" and self.nodes[1] == "leads" and not self.wire:
            self.nodes[1] = "idle"
        return tuple(self.nodes)
