"""Coverage-guided fuzzing of the parsers with atheris (`pip install atheris`), outside CI.

    python fuzz/parsers.py config -max_total_time=60
    python fuzz/parsers.py trace corpus/ -max_total_time=600

The first word is config, trace or model; the rest goes to libFuzzer.  Without a corpus it begins with the shipped
files.  A crash is anything that is neither a value nor one of our errors; libFuzzer writes the input to a file.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent.parent))
with atheris.instrument_imports(include=["failover_fsm"]):
    from tests import fuzzing

PARSERS = {
    "config": (fuzzing.config_file, fuzzing.CONFIGS),
    "trace": (lambda data: fuzzing.trace(data.decode("utf-8", "replace")), fuzzing.TRACES),
    "model": (fuzzing.model, fuzzing.MODELS),
}


def main(arguments: list[str]) -> None:
    """Fuzzes one parser until libFuzzer's options end it."""
    word, *rest = arguments or [""]
    if word not in PARSERS:
        sys.exit(f"{word or 'no parser'}: no such parser; allowed: {', '.join(PARSERS)}")
    parser, files = PARSERS[word]
    with tempfile.TemporaryDirectory() as corpus:
        for number, path in enumerate(files):
            (Path(corpus) / f"{number}").write_bytes(path.read_bytes())
        atheris.Setup([sys.argv[0], *rest, corpus], lambda data: void(parser(data)))
        atheris.Fuzz()


def void(_: object) -> None:
    """What libFuzzer wants to be given."""


if __name__ == "__main__":
    main(sys.argv[1:])
