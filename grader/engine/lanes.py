"""Which of the examinees that answer for one submission side by side gets a question."""

import contextlib
import secrets
from collections.abc import Iterator

LANES = 4


class Lanes:
    """Who answered what; a lane is an examinee, and its successor where a question ended it.

    Outside `apart` the first lane gets every question. Inside, none answers two, and which one gets a question is
    drawn, so that nothing an examinee was asked before tells it which question of a test this is.
    """

    def __init__(self) -> None:
        self.answered: dict[str, int] = {}  # by question
        self.taken: dict[int, str] | None = None  # inside `apart`: the question of each lane that has had one

    @contextlib.contextmanager
    def apart(self, but: int | None = None) -> Iterator[None]:
        """Gives no two of the coming questions to one lane, and none to `but`, which has heard several of them.

        A remembered answer counts as given by who gave it.
        """
        self.taken = {} if but is None else {but: ""}
        try:
            yield
        finally:
            self.taken = None

    def may_repeat(self, key: str) -> bool:
        """Whether a remembered answer may be used: who gave it has answered nothing else inside `apart`."""
        return self.taken is None or self.taken.get(self.answered.get(key, -1), key) == key

    def draw(self) -> int | None:
        """The lane for a new question; None where it needs an examinee of its own."""
        if self.taken is None:
            return 0
        free = [lane for lane in range(LANES) if lane not in self.taken]
        return secrets.choice(free) if free else None

    def note(self, key: str, lane: int | None) -> None:
        """Notes who was asked."""
        self.answered.pop(key, None)
        if lane is not None:
            self.answered[key] = lane

    def take(self, key: str) -> None:
        """Counts a question's answer, new or remembered, as given inside `apart`."""
        if self.taken is not None and key in self.answered:
            self.taken[self.answered[key]] = key

    def sessions(self, session: str) -> list[str]:
        """The names under which the sandbox may know them."""
        return [named(session, lane) for lane in sorted({0, *self.answered.values()})]


def named(session: str, lane: int) -> str:
    """The sandbox's name for a lane of a submission's session."""
    return f"{session}.{lane}" if lane else session
