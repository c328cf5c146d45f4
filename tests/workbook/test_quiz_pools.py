"""A quiz with a pool in the browser."""

import json

from .conftest import Running, exchanged

QUESTION = """  - id: q{n}
    kind: single
    pool: sums
    stem: "What is {n} + 1?"
    choices: [{{id: right, correct: true, text: "{n} + 1"}}, {{id: wrong, text: "{n}"}}]
"""
TEXT = "format: 1\nid: pooled\ntitle: Pooled\npools: {sums: 3}\nquestions:\n" + "".join(
    QUESTION.format(n=n) for n in range(1, 9)
)


def test_three_of_eight_are_asked_in_the_browser(workbook: Running) -> None:
    """The page counts and shows the three that the answers file names, and gives their points."""
    (workbook.root / "quizzes" / "pooled.yaml").write_text(TEXT, encoding="utf-8")
    workbook.cookie = exchanged(workbook)
    assert "3 questions." in workbook.ask("/quiz/pooled").text
    workbook.ask("/quiz/pooled/start", "POST", "mode=exam")
    (attempt,) = json.loads((workbook.root / "answers" / "pooled.json").read_text())["attempts"]
    asked = list(attempt["order"])
    assert len(asked) == 3
    for number, name in enumerate(asked, start=1):
        page = workbook.ask(f"/quiz/pooled/{number}").text
        assert f"Question {number} of 3" in page and f"What is {name[1:]} + 1?" in page
        workbook.ask(f"/quiz/pooled/{number}", "POST", "pick=right&go=next")
    assert workbook.ask("/quiz/pooled/4").status == 404
    workbook.ask("/quiz/pooled/submit", "POST")
    result = workbook.ask("/quiz/pooled/result").text
    assert "3 of 3 points" in result and result.count("<h2>Question") == 3
