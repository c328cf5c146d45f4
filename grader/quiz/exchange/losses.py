"""What a learning platform cannot represent of a quiz, reported at every export.

Our own reader gets nearly all of it back from the gradeloop lines (`extras`); a platform drops these.
"""

from collections.abc import Iterator, Sequence

from grader.base.text import counted
from grader.quiz.exchange.pools import category, scattered
from grader.quiz.exchange.qti12 import shuffles
from grader.quiz.exchange.rendering import images
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.portable import Form, Ordered, Typed
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz

_SHOWN = 3


def losses(quiz: Quiz, form: str) -> list[str]:
    """The losses of an export, each a sentence."""
    return [*_always(quiz, form), *(_of_qti12(quiz) if form == "qti12" else _of_moodle(quiz, form))]


def _always(quiz: Quiz, form_name: str) -> Iterator[str]:
    choices = [choice for question in quiz.questions for choice in question.options]
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
    if scattered(quiz):
        yield "the questions of a pool stand together there, where its first one stood"
    for question in quiz.questions:
        for image in dict.fromkeys(file for _, text in question.texts for file in images(text)):
            yield f"left out: the image `{image}` of `{question.id}`; upload it by hand"
    for question in quiz.questions:
        if not isinstance(question, ChoiceQuestion):
            form = question.portable().form
            if form_name != "moodle-xml" and isinstance(form, Typed) and form.unit:
                yield f"`{question.id}`: its unit `{form.unit}`: only the bare number is taken there"
            yield from (f"`{question.id}`: {loss}" for loss in question.portable().losses)


def _of_moodle(quiz: Quiz, form: str) -> Iterator[str]:
    yield "Moodle knows choices by their place alone and drops their ids"
    if quiz.attempts.max is not None or quiz.attempts.keep != "highest":
        yield "attempts are set in Moodle's quiz, not in its questions: set them there"
    for pool, count in quiz.pools.items():
        random = counted(count, "random question")
        yield f"Moodle's file holds no quiz: add {random} from the category `{category(quiz, pool)}` to yours"
    if strict := [question for question in quiz.questions if _is_strict(question)]:
        yield f"Moodle has no all-or-nothing scoring: it pays parts for {_named(strict)}"
    pinned = [question for question in quiz.questions if any(option.pin for option in question.options)]
    if form == "moodle-xml":
        if moving := [question for question in pinned if question.shuffle]:
            yield f"Moodle cannot pin a choice: no shuffling for {_named(moving)}"
        return
    if ordered := [question for question in quiz.questions if _is(question, Ordered)]:
        yield f"GIFT has no order to make: {_named(ordered)} become pairs of place and step, paid one by one"
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
    if ordered := [question for question in quiz.questions if _is(question, Ordered)]:
        yield f"Canvas has no order to make: {_named(ordered)} become pairs of place and step, paid one by one"
    if typed := [question for question in quiz.questions if _is(question, Typed)]:
        yield f"Canvas shows no feedback to wrong typed answers: kept for other readers, in {_named(typed)}"
    if not shuffles(quiz) and any(question.shuffle for question in quiz.questions):
        yield "Canvas shuffles a whole quiz or none of it: with pinned or ordered choices here, it will not shuffle"
    if quiz.attempts.keep == "first":
        yield "Canvas cannot keep the first attempt: it keeps the highest"


def _is(question: Question, form: type[Form]) -> bool:
    return not isinstance(question, ChoiceQuestion) and isinstance(question.portable().form, form)


def lost_draws(names: Sequence[str]) -> list[str]:
    """The losses of questions with parameters."""
    return [f"other numbers: of `{name}` the first variant alone is written" for name in names]


def _is_strict(question: Question) -> bool:
    return question.kind == "multiple" and question.scoring == "all_or_nothing"


def _named(parts: Sequence[Question]) -> str:
    names = ", ".join(f"`{part.id}`" for part in parts[:_SHOWN])
    return names + (f" and {len(parts) - _SHOWN} more" if len(parts) > _SHOWN else "")
