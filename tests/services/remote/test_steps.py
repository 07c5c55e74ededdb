"""What the rows of remote commands ask and do, of lines at sessions that are made by hand."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import ConsoleLine
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Phase, State, Unit, UnitState
from failover_fsm.services.machine import Joint, SentToPeer
from failover_fsm.services.remote import case as c
from failover_fsm.services.remote.exec_machine import ExecMachine, _without_lines
from failover_fsm.services.remote.records import FULL, CommandMode, Mode, Session, Sessions
from failover_fsm.services.remote.typed import Typed, read_line
from tests.promises.looks import ACTIVE, CUT_LINK, NONE, READY, unit

PRIMARY, SECONDARY = Unit
OFF, STARTS, JOINS = (unit(NONE, phase=phase) for phase in (Phase.OFF, Phase.NEGOTIATION, Phase.SYNC_CONFIG))
CONFIG = CommandMode(Mode.CONFIG)


def pair(secondary: UnitState | None = None, **fields: Any) -> State:
    """A pair with the primary active."""
    return State(primary=unit(ACTIVE), secondary=secondary or unit(READY), **fields)


def case(
    text: str, *, contexts: tuple[str, ...] = ("a", "b"), session: Session | None = None, state: State | None = None,
    keyed: bool = False, where: Unit = PRIMARY, block: str = "",
) -> c.ExecCase:  # fmt: skip
    """A line that is typed on a unit, the primary if nothing is said."""
    facts = c.Facts(settings=Settings(), supports=(True, True), keyed=keyed, contexts=contexts)
    return c.ExecCase(
        facts=facts, read=read_line, pair=state or pair(), unit=where, line=read_line(where, text),
        session=session or Session(), device=where, block=block,
    )  # fmt: skip


def test_the_command_behind_the_keyword_is_a_line_of_its_own() -> None:
    """EXE-6, EXE-24."""
    sent = case("failover exec mate reload").sent
    assert sent is not None and sent.line == "reload" and case("failover exec mate").sent is None
    assert case("reload").sent is None, "it is not sent"
    asked = ("failover exec mate reload", "failover exec mate reload noconfirm", "failover exec mate", "reload")
    assert [c.is_unconfirmed(case(text)) for text in asked] == [True, False, False, False]
    assert [c.is_empty(case(text)) for text in asked] == [False, False, True, True]


@pytest.mark.parametrize(
    ("state", "where", "out"),
    [
        (pair(), PRIMARY, False),
        (pair(), SECONDARY, False),
        (pair(STARTS), PRIMARY, True),  # it negotiates
        (pair(STARTS), SECONDARY, False),  # the mate is up
        (pair(JOINS), PRIMARY, False),
        (pair(OFF), PRIMARY, True),
        (pair(links=CUT_LINK), PRIMARY, True),
    ],
)
def test_a_mate_is_out_of_reach_without_the_link_and_while_it_negotiates(state: State, where: Unit, out: bool) -> None:
    assert c.is_out_of_reach(case("failover exec mate exit", state=state, where=where)) is out


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("failover exec mate show ?", True),
        ("failover exec mate show?", True),
        ("failover exec mate ?", True),
        ("failover exec mate?", False),
        ("failover exec ?", False),
        ("show failover state ?", False),
    ],
)
def test_where_a_question_mark_stands(text: str, inside: bool) -> None:
    assert c.is_in_command_string(case(text)) is inside


@pytest.mark.parametrize(
    ("text", "contexts", "none"),
    [
        ("changeto context a", ("a", "b"), False),
        ("changeto context b", ("a", "b"), False),
        ("changeto system", ("a", "b"), False),
        ("changeto context c", ("a", "b"), True),
        ("changeto system", (), True),  # single context mode
        ("changeto context a", (), True),
    ],
)
def test_to_which_contexts_a_session_may_move(text: str, contexts: tuple[str, ...], none: bool) -> None:
    assert c.has_no_such_context(case(text, contexts=contexts)) is none


def test_a_session_that_moves_begins_anew_on_every_device() -> None:
    deep = CommandMode(Mode.INTERFACE, "interface x")
    moved = case("changeto context b", session=Session(at=deep, primary=deep, secondary=deep, context="a", level=3))
    c.change_context(moved)
    assert moved.session == Session(at=deep, primary=CONFIG, secondary=CONFIG, context="b", level=3)
    back = case("changeto system", session=moved.session)
    c.change_context(back)
    assert back.session.context is None


@pytest.mark.parametrize(
    ("text", "level"),
    [("enable", FULL), ("enable 5", 5), ("en 0", 0), ("disable", 1), ("disable 3", 3), ("enable 99", FULL),
     ("enable x", FULL), ("disable x", 1)],
)  # fmt: skip
def test_with_which_level_the_user_goes_on(text: str, level: int) -> None:
    """EXE-4."""
    found = case(text, session=Session(level=7))
    c.set_level(found)
    assert found.session.level == level


def test_what_a_device_takes_is_entered_in_the_context_of_the_session_and_in_the_open_block() -> None:
    session = Session(context="a")

    def entered(effect: Any, **fields: Any) -> e.CommandEntered:
        found = case("description x", session=session, **fields)
        effect(found)
        assert found.entered is not None and found.entered.unit is PRIMARY and found.entered.context == "a"
        return found.entered

    assert entered(c.enter).text == entered(c.act).text == "description x"
    assert entered(c.enter, block="interface x").text == "interface x; description x"
    config = PairConfig.from_asa("hostname h\n")
    saved = pair().running.saved(config)
    states = {block: pair(running=saved.with_block(PRIMARY, block)) for block in ("", "router ospf 1")}
    assert entered(c.enter, state=states[""]).text == "description x"
    assert entered(c.enter, state=states["router ospf 1"]).text == "end; description x", "another session left it open"
    assert entered(c.enter, state=states["router ospf 1"], block="interface x").text == "interface x; description x"
    elsewhere = pair(running=saved.with_block(SECONDARY, "router ospf 1"))
    assert entered(c.enter, state=elsewhere).text == "description x"


def test_advice_is_given_where_the_link_has_no_key() -> None:
    """EXE-17."""
    found = case("failover exec mate show version")
    assert c.has_no_key(found) and not c.has_no_key(case("exit", keyed=True)) and not found.in_clear
    c.warn_of_clear_text(found)
    assert found.in_clear is True


# -- the machine --------------------------------------------------------------------------------------------


def test_a_machine_knows_the_contexts_and_whether_there_is_a_key() -> None:
    text = "failover lan unit primary\nfailover key secret\n"
    found = [ExecMachine.of(config, Settings.of(config)) for config in map(PairConfig.from_asa, (text, text[:26]))]
    assert [each.keyed for each in found] == [True, False] and found[0].contexts == ()
    assert ExecMachine.of(PairConfig.from_asa(text), Settings(), contexts=("x",)).contexts == ("x",)
    two = PairConfig.from_asa(
        "mode multiple\ncontext a\n config-url disk0:/a.cfg\ncontext b\n config-url disk0:/b.cfg\n"
    )
    assert ExecMachine.of(two, Settings()).contexts == ("a", "b")


def test_a_search_types_on_one_unit_at_a_time() -> None:
    machine = ExecMachine(settings=Settings(), offers=("exit", "end"))
    lines = {each: [Typed(unit=each, text=text) for text in ("exit", "end")] for each in Unit}
    busy = Session(at=CONFIG)

    def offered(state: State | None = None, **own: Any) -> list[Typed]:
        return list(machine.offered(Joint(pair=state or pair(), own=Sessions(**own))))

    assert offered() == [*lines[PRIMARY], *lines[SECONDARY]] and offered(pair(OFF)) == lines[PRIMARY]
    assert offered(primary=busy) == lines[PRIMARY] and offered(secondary=busy) == lines[SECONDARY]


def test_a_unit_that_stops_ends_its_session_and_what_was_sent_to_it_begins_anew() -> None:
    """EXE-11."""
    machine, deep = ExecMachine(settings=Settings()), CommandMode(Mode.INTERFACE, "interface x")
    own = Sessions(primary=Session(secondary=deep), secondary=Session(at=deep), ran=SECONDARY)
    hello = e.HelloHeard(unit=PRIMARY)
    assert machine.follow(pair(), hello, pair(), own) == attrs.evolve(own, ran=None)
    assert machine.follow(pair(), hello, pair(OFF), own) == Sessions()
    still = attrs.evolve(own, ran=None)
    assert machine.follow(pair(OFF), hello, pair(OFF), still) == still, "it had stopped before"


def answer(text: str, *, session: Session | None = None, context: str | None = None) -> Any:
    """What the machine does with a line on the primary, beside a pair that takes everything and says so."""
    machine = ExecMachine(settings=Settings(), contexts=("a", "b"), writer=lambda *asked: f"{asked[2]}: {asked[3]}")
    said = (ConsoleLine(unit=PRIMARY, text="done"), ConsoleLine(unit=SECONDARY, text="heard"))
    joint = Joint(pair=pair(), own=Sessions(primary=session or Session()))
    return machine.answer(joint, Typed(unit=PRIMARY, text=text, context=context), lambda state, _: (state, said))


def test_what_a_device_prints_is_shown_in_the_session_and_the_rest_goes_on() -> None:
    found = answer("failover active")
    assert found.lines == ("done",) and found.outputs == (ConsoleLine(unit=SECONDARY, text="heard"),)
    assert found.joint.own.ran is PRIMARY and found.event == e.FailoverActive(unit=PRIMARY)
    other = SentToPeer(unit=PRIMARY, text="x")
    assert _without_lines((other, ConsoleLine(unit=PRIMARY, text="done")), PRIMARY) == (other,)


def test_a_line_that_is_refused_says_so_with_the_rows_before() -> None:
    found = answer("failover exec mate reload")
    assert found.refused and found.lines == (found.refused,) and found.joint.own == Sessions()
    assert found.rows, "the rows that were taken before are told"
    several = answer("exit; end")
    assert several.refused == "several lines; allowed: one line at a time" and several.rows == ()


def test_a_session_moves_to_another_context_only() -> None:
    deep = CommandMode(Mode.INTERFACE, "interface x")
    inside = Session(secondary=deep, context="a")
    assert answer("show failover", session=inside, context="a").joint.own.primary.secondary == deep
    moved = answer("show failover", session=inside, context="b")
    assert moved.joint.own.primary == Session(context="b") and moved.lines == ("b: show failover",)


def test_a_block_that_is_open_in_the_session_stays_open() -> None:
    at = CommandMode(Mode.INTERFACE, "interface x")
    found = answer("description y", session=Session(at=at))
    assert found.joint.own.primary.at == at and found.event.text == "interface x; description y"
