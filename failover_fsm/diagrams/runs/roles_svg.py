"""Role charts as svg text: steps to the right, faults above, the active unit below."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise

import attrs

from failover_fsm.diagrams.runs.roles import STARTING, CommandMark, RoleChart, Span, Track, TrackKind
from failover_fsm.diagrams.style import palette, svg
from failover_fsm.diagrams.style.kinds import Kind
from failover_fsm.diagrams.style.theme import color
from failover_fsm.text.words import title
from failover_fsm.timing.times import seconds

__all__ = ["roles_svg"]

LEFT, RIGHT = 6.0, svg.PAGE_WIDTH - 8.0
LABELS = 172.0
WIDEST, NARROWEST = 90.0, 14.0
OUTSIDE = 0.1
"""The share of the width before the first step, and after the last, where time passes."""
ROLE_HEIGHT, FAULT_HEIGHT, ACTIVE_HEIGHT = 28.0, 19.0, 20.0
TINT = color("tint")
KEY = "The column to the right of a step shows how things stood after it, the first column how they stood before."
TIMED_KEY = (
    "A column begins when its step happens and lasts until the next; its width is that time, and a little more, so"
    " that steps of one instant can be seen. The first column shows how things stood before."
)
CALM = palette.Swatch("one active unit", svg.PAPER)
ALARMS = {
    "none": palette.Swatch("no unit active", palette.FAULT, ink=svg.PAPER),
    "both": palette.Swatch("both units active", color("both"), ink=svg.PAPER),
}


@attrs.frozen
class _StepAxis:
    """Where the steps are: that of step n begins at `places[n]` and ends where the next one begins."""

    places: tuple[float, ...]

    @classmethod
    def of(cls, chart: RoleChart) -> _StepAxis:
        """Columns of one width; where time passes, as wide as the time until the next step is long."""
        room = RIGHT - LABELS
        if not chart.times:
            column = min(WIDEST, room / (chart.steps + 1))
            return cls(tuple(LABELS + step * column for step in range(chart.steps + 2)))
        lasts = [later - at for at, later in pairwise(chart.times)]
        least = min(NARROWEST, room / 2 / (chart.steps + 1))
        ends = 2 * [max(least, room * OUTSIDE)]
        scale = (room - sum(ends) - least * len(lasts)) / max(1, sum(lasts))
        widths = [ends[0], *(least + scale * each for each in lasts), ends[1]]
        return cls(tuple(accumulate(widths, initial=LABELS)))

    def at(self, step: int) -> float:
        """The x coordinate of a step."""
        return self.places[step]

    def width(self, step: int) -> float:
        """The width of the column of a step in pixels."""
        return self.places[step + 1] - self.places[step]


def roles_svg(chart: RoleChart, *, in_page: bool = False) -> str:
    """The picture, the same bytes for the same chart.

    Args:
        chart: The chart.
        in_page: True for a picture in a page that has the patterns of `palette` once and finds the columns by their
            steps.
    """
    axis = _StepAxis.of(chart)
    shapes, y = _head(chart)
    top = y + (20 if chart.loop is not None else 0)
    body, y = _tracks(chart, axis, top)
    behind = [*_grid(chart, axis, top, y), *_marks(chart, axis, top, y)]
    notes, end = _foot(chart, y + 6)
    drawn = [*shapes, *behind, *body, *notes]
    drawn = [*drawn, *_places(axis, top, y)] if in_page else [palette.defs(), *drawn]
    story = "; ".join(f"{note.step} {note.text}" for note in chart.notes)
    return svg.document(end, chart.title or "Role chart", story, drawn, in_page=in_page)


def _places(axis: _StepAxis, top: float, bottom: float) -> Iterator[str]:
    """The columns: one per step, with the state after it, and before them one for the initial state."""
    for step in range(len(axis.places) - 1):
        size = {"x": axis.at(step), "y": top - 2, "width": axis.width(step), "height": bottom - top + 4}
        yield svg.place(f"after step {step}" if step else "at the start", step, step, [], **size)


def _head(chart: RoleChart) -> tuple[list[str], float]:
    shapes, y = [], 8.0
    for content, size, weight in ((chart.title, 16, "bold"), (chart.about, svg.SIZE, "normal")):
        for line in svg.wrap(content, RIGHT - LEFT, size, bold=weight == "bold"):
            shapes.append(svg.text(LEFT, y + size, line, font_size=size, font_weight=weight))
            y += size + 5
    return shapes, y + 6


# -- tracks --------------------------------------------------------------------------------------


def _tracks(chart: RoleChart, axis: _StepAxis, y: float) -> tuple[list[str], float]:
    """Faults, commands, step numbers, roles and the active unit, from top to bottom."""
    shapes: list[str] = []
    for track in chart.faults:
        drawn, y = _track(track, axis, y, FAULT_HEIGHT)
        shapes += drawn
    for index, command in enumerate(chart.commands):
        drawn, y = _command(command, axis, y, "operator" if index == 0 else "")
        shapes += drawn
    shapes += _numbers(chart, axis, y + 2)
    y += 22
    if chart.times:
        shapes += _seconds(chart, axis, y - 4)
        y += 16
    for track in chart.roles:
        drawn, y = _track(track, axis, y, ROLE_HEIGHT, bold=True)
        shapes += drawn
    y += 4
    for track in chart.active:
        drawn, y = _track(track, axis, y, ACTIVE_HEIGHT)
        shapes += drawn
    return shapes, y


def _track(track: Track, axis: _StepAxis, y: float, height: float, *, bold: bool = False) -> tuple[list[str], float]:
    weight = "bold" if bold else "normal"
    label = svg.wrap(track.label, LABELS - LEFT - 8, bold=bold)
    height = max(height, len(label) * svg.LINE_HEIGHT + 4)
    middle = y + (height - 4) / 2
    shapes = list(svg.text_lines(LEFT, middle - len(label) * svg.LINE_HEIGHT / 2 + 1, label, font_weight=weight))
    for span in track.spans:
        swatch = _swatch(track, span)
        x, end = axis.at(span.first), axis.at(span.last)
        parts = [palette.box(swatch, x, y, end - x, height - 4)]
        word = _word(track, span)
        if svg.width(word, bold=True) + 8 <= end - x:
            parts += _on(swatch, word, (x + end) / 2, middle + 4)
        shapes.append(svg.group(f"{track.label}: {word}, {_when(span)}", parts))
    return shapes, y + height


def _swatch(track: Track, span: Span) -> palette.Swatch:
    if track.about is TrackKind.FAULT:
        return palette.FAULT_PATTERN
    if track.about is TrackKind.ROLE:
        return palette.swatch_of(span.word)
    return ALARMS.get(span.word, CALM) if span.first else CALM


def _word(track: Track, span: Span) -> str:
    if track.about is TrackKind.FAULT:
        return span.word
    if track.about is TrackKind.ROLE:
        return span.word if span.word == STARTING else title(span.word)
    return span.word.upper() if span.word in ALARMS and span.first else span.word


def _when(span: Span) -> str:
    start = f"from step {span.first}" if span.first else "from the start"
    return start + (" to the end" if span.open else f" until step {span.last}")


def _on(swatch: palette.Swatch, word: str, x: float, y: float) -> Iterator[str]:
    """A word on a bar; on a pattern it has a plain background."""
    if swatch.pattern:
        wide = svg.width(word, bold=True) + 4
        yield svg.element("rect", x=x - wide / 2, y=y - svg.SIZE + 1, width=wide, height=svg.SIZE + 2, fill=swatch.fill)
    yield svg.text(x, y, word, text_anchor="middle", font_weight="bold", fill=swatch.ink)


def _command(command: CommandMark, axis: _StepAxis, y: float, label: str) -> tuple[list[str], float]:
    """A triangle at the step, and the command on the side with more room."""
    x, color = axis.at(command.step), palette.color_of(Kind.OPERATOR)
    words = command.text + (": refused" if command.refused else "")
    right = x + 12 + svg.width(words) <= RIGHT or x < (LABELS + RIGHT) / 2
    lines = svg.wrap(words, RIGHT - x - 12 if right else x - 12 - LABELS)
    anchor = {"text_anchor": "start" if right else "end"}
    shapes = [
        svg.text(LEFT, y + svg.SIZE, label),
        svg.element("path", d=f"M{svg.number(x - 6)} {svg.number(y + 2)}h12l-6 11z", fill=color),
    ]
    for index, line in enumerate(lines):
        wide = svg.width(line) + 4
        left, top = (x + 8 if right else x - 8 - wide), y + index * svg.LINE_HEIGHT
        shapes.append(svg.element("rect", x=left, y=top, width=wide, height=svg.LINE_HEIGHT, fill=svg.PAPER))
    shapes += svg.text_lines(x + 10 if right else x - 10, y + 1, lines, fill=color, **anchor)
    return shapes, y + len(lines) * svg.LINE_HEIGHT + 4


def _numbers(chart: RoleChart, axis: _StepAxis, y: float) -> Iterator[str]:
    """The numbers of the steps; if there are many, of some, and of the violating one."""
    yield svg.text(LEFT, y + svg.SIZE - 1, "step")
    for step in _shown(chart, axis):
        breaks = step == chart.violating
        x, wide = axis.at(step), svg.width(str(step), bold=breaks) + 2
        yield svg.element("rect", x=x - wide / 2, y=y, width=wide, height=svg.LINE_HEIGHT, fill=svg.PAPER)
        style = {"font_weight": "bold", "fill": palette.FAULT} if breaks else {}
        yield svg.text(x, y + svg.SIZE - 1, str(step), text_anchor="middle", **style)


def _shown(chart: RoleChart, axis: _StepAxis) -> list[int]:
    """The steps whose numbers do not touch: the violating one, and the others from left to right."""
    widest = svg.width(str(chart.steps), bold=True) + 5
    every = 1
    if not chart.times:
        every = next(each for each in (1, 2, 5, 10, 20, 50, 100, 1000, 10**9) if each * axis.width(0) >= widest)
    shown = [] if chart.violating is None else [chart.violating]
    for step in range(every, chart.steps + 1, every):
        if all(abs(axis.at(step) - axis.at(other)) >= widest for other in shown):
            shown.append(step)
    return sorted(shown)


def _seconds(chart: RoleChart, axis: _StepAxis, y: float) -> Iterator[str]:
    """When steps happened: those whose times do not touch."""
    yield svg.text(LEFT, y + svg.SIZE - 1, "seconds")
    free, before = 0.0, None
    for step, at in enumerate(chart.times, start=1):
        said = seconds(at)
        left = axis.at(step) - svg.width(said) / 2
        if left < free or said == before:
            continue
        size = {"x": left - 1, "y": y, "width": svg.width(said) + 2, "height": svg.LINE_HEIGHT}
        yield svg.element("rect", **size, fill=svg.PAPER)
        yield svg.text(axis.at(step), y + svg.SIZE - 1, said, text_anchor="middle")
        free, before = left + svg.width(said) + 6, said


# -- behind the tracks ---------------------------------------------------------------------------


def _grid(chart: RoleChart, axis: _StepAxis, top: float, bottom: float) -> Iterator[str]:
    if chart.violating is not None:
        x = axis.at(chart.violating)
        yield svg.element("rect", x=x, y=top - 2, width=axis.width(chart.violating), height=bottom - top + 2, fill=TINT)
    for step in range(1, chart.steps + 1):
        path = f"M{svg.number(axis.at(step))} {svg.number(top)}V{svg.number(bottom)}"
        yield svg.element("path", d=path, stroke=color("line"))


def _marks(chart: RoleChart, axis: _StepAxis, top: float, bottom: float) -> Iterator[str]:
    if chart.loop is not None:
        x, end = axis.at(chart.loop + 1), axis.at(chart.steps + 1)
        frame = {"x": x, "y": top - 4, "width": end - x, "height": bottom - top + 6}
        yield svg.element("rect", **frame, fill="none", stroke=svg.INK, stroke_width=1.5, stroke_dasharray="7 3")
        words = "LOOP: repeats for ever"
        anchor = "start" if x + svg.width(words, bold=True) <= RIGHT else "end"
        place = x if anchor == "start" else end
        yield svg.text(place, top - 8, words, text_anchor=anchor, font_weight="bold")
    if chart.violating is not None:
        x = axis.at(chart.violating)
        path = f"M{svg.number(x)} {svg.number(top - 2)}V{svg.number(bottom + 2)}"
        yield svg.element("path", d=path, stroke=palette.FAULT, stroke_width=3)


# -- below ---------------------------------------------------------------------------------------


def _foot(chart: RoleChart, y: float) -> tuple[list[str], float]:
    """The violation in words, the legend, and the notes."""
    shapes: list[str] = []
    if chart.violating is not None:
        words = f"step {chart.violating}: HERE THE PROMISE BREAKS" + (f": {chart.reason}" if chart.reason else "")
        for line in svg.wrap(words, RIGHT - LEFT, bold=True):
            shapes.append(svg.text(LEFT, y + svg.SIZE, line, font_weight="bold", fill=palette.FAULT))
            y += svg.LINE_HEIGHT
        y += 6
    used = {_swatch(track, span).name for track in (*chart.roles, *chart.active) for span in track.spans}
    shown = [swatch for swatch in (*palette.SWATCHES, *ALARMS.values()) if swatch.name in used]
    shapes += palette.legend(LEFT, y + 4, shown, RIGHT)
    y += 24 + (palette.legend_line_count(LEFT, shown, RIGHT) - 1) * svg.LINE_HEIGHT
    key = svg.wrap(TIMED_KEY if chart.times else KEY, RIGHT - LEFT)
    shapes += svg.text_lines(LEFT, y, key)
    y += 8 + len(key) * svg.LINE_HEIGHT
    for note in chart.notes:
        color = palette.color_of(note.kind)
        shapes.append(svg.text(LEFT + 20, y + svg.SIZE - 1, str(note.step), text_anchor="end", fill=color))
        lines = svg.wrap(note.text, RIGHT - LEFT - 30)
        shapes += svg.text_lines(LEFT + 28, y, lines, fill=color)
        y += len(lines) * svg.LINE_HEIGHT
    return shapes, y + 8
