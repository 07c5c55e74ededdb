"""The reference model: a small Active/Active pair with exactly known counts, for comparing explorers.

Not the product's semantics, but near in kind.  Two units, two failover groups (group g prefers
unit g), k monitored interfaces per unit.  One rule a transition; every rule is a plain function
of a draft of the state (`reference_rules.py`).  The same model is written for SPIN in
`promela.py` and for Rumur in `murphi.py`.
"""

from __future__ import annotations

from benchmarks.reference_rules import Port, Ports, Role, State, Timer, Unit, Via, rules
from failover_fsm.checker.rules.rule_tree import Rule

__all__ = ["COUNTS", "Reference", "Role", "State", "Via"]

COUNTS = {
    0: (3_944, 29_212, 31),
    1: (44_144, 487_792, 35),
    2: (176_576, 2_315_392, 35),
    3: (706_304, 10_692_000, 37),
    4: (2_825_216, 48_449_760, 39),
    5: (11_300_864, 216_459_104, 41),
    6: (45_203_456, 956_355_680, 43),
    7: (180_813_824, 4_187_270_752, 45),
}
"""States, transitions and depth by number of interfaces, as several independent explorers agree on them."""


class Reference:
    """The model with k interfaces per unit, as the checker takes it."""

    def __init__(self, k: int) -> None:
        self.k = k
        self.rules = tuple(Rule(name, function) for name, function in rules(k))

    def initial_states(self) -> list[State]:
        """Both units off, everything between them good."""
        side = Ports(ports=tuple(Port() for _ in range(self.k)))
        state = State(units=(Unit(), Unit()), timers=(Timer(), Timer()), link=True, data=True, sides=(side, side))
        return [state]
