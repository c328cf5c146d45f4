"""The child's whole program: become confined, read a request, run one scenario beside one submission, answer, die.

The answer pipe carries one byte `+` once the confinement stands (`-` and a reason if it does not: nothing was run), one
byte `s` once the scenario is compiled (`!` and a reason if the suite is broken), one byte `i` once the submission is
imported, then `a`, a length and exactly one frame. Whatever the submission does to this process, the examiner believes
nothing but the first two, which were sent before any submitted code ran.

A request may ask it to stay for another question of the same kind. It then imports the submission anew, and it stays
only while nothing around the next scenario has changed (`world.py`).
"""

import contextlib
import marshal
import os
import random
import sys
import traceback
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from . import scenario_api, wire
from .confine import Confinement, ConfinementError
from .limits import Limits
from .loader import Loader
from .state_guard import StateGuard

SYSTEM = ("SYSTEMROOT", "WINDIR")  # without which Windows loads no network, no random numbers


def write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def read_request(fd: int) -> bytearray:
    """Eight bytes of length, then as many; nothing if the examiner has no more questions."""
    data = bytearray()
    length = 8
    while len(data) < length and (chunk := os.read(fd, min(1 << 20, length - len(data)))):
        data += chunk
        if len(data) == 8 == length:
            length += int.from_bytes(data, "little")
    del data[:8]
    return data


def live(
    request: int, answer: int, confinement: Confinement, scratch: str, limits: Limits, seen: Any, mark: bytes = b"",
    load: Callable[[str], bool] = lambda needs: False,
) -> None:  # fmt: skip
    """All that an examinee does, from its confinement to its end; never returns.

    `mark` goes behind what each question printed, for an examiner that cannot ask a pipe whether more is in it. `load`
    brings what a question needs, and says whether that was anything new.
    """
    leave = os._exit
    code = wire.BROKE_DOWN
    try:
        system = {name: os.environ[name] for name in SYSTEM if name in os.environ}
        os.environ.clear()
        os.environ.update(system, HOME=scratch, TMPDIR=scratch, PATH="", USER="learner", LANG="C.UTF-8")
        if sys.platform == "win32":
            os.environ.update(USERPROFILE=scratch, TEMP=scratch, TMP=scratch, USERNAME="learner")
        os.environ.update(OMP_NUM_THREADS="1", MPLBACKEND="Agg")
        try:
            confinement.enter(scratch, limits)
            os.chdir(scratch)
        except (ConfinementError, OSError) as error:
            write_all(answer, b"-" + str(error).encode("utf-8", "replace")[:4000])
            leave(71)
        write_all(answer, b"+")
        sys.path.insert(0, scratch)  # where Python would look first for what lies beside the submission
        world = StateGuard(seen.torch, seen.names, scratch)
        while frame := read_request(request):
            code = wire.BROKE_DOWN
            asked = wire.unpack(frame, seen.tensor)
            frame[:] = bytes(len(frame))
            if load(asked["needs"]):
                world = StateGuard(seen.torch, seen.names, scratch)
            # The scenario's text goes before the submission comes, which may look through every frame and object.
            scenario = scenario_of(asked.pop("modules"), asked.pop("function"), answer)
            reply = packed(answer_to(asked, scenario, seen, scratch, lambda: write_all(answer, b"i")), seen)
            flush()
            with contextlib.suppress(OSError):
                write_all(2, mark)
            write_all(answer, b"a" + len(reply).to_bytes(8, "little") + reply)
            code = 0
            if not asked["stay"] or world.changed():
                break
    finally:
        try:
            flush()
        finally:
            leave(code)


def flush() -> None:
    for stream in (sys.stdout, sys.stderr, sys.__stdout__):
        try:
            stream.flush()  # type: ignore[union-attr]
        except BaseException:  # noqa: BLE001  the submission may have replaced or closed the stream
            pass


def scenario_of(modules: list[list[Any]], function: str, answer: int) -> Callable[..., Any]:
    """The scenario, with its sign on the answer pipe; a broken one ends the process."""
    try:
        scenario = compiled(modules, function)
    except BaseException as error:  # noqa: BLE001  whatever a suite's own text raises
        write_all(answer, b"!" + f"{type(error).__name__}: {error}".encode("utf-8", "replace")[:4000])
        os._exit(72)
    write_all(answer, b"s")
    return scenario


def packed(answers: dict[str, Any], seen: Any) -> bytes:
    """The answers as a frame, or the reason why they do not fit into one."""
    try:
        return wire.pack(answers, seen.array)
    except wire.WireError as error:
        return wire.pack({"unreadable": str(error)})
    except BaseException as error:  # noqa: BLE001  whatever the methods of an answer raise
        return wire.pack({"unreadable": f"looking at it raised {type(error).__name__}"})


def answer_to(
    asked: dict[str, Any], scenario: Callable[..., Any], seen: Any, scratch: str, imported: Callable[[], None]
) -> dict[str, Any]:
    """Imports the submission and runs the scenario on every case."""
    import tempfile

    tempfile.tempdir = scratch
    seed = asked["seed"]
    random.seed(seed)
    np.random.seed(seed)
    device = asked.get("device", "cpu")
    seen.seed(seed, device)
    cases = seen.placed(asked["cases"], device)
    file = asked.get("file") or "submission.py"
    load = Loader(
        asked.get("source"), file, scratch, imported, asked.get("files") or [], asked.get("packages") or [],
        asked.get("given") or [],
    )  # fmt: skip
    try:
        module = load() if asked["wants"] == "module" else None
    except BaseException as error:  # noqa: BLE001  whatever the import raises is the answer
        return {"import": raised(error, load.path)}
    first = {"module": (module,), "load": (load,), "": ()}[asked["wants"]]
    answers = [outcome(scenario, (*first, *args), kwargs, load.path) for args, kwargs in cases]
    return {"answers": answers}


def compiled(modules: list[list[Any]], function: str) -> Callable[..., Any]:
    """The scenario, from its suite's text or marshalled code; `grader.suite` is a stand-in for the kit alone."""
    suite = types.ModuleType("grader.suite")
    suite.__dict__.update(picture=scenario_api.picture, weights_before_each_step=scenario_api.weights_before_each_step)
    suite.__getattr__ = lambda name: None  # type: ignore[method-assign]
    package = types.ModuleType("grader")
    package.__path__ = []
    package.suite = suite  # type: ignore[attr-defined]
    sys.modules.update({"grader": package, "grader.suite": suite})
    for name, file, text in modules:
        module = types.ModuleType(name)
        module.__file__ = file
        sys.modules[name] = module
        code = marshal.loads(text) if isinstance(text, bytes) else compile(text, file, "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102  the suite's own text
    last: Callable[..., Any] = module.__dict__[function]
    return last


def outcome(scenario: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], path: str) -> Any:
    try:
        return scenario(*args, **kwargs)
    except BaseException as error:  # noqa: BLE001  SystemExit and worse are answers too
        return raised(error, path)


def raised(error: BaseException, path: str) -> wire.Raised:
    """An exception as plain data; a hostile `__str__` costs only the message."""
    kinds = tuple(f"{k.__module__}.{k.__qualname__}"[:200] for k in type(error).__mro__[:32])
    try:
        message = str(error)[:4000]
    except BaseException:  # noqa: BLE001
        message = "(the exception's text could not be made)"
    if isinstance(error, AttributeError) and isinstance(error.obj, types.ModuleType):
        message += defined(error.obj, path)
    frames = []
    try:
        if isinstance(error, SyntaxError) and error.filename == path:
            frames.append((path, error.lineno or 0, "", (error.text or "").strip()[:200]))
        for frame in traceback.extract_tb(error.__traceback__, limit=200):
            if frame.filename == path:
                frames.append((path, frame.lineno or 0, frame.name, (frame.line or "")[:200]))
    except BaseException:  # noqa: BLE001
        pass
    return wire.Raised(kinds, str(message), tuple(frames[-12:]))


def defined(module: types.ModuleType, path: str) -> str:
    """The functions and classes that the submission itself defines, for whoever misspelt the name asked for."""
    try:
        file = str(vars(module).get("__file__"))
        inside = vars(module) if os.path.basename(file) == path else {}
        own = [n for n, v in inside.items() if callable(v) and getattr(v, "__module__", "") == module.__name__]
    except BaseException:  # noqa: BLE001  whatever the objects of a submission do when they are looked at
        return ""
    return f"; it defines {', '.join(own[:8])}"[:300] if own else ""
