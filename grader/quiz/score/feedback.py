"""What a learner is told about an answered question: what was right, why, and what the slip was."""

from fractions import Fraction

from grader.quiz.format.console import rendered, styled
from grader.quiz.format.model import Choice, Question
from grader.quiz.score.scoring import QuestionResult

SIGNS = {"correct": "✓", "partial": "!", "wrong": "✗", "blank": "!", "invalid": "!"}
_COLORS = {"✓": "green", "✗": "red", "!": "yellow"}


def feedback(question: Question, result: QuestionResult, number: int, width: int) -> str:
    """The question again, each choice that matters with its feedback, and the explanation."""
    sign = SIGNS[result.status]
    scored = result.points is not None and result.possible
    earned = (
        f"{fraction_text(result.points or Fraction(0))} of {fraction_text(result.possible)}" if scored else "not scored"
    )
    head = styled(f"{sign} Question {number}: {result.status}", _COLORS[sign], "bold") + f" ({earned})"
    lines = [head, rendered(question.stem, width, "  ")]
    for choice in question.choices:
        lines += _about(choice, choice.id in result.picks, question.kind == "single" or not result.picks, width)
    if question.explanation:
        lines += ["", rendered(question.explanation, width, "  ")]
    return "\n".join(lines)


def _about(choice: Choice, ticked: bool, instead: bool, width: int) -> list[str]:
    """A choice and its feedback, where it was ticked, is right (`instead` of the answer), or was well left out."""
    if ticked:
        said, why = ("✓ you chose" if choice.correct else "✗ you chose"), choice.feedback
    elif choice.correct:
        said, why = ("✓ right is" if instead else "! also right"), choice.feedback
    elif choice.if_not_chosen:
        said, why = "✓ you left", choice.if_not_chosen
    else:
        return []
    lines = [rendered(choice.text, width, "      ", f"    {styled(said, _COLORS[said[0]])}: ")]
    return [*lines, rendered(why, width, "      ")] if why else lines


def fraction_text(value: Fraction) -> str:
    """The exact value as it is read aloud: 7, 1/3, 7 1/3."""
    whole, rest = divmod(value, 1)
    if not rest:
        return str(whole)
    return f"{whole} {rest}" if whole else str(rest)
