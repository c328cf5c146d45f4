"""The kernel's calls that Python's standard library does not name; a failure of one is an OSError (guest)."""

import ctypes
import errno
import os
import platform
import sys

MACHINE = platform.machine() if sys.platform == "linux" else ""
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 4, 24, 38, 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
CAP_SETUID, CAP_SETPCAP = 1 << 7, 1 << 8
CLONE_NEWNS = 0x20000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 2, 4, 8, 0x4000, 0x40000
# User ids that no distribution hands out (systemd's "Users, Groups, UIDs and GIDs"): in full, and within 16 bits.
_UNUSED_IDS = (range(1879048192, 2147483647), range(60706, 61184))


def call(name: str, *arguments: int | bytes | None) -> int:
    """Call the C library's `name`; integers travel as unsigned long, None as a null pointer."""
    if _LIBC is None:
        raise OSError(f"{name}: only Linux has it")
    words = [ctypes.c_ulong(value) if isinstance(value, int) else ctypes.c_char_p(value) for value in arguments]
    result = int(getattr(_LIBC, name)(*words))
    if result == -1:
        number = ctypes.get_errno()
        label = f"system call {arguments[0]!r}" if name == "syscall" else name
        raise OSError(number, f"{label}: {os.strerror(number)}")
    return result


def prctl(option: int, first: int = 0, second: int = 0) -> None:
    """One prctl(2) call; the kernel insists that the arguments it does not use are zero."""
    call("prctl", option, first, second, 0, 0)


def mount_tmpfs(folder: str, mib: int, uid: int | None = None) -> None:
    """Give this process alone an empty file system of `mib` MiB on `folder`, owned by `uid` or by itself."""
    call("unshare", CLONE_NEWNS)
    call("mount", None, b"/", None, MS_REC | MS_PRIVATE, None)
    options = f"size={mib}m,nr_inodes=16384,mode=0700" + (f",uid={uid},gid={uid}" if uid is not None else "")
    call("mount", b"tmpfs", os.fsencode(folder), b"tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options.encode())


def unused_user_ids() -> range | None:
    """Ids nobody has, if this process may change to them: it is root and they exist in its user namespace."""
    if sys.platform != "linux" or os.geteuid() != 0 or not capabilities() & CAP_SETUID:
        return None
    with open("/proc/self/uid_map", encoding="ascii") as file:
        starts_and_counts = [(int(line.split()[0]), int(line.split()[2])) for line in file]
    for ids in _UNUSED_IDS:
        if any(start <= ids.start and ids.stop <= start + count for start, count in starts_and_counts):
            return ids
    return None


def become(uid: int) -> None:
    """Change to user and group `uid` for good, without any other group."""
    if sys.platform == "linux":
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        if os.getresuid() != (uid, uid, uid) or os.getresgid() != (uid, uid, uid) or os.getgroups():
            raise OSError(f"could not become user {uid}")


def capabilities() -> int:
    """The calling thread's effective capabilities as a bit mask."""
    sets = ctypes.create_string_buffer(24)
    call("capget", _CAPABILITY_HEADER, ctypes.addressof(sets))
    low, high = (int.from_bytes(sets.raw[start : start + 4], sys.byteorder) for start in (0, 12))
    return low | high << 32


def empty_bounding_set() -> None:
    """Give up every capability for programs started later; without CAP_SETPCAP there is nothing to give up with."""
    if not capabilities() & CAP_SETPCAP:
        return
    for number in range(64):
        try:
            prctl(PR_CAPBSET_DROP, number)
        except OSError as problem:
            if problem.errno == errno.EINVAL and number:  # one more than this kernel has
                return
            raise


def drop_capabilities() -> None:
    """Empty the ambient, effective, permitted and inheritable sets, and look whether that is so."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    call("capset", _CAPABILITY_HEADER, bytes(24))
    if capabilities():
        raise OSError("capset: capabilities are left")


_CAPABILITY_HEADER = (0x20080522).to_bytes(4, sys.byteorder) + bytes(4)  # version 3 of the call, this thread
