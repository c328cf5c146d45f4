"""Questions share an examinee as long as none leaves a trace, and nobody loses a point by that."""

import contextlib
import os
import re
import signal
from pathlib import Path

import pytest

from grader.course.exercise import read_exercise
from grader.course.submission import Submission
from grader.engine.examiner import Examiner
from grader.engine.record import Record
from grader.sandbox import Limits, Sandbox

from .conftest import Counted, Grade, outcomes

QUESTIONS = """
from grader.suite import points


def told(module, number):
    return module.told(number)


def loaded(load, number):
    return load().told(number)


def say(seen):
    print(seen)
    assert seen[1] == "right", f"saw {seen[1]}"


@points(1)
def test_one(observe):
    '''One.'''
    say(observe(told, 1))


@points(1)
def test_two(observe):
    '''Two.'''
    say(observe(told, 2))


@points(1)
def test_three(observe):
    '''Three.'''
    say(observe(told, 3))
"""
TOLD = "import os\nimport sys\nimport torch\n\n\ndef told(number):\n    print('pid', os.getpid())\n"
RIGHT = TOLD + "    return os.getpid(), 'right'\n"


def pids(record: Record) -> list[int]:
    """The examinee of each question, as it printed it."""
    return [int(verdict.output.split()[1]) for verdict in record.verdicts]


def test_what_leaves_no_trace_shares_an_examinee(grade: Grade) -> None:
    """Three questions to ordinary code are answered by one process, which imports the code anew for each."""
    counting = (
        "count = 0\n" + TOLD + "    global count\n    count += 1\n    return count, 'right' if count == 1 else 'kept'\n"
    )
    record = grade(counting, QUESTIONS, RIGHT)

    assert outcomes(record) == ["passed"] * 3
    assert len(set(pids(record))) == 1


def test_a_file_is_gone_before_the_next_question(grade: Grade) -> None:
    """Code that writes a checkpoint shares an examinee too, and finds its working folder empty each time."""
    record = grade(f"{TOLD}    open('best.pt', 'x').close()\n    return 0, 'right'\n", QUESTIONS, RIGHT)

    assert outcomes(record) == ["passed"] * 3
    assert len(set(pids(record))) == 1


TRACES = {
    "a patched function": "torch.relu = lambda x: x",
    "a patched method": "torch.nn.Linear.forward = lambda self, x: x",
    "a patched built-in": "__builtins__['hex'] = str",
    "the default dtype": "torch.set_default_dtype(torch.float64)",
    "gradients switched off": "torch.set_grad_enabled(False)",
    "anomaly detection": "torch.autograd.set_detect_anomaly(True)",
    "a hook on every module": "torch.nn.modules.module.register_module_forward_hook(lambda *a: None)",
    "a folder": "os.mkdir('checkpoints')",
    "an environment variable": "os.environ['SEED'] = '1'",
    "another stream": "sys.stdout = sys.stderr",
    "a thread": "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
    "NumPy's errors": "import numpy; numpy.seterr(all='raise')",
}


@pytest.mark.parametrize("trace", TRACES)
def test_whatever_leaves_a_trace_has_its_examinee_alone(grade: Grade, trace: str) -> None:
    """After a question that changed something around it, the next one is put to a new process."""
    record = grade(f"{TOLD}    {TRACES[trace]}\n    return 0, 'right'\n", QUESTIONS, RIGHT)

    assert outcomes(record) == ["passed"] * 3
    assert len(set(pids(record))) == 3


HIDDEN = TOLD + "    import json\n    first = not hasattr(json, 'asked')\n    json.asked = True\n"


def test_a_test_that_fails_on_a_second_hand_answer_is_run_again(grade: Grade, sandbox: Counted) -> None:
    """Where a trace was overlooked and made a test fail, a process of its own decides; what is wrong there is wrong."""
    assert (
        outcomes(grade(f"{HIDDEN}    return 0, 'right' if first else 'spoiled'\n", QUESTIONS, RIGHT)) == ["passed"] * 3
    )
    assert sandbox.runs == 3 + 2

    assert outcomes(grade(f"{TOLD}    return 0, 'wrong'\n", QUESTIONS, RIGHT)) == ["failed"] * 3


ENDS = {
    "dies": ("os._exit(3)", "crashed", "exit code 3"),
    "hangs": ("import time; time.sleep(60)", "timeout", "no answer within 1 s"),
    "eats memory": ("torch.ones(200_000_000)", "crashed", "limit is 256 MB"),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_bad_end_in_the_midst_is_told_as_ever(grade: Grade, end: str) -> None:
    """A question that ends badly in a shared examinee costs only its own test, with the usual words."""
    code, outcome, words = ENDS[end]
    record = grade(f"{TOLD}    if number == 2:\n        {code}\n    return 0, 'right'\n", QUESTIONS, RIGHT, seconds=1)

    assert outcomes(record) == ["passed", outcome, "passed"]
    assert words in record.verdicts[1].message


def test_what_patches_the_import_is_asked_alone(grade: Grade) -> None:
    """A scenario that imports the submission itself never shares an examinee."""
    record = grade(RIGHT, QUESTIONS.replace("observe(told", "observe(loaded"), RIGHT)

    assert outcomes(record) == ["passed"] * 3
    assert len(set(pids(record))) == 3


def test_no_examinee_outlives_its_submission(grade: Grade, warm: Sandbox) -> None:
    """Once a submission is graded, the process that answered for it is gone, with its folder."""
    grade(RIGHT, QUESTIONS, RIGHT)
    before = processes(warm)
    assert before and outcomes(grade(RIGHT, QUESTIONS, RIGHT)) == ["passed"] * 3

    assert processes(warm) == before
    assert not list(warm.link.scratch.glob("[0-9]*"))  # type: ignore[union-attr]


def test_a_zygote_that_dies_takes_the_waiting_examinee_along(warm: Sandbox) -> None:
    """Leaving an examinee whose zygote has died is no failure, and the next question has a new zygote."""
    scenario = ["s", "s.py", "import os\n\n\ndef run():\n    return os.getpid()\n"]
    request = {"source": None, "file": "", "wants": "", "seed": 0, "function": "run", "cases": [[[], {}]]}
    request["modules"] = [scenario]
    assert warm.run(request, Limits(), "torch", "x").ended == "answered"
    again = warm.run(request, Limits(), "torch", "x")
    assert (again.ended, again.reused) == ("answered", True)
    os.kill(warm.link.zygote.process.pid, signal.SIGKILL)  # type: ignore[union-attr]

    assert warm.leave("x").cpu == 0
    after = warm.run(request, Limits(), "torch", "x")
    assert (after.ended, after.reused) == ("answered", False)
    assert warm.leave("x").cpu > 0 and warm.leave("x").cpu == 0


def processes(sandbox: Sandbox) -> set[str]:
    """A sandbox's zygote and whatever it forked: they all carry the name of its folder in their arguments."""
    mark, found = os.fsencode(sandbox.link.scratch.parent), set()  # type: ignore[union-attr]
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (folder / "cmdline").read_bytes():
                found.add(folder.name)
    return found


SEVERAL = """
from grader.suite import points


def told(module, number):
    return module.told(number)


@points(1)
def test_both(observe):
    '''Both.'''
    first, second = observe(told, 1), observe(told, 2)
    assert second[1] == "right"


@points(1)
def test_both_again(observe):
    '''One that was asked before, and two others.'''
    assert [observe(told, number)[1] for number in (2, 3, 4)] == ["right"] * 3


@points(1)
def test_many(observe):
    '''More than there are examinees side by side.'''
    assert len({observe(told, number)[0] for number in range(5, 12)}) == 7
"""


def test_a_test_of_several_questions_passes_on_answers_of_as_many_examinees(grade: Grade) -> None:
    """What an earlier question of the same test left where nobody looks earns nothing; right code still passes."""
    remembering = f"{HIDDEN}    return os.getpid(), 'wrong' if first else 'right'\n"

    assert outcomes(grade(remembering, SEVERAL, RIGHT)) == ["failed", "failed", "passed"]
    assert outcomes(grade(RIGHT, SEVERAL, RIGHT)) == ["passed"] * 3


def test_the_solution_that_is_asked_too_costs_the_submission_no_answer(
    grade: Grade, warm: Sandbox, tmp_path: Path
) -> None:
    """A failing test is tried on the solution, which answers more questions; what the submission said stays known."""
    grade(RIGHT, SEVERAL, RIGHT)
    exercise = read_exercise(tmp_path / "exercises" / "ex01_double")
    with Examiner(warm) as examiner:
        record = examiner.grade(exercise, Submission.of(b"def told(number):\n    return 1 / 0\n", "double.py"), seed=1)
        assert outcomes(record) == ["error"] * 3 and examiner.now is not None
        assert len(examiner.now.submission.asked) == 3  # the first question of each test


def test_examinees_side_by_side_serve_all_tests(grade: Grade, warm: Sandbox, tmp_path: Path) -> None:
    """Once it is known what a test asks, few processes serve all tests, each one question of a test, in drawn order."""
    grade(RIGHT, SEVERAL, RIGHT)
    exercise, orders = read_exercise(tmp_path / "exercises" / "ex01_double"), set()
    with Examiner(warm) as examiner:
        for number in range(13):
            source = f"{RIGHT}# {number}\n".encode()
            record = examiner.grade(exercise, Submission.of(source, "double.py"), seed=1)
            told = [[int(word) for word in re.findall(r"pid (\d+)", verdict.output)] for verdict in record.verdicts]
            assert [len(set(of_a_test)) for of_a_test in told] == [2, 3, 7], told
            if number:
                assert len({pid for of_a_test in told for pid in of_a_test}) <= 4 + 3
                orders.add(tuple(told[0].index(pid) if pid in told[0] else -1 for pid in told[1]))
    assert len(orders) > 1


def test_who_holds_much_memory_does_not_wait(grade: Grade) -> None:
    """An examinee that keeps what it made beyond its question is let go, so that several cannot fill a machine."""
    keeping = TOLD + "    import json\n    json.kept = torch.ones(300, 1 << 18)\n    return 0, 'right'\n"
    small = TOLD + "    import json\n    json.kept = torch.ones(2, 1 << 18)\n    return 0, 'right'\n"

    record = grade(keeping, QUESTIONS, RIGHT, memory_mb=700)
    assert outcomes(record) == ["passed"] * 3 and len(set(pids(record))) == 3
    record = grade(small, QUESTIONS, RIGHT, memory_mb=700)
    assert outcomes(record) == ["passed"] * 3 and len(set(pids(record))) == 1


def test_the_answers_together_are_bounded(grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that add up beyond the budget are the submission's end, not the examiner's."""
    monkeypatch.setattr("grader.engine.subject.ANSWERS_MB", 1)
    large = f"{TOLD}    return 'x' * 150_000, 'right', *['x' * 150_000] * 4\n"
    record = grade(large, QUESTIONS, RIGHT)

    assert outcomes(record) == ["passed", "crashed", "crashed"]
    assert "answers together are larger than 1 MB" in record.verdicts[1].message


@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad"])
def test_training_leaves_no_trace(grade: Grade, optimizer: str) -> None:
    """A step of any of torch's optimizers lets the same process answer the next question."""
    step = (
        f"    model = torch.nn.Linear(2, 1)\n    optimizer = torch.optim.{optimizer}(model.parameters(), lr=0.1)\n"
        "    model(torch.ones(3, 2)).sum().backward()\n    optimizer.step()\n    return 0, 'right'\n"
    )
    record = grade(TOLD + step, QUESTIONS, RIGHT)

    assert outcomes(record) == ["passed"] * 3
    assert len(set(pids(record))) == 1
