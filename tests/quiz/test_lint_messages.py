"""Every sentence that `grader quiz lint` can say of a question or a vocabulary, each on a file that provokes it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.base.errors import UsageError
from grader.quiz.lint.linter import lint

QUIZ = Path(__file__).parents[2] / "grader" / "quiz"
SPEAKING = ("errors", "warnings", "known_errors", "unknown", "dangling")  # functions of kinds and vocabulary

SINGLE = """kind: single
stem: STEM
PARAMETERS
choices:
  - {id: one, correct: true, text: "first", feedback: "It is the first of them."}
  - {id: two, text: "second", feedback: "That one comes after it.", misconception: off-by-one}
explanation: "EXPLANATION"
"""
NUMERIC = """kind: numeric
stem: "How many?"
answer: 2
tolerance: 0
feedback: "There are two of them."
known: [{id: three, value: 3, feedback: "That is one too many.", misconception: off-by-one}]
explanation: "Two."
check: counted
"""
ORDER = """kind: order
stem: "In order?"
steps: [{id: a, text: "first"}, {id: b, text: "second"}, {id: c, text: "third"}]
feedback: "They go by their numbers."
known: [{id: late, order: [b], feedback: "The second is not the first.", misconception: off-by-one}]
explanation: "One by one."
"""
MATCH = """kind: match
stem: "Which belongs where?"
pairs:
  - {id: a, text: "left", match: "L", feedback: "Left begins with L."}
  - {id: b, text: "right", match: "R", feedback: "Right begins with R."}
extra: [{id: x, text: "X"}]
feedback: "Each begins with its letter."
known: [{id: swapped, pair: [a, b], feedback: "That is the other one.", misconception: turned}]
explanation: "By the first letter."
"""
FILL = """kind: fill
stem: "Say `____` and `____`."
blanks:
  - {accept: ["yes"], pattern: "y.*"}
  - {accept: ["no"]}
feedback: "In this order, and in no other."
known: [{id: turned, text: ["no", "yes"], feedback: "The other way around.", misconception: turned}]
explanation: "Yes and no."
"""


def single(stem: str = '"Which one?"', explanation: str = "First.", parameters: str = "", **changes: str) -> str:
    """A question with one correct choice; `changes` replace the words of the choices."""
    text = SINGLE.replace("STEM", stem).replace("EXPLANATION", explanation).replace("PARAMETERS\n", parameters)
    for old, new in changes.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    return text


def drawn(values: str, text: str = "{{n}}") -> str:
    """A question whose stem and choices depend on parameters."""
    return single(stem=f'"Is it {text}?"', parameters=f"parameters: {values}\n")


def tex(text: str) -> str:
    return single(stem=f"'Which is ${text}$ here?'")


DEEP = "{" * 60 + "x" + "}" * 60
PROVOKED: list[tuple[str, str]] = [
    (single().replace(", correct: true", ""), "a single question has exactly one correct choice, this one has 0"),
    (single().replace("single", "multiple").replace(", correct: true", ""), "no choice is correct"),
    (single().replace("single", "multiple").replace("two, text", "two, correct: true, text"),
     "no choice is wrong, so ticking everything is always right"),
    (re.sub(r"  - \{id: two.*\n", "", single()), "there is only one choice"),
    (re.sub(r"choices:\n(  .*\n)+", "choices: []\n", single()), "there are no choices"),
    (single().replace("single", "multiple").replace("explanation", "  - {id: x, correct: true, text: x, feedback: "
     '"It is right as well."}\nexplanation'), "ticking everything pays 1/2 of the points"),
    (single(second="FIRST"), "choices `one` and `two` say the same"),
    (single().replace("That one comes after it.", "It is the first of them."),
     "choices `one` and `two` have the same feedback"),
    (single().replace("That one comes after it.", "Not this one."), "the feedback of `two` has fewer than 4 words"),
    (single().replace("That one comes after it.", "No, it is not second."),
     "the feedback of `two` only repeats the choice"),
    (single().replace(', feedback: "That one comes after it."', ""), "choice `two` has no feedback"),
    (single().replace(", misconception: off-by-one", ""), "wrong choice `two` names no misconception"),
    (single().replace('of them."', 'of them.", misconception: off-by-one'),
     "correct choice `one` names a misconception"),
    (single(explanation=""), "there is no explanation"),
    (single(second="None of these"), "choice `two` speaks of the others: give it `pin: last`"),
    (single(stem='"Which is not first?"'), "the question is negative: write the word in bold, as **NOT**"),
    (single(stem=f'"{"so " * 130}what?"'), "the stem has 131 words, more than 120"),
    (single(first="4", second="5"), "the key is a number and no `check` asserts it"),
    (single(stem='"Is it gradient?"', first="gradient"),
     "only the correct choice repeats the stem's rare word `gradient`"),
    (single(stem='"Is ![](no.png) it?"'), "image `no.png` has no alternative text: ![what it shows](...)"),
    (single(stem='"Is ![a box](no.png) it?"'), "there is no image `no.png` in quizzes/"),
    (single(stem="|\n  Is it?\n\n  ```python\n  x = 1"), "a code fence does not close"),
    (single(stem='"It costs $3?"'), "a `$` opens mathematics that does not close (a dollar is written `\\$`)"),
    (single(stem='"Is it `x?"'), "a backtick opens code that does not close"),
    (tex(r"\nosuch"), r"`\nosuch` is not in the table, so `$\nosuch$` cannot be shown"),
    (tex(r"\mathbb{?}"), r"`\mathbb{?}` is not in the table"),
    (tex(DEEP), "braces are nested too deeply"),
    (tex("\\hat" * 120 + " x"), "arguments are nested too deeply"),
    (tex("x}"), "a `}` closes nothing"),
    (tex("{x"), "a `{` does not close"),
    (tex("3 & 4"), "`&` cannot be shown"),
    (tex(r"\frac{1}"), "something is missing at the end"),
    (tex(r"\sqrt^2"), "something is missing before `^`"),
    (tex(r"\text x"), r"`\text` needs {...}"),
    (drawn("[{n: 1}, {m: 2}]"), "must be maps of the same names to numbers or texts"),
    (drawn("{n: 3}"), "must give `n` a list of numbers or texts"),
    (drawn("3"), "must be a map of lists, or a list of maps"),
    (drawn("{N: [1]}"), "must have names of a-z, 0-9 and _, not `N`"),
    (drawn(f"[{', '.join(f'{{n: {n}}}' for n in range(60))}]"), "must be at most 50 combinations"),
    (drawn("{" + ", ".join(f"n{i}: [{', '.join(map(str, range(40)))}]" for i in range(5)) + "}"),
     "must not have more than 10000 combinations"),
    (drawn("{n: [1, 2]}", "{{m}}"), "there is no parameter `m`"),
    (drawn("{n: [1, 2]}", "{{n | q}}"), "`q` is no format such as .3f"),
    (drawn("{n: [1, 0]}", "{{1 / n}}"), "`{{1 / n}}` has no value (ZeroDivisionError: Fraction(1, 0))"),
    (drawn("{n: [9]}", "{{n ** 9 ** 9}}"), "a power is too large"),
    (drawn("{n: [9]}", "{{[n]}}"), "an expression may not hold a List"),
    (NUMERIC.replace("answer: 2", 'parameters: [{n: 1}, {n: x}]\nanswer: "{{n}}"'), "it makes no question (with n=x)"),
    (NUMERIC.replace("answer: 2\n", ""), "`answer` is missing"),
    (NUMERIC.replace("check: counted\n", ""), "the key is a number and no `check` computes it"),
    (NUMERIC.replace("answer: 2", "answer: 2.5"), "the answer is no whole number and has no `tolerance`"),
    (NUMERIC.replace("value: 3", "value: [3, 4]"), "`three` has 2 numbers, the answer 1"),
    (NUMERIC.replace("value: 3", "value: 2"), "`three` would be taken for the right answer"),
    (NUMERIC.replace("known: [", 'known: [{id: same, value: 3, feedback: "It is the same number."}, '),
     "`three` would be taken for `same`"),
    (NUMERIC.replace("id: three", "id: right"), "the id `right` has a meaning of its own: choose another"),
    (NUMERIC.replace("known: [", 'known: [{id: three, value: 4, feedback: "That is far too many."}, '),
     "the id `three` is there 2 times"),
    (re.sub(r"steps: .*", 'steps: [{id: b, text: "only"}]', ORDER), "there is only one step"),
    (re.sub(r"steps: .*", "steps: []", ORDER), "there are no steps"),
    (ORDER.replace('"third"', '"second"'), "steps `b` and `c` say the same"),
    (ORDER.replace("[b]", "[b, b]"), "`late` names a step twice or one that is not there"),
    (ORDER.replace("[b]", "[a, b]"), "`late` is how the right order begins"),
    (ORDER.replace("known: [", 'known: [{id: soon, order: [b], feedback: "It is said twice here."}, '),
     "`late` is never met: one before it begins the same way"),
    (re.sub(r"  - \{id: b.*\n", "", MATCH), "there are fewer than two pairs"),
    (re.sub(r"extra: .*\n", "", MATCH).replace('"R"', '"L"'), "every right side says the same"),
    (MATCH.replace("extra: [", "extra: [" + ", ".join(f"{{id: e{n}, text: E{n}}}" for n in range(30)) + ", "),
     "there are more than 26 right sides"),
    (MATCH.replace(', match: "L"', ""), "pair `a` has no `match`"),
    (MATCH.replace("id: b", "id: a"), "the id `a` is there 2 times"),
    (MATCH.replace('"X"', '"L"'), "extra `x` says the same as a right side"),
    (MATCH.replace("[a, b]", "[a, q]"), "`swapped` names something that is not there"),
    (MATCH.replace("[a, b]", "[a, a]"), "`swapped` is a right pair"),
    (MATCH.replace(', feedback: "Left begins with L."', ""), "pair `a` has no feedback"),
    (FILL.replace(" and `____`", ""), "the stem shows 1 blanks (`____`), there are 2"),
    (FILL.replace('accept: ["no"]', "accept: []"), "there is no text to `accept`"),
    (FILL.replace('["no", "yes"]', '["no"]'), "`turned` has 1 texts for 2 blanks"),
    (FILL.replace('["no", "yes"]', '["yes", "no"]'), "`turned` would be taken for the right answer"),
    (FILL.replace("known: [", 'known: [{id: back, text: ["no", "yes"], feedback: "They are the wrong way."}, '),
     "`turned` would be taken for `back`"),
    (FILL.replace('"y.*"', '"z.*"'), "the pattern does not fit the text that is shown as right"),
]  # fmt: skip

UNREACHABLE = "a backslash stands alone"  # at the end of a formula, where `\\$` is a dollar and no end

WORDS = """objectives = ["lo-trace", "lo-idle"]
tags = ["epochs"]
misconceptions = ["off-by-one"]
[sections]
lo-trace = "exercises/lessons/none.md # Nothing"
lo-gone = "exercises/lessons/none.md # Nothing"
[mistakes]
"ex01/slow" = "no-such-slug"
"""
OF_WORDS = [
    "tag `epoch` is not in vocabulary.toml; did you mean `epochs`?",
    "section of `lo-gone`, which is no objective",
    "there is no section `exercises/lessons/none.md # Nothing` for `lo-trace`",
    "mistake `ex01/slow` stands for `no-such-slug`, which is no misconception",
    "no question has objective `lo-idle`",
]


def said(tmp_path: Path, question: str, words: str = "") -> str:
    """What lint says of a quiz with one question, whether it can be read or not."""
    folder = tmp_path / "quizzes"
    folder.mkdir(exist_ok=True)
    body = "".join(f"    {line}\n" if line else "\n" for line in question.splitlines())
    (folder / "q.yaml").write_text(f"format: 1\nid: q\ntitle: q\nquestions:\n  - id: x\n{body}", encoding="utf-8")
    if words:
        (folder / "vocabulary.toml").write_text(words, encoding="utf-8")
    try:
        report = lint([folder / "q.yaml"], None, whole=True)
    except UsageError as error:
        return str(error)
    return "\n".join([*report.errors, *report.warnings])


@pytest.mark.parametrize(
    "question", [single(), NUMERIC, ORDER, MATCH, FILL], ids=["single", "numeric", "order", "match", "fill"]
)
def test_the_unchanged_questions_are_clean(tmp_path: Path, question: str) -> None:
    """Without a change lint finds nothing, so that each sentence below comes from its change."""
    assert said(tmp_path, question) == ""


@pytest.mark.parametrize(("question", "sentence"), PROVOKED, ids=[sentence[:50] for _, sentence in PROVOKED])
def test_a_file_provokes_it(tmp_path: Path, question: str, sentence: str) -> None:
    """The sentence is said, with the file and a line of the question."""
    told = said(tmp_path, question)
    assert any(sentence in line and re.search(r"q\.yaml:([5-9]|\d\d):", line) for line in told.splitlines()), told


def test_a_vocabulary_provokes_its_own(tmp_path: Path) -> None:
    """Unknown slugs, sections and mistakes that lead nowhere, objectives that nobody asks for."""
    told = said(tmp_path, "objective: lo-trace\ntags: [epoch]\n" + single(), WORDS)
    assert [sentence for sentence in OF_WORDS if sentence not in told] == []


def test_a_vocabulary_that_is_none_is_named(tmp_path: Path) -> None:
    """A key that no vocabulary has is told with the file."""
    assert re.search(
        r"vocabulary\.toml: is not a vocabulary: 1 validation error", said(tmp_path, single(), "tag = 3\n")
    )


def test_no_sentence_is_left_out() -> None:
    """Each sentence in the code of the rules stands in the lists above."""
    provoked = [*(sentence for _, sentence in PROVOKED), *OF_WORDS, "is not a vocabulary: 1 validation error"]
    written = sorted(set(sentences()))
    assert len(written) > 60
    assert UNREACHABLE in written
    written.remove(UNREACHABLE)
    missing = [one for one in written if not any(pattern(one).match(sentence) for sentence in provoked)]
    assert missing == []


def pattern(template: str) -> re.Pattern[str]:
    """What a sentence with gaps (…) looks like, as far as a list above quotes it."""
    parts = [re.escape(part) for part in re.split("…+", template)]
    return re.compile("(?:" + ".+?".join(parts) + ")|" + re.escape(template.partition("…")[0]) + "[^`]*$")


def sentences() -> Iterator[str]:
    """The sentences that lint's code yields or raises, with … for what is filled in."""
    format_ = QUIZ / "format"
    for path in [QUIZ / "lint" / "rules.py", *sorted((format_ / "kinds").glob("*.py")), format_ / "vocabulary.py",
                 format_ / "markup.py", format_ / "tex.py", format_ / "parameters.py"]:  # fmt: skip
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            if path.parent.name == "kinds" and function.name not in SPEAKING:
                continue
            for node in ast.walk(function):
                yield from (one for one in spoken(node) if " " in one.strip("… "))


def spoken(node: ast.AST) -> Iterator[str]:
    """The sentence of a `yield place, sentence`, an `append(sentence)` or a `raise Error(sentence)`."""
    value: ast.expr | None = None
    if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
        value = node.value.elts[-1]
    elif isinstance(node, ast.Yield):
        value = node.value
    elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
        value = node.exc.args[0]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
        value = node.args[0]
    for one in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
        if isinstance(one, ast.BinOp):
            one = one.left
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value
        elif isinstance(one, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in one.values)
