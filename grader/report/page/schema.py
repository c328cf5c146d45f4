"""The forms of `report.json`, which the page is made from. `measured` holds what differs from run to run."""

from typing import NotRequired, TypedDict

from grader.report.gradebook.records import Measured


class Result(TypedDict):
    """What the class's tables need of one counted result. `cause` says why nothing of it could be judged,

    `chance` how many questions are random by design (`3 of 20`), `random` that all are.
    """

    outcome: str
    note: str
    flag: str
    max_error: float | None
    compared: bool
    random: bool
    chance: str
    versions: dict[str, str]
    device: str | None
    cause: str
    measured: Measured


class UnitLine(TypedDict):
    """An exercise or quiz; `quartiles` of the shares are empty where no student has points."""

    id: str
    key: str
    title: str
    kind: str
    possible: str
    handed_in: int
    quartiles: list[float]


class CellLine(TypedDict):
    """One student's unit; points as they are shown, empty where there are none."""

    state: str
    earned: str
    possible: str
    note: NotRequired[str]
    path: NotRequired[str]
    sha256: NotRequired[str]
    attempt: NotRequired[int]
    days_late: NotRequired[int]
    outcome: NotRequired[str]
    max_error: NotRequired[float | None]
    measured: NotRequired[Measured]


class StudentLine(TypedDict):
    """A row of the table of grades, by unit id."""

    id: str
    name: str
    section: str
    ta: str
    team: str
    enrolled: bool
    total: str
    out_of: str
    percent: str
    notes: list[str]
    units: dict[str, CellLine]
    categories: dict[str, str]


class Entry(TypedDict):
    """A line of the list of what needs attention."""

    student: str
    name: str
    unit: str
    path: str
    reason: str


class ChangeLine(Entry):
    """A grade that another run had changed; `reason` is why."""

    before: str
    after: str


class Changes(TypedDict):
    """What the last run that changed anything did: how many grades are new, and which were there before."""

    run: int
    new: int
    changed: list[ChangeLine]


class Resemblance(TypedDict):
    name: str
    count: int


class ItemLine(TypedDict):
    """A test or a question; `number` is what it is called in the chart, 0 if nothing is odd about it."""

    id: str
    unit: str
    title: str
    stem: str
    kind: str
    taken: int
    missed: int
    outcomes: dict[str, int]
    resembles: list[Resemblance]
    difficulty: float | None
    discrimination: float | None
    interval: list[float]
    flag: str
    number: int


class Distractor(TypedDict):
    """A wrong answer and how many chose it; `stem` is the question in Markdown, `question` the same as plain text;
    so are `answer` and `choice`.
    """

    question: str
    stem: str
    unit: str
    choice: str
    answer: str
    count: int
    taken: int
    misconception: str


class Alpha(TypedDict):
    value: float | None
    reason: str
    students: int


class Medians(TypedDict):
    time: str
    memory: str


class BesideLine(TypedDict):
    """An exercise's submissions beside the solution; `random`: it differs from itself under another seed everywhere,

    `chance`: in so many questions, which are left out of the numbers.
    """

    unit: str
    compared: int
    same: int
    random: bool
    chance: str
    median_error: str
    measured: NotRequired[Medians]


class OutlierLine(TypedDict):
    student: str
    unit: str
    what: str
    value: float
    median: float


class Pair(TypedDict):
    """Two submissions that stand out; `aligned` are both sources, each line with whether the other has its like."""

    unit: str
    students: list[str]
    likeness: float
    usual: float
    shared: int
    aligned: list[list[tuple[bool, str]]]


class Alike(TypedDict):
    """What is alike in one exercise, students by their ids: `identical` programs (names and comments do not count),
    those that are the `solution`, and `clusters` of the pairs that stand out. `why_not` says why none was compared.
    """

    unit: str
    compared: int
    why_not: str
    identical: list[list[str]]
    solution: list[str]
    clusters: list[list[str]]


class Run(TypedDict):
    """Of the run that wrote the page: when, and who took far longer than the class."""

    written: str
    outliers: list[OutlierLine]


class Attention(TypedDict):
    """The lists that stand on top of the page."""

    doubts: list[str]
    refused: list[Entry]
    left_out: list[Entry]
    guesses: list[Entry]
    likeness: list[Entry]
    unusable: list[Entry]
    late: list[Entry]
    time_unknown: list[Entry]
    nothing: list[str]


class Document(Attention):
    """The whole report."""

    format: int
    seed: int
    tiers: list[str]
    device: str
    versions: dict[str, str]
    units: list[UnitLine]
    students: list[StudentLine]
    ungraded: list[Entry]
    flagged: list[Entry]
    unsteady: list[Entry]
    not_on_roster: list[str]
    misses: list[ItemLine]
    distractors: list[Distractor]
    items: list[ItemLine]
    alpha: Alpha
    beside: list[BesideLine]
    categories: list[str]
    changes: Changes
    missing_zero: bool
    similar: NotRequired[list[Pair]]
    alike: NotRequired[list[Alike]]
    measured: NotRequired[Run]
