"""A model of the user's own, named on the command line as MODULE:NAME or FILE.py:NAME."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs

from failover_fsm.checker import ModelError, PlainModel, Property
from failover_fsm.checker.auto import is_rule_model
from failover_fsm.checker.core.answers import FAULTS, described
from failover_fsm.checker.core.properties import check_properties
from failover_fsm.checker.explicit.explore import Checker
from failover_fsm.commands.files import BadInput

__all__ = ["OwnModel", "read_own_model"]

FORM = "allowed: MODULE:NAME or FILE.py:NAME, as in lights.py:Lights"
MODELS = "allowed: a model, or a class or function that makes one without arguments"


@attrs.frozen
class OwnModel:
    """A model and what it claims.

    Attributes:
        name: as it was given.
        model: by rules, or of three methods.
        properties: its attribute `properties`; empty without.
        file: the file of its module; None if it has none.
    """

    name: str
    model: Any
    properties: tuple[Property, ...]
    file: str | None = None


def read_own_model(given: str) -> OwnModel:
    """Imports a module and takes a model from it.

    Args:
        given: the name of a module, or the path of a file that ends with `.py`; then `:` and the name in it.

    Raises:
        BadInput: the module, the name or the model cannot be used; one line with what is allowed.
    """
    place, colon, name = given.rpartition(":")
    if not colon or not place or not name:
        raise BadInput(f"{given}: names no model; {FORM}")
    module = _module(given, place)
    found: Any = module
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            offered = ", ".join(_offered(module)) or "nothing that could be a model"
            raise BadInput(f"{given}: {place} has no {name}; it has: {offered}") from None
    model = _instance(given, found)
    _check(given, model)
    return OwnModel(given, model, _properties(given, model), getattr(module, "__file__", None))


def _module(given: str, place: str) -> ModuleType:
    """The module of that name, or in that file."""
    try:
        if place.endswith(".py"):
            return _from_file(given, Path(place))
        sys.path.insert(0, "")
        try:
            return importlib.import_module(place)
        finally:
            sys.path.remove("")
    except (BadInput, KeyboardInterrupt):
        raise
    except ModuleNotFoundError as error:
        known = error.name is not None and (place == error.name or place.startswith(f"{error.name}."))
        if known:
            raise BadInput(f"{given}: there is no module {error.name}; {FORM}") from None
        raise _failed(given, error) from None
    except BaseException as error:  # a module may raise anything, SystemExit too
        raise _failed(given, error) from None


def _failed(given: str, error: BaseException) -> BadInput:
    """The error for a module that is there, but fails, with the line of the user's."""
    return BadInput(f"{given}: cannot be imported: {_described(error)}; allowed: a module that can be imported")


def _described(error: BaseException) -> str:
    """An error of the user's code, with its line: the traceback begins with calls of this module, which are none."""
    step = error.__traceback__
    while step is not None and step.tb_frame.f_globals.get("__name__") == __name__:
        step = step.tb_next
    return described(error.with_traceback(step))


def _from_file(given: str, path: Path) -> ModuleType:
    """The module in a file; modules beside it can be imported by it, as by a script."""
    if not path.is_file():
        raise BadInput(f"{given}: there is no file {path}; {FORM}")
    name = path.stem
    if name in sys.modules or name in sys.stdlib_module_names:  # a file queue.py must not stand in for queue
        name = f"model_{name}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BadInput(f"{given}: cannot be imported; {FORM}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # classes look their module up
    sys.path.insert(0, str(path.resolve().parent))
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    finally:
        sys.path.remove(str(path.resolve().parent))
    return module


def _offered(module: ModuleType) -> list[str]:
    """The names of a module that may be models: of those that it lists itself, or else of those that it defines."""
    listed = getattr(module, "__all__", None)
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and _may_be_model(value)
        and (name in listed if listed is not None else getattr(value, "__module__", "") == module.__name__)
    ]


def _may_be_model(value: Any) -> bool:
    needs_nothing = inspect.isfunction(value) and not inspect.signature(value).parameters
    return hasattr(value, "initial_states") or needs_nothing


def _instance(given: str, found: Any) -> Any:
    """The model itself, or what a class or a function makes."""
    if not (isinstance(found, type) or inspect.isroutine(found)):
        return found
    try:
        inspect.signature(found).bind()
    except TypeError as error:
        raise BadInput(f"{given}: cannot be made without arguments ({error}); {MODELS}") from None
    except ValueError:  # a class without a signature
        pass
    try:
        return found()
    except FAULTS as error:
        raise BadInput(f"{given}: cannot be made: {_described(error)}; {MODELS}") from None


def _check(given: str, model: Any) -> None:
    try:
        Checker(PlainModel(model) if is_rule_model(model) else model)
    except ModelError as error:
        raise BadInput(f"{given}: {error}") from None


def _properties(given: str, model: Any) -> tuple[Property, ...]:
    """What the model claims: its attribute, or what its method returns."""
    where = f"{given}: `properties`"
    try:
        found = getattr(model, "properties", ())
        found = found() if callable(found) else found
    except FAULTS as error:
        raise BadInput(f"{where} cannot be read: {_described(error)}") from None
    if not isinstance(found, Iterable):
        raise BadInput(f"{where} is {found!r}; allowed: a sequence of properties, always(...) and so on")
    listed = tuple(found)
    try:
        check_properties(listed)
    except (TypeError, ValueError) as error:
        raise BadInput(f"{where}: {error}") from None
    return listed
