"""Pairs at the end of a run, with what their units remember."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.device.memory import remember
from failover_fsm.device.moment import Moment
from failover_fsm.pair.states import Unit
from failover_fsm.trace.language import parse_trace
from failover_fsm.trace.player import play

P, S = Unit.PRIMARY, Unit.SECONDARY
ROOT = Path(__file__).parents[2]
ONE = read_config(ROOT / "models" / "active-standby.cfg")
TWO = read_config(ROOT / "models" / "active-active.cfg")
BOOT = "unit_restored unit=primary\nunit_restored unit=secondary\nsettle\n"


def moment(*lines: str, config: PairConfig = ONE, boot: str = BOOT, **more: Any) -> Moment:
    """The moment after a boot of both units and these lines of a trace."""
    played = play(parse_trace(boot + "".join(f"{line}\n" for line in lines), "t.trace", config_given=True), config)
    memories, now = remember(
        played.steps, played.pair.settings, **({"start": more["start"]} if "start" in more else {})
    )
    now = now if played.ends_at is None else played.ends_at
    pair = played.pair
    about = {"memories": memories, "now": now, "detected": played.detected, **more}
    return Moment(state=pair.state, settings=pair.settings, config=config, **about)
