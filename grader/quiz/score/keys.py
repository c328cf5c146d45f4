"""The maps of graded releases, `quizzes/keys/<id>-<hash8>.json`: from a release's opaque choice ids to the quiz's own.

Only the instructor has them. `translate` is the one place that decides whether answers belong to the quiz at hand.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from grader.base import atomic
from grader.base.errors import UsageError
from grader.quiz.format import textfile
from grader.quiz.format.answers import Attempt
from grader.quiz.format.model import Quiz
from grader.quiz.format.pools import asked_in
from grader.quiz.format.problems import did_you_mean

Picks = dict[str, tuple[str, ...]]


class KeyMapLost(UsageError):
    """Answers to a release whose map is not there."""


class KeyMap(BaseModel):
    """The map of one release; `release` and `content` are the content hashes of the release and of the quiz."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    quiz: str
    release: str
    content: str
    choices: dict[str, dict[str, str]]
    """question id -> {opaque choice id: the quiz's choice id}"""


def key_path(folder: Path, key: KeyMap) -> Path:
    """Where the map of a release of a quiz in `folder` (a `quizzes/`) is kept."""
    return folder / "keys" / f"{key.quiz}-{key.release[:8]}.json"


def write_key(folder: Path, key: KeyMap) -> Path:
    """Writes the map, readable by its owner alone, into a folder that git ignores."""
    path = key_path(folder, key)
    atomic.write_text(path, key.model_dump_json(indent=1) + "\n", mode=0o600)
    ignore = path.parent / ".gitignore"
    if not ignore.exists():
        atomic.write_text(ignore, "*\n")
    return path


def read_keys(folder: Path, quiz_id: str) -> tuple[KeyMap, ...]:
    """The maps of all releases of a quiz in `folder` (a `quizzes/`). Raises UsageError."""
    keys = []
    for path in sorted((folder / "keys").glob(f"{quiz_id}-" + "[0-9a-f]" * 8 + ".json")):
        try:
            keys.append(KeyMap.model_validate_json(textfile.read_text(path)))
        except ValidationError:
            raise UsageError("is not the map of a release", str(path), "Restore it from a backup.") from None
    return tuple(keys)


def translate(quiz: Quiz, attempt: Attempt, keys: Sequence[KeyMap], where: str) -> tuple[Picks, str]:
    """The attempt's picks in the quiz's own choice ids, and a note where the quiz has changed since.

    Answers belong to the quiz when their hash is the quiz's or a release's. After a change of the quiz they still do
    as long as every question has the choice ids it had. Raises UsageError for answers that do not.
    """
    key = _key_of(quiz, attempt, keys)
    if key is not None:
        released = {question: frozenset(ids.values()) for question, ids in key.choices.items()}
        _require_same(released, {question.id: question.ids for question in quiz.questions}, quiz, where)
        _require_known(attempt, quiz, where)
        picks = {
            question.id: tuple(question.own(pick, key.choices[question.id]) for pick in attempt.picks[question.id])
            for question in quiz.questions
            if question.id in attempt.picks
        }
        return picks, "" if key.content == quiz.content_hash else CHANGED
    note = ""
    if attempt.hash is not None and not quiz.content_hash.startswith(attempt.hash):
        _require_key(quiz, attempt, keys, where)
        asked = asked_in(quiz, attempt, where)
        answered = {question: frozenset(ids) for question, ids in attempt.order.items()}
        own = {question.id: frozenset(shown for shown, _, _ in question.shown) for question in asked.questions}
        _require_same(answered, own, quiz, where)
        note = CHANGED
    _require_known(attempt, quiz, where)
    return attempt.picks, note


CHANGED = "the quiz's text has changed since; its choices are the same, so the answers count"


def _key_of(quiz: Quiz, attempt: Attempt, keys: Sequence[KeyMap]) -> KeyMap | None:
    """The release that was answered: by hash, or for hand-made answers the only one that knows every pick."""
    if attempt.hash is not None:
        if quiz.content_hash.startswith(attempt.hash):
            return None
        return next((key for key in keys if key.release.startswith(attempt.hash)), None)
    own = {question.id: question.ids for question in quiz.questions}
    if _knows(own, attempt.picks):
        return None
    fitting = [key for key in keys if _knows({name: set(ids) for name, ids in key.choices.items()}, attempt.picks)]
    return fitting[0] if len(fitting) == 1 else None


def _knows(choices: Mapping[str, AbstractSet[str]], picks: Picks) -> bool:
    return all(
        question in choices and (not choices[question] or all(_named(pick) <= choices[question] for pick in ticked))
        for question, ticked in picks.items()
    )


def _named(pick: str) -> set[str]:
    """The ids in a pick, which may be a pair `left=right`."""
    return set(pick.split("="))


def _require_key(quiz: Quiz, attempt: Attempt, keys: Sequence[KeyMap], where: str) -> None:
    """Refuses answers whose choices all have names that the quiz does not know: those of a release without its map.

    Answers that do not say in which order they saw the choices are such only where there is no map at all.
    """
    own = {shown for question in quiz.questions for shown, _, _ in question.shown}
    picked = {name for ticked in attempt.picks.values() for pick in ticked for name in _named(pick)}
    theirs = {choice for choices in attempt.order.values() for choice in choices} or (set() if keys else picked)
    if theirs and not theirs & own and attempt.hash is not None:
        name = f"keys/{quiz.id}-{attempt.hash[:8]}.json"
        raise KeyMapLost(
            f"answers the release {attempt.hash[:8]} of `{quiz.id}`, whose key map {name} is lost", where,
            "put it back beside the quiz from a backup; without it nobody can score these answers",
        )  # fmt: skip


def _require_known(attempt: Attempt, quiz: Quiz, where: str) -> None:
    """Refuses answers to a question that the quiz does not have."""
    known = [question.id for question in quiz.questions]
    for question in sorted(attempt.picks.keys() - set(known)):
        what = f"`{quiz.id}` has no question `{textfile.shown(question)}`" + did_you_mean(question, known)
        raise UsageError(what, where, "The answers were not scored.")


def _require_same(
    answered: Mapping[str, frozenset[str]], own: Mapping[str, frozenset[str]], quiz: Quiz, where: str
) -> None:
    """Refuses answers to another version of the quiz whose questions or choice ids differ."""
    differ = sorted(
        question for question in own.keys() | answered.keys() if own.get(question) != answered.get(question)
    )
    if differ:
        named = ", ".join(f"`{textfile.shown(question)}`" for question in differ[:3])
        more = f" and {len(differ) - 3} more" if len(differ) > 3 else ""
        raise UsageError(
            f"answers another version of `{quiz.id}`: the choices of {named}{more} are not the same",
            where,
            "The answers were not scored. Score them with the quiz as it was, or let the quiz be taken again.",
        )
