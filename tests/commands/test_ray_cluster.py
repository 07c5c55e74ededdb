"""`check --cluster`: processes of Ray find what one search finds, and one that dies ends it in a line."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import Report, verify
from failover_fsm.checker import Progress, Verdict
from failover_fsm.checker.core.properties import NEEDS_GRAPH
from failover_fsm.cli import main
from failover_fsm.commands import long_runs, ray_cluster
from failover_fsm.commands.ray_cluster import NoCluster, PartsLost, RayCluster, RayCrew
from tests.checker.bitset.test_divided import Together
from tests.patience import PATIENT

ROOT = Path(__file__).parents[2]
SMALL = str(ROOT / "models" / "findings" / "switched-off-on-one-side.toml")
"""1,213 states; some promises are violated."""


@contextmanager
def ray_of(workers: int) -> Iterator[Remembering]:
    """Processes of Ray on this machine; skips where there is no Ray, or it does not start in the time it has."""
    pytest.importorskip("ray")
    attempts = ray_cluster.ATTEMPTS
    ray_cluster.ATTEMPTS = attempts if PATIENT else 1
    try:
        cluster = Remembering(workers).__enter__()
    except NoCluster as error:
        pytest.skip(str(error))
    finally:
        ray_cluster.ATTEMPTS = attempts
    try:
        yield cluster
    finally:
        cluster.close()


class Remembering(RayCluster):
    """A cluster whose crew can be seen."""

    seen: list[RayCrew] = []

    @contextmanager
    def crew(self, make: Callable[[int, int], Any]) -> Iterator[RayCrew]:
        with super().crew(make) as crew:
            self.seen = [crew]
            yield crew


def facts(report: Report) -> list[Any]:
    """Counts, and verdicts and runs of the promises that a divided search judges."""
    found = report.result
    judged = [finding for finding in found.findings if finding.kind not in NEEDS_GRAPH]
    return [found.states, found.transitions, found.levels, found.taken, found.never_taken, judged]


@pytest.mark.slow
def test_processes_find_what_one_search_finds_and_one_that_dies_ends_it() -> None:
    """One start of Ray for both, since that is what takes long."""
    scenario = read_model(SMALL)
    one = verify(scenario, engine="compiled")
    with ray_of(2) as cluster:
        found = verify(scenario, cluster=cluster)
        assert facts(found) == facts(one) and found.result.states == 1213 and found.result.complete
        assert any(finding.verdict is Verdict.VIOLATED and finding.trace for finding in found.result.findings)
        asked = [finding for finding in found.result.findings if finding.kind in NEEDS_GRAPH]
        assert asked and all(finding.verdict is Verdict.UNDECIDED for finding in asked)

        def kill(reached: Progress) -> None:
            if reached.depth == 4:
                os.kill(cluster.seen[0].processes()[1][0], signal.SIGKILL)

        with pytest.raises(PartsLost, match=r"^one of 2 processes is gone \(\w+\), and its states with it: nothing is"):
            verify(scenario, cluster=cluster, progress=kill)
        assert os.path.isdir(cluster.folder)
    assert not os.path.exists(cluster.folder)


@pytest.mark.slow
@pytest.mark.skipif(not PATIENT, reason="starts Ray three times: FAILOVER_FSM_LONG_TESTS")
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_the_counts_are_the_same_for_any_number_of_processes(workers: int) -> None:
    scenario = read_model(str(ROOT / "models" / "active-standby.toml"))
    with ray_of(workers) as cluster:
        assert facts(verify(scenario, cluster=cluster)) == facts(verify(scenario, engine="compiled"))


def test_a_process_that_is_gone_is_one_line_and_status_3(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cluster_of(args: Any) -> Any:
        raise PartsLost("one of 2 processes is gone")

    monkeypatch.setattr(long_runs, "cluster_of", cluster_of)
    assert main(["check", SMALL, "--cluster", "2", "--json"]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "--cluster: one of 2 processes is gone\n"


def test_without_ray_one_line_names_the_extra(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["check", SMALL, "--cluster", "2"]) == 2
    need = "needs the package ray; allowed: pip install 'failover-fsm[cluster]'"
    assert capsys.readouterr().err == f"--cluster: {need}\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--engine", "plain"], "--cluster: the plain engine has no such thing; allowed: --engine compiled"),
        (["--memory", "1G"], "--memory: needs one search in this process; allowed: without --cluster"),
        (["--cost"], "--cost: needs one search in this process; allowed: without --cluster"),
        (["--slice"], "--slice: needs one search in this process; allowed: without --cluster"),
    ],
)
def test_what_does_not_go_together_is_one_line(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", SMALL, "--cluster", "2", *options]) == 2
    assert capsys.readouterr().err == f"{message}\n"


class InProcess:
    """Two parts in this process."""

    @contextmanager
    def crew(self, make: Callable[[int, int], Any]) -> Iterator[Together]:
        yield Together(make, 2)


def in_process(args: Any) -> AbstractContextManager[InProcess]:
    return nullcontext(InProcess())


@pytest.mark.slow
def test_the_answer_says_what_stays_open(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_runs, "cluster_of", in_process)
    assert main(["check", SMALL, "--cluster", "2"]) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "explored 1,213 states" in said and "every interleaving" in said
    assert "UNDECIDED: a divided search judges no property of the whole graph. " in said
    assert "nothing is promised of the others" in said
    assert "How one-active-while-link-up breaks (5 steps, a shortest way)" in said
