"""What a learner reads for fifteen known mistakes, word for word: see tests/golden. `Says:` proves the others.

After a deliberate change of words: `GRADER_WRITE_GOLDEN=1 uv run pytest tests/test_golden.py`, then review the diff.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.commands.render import Progress, mistake_title, summary
from grader.course.course import Course
from grader.course.submission import Submission
from grader.engine.examiner import Examiner
from grader.sandbox import Sandbox

ROOT = Path(__file__).parent.parent
COURSE = Course.load(ROOT)
CHOSEN = {
    "ex01": "keeps_state_dict_itself stops_one_epoch_late returns_none restores_nothing_silently parameters_only",
    "ex02": "forgets_to_flatten norm_in_a_plain_list no_eps statistics_are_not_buffers softmax_at_the_end",
    "ex03": "square_box images_only float_slice_bounds writes_into_the_batch swapped_weights",
}
MISTAKES = [
    COURSE.exercise(key).solution.parent / "mistakes" / f"{name}.py"
    for key, names in CHOSEN.items()
    for name in names.split()
]
SEED = 7


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    with Sandbox() as sandbox, Examiner(sandbox) as one:
        yield one


def printed(examiner: Examiner, path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The terminal text of one check, without what differs from run to run: seconds and tier."""
    exercise = COURSE.exercise(path.parent.parent.name)
    progress = Progress(exercise)
    submission = Submission.of(path.read_bytes(), path.name)
    record = examiner.grade(exercise, submission, SEED, watch=progress)
    progress.print(summary(record, exercise, mistake_title(exercise, record)))
    text = capsys.readouterr().out
    return re.sub(r"tier [A-D].*$", "tier", text, flags=re.MULTILINE)


@pytest.mark.parametrize("path", MISTAKES, ids=lambda p: f"{p.parent.parent.name[:4]}-{p.stem}")
def test_what_the_learner_reads(examiner: Examiner, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole output for a known mistake is the committed one."""
    golden = ROOT / "tests" / "golden" / path.parent.parent.name / f"{path.stem}.txt"
    text = printed(examiner, path, capsys)
    if os.environ.get("GRADER_WRITE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    """Every golden file belongs to a mistake that is chosen."""
    kept = {
        p.relative_to(ROOT / "tests" / "golden").with_suffix("") for p in (ROOT / "tests" / "golden").rglob("*.txt")
    }
    assert kept == {Path(path.parent.parent.name) / path.stem for path in MISTAKES}
