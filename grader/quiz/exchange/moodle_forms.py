"""Moodle XML for questions without choices: numerical, shortanswer, matching and ordering."""

from collections.abc import Callable
from fractions import Fraction
from xml.etree import ElementTree

from grader.quiz.exchange.media import Media
from grader.quiz.exchange.rendering import to_html
from grader.quiz.exchange.xmltree import Node, add
from grader.quiz.format.console import plain
from grader.quiz.format.kinds.portable import Form, NotPortable, Ordered, Paired, Typed, TypedAnswer
from grader.quiz.format.numbers import decimal

READABLE = ("numerical", "shortanswer", "matching", "match", "ordering")

Texts = Callable[[Node | None, Media], str]
"""The Markdown of an element with a `<text>`."""


def type_of(form: Form) -> str:
    """Moodle's name of a form."""
    if isinstance(form, Typed):
        return "numerical" if form.numeric else "shortanswer"
    return "matching" if isinstance(form, Paired) else "ordering"


def write_form(element: ElementTree.Element, form: Form, shuffle: bool) -> None:
    """The elements that make the form, after those which all questions have."""
    if isinstance(form, Typed):
        _write_typed(element, form)
    elif isinstance(form, Paired):
        add(element, "shuffleanswers", "true" if shuffle else "false")
        for left, right in (*form.pairs, *(("", right) for right in form.extra)):
            pair = _text(element, "subquestion", to_html(left), {"format": "html"})
            add(add(pair, "answer"), "text", plain(right))
    else:
        settings = {"layouttype": "VERTICAL", "selecttype": "ALL", "selectcount": "0"}
        grading = "LONGEST_CONTIGUOUS_SUBSET" if form.partial else "ALL_OR_NOTHING"
        for name, value in {**settings, "gradingtype": grading, "showgrading": "SHOW"}.items():
            add(element, name, value)
        for place, step in enumerate(form.steps, 1):
            _text(element, "answer", to_html(step), {"fraction": str(place), "format": "html"})


def _write_typed(element: ElementTree.Element, form: Typed) -> None:
    if not form.numeric:
        add(element, "usecase", "1" if form.cased else "0")
    for one in form.answers:
        attributes = {"fraction": decimal(one.share * 100), "format": "moodle_auto_format"}
        text = one.text if form.numeric else one.text.replace("*", r"\*")
        answer = _text(element, "answer", text, attributes)
        _text(answer, "feedback", to_html(one.feedback), {"format": "html"})
        if form.numeric:
            add(answer, "tolerance", decimal(one.tolerance))
    if form.unit:
        unit = add(add(element, "units"), "unit")
        add(unit, "multiplier", "1")
        add(unit, "unit_name", form.unit)
    if form.numeric:
        for name, value in {"unitgradingtype": "0", "unitpenalty": "0", "showunits": "3", "unitsleft": "0"}.items():
            add(element, name, value)


def _text(parent: ElementTree.Element, name: str, text: str, attributes: dict[str, str]) -> ElementTree.Element:
    element = add(parent, name, attributes=attributes)
    add(element, "text", text)
    return element


def read_form(node: Node, kind: str, texts: Texts, media: Media) -> Form:
    """The form of an element. Raises NotPortable."""
    if kind in ("numerical", "shortanswer"):
        return _read_typed(node, kind == "numerical", texts, media)
    if kind == "ordering":
        answers = sorted(node.all("answer"), key=lambda answer: _share(answer.attributes.get("fraction", "")))
        grading = node.value("gradingtype") or "ABSOLUTE_POSITION"
        if grading not in ("LONGEST_CONTIGUOUS_SUBSET", "ALL_OR_NOTHING"):
            media.losses.append("its scoring: here the longest correct run is paid")
        return Ordered(tuple(texts(answer, media) for answer in answers), partial=grading != "ALL_OR_NOTHING")
    pairs = [(texts(pair, media), texts(pair.first("answer"), media)) for pair in node.all("subquestion")]
    return Paired(
        tuple((left, right) for left, right in pairs if left), tuple(right for left, right in pairs if not left)
    )


def _read_typed(node: Node, numeric: bool, texts: Texts, media: Media) -> Typed:
    answers = []
    for answer in node.all("answer"):
        text = answer.value("text")
        feedback = texts(answer.first("feedback"), media)
        if text == "*":
            media.losses.append("the feedback to every other answer")
            continue
        tolerance = _share(answer.value("tolerance") or "0") if numeric else Fraction(0)
        share = _share(answer.attributes.get("fraction", "")) / 100
        answers.append(TypedAnswer(text if numeric else text.replace(r"\*", "*"), share, feedback, tolerance))
    units = node.all("units", "unit")
    if len(units) > 1 or any(unit.value("multiplier") not in ("", "1", "1.0") for unit in units):
        raise NotPortable("has several units, we have one")
    unit = units[0].value("unit_name") if units else ""
    return Typed(tuple(answers), numeric, unit, cased=node.value("usecase") == "1")


def _share(text: str) -> Fraction:
    try:
        return Fraction(text.strip()) if len(text) < 40 and "/" not in text else Fraction("")
    except (ValueError, OverflowError):
        raise NotPortable("has a text where a number belongs") from None
