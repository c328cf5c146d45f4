"""What a learning platform will not have of a quiz, told at every export.

Our own reader gets nearly all of it back from the gradeloop lines (`extras`); a platform drops these.
"""

from collections.abc import Iterator, Sequence

from grader.quiz.exchange.qti12 import shuffles
from grader.quiz.exchange.rendering import images
from grader.quiz.format.model import Question, Quiz

_SHOWN = 3


def losses(quiz: Quiz, form: str) -> list[str]:
    """The losses of an export, each a sentence."""
    return [*_always(quiz), *(_of_qti12(quiz) if form == "qti12" else _of_moodle(quiz, form))]


def _always(quiz: Quiz) -> Iterator[str]:
    choices = [choice for question in quiz.questions for choice in question.choices]
    kept = {
        "misconceptions": any(choice.misconception for choice in choices),
        "feedback for choices left alone": any(choice.if_not_chosen for choice in choices),
        "objectives": any(question.objective for question in quiz.questions),
        "sources": any(question.source for question in quiz.questions),
    }
    names = [name for name, there in kept.items() if there]
    if names:
        yield f"{', '.join(names)}: kept in lines that only gradeloop reads"
    if checked := [question for question in quiz.questions if question.check]:
        yield f"left out: the check of {_named(checked)}"
    for question in quiz.questions:
        for image in dict.fromkeys(file for _, text in question.texts for file in images(text)):
            yield f"left out: the image `{image}` of `{question.id}`; upload it by hand"


def _of_moodle(quiz: Quiz, form: str) -> Iterator[str]:
    yield "Moodle knows choices by their place alone and drops their ids"
    if quiz.attempts.max is not None or quiz.attempts.keep != "highest":
        yield "attempts are set in Moodle's quiz, not in its questions: set them there"
    if strict := [question for question in quiz.questions if _is_strict(question)]:
        yield f"Moodle has no all-or-nothing scoring: it pays parts for {_named(strict)}"
    pinned = [question for question in quiz.questions if any(choice.pin for choice in question.choices)]
    if form == "moodle-xml":
        if moving := [question for question in pinned if question.shuffle]:
            yield f"Moodle cannot pin a choice: no shuffling for {_named(moving)}"
        return
    if pinned:
        yield f"GIFT cannot pin a choice: Moodle may move those of {_named(pinned)}"
    if fixed := [question for question in quiz.questions if not question.shuffle]:
        yield f"GIFT cannot say that choices stay in order: Moodle may shuffle {_named(fixed)}"
    if other := [question for question in quiz.questions if question.points != 1]:
        yield f"GIFT has no points: Moodle gives 1 to {_named(other)}"


def _of_qti12(quiz: Quiz) -> Iterator[str]:
    multiple = [question for question in quiz.questions if question.kind == "multiple"]
    if strict := [question for question in multiple if _is_strict(question)]:
        yield f"Canvas pays parts for {_named(strict)}, which is all or nothing here"
    if partial := [question for question in multiple if not _is_strict(question)]:
        yield f"platforms other than Canvas score {_named(partial)} all or nothing"
    if not shuffles(quiz) and any(question.shuffle for question in quiz.questions):
        yield "Canvas shuffles a whole quiz or none of it: with pinned or ordered choices here, it will not shuffle"
    if quiz.attempts.keep == "first":
        yield "Canvas cannot keep the first attempt: it keeps the highest"


def _is_strict(question: Question) -> bool:
    return question.kind == "multiple" and question.scoring == "all_or_nothing"


def _named(parts: Sequence[Question]) -> str:
    names = ", ".join(f"`{part.id}`" for part in parts[:_SHOWN])
    return names + (f" and {len(parts) - _SHOWN} more" if len(parts) > _SHOWN else "")
