"""The page docs/explanation/mutation-of-functions.md, from the results."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import attrs

from benchmarks.functions.answers import answer
from benchmarks.functions.killers import COUNTS, GRAPH, WAYS
from benchmarks.functions.modules import FOLDERS
from benchmarks.functions.results import Results
from benchmarks.functions.sites import KINDS, ROOT, Edit, Part
from benchmarks.functions.trial import ALIKE, LIVES, NOT_REACHED, UNDECIDED

__all__ = ["PAGE", "digest_of", "page"]

PAGE = ROOT / "docs" / "explanation" / "mutation-of-functions.md"

COLUMNS = (
    "promise", "graph", "scenario", "way", "session", "judged", "wrong", "error", "test", ALIKE, LIVES, NOT_REACHED,
    UNDECIDED, "open", "not run",
)  # fmt: skip
HEADINGS = (
    "Promises", "Graphs", "Scenarios", "Ways", "Sessions", "Judgements", "Wrong protocols", "Errors",
    "Unit tests alone", "Alike", "Survive", "Not reached", "Undecided", "Open", "Not run",
)  # fmt: skip

HOW = """\
The rows of the tables are mutated in [mutation.md](mutation.md). Here the functions around them are: each comparison,
boolean, constant, branch and call is made wrong once, and the package with that one mistake is held against every
shipped scenario (with those of Auto Update), against what the sessions of these pages show, against the promises (the
small pairs of `tests/promises/graphs.txt` on the plain explorer, the small model files and those of promises in time,
three pairs with Auto Update;
mistakes in `model/` against the cheaper of these pairs on the compiled explorer, and against what is known of searches
on observations, `tests/model/searches.txt`, too), and, where none of these notices
it, against the unit tests of the folder, and those that import the module.
Mistakes in the promises themselves are held against steps that are made up too (`tests/promises/judged.py`: which of
them a promise forbids is pinned), and against the wrong protocols of `tests/promises/alone.py`: each is caught by one
promise alone, so a promise that has become weaker does not catch it any more.

First it is found out whom to ask. While a killer runs the package as it ships, each call of a function is made again
with each mistake in it, on copies of the arguments. Where all calls end alike - the answer, what is left of the
arguments, the error - that killer cannot notice the mistake. Only those that could are asked: the scenarios, the cheap
ones first, in four rounds; then sessions, promises, and unit tests. Of the unit tests, which are collected once, those
are run again that call the function, in a fork of their session. The first that notices a mistake is counted, so
what stands under *Scenarios* may be noticed by promises too. A mistake that makes the run end in an error or go on for
ever is noticed by whoever runs it. `if a → never` and `if a → always` stand for a condition turned round, one side of
`and` or `or` that is missing for the one in place of the other, and words of a text are no decisions.

The tool is `benchmarks/functions/`, on `ast`. mutmut 3 mutates functions only and asks pytest only; cosmic-ray starts a
command for each mistake, which imports the package for longer than most mistakes take here. What is needed is a process
that has imported everything, a fork of it for each mistake, which puts the wrong code into the functions that are there
already, and killers that are no tests.
"""


WORDS = """
*Graphs*: no promise has another verdict, but a small pair has other states or steps than `tests/promises/graphs.txt`
pins, a search finds others than `tests/model/searches.txt`, or a model file has other counts than it says.
*Judgements*: a promise forbids other steps than `tests/promises/judged.txt` pins. *Ways*: no claim of a scenario
notices the mistake, but a scenario goes another way, which `tests/traces/ways.txt` pins with all its states and
messages, or ends with other show commands (`tests/traces/screens.txt`), or tells callbacks something else
(`tests/pair/told.txt`), or a command answers otherwise (`tests/commands/answers.txt`).
*Alike*: no killer that runs the function could notice the mistake, or those that could have the same graph and go the
same way to the last message. That makes it equivalent on all that was looked at, and it is not counted as killed. *Not
reached*: nothing that was asked runs the function. *Undecided*: the time for one mistake (`--seconds`) was over before
everybody who could notice it was asked. *Open*: the run ended before everybody was asked; so far nobody noticed it.
What takes effect as the package is imported (constants beside functions, defaults) is tried with `--imports`, and
counts as not run before. With `--sample N` at most N mistakes of each module are tried, drawn by its name. What a row
or a promise cites and says (`rules`, `says`, `lemma`) is no decision.
"""


@attrs.frozen
class Outcome:
    """What became of one mistake. `verdict` is "not run" where there is no result of the function as it is."""

    part: Part
    edit: Edit
    verdict: str

    @property
    def column(self) -> str:
        """One of COLUMNS; a run that takes too long, and one that ends in an error, is noticed by whoever runs it."""
        if self.verdict in ("pending", "not run"):
            return "not run"
        if self.verdict == "begun":
            return "open"
        if self.verdict.startswith("test:"):
            return "test"
        if self.verdict.startswith(("error", "too long")) or "/an error" in self.verdict:
            return "error"
        if self.verdict.endswith(tuple(f"/{each}" for each in WAYS)):
            return "way"
        if self.verdict.endswith((f"/{GRAPH}", f"/{COUNTS}")):
            return "graph"
        return self.verdict.partition(":")[0]

    @property
    def name(self) -> str:
        """`failover_fsm/pair/health.py status: if a → never`."""
        return f"{self.part.module} {self.part.name}: {self.edit.says}"


def outcomes(everything: Mapping[str, Sequence[Part]], results: Results) -> Iterator[Outcome]:
    """What became of each mistake, in order."""
    for parts in everything.values():
        for part in parts:
            known = results.of(part)
            for index, edit in enumerate(part.edits):
                yield Outcome(part, edit, "not run" if known is None else known.verdicts[index])


def digest_of(parts: Sequence[Part]) -> str:
    """Of the code of a module as far as it is mutated."""
    return hashlib.sha256("".join(f"{each.name}{each.digest}" for each in parts).encode()).hexdigest()[:12]


def page(everything: Mapping[str, Sequence[Part]], results: Results) -> str:
    """The page in Markdown."""
    found = list(outcomes(everything, results))
    seconds = sum(each.seconds for each in results.found.values())
    parts = (
        _head(found, seconds),
        _modules(everything, found),
        _kinds([each for each in found if each.column != "not run"]),
        _promises(found),
        _living(found),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(found: Sequence[Outcome], seconds: float) -> Iterator[str]:
    counts = Counter(each.column for each in found)
    run = len(found) - counts["not run"]
    yield "# Mutation of the functions\n"
    yield "Made by `python -m benchmarks.functions`; do not edit, make it again.\n"
    yield HOW
    begun = (
        f"{counts['open']} are open:\nsome were asked and did not notice them, and not everybody was asked yet; "
        if counts["open"]
        else ""
    )
    yield (
        f"**{run} of {len(found)} mistakes have been tried, {counts['not run']} have not.** Of those tried {begun}"
        f"{counts[UNDECIDED]} are undecided. The shares are of all\nthat were tried, so they are at least that. "
        f"It took {seconds / 60:.0f} processor minutes.\n"
    )
    yield from _score(found, counts)
    yield from _folders(found)
    yield WORDS


BY_BOTH = ("promise", "graph", "scenario", "way", "judged", "wrong", "error")
"""What counts as noticed by promises and scenarios: their verdicts, what is pinned of them, and errors."""


def _shares(counts: Counter[str]) -> tuple[int, int, int, int]:
    """How many were tried, and noticed by promises and scenarios, by sessions too, by unit tests too."""
    run = counts.total() - counts["not run"]
    both = sum(counts[each] for each in BY_BOTH)
    return run, both, both + counts["session"], both + counts["session"] + counts["test"]


def _score(found: Sequence[Outcome], counts: Counter[str]) -> Iterator[str]:
    run, by_both, by_pages, by_tests = _shares(counts)
    if not run:
        return
    unnoticed = (each for each in found if each.column in (ALIKE, LIVES, NOT_REACHED, UNDECIDED, "open"))
    equivalent = sum(answer(each.name)[0] == "equivalent" for each in unnoticed)
    yield "| | Share, at least | Without those that go alike |"
    yield "|---|---|---|"
    for what, killed in (
        ("promises and scenarios alone", by_both),
        ("them or sessions of these pages", by_pages),
        ("them or unit tests", by_tests),
    ):
        yield f"| noticed by {what} | {killed / run:.1%} | {killed / max(1, run - counts[ALIKE]):.1%} |"
    yield f"| alike | {counts[ALIKE] / run:.1%} | |"
    yield f"| equivalent, with a written reason | {equivalent / run:.1%} | |"
    if not counts["test"]:
        yield "\nNo unit test noticed any: so far there were only runs that ask none (`--only`)."


def _folders(found: Sequence[Outcome]) -> Iterator[str]:
    yield "\n| Folder | Mistakes | Tried | Open of these | Promises and scenarios, of those tried | with unit tests |"
    yield "|---|---|---|---|---|---|"
    for folder in FOLDERS:
        mine = Counter(each.column for each in found if each.part.module.startswith(f"failover_fsm/{folder}/"))
        run, by_both, _, by_tests = _shares(mine)
        shares = f"{by_both / max(1, run):.1%} | {by_tests / max(1, run):.1%}"
        yield f"| `{folder}/` | {mine.total()} | {run} | {mine['open']} | {shares} |"


def _row(title: str, found: Sequence[Outcome]) -> str:
    counts = Counter(each.column for each in found)
    return f"| {title} | {len(found)} | {' | '.join(str(counts[each]) for each in COLUMNS)} |"


def _heads(first: str) -> Iterator[str]:
    yield f"| {first} | Mistakes | {' | '.join(HEADINGS)} |"
    yield f"|{'---|' * (len(HEADINGS) + 2)}"


def _modules(everything: Mapping[str, Sequence[Part]], found: Sequence[Outcome]) -> Iterator[str]:
    yield "## By module\n"
    yield (
        "The digest is that of the code, without comments and docstrings; a test compares it with the code that ships."
        "\n`python -m benchmarks.functions --changed` tries again what has changed, and "
        "`python -m benchmarks.functions --page`\nwrites the page, on which functions that have changed count as not "
        "run.\n"
    )
    yield from _heads("Module")
    of_module: dict[str, list[Outcome]] = defaultdict(list)
    for each in found:
        of_module[each.part.module].append(each)
    untouched: dict[str, list[Outcome]] = defaultdict(list)
    for module, mine in of_module.items():
        if all(each.column == "not run" for each in mine):
            folder = next(each for each in FOLDERS if module.startswith(f"failover_fsm/{each}/"))
            untouched[folder] += mine
        else:
            yield _row(f"`{module.removeprefix('failover_fsm/')}` {digest_of(everything[module])}", mine)
    for folder, rest in untouched.items():
        yield _row(f"other modules of `{folder}/`", rest)
    yield _row("**all**", found)


def _kinds(found: Sequence[Outcome]) -> Iterator[str]:
    yield "\n## By kind\n"
    yield "Those that were tried.\n"
    yield from _heads("Kind")
    for kind, says in KINDS.items():
        yield _row(f"{kind}: {says}", [each for each in found if each.edit.kind == kind])


def _promises(found: Sequence[Outcome]) -> Iterator[str]:
    kills: dict[str, list[Outcome]] = defaultdict(list)
    for each in found:
        if each.column == "promise":
            for promise in each.verdict.rpartition("/")[2].split(","):
                kills[promise].append(each)
    yield "\n## Which promise notices what\n"
    yield "A mistake counts for every promise that has another verdict where it is noticed first.\n"
    yield "| Promise | Mistakes | For example |"
    yield "|---|---|---|"
    for promise in sorted(kills, key=lambda name: (-len(kills[name]), name)):
        yield f"| `{promise}` | {len(kills[promise])} | {_code(kills[promise][0].name)} |"
    from failover_fsm.promises import PROMISES

    idle = [f"`{each.id}`" for each in PROMISES if each.id not in kills]
    yield f"\nNoticed none of them first: {', '.join(idle) or 'no promise'}."


def _living(found: Sequence[Outcome]) -> Iterator[str]:
    """Each mistake that nothing has killed, by module; functions that nothing runs, with how many there are in each."""
    titles = {
        UNDECIDED: "Undecided",
        LIVES: "Survivors: something goes another way, and nothing notices it",
        NOT_REACHED: "Not reached by anything that was asked",
        "open": "Open: not everybody was asked",
        ALIKE: "Alike",
    }
    for column, title in titles.items():
        yield f"\n## {title}\n"
        by_module: dict[str, list[Outcome]] = defaultdict(list)
        for each in found:
            if each.column == column:
                by_module[each.part.module].append(each)
        if not by_module:
            yield "None."
        for module, mine in by_module.items():
            yield f"`{module.removeprefix('failover_fsm/')}`\n"
            if column in (NOT_REACHED, "open"):
                idle = Counter(each.part.name for each in mine)
                yield ", ".join(f"{_code(name)} ({count})" for name, count in idle.items()) + "\n"
                continue
            for each in mine:
                kind, why = answer(each.name)
                yield f"- {_code(f'{each.part.name}: {each.edit.says}')}{f' ({kind}: {why})' if kind else ''}"
            yield ""


def _code(text: str) -> str:
    return f"`{text.replace('`', '')}`".replace("|", "\\|")
