"""`--inventory primary=FILE secondary=FILE`: what the units are made of, beside their configurations."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from failover_fsm.commands.files import BadInput, complain
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.config.review.trouble import Point
from failover_fsm.config.values.errors import shown
from failover_fsm.config.values.input_file import InputFileError, read_input

if TYPE_CHECKING:
    from failover_fsm.device.hardware import Hardware

__all__ = ["add_argument", "unlike"]

MAX_BYTES = 4_000_000
"""The longest file: the output of `show tech-support` is a few million characters."""

_ALLOWED = "--inventory primary=FILE secondary=FILE"
_OUTPUT = "the output of `show version`, `show inventory` or `show module`"


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Adds the option."""
    parser.add_argument(
        "--inventory",
        nargs=2,
        type=_of_unit,
        metavar=("UNIT=FILE", "UNIT=FILE"),
        help="the output of `show version`, `show inventory` and `show module`: primary=FILE secondary=FILE",
    )


def _of_unit(text: str) -> tuple[str, str]:
    """The unit and its file.  Raises ArgumentTypeError, so that a configuration is not taken for one of the two."""
    unit, _, file = text.partition("=")
    if unit not in [each.value for each in Unit] or not file:
        raise argparse.ArgumentTypeError(f"cannot be {shown(text)}; allowed: primary=FILE secondary=FILE, both")
    return unit, file


def unlike(args: argparse.Namespace, config: PairConfig) -> tuple[Point, ...]:
    """What the hardware of the units says against their pair; prints what is only to be known to stderr.

    Args:
        args: The command line; nothing is read where it has no `--inventory`.
        config: The configuration of the pair.

    Raises:
        BadInput: If the option or a file cannot be used.
    """
    if args.inventory is None:
        return ()
    from failover_fsm.assessment.inventory import Inventories  # most checks have no inventory

    files = _files(args.inventory)
    one, other = (_read(files[unit.value]) for unit in Unit)
    found = Inventories(primary=one, secondary=other, config=config)
    for text, rule in found.remarks():
        complain(f"--inventory: {text} ({rule})")
    return found.unlike()


def _files(given: list[tuple[str, str]]) -> dict[str, str]:
    """The file of each unit."""
    files = dict(given)
    if len(files) < len(given):
        raise BadInput(f"--inventory: names the {given[0][0]} twice; allowed: {_ALLOWED}")
    return files


def _read(file: str) -> Hardware:
    try:
        raw = read_input(file, MAX_BYTES)
    except InputFileError as error:
        raise BadInput(f"{file}: {error.what}; allowed: {error.allowed or _OUTPUT}") from None
    from failover_fsm.device.hardware import read_hardware

    found = read_hardware(raw.decode("utf-8", "replace"))
    if not found.says_anything:
        raise BadInput(f"{file}: says nothing about a unit; allowed: {_OUTPUT}")
    return found
