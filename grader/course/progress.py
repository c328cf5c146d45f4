"""What a learner has reached and been shown, kept in `.grader/progress.json` beside `exercises/`."""

import json
from pathlib import Path
from typing import TypedDict, cast

from grader.base.atomic import write_text


class Progress(TypedDict):
    """By exercise id: the best [earned, possible], the hints shown, the sha256 that passed everything."""

    format: int
    points: dict[str, list[float]]
    hints: dict[str, int]
    passed: dict[str, str]


def path_of(root: Path) -> Path:
    return root / ".grader" / "progress.json"


def read(root: Path) -> Progress:
    """The state of a workspace; empty where there is none or it cannot be read, since it is only a memory aid."""
    state: Progress = {"format": 1, "points": {}, "hints": {}, "passed": {}}
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


def note_hint(root: Path, exercise: str, level: int) -> None:
    state = read(root)
    state["hints"][exercise] = max(level, hints_shown(root, exercise))
    save(root, state)
