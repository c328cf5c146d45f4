"""Files made to harm: refused fast, with a sentence and a line, nothing read beside them, nothing written."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.base.errors import UsageError
from grader.quiz.exchange import FORMATS, MAX_BYTES, read, write
from grader.quiz.exchange.markdown import to_markdown
from grader.quiz.exchange.package import pack
from grader.quiz.format.model import Quiz
from tests.quiz import nasty

XML = ("moodle-xml", "qti12")
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))


@pytest.fixture(autouse=True)
def nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to open a file while reading fails the test."""

    def refuse(*arguments: object, **more: object) -> None:
        raise AssertionError(f"a file was opened: {arguments}")

    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr("io.open", refuse)
    monkeypatch.setattr("os.open", refuse)


def refused(data: bytes, form: str) -> str:
    with pytest.raises(UsageError) as error:
        read(data, form, "bad.file")
    assert error.value.exit_code == 2 and "bad.file" in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("form", XML)
@pytest.mark.parametrize(
    "prolog",
    [
        f"<!DOCTYPE quiz [{LAUGHS}]>",
        '<!DOCTYPE quiz [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE quiz SYSTEM "http://localhost/x.dtd">',
        '<!DOCTYPE quiz [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>',
    ],
    ids=["billion laughs", "outside entity", "outside dtd", "parameter entity"],
)
def test_a_doctype_is_refused_where_it_starts(prolog: str, form: str) -> None:
    """No entity is expanded and no outside file is opened, because no DOCTYPE gets past its line."""
    assert "bad.file:2: a DOCTYPE is not allowed" in refused(f"\n{prolog}<quiz>&l11;</quiz>".strip(" ").encode(), form)


@pytest.mark.parametrize("form", XML)
def test_xml_without_a_doctype_knows_no_entities(form: str) -> None:
    """An entity nobody declared is an error, not an empty text."""
    assert "bad.file:2: this is not XML" in refused(b"<quiz>\n&l11;</quiz>", form)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"a\nb \x00 c{=x ~y}", "bad.file:2: holds a NUL byte"),
        (b"a\n\xff{=x ~y}", "bad.file:2: byte 0xff is not UTF-8"),
        ("<quiz>é</quiz>".encode("utf-16"), "bad.file:1: byte 0xff is not UTF-8"),
        (b"x" * (MAX_BYTES + 1), "is larger than "),
        (b"", "bad.file:1: "),
        (b"a{=x \x1b[31m ~y}", "bad.file:1: "),
    ],
    ids=["NUL", "not UTF-8", "UTF-16", "too large", "empty", "terminal escape"],
)
def test_what_is_no_text_is_refused_with_its_line(data: bytes, says: str, form: str) -> None:
    """NUL, wrong encodings, huge and empty files and terminal escapes are told in one sentence."""
    assert says in refused(data, form)


def test_a_declared_encoding_is_not_believed() -> None:
    """A file is UTF-8 whatever its first line says."""
    latin = '<?xml version="1.0" encoding="iso-8859-1"?>\n<quiz>é</quiz>'.encode("latin-1")
    assert "bad.file:2: byte 0xe9 is not UTF-8" in refused(latin, "moodle-xml")


@pytest.mark.parametrize("form", XML)
def test_deep_xml_is_refused(form: str) -> None:
    """Ten thousand elements inside each other are told with the line where it got too deep."""
    assert "nested deeper than 60" in refused(b"<quiz>" * 10_000, form)
    assert "more than 200000 elements" in refused(b"<quiz>" + b"<a/>" * 200_001 + b"</quiz>", form)


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return stream.getvalue()


def flagged_encrypted(data: bytes) -> bytes:
    """The same zip, said to be encrypted: bit 0 of the flags in both places that hold them."""
    at, central = data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8
    data = data[:at] + b"\x01" + data[at + 1 :]
    return data[:central] + b"\x01" + data[central + 1 :]


GOOD = write(nasty.quiz(1), "qti12").data
with zipfile.ZipFile(io.BytesIO(GOOD)) as _package:
    GOOD_XML = next(xml for xml in map(_package.read, _package.namelist()) if b"<questestinterop" in xml)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (zipped({"bomb.xml": b" " * (64 << 20)}, zipfile.ZIP_DEFLATED), "more XML than a quiz needs"),
        (zipped({f"{n}.xml": b" " * (1 << 20) for n in range(9)}, zipfile.ZIP_DEFLATED), "more XML than"),
        (zipped({f"{n}.txt": b"" for n in range(1001)}), "more than 1000 files"),
        (zipped({"../../evil.xml": b"<x/>"}), "outside the package"),
        (zipped({"/etc/evil.xml": b"<x/>"}), "outside the package"),
        (zipped({"C:\\evil.xml": b"<x/>"}), "outside the package"),
        (zipped({"a.xml": b"<x/>" * 99}, zipfile.ZIP_BZIP2), "compressed in a way"),
        (flagged_encrypted(zipped({"a.xml": b"<x/>"})), "`a.xml` is encrypted"),
        (zipped({"a.xml": b"<questestinterop/>", "b.xml": b"<questestinterop/>"}), "holds 2 QTI 1.2 quizzes"),
        (zipped({"readme.txt": b"hello"}), "holds 0 QTI 1.2 quizzes"),
        (zipped({"a.xml": b"<a>\n<b></a>"}), "bad.file/a.xml:2: this is not XML"),
        (zipped({"a.xml": b"<!DOCTYPE x><x/>"}), "bad.file/a.xml:1: a DOCTYPE"),
        (GOOD[:-30], "is not a zip file we can read"),
        (GOOD.replace(b"<questestinterop", b"<questestintelop"), "is not a zip file we can read"),
        (b"PK\x03\x04" + b"\x00" * 100, "is not a zip file we can read"),
    ],
)
def test_a_hostile_package_is_refused(data: bytes, says: str) -> None:
    """Bombs, paths that climb out, encryption, odd compression, broken archives: a sentence each."""
    assert len(data) <= MAX_BYTES
    assert says in refused(data, "qti12")


def test_a_package_packed_by_others_is_read() -> None:
    """Compressed members and files that are no XML are no obstacle."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    again = zipped({**members, "media/": b"", "media/a.png": b"\x89PNG"}, zipfile.ZIP_DEFLATED)
    assert read(again, "qti12", "x.zip") == read(GOOD, "qti12", "x.zip")
    assert pack(members) == GOOD


@pytest.mark.parametrize(
    ("boxes", "conditions", "says"),
    [(12, 2000, "too long to work out"), (13, 1, "has 13 choices to tick"), (3000, 3000, "has 3000 choices to tick")],
)
def test_a_qti_item_cannot_keep_the_scoring_busy(boxes: int, conditions: int, says: str) -> None:
    """Trying every answer set has an end: too many boxes or too many conditions are told instead."""
    labels = "".join(f'<response_label ident="c{n}"/>' for n in range(boxes))
    answers = f'<response_lid rcardinality="Multiple"><render_choice>{labels}</render_choice></response_lid>'
    one = '<respcondition continue="Yes"><conditionvar><other/></conditionvar><setvar>1</setvar></respcondition>'
    item = f"<item><presentation>{answers}</presentation><resprocessing>{one * conditions}</resprocessing></item>"
    assert says in refused(f"<questestinterop>{item}</questestinterop>".encode(), "qti12")


@pytest.mark.parametrize(
    ("planted", "says"),
    [
        ('"choices":' + "[" * 50_000, "is not JSON"),
        ('"choices":7', "has no list of choices"),
        ('"choices":[1,2,3]', "has no list of choices"),
        ('"points":1e999', "`points`"),
        ('"points":' + "9" * 5000, "is not JSON"),
        ('"scoring":"always"', "`scoring` must be"),
        ('"objective":"<b>"', "`objective`"),
        ('"source":"\\u001b[2J"', "holds the character U+001B"),
    ],
)
def test_a_gradeloop_line_is_not_trusted(planted: str, says: str) -> None:
    """The line may have been written by anybody: odd values are told, deep nesting is no crash."""
    assert says in refused(f"// gradeloop:{{{planted}}}\na{{=x ~y}}".encode(), "gift")


def test_a_planted_release_mark_or_format_is_dropped(tiny: Quiz) -> None:
    """What a gradeloop line may not tell is not taken from it."""
    header = '// gradeloop:{"release":"graded","format":9,"id":"mine","title":"T"}\n\n'
    quiz = read((header + "a{=x ~y}").encode(), "gift", "x.gift")
    assert (quiz.id, quiz.release, quiz.format) == ("mine", None, 1)
    evil = '// gradeloop:{"check":"os.system","kind":"multiple","choices":[{"id":"x","correct":false},{"id":"y"}]}\n'
    (question,) = read((evil + "a{=x ~y}").encode(), "gift", "x.gift").questions
    assert (question.check, question.kind, question.correct) == (None, "single", {"x"})


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a",
        "<!--",
        "<a b='",
        "&",
        "<p>",
        "<b>",
        "<![CDATA[",
        r"\(",
        r"\(a\)",
        "$$",
        "</",
        "<ul>",
        "*",
        "`",
        "<em>a</em>",
    ]
    + ["<?", "<script>", "[a]", "&#", "<li>", "<td>", "\n", "\t", "#", "<pre>", "![", "\\"],
)
def test_no_html_makes_the_reader_slow(piece: str) -> None:
    """Half a megabyte of any unfinished construct takes a second or two; a reader that backtracks takes hours."""
    text = piece * (500_000 // len(piece))
    assert len(to_markdown(text)) <= 2 * len(text)


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"a{=x " + b"~y" * 500_000 + b"}",
        lambda: b"::a::b{=x ~y}\n\n" * 100_000,
        lambda: b"{" * 1_000_000,
        lambda: b"a{" + b"#" * 1_000_000,
        lambda: b"// [id:" * 200_000,
        lambda: b"a{=x ~y}" + b" " * (MAX_BYTES // 12),
    ],
    ids=["choices", "questions", "braces", "feedback", "ids", "length"],
)
def test_a_file_full_of_marks_is_refused(make: Callable[[], bytes]) -> None:
    """A million choices or a hundred thousand questions end in a sentence."""
    assert "bad.file:" in refused(make(), "gift")


def test_more_text_than_a_quiz_needs_is_refused() -> None:
    """A file may be long for its images, not for its words."""
    html = b"<![CDATA[" + b"<b>" * (3 << 19) + b"]]>"
    question = b"<question type='multichoice'><questiontext><text>%s</text></questiontext></question>" % html
    assert "holds more text than a quiz needs" in refused(b"<quiz>%s</quiz>" % question, "moodle-xml")
    material = b"<itemfeedback ident='f'><material><mattext texttype='text/html'>%s</mattext></material></itemfeedback>"
    marked = GOOD_XML.replace(b"</item>", material % html + b"</item>", 1)
    assert "holds more text than a quiz needs" in refused(marked, "qti12")
