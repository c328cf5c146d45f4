"""ex20, first half: the scenario pretends which devices exist, each time for a file that has just been imported."""

import sys
from types import ModuleType

import torch

from grader.suite import Opaque, answers, points, require

PRESENT = [(True, True), (True, False), (False, True), (False, False)]


# ---- scenario: runs beside the learner's code and only reports


def pick(load, machines, built=False, counted=False, without_mps=False):
    """The answers on machines (cuda available, mps available) that take turns after the import.

    `built`: both devices are built in, `counted`: a card is counted, whatever is available.

    >>> pick_device()  # on a machine with other devices
    """
    now = {"cuda": False, "mps": False}

    def available(*names):
        return lambda *_, **__: any(now[name] for name in names)

    def promised(name):
        return lambda *_, **__: built or now[name]

    def accelerator(check_available=False):
        here = [name for name in ("cuda", "mps") if now[name]]
        return torch.device(here[0]) if here else torch.device("cuda") if built and not check_available else None

    torch.cuda.is_available = available("cuda")
    torch.cuda.device_count = lambda: int(counted or now["cuda"])
    torch.cuda.current_device = lambda: 0
    torch.backends.cuda.is_built = promised("cuda")
    torch.accelerator.is_available = available("cuda", "mps")
    torch.accelerator.device_count = lambda: int(now["cuda"] or now["mps"])
    torch.accelerator.current_accelerator = accelerator
    torch.mps.is_available = available("mps")
    torch.mps.device_count = lambda: int(now["mps"])
    if without_mps:
        old = ModuleType("torch.backends")
        names = [name for name in dir(torch.backends) if not name.startswith("__") and name != "mps"]
        vars(old).update({name: getattr(torch.backends, name) for name in names})
        old.__path__ = []  # a package without a module mps in it
        torch.backends = sys.modules["torch.backends"] = old
        sys.modules.pop("torch.backends.mps", None)
    else:
        torch.backends.mps.is_available = available("mps")
        torch.backends.mps.is_built = promised("mps")
    now["cuda"], now["mps"] = machines[0]
    module = load()
    seen = []
    for now["cuda"], now["mps"] in machines:  # noqa: B020  the machine changes between the calls
        device = module.pick_device()
        seen.append([device, str(device)])
    return seen


# ---- the examiner's side


def words(machine):
    return " and ".join([name for name, has in zip(("cuda", "mps"), machine, strict=True) if has]) or "neither"


def machine_names(seen):
    return [text.removesuffix(":0") for _, text in (answers(pair, 2) for pair in seen)]


def freshly_asked(observe, draw, machines, **world):
    """(answer, its text) on each machine, by a program that was started there and asks some times."""
    return [
        answers(pair, 2) for machine in machines for pair in asked(observe, machine, int(draw.integers(1, 9)), world)
    ]


def asked(observe, machine, times, world):
    """The one answer of a program that asks so often on one machine."""
    seen = answers(observe(pick, [machine] * times, **world), times)
    texts = sorted({answers(pair, 2)[1] for pair in seen})
    assert len(texts) == 1, f"available: {words(machine)}, asked {times} times: saw {' and '.join(texts)}"
    return seen[:1]


def check_several(names):
    """Who always says the same has not looked."""
    hint = "Call the question: a function without `()` after its name is always true, and asks nothing."
    require(len(set(names)) > 1, f"the same answer, {names[0]!r}, on every machine", hint)


def some_machines(draw):
    """All four machines, in random order."""
    return [PRESENT[i] for i in draw.permutation(4)]


@points(3, hint="Ask for cuda first, then for mps; the last return is the cpu.")
def test_cuda_then_mps_then_cpu(observe, draw):
    """cuda first, then mps, then cpu."""
    machines = some_machines(draw)
    names = machine_names(freshly_asked(observe, draw, machines))
    for machine, name in zip(machines, names, strict=True):
        wanted = "cuda" if machine[0] else "mps" if machine[1] else "cpu"
        both = "; both present: cuda first" if machine == (True, True) and name == "mps" else ""
        assert name == wanted, f"available: {words(machine)}; expected {wanted}, saw {name}{both}"


@points(1, hint="`is_available()` is the question to ask: `is_built` and `device_count` answer others.")
def test_built_is_not_available(observe, draw):
    """A device that was built in or counted is taken only if it is available."""
    for counted in (False, True):
        machines = some_machines(draw)
        names = machine_names(freshly_asked(observe, draw, machines, built=True, counted=counted))
        for machine, name in zip(machines, names, strict=True):
            here = {"cuda": machine[0], "mps": machine[1], "cpu": True}
            assert name in here, f"available: {words(machine)}; expected cuda, mps or cpu, saw {name!r}"
            why = "a card was counted, but counted" if counted else f"{name} was built in, but built"
            assert here[name], f"available: {words(machine)}; saw {name}: {why} is not available"
        check_several(names)


@points(1, hint="Ask inside the function, and keep no answer for later.")
def test_asked_at_each_call(observe, draw):
    """PyTorch is asked anew at each call."""
    fresh = dict(zip(PRESENT, machine_names(freshly_asked(observe, draw, PRESENT)), strict=True))
    machines = [machine for _ in range(2) for machine in some_machines(draw)]
    names = machine_names(answers(observe(pick, machines), len(machines)))
    for i, (machine, name) in enumerate(zip(machines, names, strict=True)):
        assert name == fresh[machine], (
            f"available: {words(machine)}; a program that starts there says {fresh[machine]}, but call {i + 1} of one"
            f" that started with {words(machines[0])} says {name}: the answer must be computed when called"
        )
    check_several(names)


@points(1, hint='`torch.device("cuda")` makes a device of the name.')
def test_returns_a_torch_device(observe, draw):
    """The answer is a torch.device."""
    seen = freshly_asked(observe, draw, some_machines(draw))
    for device, _ in seen:
        right = isinstance(device, Opaque) and device.type == "torch.device"
        what = device.type if isinstance(device, Opaque) else type(device).__name__
        assert right, f"expected torch.device, saw {what} {device if isinstance(device, str) else ''}"
    check_several(machine_names(seen))


@points(1, hint='`getattr(torch.backends, "mps", None)` is None where there is none.')
def test_without_mps_in_torch(observe, draw):
    """No failure where torch.backends has no mps."""
    machines = [(bool(has), False) for has in draw.permutation([True, False])]
    names = machine_names(freshly_asked(observe, draw, machines, without_mps=True))
    for machine, name in zip(machines, names, strict=True):
        wanted = "cuda" if machine[0] else "cpu"
        assert name == wanted, f"no torch.backends.mps, available: {words(machine)}; expected {wanted}, saw {name}"
