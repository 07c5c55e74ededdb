"""The service that a state lacks, in words."""

from __future__ import annotations

from failover_fsm.pair.service import loss_in
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State

__all__ = ["lost_names"]


def lost_names(state: State, settings: Settings) -> tuple[str, ...]:
    """The names of the interfaces that work on no unit that is active for their group; a group that has no unit active.

    Without interfaces to name, the pair or the group stands for them.
    """
    loss = loss_in(state, settings)
    names = [settings.ports[index].name for index in loss.interfaces]
    for group in loss.groups:
        if not any(settings.ports[index].group == group for index in loss.interfaces):
            names.append(f"group {group + 1}" if settings.groups else "the pair")
    return tuple(names)
