"""What the killers say of the package as it ships, what they run of it, and what they cost."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import pickle
import pkgutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import attrs

from benchmarks.functions.children import in_child
from benchmarks.functions.killers import Killer, Seen, failing_tests, killers
from benchmarks.functions.sites import ROOT

__all__ = ["Baseline", "Known", "import_everything"]

Lines = Mapping[str, frozenset[int]]
"""By the path of a file, the lines that ran."""

TEST_SECONDS = 900
"""Processor seconds that the tests of a folder may take, all together, when they are watched."""


@attrs.frozen
class Known:
    """What is known of a killer: what it says, the processor seconds it takes while watched, the lines it runs."""

    killer: Killer
    seen: Seen
    seconds: float
    lines: Lines
    digest: str = ""

    def reaches(self, module: str, first: int, last: int) -> bool:
        """Whether it runs one of these lines."""
        return any(first <= line <= last for line in self.lines.get(module, ()))


@attrs.frozen
class Baseline:
    """What the shipped package is compared with.

    Attributes:
        known: The killers, the cheap ones first.
        imported: The lines that an import runs.
    """

    known: tuple[Known, ...]
    imported: Lines
    _tests: dict[str, dict[str, Lines]] = attrs.field(factory=dict, init=False)

    @classmethod
    def read(cls, *, for_promises: bool = False) -> Baseline:
        """What was found out about these very files before, or is found out now, in some minutes.

        Args:
            for_promises: Whether mistakes in promises are to be tried.
        """
        known = _known(_cache("killers", "failover_fsm/**/*.py", *CONFIGURED), for_promises)
        return cls(known, _remembered("imports", "", lambda: _lines_of(import_everything)))

    def tests_of(self, folder: str) -> dict[str, Lines]:
        """The unit tests of a folder of the package, with the lines that each runs; watched once."""
        if folder not in self._tests:
            self._tests[folder] = _remembered("tests", folder, lambda: _lines_by_test(folder))
        return self._tests[folder]


CONFIGURED = ("models/**/*.cfg", "models/**/*.toml", "tests/traces/**/*.cfg")
"""What killers read besides traces, which are looked at one by one."""


def _cache(what: str, *patterns: str) -> Path:
    """Where something is kept that is true of these files only."""
    return Path(tempfile.gettempdir()) / f"failover-fsm-{what}-{_digest_of(*patterns)}.pickle"


@cache
def _digest_of(*patterns: str) -> str:
    total = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            total.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return total.hexdigest()[:16]


def _remembered(what: str, name: str, work: Callable[[], Any]) -> Any:
    """What the work returns in a child, from the last time if package and tests are the same; {} where it fails."""
    tests = ("tests/*.py", f"tests/{name}/**/*.py") if name else ()
    path = _cache(f"{what}-{name}", "failover_fsm/**/*.py", *tests)
    with contextlib.suppress(OSError, pickle.UnpicklingError, EOFError):
        return pickle.loads(path.read_bytes())
    found = in_child(work, TEST_SECONDS)
    if isinstance(found, str):
        print(f"{what} {name}: {found}", file=sys.stderr)
        return {}
    path.write_bytes(pickle.dumps(found))
    return found


def import_everything() -> None:
    """Imports every module of the package that can be imported here."""
    import failover_fsm

    for each in pkgutil.walk_packages(failover_fsm.__path__, "failover_fsm."):
        if not each.name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # an extra that is not installed
                importlib.import_module(each.name)


def _known(path: Path, for_promises: bool) -> tuple[Known, ...]:
    """The killers; what is found out is kept in a file at once."""
    in_child(lambda: _find_out(path, for_promises), 600)
    newest = {each.killer: each for each in _kept(path) if each.digest == _digest_of_trace(each.killer)}
    return tuple(sorted(newest.values(), key=lambda each: each.seconds))


def _digest_of_trace(killer: Killer) -> str:
    """Of the scenario that a killer plays, empty for another killer."""
    return _digest_of(killer.name.split(" ")[1]) if killer.of_class == "scenario" else ""


def _kept(path: Path) -> list[Known]:
    found = []
    with contextlib.suppress(OSError, EOFError, pickle.UnpicklingError), path.open("rb") as file:
        while True:
            found.append(pickle.load(file))
    return found


def _find_out(path: Path, for_promises: bool) -> None:
    """In a process of its own, which imports the package once for all killers."""
    import_everything()
    done = {each.killer for each in _kept(path) if each.digest == _digest_of_trace(each.killer)}
    with path.open("ab") as file:
        for killer in killers(for_promises=for_promises):
            if killer not in done:
                known = in_child(partial(_watched_once, killer), 120)
                if isinstance(known, Known):
                    pickle.dump(known, file)
                    file.flush()


def _watched_once(killer: Killer) -> Known:
    begun = time.process_time()
    seen: list[Seen] = []
    lines = _lines_of(lambda: seen.append(killer.ask()))
    return Known(killer, seen[0], time.process_time() - begun, lines, _digest_of_trace(killer))


def _lines_of(work: Callable[[], object]) -> Lines:
    """The lines of the package that the work runs."""
    watch = _coverage()
    watch.start()
    work()
    watch.stop()
    data = watch.get_data()
    return {_relative(file): frozenset(data.lines(file) or ()) for file in data.measured_files()}


def _coverage(**more: Any) -> Any:
    import coverage

    return coverage.Coverage(data_file=None, config_file=False, include=[f"{ROOT}/failover_fsm/*"], **more)


def _relative(file: str) -> str:
    return str(Path(file).relative_to(ROOT))


def _lines_by_test(folder: str) -> dict[str, Lines]:
    watch = _coverage()
    watch.set_option("run:dynamic_context", "test_function")
    watch.start()
    failing = failing_tests([f"tests/{folder}"], first=False)
    watch.stop()
    data = watch.get_data()
    found: dict[str, dict[str, set[int]]] = {}
    for file in data.measured_files():
        for line, contexts in data.contexts_by_lineno(file).items():
            for context in filter(None, contexts):
                found.setdefault(_node(context), {}).setdefault(_relative(file), set()).add(line)
    well = {node: each for node, each in found.items() if node not in failing}
    return {node: {file: frozenset(lines) for file, lines in each.items()} for node, each in well.items()}


def _node(context: str) -> str:
    """`tests/pair/test_health.py::test_x` of `tests.pair.test_health.test_x`."""
    module, _, name = context.rpartition(".")
    return f"{module.replace('.', '/')}.py::{name}"


def nodes_that_reach(tests: Mapping[str, Lines], module: str, first: int, last: int) -> Iterator[str]:
    """The unit tests that run one of these lines."""
    for node, lines in sorted(tests.items()):
        if any(first <= line <= last for line in lines.get(module, ())):
            yield node
