"""How a mistake takes effect in a process: in functions that are already there, or when the package is imported."""

from __future__ import annotations

import ast
import functools
import gc
import importlib.abc
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from benchmarks.functions.sites import ROOT

__all__ = ["Live", "import_with"]


def _module_name(module: str) -> str:
    parts = Path(module).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _codes(code: CodeType) -> list[CodeType]:
    """The code objects below that of a module, each before those inside it."""
    found = []
    for each in code.co_consts:
        if isinstance(each, CodeType):
            found += [each, *_codes(each)]
    return found


def _changed(right: list[CodeType], wrong: list[CodeType]) -> Iterator[tuple[CodeType, CodeType]]:
    """Each code with what has taken its place; where one inside a function is gone, the function itself has changed."""
    places: tuple[dict[object, list[CodeType]], ...] = ({}, {})
    for codes, found in zip((right, wrong), places, strict=True):
        for each in codes:
            found.setdefault((each.co_qualname, each.co_firstlineno), []).append(each)
    for place, olds in places[0].items():
        news = places[1].get(place, [])
        if len(olds) == len(news):
            yield from ((old, new) for old, new in zip(olds, news, strict=True) if old != new)


class Live:
    """The functions of the imported package, by their code, and the caches that may remember what they answered."""

    def __init__(self) -> None:
        self._functions: dict[tuple[str, CodeType], list[FunctionType]] = {}
        self._caches: list[Any] = []
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and str(each.__module__).startswith("failover_fsm"):
                self._functions.setdefault((each.__module__, each.__code__), []).append(each)
            elif isinstance(each, functools._lru_cache_wrapper):
                self._caches.append(each)

    def install(self, module: str, shipped: ast.Module, wrong: CodeType) -> bool:
        """Gives the functions of a module their wrong code; False where one of them cannot have it.

        Args:
            module: The path of the file.
            shipped: Its syntax tree, without the mistake.
            wrong: The whole module with it.
        """
        name = _module_name(module)
        right = compile(shipped, str(ROOT / module), "exec")
        done = False
        for old, new in _changed(_codes(right), _codes(wrong)):
            for function in self._functions.get((name, old), ()):
                try:
                    function.__code__ = new
                except ValueError:  # a variable of the function around it is not used any more
                    return False
                done = True
        for cache in self._caches:
            cache.cache_clear()
        return done


class _Loader(importlib.abc.Loader):
    def __init__(self, code: CodeType) -> None:
        self._code = code

    def create_module(self, spec: Any) -> None:
        """The module is made as usual."""

    def exec_module(self, module: ModuleType) -> None:
        """Runs the code with the mistake."""
        exec(self._code, module.__dict__)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self._name, self._path, self._code = name, path, code

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        """The spec of the wrong module; others are found as usual."""
        if fullname != self._name:
            return None
        spec = importlib.util.spec_from_file_location(fullname, self._path, loader=_Loader(self._code))
        assert spec is not None, "a file with a loader has a spec"
        if self._path.name == "__init__.py":
            spec.submodule_search_locations = [str(self._path.parent)]
        return spec


def import_with(module: str, wrong: CodeType) -> None:
    """Has the module imported with the mistake, in a process that has not imported the package."""
    assert not any(each.startswith("failover_fsm.pair") for each in sys.modules), "too late for this process"
    sys.meta_path.insert(0, _Finder(_module_name(module), ROOT / module, wrong))
