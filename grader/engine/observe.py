"""The fixtures `observe`, `reference` and `neutral`: a test asks a question, plain data comes back."""

import hashlib
import inspect
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.engine.outcomes import Mismatch, SubmissionRaised
from grader.engine.paste import bound_call, called_line, question_line
from grader.engine.plain_call import call
from grader.sandbox.guest.wire import Raised, pack

Case = tuple[tuple[Any, ...], dict[str, Any]]
Scenario = Callable[..., Any]


@dataclass(frozen=True)
class Question:
    """One scenario with the cases to run it on, all in one examinee."""

    scenario: Scenario
    cases: Sequence[Case]
    seconds: float | None = None
    fresh: bool = False
    refusal: bool = False
    packed: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not inspect.isfunction(self.scenario) or "<" in self.scenario.__qualname__:
            raise TypeError(
                f"{self.scenario!r} is not a scenario: a scenario is a named function at a file's top level"
            )
        object.__setattr__(self, "packed", pack([[list(args), kwargs] for args, kwargs in self.cases]))

    @property
    def wants(self) -> str:
        """`module`, `load`, or nothing: the name of the scenario's first parameter decides what the engine hands in."""
        first = next(iter(inspect.signature(self.scenario).parameters), "")
        return first if first in ("module", "load") else ""

    def digest(self) -> str:
        """The same for the same question wherever the course lies: the memo and the examinee's seed hang on it."""
        file = os.path.basename(self.scenario.__code__.co_filename)
        head = f"{file}:{self.scenario.__name__}:{self.seconds}:"
        return hashlib.sha256(head.encode() + self.packed).hexdigest()


Ask = Callable[[Question], list[Any]]


class Observe:
    """Asks one kind of examinee: beside the submission, beside the solution, or beside nothing (`neutral`)."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask

    def __call__(
        self, scenario: Scenario, *args: Any, seconds: float | None = None, fresh: bool = False, **kwargs: Any
    ) -> Any:
        """The scenario's answer. The same question asked again is answered from memory, unless `fresh`."""
        (answer,) = self.ask(Question(scenario, [(args, kwargs)], seconds, fresh))
        if isinstance(answer, Raised):
            raise SubmissionRaised(answer, question_line(scenario, args, kwargs))
        return answer

    def each(self, scenario: Scenario, cases: Sequence[Any], seconds: float | None = None) -> list[Any]:
        """One answer, or one `Raised`, per case; a case is a tuple of arguments (or one argument)."""
        calls: list[Case] = [(case if isinstance(case, tuple) else (case,), {}) for case in cases]
        return self.ask(Question(scenario, calls, seconds))

    def call(self, name: str, *arguments: Any, **named: Any) -> Any:
        """What the submission's function `name` gives for these arguments, where a scenario would do no more.

        Arrays arrive as tensors. SubmissionRaised if it raises.
        """
        if not isinstance(name, str) or not name.isidentifier():
            raise TypeError(f"observe.call({name!r}): give the name of a function of the submission, in quotes")
        (answer,) = self.ask(Question(call, [((name, list(arguments), named), {})]))
        if isinstance(answer, Raised):
            raise SubmissionRaised(answer, called_line(name, arguments, named))
        return answer

    def all(self, scenario: Scenario, cases: Sequence[Any], seconds: float | None = None) -> list[Any]:
        """One answer per case, as `each`, where none may raise: SubmissionRaised names the first case that does."""
        if not cases:
            raise ValueError("observe.all needs a case: an empty list would pass every test")
        answers = self.each(scenario, cases, seconds)
        for case, answer in zip(cases, answers, strict=True):
            if isinstance(answer, Raised):
                raise SubmissionRaised(
                    answer, question_line(scenario, case if isinstance(case, tuple) else (case,), {})
                )
        return answers

    def refuses(
        self,
        scenario: Scenario,
        bad: Sequence[Any],
        good: Sequence[Any],
        error: type[BaseException] | str | tuple[type[BaseException] | str, ...],
        what: str,
    ) -> None:
        """Every bad case raises `error`, every good one does not. They are mixed, so always raising fails."""
        if not bad or not good:
            raise ValueError(f"refuses({what}) needs a case that is refused and one that is accepted")
        errors = error if isinstance(error, tuple) else (error,)
        wanted = " or ".join(e.rpartition(".")[2] if isinstance(e, str) else e.__name__ for e in errors)
        labeled = [(case, True) for case in bad] + [(case, False) for case in good]
        cases = [(case if isinstance(case, tuple) else (case,), wrong) for case, wrong in labeled]
        cases.sort(key=lambda c: hashlib.sha256(pack(list(c[0]))).digest())
        calls: list[Case] = [(case, {}) for case, _ in cases]
        for (case, wrong), answer in zip(cases, self.ask(Question(scenario, calls, refusal=True)), strict=True):
            raised = isinstance(answer, Raised)
            unwritten = raised and answer.is_a(NotImplementedError) and NotImplementedError not in errors
            if not raised if not wrong else raised and not unwritten and answer.is_a(*errors):
                continue
            words = f"must raise {wanted}" if wrong else "must be accepted"
            words += f", but raised {answer!r}" if raised else ", but nothing was raised"
            kind, line = "refusal" if wrong else "raised", question_line(scenario, case, {})
            raise Mismatch(f"{bound_call(what, case)} {words}", kind, seen=answer, words=words, call=line)
