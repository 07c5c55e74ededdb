"""Files that never end, are too large, or are pipes: refused in time and without filling the memory."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from failover_fsm.config.values import input_file
from failover_fsm.config.values.input_file import InputFileError, read_input


def refused(path: str | Path, most: int = input_file.MAX_BYTES) -> str:
    with pytest.raises(InputFileError) as error:
        read_input(path, most)
    return f"{error.value.what}; allowed: {error.value.allowed}"


def later(act: object, seconds: float) -> None:
    """Do something in a thread of its own, after a while."""
    threading.Timer(seconds, act).start()  # type: ignore[arg-type]


def test_a_file_that_is_packed_says_what_prints_its_text(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(gzip.compress(b"hostname edge\n"))
    assert refused(file) == "compressed by gzip; allowed: its text, as `gzip -dc` prints it"
    file.write_bytes(b"PK\x03\x04 and more")
    assert refused(file) == "a zip archive; allowed: its text, as `unzip -p` prints it"


def test_a_file_is_read_whole_up_to_its_bound(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"x" * 1000)
    assert read_input(file, 1000) == b"x" * 1000
    assert refused(file, 999) == "more than 999 bytes; allowed: a file of at most 999 bytes"


def test_a_file_that_grows_while_it_is_read_stays_bounded() -> None:
    """Files of the kernel say that they have no bytes; so the size is not to be trusted."""
    assert os.stat("/proc/self/status").st_size == 0
    assert read_input("/proc/self/status").startswith(b"Name:")
    assert refused("/proc/self/status", 10).startswith("more than 10 bytes")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/urandom"])
def test_a_device_is_refused(device: str) -> None:
    assert refused(device) == "cannot be read: a device; allowed: a file or a pipe"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("missing", "cannot be read: No such file or directory; allowed: a readable file"),
        (".", "cannot be read: Is a directory; allowed: a readable file"),
        ("a\0b", "cannot be read: not a file name; allowed: a readable file"),
    ],
)
def test_what_is_no_file_is_refused(name: str, told: str, tmp_path: Path) -> None:
    assert refused(f"{tmp_path}/{name}") == told


def test_a_pipe_that_nobody_writes_to_is_waited_for_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(input_file, "PIPE_SECONDS", 0.3)
    os.mkfifo(tmp_path / "pipe")
    begun = time.monotonic()
    assert refused(tmp_path / "pipe").startswith("nobody writes to the pipe within 0.3 s; allowed: a file, or a pipe")
    assert 0.3 <= time.monotonic() - begun < 5


def test_a_pipe_whose_writer_is_slow_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer opens it at once, and writes long after the patience for an opening is over."""
    monkeypatch.setattr(input_file, "PIPE_SECONDS", 0.2)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def write() -> None:
        with open(pipe, "wb", buffering=0) as opened:
            for letter in b"ab":
                time.sleep(0.5)
                opened.write(bytes([letter]))

    later(write, 0)
    assert read_input(pipe) == b"ab"


def test_a_writer_who_writes_nothing_leaves_an_empty_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    later(lambda: open(pipe, "wb").close(), 0.1)
    assert read_input(pipe) == b""


def test_a_pipe_that_never_ends_is_bounded() -> None:
    with subprocess.Popen(["yes"], stdout=subprocess.PIPE) as endless:
        assert endless.stdout is not None
        assert refused(f"/dev/fd/{endless.stdout.fileno()}", 100_000).startswith("more than 100,000 bytes")
        endless.kill()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["huge.cfg", "huge.toml", "huge.trace", "zero.toml", "wired.trace"])
def test_the_command_line_refuses_it_in_one_line_and_under_200_megabytes(name: str, tmp_path: Path) -> None:
    """A sparse file of three gigabytes, a model and a topology that lead to /dev/zero."""
    file = tmp_path / name
    with open(file, "wb") as opened:
        opened.truncate(3 * 2**30)
    if name == "zero.toml":
        file.write_text('title = "x"\nconfig = "/dev/zero"\n')
    if name == "wired.trace":
        file.write_text(f"config {Path(__file__).parents[2]}/models/active-standby.cfg\ntopology /dev/zero\nsettle\n")
    command = "run" if name.endswith(".trace") else "check"
    measured = (
        "import re, sys; from failover_fsm.cli import main; status = main(sys.argv[1:]);"
        "print(status, re.search(r'VmHWM:\\s+([0-9]+)', open('/proc/self/status').read())[1])"
    )  # not ru_maxrss: that of a child begins with what its parent had when it was forked
    done = subprocess.run(
        [sys.executable, "-c", measured, command, str(file)], capture_output=True, text=True, timeout=60
    )
    status, kilobytes = map(int, done.stdout.split())
    assert status == 2 and kilobytes < 200_000
    assert done.stderr.count("\n") == 1 and "allowed: " in done.stderr
