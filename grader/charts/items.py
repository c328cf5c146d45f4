"""Items of a test, how hard against how telling: every point is seen, those to look at carry a number with a legend."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from grader.charts.labels import Point, placed
from grader.charts.letters import Letters, lines
from grader.charts.style import AMBER, BAD, BLUE, FAINT, INK, PAPER, RED, WEAK

KINDS = {"test": ("o", BLUE), "question": ("D", AMBER)}
SMALL = 8.5  # points of type
LINE = 0.165  # inches of a line of the legend
LEGEND = 70  # columns of a line of the legend


@dataclass(frozen=True)
class Mark:
    """One item: `across` is its difficulty (1 is easy), `up` its discrimination; `number` 0 has no label."""

    across: float
    up: float
    kind: str = "test"
    number: int = 0
    text: str = ""

    @property
    def place(self) -> Point:
        return round(self.across, 2), round(self.up, 2)


def height(marks: Iterable[Mark], plot: float = 3.9) -> float:
    """Inches of a figure with room for the legend."""
    return plot + LINE * sum(len(lines(mark.text, LEGEND)) for mark in marks if mark.number) + 0.1


def draw_items(axes: Axes, marks: Sequence[Mark]) -> None:
    """The points of all items, larger where several lie on one another."""
    axes.axhspan(-1.1, 0, color=BAD, zorder=0)
    axes.axhspan(0, 0.2, color=WEAK, zorder=0)
    for kind, (marker, color) in KINDS.items():
        here: dict[Point, int] = {}
        for mark in marks:
            if mark.kind == kind:
                here[mark.place] = here.get(mark.place, 0) + 1
        if here:
            across, up = zip(*here, strict=True)
            sizes = [22 + 20 * (count - 1) ** 0.7 for count in here.values()]
            axes.scatter(
                across, up, s=sizes, marker=marker, color=color, alpha=0.8, linewidth=0.6, edgecolor=PAPER,
                label=f"{kind}s",
            )  # fmt: skip
    lowest = min([0.0, *(mark.up for mark in marks)])
    axes.set(xlim=(-0.04, 1.04), ylim=(max(-1.1, lowest - 0.16), 1.05), xticks=[0, 0.25, 0.5, 0.75, 1])
    axes.set(xlabel="difficulty: mean share of the points (right is easy)", ylabel="discrimination")
    there = {mark.kind for mark in marks}
    if len(there) > 1:
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), frameon=False, ncols=2, fontsize=9, borderpad=0)


def number_items(figure: Figure, axes: Axes, marks: Sequence[Mark]) -> None:
    """Numbers beside the points that have one, when the layout is done; points on one another share a label."""
    named: dict[Point, list[int]] = {}
    for mark in marks:
        if mark.number:
            named.setdefault(mark.place, []).append(mark.number)
    scale = 72 / figure.dpi
    points, dots = (
        [(float(x) * scale, float(y) * scale) for x, y in axes.transData.transform(list(places))] if places else []
        for places in (named, {mark.place: 0 for mark in marks})
    )
    texts = [", ".join(map(str, sorted(numbers))) for numbers in named.values()]
    sizes = [(0.66 * SMALL * len(text) + 5, SMALL + 5) for text in texts]
    view = axes.get_window_extent()
    area = tuple(side * scale for side in (view.x0, view.y0, view.x1, view.y1))
    spots = placed(points, sizes, dots, (area[0], area[1], area[2], area[3]))
    for place, point, spot, text in zip(named, points, spots, texts, strict=True):
        axes.annotate(
            text, place, (spot[0] - point[0], spot[1] - point[1]), textcoords="offset points", fontsize=SMALL,
            fontweight="bold", ha="center", va="center", color=RED, annotation_clip=False,
            bbox={"boxstyle": "round,pad=0.18", "facecolor": PAPER, "edgecolor": RED, "linewidth": 0.8},
            arrowprops={"arrowstyle": "-", "color": FAINT, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 3},
        ).set_in_layout(False)  # fmt: skip


def write_legend(figure: Figure, marks: Iterable[Mark], letters: Letters) -> None:
    """The numbered items below the plot, in full; leaves room for them in the layout."""
    inches = figure.get_figheight()
    rows = [(mark.number, lines(letters.of(mark.text), LEGEND)) for mark in marks if mark.number]
    used = LINE * sum(len(text) for _, text in rows) + 0.1
    engine = figure.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)
    engine.set(rect=(0, used / inches, 1, 1 - used / inches))
    at, width = used - 0.05, figure.get_figwidth()
    for number, text in rows:
        style: dict[str, Any] = {"fontsize": SMALL, "va": "top", "in_layout": False}
        figure.text(0.32 / width, at / inches, str(number), ha="right", fontweight="bold", color=RED, **style)
        for line in text:
            figure.text(0.42 / width, at / inches, line, color=INK, **style)
            at -= LINE
