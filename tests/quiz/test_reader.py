"""Reading a quiz file: the model it gives and the sentences about everything that is wrong with it."""

from fractions import Fraction
from pathlib import Path

import pytest

from grader.base.errors import UsageError
from grader.quiz.format.document import DocumentError
from grader.quiz.format.kinds import KINDS
from grader.quiz.format.reader import parse_source, read_quiz

from .conftest import TINY


def problems(text: str) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        parse_source(text, "q.yaml")
    assert caught.value.exit_code == 2
    return caught.value.lines


def test_a_good_file_becomes_the_model(tiny) -> None:
    """Defaults are filled in, points are exact and the correct choices are known."""
    first, second = tiny.questions
    assert (first.points, second.points) == (Fraction(1), Fraction(2))
    assert (first.scoring, first.shuffle) == ("partial", True)
    assert second.correct == {"key-mean", "key-run"}
    assert tiny.attempts.max == 2
    assert tiny.question("stop-epoch") is first and tiny.question("none") is None


def test_defaults_reach_questions_that_say_nothing() -> None:
    """`defaults` gives points, scoring and shuffle, and a question's own word wins."""
    text = TINY.replace("questions:", "defaults: {points: 0.1, scoring: all_or_nothing, shuffle: false}\nquestions:")
    first, second = parse_source(text, "q.yaml").quiz.questions
    assert (first.points, first.scoring, first.shuffle) == (Fraction(1, 10), "all_or_nothing", False)
    assert second.points == 2


def test_yaml_1_2_words_stay_text() -> None:
    """`yes`, `on` and `1:30` are text in YAML 1.2, where version 1.1 made booleans and numbers of them."""
    text = TINY.replace('text: "Never"', "text: yes").replace('text: "1"', "text: 1:30")
    choices = parse_source(text, "q.yaml").quiz.questions[0].choices
    assert [choice.text for choice in choices] == ["3", "2", "1:30", "yes"]


def test_all_problems_are_told_at_once_with_their_lines() -> None:
    """A missing key, a misspelled one, a wrong kind and a number as text are four sentences of one run."""
    text = TINY.replace("kind: single", "kind: singel").replace("    stem: |", "    stme: |")
    text = text.replace('text: "3"', "text: 3")
    assert problems(text) == [
        "q.yaml:6: `stem` is missing",
        f"q.yaml:7: `kind` must be {' or '.join(KINDS)}, not 'singel'; did you mean `single`?",
        "q.yaml:11: unknown key `stme`; did you mean `stem`?",
        "q.yaml:18: `text` must be text, not 3; put it in quotes",
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("format: 1", "format: 2", "q.yaml:1: `format` must be 1, not 2"),
        ("format: 1\n", "", "q.yaml:1: `format` is missing"),
        (
            "id: tiny",
            "id: Tiny!",
            "q.yaml:2: `id` must be at most 40 of a-z, 0-9 and - and not start with -; it is 'Tiny!'",
        ),
        ("max: 2", "'{0}': 1", "q.yaml:4: unknown key `{0}`"),
        ("max: 2", "max: '{z}'", "q.yaml:4: `max` must be a whole number, not '{z}'"),
        ("max: 2", "max: 0", "q.yaml:4: `max` must be at least 1"),
        ("points: 2", "points: -2", "q.yaml:26: `points` must be between 0 and 1000, not -2"),
        ("points: 2", "points: many", "q.yaml:26: `points` must be a number, not 'many'"),
        ("correct: true", "correct: 1", "q.yaml:18: `correct` must be true or false, not 1"),
        ("id: batchnorm", "id: stop-epoch", "q.yaml:24: question id `stop-epoch` is taken by line 6"),
        ("id: wrong-e2", "id: key-e3", "q.yaml:19: choice id `key-e3` is taken by line 18"),
        ("[secret-tag]", "secret-tag", "q.yaml:9: `tags` must be a list, not 'secret-tag'"),
        ("secret_check", "os.system", "q.yaml:23: `check` must be the name of a function; it is 'os.system'"),
        ("tags:", "tags: [a]\n    tags:", "q.yaml:10: `tags` stands here twice"),
        ("title:", "release: exam\ntitle:", "q.yaml:3: `release` must be practice or graded, not 'exam'"),
    ],
)
def test_a_wrong_part_is_named_with_its_line(old: str, new: str, sentence: str) -> None:
    """Each mistake gives exactly the sentence that helps to mend it."""
    assert any(line.startswith(sentence) for line in problems(TINY.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: &x 1\nb: 2\n", "q.yaml:1: anchor `&x` is not allowed"),
        ("a: 1\nb: *x\n", "q.yaml:2: "),
        (
            "a: 1\nb: !!python/object:os.system x\n",
            "q.yaml:2: tag `tag:yaml.org,2002:python/object:os.system` is not allowed",
        ),
        ("a: !local x\n", "q.yaml:1: tag `!local` is not allowed"),
        ("a: 1\n---\nb: 2\n", "q.yaml:2: a second document starts here"),
        ("a: [1, 2\nb: 3\n", "q.yaml:2: this is not YAML"),
        ("", "q.yaml:1: the file is empty"),
        ("- 1\n", "q.yaml:1: `this` must be a map"),
        ("? [a]\n: 1\n", "q.yaml:1: a key must be a plain word"),
        ("[" * 5000, "q.yaml:1: nested deeper than"),
        ("- 1\n" * 30_000, "q.yaml:20000: more than 20000 values"),
        ("a: " + "!" * 20_000, "q.yaml:1: a line is longer than 10000 characters"),
        ('a: "\\0"\n', "q.yaml:1: holds a control character"),
    ],
)
def test_hostile_yaml_is_refused(text: str, sentence: str) -> None:
    """Aliases, anchors, tags, second documents and deep nesting are sentences, and nothing is built from them."""
    assert any(line.startswith(sentence) for line in problems(text))


def test_a_billion_laughs_is_refused_at_once() -> None:
    """Nested aliases are never expanded: the first anchor is a problem already."""
    lines = ["a0: &a0 [x, x, x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    assert "q.yaml:1: anchor `&a0` is not allowed" in problems("\n".join(lines))[0]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"format: 1\ntitle: \xff\n", ":2: byte 0xff is not UTF-8"),
        (b"format: 1\nid: a\0b\n", ":2: holds a NUL byte"),
        (b"x" * (10 << 20), ": is larger than 1024 KiB"),
    ],
)
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, data: bytes, sentence: str) -> None:
    """Non-UTF-8, NUL bytes and ten megabytes are told with file and line."""
    path = tmp_path / "q.yaml"
    path.write_bytes(data)
    with pytest.raises(UsageError) as caught:
        read_quiz(path)
    assert f"{path}{sentence}" in str(caught.value)
    assert caught.value.exit_code == 2


def test_hash_follows_what_learners_see(tiny) -> None:
    """Another stem is another quiz; other feedback is not; another key changes the key's hash alone."""
    first, second = tiny.questions
    fed_back = tiny.replace(questions=(first.replace(explanation="Other."), second))
    restated = tiny.replace(questions=(first.replace(stem="Other?"), second))
    rekeyed = tiny.replace(
        questions=(first.replace(choices=[c.replace(correct=not c.correct) for c in first.choices]), second)
    )
    assert fed_back.content_hash == tiny.content_hash != restated.content_hash
    assert rekeyed.content_hash == tiny.content_hash
    assert rekeyed.key_hash != tiny.key_hash == restated.key_hash
    assert tiny.replace(title="e\u0301").content_hash == tiny.replace(title="\u00e9").content_hash
