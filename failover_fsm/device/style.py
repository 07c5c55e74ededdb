"""How the releases of the software differ in what `show failover` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.release import Release
from failover_fsm.device.records import Slot
from failover_fsm.pair.states import Unit

__all__ = ["CHAPTER", "EARLIER", "LATER", "PIX", "SUFFIXES", "Style", "style_of"]

SUFFIXES = Release(8, 3)
"""The first release with `(Monitored)` behind the condition of an interface: 8.2(1) has none, 8.6(1) has it.

8.2(1) prints `(Waiting)` and `(Not-Monitored)`, as captures show.
"""


@attrs.frozen(kw_only=True)
class Style:
    """What a release prints besides the lines that all have.

    Attributes:
        cable: The cable line of an Active/Standby pair (SHW-4).
        suffix: How an interface is monitored, behind its condition. "all"; "unusual": no `(Monitored)`; "none":
            Waiting is then a condition, and unmonitored interfaces are not listed.
        times: The lines `Reconnect timeout` and `MAC Address Move Notification Interval`.
        hold: The hold time of the interfaces, on the line of their poll time.
        slots: What is in the slots of each unit; None for the lines that the model can fill itself.
        gtp: GTP is inspected, and counted for contexts (SHW-36).
    """

    cable: bool = False
    suffix: Literal["all", "unusual", "none"] = "all"
    times: bool = True
    hold: bool = True
    slots: Mapping[Unit, tuple[Slot, ...]] | None = None
    gtp: bool = False


LATER = Style()
"""Software 8.3 and later, and where the release is not known."""

EARLIER = Style(suffix="unusual", times=False)
"""Software 7 to 8.2 of an ASA."""

PIX = attrs.evolve(EARLIER, cable=True)
"""Software of a PIX, which may have a serial cable."""

CHAPTER = Style(cable=True, suffix="none", times=False, hold=False, slots=dict.fromkeys(Unit, ()))
"""The samples of the chapter, whose Active/Standby pair has no lines about slots."""


def style_of(config: PairConfig) -> Style:
    """The style of the software that a configuration names."""
    if config.product == "PIX":
        return PIX
    release = None if config.software is None else Release.parse(config.software)
    early = release is not None and config.product != "NGFW" and release < SUFFIXES
    return EARLIER if early else LATER
