"""Coverage-guided fuzzing of the readers with atheris (`pip install atheris`), outside CI.

    python fuzz/parsers.py config -max_total_time=60
    python fuzz/parsers.py "command line" corpus/ -max_total_time=600

The first word is one of tests/fuzzing.py's READERS; the rest goes to libFuzzer.  It begins with the shipped files and
fuzz/corpus.  A crash is anything that is neither a value nor one of our errors; libFuzzer writes the input to a file.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent.parent))
with atheris.instrument_imports(include=["failover_fsm"]):
    from tests.fuzzing import READERS


def main(arguments: list[str]) -> None:
    """Fuzzes one reader until libFuzzer's options end it."""
    word, *rest = arguments or [""]
    if word not in READERS:
        sys.exit(f"{word or 'no reader'}: no such reader; allowed: {', '.join(READERS)}")
    reader = READERS[word]
    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(reader.texts()):
            (Path(corpus) / f"{number}").write_bytes(data)
        atheris.Setup([sys.argv[0], *rest, corpus], lambda data: void(reader.read(data)))
        atheris.Fuzz()


def void(_: object) -> None:
    """What libFuzzer wants to be given."""


if __name__ == "__main__":
    main(sys.argv[1:])
