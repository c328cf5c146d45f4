"""The charts of a class report, as SVG and PNG; the same data gives the same bytes. Imported only when one is drawn."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from grader.charts.items import Mark, draw_items, height, number_items, write_legend
from grader.charts.letters import Letters, lines
from grader.charts.style import ABSENT, BLUE, BOX, INK, PAPER, RED, SHARES, canvas, drawn, saved
from grader.report.page.pictures import Bar, Box, Heat, Place, Totals

NAMED = 60  # up to so many students the heat map names each
LABEL = 30  # columns of a label's line
LINE = 0.155  # inches of it


def draw(kind: str, data: Any) -> tuple[bytes, bytes]:
    """One chart as (SVG, PNG)."""
    figure = drawn(lambda letters: KINDS[kind](data, letters), texts(data))
    return saved(figure, "svg"), saved(figure, "png")


def texts(data: Any) -> Iterator[str]:
    """Every text in a chart's data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, (list, tuple, dict)):
        for one in data.values() if isinstance(data, dict) else data:
            yield from texts(one)


def totals(data: Totals, letters: Letters) -> Figure:
    """How many students reached which percentage; beyond 0 and 100 there are steps only where somebody is there."""
    figure, axes = canvas(5.6, 3.5)
    first, last = (
        min(0, math.floor(min(data["percents"]) / 10) * 10),
        max(100, math.ceil(max(data["percents"]) / 10) * 10),
    )
    whole = [99.9 if percent == 100 else percent for percent in data["percents"]]  # it belongs to the step below
    counts, _, bars = axes.hist(whole, bins=range(first, last + 1, 10), color=BLUE, edgecolor=PAPER)
    numbers = axes.bar_label(bars, [f"{int(n)}" if n else "" for n in counts], padding=2)  # type: ignore[arg-type]
    for number in numbers:
        number.set_bbox({"facecolor": PAPER, "edgecolor": "none", "pad": 1})  # the median's line may pass there
    axes.set(title="Totals", xlabel="percent of the points that count", ylabel="students")
    axes.set_xticks(range(first - first % 20, last + 1, 20))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(y=0.15)
    axes.axvline(data["median"], color=RED, linewidth=1.5, zorder=0.5)
    axes.set_title(f"median {data['median']:.2f} %", loc="right", color=RED, fontsize=10, fontweight="normal")
    return figure


def rows_of(labels: list[list[str]], least: int) -> tuple[list[float], float]:
    """The middle of each row and the height of all, in inches, where each row has room for its label."""
    sizes = [0.12 + LINE * max(least, len(label)) for label in labels]
    return [sum(sizes[:row]) + size / 2 for row, size in enumerate(sizes)], sum(sizes)


def units(data: list[Box], letters: Letters) -> Figure:
    """A box per unit, lowest first row at the top; a dot per distinct result, larger where more students have it."""
    labels = [lines(letters.of(unit["label"]), LABEL) for unit in data]
    rows, inches = rows_of(labels, 2)
    figure, axes = canvas(5.6, max(2.0, 1.0 + inches))
    for row, unit in zip(rows, data, strict=True):
        if not unit["counts"]:
            continue
        low, lower, median, upper, high = unit["quartiles"]
        box = {"whislo": low, "q1": lower, "med": median, "q3": upper, "whishi": high, "fliers": []}
        axes.bxp(
            [box], positions=[row], orientation="horizontal", widths=0.24, patch_artist=True, manage_ticks=False,
            boxprops={"facecolor": BOX, "edgecolor": BLUE}, medianprops={"color": RED, "linewidth": 2},
            whiskerprops={"color": BLUE}, capprops={"color": BLUE},
        )  # fmt: skip
        places, sizes = zip(*unit["counts"], strict=True)
        areas = [10 + 6 * n**0.5 for n in sizes]
        axes.scatter(places, [row] * len(places), s=areas, color=INK, alpha=0.45, linewidth=0, zorder=3)
    axes.set(title="Points per exercise and quiz", xlabel="percent of its points")
    reached = [end for unit in data if unit["counts"] for end in (unit["quartiles"][0], unit["quartiles"][-1])]
    axes.set_xlim(min(0.0, *reached) - 3, max(100.0, *reached) + 3)
    axes.set_yticks(rows, ["\n".join(label) for label in labels], fontsize=9)
    axes.set_ylim(inches, 0)
    axes.grid(axis="x")
    return figure


def heat(data: Heat, letters: Letters) -> Figure:
    """Students by units, colored by the share of points; `shares` hold None where there is no result."""
    names, shares = [letters.of(name) for name in data["students"]], data["shares"]
    few = len(names) <= NAMED
    widest = max(map(len, names)) if few else 6
    figure, axes = canvas(
        max(4.6, 0.085 * widest + 0.52 * len(data["units"]) + 1.0), 2.1 + 0.2 * len(names) if few else 8.0
    )
    axes.set_facecolor(ABSENT)
    matrix = [[float("nan") if share is None else share for share in row] for row in shares]
    image = axes.imshow(matrix, aspect="auto", cmap=SHARES, vmin=0, vmax=1, interpolation="nearest")
    axes.set_xticks(range(len(data["units"])), data["units"], rotation=60 if len(data["units"]) > 6 else 0)
    axes.xaxis.tick_top()
    axes.set_title("Share of the points, best total first", pad=12)
    if few:
        axes.set_yticks(range(len(names)), names, fontsize=9)
        axes.set_yticks([row - 0.5 for row in range(1, len(names))], minor=True)
        axes.grid(which="minor", color=PAPER, linewidth=1)
    else:
        axes.set_ylabel(f"{len(names)} students")
    axes.set_xticks([column - 0.5 for column in range(1, len(data["units"]))], minor=True)
    axes.grid(which="minor", axis="x", color=PAPER, linewidth=1)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=axes, location="bottom", fraction=0.18 / figure.get_figheight(), pad=0.015,
                          aspect=24, shrink=0.7, ticks=[0, 0.5, 1])  # fmt: skip
    bar.ax.set_xticklabels(["0 %", "50 %", "100 %"], fontsize=9)
    bar.outline.set_visible(False)
    key = Patch(facecolor=ABSENT, label="nothing that counts: missing or ungraded")
    figure.legend(handles=[key], loc="outside lower center", frameon=False, fontsize=9)
    return figure


def misses(data: list[Bar], letters: Letters) -> Figure:
    """The share of those who took it that missed each test or question, worst at the top."""
    labels = [lines(letters.of(item["label"]), 44) for item in data]
    rows, inches = rows_of(labels, 1)
    figure, axes = canvas(6.4, 1.0 + inches)
    shares = [100 * item["missed"] / item["taken"] for item in data]
    bars = axes.barh(rows, shares, color=RED, height=0.17)
    axes.bar_label(bars, [f"{item['missed']} of {item['taken']}" for item in data], padding=4, fontsize=9)
    axes.set_yticks(rows, ["\n".join(label) for label in labels], fontsize=8.5)
    axes.set_ylim(inches, 0)
    axes.set_title("Tests that were missed most", loc="right")
    axes.set(xlabel="percent of those who handed it in", xlim=(0, 130), xticks=range(0, 101, 25))
    axes.grid(axis="x")
    return figure


def items(data: list[Place], letters: Letters) -> Figure:
    """Difficulty against discrimination of tests (dots) and questions (diamonds); doubtful ones have a number."""
    marks = [Mark(one["across"], one["up"], one["kind"], one["number"], one["text"]) for one in data]
    figure, axes = canvas(5.6, height(marks))
    draw_items(axes, marks)
    axes.set_title("Items: how hard, how telling")
    write_legend(figure, sorted(marks, key=lambda mark: mark.number), letters)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    number_items(figure, axes, marks)
    return figure


KINDS: dict[str, Callable[[Any, Letters], Figure]] = {
    "totals": totals, "units": units, "heat": heat, "misses": misses, "items": items,
}  # fmt: skip
