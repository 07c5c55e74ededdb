"""What the kit asks of a system under test, and the errors that tell what went wrong beside a disagreement."""

from __future__ import annotations

from typing import Any, Protocol

import attrs

__all__ = ["Act", "Adapter", "AdapterError", "NothingObserved", "Restless"]


class Adapter(Protocol):
    """The interface to the system under test."""

    def reset(self) -> None:
        """Puts the system into an initial state of the model."""

    def apply(self, event: Any) -> None:
        """Makes an event of the tester happen, and returns at once, without waiting for what follows."""

    def observe(self) -> object:
        """What the system shows, in the form in which `shown` tells it of a state of the model.

        Without a settle time it waits until the system is at rest; with one it looks, and the kit waits. Of a mapping
        any key may be left out: it was not seen then.

        Raises:
            Restless: If the system does not come to rest.
        """


class Restless(Exception):
    """Raised by `Adapter.observe`: the system does not come to rest. Where the model does, this is a disagreement."""


class AdapterError(Exception):
    """An adapter returned what no system of this model can show; the message names what is allowed."""


class NothingObserved(AssertionError):
    """A run in which nothing was observed: it would have passed whatever the system did."""


@attrs.frozen
class Act:
    """One event of a plan, and whether the system comes to rest and is observed after it."""

    event: Any
    look: bool = True
