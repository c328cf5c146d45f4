"""Quizzes for and from learning platforms: GIFT and Moodle XML (Moodle), QTI 1.2 (Canvas).

    export = write(quiz, "moodle-xml")              # export.data, export.losses, export.suffix
    quiz = read(path.read_bytes(), "gift", "bank.gift")
    taken = take_in(data, "qti12", "quiz.zip", skip=True)   # taken.quiz, .images, .losses, .left_out

A written file read back is the same quiz to the scorer: the same ids, the same points for every set of answers. A text
comes back as Markdown that renders the same. `check` is neither written nor read.
"""

from collections.abc import Callable
from dataclasses import dataclass

from grader.base.errors import UsageError
from grader.quiz.exchange import gift, moodle_xml, qti12, qti12_reader
from grader.quiz.exchange.draft import Draft, Import, unprintable
from grader.quiz.exchange.losses import losses, lost_draws
from grader.quiz.exchange.media import Images
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.model import Quiz
from grader.quiz.format.problems import did_you_mean
from grader.quiz.format.textfile import shown
from grader.quiz.score.scoring import require_key

MAX_BYTES = 24 << 20
"""No foreign file is longer than this (24 MiB), images and all; a GIFT file, which holds none, than a twelfth."""


@dataclass(frozen=True)
class _Format:
    suffix: str
    write: Callable[[Quiz], bytes]
    read: Callable[[bytes, str, Images], Draft]
    limit: int


_FORMATS = {
    "gift": _Format(".gift", gift.write, gift.read, MAX_BYTES // 12),
    "moodle-xml": _Format(".xml", moodle_xml.write, moodle_xml.read, MAX_BYTES),
    "qti12": _Format(".zip", qti12.write, qti12_reader.read, MAX_BYTES),
}
FORMATS = tuple(_FORMATS)
"""The names of the formats."""


@dataclass(frozen=True)
class Export:
    """A written quiz: the file's bytes, what the platform will not have, and the usual end of the file's name."""

    data: bytes
    losses: list[str]
    suffix: str


def write(quiz: Quiz, format: str) -> Export:
    """The quiz in a format, the same bytes every time, choices in an order that gives no key away.

    Raises UsageError for a graded release, for a question without a sound key and for what the format cannot hold.
    """
    chosen = _format(format)
    drawn = [question.id for question in quiz.questions if question.parameters]
    quiz = quiz.replace(questions=tuple(question.variant(0) for question in quiz.questions))
    require_key(quiz)
    for question in quiz.questions:
        if isinstance(question, ChoiceQuestion) and len(question.correct) == len(question.choices):
            raise UsageError(f"question `{question.id}` has no wrong choice", quiz.id, _SEE_LINT)
        if odd := unprintable(quiz.title, question.source, *(text for _, text in question.texts)):
            raise UsageError(f"question `{question.id}` or the title holds the character {odd}", quiz.id, _SEE_LINT)
    mixed = quiz.replace(
        questions=tuple(
            question.replace(choices=question.released) if isinstance(question, ChoiceQuestion) else question
            for question in quiz.questions
        )
    )
    return Export(chosen.write(mixed), [*losses(quiz, format), *lost_draws(drawn)], chosen.suffix)


_SEE_LINT = "Mend it; `grader quiz lint` tells the line."


def read(data: bytes, format: str, where: str) -> Quiz:
    """The quiz of a foreign file, all of it or nothing; see `take_in`."""
    return take_in(data, format, where).quiz


def take_in(data: bytes, format: str, where: str, *, prefix: str = "", skip: bool = False) -> Import:
    """The quiz of a foreign file with its images, whose names begin with `prefix`; `where` names the file in messages.

    Raises UsageError; where questions cannot be read it is a DocumentError with every problem and its line, unless
    `skip` leaves them out.
    """
    chosen = _format(format)
    where = shown(where)
    if len(data) > chosen.limit:
        raise UsageError(f"is larger than {chosen.limit // 1024} KiB", where)
    return chosen.read(data, where, Images(prefix, where)).finished(skip)


def _format(name: str) -> _Format:
    if name not in _FORMATS:
        known = f"The formats are {', '.join(FORMATS)}."
        raise UsageError(f"there is no format `{shown(name)[:40]}`{did_you_mean(name, [*FORMATS])}", next=known)
    return _FORMATS[name]
