"""A search by processes of Ray: one actor for each part, on this machine or on a cluster that is already there."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

__all__ = ["NoCluster", "PartsLost", "RayCluster", "RayCrew"]

STORE = 256 << 20
"""Bytes of memory for what goes from part to part on this machine; what is more goes through files."""

ADDRESS = "RAY_ADDRESS"
"""The variable of the environment by which Ray finds a cluster."""

QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
"""Nothing is sent to the makers of Ray, and it warns of no graphics cards."""

ATTEMPTS = 3
"""How often Ray is started: on a busy machine its own processes may not be ready in the time that it allows them."""

NEED = "needs the package ray; allowed: pip install 'failover-fsm[cluster]'"


class NoCluster(Exception):
    """Processes that cannot be had; `str` is one line."""


class PartsLost(Exception):
    """A process is gone in the middle of a search; `str` is one line."""


class RayCluster:
    """A context manager with processes of Ray.

    Without a cluster in the environment (`RAY_ADDRESS`) they are on this machine, and end with it.

    Args:
        workers: How many parts a search has.

    Attributes:
        workers: As above.
        folder: Where Ray keeps its files meanwhile; None in a cluster that is already there.

    Raises:
        NoCluster: If Ray is not installed; on entry, if it does not start or its cluster has fewer processors.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.folder: str | None = None
        for name, value in QUIET.items():
            os.environ.setdefault(name, value)
        try:
            import ray  # of the extra `cluster`
        except ModuleNotFoundError:
            raise NoCluster(NEED) from None
        self._ray: Any = ray

    def __enter__(self) -> RayCluster:
        attempts = 1 if os.environ.get(ADDRESS) else ATTEMPTS
        for attempt in range(1, attempts + 1):
            try:
                self._begin()
                break
            except Exception as error:  # it raises what it likes
                self.close()
                if attempt == attempts or (not isinstance(error, TimeoutError) and "timed out" not in str(error)):
                    what = (str(error).splitlines() or [type(error).__name__])[0]
                    raise NoCluster(f"Ray does not start: {what}") from None
        processors = int(self._ray.cluster_resources().get("CPU", 0))
        if processors < self.workers:
            self.close()
            raise NoCluster(f"the cluster of Ray has {processors} processors; allowed: 1 to {processors}")
        return self

    def _begin(self) -> None:
        """Joins the cluster of the environment, or begins one on this machine."""
        options = {"log_to_driver": False, "logging_level": logging.CRITICAL}
        if os.environ.get(ADDRESS):
            self._ray.init(**options)
            return
        self.folder = tempfile.mkdtemp(prefix="ffsm")  # short: names of sockets have 100 characters
        self._ray.init(
            address="local",
            num_cpus=self.workers,
            object_store_memory=STORE,
            include_dashboard=False,
            _temp_dir=self.folder,
            **options,
        )

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends what was started."""
        self._ray.shutdown()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def crew(self, make: Callable[[int, int], Any]) -> Iterator[RayCrew]:
        """The parts that `make` makes, in processes of their own; they end with the context."""
        crew = RayCrew(self._ray, make, self.workers)
        try:
            yield crew
        finally:
            crew.end()


class RayCrew:
    """The parts of a search in processes of Ray (`checker.bitset.divided.Crew`).

    What they exchange goes from process to process, not through this one.
    """

    def __init__(self, ray: Any, make: Callable[[int, int], Any], workers: int) -> None:
        self._ray, self._of = ray, workers
        actor = ray.remote(num_cpus=1, max_restarts=0)(_Part)
        made = ray.put(make)  # once for all
        self._actors = [actor.remote(made, number, workers) for number in range(workers)]

    def ask(self, method: str, *arguments: Any) -> list[Any]:
        """Calls a method of every part.

        Raises:
            PartsLost: If a process is gone.

        What the method raises passes.
        """
        return self._answers([actor.call.remote(method, *arguments) for actor in self._actors])

    def exchange(self, give: str, take: str) -> list[Any]:
        """Calls `give` of every part, then `take` with the parcels for it; raises as `ask`."""
        giving = [actor.give.options(num_returns=self._of).remote(give) for actor in self._actors]
        parcels = [[given] if self._of == 1 else given for given in giving]
        return self._answers(
            [actor.take.remote(take, *(given[place] for given in parcels)) for place, actor in enumerate(self._actors)]
        )

    def processes(self) -> list[tuple[int, float, int]]:
        """The number of each process, its processor seconds, and the most bytes of memory that it had."""
        return self._answers([actor.process.remote() for actor in self._actors])

    def end(self) -> None:
        """Ends the processes."""
        for actor in self._actors:
            with suppress(self._ray.exceptions.RayError):
                self._ray.kill(actor)

    def _answers(self, answers: Sequence[Any]) -> list[Any]:
        errors = self._ray.exceptions
        try:
            found: list[Any] = self._ray.get(list(answers))
        except errors.RayTaskError as error:
            if isinstance(error.cause, errors.RayError):
                raise self._lost(error.cause) from None
            raise error.cause from None
        except errors.RayError as error:
            raise self._lost(error) from None
        return found

    def _lost(self, error: Exception) -> PartsLost:
        return PartsLost(
            f"one of {self._of} processes is gone ({type(error).__name__}), and its states with it: nothing is decided"
        )


class _Part:
    """The actor: a part in its process."""

    def __init__(self, make: Callable[[int, int], Any], number: int, of: int) -> None:
        self._part, self._of = make(number, of), of

    def call(self, method: str, *arguments: Any) -> Any:
        """The answer of a method of the part."""
        return getattr(self._part, method)(*arguments)

    def process(self) -> tuple[int, float, int]:
        """As `RayCrew.processes`, of this one."""
        import resource  # Ray has no workers elsewhere than on Unix

        used = resource.getrusage(resource.RUSAGE_SELF)
        unit = 1 if sys.platform == "darwin" else 1024
        return os.getpid(), used.ru_utime + used.ru_stime, used.ru_maxrss * unit

    def give(self, method: str) -> Any:
        """The parcels that the part gives, one for each part."""
        parcels = self.call(method)
        return parcels[0] if self._of == 1 else parcels

    def take(self, method: str, *parcels: Any) -> Any:
        """Hands parcels to the part."""
        return self.call(method, parcels)
