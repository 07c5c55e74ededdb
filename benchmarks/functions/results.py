"""What became of each mistake, one line of JSON for each function, so that a run can be stopped and taken up again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from benchmarks.functions.sites import Part

__all__ = ["FILE", "Result", "Results"]

FILE = Path(__file__).with_name("results.jsonl")


@attrs.frozen
class Result:
    """What became of the mistakes of a function, in their order.

    Attributes:
        module: The path of the file.
        name: The function.
        digest: Of the function as it was.
        verdicts: One for each mistake.
        seconds: Processor seconds that it took.
    """

    module: str
    name: str
    digest: str
    verdicts: tuple[str, ...]
    seconds: float

    @property
    def key(self) -> tuple[str, str]:
        """What it belongs to."""
        return self.module, self.name

    def is_of(self, part: Part) -> bool:
        """Whether the function is as it was, and so are the mistakes that are made in it."""
        return self.digest == part.digest and len(self.verdicts) == len(part.edits)

    def line(self) -> str:
        """The result as one line."""
        return json.dumps([self.module, self.name, self.digest, round(self.seconds, 1), *self.verdicts]) + "\n"


class Results:
    """The results in the file."""

    def __init__(self, path: Path = FILE) -> None:
        self.path = path
        self.found: dict[tuple[str, str], Result] = {}
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            module, name, digest, seconds, *verdicts = json.loads(line)
            self.found[module, name] = Result(module, name, digest, tuple(verdicts), seconds)

    def of(self, part: Part) -> Result | None:
        """The result of the function as it is now."""
        found = self.found.get((part.module, part.name))
        return found if found is not None and found.is_of(part) else None

    def add(self, result: Result) -> None:
        """Keeps a result at once."""
        self.found[result.key] = result
        with self.path.open("a", encoding="utf-8") as file:
            file.write(result.line())

    def write(self, parts: Mapping[str, Iterable[Part]]) -> None:
        """Writes the file anew: the results of functions that are there, in their order."""
        kept = [self.found.get((part.module, part.name)) for each in parts.values() for part in each]
        self.path.write_text("".join(each.line() for each in kept if each is not None), encoding="utf-8")
