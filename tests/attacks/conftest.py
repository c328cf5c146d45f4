"""The drivers of the attack suite: one process per box, each at work on the cheats that this run asks for."""

from collections.abc import Callable, Iterator

import pytest

from .arena import Box, Driver


@pytest.fixture(scope="session")
def drivers(request: pytest.FixtureRequest) -> Iterator[Callable[[Box], Driver]]:
    """Starts the driver of every box that the collected tests want, all at once; they work side by side."""
    wanted: dict[Box, list[str]] = {}
    for item in request.session.items:
        params = getattr(getattr(item, "callspec", None), "params", {})
        if isinstance(params.get("box"), Box):
            wanted.setdefault(params["box"], []).append(params.get("cheat", params["box"].cheats[0]))
    started = {box: Driver(box, list(dict.fromkeys(cheats))) for box, cheats in wanted.items()}
    yield started.__getitem__
    for driver in started.values():
        driver.close()
