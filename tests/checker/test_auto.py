"""One call for any model: the engine is chosen by size, and the answer does not depend on it."""

from __future__ import annotations

from functools import partial
from typing import Any

import attrs
import pytest

from failover_fsm.checker import Checker, ModelError, PlainModel, Rule, Verdict, always, auto, sometimes
from failover_fsm.checker.auto import verify
from failover_fsm.checker.compiled import CompiledChecker
from tests.checker.richer import SlidingWindow
from tests.published.coffee_can import CASES
from tests.published.philosophers import Philosophers
from tests.toys import toy

CLAIM = sometimes("all eat nothing", lambda table: all(seat.mood == "thinking" for seat in table.seats))


def test_a_small_model_is_searched_plainly_and_a_larger_one_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Philosophers(4)
    small = verify(model, CLAIM)
    monkeypatch.setattr(auto, "PLAIN_STATES", 100)
    monkeypatch.setattr(auto, "_FULL", "max_states of 100 states")
    large = verify(model, CLAIM)
    assert (small.engine, large.engine) == ("plain", "compiled")
    assert small.result.digest == large.result.digest == Checker(PlainModel(model)).verify(CLAIM).digest
    assert verify(model, CLAIM, max_states=50).engine == "plain"


def test_a_model_with_very_many_initial_states_is_searched_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A can of 500 beans has 125,750 states, all initial: 4 s of CPU plainly, 8 s compiled."""
    monkeypatch.setattr(auto, "PLAIN_STATES", 1_000)
    monkeypatch.setattr(auto, "_FULL", "max_states of 1000 states")
    searched = verify(CASES[0].model)
    assert (searched.engine, searched.result.states) == ("plain", 5_150)
    assert searched.reason == "there are more than 1,000 initial states"


def test_a_model_whose_rules_have_more_paths_than_states_is_searched_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two queues: what `receive` does depends on all that both hold."""
    monkeypatch.setattr(auto, "PLAIN_STATES", 100)
    monkeypatch.setattr(auto, "_FULL", "max_states of 100 states")
    model = SlidingWindow()
    assert verify(model, *model.properties).engine == "compiled"
    monkeypatch.setattr(auto, "PATHS", 500)
    seen: list[int] = []
    searched = verify(model, *model.properties, progress=lambda progress: seen.append(progress.states))
    assert (searched.engine, searched.reason) == ("plain", "its rules have more paths than there are states")
    assert searched.result.digest == Checker(PlainModel(model)).verify(*model.properties).digest
    compiled = verify(model, *model.properties, engine="compiled")
    assert (compiled.engine, compiled.reason) == ("compiled", None)
    assert compiled.result.digest == searched.result.digest


def test_a_domain_that_cannot_be_listed_is_searched_plainly_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auto, "PLAIN_STATES", 10)
    monkeypatch.setattr(auto, "_FULL", "max_states of 10 states")
    searched = verify(Tape())
    assert (searched.engine, searched.result.states) == ("plain", 2**5 - 1)
    assert (
        searched.reason is not None
        and "holds has 1,048,575 values; allowed where they are listed: 100,000" in searched.reason
    )
    with pytest.raises(ModelError, match="cannot be explored compiled: holds has 1,048,575 values"):
        verify(Tape(), engine="compiled")


def test_the_time_of_a_search_that_was_given_up_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auto, "PLAIN_STATES", 100)
    monkeypatch.setattr(auto, "_FULL", "max_states of 100 states")
    monkeypatch.setattr(auto, "PATHS", 500)
    readings = iter(range(10**6))
    never = sometimes("never", lambda window: False)
    searched = verify(SlidingWindow(), never, time_limit=750.0, clock=lambda: float(next(readings)))
    assert (searched.engine, searched.result.limit) == ("plain", "time_limit of 750.0 seconds")
    assert 1 < searched.result.states < 240 and 750 <= searched.result.seconds < 900


def test_a_model_of_three_methods_is_searched_plainly() -> None:
    assert verify(toy("a x b"), always("a", lambda state: state == "a")).result.verdict is Verdict.VIOLATED
    with pytest.raises(ModelError, match="has no rules; allowed for the compiled engine: a rule model"):
        verify(toy("a x b"), engine="compiled")


@attrs.frozen
class Number:
    value: int = attrs.field(default=0, metadata={"domain": range(50)})
    note: str = "no rule looks at it"


def up(state: Any) -> bool:
    state.value = (state.value + 1) % 50
    return True


@attrs.frozen
class Held:
    holds: tuple[bool, ...] = attrs.field(default=(), metadata={"most": 19})


def append(bit: bool, state: Any) -> bool:
    if len(state.holds) == 4:
        return False
    state.holds = (*state.holds, bit)
    return True


class Tape:
    """Bits are written; the declared bound is far beyond what is reached."""

    rules = [Rule(("write", bit), partial(append, bit)) for bit in (False, True)]

    def initial_states(self) -> list[Held]:
        return [Held()]


class Noted:
    """Rules over a record with a field that has no domain."""

    rules = [Rule("up", up)]

    def initial_states(self) -> list[Number]:
        return [Number()]


def test_fields_without_a_domain_are_searched_plainly_however_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auto, "PLAIN_STATES", 10)
    searched = verify(Noted())
    assert (searched.engine, searched.result.states) == ("plain", 50)
    assert searched.reason is not None and "note has no finite domain: 'no rule looks at it'" in searched.reason


def test_limits_hold_for_both_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(range(100_000))
    clock: Any = lambda: float(next(times))  # noqa: E731
    for engine in auto.ENGINES:
        result = verify(Philosophers(4), CLAIM, engine=engine, time_limit=5.0, clock=clock).result
        assert (result.verdict, result.limit) == (Verdict.UNDECIDED, "time_limit of 5.0 seconds")
        swollen = verify(Philosophers(4), CLAIM, engine=engine, memory=1, process_memory=lambda: 2).result
        assert (swollen.verdict, swollen.limit) == (Verdict.UNDECIDED, "memory of 1 bytes")


def test_the_compiled_engine_spills_where_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    class Disk:
        made = 0

        def room(self, size: int) -> memoryview:
            self.made += 1
            return memoryview(bytearray(size))

    monkeypatch.setattr(auto, "PLAIN_STATES", 100)
    monkeypatch.setattr(auto, "_FULL", "max_states of 100 states")
    monkeypatch.setattr("failover_fsm.checker.bitset.allocator.SMALLEST", 1)
    monkeypatch.setattr("failover_fsm.checker.bitset.limits.Limits.swollen", lambda *_: None)
    for engine in ("auto", "compiled"):
        disk = Disk()
        searched = verify(Philosophers(4), CLAIM, engine=engine, memory=1 << 10, spill=disk)
        assert searched.engine == "compiled" and disk.made > 5
        assert searched.result.digest == verify(Philosophers(4), CLAIM).result.digest
    disk = Disk()
    verify(Philosophers(4), CLAIM, engine="plain", memory=1 << 20, spill=disk)
    assert disk.made == 0


def test_the_limit_of_both_searches_is_told_as_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that goes on by one at each reading: the plain search of 100 states takes about as many."""
    monkeypatch.setattr(auto, "PLAIN_STATES", 100)
    monkeypatch.setattr(auto, "_FULL", "max_states of 100 states")
    readings = iter(range(10**6))
    searched = verify(Philosophers(4), CLAIM, time_limit=110.0, clock=lambda: float(next(readings)))
    assert (searched.result.limit, searched.result.states) == ("time_limit of 110.0 seconds", 100)
    assert searched.result.seconds > 110.0


def test_what_the_plain_search_saw_is_told_where_the_compiled_one_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auto, "PLAIN_STATES", 100)
    monkeypatch.setattr(auto, "_FULL", "max_states of 100 states")
    monkeypatch.setattr(CompiledChecker, "__init__", interrupt)
    searched = verify(Philosophers(4), CLAIM)
    assert (searched.engine, searched.result.states, searched.result.limit) == ("plain", 100, None)
    assert searched.result.interrupted and searched.result.verdict is Verdict.UNDECIDED


def interrupt(*_given: Any, **_options: Any) -> None:
    raise KeyboardInterrupt


def test_checkpoints_are_of_the_compiled_engine() -> None:
    class Kept:
        last: Any = None

        def save(self, checkpoint: Any) -> None:
            self.last = checkpoint

    kept = Kept()
    clock = lambda: 0.0  # noqa: E731
    first = verify(Philosophers(3), max_states=20, store=kept, clock=clock)
    assert (first.engine, first.result.states, kept.last.states) == ("compiled", 20, 15), "whole levels are kept"
    again = verify(Philosophers(3), resume=kept.last)
    assert again.engine == "compiled" and again.result.digest == verify(Philosophers(3)).result.digest
    with pytest.raises(ValueError, match="resume: the plain engine keeps no checkpoints; allowed: auto, compiled"):
        verify(Philosophers(3), engine="plain", resume=kept.last)


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown engine 'fast'; allowed: auto, plain, compiled"):
        verify(CASES[0].model, engine="fast")
