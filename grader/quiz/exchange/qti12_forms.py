"""QTI 1.2 as Canvas has it for questions without choices: numbers, short answers and pairs."""

import re
from collections.abc import Callable
from fractions import Fraction
from xml.etree import ElementTree

from grader.quiz.exchange.media import Media
from grader.quiz.exchange.rendering import to_html
from grader.quiz.exchange.xmltree import Node, add
from grader.quiz.format.kinds.portable import Form, NotPortable, Ordered, Paired, Typed, TypedAnswer
from grader.quiz.format.numbers import decimal, number

RESPONSE = "response1"
TYPES = ("numerical_question", "short_answer_question", "matching_question")

Texts = Callable[[Node, Media], str]
"""The Markdown of the material in an element."""


def type_of(form: Form) -> str:
    """Canvas' name of a form; what it lacks is turned into pairs."""
    if isinstance(form, Typed):
        return "numerical_question" if form.numeric else "short_answer_question"
    return "matching_question"


def paired(form: Paired | Ordered) -> Paired:
    """Steps as pairs of place and step."""
    if isinstance(form, Paired):
        return form
    return Paired(tuple((f"{place}.", step) for place, step in enumerate(form.steps, 1)))


def feedback_of(form: Form) -> list[str]:
    """The feedback texts, in the order of `f1_fb`, `f2_fb`, ..."""
    return [one.feedback for one in form.answers if one.feedback] if isinstance(form, Typed) else []


def write_presentation(presentation: ElementTree.Element, form: Form) -> None:
    """The places to answer."""
    if isinstance(form, Typed):
        response = add(presentation, "response_str", attributes={"ident": RESPONSE, "rcardinality": "Single"})
        kind = {"fibtype": "Decimal"} if form.numeric else {}
        add(add(response, "render_fib", attributes=kind), "response_label", attributes={"ident": "answer1"})
        return
    pairs = paired(form)
    rights = _rights(pairs)
    for at, (left, _) in enumerate(pairs.pairs, 1):
        response = add(presentation, "response_lid", attributes={"ident": f"response_{at}"})
        _material(response, left)
        render = add(response, "render_choice")
        for place, right in enumerate(rights, 1):
            _material(add(render, "response_label", attributes={"ident": f"r{place}"}), right)


def write_conditions(processing: ElementTree.Element, form: Form) -> None:
    """What pays: feedback alone first, or it takes the points away."""
    if not isinstance(form, Typed):
        pairs = paired(form)
        share = decimal(Fraction(100, len(pairs.pairs)))
        for at, (_, right) in enumerate(pairs.pairs, 1):
            condition = add(processing, "respcondition")
            place = _rights(pairs).index(right) + 1
            add(add(condition, "conditionvar"), "varequal", f"r{place}", {"respident": f"response_{at}"})
            add(condition, "setvar", share, {"varname": "SCORE", "action": "Add"})
        return
    names = iter(range(1, len(form.answers) + 1))
    named = [(one, f"f{next(names)}_fb" if one.feedback else "") for one in form.answers]
    for one, feedback in named:
        if feedback:
            condition = add(processing, "respcondition", attributes={"continue": "Yes"})
            _met(add(condition, "conditionvar"), one, form.numeric)
            add(condition, "displayfeedback", attributes={"feedbacktype": "Response", "linkrefid": feedback})
    for one, _ in named:
        if one.share:
            condition = add(processing, "respcondition", attributes={"continue": "No"})
            _met(add(condition, "conditionvar"), one, form.numeric)
            add(condition, "setvar", decimal(one.share * 100), {"action": "Set", "varname": "SCORE"})


def _met(test: ElementTree.Element, one: TypedAnswer, numeric: bool) -> None:
    respident = {"respident": RESPONSE}
    if not numeric:
        add(test, "varequal", one.text, respident)
        return
    value = number(one.text) or Fraction(0)
    either = add(test, "or")
    add(either, "varequal", one.text, respident)
    both = add(either, "and")
    add(both, "vargte", decimal(value - one.tolerance), respident)
    add(both, "varlte", decimal(value + one.tolerance), respident)


def _rights(pairs: Paired) -> list[str]:
    """The texts on the right, each once, in an order that gives nothing away."""
    return sorted({right for _, right in pairs.pairs} | set(pairs.extra))


def _material(parent: ElementTree.Element, text: str) -> None:
    add(add(parent, "material"), "mattext", to_html(text), {"texttype": "text/html"})


def read_form(item: Node, kind: str, texts: Texts, media: Media) -> Form:
    """The form of an item. Raises NotPortable."""
    presentation = item.first("presentation") or item
    if kind == "matching_question":
        return _read_pairs(item, presentation, texts, media)
    feedback = {node.attributes.get("ident", ""): texts(node, media) for node in item.all("itemfeedback")}
    feedbacks: dict[str, str] = {}
    shares: dict[str, Fraction] = {}
    within: dict[str, Fraction] = {}
    for condition in item.all("resprocessing", "respcondition"):
        for test in (test for variables in condition.all("conditionvar") for test in variables.children):
            for text, tolerance in _tested(test):
                within.setdefault(text, tolerance)
                for shows in condition.all("displayfeedback"):
                    feedbacks.setdefault(text, feedback.get(shows.attributes.get("linkrefid", ""), ""))
                for change in condition.all("setvar"):
                    shares.setdefault(text, _number(change.text) / 100)
    answers = [
        TypedAnswer(text, shares.get(text, Fraction(0)), feedbacks.get(text, ""), within[text]) for text in within
    ]
    return Typed(tuple(answers), kind == "numerical_question")


def _tested(test: Node) -> list[tuple[str, Fraction]]:
    """(answer, tolerance) that a condition is about."""
    if test.name == "varequal":
        return [(test.text.strip(), Fraction(0))]
    equal = [node for node in test.named("varequal")]
    low, high = test.named("vargte") + test.named("vargt"), test.named("varlte") + test.named("varlt")
    if low and high:
        middle = (_number(low[0].text) + _number(high[0].text)) / 2
        text = equal[0].text.strip() if equal else decimal(middle)
        return [(text, abs(_number(high[0].text) - _number(text)))]
    return [(node.text.strip(), Fraction(0)) for node in equal]


def _read_pairs(item: Node, presentation: Node, texts: Texts, media: Media) -> Paired:
    keys = {}
    for condition in item.all("resprocessing", "respcondition"):
        if condition.all("setvar"):
            for test in condition.named("varequal"):
                keys[test.attributes.get("respident", "")] = test.text.strip()
    pairs: list[tuple[str, str]] = []
    rights: dict[str, str] = {}
    for response in presentation.named("response_lid"):
        labels = {label.attributes.get("ident", ""): texts(label, media) for label in response.named("response_label")}
        rights |= labels
        key = keys.get(response.attributes.get("ident", ""), "")
        if key not in labels:
            raise NotPortable("has a left side without a right one")
        pairs.append((texts(response, media), labels[key]))
    used = {right for _, right in pairs}
    return Paired(tuple(pairs), tuple(dict.fromkeys(text for text in rights.values() if text not in used)))


def _number(text: str) -> Fraction:
    if not re.fullmatch(r"\s*-?[0-9]{1,9}(\.[0-9]{0,20})?\s*", text):
        raise NotPortable("has a text where a number belongs")
    return Fraction(text.strip())
