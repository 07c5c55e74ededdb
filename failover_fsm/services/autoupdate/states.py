"""The record of the process: its step, the files of both units, the server.

The pair's own state knows nothing of files. What a unit has is told by *content*: a file is the one that the units
began with, the one that the server offers, or one that is not what its checksum says.
"""

from __future__ import annotations

import enum

import attrs

from failover_fsm.pair.states import Unit

__all__ = [
    "ACTING",
    "AS_ACTIVE",
    "AWAITED",
    "WAITING",
    "Component",
    "Content",
    "Damage",
    "Files",
    "Offered",
    "Process",
    "Server",
    "Step",
]


class Step(enum.Enum):
    """Where the process is; the number is that of the chapter's step."""

    REST = "7 rest"
    EXCHANGE = "1 exchange"
    CALL = "2 call home"
    REPLY = "3 reply"
    IMAGE = "4a retrieve image"
    IMAGE_COPY = "4b copy image"
    IMAGE_UPDATE = "4b update image"
    RELOAD = "4c-e choose reload"
    SECONDARY_LOADS = "4c secondary loads"
    HAND_OVER = "4c hand over"
    PRIMARY_LOADS = "4c primary loads"
    BOTH_LOAD = "4c both load"
    ONLY_SECONDARY_LOADS = "4d secondary loads"
    HAND_OVER_ALONE = "4e hand over"
    ONLY_PRIMARY_LOADS = "4e primary loads"
    ASDM = "5a retrieve asdm"
    ASDM_COPY = "5b copy asdm"
    ASDM_UPDATE = "5c update asdm"
    CONFIGURATION = "6a retrieve configuration"
    CONFIGURATION_REPLACE = "6b replace configuration"


WAITING = (
    Step.SECONDARY_LOADS, Step.HAND_OVER, Step.PRIMARY_LOADS, Step.BOTH_LOAD,
    Step.ONLY_SECONDARY_LOADS, Step.HAND_OVER_ALONE, Step.ONLY_PRIMARY_LOADS,
)  # fmt: skip
"""The steps in which the process waits for a unit that loads, or for a role to change hands."""

AWAITED = {
    Step.SECONDARY_LOADS: Unit.SECONDARY, Step.ONLY_SECONDARY_LOADS: Unit.SECONDARY,
    Step.PRIMARY_LOADS: Unit.PRIMARY, Step.ONLY_PRIMARY_LOADS: Unit.PRIMARY,
}  # fmt: skip
"""The one unit that loads in a step."""

ACTING = tuple(step for step in Step if step is not Step.REST and step not in WAITING)
"""The steps in which the process does something, so that its conditions must hold (AUT-9 to AUT-11)."""

AS_ACTIVE = tuple(step for step in ACTING if step not in (Step.EXCHANGE, Step.CALL))
"""Those of them that only the active primary takes (AUT-5)."""


class Component(enum.Enum):
    """What the server offers, in the order in which it lists it (AUT-27)."""

    ASDM = "asdm"
    CONFIGURATION = "config"
    IMAGE = "image"


class Content(enum.Enum):
    """What a file holds. OLDER: another old one than the primary has; WRONG: not what its checksum says."""

    OLD = "old"
    OLDER = "older"
    NEW = "new"
    NEWER = "newer"
    WRONG = "wrong"


class Damage(enum.Enum):
    """What is wrong with the files that the server delivers. WRONG: complete, with another checksum."""

    NONE = "none"
    TRUNCATED = "truncated"
    WRONG = "wrong"


@attrs.frozen(kw_only=True, cache_hash=True)
class Files:
    """The files of one unit.

    Attributes:
        flash: The image that it loads at its next boot.
        running: The image that it runs, or ran when it stopped.
        asdm: Its ASDM image.
        configuration: Its configuration.
    """

    flash: Content = Content.OLD
    running: Content = Content.OLD
    asdm: Content = Content.OLD
    configuration: Content = Content.OLD


@attrs.frozen(kw_only=True, cache_hash=True)
class Offered:
    """The contents that the server announces by their checksums (AUT-13)."""

    image: Content = Content.NEW
    asdm: Content = Content.NEW
    configuration: Content = Content.NEW

    def of(self, component: Component) -> Content:
        """The content of a component."""
        if component is Component.IMAGE:
            return self.image
        return self.asdm if component is Component.ASDM else self.configuration


@attrs.frozen(kw_only=True, cache_hash=True)
class Server:
    """The Auto Update Server and the HTTP server with the files.

    Attributes:
        offered: What it has.
        reachable: The primary gets answers from it.
        damage: What is wrong with each file that it delivers.
    """

    offered: Offered = Offered()
    reachable: bool = True
    damage: Damage = Damage.NONE

    @property
    def faults(self) -> int:
        """How many things are broken."""
        return (not self.reachable) + (self.damage is not Damage.NONE)


@attrs.frozen(kw_only=True, cache_hash=True)
class Process:
    """The record beside the pair.

    Attributes:
        step: Where the process is.
        primary, secondary: The files of the units.
        server: The server.
        announced: What the server's last reply said; None outside of a round.
        fetched: The content that the primary has retrieved and not yet put in its place; None without one.
    """

    step: Step = Step.REST
    primary: Files = Files()
    secondary: Files = Files()
    server: Server = Server()
    announced: Offered | None = None
    fetched: Content | None = None

    def files(self, unit: Unit) -> Files:
        """The files of a unit."""
        return self.primary if unit is Unit.PRIMARY else self.secondary

    def with_files(self, unit: Unit, **contents: Content) -> Process:
        """The record with other contents on a unit."""
        changed = attrs.evolve(self.files(unit), **contents)
        return attrs.evolve(self, primary=changed) if unit is Unit.PRIMARY else attrs.evolve(self, secondary=changed)

    @property
    def agree(self) -> bool:
        """Both units run and have what the server offers: there is nothing to update (AUT-25)."""
        wanted = self.server.offered
        current = Files(flash=wanted.image, running=wanted.image, asdm=wanted.asdm, configuration=wanted.configuration)
        return self.primary == self.secondary == current

    @property
    def mixed(self) -> bool:
        """The units run two versions of the software."""
        return self.primary.running is not self.secondary.running
