"""How many failed ports reach an interface policy."""

from __future__ import annotations

from failover_fsm.pair.settings import Settings


def ports_to_fail(settings: Settings, group: int = 0) -> int:
    """The number of failed ports at one unit that reaches the policy of a group; 0 where all of them do not.

    The ports that carry most fall first. This is the least number, unless an interface that runs over several ports
    counts: then fewer may be enough.

    Args:
        settings: The pair.
        group: The position of the failover group.
    """
    counted = settings.counted_in(group)
    several = {index: leads for index, leads in settings.together.over_several if index in counted}
    ports: dict[object, int] = {}
    for index in counted:
        for lead in several.get(index, (index,)):
            ports[_port_under(settings, lead)] = ports.get(_port_under(settings, lead), 0) + (index not in several)
    down: list[object] = []
    for port in sorted(ports, key=lambda port: -ports[port]):
        down.append(port)
        over_all = [index for index in several if all(_port_under(settings, lead) in down for lead in several[index])]
        if settings.over_policy(sum(ports[each] for each in down) + len(over_all), group):
            return len(down)
    return 0


def _port_under(settings: Settings, index: int) -> object:
    """The shared port of an interface, else its position, which stands for a port of its own."""
    carrier = settings.together.shared_at.get(index)
    return index if carrier is None else carrier.name
