"""The feedback on an answered question: what was right, why, and what the misconception was."""

from fractions import Fraction

from grader.quiz.format.console import rendered, styled
from grader.quiz.format.kinds.question import Question
from grader.quiz.score.scoring import QuestionResult

SIGNS = {"correct": "✓", "partial": "!", "wrong": "✗", "blank": "!", "invalid": "!"}
_COLORS = {"✓": "green", "✗": "red", "!": "yellow"}


def feedback(question: Question, result: QuestionResult, number: int, width: int, stem: bool = True) -> str:
    """The question again (where `stem`), each answer that matters with its feedback, and the explanation."""
    sign = SIGNS[result.status]
    scored = result.points is not None and result.possible
    earned = (
        f"{fraction_text(result.points or Fraction(0))} of {fraction_text(result.possible)}" if scored else "not scored"
    )
    head = styled(f"{sign} Question {number}: {result.status}", _COLORS[sign], "bold") + f" ({earned})"
    lines = [head, *([rendered(question.stem, width, "  ")] if stem else [])]
    for remark in question.remarks(result.picks) if result.status != "invalid" else ():
        about = f"    {styled(f'{remark.sign} {remark.about}', _COLORS[remark.sign])}: "
        lines.append(rendered(remark.answer, width, "      ", about))
        lines += [rendered(remark.why, width, "      ")] if remark.why else []
    if question.explanation:
        lines += ["", rendered(question.explanation, width, "  ")]
    return "\n".join(lines)


def fraction_text(value: Fraction) -> str:
    """The exact value as it is read aloud: 7, 1/3, 7 1/3."""
    whole, rest = divmod(value, 1)
    if not rest:
        return str(whole)
    return f"{whole} {rest}" if whole else str(rest)
