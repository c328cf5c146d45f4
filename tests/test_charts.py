"""Charts: labels that do not overlap, text that is whole, letters for every name, colors for the dark."""

import random
import re
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from grader.charts import letters
from grader.charts.items import Mark, draw_items, height, number_items, write_legend
from grader.charts.labels import box, overlaps, placed
from grader.charts.letters import Letters, columns, lines
from grader.charts.style import canvas, drawn, saved
from grader.report.page.plots import KINDS, draw, texts
from grader.report.page.templating import width

NAMES = ["Łukasz Ærø", "王小明", "田中 さくら", "김민준", "Nguyễn Thị Hương", "Ζωή", "محمد علي", "प्रिया"]
LONG = "A question whose stem is long enough to need several lines, with λ = 0.75 and y₁ in it, until its very end."


@pytest.mark.parametrize("seed", range(5))
def test_labels_neither_overlap_nor_leave_the_plot(seed: int) -> None:
    """Twelve labels of points that crowd in a corner are apart from each other and inside."""
    draw = random.Random(seed)
    points = [(200 + 60 * draw.random(), 140 + 40 * draw.random()) for _ in range(12)]
    sizes = [(14.0, 12.0)] * 12
    area = (0.0, 0.0, 280.0, 200.0)
    boxes = [box(place, size) for place, size in zip(placed(points, sizes, points, area), sizes, strict=True)]
    assert not [(i, j) for i in range(12) for j in range(i) if overlaps(boxes[i], boxes[j])]
    assert all(one[0] >= 0 and one[1] >= 0 and one[2] <= 280 and one[3] <= 200 for one in boxes)


def items() -> list[Mark]:
    """Ninety items, of which many lie on one another and twelve are doubtful."""
    draw = random.Random(2)
    marks = [Mark(round(draw.random(), 2), round(draw.random(), 1)) for _ in range(60)]
    marks += [Mark(0.9, 0.1, "question") for _ in range(18)]
    return marks + [
        Mark(0.85 + 0.005 * n, -0.1 - 0.01 * n, "question", n + 1, f"r{n} {LONG} {NAMES[n % 8]}") for n in range(12)
    ]


def test_every_text_of_the_item_chart_is_whole() -> None:
    """Nothing is cut by the figure's border, nothing is shortened, and no number covers another."""
    marks = items()

    def figure_of(found: Letters) -> Figure:
        figure, axes = canvas(5.6, height(marks))
        draw_items(axes, marks)
        write_legend(figure, marks, found)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        number_items(figure, axes, marks)
        return figure

    figure = drawn(figure_of, [mark.text for mark in marks])
    view = figure.bbox
    ticks = {*figure.axes[0].get_xticklabels(), *figure.axes[0].get_yticklabels()}  # some lie outside and are not drawn
    every = [one for one in figure.findobj(Text) if isinstance(one, Text) and one not in ticks]
    shown = [one for one in every if one.get_text() and one.get_visible()]
    for one in shown:
        place = one.get_window_extent()
        assert place.x0 >= view.x0 - 1 and place.x1 <= view.x1 + 1, one.get_text()
        assert place.y0 >= view.y0 - 1 and place.y1 <= view.y1 + 1, one.get_text()
    legend = " ".join(one.get_text() for one in figure.texts)
    assert "…" not in legend and legend.count("until its very end.") == 12
    numbers = [one for one in figure.axes[0].texts if isinstance(one, Annotation)]
    boxes = [patch.get_window_extent() for one in numbers if (patch := one.get_bbox_patch())]
    assert {int(part) for one in numbers for part in one.get_text().split(", ")} == set(range(1, 13))
    assert not [(i, j) for i in range(len(boxes)) for j in range(i) if boxes[i].overlaps(boxes[j])]


def test_points_on_one_another_are_larger() -> None:
    """Eighteen items in one place are one point that is larger than a single one, not hidden ones."""
    figure, axes = canvas(5, 4)
    draw_items(axes, [Mark(0.5, 0.5)] + [Mark(0.9, 0.1)] * 18)
    (dots,) = axes.collections
    sizes = sorted(dots.get_sizes())  # type: ignore[attr-defined]
    assert len(sizes) == 2 and sizes[1] > 3 * sizes[0]


def test_every_name_is_drawn() -> None:
    """Accents, Greek and what fonts of this system have are drawn as they are; nobody warns of a missing glyph."""
    data: dict[str, Any] = {"students": NAMES, "units": ["ex01"], "shares": [[0.5]] * len(NAMES)}
    svg, png = draw("heat", data)
    assert b"Nguy\xe1\xbb\x85n" in svg and "Ζωή".encode() in svg and png.startswith(b"\x89PNG")


def test_names_without_a_font_are_written_in_latin_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a system without such fonts a name is transliterated, word by word; other names stay as they are."""
    monkeypatch.setattr(letters, "fonts", list)
    found = Letters(NAMES)
    assert found.of("王小明") == "Wangxiaoming" and found.of("김민준 Lee") == "Gimminjun Lee"
    assert found.of("Łukasz Ærø") == "Łukasz Ærø" and found.families == [letters.USUAL]
    assert draw("heat", {"students": ["王小明"], "units": ["ex01"], "shares": [[None]]})[0].count(b"Wangxiaoming") == 1


def test_lines_hold_the_whole_text() -> None:
    """A text is wrapped by the columns it takes: wide characters count two, long words are broken, none is lost."""
    text = f"{LONG} {'x' * 70} {'王' * 40}"
    found = lines(text, 30)
    assert all(columns(line) <= 30 for line in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("kind", KINDS)
def test_charts_of_one_unit_have_a_normal_size(kind: str) -> None:
    """With one student, one unit and one item no chart is wider than a column of the page or higher than a screen."""
    every: dict[str, Any] = {
        "totals": {"percents": [70.0], "median": 70.0},
        "units": [{"label": "ex01 X", "quartiles": [70.0] * 5, "counts": [[70.0, 1]]}],
        "heat": {"students": ["ann"], "units": ["ex01"], "shares": [[0.7]]},
        "misses": [{"label": "ex01 X", "missed": 1, "taken": 1}],
        "items": [{"across": 0.5, "up": 0.5, "kind": "test", "number": 0, "text": ""}],
    }
    svg, _ = draw(kind, every[kind])
    tall = re.search(rb'<svg[^>]*?\bheight="([\d.]+)pt"', svg)
    assert 400 <= width(svg) <= 660 and tall and 110 <= float(tall[1]) * 4 / 3 <= 520


def test_colors_have_a_dark_form_and_paper_stays_light(tmp_path: Path) -> None:
    """The SVG changes its colors on a dark screen only; its own colors, and the PNG, are those of paper."""
    figure = drawn(lambda found: canvas(3, 2)[0], texts(["x"]))
    svg = saved(figure, "svg").decode()
    assert "@media screen and (prefers-color-scheme: dark)" in svg and "fill: #ffffff" in svg
    assert saved(figure, "png") == saved(figure, "png") and saved(figure, "svg").decode() == svg
