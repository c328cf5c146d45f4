"""Why nothing of a submission could be judged, in one place: the sentence, the line it is about, and the way out."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from grader.report.gradebook.records import Record

WHILE_IMPORTED = "while your file was imported"
BEGUN = re.compile(r"^(\w+(?:Error|Exception|Interrupt|Iteration|Exit|Warning)?)(?:: |$)(.*)", re.DOTALL)
PLACE = re.compile(r"\s*\([^()]*, line \d+\)$")


@dataclass(frozen=True)
class Cause:
    """`sentence` begins with a verb ("is empty"), so that the file's name or a student's can stand before it.

    `line` is of the graded module, 0 where it is about no line; `text` is what stands there.
    """

    sentence: str
    way_out: str
    line: int = 0
    text: str = ""
    detail: str = ""

    def located(self, place: Callable[[int], str]) -> str:
        """The sentence with the place of its line."""
        where = place(self.line) if self.line else ""
        return f"{self.sentence} ({where})" if where else self.sentence


def cause_of(
    record: Record, source: Callable[[], bytes], other: Callable[[], str] = lambda: ""
) -> Cause | None:  # fmt: skip
    """The one cause of all failures of an exercise's record; None if something of it was judged.

    `source` reads the graded file, and `other` tells whose work it is if plainly another exercise's, where needed.
    """
    tests = record.get("tests") or []
    outcomes = {test["outcome"] for test in tests}
    if not tests or outcomes & {"passed", "suite_error"}:
        return None
    if not source().strip():
        return Cause("is empty", "Hand in the file that holds your code.")
    if key := other():
        what = f"looks like {key}'s work: it defines none of the names asked for, but those of {key}"
        return Cause(what, f"Hand in the file of this exercise; if {key} is missing, hand this one in there.")
    if "failed" in outcomes:
        return None
    first = tests[0]
    message, _, advice = first["message"].partition("\n")
    if all("NotImplementedError" in test["message"] for test in tests):
        return Cause(
            "is still the stub: nothing in it is written yet",
            "Write your code in place of `raise NotImplementedError`.",
        )
    if all(re.match(r"AttributeError: module '[^']*' has no attribute", test["message"]) for test in tests):
        return Cause("defines nothing that the exercise asks for", "Keep the names of the stub.", detail=advice)
    if len({test.get("cause", "") for test in tests if not test["message"].startswith("not run")}) > 1:
        return None
    if WHILE_IMPORTED in first["message"]:
        return at_import(first["outcome"], message)
    if not first["frames"] or first["frames"][0][1] not in ("", "<module>"):
        return None
    line, _, text = first["frames"][-1]
    begun = BEGUN.match(message)
    kind, what = (begun[1], PLACE.sub("", begun[2])) if begun else ("", message)
    return raised(kind, what, advice, line, text)


def at_import(outcome: str, message: str) -> Cause:
    """An end by a limit or an exit before anything could be asked."""
    if outcome == "timeout":
        way = "Code outside functions runs when the file is imported: move it below if __name__ == '__main__'."
        return Cause("does not come to an end when it is imported", way, detail=message)
    return Cause("ends the process when it is imported", "Leave out what ends Python or takes all memory.",
                 detail=message)  # fmt: skip


def raised(kind: str, what: str, advice: str, line: int, text: str) -> Cause:
    """An exception before anything could be asked."""
    detail = f"{kind}: {what}" if what else kind
    if kind in ("SyntaxError", "IndentationError", "TabError"):
        if "codec can't decode" in what or "encoding" in what:
            way = "Save it as UTF-8 (in most editors: Save with encoding) and hand it in again."
            return Cause("is not in UTF-8", way, line, text, what)
        way = f"Correct this line{f': {advice}' if advice else ''}; running the file with Python shows the same error."
        return Cause("is no valid Python", way, line, text, detail)
    module = re.match(r"No module named '([^']+)'", what)
    if module:
        name = module[1].partition(".")[0]
        way = f"If {name} is a file of yours, hand it in beside this one; if it is a package, do without it."
        return Cause(f"imports {name}, which is neither handed in nor installed here", way, line, text, detail)
    way = advice[:1].upper() + advice[1:] + "." if advice else "Run the file by itself: the same error shows there."
    return Cause("fails when it is imported", way, line, text, detail)
