"""Gaps: parts of a configuration that are not in the text. Figures that rest on them are not given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from failover_fsm.config.records.context import Context
from failover_fsm.config.records.criteria import Unit
from failover_fsm.config.records.interface import Interface

MOST_NAMED = 8


@attrs.frozen(kw_only=True)
class Gap:
    """Something that the text does not hold: what is not known, why, and what to add."""

    subject: str
    reason: str
    remedy: str

    @property
    def unknown(self) -> str:
        """What is not known, and why."""
        return f"{self.subject}: {self.reason}"

    def __str__(self) -> str:
        return f"not known: {self.unknown}; {self.remedy}"


def find_gaps(
    *, unit: Unit, multiple_context: bool, contexts: Sequence[Context], interfaces: Sequence[Interface]
) -> Iterator[Gap]:
    """The gaps of a configuration of which these are the parts; it has a failover link, or there is no pair at all."""
    if multiple_context:
        yield from _contexts(contexts, interfaces)
    elif not any(each.nameif for each in interfaces):
        remedy = "add the interface blocks of `show running-config`"
        if unit is Unit.SECONDARY:
            remedy = (
                "add the interface blocks, which a secondary has from the primary: take the primary's configuration"
            )
        yield Gap(subject="the data interfaces", reason="the file names none", remedy=remedy)


def _contexts(contexts: Sequence[Context], interfaces: Sequence[Interface]) -> Iterator[Gap]:
    """Contexts whose own configuration is not in the text; one without any port may be empty."""
    configured = {each.context for each in interfaces if each.context is not None}
    if not contexts:
        yield Gap(subject="the contexts", reason="the file has none", remedy="add the system space's `context` blocks")
        return
    missing = [each.name for each in contexts if each.name not in configured and (each.ports or not configured)]
    if missing:
        names = ", ".join(missing[:MOST_NAMED])
        names += f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
        which = "context" if len(missing) == 1 else "contexts"
        remedy = "add each context's `show running-config` behind `changeto context NAME`, or as a file NAME.cfg"
        reason = "the file has no interfaces of contexts" if not configured else "the file has none of them"
        yield Gap(subject=f"the interfaces of {which} {names}", reason=reason, remedy=remedy)
