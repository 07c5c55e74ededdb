"""The static parts of the page: verdict, promises, assumptions, configuration, coverage, rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from failover_fsm.analysis.verify import Answer, Report
from failover_fsm.checker import Verdict
from failover_fsm.diagrams.wiring.layout import layout
from failover_fsm.diagrams.wiring.pictures import wiring_svg
from failover_fsm.diagrams.wiring.ports import ports_svg
from failover_fsm.model.scenario import Scenario
from failover_fsm.promises import Promise
from failover_fsm.reports.html.coverage import TableCoverage
from failover_fsm.reports.html.figures import figure
from failover_fsm.reports.html.html import Markup, join, tag
from failover_fsm.reports.html.runs import PageRun
from failover_fsm.reports.html.tables import Table, section
from failover_fsm.reports.text.verdict import pair_line, slice_lines, verdict_line
from failover_fsm.rules.catalogue import load

__all__ = [
    "WHAT_A_PROMISE_IS",
    "assumptions",
    "configuration",
    "coverage_section",
    "head",
    "opened",
    "pair",
    "ports",
    "promises",
    "rules",
]

WORDS = {
    "violated": "not kept",
    "undecided": "the search ended before it could be judged",
    "happens": "it can happen, and you should know",
    "not tested": "the situation it speaks of never arises here, so nothing was put to the test",
    "holds": "in every state that can be reached",
}
"""The meaning of a promise's verdict, the weightiest first."""

WHAT_A_PROMISE_IS = "A promise is what failover must do in any order of events."

MOST_LINES = 60
"""The most lines of a configuration that are shown at once; more are folded."""

EXPLAINED = ("undecided", "happens", "not tested")
"""The verdicts whose meaning a table says beside the promise."""


def head(report: Report, warning: str = "") -> Markup:
    """The title, the verdict in words, and the extent of the search; what the reader is warned of stands first."""
    found = report.result
    whole = "Every order in which things can happen was tried"
    tried = whole if found.complete else f"The search stopped early ({found.limit or 'interrupted'})"
    explored = (
        f"{tried}: {found.states:,} situations (states), {found.transitions:,} steps between them (transitions),"
        f" none more than {found.depth} steps from the start."
    )
    word, _, rest = verdict_line(report, is_told=bool(warning)).partition(": ")
    parts = (
        tag("h1", report.scenario.short_title),
        *((tag("p", warning, class_="verdict bad"),) if warning else ()),
        tag("p", tag("strong", word, class_="badge"), f" {rest[:1].upper()}{rest[1:]}", class_=_tone(report)),
        tag("p", _meaning_of(report)),
        tag("p", f"{pair_line(report.scenario)}. {explored}"),
        *((tag("p", f"Not searched now: {report.kept}."),) if report.kept else ()),
        *_slices(report),
        *(
            tag("p", f"Pinned in the model file: {name} = {pinned}, found {actual}.", class_="verdict bad")
            for name, pinned, actual in report.wrong_pins
        ),
    )
    return join(parts)


def _slices(report: Report) -> Iterator[Markup]:
    """The searches of a sliced check."""
    lines = tuple(slice_lines(report))
    if lines:
        yield tag("p", f"{lines[0][:1].upper()}{lines[0][1:]}")
        yield tag("ul", *(tag("li", line) for line in lines[1:]))


def _meaning_of(report: Report) -> str:
    """The verdict explained to a first-time reader."""
    way = "one way" if report.observed else "the shortest way"
    if report.verdict is Verdict.UNDECIDED:
        return "The search ended before everything was seen, so a promise that is not violated may still be."
    if report.verdict is Verdict.VIOLATED:
        return f"Something is not as it should be; below is {way} there, step by step."
    if any(answer.expected for answer in report.answers):
        return f"This model is known to break a promise, with a reason; below is {way} there, step by step."
    return "Nothing that can happen within what the verdict rests on breaks a promise."


def _tone(report: Report) -> str:
    tones = {Verdict.HOLDS: "good", Verdict.VIOLATED: "bad", Verdict.UNDECIDED: "open"}
    known = report.verdict is Verdict.HOLDS and any(answer.expected for answer in report.answers)
    return f"verdict {'open' if known else tones[report.verdict]}"


def promises(report: Report, runs: Iterable[PageRun], as_if: str = "") -> Markup:
    """The promises: those that are violated with their reasons, and all of them as a table, folded."""
    steps = {run.id: run for run in runs}
    violated = [each for each in report.answers if each.verdict is Verdict.VIOLATED]
    rows = tuple(_promise_row(each, steps.get(each.promise.id)) for each in sorted(report.answers, key=_weight))
    table = Table("All promises", ("verdict", "promise", "what it says"), rows, words=tuple(WORDS), is_folded=True)
    shown = (_promise(answer, steps.get(answer.promise.id)) for answer in violated)
    return section("promises", f"Promises{as_if}", tag("p", WHAT_A_PROMISE_IS), *shown, table.drawn())


def _weight(answer: Answer) -> int:
    return list(WORDS).index(answer.word)


def _promise_row(answer: Answer, run: PageRun | None) -> tuple[str, ...]:
    """The cells of a promise: its verdict, its id with the way to its run, and what it says."""
    name = tag("code", answer.promise.id)
    links = [] if run is None else [tag("br"), tag("a", _run_words(run), href=f"#{run.id}/{run.begins}")]
    more = [tag("div", f"{WORDS[answer.word]}.", class_="small")] if answer.word in EXPLAINED else []
    rules = tag("div", ", ".join(answer.promise.rules), class_="small")
    return answer.word, join([name, *links]), join([answer.promise.says, *more, rules])


def _run_words(run: PageRun) -> str:
    count = len(run.steps)
    return f"Step through {run.word} ({count} step{'s' if count > 1 else ''})"


def _promise(answer: Answer, run: PageRun | None) -> Markup:
    word = answer.word
    promise = answer.promise
    lines = [
        tag("h3", tag("span", word, class_=f"badge {word.replace(' ', '-')}"), " ", tag("code", promise.id)),
        tag("p", promise.says),
        tag("p", f"{word[:1].upper()}{word[1:]}: {WORDS[word]}.", class_="small"),
    ]
    if answer.expected:
        lines.append(tag("p", tag("strong", "Known finding: "), answer.expected, "."))
    if run is not None:
        lines.append(tag("p", tag("a", _run_words(run), href=f"#{run.id}/{run.begins}")))
    if isinstance(promise, Promise) and promise.lemma:
        lines.append(tag("p", f"It follows from other promises: {promise.lemma}.", class_="small"))
    why = tag("details", tag("summary", f"Where it comes from: {', '.join(promise.rules)}"), _rule_list(promise.rules))
    return tag("article", *lines, why, class_="promise")


def _rule_list(ids: Iterable[str]) -> Markup:
    known = load().rules
    return tag("ul", *(tag("li", tag("b", name), f" {known[name].description}.") for name in ids if name in known))


def opened(header: Markup, picture: Markup) -> Markup:
    """What the page begins with: the answer, and beside it where there is room the first picture."""
    return tag("header", tag("div", header), *([tag("div", picture)] if picture else []), class_="opening")


def ports(scenario: Scenario, as_if: str = "") -> Markup:
    """The drawing of the ports of the pair; `as_if` ends its caption."""
    return figure(
        f"The ports of the pair, as they were understood{as_if}", ports_svg(scenario.config, scenario.settings)
    )


def pair(scenario: Scenario, as_if: str = "", *, with_ports: bool = True) -> Markup:
    """The pair as it was understood: a drawing of its ports, and of its topology; empty if there is nothing to draw.

    Args:
        scenario: The pair.
        as_if: Ends the heading.
        with_ports: False where the page has the ports already.
    """
    settings = scenario.settings
    figures = [ports(scenario, as_if)] if with_ports else []
    if settings.topology is not None:
        figures.append(figure(f"Topology {settings.topology.name}", wiring_svg(layout(settings), in_page=True)))
    if not figures:
        return Markup("")
    return section("pair", f"The pair as it was understood{as_if}", tag("div", *figures, class_="beside"))


def assumptions(report: Report) -> Markup:
    """The assumptions of the verdict."""
    return section(
        "assumptions",
        "What the verdict rests on",
        tag("ul", *(tag("li", sentence) for sentence in report.scenario.assumptions())),
    )


# -- the configuration ---------------------------------------------------------------------------

_SECRET = re.compile(r"^(\s*failover (?:key|ipsec pre-shared-key)(?: hex| [0-8])*) \S+.*$")
_MATTERS: tuple[tuple[str, str], ...] = (
    (r"hostname ", "the name in the prompt"),
    (r"failover$", "failover is on"),
    (r"no failover$", "failover is off; checked as if it were on"),
    (r"failover lan unit ", "whose file this is"),
    (r"failover lan interface ", "the failover link"),
    (r"failover link ", "the Stateful Failover link, and which port it has"),
    (r"failover interface ip ", "the addresses of a link: without them it never comes up"),
    (r"failover interface-policy ", "how many failed interfaces make a unit fail"),
    (r"failover polltime interface ", "how fast interfaces are tested; no role depends on it here, only times do"),
    (r"failover polltime ", "how fast a dead unit is noticed; no role depends on it here, only times do"),
    (r"failover key|failover ipsec", "the links are encrypted"),
    (r"no monitor-interface ", "not monitored: it never counts as failed"),
    (r"monitor-interface ", "monitored: it counts"),
    (r" nameif ", "the interface has a name: it can be monitored"),
    (r" ip address .* standby ", "a standby address: the units hear each other here"),
    (r" ip address ", "no standby address: the units do not hear each other here"),
    (r" shutdown$", "shut down: it never counts"),
    (r"(no )?failover replication ", "what is replicated; no role depends on it"),
    (r"failover mac address ", "the active unit's address"),
)
"""Patterns of relevant configuration lines with their effect; the first match counts."""


def configuration(report: Report) -> Markup:
    """The relevant lines of the configuration with their effects, and the advice. Keys are left out."""
    config = report.scenario.config
    rows = [tag("tr", tag("td", tag("code", line)), tag("td", _meaning(line))) for line in _lines(config.to_asa())]
    advice = [
        tag("li", (f"line {item.line}: " if item.line else "") + f"{item.text} ({item.rule})") for item in config.advice
    ]
    files = ", ".join(report.scenario.sources)
    parts = [tag("p", f"What was read of {files}; the rest does not matter to failover." if files else "As given.")]
    lines = tag(
        "div",
        tag("table", tag("thead", tag("tr", tag("th", "Line"), tag("th", "What it does here"))), tag("tbody", *rows)),
        class_="scroll", tabindex=0, role="region", aria_label="Lines of the configuration",
    )  # fmt: skip
    is_long = len(rows) > MOST_LINES
    parts.append(tag("details", tag("summary", f"All {len(rows):,} lines"), lines) if is_long else lines)
    if advice:
        parts += [tag("h3", "Advice"), tag("ul", *advice)]
    return section("configuration", "Configuration", *parts)


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line != "!":
            yield _SECRET.sub(r"\1 *****", line)


def _meaning(line: str) -> str:
    return next((words for pattern, words in _MATTERS if re.match(pattern, line)), "")


# -- coverage and rules --------------------------------------------------------------------------


def coverage_section(report: Report, covered: TableCoverage, as_if: str = "") -> Markup:
    """Table rows taken and not taken, and events that never changed anything."""
    parts: list[str] = [tag("p", "What a unit does is written in two tables; a row is one thing it does on an event.")]
    if not covered.complete:
        parts.append(
            tag("p", "Only the states that this page carries were looked into for this; more rows may be taken.")
        )
    for name, taken in covered.taken.items():
        untaken = covered.untaken[name]
        parts.append(tag("p", f"The {name} table: {len(taken)} of {len(taken) + len(untaken)} rows were taken."))
        for title, found in (("Rows taken", taken), ("Rows not taken in this environment", untaken)):
            if found:
                items = (tag("li", tag("code", row.name), f' "{row.reason}" ({", ".join(row.rules)})') for row in found)
                parts.append(tag("details", tag("summary", f"{title}: {len(found)}"), tag("ul", *items)))
    if report.never_possible:
        words = ", ".join(report.never_possible)
        parts.append(tag("p", f"Events that never changed anything in this environment: {words}."))
    return section("coverage", f"What was covered{as_if}", *parts)


def rules(report: Report, covered: TableCoverage) -> Markup:
    """The rules that the promises and the rows taken cite, in words."""
    cited = [rule for answer in report.answers for rule in answer.promise.rules]
    cited += [rule for found in covered.taken.values() for row in found for rule in row.rules]
    known = load().rules
    names = [name for name in known if name in cited]
    items = (tag("li", tag("b", name), f" {known[name].description}.", id=f"rule-{name}") for name in names)
    summary = tag("summary", f"All {len(names)} rules that these promises and rows come from")
    return section("rules", "Rules", tag("details", summary, tag("ul", *items)))
