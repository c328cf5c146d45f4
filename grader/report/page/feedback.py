"""A student's feedback as Markdown. Nothing of a suite's source and nothing of another student is in it."""

from collections.abc import Iterator

from grader.base.text import fence, inline, visible
from grader.report.page.questions import QuestionView
from grader.report.page.views import TestView, UnitView, View


def markdown(seen: View, seed: int | None = None) -> str:
    """The view as Markdown; whatever a student's code said stands in fences it cannot leave."""
    lines = [f"# Feedback for {inline(seen['name'] or seen['student'])}", ""]
    lines += [f"Total: {seen['total']} of {seen['out_of']} points", ""] if seen["total"] else ["No points yet.", ""]
    lines += [f"{inline(text)}\n" for text in seen["files"]]
    for unit in seen["units"]:
        lines += unit_lines(unit)
    if seed is not None:
        lines += [f"All inputs were drawn from seed {seed}, the same for everybody."]
    return "\n".join(lines).rstrip() + "\n"


def unit_lines(unit: UnitView) -> Iterator[str]:
    """One exercise or quiz."""
    points = f"{unit['points']} of {unit['possible']} points" if unit["points"] else unit["state"]
    yield from (f"## {unit['key']}: {visible(unit['title'])} ({points})", "")
    yield from (f"{inline(text)}\n" for text in (*unit["sentences"], unit["remark"], *unit["files"]) if text)
    if unit["comment"]:
        yield from (f"From your instructor: {inline(unit['comment'])}", "")
    if unit["path"]:
        when = f", handed in {unit['when']}" if unit["when"] else ""
        yield from (f"Graded: {inline(unit['path'])}{when}", "")
    if unit["resembles"]:
        told = f" {inline(unit['told'])}" if unit["told"] else ""
        yield from (f"This looks like a known mistake: {inline(unit['resembles'])}.{told}", "")
    if unit["cause"]:
        yield from (f"**Nothing of your file could be graded: it {inline(unit['cause']['sentence'])}.**", "")
        shown = "\n".join(filter(None, [unit["cause"]["text"], unit["cause"]["detail"]]))
        yield from (fence(shown), "") if shown else ()
        yield from (visible(unit["cause"]["way_out"]), "", "Not tested because of that:", "")
        yield from (f"- {visible(test['title'])} ({test['points']})" for test in unit["tests"])
        yield ""
    else:
        for test in unit["tests"]:
            yield from test_lines(test)
        yield from [""] if unit["tests"] else []
    for question in unit["questions"]:
        yield from question_lines(question)
    if unit["repeat"] and unit["state"] == "graded":
        yield from ("To see the same on your machine:", "", f"    {unit['repeat']}", "")
    if unit["numbered"]:
        width = max(len(place) for place, _ in unit["numbered"])
        numbered = "\n".join(f"{place:>{width}} | {text}" for place, text in unit["numbered"])
        yield from ("What was graded, taken from your notebook:" if unit["notebook"] else "Your code:", "")
        yield from (fence(numbered), "")
    if unit["left_out"]:
        left = "\n".join(f"{place:>18} | {what}" for place, what in unit["left_out"])
        yield from ("What was left out of your notebook, and why:", "", fence(left), "")


def test_lines(test: TestView) -> Iterator[str]:
    """A test; what failed for an earlier one's reason does not repeat it."""
    yield f"- {test['sign']} {visible(test['title'])} ({test['points']})"
    if test["same"]:
        yield from ("", f"The same reason as for: {visible(test['same'])}", "")
        return
    if test["message"] or test["word"] or test["hint"] or test["output"]:
        yield ""
    if test["message"] or test["word"]:
        frames = [f"{place}: {text}" for place, text in test["frames"]]
        yield from (fence("\n".join(filter(None, [test["word"], test["message"], *frames]))), "")
    if test["hint"]:
        yield from (f"Hint: {visible(test['hint'])}", "")
    if test["output"]:
        yield from ("Your code printed:", "", fence(test["output"]), "")


def question_lines(question: QuestionView) -> Iterator[str]:
    head = f"{question['sign']} {question['status']}".strip()
    yield from (f"### {head} ({question['points'] or 'not scored'})", "")
    yield from (visible(question["stem"]).strip(), "")
    for choice in question["choices"]:
        yield f"- {choice['label']}: {visible(choice['text']).strip()}"
        yield f"  {visible(choice['feedback']).strip()}"
    yield from ("", visible(question["explanation"]).strip(), "")
