"""Courses that are installed as packages: `grader build` makes them, and each says its name as an entry point."""

from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from grader.base.errors import CourseError, UsageError
from grader.base.toml import nearest

GROUP = "gradeloop.courses"
INSIDE = "course"
"""The folder of such a package that holds the course as learners get it."""


def installed_courses() -> dict[str, str]:
    """The package of every installed course, by the course's name."""
    return {point.name: point.value for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)}


def installed_course(name: str) -> Path:
    """The folder of an installed course, found without importing anything. UsageError for an unknown name."""
    known = installed_courses()
    if name not in known:
        there = f"installed are {', '.join(known)}" if known else "none is installed: `pip install` its wheel first"
        raise UsageError(f"there is no installed course {name!r}", next=nearest(name, known) or there)
    found = find_spec(known[name]) if known[name].isidentifier() else None
    places = list(found.submodule_search_locations or ()) if found else []
    folder = next((Path(place) / INSIDE for place in places if (Path(place) / INSIDE / "exercises").is_dir()), None)
    if folder is None:
        raise CourseError(f"the package {known[name]} holds no course", name, "install its wheel again")
    return folder
