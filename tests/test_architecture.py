"""Imports point down, the ground floor does nothing but compute, and no verdict depends on the order of a set."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FIRST, SLOW, TOGETHER

PACKAGE = Path(__file__).parent.parent / "failover_fsm"
ROOT = PACKAGE.parent
NAME = PACKAGE.name

PURE = ("pair", "checker", "services")
GUARDED = {"distributed", "graphviz", "hypothesis", "numba", "numpy", "pandas", "shtab", "transitions"}
NUMBERS_ALLOWED = ("checker/compiled.py", "checker/rules/", "checker/bitset/", "checker/export/")
MACHINES = {("pair/live.py", "transitions"), ("pair/live_unit.py", "transitions")}
IMPURE = {"random", "time", "datetime", "os", "secrets", "threading", "socket", "subprocess"}
TALKING = {"open", "print", "input"}


def sources(*rooms: str) -> list[Path]:
    """The files of these rooms, or of the whole package."""
    folders = [PACKAGE / room for room in rooms] or [PACKAGE]
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def imports(path: Path, tree: ast.AST | None = None) -> Iterator[str]:
    """The full names of the modules that a file imports, function bodies included; relative ones made absolute."""
    package = [NAME, *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(tree or ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def at_import_time(path: Path) -> Iterator[str]:
    """The modules that importing the file imports at once: not those inside functions or for type checkers."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in list(ast.walk(tree)):
        lazy = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typing_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if lazy or typing_only:
            node.body = []  # type: ignore[attr-defined]  # these nodes have one
    yield from imports(path, tree)


def label(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


# -- who imports whom is a contract of import-linter: pyproject.toml, tried by .ci/run ---------------------------


def test_the_reader_of_imports_sees_relative_and_lazy_ones() -> None:
    path = PACKAGE / "pair" / "made_up.py"
    tree = ast.parse("from . import step\nfrom ..config import asa\ndef f():\n    import failover_fsm.cli\n")
    found = set(imports(path, tree))
    expected = {"failover_fsm.pair", "failover_fsm.pair.step", "failover_fsm.config.asa", "failover_fsm.cli"}
    assert expected <= found


# -- what is imported only where it is used ------------------------------------------------------------------


def test_optional_packages_are_not_imported_by_modules_that_can_do_without() -> None:
    for path in sources():
        for module in at_import_time(path):
            optional = module.split(".")[0] in GUARDED
            allowed = module.split(".")[0] == "numpy" and label(path).startswith(NUMBERS_ALLOWED)
            allowed = allowed or (path.stem, module.split(".")[0]) in (
                ("live", "transitions"),
                ("live_unit", "transitions"),
            )
            allowed = allowed or (label(path).split("/")[0], module.split(".")[0]) == ("testing", "hypothesis")
            assert not optional or allowed, f"{label(path)} imports {module} at once"


def test_the_public_package_imports_no_optional_package() -> None:
    code = f"import sys, failover_fsm; print(sorted({GUARDED!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("words", [["--help"], ["config", str(ROOT / "models" / "active-standby.cfg")]])
def test_help_and_config_import_no_optional_package(words: list[str]) -> None:
    """They are there at once: none of these is imported before it is used."""
    code = (
        "import sys\nfrom failover_fsm.cli import main\n"
        f"try:\n    main({words!r})\nexcept SystemExit:\n    pass\n"
        f"print(sorted({GUARDED!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]" and done.stdout


@pytest.mark.parametrize(
    ("words", "without"),
    [
        (["config", str(ROOT / "models" / "active-standby.cfg")], ("pair", "trace", "checker")),
        (["check", "--help"], ("trace", "device", "services.remote", "services.saving", "analysis.session_model")),
    ],
    ids=["config", "check"],
)
def test_a_subcommand_imports_no_room_that_few_of_its_runs_need(words: list[str], without: tuple[str, ...]) -> None:
    """Each class of records takes a millisecond to build: what is not asked for would be most of a short run."""
    code = (
        "import sys\nfrom failover_fsm.cli import main\n"
        f"try:\n    main({words!r})\nexcept SystemExit:\n    pass\n"
        f"print([each for each in {without!r} if f'{NAME}.{{each}}' in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]" and done.stdout


# -- purity ----------------------------------------------------------------------------------------------------


def impurities(path: Path, tree: ast.AST | None = None) -> list[str]:
    """What a file does besides computing: imports of the outside world, files it opens, what it prints."""
    tree = tree or ast.parse(path.read_text(encoding="utf-8"))
    found = [module for module in imports(path, tree) if module.split(".")[0] in IMPURE]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TALKING:
            found.append(f"{node.func.id}(")
    return found


@pytest.mark.parametrize("room", PURE)
def test_the_protocol_and_the_checker_have_no_clock_no_dice_and_no_files(room: str) -> None:
    for path in sources(room):
        assert impurities(path) == [], label(path)


def test_an_impurity_is_noticed() -> None:
    tree = ast.parse("def f():\n    import random\n    from time import sleep\n    open('x')\n    print(sleep)\n")
    assert impurities(PACKAGE / "pair" / "made_up.py", tree) == ["random", "time", "time.sleep", "open(", "print("]


def test_every_module_has_a_docstring_and_the_public_names_exist() -> None:
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree) or not tree.body, label(path)
    import failover_fsm

    assert sorted(failover_fsm.__all__) == list(failover_fsm.__all__)
    assert all(hasattr(failover_fsm, name) for name in failover_fsm.__all__)


# -- determinism -------------------------------------------------------------------------------------------------

MODEL = """\
title = "two hash seeds, one verdict"
config = {config}
[environment]
faults = ["failover-link", "ports"]
max_faults = 2
[options]
no_active_unit_seen = false
"""


def checked(model: Path, seed: str) -> tuple[int, dict[str, object]]:
    """The exit status and the JSON of a check in another process, without the seconds."""
    command = [sys.executable, "-m", NAME, "check", str(model), "--no-cache", "--json"]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
    answer = json.loads(done.stdout)
    del answer["seconds"]
    return done.returncode, answer


def test_two_hash_seeds_give_the_same_report_to_the_byte(tmp_path: Path) -> None:
    model = tmp_path / "model.toml"
    model.write_text(MODEL.format(config=json.dumps(str(ROOT / "models" / "shared-link.cfg"))), encoding="utf-8")
    first, second = (checked(model, seed) for seed in ("1", "4711"))
    assert json.dumps(first) == json.dumps(second)
    status, answer = first
    assert status == 1, "without an election a lost message leaves nobody active, and the traces are compared too"
    assert any(promise["trace"] for promise in answer["promises"])  # type: ignore[attr-defined]


# -- the quick subset --------------------------------------------------------------------------------------


def test_what_is_put_first_or_marked_slow_by_its_name_is_there() -> None:
    for name in (*SLOW, *FIRST, *(file.removeprefix("tests/") for file in TOGETHER)):
        file, _, begins = name.partition("::")
        path = ROOT / "tests" / file
        assert path.exists() and (not begins or f"\ndef {begins}" in path.read_text(encoding="utf-8")), name


def test_the_quick_subset_has_tests_of_every_room(request: pytest.FixtureRequest) -> None:
    """Only where the whole suite was collected: a choice of files may be of slow ones alone."""
    if request.config.args != request.config.getini("testpaths"):
        pytest.skip("asked of the whole suite, and this run is of some of it")
    rooms: dict[str, list[bool]] = {}
    for item in request.session.items:
        rooms.setdefault(item.nodeid.split("/")[1], []).append(item.get_closest_marker("slow") is None)
    assert [room for room, quick in rooms.items() if ".py" not in room and not any(quick)] == []
