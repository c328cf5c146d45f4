"""What an examinee can and cannot do, tier by tier, for every way into a tier that this machine has."""

import os
from dataclasses import dataclass
from typing import Any

import pytest

from grader.sandbox.host import tiers

from .conftest import SandboxFixture

WANTED = (
    "use_scratch use_devices import_for_the_first_time signal_itself start_a_thread read_own_status ask_for_a_limit "
    "allocate_some copy_a_file"
).split()

# act -> the tiers that refuse it
REFUSED = {
    "look_at_secret": "A",
    "fill_many_files": "A",
    "start_too_many_threads": "A",
    "read_secret": "AB",
    "list_folder": "AB",
    "write_outside": "AB",
    "overwrite_outside": "AB",
    "make_a_link": "AB",
    "list_processes": "AB",
    "truncate_outside": "ABC",
    "empty_by_reading": "ABC",
    "open_for_ioctl": "ABC",
    "change_mode": "ABC",
    "change_time": "ABC",
    "connect_loopback": "ABC",
    "connect_unix": "ABC",
    "make_a_socketpair": "ABC",
    "fork": "ABC",
    "start_a_program": "ABC",
    "read_parent": "ABC",
    "signal_parent": "ABC",
    "signal_everybody": "ABC",
    "own_a_signal": "ABC",
    "be_traced": "ABC",
    "outlive_parent": "ABC",
    "become_dumpable": "ABC",
    "get_nicer": "ABC",
    "make_a_memfd": "ABC",
    "make_system_v_memory": "ABC",
    "set_a_limit": "ABC",
    "fill_one_file": "ABCD",
    "allocate_too_much": "ABCD",
    "map_too_much": "ABCD",
}
# As name and errno: EPERM, EACCES, ENOENT (not in the box), EFBIG, ENOSPC, ENOMEM
REFUSALS = ("PermissionError 1", "PermissionError 13", "FileNotFoundError 2", "OSError 27", "OSError 28", "OSError 12")
OTHER_REFUSALS = (
    "MemoryError",
    "RuntimeError: can't start new thread",
    "ValueError: not allowed to raise maximum limit",
)


@dataclass(frozen=True)
class Box:
    """A tier, the way into it, and whether another user than ours takes it."""

    tier: str
    how: str | None
    other: bool

    def __str__(self) -> str:
        return "-".join([self.tier, *([self.how] if self.how else []), "other-user" if self.other else "this-user"])


WAYS = [way.how for way in (tiers.bubblewrap(), tiers.namespaces()) if way]
USERS = [False, True] if os.geteuid() == 0 else [False]
BOXES = [Box(tier, how, other) for other in USERS for tier in "ABCD" for how in (WAYS if tier == "A" else [None])]


@pytest.fixture(params=BOXES, ids=str)
def box(request: pytest.FixtureRequest) -> Box:
    """Every box that can be had here."""
    return request.param


def tried(ground: SandboxFixture, box: Box) -> dict[str, Any]:
    answer = ground.try_acts("A" if box.tier == "A" else "BCD", box.how, box.other)
    return answer[box.tier]


def test_honest_acts_work(ground: SandboxFixture, box: Box) -> None:
    """Files in the scratch folder, threads, memory within bounds and first imports work in every tier."""
    found = tried(ground, box)["found"]

    assert {act: found[act] for act in WANTED} == dict.fromkeys(WANTED, "done")


@pytest.mark.parametrize("act", REFUSED)
def test_harmful_acts_work_without_confinement(ground: SandboxFixture, act: str) -> None:
    """Each harmful act succeeds in a process that is not confined, so its refusal means something."""
    for other in USERS:
        assert ground.try_acts("", other=other)[""]["found"][act] == "done"


@pytest.mark.parametrize(
    ("box", "act"),
    [pytest.param(box, act, id=f"{box}-{act}") for act in REFUSED for box in BOXES if box.tier in REFUSED[act]],
)
def test_harmful_acts_are_refused(ground: SandboxFixture, box: Box, act: str) -> None:
    """Each harmful act ends in an ordinary exception in the tiers that promise to refuse it."""
    found = tried(ground, box)["found"][act]

    assert found in REFUSALS or found.startswith(OTHER_REFUSALS)


def test_no_program_is_started(ground: SandboxFixture, box: Box) -> None:
    """exec is refused before the kernel looks for the file; only tier D gets as far as not finding it."""
    found = tried(ground, box)["found"]["execute"]

    assert found == ("FileNotFoundError 2" if box.tier == "D" else "PermissionError 1")


def test_description_is_true(ground: SandboxFixture, box: Box) -> None:
    """The description names the tier and claims nothing that the tier does not have."""
    said = tried(ground, box)["description"]

    assert said["tier"] == box.tier
    assert said["seccomp"] == (box.tier != "D")
    assert (said["landlock_abi"] > 0) == (box.tier in "AB")
    assert set(said["namespaces"]) >= ({"ipc", "mnt", "net", "pid", "uts"} if box.tier == "A" else set())
    assert ("user" in said["namespaces"]) == (box.tier == "A" and (box.other or os.geteuid() != 0))
    assert said["scratch"] == ("own tmpfs" if box.tier == "A" else "folder")


def test_root_lends_an_unused_user(ground: SandboxFixture) -> None:
    """A zygote of root in a box gives each examinee a user id of its own; nobody else can."""
    for how in WAYS:
        expected = "unused" if os.geteuid() == 0 else "own"
        assert ground.try_acts("A", how)["A"]["description"]["uid"] == expected
