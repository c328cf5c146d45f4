"""Files that somebody else's software or hands wrote: read as they mean it, or refused with a line and a reason."""

import pytest

from grader.base.errors import UsageError
from grader.quiz.exchange import read, write
from grader.quiz.format.document import DocumentError
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.model import Quiz

GIFT = r"""// a bank by hand
$CATEGORY: $course$/Week 3/Early stopping

::Where it stops:: Losses 1.0, 0.8 \{x\}
on two lines {
  = epoch 5 # right \= good
  ~ epoch 4 # counted from 1
  ~%0% never
  #### because
}

// [id:two-of-three] [tag:Norm layers]
[markdown]Which are **true**? {
~%50%a `code`#yes
~%50%b
~%-50%c
}

The loss is lower in {=eval ~train} mode.

[html]<b>Dropout</b> is off in eval.<br>Right?{TRUE#No, it is.#Yes.}

[plain]2*3*4 \= 24 and \\(x\\)?{~no =[html]<i>yes</i>}
"""


def by_id(quiz: Quiz) -> dict[str, ChoiceQuestion]:
    return {question.id: question for question in quiz.questions}


def choices(question: ChoiceQuestion) -> list[tuple[str, bool, str]]:
    return [(choice.text, choice.correct, choice.feedback) for choice in question.choices]


def test_gift_written_by_hand_is_read() -> None:
    """Names, formats, shares, missing words, true/false and feedback mean what Moodle says they mean."""
    quiz = read(GIFT.encode(), "gift", "Week 3.gift")
    assert (quiz.id, quiz.title) == ("week-3", "Early stopping")
    found = by_id(quiz)
    stops = found["where-it-stops"]
    assert stops.stem == "Losses 1.0, 0.8 {x}\n\non two lines" and stops.explanation == "because"
    assert choices(stops) == [
        ("epoch 5", True, "right = good"),
        ("epoch 4", False, "counted from 1"),
        ("never", False, ""),
    ]
    two = found["two-of-three"]
    assert (two.kind, two.stem, two.tags) == ("multiple", "Which are **true**?", ("norm-layers",))
    assert choices(two) == [("a `code`", True, "yes"), ("b", True, ""), ("c", False, "")]
    gap, truth, plain = quiz.questions[2:]
    assert gap.stem == "The loss is lower in _____ mode." and gap.correct == {"c1"}
    assert truth.stem == "**Dropout** is off in eval.\n\nRight?"
    assert choices(truth) == [("True", True, "Yes."), ("False", False, "No, it is.")]
    assert (plain.stem, plain.choices[1].text) == ("2*3*4 = 24 and $x$?", "*yes*")


MOODLE = """<?xml version="1.0"?>
<quiz>
<question type="category"><category><text>$course$/top/Bank</text></category></question>
<question type="multichoice">
 <name><text>Über Dropout!</text></name>
 <questiontext format="html"><text><![CDATA[<p>p&nbsp;is <code>a&lt;b</code></p><script>x</script>]]></text>
 </questiontext>
 <defaultgrade>2.5000000</defaultgrade><single>false</single><shuffleanswers>0</shuffleanswers>
 <answer fraction="50"><text>one</text><feedback><text>f1</text></feedback></answer>
 <answer fraction="50" format="markdown"><text>`two`</text></answer>
 <answer fraction="-50" format="plain_text"><text>*three*</text></answer>
</question>
<question type="truefalse"><name><text>tf</text></name><questiontext format="moodle_auto_format"><text>So
 or so?</text></questiontext>
 <answer fraction="0"><text>true</text></answer><answer fraction="100"><text>false</text></answer>
</question>
</quiz>
"""


def test_moodle_xml_of_a_real_shape_is_read() -> None:
    """CDATA, missing elements, other text formats and Moodle's seven decimals are no obstacle."""
    quiz = read(MOODLE.encode(), "moodle-xml", "bank.xml")
    assert (quiz.id, quiz.title) == ("bank", "Bank")
    first, second = quiz.questions
    assert (first.id, first.kind, first.shuffle, float(first.points)) == ("uber-dropout", "multiple", False, 2.5)
    assert first.stem == "p\xa0is `a<b`"
    assert choices(first) == [("one", True, "f1"), ("`two`", True, ""), (r"\*three*", False, "")]
    assert (second.kind, second.stem, second.correct) == ("single", "So\n\nor so?", {"c2"})


QTI = """<questestinterop><assessment title="T"><section><item title="Q">
<presentation><flow><material><mattext>2 &lt; 3 * 4?</mattext></material>
<response_lid ident="R" rcardinality="%s"><render_choice>
<flow_label><response_label ident="A"><material><mattext>yes</mattext></material></response_label></flow_label>
<flow_label><response_label ident="B"><material><mattext>no</mattext></material></response_label></flow_label>
<flow_label><response_label ident="C"><material><mattext>so</mattext></material></response_label></flow_label>
</render_choice></response_lid></flow></presentation>
<resprocessing><outcomes><decvar minvalue="0"/></outcomes>%s</resprocessing></item>
</section></assessment></questestinterop>
"""


def condition(test: str, change: str, go_on: str = "Yes") -> str:
    tested = f"<conditionvar>{test}</conditionvar>"
    return f'<respcondition continue="{go_on}">{tested}<setvar {change}</setvar></respcondition>'


def is_(choice: str) -> str:
    return f'<varequal respident="R">{choice}</varequal>'


ADDED = [condition(is_(name), f'action="Add">{part}') for name, part in (("A", 50), ("B", 50), ("C", -50))]
SUBTRACTED = [*ADDED[:2], condition(is_("C"), 'action="Subtract">50')]
EXACT = [condition(f"<and>{is_('A')}{is_('B')}<not>{is_('C')}</not></and>", 'action="Set">7', "No")]
EITHER = [condition(f"<or>{is_('A')}{is_('B')}</or>", 'action="Set">1')]


@pytest.mark.parametrize(
    ("kind", "conditions", "scoring", "correct"),
    [
        ("Multiple", ADDED, "partial", {"c1", "c2"}),
        ("Multiple", SUBTRACTED, "partial", {"c1", "c2"}),
        ("Multiple", EXACT, "all_or_nothing", {"c1", "c2"}),
        ("Single", [condition("<other/>", 'action="Set">0'), condition(is_("B"), ">1")], "partial", {"c2"}),
        ("Single", [condition(f"<not>{is_('B')}</not>", ">0", "No"), condition("<other/>", ">3")], "partial", {"c2"}),
    ],
    ids=["added", "subtracted", "exact", "set", "by exclusion"],
)
def test_a_qti_key_is_found_by_scoring(kind: str, conditions: list[str], scoring: str, correct: set[str]) -> None:
    """However the conditions are written, the answers that pay make the key and the rule."""
    (question,) = read((QTI % (kind, "".join(conditions))).encode(), "qti12", "q.xml").questions
    assert (question.scoring, question.correct) == (scoring, correct)
    assert (question.stem, question.choices[0].text) == ("2 < 3 * 4?", "yes")


@pytest.mark.parametrize(
    ("form", "text", "line", "says"),
    [
        ("gift", "a{=x ~y}\n\nb{=x =y ~z}", 3, "2 choices pay"),
        ("gift", "a{=x ~%50%y}", 1, "2 choices pay"),
        ("gift", "a{=x ~%-25%y}", 1, "a part of the points"),
        ("gift", "a{~%50%x ~%50%y ~z}", 1, "each of 2 right choices pays 50.00000 %"),
        ("gift", "a{~%60%x ~%40%y ~%-50%z}", 1, "no rule for"),
        ("gift", "a{~%100%x ~%100%y}", 1, "every choice pays"),
        ("gift", "a{~x ~y}", 1, "no choice pays"),
        ("gift", "\n\na{#3.1:x}", 3, "has an answer that is no number"),
        ("gift", "a{#=1 =2}", 1, "not one number in full"),
        ("gift", "a{}", 1, "we have no essays"),
        ("gift", "only words", 1, "no answers between braces"),
        ("gift", "a{=x ~}", 1, "`text` is empty"),
        ("gift", "// gradeloop:{oops\na{=x ~y}", 2, "not JSON"),
        ("gift", '// gradeloop:{"choices":[{"id":"p"}]}\na{=x ~y}', 2, "has 2 choices, its"),
        ("gift", '// gradeloop:{"points":"many"}\na{=x ~y}', 2, "`points` must be a number"),
        ("gift", "", 1, "holds no question"),
        ("moodle-xml", MOODLE.replace('"truefalse"', '"essay"'), 13, "type `essay`"),
        ("moodle-xml", MOODLE.replace('"100"', '"nan"'), 15, "`nan` is not a number"),
        ("moodle-xml", MOODLE.replace(">2.5000000<", ">-1<"), 4, "`points` must be between 0 and 1000"),
        ("moodle-xml", "<html></html>", 1, "not Moodle XML"),
        ("qti12", "<quiz></quiz>", 1, "not QTI 1.2"),
        ("qti12", QTI % ("Multiple", "".join(EITHER)), 1, "answers that pay in full"),
        ("qti12", QTI % ("Multiple", ADDED[0] + ADDED[1]), 1, "answers that pay in full"),
        ("qti12", QTI % ("Multiple", ADDED[0] + ADDED[1] + ADDED[2].replace("-50", "-1")), 1, "a rule we do not have"),
        ("qti12", QTI % ("Single", ""), 1, "no answers that pay"),
        ("qti12", QTI % ("Single", condition("<vargte>1</vargte>", ">1")), 1, "<vargte>"),
        ("qti12", QTI % ("Single", condition(is_("A"), ">1e400")), 1, "where a number belongs"),
        ("qti12", (QTI % ("Single", ADDED[0])).replace("response_lid", "response_str"), 1, "no choice question"),
        ("qti12", (QTI % ("Single", ADDED[0])).replace('"B"', '"A"'), 1, "identifier of their own"),
    ],
)
def test_what_we_have_no_rule_for_is_refused_with_its_line(form: str, text: str, line: int, says: str) -> None:
    """No scoring is bent to fit and nothing is skipped: the file and line are named with the reason."""
    with pytest.raises(DocumentError) as error:
        read(text.encode(), form, "bank.txt")
    assert [said for at, said in error.value.problems if at == line and says in said], error.value.problems
    assert f"bank.txt:{line}: " in str(error.value) and error.value.exit_code == 2


def test_every_problem_is_told_at_once() -> None:
    """A bank with three bad questions needs one round of mending, not three."""
    with pytest.raises(DocumentError) as error:
        read(b"a{}\n\nb{=x ~y}\n\nc{~x ~y}\n\nd{=x =y ~z}", "gift", "b.gift")
    assert [line for line, _ in error.value.problems] == [1, 5, 7]


def test_equal_names_get_ids_of_their_own() -> None:
    """Two questions of one name, and a name without a letter, still get distinct ids."""
    quiz = read(b"::Q 1::a{=x ~y}\n\n::q-1::b{=x ~y}\n\n::???::c{=x ~y}", "gift", "???.gift")
    assert [question.id for question in quiz.questions] == ["q-1", "q-1-2", "q3"]
    assert quiz.id == "imported"


def test_a_gradeloop_line_follows_the_ids_where_the_format_has_them(tiny: Quiz) -> None:
    """In QTI choices may be put in another order by hand: what is told of each goes by its id."""
    single = tiny.questions[0]
    quiz = tiny.replace(questions=(single.replace(shuffle=False),))
    back = read(write(quiz, "qti12").data, "qti12", "x.zip").questions[0]
    text = QTI % ("Single", condition(is_("b"), ">1"))
    text = text.replace('ident="A"', 'ident="a"').replace('ident="B"', 'ident="b"').replace('ident="C"', 'ident="c"')
    line = '{"choices":[{"id":"c","misconception":"m-c"},{"id":"b"},{"id":"a","misconception":"m-a"}]}'
    field = f"<fieldlabel>gradeloop</fieldlabel><fieldentry>{line}</fieldentry>"
    metadata = f"<itemmetadata><qtimetadata><qtimetadatafield>{field}</qtimetadatafield></qtimetadata></itemmetadata>"
    (found,) = read(text.replace("<presentation>", metadata + "<presentation>").encode(), "qti12", "x.xml").questions
    assert {choice.id: choice.misconception for choice in found.choices} == {"a": "m-a", "b": None, "c": "m-c"}
    told = {choice.id: choice.misconception for choice in back.choices}
    assert told == {choice.id: choice.misconception for choice in single.choices}


def test_an_unreadable_file_is_never_half_imported() -> None:
    """One bad question among good ones: an error, not a shorter quiz."""
    with pytest.raises(UsageError, match="1 problem"):
        read((GIFT + "\n\nbad{~a ~b}\n").encode(), "gift", "x.gift")
