"""What ticking one choice adds, in percent: how Moodle's formats write a key, and which numbers are a rule of ours."""

from collections.abc import Sequence

from grader.base.errors import UsageError
from grader.quiz.format.kinds.choice import ChoiceQuestion

MAX_CHOICES = 100
_MOODLE_KNOWS = (*range(1, 11), 20)
"""The counts c for which 100/c is in the list of shares a Moodle import accepts."""
_TOLERANCE = 0.01
"""Platforms round a third to 33.33333 or 33.333 %."""


def written(question: ChoiceQuestion) -> list[str]:
    """The share of each choice: 100 and 0, or ±100/c with five decimals, which sums to partial credit exactly.

    Raises UsageError where Moodle would refuse the number.
    """
    if question.kind == "single":
        return ["100" if choice.correct else "0" for choice in question.choices]
    count = len(question.correct)
    if count not in _MOODLE_KNOWS:
        raise UsageError(
            f"question `{question.id}` has {count} correct choices, and Moodle knows no share of 1/{count}",
            next="Split the question, or export it as qti12.",
        )
    share = f"{100 / count:.5f}".rstrip("0").rstrip(".")
    return [share if choice.correct else f"-{share}" for choice in question.choices]


def why_unsupported(single: bool, shares: Sequence[float]) -> str:
    """Why the shares are no rule of ours (single pays the key alone, multiple max(0, (t - f) / c)); "" if they are."""
    paying = [share for share in shares if share > 0]
    if not 2 <= len(shares) <= MAX_CHOICES:
        return f"has {len(shares)} choices; a question has 2 to {MAX_CHOICES}"
    if single and len(paying) != 1:
        return f"is a single-answer question in which {len(paying)} choices pay"
    if single and (abs(paying[0] - 100) > _TOLERANCE or min(shares) < 0):
        return "is a single-answer question that pays or takes a part of the points: the key is 100 %, the others 0"
    if not paying or len(paying) == len(shares):
        return f"is a multiple-answer question in which {'every' if paying else 'no'} choice pays"
    if not single and not all(abs(abs(share) - 100 / len(paying)) <= _TOLERANCE for share in shares):
        part = f"{100 / len(paying):.5f} %"
        return f"has shares we have no rule for: each of {len(paying)} right choices pays {part}, a wrong one -{part}"
    return ""
