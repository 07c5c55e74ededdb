"""Inputs that somebody might feed the parsers: shipped files that were damaged, and words put together at random.

Used by tests/test_fuzz.py (Hypothesis) and fuzz/parsers.py (atheris): each parser here ends in a value or in one of
our errors, whatever it is given.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

import attrs

from failover_fsm.analysis.model_file import ModelFileError, read_model
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.errors import ConfigError, ConfigErrors
from failover_fsm.pair.settings import Settings
from failover_fsm.trace.language import parse_trace
from failover_fsm.trace.lines import TraceError
from failover_fsm.trace.player import play
from failover_fsm.trace.writer import format_trace

ROOT = Path(__file__).parent.parent

CONFIGS = sorted([*ROOT.glob("models/**/*.cfg"), *ROOT.glob("tests/**/*.cfg")])
TRACES = sorted([*ROOT.glob("models/**/*.trace"), *ROOT.glob("tests/traces/*.trace")])
MODELS = sorted(ROOT.glob("models/**/*.toml"))

PAIR = PairConfig.from_asa((ROOT / "models" / "active-standby.cfg").read_text(encoding="utf-8"))


def one_line(error: Exception) -> None:
    """An error that a user sees is one line, printable, and no longer than a line can be."""
    text = str(error)
    assert "\n" not in text and text.isprintable() and len(text) < 2000, text


def lines_of(error: ConfigError) -> None:
    """Each error of a configuration is one line."""
    for each in error.errors if isinstance(error, ConfigErrors) else (error,):
        one_line(each)
    assert str(error).replace("\n", "").isprintable()


def config(text: str) -> bool:
    """Reads a configuration; one that is accepted reads back from what is printed of it.  False if it is refused."""
    try:
        found = PairConfig.from_asa(text)
    except ConfigError as error:
        lines_of(error)
        return False
    again = PairConfig.from_asa(found.to_asa(show_key=True))
    assert again == found
    assert again.to_asa() == found.to_asa()
    for advice in found.advice:
        assert "\n" not in str(advice.text)
    try:
        Settings.of(found)
    except ConfigError as error:
        one_line(error)
    return True


def trace(text: str) -> bool:
    """Reads a trace, and plays one that is accepted on a pair; False if it is refused."""
    try:
        found = parse_trace(text, config_given=True)
    except TraceError as error:
        one_line(error)
        return False
    again = parse_trace(format_trace(found), config_given=True)
    assert attrs.evolve(again, source=found.source) == found
    try:
        played = play(found, PAIR)
    except TraceError as error:
        one_line(error)
        return False
    for each in (*played.failures, *played.warnings):
        assert "\n" not in str(each)
    return True


@cache
def beside_configs() -> Path:
    """A folder with the configurations that model files name, below one with the same."""
    top = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, top)
    (top / "models").mkdir()
    for path in ROOT.glob("models/*.cfg"):
        shutil.copy(path, top)
        shutil.copy(path, top / "models")
    return top / "models"


def model(data: bytes) -> bool:
    """Reads a model file; False if it, or the configuration it names, is refused."""
    with tempfile.NamedTemporaryFile(suffix=".toml", dir=beside_configs()) as file:
        file.write(data)
        file.flush()
        try:
            read_model(file.name)
        except ModelFileError as error:
            one_line(error)
            return False
        except ConfigError as error:
            lines_of(error)
            return False
    return True


def config_file(data: bytes) -> bool:
    """Reads a configuration file, whatever its bytes; False if it is refused."""
    with tempfile.NamedTemporaryFile(suffix=".cfg") as file:
        file.write(data)
        file.flush()
        try:
            read_config(file.name)
        except ConfigError as error:
            lines_of(error)
            return False
    return True


def words_of(files: list[Path]) -> list[str]:
    """The words of files, each once."""
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in files)
    return sorted({word for text in texts for word in re.findall(r"\S+", text)})
