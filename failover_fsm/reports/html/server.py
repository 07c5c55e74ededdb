"""A server of one page on the loopback address: it answers to those who know the random word in its address.

A page of another site that the same browser shows must not be able to read anything here. So the address has a word
that nobody can guess; a request under another host name (as with DNS rebinding) or from another origin is refused.
"""

from __future__ import annotations

import json
import secrets
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from failover_fsm.reports.html.data import PageWriter

__all__ = ["PageServer"]

LOOPBACK = "127.0.0.1"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class PageServer(ThreadingHTTPServer):
    """Serves a page and the states that it asks for, on the loopback address alone.

    Args:
        port: The TCP port, 0 for one that is free.
        token: The random word of the address.
        html: The page.
        writer: What answers the questions of the page.

    Raises:
        OSError: If the port cannot be used.
    """

    daemon_threads = True

    def __init__(self, port: int, token: str, html: str, writer: PageWriter) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.token, self.html, self.writer = token, html.encode("ascii"), writer
        self.lock = threading.Lock()

    @property
    def address(self) -> str:
        """The address of the page."""
        return f"http://{LOOPBACK}:{self.server_port}/{self.token}/"


class _Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: PageServer
    server_version = "failover-fsm"
    sys_version = ""

    def do_GET(self) -> None:
        """Sends the page, or the steps of a state."""
        hosts = [f"{name}:{self.server.server_port}" for name in (LOOPBACK, "localhost")]
        own = [f"http://{host}" for host in hosts]
        if self.headers.get("Host") not in hosts or self.headers.get("Origin", own[0]) not in own:
            self._send(HTTPStatus.FORBIDDEN, "text/plain", b"another host or origin\n")
            return
        asked = urlsplit(self.path)
        _, token, *rest = asked.path.split("/")
        if not secrets.compare_digest(token.encode(), self.server.token.encode()):
            self._send(HTTPStatus.NOT_FOUND, "text/plain", b"no such page\n")
        elif rest == [""]:
            self._send(HTTPStatus.OK, "text/html; charset=us-ascii", self.server.html)
        elif rest == ["choices"]:
            self._choices(parse_qs(asked.query))
        else:
            self._send(HTTPStatus.NOT_FOUND, "text/plain", b"no such page\n")

    def _choices(self, query: dict[str, list[str]]) -> None:
        try:
            numbers = {name: int(values[0]) for name, values in query.items()}
            if min(numbers.values(), default=0) < 0:
                raise ValueError("a number below 0; allowed: 0, 1, 2, ...")
            with self.server.lock:
                found: Any = self.server.writer.expanded(numbers.pop("state", -1), numbers)
        except (IndexError, ValueError) as error:
            self._send(HTTPStatus.BAD_REQUEST, "text/plain", f"{error}\n".encode("ascii", "replace"))
            return
        self._send(HTTPStatus.OK, "application/json", json.dumps(found).encode("ascii"))

    def do_HEAD(self) -> None:
        """Sends what GET would, without its body."""
        self.do_GET()

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the terminal belongs to the command."""
