"""What a reader found in a foreign file, before it is a `Quiz`: ids are assigned, shares become a key, doubts reported.

Nothing is approximated: a question whose scoring gradeloop has no rule for is a problem with its line, and one problem
is enough for nothing to be imported, unless the caller leaves such questions out by name.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pydantic import ValidationError

from grader.quiz.exchange import extras
from grader.quiz.exchange.media import Images, Media, no_files
from grader.quiz.exchange.pools import sound
from grader.quiz.exchange.rendering import images
from grader.quiz.exchange.shares import why_unsupported
from grader.quiz.exchange.slug import slug
from grader.quiz.format.document import Document, DocumentError
from grader.quiz.format.kinds import KINDS
from grader.quiz.format.kinds.portable import Form, NotPortable
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz
from grader.quiz.format.problems import problems as in_words
from grader.quiz.format.textfile import shown

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold or a terminal might obey."""

MAX_QUESTIONS = 2000


Values = dict[str, object]
"""Fields of a question or quiz by name, not validated yet."""


@dataclass
class DraftChoice:
    """A choice; `share` is the percentage of the points that ticking it adds, `id` is "" where the format has none."""

    text: str
    share: float
    feedback: str = ""
    id: str = ""


@dataclass
class DraftQuestion:
    """A question as the file describes it, texts in Markdown; None is what the format does not say."""

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
    losses: list[str] = field(default_factory=list)
    form: Form | None = None
    pool: str = ""


@dataclass(frozen=True)
class Import:
    """A quiz that was read, the images its texts show by name, what did not come along, and what was left out."""

    quiz: Quiz
    images: dict[str, bytes]
    losses: list[str]
    left_out: list[str]


@dataclass
class Draft:
    """All a file holds, and what is wrong with it so far; `name` is the quiz's id where the file has none.

    `problems` are the file's own, `unread` those of single questions, both as (line, sentence).
    """

    where: str
    name: str
    title: str = ""
    extras: str = ""
    images: Images = field(default_factory=lambda: Images(""))
    questions: list[DraftQuestion] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    pools: dict[str, int] = field(default_factory=dict)

    def media(self, files: Callable[[str], bytes | None] = no_files) -> Media:
        """What takes the images of one more question."""
        return Media(self.images, files)

    def lose_categories(self, names: list[str]) -> None:
        """Tells that a bank of several categories becomes one quiz; ours are its pools."""
        if not self.extras and len(set(names)) > 1:
            self.losses.append(f"the {len(set(names))} categories: their questions become one quiz")

    def add(self, question: DraftQuestion) -> None:
        """One more question. Raises DocumentError when there are too many."""
        if len(self.questions) == MAX_QUESTIONS:
            raise DocumentError(self.where, [(question.line, f"holds more than {MAX_QUESTIONS} questions")])
        self.questions.append(question)

    def finished(self, skip: bool = False) -> Import:
        """What is imported, with `skip` without the questions that cannot be read. Raises DocumentError."""
        title = " ".join(self.title.split()) or self.name or "Imported"
        values: Values = {"id": slug(self.name) or "imported", "title": title}
        values |= self._known(1, self.extras, extras.QUIZ, self.problems)
        names: set[str] = set()
        tried = [(draft, self._question(draft, names)) for draft in self.questions]
        read = [(draft, question) for draft, question in tried if question is not None]
        if not read and not self.problems and not self.unread:
            self.problems.append((1, "holds no question"))
        if self.problems or (self.unread and not (skip and read)):
            advice = "`--skip` imports the other questions." if read and not self.problems else ""
            raise DocumentError(self.where, self.problems + self.unread, advice)
        quiz = self._quiz(values, [question for _, question in read])
        shown_there = {name for question in quiz.questions for _, text in question.texts for name in images(text)}
        losses = [f"`{question.id}`: {loss}" for draft, question in read for loss in dict.fromkeys(draft.losses)]
        left_out = [f"{self.where}:{line}: {sentence}" for line, sentence in sorted(set(self.unread))]
        taken = {name: data for name, data in self.images.data.items() if name in shown_there}
        return Import(quiz, taken, [*dict.fromkeys(self.losses), *losses], left_out)

    def _quiz(self, values: Values, questions: list[Question]) -> Quiz:
        declared = values.get("pools", {})
        counts = (declared if isinstance(declared, dict) else {}) | self.pools
        pools, questions, losses = sound(
            {one: count for one, count in counts.items() if isinstance(count, int)}, questions
        )
        self.losses += losses
        try:
            quiz = Quiz.model_validate(values | {"pools": pools, "questions": questions})
        except ValidationError as error:
            raise DocumentError(self.where, in_words(error, Document(), Quiz)) from None
        if odd := unprintable(quiz.title):
            raise DocumentError(self.where, [(1, f"the title holds the character {odd}")])
        return quiz

    def _question(self, draft: DraftQuestion, names: set[str]) -> Question | None:
        before = len(self.unread)
        known = self._known(draft.line, draft.extras, (*extras.QUESTION, "choices", extras.OF_KIND), self.unread)
        if len(self.unread) > before:
            return None
        try:
            own = _own(draft, known.pop("choices", None), known.pop(extras.OF_KIND, {}))
            model = KINDS[str(own["kind"])]
            return _checked(model.model_validate(_values(draft, known, own, names)))
        except ValidationError as error:
            self.unread += in_words(error, Document(lines={(): draft.line}), model)
        except (ValueError, NotPortable) as error:
            self.unread.append((draft.line, f"question {called(draft.name)} {error}"))
        return None

    def _known(self, line: int, text: str, names: tuple[str, ...], problems: list[tuple[int, str]]) -> Values:
        try:
            return extras.parse(text, names)
        except ValueError as error:
            problems.append((line, f"the `{extras.MARK}` line {error}: mend or remove it"))
            return {}


def _choices(draft: DraftQuestion, entries: list[Values] | None) -> Iterator[Values]:
    """The choices' values; the gradeloop line is matched by id, or by position where the format has no ids."""
    if why := why_unsupported(draft.single, [choice.share for choice in draft.choices]):
        raise ValueError(why)
    if entries is None:
        entries = [{} for _ in draft.choices]
    elif len(entries) != len(draft.choices):
        count = f"has {len(draft.choices)} choices, its `{extras.MARK}` line tells of {len(entries)}"
        raise ValueError(f"{count}: mend or remove the line")
    by_id = {str(extra.get("id")): extra for extra in entries}
    ids: set[str] = set()
    for number, (choice, extra) in enumerate(zip(draft.choices, entries, strict=True), 1):
        own = choice.id if slug(choice.id) == choice.id else ""
        extra = by_id.get(own, {}) if own else extra
        preferred = _free_id(ids, extra.get("id"), own, f"c{number}")
        yield extra | {"id": preferred, "text": choice.text, "correct": choice.share > 0, "feedback": choice.feedback}


def _own(draft: DraftQuestion, entries: object, extra: object) -> Values:
    """The fields that the question's kind has of its own, `kind` included."""
    if draft.form is None:
        choices = list(_choices(draft, entries if isinstance(entries, list) else None))
        return {"kind": "single" if draft.single else "multiple", "choices": choices}
    extra = extra if isinstance(extra, dict) else {}
    for kind in KINDS.values():
        if (own := kind.carried(draft.form, extra)) is not None:
            return own
    raise NotPortable("is of no kind we have")


def _values(draft: DraftQuestion, known: Values, own: Values, names: set[str]) -> Values:
    """The question's values: the file's own win over the gradeloop line, but for what the platform could not hold."""
    told_here = {"points": draft.points, "shuffle": draft.shuffle}
    values = known | {name: value for name, value in told_here.items() if value is not None}
    choices = own.get("choices")
    if isinstance(choices, list) and any(choice.get("pin") for choice in choices):
        values["shuffle"] = known.get("shuffle", True)
    return values | {
        "id": _free_id(names, draft.name, f"q{len(names) + 1}"),
        "stem": draft.stem,
        "explanation": draft.explanation,
        "scoring": known.get("scoring", draft.scoring),
        "pool": draft.pool or known.get("pool"),
        "tags": list(dict.fromkeys(filter(None, (slug(tag, 60) for tag in draft.tags)))),
        **own,
    }


def _checked(question: Question) -> Question:
    if odd := unprintable(question.source, *(text for _, text in question.texts)):
        raise ValueError(f"holds the character {odd}")
    return question


def _free_id(taken: set[str], *preferences: object) -> str:
    """The first preference that makes an id, with a number where it is taken."""
    preferred = next(filter(None, (slug(one) for one in preferences if isinstance(one, str))))
    numbered = (f"{preferred[: 39 - len(str(number))]}-{number}" for number in range(2, len(taken) + 3))
    free = next(name for name in (preferred, *numbered) if name not in taken)
    taken.add(free)
    return free


def called(name: str) -> str:
    """A question's name, or the beginning of its text, as a message shows it."""
    words = shown(" ".join(name.split()))
    return f"`{words[:40]}`" if len(words) <= 40 else f"`{words[:39]}…`"


def unprintable(*texts: str) -> str:
    """The first character in the texts that no file should hold, as U+001B; "" if there is none."""
    found = next(filter(None, map(_UNPRINTABLE.search, texts)), None)
    return f"U+{ord(found[0]):04X}" if found else ""
