"""What all kinds of question have in common, and what each has to say for itself.

A kind is one subclass of `Question` in a file of its own here, listed in `grader.quiz.format.kinds`. Reader, terminal,
scorer, analysis, lint, release and exchange ask the question and never look at its kind.

The methods below `texts` speak of *picks*: what a learner answered, a tuple of short texts as answers files hold it
(choice ids, typed numbers, ids in an order). The *options* of a question are the answers it tells apart: its choices,
or the right answer and the known wrong ones.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from grader.quiz.format.kinds.portable import Form, Portable

ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,39}$"

Id = Annotated[str, Field(pattern=ID_PATTERN)]
"""A quiz, question or choice id; answers and statistics hang on it, so it is never used again for something else."""

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
"""A tag, an objective or a misconception: the same letters as an id, a little longer."""

Text = Annotated[str, Field(min_length=1)]
"""Markdown with `$...$` mathematics; never empty."""

Place = tuple[str | int, ...]
"""The way to a part of a question, as ("choices", 2, "text")."""


def _exact(value: Any) -> Fraction:
    """The points a file names, without a binary rounding: 0.1 is 1/10."""
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        raise ValueError("must be a number")
    points = value if isinstance(value, Fraction) else Fraction(str(value))
    if not 0 <= points <= 1000:
        raise ValueError("must be between 0 and 1000")
    return points


Points = Annotated[Fraction, PlainValidator(_exact)]
"""An exact, non-negative number of points; a question of 0 points is a survey question."""


class Frozen(BaseModel):
    """A part of a quiz: never changed, no unknown keys, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed; unlike `model_copy` it is checked and takes no cached property along."""
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | changes)


class Choice(Frozen):
    """One answer that is told apart from others: what a learner can tick, or a known answer to an open question."""

    id: Annotated[Id, Field(description="its name in answers and analysis")]
    text: Annotated[Text, Field(description="what the learner reads, in Markdown")]
    correct: Annotated[bool, Field(description="whether it is right")] = False
    feedback: Annotated[str, Field(description="what a learner who ticked it reads")] = ""
    misconception: Annotated[Slug | None, Field(description="the slug of what is misunderstood by who ticks it")] = None
    if_not_chosen: Annotated[str, Field(description="what a learner who should have ticked it reads")] = ""
    pin: Annotated[Literal["first", "last"] | None, Field(description="its place when choices are shuffled")] = None


class Said(NamedTuple):
    """A line of feedback: `✓`, `✗` or `!`, what it is about, the answer in Markdown, and why."""

    sign: str
    about: str
    answer: str
    why: str


class Question(Frozen):
    """A question of any kind."""

    id: Annotated[Id, Field(description="its name in answers and analysis")]
    kind: Annotated[str, Field(description="what sort of answer it asks for")]
    stem: Annotated[Text, Field(description="the question, in Markdown")]
    points: Annotated[Points, Field(description="what it is worth; 0 for a survey question")] = Fraction(1)
    scoring: Annotated[
        Literal["partial", "all_or_nothing"], Field(description="how an answer of several parts is paid")
    ] = "partial"
    shuffle: Annotated[bool, Field(description="whether the order of what is shown is drawn")] = True
    objective: Annotated[Slug | None, Field(description="the slug of what it asks for")] = None
    tags: Annotated[tuple[Slug, ...], Field(strict=False, description="slugs of its topics")] = ()
    source: Annotated[str, Field(description="where its facts come from")] = ""
    check: Annotated[
        str | None,
        Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,79}$", description="a function in checks.py that computes the key"),
    ] = None
    explanation: Annotated[str, Field(description="what everybody reads afterwards")] = ""

    is_open: ClassVar[bool] = True
    """Whether an answer may be none of the options."""

    seconds: ClassVar[int] = 60
    """How long a learner takes, roughly."""

    shown_in: ClassVar[str] = ""
    """The key of the file whose items `shown` is made of."""

    @property
    def mixes(self) -> bool:
        """Whether the order of what is shown is drawn."""
        return self.shuffle

    @property
    def ids(self) -> frozenset[str]:
        """Every id that an answer may name; empty where answers are typed."""
        return frozenset()

    @property
    def shown(self) -> tuple[tuple[str, str, str | None], ...]:
        """(id, text, pin) of what the learner chooses from, in the file's order; nothing where answers are typed."""
        return ()

    @property
    def parts(self) -> Iterator[tuple[Place, str]]:
        """Every Markdown text but stem and explanation, with its path in the question."""
        raise NotImplementedError

    @property
    def texts(self) -> Iterator[tuple[Place, str]]:
        """Every Markdown text of the question with its path in it, as (("choices", 0, "feedback"), "...")."""
        yield ("stem",), self.stem
        yield from self.parts
        yield ("explanation",), self.explanation

    @property
    def placed(self) -> tuple[tuple[Place, Choice], ...]:
        """The options with their paths."""
        raise NotImplementedError

    @property
    def options(self) -> tuple[Choice, ...]:
        """The answers it tells apart."""
        return tuple(option for _, option in self.placed)

    def option(self, option_id: str) -> Choice | None:
        """The option of that id."""
        return next((option for option in self.options if option.id == option_id), None)

    @property
    def content(self) -> dict[str, Any]:
        """What a learner sees of it beside stem and points, as plain data: another content is another question."""
        raise NotImplementedError

    @property
    def key(self) -> Any:
        """The key alone, as plain data; empty in a graded release."""
        raise NotImplementedError

    def keyless(self) -> tuple[Self, dict[str, str]]:
        """What a graded release holds, every field named one by one, and the map of its opaque ids to these."""
        raise NotImplementedError

    def bare(self, **fields: Any) -> Self:
        """A question with what all kinds release, and the given fields of its own."""
        common = {name: getattr(self, name) for name in ("id", "kind", "stem", "points", "scoring", "shuffle")}
        return type(self)(**common, **fields)

    def own(self, pick: str, ids: dict[str, str]) -> str:
        """A pick from a release in ids of the question's own; one that is unknown begins with `?`."""
        return ids.get(pick, f"?{pick}") if ids else pick

    def unsound(self) -> str:
        """Why it cannot be scored, to go on after "question `x` "; "" where it can."""
        raise NotImplementedError

    def refusal(self, picks: tuple[str, ...]) -> str:
        """Why the picks cannot be an answer; "" where they can."""
        raise NotImplementedError

    def share(self, picks: tuple[str, ...]) -> Fraction:
        """The share of the points, 0 to 1, that an answer earns; the picks are not refused."""
        raise NotImplementedError

    def taken(self, picks: tuple[str, ...]) -> tuple[str, ...]:
        """The ids of the options that an answer amounts to; none for an answer nobody foresaw."""
        raise NotImplementedError

    @property
    def rule(self) -> str:
        """What sort of answer is asked for, in a few words."""
        raise NotImplementedError

    @property
    def help(self) -> str:
        """What to type, in a few words."""
        raise NotImplementedError

    def prompts(self, order: tuple[str, ...]) -> tuple[str, ...]:
        """What is asked, a line of answer to each."""
        raise NotImplementedError

    def lines(self, order: tuple[str, ...], picks: tuple[str, ...]) -> list[tuple[str, str]]:
        """(marker, text) of what is shown below the stem, in the learner's order."""
        return []

    def parsed(self, typed: tuple[str, ...], order: tuple[str, ...]) -> tuple[str, ...]:
        """The picks of typed lines, one per prompt. Raises ValueError with what to type instead."""
        raise NotImplementedError

    def typed(self, picks: tuple[str, ...], order: tuple[str, ...]) -> str:
        """The picks as the learner would type them, for the review."""
        raise NotImplementedError

    def answer_text(self, picks: tuple[str, ...]) -> str:
        """The picks in Markdown, as feedback shows them."""
        raise NotImplementedError

    def said(self, picks: tuple[str, ...]) -> list[Said]:
        """What a learner who answered so is told."""
        raise NotImplementedError

    def portable(self) -> Portable:
        """The question as a form that learning platforms know."""
        raise NotImplementedError

    @classmethod
    def carried(cls, form: Form, extra: dict[str, Any]) -> dict[str, Any] | None:
        """The fields of its own that a form and its extra make, None for a form of another kind.

        Raises NotPortable for a form of this kind that has no rule here.
        """
        return None

    def errors(self) -> Iterator[tuple[Place, str]]:
        """What lint calls an error in this kind alone."""
        raise NotImplementedError

    def warnings(self) -> Iterator[tuple[Place, str]]:
        """What lint warns of in this kind alone."""
        return iter(())
