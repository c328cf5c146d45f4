"""The seccomp filter, judged by a small interpreter of its instructions: so both architectures are tested on either."""

import errno
import struct

import pytest

from grader.sandbox.guest import seccomp

ALLOWED, REFUSED, UNKNOWN, KILLED = 0x7FFF0000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS, 0x80000000
PRETENDED = 0x50000
PID = 4321
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# system call -> its number on x86_64 and aarch64
CALLS = {
    "read": (0, 63),
    "mmap": (9, 222),
    "ioctl": (16, 29),
    "futex": (202, 98),
    "openat": (257, 56),
    "clone": (56, 220),
    "clone3": (435, 435),
    "kill": (62, 129),
    "tgkill": (234, 131),
    "prlimit64": (302, 261),
    "prctl": (157, 167),
    "fcntl": (72, 25),
    "fallocate": (285, 47),
    "personality": (135, 92),
    "sched_setaffinity": (203, 122),
    "socket": (41, 198),
    "execve": (59, 221),
    "fchmodat": (268, 53),
    "setxattr": (188, 5),
    "ptrace": (101, 117),
    "mount": (165, 40),
    "io_uring_setup": (425, 425),
    "setxattrat": (463, 463),
    "file_setattr": (469, 469),
}
THREAD, PROCESS, NEW_USER = 0x3D0F00, 0x1200011, 0x10000000


def judge(machine: str, call: str | int, *arguments: int, architecture: int | None = None) -> int:
    """What the filter answers to one system call."""
    program = seccomp.build(machine)
    code = bytearray(program.code)
    for at in program.own_pid_at:
        struct.pack_into("=I", code, at, PID)
    number = call if isinstance(call, int) else CALLS[call][list(MACHINES).index(machine)]
    words = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=IIQ6Q", number, architecture or MACHINES[machine], 0, *words)
    at = accumulator = 0
    while True:
        code_, if_true, if_false, operand = struct.unpack_from("=HBBI", code, 8 * at)
        at += 1
        if code_ == 0x06:
            return operand
        if code_ == 0x20:
            accumulator = struct.unpack_from("=I", data, operand)[0]
        elif code_ == 0x54:
            accumulator &= operand
        else:
            holds = {
                0x15: accumulator == operand,
                0x35: accumulator >= operand,
                0x45: bool(accumulator & operand),
            }
            at += if_true if holds[code_] else if_false


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest) -> str:
    """Both architectures."""
    return request.param


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("read", ()),
        ("mmap", ()),
        ("ioctl", ()),
        ("futex", ()),
        ("openat", (0, 0, 0o1101)),
        ("openat", (0, 0, 0o1002)),
        ("clone", (THREAD,)),
        ("kill", (PID, 9)),
        ("tgkill", (PID, 99, 6)),
        ("prlimit64", (0, 7, 0, 1)),
        ("prctl", (15,)),
        ("fcntl", (1, 4)),
        ("personality", (0xFFFFFFFF,)),
        ("sched_setaffinity", (0,)),
    ],
)
def test_ordinary_calls_pass(machine: str, call: str, arguments: tuple[int, ...]) -> None:
    """What torch and Python call, with the arguments they use, is allowed."""
    assert judge(machine, call, *arguments) == ALLOWED


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("openat", (0, 0, 0o1000)),
        ("openat", (0, 0, 3)),
        ("openat", (0, 0, 0o1003)),
        ("clone", (PROCESS,)),
        ("clone", (THREAD | NEW_USER,)),
        ("kill", (1, 9)),
        ("kill", (0xFFFFFFFF, 9)),
        ("kill", (0, 9)),
        ("tgkill", (1, 1, 9)),
        ("prlimit64", (0, 7, 0x1000, 0)),
        ("prlimit64", (0, 7, 0x7F0000000000, 0)),
        ("prctl", (1, 0)),
        ("prctl", (4, 1)),
        ("fcntl", (1, 8)),
        ("fcntl", (1, 15)),
        ("fcntl", (1, 1024)),
        ("fcntl", (1, 1026)),
        ("fallocate", ()),
        ("personality", (0x40000,)),
        ("sched_setaffinity", (1,)),
        ("socket", ()),
        ("execve", ()),
        ("setxattr", ()),
        ("setxattrat", ()),
        ("ptrace", ()),
        ("mount", ()),
        ("io_uring_setup", ()),
    ],
)
def test_harmful_calls_are_refused(machine: str, call: str, arguments: tuple[int, ...]) -> None:
    """The same calls with other arguments, and calls without a harmless use, are answered EPERM."""
    assert judge(machine, call, *arguments) == REFUSED


def test_modes_and_times_of_files_stay(machine: str) -> None:
    """What copies take along is answered with success, which it is not: nobody's code fails over it."""
    assert judge(machine, "fchmodat") == PRETENDED


def test_calls_it_does_not_know_do_not_exist(machine: str) -> None:
    """clone3, calls newer than the list and the x32 calls of x86_64 are answered ENOSYS."""
    assert {judge(machine, call) for call in ("clone3", "file_setattr", 0x40000000 | 41)} == {UNKNOWN}


def test_another_architecture_is_killed(machine: str) -> None:
    """A call by another architecture's table (32-bit code) ends the process: its numbers mean something else."""
    assert judge(machine, "read", architecture=0x40000003) == KILLED


def test_jumps_fit(machine: str) -> None:
    """The program stays below the kernel's 4096 instructions, and its last one allows."""
    code = seccomp.build(machine).code

    assert len(code) // 8 < 4096
    assert struct.unpack("=HBBI", code[-8:]) == (0x06, 0, 0, ALLOWED)
