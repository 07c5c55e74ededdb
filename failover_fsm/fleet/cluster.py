"""Workers of Dask's distributed: the scheduler hands the work of one that dies to another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any

from failover_fsm.fleet.schedule import WorkersError
from failover_fsm.fleet.work import Failure, attempt

__all__ = ["Cluster"]

WAIT = 15.0
"""Seconds in which a scheduler has to answer, and to have a worker."""

AHEAD = 2
"""Pieces of work that are handed out for each thread of the workers, so that none waits for the next."""

LOOK_AGAIN = 5.0
"""Seconds between two looks at whether the scheduler is still there."""

ALLOWED = "the address of a scheduler, as tcp://HOST:8786"
_ADDRESS = re.compile(r"(?:(tcp|ws|tls|wss)://)?(?:\[[0-9A-Fa-f:.]+(?:%\w+)?\]|[^\s:/\[\]]+):([0-9]{1,5})", re.ASCII)


class Cluster:
    """A context manager with the workers of a scheduler.

    Args:
        address: The address of the scheduler, as `tcp://192.0.2.1:8786`.

    Raises:
        WorkersError: If the package is not installed, or no scheduler with a worker answers at the address.
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed  # of the extra `cluster`
        except ModuleNotFoundError:
            need = "needs the package distributed; allowed: pip install 'failover-fsm[cluster]'"
            raise WorkersError(need) from None
        _check_address(address, distributed.Security)
        try:
            self._client = distributed.Client(address, timeout=WAIT, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            what = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise WorkersError(f"{address}: {what}; allowed: {ALLOWED}") from None
        threads = sum(self._client.nthreads().values())
        if not threads:
            self._client.close()
            raise WorkersError(f"{address}: the scheduler has no worker; allowed: one with `dask worker`")
        self._address, self.at_once = address, AHEAD * threads
        self._finished: SimpleQueue[tuple[int, Any]] = SimpleQueue()
        self._futures: dict[int, Any] = {}

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for future in self._futures.values():
            future.cancel()
        self._client.close(timeout=1)

    def submit(self, number: int, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        """Hands out a piece of work."""
        future = self._client.submit(attempt, function, *arguments, pure=False)
        self._futures[number] = future
        future.add_done_callback(lambda done: self._finished.put((number, done)))

    def finished(self) -> Iterator[tuple[int, Any]]:
        """Waits for a piece of work.

        Raises:
            WorkersError: If the scheduler is gone.
        """
        while True:
            try:
                number, future = self._finished.get(timeout=LOOK_AGAIN)
                break
            except Empty:
                self._check()
        if future.status == "cancelled":
            self._check()
        del self._futures[number]
        yield number, _result(future)

    def _check(self) -> None:
        if self._client.status != "running":
            raise WorkersError(f"{self._address}: the scheduler is gone; what is finished is kept for --resume")


def _check_address(address: str, security: Callable[[], Any]) -> None:
    """Refuses what no client can be made for: one that fails over its address leaves a thread that never ends.

    Raises:
        WorkersError: If the text is no address, or one with TLS and the settings of Dask name no certificates.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None or not 1 <= int(found[2]) <= 65535:
        raise WorkersError(f"{address}: no address; allowed: {ALLOWED}")
    if found[1] in ("tls", "wss") and security().get_connection_args("client").get("ssl_context") is None:
        raise WorkersError(
            f"{address}: no certificates in the settings of Dask; allowed: with them, or tcp://HOST:8786"
        )


def _result(future: Any) -> Any:
    """What came of a piece of work; errors of the cluster itself, such as workers that died, are failures."""
    if future.status == "finished":
        return future.result()
    error = future.exception() if future.status == "error" else None
    return Failure(f"the cluster gave up: {type(error).__name__ if error is not None else future.status}")
