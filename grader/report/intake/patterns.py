"""How learning management systems name what they hand over: one name in, who, when and which file out.

    smith_12345_67890_cutmix.py                              Canvas: name, user id, attachment id, the student's file
    smith_LATE_12345_67890_cutmix-1.py                       Canvas, late, handed in once before under the same name
    smith_12345_text.html, smith_12345_link.html             Canvas, text or address typed into its page
    anon_AbC12_67890_cutmix.py, LATE_anon_AbC12_...          Canvas, graded anonymously
    Ann Smith_123_assignsubmission_file_/cutmix.py           Moodle: full name or group, participant or group number
    12345-678 - Ann Smith - Mar 1, 2026 912 PM/cutmix.py     Brightspace: user id, folder id, name, time of hand-in
    Homework 3_asmith_attempt_2026-03-01-21-12-33_cutmix.py  Blackboard: assignment, user name, time of the attempt

Read off Canvas's `lib/content_zipper.rb`, Moodle's `mod/assign/classes/downloader.php`, and downloads of the others.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from grader.report.intake.dates import spoken
from grader.report.intake.roster import Claim

TYPED = r"(?P<typed>(?:text|link)\.html)"
CANVAS = re.compile(rf"(?P<who>.*?)(?P<late>_LATE)?_(?P<user>\d+)_(?:(?P<number>\d+)_(?P<file>.+)|{TYPED})")
ANONYMOUS = re.compile(
    rf"(?P<late>LATE_)?anon_(?P<again>LATE_)?(?P<who>[A-Za-z\d]{{3,12}})_(?:(?P<number>\d+)_(?P<file>.+)|{TYPED})"
)
MOODLE = re.compile(r"(?P<who>.+?)(?:_(?P<number>\d+))?_assignsubmission_(?P<plugin>[a-z]+)_?(?P<file>.*)")
BRIGHTSPACE = re.compile(
    r"(?P<user>\d+)-\d+ ?- (?P<who>.+?) ?- (?P<time>(?:\w+\.? \d{1,2}|\d{1,2}\.? \w+\.?),? \d{4},?"
    r" \d{1,2}[:.]?\d{2}(?: ?[AaPp][Mm])?)"
    r"(?: ?- (?P<file>.+))?"
)
BLACKBOARD = re.compile(
    r"(?P<task>.+?)_(?P<user>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<note>\.txt))"
)
UNDERSCORES = 2
"""A user name of Blackboard's may hold so many; the roster knows where the assignment's title ends."""
AGAIN = re.compile(r"-(\d{1,3})(?=\.\w+$)")


@dataclass(frozen=True)
class Named:
    """What a name says: who, the path as the student named it, the LMS's own time, and the attempt's number.

    `late` is the LMS's own mark, None where it makes none; `note` says that the file is the LMS's, not the student's.
    """

    lms: str
    claim: Claim
    parts: tuple[str, ...]
    time: float | None = None
    order: int = 0
    late: bool | None = None
    note: str = ""


def recognized(
    parts: tuple[str, ...], zone: tzinfo | None = None, forms: Mapping[str, int] | None = None
) -> Named | None:
    """What a name encodes, None if no LMS made it; times without a zone are in `zone`.

    A student's own file may be called as if another LMS had named it. So the form counts that fits most names of the
    whole download (`forms`), then the one that leaves the most to the student.
    """
    found = readings(parts, zone)
    return max(found, key=lambda one: ((forms or {}).get(one.lms, 0), len("/".join(one.parts))), default=None)


def forms_of(paths: Iterable[tuple[str, ...]]) -> Counter[str]:
    """How many names of a download each LMS may have made."""
    return Counter(found.lms for parts in paths for found in readings(parts))


def readings(parts: tuple[str, ...], zone: tzinfo | None = None) -> list[Named]:
    """Everything that a name may encode."""
    return [found for read in READERS if (found := read(parts, zone)) is not None]


def canvas(parts: tuple[str, ...], zone: tzinfo | None) -> Named | None:
    if len(parts) > 1:
        return None
    anonymous = ANONYMOUS.fullmatch(parts[0])
    found = anonymous or CANVAS.fullmatch(parts[0])
    if not found:
        return None
    file = found["file"] or found["typed"]
    again = AGAIN.search(file)
    late = bool(found["late"] or (anonymous and anonymous["again"]))
    if anonymous:
        claim = Claim(f"anon_{found['who']}", (("anonymous", f"anon_{found['who']}"),))
    else:
        claim = Claim(found["who"] or found["user"], (("canvas_id", found["user"]), ("name", found["who"])))
    return Named("Canvas", claim, (file,), None, int(again[1]) if again else 0, late)


def moodle(parts: tuple[str, ...], zone: tzinfo | None) -> Named | None:
    found = MOODLE.fullmatch(parts[0])
    if not found:
        return None
    number = found["number"]
    numbers = (("identifier", f"Participant {number}"), ("identifier", number)) if number else ()
    return Named("Moodle", Claim(found["who"], (*numbers, ("name", found["who"]))), parts[1:] or (found["file"],))


def brightspace(parts: tuple[str, ...], zone: tzinfo | None) -> Named | None:
    found = BRIGHTSPACE.fullmatch(parts[0])
    if not found or (len(parts) == 1) != bool(found["file"]):
        return None
    claim = Claim(found["who"], (("d2l_id", found["user"]), ("name", found["who"])))
    return Named("Brightspace", claim, parts[1:] or (found["file"],), spoken(found["time"], zone))


def blackboard(parts: tuple[str, ...], zone: tzinfo | None) -> Named | None:
    found = BLACKBOARD.fullmatch(parts[0]) if len(parts) == 1 else None
    if not found:
        return None
    words = f"{found['task']}_{found['user']}".split("_")
    users = dict.fromkeys("_".join(words[-many:]) for many in range(1, UNDERSCORES + 2))
    claim = Claim(found["user"], tuple(("student", user) for user in users))
    try:
        time = datetime.strptime(found["time"], "%Y-%m-%d-%H-%M-%S").replace(tzinfo=zone).timestamp()
    except (ValueError, OverflowError):
        return None
    note = "is Blackboard's own note about the attempt" if found["note"] else ""
    return Named("Blackboard", claim, (found["file"] or "attempt.txt",), time, note=note)


Reader = Callable[[tuple[str, ...], tzinfo | None], Named | None]
READERS: tuple[Reader, ...] = (moodle, brightspace, blackboard, canvas)
