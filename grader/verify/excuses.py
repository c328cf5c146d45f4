"""`solutions/<id>/verify.toml`: what an author excuses from a proof, each with a reason."""

from grader.base.errors import CourseError
from grader.course.course import Exercise, read_toml

TABLES = {"equivalent": "mutant", "unsuitable": "transformation"}
REASON_WORDS = 4


def excused(exercise: Exercise, table: str) -> dict[str, str]:
    """Name to reason of one table: `[[equivalent]]` mutants, `[[unsuitable]]` transformations.

    CourseError for unknown tables and keys, and for reasons of fewer than four words.
    """
    path = exercise.solution.parent / "verify.toml"
    if not path.exists():
        return {}
    content = read_toml(path)
    for name, entries in content.items():
        if name not in TABLES:
            raise CourseError(f"unknown table `{name}`", str(path), f"there are {' and '.join(TABLES)}")
        keys = {TABLES[name], "reason"}
        if not isinstance(entries, list) or any(not isinstance(e, dict) or e.keys() != keys for e in entries):
            raise CourseError(f"each [[{name}]] has {TABLES[name]} and reason", str(path))
        for entry in entries:
            if len(entry["reason"].split()) < REASON_WORDS:
                what = f"{entry[TABLES[name]]}: the reason is too short"
                raise CourseError(what, str(path), "say why no stated requirement tells it apart")
    return {entry[TABLES[table]]: entry["reason"] for entry in content.get(table, [])}
