"""QTI 1.2 against the IMS DTD, against text2qti's files, and against what Canvas' importer is known to trip over."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from grader.quiz.exchange import read, write
from grader.quiz.exchange.rendering import to_html
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.model import Quiz
from grader.quiz.format.reader import read_quiz
from tests.quiz import nasty, outside

QUIZZES = [
    *(nasty.only_choices(read_quiz(path)) for path in sorted((Path(__file__).parents[2] / "quizzes").glob("*.yaml"))),
    *(nasty.quiz(seed, questions=30) for seed in range(30, 34)),
]
NS = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}

by_quiz = pytest.mark.parametrize("quiz", QUIZZES, ids=lambda quiz: quiz.id)


def member(data: bytes, end: str) -> bytes:
    """The one file of a package whose name ends so."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        (name,) = (name for name in package.namelist() if name.endswith(end))
        return package.read(name)


def assessment(quiz: Quiz) -> bytes:
    return member(write(quiz, "qti12").data, f"/{quiz.id}.xml")


def items(quiz: Quiz) -> list[tuple[ChoiceQuestion, etree._Element]]:
    """Each question with its item, as lxml reads it."""
    found = etree.fromstring(assessment(quiz)).findall(".//q:item", NS)
    return list(zip(quiz.questions, found, strict=True))


@by_quiz
def test_the_ims_dtd_accepts_what_we_write(quiz: Quiz) -> None:
    """Every export is valid QTI 1.2.1."""
    assert outside.ims_dtd_errors(assessment(quiz)) == []


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda xml: xml.replace(b"response_label", b"response_lable"), "response_lable"),
        (lambda xml: xml.replace(b"<outcomes>", b"<!--").replace(b"</outcomes>", b"-->"), "resprocessing"),
        (lambda xml: xml.replace(b'rcardinality="Single"', b'rcardinality="Solo"'), "rcardinality"),
        (lambda xml: xml.replace(b"<fieldlabel>tags</fieldlabel>", b""), "fieldentry"),
    ],
)
def test_the_ims_dtd_rejects_what_is_broken(break_it: Callable[[bytes], bytes], says: str) -> None:
    """The DTD check has teeth: a renamed element, a missing one and a wrong word are told with their line."""
    xml = assessment(QUIZZES[1])
    assert break_it(xml) != xml
    errors = outside.ims_dtd_errors(break_it(xml))
    assert errors and re.match(r"\d+: ", errors[0]) and says in " ".join(errors)


@by_quiz
def test_texts_and_key_stand_where_the_standard_says(quiz: Quiz) -> None:
    """Read with lxml alone: stem, choices, feedback and the choices that score are the quiz's, idents are unique."""
    found = items(quiz)
    assert len({item.get("ident") for _, item in found}) == len(quiz.questions)
    for question, item in found:
        choices = {choice.id: choice for choice in question.released}
        texts = {node.get("ident"): node.findtext(".//q:mattext", None, NS) for node in item.iterfind(".//*[@ident]")}
        assert item.findtext("q:presentation/q:material/q:mattext", None, NS) == to_html(question.stem)
        labels = item.findall(".//q:response_label", NS)
        assert [label.get("ident") for label in labels] == list(choices)
        assert all(texts[name] == to_html(choice.text) for name, choice in choices.items())
        assert texts.get("general_fb", "") == to_html(question.explanation)
        shown = {
            condition.findtext("q:conditionvar/q:varequal", None, NS): texts[link.get("linkrefid")]
            for condition in item.iterfind(".//q:respcondition", NS)
            for link in condition.iterfind("q:displayfeedback", NS)
        }
        shown.pop(None, None)
        assert shown == {name: to_html(choice.feedback) for name, choice in choices.items() if choice.feedback}
        (scored,) = item.xpath(".//q:respcondition[q:setvar='100']", namespaces=NS)
        key = scored.xpath(".//q:varequal[not(parent::q:not)]/text()", namespaces=NS)
        assert set(key) == question.correct
        wrong = set(scored.xpath(".//q:not/q:varequal/text()", namespaces=NS))
        assert wrong == (question.ids - question.correct if question.kind == "multiple" else set())


@by_quiz
def test_what_canvas_trips_over_is_avoided(quiz: Quiz) -> None:
    """`maxnumber` is there, conditions that show feedback come before the one that scores, and no feedback's name
    looks to Canvas like the feedback for right or wrong answers, whatever the choices are called."""
    for question, item in items(quiz):
        most = item.find(".//q:render_choice", NS).get("maxnumber")
        assert most == ("1" if question.kind == "single" else str(len(question.choices)))
        scores = [condition.find("q:setvar", NS) is not None for condition in item.iterfind(".//q:respcondition", NS)]
        assert scores == sorted(scores) and sum(scores) == 1
        idents = [feedback.get("ident") for feedback in item.iterfind(".//q:itemfeedback", NS)]
        assert [ident for ident in idents if re.search("(?i)correct|wrong|solution|_all|_ic$|_c$", ident)] == []


def test_the_package_names_its_files(tiny: Quiz) -> None:
    """The manifest lists the quiz and Canvas' settings, and both are there; no member has a date of its own."""
    data = write(tiny, "qti12").data
    manifest = member(data, "imsmanifest.xml").decode()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert set(re.findall(r'<file href="([^"]+)"', manifest)) == set(package.namelist()) - {"imsmanifest.xml"}
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    settings = member(data, "assessment_meta.xml").decode()
    assert "<allowed_attempts>2<" in settings and "<scoring_policy>keep_highest<" in settings


TEXT2QTI = """Quiz title: Two

Title: one
Points: 2
1. What is $x^2$ `a`?
... The explanation.
a) A
... No.
*b) B
... Yes.
c) C

Title: two
2. Which?
[*] p
... good
[ ] q
[*] r
"""


@pytest.fixture
def two(tiny: Quiz) -> Quiz:
    """The quiz of TEXT2QTI as ours."""
    plain = {"tags": (), "source": "", "objective": None, "check": None, "shuffle": False, "points": 1}
    single, multiple = (question.replace(**plain, scoring="partial") for question in tiny.questions[:2])

    def choices(question: ChoiceQuestion, texts: dict[str, tuple[bool, str]]) -> ChoiceQuestion:
        first = question.choices[0].replace(misconception=None, if_not_chosen="", pin=None)
        told = (first.replace(id=t.lower(), text=t, correct=right, feedback=said) for t, (right, said) in texts.items())
        return question.replace(choices=tuple(told))

    one = choices(single.replace(kind="single"), {"A": (False, "No."), "B": (True, "Yes."), "C": (False, "")})
    other = choices(multiple.replace(kind="multiple"), {"p": (True, "good"), "q": (False, ""), "r": (True, "")})
    one = one.replace(id="one", points=2, stem="What is $x^2$ `a`?", explanation="The explanation.")
    return tiny.replace(title="Two", questions=(one, other.replace(id="two", stem="Which?", explanation="")))


def skeleton(xml: bytes) -> list[list[str]]:
    """The elements of each item but its metadata, in order, each with what is around it."""
    root = etree.fromstring(xml)
    return [
        [
            "/".join(etree.QName(up).localname for up in (*reversed([*node.iterancestors("{*}*")]), node))
            for part in item
            if not part.tag.endswith("itemmetadata")
            for node in part.iter("{*}*")
        ]
        for item in root.iterfind(".//q:item", NS)
    ]


def test_text2qti_builds_the_same_elements(two: Quiz) -> None:
    """For the same two questions a second implementation writes the same tree; a changed key changes the tree."""
    theirs = _their_assessment(TEXT2QTI)
    assert skeleton(assessment(two)) == skeleton(theirs)
    assert skeleton(assessment(two)) != skeleton(_their_assessment(TEXT2QTI.replace("[ ] q", "[*] q")))


def _their_assessment(text: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(outside.text2qti(text))) as package:
        (name,) = (name for name in package.namelist() if re.fullmatch(r"([^/]+)/\1\.xml", name))
        return package.read(name)


def test_a_package_of_text2qti_is_read(two: Quiz) -> None:
    """A file somebody else's software wrote becomes the same questions: texts, key, feedback, points and formulas."""
    found = read(outside.text2qti(TEXT2QTI), "qti12", "two.zip")
    assert (found.id, found.title) == ("two", "Two")
    for question, expected in zip(found.questions, two.questions, strict=True):
        assert (question.id, question.kind, question.points) == (expected.id, expected.kind, expected.points)
        assert (question.stem, question.explanation) == (expected.stem, expected.explanation)
        shown = [(choice.text, choice.correct, choice.feedback) for choice in question.choices]
        assert shown == [(choice.text, choice.correct, choice.feedback) for choice in expected.choices]
    assert outside.ims_dtd_errors(_their_assessment(TEXT2QTI)) == []
