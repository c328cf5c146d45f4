"""How a test may end otherwise than passed: a comparison failed, the submission raised, no answer came."""

from typing import Any, Literal

from grader.sandbox.guest.wire import Raised

KINDS = ("value", "none", "length", "shape", "dtype", "refusal", "raised")


class Mismatch(AssertionError):
    """A failed comparison. `kind` is one of `KINDS`; `hint` fits this failure alone and replaces the test's own.

    `seen` is what was compared, `words` how it differs, whatever the test calls it; `call` is the question as a line of
    Python, where the comparison itself knows it.
    """

    def __init__(
        self, message: str, kind: str = "value", hint: str = "", seen: Any = None, words: str = "", call: str = ""
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.hint = hint
        self.seen = seen
        self.words = words
        self.call = call


class PartlyEarned(Mismatch):
    """A test that is partly right: `share` of its points are earned."""

    def __init__(self, message: str, share: float, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.share = share


class SubmissionRaised(Exception):
    """The code beside which a scenario ran raised; `call` is the question as a line of Python."""

    def __init__(self, raised: Raised, call: str = "") -> None:
        super().__init__(repr(raised))
        self.raised = raised
        self.call = call


class NoAnswer(Exception):
    """The examinee ended without an answer: `outcome` is `timeout` or `crashed`."""

    def __init__(self, outcome: Literal["timeout", "crashed"], message: str) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message
