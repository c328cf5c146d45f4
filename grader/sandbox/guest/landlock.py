"""Landlock: the kernel's own list of what a process may read and write, below Linux 5.13 unknown (guest).

Source: Documentation/userspace-api/landlock.rst and include/uapi/linux/landlock.h of Linux 6.18 (ABI 7).
"""

import errno
import os
import stat
import struct
import sys
from collections.abc import Iterable

from .kernel import call

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same numbers on every architecture
_VERSION_FLAG, _PATH_BENEATH = 1, 1

WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5
MAKE_DIR, MAKE_REG, REFER, TRUNCATE, IOCTL_DEV = 1 << 7, 1 << 8, 1 << 13, 1 << 14, 1 << 15

READ = READ_FILE | READ_DIR  # no right to execute: mapping a shared library needs none, starting a program does
USE_DEVICE = READ_FILE | WRITE_FILE | TRUNCATE
USE_GPU = USE_DEVICE | IOCTL_DEV
# No right to make links, pipes, sockets or device nodes: whoever clears the folder away meets files and folders only.
OWN = READ | WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER
_FOR_FILES = READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV


def abi() -> int:
    """The Landlock version that this kernel offers, 0 where it has none or has it switched off."""
    try:
        return call("syscall", _CREATE, None, 0, _VERSION_FLAG)
    except OSError:
        return 0


def handled(version: int) -> tuple[int, int, int]:
    """Every file right, network right and scope that version `version` can refuse, as bit masks."""
    files = (1 << 13) - 1
    files |= REFER if version >= 2 else 0
    files |= TRUNCATE if version >= 3 else 0
    files |= IOCTL_DEV if version >= 5 else 0
    return files, 0b11 if version >= 4 else 0, 0b11 if version >= 6 else 0


def restrict(version: int, rules: Iterable[tuple[int, int]]) -> None:
    """Allow the calling thread nothing but `rules`, pairs of an open descriptor and the rights at or below it.

    TCP is refused altogether from version 4 on, abstract sockets and signals to outside from version 6 on.
    The caller has set no_new_privs. Raises OSError if the kernel refuses any part.
    """
    files, network, scopes = handled(version)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = call("syscall", _CREATE, struct.pack("=QQQ", files, network, scopes)[:size], size, 0)
    try:
        for descriptor, rights in rules:
            beneath = struct.pack("=Qi", rights & files, descriptor)
            call("syscall", _ADD, ruleset, _PATH_BENEATH, beneath, 0)
        call("syscall", _RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def open_rule(path: str, rights: int) -> tuple[int, int] | None:
    """Open `path` (links followed) for a rule; None where it does not exist or may not be reached."""
    if sys.platform != "linux":
        return None
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as problem:
        if problem.errno in (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.ENXIO):
            return None
        raise
    folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
    return descriptor, rights if folder else rights & _FOR_FILES
