"""`grader quiz`: the commands. Each parses, calls one function and prints; imports wait until a command is used."""

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from grader.base.errors import UsageError
from grader.base.text import counted
from grader.commands import names, quiz_author

if TYPE_CHECKING:
    from grader.quiz.format.library import Library
    from grader.quiz.format.model import Quiz

FORMATS = ("gift", "moodle-xml", "qti12")
FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


class Commands(click.Group):
    """The commands; an OSError is reported like any other wrong path."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.filename is None:  # the output's: a full disk, `| head`
                raise
            raise UsageError(str(error.strerror), str(error.filename)) from None


@click.group(name="quiz", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def command(context: click.Context) -> None:
    """Take, check, score and export quizzes.

    A quiz is named by its id or the beginning of it: `grader quiz take r1`.
    """
    if os.environ.get("NO_COLOR"):
        context.color = False


command.add_command(quiz_author.new)
command.add_command(quiz_author.preview)


@command.command(name="list")
def list_() -> None:
    """The quizzes here and whether you answered them."""
    from grader.quiz.format.library import find_library, heading

    library = find_library()
    headings = [heading(path) for path in library.paths]
    width = max((len(entry.id) for entry in headings), default=0)
    for entry in headings:
        state = library.state(entry.id)
        notes = ", ".join(note for note in (entry.release, state) if note)
        click.echo(
            f"{'✓' if state == 'answered' else ' '} {entry.id:{width}}  {entry.title}"
            + (f" ({notes})" if notes else "")
        )


@command.command()
@click.argument("ids", metavar="[ID]...", nargs=-1, shell_complete=names.quizzes)
@click.option("--no-checks", is_flag=True, help="Do not run the functions of quizzes/checks*.py that assert keys.")
def lint(ids: tuple[str, ...], no_checks: bool) -> None:
    """Says what is wrong with quizzes, all of them unless named.

    Exit code 0: no error, 1: an error, 2: a file that cannot be read.
    """
    from grader.quiz.format.library import find_library
    from grader.quiz.lint.linter import lint as look

    library = find_library()
    paths = [library.find(name) for name in ids] or library.paths
    if not paths:
        raise UsageError("there are no quizzes", str(library.folder))
    report = look(paths, None if no_checks or library.carried else library.folder, whole=not ids)
    for name, lines in (("error", report.errors), ("warning", report.warnings)):
        for line in lines:
            place, _, rest = line.partition(": ")
            click.echo(f"{place}: {name}: {rest}")
    for test in report.tests:
        click.echo(f"{'!' if test.failed else '✓'} {test.sentence}, p = {test.p:.3g}")
    for note in report.notes:
        click.echo(f"! {note}")
    counts = f"{counted(len(report.errors), 'error')}, {counted(len(report.warnings), 'warning')}"
    click.echo(f"{counted(len(paths), 'quiz', 'quizzes')}, {counted(report.questions, 'question')}: {counts}")
    sys.exit(1 if report.errors else 0)


@command.command()
@click.argument("id", shell_complete=names.quizzes)
@click.option("--learner", default="", help="Your name, which decides orders and numbers. [default: your login]")
@click.option(
    "--mode",
    type=click.Choice(["practice", "exam"]),
    help="Tell right or wrong after each question, or at the end. [default: practice, where there is a key]",
)
def take(id: str, learner: str, mode: Literal["practice", "exam"] | None) -> None:
    """Asks the questions of a quiz and keeps your answers in answers/ID.json."""
    import getpass
    from datetime import date

    from grader.commands.quiz_take import Stopped
    from grader.commands.quiz_take import take as ask
    from grader.quiz.format.library import find_library
    from grader.quiz.format.reader import read_quiz
    from grader.quiz.format.vocabulary import Vocabulary
    from grader.quiz.score.scoring import require_key
    from grader.quiz.take.review import all_missed
    from grader.quiz.take.schedule import note_missed

    library = find_library()
    quiz = read_quiz(library.find(id))
    if quiz.has_key:
        require_key(quiz)
        vocabulary = Vocabulary.of(library.folder)
        quiz = vocabulary.with_lessons(quiz) if vocabulary else quiz
    elif mode == "practice":
        raise UsageError("a graded quiz holds no key to practice with", quiz.id)
    if not learner:
        try:
            learner = getpass.getuser()
        except (KeyError, OSError):  # a container's user may have no name
            learner = "learner"
    try:
        result = ask(quiz, library.answers(quiz.id), learner[:200], mode or ("practice" if quiz.has_key else "exam"))
    except Stopped:
        click.echo(f"\nStopped; your answers are saved. `grader quiz take {id}` goes on.")
        sys.exit(1)
    if result is None:
        return
    missed = all_missed(quiz, result.questions)
    note_missed(library.home, missed, date.today())
    if missed:
        click.echo("What you missed comes back tomorrow: `grader review`.")


@command.command()
@click.argument("id", shell_complete=names.quizzes)
@click.argument("answers", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, with exact fractions.")
def score(id: str, answers: tuple[Path, ...], as_json: bool) -> None:
    """Scores answers files, or folders of them, with the author's quiz.

    The student is the name of the file, or of the folder where the file has the quiz's name.
    Exit code 0: all scored, 1: an answer is invalid, 2: a file could not be scored.
    """
    from grader.quiz.format.answers import collect
    from grader.quiz.score.keys import read_keys
    from grader.quiz.score.scoring_text import json_text, score_files, text

    library, quiz = _keyed(id)
    rows = score_files(quiz, collect(answers, quiz.id), read_keys(library.folder, quiz.id))
    if not rows:
        raise UsageError(f"no answers to `{quiz.id}`", ", ".join(map(str, answers)))
    click.echo(json_text(quiz, rows) if as_json else text(rows))
    results = [row.result for row in rows]
    sys.exit(2 if None in results else int(any(result.invalid for result in results if result)))


@command.command()
@click.argument("id", shell_complete=names.quizzes)
@click.option("--mode", type=click.Choice(["practice", "graded"]), required=True, help="With the key, or without.")
@click.option("--out", type=FOLDER, required=True, help="Folder to hand out; the quiz goes into its quizzes/.")
def release(id: str, mode: Literal["practice", "graded"], out: Path) -> None:
    """Writes what learners get of a quiz: `practice` with the answers, `graded` without."""
    from grader.quiz.score.release import write_release

    library, quiz = _keyed(id)
    if library.carried and mode == "graded":
        raise UsageError(
            "the quizzes of the package are public, answers and all",
            quiz.id,
            "Copy the file into the quizzes/ of a course of yours, change it, and release that.",
        )
    click.echo(f"Wrote {write_release(quiz, mode, out, library.folder)}")
    if mode == "graded":
        click.echo(f"The map of its choices is in {library.folder / 'keys'}: keep it, scoring needs it.")


@command.command()
@click.argument("id", shell_complete=names.quizzes)
@click.argument("answers", type=click.Path(path_type=Path, exists=True))
@click.option("--csv", "csv_file", type=FILE, help="Write one line per question and choice.")
@click.option("--json", "json_file", type=FILE, help="Write everything, with full precision.")
@click.option("--figure", type=FILE, help="Draw difficulty, discrimination and choices (.png, .svg or .pdf).")
def analyze(id: str, answers: Path, csv_file: Path | None, json_file: Path | None, figure: Path | None) -> None:
    """Item analysis of a class's first attempts: difficulty, discrimination, wrong choices, reliability."""
    from grader.base import atomic
    from grader.quiz.analysis.analysis_text import csv_text, json_text, text
    from grader.quiz.analysis.item_analysis import analyze as look
    from grader.quiz.format.answers import collect
    from grader.quiz.score.cohort import read_cohort
    from grader.quiz.score.keys import read_keys

    if figure and figure.suffix not in (".png", ".svg", ".pdf"):
        raise UsageError("a figure is a .png, .svg or .pdf file", str(figure))
    library, quiz = _keyed(id)
    cohort = read_cohort(quiz, collect([answers], quiz.id), read_keys(library.folder, quiz.id))
    for line in cohort.left_out:
        click.echo(f"! left out: {line}", err=True)
    if not cohort.rows:
        raise UsageError(f"no answers to `{quiz.id}` to analyze", str(answers))
    analysis = look(quiz.questions, cohort.rows, cohort.variants)
    click.echo(text(quiz.id, analysis))
    if csv_file:
        atomic.write_text(csv_file, csv_text(analysis))
    if json_file:
        atomic.write_text(json_file, json_text(quiz.id, analysis))
    if figure:
        from grader.quiz.analysis.figure import picture

        atomic.write_bytes(figure, picture(quiz.title, analysis, figure.suffix))


@command.command()
@click.argument("id", shell_complete=names.quizzes)
@click.option("--format", "format_", type=click.Choice(FORMATS), required=True, help="What the platform reads.")
@click.option("--out", type=FILE, required=True, help="The file to write.")
def export(id: str, format_: str, out: Path) -> None:
    """Writes a quiz, key and all, for Moodle (gift, moodle-xml) or Canvas (qti12); losses go to stderr."""
    from grader.base import atomic
    from grader.quiz import exchange

    _, quiz = _keyed(id)
    exported = exchange.write(quiz, format_)
    for loss in exported.losses:
        click.echo(f"! lost: {loss}", err=True)
    atomic.write_bytes(out, exported.data)
    click.echo(f"Wrote {out}: {counted(len(quiz.questions), 'question')}")


@command.command(name="import")
@click.argument("file", type=FILE)
@click.option("--format", "format_", type=click.Choice(FORMATS), required=True, help="What the file is.")
@click.option("--out", type=FILE, required=True, help="The quiz file to write, as quizzes/ID.yaml; names the quiz.")
@click.option("--skip", is_flag=True, help="Leave out and list the questions that cannot be read.")
def import_(file: Path, format_: str, out: Path, skip: bool) -> None:
    """Reads a quiz from another platform's file into a quiz file of our own, its images beside it.

    What does not come along is told on stderr. Questions that cannot be read are all named, and nothing is imported
    unless --skip leaves them out.
    """
    from grader.quiz import exchange
    from grader.quiz.exchange.imported import write_import
    from grader.quiz.format import textfile
    from grader.quiz.format.kinds.parts import ID_PATTERN

    if out.suffix != ".yaml" or not re.fullmatch(ID_PATTERN, out.stem):
        raise UsageError("a quiz file is named ID.yaml, its id being at most 40 of a-z, 0-9 and -", str(out))
    where = textfile.shown(str(file))
    taken = exchange.take_in(
        textfile.read_bytes(file, limit=exchange.MAX_BYTES), format_, where, prefix=out.stem, skip=skip
    )
    missing = write_import(taken.quiz, taken.images, out, where)
    for line in taken.left_out:
        click.echo(f"! left out: {line}", err=True)
    for line in (*taken.losses, *missing):
        click.echo(f"! lost: {line}", err=True)
    images = f" and {counted(len(taken.images), 'image')}" if taken.images else ""
    questions = counted(len(taken.quiz.questions), "question")
    click.echo(f"Wrote {out}: {questions}{images}. Look at it with `grader quiz lint {out}`.")


def _keyed(name: str) -> "tuple[Library, Quiz]":
    """The library here and the author's quiz of that name, which must have a usable key."""
    from grader.quiz.format.library import find_library
    from grader.quiz.format.reader import read_quiz
    from grader.quiz.score.scoring import require_key

    library = find_library()
    quiz = read_quiz(library.find(name))
    require_key(quiz)
    return library, quiz
