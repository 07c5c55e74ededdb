"""Long runs: checkpoints, taking a search up again, kill -9 in the middle, memory."""

from __future__ import annotations

import signal
import subprocess
import sys
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import attrs
import pytest

from benchmarks.reference import COUNTS, Reference, Role
from failover_fsm.checker import CheckpointError, Progress, Verdict, always, converges, leads_to
from failover_fsm.checker.bitset.reached import ReachableSet
from failover_fsm.checker.bitset.rows import SparseRows
from failover_fsm.checker.compiled import Checkpoint, CompiledChecker
from failover_fsm.checker.rules.rule_tree import Rule
from failover_fsm.commands.checkpoint_file import CheckpointFile, CheckpointFileError, read_checkpoint
from tests.checker.bitset.test_against_plain import random_model, random_properties
from tests.checker.bitset.test_leads_to import random_claims
from tests.children import python
from tests.patience import PATIENT


@attrs.define
class Kept:
    """A store that keeps every checkpoint."""

    all: list[Checkpoint] = attrs.field(factory=list)

    def save(self, checkpoint: Checkpoint) -> None:
        self.all.append(checkpoint)


def ticking() -> Any:
    """A clock that goes on by a second whenever it is read."""
    ticks = count()
    return lambda: float(next(ticks))


def kept(checker: CompiledChecker, *claims: Any, **limits: Any) -> tuple[Any, list[Checkpoint]]:
    """The result of a search that saves after every level, and what it saved."""
    store = Kept()
    return checker.verify(*claims, clock=lambda: 0.0, store=store, save_every=0.0, **limits), store.all


def one_active(state: Any) -> bool:
    """False in some states of the reference model."""
    return not all(unit.groups[0].role is Role.ACT for unit in state.units)


CLAIMS = (
    always("one active", one_active),
    converges("calm", within=lambda event: not event.startswith(("if_", "fl_", "dp_", "power", "op_"))),
    leads_to("armed fires", lambda state: state.timers[0].armed, lambda state: not state.timers[0].armed),
)


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, Checkpoint]:
    """A file with a checkpoint of the smallest reference model, five levels into the search."""
    store = CheckpointFile(tmp_path / "half")
    CompiledChecker(Reference(0)).verify(clock=ticking(), store=store, max_states=100)
    return store.path, read_checkpoint(store.path)


# -- taking up again -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_from_every_level_the_result_is_the_same_to_the_byte(seed: int) -> None:
    model, claims = random_model(seed), [*random_properties(seed), *random_claims(seed)]
    whole, checkpoints = kept(CompiledChecker(model, rest_bits=(0, 3, 12)[seed % 3]), *claims)
    assert len(checkpoints) >= len(whole.levels) - 1
    for checkpoint in checkpoints:
        again = CompiledChecker(model, rest_bits=(0, 3, 12)[seed % 3]).verify(*claims, resume=checkpoint)
        assert attrs.evolve(again, seconds=0.0) == attrs.evolve(whole, seconds=0.0)


@pytest.mark.slow
@pytest.mark.parametrize("budget", [20_000, 200])
def test_saved_levels_are_not_searched_again(budget: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, checkpoints = kept(CompiledChecker(Reference(1), budget=budget), *CLAIMS)
    advanced = []
    original = ReachableSet.advance
    monkeypatch.setattr(ReachableSet, "advance", lambda *given: advanced.append(1) or original(*given))
    checker = CompiledChecker(Reference(1), budget=budget)
    again = checker.verify(*CLAIMS, resume=checkpoints[20])
    assert again.digest == whole.digest and again.verdict is Verdict.VIOLATED
    assert len(advanced) == len(whole.levels) - len(checkpoints[20].levels) + 1
    assert checker.verify(resume=checkpoints[-1]).states == COUNTS[1][0], (
        "a checker that has learned more, other claims"
    )


@pytest.mark.slow
def test_a_search_that_ends_early_leaves_a_checkpoint_and_goes_on_later(saved: tuple[Path, Checkpoint]) -> None:
    path, checkpoint = saved
    assert 50 < checkpoint.states <= 100
    store = CheckpointFile(path)
    stopped = CompiledChecker(Reference(0)).verify(
        *CLAIMS, clock=ticking(), store=store, resume=checkpoint, time_limit=1
    )
    assert stopped.verdict is Verdict.UNDECIDED and stopped.states < checkpoint.states
    assert read_checkpoint(path).states == checkpoint.states, "less was reached, so the older file is worth more"
    rest = CompiledChecker(Reference(0)).verify(*CLAIMS, clock=ticking(), store=store, resume=checkpoint)
    assert rest.digest == CompiledChecker(Reference(0)).verify(*CLAIMS).digest
    assert read_checkpoint(path).states == COUNTS[0][0]


def test_saving_is_rare_where_it_is_slow() -> None:
    """Here a search of a second a level, and of a hundred seconds a checkpoint."""
    now = [0.0]

    class Slow(Kept):
        def save(self, checkpoint: Checkpoint) -> None:
            now[0] += 100.0
            super().save(checkpoint)

    store = Slow()

    def progress(_: Progress) -> None:
        now[0] += 1.0

    CompiledChecker(Reference(0)).verify(clock=lambda: now[0], progress=progress, store=store, save_every=3.0)
    assert [len(item.levels) for item in store.all] == [4, COUNTS[0][2] + 1]


# -- files -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_file_gives_back_what_was_saved(saved: tuple[Path, Checkpoint]) -> None:
    path, checkpoint = saved
    assert [item.name for item in path.parent.iterdir()] == ["half"], "nothing is left beside it"
    whole = CompiledChecker(Reference(0)).verify(*CLAIMS)
    assert CompiledChecker(Reference(0)).verify(*CLAIMS, resume=checkpoint).digest == whole.digest


def test_every_damage_is_one_clear_line(saved: tuple[Path, Checkpoint]) -> None:
    path, _ = saved
    data = path.read_bytes()
    damaged = [data[:size] for size in range(0, len(data), 97)] + [data + b"\0", b"", b"PK\x03\x04", b"\x80\x04N."]
    for place in range(0, len(data), 53):
        damaged.append(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(CheckpointFileError) as caught:
            read_checkpoint(path)
        assert str(caught.value).startswith(f"{path}: ") and "; allowed: " in str(caught.value)
        assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read_or_written_are_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CheckpointFileError, match=r"cannot be read: No such file"):
        read_checkpoint(tmp_path / "none")
    with pytest.raises(CheckpointFileError, match=r"is a directory; allowed"):
        CheckpointFile(tmp_path).check()
    with pytest.raises(CheckpointFileError, match=r"cannot be written: No such file or directory; allowed"):
        CheckpointFile(tmp_path / "none" / "file").check()
    CheckpointFile(tmp_path / "fine").check()
    assert not list(tmp_path.iterdir())


def test_a_newer_version_is_named(saved: tuple[Path, Checkpoint]) -> None:
    path, _ = saved
    path.write_bytes(path.read_bytes().replace(b"checkpoint 1\n", b"checkpoint 2\n"))
    with pytest.raises(CheckpointFileError, match=r"of another version; allowed: version 1"):
        read_checkpoint(path)


# -- foreign ones ------------------------------------------------------------------------------------------------


def test_a_checkpoint_of_another_model_starts_nothing(
    saved: tuple[Path, Checkpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, checkpoint = saved
    monkeypatch.setattr(ReachableSet, "expand", lambda *_: pytest.fail("the search has begun"))
    changed = Reference(0)
    changed.rules = (*changed.rules[:-1], Rule(changed.rules[-1].event, lambda draft: False))
    for checker in (
        CompiledChecker(Reference(1)),
        CompiledChecker(changed),
        CompiledChecker(Reference(0), rest_bits=3),
        CompiledChecker(Reference(0), budget=100),
    ):
        with pytest.raises(CheckpointError, match="of another model"):
            checker.verify(resume=checkpoint)


def test_a_rule_that_changed_is_found_out_though_it_is_learned_along_the_search() -> None:
    def model(lost: bool) -> Reference:
        """Not even the names tell the two apart, and no rule is learned in advance."""
        found = Reference(0)
        rules = {rule.event: rule for rule in found.rules}
        original = rules["boot(0)"].function

        def boot(draft: Any) -> bool:
            return not (lost and draft.link is False) and bool(original(draft))

        rules["boot(0)"] = Rule("boot(0)", boot)
        found.rules = tuple(rules.values())
        return found

    checkpoint = kept(CompiledChecker(model(False), budget=0), max_states=100)[1][-1]
    assert CompiledChecker(model(False), budget=0).verify(*CLAIMS, resume=checkpoint).states == COUNTS[0][0]
    changed = CompiledChecker(model(True), budget=0)
    checkpoint = attrs.evolve(checkpoint, model=changed.digest)
    with pytest.raises(CheckpointError, match="does not fit the model"):
        changed.verify(resume=checkpoint)


def test_levels_that_cannot_follow_each_other_are_found_out(saved: tuple[Path, Checkpoint]) -> None:
    _, checkpoint = saved
    first, *others = checkpoint.levels
    none = SparseRows(first.places[:0], first.words[:0])
    beyond = attrs.evolve(first, places=first.places + (1 << 20))
    for wrong in (none, beyond, first):
        spoilt = attrs.evolve(checkpoint, levels=(first, wrong, *others[1:]))
        with pytest.raises(
            CheckpointError, match=r"a level of it cannot be reached there|contradicts itself: level 1 has 0"
        ):
            CompiledChecker(Reference(0)).verify(resume=spoilt)


@pytest.mark.slow
def test_an_interrupt_during_the_search_keeps_the_levels_that_were_finished() -> None:
    def progress(now: Progress) -> None:
        if now.depth == 3:
            raise KeyboardInterrupt

    whole = CompiledChecker(Reference(0)).verify(*CLAIMS)
    result, checkpoints = kept(CompiledChecker(Reference(0)), *CLAIMS, progress=progress)
    assert (result.verdict, result.interrupted, result.complete) == (Verdict.UNDECIDED, True, False)
    assert result.levels == whole.levels[:4]
    resumed = CompiledChecker(Reference(0)).verify(*CLAIMS, resume=checkpoints[-1])
    assert resumed == whole


GROWING = ("_append", "intern", "_add_level")
"""Where the tables of the engine grow: entries, keys, levels."""


def interrupted_twice(monkeypatch: pytest.MonkeyPatch, name: str, times: int) -> Any:
    """The result of a search that is interrupted at depth 3, and so often again where it then calls this."""
    left = [times]
    original = getattr(ReachableSet, name)

    def pressed(*args: Any) -> Any:
        left[0] -= 1
        if left[0] >= 0:
            raise KeyboardInterrupt
        return original(*args)

    def progress(now: Progress) -> None:
        if now.depth == 3:
            monkeypatch.setattr(ReachableSet, name, pressed)
            raise KeyboardInterrupt

    return kept(CompiledChecker(Reference(0)), *CLAIMS, progress=progress)


@pytest.mark.parametrize("name", ["drop_partial_level", "transitions"])
@pytest.mark.parametrize("times", [0, 1, 5])
def test_a_key_that_is_pressed_twice_loses_nothing(name: str, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    result, checkpoints = interrupted_twice(monkeypatch, name, times)
    assert (result.interrupted, result.depth, result.states) == (True, 3, sum(result.levels))
    assert checkpoints[-1].states == result.states > 1


@pytest.mark.parametrize("name", ["drop_partial_level", "transitions"])
def test_who_goes_on_pressing_ends_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupted_twice(monkeypatch, name, 6)


@attrs.define
class Lines:
    """Counts the lines that run where tables grow, and interrupts at one of them.

    at: the number of that line, none for 0.
    """

    at: int = 0
    seen: int = 0

    def inside(self, original: Any) -> Any:
        """A step of a search during which lines count."""

        def traced(*args: Any) -> Any:
            before = sys.gettrace()
            sys.settrace(self)
            try:
                return original(*args)
            finally:
                sys.settrace(before)

        return traced

    def __call__(self, frame: FrameType, event: str, arg: object) -> Any:
        if frame.f_code.co_name not in GROWING:
            return None
        if event == "line":
            self.seen += 1
            if self.seen == self.at:
                raise KeyboardInterrupt
        return self


def interrupted_at(
    line: int, checker: CompiledChecker, monkeypatch: pytest.MonkeyPatch
) -> tuple[Any, list[Checkpoint], int]:
    """A search that is interrupted at a line, what it saved, and how many lines it ran."""
    lines = Lines(line)
    with monkeypatch.context() as patched:
        for name in ("expand", "advance"):
            patched.setattr(ReachableSet, name, lines.inside(getattr(ReachableSet, name)))
        result, checkpoints = kept(checker, *CLAIMS)
    return result, checkpoints, lines.seen


@pytest.mark.slow
def test_an_interrupt_while_tables_grow_keeps_the_levels_that_were_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is half written does not count."""
    checker = CompiledChecker(Reference(0), budget=200)
    whole, _, lines = interrupted_at(0, checker, monkeypatch)
    assert whole.complete and lines > 1000
    for line in range(1, lines, lines // (40 if PATIENT else 12)):
        result, checkpoints, seen = interrupted_at(line, checker, monkeypatch)
        assert seen == line and (result.interrupted, result.complete) == (True, False)
        assert result.levels == whole.levels[: len(result.levels)] and result.states == sum(result.levels)
        for finding, wanted in zip(result.findings, whole.findings, strict=True):
            assert finding.verdict is Verdict.UNDECIDED or finding == wanted
        if checkpoints:
            resumed = CompiledChecker(Reference(0), budget=200).verify(*CLAIMS, resume=checkpoints[-1])
            assert resumed == whole, line


# -- real interrupts ------------------------------------------------------------------------------------------------

SCRIPT = """
import sys, time
from benchmarks.reference import Reference
from failover_fsm.checker.compiled import NEVER, CompiledChecker
from failover_fsm.commands.checkpoint_file import CheckpointFile
def progress(now):
    print(now.depth, flush=True)
    time.sleep(0.02)
store = CheckpointFile(sys.argv[1])
checker = CompiledChecker(Reference(3), patience=NEVER)
result = checker.verify(clock=time.monotonic, store=store, save_every=0.0, progress=progress)
print(result.verdict.value, result.interrupted, result.states)
"""


def started(path: Path) -> subprocess.Popen[str]:
    """The search of the script in another process."""
    return python(["-c", SCRIPT, str(path)], stdout=subprocess.PIPE)


@pytest.mark.slow
@pytest.mark.parametrize("depth", [3, 17, 30])
def test_killed_in_the_middle_and_taken_up_again(depth: int, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    with started(path) as running:
        assert running.stdout is not None
        while int(running.stdout.readline()) < depth:
            pass
        running.kill()
    assert running.returncode == -signal.SIGKILL
    checkpoint = read_checkpoint(path)
    assert 1 <= len(checkpoint.levels) - 1 <= depth + 2
    result = CompiledChecker(Reference(3)).verify(resume=checkpoint)
    assert (result.states, result.transitions, result.depth) == COUNTS[3]
    assert result.digest == CompiledChecker(Reference(3)).verify().digest


@pytest.mark.slow
def test_ctrl_c_leaves_a_checkpoint_and_says_undecided(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    with started(path) as running:
        assert running.stdout is not None
        while int(running.stdout.readline()) < 12:
            pass
        running.send_signal(signal.SIGINT)
        last = running.stdout.read().splitlines()[-1]
    assert running.returncode == 0
    verdict, interrupted, states = last.split()
    assert (verdict, interrupted) == ("undecided", "True")
    checkpoint = read_checkpoint(path)
    assert checkpoint.states == int(states) < COUNTS[3][0]
    assert CompiledChecker(Reference(3)).verify(resume=checkpoint).states == COUNTS[3][0]


def test_an_interrupt_while_a_property_is_judged_leaves_it_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("failover_fsm.checker.bitset.verdicts.fair_lasso", interrupted)
    store = Kept()
    result = CompiledChecker(Reference(0)).verify(*CLAIMS, clock=ticking(), store=store)
    assert result.interrupted and result.complete
    verdicts = [finding.verdict for finding in result.findings]
    assert verdicts == [Verdict.VIOLATED, Verdict.HOLDS, Verdict.UNDECIDED]
    assert store.all[-1].states == COUNTS[0][0]


def test_time_that_runs_out_before_a_property_is_judged_leaves_it_undecided() -> None:
    now = [0.0]

    def progress(done: Progress) -> None:
        now[0] = 10.0 if done.depth == COUNTS[0][2] else 0.0

    claim = attrs.evolve(CLAIMS[1], name="late")
    result = CompiledChecker(Reference(0)).verify(
        claim, CLAIMS[0], clock=lambda: now[0], progress=progress, time_limit=5.0
    )
    assert result.limit == "time_limit of 5.0 seconds"
    assert [finding.verdict for finding in result.findings] == [Verdict.UNDECIDED, Verdict.VIOLATED]


# -- memory ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_memory_is_bounded_and_reported() -> None:
    seen: list[Progress] = []
    whole = CompiledChecker(Reference(2)).verify(progress=seen.append)
    most = max(item.memory for item in seen)
    assert 0 < seen[0].memory < most < 50_000_000
    assert CompiledChecker(Reference(2)).verify(memory=most).digest == whole.digest
    result = CompiledChecker(Reference(2)).verify(memory=most // 2)
    assert result.limit == f"memory of {most // 2} bytes" and result.verdict is Verdict.UNDECIDED


def test_threads_are_gone_and_their_argument_says_so() -> None:
    checker = CompiledChecker(Reference(0))
    with pytest.warns(DeprecationWarning, match=r"workers has no effect, .* the argument goes in version 0\.4") as said:
        assert checker.verify(workers=2).digest == checker.verify().digest
    assert [item.filename for item in said] == [__file__]


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="store needs a clock"):
        CompiledChecker(Reference(0)).verify(store=Kept())
    checker = CompiledChecker(Reference(0))
    for name, value in (("max_states", 0), ("max_states", "5"), ("memory", -1), ("memory", "1G")):
        with pytest.raises(ValueError, match=f"{name} must be a whole number, 1 or more, not {value!r}"):
            checker.verify(**{name: value})
    with pytest.raises(TypeError, match="not a property: 'x'"):
        checker.verify("x")  # type: ignore[arg-type]  # that is the test
    with pytest.raises(ValueError, match="two properties are called 'one active'"):
        checker.verify(CLAIMS[0], CLAIMS[0])
