"""What a submission wants of torch works in every tier; what cannot work fails at once."""

import pytest

from grader.sandbox.host import tiers

from .conftest import SandboxFixture

WANTED = ["train", "multiply_in_two_threads", "save_and_load", "draw", "import_torchvision"]


@pytest.mark.parametrize("tier", "ABCD")
def test_training_works(ground: SandboxFixture, tier: str) -> None:
    """Training, threads, checkpoints, figures and a first `import torchvision` work behind every wall."""
    found = answers(ground, tier)

    assert {act: found[act] for act in WANTED} == dict.fromkeys(WANTED, "done")


@pytest.mark.parametrize("tier", "ABC")
def test_other_processes_fail_at_once(ground: SandboxFixture, tier: str) -> None:
    """DataLoader workers and subprocess raise an OSError in the tiers that refuse new processes; neither hangs."""
    found = answers(ground, tier)

    for act in ("load_with_workers", "start_a_program"):
        assert found[act] in ("PermissionError 1", "PermissionError 13", "FileNotFoundError 2")


def test_other_processes_work_unconfined(ground: SandboxFixture) -> None:
    """The same two acts succeed in tier D, which promises limits alone."""
    found = answers(ground, "D")

    assert [found["load_with_workers"], found["start_a_program"]] == ["done", "done"]


def answers(ground: SandboxFixture, tier: str) -> dict[str, str]:
    if tier != "A":
        return ground.try_acts("BCD", torch=True)[tier]["found"]
    launch = tiers.best_launch()
    assert launch.tier == "A", launch.missing
    return ground.try_acts("A", launch.how, torch=True)["A"]["found"]
