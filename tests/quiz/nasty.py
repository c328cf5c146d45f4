"""Quizzes made of everything that ever broke an exchange format, the same ones in every run."""

import random

from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.parts import Choice
from grader.quiz.format.model import Attempts, Quiz

FRAGMENTS = r"""
    $\nabla_\theta\,L=\frac{x_i-\mu}{\sqrt{\sigma^2+\epsilon}}$ $a<b$ $$z$$ \\(x\\) \\[y\\] \\$5 \$x\$
    =x == y =100% # ## #### // ]]> <![CDATA[ --> <!-- a --> { } {T} ~ ~% %50% %-50%x :: ::name:: : -> =
    [html] [markdown] [id:x] [tag:y] T TRUE 0 \\ \\n \\\\ a\\nb \\: \= &&035; &amp; &lt;b&gt; &#x41; <b>x</b>
    <script>alert(1)</script> `x={1:2}#~` ``a`b`` **bold** *em* 2*3*4 a_b_c __init__ $CATEGORY: “quotes” ℝ² naïve
    1. - | a | ![a=b](fig-1.png) ' " -- --- ### 中文 100%
""".split()
BLOCKS = (
    "\n\n// no comment\n\n",
    "\n\n```python\nif a == b:  # ~ {x}\n\n    print('\\n', \"]]>\")\n// end\n```\n\n",
    "\n\n- one = 1\n- two\n  - deep ~\n\n",
    "\n\n1. first\n2. second\n\n",
    "\n\n| a | b |\n| = | ~ |\n\n",
)


def quiz(seed: int, questions: int = 12) -> Quiz:
    """A quiz with questions of every kind; all of them have a sound key."""
    chance = random.Random(seed)
    return Quiz(
        id=f"nasty-{seed}",
        title=_words(chance),
        attempts=Attempts(max=chance.choice([None, 2]), keep=chance.choice(["highest", "average"])),
        questions=tuple(_question(chance, number) for number in range(questions)),
    )


def only_choices(quiz: Quiz) -> Quiz:
    """The quiz without the kinds whose way to platforms is tested with the kind."""
    return quiz.replace(questions=tuple(one for one in quiz.questions if isinstance(one, ChoiceQuestion)))


def _question(chance: random.Random, number: int) -> ChoiceQuestion:
    kind = chance.choice(["single", "multiple"])
    count = chance.randint(2, 6)
    right = 1 if kind == "single" else chance.randint(1, count - 1)
    ids = chance.sample(["all-correct", "wrong", "general", "5", "c2", "c1", "a-", "x--y", "solution"], count)
    return ChoiceQuestion(
        id=f"q{number}-",
        kind=kind,
        stem=_words(chance) + chance.choice(["", *BLOCKS]) + _words(chance),
        choices=tuple(_choice(chance, name, place < right) for place, name in enumerate(ids)),
        explanation=chance.choice(["", _words(chance)]),
        points=chance.choice([1, 0, 2, 0.1, 2.5]),
        scoring=chance.choice(["partial", "all_or_nothing"]),
        shuffle=chance.random() < 0.7,
        objective=chance.choice([None, "lo-1"]),
        tags=chance.choice([(), ("a", "b-c")]),
        source=chance.choice(["", "p. 3 -- [id:z] ]]>"]),
        check="secret_check",
    )


def _choice(chance: random.Random, name: str, correct: bool) -> Choice:
    return Choice(
        id=name,
        text=_words(chance),
        correct=correct,
        feedback=chance.choice(["", _words(chance)]),
        misconception=None if correct else chance.choice([None, "slip-1"]),
        if_not_chosen=chance.choice(["", _words(chance)]),
        pin=chance.choice([None, None, None, "first", "last"]),
    )


def _words(chance: random.Random) -> str:
    return " ".join(chance.choice(FRAGMENTS) for _ in range(chance.randint(1, 6))).strip() or "x"
