"""VRRP (RFC 9568) as a rule model: two to four routers, their promises, and keepalived's words.

from failover_fsm.checker import Checker, PlainModel
from failover_fsm.vrrp import Vrrp, VrrpSettings

model = Vrrp(VrrpSettings.pair(preempt=False))
print(Checker(PlainModel(model)).verify(*model.properties).verdict)
"""

from failover_fsm.vrrp.named import keepalived_pair, pair, pair_without_preempt, three
from failover_fsm.vrrp.promises import OWN, by_themselves, promises
from failover_fsm.vrrp.protocol import Vrrp
from failover_fsm.vrrp.settings import FAULTS, OWNER, RouterSettings, VrrpSettings
from failover_fsm.vrrp.states import KEEPALIVED, Lan, Router, RouterState

__all__ = [
    "FAULTS",
    "KEEPALIVED",
    "OWN",
    "OWNER",
    "Lan",
    "Router",
    "RouterSettings",
    "RouterState",
    "Vrrp",
    "VrrpSettings",
    "by_themselves",
    "keepalived_pair",
    "pair",
    "pair_without_preempt",
    "promises",
    "three",
]
