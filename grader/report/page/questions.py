"""A quiz question as its feedback shows it: the stem as it was meant to be read, and the choices that matter."""

from fractions import Fraction
from pathlib import Path
from typing import TypedDict

from markupsafe import Markup

from grader.report.gradebook.cells import shown
from grader.report.gradebook.records import QuestionRecord
from grader.report.page.templating import prose

SIGNS = {"correct": "✓", "wrong": "✗"}


class ChoiceView(TypedDict):
    """A choice that was picked, that was right, or that has something to say; texts in Markdown and as HTML."""

    label: str
    right: bool | None  # None where a graded quiz keeps its key
    text: str
    feedback: str
    text_html: Markup
    feedback_html: Markup


class QuestionView(TypedDict):
    """One question; `points` are empty for a survey question or an answer that cannot be scored."""

    sign: str
    status: str
    points: str
    stem: str
    explanation: str
    stem_html: Markup
    explanation_html: Markup
    choices: list[ChoiceView]


def question_view(question: QuestionRecord, media: Path | None = None) -> QuestionView:
    """A question with the choices that matter: those picked, those that were right, those with something to say."""
    picked = set(question["picked"])
    choices: list[ChoiceView] = []
    for choice in question["choices"]:
        if choice["id"] in picked:
            heading = {True: "✓ you chose", False: "✗ you chose", None: "you answered"}[choice["correct"]]
        elif choice["correct"]:
            heading = "right is"
        elif choice["feedback"]:
            heading = "✓ you left"
        else:
            continue
        choices.append({
            "label": heading, "right": choice["correct"], "text": choice["text"], "feedback": choice["feedback"],
            "text_html": prose(choice["text"], media), "feedback_html": prose(choice["feedback"], media),
        })  # fmt: skip
    earned, possible, concealed = question["points"], question["possible"], question.get("concealed", False)
    points = f"worth {decimals(possible)}" if concealed else ""
    return {
        "sign": SIGNS.get(question["status"], "" if concealed else "!"),
        "status": question["status"],
        "points": points if earned is None else f"{decimals(earned)} of {decimals(possible)}",
        "stem": question["stem"],
        "explanation": question["explanation"],
        "stem_html": prose(question["stem"], media),
        "explanation_html": prose(question["explanation"], media),
        "choices": choices,
    }


def decimals(number: str) -> str:
    """A fraction with the two decimals that all points have."""
    return shown(Fraction(str(number)))
