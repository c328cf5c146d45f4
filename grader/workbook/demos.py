"""The pages of demonstrations: first a prediction, then sliders, with figures that the studio draws."""

import base64
import json
from typing import Any, TypedDict
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from grader.base.text import line
from grader.demo import Drawing, Value
from grader.demo.library import Demo
from grader.demo.studio import Studio
from grader.workbook import rendering
from grader.workbook.prose import prose

KEPT = {"cache-control": "private, max-age=3600"}


class Truth(TypedDict):
    """A guess beside what is true; `near` is whether it is right."""

    guess: str
    value: Value | None
    near: bool


class DemoPages:
    """Pages, drawings and truths of the demonstrations of a course."""

    def __init__(self, demos: dict[str, Demo]) -> None:
        self.demos = demos
        self.studio = Studio()
        self.routes = [
            Route("/demo/{name}", self.page),
            Route("/demo/{name}/draw", self.draw),
            Route("/demo/{name}/figure.svg", self.figure),
        ]

    def find(self, request: Request) -> Demo:
        demo = self.demos.get(request.path_params["name"])
        if demo is None:
            raise HTTPException(404)
        return demo

    async def drawn(self, request: Request, demo: Demo) -> Drawing:
        """What was asked for in the address."""
        return await self.studio.draw(demo, demo.values(dict(request.query_params)), "dark" in request.query_params)

    async def draw(self, request: Request) -> Response:
        drawn = await self.drawn(request, self.find(request))
        figure = f"data:image/svg+xml;base64,{drawn['svg']}"
        return JSONResponse({"figure": figure, "numbers": rendering.part("numbers", drawn), "ms": drawn["ms"]})

    async def figure(self, request: Request) -> Response:
        drawn = await self.drawn(request, self.find(request))
        return Response(base64.b64decode(drawn["svg"]), media_type="image/svg+xml", headers=KEPT)

    async def page(self, request: Request) -> Response:
        demo = self.find(request)
        guess = request.query_params.get("guess")
        common = {"nonce": request.scope["nonce"], "demo": demo, "text": prose(demo.text)}
        if demo.prediction and guess is None:
            return HTMLResponse(rendering.page("demo.html", asking=True, **common))
        values = demo.values(dict(request.query_params))
        drawn = await self.studio.draw(demo, values)
        truth = await self.truth(demo, guess) if guess else None
        figure = f"/demo/{demo.id}/figure.svg?{urlencode(values)}"
        return HTMLResponse(
            rendering.page(
                "demo.html", asking=False, truth=truth, drawn=drawn, values=values, figure=figure, **common
            )
        )  # fmt: skip

    async def truth(self, demo: Demo, guess: str) -> Truth | None:
        """A guess beside what is true."""
        if demo.prediction is None:
            return None
        drawn = await self.studio.draw(demo, demo.asked)
        value = drawn["numbers"].get(demo.prediction.of)
        return {"guess": line(guess, 20), "value": value, "near": near(guess, value, demo.prediction.tolerance)}


def near(guess: str, value: Any, tolerance: float) -> bool:
    """Whether a guess is right: the same word, or a number within the tolerance."""
    try:
        return abs(float(guess.replace(",", ".")) - float(value)) <= tolerance + 1e-9
    except (TypeError, ValueError):
        return guess.strip().casefold() == str(value).casefold()


def frames(demo: Demo) -> list[dict[str, Value]]:
    """The settings that a page without a server shows: each parameter moved alone, the others at their defaults."""
    found = [demo.defaults]
    for one in demo.parameters:
        found += [demo.defaults | {one.name: value} for value in one.frames]
    return list({json.dumps(values, sort_keys=True): values for values in found}.values())
