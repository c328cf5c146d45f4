"""What all kinds of question have in common, and what each kind implements.

A kind is one subclass of `Question` in a file of its own here, listed in `grader.quiz.format.kinds`. Reader, terminal,
scorer, analysis, lint, release and exchange ask the question and never look at its kind.

The methods below `texts` speak of *picks*: what a learner answered, a tuple of short texts as answers files hold it
(choice ids, typed numbers, ids in an order). The *options* of a question are the answers it distinguishes: its choices,
or the right answer and the known wrong ones.
"""

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, PlainValidator

from grader.quiz.format.kinds.parts import Choice, Frozen, Id, Place, Points, Remark, Slug, Text, mapped
from grader.quiz.format.kinds.portable import Form, Portable
from grader.quiz.format.parameters import Parameters, Row, draws, filled, parameters_of, places


class Question(Frozen):
    """A question of any kind."""

    id: Annotated[Id, Field(description="its name in answers and analysis")]
    kind: Annotated[str, Field(description="what sort of answer it asks for")]
    stem: Annotated[Text, Field(description="the question, in Markdown")]
    points: Annotated[Points, Field(description="what it is worth; 0 for a survey question")] = Fraction(1)
    pool: Annotated[Id | None, Field(description="the pool that an attempt may draw it from")] = None
    scoring: Annotated[
        Literal["partial", "all_or_nothing"], Field(description="how an answer of several parts is paid")
    ] = "partial"
    shuffle: Annotated[bool, Field(description="whether the order of what is shown is drawn")] = True
    objective: Annotated[Slug | None, Field(description="the slug of what it asks for")] = None
    tags: Annotated[tuple[Slug, ...], Field(strict=False, description="slugs of its topics")] = ()
    source: Annotated[str, Field(description="where its facts come from")] = ""
    lesson: Annotated[
        str, Field(description="where to read again, as `exercises/lessons/l1_training_loop.md # The five lines`")
    ] = ""
    check: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,79}$",
            description="a function in checks*.py that computes the key",
        ),
    ] = None
    parameters: Annotated[
        Parameters,
        PlainValidator(parameters_of),
        Field(description="values for the `{{...}}` of its texts: a list per name, or a list of combinations"),
    ] = {}
    explanation: Annotated[str, Field(description="what everybody reads afterwards")] = ""

    is_open: ClassVar[bool] = True
    """Whether an answer may be none of the options."""

    seconds: ClassVar[int] = 60
    """How long a learner takes, roughly."""

    shown_in: ClassVar[str] = ""
    """The key of the file whose items `shown` is made of."""

    @cached_property
    def draws(self) -> tuple[Row, ...]:
        """The values of each variant; one empty row where there are no parameters."""
        return draws(self.parameters, self.id) if self.parameters else ({},)

    def variant(self, number: int) -> Self:
        """The question with the values of one draw in its texts; itself where there are no parameters.

        Raises ValueError where a text has no value.
        """
        if not self.parameters:
            return self
        row = self.draws[number % len(self.draws)]
        fields = {name: getattr(self, name) for name in type(self).model_fields if name != "parameters"}
        return type(self)(**{name: mapped(value, lambda text: filled(text, row)) for name, value in fields.items()})

    def variant_for(self, learner: str, quiz_id: str, attempt: int) -> int:
        """Which variant an attempt shows: the first is drawn by the learner's name, the next ones follow it."""
        start = int.from_bytes(hashlib.sha256(f"{learner}|{quiz_id}|{self.id}".encode()).digest()[:8])
        return (start + attempt - 1) % len(self.draws)

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
        """The answers it distinguishes."""
        return tuple(option for _, option in self.placed)

    def option(self, option_id: str) -> Choice | None:
        """The option of that id."""
        return next((option for option in self.options if option.id == option_id), None)

    @property
    def content(self) -> dict[str, object]:
        """What a learner sees of it beside stem and points, as plain data: another content is another question."""
        raise NotImplementedError

    @property
    def key(self) -> Any:
        """The key alone, as plain data; empty in a graded release."""
        raise NotImplementedError

    def keyless(self) -> tuple[Self, dict[str, str]]:
        """What a graded release holds, and the map of its opaque ids to these.

        Parameters become the texts that they make: an expression may hold the key, or a name betray it.
        """
        released, ids = self.stripped()
        if not self.parameters:
            return released, ids
        names: dict[str, str] = {}

        def named(text: str) -> str:
            for place in places(text):
                text = text.replace(place, f"{{{{{names.setdefault(place, f'v{len(names) + 1}')}}}}}")
            return text

        fields = {name: mapped(getattr(released, name), named) for name in type(released).model_fields}
        rows = tuple({name: filled(place, row) for place, name in names.items()} for row in self.draws)
        return type(released)(**fields | {"parameters": rows if names else {}}), ids

    def stripped(self) -> tuple[Self, dict[str, str]]:
        """What a learner has to see, every field named one by one, and the map of its opaque ids to these."""
        raise NotImplementedError

    def bare(self, **fields: Any) -> Self:
        """A question with what all kinds release, and the given fields of its own."""
        names = ("id", "kind", "stem", "points", "pool", "scoring", "shuffle")
        common = {name: getattr(self, name) for name in names}
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
        """The ids of the options that an answer amounts to; none for an answer that was not foreseen."""
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

    def remarks(self, picks: tuple[str, ...]) -> list[Remark]:
        """The feedback on an answer, part by part."""
        raise NotImplementedError

    def portable(self) -> Portable:
        """The question as a form that learning platforms know."""
        raise NotImplementedError

    @classmethod
    def carried(cls, form: Form, extra: dict[str, object]) -> dict[str, object] | None:
        """The fields of its own that a form and its extra make, None for a form of another kind.

        Raises NotPortable for a form of this kind that has no rule here.
        """
        return None

    def check_calls(self) -> list[tuple[tuple[str, ...], bool]]:
        """The arguments `check` is called with, and whether it must raise; `disagrees` judges what it gives."""
        return [((), False)]

    def disagrees(self, value: Any) -> str:
        """Why what `check` gave back is not the key, to go on after "check "; "" where it is."""
        return "" if value == self.checked_key else f"gives {str(value)[:60]!r}, the key is {self.checked_key!r}"

    @property
    def checked_key(self) -> Any:
        """What `check` should give back."""
        raise NotImplementedError

    def errors(self) -> Iterator[tuple[Place, str]]:
        """What lint calls an error in this kind alone."""
        raise NotImplementedError

    def warnings(self) -> Iterator[tuple[Place, str]]:
        """What lint warns of in this kind alone."""
        return iter(())
