"""Suites meet everything that can be met, few tests do it, and what is written down runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import pytest

from failover_fsm import PairConfig, Unit, events
from failover_fsm.cli import main
from failover_fsm.commands import suite as command
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.states import State
from failover_fsm.testing.kit.tours import Cover, GraphEdge, GraphTooLarge, ReachedGraph, tours
from failover_fsm.testing.pair import Act, Disagreement, Suite, TransitionSystem, conform_to, make_suite
from failover_fsm.testing.pair.suite_text import FORMATS, suite_files
from failover_fsm.testing.pair.suites import COVERS, LENGTH
from failover_fsm.trace.language import Expect, Settle
from failover_fsm.trace.player import load, play

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "examples"))
import conformance as example  # noqa: E402  # the examples are no package
from daemons import Daemon  # noqa: E402
from mutants import MUTANTS  # noqa: E402

CONFIG = ROOT / "models" / "active-standby.cfg"
SMALL = Environment(faults=("power", "failover-link"), operator=("failover-active",), max_faults=1)
MODEL = f"""
title = "a small pair"
config = "{CONFIG}"
environment = {{ faults = ["power", "failover-link"], operator = ["failover-active"], max_faults = 1 }}
"""


@cache
def transitions(environment: Environment = SMALL) -> TransitionSystem:
    return TransitionSystem(PairConfig.from_asa(CONFIG.read_text(encoding="utf-8")), environment)


@cache
def suite(cover: str, by_steps: bool = False) -> Suite:
    return make_suite(transitions(), cover, by_steps=by_steps)


# -- what suites meet, counted another way -------------------------------------------------------------


def every_step(here: TransitionSystem) -> Iterator[tuple[State, e.Event, State, tuple[str, ...]]]:
    """Every step of the explored pair, in its fixed form, with the rows that it takes."""
    queue = [here.model.canonical(here.start)]
    seen = set(queue)
    for state in queue:
        for event, after in here.model.successors(state):
            choice = here.take(state, event)
            assert choice is not None
            yield state, event, after, choice.rows
            if after not in seen:
                seen.add(after)
                queue.append(after)


def walked(made: Suite, here: TransitionSystem) -> Iterator[list[tuple[State, e.Event, State, tuple[str, ...]]]]:
    """The steps of each walk, taken again one by one."""
    for walk in made.walks:
        state, steps = here.start, []
        for stage in walk:
            choice = here.take(state, stage.event)
            assert choice is not None, f"{stage.event} cannot happen"
            assert choice.after == stage.state
            steps.append((here.model.canonical(state), stage.event, here.model.canonical(choice.after), choice.rows))
            state = choice.after
        yield steps


def test_a_suite_of_states_visits_every_reachable_state() -> None:
    here = transitions()
    reachable = {after for _, _, after, _ in every_step(here)}
    visited = {after for steps in walked(suite("states", True), here) for _, _, after, _ in steps}
    assert visited == reachable
    assert len(reachable) == suite("states", True).met > 200


def test_a_suite_of_rows_takes_every_row_that_any_step_takes() -> None:
    here = transitions()
    possible = {row for *_, rows in every_step(here) for row in rows}
    assert set(suite("rows", True).rows) == possible
    assert {row for steps in walked(suite("rows", True), here) for *_, rows in steps for row in rows} == possible


def test_a_suite_of_pairs_takes_every_two_rows_that_can_follow_each_other() -> None:
    here = transitions()
    taking: dict[str, set[State]] = {}
    silent: dict[State, set[State]] = {}
    rows_at: dict[State, set[str]] = {}
    for state, _, after, rows in every_step(here):
        for row in rows:
            taking.setdefault(row, set()).add(after)
        rows_at.setdefault(state, set()).update(rows)
        if not rows:
            silent.setdefault(state, set()).add(after)
    possible = set()
    for first, states in taking.items():
        queue = list(states)
        for state in queue:
            possible |= {(first, second) for second in rows_at.get(state, ())}
            fresh = silent.get(state, set()) - states
            states |= fresh
            queue += fresh
    met = set()
    for steps in walked(suite("row-pairs", True), here):
        for before, after in pairwise(rows for *_, rows in steps if rows):
            met |= {(first, second) for first in before for second in after}
    assert met == possible
    assert len(possible) == suite("row-pairs", True).met


def test_a_suite_of_faults_brings_every_fault_to_every_state_of_rest() -> None:
    here = transitions()
    model = here.model

    def rest(state: State) -> State:
        while steps := here.own_steps(state):
            state = steps[0].after
        return model.canonical(state)

    start = model.canonical(here.start)
    queue, seen, possible = [start], {start}, set()
    for state in queue:
        for event, after in model.successors(state):
            if isinstance(event, e.ProtocolStep):
                continue
            if isinstance(event, e.Fault) and here.settled(state):
                possible.add((state, event))
            for each in (after, rest(after)) if here.settled(state) else (rest(after),):
                if each not in seen:
                    seen.add(each)
                    queue.append(each)
    met = set()
    for walk in suite("faults-in-settled").walks:
        before = here.start
        for stage in walk:
            if stage.rests and here.settled(before) and isinstance(stage.event, e.Fault):
                kept = model.canonical(before)
                ending = model.canonical(stage.state)
                slots = [event for event, after in model.successors(kept) if rest(after) == ending]
                met |= {(kept, event) for event in slots if type(event) is type(stage.event)}
            before = stage.state
    assert met == possible
    assert len(possible) == suite("faults-in-settled").met > 10


@pytest.mark.parametrize("cover", COVERS)
def test_walks_are_short_and_at_rest_every_stage_comes_from_outside(cover: str) -> None:
    made, here = suite(cover), transitions()
    assert made.walks and made.stages == sum(map(len, made.walks))
    for walk in made.walks:
        assert len(walk) <= LENGTH and walk[-1].rests
        assert not any(stage.forks for stage in walk[:-1])
        for stage, following in pairwise(walk):
            assert stage.rests or following.rests, "never three events at once"
        for stage in walk:
            assert not isinstance(stage.event, e.ProtocolStep)
            assert here.settled(stage.state) == stage.rests


def test_few_tests_are_enough() -> None:
    assert len(suite("rows", True).walks) <= 3
    assert suite("rows").stages < 40 and len(suite("row-pairs").walks) <= 8


# -- walks on a graph made by hand ------------------------------------------------------------------------


def edge(source: int, target: int, *rows: str, forks: bool = False) -> GraphEdge:
    return GraphEdge(source, target, (events.FailoverLinkFailed(),), (rows,) if rows else (), forks=forks)


ROWS = Cover(lambda memory, edge: (row for rows in edge.taken for row in rows))


def test_a_walk_takes_the_nearest_and_of_those_the_one_that_meets_most() -> None:
    one, both, far = edge(0, 0, "a"), edge(0, 1, "a", "b"), edge(1, 1, "c")
    graph = ReachedGraph(states=(), edges=((one, both), (far,)))
    assert tours(graph, ROWS, 10) == ((both, far),)


def test_a_walk_ends_where_it_is_full_and_where_nobody_knows_how_it_goes_on() -> None:
    way = (edge(0, 1), edge(1, 2, "a"), edge(2, 3), edge(3, 3, "b"))
    graph = ReachedGraph(states=(), edges=tuple((each,) for each in way))
    assert tours(graph, ROWS, 3) == (way[:2], way)
    unsure = (edge(0, 1, "a", forks=True), edge(1, 1, "b"), edge(0, 1))
    graph = ReachedGraph(states=(), edges=((unsure[0], unsure[2]), (unsure[1],)))
    assert tours(graph, ROWS, 9) == ((unsure[0],), (unsure[2], unsure[1]))


def test_a_graph_beyond_the_limit_and_an_unknown_word_are_refused() -> None:
    with pytest.raises(GraphTooLarge, match="more than 20 states"):
        make_suite(transitions(), "rows", limit=20)
    with pytest.raises(KeyError):
        make_suite(transitions(), "everything")


# -- what is written down ---------------------------------------------------------------------------------


def written(cover: str, form: str, by_steps: bool = False) -> dict[str, str]:
    return suite_files(suite(cover, by_steps), transitions(), form, [str(CONFIG)])


@pytest.mark.parametrize(("cover", "by_steps"), [("rows", True), ("row-pairs", True), ("faults-in-settled", False)])
def test_scenarios_replay_and_say_what_both_units_show(cover: str, by_steps: bool, tmp_path: Path) -> None:
    made = suite(cover, by_steps)
    files = written(cover, "trace", by_steps)
    assert len(files) == len(made.walks)
    for (name, text), walk in zip(files.items(), made.walks, strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
        played = play(*load(tmp_path / name))
        assert played.failures == () and not played.is_livelock
        assert transitions().model.canonical(played.pair.state) == transitions().model.canonical(walk[-1].state)
        claimed = [each for each in played.trace.statements if isinstance(each, Expect)]
        assert {dict(each.arguments)["unit"] for each in claimed[-2:]} == {"primary", "secondary"}
        assert sum(isinstance(each, Settle) for each in played.trace.statements) == sum(s.rests for s in walk)


def one_group() -> TransitionSystem:
    """An Active/Active pair with one failover group that preempts."""
    text = CONFIG.read_text(encoding="utf-8")
    system = "mode multiple\nfailover group 1\n preempt\nadmin-context admin\ncontext admin\n join-failover-group 1\n"
    lines = [line for line in text.splitlines() if line.startswith("failover")]
    return TransitionSystem(PairConfig.from_asa(system + "\n".join(lines)), SMALL)


def test_a_pair_with_one_failover_group_is_active_active(tmp_path: Path) -> None:
    here = one_group()
    (tmp_path / "pair.cfg").write_text(here.config.to_asa())
    made = make_suite(here, "rows", by_steps=True)
    taken = {row for *_, rows in every_step(here) for row in rows}
    assert set(made.rows) == taken and any("PreemptTimerExpired" in row for row in taken)
    for name, text in suite_files(made, here, "trace", ["pair.cfg"]).items():
        expected = [line for line in text.splitlines() if line.startswith("expect ")]
        assert expected and all(" group=1 " in line for line in expected)
        (tmp_path / name).write_text(text)
        trace, loaded, remarks = load(tmp_path / name)
        run = play(trace, loaded, remarks)
        assert run.failures == () and len(run.steps) > 1


def test_a_pair_that_is_read_otherwise_fails_scenarios(tmp_path: Path) -> None:
    failed = 0
    for name, text in written("row-pairs", "trace").items():
        path = tmp_path / name
        option = f"config {CONFIG}\noption no_active_unit_seen=no"
        path.write_text(text.replace(f"config {CONFIG}", option), encoding="utf-8")
        failed += len(play(*load(path)).failures)
    assert failed > 0


def plans_of(module: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(compile(module, "suite", "exec"), space)
    return space


def test_the_module_holds_the_plans_and_drives_an_adapter() -> None:
    ((name, text),) = written("row-pairs", "pytest").items()
    assert name == "test_row_pairs.py"
    space = plans_of(text)
    assert list(space["PLANS"].values()) == [
        tuple(Act(stage.event, stage.rests) for stage in walk) for walk in suite("row-pairs").walks
    ]
    assert space["CONFIG"] == transitions().config.to_asa()
    for plan in space["PLANS"]:
        space["test_the_system_does_what_the_model_allows"](example.DaemonAdapter(Daemon), plan)


def test_the_module_runs_under_pytest_and_fails_for_a_wrong_system(tmp_path: Path) -> None:
    for name, text in written("rows", "pytest").items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    made = f"import sys, pytest\nsys.path.insert(0, {str(ROOT / 'examples')!r})\n"
    made += "from conformance import DaemonAdapter\nfrom mutants import MUTANTS\n"
    made += "\n@pytest.fixture\ndef adapter():\n    return DaemonAdapter({})\n"
    for kind, status in (("", 0), ("MUTANTS['preempt loop']", 1)):
        (tmp_path / "conftest.py").write_text(made.replace("{}", kind), encoding="utf-8")
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(tmp_path)]
        done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == status, done.stdout
    assert "the system and the model disagree" in done.stdout


def passes(kind: type[Daemon], made: Suite) -> bool:
    """The daemons agree with the model in every test of the suite."""
    for walk in made.walks:
        acts = [Act(each.event, each.rests) for each in walk]
        try:
            conform_to(example.DaemonAdapter(kind), transitions().config, acts)
        except Disagreement:
            return False
    return True


def test_the_correct_daemons_pass_two_suites_and_each_wrong_one_fails_one() -> None:
    here = transitions(attrs.evolve(example.ENVIRONMENT, max_faults=2))
    suites = [make_suite(here, cover) for cover in ("row-pairs", "faults-in-settled")]
    assert all(passes(Daemon, made) for made in suites)
    for name, kind in MUTANTS.items():
        assert not all(passes(kind, made) for made in suites), name


def test_a_checklist_says_what_to_do_and_what_both_units_show() -> None:
    ((name, text),) = written("rows", "markdown").items()
    rows = [line for line in text.splitlines() if line.startswith("| [ ]")]
    assert name == "rows.md" and len(rows) == suite("rows").stages
    assert rows[0] == "| [ ] | 1 | the primary gets power and boots | Active | Off |"
    stages = [stage for walk in suite("rows").walks for stage in walk]
    for row, stage in zip(rows, stages, strict=True):
        assert ("*at once*" in row) is not stage.rests
    assert text.count("## Test ") == len(suite("rows").walks)


def test_where_nobody_knows_who_is_faster_the_checklist_says_so() -> None:
    made = make_suite(transitions(attrs.evolve(SMALL, faults=("power", "failover-link", "ports"))), "states")
    unsure = sum(walk[-1].forks for walk in made.walks)
    (text,) = suite_files(made, transitions(), "markdown", ["a.cfg"]).values()
    assert unsure and text.count("depends on which unit is faster") == unsure


# -- the command ------------------------------------------------------------------------------------------


def test_the_command_writes_scenarios_that_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, model = tmp_path / "new" / "folder", tmp_path / "small.toml"
    model.write_text(MODEL, encoding="utf-8")
    assert main(["suite", str(model), "--cover", "rows", "-o", str(out)]) == 0
    told = capsys.readouterr().out
    traces = sorted(map(str, out.glob("rows-*.trace")))
    assert f"tests: {len(traces)}" in told and "failed --MessageDelivered[failed_unit_obeys]--> active" in told
    assert main(["run", *traces]) == 0


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_written(form: str, tmp_path: Path) -> None:
    arguments = ["suite", str(CONFIG), "--cover", "faults-in-settled", "--faults", "0", "--format", form]
    assert main([*arguments, "-o", str(tmp_path)]) == 0
    assert main([*arguments, "-o", str(tmp_path)]) == 0, "a second time over the first"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--cover", "all"), "--cover all: no such word; allowed: states, rows, row-pairs, faults-in-settled"),
        (("--cover", "rows", "--format", "pdf"), "--format pdf: no such word; allowed: trace, pytest, markdown"),
        (("--cover", "rows", "--faults", "-1"), "--faults: '-1' is not a number of faults; allowed: 0, 1, 2, ..."),
    ],
)
def test_bad_arguments_get_one_line(
    arguments: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suite", str(CONFIG), *arguments, "-o", str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert said in told.err and told.err.count("\n") == 1 and told.out == ""


def test_a_pair_with_too_many_states_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "make_suite", partial(make_suite, limit=100))
    assert main(["suite", str(CONFIG), "--cover", "states", "-o", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert told == f"{CONFIG}: more than 100 states; allowed: a smaller environment, such as --faults 1\n"


def test_a_folder_that_cannot_be_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    out = str(tmp_path / "file" / "folder")
    assert main(["suite", str(CONFIG), "--cover", "rows", "--faults", "0", "-o", out]) == 2
    assert "allowed: a directory that can be written" in capsys.readouterr().err


def test_the_command_does_without_hypothesis() -> None:
    code = "import sys, failover_fsm.cli; print('hypothesis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"


def test_the_unit_of_a_word_is_not_left_out_of_a_scenario() -> None:
    text = next(iter(written("rows", "trace").values()))
    for unit in Unit:
        assert f"expect unit={unit.value} state=" in text


def test_two_hash_seeds_write_the_same_files_to_the_byte(tmp_path: Path) -> None:
    code = "import sys; from failover_fsm.cli import main; sys.exit(sum(main(line.split()) for line in sys.argv[1:]))"
    written_by = []
    model = tmp_path / "small.toml"
    model.write_text(MODEL, encoding="utf-8")
    for seed in ("0", "1"):
        out = tmp_path / seed
        asked = [("row-pairs", "trace"), ("faults-in-settled", "pytest"), ("states", "markdown")]
        lines = [f"suite {model} --cover {cover} --format {form} -o {out}" for cover, form in asked]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, *lines], check=True, cwd=ROOT, env=environment, capture_output=True)
        written_by.append({path.name: path.read_bytes() for path in sorted(out.iterdir())})
    assert written_by[0] == written_by[1] and len(written_by[0]) > 5
