"""All benchmarks in one run: `python -m benchmarks`, about an hour of an idle machine with two cores.

Measures the reference model and whole pairs beside their peers, then one event beside other libraries, and writes the
figures, the tables of the README and the pictures. `--pages` writes these anew from the figures that are there.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from benchmarks import pages

COMMANDS = (
    ("benchmarks.run", "--k", "0", "1", "3", "5", "6", "7", "--json", str(pages.FOLDER / "figures.json")),
    (
        "benchmarks.pair",
        "--explorers",
        "compiled",
        "kept",
        "SPIN",
        "Rumur",
        "TLC",
        "--json",
        str(pages.FOLDER / "pairs.json"),
    ),
    ("benchmarks.steps",),
)


def main() -> None:
    """Read the command line, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--pages", action="store_true", help="measure nothing, write tables and pictures from the figures there"
    )
    if not parser.parse_args().pages:
        for command in COMMANDS:
            print(f"+ python -m {' '.join(command)}", flush=True)
            subprocess.run([sys.executable, "-m", *command], cwd=pages.FOLDER.parent, check=True)
    pages.main()


if __name__ == "__main__":
    main()
