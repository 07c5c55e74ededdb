"""Damaged inputs for every reader, as many as one likes, with nothing but the standard library.

    python fuzz/run.py                        # 1,000,000 inputs
    python fuzz/run.py --inputs 5000 --first 70000 model topology

An input for which a reader ends in anything but a value or one of our errors is printed with its number, from which
`READERS[NAME].input(NUMBER)` makes it again, and the run goes on. Exit status: 0 none, 1 there was one.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.fuzzing import READERS, SHARES, Failed, fuzz

STRETCH = 500


def main() -> int:
    """Run until the inputs or the time are used up; print what was read."""
    parser = argparse.ArgumentParser(description="Damaged inputs for every reader.")
    parser.add_argument("readers", nargs="*", help=f"by default all: {', '.join(READERS)}")
    parser.add_argument("--inputs", type=int, default=1_000_000, help="in all (default 1,000,000)")
    parser.add_argument("--first", type=int, default=0, help="number of the first input of each reader")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many")
    args = parser.parse_args()
    names = args.readers or list(READERS)
    whole = sum(SHARES[name] for name in names)
    left = {name: args.inputs * SHARES[name] // whole for name in names}
    following = dict.fromkeys(names, args.first)
    counts = {name: [0, 0, 0] for name in names}
    begun = time.monotonic()
    while any(left.values()) and time.monotonic() - begun < args.seconds:
        for name in names:
            share = min(left[name], STRETCH * SHARES[name] // 10)
            stretch(name, range(following[name], following[name] + share), counts[name])
            following[name] += share
            left[name] -= share
    for name, (accepted, refused, failed) in counts.items():
        whole = accepted + refused + failed
        print(f"{name:<13} {whole:>9,} inputs: {accepted:,} accepted, {refused:,} refused, {failed} failed")
    total = sum(map(sum, counts.values()))
    print(f"{total:,} inputs in {time.monotonic() - begun:.0f} s")
    return int(any(count[2] for count in counts.values()))


def stretch(name: str, seeds: range, counts: list[int]) -> None:
    """Some inputs of a reader; after a failure it goes on with the next one."""
    while seeds:
        try:
            accepted, refused = fuzz(name, seeds)
        except Failed as failure:
            traceback.print_exception(failure)
            sys.stderr.flush()
            counts[2] += 1
            counts[1] += failure.seed - seeds.start
            seeds = range(failure.seed + 1, seeds.stop)
            continue
        counts[0] += accepted
        counts[1] += refused
        return


if __name__ == "__main__":
    sys.exit(main())
