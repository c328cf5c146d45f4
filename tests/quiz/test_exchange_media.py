"""What an import brings beside words, what it says is lost, and what it leaves out on request."""

import base64
import io
import re
import zipfile
from pathlib import Path

import pytest

from grader.base.errors import UsageError
from grader.quiz.exchange import read, take_in
from grader.quiz.exchange.media import Images
from grader.quiz.format.reader import read_quiz
from grader.quiz.score.release import image_file

from .conftest import Cli
from .test_exchange_import import ADDED, QTI, condition, is_

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
TEXT = base64.b64encode(PNG).decode()
GIF = b"GIF89a" + bytes(20)


def moodle(stem: str, more: str = "", kind: str = "multichoice") -> str:
    """One question as Moodle exports it."""
    right = '<answer fraction="100"><text>over</text></answer><answer fraction="0"><text>under</text></answer>'
    text = f'<questiontext format="html"><text><![CDATA[{stem}]]></text>{more}</questiontext>'
    return f'<question type="{kind}"><name><text>Curve</text></name>{text}{right}</question>'


def escaped(text: str) -> str:
    """The text as GIFT writes it."""
    return re.sub(r"[=:~#{}]", r"\\\g<0>", text)


def canvas(stem: str, members: dict[str, bytes], around: str = "ITEM") -> bytes:
    """A package as Canvas exports it: one question, and the files it shows."""
    text = (QTI % ("Single", condition(is_("A"), ">1"))).replace("<mattext>2 &lt; 3 * 4?", "<mattext>")
    marked = stem.replace("&", "&amp;").replace("<", "&lt;")
    text = text.replace("<mattext>", f'<mattext texttype="text/html">{marked}', 1)
    start, end = text.index("<item "), text.index("</section>")
    text = text[:start] + around.replace("ITEM", text[start:end]) + text[end:]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in ({"g/g.xml": text.encode()} | members).items():
            package.writestr(name, data)
    return stream.getvalue()


FILE = f'<file name="loss curve.png" path="/" encoding="base64">{TEXT}</file>'
SEE = '<p>See <img src="%s" alt="a curve"> and choose.</p>'
INSIDE = f"data:image/png;base64,{TEXT}"
SHOWN = "See ![a curve](%s) and choose."


@pytest.mark.parametrize(
    ("form", "data", "name"),
    [
        ("moodle-xml", f"<quiz>{moodle(SEE % '@@PLUGINFILE@@/loss%20curve.png', FILE)}</quiz>", "new-loss-curve.png"),
        ("moodle-xml", f"<quiz>{moodle(SEE % INSIDE)}</quiz>", "new-image.png"),
        ("gift", f"[html]{escaped(SEE % INSIDE)}{{=over ~under}}", "new-image.png"),
        ("gift", f"[markdown]{escaped(SHOWN % INSIDE)}{{=over ~under}}", "new-image.png"),
        ("qti12", canvas(SEE % "$IMS-CC-FILEBASE$/Up%20loads/loss%20curve.png?canvas_=1&x=1",
                         {"web_resources/Up loads/loss curve.png": PNG}), "new-loss-curve.png"),
        ("qti12", canvas(SEE % "media/loss.png", {"g/media/loss.png": PNG}), "new-loss.png"),
    ],
    ids=["moodle file", "moodle in the text", "gift", "gift markdown", "canvas", "beside the quiz"],
)  # fmt: skip
def test_embedded_images_come_along(
    course: Path, tmp_path: Path, cli: Cli, form: str, data: str | bytes, name: str
) -> None:
    """They lie beside the quiz under a name of ours, the text refers to them, and lint finds them."""
    (tmp_path / "bank").write_bytes(data.encode() if isinstance(data, str) else data)
    done = cli(course, "import", tmp_path / "bank", "--format", form, "--out", "quizzes/new.yaml")
    assert done.returncode == 0 and "lost" not in done.stderr and "1 question and 1 image" in done.stdout, done.stderr
    (question,) = read_quiz(course / "quizzes" / "new.yaml").questions
    assert question.stem == SHOWN % name
    assert (course / "quizzes" / name).read_bytes() == PNG and image_file(course / "quizzes", name)
    (course / "quizzes" / "new.yaml").unlink()
    again = cli(course, "import", tmp_path / "bank", "--format", form, "--out", "quizzes/new.yaml")
    assert again.returncode == 2 and "there is a file already" in again.stderr
    assert not (course / "quizzes" / "new.yaml").exists()


@pytest.mark.parametrize(
    ("html", "loss", "stem"),
    [
        ('a <img src="https://x.org/p.png" alt="the curve">',
         "`https://x.org/p.png`, which is not in the file; its text stands there: the curve", "a the curve"),
        ('a <img src="//x.org/p.png">', "`//x.org/p.png`, which is not in the file; nothing stands", "a"),
        ('a <img src="@@PLUGINFILE@@/gone.png" alt="b">', "`gone.png`, which is not in the file; its text", "a b"),
        ('a <img src="data:image/svg+xml;base64,PHN2Zy8+" alt="b">', "is no PNG, JPEG, GIF or WebP", "a b"),
        ("a<table><tr><td>1<td>2</table>", "the columns of a table", "a\n\n1 | 2"),
        ('a<iframe src="https://x.org"></iframe>', "an embedded <iframe>", "a"),
        ("a<video>old</video>", "an embedded <video>", "aold"),
    ],
)  # fmt: skip
def test_what_does_not_come_along_is_told(html: str, loss: str, stem: str) -> None:
    """One line for each thing, with the question's id; what is no loss has no line."""
    taken = take_in(f"<quiz>{moodle(html)}{moodle('plain')}</quiz>".encode(), "moodle-xml", "b.xml")
    assert len(taken.losses) == 1 and taken.losses[0].startswith("`curve`: ") and loss in taken.losses[0]
    assert taken.quiz.questions[0].stem == stem and not taken.images


def test_feedback_and_hints_without_a_place_are_told() -> None:
    """Moodle's feedback by result and its hints are named where there are any, and several categories too."""
    more = "<hint><text>h</text></hint><incorrectfeedback><text>no</text></incorrectfeedback>"
    empty = "<correctfeedback><text></text></correctfeedback>"
    question = moodle("a").replace("</question>", more + empty + "</question>")
    category = '<question type="category"><category><text>top/%s</text></category></question>'
    taken = take_in(f"<quiz>{category % 'A'}{question}{category % 'B'}</quiz>".encode(), "moodle-xml", "b.xml")
    assert taken.losses == [
        "the 2 categories: their questions become one quiz",
        "`curve`: the hints between tries",
        "`curve`: the feedback to every wrong answer",
    ]


def test_a_group_that_asks_some_of_its_questions_is_a_pool() -> None:
    """Canvas draws 1 of 2 and pays 3 points for it: so does the quiz; what cannot be drawn from is told."""
    number, end = "<selection_ordering><selection><selection_number>%s", "</selection></selection_ordering>"
    each = "<selection_extension><points_per_item>3.0</points_per_item></selection_extension>"
    second = (QTI % ("Multiple", "".join(ADDED))).partition("<section>")[2].partition("</section>")[0]
    group = f'<section title="Norms">{number}</selection_number>{each}{end}ITEM{second}</section>'
    taken = take_in(canvas("a", {}, group % 1), "qti12", "b.zip")
    assert not taken.losses and taken.quiz.pools == {"norms": 1}
    assert [(question.points, question.pool) for question in taken.quiz.questions] == [(3, "norms")] * 2
    whole = take_in(canvas("a", {}, group % 2), "qti12", "b.zip")
    assert not whole.losses and not whole.quiz.pools and whole.quiz.questions[0].pool is None
    more = take_in(canvas("a", {}, group % "all"), "qti12", "b.zip")
    assert more.losses == ["the group `Norms` asks all of its 2 questions: here all are asked"]
    outside = f'ITEM<section title="Bank">{number % 4}</selection_number>{end}</section>'
    (loss,) = take_in(canvas("a", {}, outside), "qti12", "b.zip").losses
    assert loss == "the group `Bank`: its 4 questions are in a bank outside the file"


BANKS = {
    "gift": ("::Good::a{=x ~y}\n\n::Why::b{}\n\n::Form::c{#=x}\n\n::Two::d{=x =y ~z}\n", 4),
    "moodle-xml": (f"<quiz>{moodle('a')}\n{moodle('b', kind='essay').replace('Curve', 'Why')}\n"
                   f"{moodle('c').replace('Curve', 'Form').replace('100', 'much')}\n"
                   f"{moodle('d').replace('Curve', 'Two').replace('100', '50')}</quiz>", 4),
}  # fmt: skip


@pytest.mark.parametrize("form", BANKS)
def test_what_cannot_be_read_is_named_and_left_out_on_request(
    course: Path, tmp_path: Path, cli: Cli, form: str
) -> None:
    """Without --skip the import is refused with every such question; with it the others come and these are listed."""
    (tmp_path / "bank").write_text(BANKS[form][0])
    command = ("import", tmp_path / "bank", "--format", form, "--out", "quizzes/new.yaml")
    refused = cli(course, *command)
    assert refused.returncode == 2 and "3 problems, nothing was done" in refused.stderr and "--skip" in refused.stderr
    assert not (course / "quizzes" / "new.yaml").exists()
    done = cli(course, *command, "--skip")
    assert done.returncode == 0 and "1 question" in done.stdout, done.stderr
    for name in ("Why", "Form", "Two"):
        assert f"question `{name}`" in refused.stderr
        assert sum(f"question `{name}`" in line for line in done.stderr.splitlines() if "! left out: " in line) == 1
    assert len(read_quiz(course / "quizzes" / "new.yaml").questions) == 1


def test_skipping_everything_is_no_import() -> None:
    """A file without a readable question, or that is another format, is refused with --skip too."""
    with pytest.raises(UsageError, match="1 problem"):
        take_in(b"::Why::b{}", "gift", "b.gift", skip=True)
    with pytest.raises(UsageError, match="not Moodle XML"):
        take_in(b"<html></html>", "moodle-xml", "b.xml", skip=True)


def test_images_of_one_name_are_kept_apart_and_hostile_names_stay_inside() -> None:
    """The same bytes are one file, other bytes another, and no name leads elsewhere."""
    images = Images("q1")
    assert [images.add("a.png", PNG), images.add("b/a.png", PNG + b"x"), images.add("a.png", PNG)] == [
        "q1-a.png", "q1-a-2.png", "q1-a.png",
    ]  # fmt: skip
    assert images.add("../../etc/pass wd\x00.png", GIF) == "q1-pass-wd.gif"
    assert images.add("page.png", b"<script>") == "" and len(images.data) == 3
    hostile = canvas(SEE % "$IMS-CC-FILEBASE$/..%2F..%2Fg%2Fg.xml", {})
    assert not take_in(hostile, "qti12", "b.zip", prefix="q").images
    assert read(hostile, "qti12", "b.zip").questions[0].stem == "See a curve and choose."
