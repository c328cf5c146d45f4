"""When something that was missed comes back: after 1, 3, 7 and 21 days, as long as it is answered rightly each time.

    memory = Memory.read(root)                          # root/.grader/review.json
    memory.missed(["counter-off-by-one"], today)        # back tomorrow
    memory.due(today)                                   # what to ask now, the longest overdue first
    memory.answered("counter-off-by-one", "r1/es-tie/0", right=True, seconds=45, today=today)

What is kept is called by a misconception's or an objective's slug, or by an exercise's mistake as `exercise/mistake`.
Days are given, never read from a clock here.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.base.atomic import write_text

AFTER = (1, 3, 7, 21)
"""Days until it is asked again, after 0, 1, 2, ... right answers in a row; after the last one it is learned."""

DAILY = 300
"""Seconds a day, at most."""

_SHOWN = 20
"""How many of the last questions on a slug are remembered, so that another one is asked."""


class Card(BaseModel):
    """One thing that was missed: how many right answers it has had since, when it is due, what was asked."""

    model_config = ConfigDict(extra="ignore")

    step: Annotated[int, Field(ge=0, lt=len(AFTER))] = 0
    due: date
    asked: list[str] = []


class Memory(BaseModel):
    """All cards, and how many seconds of a day are used."""

    model_config = ConfigDict(extra="ignore")

    format: Literal[1] = 1
    cards: dict[str, Card] = {}
    day: date | None = None
    seconds: int = 0

    @classmethod
    def read(cls, root: Path) -> Self:
        """The memory of a workspace; an empty one where there is none or it cannot be read, as it is only an aid."""
        try:
            return cls.model_validate_json(path_of(root).read_text(encoding="utf-8"))
        except (OSError, ValidationError, ValueError):
            return cls()

    def save(self, root: Path) -> None:
        """Writes it; a workspace that cannot be written to keeps none."""
        try:
            write_text(path_of(root), json.dumps(self.model_dump(mode="json"), indent=1, sort_keys=True) + "\n")
        except OSError:
            return

    def missed(self, names: list[str], today: date) -> None:
        """Begins anew with each: it comes back tomorrow."""
        for name in names:
            asked = self.cards[name].asked if name in self.cards else []
            self.cards[name] = Card(due=today + timedelta(AFTER[0]), asked=asked)

    def due(self, today: date) -> list[str]:
        """What is due, the longest overdue first."""
        return sorted(
            (name for name, card in self.cards.items() if card.due <= today), key=lambda n: (self.cards[n].due, n)
        )

    def left(self, today: date) -> int:
        """The seconds of this day that are not used yet."""
        return DAILY - (self.seconds if self.day == today else 0)

    def answered(self, name: str, question: str, right: bool, seconds: int, today: date) -> None:
        """Notes an answer to `question`: a right one puts it off, at last for good; a wrong one does to tomorrow."""
        self.seconds = (self.seconds if self.day == today else 0) + seconds
        self.day = today
        card = self.cards[name]
        asked = [*card.asked, question][-_SHOWN:]
        step = card.step + 1 if right else 0
        if step == len(AFTER):
            del self.cards[name]
        else:
            self.cards[name] = Card(step=step, due=today + timedelta(AFTER[step]), asked=asked)

    def next_day(self, today: date) -> date | None:
        """When the next one is due after today; None where nothing is kept."""
        return min((card.due for card in self.cards.values() if card.due > today), default=None)


def note_missed(root: Path, names: list[str], today: date) -> None:
    """Keeps what was missed, slugs or `exercise/mistake`, in the memory of a workspace."""
    if names:
        memory = Memory.read(root)
        memory.missed(names, today)
        memory.save(root)


def path_of(root: Path) -> Path:
    """Where a workspace keeps it."""
    return root / ".grader" / "review.json"
