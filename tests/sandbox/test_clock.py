"""The clock of a limit: what a process computes or waits by itself counts, its wait for a free core does not."""

from types import SimpleNamespace

import pytest

from grader.sandbox.host import clock
from grader.sandbox.host.clock import BACKSTOP, Clock


class Machine:
    """A wall clock and what the kernel says of one process, moved by hand."""

    def __init__(self) -> None:
        self.wall, self.cpu = 100.0, 7.0
        self.queued: float | None = 3.0

    def passes(self, wall: float, cpu: float = 0.0, queued: float = 0.0) -> None:
        self.wall += wall
        self.cpu += cpu
        if self.queued is not None:
            self.queued += queued


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    one = Machine()
    monkeypatch.setattr(clock, "time", SimpleNamespace(monotonic=lambda: one.wall))
    monkeypatch.setattr(Clock, "times", lambda self: (one.queued, one.cpu))
    return one


def test_a_busy_machine_costs_nothing(machine: Machine) -> None:
    """Eight of ten seconds in a run queue leave two on the clock, computed or slept."""
    computes, sleeps = Clock(1), Clock(1)
    machine.passes(10, cpu=2, queued=8)
    assert computes.spent() == 2 and not computes.over(3) and computes.over(2)
    sleeps.restart()
    machine.passes(10, cpu=0, queued=8)
    assert sleeps.spent() == 2


def test_threads_count_together(machine: Machine) -> None:
    """Four threads that compute for a second each have spent four."""
    one = Clock(1)
    machine.passes(1, cpu=4)
    assert one.spent() == 4


def test_ten_times_the_limit_is_an_end_whatever_the_machine_does(machine: Machine) -> None:
    """A process that never gets a core is ended by the wall clock, and not before ten times its limit."""
    one = Clock(1)
    machine.passes(BACKSTOP * 2 - 0.1, queued=BACKSTOP * 2 - 0.1)
    assert one.spent() == pytest.approx(0) and not one.over(2)
    machine.passes(0.2, queued=0.2)
    assert one.over(2)


def test_a_restart_forgets_the_import(machine: Machine) -> None:
    """After an import that took nine seconds the limit's seconds begin anew."""
    one = Clock(1)
    machine.passes(9, cpu=9)
    one.restart()
    assert one.spent() == 0 and not one.over(1)
    machine.passes(1, cpu=1)
    assert one.over(1)


def test_without_the_kernels_numbers_wall_time_counts(machine: Machine) -> None:
    """Where the run queue is not told, the wall clock is the limit's, or the processor's where that is ahead."""
    machine.queued = None
    one = Clock(1)
    machine.passes(2)
    assert one.spent() == 2
    machine.passes(0, cpu=5)
    assert one.spent() == 5
