"""The charts of a class report, as SVG and PNG; the same data gives the same bytes. Imported only when one is drawn."""

import io
from collections.abc import Callable
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

INK, FAINT, BLUE, RED, AMBER = "#22303c", "#8a97a3", "#2a6f97", "#c8553d", "#e0a030"
SHARES = LinearSegmentedColormap.from_list("shares", [RED, "#f3e9d2", BLUE])
STYLE = {
    "svg.hashsalt": "gradeloop", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10.5,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": FAINT, "axes.labelcolor": INK,
    "axes.titlesize": 11, "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.titlecolor": INK,
    "text.color": INK, "text.parse_math": False, "xtick.color": INK, "ytick.color": INK, "axes.axisbelow": True,
    "grid.color": "#e4e8eb", "figure.facecolor": "white", "savefig.facecolor": "white",
}  # fmt: skip
NAMED = 45  # up to so many students the heat map names each


def draw(kind: str, data: Any) -> tuple[bytes, bytes]:
    """One chart as (SVG, PNG)."""
    with matplotlib.style.context(["default", STYLE]):
        figure: Figure = KINDS[kind](data)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # the layout is found now; each saving would find it again
        svg, png = io.BytesIO(), io.BytesIO()
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        figure.savefig(png, format="png", dpi=150, metadata={"Software": None})
    return svg.getvalue(), png.getvalue()


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def totals(data: dict[str, Any]) -> Figure:
    """How many students reached which percentage; `percents` are floats from 0 to 100."""
    figure, axes = canvas(5.2, 3.4)
    counts, _, bars = axes.hist(data["percents"], bins=range(0, 101, 10), color=BLUE, edgecolor="white")
    numbers = axes.bar_label(bars, [f"{int(n)}" if n else "" for n in counts], padding=2)  # type: ignore[arg-type]
    for number in numbers:
        number.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})  # the median's line may pass there
    axes.set(title="Totals", xlabel="percent of the points that count", ylabel="students", xticks=range(0, 101, 20))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(y=0.15)
    axes.axvline(data["median"], color=RED, linewidth=1.5, zorder=0.5)
    axes.set_title(f"median {data['median']:.0f} %", loc="right", color=RED, fontsize=10, fontweight="normal")
    return figure


def units(data: list[dict[str, Any]]) -> Figure:
    """A box per unit, lowest first row at the top; a dot per distinct result, larger where more students have it."""
    figure, axes = canvas(5.2, max(3.4, 1.1 + 0.38 * len(data)))
    for row, unit in enumerate(data):
        if not unit["counts"]:
            continue
        low, lower, median, upper, high = unit["quartiles"]
        box = {"whislo": low, "q1": lower, "med": median, "q3": upper, "whishi": high, "fliers": []}
        axes.bxp(
            [box], positions=[row], orientation="horizontal", widths=0.55, patch_artist=True, manage_ticks=False,
            boxprops={"facecolor": "#d8e6ee", "edgecolor": BLUE}, medianprops={"color": RED, "linewidth": 2},
            whiskerprops={"color": BLUE}, capprops={"color": BLUE},
        )  # fmt: skip
        places, sizes = zip(*unit["counts"], strict=True)
        areas = [10 + 6 * n**0.5 for n in sizes]
        axes.scatter(places, [row] * len(places), s=areas, color=INK, alpha=0.45, linewidth=0, zorder=3)
    axes.set(title="Points per exercise and quiz", xlabel="percent of its points", xlim=(-3, 103))
    axes.set_yticks(range(len(data)), [unit["label"] for unit in data], fontsize=9)
    axes.set_ylim(len(data) - 0.4, -0.6)
    axes.grid(axis="x")
    return figure


def heat(data: dict[str, Any]) -> Figure:
    """Students by units, colored by the share of points; `shares` hold None where there is no result."""
    names, shares = data["students"], data["shares"]
    few = len(names) <= NAMED
    height = 1.4 + 0.22 * len(names) if few else 6.5
    figure, axes = canvas(max(4.5, 2.3 + 0.42 * len(data["units"])), height)
    axes.set_facecolor("#dfe3e6")
    matrix = [[float("nan") if share is None else share for share in row] for row in shares]
    image = axes.imshow(matrix, aspect="auto", cmap=SHARES, vmin=0, vmax=1, interpolation="nearest")
    axes.set_xticks(range(len(data["units"])), data["units"], rotation=60 if len(data["units"]) > 6 else 0)
    axes.xaxis.tick_top()
    if few:
        axes.set_yticks(range(len(names)), names)
        axes.set_yticks([row - 0.5 for row in range(1, len(names))], minor=True)
        axes.grid(which="minor", color="white", linewidth=1)
    else:
        axes.set_ylabel(f"{len(names)} students, best total first")
    axes.set_xticks([column - 0.5 for column in range(1, len(data["units"]))], minor=True)
    axes.grid(which="minor", axis="x", color="white", linewidth=1)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=axes, location="bottom", shrink=0.6, aspect=30, pad=0.02, ticks=[0, 0.5, 1])
    bar.ax.set_xticklabels(["0 %", "50 %", "100 % of the points"])
    bar.outline.set_visible(False)
    return figure


def misses(data: list[dict[str, Any]]) -> Figure:
    """The share of those who took it that missed each test or question, worst at the top."""
    figure, axes = canvas(5.6, 1.0 + 0.4 * len(data))
    shares = [100 * item["missed"] / item["taken"] for item in data]
    bars = axes.barh(range(len(data)), shares, color=RED, height=0.62)
    axes.bar_label(bars, [f"{item['missed']} of {item['taken']}" for item in data], padding=4)
    axes.set_yticks(range(len(data)), [item["label"] for item in data], fontsize=8.5)
    axes.set_ylim(len(data) - 0.4, -0.6)
    axes.set(title="Tests that were missed most", xlabel="percent of those who handed it in")
    axes.set(xlim=(0, 122), xticks=range(0, 101, 20))
    axes.grid(axis="x")
    return figure


def items(data: dict[str, Any]) -> Figure:
    """Difficulty against discrimination of tests (dots) and questions (diamonds); doubtful ones are named."""
    figure, axes = canvas(5.2, 4.0)
    axes.axhspan(-1, 0, color="#f7e3de", zorder=0)
    axes.axhspan(0, 0.2, color="#fbf3e2", zorder=0)
    for kind, marker, color in (("tests", "o", BLUE), ("questions", "D", AMBER)):
        points = data[kind]
        if points:
            across, up = zip(*points, strict=True)
            axes.scatter(across, up, marker=marker, s=34, color=color, alpha=0.75, linewidth=0, label=kind)
    level, leader = -2.0, {"arrowstyle": "-", "color": FAINT, "linewidth": 0.7, "shrinkA": 1, "shrinkB": 3}
    for x, y, label in sorted(data["named"], key=lambda one: one[1]):
        level = max(y, level + 0.08)  # one line of text above the other
        side, place = ("right", x - 0.14) if x > 0.5 else ("left", x + 0.14)
        axes.annotate(label, (x, y), (place, level), ha=side, va="center", fontsize=8, arrowprops=leader)
    lowest = min([0.0, *(p[1] for kind in ("tests", "questions") for p in data[kind])])
    axes.set(title="Items: how hard, how telling", xlim=(-0.03, 1.03), ylim=(lowest - 0.08, 1.04),
             xlabel="difficulty (right is easy)", ylabel="discrimination")  # fmt: skip
    axes.legend(loc="upper left", frameon=False, ncols=2)
    return figure


KINDS: dict[str, Callable[[Any], Figure]] = {
    "totals": totals, "units": units, "heat": heat, "misses": misses, "items": items,
}  # fmt: skip
