"""GIFT for questions without choices: numbers, short answers and pairs."""

import re
from collections.abc import Callable
from fractions import Fraction

from grader.quiz.format.kinds.portable import Form, NotPortable, Ordered, Paired, Typed, TypedAnswer
from grader.quiz.format.numbers import decimal, number

Write = Callable[[str], str]
"""A Markdown text as GIFT, with its `[html]`."""

Read = Callable[[list[str]], str]
"""Tokens as Markdown, or as they stand."""


def lines_of(form: Form, written: Write, escaped: Write) -> tuple[str, list[str]]:
    """What follows the opening brace, and the lines of the answers; a form that GIFT lacks is turned into pairs."""
    if isinstance(form, Ordered):
        return "", [f"={written(f'{place}.')} -> {escaped(step)}" for place, step in enumerate(form.steps, 1)]
    if isinstance(form, Paired):
        pairs = [f"={written(left)} -> {escaped(right)}" for left, right in form.pairs]
        return "", [*pairs, *(f"= -> {escaped(right)}" for right in form.extra)]
    lines = []
    for one in form.answers:
        share = "" if one.share == 1 else f"%{decimal(one.share * 100)}%"
        answer = f"{one.text}:{decimal(one.tolerance)}" if form.numeric else escaped(one.text.replace("*", r"\*"))
        lines.append(f"={share}{answer}" + (f"#{written(one.feedback)}" if one.feedback else ""))
    return "#" if form.numeric else "", lines


def form_of(parts: list[list[str]], numeric: bool, text: Read, plain: Read, losses: list[str]) -> Form:
    """The form of the tokens after each `=`. Raises NotPortable."""
    split = [_arrow(part) for part in parts]
    if all(split) and not numeric:
        pairs = [(text(left), text(right)) for left, right in filter(None, split)]
        return Paired(tuple(pair for pair in pairs if pair[0]), tuple(right for left, right in pairs if not left))
    answers = []
    for part in parts:
        share, part = _weight(part)
        at = next((at for at, token in enumerate(part) if token == "#"), len(part))
        answer, feedback = plain(part[:at]), text(part[at + 1 :])
        if answer == "*":
            losses.append("the feedback to every other answer")
            continue
        tolerance = Fraction(0)
        if numeric:
            answer, tolerance = _range(answer)
        answers.append(TypedAnswer(answer if numeric else answer.replace(r"\*", "*"), share, feedback, tolerance))
    return Typed(tuple(answers), numeric)


def _arrow(tokens: list[str]) -> tuple[list[str], list[str]] | None:
    """The tokens before and after `->`."""
    at = next((at for at in range(len(tokens) - 1) if tokens[at : at + 2] == ["-", ">"]), None)
    return None if at is None else (tokens[:at], tokens[at + 2 :])


def _weight(tokens: list[str]) -> tuple[Fraction, list[str]]:
    weight = re.match(r"\s*%(-?[0-9]{1,3}(?:\.[0-9]{0,9})?)%", "".join(tokens[:20]))
    return (Fraction(weight[1]) / 100, tokens[weight.end() :]) if weight else (Fraction(1), tokens)


def _range(text: str) -> tuple[str, Fraction]:
    """A number and its tolerance from `1.5:0.1` or `1.4..1.6`."""
    low, dots, high = text.partition("..")
    ends = (number(low), number(high)) if dots else ()
    value, _, within = text.partition(":")
    found, tolerance = (number(value), number(within or "0"))
    if dots and len(ends) == 2 and ends[0] is not None and ends[1] is not None:
        found, tolerance = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2
    if found is None or tolerance is None:
        raise NotPortable("has an answer that is no number")
    return decimal(found), tolerance
