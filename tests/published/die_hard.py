"""Four gallons out of jugs of three and five: DieHard, of tlaplus/Examples."""

from __future__ import annotations

State = tuple[int, int]
"""Gallons in the small and in the big jug."""


class DieHard:
    """Fill, empty or pour over; a jug that is full may be filled again, which changes nothing."""

    def initial_states(self) -> list[State]:
        return [(0, 0)]

    def events(self, state: State) -> tuple[str, ...]:
        return ("fill small", "fill big", "empty small", "empty big", "small to big", "big to small")

    def step(self, state: State, event: str) -> State | None:
        small, big = state
        poured = min(small, 5 - big) if event == "small to big" else min(big, 3 - small)
        return {
            "fill small": (3, big),
            "fill big": (small, 5),
            "empty small": (0, big),
            "empty big": (small, 0),
            "small to big": (small - poured, big + poured),
            "big to small": (small + poured, big - poured),
        }[event]
