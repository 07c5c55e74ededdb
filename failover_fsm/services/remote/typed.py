"""The event of a line that is typed in a terminal session, and what kinds of line there are: the events of the tables.

A line keeps its own words. `read_line` finds its kind by the words alone, so the same words are the same kind at a
terminal and behind `failover exec`.
"""

from __future__ import annotations

import enum

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.entered_text import begins, is_word, lines_of, words_of
from failover_fsm.pair.errors import Refused
from failover_fsm.pair.replicated_commands import Does, crossing_of
from failover_fsm.pair.typed_commands import acting, block_after
from failover_fsm.services.machine import MachineEvent
from failover_fsm.services.remote.records import FULL

__all__ = ["Keyword", "Line", "Typed", "is_confirmed", "level_of", "read_line"]


class Keyword(enum.Enum):
    """What stands behind `failover exec` or `show failover exec`."""

    ACTIVE = "active"
    MATE = "mate"
    STANDBY = "standby"
    NOTHING = "no keyword"


def _not_blank(_instance: object, attribute: attrs.Attribute[str], value: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"'{attribute.name}' cannot be {value!r}; allowed: a text that is not blank")


@attrs.frozen(kw_only=True, cache_hash=True)
class Typed(MachineEvent, e.Command):
    """A line is typed in the terminal session of a unit.

    Attributes:
        context: The context that the session is in when the line is typed, as after `changeto`; None leaves it where
            it is.
        text: The line.
    """

    context: str | None = None
    text: str = attrs.field(validator=_not_blank)

    @property
    def heading(self) -> str:
        """The sentence of the event in a run."""
        place = f" in context {self.context}" if self.context else ""
        return f"`{self.text}` is typed on the {self.unit.value}{place}"


@attrs.frozen(kw_only=True, cache_hash=True)
class Line(MachineEvent, e.Command):
    """Base of the kinds of line.

    Attributes:
        line: The line as it was typed.
        level: The privilege level that it takes (EXE-4).
        asks: It asks the user before it does anything, and no option tells it not to (EXE-24).
    """

    line: str
    level: int = FULL
    asks: bool = False


class ConfigureTerminal(Line):
    """`configure terminal`."""


class OpensInterface(Line):
    """`interface PORT`."""


class OpensRouter(Line):
    """`router PROTOCOL`."""


class OpensOther(Line):
    """Another line that opens a block: `context NAME`, `failover group N`."""


class Configures(Line):
    """Any other configuration command."""


class Exits(Line):
    """`exit` or `quit`: one mode up."""


class Ends(Line):
    """`end`: up to privileged EXEC."""


class Acts(Line):
    """A command of privileged EXEC that does something, such as `failover active` or `write memory`."""


class Looks(Line):
    """A command that only shows something."""


class Debugs(Line):
    """`debug` or `undebug`."""


class SetsLevel(Line):
    """`enable [LEVEL]` or `disable [LEVEL]`: the user goes on with another privilege level."""


class ChangesContext(Line):
    """`changeto {system | context NAME}`."""


class AsksHelp(Line):
    """A line that ends in `?`."""


@attrs.frozen(kw_only=True, cache_hash=True)
class AsksMode(Line):
    """`show failover exec KEYWORD`."""

    keyword: Keyword


@attrs.frozen(kw_only=True, cache_hash=True)
class Sends(Line):
    """`failover exec KEYWORD COMMAND`; the command string as it was typed, empty if there is none (EXE-6)."""

    keyword: Keyword
    command: str


KINDS: tuple[type[Line], ...] = (
    ConfigureTerminal, OpensInterface, OpensRouter, OpensOther, Configures, Exits, Ends, Acts, Looks, Debugs, SetsLevel,
    ChangesContext, AsksHelp, AsksMode, Sends,
)  # fmt: skip
"""Every kind of line."""

_BY_WORDS: tuple[tuple[str, type[Line]], ...] = (
    ("changet[o]", ChangesContext),
    ("deb[ug]", Debugs),
    ("und[ebug]", Debugs),
    ("no deb[ug]", Debugs),
    ("conf[igure] t[erminal]", ConfigureTerminal),
    ("en[able]", SetsLevel),
    ("disa[ble]", SetsLevel),
    ("exi[t]", Exits),
    ("q[uit]", Exits),
    ("end", Ends),
    ("sh[ow]", Looks),
    ("dir", Looks),
    ("more", Looks),
    ("pin[g]", Looks),
    ("trace[route]", Looks),
    ("int[erface] *", OpensInterface),
    ("router *", OpensRouter),
)
"""How lines of a kind begin; the first that fits counts. `router` is not shortened: `route` is another command."""


def read_line(unit: Unit, line: str) -> Line:
    """The kind of a line that is typed on a unit, or sent to it."""
    return attrs.evolve(_read(unit, line), level=level_of(line), asks=not is_confirmed(line))


def _read(unit: Unit, line: str) -> Line:
    words = words_of(line)
    if line.rstrip().endswith("?"):
        return AsksHelp(unit=unit, line=line)
    if begins("fa[ilover] exe[c]", words):
        parts = line.split(None, 3)
        return Sends(unit=unit, line=line, keyword=_keyword(words[2:3]), command="".join(parts[3:]))
    if begins("sh[ow] fa[ilover] exe[c]", words):
        return AsksMode(unit=unit, line=line, keyword=_keyword(words[3:4]))
    for beginning, kind in _BY_WORDS:
        if begins(beginning, words):
            return kind(unit=unit, line=line)
    return (_acts(unit, line) or _opens(line) or Configures)(unit=unit, line=line)


def _acts(unit: Unit, line: str) -> type[Line] | None:
    """Acts for a command of privileged EXEC; the switch of failover itself is one of global configuration."""
    try:
        event = acting(e.CommandEntered(unit=unit, text=line))
    except Refused:
        return Acts
    if isinstance(event, e.FailoverEnabled | e.FailoverDisabled):
        return Configures
    if not isinstance(event, e.CommandEntered):
        return Acts
    configures = crossing_of(line).does in (Does.CONFIGURES, Does.KEEPS_APART)
    return None if configures else Acts


def _opens(line: str) -> type[Line] | None:
    return OpensOther if block_after("", line) == line else None


def _keyword(words: tuple[str, ...]) -> Keyword:
    """The keyword that a word shortens, if there is a word."""
    patterns = {"a[ctive]": Keyword.ACTIVE, "m[ate]": Keyword.MATE, "s[tandby]": Keyword.STANDBY}
    found = (kind for word in words for pattern, kind in patterns.items() if is_word(pattern, word))
    return next(found, Keyword.NOTHING)


def is_single(text: str) -> bool:
    """Whether a text is one line."""
    return not (";" in text or "\n" in text) or len(lines_of(text)) == 1


_LEVEL_ZERO = (
    "sh[ow] che[cksum]", "sh[ow] cu[rpriv]", "sh[ow] hi[story]", "sh[ow] pa[ger]", "sh[ow] v[ersion]", "hel[p]",
    "pa[ger]", "cle[ar] pa[ger]",
)  # fmt: skip
"""Commands that every user may enter; a device gives all others level 15 unless `privilege` says otherwise."""


def level_of(line: str) -> int:
    """The privilege level that a command takes."""
    return 0 if any(begins(each, words_of(line)) for each in _LEVEL_ZERO) else FULL


_ASKS = (
    "rel[oad]", "del[ete]", "cop[y]", "mk[dir]", "rm[dir]", "rena[me]", "er[ase]", "form[at]", "fsck",
    "wr[ite] e[rase]", "mode", "cry[pto] k[ey] g[enerate]", "cry[pto] k[ey] z[eroize]",
)  # fmt: skip
"""Commands that ask the user before they do anything."""

_OPTIONS = ("/nonconfirm", "/noconfirm", "noconfirm")
"""The option as the chapter prints it, as devices have it for files, and as `reload` has it."""


def is_confirmed(line: str) -> bool:
    """Whether a command asks nothing, or is told not to (EXE-24)."""
    asks = any(begins(each, words_of(line)) for each in _ASKS)
    return not asks or any(word in _OPTIONS for word in line.lower().split())
