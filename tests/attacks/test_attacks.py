"""No cheat gains a point, learns a secret, leaves anything behind or stops the grader, in any box."""

from collections.abc import Callable

import pytest

from .arena import BOXES, CHEATS, UNCONFINED, Box, Driver, alone

FIGHTS = [pytest.param(box, cheat, id=f"{box}-{cheat}") for box in BOXES for cheat in box.cheats]
GAINS = [pytest.param(UNCONFINED, cheat, id=cheat) for cheat in UNCONFINED.cheats]
Drivers = Callable[[Box], Driver]


@pytest.mark.parametrize(("box", "cheat"), FIGHTS)
def test_a_cheat_gains_nothing(drivers: Drivers, box: Box, cheat: str) -> None:
    """The cheat ran, was graded as usual, earned nothing, and the next submission finds everything in order."""
    came = drivers(box).run_cheat(cheat)

    assert "escaped" not in came, came["escaped"]
    printed = "".join(test["output"] for test in came["record"]["tests"])
    assert "the payload ran" in printed
    assert "BREACH" not in printed
    assert came["outcome"] == "failed"
    assert came["earned"] <= came["ceiling"]
    assert (came["leaked"], came["heard"], came["outside"]) == ([], [], [])
    assert (came["processes"], came["scratch"]) == ([], [])
    assert came["right"]["outcome"] == "passed"
    assert came["right"]["earned"] == came["right"]["possible"] > came["ceiling"]


@pytest.mark.parametrize(("box", "cheat"), GAINS)
def test_the_cheat_works_unconfined(drivers: Drivers, box: Box, cheat: str) -> None:
    """Without confinement the cheat gets what it is after, so that its failing elsewhere proves something."""
    came = drivers(box).run_cheat(cheat)

    gain = alone(cheat).split()[0]
    printed = "".join(test["output"] for test in came["record"]["tests"])
    if gain == "points":
        assert came["earned"] == came["possible"]
    elif gain == "secret":
        assert came["leaked"]
    elif gain == "breach":
        assert "BREACH" in printed
    else:
        assert gain in came["heard"]


@pytest.mark.parametrize("box", BOXES, ids=str)
def test_the_boxes_are_what_they_say(drivers: Drivers, box: Box) -> None:
    """Each box has the tier and the user that its tests speak of, and the lazy control sets the ceiling at nothing."""
    told = drivers(box).hello

    assert told["tier"] == box.tier or not box.tier
    assert box.user is None or told["euid"] == box.user
    assert drivers(box).run_cheat(box.cheats[0])["ceiling"] == 0


def test_there_are_enough_cheats_of_every_kind() -> None:
    """Forging, peeking, leaking, harming and hostile data are all tried, and as an ordinary user too."""
    kinds = {"forge", "peek", "leak", "harm", "data"}

    assert len(CHEATS) >= 60
    for cheats in (CHEATS, Box("", 1000).cheats):
        assert {cheat.partition("_")[0] for cheat in cheats} == kinds
