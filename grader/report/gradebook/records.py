"""The forms of a graded result: what the gradebook keeps of it, and what grading processes answer with."""

from typing import Literal, NotRequired, TypedDict, final

from grader.base.errors import ErrorDocument

Frame = tuple[int, str, str]


class Points(TypedDict):
    """Numbers of an exercise, fractions of a quiz as text: "22/3"."""

    earned: float | str
    possible: float | str


class TestRecord(TypedDict):
    """One test of an exercise, as `grader.engine.verdict` gives it, without its seconds."""

    name: str
    title: str
    outcome: Literal["passed", "failed", "error", "timeout", "crashed", "suite_error"]
    points: Points
    message: str
    hint: str
    output: str
    gate: bool
    frames: list[Frame]
    cause: NotRequired[str]
    asked: NotRequired[list[str]]


class ChoiceRecord(TypedDict):
    """A choice of a question; `correct` is None where the key is not shown."""

    id: str
    text: str
    correct: bool | None
    feedback: str
    misconception: NotRequired[str | None]
    foreseen: NotRequired[bool]


class QuestionRecord(TypedDict):
    """One question with what was picked and what each choice teaches; `points` of a survey question are None."""

    id: str
    stem: str
    status: str
    points: str | None
    possible: str
    picked: list[str]
    answer: NotRequired[str]
    choices: list[ChoiceRecord]
    explanation: str
    concealed: NotRequired[bool]


class Record(TypedDict):
    """The result of one submission; `tests` are an exercise's, `questions` a quiz's.

    `random`, `chance` and `max_error` come from the comparison with the solution.
    """

    format: int
    outcome: str
    points: Points
    note: str
    tests: NotRequired[list[TestRecord]]
    exercise: NotRequired[str]
    submission: NotRequired[dict[str, str]]
    tier: NotRequired[str]
    forced: NotRequired[bool]
    as_root: NotRequired[bool]
    device: NotRequired[str]
    seed: NotRequired[int]
    versions: NotRequired[dict[str, str]]
    resembles: NotRequired[str | None]
    told: NotRequired[str]
    flag: NotRequired[str]
    random: NotRequired[bool]
    chance: NotRequired[str]
    max_error: NotRequired[float | None]
    quiz: NotRequired[str]
    questions: NotRequired[list[QuestionRecord]]
    concealed: NotRequired[bool]


class Measured(TypedDict, total=False):
    """Numbers of one graded submission: seconds on its own clock and of each test, peak memory, both beside the
    solution's.
    """

    seconds: float
    own_seconds: float
    peak_mb: float
    time_ratio: float | None
    memory_ratio: float | None
    tests: dict[str, float]


@final
class Answer(TypedDict):
    """What a grading process answers about one unit; `spent` are seconds beyond the suite's own."""

    record: Record
    measured: Measured
    spent: NotRequired[float]


class Problem(ErrorDocument):
    """A GraderError as plain data."""

    exit_code: int


@final
class Failure(TypedDict):
    """The error that ends the whole report."""

    error: Problem


def ungraded(reason: str) -> Record:
    """The record of a unit that could not be graded, by no fault of the student."""
    return {"format": 1, "outcome": "ungraded", "points": {"earned": 0, "possible": 0}, "tests": [], "note": reason}
