"""The disagreement of a system with its model: what was done, what was seen, and both as text that replays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, count
from pathlib import Path

from failover_fsm.testing.kit.adapter import Act
from failover_fsm.testing.kit.pickled import Pickled
from failover_fsm.testing.kit.plan_text import as_program, as_trace
from failover_fsm.testing.kit.python_text import NoExpression

__all__ = ["Disagreement", "write_new"]


class Disagreement(Pickled, AssertionError):
    """The system shows something that the model does not allow.

    Attributes:
        acts: The plan up to the disagreement, from a reset on.
        seen: What the system shows at the end, in words.
        allowed: What the model allows there, in words.
        values: The same as the values that `shown` gives.
        examples: The number of plans it took to find it.
        repeats: True if the plan failed again when it was run again, so that no event can be left out of it; False if
            it did not, and is reported as it was first seen; None if it was not run again.
    """

    def __init__(
        self,
        acts: Sequence[Act],
        seen: str,
        allowed: Sequence[str],
        examples: int = 0,
        *,
        values: Sequence[object] = (),
        repeats: bool | None = None,
    ) -> None:
        self.acts, self.seen, self.allowed, self.examples = tuple(acts), seen, tuple(allowed), examples
        self.values, self.repeats = tuple(values), repeats
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """What was seen, what is allowed, and the plan as a program and as a trace."""
        try:
            program = f"As a program:\n\n{self.program}"
        except NoExpression as error:
            program = f"There is no program: {error}\n"
        return f"{self.summary}\n\n{program}\nAs a trace:\n\n{self.trace}"

    @property
    def summary(self) -> str:
        """What was seen and what is allowed."""
        wanted = "\n  or    ".join(self.allowed)
        once = "; it did not fail a second time" if self.repeats is False else ""
        return (
            f"the system and the model disagree (plan {self.examples}, {len(self.acts)} events{once})\n"
            f"  shows {self.seen}\n  model {wanted}"
        )

    @property
    def comments(self) -> tuple[str, ...]:
        """What was seen and what is allowed, a line each."""
        return (f"the system shows {self.seen}", *(f"the model allows {words}" for words in self.allowed))

    @property
    def program(self) -> str:
        """A Python function of the adapter that plays the plan and fails where the system disagrees.

        Raises:
            ValueError: If an event or a shown value has no expression that Python can read back.
        """
        return as_program(self.acts, self.values, self.comments)

    @property
    def trace(self) -> str:
        """The plan as text; `replay` reads it."""
        return as_trace(self.acts, self.comments)

    def save(self, directory: str | Path, name: str = "disagreement") -> Path:
        """Writes the trace and the program into a folder, under names that no file has yet.

        Returns:
            The path of the trace; the program has the same name and `.py`.

        Raises:
            ValueError: If there is no program; nothing is written then.
        """
        trace, program = self.trace, self.program
        return write_new(Path(directory), lambda mark: {f"{name}{mark}.trace": trace, f"{name}{mark}.py": program})


def write_new(folder: Path, files: Callable[[str], dict[str, str]]) -> Path:
    """Writes files, all under names that no file has yet.

    Args:
        folder: Where to; made if it is missing.
        files: Gives the text of each file by its name, which has the mark that is passed: nothing, `-2`, `-3`, …

    Returns:
        The path of the first file.

    Raises:
        NotADirectoryError: If a file is where the folder should be.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise NotADirectoryError(f"{folder}: a file is in the way; allowed: a folder, which may be new") from None
    for mark in chain([""], (f"-{number}" for number in count(2))):
        texts = {folder / name: text for name, text in files(mark).items()}
        if not any(path.exists() for path in texts):
            break
    for path, text in texts.items():
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    return next(iter(texts))
