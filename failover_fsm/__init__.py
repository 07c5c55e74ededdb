"""A formally checked model of a Cisco ASA failover pair: configuration in, verdict out.

    from failover_fsm import Pair, PairConfig, Unit, check, events

    config = PairConfig.from_asa(text)
    pair = Pair.cold(config)
    pair, outputs = pair.step(events.UnitRestored(unit=Unit.PRIMARY))
    report = check(config, faults=2)
"""

from failover_fsm.config.errors import ConfigError
from failover_fsm.config.pair_config import PairConfig, Unit
from failover_fsm.pair import NotPossible, Options, Pair, Refused, events
from failover_fsm.verify import Report, check, verify

__version__ = "0.1.0"

__all__ = [
    "ConfigError",
    "NotPossible",
    "Options",
    "Pair",
    "PairConfig",
    "Refused",
    "Report",
    "Unit",
    "check",
    "events",
    "verify",
]
