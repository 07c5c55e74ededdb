"""How a mistake takes effect in a process: in functions that are already there, or when the package is imported."""

from __future__ import annotations
import __future__

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

from benchmarks.functions.sites import ROOT, Edit, Part

__all__ = ["Live", "code_of", "import_with"]


def _module_name(module: str) -> str:
    parts = Path(module).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def code_of(part: Part, edit: Edit | None = None) -> CodeType:
    """The code of a function as if its whole module were compiled, with a mistake if one is given.

    Raises:
        SyntaxError: There is no such code.
    """
    assert isinstance(part.node, ast.FunctionDef | ast.AsyncFunctionDef), "only a function has a code of its own"
    codes = _codes(_compiled(part, edit))
    return next(each for each in codes if each.co_name == part.node.name and each.co_firstlineno == _first(part.node))


def _first(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return min(each.lineno for each in (node, *node.decorator_list))


def _compiled(part: Part, edit: Edit | None) -> CodeType:
    """A module with nothing but the function, in its classes, and the imports."""
    if edit is not None:
        edit.put()
    try:
        body: ast.stmt = part.node
        for name in reversed(part.classes):
            around = ast.ClassDef(name=name, bases=[], keywords=[], body=[body], decorator_list=[])
            body = ast.copy_location(around, part.node)
        flags = __future__.annotations.compiler_flag
        return compile(ast.Module([*part.imports, body], []), str(ROOT / part.module), "exec", flags, dont_inherit=True)
    finally:
        if edit is not None:
            edit.put(edit.old)


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

    def functions(self, module: str, code: CodeType) -> Sequence[FunctionType]:
        """The functions of a module that have this code."""
        return self._functions.get((_module_name(module), code), ())

    def forget(self) -> None:
        """What the functions answered before is not remembered any more."""
        for cache in self._caches:
            cache.cache_clear()

    def install(self, part: Part, wrong: CodeType) -> bool:
        """Gives a function its wrong code, and those inside it theirs; False where one of them cannot have it.

        Args:
            part: The function.
            wrong: Its code with a mistake.
        """
        right = code_of(part)
        done = False
        for old, new in _changed([right, *_codes(right)], [wrong, *_codes(wrong)]):
            for function in self.functions(part.module, old):
                try:
                    function.__code__ = new
                except ValueError:  # a variable of the function around it is not used any more
                    return False
                done = True
        self.forget()
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
