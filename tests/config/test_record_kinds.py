"""A record refuses a value of another kind: `unit="primary"` is no unit, and a verdict about it would be of no pair."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from failover_fsm.config.records import pair_config as c
from failover_fsm.config.values.field_values import Port, ValueNotAllowed

PORT = "GigabitEthernet0/0"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: c.PairConfig(unit="primary"), "unit of PairConfig cannot be 'primary'; allowed: Unit"),
        (lambda: c.PairConfig(enabled=1), "enabled of PairConfig cannot be 1; allowed: bool"),
        (lambda: c.PairConfig(lan="folink"), "lan of PairConfig cannot be 'folink'; allowed: FailoverInterface"),
        (lambda: c.PairConfig(interfaces=(PORT,)),
         f"interfaces of PairConfig cannot be ('{PORT}',); allowed: tuple of Interface"),
        (lambda: c.PairConfig(interfaces=3), "interfaces of PairConfig cannot be 3; allowed: tuple of Interface"),
        (lambda: c.PairConfig(interfaces="inside"), "interfaces of PairConfig cannot be 'inside'; allowed: tuple of "),
        (lambda: c.PairConfig(groups=(1, 2)), "groups of PairConfig cannot be (1, 2); allowed: tuple of FailoverGroup"),
        (lambda: c.PairConfig(macs=(3,)), "macs of PairConfig cannot be (3,); allowed: tuple of MacAddresses"),
        (lambda: c.PairConfig(contexts=("admin",)), "contexts of PairConfig cannot be ('admin',); allowed: tuple of "),
        (lambda: c.PairConfig(hostname=3), "hostname of PairConfig cannot be 3; allowed: str"),
        (lambda: c.PairConfig(software=9), "software of PairConfig cannot be 9; allowed: str or None"),
        (lambda: c.PairConfig(lines=()), "lines of PairConfig cannot be (); allowed: Mapping"),
        (lambda: c.FailoverGroup(number=1, preferred="secondary"),
         "preferred of FailoverGroup cannot be 'secondary'; allowed: Unit"),
        (lambda: c.FailoverGroup(number="1"), "number of FailoverGroup cannot be '1'; allowed: int"),
        (lambda: c.FailoverGroup(number=True), "number of FailoverGroup cannot be True; allowed: int"),
        (lambda: c.PollTime(poll_ms="1 s"), "poll_ms of PollTime cannot be '1 s'; allowed: int"),
        (lambda: c.InterfacePollTime(hold_ms=2.5), "hold_ms of InterfacePollTime cannot be 2.5; allowed: int"),
        (lambda: c.InterfacePolicy(count="2"), "count of InterfacePolicy cannot be '2'; allowed: int or None"),
        (lambda: c.Interface(port=PORT, monitored="no"), "monitored of Interface cannot be 'no'; allowed: bool"),
        (lambda: c.Interface(port=PORT, nameif=3), "nameif of Interface cannot be 3; allowed: str or None"),
        (lambda: c.Interface(port=PORT, members=PORT), f"members of Interface cannot be '{PORT}'; allowed: tuple of "),
        (lambda: c.Interface(port=3), "name 3 is not a word"),
        (lambda: c.Interface(port=PORT, members=("g0/1",)), f"member-interface of {PORT}; allowed: below `interface"),
        (lambda: c.Interface(port="Redundant1", members=("Redundant2",)), "member-interface Redundant2; allowed: a"),
        (lambda: c.Interface(port="g0/1.5", channel_group=3), "channel-group of g0/1.5; allowed: below `interface`"),
        (lambda: c.Interface(port=PORT, min_bundle=2), f"port-channel min-bundle of {PORT}; allowed: below `interfa"),
        (lambda: c.FailoverInterface(name="folink", port=None), "name None is not a word"),
        (lambda: c.Context(name="a", ports=(PORT,)), f"ports of Context cannot be ('{PORT}',); allowed: tuple"),
        (lambda: c.Key(text="x", kind="hex"), "kind of Key cannot be 'hex'; allowed: KeyKind"),
        (lambda: c.InterfaceIp(name="f", address=1, mask="m", standby="s"), "address of InterfaceIp cannot be 1"),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueNotAllowed) as error:
        make()
    assert str(error.value).startswith(message)


def test_what_is_of_the_kind_is_taken_and_sorted() -> None:
    inside, outside = c.Interface(port="GigabitEthernet0/1"), c.Interface(port=Port(PORT))
    config = c.PairConfig(interfaces=[inside, outside], unit=c.Unit.PRIMARY, lines={"failover": 3}, key=None)
    assert config.interfaces == (outside, inside)
    assert c.Interface(port="Redundant1", members=[PORT, "g0/1"]).members == (Port(PORT), Port("GigabitEthernet0/1"))


def test_groups_are_the_first_or_both() -> None:
    first, second = c.FailoverGroup(number=1), c.FailoverGroup(number=2)
    assert c.PairConfig(multiple_context=True, groups=(second, first)).groups == (first, second)
    for wrong in ((second,), (first, first)):
        with pytest.raises(ValueNotAllowed, match="none, group 1, or groups 1 and 2"):
            c.PairConfig(multiple_context=True, groups=wrong)
