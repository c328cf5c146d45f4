"""The judgement of one test: pure data."""

from dataclasses import dataclass, replace
from typing import Any, Literal, NotRequired, TypedDict

VerdictOutcome = Literal["passed", "failed", "error", "timeout", "crashed", "suite_error"]


@dataclass(frozen=True)
class OutcomeWords:
    """A mark and a word for a line in a terminal, a sentence for feedback."""

    mark: str
    word: str = ""
    sentence: str = ""


OUTCOMES: dict[VerdictOutcome, OutcomeWords] = {
    "passed": OutcomeWords("✓"),
    "failed": OutcomeWords("✗"),
    "error": OutcomeWords("✗", "raised", "your code raised an exception"),
    "timeout": OutcomeWords("!", "time limit", "no answer in time"),
    "crashed": OutcomeWords("!", "crashed", "the process ended early"),
    "suite_error": OutcomeWords("!", "our fault, ungraded", "could not be judged, through no fault of yours"),
}


class PointsDocument(TypedDict):
    earned: float
    possible: float


class VerdictDocument(TypedDict):
    """A verdict as `grader check --json` prints it; records of earlier versions have neither causes nor questions."""

    name: str
    title: str
    outcome: VerdictOutcome
    points: PointsDocument
    message: str
    hint: str
    output: str
    seconds: float
    gate: bool
    frames: list[list[Any]]
    cause: NotRequired[str]
    asked: NotRequired[list[str]]
    traced: NotRequired[bool]


@dataclass(frozen=True)
class Verdict:
    """One test's outcome, its points, and what the learner reads.

    `outcome`: `error` means that the submission raised; `suite_error` is our fault and leaves the exercise ungraded.
    `frames` are the learner's own lines on the way to an exception, outermost first: (line, function, text).
    Verdicts of one submission with the same `cause` failed for one reason. `asked` are the questions that the test put
    to the code, as lines of Python; `traced` tells that the first of them is the one whose answer failed.
    """

    name: str
    title: str
    outcome: VerdictOutcome
    earned: float
    possible: float
    message: str = ""
    hint: str = ""
    output: str = ""
    seconds: float = 0.0
    gate: bool = False
    frames: tuple[tuple[int, str, str], ...] = ()
    cause: str = ""
    asked: tuple[str, ...] = ()
    traced: bool = False

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError(f"unknown outcome {self.outcome!r}")

    @property
    def passed(self) -> bool:
        return self.outcome == "passed"

    @property
    def question(self) -> str:
        """The question that failed, as a line of Python; empty where it is not known."""
        return self.asked[0] if self.asked and self.traced else ""

    def without_points(self) -> "Verdict":
        """The same verdict, worth nothing: what a failed gate does to the others."""
        return replace(self, earned=0)

    def as_dict(self) -> VerdictDocument:
        """The verdict as `grader check --json` prints it."""
        return {
            "name": self.name,
            "title": self.title,
            "outcome": self.outcome,
            "points": {"earned": self.earned, "possible": self.possible},
            "message": self.message,
            "hint": self.hint,
            "output": self.output,
            "seconds": round(self.seconds, 4),
            "gate": self.gate,
            "frames": [list(frame) for frame in self.frames],
            "cause": self.cause,
            "asked": list(self.asked),
            "traced": self.traced,
        }

    @staticmethod
    def from_dict(data: VerdictDocument) -> "Verdict":
        """The way back from `as_dict`."""
        points = data["points"]
        return Verdict(
            data["name"], data["title"], data["outcome"], points["earned"], points["possible"], data["message"],
            data["hint"], data["output"], data["seconds"], data["gate"], tuple((n, w, t) for n, w, t in data["frames"]),
            data.get("cause", ""), tuple(data.get("asked", ())), data.get("traced", False),
        )  # fmt: skip
