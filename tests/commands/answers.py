"""What commands answer about configurations that ship, and about small inputs written for this: a digest of each.

    python -m tests.commands.answers            # writes tests/commands/answers.txt anew
    python -m tests.commands.answers COMMAND    # prints what a command answers, about each of its inputs

A file in tests/commands/inputs has many small files in it, each behind a line `=== NAME`. In a command `{FILE/PATTERN}`
stands for each of them that fits the pattern, and the others lie beside it.
"""

from __future__ import annotations

import contextlib
import fnmatch
import hashlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from failover_fsm.cli import main as cli
from failover_fsm.topology import NAMED
from tests import pins

__all__ = ["COMMANDS", "FILE", "answer", "known"]

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("answers.txt")
INPUTS = Path(__file__).with_name("inputs")
SHIPPED = ("examples", "models", "tests")
"""The folders that a command finds where it runs."""

_PAIRS = ("models/active-standby.cfg", "models/active-active.cfg", "models/cisco-asav.cfg", "models/fpr4150.cfg",
          "models/percentage.cfg", "models/policy-2.cfg", "models/shared-link.cfg", "models/timing/fastest.cfg",
          "models/timing/shortest-hold.cfg", "models/incidents/05-poll-times.cfg")  # fmt: skip
_READ = ("tests/data/config/lab_pri.cfg", "tests/data/config/subinterfaces.cfg", "tests/data/config/two_links.cfg",
         "tests/data/config/two_uplinks_aa.cfg", "tests/data/config/branch_aa", "models/campus.cfg",
         "models/saving.cfg", "models/failover-key.cfg", "tests/data/config/public/gns3_asa_sec.cfg")  # fmt: skip
_UNITS = "tests/data/device/hardware/cisco_asa_show_"
_NO_TOPOLOGIES = ("figure-13-9", "stak", "nowhere.toml", "mdels", "models", "models/active-standby.cfg", "' '")
_SECONDS = re.compile(r'"seconds": [\d.e-]+|(?<=every interleaving, )[\d.]+ s')
"""How long a search took, which is no answer."""

COMMANDS = (
    *(f"times {each} --json" for each in _PAIRS),
    *(f"config {each}" for each in (*_PAIRS, *_READ)),
    *(f"faults {each} --json" for each in ("models/policy-2.cfg", "models/shared-link.cfg", "models/cisco-asav.cfg")),
    *(f"faults models/active-standby.cfg --topology figure-13-{number} --json" for number in range(1, 7)),
    "times models/active-standby.cfg --topology figure-13-3 --json",
    "faults models/active-standby.cfg --topology {topologies/wrong-*.toml} --list-elements",
    "faults models/active-standby.cfg --topology {topologies/laid-*.toml} --list-elements",
    "faults models/active-standby.cfg --topology {topologies/laid-[!s]*.toml} --max 1 --goal dual-active --json",
    *(
        f"faults {each}.cfg --topology {{topologies-of-ports/{each}-*.toml}} --max 1 --goal dual-active --json"
        for each in ("vlans", "trunk", "bundle", "nothing", "inside-first", "outside-last", "bridged")
    ),
    *(
        f"whatif bundle.cfg --topology {{topologies-of-ports/bundle-of-{ways}-ways.toml}} --after '{after}' --json"
        for ways, after in (
            ("two", "element_failed element=primary:Port-channel1"),
            ("four", "element_failed element=primary:GigabitEthernet0/4"),
            ("four", "element_failed element=primary:GigabitEthernet0/4; element_failed element=b"),
        )
    ),
    *(f"faults models/active-standby.cfg --topology {each} --list-elements" for each in (*NAMED, *_NO_TOPOLOGIES)),
    "config {configurations-refused/*.cfg}",
    "config {configurations-advised/*.cfg}",
    "config {configurations-advised/[ekm]*.cfg} --all --show-key",
    *(f"show 'show failover' {{configurations-advised/{each}.cfg}}" for each in ("[abt]*", "[!abt]*")),
    "show 'show interface' {configurations-advised/[lmrs]*.cfg}",
    "show 'show monitor-interface' {configurations-advised/[agm]*.cfg} --context shop",
    *(f"faults {{configurations-advised/{each}*.cfg}} --max 1 --goal no-active --json" for each in ("b", "[lst]")),
    "autoupdate pair.cfg --server {servers/wrong-*.toml}",
    *(
        f"autoupdate pair.cfg --server {{servers/offers-{each}.toml}} --json"
        for each in ("all", "not-*", "hitless*", "release-too-far", "*-secondary", "*-primary", "two-*", "conf*", "an*")
    ),
    "autoupdate pair.cfg --server {servers/offers-release-between.toml} -v",
    "autoupdate pair.cfg --server {servers/offers-[nv]*[eom].toml} --transcript",
    "autoupdate pair.cfg --server {servers/offers-same-old-one.toml} --json",
    "autoupdate pair.cfg --server {servers/offers-one-byte.toml} --transcript",
    *(f"autoupdate {{servers/{each}*.cfg}} --server offers-all.toml --json" for each in ("c", "m", "s", "w")),
    *(
        f"watch models/active-standby.cfg --log {{logs/{each}*.log}}"
        for each in ("cl", "[di]", "co", "[no]", "[rs][eh]", "[tw]", "stamp-[a-l]", "stamp-[m-z]")
    ),
    "explain models/active-standby.cfg --log {logs/[cd]*.log} --json",
    *(
        f"explain models/active-standby.cfg --log {{logs/stamp-{each}*.log}} --limit 1 -v"
        for each in ("[c-h]", "[i-l]", "[mn]", "[o-z]")
    ),
    "watch models/active-standby.cfg --log {logs/spelt-*.log}",
    "explain pair.cfg --history {captures/history-*.txt} --limit 1 --json",
    "explain pair.cfg --history primary={captures/history-[cnw]*.txt} --limit 1 -v",
    "explain pair.cfg --state {captures/state-*.txt} --json",
    *(
        "check {topologies-of-ports/nothing.cfg} --json "
        f"--inventory primary={_UNITS}{one}.txt secondary={_UNITS}{other}.txt"
        for one, other in (
            ("version1", "version2"),
            ("version3", "version4"),
            ("module_01", "module_02"),
            ("module_04", "inventory2"),
            ("inventory_pid_spaces", "inventory_empty_sn"),
        )
    ),
    *(
        f"run {{topologies-of-ports/run-{each}*.trace}} --json"
        for each in ("v[li]", "t", "b", "[ino]", "s", "f", "g", "a")
    ),
    *(f"run {{topologies-of-ports/timed-{each}*.trace}} --messages" for each in ("[bf]", "[gtv]")),
    *(f"run {{commands-in-operation/{each}*.trace}} --json" for each in ("[abe]", "[fiw]", "o", "[rs]", "g")),
    "run {commands-in-operation/in-time.trace} --messages",
    *(f"check {{models/{each}*.toml}} -v" for each in ("q", "on", "op", "only-[a-l]", "only-[m-z]", "[bfgi]", "w")),
    "times models/active-standby.cfg --sweep --json",
    "times models/timing/fastest.cfg --link-delay '10 ms' --synchronisation '90 s' --json",
    "diff models/active-standby.cfg models/policy-2.cfg --json",
    "whatif models/active-standby.cfg --after 'unit_failed unit=primary' --json",
    "whatif models/active-active.cfg --after 'primary: no failover active group 1; failover_link_failed' --json",
)
"""Each as it is typed behind `failover-fsm`."""


def answer(command: str) -> str:
    """A digest of what a command prints and writes, with its exit status; for each of its inputs, if it names them."""
    return " ".join(hashlib.sha256(text.encode()).hexdigest()[:8] for _, text in _asked(command))


def _asked(command: str) -> Iterator[tuple[str, str]]:
    """The command with each of its inputs, and the status with what it prints and writes; seconds left out."""
    place = re.search(r"\{(.+)/(.+)\}", command)
    inputs = _inputs(place[1]) if place else {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in SHIPPED:
            (folder / each).symlink_to(ROOT / each)
        for each, text in inputs.items():
            (folder / each).write_text(text, encoding="utf-8")
        for each in fnmatch.filter(inputs, place[2]) if place else [""]:
            typed = command.replace(place[0], each) if place else command
            yield typed, _run(typed, folder)


def _inputs(name: str) -> dict[str, str]:
    """The small files in a file of inputs, by their names."""
    _, *parts = re.split(r"^=== (.+)\n", (INPUTS / f"{name}.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _run(command: str, folder: Path) -> str:
    printed = io.StringIO()
    environment, there = dict(os.environ), {*folder.iterdir()}
    os.environ.update(COLUMNS="100", NO_COLOR="1", XDG_CACHE_HOME="/dev/null")
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            status = cli(shlex.split(command))
    finally:
        os.environ.clear()
        os.environ.update(environment)
    text = f"{status} {_SECONDS.sub('', printed.getvalue())}"
    for each in sorted({*folder.iterdir()} - there):
        text += each.read_text(encoding="utf-8")
        each.unlink()
    return text


def known() -> dict[str, str]:
    """The digests in the file, by the command."""
    return pins.read(FILE)


def main() -> None:
    """Writes the file, or prints the answer."""
    if len(sys.argv) > 1:
        print(*(f"{typed}\n{text}" for typed, text in _asked(sys.argv[1])), sep="\n")
    else:
        pins.write(FILE, ((each, answer(each)) for each in COMMANDS))


if __name__ == "__main__":
    main()
