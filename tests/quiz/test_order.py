"""The order of choices: decided by hashes, so the same everywhere, and telling nothing about the key."""

import hashlib

from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.parts import Choice
from grader.quiz.format.model import Quiz
from grader.quiz.format.order import shown_order


def question(*texts: str, shuffle: bool = True) -> ChoiceQuestion:
    choices = [Choice(id=f"c{n}", text=text, correct=n == 0) for n, text in enumerate(texts)]
    return ChoiceQuestion(id="q", kind="single", stem="?", choices=choices, shuffle=shuffle)


def test_the_order_is_that_of_the_hashes() -> None:
    """Choices stand by sha256 of seed|quiz|question|choice: no random generator whose output could change."""
    asked = question("a", "b", "c", "d")
    by_hand = sorted(asked.ids, key=lambda c: hashlib.sha256(f"anna|1|quiz|q|{c}".encode()).hexdigest())
    assert shown_order(asked, "quiz", "anna|1") == tuple(by_hand) == ("c2", "c0", "c1", "c3")


def test_another_learner_or_attempt_sees_another_order() -> None:
    """Over 200 learners every choice of four stands first in 20 to 30 % of the cases or thereabouts."""
    asked = question("a", "b", "c", "d")
    first = [shown_order(asked, "quiz", f"learner{n}|1")[0] for n in range(200)]
    assert all(30 <= first.count(choice) <= 70 for choice in asked.ids)
    assert shown_order(asked, "quiz", "anna|1") != shown_order(asked, "quiz", "anna|2")


def test_pins_and_unshuffled_questions_keep_their_places(tiny: Quiz) -> None:
    """A choice pinned last is last for everybody, and `shuffle: false` keeps the file's order."""
    assert {shown_order(tiny.questions[0], "tiny", f"{n}|1")[-1] for n in range(20)} == {"wrong-never"}
    asked = question("a", "b", "c", shuffle=False)
    assert shown_order(asked, "quiz", "anna|1") == ("c0", "c1", "c2")


def test_the_released_order_depends_on_texts_alone() -> None:
    """Other ids or another key leave the order of a graded release as it is, so it tells nothing about them."""
    asked = question("a", "b", "c", "d")
    other = asked.replace(choices=[Choice(id=f"z{n}", text=text, correct=n == 2) for n, text in enumerate("dcba")])
    texts = [choice.text for choice in asked.released]
    assert texts == [choice.text for choice in other.released] != ["a", "b", "c", "d"]
