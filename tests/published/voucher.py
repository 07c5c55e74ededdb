"""Vouchers that are issued, passed on, redeemed or cancelled: VoucherLifeCycle, of tlaplus/Examples, byihive (Raju,
Mathew, Andriani), after RFC 3506.

Three vouchers: 64 distinct states, 193 generated, depth 7.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.checker import always, leads_to

from .case import Case, action_each, among, rule


@attrs.frozen
class Voucher:
    """The voucher, and how far the machine around it is."""

    state: str = among(("phantom", "valid", "redeemed", "cancelled"))
    machine: str = among(("init", "working", "done"))


@attrs.frozen
class State:
    """All vouchers."""

    vouchers: tuple[Voucher, ...]


def issue(i: int, state: Any) -> bool:
    voucher = state.vouchers[i]
    if (voucher.state, voucher.machine) != ("phantom", "init"):
        return False
    voucher.state, voucher.machine = "valid", "working"
    return True


def transfer(i: int, state: Any) -> bool:
    return state.vouchers[i].state == "valid"


def finish(i: int, how: str, state: Any) -> bool:
    voucher = state.vouchers[i]
    if (voucher.state, voucher.machine) != ("valid", "working"):
        return False
    voucher.state, voucher.machine = how, "done"
    return True


class VoucherLifeCycle:
    """``count`` vouchers that have nothing to do with each other."""

    def __init__(self, count: int) -> None:
        self.count = count
        places = range(count)
        self.rules = [
            *(rule(issue, i) for i in places),
            *(rule(transfer, i) for i in places),
            *(rule(finish, i, how) for i in places for how in ("redeemed", "cancelled")),
        ]

    def initial_states(self) -> list[State]:
        return [State((Voucher(),) * self.count)]


STAGES = {"phantom": "init", "valid": "working", "redeemed": "done", "cancelled": "done"}


def ended(state: Any) -> bool:
    return state.vouchers[0].machine == "done"


CASES = [
    Case(
        "VoucherLifeCycle",
        VoucherLifeCycle(3),
        distinct=64,
        generated=193,
        depth=7,
        holds=(
            always("consistent", lambda s: all(STAGES[voucher.state] == voucher.machine for voucher in s.vouchers)),
            leads_to("ends", lambda s: True, ended),
        ),
        violated=(leads_to("ends, only issued", lambda s: True, ended, weak=action_each("issue"), progress=False),),
    )
]
