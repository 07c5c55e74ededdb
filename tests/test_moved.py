"""Old import paths go on working, with a warning, and stand for the very modules that have the new names."""

from __future__ import annotations

import subprocess
import sys
import warnings
from importlib import import_module

import pytest

import failover_fsm
from failover_fsm._moved import MOVED, new_name

DOCUMENTED = (
    "scenario", "search", "modelfile", "machine", "draft", "checkpoints", "report", "show.topologies",
    "checker.learned", "checker.cubes",
)  # fmt: skip
"""Names that the documentation of version 0.1 used, of those that have moved."""


@pytest.mark.parametrize("old", MOVED)
def test_an_old_name_is_the_module_of_the_new_one(old: str) -> None:
    sys.modules.pop(f"failover_fsm.{old}", None)
    with pytest.warns(DeprecationWarning, match=rf"failover_fsm\.{old} is now failover_fsm\.{MOVED[old]}"):
        module = import_module(f"failover_fsm.{old}")
    assert module is import_module(f"failover_fsm.{MOVED[old]}")
    assert module.__spec__ is not None and module.__spec__.name == f"failover_fsm.{MOVED[old]}"


def test_every_documented_name_that_moved_is_in_the_table() -> None:
    assert set(DOCUMENTED) <= set(MOVED)
    for name in ("testing", "testing.kit", "testing.pair", "diagrams", "rules", "checker.compiled"):
        assert name not in MOVED
        import_module(f"failover_fsm.{name}")


def test_a_module_below_an_old_package_is_not_loaded_twice() -> None:
    sys.modules.pop("failover_fsm.draft.tracing", None)
    with pytest.warns(DeprecationWarning):
        old = import_module("failover_fsm.draft.tracing")
    assert old is import_module("failover_fsm.records.tracing")


def test_the_warning_names_the_line_of_the_import() -> None:
    code = "import warnings; warnings.simplefilter('always')\nimport failover_fsm.scenario\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.startswith("<string>:2: DeprecationWarning: failover_fsm.scenario is now ")


def test_a_module_of_a_renamed_package_is_found_by_a_from_import() -> None:
    code = "from failover_fsm.show import lines; from failover_fsm.checker.engine import export; print(lines, export)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "failover_fsm.trace.lines" in done.stdout and "promela_murphi" in done.stdout


def test_other_names_are_left_alone() -> None:
    assert new_name("failover_fsm.pair.step") is None and new_name("search") is None
    with pytest.raises(ModuleNotFoundError):
        import_module("failover_fsm.nonsense")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        import_module("failover_fsm.pair.step")


def test_the_package_offers_by_name_what_users_need() -> None:
    names = (
        "Pair", "PairConfig", "Unit", "Role", "Environment", "Scenario", "check", "play", "read_model", "events",
        "LivePair", "LiveUnit", "Change", "Drift", "Phase",
    )  # fmt: skip
    assert all(hasattr(failover_fsm, name) and name in dir(failover_fsm) for name in names)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = failover_fsm.nonsense
