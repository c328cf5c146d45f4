"""What the user of `grader report` asked for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.course.course import Course


@dataclass(frozen=True)
class Options:
    """What the user asked for; what is None here is as it was in the term's last run.

    `no_late` takes the remembered late policy away; `forget` are deliveries, units and students to take out.
    """

    submissions: tuple[Path, ...]
    out: Path
    course: Course
    roster: tuple[Path, ...] = ()
    late: Path | None = None
    attempts: Literal["latest", "best"] | None = None
    missing_zero: bool | None = None
    formats: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    student: str | None = None
    jobs: int = 1
    engine: Literal["local", "dask"] = "local"
    scheduler: str | None = None
    seed: int | None = None
    device: str = "cpu"
    regrade: bool = False
    accept_weak: bool = False
    similarity: bool = False
    measurements: bool = True
    maps: tuple[str, ...] = ()
    members: Path | None = None
    times: tuple[Path, ...] = ()
    pushed: Path | None = None
    trust_file_times: bool = False
    downloads: bool = False
    no_late: bool = False
    adjust: Path | None = None
    forget: tuple[str, ...] = ()
    show_key: bool = False
