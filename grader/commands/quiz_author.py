"""`grader quiz new` and `grader quiz preview`: a first quiz to fill in, and how learners will see it."""

import re
import shutil
from pathlib import Path

import click

from grader.base.errors import UsageError
from grader.commands import names

TEMPLATES = Path(__file__).parent.parent / "templates" / "quiz"
MISCONCEPTION = re.compile(r", misconception: [a-z-]+(?=\})")


@click.command()
@click.argument("id")
def new(id: str) -> None:
    """Writes a small quiz ID (such as `q2-attention`) that is sound as it is, to be filled with your questions.

    It has a question on code, one with a formula, and a number that differs at every attempt and is computed by a
    function in checks.py. No file is overwritten.
    """
    from grader.base.atomic import write_text
    from grader.commands.checking import shown_path
    from grader.quiz.format.kinds.parts import ID_PATTERN

    if not re.fullmatch(ID_PATTERN, id):
        raise UsageError(f"{id!r} is no quiz id", next="use at most 40 of a-z, 0-9 and -, such as q2-attention")
    folder = quizzes_here()
    quiz = folder / f"{id}.yaml"
    slug = id.replace("-", "_")
    checks = folder / ("checks.py" if not (folder / "checks.py").exists() else f"checks_{slug}.py")
    for path in (quiz, checks):
        if path.exists():
            raise UsageError("there is such a file already", shown_path(path), "take another id")
    filled = {"id": id, "title": id.replace("-", " ").capitalize(), "check": f"step_of_{slug}"}
    text = (
        MISCONCEPTION.sub("", template("quiz.yaml", filled)) if knows_words(folder) else template("quiz.yaml", filled)
    )
    write_text(checks, template("checks.py.txt", filled))
    write_text(quiz, text)
    click.echo(f"wrote {shown_path(quiz)}")
    click.echo(f"wrote {shown_path(checks)}, which computes a key")
    if knows_words(folder):
        click.echo("its wrong choices name no misconception: take those of quizzes/vocabulary.toml")
    click.echo(f"next: edit it, `grader quiz lint {id}`, then `grader quiz preview {id}`")


def quizzes_here() -> Path:
    """The folder `quizzes/` of the course here or above; it may be missing where the course has none yet."""
    for place in (here := Path.cwd(), *here.parents):
        if (place / "quizzes").is_dir() or (place / "exercises").is_dir():
            return place / "quizzes"
    raise UsageError("no course here or above", str(here), "`grader new --course DIR` lays one out")


def knows_words(folder: Path) -> bool:
    """Whether the course lists the misconceptions that its quizzes may name."""
    return (folder / "vocabulary.toml").exists()


def template(name: str, filled: dict[str, str]) -> str:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    for key, value in filled.items():
        text = text.replace("{{" + key + "}}", value)
    return text


@click.command()
@click.argument("id", shell_complete=names.quizzes)
def preview(id: str) -> None:
    """Shows a quiz as learners see it, each question with its answer and all feedback below.

    Nothing is kept: no attempt begins. Of questions with parameters the first numbers are shown.
    """
    from grader.base.text import counted
    from grader.commands.quiz_take import asked
    from grader.quiz.format.console import rendered
    from grader.quiz.format.library import find_library
    from grader.quiz.format.order import shown_order
    from grader.quiz.format.pools import members
    from grader.quiz.format.reader import read_quiz

    quiz = read_quiz(find_library().find(id))
    width = min(100, shutil.get_terminal_size().columns)
    click.echo(click.style(quiz.title, bold=True))
    for pool, count in quiz.pools.items():
        click.echo(f"An attempt asks {count} of the {counted(len([*members(quiz, pool)]), 'question')} of `{pool}`.")
    for number, original in enumerate(quiz.questions, start=1):
        question = original.variant(0)
        pool = f", of the pool `{question.pool}`" if question.pool else ""
        asked(question, f"Question {number}, {question.id}{pool}", shown_order(question, quiz.id, "preview"), (), width)
        if len(original.draws) > 1:
            click.echo(f"  the first of {counted(len(original.draws), 'draw')}\n")
        for option in question.options if quiz.has_key else ():
            sign = "✓" if option.correct else "✗"
            click.echo(rendered(option.text, width, "      ", f"    {sign} "))
            if option.feedback:
                click.echo(rendered(option.feedback, width, "      "))
        if quiz.has_key and question.explanation:
            click.echo("\n" + rendered(question.explanation, width, "  "))
