"""How far apart numbers may be that a suite calls close: the exercise's own tolerance, while one of its tests runs."""

from contextvars import ContextVar

from grader.course.exercise import Tolerance

USUAL = Tolerance()
TOLERANCE: ContextVar[Tolerance] = ContextVar("tolerance", default=USUAL)
