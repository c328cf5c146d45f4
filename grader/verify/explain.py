"""What happens to one known mistake: for each test the questions, the answers and the verdict."""

from collections.abc import Iterator

from grader.base.errors import UsageError
from grader.base.toml import nearest
from grader.course.device import own_device
from grader.course.exercise import Exercise
from grader.engine.answers import answered
from grader.engine.comparison import brief
from grader.engine.examiner import Examiner
from grader.engine.guard import guard
from grader.engine.paste import question_line
from grader.sandbox import Sandbox
from grader.verify.mistake import Mistake

MOST_QUESTIONS = 6


def explained(exercise: Exercise, name: str, seed: int = 0) -> Iterator[str]:
    """Lines of text. UsageError for a mistake that does not exist."""
    paths = {path.stem: path for path in exercise.mistakes}
    if name not in paths:
        raise UsageError(f"{exercise.key} has no mistake {name!r}", next=nearest(name, paths) or "look into mistakes/")
    mistake = Mistake.read(paths[name])
    yield f"{paths[name]}"
    yield f"  must fail {', '.join(mistake.must)}, and say “{mistake.says}”"
    with Sandbox(own_device(exercise), early=True) as sandbox, Examiner(sandbox, trusted=True) as examiner:
        source, files = exercise.mistake_with_files(name)
        now = examiner.examine(exercise, source, seed, files=files)
        for item in now.suite.items:
            with guard.armed(now.suite.seconds):
                verdict = now.verdict(item)
            promise = "must fail" if item.name in mistake.must else "may fail" if item.name in mistake.echoes else ""
            yield f"{'✓' if verdict.passed else '✗'} {item.name}{f'  ({promise})' if promise else ''}"
            yield f"    promises  {verdict.title}"
            questions = now.suite.asked
            for question in questions[:MOST_QUESTIONS]:
                args, kwargs = question.cases[0]
                several = f"  and {len(question.cases) - 1} more cases" if len(question.cases) > 1 else ""
                yield f"    asks      {question_line(question.scenario, args, kwargs)}{several}"
                yield f"    sees      {brief(answered(now.submission, question))}"
                yield f"    right is  {brief(answered(now.reference, question))}"
            if len(questions) > MOST_QUESTIONS:
                yield f"    and {len(questions) - MOST_QUESTIONS} more questions"
            if not verdict.passed:
                yield f"    says      {' '.join(verdict.message.split())}"
        now.leave()
