"""Inputs that somebody might feed the readers: shipped files that were damaged, and words put together at random.

Used by tests/test_fuzz.py (20,000 inputs), fuzz/run.py (as many as one likes) and fuzz/parsers.py (atheris): each
reader here ends in a value or in one of our errors, whatever it is given.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import io
import random
import re
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from unittest.mock import patch

import attrs

from failover_fsm.analysis.model_file import ModelFileError, read_model
from failover_fsm.checker import CheckpointError
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.cli import command_line
from failover_fsm.commands.checkpoint_file import (
    DIGEST_BYTES,
    CheckpointFile,
    read_checkpoint,
)
from failover_fsm.commands.files import BadInput
from failover_fsm.commands.whatif import parsed
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.review.advice import compare
from failover_fsm.config.values.errors import ConfigError, ConfigErrors
from failover_fsm.pair.settings import Settings
from failover_fsm.topology import PlanError, TopologyFileError, names_for_figures, read_topology
from failover_fsm.trace.language import parse_trace
from failover_fsm.trace.lines import TraceError
from failover_fsm.trace.player import play
from failover_fsm.trace.writer import format_trace
from tests.published.die_hard import DieHard

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "fuzz" / "corpus"

CONFIGS = sorted([*ROOT.glob("models/**/*.cfg"), *ROOT.glob("tests/**/*.cfg"), *CORPUS.glob("config/*.cfg")])
TRACES = sorted([*ROOT.glob("models/**/*.trace"), *ROOT.glob("tests/traces/*.trace")])
TIMED = [path for path in TRACES if "advance " in path.read_text(encoding="utf-8")]
MODELS = sorted(ROOT.glob("models/**/*.toml"))
TOPOLOGIES = sorted(CORPUS.glob("topology/*.toml"))
COMMAND_LINES = sorted(CORPUS.glob("command-line/*.txt"))

PAIR = PairConfig.from_asa((ROOT / "models" / "active-standby.cfg").read_text(encoding="utf-8"))
MOST_DUE, MOST_ORDERS = 500, 200
"""Timers of an `advance`, states of a `settle`: smaller than in use, so that many traces can be played."""

# -- the readers ---------------------------------------------------------------------------------------------------


def one_line(error: object) -> None:
    """An error that a user sees is one line, printable, and no longer than a line can be."""
    text = str(error)
    assert "\n" not in text and text.isprintable() and len(text) < 2000, text


def lines_of(error: ConfigError) -> None:
    """Each error of a configuration is one line."""
    for each in error.errors if isinstance(error, ConfigErrors) else (error,):
        one_line(each)
    assert str(error).replace("\n", "").isprintable()


def config(text: str) -> bool:
    """Reads a configuration; one that is accepted reads back equal from what is printed.  False if it is refused."""
    try:
        found = PairConfig.from_asa(text)
    except ConfigError as error:
        lines_of(error)
        return False
    for everything in (False, True):
        assert PairConfig.from_asa(found.to_asa(all=everything, show_key=True)) == found
    for advice in found.advice:
        assert "\n" not in str(advice.text)
    with contextlib.suppress(ConfigError):
        Settings.of(found)
    return True


def pair(data: bytes) -> bool:
    """Reads two configurations, the second from the middle on, and says what they disagree on."""
    text = _text(data)
    half = text.find("\n", len(text) // 2)
    try:
        primary, secondary = PairConfig.from_asa(text[:half]), PairConfig.from_asa(text[half:])
    except ConfigError as error:
        lines_of(error)
        return False
    for one, other in ((primary, secondary), (primary, PAIR), (PAIR, secondary)):
        for found in compare(one, other):
            assert "\n" not in found.what
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
        with patch("failover_fsm.trace.timed_player.MOST_DUE", MOST_DUE), _few_orders():
            played = play(found, PAIR)
    except TraceError as error:
        one_line(error)
        return False
    for each in (*played.failures, *played.warnings):
        one_line(each)
    return True


def _few_orders() -> contextlib.AbstractContextManager[object]:
    return patch("failover_fsm.trace.run.MAX_ORDERS", MOST_ORDERS)


def after(data: bytes) -> bool:
    """Reads the events of `whatif --after`."""
    try:
        parsed(_text(data))
    except (BadInput, TraceError) as error:
        one_line(error)
        return False
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


@contextlib.contextmanager
def file_of(data: bytes, suffix: str) -> Iterator[str]:
    """The name of a file with these bytes, beside the configurations."""
    with tempfile.NamedTemporaryFile(suffix=suffix, dir=beside_configs()) as file:
        file.write(data)
        file.flush()
        yield file.name


def model(data: bytes) -> bool:
    """Reads a model file; False if it, or the configuration it names, is refused."""
    with file_of(data, ".toml") as name:
        try:
            read_model(name)
        except ModelFileError as error:
            one_line(error)
            return False
        except ConfigError as error:
            lines_of(error)
            return False
    return True


def topology(data: bytes) -> bool:
    """Reads a topology, and wires a pair with it."""
    settings = Settings.of(PAIR)
    names = names_for_figures(settings)
    with file_of(data, ".toml") as name:
        try:
            read_topology(name, names).laid(settings)
        except (TopologyFileError, PlanError) as error:
            one_line(error)
            return False
    return True


def config_file(data: bytes) -> bool:
    """Reads a configuration file, whatever its bytes; False if it is refused."""
    with file_of(data, ".cfg") as name:
        try:
            read_config(name)
        except ConfigError as error:
            lines_of(error)
            return False
    return True


def checkpoint(data: bytes) -> bool:
    """Reads a checkpoint, and takes up the search that one which is accepted belongs to."""
    with file_of(data, ".checkpoint") as name:
        try:
            result = small_search().verify(resume=read_checkpoint(name))
        except CheckpointError as error:
            one_line(error)
            return False
    assert (result.states, result.complete) == (16, True)
    return True


@cache
def small_search() -> CompiledChecker:
    return CompiledChecker(DieHard())


@cache
def _parser() -> object:
    return command_line.parser()


def command(data: bytes) -> bool:
    """Reads a command line, without running it."""
    try:
        words = shlex.split(_text(data).replace("\0", ""))
    except ValueError:
        return False
    if (wrong := command_line._unusable(words)) is not None:
        one_line(wrong)
        return False
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            _parser().parse_args(words)  # type: ignore[attr-defined]  # an argument parser
    except SystemExit as end:
        assert end.code in (0, 2)
        one_line(said.getvalue().removesuffix("\n"))
        return end.code == 0
    return True


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


# -- the inputs ----------------------------------------------------------------------------------------------------

WEIRD = (
    "", "0", "-1", "255", "4294967296", "1" * 40, '"', "#", "=", "\x00", "\u2028", "é", "\ufeff", "no", " " * 9,
    "\x1b[2J", "\u202e", "visible", "a/b", "0/1", "[", "]", "{", "'''", "1.5", "true", "../x", "/dev/zero", "--", ";",
    "\\",
)  # fmt: skip


def words_of(files: list[Path]) -> list[str]:
    """The words of files, each once."""
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in files)
    return sorted({word for text in texts for word in re.findall(r"\S+", text)})


@attrs.frozen(eq=False)
class Reader:
    """One of the readers, and what its inputs begin as.

    read: True if the input is accepted, False if it is refused; anything else is an error of ours.
    begins: whole inputs.  damage: what is done to the text of one.
    """

    read: Callable[[bytes], bool]
    begins: Callable[[], list[bytes]]
    damage: Callable[[random.Random, bytes, list[str]], bytes]

    @cache  # noqa: B019  # readers live as long as the programme
    def texts(self) -> list[bytes]:
        return self.begins()

    @cache  # noqa: B019
    def words(self) -> list[str]:
        return sorted({word for text in self.texts() for word in re.findall(r"\S+", _text(text))})

    def input(self, seed: int) -> bytes:
        """The input of a number: always the same."""
        chance = random.Random(seed)
        if chance.random() < 0.02:
            return chance.randbytes(chance.randrange(300))
        return self.damage(chance, chance.choice(self.texts()), self.words())


def lines_damaged(chance: random.Random, data: bytes, words: list[str]) -> bytes:
    """A few lines lost, doubled, moved, or with other words in them; now and then a byte."""
    lines = _text(data).split("\n")
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        at = chance.randrange(len(lines))
        match chance.randrange(8):
            case 0:
                del lines[at]
                lines = lines or [""]
            case 1:
                lines.insert(at, chance.choice(lines))
            case 2:
                lines[at] = " ".join(chance.choices(words, k=chance.randint(1, 6)))
            case 3:
                lines[at] = "".join(map(chr, chance.choices((*range(32, 127), 9, 27, 133, 8238, 8203, 55295), k=20)))
            case 4:
                place = chance.randint(0, len(lines[at]))
                lines[at] = lines[at][:place] + chance.choice(WEIRD) + lines[at][place:]
            case _:
                parts = lines[at].split(" ")
                parts[chance.randrange(len(parts))] = chance.choice((*WEIRD, *chance.choices(words, k=20)))
                lines[at] = " ".join(parts)
    damaged = "\n".join(lines).encode("utf-8", "surrogatepass")
    return bytes_damaged(chance, damaged) if chance.random() < 0.05 else damaged


def bytes_damaged(chance: random.Random, data: bytes) -> bytes:
    """A few bytes lost, changed or put in."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(found))
        end = at + chance.randrange(3)
        found[at:end] = chance.randbytes(chance.randrange(3))
    return bytes(found)


def one_line_damaged(chance: random.Random, data: bytes, words: list[str]) -> bytes:
    """One line of the text, with words lost, changed and put in."""
    parts = chance.choice(_text(data).splitlines()).split(" ")
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randint(0, len(parts))
        parts[at : at + chance.randrange(3)] = chance.choices((*WEIRD, *words), k=chance.randrange(3))
    return " ".join(parts).encode("utf-8", "surrogatepass")


def checkpoint_damaged(chance: random.Random, data: bytes, _words: list[str]) -> bytes:
    """Bytes changed; in every other input the header, with the digest made right again."""
    if chance.random() < 0.5:
        return bytes_damaged(chance, data)
    head, _, rest = data[:-DIGEST_BYTES].partition(b"}\n")
    numbers = re.sub(
        rb"\d+", lambda found: found[0] if chance.random() < 0.95 else b"%d" % chance.choice((0, 1, 7, 1 << 40)), head
    )
    if chance.random() < 0.5:
        rest = bytes_damaged(chance, rest)
    found = numbers + b"}\n" + rest
    return found + hashlib.sha256(found).digest()


def bytes_of(files: list[Path]) -> Callable[[], list[bytes]]:
    return lambda: [path.read_bytes() for path in files]


def small_checkpoints() -> list[bytes]:
    """Checkpoints of a search of 16 states, cut off at each of some levels."""
    found = []
    for most in (2, 8, 100):
        file = beside_configs() / "small.checkpoint"
        small_search().verify(max_states=most, clock=lambda: 0.0, store=CheckpointFile(file), save_every=0.0)
        found.append(file.read_bytes())
    return found


def events() -> list[bytes]:
    lines = {line.strip() for path in TRACES for line in path.read_text(encoding="utf-8").splitlines()}
    kept = sorted(
        line for line in lines if line and not line.startswith(("#", "config", "expect", "option", "advance"))
    )
    return ["; ".join(kept[start : start + 3]).encode() for start in range(0, len(kept), 3)]


READERS: dict[str, Reader] = {
    "config": Reader(lambda data: config(_text(data)), bytes_of(CONFIGS), lines_damaged),
    "config file": Reader(config_file, bytes_of(CONFIGS), lines_damaged),
    "pair": Reader(pair, bytes_of(CONFIGS), lines_damaged),
    "trace": Reader(lambda data: trace(_text(data)), bytes_of(TRACES), lines_damaged),
    "timed trace": Reader(lambda data: trace(_text(data)), bytes_of(TIMED), lines_damaged),
    "events": Reader(after, events, one_line_damaged),
    "model": Reader(model, bytes_of(MODELS), lines_damaged),
    "topology": Reader(topology, bytes_of(TOPOLOGIES), lines_damaged),
    "checkpoint": Reader(checkpoint, small_checkpoints, checkpoint_damaged),
    "command line": Reader(command, bytes_of(COMMAND_LINES), one_line_damaged),
}


SHARES = {
    "config": 8, "config file": 8, "pair": 8, "trace": 4, "timed trace": 4, "events": 16, "model": 6, "topology": 16,
    "checkpoint": 15, "command line": 15,
}  # fmt: skip
"""Of a hundred inputs: readers that are quick get more."""


@attrs.frozen
class Failed(Exception):
    """An input for which a reader ended in something else than a value or one of our errors."""

    reader: str
    seed: int
    data: bytes

    def __str__(self) -> str:
        return f"{self.reader}, input {self.seed}: {self.data[:2000]!r}"


def fuzz(name: str, seeds: range) -> tuple[int, int]:
    """Give a reader the inputs of these numbers; how many it accepted and refused.

    Raises Failed, from the error, for the first that it should not have ended in.
    """
    reader = READERS[name]
    answers = [0, 0]
    for seed in seeds:
        data = reader.input(seed)
        try:
            answers[not reader.read(data)] += 1
        except Exception as error:
            raise Failed(name, seed, data) from error
    return answers[0], answers[1]
