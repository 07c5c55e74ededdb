"""Implementations and checks of rules, found by search; nothing here is maintained by hand.

*Implemented*: a row of a table cites the rule, a piece of advice carries it, or the text of a module of the package
names it: in a docstring or a comment, in `config/` also as a string.
*Checked*: a promise cites it; a shipped trace or model names it in a comment or in its file name; a test names it.
*Broken*: a test breaks the rule by a wrong protocol, and a shipped scenario that names the rule catches it.
*Options*: the documentation of an option names it, and a shipped model or trace sets that option, so both readings of
the rule are checked.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.review.advice import ADVISERS
from failover_fsm.device import (
    commands,
    console,
    failover_exec,
    failover_interface,
    failover_state,
    history,
    interfaces,
    inventory,
    link_traffic,
    modules,
    monitor_interface,
    show_failover,
    statistics,
    version,
)
from failover_fsm.device.form import TextForm
from failover_fsm.pair import replicated_commands, stateful
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.tables import Table
from failover_fsm.pair.unit import UNIT_TABLE
from failover_fsm.promises import PROMISES
from failover_fsm.rules.catalogue import Catalogue
from failover_fsm.rules.sources import source_texts
from failover_fsm.services.asymmetric import AsrMachine
from failover_fsm.services.asymmetric.promises import asr_promises
from failover_fsm.services.asymmetric.tables import TABLES as ASR_TABLES
from failover_fsm.services.autoupdate.findings import findings
from failover_fsm.services.autoupdate.machine import AutoUpdate
from failover_fsm.services.autoupdate.promises import update_promises
from failover_fsm.services.autoupdate.settings import UpdateSettings
from failover_fsm.services.autoupdate.table import UPDATE_TABLE
from failover_fsm.services.keys.promises import key_promises
from failover_fsm.services.keys.tables import TABLES as KEY_TABLES
from failover_fsm.services.remote import promises as remote
from failover_fsm.services.remote.tables import TABLES as EXEC_TABLES
from failover_fsm.services.saving.machine import SavingMachine
from failover_fsm.services.saving.promises import promises_of as saving_promises
from failover_fsm.services.saving.tables import TABLES as SAVING_TABLES

ROOT = Path(__file__).parents[2]
PACKAGE = "failover_fsm"
TABLES: tuple[Table[Any], ...] = (
    UNIT_TABLE, GROUP_TABLE, UPDATE_TABLE, *EXEC_TABLES.values(), *ASR_TABLES.values(), *KEY_TABLES.values(),
    *SAVING_TABLES.values(),
)  # fmt: skip
DEVICE_TEXTS: tuple[tuple[str, TextForm], ...] = (
    ("show_failover", show_failover.FORM), ("monitor_interface", monitor_interface.FORM), ("history", history.FORM),
    ("failover_state", failover_state.FORM), ("failover_interface", failover_interface.FORM),
    ("failover_exec", failover_exec.FORM), ("interfaces", interfaces.FORM), ("console", console.FORM),
    ("version", version.FORM), ("inventory", inventory.FORM), ("modules", modules.FORM),
)  # fmt: skip
"""Each text that devices print, by its module."""
NOT_SOURCES = (
    f"{PACKAGE}/rules/", f"{PACKAGE}/promises", f"{PACKAGE}/services/remote/promises.py",
    f"{PACKAGE}/services/autoupdate/promises.py", f"{PACKAGE}/services/autoupdate/findings.py",
    f"{PACKAGE}/services/asymmetric/promises.py", f"{PACKAGE}/services/keys/promises.py",
    f"{PACKAGE}/services/saving/promises.py",
)  # fmt: skip
"""Parts of the package that implement no rule: this one, and the promises, which check."""
SHIPPED, SUFFIXES = ("models", "tests/traces"), (".trace", ".toml", ".runbook")
NOT_TESTS = ("tests/rules/test_rules.py",)
"""Tests that speak of ids without checking rules."""


BROKEN_RULES = ("test_broken_rules.py", "test_exec_rules.py", "test_saving_rules.py")
"""The tests whose wrong protocols, machines and processes break one rule each, in several folders."""


@attrs.frozen(kw_only=True, order=True)
class Citation:
    """A citation of a rule; `shown` is the place as the page names it."""

    rule: str
    shown: str


@attrs.frozen(kw_only=True)
class Evidence:
    """All citations.

    Attributes:
        where: Implementations.
        checks: Checks.
        options: By rule, the options that decide its reading.
        broken: The rules that a wrong protocol breaks in a test, and is caught.
    """

    where: tuple[Citation, ...] = ()
    checks: tuple[Citation, ...] = ()
    options: tuple[Citation, ...] = ()
    broken: tuple[Citation, ...] = ()

    def implemented(self, rule: str) -> tuple[str, ...]:
        """The places that implement the rule."""
        return _places(self.where, rule)

    def checked(self, rule: str) -> tuple[str, ...]:
        """The places that check it."""
        return _places(self.checks, rule)

    def optional(self, rule: str) -> tuple[str, ...]:
        """The options under which it is checked."""
        return _places(self.options, rule)

    def is_broken(self, rule: str) -> bool:
        """Whether a wrong protocol that breaks the rule is caught."""
        return bool(_places(self.broken, rule))

    def unknown(self, catalogue: Catalogue) -> tuple[Citation, ...]:
        """Citations of rules that are not in the catalogue."""
        everything = {*self.where, *self.checks, *self.options, *self.broken}
        return tuple(sorted(item for item in everything if item.rule not in catalogue.rules))


def _places(citations: tuple[Citation, ...], rule: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.shown for item in citations if item.rule == rule))


def gather(catalogue: Catalogue, root: Path = ROOT) -> Evidence:
    """The evidence in a checkout of the project.

    Raises:
        OSError: If there is none.
    """
    if not (root / "tests").is_dir() or not (root / "models").is_dir():
        raise FileNotFoundError(f"{root} has no tests and models: rules are found in a checkout of the project")
    return Evidence(
        where=(*in_tables(), *in_advice(), *in_sources(catalogue, root)),
        checks=(*in_promises(), *in_shipped(catalogue, root), *in_tests(catalogue, root)),
        options=tuple(in_options(catalogue, root)),
        broken=tuple(in_broken_rules(catalogue, root)),
    )


# -- implemented -----------------------------------------------------------------------------------


def in_tables() -> Iterator[Citation]:
    """The citations in table rows, including the chapter's tables that are data."""
    for command in replicated_commands.TABLE:
        yield from (Citation(rule=rule, shown=f"pair/replicated_commands.py: {command.row}") for rule in command.rules)
    for kind in stateful.TABLE:
        yield from (Citation(rule=rule, shown=f"pair/stateful.py: {kind.name}") for rule in kind.rules)
    yield from in_device_texts()
    for table in TABLES:
        for row in table.rows:
            for rule in row.rules:
                yield Citation(rule=rule, shown=f"{table.name} table: {row.event.word()}")


def in_device_texts() -> Iterator[Citation]:
    """The citations of what devices print: the lines of each text, the rows of the statistics, the show commands."""
    for module, form in DEVICE_TEXTS:
        for line in form.lines:
            yield from (Citation(rule=rule, shown=f"device/{module}.py: {line.key}") for rule in line.rules)
    for kind in statistics.OBJECTS:
        yield from (Citation(rule=rule, shown=f"device/statistics.py: {kind.name}") for rule in kind.rules)
    for command in commands.COMMANDS:
        yield from (Citation(rule=rule, shown=f"device/commands.py: {command.text}") for rule in command.rules)
    for traffic in link_traffic.CLASSES:
        yield from (Citation(rule=rule, shown=f"device/link_traffic.py: {traffic.name}") for rule in traffic.rules)


def in_advice() -> Iterator[Citation]:
    """The rules that pieces of advice carry."""
    for rule, adviser in ADVISERS:
        module = inspect.getmodule(adviser)
        name = module.__name__.removeprefix(f"{PACKAGE}.").replace(".", "/") if module else ""
        yield Citation(rule=rule, shown=f"{name}.py: {getattr(adviser, '__name__', '')}")


def in_sources(catalogue: Catalogue, root: Path = ROOT) -> Iterator[Citation]:
    """The citations in the package's docstrings and comments."""
    for path in sorted((root / PACKAGE).rglob("*.py")):
        label = path.relative_to(root).as_posix()
        if label.startswith(NOT_SOURCES) or not catalogue.ids_in(path.read_text(encoding="utf-8")):
            continue  # nothing in it can cite a rule
        inside = label.removeprefix(f"{PACKAGE}/")
        for remark in source_texts(path):
            if remark.is_code and (not inside.startswith("config/") or remark.owner.endswith("ADVISERS")):
                continue
            ids = catalogue.ids_in(remark.text)
            if remark.is_code and ids != (remark.text,):
                continue
            shown = f"{inside}: {remark.owner}" if remark.owner else inside
            yield from (Citation(rule=rule, shown=shown) for rule in ids)


# -- checked -----------------------------------------------------------------------------------------


def in_promises() -> Iterator[Citation]:
    """The citations of promises."""
    process = AutoUpdate(settings=UpdateSettings(pair=Settings()))
    for promise in PROMISES:
        yield from (Citation(rule=rule, shown=promise.id) for rule in promise.rules)
    asr, keys = asr_promises(AsrMachine(settings=Settings(), config=PairConfig())), key_promises(Settings())
    saving = saving_promises(SavingMachine(settings=Settings(), spaces=(None,))).values()
    for beside in (*remote.PROMISES, *update_promises(process), *findings(process), *asr, *keys, *saving):
        yield from (Citation(rule=rule, shown=beside.id) for rule in beside.rules)


def shipped(root: Path = ROOT) -> tuple[Path, ...]:
    """Every shipped trace, model file and runbook."""
    files = [path for folder in SHIPPED for path in (root / folder).rglob("*") if path.suffix in SUFFIXES]
    return tuple(sorted(files))


def in_shipped(catalogue: Catalogue, root: Path = ROOT) -> Iterator[Citation]:
    """The citations in traces, model files and runbooks: in comments, texts and file names."""
    for path in shipped(root):
        label = path.relative_to(root).as_posix()
        named = re.match(r"[a-z]+\d*-\d+(?=[-.])", path.name)
        text = path.read_text(encoding="utf-8") + "\n" + (named[0].upper() if named else "")
        yield from (Citation(rule=rule, shown=label) for rule in catalogue.ids_in(text))


def in_tests(catalogue: Catalogue, root: Path = ROOT) -> Iterator[Citation]:
    """The citations in tests."""
    for path in sorted((root / "tests").rglob("*.py")):
        label = path.relative_to(root).as_posix()
        if label in NOT_TESTS:
            continue
        yield from (Citation(rule=rule, shown=label) for rule in catalogue.ids_in(path.read_text(encoding="utf-8")))


def in_broken_rules(catalogue: Catalogue, root: Path = ROOT) -> Iterator[Citation]:
    """The rules for which a test has a wrong protocol: the keys of its table."""
    for path in sorted(each for name in BROKEN_RULES for each in (root / "tests").rglob(name)):
        label = path.relative_to(root).as_posix()
        for key in re.findall(r'^ +"([^"]+)": \(', path.read_text(encoding="utf-8"), re.MULTILINE):
            yield from (Citation(rule=rule, shown=label) for rule in catalogue.ids_in(key))


# -- under an option -----------------------------------------------------------------------------------


def in_options(catalogue: Catalogue, root: Path = ROOT) -> Iterator[Citation]:
    """The rules that the documentation of an option names, if something shipped sets that option."""
    texts = [path.read_text(encoding="utf-8") for path in shipped(root)]
    for name, about in described_options().items():
        is_set = re.compile(rf"^(?:option )?{name}\s*=", re.MULTILINE)
        if any(is_set.search(text) for text in texts):
            yield from (Citation(rule=rule, shown=name) for rule in catalogue.ids_in(about))


def described_options() -> dict[str, str]:
    """Each option with its documentation in `Options`."""
    names = [field.name for field in attrs.fields(Options)]
    pattern = rf"^\s*({'|'.join(names)}): "
    pieces = re.split(pattern, inspect.getdoc(Options) or "", flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))
