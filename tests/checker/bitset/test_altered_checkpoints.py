"""Checkpoints altered on purpose, with the digest recomputed: one clear line, never a wrong count."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from benchmarks.reference import Reference
from failover_fsm.checker import CheckpointError
from failover_fsm.checker.bitset import compiled_search
from failover_fsm.checker.bitset.rows import SparseRows
from failover_fsm.checker.compiled import Checkpoint, CompiledChecker
from failover_fsm.cli import main
from failover_fsm.commands.checkpoint_file import FORMAT, CheckpointFile, CheckpointFileError, read_checkpoint


class Kept:
    """A store in memory."""

    last: Checkpoint

    def save(self, checkpoint: Checkpoint, /) -> None:
        """Keep it."""
        self.last = checkpoint


@cache
def checker_of(rest_bits: int = 12) -> CompiledChecker:
    """The smallest reference model, its rules learned once."""
    return CompiledChecker(Reference(0), rest_bits=rest_bits)


@cache
def half(rest_bits: int = 12) -> Checkpoint:
    """Eight levels of the smallest reference model."""
    store = Kept()
    checker_of(rest_bits).verify(store=store, clock=lambda: 0.0, max_states=500)
    assert len(store.last.levels) > 5
    return store.last


def with_level(checkpoint: Checkpoint, number: int, places: Any, words: Any) -> Checkpoint:
    """The checkpoint with another level in place of one."""
    levels = list(checkpoint.levels)
    levels[number] = SparseRows(np.asarray(places), np.asarray(words, dtype=np.uint64))
    return attrs.evolve(checkpoint, levels=tuple(levels))


def without_a_state(checkpoint: Checkpoint, number: int) -> Checkpoint:
    level = checkpoint.levels[number]
    words = level.words.copy()
    words[-1] &= words[-1] - np.uint64(1)
    kept = words != 0
    return with_level(checkpoint, number, level.places[kept], words[kept])


def with_a_state(checkpoint: Checkpoint, number: int, bit: int) -> Checkpoint:
    level = checkpoint.levels[number]
    words = level.words.copy()
    words[0] |= np.uint64(1 << bit)
    return with_level(checkpoint, number, level.places, words)


def moved(checkpoint: Checkpoint, start: int, end: int) -> Checkpoint:
    """The first word of one level in another level as well as it fits, and no more where it was."""
    one, other = checkpoint.levels[start], checkpoint.levels[end]
    both = dict(zip(other.places.tolist(), other.words.tolist(), strict=True))
    place, word = int(one.places[0]), int(one.words[0])
    both[place] = both.get(place, 0) | word
    found = with_level(checkpoint, start, one.places[1:], one.words[1:])
    places = sorted(both)
    return with_level(found, end, np.array(places, dtype=one.places.dtype), [both[place] for place in places])


def alterations(checkpoint: Checkpoint) -> Iterator[tuple[str, Checkpoint]]:
    """Names and altered checkpoints."""
    count = len(checkpoint.levels)
    level = checkpoint.levels[3]
    for number in range(count):
        yield f"without a state of level {number}", without_a_state(checkpoint, number)
        for bit in (0, 17, 63):
            if not int(checkpoint.levels[number].words[0]) >> bit & 1:
                yield f"bit {bit} in level {number}", with_a_state(checkpoint, number, bit)
    for start, end in ((3, 4), (4, 3), (2, 5), (5, 2), (count - 1, count - 2), (count - 2, count - 1)):
        yield f"moved from {start} to {end}", moved(checkpoint, start, end)
    levels = list(checkpoint.levels)
    yield "swapped", attrs.evolve(checkpoint, levels=(*levels[:3], levels[4], levels[3], *levels[5:]))
    yield "without the first", attrs.evolve(checkpoint, levels=tuple(levels[1:]))
    yield "without one", attrs.evolve(checkpoint, levels=(*levels[:3], *levels[4:]))
    yield "without the last", attrs.evolve(checkpoint, levels=tuple(levels[:-1]))
    yield "one twice", attrs.evolve(checkpoint, levels=(*levels[:4], *levels[3:]))
    yield "none", attrs.evolve(checkpoint, levels=())
    yield "empty", with_level(checkpoint, 3, level.places[:0], level.words[:0])
    yield "empty at first", with_level(checkpoint, 0, level.places[:0], level.words[:0])
    yield "shorter", with_level(checkpoint, 3, level.places, level.words[:-1])
    yield "negative", with_level(checkpoint, 3, level.places - 5000, level.words)
    yield "beyond", with_level(checkpoint, 3, level.places + 10**6, level.words)
    yield "beyond at last", with_level(checkpoint, count - 1, level.places + 10**6, level.words)
    yield "far beyond", with_level(checkpoint, 3, level.places.astype(np.int64) + (1 << 62), level.words)
    yield "backwards", with_level(checkpoint, 3, level.places[::-1], level.words[::-1])
    yield "a place twice", with_level(checkpoint, 3, np.repeat(level.places, 2), np.repeat(level.words, 2))
    yield "words of nothing", with_level(checkpoint, 3, level.places, level.words * np.uint64(0))
    for row_words in (0, -1, 3, 2 * checkpoint.row_words, 1 << 70):
        yield f"row_words {row_words}", attrs.evolve(checkpoint, row_words=row_words)


def judged(altered: Checkpoint, rest_bits: int, whole: Any) -> None:
    """Refused with one line, or harmless."""
    try:
        result = checker_of(rest_bits).verify(resume=altered)
    except CheckpointError as error:
        assert "\n" not in str(error)
    else:
        assert result == whole


@pytest.mark.parametrize("rest_bits", [0, 3, 12])
def test_no_alteration_is_accepted(rest_bits: int) -> None:
    checkpoint = half(rest_bits)
    whole = checker_of(rest_bits).verify()
    judged(checkpoint, rest_bits, whole)
    for _, altered in alterations(checkpoint):
        with pytest.raises(CheckpointError) as caught:
            checker_of(rest_bits).verify(resume=altered)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("seed", range(20))
def test_no_random_alteration_changes_a_count(seed: int) -> None:
    random = np.random.default_rng(seed)
    checkpoint, whole = half(), checker_of().verify()
    for _ in range(10):
        number = int(random.integers(len(checkpoint.levels)))
        level = checkpoint.levels[number]
        places, words = level.places.copy(), level.words.copy()
        at = int(random.integers(len(places)))
        if random.integers(2):
            words[at] ^= np.uint64(1 << int(random.integers(64)))
        else:
            places[at] += int(random.integers(-3, 4))
        judged(with_level(checkpoint, number, places, words), 12, whole)


def test_large_levels_lose_no_state_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many states the levels are checked together: none may be missing, none may come from nowhere."""
    monkeypatch.setattr(compiled_search, "CHECKED_ONE_BY_ONE", 10)
    checkpoint = half()
    whole = checker_of().verify()
    judged(checkpoint, 12, whole)
    for number in range(1, len(checkpoint.levels)):
        for altered in (without_a_state(checkpoint, number), with_a_state(checkpoint, number, 63)):
            with pytest.raises(CheckpointError, match="does not fit the model"):
                checker_of().verify(resume=altered)


# -- files ----------------------------------------------------------------------------------------------------


def rewritten(path: Path, change: Callable[[dict[str, Any]], object], data: bytes) -> None:
    """Write the file with another header and a digest that fits."""
    place = data.index(b"\n", len(FORMAT)) + 1
    header = json.loads(data[len(FORMAT) : place])
    change(header)
    content = FORMAT + json.dumps(header).encode() + b"\n" + data[place:-32]
    path.write_bytes(content + hashlib.sha256(content).digest())


HEADERS: tuple[Callable[[dict[str, Any]], object], ...] = (
    lambda header: header.update(row_words=0),
    lambda header: header.update(row_words=-8),
    lambda header: header.update(row_words=3),
    lambda header: header.update(row_words=1e400),
    lambda header: header.update(row_words="1"),
    lambda header: header.update(row_words=True),
    lambda header: header.update(row_words=None),
    lambda header: header.update(model=["x"]),
    lambda header: header.update(space=5),
    lambda header: header.update(levels=[]),
    lambda header: header.update(levels={}),
    lambda header: header["levels"][0].__setitem__(0, True),
    lambda header: header["levels"][2].__setitem__(0, -1),
    lambda header: header["levels"][2].__setitem__(0, 10**30),
    lambda header: header["levels"][2].__setitem__(1, "int16"),
    lambda header: header["levels"].pop(),
    lambda header: header["levels"].reverse(),
    lambda header: header["levels"].append([0, "int32"]),
    lambda header: header.pop("space"),
)


@pytest.mark.parametrize("change", HEADERS)
def test_a_header_that_contradicts_itself_is_one_line(
    change: Callable[[dict[str, Any]], object], tmp_path: Path
) -> None:
    path = tmp_path / "checkpoint"
    CheckpointFile(path).save(half())
    rewritten(path, lambda header: None, path.read_bytes())
    read_checkpoint(path)
    rewritten(path, change, path.read_bytes())
    with pytest.raises(CheckpointFileError) as caught:
        read_checkpoint(path)
    assert "\n" not in str(caught.value) and "; allowed: " in str(caught.value)


def test_the_command_refuses_an_altered_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = str(Path(__file__).parents[3] / "models" / "findings" / "switched-off-on-one-side.toml")
    path = tmp_path / "checkpoint"
    assert main(["check", model, "--checkpoint", str(path), "--max-states", "400"]) == 3
    checkpoint = read_checkpoint(path)
    for number in (1, len(checkpoint.levels) - 1):
        CheckpointFile(path).save(without_a_state(checkpoint, number))
        capsys.readouterr()
        assert main(["check", model, "--resume", str(path)]) == 2
        printed = capsys.readouterr()
        assert printed.out == "" and printed.err.splitlines()[-1].startswith(f"--resume {path}: the checkpoint")
