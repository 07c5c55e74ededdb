"""What commands answer about configurations that ship: a digest of each.

python -m tests.commands.answers    # writes tests/commands/answers.txt anew
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import shlex
from pathlib import Path

from failover_fsm.cli import main as cli
from tests import pins

__all__ = ["COMMANDS", "FILE", "answer", "known"]

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("answers.txt")

_PAIRS = ("models/active-standby.cfg", "models/active-active.cfg", "models/cisco-asav.cfg", "models/fpr4150.cfg",
          "models/percentage.cfg", "models/policy-2.cfg", "models/shared-link.cfg", "models/timing/fastest.cfg",
          "models/timing/shortest-hold.cfg", "models/incidents/05-poll-times.cfg")  # fmt: skip
_READ = ("tests/data/config/lab_pri.cfg", "tests/data/config/subinterfaces.cfg", "tests/data/config/two_links.cfg",
         "tests/data/config/two_uplinks_aa.cfg", "tests/data/config/branch_aa", "models/campus.cfg",
         "models/saving.cfg", "models/failover-key.cfg", "tests/data/config/public/gns3_asa_sec.cfg")  # fmt: skip

COMMANDS = (
    *(f"times {each} --json" for each in _PAIRS),
    *(f"config {each}" for each in (*_PAIRS, *_READ)),
    *(f"faults {each} --json" for each in ("models/policy-2.cfg", "models/shared-link.cfg", "models/cisco-asav.cfg")),
    *(f"faults models/active-standby.cfg --topology figure-13-{number} --json" for number in range(1, 7)),
    "times models/active-standby.cfg --topology figure-13-3 --json",
    "diff models/active-standby.cfg models/policy-2.cfg --json",
    "whatif models/active-standby.cfg --after 'unit_failed unit=primary' --json",
    "whatif models/active-active.cfg --after 'primary: no failover active group 1; failover_link_failed' --json",
)
"""Each as it is typed behind `failover-fsm`."""


def answer(command: str) -> str:
    """A digest of what a command prints, with its exit status; seconds that it took left out."""
    printed = io.StringIO()
    before = dict(os.environ)
    os.environ.update(COLUMNS="100", NO_COLOR="1", XDG_CACHE_HOME="/dev/null")
    try:
        with contextlib.chdir(ROOT), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            status = cli(shlex.split(command))
    finally:
        os.environ.clear()
        os.environ.update(before)
    text = re.sub(r'"seconds": [\d.e-]+', "", printed.getvalue())
    return hashlib.sha256(f"{status} {text}".encode()).hexdigest()[:8]


def known() -> dict[str, str]:
    """The digests in the file, by the command."""
    return pins.read(FILE)


def main() -> None:
    """Writes the file."""
    pins.write(FILE, ((each, answer(each)) for each in COMMANDS))


if __name__ == "__main__":
    main()
