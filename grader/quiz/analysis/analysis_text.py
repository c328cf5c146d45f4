"""An item analysis as text for a terminal, as JSON and as CSV; nothing is computed here."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from grader.quiz.analysis.item_analysis import UNSTABLE, Analysis, ChoiceUse, Item
from grader.quiz.analysis.psychometrics import Statistic

COLUMNS = ("difficulty", "discrimination", "uncorrected", "d27", "efficiency", "alpha_without")
HEADS = ("difficulty", "r", "r uncorr.", "D27", "efficiency", "alpha without")


def text(quiz_id: str, analysis: Analysis) -> str:
    """The analysis for reading: the test, then each question with who took which choice and what to look at."""
    interval = analysis.alpha_interval
    span = f", 95 % interval {interval[0]:.3f} to {interval[1]:.3f}" if interval else ""
    lines = [
        f"{quiz_id}: learners {analysis.learners}, questions {len(analysis.items)}",
        f"  total (questions right): mean {number(analysis.mean)}, median {number(analysis.median)}, "
        f"standard deviation {number(analysis.deviation)}",
        f"  reliability: alpha {number(analysis.alpha)}{span}, KR-20 {number(analysis.kr20)}, "
        f"KR-21 {number(analysis.kr21)}",
        f"  standard error of measurement: {number(analysis.sem)}",
    ]
    if analysis.unstable:
        lines.append(f"  ! fewer than {UNSTABLE} learners: every figure here is unstable")
    if analysis.surveys:
        lines.append(f"  left out, 0 points: {', '.join(analysis.surveys)}")
    for item in analysis.items:
        lines += ["", *_item(item, analysis.learners)]
    return "\n".join(lines)


def _item(item: Item, learners: int) -> Iterator[str]:
    yield item.question + (f" (asked of {item.learners} learners)" if item.learners < learners else "")
    yield "  " + "  ".join(f"{head} {number(getattr(item, name))}" for head, name in zip(HEADS, COLUMNS, strict=True))
    width = max(6, *(len(use.choice) for use in item.choices))
    yield f"    {'choice':{width}}  {'n':>5} {'share':>6} {'best':>6} {'weakest':>7} {'rest':>6} {'r':>6}"
    for use in item.choices:
        if use.choice or use.count:
            yield _use(use, width)
    for flag in item.flags:
        yield f"  ! {flag}"
    for reason, names in _reasons(item).items():
        yield f"  no {', '.join(names)}: {reason}"


def _use(use: ChoiceUse, width: int) -> str:
    name = use.choice or "blank"
    shares = f"{number(use.share, 2):>6} {number(use.share_best, 2):>6} {number(use.share_weakest, 2):>7}"
    rest = f"{number(use.mean_rest, 2):>6} {number(use.correlation, 2):>6}"
    return f"  {'✓' if use.correct else ' '} {name:{width}}  {use.count:5} {shares} {rest}"


def _reasons(item: Item) -> dict[str, list[str]]:
    """Which figures of an item are absent, by reason."""
    reasons: dict[str, list[str]] = {}
    for head, name in zip(HEADS, COLUMNS, strict=True):
        statistic = getattr(item, name)
        if statistic.value is None:
            reasons.setdefault(statistic.reason, []).append(head)
    return reasons


def number(statistic: Statistic, digits: int = 3) -> str:
    """The value, or a dash where there is none."""
    return "-" if statistic.value is None else f"{statistic.value:.{digits}f}"


def json_text(quiz_id: str, analysis: Analysis) -> str:
    """Everything, with full precision; an absent statistic is null beside its reason."""
    return json.dumps({"format": 1, "quiz": quiz_id, **_plain(analysis)}, indent=1, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def csv_text(analysis: Analysis) -> str:
    """One line per question and choice (`blank` for none), with the question's figures on each of its lines."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    uses = ("count", "share", "share_best", "share_weakest", "mean_rest", "correlation")
    writer.writerow(["question", *COLUMNS, "flags", "absent", "choice", "correct", *uses])
    for item in analysis.items:
        absent = "; ".join(f"{', '.join(names)}: {reason}" for reason, names in _reasons(item).items())
        figures = [_cell(getattr(item, name)) for name in COLUMNS]
        for use in item.choices:
            cells = [_cell(getattr(use, name)) for name in uses]
            flags = "; ".join(item.flags)
            writer.writerow([item.question, *figures, flags, absent, use.choice or "blank", int(use.correct), *cells])
    return buffer.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, Statistic):
        return "" if value.value is None else repr(value.value)
    return value
