"""An exercise's picture: what its scene makes of a submission beside the same of the solution."""

import importlib.util
import io
import sys
import traceback
from pathlib import Path
from typing import Any

from grader.base.errors import CourseError, GraderError
from grader.course.exercise import Exercise
from grader.course.submission import Submission
from grader.engine.answers import answered
from grader.engine.examiner import Examiner
from grader.engine.guard import OWN_SECONDS, Endless, guard
from grader.engine.observe import Question
from grader.engine.placeholder import lies_in, light_imports


def picture(
    examiner: Examiner, exercise: Exercise, submission: Submission, seed: int, strict: bool = False
) -> bytes | None:
    """The exercise's picture as PNG, None if it has none.

    What the submission cannot answer is left out of it, and so is what cannot be drawn unless `strict`. CourseError if
    picture.py is wrong, and with `strict` if it has no `claim` or what that asserts of the solution's scene does not
    hold.
    """
    path = exercise.folder / "picture.py"
    if not path.exists():
        return None
    try:
        with guard.armed(OWN_SECONDS), guard.running(exercise.folder, OWN_SECONDS):
            module = loaded(path, exercise.extra, strict)
            question = Question(module.scene, [((), {})])
            now = examiner.examine(exercise, submission.source, seed, files=submission.files)
            with guard.paused():
                seen = [answered(subject, question) for subject in (now.submission, now.reference)]
            now.leave()
            mine, theirs = (one[0] if isinstance(one, list) and not hasattr(one[0], "kinds") else None for one in seen)
            if strict:
                module.claim(theirs)
            try:
                return png(module.draw(mine, theirs))
            except Exception:  # noqa: BLE001  the submission's answer may have any form
                if strict:
                    raise
                return png(module.draw(None, theirs))
    except Endless as error:
        raise CourseError(f"cannot be drawn: it {error}", error.place, "let it end, or let it do less") from None
    except GraderError:
        raise
    except AssertionError as error:
        what = f"does not show what it claims: {error or 'an assertion without words'}"
        raise CourseError(what, place_in(path, error), "change scene or claim") from None
    except Exception as error:  # noqa: BLE001  whatever an author's own file raises
        what = f"cannot be drawn: {type(error).__name__}: {error}"
        raise CourseError(what, place_in(path, error), "mend the line") from None


def place_in(path: Path, error: BaseException) -> str:
    """`file:line` of the last step in this file on the way to an exception."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path}:{error.lineno or 1}"
    lines = [step.lineno for step in traceback.extract_tb(error.__traceback__) if step.filename == str(path)]
    return f"{path}:{lines[-1] if lines else 1}"


def png(figure: Any) -> bytes:
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=120)
    return data.getvalue()


def loaded(path: Path, extra: tuple[str, ...] = (), strict: bool = False) -> Any:
    """The exercise's `picture.py`, imported with stand-ins for torch: its `scene` runs elsewhere."""
    spec = importlib.util.spec_from_file_location(f"picture_of_{path.parent.name}", path)
    if spec is None or spec.loader is None:
        raise CourseError("cannot be imported", f"{path}:1", "give it the name picture.py")
    module = importlib.util.module_from_spec(spec)
    folder, before = path.parent.absolute(), set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        with light_imports(extra):
            spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if lies_in(name, folder):
                del sys.modules[name]  # the next picture may have another one of this name, or a newer one
    for name in ("scene", "draw", "claim") if strict else ("scene", "draw"):
        if not hasattr(module, name):
            what = "write it, a picture has scene(module), draw(submission, reference) and claim(reference)"
            raise CourseError(f"defines no `{name}`", f"{path}:1", what)
    return module
