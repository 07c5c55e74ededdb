"""The text of values: as `repr`, and the same in every run."""

from __future__ import annotations

import dataclasses
import enum
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import attrs
import pytest

from failover_fsm.records.steady import shown_fields, steady, steady_members

ROOT = Path(__file__).parents[2]


class Colour(enum.Enum):
    RED = 1


@attrs.frozen
class Record:
    held: Any
    hidden: int = attrs.field(default=3, repr=False)


@dataclasses.dataclass(frozen=True)
class Data:
    held: Any
    hidden: int = dataclasses.field(default=3, repr=False)


class Named(NamedTuple):
    held: Any


class Own:
    def __repr__(self) -> str:
        return "own {b, a}"


@attrs.frozen(repr=False)
class Written(Own):
    held: Any = frozenset({"b", "a"})


@pytest.mark.parametrize(
    "value",
    [
        1, "a", "{", None, (), (1,), [{}], {1: {2: ()}}, set(), frozenset(), frozenset({1}), {"a"},
        Record({1}), Data({1: Record(())}), Named({1}), (Record({}), Own()), Written(), Colour.RED, Record,
    ],
)  # fmt: skip
def test_it_is_the_repr_where_there_is_no_choice(value: Any) -> None:
    assert steady(value) == repr(value)


LETTERS = "frozenset({'a', 'b', 'c', 'd', 'e', 'f'})"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("S", LETTERS),
        ("(S, [S])", f"({LETTERS}, [{LETTERS}])"),
        ("{S: S}", f"{{{LETTERS}: {LETTERS}}}"),
        ("set(S)", LETTERS.removeprefix("frozenset(").removesuffix(")")),
        ("Record(Data(Named(S)))", f"Record(held=Data(held=Named(held={LETTERS})))"),
        ("frozenset({S, frozenset({10, 9, 'z'})})", f"frozenset({{{LETTERS}, frozenset({{9, 10, 'z'}})}})"),
    ],
)
def test_the_hash_seed_changes_no_text(value: str, text: str) -> None:
    program = (
        "from tests.records.test_steady import *\n"
        f"S = frozenset('fedcba')\nprint(steady({value}), frozenset('abcdef'), sep='\\n')"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for seed in ("1", "2")
    ]
    assert [run[0] for run in runs] == [text, text]
    assert runs[0][1] != runs[1][1], "seeds that order the set differently"


def test_the_fields_of_a_record_are_known_unless_its_text_is_its_own() -> None:
    assert shown_fields(Record(1)) == shown_fields(Data(1)) == shown_fields(Named(1)) == ["held"]
    assert shown_fields(Written()) is shown_fields(Own()) is shown_fields((1,)) is None


def test_members_are_ordered_by_size_and_by_text() -> None:
    assert steady_members([True, "b", 10, "a", 9, (1,)]) == ["9", "10", "'a'", "'b'", "(1,)", "True"]


def test_a_value_that_is_too_deep_is_told_by_its_class() -> None:
    value: object = ()
    for _ in range(100_000):
        value = (value,)
    assert steady(value) == "a tuple, too deep to be shown"
