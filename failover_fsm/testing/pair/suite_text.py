"""Generated suites as files: scenario files, a pytest module that drives an adapter, a checklist for a lab."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs

from failover_fsm.pair.settings import Options
from failover_fsm.pair.states import State, Unit
from failover_fsm.testing.pair.failure import as_python
from failover_fsm.testing.pair.suites import COVERS, Stage, Suite
from failover_fsm.testing.pair.walk import TransitionSystem, situation
from failover_fsm.text.headings import heading
from failover_fsm.text.words import state_word, title
from failover_fsm.trace.language import Config, Do, Expect, Option, Settle, Statement, Trace
from failover_fsm.trace.writer import format_trace

__all__ = ["FORMATS", "suite_files"]


def suite_files(suite: Suite, transitions: TransitionSystem, form: str, config: Sequence[str]) -> dict[str, str]:
    """The files of a suite, by name.

    Args:
        suite: The suite.
        transitions: The pair in its environment.
        form: A key of FORMATS.
        config: The configuration file(s), as a scenario in the same folder names them.

    Raises:
        KeyError: If `form` is not in FORMATS.
    """
    return dict(FORMATS[form](suite, transitions, config))


def _summary(suite: Suite) -> str:
    tests = "1 test" if len(suite.walks) == 1 else f"{len(suite.walks)} tests"
    return f"{COVERS[suite.cover]}: {suite.met} in {tests}, {suite.stages} steps"


def _name(suite: Suite, number: int) -> str:
    return f"{suite.cover}-{number:0{max(2, len(str(len(suite.walks))))}}"


# -- scenarios -------------------------------------------------------------------------------------


def _traces(suite: Suite, transitions: TransitionSystem, config: Sequence[str]) -> Iterator[tuple[str, str]]:
    chosen, default = attrs.asdict(transitions.options), attrs.asdict(Options())
    head: list[Statement] = [Config(tuple(config))]
    head += [Option(name, value) for name, value in chosen.items() if value != default[name]]
    for number, walk in enumerate(suite.walks, start=1):
        lines = [*head]
        for stage in walk:
            lines += [Do(stage.event), *([Settle()] if stage.rests else [])]
            before = None if stage is walk[-1] else stage.before
            lines += _expected(stage.state, before, numbered=bool(transitions.settings.groups))
        comments = (f"{_summary(suite)}.  This is test {number}.",)
        yield f"{_name(suite, number)}.trace", format_trace(Trace(tuple(lines)), comments)


def _expected(state: State, before: State | None, *, numbered: bool) -> Iterator[Expect]:
    """The state words of each unit, where they differ from `before`; in Active/Active with the group's number."""
    for unit in Unit:
        own = state.unit(unit)
        for index in range(len(own.groups)):
            word = state_word(own, index)
            if before is None or word != state_word(before.unit(unit), index):
                group = (("group", str(index + 1)),) if numbered else ()
                yield Expect((("unit", unit.value), *group, ("state", word)))


# -- a pytest module -------------------------------------------------------------------------------

_MODULE = '''\
"""{summary}.

Made by `failover-fsm suite`; do not edit, make it again.  The fixture `adapter`, which belongs into conftest.py,
reaches the system under test: an object with `reset`, `apply` and `observe`.
"""

import pytest

from failover_fsm import Options, PairConfig, Unit, events
from failover_fsm.testing.pair import Act, conform_to

CONFIG = """\\
{config}"""

OPTIONS = {options}

PLANS = {{
{plans}
}}


@pytest.mark.parametrize("name", PLANS)
def test_the_system_does_what_the_model_allows(adapter, name):
    conform_to(adapter, PairConfig.from_asa(CONFIG), PLANS[name], options=OPTIONS)
'''


def _module(suite: Suite, transitions: TransitionSystem, config: Sequence[str]) -> Iterator[tuple[str, str]]:
    plans = []
    for number, walk in enumerate(suite.walks, start=1):
        acts = [_act(stage) for stage in walk]
        plans.append("\n".join((f'    "{_name(suite, number)}": (', *acts, "    ),")))
    summary = _summary(suite)
    text = _MODULE.format(
        summary=summary[0].upper() + summary[1:],
        config=transitions.config.to_asa().replace("\\", "\\\\").replace('"""', '\\"\\"\\"'),
        options=as_python(transitions.options),
        plans="\n".join(plans),
    )
    yield f"test_{suite.cover.replace('-', '_')}.py", text


def _act(stage: Stage) -> str:
    look = "" if stage.rests else ", look=False"
    shown = f"  # {_words(stage)}" if stage.rests else ""
    return f"        Act({as_python(stage.event)}{look}),{shown}"


def _words(stage: Stage) -> str:
    return f"{situation(stage.state)}{', or who is faster decides' if stage.forks else ''}"


# -- a checklist -----------------------------------------------------------------------------------

_INTRODUCTION = """\
# {summary}

Made by `failover-fsm suite` from {config}; do not edit, make it again.

Every test begins with both units off, neither ever started with the pair's configuration, and every cable in place.
After each step wait until nothing changes any more (twice the longest hold time), then compare `show failover`. Where a
step says *at once*, do not wait before the next one."""


def _checklist(suite: Suite, transitions: TransitionSystem, config: Sequence[str]) -> Iterator[tuple[str, str]]:
    summary = _summary(suite)
    intro = _INTRODUCTION.format(
        summary=summary[0].upper() + summary[1:], config=", ".join(f"`{each}`" for each in config)
    )
    lines = [intro]
    for number, walk in enumerate(suite.walks, start=1):
        lines += ["", f"## Test {number}", "", "| Done | Step | Do | Primary | Secondary |", "|---|---|---|---|---|"]
        lines += [_row(step, stage, transitions) for step, stage in enumerate(walk, start=1)]
        if walk[-1].forks:
            lines += ["", "Where the last step ends depends on which unit is faster."]
    yield f"{suite.cover}.md", "\n".join(lines) + "\n"


def _row(number: int, stage: Stage, transitions: TransitionSystem) -> str:
    what = heading(stage.event, stage.before, stage.state, transitions.settings).replace("|", "\\|")
    if stage.rests:
        shown = [_shown(stage, unit) for unit in Unit]
    else:
        what, shown = f"{what}; *at once*", ["", ""]
    return f"| [ ] | {number} | {what} | {' | '.join(shown)} |"


def _shown(stage: Stage, unit: Unit) -> str:
    own = stage.state.unit(unit)
    return ", ".join(title(state_word(own, index)) for index in range(len(own.groups)))


Writer = Callable[[Suite, TransitionSystem, Sequence[str]], Iterator[tuple[str, str]]]

FORMATS: Mapping[str, Writer] = {"trace": _traces, "pytest": _module, "markdown": _checklist}
"""The output formats of a suite."""
