"""What makes a single question good: the rules of `grader quiz lint`, each a short function over one question.

An error is a question that cannot be scored, shown or trusted; a warning is a habit known to make items weak.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from grader.quiz.format.console import plain
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.parts import Choice, Place
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.markup import all_spans, blocks, unclosed
from grader.quiz.format.tex import TexError, unicode_math
from grader.quiz.format.vocabulary import Vocabulary
from grader.quiz.score.release import image_file

STEM_WORDS = 120
FEEDBACK_WORDS = 4
RARE = 2
"""A word is rare when at most this many stems of the bank hold it."""


@dataclass(frozen=True)
class Finding:
    """One thing to mend, with the part of the question it is about, as ("choices", 2, "text")."""

    level: Literal["error", "warning"]
    place: Place
    sentence: str


def errors_in(question: Question, folder: Path, vocabulary: Vocabulary | None) -> Iterator[Finding]:
    """Every error of a question; `folder` holds its images. Texts are looked at as the first draw makes them."""
    shown = _first_draw(question)
    for place, sentence in (
        *_in_variants(question),
        *_poor_feedback(shown),
        *_unshowable(shown, folder),
        *(vocabulary.unknown(question) if vocabulary else ()),
    ):
        yield Finding("error", place, sentence)


def warnings_in(question: Question, stems_with: dict[str, int]) -> Iterator[Finding]:
    """Every warning of a question; `stems_with` counts for each word the stems of the bank that contain it."""
    question = _first_draw(question)
    for place, sentence in (
        *_missing_explanations(question),
        *question.warnings(),
        *_unpinned(question),
        *_stem(question),
        *_telltale_words(question, stems_with),
        *_unchecked_number(question),
    ):
        yield Finding("warning", place, sentence)


def _first_draw(question: Question) -> Question:
    """The question as its first draw makes it; unchanged where that fails, which another rule reports."""
    try:
        return question.variant(0)
    except ValueError:
        return question


_Sentences = Iterator[tuple[Place, str]]


def _in_variants(question: Question) -> _Sentences:
    """What is wrong with the key or with distractors in any draw of the parameters: the first one of each sentence."""
    seen: set[str] = set()
    for number, row in enumerate(question.draws):
        with_values = f" (with {', '.join(f'{name}={value}' for name, value in row.items())})" if row else ""
        try:
            variant = question.variant(number)
        except ValueError as error:
            reason = "it makes no question" if isinstance(error, ValidationError) else str(error)
            yield ("parameters",), f"{reason}{with_values}"
            return
        for place, sentence in (*variant.errors(), *_same_texts(variant)):
            if sentence not in seen:
                seen.add(sentence)
                yield place, f"{sentence}{with_values}"


def _same_texts(question: Question) -> _Sentences:
    seen: dict[str, str] = {}
    for place, choice in question.placed:
        other = seen.setdefault(folded(choice.text), choice.id)
        if other != choice.id:
            yield (*place, "text"), f"choices `{other}` and `{choice.id}` say the same"


def _poor_feedback(question: Question) -> _Sentences:
    seen: dict[str, str] = {}
    for where, choice in question.placed:
        place = (*where, "feedback")
        feedback = words(choice.feedback)
        if not choice.feedback:
            continue
        other = seen.setdefault(folded(choice.feedback), choice.id)
        if other != choice.id:
            yield place, f"choices `{other}` and `{choice.id}` have the same feedback"
        elif len(feedback) < FEEDBACK_WORDS:
            yield place, f"the feedback of `{choice.id}` has fewer than {FEEDBACK_WORDS} words"
        elif set(feedback) <= set(words(choice.text)) | _EMPTY_WORDS:
            yield place, f"the feedback of `{choice.id}` only repeats the choice"


_EMPTY_WORDS = set(
    "a an and answer choice correct false incorrect indeed is it no not right so that the this true wrong yes".split()
)


def _unshowable(question: Question, folder: Path) -> _Sentences:
    for place, text in question.texts:
        for problem in unclosed(text):
            yield place, problem
        for span in all_spans(text):
            if span.kind == "math":
                try:
                    unicode_math(span.text)
                except TexError as error:
                    yield place, f"{error}, so `${span.text}$` cannot be shown"
            elif span.kind == "image":
                if not span.text.strip():
                    yield place, f"image `{span.target}` has no alternative text: ![what it shows](...)"
                if image_file(folder, span.target) is None:
                    yield place, f"there is no image `{span.target}` in {folder.name}/"


def _missing_explanations(question: Question) -> _Sentences:
    if not question.explanation:
        yield ("explanation",), "there is no explanation"
    for place, choice in question.placed:
        if not choice.feedback:
            yield place, f"choice `{choice.id}` has no feedback"
        if not choice.correct and not choice.misconception:
            yield place, f"wrong choice `{choice.id}` names no misconception"
        if choice.correct and choice.misconception:
            yield (*place, "misconception"), f"correct choice `{choice.id}` names a misconception"


def _unpinned(question: Question) -> _Sentences:
    for place, choice in question.placed:
        if (
            question.shuffle
            and choice.pin != "last"
            and re.match(r"(?i)(all|none|neither|both) of (the|these)", choice.text)
        ):
            yield place, f"choice `{choice.id}` speaks of the others: give it `pin: last`"


def _stem(question: Question) -> _Sentences:
    size = sum(len(block.source.split()) for block in blocks(question.stem) if block.kind != "code")
    if size > STEM_WORDS:
        yield ("stem",), f"the stem has {size} words, more than {STEM_WORDS}"
    text = [span for span in all_spans(question.stem) if span.kind == "text"]
    last = re.split(r"(?<=[.!?])\s", "".join(span.text for span in text if span.style != "bold"))
    if re.search(r"(?i)^\s*(which|what|who)\b.*\b(not|except|never|\w+n't)\b", last[-1]):
        yield ("stem",), "the question is negative: write the word in bold, as **NOT**"


def _telltale_words(question: Question, stems_with: dict[str, int]) -> _Sentences:
    if not isinstance(question, ChoiceQuestion) or question.kind != "single" or len(question.correct) != 1:
        return
    key = next(choice for choice in question.choices if choice.correct)
    elsewhere = {word for choice in question.choices if not choice.correct for word in words(choice.text)}
    for word in sorted(set(words(key.text)) & set(words(question.stem)) - elsewhere):
        if len(word) > 5 and word.isalpha() and stems_with.get(word, 0) <= RARE:
            yield ("stem",), f"only the correct choice repeats the stem's rare word `{word}`"


def _unchecked_number(question: Question) -> _Sentences:
    if isinstance(question, ChoiceQuestion) and not question.check and numbers(question.choices):
        yield ("stem",), "the key is a number and no `check` asserts it"


def numbers(choices: tuple[Choice, ...]) -> list[float] | None:
    """The values of the choices, where every one is a plain number."""
    values = [re.fullmatch(r"[-+−]?\d+(\.\d+)?", plain(choice.text).strip()) for choice in choices]
    if not all(values):
        return None
    return [float(value.group().replace("−", "-")) for value in values if value]


def folded(text: str) -> str:
    """The text as two texts are compared: NFC, one case, single spaces."""
    return " ".join(unicodedata.normalize("NFC", plain(text)).casefold().split())


def words(text: str) -> list[str]:
    """The words of a text, folded."""
    return re.findall(r"\w[\w.'’-]*\w|\w", folded(text))
