"""The style of every chart, and a figure as SVG and PNG: the same data gives the same bytes.

The SVG knows a dark form of each color, for pages that are read in the dark; paper and PNG are always light.
"""

import io
from collections.abc import Callable, Iterable
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from grader.charts.letters import Letters

INK, FAINT, BLUE, RED, AMBER = "#22303c", "#8a97a3", "#2a6f97", "#c8553d", "#d99a2b"
PAPER, GRID, BOX, ABSENT = "#ffffff", "#e4e8eb", "#d8e6ee", "#dfe3e6"
BAD, WEAK = "#f7e3de", "#fbf3e2"  # bands behind what should be looked at
SHARES = LinearSegmentedColormap.from_list("shares", [RED, "#f3e9d2", BLUE])
DARK = {
    INK: "#dfe5ea", FAINT: "#7d8b98", BLUE: "#5fa8d3", RED: "#ea8b77", AMBER: "#e0b45c", PAPER: "#1b232b",
    GRID: "#2f3a44", BOX: "#22435a", ABSENT: "#2f3a44", BAD: "#43281f", WEAK: "#382f1c",
}  # fmt: skip
STYLE = {
    "svg.hashsalt": "gradeloop", "svg.fonttype": "none", "font.size": 10.5,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": FAINT, "axes.labelcolor": INK,
    "axes.titlesize": 11, "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.titlecolor": INK,
    "text.color": INK, "text.parse_math": False, "xtick.color": INK, "ytick.color": INK, "axes.axisbelow": True,
    "grid.color": GRID, "figure.facecolor": PAPER, "axes.facecolor": PAPER, "savefig.facecolor": PAPER,
}  # fmt: skip


def drawn(figure_of: Callable[[Letters], Figure], texts: Iterable[str]) -> Figure:
    """A figure in our style, laid out; `texts` are what it will say, so that fonts are found for all of it."""
    letters = Letters(texts)
    with matplotlib.style.context(["default", STYLE, {"font.family": letters.families}]):
        figure = figure_of(letters)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # the layout is found now; each saving would find it again
    return figure


def saved(figure: Figure, form: str) -> bytes:
    """The figure as a file of the form `svg`, `png` or `pdf`, without a date."""
    metadata: dict[str, Any] = {
        "svg": {"Date": None, "Creator": None}, "png": {"Software": None}, "pdf": {"CreationDate": None},
    }[form]  # fmt: skip
    data = io.BytesIO()
    with matplotlib.style.context(["default", STYLE]):
        figure.savefig(data, format=form, dpi=150, metadata=metadata)
    return dimmed(data.getvalue()) if form == "svg" else data.getvalue()


def dimmed(svg: bytes) -> bytes:
    """The SVG with the colors that it takes on a dark screen."""
    rules = "".join(
        f'[style*="{what}: {light}"]{{{what}:{dark}!important}}' for light, dark in DARK.items()
        for what in ("fill", "stroke")
    )  # fmt: skip
    style = f'<style type="text/css">@media screen and (prefers-color-scheme: dark){{{rules}}}</style>'
    return svg.replace(b"</defs>", style.encode() + b"</defs>", 1)


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """One pair of axes in a figure of so many inches."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()
