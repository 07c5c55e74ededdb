"""The server of `explore`: the page and its states for its own reader, and nothing for anybody else."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import Report, verify
from failover_fsm.cli import main
from failover_fsm.pair import events as e
from failover_fsm.pair.pair import cold
from failover_fsm.pair.states import Unit
from failover_fsm.pair.step import step
from failover_fsm.reports.html.packed import unpacked
from failover_fsm.reports.html.page import served_page
from failover_fsm.reports.html.server import PageServer

ROOT = Path(__file__).parents[3]
MODEL = ROOT / "models" / "findings" / "recovery-by-edge.toml"
TOKEN = "a-word-of-the-test"


@pytest.fixture(scope="module")
def report() -> Report:
    return verify(read_model(MODEL))


@pytest.fixture(scope="module")
def server(report: Report) -> Iterator[PageServer]:
    html, writer = served_page(report, most=30)
    with PageServer(0, TOKEN, html, writer) as started:
        threading.Thread(target=started.serve_forever, daemon=True).start()
        yield started
        started.shutdown()


def get(server: PageServer, path: str, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_the_page_is_there_under_its_address_and_may_ask_its_server_alone(server: PageServer) -> None:
    status, page = get(server, f"/{TOKEN}/")
    assert status == 200 and server.address.endswith(f"/{TOKEN}/") and "connect-src 'self'" in page
    assert server.server_address[0] == "127.0.0.1", "no other machine reaches it"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {}, 404),
        ("/another-word/", {}, 404),
        (f"/{TOKEN}", {}, 404),
        (f"/{TOKEN}/../../etc/passwd", {}, 404),
        (f"/{TOKEN}/", {"Host": "rebound.example"}, 403),
        (f"/{TOKEN}/", {"Host": "127.0.0.1"}, 403),
        (f"/{TOKEN}/", {"Origin": "https://elsewhere.example"}, 403),
        (f"/{TOKEN}/", {"Origin": "null"}, 403),
        (f"/{TOKEN}/choices?state=9999999", {}, 400),
        (f"/{TOKEN}/choices?state=-1", {}, 400),
        (f"/{TOKEN}/choices?state=x", {}, 400),
        (f"/{TOKEN}/choices", {}, 400),
    ],
)
def test_everything_else_is_refused(server: PageServer, path: str, headers: dict[str, str], status: int) -> None:
    found, text = get(server, path, **headers)
    assert found == status and "<html" not in text and "Traceback" not in text


def test_head_is_get_without_its_body_and_with_the_same_refusals(server: PageServer) -> None:
    for path in (f"/{TOKEN}/", "/another-word/", f"/{TOKEN}/choices?state=0", f"/{TOKEN}/choices?state=x"):
        answers = []
        for method in ("GET", "HEAD"):
            connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
            connection.request(method, path)
            answer = connection.getresponse()
            answers.append((answer.status, answer.getheader("Content-Length"), answer.getheader("Content-Type")))
            body = answer.read()
        assert answers[0] == answers[1] and body == b""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    connection.request("HEAD", f"/{TOKEN}/", headers={"Host": "rebound.example"})
    assert connection.getresponse().status == 403


def test_its_own_origin_is_let_in(server: PageServer) -> None:
    for name in ("127.0.0.1", "localhost"):
        own = f"{name}:{server.server_port}"
        assert get(server, f"/{TOKEN}/", Host=own, Origin=f"http://{own}")[0] == 200


def test_what_it_answers_is_what_step_says(server: PageServer, report: Report) -> None:
    settings = report.scenario.settings
    data = unpacked(get(server, f"/{TOKEN}/")[1].partition('id="data"')[2].partition(">")[2].partition("<")[0])
    parts = ("states", "happenings", "panels", "worlds", "actives")
    last = len(data["states"]) - 1
    assert last >= len(data["choices"]), "the page does not carry the steps of its last state"
    known = "&".join(f"{part}={len(data[part])}" for part in parts)
    status, text = get(server, f"/{TOKEN}/choices?state={last}&{known}")
    found = json.loads(text)
    for part in parts:
        data[part] += found[part]
    flat = found["choices"]
    assert status == 200 and flat and all(0 <= last + each < len(data["states"]) for each in flat[1::2])
    state = server.writer.states.values[last]
    for number, away in zip(flat[::2], flat[1::2], strict=True):
        word = data["happenings"][number][0]
        after = server.writer.states.values[last + away]
        kind = next(kind for kind in e.EVENTS if kind.word() == word.split()[0])
        names = dict(part.split("=") for part in word.split()[1:])
        fields = {key: Unit(value) if key == "unit" else value for key, value in names.items()}
        assert step(state, settings, kind(**fields))[0] == after
    assert cold(settings) == server.writer.states.values[data["runs"][0]["start"]]


def test_ctrl_c_ends_the_command_which_says_where_the_page_is() -> None:
    command = [sys.executable, "-m", "failover_fsm", "explore", str(MODEL)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert address.startswith("http://127.0.0.1:") and len(address.split("/")[3]) >= 32
    assert process.returncode == 130 and "Traceback" not in errors


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_a_port_that_is_none_is_one_line(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["explore", str(MODEL), f"--port={port}"])
    assert ended.value.code == 2 and "allowed: 0 to 65535" in capsys.readouterr().err
