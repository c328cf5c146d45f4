"""What would reach a better tier on this machine: one sentence with the command, by what kind of Linux this is."""

import shutil
from pathlib import Path

VERSION = Path("/proc/version")
KERNEL = Path("/proc/sys/kernel")
NAMESPACES = Path("/proc/sys/user/max_user_namespaces")
CONTAINERS = (Path("/.dockerenv"), Path("/run/.containerenv"))
# Ubuntu 24.04 lets no program make user namespaces but those with a profile, and ships bubblewrap's switched off.
PROFILE = Path("/etc/apparmor.d/bwrap-userns-restrict")
LOAD_PROFILE = f"sudo cp /usr/share/apparmor/extra-profiles/{PROFILE.name} {PROFILE} && sudo systemctl reload apparmor"
# Of gVisor's kernel, which tells the same date whatever its release is.
GVISOR = "Sun Jan 10 15:06:54 PST 2016"
UNCONFINED = "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined"


def kind() -> str:
    """`wsl1`, `wsl2`, `gvisor`, `container`, or nothing of these."""
    version = _told(VERSION)
    if GVISOR in version:
        return "gvisor"
    if "microsoft" in version.lower():
        return "wsl2" if "WSL2" in version else "wsl1"
    return "container" if any(path.exists() for path in CONTAINERS) else ""


def for_kernel(command: str) -> str:
    """Where the kernel, or what stands for it, lacks something: how to get another one, else `command`."""
    return {
        "gvisor": "gVisor (Colab, some clouds) offers no more; practice works here. "
        "Elsewhere: `docker run --runtime=runc`, or a Linux of your own",
        "wsl1": "in PowerShell: `wsl --set-default-version 2`, then `wsl --set-version Ubuntu 2` "
        "(`wsl -l -v` tells the name)",
        "wsl2": "in PowerShell: `wsl --update`, then `wsl --shutdown`",
    }.get(kind(), command)


def for_filters() -> str:
    return for_kernel("run it on a Linux with seccomp filters: `grep SECCOMP_FILTER /boot/config-$(uname -r)` says =y")


def for_handles() -> str:
    if kind() == "container":
        return "this container's profile is older than pidfd_open(2): `docker run --security-opt seccomp=unconfined`"
    return for_kernel("run it on Linux 5.3 or newer: `uname -r` tells which this is")


def for_landlock() -> str:
    return for_kernel(
        "boot Linux 5.13 or newer with Landlock: `cat /sys/kernel/security/lsm` lists what is on; put `lsm=landlock,` "
        "and that list into GRUB_CMDLINE_LINUX of /etc/default/grub, then `sudo update-grub`"
    )


def for_namespaces() -> str:
    if _told(KERNEL / "apparmor_restrict_unprivileged_userns") == "1" and not PROFILE.exists():
        return f"sudo apt-get install bubblewrap apparmor-profiles && {LOAD_PROFILE}"
    if _told(KERNEL / "unprivileged_userns_clone") == "0":
        return "sudo sysctl kernel.unprivileged_userns_clone=1"
    if _told(NAMESPACES) == "0":
        return "sudo sysctl user.max_user_namespaces=10000"
    if kind() == "container":
        return f"start the container by `{UNCONFINED}`, or run it outside"
    if shutil.which("bwrap") is None:
        return "sudo apt-get install bubblewrap"
    return for_kernel(f"run it outside this container, or start that by `{UNCONFINED}`")


def _told(path: Path) -> str:
    """What a file of the kernel says; nothing where it is not there or closed."""
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
