"""What a learner has reached and been shown, kept in `.grader/progress.json` beside `exercises/`."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypedDict, cast

from grader.base.atomic import write_text
from grader.course.exercise import Exercise
from grader.course.submission import Submission

Giver = Literal["terminal", "page", "assistant"]


class HintGiven(TypedDict):
    """One hint that was shown for the first time: of which exercise, which level, by whom, when."""

    exercise: str
    level: int
    by: Giver
    at: str


class Progress(TypedDict):
    """By exercise id: the best [earned, possible], the hints shown, the sha256 that passed everything.

    `attempts` has the sha256 of the file that was checked last, `hinted` what it was made of whenever a hint was shown;
    `hint_log` has every hint in the order in which they were given.
    """

    format: int
    points: dict[str, list[float]]
    hints: dict[str, int]
    passed: dict[str, str]
    attempts: dict[str, str]
    hinted: dict[str, list[str]]
    hint_log: list[HintGiven]


def path_of(root: Path) -> Path:
    return root / ".grader" / "progress.json"


def read(root: Path) -> Progress:
    """The state of a workspace; empty where there is none or it cannot be read, since it is only a memory aid."""
    state: Progress = {
        "format": 1,
        "points": {},
        "hints": {},
        "passed": {},
        "attempts": {},
        "hinted": {},
        "hint_log": [],
    }
    try:
        found = json.loads(path_of(root).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return state
    if isinstance(found, dict):
        kept = {key: found[key] for key, empty in state.items() if isinstance(found.get(key), type(empty))}
        state |= cast(Progress, kept)
    return state


def save(root: Path, state: Progress) -> None:
    """Writes the state; a workspace that cannot be written to keeps none."""
    try:
        write_text(path_of(root), json.dumps(state, indent=1, sort_keys=True) + "\n")
    except OSError:
        return


def best_points(root: Path) -> dict[str, tuple[float, float]]:
    """The best (earned, possible) per exercise id."""
    points = read(root)["points"]
    return {k: (v[0], v[1]) for k, v in points.items() if isinstance(v, list) and len(v) == 2}


def note_result(root: Path, exercise: str, earned: float, possible: float, sha256: str) -> None:
    """Keeps the best result, and which submission passed everything: that one may see the solution."""
    state = read(root)
    best = state["points"].get(exercise)
    if not (isinstance(best, list) and len(best) == 2 and best[1] == possible and best[0] >= earned):
        state["points"][exercise] = [earned, possible]
    state["attempts"][exercise] = sha256
    if earned == possible:
        state["passed"][exercise] = sha256
    save(root, state)


def has_passed(root: Path, exercise: str, sha256: str) -> bool:
    """Whether this very submission passed all tests here."""
    return bool(read(root)["passed"].get(exercise) == sha256)


def hints_shown(root: Path, exercise: str) -> int:
    """How many hints were shown so far."""
    shown = read(root)["hints"].get(exercise, 0)
    return shown if isinstance(shown, int) else 0


def attempted(root: Path, exercise: str) -> str:
    """The sha256 of the file that was checked last; empty if none was."""
    return str(read(root)["attempts"].get(exercise, ""))


def hinted(root: Path, exercise: str) -> list[str]:
    """The `substance` of the learner's file at each hint so far."""
    found = read(root)["hinted"].get(exercise, [])
    return [str(one) for one in found] if isinstance(found, list) else []


def substance(source: bytes) -> str:
    """A hash of a file's words without space and comments: what is the same after a change is no new attempt."""
    kept = [word for line in source.splitlines() for word in line.partition(b"#")[0].split()]
    return hashlib.sha256(b" ".join(kept)).hexdigest()


def note_hint(root: Path, exercise: Exercise, level: int, by: Giver) -> None:
    """Remembers that hints up to `level` were shown, what the file was then, and who gave those that are new."""
    state, shown = read(root), hints_shown(root, exercise.id)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    for new in range(shown + 1, level + 1):
        state["hint_log"].append({"exercise": exercise.id, "level": new, "by": by, "at": at})
    state["hints"][exercise.id] = max(level, shown)
    try:
        main, *others = ((path.name, path.read_bytes()) for path in exercise.stubs)
        now = substance(Submission.of(main[1], exercise.file, others).code(exercise))
    except OSError:
        now = ""
    state["hinted"][exercise.id] = list(dict.fromkeys([*hinted(root, exercise.id), now]))
    save(root, state)
