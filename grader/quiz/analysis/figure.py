"""The picture of an item analysis: difficulty against discrimination, and who took which choice."""

import io
import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grader.quiz.analysis.item_analysis import EASY, HARD, WEAK, Analysis

KEY, WRONG, BLANK = "#2166ac", ("#d6604d", "#f4a582", "#fddbc7", "#b2182b"), "#bdbdbd"


def picture(title: str, analysis: Analysis, suffix: str) -> bytes:
    """The figure's file; the same bytes for the same analysis."""
    height = max(4.0, 1.5 + 0.32 * len(analysis.items))
    figure = Figure(figsize=(12, height), layout="constrained")
    figure.suptitle(f"{title} (learners: {analysis.learners})", parse_math=False)
    left, right = figure.subplots(1, 2)
    _scatter(left, analysis)
    _bars(right, analysis)
    buffer = io.BytesIO()
    metadata = {".png": {"Software": None}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}[suffix]
    figure.savefig(buffer, format=suffix[1:], dpi=150, metadata=metadata)
    return buffer.getvalue()


def _scatter(axes: Axes, analysis: Analysis) -> None:
    """Each question at its difficulty and discrimination; the shaded places are the flagged ones."""
    axes.axhspan(-1, WEAK, color="#fee0d2", zorder=0)
    axes.axvspan(-0.03, HARD, color="#eeeeee", zorder=0)
    axes.axvspan(EASY, 1.03, color="#eeeeee", zorder=0)
    labels: dict[tuple[float, float], list[str]] = {}
    lowest = -0.1
    for number, item in enumerate(analysis.items, start=1):
        p, r = item.difficulty.value, item.discrimination.value
        if p is not None and r is not None:
            labels.setdefault((p, r), []).append(str(number))
            lowest = min(lowest, math.floor(10 * r) / 10)
    axes.scatter([p for p, _ in labels], [r for _, r in labels], color="#2166ac", zorder=2)
    for (p, r), numbers in labels.items():
        axes.annotate(", ".join(numbers), (p, r), xytext=(4, 4), textcoords="offset points", fontsize=8)
    axes.set(xlim=(-0.03, 1.03), ylim=(lowest, 1.0), xlabel="difficulty (share of points earned)")
    axes.set(ylabel="discrimination r with the rest", title="shaded: too hard, too easy or weak")


def _bars(axes: Axes, analysis: Analysis) -> None:
    """For each question the ticks by choice, as shares of all ticks and blanks; the key is blue."""
    for row, item in enumerate(analysis.items):
        everything = sum(use.count for use in item.choices) or 1
        start = 0.0
        wrong = 0
        for use in sorted(item.choices, key=lambda use: (not use.correct, not use.choice)):
            color = KEY if use.correct else BLANK if not use.choice else WRONG[wrong % len(WRONG)]
            wrong += not use.correct
            size = use.count / everything
            axes.barh(row, size, left=start, color=color, edgecolor="white", height=0.8)
            if size > 0.07:
                ink = "white" if use.correct else "black"
                axes.text(start + size / 2, row, use.choice or "blank", ha="center", va="center", fontsize=6, color=ink)
            start += size
    names = [f"{number}. {item.question}" for number, item in enumerate(analysis.items, start=1)]
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set(xlim=(0, 1), xlabel="share of ticks", title="choices taken (blue: correct, gray: blank)")
