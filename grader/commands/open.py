"""`grader open`: the course in a browser."""

from pathlib import Path

import click


@click.command(short_help="The course in your browser, checked whenever you save.")
@click.option("--port", type=click.IntRange(1, 65535), help="Listen there; default: any free port.")
@click.option("--no-browser", is_flag=True, help="Only print the link.")
@click.option("--export", "out", type=click.Path(path_type=Path), help="Write the pages into a folder instead.")
def command(port: int | None, no_browser: bool, out: Path | None) -> None:
    """Open the course of this folder in the browser: lessons, exercises, quizzes.

    Edit the files in your own editor; each time you save one, its page shows the verdicts. Only this machine's browser
    can open the page, with a link that works once; run `grader open` again for another one. Ctrl-C ends it.

    With --export the texts, practice quizzes and drawn demonstrations become plain files for any web host, without
    suites, solutions or keys in clear.
    """
    from grader.course.course import find_course
    from grader.workbook.desk import Desk, running

    course = find_course(Path.cwd())
    if out is not None:
        from grader.workbook.export import export

        click.echo(f"{out}: {export(course, out)} pages; begin with {out / 'index.html'}")
        return
    link = running(course.root) if port is None else None
    if link is not None:
        click.echo(f"the workbook is open already; one more link: {link}")
        visit(link, no_browser)
        return
    desk = Desk(course, port or 0)
    link = desk.link()
    click.echo(f"workbook of {course.root}: {link}")
    click.echo("Ctrl-C ends it")
    visit(link, no_browser)
    try:
        desk.serve()
    except KeyboardInterrupt:
        click.echo()


def visit(link: str, no_browser: bool) -> None:
    """Shows the page where there is a screen; a browser of the terminal would take it from us."""
    import os
    import sys
    import webbrowser

    screen = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if screen and not no_browser:
        webbrowser.open(link)
