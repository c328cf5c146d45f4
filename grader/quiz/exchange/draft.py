"""What a reader found in a foreign file, on its way to a `Quiz`: ids are given, shares become a key, doubts are told.

Nothing is bent to fit: a question whose scoring gradeloop has no rule for is a problem with its line, and one problem
is enough for nothing to be imported.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from pydantic import ValidationError

from grader.quiz.document import Document, DocumentError
from grader.quiz.exchange import extras
from grader.quiz.exchange.shares import doubts
from grader.quiz.model import ID_PATTERN, Question, Quiz
from grader.quiz.problems import problems as in_words

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
MAX_QUESTIONS = 2000


@dataclass
class DraftChoice:
    """A choice; `share` is the percentage of the points that ticking it adds. Texts are Markdown."""

    text: str
    share: float
    feedback: str = ""
    id: str = ""
    pin: str | None = None


@dataclass
class DraftQuestion:
    """A question as the file tells it; None is what the format does not say."""

    line: int
    name: str
    single: bool
    stem: str
    choices: list[DraftChoice]
    explanation: str = ""
    points: float | None = None
    shuffle: bool | None = None
    scoring: str = "partial"
    tags: list[str] = field(default_factory=list)
    extras: str = ""


@dataclass
class Draft:
    """All a file holds, and what is wrong with it so far."""

    where: str
    title: str = ""
    extras: str = ""
    questions: list[DraftQuestion] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)

    def quiz(self) -> Quiz:
        """The quiz. Raises DocumentError with every problem."""
        known = self._known(1, self.extras)
        stem = PurePath(self.where).stem
        values = {"id": slug(stem) or "imported", "title": " ".join(self.title.split()) or stem or "Imported"} | known
        if len(self.questions) > MAX_QUESTIONS:
            raise DocumentError(self.where, [(1, f"holds more than {MAX_QUESTIONS} questions")])
        names: set[str] = set()
        values["questions"] = tuple(filter(None, [self._question(draft, names) for draft in self.questions]))
        if not self.questions and not self.problems:
            self.problems.append((1, "holds no question"))
        if not self.problems:
            try:
                return Quiz.model_validate(values)
            except ValidationError as error:
                self.problems += in_words(error, Document(), Quiz)
        raise DocumentError(self.where, self.problems)

    def _question(self, draft: DraftQuestion, names: set[str]) -> Question | None:
        known = self._known(draft.line, draft.extras)
        told = known.pop("choices", [{} for _ in draft.choices])
        found = list(doubts(draft.single, [choice.share for choice in draft.choices]))
        if len(told) != len(draft.choices):
            count = f"{len(told)} choices, the question has {len(draft.choices)}"
            found.append(f"the `{extras.MARK}` line tells of {count}: mend or remove the line")
        if found:
            self.problems += [(draft.line, sentence) for sentence in found]
            return None
        told_here = {"points": draft.points, "shuffle": draft.shuffle}
        values = known | {name: value for name, value in told_here.items() if value is not None}
        values |= {"scoring": known.get("scoring", draft.scoring), "tags": _tags(draft)}
        values |= {
            "kind": "single" if draft.single else "multiple",
            "id": _free_id(names, draft.name, f"q{len(names) + 1}"),
        }
        values |= {"stem": draft.stem, "explanation": draft.explanation}
        ids: set[str] = set()
        values["choices"] = [
            extra
            | {"id": _free_id(ids, extra.get("id"), choice.id, f"c{number}"), "text": choice.text}
            | {"correct": choice.share > 0, "feedback": choice.feedback}
            | ({"pin": choice.pin} if choice.pin else {})
            for number, (extra, choice) in enumerate(zip(told, draft.choices, strict=True), 1)
        ]
        if any(choice.get("pin") for choice in values["choices"]):
            values["shuffle"] = known.get("shuffle", True)
        try:
            question = Question.model_validate(values)
        except ValidationError as error:
            self.problems += in_words(error, Document(lines={(): draft.line}), Question)
            return None
        for text in (*(text for _, text in question.texts), question.source):
            if control := _CONTROL.search(text):
                sentence = f"holds the control character U+{ord(control[0]):04X}"
                self.problems.append((draft.line, f"question `{question.id}` {sentence}"))
        return question

    def _known(self, line: int, text: str) -> dict[str, Any]:
        try:
            return extras.parse(text)
        except ValueError as error:
            self.problems.append((line, f"the `{extras.MARK}` line {error}: mend or remove it"))
            return {}


def _tags(draft: DraftQuestion) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (slug(tag, 60) for tag in draft.tags))))


def _free_id(taken: set[str], *wishes: object) -> str:
    """The first wish that makes an id, with a number where it is taken."""
    wish = next(filter(None, (slug(wish) for wish in wishes if isinstance(wish, str))))
    numbered = (f"{wish[: 39 - len(str(number))]}-{number}" for number in range(2, len(taken) + 3))
    free = next(name for name in (wish, *numbered) if name not in taken)
    taken.add(free)
    return free


def slug(text: str, length: int = 40) -> str:
    """The text as an id: lower-case ASCII letters, digits and `-`; "" if nothing is left."""
    if re.fullmatch(ID_PATTERN.strip("^$"), text):
        return text
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:length].strip("-")
