"""One submission (or the solution, or nothing) under examination: asks the sandbox, remembers, counts what it cost."""

import contextlib
import hashlib
import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from grader.base.errors import CourseError, GraderError, SandboxError
from grader.course.data import without_data
from grader.course.exercise import Exercise
from grader.course.submission import lacking
from grader.engine.lanes import Lanes, named
from grader.engine.needs import needs_of
from grader.engine.observe import Question
from grader.engine.outcomes import NoAnswer, SubmissionRaised
from grader.engine.scenario import extract_scenario
from grader.sandbox import Limits, Reply, Sandbox
from grader.sandbox.guest.wire import Raised

TIMEOUTS = 3
ANSWERS_MB = 512  # all answers to one submission's questions together, which are kept until it is graded
LEAST_SECONDS = 0.5  # less than that is no time for a question: what is left of the total is used up then
SLOW = 0.5  # share of a limit that the solution may take before a timeout is the machine's fault
SESSIONS = itertools.count()
LACKING = ("builtins.ModuleNotFoundError", "builtins.ImportError")
MEMORY_WORDS = ("can't allocate memory", "not enough memory", "out of memory", "Cannot allocate memory")


def copied(value: Any) -> Any:
    """Plain data that a test may change without changing what is remembered; faster than `copy.deepcopy`."""
    kind = type(value)
    if kind is list or kind is tuple:
        return kind(map(copied, value))
    if kind is dict:
        return {key: copied(one) for key, one in value.items()}
    return value.copy() if hasattr(value, "dtype") else value


@dataclass
class Subject:
    """What runs beside the scenarios, and everything asked of it so far.

    `source` None means `neutral`: a scenario on its own. The memory holds answers and endings alike, so a question that
    timed out once is not asked again; the `TIMEOUTS`-th timeout or the exercise's total time ends the examination.

    Questions share an examinee as long as its answers leave no trace in it. Nobody loses a point over such an answer:
    whoever sees a test fail on `reused` answers asks again inside `isolated`, where each question has an
    examinee of its own. Inside `lanes.apart` no examinee answers two of them.
    """

    sandbox: Sandbox
    exercise: Exercise
    source: bytes | None
    seed: int
    device: str = "cpu"
    memory: dict[str, Reply] = field(default_factory=dict)
    fresh: int = 0
    timeouts: int = 0
    over: str = ""
    dead_import: Reply | None = None
    output: list[str] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    cpu: float = 0.0
    total_cpu: float = 0.0  # not reset by `renew`
    wall: float = 0.0  # of the questions alone: a sandbox that has to start first costs the submission nothing
    peak_kb: int = 0
    size: int = 0  # of all answers, in bytes
    session: str = field(default_factory=lambda: str(next(SESSIONS)))
    reused: bool = False  # whether an answer came from an examinee that had answered before; the asker resets it
    alone: bool = False
    lanes: Lanes = field(default_factory=Lanes)
    reference: "Subject | None" = None  # the solution, asked how long it needs when a question times out
    files: tuple[tuple[str, bytes], ...] = ()  # what lies beside the source
    absent: str = ""  # where the file would be, of a solution that is missing

    def seconds(self, keys: Collection[str] | None = None) -> float:
        """What its answers took on its own clock, each question once and without the import; of these keys only."""
        return sum(r.seconds - r.loading for key, r in self.memory.items() if keys is None or key in keys)

    def spent(self, question: Question) -> float:
        """What this question took."""
        digest = question.digest()
        return self.seconds([key for key in self.memory if key.startswith(digest)])

    @property
    def loading(self) -> float:
        """The longest import."""
        return max((reply.loading for reply in self.memory.values()), default=0.0)

    def renew(self) -> None:
        """Starts the clocks anew and keeps the answers; an end that was none may have been the machine's."""
        self.cpu, self.wall, self.timeouts, self.over, self.size = 0.0, 0.0, 0, "", 0
        self.memory = {key: reply for key, reply in self.memory.items() if reply.ended == "answered"}
        self.dead_import = None

    def leave(self) -> None:
        """Ends what may still run of it; `cpu` and `peak_kb` are complete only now."""
        for session in self.lanes.sessions(self.session):
            usage = self.sandbox.leave(session)
            self.cpu += usage.cpu
            self.total_cpu += usage.cpu
            self.peak_kb = max(self.peak_kb, usage.peak_kb)

    def move(self) -> None:
        """Forgets all answers of reused examinees and continues with a new examinee, which later questions share."""
        self.leave()
        self.session = str(next(SESSIONS))
        self.forget_reused()

    def forget_reused(self) -> None:
        self.forget({key for key, reply in self.memory.items() if reply.reused})

    def forget(self, old: Collection[str]) -> None:
        self.memory = {key: reply for key, reply in self.memory.items() if key not in old}
        self.asked = [question for question in self.asked if question.digest() not in old]

    @contextlib.contextmanager
    def isolated(self) -> Iterator[None]:
        """Forgets all answers of reused examinees and gives every question an examinee of its own."""
        self.forget_reused()
        self.alone = True
        try:
            yield
        finally:
            self.alone = False

    def ask(self, question: Question) -> list[Any]:
        """The answers to a question; raises SubmissionRaised, NoAnswer or SandboxError instead."""
        if self.absent and question.wants:
            raise CourseError("the reference solution is missing", self.absent, "this test asks it: write it first")
        if self.source is not None and question.wants:
            self.check_files()
        if self.dead_import is not None and self.source is not None and question.wants:
            return self.read(question, self.dead_import)
        key = question.digest()
        if question.fresh:
            self.fresh += 1
            key += f"-{self.fresh}"
        if not self.lanes.may_repeat(key):
            self.forget({key})
        if key not in self.memory:
            if self.over:
                raise NoAnswer("timeout", f"not run: {self.over}")
            self.memory[key] = self.run(question, key)
        self.lanes.take(key)
        self.reused = self.reused or self.memory[key].reused
        return [copied(answer) for answer in self.read(question, self.memory[key])]

    def check_files(self) -> None:
        """SubmissionRaised, which names it, where a file that the exercise asks for did not come along."""
        there = {name for name, _ in self.files}
        if absent := [name for name in self.exercise.files if name not in there]:
            raise SubmissionRaised(Raised(LACKING, lacking(self.exercise, absent)[0], ()))

    def run(self, question: Question, key: str) -> Reply:
        limits = self.exercise.limits
        seconds = question.seconds or limits.seconds
        left = limits.total_seconds - self.wall
        bounds = Limits(
            min(seconds, left), limits.memory_mb, limits.scratch_mb, limits.output_kb, self.device == "cuda"
        )
        extracted = extract_scenario(question.scenario)
        number = int.from_bytes(hashlib.sha256(f"{self.seed}|{key}".encode()).digest()[:4], "big")
        request = {
            "source": self.source if question.wants else None,
            "file": self.exercise.file,
            "files": [list(file) for file in without_data(self.files, self.exercise.data)] if question.wants else [],
            "given": [list(file) for file in self.exercise.given] if question.wants else [],
            "packages": list(self.exercise.packages) if question.wants else [],
            "wants": question.wants,
            "seed": number,
            "device": self.device,
            "modules": extracted.compiled,
            "function": extracted.function,
            "cases": [[list(args), kwargs] for args, kwargs in question.cases],
        }
        texts = [module[2] for module in extracted.modules] + [(self.source or b"").decode("utf-8", "replace")]
        texts += [data.decode("utf-8", "replace") for name, data in self.files if name.endswith(".py")]
        needs = needs_of(texts)
        alone = self.alone or question.fresh or question.wants == "load"  # which patches what is imported
        lane = None if alone else self.lanes.draw()
        self.lanes.note(key, lane)
        session = "" if lane is None else named(self.session, lane)
        reply = self.sandbox.run(request, bounds, needs, session, self.exercise.extra)
        if reply.ended == "timeout" and self.reference is not None and not self.timeouts:
            left = limits.total_seconds - self.wall - reply.seconds
            if left >= LEAST_SECONDS:
                self.wall += reply.seconds
                bounds = replace(bounds, seconds=min(seconds, left))
                reply = self.sandbox.run(
                    request, bounds, needs, "", self.exercise.extra
                )  # once more, alone, before anybody is blamed
        if reply.ended == "refused":
            raise SandboxError(f"the confinement failed, nothing was run: {reply.message}", next="run `grader doctor`")
        if reply.ended == "broken":
            code = question.scenario.__code__
            what = f"the scenario `{code.co_name}` cannot be run: {reply.message}"
            raise CourseError(what, f"{code.co_filename}:{code.co_firstlineno}", "mend it, then run `grader verify`")
        self.asked.append(question)
        self.cpu += reply.cpu
        self.total_cpu += reply.cpu
        self.wall += reply.seconds
        self.peak_kb = max(self.peak_kb, reply.peak_kb)
        return self.note_ending(question, reply)

    def note_ending(self, question: Question, reply: Reply) -> Reply:
        """Notes what ends more than this one question: a dead import, the last timeout allowed, the total time."""
        if reply.ended == "timeout":
            self.timeouts += 1
            if self.reference is not None:
                reply = replace(reply, message=f"{reply.message}{self.reference.needs(question)}")
            if self.timeouts >= TIMEOUTS:
                self.over = f"{TIMEOUTS} questions before this one ran out of time"
        answered = reply.ended == "answered" and isinstance(reply.value, dict)
        failed_import = answered and isinstance(reply.value.get("import"), Raised)
        died_importing = not answered and question.wants == "module" and not reply.imported
        if (failed_import or died_importing) and not reply.reused:
            self.dead_import = reply
        total = self.exercise.limits.total_seconds
        if self.wall >= total - min(LEAST_SECONDS, total / 10):
            self.over = f"the {total:g} s for all tests together were used up"
        self.size += reply.size
        if self.size > ANSWERS_MB << 20:
            raise NoAnswer("crashed", f"the answers together are larger than {ANSWERS_MB} MB")
        return reply

    def needs(self, question: Question) -> str:
        """How long the solution takes for the same question now, in words; empty if it gave no answer.

        SandboxError, which leaves the exercise ungraded, if it takes half of the limit itself.
        """
        self.memory = {key: reply for key, reply in self.memory.items() if not key.startswith(question.digest())}
        before = self.wall
        try:
            self.ask(question)
            spent = f"{self.wall - before:.2g} s"
        except NoAnswer as end:
            if end.outcome != "timeout":
                return ""
            spent = "no less"
        except (SubmissionRaised, GraderError):
            return ""
        limit = question.seconds or self.exercise.limits.seconds
        if spent == "no less" or self.wall - before > SLOW * limit:
            raise SandboxError(
                f"no answer within {limit:g} s, but the reference solution needs {spent} here as well",
                next="try again when the machine is less busy",
            )
        return f" (the reference solution needs {spent})"

    def read(self, question: Question, reply: Reply) -> list[Any]:
        """The reply as answers, or as the exception that says how the examinee ended."""
        if reply.output.strip():
            self.output.append(reply.output)
        while_importing = " while your file was imported" if reply is self.dead_import else ""
        if reply.ended != "answered":
            raise NoAnswer("timeout" if reply.ended == "timeout" else "crashed", reply.message + while_importing)
        value = reply.value
        if isinstance(value, dict) and isinstance(value.get("import"), Raised):
            raise self.ending(value["import"], " while your file was imported")
        if isinstance(value, dict) and isinstance(value.get("unreadable"), str):
            raise NoAnswer("crashed", f"the answer cannot be read: {value['unreadable'][:200]}")
        answers = value.get("answers") if isinstance(value, dict) else None
        if not isinstance(answers, list) or len(answers) != len(question.cases):
            raise NoAnswer("crashed", "the process ended without giving an answer (did the code write one itself?)")
        for answer in answers:
            if isinstance(answer, Raised) and isinstance(self.ending(answer, ""), NoAnswer):
                raise self.ending(answer, "")
        return answers

    def ending(self, raised: Raised, when: str) -> NoAnswer | SubmissionRaised:
        """An exception that is really a limit or an exit; else the exception itself."""
        if raised.is_a(SystemExit):
            return NoAnswer("crashed", f"the code called exit(){when}")
        if raised.is_a(MemoryError) or any(word in raised.message for word in MEMORY_WORDS):
            return NoAnswer("crashed", f"out of memory: the limit is {self.exercise.limits.memory_mb} MB{when}")
        return SubmissionRaised(raised)
