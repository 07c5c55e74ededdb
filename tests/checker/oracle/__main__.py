"""The long form: `python -m tests.checker.oracle 2000` compares the engines with the reference on so many models.

A second argument is the first seed. Prints each fault with its seed, and exits with status 1 if there is one.
`python -m tests.checker.oracle --show SEED` prints the source of a model.
"""

from __future__ import annotations

import sys
import time
from itertools import count

from tests.checker.oracle.compare import compare
from tests.checker.oracle.source import write


def main(arguments: list[str]) -> int:
    """Run the comparison; returns the exit status."""
    if arguments[0] == "--show":
        print(write(int(arguments[1])).text)
        return 0
    wanted, first = int(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 0
    begun, compared, wrong, refusals = time.monotonic(), 0, 0, 0
    for seed in count(first):
        if compared == wanted:
            break
        answer = compare(seed)
        if answer is None:
            continue
        faults, refused = answer
        compared += 1
        refusals += bool(refused)
        wrong += bool(faults)
        for fault in faults:
            print(fault, flush=True)
    seconds = time.monotonic() - begun
    print(f"{compared} models, seeds {first} to {seed - 1}: {wrong} wrong, {refusals} refused, {seconds:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
