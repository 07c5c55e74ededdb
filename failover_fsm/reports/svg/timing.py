"""Plots of times: the worst case of each condition on a time axis, and the sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.diagrams.style import palette, plot, svg
from failover_fsm.diagrams.style.theme import color
from failover_fsm.pair.states import Role, State
from failover_fsm.reports.text.timing import PairTimes
from failover_fsm.text.words import state_word, title
from failover_fsm.timing.bounds import Measured
from failover_fsm.timing.sweep import Point
from failover_fsm.timing.times import seconds
from failover_fsm.trace.timing_scenes import TimingScene

__all__ = ["sweep_svg", "times_svg"]

LEFT, LABELS, RIGHT = 6.0, 172.0, svg.PAGE_WIDTH - 24.0
BAR, LANE = 15.0, 19.0
NOBODY = palette.Swatch("no unit active", palette.FAULT, ink=svg.PAPER)
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


# -- worst cases -----------------------------------------------------------------------------------


def times_svg(found: PairTimes, *, in_page: bool = False) -> str:
    """Roles over time for the worst case of every condition that has an effect, from the fault on.

    Args:
        found: The measured times.
        in_page: True for a picture in a page, which has a caption and the patterns of `palette` already.
    """
    scenes = [(each, scene) for each in found.measured if (scene := found.scene(each, "worst")) is not None]
    longest = max([scene.elapsed for _, scene in scenes], default=0)
    axis = _TimeAxis(max(1000, round(longest * 1.15)))
    title = svg.text(LEFT, 22, f"Worst cases: {found.source}", font_size=16, font_weight="bold")
    shapes, y = ([], 14.0) if in_page else ([palette.defs(), title], 40.0)
    top, drawn = y, []
    for each, scene in scenes:
        chart, y = _chart(each, scene, axis, y)
        drawn += chart
    shapes += [*axis.drawn(top, y, "seconds from the fault"), *drawn]
    shapes += palette.legend(LEFT, y + 30, [*palette.SWATCHES[:2], palette.SWATCHES[3], palette.SWATCHES[6], NOBODY])
    words = "; ".join(f"{each.id} {seconds(scene.elapsed)} s" for each, scene in scenes)
    return svg.document(y + 54, "Worst cases", words, shapes, in_page=in_page)


@attrs.frozen
class _TimeAxis:
    """The time axis, in milliseconds, to the right."""

    end: int

    def at(self, milliseconds: float) -> float:
        """The x coordinate of an instant in milliseconds."""
        return LABELS + (RIGHT - LABELS) * min(milliseconds, self.end) / self.end

    def drawn(self, top: float, bottom: float, label: str) -> Iterator[str]:
        """The line of seconds below the charts, and its marks through them."""
        step = next((each for each in STEPS if self.end / 1000 / each <= 12), STEPS[-1])
        for index in range(int(self.end / 1000 / step) + 1):
            x = self.at(index * step * 1000)
            path = f"M{svg.number(x)} {svg.number(top)}V{svg.number(bottom + 3)}"
            yield svg.element("path", d=path, stroke=color("line"), stroke_dasharray="2 3")
            yield svg.text(x, bottom + 17, f"{index * step:g}", text_anchor="middle")
        yield svg.text(LEFT, bottom + 17, label)


def _chart(each: Measured, scene: TimingScene, axis: _TimeAxis, y: float) -> tuple[list[str], float]:
    shapes = [svg.text(LEFT, y + svg.SIZE, each.id, font_weight="bold")]
    caption = f"{'takeover' if each.takeover else 'detected'} after {seconds(scene.elapsed)} s"
    x = max(LABELS, LEFT + svg.width(each.id, bold=True) + 8)
    lines = svg.wrap(f"{caption}: {each.condition.description}", svg.PAGE_WIDTH - LEFT - x)
    shapes += svg.text_lines(x, y + 1, lines)
    y += LANE + (len(lines) - 1) * svg.LINE_HEIGHT
    group = scene.group
    for unit in Unit:
        shapes.append(svg.text(LEFT + 10, y + svg.SIZE - 1, unit.value))
        words = [(at, state_word(state.unit(unit), group)) for at, state in scene.states]
        shapes += _role_bars(words, axis, y, palette.swatch_of)
        y += LANE
    alarms = [(at, _idle(state, group)) for at, state in scene.states]
    idle = list(_role_bars(alarms, axis, y, lambda word: NOBODY if word else None))
    if idle:
        shapes += [svg.text(LEFT + 10, y + svg.SIZE - 1, "no unit active"), *idle]
        y += LANE
    return shapes, y + 8


def _idle(state: State, group: int) -> str:
    active = any(state.unit(unit).groups[group].role is Role.ACTIVE for unit in Unit)
    return "" if active else NOBODY.name


def _role_bars(
    words: Sequence[tuple[int, str]], axis: _TimeAxis, y: float, swatch_of: Callable[[str], palette.Swatch | None]
) -> Iterator[str]:
    """A bar for each span of equal words; none for a word without a swatch."""
    spans: list[tuple[int, str]] = []
    for at, word in words:
        if spans and spans[-1][0] == at:
            spans.pop()
        if not spans or spans[-1][1] != word:
            spans.append((at, word))
    for (start, word), end in zip(spans, [*(at for at, _ in spans[1:]), axis.end], strict=True):
        swatch = swatch_of(word)
        if swatch is None or start == end:
            continue
        x, width = axis.at(start), axis.at(end) - axis.at(start)
        shown = [palette.box(swatch, x, y, width, BAR)]
        label = title(word)
        if svg.width(label, bold=True) + 6 < width and not swatch.pattern:
            place = {"text_anchor": "middle", "font_weight": "bold", "fill": swatch.ink}
            shown.append(svg.text(x + width / 2, y + svg.SIZE, label, **place))
        yield svg.group(f"{label} from {seconds(start)} s", shown)


# -- the sweep -------------------------------------------------------------------------------------


def sweep_svg(points: Sequence[Point], own: Point | None = None, *, in_page: bool = False) -> str:
    """Worst outage to the right, survived hellos upwards, a line for each poll time.

    Args:
        points: The settings of the sweep.
        own: The setting of a pair, to be marked.
        in_page: True for a picture in a page.
    """
    every = [*points, *([own] if own is not None else [])]
    across = plot.Axis.of(
        "worst outage when the active unit dies, seconds",
        [each.outage / 1000 for each in every],
        (plot.LEFT, plot.RIGHT),
    )
    ends = (plot.BOTTOM, plot.TOP)
    up = plot.Axis.of("hellos in a row that may be lost", [each.survived for each in every], ends, shift=1)
    series = [_of_poll(poll, points) for poll in dict.fromkeys(each.poll for each in points)]
    mark = None
    if own is not None:
        words = f"this pair: poll {seconds(own.poll)} s, hold {seconds(own.hold)} s"
        mark = plot.Mark((own.outage / 1000, own.survived), words)
    note = "Filled: no other setting is as short and survives more, or survives as much and is shorter."
    title = "Worst outage against lost hellos survived"
    return plot.plot_svg(title, across, up, series, note=note, mark=mark, in_page=in_page)


def _of_poll(poll: int, points: Sequence[Point]) -> plot.Series:
    """The settings with one poll time, by their hold times."""
    mine = sorted((each for each in points if each.poll == poll), key=lambda each: (each.outage, each.survived))
    return plot.Series(
        f"poll {seconds(poll)} s",
        tuple((each.outage / 1000, each.survived) for each in mine),
        filled=tuple(each.best for each in mine),
        tips=tuple(
            f"poll {seconds(each.poll)} s, hold {seconds(each.hold)} s: outage {seconds(each.outage)} s,"
            f" {each.survived} hellos survived"
            for each in mine
        ),
    )
