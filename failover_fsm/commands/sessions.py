"""What `check` says and refuses of a model with a machine beside the pair."""

from __future__ import annotations

from collections.abc import Iterable

from failover_fsm.commands.files import BadInput, complain
from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.model.beside import BESIDE
from failover_fsm.model.scenario import Scenario
from failover_fsm.promises import Promise

__all__ = ["check_options", "pair_promises", "say_session_advice"]


def check_options(scenario: Scenario, beyond: Iterable[str]) -> None:
    """Raises BadInput for an option that a pair with a machine beside it cannot be searched or drawn with."""
    option = next(iter(beyond), None)
    if scenario.beside and option is not None:
        what = f"a pair with {BESIDE[scenario.beside]} is explored plainly, and not drawn"
        raise BadInput(f"{option}: {what}; allowed: without {option}")


def pair_promises(scenario: Scenario, ids: Iterable[str]) -> tuple[str, ...]:
    """The ids that have to be promises of a pair: of a model with a machine beside it, those that are none about it.

    Raises:
        BadInput: For an id that is none that can be asked of a pair with this machine beside it.
    """
    if not scenario.beside:
        return tuple(ids)
    from failover_fsm.analysis.session_model import promises_beside  # most pairs have no machine beside them

    ids, known = tuple(ids), promises_beside(scenario.beside)
    for name in ids:
        if name not in known:
            raise BadInput(f"--promise: unknown promise {name!r}{nearest(name, known)}; allowed: {listed(name, known)}")
    return tuple(name for name in ids if isinstance(known[name], Promise))


def say_session_advice(scenario: Scenario) -> None:
    """Prints the advice on `failover exec` without a failover key to stderr (EXE-17)."""
    if scenario.sessions is not None and scenario.config.key is None:
        from failover_fsm.services.remote.exec_machine import CLEAR_TEXT

        complain(f"{scenario.sources[0]}: {CLEAR_TEXT} (EXE-17)")
