"""A search that goes on on disk finds what it finds in memory; a full disk ends it like any other limit."""

from __future__ import annotations

import errno
import random
import signal
import subprocess
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from benchmarks.reference import COUNTS, Reference
from failover_fsm.checker import Verdict, always
from failover_fsm.checker.bitset import allocator as allocator_module
from failover_fsm.checker.bitset.allocator import Allocator, slices
from failover_fsm.checker.bitset.limits import LimitReached, Limits
from failover_fsm.checker.bitset.sparse_keys import KeyTable
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.commands.checkpoint_file import CheckpointFile, CheckpointFileError, read_checkpoint
from failover_fsm.commands.spill_folder import SpillFolder
from tests.checker.bitset.test_against_plain import random_model, random_properties
from tests.checker.bitset.test_checkpoints import CLAIMS, Kept
from tests.checker.bitset.test_leads_to import random_claims
from tests.children import python

FULL = "room on disk: No space left on device"


@attrs.define
class Disk:
    """Room in memory that counts as disk.

    left: bytes until it is full.  made: how many arrays it took.
    """

    left: int = 1 << 40
    made: int = 0

    def room(self, size: int) -> memoryview:
        self.left -= size
        if self.left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.made += 1
        return memoryview(bytearray(size))


@pytest.fixture
def everything_spills(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every array goes to disk, in pieces of a few items, and the bound on memory ends nothing."""
    monkeypatch.setattr(allocator_module, "SMALLEST", 1)
    monkeypatch.setattr(allocator_module, "PIECE", 100)
    monkeypatch.setattr(Limits, "swollen", lambda *_: None)


# -- the same result -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_every_kind_of_property_is_judged_the_same(seed: int, everything_spills: None) -> None:
    model, claims = random_model(seed), [*random_properties(seed), *random_claims(seed)]
    checker, disk = CompiledChecker(model, rest_bits=(0, 3, 12)[seed % 3]), Disk()
    whole = checker.verify(*claims)
    spilled = checker.verify(*claims, memory=1, spill=disk)
    assert disk.made > 10 and spilled.complete
    assert spilled == whole


@pytest.mark.slow
def test_memory_that_was_not_enough_is_enough_with_a_disk(tmp_path: Path) -> None:
    """The bound is that of the tables; the search without a disk ends at it."""
    bound = 3_000_000
    whole = CompiledChecker(Reference(1), rest_bits=0).verify(*CLAIMS)
    ended = CompiledChecker(Reference(1), rest_bits=0).verify(*CLAIMS, memory=bound)
    assert ended.limit == f"memory of {bound} bytes" and ended.states < whole.states
    search = CompiledChecker(Reference(1), rest_bits=0).begin(*CLAIMS, memory=bound, spill=SpillFolder(tmp_path))
    assert attrs.evolve(search.finish(), seconds=0.0) == whole and whole.states == COUNTS[1][0]
    tables = search.reachable.relation.allocator
    assert tables.most_on_disk > bound > search.reachable.nbytes
    assert list(tmp_path.iterdir()) == []


def test_a_disk_needs_a_bound_on_memory_and_room() -> None:
    with pytest.raises(ValueError, match="spill needs memory"):
        CompiledChecker(Reference(0)).verify(spill=Disk())
    with pytest.raises(TypeError, match="spill must be a function"):
        CompiledChecker(Reference(0)).verify(memory=1, spill=7)  # type: ignore[arg-type]  # that is the test


# -- a full disk ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_disk_that_is_full_ends_the_search_undecided(share: float, everything_spills: None) -> None:
    checker, disk = CompiledChecker(Reference(0), rest_bits=3), Disk()
    claims = (*CLAIMS, always("true", lambda state: True))
    whole = checker.verify(*claims, memory=1, spill=disk)
    taken = (1 << 40) - disk.left
    result = checker.verify(*claims, memory=1, spill=Disk(int(share * taken)))
    assert result.limit == FULL and result.verdict is not Verdict.HOLDS
    assert result.levels == whole.levels[: len(result.levels)]
    for finding, wanted in zip(result.findings, whole.findings, strict=True):
        assert finding.verdict is Verdict.UNDECIDED or finding == wanted
    assert any(finding.verdict is Verdict.UNDECIDED for finding in result.findings)


def test_a_disk_that_is_full_in_the_last_moment_loses_nothing(everything_spills: None) -> None:
    checker, disk = CompiledChecker(Reference(0)), Disk()
    whole = checker.verify(memory=1, spill=disk)
    assert checker.verify(memory=1, spill=Disk((1 << 40) - disk.left - 1)) == whole


def test_what_was_reached_before_the_disk_was_full_is_in_the_checkpoint(everything_spills: None) -> None:
    checker, store = CompiledChecker(Reference(0)), Kept()
    stopped = checker.verify(memory=1, spill=Disk(300_000), store=store, clock=lambda: 0.0)
    assert stopped.limit == FULL and store.all[-1].states == stopped.states > 100
    assert checker.verify(resume=store.all[-1]).digest == checker.verify().digest


# -- the folder ----------------------------------------------------------------------------------------------------


def test_two_searches_share_a_folder_and_leave_nothing_in_it(tmp_path: Path) -> None:
    one, other = SpillFolder(tmp_path), SpillFolder(tmp_path)
    rooms = [folder.room(size) for folder in (one, other) for size in (100, 1 << 16, 9 << 20, 70)]
    assert list(tmp_path.iterdir()) == [], "files have no names"
    for number, room in enumerate(rooms):
        assert not np.frombuffer(room, dtype=np.uint8).any(), "nobody has written there"
        np.frombuffer(room, dtype=np.uint8)[:] = number + 1
    for number, room in enumerate(rooms):
        assert set(np.frombuffer(room, dtype=np.uint8).tolist()) == {number + 1}


def test_without_a_system_call_for_it_the_room_is_taken_by_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("os.posix_fallocate", raising=False)
    assert bytes(SpillFolder(tmp_path).room((9 << 20) + 5)) == bytes((9 << 20) + 5)


LIMITED = """
import resource, sys
from benchmarks.reference import Reference
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.commands.spill_folder import SpillFolder
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
result = CompiledChecker(Reference(1), rest_bits=0).verify(memory=3_000_000, spill=SpillFolder(sys.argv[1]))
print(result.limit, result.verdict.value)
"""


def test_room_that_the_system_refuses_is_no_signal_and_no_traceback(tmp_path: Path) -> None:
    """Files of more than a megabyte are refused, and the folder makes larger ones."""
    with python(["-c", LIMITED, str(tmp_path)], stdout=subprocess.PIPE) as running:
        out, _ = running.communicate(timeout=120)
    assert (running.returncode, out) == (0, "room on disk: File too large undecided\n")


KILLED = """
import sys, time
from benchmarks.reference import Reference
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.commands.checkpoint_file import CheckpointFile
from failover_fsm.commands.spill_folder import SpillFolder
def progress(now):
    print(now.depth, flush=True)
    time.sleep(0.02)
CompiledChecker(Reference(1), rest_bits=0).verify(
    memory=3_000_000, spill=SpillFolder(sys.argv[1]), progress=progress,
    clock=time.monotonic, store=CheckpointFile(sys.argv[2]), save_every=0.0)
"""


@pytest.mark.slow
@pytest.mark.parametrize("depth", [3, 20])
def test_killed_in_the_middle_it_loses_a_level_at_most_and_leaves_no_files(depth: int, tmp_path: Path) -> None:
    folder, file = tmp_path / "spilled", tmp_path / "checkpoint"
    folder.mkdir()
    with python(["-c", KILLED, str(folder), str(file)], stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        while int(running.stdout.readline()) < depth:
            pass
        running.kill()
    assert running.returncode == -signal.SIGKILL and list(folder.iterdir()) == []
    spill = SpillFolder(folder)
    checkpoint = read_checkpoint(file, spill.room)
    assert len(checkpoint.levels) >= depth, "level `depth` was shown before it was saved"
    checker = CompiledChecker(Reference(1), rest_bits=0)
    resumed = checker.verify(*CLAIMS, resume=checkpoint, memory=3_000_000, spill=spill)
    assert attrs.evolve(resumed, seconds=0.0) == checker.verify(*CLAIMS)


def test_every_level_is_saved_where_that_is_wanted_however_slow_it_is() -> None:
    now = [0.0]

    class Slow(Kept):
        def save(self, checkpoint: Any) -> None:
            now[0] += 100.0
            super().save(checkpoint)

    store = Slow()
    CompiledChecker(Reference(0)).verify(clock=lambda: now[0], store=store, save_every=0.0)
    assert [len(item.levels) for item in store.all] == list(range(2, COUNTS[0][2] + 2))


def test_a_checkpoint_that_does_not_fit_the_disk_is_one_line(tmp_path: Path) -> None:
    CompiledChecker(Reference(0)).verify(store=CheckpointFile(tmp_path / "a"), clock=lambda: 0.0)
    with pytest.raises(CheckpointFileError, match="a: cannot be read: No space left on device; allowed"):
        read_checkpoint(tmp_path / "a", Disk(100).room)


# -- arrays --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_two_sorted_tables_become_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocator_module, "PIECE", random.Random(seed).choice([1, 2, 5, 1000]))
    chance = np.random.default_rng(seed)
    sizes, most = chance.integers(0, 60, 2), int(chance.choice([1, 3, 100]))
    one, other = (np.sort(chance.integers(0, most, size).astype(np.uint64)) for size in sizes)
    rows = np.arange(len(one) + len(other))
    keys, numbers = Allocator().merged((one, rows[: len(one)]), (other, rows[len(one) :]))
    order = np.argsort(np.concatenate([one, other]), kind="stable")
    assert np.array_equal(keys, np.concatenate([one, other])[order]) and np.array_equal(numbers, rows[order])


def test_arrays_take_half_of_the_memory_and_give_it_back() -> None:
    disk = Disk()
    allocator = Allocator(4 << 20, disk)
    first = allocator.zeros((1 << 14, 8), np.uint64)
    assert disk.made == 0 and allocator.in_memory(first) == 1 << 20
    second = allocator.zeros((1 << 17) + 1, np.uint64)
    assert disk.made == 1 and allocator.in_memory(second) == 0 and allocator.on_disk == second.nbytes
    del first, second
    assert allocator.on_disk == 0 and allocator.most_on_disk == 8 * ((1 << 17) + 1)
    third = allocator.zeros(1 << 18, np.uint64)
    assert disk.made == 1 and allocator.in_memory(third) == 2 << 20, "there is room in memory again"
    assert [part.stop - part.start for part in slices(allocator_module.PIECE + 1)] == [allocator_module.PIECE, 1]


def test_a_full_disk_is_asked_once() -> None:
    disk = Disk(0)
    allocator = Allocator(1, disk)
    with pytest.raises(LimitReached) as caught:
        allocator.zeros(1 << 20, np.uint8)
    assert caught.value.limit == FULL
    assert allocator.zeros(1 << 20, np.uint8).nbytes == 1 << 20 and disk.made == 0


@pytest.mark.parametrize("seed", range(5))
def test_keys_have_the_numbers_in_which_they_appeared(seed: int, everything_spills: None) -> None:
    chance = np.random.default_rng(seed)
    table, known = KeyTable(2, Allocator(1, Disk())), dict[tuple[int, int], int]()
    for _ in range(30):
        keys = chance.integers(0, 12, (int(chance.integers(1, 40)), 2)).astype(np.uint64)
        pairs = [(int(key[0]), int(key[1])) for key in keys]
        found = table.intern(keys).tolist()
        new = sorted(number for pair, number in zip(pairs, found, strict=True) if pair not in known)
        assert sorted(set(new)) == list(range(len(known), len(known) + len(set(new))))
        known.update(zip(pairs, found, strict=True))
        assert [known[pair] for pair in pairs] == found
    assert len(table) == len(known)
    assert all(table.find(pair) == number for pair, number in known.items()) and table.find((99, 0)) is None
    assert table.rows(np.arange(len(table))).tolist() == [list(pair) for pair in sorted(known, key=known.__getitem__)]
