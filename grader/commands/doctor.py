"""`grader doctor`: what this machine can do for grading, and the one command that improves it."""

import json
import platform
from pathlib import Path
from typing import Any

import click

REPORT = "please send us this page"
SMALLER = "uv pip install --torch-backend cpu --reinstall torch torchvision"
OTHER_PYTHON = "install Python outside root's own folder, or run as an ordinary user"


@click.command(short_help="What this machine can do, and what would improve it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(as_json: bool) -> None:
    """Probe the sandbox by using it, and show its tier, what is missing, versions and the device."""
    from grader.course.device import available
    from grader.course.packages import missing as missing_of
    from grader.course.packages import standing
    from grader.engine.record import versions
    from grader.sandbox import Sandbox
    from grader.sandbox.tier import TIERS

    with Sandbox() as sandbox:
        found = sandbox.description
        launch = sandbox.launch
    needed = needed_packages()
    findings: dict[str, Any] = {
        "format": 1,
        "tier": found["tier"],
        "forced": found["forced"],
        "says": TIERS[found["tier"]].doctor,
        "how": found["how"],
        "landlock": found.get("landlock_abi"),
        "seccomp": found.get("seccomp"),
        "namespaces": found.get("namespaces"),
        "uid": found.get("uid"),
        "missing": [*launch.missing, *found.get("missing", ())],
        "improve": launch.improve or (OTHER_PYTHON if found.get("uid") == "root without capabilities" else ""),
        "untested": launch.untested,
        "torch": torch_space(),
        "packages": {"needed": needed, "missing": missing_of(needed)},
        "device": available()[0],
        "versions": versions(found["torch"]) | {"system": platform.platform(terse=True)},
    }
    if as_json:
        click.echo(json.dumps(findings))
        return
    click.echo(f"tier {findings['tier']}{' (forced)' if findings['forced'] else ''}: {findings['says']}")
    click.echo(f"  started by     {findings['how']}")
    click.echo(f"  Landlock       {findings['landlock'] or 'none'}")
    click.echo(f"  seccomp        {'yes' if findings['seccomp'] else 'no'}")
    click.echo(f"  namespaces     {', '.join(findings['namespaces'] or ()) or 'none'}")
    click.echo(f"  user           {findings['uid']}")
    for missing in findings["missing"]:
        click.echo(f"  missing        {missing}")
    if findings["untested"]:
        click.echo(f"  untested       {findings['untested']}: nobody has told us yet how it went; {REPORT}")
    if findings["improve"]:
        click.echo(f"  to improve     {findings['improve']}")
    if needed:
        click.echo(standing(needed))
    click.echo(f"device {findings['device']}")
    click.echo(f"disk {findings['torch']['says']}")
    click.echo("versions " + ", ".join(f"{name} {number}" for name, number in findings["versions"].items()))


def needed_packages() -> list[str]:
    """Packages beyond the core that the exercises of the course here need; none outside a course."""
    from grader.base.errors import GraderError
    from grader.course.course import find_course
    from grader.course.packages import top

    try:
        exercises = find_course(Path.cwd()).exercises.values()
    except GraderError:
        return []
    return sorted({top(name) for exercise in exercises for name in exercise.extra})


def torch_space() -> dict[str, Any]:
    """What torch and the CUDA packages that came with it take on disk, and how to get a smaller one."""
    import importlib.metadata

    sizes: dict[str, int] = {}
    for one in importlib.metadata.distributions():
        name = (one.metadata["Name"] or "").lower()
        if name in ("torch", "torchvision", "triton") or name.startswith(("nvidia-", "cuda-")):
            sizes[name] = sum(file.size or 0 for file in one.files or ())
    torch = sum(sizes.values())
    extra = sum(size for name, size in sizes.items() if name not in ("torch", "torchvision"))
    says = f"torch takes {torch / 1e9:.1f} GB"
    if extra:
        says += f", {extra / 1e9:.1f} GB of it for NVIDIA GPUs; without one: {SMALLER}"
    return {"bytes": torch, "gpu_bytes": extra, "says": says}
