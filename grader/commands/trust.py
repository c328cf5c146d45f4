"""`grader trust`: let a course run its code here."""

from pathlib import Path

import click

from grader.base.errors import UsageError


@click.command(short_help="Let a course that you got run its tests here.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--forget", is_flag=True, help="Trust it no longer.")
def command(folder: Path, forget: bool) -> None:
    """Let the course in FOLDER, as it is and as it will be, run its suites and demonstrations with your rights.

    Once for each folder that came from your instructor, or that you cloned. What `grader init` and `grader new` lay
    out needs none. Never for what a student handed in: `grader check ex03 --submission FILE` judges that.
    """
    from grader.course.trust import distrust, trust

    folder = folder.resolve()
    if not forget and not (folder / "exercises").is_dir() and not (folder / "exercise.toml").is_file():
        raise UsageError("is no course: no exercises/ there", str(folder), "name the folder that holds exercises/")
    try:
        (distrust if forget else trust)(folder)
    except OSError as error:
        raise UsageError(
            f"cannot be remembered: {error.strerror}", str(error.filename),
            f"set GRADER_TRUSTED={folder} in the environment instead",
        ) from None  # fmt: skip
    click.echo(f"{folder}: {'not trusted any more' if forget else 'trusted; its tests run with your rights'}")
