"""`grader quiz lint`: reads quizzes and gathers everything there is to say about them, errors and warnings apart."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.base.errors import SandboxError, UsageError
from grader.base.text import counted
from grader.quiz.format.document import DocumentError
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.parameters import Row
from grader.quiz.format.pools import members
from grader.quiz.format.reader import Source, read_source
from grader.quiz.format.vocabulary import Vocabulary
from grader.quiz.lint.bias import BankTest, bank_tests
from grader.quiz.lint.rules import Finding, errors_in, warnings_in, words
from grader.sandbox.guest import wire

if TYPE_CHECKING:
    from grader.sandbox import Case


@dataclass
class Report:
    """What was found: lines `file:line: sentence` by level, the bank's tests and what could not be looked at."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    tests: list[BankTest] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    questions: int = 0

    def add(self, finding: Finding, source: Source, number: int) -> None:
        """Puts a finding about a question under its level, with its line."""
        line = source.line("questions", number, *finding.place)
        name = source.quiz.questions[number].id
        found = self.errors if finding.level == "error" else self.warnings
        found.append(f"{source.where}:{line}: `{name}`: {finding.sentence}")


def lint(paths: Sequence[Path], checks_of: Path | None, whole: bool = False) -> Report:
    """Everything there is to say about the quizzes of the files, which count as one bank.

    `whole` says that they are all there are, so that every objective should have a question.
    `checks_of` is the author's own `quizzes/` folder, whose checks may be run (in the sandbox) for the quizzes in
    it; None runs nothing. Raises UsageError with the problems of all files that cannot be read.
    """
    sources = _read(paths)
    report = Report(questions=sum(len(source.quiz.questions) for _, source in sources))
    stems_with = Counter(
        word for _, source in sources for question in source.quiz.questions for word in set(words(question.stem))
    )
    vocabularies = {folder: Vocabulary.of(folder) for folder in {path.parent for path, _ in sources}}
    for path, source in sources:
        if source.quiz.id != path.stem:
            line = source.line("id")
            report.errors.append(f"{source.where}:{line}: the id is `{source.quiz.id}` but the file is {path.name}")
        for line, sentence in poor_pools(source):
            report.warnings.append(f"{source.where}:{line}: {sentence}")
        for number, question in enumerate(source.quiz.questions):
            for finding in errors_in(question, path.parent, vocabularies[path.parent]):
                report.add(finding, source, number)
            for finding in warnings_in(question, stems_with):
                report.add(finding, source, number)
    if checks_of is not None:
        _run_checks(sources, checks_of, report)
    _look_at_bank([source for _, source in sources], report)
    used = {question.objective for _, source in sources for question in source.quiz.questions}
    for folder, vocabulary in sorted(vocabularies.items()):
        if vocabulary is None:
            report.notes.append(f"{folder}/ has no vocabulary.toml, so slugs were not checked")
        elif whole:
            name = f"{folder}/vocabulary.toml:1"
            report.errors += [f"{name}: {sentence}" for sentence in vocabulary.dangling(folder)]
            unused = sorted(vocabulary.objectives - used)
            report.warnings += [f"{folder}/vocabulary.toml: no question has objective `{name}`" for name in unused]
    return report


def poor_pools(source: Source) -> Iterator[tuple[int, str]]:
    """Pools that draw nothing, or whose questions do not ask for the same."""
    for pool, count in source.quiz.pools.items():
        own = list(members(source.quiz, pool))
        line = source.line("pools", pool)
        if count == len(own):
            yield line, f"the pool `{pool}` asks all of its {counted(count, 'question')}: nothing is drawn"
        if count == 1 and len({question.objective for question in own}) > 1:
            yield line, f"the pool `{pool}` asks one question, but its questions have several objectives"


def _read(paths: Sequence[Path]) -> list[tuple[Path, Source]]:
    sources, unreadable = [], []
    for path in paths:
        try:
            source = read_source(path)
        except UsageError as error:
            unreadable += error.lines if isinstance(error, DocumentError) else [str(error)]
            continue
        if not source.quiz.has_key:
            unreadable.append(f"{source.where}:{source.line('release')}: a graded release has no key to lint")
        sources.append((path, source))
    if unreadable:
        raise UsageError("\n".join([f"{len(unreadable)} problems, nothing was checked", *unreadable]))
    return sources


def _look_at_bank(sources: Sequence[Source], report: Report) -> None:
    report.tests = bank_tests([question for source in sources for question in source.quiz.questions])
    for test in report.tests:
        if test.failed:
            found = report.errors if test.finding == "error" else report.warnings
            found.append(f"bank: {test.sentence} (p = {test.p:.3g}): {test.advice}")


def _run_checks(sources: Sequence[tuple[Path, Source]], folder: Path, report: Report) -> None:
    """Lets the sandbox run the functions that the questions of the author's own quizzes name."""
    asked = [
        (source, number, question.check)
        for path, source in sources
        if path.resolve().parent == folder.resolve() and source.quiz.release is None
        for number, question in enumerate(source.quiz.questions)
        if question.check
    ]
    if not asked:
        return
    file = folder / "checks.py"
    calls = [list(_calls(source.quiz.questions[number])) for source, number, _ in asked]
    cases: dict[str, list[Case]] = {}
    for (_, _, name), own in zip(asked, calls, strict=True):
        cases.setdefault(name, []).extend((call.arguments, call.row) for call in own)
    try:
        if not file.is_file():
            raise UsageError("there is no such file", str(file))
        results = _sandboxed([file, *sorted(folder.glob("checks_*.py"))], cases)
    except (SandboxError, UsageError) as error:
        report.errors.append(f"{file}:1: {len(cases)} checks were not run: {error}")
        return
    given = {name: answers if isinstance(answers, str) else iter(answers) for name, answers in results.items()}
    for (source, number, name), own in zip(asked, calls, strict=True):
        answers = given.get(name, "the sandbox gave no answer")
        if isinstance(answers, str):
            report.add(Finding("error", ("check",), f"check `{name}` failed: {answers}"), source, number)
            continue
        wrong = [sentence for call in own if (sentence := call.unlike_key(next(answers)))]
        if wrong:
            more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
            report.add(Finding("error", ("check",), f"check `{name}` {wrong[0]}{more}"), source, number)


@dataclass(frozen=True)
class _Call:
    """One call of a question's check: the variant it is about, the arguments, and whether it must raise."""

    question: Question
    arguments: tuple[str, ...]
    row: Row
    must_raise: bool

    def unlike_key(self, answer: Any) -> str:
        """How the check's answer disagrees with the key; "" where it does not."""
        values = ", ".join([*self.arguments, *(f"{name}={value}" for name, value in self.row.items())])
        where = f" for {values}" if values else ""
        if isinstance(answer, wire.Raised):
            return "" if self.must_raise else f"failed{where}: {answer!r}"
        if self.must_raise:
            return f"finds nothing wrong{where}, a known wrong answer"
        why = self.question.disagrees(answer)
        return f"{why}{where}" if why else ""


def _calls(question: Question) -> Iterator[_Call]:
    """Every call of a question's check, for each of its variants."""
    for number, row in enumerate(question.draws):
        variant = question.variant(number)
        for arguments, must_raise in variant.check_calls():
            yield _Call(variant, arguments, row, must_raise)


def _sandboxed(files: list[Path], cases: dict[str, list["Case"]]) -> dict[str, list[Any] | str]:
    """The sandbox's word on each check; there is no other way to run one."""
    try:
        from grader.sandbox import run_trusted_checks
    except ImportError as error:
        raise SandboxError(f"the sandbox is not available ({error})") from None
    return run_trusted_checks(files, cases)
