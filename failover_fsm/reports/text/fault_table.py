"""The table of faults in docs/explanation/semantics.md: which of three rules still hold, and how the pair can rest.

Each row is explored: an Active/Standby pair with ports, and an Active/Active pair with preempt, each with the faults of
the row. A cell says *holds*, *broken*, or *not tested* where the premise of a promise never occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import attrs

from failover_fsm.checker import Checker, Property, Result, Verdict, when_settled
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.observer import UNITS, Observer
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.states import State
from failover_fsm.promises import BY_ID, as_property
from failover_fsm.promises.promise import is_protocol_step

__all__ = ["BEGIN", "END", "FAULT_ROWS", "FaultAnswer", "FaultRow", "answer_of", "fault_rows", "in_page", "table_text"]

BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"
"""The marks around the table in the page."""

SPLIT_BRAIN = ("split-brain-recovers", "primary-survives-split-brain")
PREEMPTION = ("preempt-returns-home", "preempt-when-available", "moved-group-stays")
FAILED_STANDBY = ("no-failover-to-failed-standby", "active-stays-when-standby-failed")


@attrs.frozen(kw_only=True)
class FaultRow:
    """One row.

    Attributes:
        name: The fault, for people.
        faults: The words of the environment of the Active/Standby pair; ports come besides.
        groups: Those of the Active/Active pair; the same if left out.
        operator: What the operator enters besides, in both.
        follow: The history that the faults need.
        stateful: The failover link carries connection state too.
    """

    name: str
    faults: tuple[str, ...]
    groups: tuple[str, ...] | None = None
    operator: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()
    stateful: bool = False

    @property
    def of_groups(self) -> tuple[str, ...]:
        """The faults of the Active/Active pair."""
        return self.faults if self.groups is None else self.groups


FAULT_ROWS: tuple[FaultRow, ...] = (
    FaultRow(name="(to compare) the failover link fails", faults=("failover-link",)),
    FaultRow(name="a unit hangs and goes on", faults=("pause",)),
    FaultRow(name="hellos lost in congestion", faults=("congestion",)),
    FaultRow(name="the failover link works one way", faults=("one-way-link",)),
    FaultRow(name="a path works one way", faults=("one-way-paths",)),
    FaultRow(name="no PortFast, and the failover link fails", faults=("spanning-tree", "failover-link")),
    FaultRow(name="units that do not match", faults=("mismatch",)),
    FaultRow(name="failover keys that differ", faults=("keys",)),
    FaultRow(name="a chassis supervisor that does not answer", faults=("heartbeat",), operator=("reload",)),
    FaultRow(name="Flash without room", faults=("flash",), operator=("write-standby",)),
    FaultRow(name="a locked configuration", faults=("config-lock",), operator=("write-standby",)),
    FaultRow(name="connection state that crashes the standby", faults=("bad-updates",), stateful=True),
    FaultRow(
        name="an interrupted synchronisation that fails for good",
        faults=("failover-link", "stuck-sync"),
        operator=("write-standby",),
    ),
    FaultRow(
        name="a unit replaced by one with an older configuration", faults=("power", "replacement"), follow=("commands",)
    ),
)
"""The rows in the order of the table."""


@attrs.frozen(kw_only=True)
class FaultAnswer:
    """What exploring a row found.

    Attributes:
        row: The row.
        rules: For split-brain recovery, preemption and the failed-standby rule: holds, broken or not tested.
        dual: The pair can come to rest with two active units that run.
        none: It can come to rest with a unit that runs with failover on, and none that is active and runs.
        states: How many states were explored, of both pairs.
    """

    row: FaultRow
    rules: tuple[str, str, str]
    dual: bool
    none: bool
    states: int

    @property
    def cells(self) -> tuple[str, ...]:
        """The row of the table."""
        rest = ["two active units"] * self.dual + ["no active unit"] * self.none
        return (self.row.name, *self.rules, " or ".join(rest) or "one active unit", f"{self.states:,}")


PAIR = """
failover
failover lan unit primary
failover lan interface folink GigabitEthernet0/3
failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2
interface GigabitEthernet0/0
 nameif outside
 ip address 198.51.100.1 255.255.255.0 standby 198.51.100.2
"""
GROUPS = """
failover
failover lan unit primary
failover lan interface folink GigabitEthernet0/3
failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2
failover group 1
 primary
 preempt
failover group 2
 secondary
 preempt
context admin
 join-failover-group 1
context plant
 join-failover-group 2
"""


def fault_rows() -> Iterator[FaultAnswer]:
    """The answers of all rows, explored one by one."""
    return map(answer_of, FAULT_ROWS)


def answer_of(row: FaultRow) -> FaultAnswer:
    """Explores one row."""
    alone = Environment(
        faults=("ports", *row.faults), operator=("failover-active", *row.operator), max_faults=2, follow=row.follow
    )
    grouped = Environment(faults=row.of_groups, operator=row.operator, max_faults=1, follow=row.follow)
    state = "failover link folink\n" if row.stateful else ""
    one = _explored(PAIR + state, alone, (*SPLIT_BRAIN, *FAILED_STANDBY))
    two = _explored(GROUPS + state, grouped, PREEMPTION)
    rules = (_word(one, SPLIT_BRAIN), _word(two, PREEMPTION), _word(one, FAILED_STANDBY))
    dual, none = (
        any(found.finding(name).verdict is Verdict.VIOLATED for found in (one, two)) for name in ("dual", "none")
    )
    return FaultAnswer(row=row, rules=rules, dual=dual, none=none, states=one.states + two.states)


def _explored(text: str, environment: Environment, ids: Sequence[str]) -> Result[State, e.Event]:
    scenario = Scenario(title="", config=PairConfig.from_asa(text), environment=environment)
    model = PairModel(scenario.settings, environment)
    promises = (BY_ID[name] for name in ids if BY_ID[name].applies(environment, groups=scenario.config.active_active))
    asked = [as_property(each, model.observers) for each in promises]
    rests = [_rests("dual", _not_dual, model), _rests("none", _someone_works, model)]
    found: Result[State, e.Event] = Checker(model).verify(*asked, *rests)
    return found


def _rests(name: str, test: Callable[[Observer], bool], model: PairModel) -> Property:
    def holds(state: State) -> bool:
        return all(map(test, model.observers(state)))

    return when_settled(name, holds, within=is_protocol_step)


def _not_dual(obs: Observer) -> bool:
    return not (obs.dual and all(obs.powered(unit) for unit in UNITS))


def _someone_works(obs: Observer) -> bool:
    works = any(obs.active(unit) and obs.powered(unit) for unit in UNITS)
    return works or not any(obs.listening(unit) for unit in UNITS)


def _word(found: Result[State, e.Event], ids: Sequence[str]) -> str:
    """What became of some promises together."""
    asked = [each for each in found.findings if each.name in ids]
    if any(each.verdict is Verdict.VIOLATED for each in asked):
        return "broken"
    return "holds" if any(not each.vacuous for each in asked) else "not tested"


def table_text(answers: Iterator[FaultAnswer]) -> str:
    """The table in Markdown."""
    head = ("fault", "split brain ends", "preemption", "failed standby", "the pair can rest with", "states")
    lines = [head, ("---",) * len(head), *(answer.cells for answer in answers)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def in_page(page: str, table: str) -> str:
    """The page with the table between its marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}"
