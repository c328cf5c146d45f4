"""`grader list`: the exercises, their order and your progress."""

import json
from pathlib import Path

import click

from grader.course.course import find_course
from grader.course.progress import best_points


@click.command(short_help="The exercises, their order and your progress.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(as_json: bool) -> None:
    """List tracks and exercises with prerequisites, minutes, difficulty (1 to 4 stars) and your best result so far."""
    course = find_course(Path.cwd())
    done = best_points(course.root)
    titles = {e: track.title or track.id for track in course.tracks for e in track.exercises}
    rows = []
    for exercise in course.exercises.values():
        points = done.get(exercise.id)
        rows.append(
            {
                "id": exercise.id,
                "track": titles.get(exercise.id, "more exercises"),
                "title": exercise.title,
                "minutes": exercise.minutes,
                "difficulty": exercise.difficulty,
                "needs": list(exercise.needs),
                "points": None if points is None else {"earned": points[0], "possible": points[1]},
            }
        )
    if as_json:
        click.echo(json.dumps({"format": 1, "exercises": rows}))
        return
    track = None
    for row in rows:
        if row["track"] != track:
            track = row["track"]
            click.echo(f"\n{track}" if rows.index(row) else str(track))
        click.echo(line(row))


def line(row: dict[str, object]) -> str:
    """One exercise in one line: a mark, its key, title, length, stars, what it builds on."""
    points = row["points"]
    mark, told = " ", "not tried"
    if isinstance(points, dict):
        mark = "✓" if points["earned"] == points["possible"] else "✗"
        told = f"{points['earned']:g}/{points['possible']:g}"
    needs = row["needs"]
    after = f"  after {', '.join(needs)}" if isinstance(needs, list) and needs else ""
    key = str(row["id"]).partition("_")[0]
    stars = "*" * int(str(row["difficulty"]))
    return f"{mark} {key}  {str(row['title'])[:52]:52} {row['minutes']:>3} min  {stars:4}  {told}{after}"
