"""Moodle XML: the format that loses least on the way into a Moodle question bank."""

import re
from pathlib import PurePath
from xml.etree import ElementTree

from grader.quiz.exchange import extras, shares, xmltree
from grader.quiz.exchange.draft import Draft, DraftChoice, DraftQuestion
from grader.quiz.exchange.markdown import from_style
from grader.quiz.exchange.rendering import to_html
from grader.quiz.exchange.xmltree import Node, add
from grader.quiz.model import Question, Quiz
from grader.quiz.textfile import decode, shown

_READABLE = ("multichoice", "truefalse")


def write(quiz: Quiz) -> bytes:
    """The quiz as Moodle XML, its questions in a category of the quiz's name. Raises UsageError."""
    root = ElementTree.Element("quiz")
    root.append(ElementTree.Comment(f" {extras.MARK}{extras.of_quiz(quiz)} "))
    category = add(root, "question", attributes={"type": "category"})
    add(add(category, "category"), "text", quiz.id)
    _text(category, "info", quiz.title)
    for question in quiz.questions:
        _question(root, question)
    return xmltree.serialize(root)


def _question(root: ElementTree.Element, question: Question) -> None:
    element = add(root, "question", attributes={"type": "multichoice"})
    element.append(ElementTree.Comment(f" {extras.MARK}{extras.of_question(question)} "))
    add(add(element, "name"), "text", question.id)
    _text(element, "questiontext", question.stem)
    _text(element, "generalfeedback", question.explanation)
    add(element, "defaultgrade", str(extras.number(question.points)))
    add(element, "penalty", "0")
    add(element, "hidden", "0")
    add(element, "idnumber", question.id)
    add(element, "single", _truth(question.kind == "single"))
    add(element, "shuffleanswers", _truth(question.shuffle and not any(choice.pin for choice in question.choices)))
    add(element, "answernumbering", "abc")
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _text(element, name, "")
    for choice, share in zip(question.choices, shares.written(question), strict=True):
        answer = _text(element, "answer", choice.text, {"fraction": share})
        _text(answer, "feedback", choice.feedback)
    tags = add(element, "tags")
    for tag in question.tags:
        add(add(tags, "tag"), "text", tag)


def _text(
    parent: ElementTree.Element, name: str, markdown: str, attributes: dict[str, str] | None = None
) -> ElementTree.Element:
    element = add(parent, name, attributes={**(attributes or {}), "format": "html"})
    add(element, "text", to_html(markdown))
    return element


def _truth(value: bool) -> str:
    return "true" if value else "false"


def read(data: bytes, where: str) -> Quiz:
    """The quiz of a Moodle XML file. Raises UsageError with every problem."""
    root = xmltree.parse(decode(data, where), where)
    draft = Draft(where, PurePath(where).stem, extras=extras.found_in(root.comments))
    if root.name != "quiz":
        draft.problems.append(
            (root.line, f"this is not Moodle XML: the file starts with <{shown(root.name)[:40]}>, not <quiz>")
        )
    for node in root.all("question"):
        kind = node.attributes.get("type", "")
        if kind == "category":
            draft.title = draft.title or node.value("category", "text").rpartition("/")[2]
        elif kind not in _READABLE:
            draft.problems.append(
                (node.line, f"this is a question of type `{shown(kind)[:40]}`: we have single and multiple choice")
            )
        else:
            _read_question(draft, node)
    return draft.quiz()


def _read_question(draft: Draft, node: Node) -> None:
    choices = []
    for answer in node.all("answer"):
        share = _number(draft, answer, answer.attributes.get("fraction", ""))
        choices.append(DraftChoice(_markdown(answer), share, _markdown(answer.first("feedback"))))
    grade = node.first("defaultgrade")
    draft.add(
        DraftQuestion(
            line=node.line,
            name=node.value("idnumber") or node.value("name", "text"),
            single=node.attributes["type"] == "truefalse" or node.value("single") in ("", "true", "1"),
            stem=_markdown(node.first("questiontext")),
            choices=choices,
            explanation=_markdown(node.first("generalfeedback")),
            points=_number(draft, grade, grade.text) if grade else None,
            shuffle=node.value("shuffleanswers") in ("", "true", "1"),
            tags=[tag.value("text") for tag in node.all("tags", "tag")],
            extras=extras.found_in(node.comments),
        )
    )


def _markdown(node: Node | None) -> str:
    """The Markdown of an element with a `<text>` and a format; Moodle takes a missing one for HTML."""
    return from_style(node.value("text"), node.attributes.get("format", "html")) if node else ""


def _number(draft: Draft, node: Node, text: str) -> float:
    if not re.fullmatch(r"\s*-?[0-9]{1,9}(\.[0-9]{0,20})?\s*", text):
        draft.problems.append((node.line, f"`{shown(text.strip())[:20]}` is not a number"))
        return 0
    return float(text)
