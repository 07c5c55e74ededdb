"""Why failover does not come up as a pair is configured: it is off, or its failover link never comes up."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.field_values import Port

__all__ = ["Point", "link_trouble", "port_trouble", "trouble"]


@attrs.frozen(kw_only=True)
class Point:
    """A place in the configuration, and what to do about it.

    Attributes:
        subject: What it is about: the name of an interface, or `failover`.
        reason: What is wrong, without the subject.
        line: The line to change, None if no line sets it.
        remedy: The change.
    """

    subject: str
    reason: str
    line: int | None
    remedy: str

    @property
    def where(self) -> str:
        """The line in words, empty if there is none."""
        return f"line {self.line}" if self.line else ""

    @property
    def advice(self) -> str:
        """The change with its line."""
        return f"{self.where}: {self.remedy}" if self.where else self.remedy

    def to_dict(self) -> dict[str, object]:
        """The point as part of the JSON object of `check`."""
        return attrs.asdict(self)


def trouble(config: PairConfig) -> tuple[Point, ...]:
    """Why failover is off or cannot come up; empty if nothing in the configuration is in its way."""
    return (*_switched_off(config), *link_trouble(config))


def _switched_off(config: PairConfig) -> Iterator[Point]:
    if not config.enabled:
        reason = "is off" if config.line_of("failover") else "is off: the file has no `failover` line"
        yield Point(subject="failover", reason=reason, line=config.line_of("failover"), remedy="enter `failover`")


def link_trouble(config: PairConfig) -> Iterator[Point]:
    """The failover link cannot come up, so that the units never meet (LNK-1, CFG-1)."""
    if config.lan is None:
        line, remedy = config.line_of("failover"), "enter `failover lan interface NAME PORT`"
        yield Point(subject="the failover link", reason="is not configured", line=line, remedy=remedy)
        return
    name, line = config.lan.name, config.line_of("lan interface")
    if name.lower() not in {item.name.lower() for item in config.interface_ips}:
        remedy = f"enter `failover interface ip {name} ADDRESS MASK standby ADDRESS`"
        reason = "has no addresses, so it never comes up"
        yield Point(subject=f"the failover link {name}", reason=reason, line=line, remedy=remedy)
    yield from port_trouble(config)


def port_trouble(config: PairConfig) -> Iterator[Point]:
    """The port of the failover link carries nothing: it is a member of a bundle, or shut down."""
    if config.lan is None:
        return
    name, line, port = config.lan.name, config.line_of("lan interface"), config.lan.port
    for bundle in config.carriers_of(port):
        if bundle != port.parent and port.type not in ("Vlan", "BVI"):
            reason = f"never comes up: its port {port} is a member of {bundle}, and carries nothing by itself"
            remedy = f"enter `failover lan interface {name} {bundle}`"
            yield Point(subject=f"the failover link {name}", reason=reason, line=line, remedy=remedy)
    blocks = config.shut_blocks(port)
    for bundle in config.carriers_of(port) if blocks else ():
        short = config.short_bundle(bundle)
        if short is not None:
            yield _too_few_members(config, bundle, *short)
            return
    is_below = not any(each.port in (port, port.parent) for each in blocks)
    for each in blocks[:1] if is_below else blocks:
        names = f"{', '.join(f'{block.port}' for block in blocks)} {'is' if len(blocks) == 1 else 'are'}"
        reason = (
            f"{names} shut down, and {port} has no other port" if is_below else f"its port {each.port} is shut down"
        )
        yield Point(
            subject=f"the failover link {name}",
            reason=f"never comes up: {reason}",
            line=config.line_in(each, "shutdown"),
            remedy=f"enter `no shutdown` on {each.port}",
        )


def _too_few_members(config: PairConfig, bundle: Port, least: int, left: int) -> Point:
    """The Port-channel of the failover link has fewer members than it needs."""
    assert config.lan is not None, "asked for its port"
    (block,) = (each for each in config.interfaces if each.port == bundle and each.context is None)
    return Point(
        subject=f"the failover link {config.lan.name}",
        reason=f"never comes up: {bundle} needs {least} members (min-bundle) and has {left}",
        line=config.line_in(block, "port-channel min-bundle"),
        remedy=f"add members to {bundle}, enter `no shutdown` on those it has, or a smaller `port-channel min-bundle`",
    )
