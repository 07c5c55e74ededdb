"""The verdict as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from failover_fsm.analysis.verify import Answer, Report
from failover_fsm.checker import Verdict
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.config.values.printable import printable
from failover_fsm.model.scenario import Scenario
from failover_fsm.promises import BY_ID, Promise
from failover_fsm.services.machine import MachinePromise
from failover_fsm.text.layout import wrap
from failover_fsm.text.story import RecordedStep, tell


def report_text(report: Report, *, verbose: bool = False, listed: bool = False, as_if: str = "") -> str:
    """The whole report: the scenario, the promises with their stories, the verdict last.

    Args:
        report: The report.
        verbose: List every promise, and each kind of event that never changed anything, instead of counting them.
        listed: List every promise.
        as_if: What stands before the verdict.
    """
    return (
        "\n".join(
            (*_lines(report, verbose, listed=verbose or listed), as_if + verdict_line(report, is_told=bool(as_if)))
        )
        + "\n"
    )


def pair_line(scenario: Scenario) -> str:
    """One line on the pair: what is monitored, the policy, the stateful link."""
    settings = scenario.settings
    names = [port.name for port in settings.ports if port.monitored]
    plural = "" if len(names) == 1 else "s"
    monitored = f"{len(names)} monitored interface{plural} ({_few(names)})" if names else "no monitored interface"
    if len(settings.counted) < len(names):
        counting = len(settings.counted)
        monitored += f", {counting or 'none'} of them able to fail (with a standby address, not shut down)"
    stateful = {
        StatefulLink.NONE: "no stateful link",
        StatefulLink.DEDICATED: "stateful link of its own",
        StatefulLink.SHARED_FAILOVER: "stateful link on the failover link",
        StatefulLink.SHARED_DATA: "stateful link on a data interface",
    }[settings.stateful]
    if settings.groups:
        return f"Active/Active pair, {monitored}, {stateful}"
    return f"Active/Standby pair, {monitored}, interface policy {settings.policy}, {stateful}"


def _few(names: list[str]) -> str:
    return ", ".join(names if len(names) <= 6 else [*names[:5], f"{len(names) - 5} more"])


def _lines(report: Report, verbose: bool, *, listed: bool) -> Iterator[str]:
    scenario, found = report.scenario, report.result
    yield printable(scenario.title)
    yield f"  {pair_line(scenario)}"
    whole = "every interleaving" if found.complete else f"stopped early: {found.limit or 'interrupted'}"
    seconds = f", {found.seconds:.1f} s" if found.seconds and not report.kept else ""
    states, transitions = _many(found.states, "state"), _many(found.transitions, "transition")
    yield f"  explored {states}, {transitions}, depth {found.depth}: {whole}{seconds}"
    for index, line in enumerate(slice_lines(report)):
        yield from wrapped(line, "  - " if index else "  ", "    ")
    if report.kept:
        yield from wrapped(f"not searched now: {report.kept}", "  ", "    ")
    for line in search_lines(report):
        yield from wrapped(line, "  ", "    ")
    yield ""
    yield "Assumed"
    for sentence in scenario.assumptions(brief=not verbose):
        yield from wrapped(sentence, "  - ", "    ")
    yield ""
    yield "Promises: what failover must do in any order of events"
    yield from _promises(report, listed=listed)
    yield from _never_possible(report, verbose)
    for answer in report.answers:
        if answer.steps and answer.verdict is Verdict.VIOLATED:
            yield from _story(report, answer)
    for name, pinned, actual in report.wrong_pins:
        yield f"pinned {name} = {pinned}, found {actual}"
    yield ""


def kept_text(scenario: Scenario, words: Sequence[tuple[str, str]], never: Sequence[str], origin: str) -> str:
    """The report on promises that all hold and were not searched now, with each promise.

    Args:
        scenario: The scenario.
        words: The id of each promise with its verdict: holds, happens or not tested.
        never: The kinds of events that never changed anything.
        origin: The search in which this was found, as the end of a sentence.
    """
    lines = [printable(scenario.title), f"  {pair_line(scenario)}"]
    lines += [*wrapped(f"not searched now: {origin}", "  ", "    "), "", "Assumed"]
    lines += [line for each in scenario.assumptions() for line in wrapped(each, "  - ", "    ")]
    lines += ["", "Promises: what failover must do in any order of events"]
    lines += [line for name, word in words for line in _promise(BY_ID[name], word)]
    lines += [*_never(never), "", _holding(scenario, [word for _, word in words])]
    return "\n".join(lines) + "\n"


COUNTED = {"holds": "{} hold", "happens": "{} can happen", "not tested": "{} not tested", "undecided": "{} undecided"}
"""The verdicts on promises that are counted unless each is to be listed."""


def _promises(report: Report, *, listed: bool) -> Iterator[str]:
    """Every promise, or those that are violated and the numbers of the others; a single one is never counted."""
    counted: dict[str, int] = {}
    for answer in report.answers:
        word = answer.word
        if listed or len(report.answers) == 1 or word not in COUNTED or answer.expected:
            yield from _answer(answer)
        else:
            counted[word] = counted.get(word, 0) + 1
    if counted:
        parts = [text.format(counted[word]) for word, text in COUNTED.items() if word in counted]
        yield f"  {', '.join(parts)}; -v lists them"


def _never_possible(report: Report, verbose: bool) -> Iterator[str]:
    """The kinds of events that changed nothing: one line, unless each is to be named."""
    words = report.never_possible or ()
    if len(words) > 1 and not verbose:
        yield f"  note: {len(words)} kinds of events never changed anything in this environment; -v names them"
        return
    yield from _never(words)


def _never(words: Iterable[str]) -> Iterator[str]:
    yield from (f"  note: {word} never changed anything in this environment" for word in words)


def slice_lines(report: Report) -> Iterator[str]:
    """For a sliced check, the fields left out: a sentence, and a line per search."""
    if not report.slices:
        return
    searched = [part for part in report.slices if part.searched]
    if len(searched) > 1:
        yield (
            f"in {len(searched)} searches, each without the fields that its promises do not depend on; "
            "their states and transitions are added up:"
        )
    elif not searched:
        yield "no search was begun: what the promises depend on was still being looked at"
    elif report.of_whole_pair is not None:
        yield "in one search, since nothing falls away:"
    else:
        yield "in one search:"
    for part in report.slices:
        found = part.result
        promises = _many(len(found.findings), "promise")
        without = f"without {', '.join(part.without)}" if part.without else "with every field that changes"
        if part.searched:
            yield f"{promises}: {_many(found.states, 'state')}, depth {found.depth}, {without}"
        else:
            yield f"{promises}: not searched"
    if report.scenario.expect and report.result.complete and report.of_whole_pair is None:
        yield "pinned numbers were not looked at: they are of the whole pair"


def search_lines(report: Report) -> Iterator[str]:
    """Which search was made, where interfaces are told apart by what is observed of them."""
    if report.observed:
        yield "interfaces told apart by what the units observe of them: exact, whatever their number"
    for name, why in report.in_full:
        yield f"{name} was searched with every condition of the interfaces: {why}"


def way_there(report: Report, name: str) -> str:
    """What the run of a promise is: a shortest one, unless it was found on observations."""
    shortest = not report.observed or any(name == each for each, _ in report.in_full)
    return "a shortest way" if shortest else "one way"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _answer(answer: Answer) -> Iterator[str]:
    yield from _promise(answer.promise, answer.word)
    if answer.expected:
        yield from wrapped(f"Known finding: {answer.expected}", " " * 14, " " * 14)


def _promise(promise: Promise | MachinePromise, word: str) -> Iterator[str]:
    """A promise with its verdict in a word."""
    yield from wrapped(f"{word:<10}  {promise.id}", "  ", "  ")
    rules = ", ".join(promise.rules)
    yield from wrapped(f"{promise.says} ({rules})", " " * 14, " " * 14)
    if word == "not tested":
        yield " " * 14 + "The situation it speaks of never arises in this environment."


def _story(report: Report, answer: Answer) -> Iterator[str]:
    yield ""
    place = f" in group {answer.group}" if answer.group else ""
    yield f"How {answer.promise.id} breaks{place} ({len(answer.steps)} steps, {way_there(report, answer.promise.id)})"
    steps = [RecordedStep(step.event, step.before, step.after, step.outputs, notes=step.notes) for step in answer.steps]
    violating = len(steps) if answer.promise.kind == "step" else None
    story = tell(steps, report.scenario.settings, violating=violating, reason=place.strip(), loop=answer.loop)
    yield story.rstrip("\n")
    yield from wrapped(_ending(answer), "", "")


def _ending(answer: Answer) -> str:
    if answer.promise.kind == "when-settled":
        return "Here nothing changes any more until a fault, a repair or a command."
    if answer.promise.kind == "can-recover":
        return "From here no repair and no step of the units leads back to a healthy pair."
    return ""


def wrapped(text: str, first: str, then: str) -> Iterator[str]:
    """A text in lines of at most `line_width`, the first and the others with what stands before them."""
    yield from wrap(printable(text), first, then)


def verdict_line(report: Report, *, is_told: bool = False) -> str:
    """The verdict on the scenario: a word in capitals, a colon, and what it means.

    Args:
        report: The report.
        is_told: Whether it is said before why there is no pair, if there is none.
    """
    count = len(report.answers)
    broken = [answer for answer in report.answers if answer.surprising]
    if report.verdict is Verdict.UNDECIDED:
        held = sum(answer.word == "holds" for answer in report.answers)
        if report.slices and held:
            kept = f"{held} of {_many(count, 'promise')} {'holds' if held == 1 else 'hold'}"
            return f"UNDECIDED: not every search finished. {kept}; nothing is promised of the others."
        if report.result.complete and report.result.limit and held:
            kept = f"{held} of {_many(count, 'promise')} {'holds' if held == 1 else 'hold'}"
            return f"UNDECIDED: {report.result.limit}. {kept}; nothing is promised of the others."
        return "UNDECIDED: the search did not finish, so nothing is promised."
    if report.verdict is Verdict.VIOLATED:
        names = ", ".join(answer.promise.id for answer in broken) or "the pinned numbers"
        return f"NOT AS IT SHOULD BE: {names}"
    findings = [answer for answer in report.answers if answer.expected]
    words = [answer.word for answer in report.answers]
    if not findings:
        return _holding(report.scenario, words, () if is_told else report.scenario.why_no_pair())
    names = ", ".join(answer.promise.id for answer in findings)
    return f"AS THE MODEL FILE SAYS: {_counts(words)}; known to be violated: {names}"


def _holding(scenario: Scenario, words: list[str], no_pair: Iterable[str] = ()) -> str:
    caveats = (*no_pair, *_caveats(scenario))
    return f"HOLDS: {_counts(words)}" + "".join(f"; but {caveat}" for caveat in caveats)


def _counts(words: list[str]) -> str:
    """How many promises hold, and what the others came to."""
    more = {"happens": "{} can happen", "not tested": "{} could not be put to the test here"}
    others = "".join(f"; {text.format(words.count(word))}" for word, text in more.items() if word in words)
    return f"{words.count('holds')} of {len(words)} promises hold in every reachable state{others}"


def _caveats(scenario: Scenario) -> Iterator[str]:
    """Caveats from the configuration for readers of the last lines only."""
    if not scenario.settings.counted:
        yield "no interface is monitored, so none that fails leads to a failover"
