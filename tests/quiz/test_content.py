"""The course's own quizzes: all there, keys recomputed, nothing unexplained."""

import importlib.util
import inspect
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import torch
import torchvision.transforms.v2 as transforms
import torchvision.transforms.v2.functional as functional
from PIL import Image

from grader.course.course import Course
from grader.quiz.format.kinds.numeric import NumericQuestion
from grader.quiz.format.kinds.parts import Choice
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz
from grader.quiz.format.reader import read_quiz
from grader.quiz.lint.linter import lint

FOLDER = Path(__file__).parents[2] / "quizzes"
ONE_ANSWER = {
    "l1-loop-basics": 7,
    "r1-early-stopping": 18,
    "r2-hidden-penalties": 13,
    "r3-label-preserving": 6,
    "r4-pipelines": 7,
    "r5-mixing": 9,
    "r6-combining": 6,
    "r7-normalization": 15,
}
"""How many questions of the first eight quizzes had one right answer, to choose, type or put in order, at first."""


def load_checks() -> ModuleType:
    """The functions of all checks*.py in one module, as lint finds them."""
    every = ModuleType("every_check")
    for path in sorted(FOLDER.glob("checks*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None and spec.loader is not None
        sys.modules[path.stem] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        own = {name: one for name, one in inspect.getmembers(module, inspect.isfunction) if one.__module__ == path.stem}
        assert not own.keys() & vars(every).keys(), "a name stands for one check"
        vars(every).update(own)
    return every


CHECKS = load_checks()
QUIZZES: list[Quiz] = [read_quiz(path) for path in sorted(FOLDER.glob("*.yaml"))]
QUESTIONS: list[Question] = [question for quiz in QUIZZES for question in quiz.questions]
CHECKED = [question for question in QUESTIONS if question.check is not None]


def right(question: Question) -> list[Choice]:
    return [option for option in question.options if option.correct]


def wrong(question: Question) -> list[Choice]:
    return [option for option in question.options if not option.correct]


def check_of(question: Question) -> Callable[..., None]:
    assert question.check is not None
    function: Callable[..., None] = getattr(CHECKS, question.check)
    return function


def takes_key(question: Question) -> bool:
    return "key" in inspect.signature(check_of(question)).parameters


def wrong_keys(question: Question) -> Iterator[str | tuple[str, ...]]:
    """Keys that the author could have marked by mistake."""
    if question.kind == "single":
        yield from (choice.text for choice in wrong(question))
        return
    ids = [choice.id for choice in right(question)]
    yield from (tuple(ids[:at] + ids[at + 1 :]) for at in range(len(ids)))
    yield from ((*ids, choice.id) for choice in wrong(question))


def test_the_first_eight_quizzes_hold_their_bank() -> None:
    """The first eight quizzes keep their 81 questions with one answer, with more beside them, and ones with several."""
    counts = {quiz.id: [question.kind for question in quiz.questions] for quiz in QUIZZES}
    single = {quiz_id: len(counts[quiz_id]) - counts[quiz_id].count("multiple") for quiz_id in ONE_ANSWER}

    assert all(single[quiz_id] >= least for quiz_id, least in ONE_ANSWER.items())
    assert sum(ONE_ANSWER.values()) == 81
    assert min(counts[quiz_id].count("multiple") for quiz_id in ONE_ANSWER) >= 2


def test_no_quiz_is_short() -> None:
    """Each quiz has at least twelve questions, all together at least 262, and each of the six kinds is used often."""
    kinds = [question.kind for question in QUESTIONS]

    assert {quiz.id: len(quiz.questions) for quiz in QUIZZES if len(quiz.questions) < 12} == {}
    assert len(QUESTIONS) >= 262
    assert min(kinds.count(kind) for kind in ("single", "multiple", "numeric", "order", "match", "fill")) >= 12


@pytest.mark.parametrize(
    "topic",
    ["callbacks", "decay-with-dropout", "double-descent", "policies", "soften-labels", "text-sound", "usual-ranges"]
    + ["why-mixing", "why-norm"],
)
def test_each_topic_has_several_questions(topic: str) -> None:
    """What is easily left out of a course on regularization is asked in two ways at least, and names its lesson."""
    asked = [question for question in QUESTIONS if question.objective == f"lo-{topic}"]
    sections = tomllib.loads((FOLDER / "vocabulary.toml").read_text(encoding="utf-8"))["sections"]

    assert len(asked) >= 2 and len({question.kind for question in asked}) >= 2
    assert sections[f"lo-{topic}"].startswith("exercises/lessons/")


def test_numbers_are_typed_and_orders_are_made() -> None:
    """No single-choice question asks for a bare number, and at least sixty show other numbers at every attempt."""
    bare = re.compile(r"[-+−]?[\d.,]+")
    asked = [q.id for q in QUESTIONS if q.kind == "single" and all(bare.fullmatch(o.text) for o in q.options)]
    drawn = [question for question in QUESTIONS if len(question.draws) >= 3]

    assert asked == []
    assert [question.kind for question in QUESTIONS].count("numeric") >= 27
    assert len(drawn) >= 60
    assert QUIZZES and next(question for question in QUESTIONS if question.id == "cb-tuning-order").kind == "order"


def test_files_are_named_by_their_quiz() -> None:
    """`quizzes/<id>.yaml` holds the quiz of that id."""
    assert [path.stem for path in sorted(FOLDER.glob("*.yaml"))] == [quiz.id for quiz in QUIZZES]


def test_lint_has_nothing_to_say() -> None:
    """Neither a rule for questions nor a test of the whole bank finds anything to mend."""
    report = lint(sorted(FOLDER.glob("*.yaml")), checks_of=None)

    assert (report.errors, report.warnings, report.notes) == ([], [], [])


def test_vocabulary_is_what_the_questions_use() -> None:
    """vocabulary.toml lists each objective, tag and misconception in use, once, and no other."""
    listed = tomllib.loads((FOLDER / "vocabulary.toml").read_text(encoding="utf-8"))
    misconceptions = {choice.misconception for question in QUESTIONS for choice in wrong(question)}

    assert listed["objectives"] == sorted({str(question.objective) for question in QUESTIONS})
    assert listed["tags"] == sorted({tag for question in QUESTIONS for tag in question.tags})
    assert listed["misconceptions"] == sorted(str(slug) for slug in misconceptions)


def test_every_exercise_on_the_path_has_a_mistake_that_a_question_is_about() -> None:
    """`grader review` asks about a mistake of each exercise that is not optional, and about none that is not there."""
    course = Course.load(FOLDER.parent)
    mistakes = tomllib.loads((FOLDER / "vocabulary.toml").read_text(encoding="utf-8"))["mistakes"]
    there = {
        f"{name.partition('_')[0]}/{path.stem}"
        for name in course.order
        for path in (FOLDER.parent / "solutions" / name / "mistakes").iterdir()
        if path.suffix in (".py", ".toml")
    }
    path = {name.partition("_")[0] for track in course.tracks for name in track.exercises}

    assert set(mistakes) <= there
    assert path - {name.partition("/")[0] for name in mistakes} == set() and len(path) > 40
    assert set(mistakes.values()) <= {choice.misconception for question in QUESTIONS for choice in wrong(question)}


def test_no_question_id_is_used_twice_in_the_course() -> None:
    """Answers and statistics hang on question ids, so each names one question."""
    ids = [question.id for question in QUESTIONS]

    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_everything_is_explained(question: Question) -> None:
    """A question says what it is for and why; each answer has its own feedback, each wrong one its misconception."""
    feedback = [option.feedback for option in question.options]

    assert question.explanation and question.objective and question.tags and question.source
    assert len(set(feedback)) == len(feedback) and min(len(said.split()) for said in feedback) >= 4
    assert all(option.feedback.casefold() != option.text.casefold() for option in question.options)
    assert all(choice.misconception for choice in wrong(question))
    assert not any(choice.misconception for choice in right(question))


@pytest.mark.parametrize("question", CHECKED, ids=lambda question: question.id)
def test_check_passes(question: Question) -> None:
    """The check computes the file's key and refuses known wrong texts, for every draw of the parameters."""
    for number, values in enumerate(question.draws):
        variant = question.variant(number)
        for texts, must_raise in variant.check_calls():
            if must_raise:
                with pytest.raises(AssertionError):
                    check_of(question)(*texts, **values)
            else:
                assert variant.disagrees(check_of(question)(*texts, **values)) == "", values
    if takes_key(question):
        key = right(question)[0].text if question.kind == "single" else tuple(choice.id for choice in right(question))
        check_of(question)(key)


@pytest.mark.parametrize("question", list(filter(takes_key, CHECKED)), ids=lambda question: question.id)
def test_wrong_key_fails_its_check(question: Question) -> None:
    """Each distractor as the key, one correct choice less, or one wrong choice more makes the check fail."""
    for key in wrong_keys(question):
        with pytest.raises(AssertionError):
            check_of(question)(key)


@pytest.mark.parametrize(
    "question", [question for question in CHECKED if question.kind == "numeric"], ids=lambda question: question.id
)
def test_known_wrong_numbers_are_not_what_the_check_computes(question: Question) -> None:
    """Each of them disagrees with the check, for every draw."""
    for number, values in enumerate(question.draws):
        variant = question.variant(number)
        assert isinstance(variant, NumericQuestion)
        for known in variant.known:
            wrong_one = variant.replace(answer=known.value, known=())
            assert wrong_one.disagrees(check_of(question)(**values)) != "", (known.id, values)


def test_numeric_keys_are_checked() -> None:
    """A question with one answer whose key holds a number names a check."""
    numeric = [
        q for q in QUESTIONS if q.kind in ("single", "numeric") and re.search(r"\d", right(q.variant(0))[0].text)
    ]

    assert len(numeric) >= 40
    assert [question.id for question in numeric if question.check is None] == []


@pytest.mark.parametrize("question", [q for q in QUESTIONS if isinstance(q, NumericQuestion)], ids=lambda q: q.id)
def test_the_number_shown_as_right_is_right_and_short(question: NumericQuestion) -> None:
    """Typed back, the key that feedback shows gets full points, and it has no digits that nobody asked for."""
    for number in range(len(question.draws)):
        variant = question.variant(number)
        shown = variant.shown_values(variant.answer).removesuffix(variant.unit).strip()
        assert variant.share(tuple(shown.split(", "))) == 1
        assert max(len(part) for part in shown.split(", ")) <= 10, shown


def test_no_check_is_forgotten() -> None:
    """Every function of checks*.py belongs to one question, or is called by one that does."""
    checks = [str(question.check) for question in CHECKED]
    functions = dict(inspect.getmembers(CHECKS, inspect.isfunction))
    used = {name for check in checks for name in functions[check].__code__.co_names}
    used |= {name for helper in used & functions.keys() for name in functions[helper].__code__.co_names}

    assert len(set(checks)) == len(checks)
    assert sorted(functions.keys() - set(checks) - used) == []


def test_torchvision_does_what_the_pipeline_questions_say() -> None:
    """Sizes, ranges and errors of r4 are those of the installed torchvision."""
    image, digit = Image.new("RGB", (1024, 512)), torch.zeros(1, 28, 28)
    resized = transforms.Resize(256)(image)
    fed = {
        "back": transforms.Compose([transforms.RandomCrop(24), transforms.Resize(28)]),
        "padded": transforms.RandomCrop(28, padding=2),
        "alone": transforms.RandomCrop(24),
        "bigger": transforms.Resize(32),
    }

    assert (resized.size, transforms.CenterCrop(224)(resized).size) == ((512, 256), (224, 224))
    assert tuple(transforms.ColorJitter(brightness=0.2).brightness) == (0.8, 1.2)
    ripe = torch.tensor([200, 60, 40], dtype=torch.uint8)[:, None, None].expand(3, 8, 8)
    gray, solar = functional.adjust_saturation(ripe, 0.0), functional.solarize(ripe, 0.0)
    assert not (gray[0] > gray[1]).any() and not (solar[0] > solar[1]).any()
    assert (functional.adjust_sharpness(ripe, 2.0)[0] > 100).all()
    assert {name for name, step in fed.items() if step(digit).numel() == 784} == {"back", "padded"}
    with pytest.raises(TypeError):
        transforms.Normalize([0.5] * 3, [0.5] * 3)(image)


@pytest.mark.parametrize(("gradient", "expected"), [(0.5, 1.948), (0.0, 1.998)])
def test_sgd_decays_as_the_checks_say(gradient: float, expected: float) -> None:
    """The formula that the weight-decay checks use is the step of torch.optim.SGD."""
    weight = torch.nn.Parameter(torch.tensor([2.0], dtype=torch.float64))
    weight.grad = torch.full_like(weight, gradient)
    torch.optim.SGD([weight], lr=0.1, weight_decay=0.01).step()

    assert weight.item() == pytest.approx(expected, abs=1e-12)
    assert CHECKS.decayed(2.0, gradient, 0.1, 0.01) == pytest.approx(expected, abs=1e-12)
