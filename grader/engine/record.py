"""The result of grading one submission for one exercise: plain data, JSON in and out."""

import platform
from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypedDict

from grader.base.version import installed
from grader.engine.verdict import PointsDocument, Verdict, VerdictDocument

FORMAT = 1
RecordOutcome = Literal["passed", "failed", "ungraded"]


class RecordDocument(TypedDict):
    """A record as `grader check --json` prints it; the last keys are missing in records of earlier versions."""

    format: int
    exercise: str
    submission: dict[str, str]
    outcome: RecordOutcome
    points: PointsDocument
    tier: str
    forced: bool
    device: str
    seed: int
    seconds: float
    peak_mb: float
    versions: dict[str, str]
    tests: list[VerdictDocument]
    resembles: str | None
    note: str
    as_root: NotRequired[bool]
    flag: NotRequired[str]
    told: NotRequired[str]


@dataclass(frozen=True)
class Record:
    """All verdicts of one submission with what is needed to repeat them: seed, tier, device, versions, digests."""

    exercise: str
    path: str
    sha256: str
    verdicts: tuple[Verdict, ...]
    tier: str
    device: str
    seed: int
    seconds: float
    versions: dict[str, str] = field(default_factory=dict)
    resembles: str | None = None
    note: str = ""
    peak_mb: float = 0.0
    forced: bool = False
    as_root: bool = False  # submissions kept root's user id, without its capabilities
    flag: str = ""  # what an instructor should look at
    told: str = ""  # what the author says to whose file is like the mistake that it resembles

    @property
    def outcome(self) -> RecordOutcome:
        """`ungraded` if any test met a bug of ours, else `passed` or `failed`."""
        if not self.verdicts or any(v.outcome == "suite_error" for v in self.verdicts):
            return "ungraded"
        return "passed" if all(v.passed for v in self.verdicts) else "failed"

    @property
    def possible(self) -> float:
        return tidy(sum(v.possible for v in self.verdicts))

    @property
    def earned(self) -> float:
        """Points of the passed tests; 0 if a gate failed or the exercise is ungraded."""
        if self.outcome == "ungraded" or any(v.gate and not v.passed for v in self.verdicts):
            return 0
        return tidy(sum(v.earned for v in self.verdicts))

    def as_dict(self) -> RecordDocument:
        """The document that `grader check --json` prints."""
        return {
            "format": FORMAT,
            "exercise": self.exercise,
            "submission": {"path": self.path, "sha256": self.sha256},
            "outcome": self.outcome,
            "points": {"earned": self.earned, "possible": self.possible},
            "tier": self.tier,
            "forced": self.forced,
            "as_root": self.as_root,
            "device": self.device,
            "seed": self.seed,
            "seconds": round(self.seconds, 4),
            "peak_mb": round(self.peak_mb, 1),
            "versions": self.versions,
            "tests": [v.as_dict() for v in self.verdicts],
            "resembles": self.resembles,
            "told": self.told,
            "note": self.note,
            "flag": self.flag,
        }


def from_dict(data: RecordDocument) -> Record:
    """The way back from `Record.as_dict`."""
    return Record(
        data["exercise"], data["submission"]["path"], data["submission"]["sha256"],
        tuple(Verdict.from_dict(test) for test in data["tests"]), data["tier"], data["device"], data["seed"],
        data["seconds"], data["versions"], data["resembles"], data["note"], data["peak_mb"], data["forced"],
        data.get("as_root", False), data.get("flag", ""),
        data.get("told", ""),
    )  # fmt: skip


def tidy(number: float) -> float:
    """A whole number as an int, so that JSON says 3 and not 3.0."""
    return int(number) if number == int(number) else number


def versions(torch: str) -> dict[str, str]:
    """The versions that a verdict depends on; torch's comes from the sandbox, which alone imports it."""
    found = {"python": platform.python_version(), "torch": torch}
    return found | {package: installed(package) for package in ("gradeloop", "numpy", "pytest")}
