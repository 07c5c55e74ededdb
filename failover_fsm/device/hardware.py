"""What a unit is made of, from the output of `show version`, `show inventory` and `show module` in one text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import attrs

from failover_fsm.device.inventory import Inventory, read_inventory
from failover_fsm.device.modules import Modules, read_modules
from failover_fsm.device.version import Version, read_version

__all__ = ["Hardware", "read_hardware"]

_TYPE = re.compile(r"[A-Za-z-]+")


@attrs.frozen(kw_only=True)
class Hardware:
    """What the three commands say; a command that is not in the text says nothing.

    Attributes:
        version: `show version`.
        inventory: `show inventory`.
        modules: `show module`.
    """

    version: Version
    inventory: Inventory
    modules: Modules

    @property
    def says_anything(self) -> bool:
        """Whether the text has the output of one of the commands."""
        version = self.version
        return bool(version.software or version.model or self.inventory.parts or self.modules.cards)

    @property
    def model(self) -> str | None:
        """The model, as `show version` has it, else that of the chassis."""
        chassis = (part.product for part in self.inventory.parts if part.name.lower() == "chassis")
        return self.version.model_id or self.version.model or next(chassis, None)

    @property
    def ports(self) -> tuple[str, ...]:
        """The names of the ports outside; of all ports where none of them is outside."""
        outside = tuple(port.name for port in self.version.ports if port.where == "Ext")
        return outside or tuple(port.name for port in self.version.ports)

    @property
    def port_types(self) -> Counter[str]:
        """How many ports there are of each type."""
        return Counter(found[0] for port in self.ports if (found := _TYPE.match(port)) is not None)

    @property
    def cards(self) -> tuple[tuple[str, str], ...]:
        """Slot and model of each card that has a model."""
        return tuple((card.slot, card.model) for card in self.modules.cards if card.model != "N/A")

    @property
    def parts(self) -> Counter[str]:
        """How many parts there are of each product, the chassis left out."""
        return Counter(part.product for part in self.inventory.parts if part.name.lower() != "chassis")

    def licence(self, feature: str) -> str | None:
        """The value of a licensed feature of the unit itself; None where none is printed."""
        return next(self._values(feature), None)

    def _values(self, feature: str) -> Iterator[str]:
        return (each.value for each in self.version.licences if each.feature.lower() == feature.lower())


def read_hardware(text: str) -> Hardware:
    """What the commands in a text say, in any order; other lines are passed over."""
    return Hardware(version=read_version(text), inventory=read_inventory(text), modules=read_modules(text))
