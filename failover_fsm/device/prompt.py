"""The prompt of a unit: `edge/pri/act#`, in the order of the command `prompt`."""

from __future__ import annotations

import re

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair.states import Role, State, Unit

__all__ = ["FULL", "Prompt", "prompt", "read_prompt"]

FULL = ("hostname", "priority", "state")
"""The parts of a prompt that tells which unit it is, and what it does (`prompt hostname priority state`)."""

_PRIORITIES = {Unit.PRIMARY: "pri", Unit.SECONDARY: "sec"}
_OFF = "NoFailover"


@attrs.frozen(kw_only=True)
class Prompt:
    """What a prompt says.

    Attributes:
        hostname: The name, which may be followed by a context.
        unit: The unit, None if the prompt has no priority.
        active: The unit, or the group of the context, is active; None if the prompt has no state.
        failover: Failover is on; None likewise.
        command: What was entered behind it.
    """

    hostname: str
    unit: Unit | None = None
    active: bool | None = None
    failover: bool | None = None
    command: str = ""


def prompt(
    state: State,
    config: PairConfig,
    unit: Unit,
    *,
    index: int = 0,
    context: str | None = None,
    parts: tuple[str, ...] = (),
) -> str:
    """The prompt of a unit that runs, with its `#`.

    Args:
        state: The pair.
        config: Its configuration.
        unit: The unit.
        index: The position of the failover group that the prompt speaks of.
        context: The context; None for the system space or a unit without contexts.
        parts: What the prompt consists of; by default what the configuration says, else the name alone.
    """
    own = state.unit(unit)
    role = "act" if own.groups[index].role is Role.ACTIVE else "stby"
    words = {
        "hostname": config.hostname,
        "context": context,
        "priority": _PRIORITIES[unit],
        "state": role if own.enabled else f"{role}{_OFF}",
    }
    chosen = parts or config.prompt or ("hostname", "context")
    return "/".join(text for part in chosen if (text := words.get(part)) is not None) + "#"


_WORD = re.compile(rf"(pri|sec)|(act|stby)({_OFF})?", re.IGNORECASE)


def read_prompt(line: str) -> Prompt | None:
    """What a line that begins with a prompt says, whatever the order of its parts; None for another line."""
    found = re.fullmatch(r"\s*([^\s#>()]+)(?:\([\w-]+\))?[#>]\s*(.*?)\s*", line)
    if found is None:
        return None
    unit = active = failover = None
    names = []
    for part in found[1].split("/"):
        word = _WORD.fullmatch(part)
        if word is None:
            names.append(part)
        elif word[1]:
            unit = Unit.PRIMARY if word[1].lower() == "pri" else Unit.SECONDARY
        else:
            active, failover = word[2].lower() == "act", word[3] is None
    return Prompt(hostname="/".join(names), unit=unit, active=active, failover=failover, command=found[2])
