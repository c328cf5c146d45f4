"""The picture of an item analysis: difficulty against discrimination, and who took which choice."""

from collections.abc import Iterator

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from grader.charts.items import Mark, draw_items, number_items
from grader.charts.letters import Letters, lines
from grader.charts.style import ABSENT, AMBER, BLUE, FAINT, INK, PAPER, RED, drawn, saved
from grader.quiz.analysis.item_analysis import Analysis

WRONG = (RED, "#dd8a75", "#ebb9a9", AMBER)
CHOICE = 46  # columns of a question's id


def picture(title: str, analysis: Analysis, suffix: str) -> bytes:
    """The figure's file; the same bytes for the same analysis."""
    figure = drawn(lambda letters: figure_of(title, analysis, letters), [title, *texts(analysis)])
    return saved(figure, suffix[1:])


def texts(analysis: Analysis) -> Iterator[str]:
    """What the figure says beside its title."""
    for item in analysis.items:
        yield from (item.question, *item.flags, *(use.choice for use in item.choices))


def figure_of(title: str, analysis: Analysis, letters: Letters) -> Figure:
    labels = [lines(letters.of(f"{n}. {item.question}"), CHOICE) for n, item in enumerate(analysis.items, 1)]
    rows = 0.2 + sum(0.16 * len(label) + 0.1 for label in labels)
    figure = Figure(figsize=(12.4, max(4.6, 1.6 + rows)), layout="constrained")
    figure.suptitle(f"{letters.of(title)} (learners: {analysis.learners})", fontsize=12, fontweight="bold", color=INK)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.1))
    marks = [
        Mark(item.difficulty.value, item.discrimination.value, "question", number)
        for number, item in enumerate(analysis.items, start=1)
        if item.difficulty.value is not None and item.discrimination.value is not None
    ]
    draw_items(left, marks)
    left.set_title("How hard, how telling")
    draw_choices(right, analysis, labels, letters)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    number_items(figure, left, marks)
    return figure


def draw_choices(axes: Axes, analysis: Analysis, labels: list[list[str]], letters: Letters) -> None:
    """For each question the ticks by choice, as shares of all ticks and blanks; the key is blue."""
    at, places = 0.0, []
    for label, item in zip(labels, analysis.items, strict=True):
        height = 0.16 * len(label) + 0.1
        places.append(at + height / 2)
        everything = sum(use.count for use in item.choices) or 1
        start, wrong = 0.0, 0
        for use in sorted(item.choices, key=lambda use: (not use.correct, not use.choice)):
            color = BLUE if use.correct else ABSENT if not use.choice else WRONG[wrong % len(WRONG)]
            wrong += not use.correct and bool(use.choice)
            size = use.count / everything
            axes.barh(places[-1], size, left=start, color=color, edgecolor=PAPER, height=0.19)
            text = letters.of(use.choice or "blank")
            if size * 62 > len(text):  # else the legend's colors alone tell it
                ink = "white" if color in (BLUE, RED) else "#22303d"
                axes.text(start + size / 2, places[-1], text, ha="center", va="center_baseline", fontsize=7, color=ink)
            start += size
        at += height
    axes.set_yticks(places, ["\n".join(label) for label in labels], fontsize=8)
    axes.set_ylim(at, 0)
    axes.set(xlim=(0, 1), xlabel="share of ticks", xticks=[0, 0.25, 0.5, 0.75, 1])
    axes.set_title("Choices taken")
    axes.spines["left"].set_color(FAINT)
    keys = [Patch(facecolor=color, label=name) for color, name in ((BLUE, "key"), (RED, "wrong"), (ABSENT, "blank"))]
    axes.legend(handles=keys, loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False, fontsize=9, borderpad=0)
