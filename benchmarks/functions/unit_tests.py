"""Unit tests as killers: collected once by one session of pytest, and run again in a fork of it for each mistake."""

from __future__ import annotations

import contextlib
import io
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import accumulate
from types import CodeType
from typing import Any

import attrs

from benchmarks.functions.children import in_child
from benchmarks.functions.install import Live, code_of
from benchmarks.functions.sites import ROOT, Part
from benchmarks.functions.trial import GRACE, NO_CODE, Left

__all__ = ["TestTrial", "failing_tests", "in_session"]

SESSION_SECONDS = 900
"""Processor seconds that all tests of a session may take while it is noted which functions each of them calls."""

TEST_SECONDS = 8.0
"""After so many processor seconds, as they take while it is noted what they call, no further test is asked about a
mistake."""

Place = tuple[str, int]
"""File and first line of the code of a function."""


@attrs.frozen
class _Test:
    """A test that passes as the package ships.

    Attributes:
        item: That of pytest.
        node: Its name without parameters.
        seconds: The processor seconds that it takes while it is noted what it calls.
        calls: The functions that it calls.
    """

    item: Any
    node: str
    seconds: float
    calls: frozenset[Place]


@attrs.frozen
class TestTrial:
    """Tries the mistakes of functions in forks of this process, in which tests are collected."""

    __test__ = False

    live: Live
    tests: Sequence[_Test]

    def verdicts(self, part: Part, wrong: Mapping[int, CodeType]) -> dict[int, str | Left]:
        """By the number of the mistake the test that notices it, NO_CODE, or what is left to know.

        Tests that noticed a mistake in the function are asked first about the next one.
        """
        reaching = self._reaching(part)
        chosen = _in_time(reaching)
        left = Left(reached=True, differs=True, over=len(chosen) < len(reaching))
        killed: Counter[str] = Counter()
        found: dict[int, str | Left] = {}
        for number, code in wrong.items():
            if not chosen:
                found[number] = Left()
                continue
            mine = sorted(chosen, key=lambda each: (-killed[each.node], each.seconds))
            answer = in_child(partial(self._asked, part, code, mine), GRACE + TEST_SECONDS)
            if isinstance(answer, str) and answer.startswith("test:"):
                killed[answer.removeprefix("test:")] += 1
            found[number] = answer or left
        return found

    def _reaching(self, part: Part) -> list[_Test]:
        """The tests that call a function, the cheap ones first."""
        codes = [code_of(part)]
        for code in codes:
            codes += [each for each in code.co_consts if isinstance(each, CodeType)]
        places = {(part.module, each.co_firstlineno) for each in codes}
        found = (each for each in self.tests if not places.isdisjoint(each.calls))
        return sorted(found, key=lambda test: test.seconds)

    def _asked(self, part: Part, wrong: CodeType, chosen: Sequence[_Test]) -> str:
        """The test that notices the mistake, NO_CODE, or nothing."""
        if not self.live.install(part, wrong):
            return NO_CODE
        following = [*(each.item for each in chosen[1:]), None]
        for each, beside in zip(chosen, following, strict=True):
            if _fails(each.item, beside):
                return f"test:{each.node}"
        return ""


def _in_time(tests: Sequence[_Test]) -> Sequence[_Test]:
    """As many of the tests, from the first, as there is time for: the first at least."""
    before = accumulate((each.seconds for each in tests), initial=0.0)
    return [each for each, seconds in zip(tests, before, strict=False) if seconds < TEST_SECONDS]


def in_session(paths: Sequence[str], live: Live, work: Callable[[TestTrial], None]) -> None:
    """Collects the unit tests of files and folders, and does the work in the same process."""
    _run(["-s", *paths], [_Session(lambda items: work(TestTrial(live, _passing(items))))])


def _passing(items: Sequence[Any]) -> list[_Test]:
    """The tests that pass, with what they call; found out in a fork, so that this process is as it was."""
    found = in_child(partial(_called, items), SESSION_SECONDS)
    if isinstance(found, str):
        print(f"the unit tests as the package ships: {found}", file=sys.stderr)
        return []
    return [_Test(items[number], node(items[number].nodeid), *known) for number, known in found]


def _called(items: Sequence[Any]) -> list[tuple[int, tuple[float, frozenset[Place]]]]:
    found = []
    before = f"{ROOT}/"
    for number, item in enumerate(items):
        called: set[tuple[str, int]] = set()

        def note(frame: Any, event: str, _: object, called: set[Place] = called) -> None:
            if event == "call":
                called.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

        begun = time.process_time()
        sys.setprofile(note)
        failed = _fails(item, items[number + 1] if number + 1 < len(items) else None)
        sys.setprofile(None)
        if not failed:
            ours = frozenset((file.removeprefix(before), line) for file, line in called if file.startswith(before))
            found.append((number, (time.process_time() - begun, ours)))
    return found


def _fails(item: Any, following: Any) -> bool:
    from _pytest.runner import runtestprotocol

    return any(report.failed for report in runtestprotocol(item, nextitem=following, log=False))


@attrs.frozen
class _Session:
    """Does its work where pytest would run the tests, as a plugin of it."""

    work: Callable[[Sequence[Any]], None]

    def pytest_runtestloop(self, session: Any) -> bool:
        """Called by pytest when all is collected."""
        self.work(session.items)
        return True


class _Failures:
    """Keeps the tests that fail, as a plugin of pytest."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Called by pytest for each phase of each test."""
        if report.failed:
            self.found.add(node(report.nodeid))


def node(name: str) -> str:
    """A test without its parameters."""
    return name.partition("[")[0]


def failing_tests(arguments: Sequence[str]) -> set[str]:
    """The first unit test that fails in this process; what cannot be collected fails.

    Args:
        arguments: Of pytest: folders, files or tests.
    """
    failures = _Failures()
    with contextlib.redirect_stderr(io.StringIO()):
        status = _run(["-x", *arguments], [failures])
    return failures.found or ({"collection"} if status not in (0, 1, 5) else set())


def _run(arguments: Sequence[str], plugins: Sequence[object]) -> int:
    import pytest

    fixed = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts=", "-m", "not slow", "-W", "ignore"]
    with contextlib.redirect_stdout(io.StringIO()):
        return int(pytest.main([*fixed, f"--rootdir={ROOT}", *arguments], plugins=[*plugins]))
