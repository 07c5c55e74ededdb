"""What `check` says and refuses of a model with a machine beside the pair: terminal sessions, or spaces."""

from __future__ import annotations

from collections.abc import Iterable

from failover_fsm.analysis.saving_model import saving_promises
from failover_fsm.commands.files import BadInput, complain
from failover_fsm.model.scenario import Scenario
from failover_fsm.services.remote.exec_machine import CLEAR_TEXT
from failover_fsm.services.remote.promises import BY_ID

__all__ = ["check_options", "pair_promises", "say_session_advice"]


def check_options(scenario: Scenario, beyond: Iterable[str]) -> None:
    """Raises BadInput for an option that a pair with a machine beside it cannot be searched or drawn with."""
    option = next(iter(beyond), None)
    if scenario.beside and option is not None:
        what = f"a pair with {scenario.beside} is explored plainly, and not drawn"
        raise BadInput(f"{option}: {what}; allowed: without {option}")


def pair_promises(scenario: Scenario, ids: Iterable[str]) -> tuple[str, ...]:
    """The ids that have to be promises of a pair: of a model with a machine, those that are none about the machine.

    Raises:
        BadInput: For an id that is no promise about terminal sessions, where there are some.
    """
    if scenario.saving is not None:
        known = saving_promises(scenario.config)
        return tuple(name for name in ids if name not in known)
    if scenario.sessions is None:
        return tuple(ids)
    for name in ids:
        if name not in BY_ID:
            raise BadInput(f"--promise: unknown promise {name!r}; allowed: {', '.join(BY_ID)}")
    return ()


def say_session_advice(scenario: Scenario) -> None:
    """Prints the advice on `failover exec` without a failover key to stderr (EXE-17)."""
    if scenario.sessions is not None and scenario.config.key is None:
        complain(f"{scenario.sources[0]}: {CLEAR_TEXT} (EXE-17)")
