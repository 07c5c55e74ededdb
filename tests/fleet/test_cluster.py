"""A scheduler of Dask's distributed and two workers on this machine, one of which is killed in the middle."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from failover_fsm.fleet import cluster
from failover_fsm.fleet.cluster import Cluster
from failover_fsm.fleet.schedule import WorkersError

pytest.importorskip("distributed")
ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "models" / "active-standby.cfg").read_text()
BARE = "".join(line + "\n" for line in TEXT.splitlines() if line.startswith("failover"))
"""Without interfaces: undecided, and examined without a search."""
PAIRS = 24


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def process(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    quiet = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, "-m", *words], env=env, stdout=quiet, stderr=quiet) as running:
        try:
            yield running
        finally:
            running.kill()


def connected(address: str, workers: int) -> None:
    """Waits until the scheduler has its workers."""
    end = time.monotonic() + 60
    while True:
        try:
            with Cluster(address) as found:
                if found.at_once >= 2 * workers:
                    return
        except WorkersError:
            pass
        assert time.monotonic() < end, "the workers did not come"
        time.sleep(0.2)


def rows(journal: Path) -> list[str]:
    lines = journal.read_bytes().splitlines() if journal.exists() else []
    return [json.loads(line)["row"]["name"] for line in lines if line.endswith(b"}") and b'"row"' in line]


@pytest.mark.slow
def test_a_worker_that_dies_costs_no_row(tmp_path: Path) -> None:
    """No row is lost and none comes twice, although pieces of work were with the worker when it died."""
    sites, journal, address = tmp_path / "sites", tmp_path / "journal", f"tcp://127.0.0.1:{free_port()}"
    sites.mkdir()
    for number in range(PAIRS):
        (sites / f"fw{number}").write_text(f"hostname fw{number}\n{BARE}")
    host, port = address.removeprefix("tcp://").split(":")
    with ExitStack() as stack:
        quiet = ("--host", host, "--no-dashboard")
        stack.enter_context(process("distributed.cli.dask_scheduler", "--port", port, *quiet))
        worker = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", *quiet)
        workers = [stack.enter_context(process(*worker)) for _ in range(2)]
        connected(address, 2)
        words = ("failover_fsm", "fleet", str(sites), "--scheduler", address, "--no-cache", "--journal", str(journal))
        fleet = stack.enter_context(process(*words))
        while not rows(journal) and fleet.poll() is None:
            time.sleep(0.02)
        workers[0].kill()
        killed_at = len(rows(journal))
        assert fleet.wait(timeout=120) == 3 and killed_at < PAIRS
    found = rows(journal)
    assert sorted(found) == sorted(f"fw{number}" for number in range(PAIRS))


@pytest.mark.parametrize(
    "address", ["foo", "tcp://foo", "nonsense://nowhere", "udp://x:1", "tcp://x:0", "tcp://x:99999", "tcp://x:1/", ":1"]
)
def test_what_is_no_address_is_one_line(address: str) -> None:
    before = set(threading.enumerate())
    with pytest.raises(WorkersError) as error:
        Cluster(address)
    assert str(error.value) == f"{address}: no address; allowed: the address of a scheduler, as tcp://HOST:8786"
    assert set(threading.enumerate()) == before  # one of Dask's would keep the process alive


def test_tls_needs_certificates() -> None:
    with pytest.raises(WorkersError, match="no certificates in the settings of Dask; allowed: with them"):
        Cluster("tls://127.0.0.1:8786")


def test_no_scheduler_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WAIT", 0.2)
    with pytest.raises(WorkersError, match="allowed: the address of a scheduler, as tcp://HOST:8786"):
        Cluster(f"tcp://127.0.0.1:{free_port()}")
