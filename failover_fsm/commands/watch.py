"""`failover-fsm watch`: messages of a pair as they come, and at once what is wrong with them."""

from __future__ import annotations

import argparse
import codecs
import enum
import os
import select
import sys
import time
from collections.abc import Iterator
from typing import Any

from failover_fsm.commands.files import BadInput, complain, emit, emit_answer
from failover_fsm.commands.gaps import answer_undecided
from failover_fsm.commands.json_object import json_object
from failover_fsm.commands.scenarios import scenario_of
from failover_fsm.config.values.input_file import InputFileError, encoding_of, refuse_packed
from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.watch import Alarm, AlarmKind, Watch

__all__ = ["add_parser", "run"]

PAUSE = 0.5
"""Seconds between two looks at a file that may grow, and at the deadlines."""


class _Pause(enum.Enum):
    """What can be between two lines."""

    NOTHING_CAME = "nothing came for a while"
    ANOTHER_FILE = "another file has taken the place of the log"


_HARMLESS = (AlarmKind.REDUNDANT, AlarmKind.ANEW)


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "watch",
        description="Reads system messages of both units from standard input, or from a file that grows, and prints a"
        " line when one is impossible, when a switch lacks its cause, when redundancy is lost without a takeover, and"
        " when a switch that is due does not come.",
        epilog="Exit status at the end of the input: 0 nothing to say, 1 an alarm, 2 bad input, 130 Ctrl-C.",
    )
    parser.add_argument("file", metavar="MODEL.toml|PRIMARY.cfg", help="a model file, or the primary's running-config")
    parser.add_argument("secondary", metavar="SECONDARY.cfg", nargs="?", help="the secondary's running-config")
    parser.add_argument(
        "--host", metavar="UNIT=NAME", action="append", default=[],
        help="whose lines come from this host, before a line of it names its unit; repeat for the other unit",
    )  # fmt: skip
    parser.add_argument("--log", metavar="FILE", help="read this file instead of standard input")
    parser.add_argument("--follow", action="store_true", help="with --log, go on reading as the file grows")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `watch`.

    Returns:
        The exit status at the end of the input: 1 if there was an alarm, else 0; 3 where the configuration lacks what
        the answer depends on.

    Raises:
        BadInput, ConfigError, ModelFileError: If the input cannot be used, or has no system message.
    """
    if args.follow and args.log is None:
        raise BadInput("--follow: standard input is followed to its end anyway; allowed: with --log FILE")
    hosts = _hosts(args.host)
    scenario = scenario_of(args.file, args.secondary)
    if scenario.config.gaps:
        return answer_undecided("watch", scenario.title, scenario.config, as_json=args.json)
    watch = Watch(scenario.config, scenario.options, hosts)
    status, count = 0, 0
    now = None if args.log is not None and not args.follow else time.monotonic()
    for line in _lines(args):
        count += isinstance(line, str)
        if line is _Pause.NOTHING_CAME and now is not None:
            now = time.monotonic()  # lines that wait to be read do not come later for that
        for alarm in _said_of(watch, line, now):
            _print(alarm, as_json=args.json)
            status = status if alarm.kind in _HARMLESS else 1
    source = args.log or "standard input"
    if not watch.messages and not watch.others:
        raise BadInput(f"{source}: {count:,} {'line' if count == 1 else 'lines'}, no system message; allowed: a log")
    complain(f"{source}: {_read_in_all(count, watch)}")
    return status


def _hosts(words: list[str]) -> dict[str, Unit]:
    """The units of all hosts that are named; a host is of one unit."""
    hosts: dict[str, Unit] = {}
    for word in words:
        name, unit = _host(word)
        if hosts.setdefault(name, unit) is not unit:
            raise BadInput(f"--host {word}: {name} is of the {unit.peer.value} already; allowed: a host of one unit")
    return hosts


def _host(word: str) -> tuple[str, Unit]:
    """A host and its unit, as `--host` says it."""
    before, _, name = word.partition("=")
    unit = next((unit for unit in Unit if unit.value == before.lower()), None)
    if unit is None or not name:
        raise BadInput(f"--host {word}: does not say whose it is; allowed: primary=NAME or secondary=NAME")
    return name, unit


def _said_of(watch: Watch, line: str | _Pause, now: float | None) -> tuple[Alarm, ...]:
    """The alarms of a line, or of a time without one; without `now`, times of lines count."""
    if isinstance(line, str):
        return watch.feed(line, now)
    if line is _Pause.ANOTHER_FILE:
        return watch.gap()
    return () if now is None else watch.tick(now)


def _read_in_all(lines: int, watch: Watch) -> str:
    read = f"{lines:,} {'line' if lines == 1 else 'lines'} read"
    if not watch.messages:
        return f"{read}, no line of failover found; allowed: system messages of the pair"
    read += f", {watch.messages:,} of them {'a message' if watch.messages == 1 else 'messages'} of failover"
    if watch.ownerless:
        read += f"; {watch.ownerless:,} left out, of which nothing says whose they are: --host primary=NAME tells it"
    return read


def _print(alarm: Alarm, *, as_json: bool) -> None:
    if as_json:
        record = {"kind": alarm.kind.value, "says": alarm.text, "line": alarm.line}
        emit(json_object("watch", record, on_one_line=True))
    else:
        emit_answer(lambda: f"{alarm}\n" + (f"    {alarm.line.strip()}\n" if alarm.line else ""))


def _lines(args: argparse.Namespace) -> Iterator[str | _Pause]:
    """The lines as they come."""
    if args.log is None:
        if sys.stdin is None:
            raise BadInput("standard input is closed; allowed: an open one, or --log FILE")
        yield from _read(sys.stdin.fileno(), "standard input")
        return
    is_first = True
    while is_first or args.follow:
        try:
            handle = os.open(args.log, os.O_RDONLY)
            if not os.path.isfile(args.log):
                raise BadInput(f"{args.log}: not a file; allowed: a file, or standard input")
        except OSError as error:
            if is_first:
                raise BadInput(f"{args.log}: cannot be read: {error.strerror}; allowed: a readable file") from None
            time.sleep(PAUSE)  # moved away, and the next one is not there yet
            continue
        if not is_first:
            yield _Pause.ANOTHER_FILE
        is_first = False
        try:
            yield from _read(handle, args.log, followed=args.log if args.follow else None)
        finally:
            os.close(handle)


def _read(handle: int, name: str, *, followed: str | None = None) -> Iterator[str | _Pause]:
    """The lines of an open file.

    Args:
        handle: The file.
        name: What it is, for people.
        followed: Its name, where it may grow: it is over only when another file has that name, or it has been cut.
    """
    text = _Lines(name)
    while True:
        ready, _, _ = select.select([handle], [], [], PAUSE)
        if not ready:
            yield _Pause.NOTHING_CAME
            continue
        data = os.read(handle, 65536)
        if not data:
            if followed is None or _is_over(handle, followed):
                break
            yield _Pause.NOTHING_CAME
            time.sleep(PAUSE)
            continue
        yield from text.of(data)
    yield from text.of(b"", is_last=True)


class _Lines:
    """The lines of what is read piece by piece, in the encoding that its first bytes show.

    Args:
        name: What is read.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._decoder: codecs.IncrementalDecoder | None = None
        self._begin = b""
        self._rest = ""

    def of(self, data: bytes, *, is_last: bool = False) -> Iterator[str]:
        """The lines that end in the next piece, and the one that is left when it is the last.

        Raises:
            BadInput: It is compressed.
        """
        if self._decoder is None:
            self._begin += data
            if len(self._begin) < len(codecs.BOM_UTF16_LE) and not is_last:
                return
            data = self._begin
            try:
                refuse_packed(data)
            except InputFileError as error:
                raise BadInput(f"{self._name}: {error.what}; allowed: {error.allowed}") from None
            self._decoder = codecs.getincrementaldecoder(encoding_of(data))("replace")
        *lines, self._rest = (self._rest + self._decoder.decode(data, is_last)).split("\n")
        yield from lines
        if is_last and self._rest:
            yield self._rest


def _is_over(handle: int, name: str) -> bool:
    """A log that was read to its end has been moved away or cut, as logs are from time to time."""
    here = os.fstat(handle)
    if here.st_size < os.lseek(handle, 0, os.SEEK_CUR):
        return True
    try:
        return not os.path.samestat(here, os.stat(name))
    except OSError:
        return False  # the next one is not there yet
