"""Pools on their way to and from a platform: Moodle's categories, and the groups of a QTI 1.2 quiz.

A category holds the questions, and Moodle's quiz says how many are drawn from it; a group says so itself.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from grader.base.text import counted
from grader.quiz.exchange.slug import slug
from grader.quiz.exchange.xmltree import Node
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz
from grader.quiz.format.textfile import shown


def grouped(quiz: Quiz) -> Iterator[tuple[str | None, list[Question]]]:
    """The questions in groups, each pool where its first question stands; None for what is always asked."""
    first: dict[str | None, int] = {}
    for at, question in enumerate(quiz.questions):
        first.setdefault(question.pool, at)
    places = [(first[one.pool] if one.pool in quiz.pools else at, one) for at, one in enumerate(quiz.questions)]
    ordered = [one for _, one in sorted(places, key=lambda place: place[0])]
    for pool, own in groupby(ordered, key=lambda one: one.pool if one.pool in quiz.pools else None):
        yield pool, list(own)


def category(quiz: Quiz, pool: str | None) -> str:
    """The name of Moodle's category of a group: the quiz's own, and one below it for each pool."""
    return f"{quiz.id}/{pool}" if pool else quiz.id


def scattered(quiz: Quiz) -> bool:
    """Whether a pool's questions do not stand together, so that another format moves them."""
    return [one for _, own in grouped(quiz) for one in own] != [*quiz.questions]


class Pools:
    """What the groups of a file say; `counts` are the pools, `losses` the sentences about the others."""

    def __init__(self, root: Node) -> None:
        self.losses: list[str] = []
        self.counts: dict[str, int] = {}
        self.each: dict[int, str] = {}
        self.names: dict[int, str] = {}
        for section in root.named("section"):
            for selection in section.all("selection_ordering", "selection"):
                self._read(section, selection)

    def _read(self, section: Node, selection: Node) -> None:
        items = section.named("item")
        number = shown(selection.value("selection_number"))[:20] or "some"
        name = shown(section.attributes.get("title", ""))[:60]
        if points := selection.value("selection_extension", "points_per_item"):
            self.each |= {id(item): points for item in items}
        if not items:
            self.losses.append(f"the group `{name}`: its {number} questions are in a bank outside the file")
        elif number.isascii() and number.isdigit() and 0 < int(number) <= len(items):
            if int(number) < len(items):
                self._pool(slug(name) or "group", int(number), items)
        else:
            self.losses.append(f"the group `{name}` asks {number} of its {len(items)} questions: here all are asked")

    def _pool(self, name: str, count: int, items: list[Node]) -> None:
        numbered = (f"{name[:37]}-{number}" for number in range(2, len(self.counts) + 3))
        free = next(one for one in (name, *numbered) if one not in self.counts)
        self.counts[free] = count
        self.names |= {id(item): free for item in items}

    def points(self, item: Node) -> str:
        """What a question of a group is worth there; "" where it says so itself."""
        return self.each.get(id(item), "")

    def pool(self, item: Node) -> str:
        """The pool of a question; "" for one that is always asked."""
        return self.names.get(id(item), "")


def sound(
    counts: dict[str, int], questions: Sequence[Question]
) -> tuple[dict[str, int], list[Question], Iterator[str]]:
    """The pools that the questions at hand allow, the questions without the others, and what is said of these."""
    kept, why = {}, []
    for pool, count in counts.items():
        own = [question for question in questions if question.pool == pool]
        if count > len(own):
            why.append(
                f"the pool `{pool}` asks {count} and only {counted(len(own), 'question')} came along: all are asked"
            )
        elif len({question.points for question in own}) > 1:
            why.append(
                f"the pool `{pool}` asks {count} of {len(own)} questions of different points: here all are asked"
            )
        else:
            kept[pool] = count
    return kept, [one if one.pool in kept else one.replace(pool=None) for one in questions], iter(why)
