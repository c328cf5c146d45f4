"""Moodle XML: the format that loses least on the way into a Moodle question bank."""

import re
from pathlib import PurePath
from xml.etree import ElementTree

from grader.quiz.exchange import extras, pools, shares, xmltree
from grader.quiz.exchange.draft import Draft, DraftChoice, DraftQuestion, called
from grader.quiz.exchange.markdown import from_style
from grader.quiz.exchange.media import Images, Media, decoded
from grader.quiz.exchange.moodle_forms import READABLE, read_form, type_of, write_form
from grader.quiz.exchange.rendering import to_html
from grader.quiz.exchange.xmltree import Node, add
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.portable import NotPortable
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz
from grader.quiz.format.textfile import decode, shown

_READABLE = ("multichoice", "truefalse")


def write(quiz: Quiz) -> bytes:
    """The quiz as Moodle XML, its questions in a category of the quiz's name, pools below it. Raises UsageError."""
    root = ElementTree.Element("quiz")
    root.append(ElementTree.Comment(f" {extras.MARK}{extras.of_quiz(quiz)} "))
    for pool, questions in pools.grouped(quiz):
        category = add(root, "question", attributes={"type": "category"})
        add(add(category, "category"), "text", pools.category(quiz, pool))
        _text(category, "info", quiz.title)
        for question in questions:
            _question(root, question)
    return xmltree.serialize(root)


def _question(root: ElementTree.Element, question: Question) -> None:
    form = None if isinstance(question, ChoiceQuestion) else question.portable().form
    element = add(root, "question", attributes={"type": type_of(form) if form else "multichoice"})
    element.append(ElementTree.Comment(f" {extras.MARK}{extras.of_question(question)} "))
    add(add(element, "name"), "text", question.id)
    _text(element, "questiontext", question.stem)
    _text(element, "generalfeedback", question.explanation)
    add(element, "defaultgrade", str(extras.number(question.points)))
    add(element, "penalty", "0")
    add(element, "hidden", "0")
    add(element, "idnumber", question.id)
    if isinstance(question, ChoiceQuestion):
        _choices(element, question)
    elif form:
        write_form(element, form, question.shuffle)
    tags = add(element, "tags")
    for tag in question.tags:
        add(add(tags, "tag"), "text", tag)


def _choices(element: ElementTree.Element, question: ChoiceQuestion) -> None:
    add(element, "single", _truth(question.kind == "single"))
    add(element, "shuffleanswers", _truth(question.shuffle and not any(choice.pin for choice in question.choices)))
    add(element, "answernumbering", "abc")
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _text(element, name, "")
    for choice, share in zip(question.choices, shares.written(question), strict=True):
        answer = _text(element, "answer", choice.text, {"fraction": share})
        _text(answer, "feedback", choice.feedback)


def _text(
    parent: ElementTree.Element, name: str, markdown: str, attributes: dict[str, str] | None = None
) -> ElementTree.Element:
    element = add(parent, name, attributes={**(attributes or {}), "format": "html"})
    add(element, "text", to_html(markdown))
    return element


def _truth(value: bool) -> str:
    return "true" if value else "false"


def read(data: bytes, where: str, images: Images) -> Draft:
    """What a Moodle XML file holds. Raises UsageError."""
    root = xmltree.parse(decode(data, where), where)
    draft = Draft(where, PurePath(where).stem, extras=extras.found_in(root.comments), images=images)
    categories = []
    if root.name != "quiz":
        draft.problems.append(
            (root.line, f"this is not Moodle XML: the file starts with <{shown(root.name)[:40]}>, not <quiz>")
        )
    for node in root.all("question"):
        kind = node.attributes.get("type", "")
        if kind == "category":
            categories.append(node.value("category", "text"))
            draft.title = draft.title or categories[0].rpartition("/")[2]
        elif kind not in (*_READABLE, *READABLE):
            sentence = f"is a question of type `{shown(kind)[:40]}`: we have none like it"
            draft.unread.append((node.line, f"question {called(node.value('name', 'text'))} {sentence}"))
        else:
            _read_question(draft, node)
    draft.lose_categories(categories)
    return draft


def _read_question(draft: Draft, node: Node) -> None:
    media = draft.media()
    problems: list[tuple[int, str]] = []
    choices = []
    form = None
    if (kind := node.attributes["type"]) in READABLE:
        try:
            form = read_form(node, kind, _markdown, media)
        except NotPortable as problem:
            problems.append((node.line, str(problem)))
    for answer in () if kind in READABLE else node.all("answer"):
        share = _number(problems, answer, answer.attributes.get("fraction", ""))
        choices.append(DraftChoice(_markdown(answer, media), share, _markdown(answer.first("feedback"), media)))
    grade = node.first("defaultgrade")
    question = DraftQuestion(
        line=node.line,
        name=node.value("idnumber") or node.value("name", "text"),
        single=node.attributes["type"] == "truefalse" or node.value("single") in ("", "true", "1"),
        stem=_markdown(node.first("questiontext"), media),
        choices=choices,
        form=form,
        explanation=_markdown(node.first("generalfeedback"), media),
        points=_number(problems, grade, grade.text) if grade else None,
        shuffle=node.value("shuffleanswers") in ("", "true", "1"),
        tags=[tag.value("text") for tag in node.all("tags", "tag")],
        extras=extras.found_in(node.comments),
        losses=media.losses,
    )
    media.losses += [what for name, what in _LOST.items() if any(part.value("text") for part in node.all(name))]
    if problems:
        draft.unread += [(line, f"question {called(question.name)}: {problem}") for line, problem in problems]
    else:
        draft.add(question)


_LOST = {
    "hint": "the hints between tries",
    "correctfeedback": "the feedback to every right answer",
    "partiallycorrectfeedback": "the feedback to every partly right answer",
    "incorrectfeedback": "the feedback to every wrong answer",
}


def _markdown(node: Node | None, media: Media) -> str:
    """The Markdown of an element with a `<text>` and a format; Moodle takes a missing one for HTML."""
    if node is None:
        return ""
    files = {f"{file.attributes.get('path', '/')}{file.attributes.get('name', '')}": file for file in node.all("file")}

    def content(path: str) -> bytes | None:
        file = files.get(f"/{path}")
        return decoded(file.text) if file and file.attributes.get("encoding") == "base64" else None

    media.files = content
    return from_style(node.value("text"), node.attributes.get("format", "html"), media)


def _number(problems: list[tuple[int, str]], node: Node, text: str) -> float:
    if not re.fullmatch(r"\s*-?[0-9]{1,9}(\.[0-9]{0,20})?\s*", text):
        problems.append((node.line, f"`{shown(text.strip())[:20]}` is not a number"))
        return 0
    return float(text)
