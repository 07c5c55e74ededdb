"""Two keepalived daemons in network namespaces, each at a switch of its own, with a trunk between the switches.

Needs root, the capability NET_ADMIN, iproute2 and keepalived; `missing` says what is not there. It knows nothing of
failover_fsm.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

VIRTUAL = "10.99.0.100/32"
SAID = re.compile(r'INSTANCE "pair" (INIT|STOP|BACKUP|MASTER|FAULT) ')

STARTUP = 10.0
"""Seconds in which a daemon must say its first state."""


@dataclass(frozen=True)
class Daemon:
    """How one daemon is configured; the defaults are right for a pair without preemption."""

    priority: int
    preempt: bool = False
    router_id: int = 51
    version: int = 3
    password: str = ""
    interval: float = 0.1

    def text(self, fifo: Path) -> str:
        """The configuration file."""
        lines = ["global_defs {", f"  vrrp_notify_fifo {fifo}", "  vrrp_garp_master_delay 0", "}"]
        lines += ["vrrp_instance pair {", "  state BACKUP", "  interface eth0", f"  version {self.version}"]
        lines += [f"  virtual_router_id {self.router_id}", f"  priority {self.priority}"]
        lines += [f"  advert_int {self.interval:g}", *([] if self.preempt else ["  nopreempt"])]
        if self.password:
            lines += ["  authentication {", "    auth_type PASS", f"    auth_pass {self.password}", "  }"]
        return "\n".join([*lines, f"  virtual_ipaddress {{ {VIRTUAL} dev eth0 }}", "}"]) + "\n"


def missing() -> str | None:
    """Why the lab cannot run here; None if it can."""
    if os.name != "posix" or not Path("/proc/self/ns/net").exists():
        return "there are no network namespaces here"
    for program in ("ip", "keepalived"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if os.geteuid() != 0:
        return "only root can make network namespaces"
    name = f"vrrp-{os.getpid()}-try"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if made.returncode != 0:
        return f"no network namespace can be made: {made.stderr.strip()}"
    linked = _try("ip", "-n", name, "link", "add", "x", "type", "bridge")
    _try("ip", "netns", "del", name)
    return None if linked else "no bridge can be made in a network namespace"


def _try(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


class Router:
    """One daemon in its namespace.

    Args:
        number: 0 or 1.
        space: the namespace.
        daemon: its configuration.
        folder: for its files.
    """

    def __init__(self, number: int, space: str, daemon: Daemon, folder: Path) -> None:
        self.number, self.space = number, space
        self.files = {word: folder / f"{number}.{word}" for word in ("conf", "fifo", "log", "pid", "child")}
        os.mkfifo(self.files["fifo"])
        self.files["conf"].write_text(daemon.text(self.files["fifo"]))
        self.reader = os.open(self.files["fifo"], os.O_RDONLY | os.O_NONBLOCK)
        self.process: subprocess.Popen[bytes] | None = None
        self.word = ""

    def start(self) -> None:
        """Starts the daemon, and waits until it says a state."""
        self._read()
        self.word = ""
        with self.files["log"].open("ab") as log:
            arguments = ["-n", "-l", "-P", "-f", self.files["conf"], "-p", self.files["pid"], "-r", self.files["child"]]
            command = ["ip", "netns", "exec", self.space, "keepalived", *map(str, arguments)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + STARTUP
        while not self.state():
            if time.monotonic() > end or self.process.poll() is not None:
                raise RuntimeError(f"keepalived did not start: {self.files['log'].read_text()[-500:]}")
            time.sleep(0.01)

    def stop(self) -> None:
        """Stops the daemon as an operator does; it tells the other one."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self._is_off()

    def kill(self) -> None:
        """Lets the daemon vanish, its address too, as when power is lost."""
        if self.process is None:
            return
        pids = [self.process.pid]
        if self.files["child"].exists():
            pids.append(int(self.files["child"].read_text()))
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self._is_off()

    def _is_off(self) -> None:
        self.process = None
        for word in ("pid", "child"):
            self.files[word].unlink(missing_ok=True)
        _try("ip", "-n", self.space, "addr", "del", VIRTUAL, "dev", "eth0")

    def state(self) -> str:
        """The daemon's word for its state; STOP while it does not run, empty before it said one."""
        self._read()
        return self.word if self.process is not None else "STOP"

    def _read(self) -> None:
        try:
            text = os.read(self.reader, 65536).decode()
        except BlockingIOError:
            return
        for word in SAID.findall(text):  # MASTER_RX_LOWER_PRI, for one, is said too and is no state
            self.word = word


class Lab:
    """The two daemons and their network.

    Args:
        daemons: how each is configured.
    """

    def __init__(self, daemons: tuple[Daemon, Daemon]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="keepalived-"))
        self.name = f"vrrp-{os.getpid()}"
        self.spaces = [f"{self.name}-{each}" for each in ("0", "1", "lan")]
        self.lan = self.spaces[2]
        self.routers: list[Router] = []
        try:
            self._wire()
            self.routers = [Router(at, self.spaces[at], each, self.folder) for at, each in enumerate(daemons)]
        except BaseException:
            self.close()
            raise

    def _wire(self) -> None:
        for space in self.spaces:
            _run("ip", "netns", "add", space)
            _run("ip", "-n", space, "link", "set", "lo", "up")
        for at in (0, 1):
            _run("ip", "-n", self.lan, "link", "add", f"switch{at}", "type", "bridge", "mcast_snooping", "0")
            _run("ip", "-n", self.lan, "link", "set", f"switch{at}", "up")
            _run("ip", "-n", self.lan, "link", "add", f"port{at}", "type", "veth", "peer", "name", "eth0",
                 "netns", self.spaces[at])  # fmt: skip
            _run("ip", "-n", self.lan, "link", "set", f"port{at}", "master", f"switch{at}", "up")
            _run("ip", "-n", self.spaces[at], "addr", "add", f"10.99.0.{at + 1}/24", "dev", "eth0")
            _run("ip", "-n", self.spaces[at], "link", "set", "eth0", "up")
        _run("ip", "-n", self.lan, "link", "add", "trunk0", "type", "veth", "peer", "name", "trunk1")
        for at in (0, 1):
            _run("ip", "-n", self.lan, "link", "set", f"trunk{at}", "master", f"switch{at}", "up")

    def port(self, number: int, up: bool) -> None:
        """Plugs the cable of a router in or out."""
        _run("ip", "-n", self.lan, "link", "set", f"port{number}", "up" if up else "down")

    def trunk(self, up: bool) -> None:
        """Plugs the cable between the switches in or out; no router sees it."""
        _run("ip", "-n", self.lan, "link", "set", "trunk0", "up" if up else "down")

    def reset(self) -> None:
        """Everything plugged in, no daemon running."""
        for number, router in enumerate(self.routers):
            router.kill()
            self.port(number, True)
        self.trunk(True)

    def close(self) -> None:
        """Stops everything and takes the namespaces away."""
        for router in self.routers:
            router.kill()
            os.close(router.reader)
        for space in self.spaces:
            _try("ip", "netns", "del", space)
        shutil.rmtree(self.folder, ignore_errors=True)
