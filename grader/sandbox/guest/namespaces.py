"""A program in namespaces of its own, where bubblewrap is missing: `python -I -S namespaces.py OPTIONS -- PROGRAM`.

The options are the few of bubblewrap's that `tiers` uses, with bubblewrap's meaning, so that both ways are one list:
--ro-bind, --bind and --dev-bind SOURCE TARGET, --symlink TEXT TARGET, --dir, --tmpfs, --proc and --dev TARGET,
--setenv NAME VALUE. The program is process 1 in there: when it ends, the kernel ends everything below it. It has no
network, not even the loopback device. Standard library only, run as a file, without its siblings.
"""

import ctypes
import os
import signal
import sys

assert sys.platform == "linux"

_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_ALL = _NEWNS | _NEWCGROUP | _NEWUTS | _NEWIPC | _NEWPID | _NEWNET
_NOSUID, _NODEV, _NOEXEC, _BIND, _REC, _PRIVATE, _DETACH = 2, 4, 8, 0x1000, 0x4000, 0x40000, 2
_MOUNT_SETATTR, _PIVOT_ROOT = 442, {"x86_64": 155, "aarch64": 41}
_RDONLY_ATTRIBUTE, _RECURSIVE = 1, 0x8000
_PR_CAP_AMBIENT, _RAISE, _CAP_SYS_ADMIN = 47, 2, 21
_ARGUMENTS = {"--ro-bind": 2, "--bind": 2, "--dev-bind": 2, "--symlink": 2, "--setenv": 2}
_DEVICES = ("null", "zero", "full", "random", "urandom")
_OLD = "/.outside"


def main() -> int:
    """Unshare, fork, build the new root in the child and become the program; the parent waits for its end."""
    split = sys.argv.index("--")
    options, program = _parse(sys.argv[1:split]), sys.argv[split + 1 :]
    uid, gid = os.geteuid(), os.getegid()
    try:
        # Real root keeps its user namespace: only there can an examinee be given a user id that nobody else has.
        call("unshare", _ALL | (0 if uid == 0 else _NEWUSER))
    except PermissionError:
        call("unshare", _ALL | _NEWUSER)
    write_id_maps(uid, gid)
    die_with_parent()
    pid = os.fork()
    if pid == 0:
        die_with_parent()
        build_root(options)
        if uid != 0:
            keep_right_to_mount()
        os.execvp(program[0], program)
    os.closerange(3, 65536)  # the program alone holds the descriptors that were passed on
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code if code >= 0 else 128 - code


def _parse(words: list[str]) -> list[tuple[str, str, str]]:
    """Options as (name, first, last argument); an option of one argument has it twice."""
    options = []
    at = 0
    while at < len(words):
        count = _ARGUMENTS.get(words[at], 1)
        options.append((words[at], words[at + 1], words[at + count]))
        at += 1 + count
    return options


def write_id_maps(uid: int, gid: int) -> None:
    """Make the caller's ids valid in its new user namespace; nothing to do where it kept the old one."""
    with open("/proc/self/uid_map", encoding="ascii") as file:
        if file.read().strip():
            return
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def build_root(options: list[tuple[str, str, str]]) -> None:
    """Replace the file system by an empty one that holds what `options` name."""
    call("mount", None, b"/", None, _REC | _PRIVATE, None)
    new = "/tmp"
    call("mount", b"tmpfs", new.encode(), b"tmpfs", _NOSUID | _NODEV, b"mode=0755,size=16m")
    os.chdir(new)
    os.umask(0o022)  # the folders made here must let another user id pass
    os.mkdir(new + _OLD)
    call("syscall", _PIVOT_ROOT[os.uname().machine], b".", _OLD[1:].encode())
    os.chdir("/")
    for name, first, last in options:
        if name == "--setenv":
            os.environ[first] = last
        elif name == "--symlink":
            os.symlink(first, last)
        elif name in ("--ro-bind", "--bind", "--dev-bind"):
            bind(first, last, read_only=name == "--ro-bind")
        else:
            os.makedirs(last, exist_ok=True)
        if name == "--tmpfs":
            call("mount", b"tmpfs", last.encode(), b"tmpfs", _NOSUID | _NODEV, b"mode=0755,size=16m")
        elif name == "--proc":
            call("mount", b"proc", last.encode(), b"proc", _NOSUID | _NODEV | _NOEXEC, None)
        elif name == "--dev":
            for device in _DEVICES:
                bind(f"/dev/{device}", f"{last}/{device}", read_only=False)
    call("umount2", _OLD.encode(), _DETACH)
    os.rmdir(_OLD)


def bind(source: str, target: str, read_only: bool) -> None:
    """Show the outside's `source` at `target`."""
    source = _OLD + source
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    elif not os.path.exists(target):
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    call("mount", source.encode(), target.encode(), None, _BIND | _REC, None)
    if read_only:
        attributes = _RDONLY_ATTRIBUTE.to_bytes(8, sys.byteorder) + bytes(24)
        call("syscall", _MOUNT_SETATTR, -100, target.encode(), _RECURSIVE, attributes, len(attributes))


def keep_right_to_mount() -> None:
    """Carry CAP_SYS_ADMIN, in our own user namespace, over the exec of a user who is not root there."""
    mask = (1 << _CAP_SYS_ADMIN).to_bytes(4, sys.byteorder)
    header = (0x20080522).to_bytes(4, sys.byteorder) + bytes(4)
    call("capset", header, mask * 3 + bytes(12))
    call("prctl", _PR_CAP_AMBIENT, _RAISE, _CAP_SYS_ADMIN, 0, 0)


def die_with_parent() -> None:
    """Be killed when the process that started this one dies."""
    call("prctl", 1, signal.SIGKILL, 0, 0, 0)


def call(name: str, *arguments: int | bytes | None) -> None:
    """Call the C library's `name`; a failure is an OSError."""
    words = [ctypes.c_ulong(value) if isinstance(value, int) else ctypes.c_char_p(value) for value in arguments]
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*words) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


if __name__ == "__main__":
    sys.exit(main())
