"""Run as a program: try every act below in a forked child of its own, confined or not, and print what came of each.

    python -I confine_acts.py SANDBOX_FOLDER '{"tiers": "BCD", "scratch": ..., ...}'

With `how` it starts itself again inside that launch first, as a zygote is started. It prints one JSON object: per tier
the `description` and, per act, "done" or the exception's name with its errno. The tier "" is no confinement at all.
"""

import ctypes
import errno
import fcntl
import json
import mmap
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import types

MIB = 1 << 20
LIBC = ctypes.CDLL(None, use_errno=True)


def libc(name, *arguments):
    if getattr(LIBC, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)


def read(path):
    with open(path, "rb", buffering=0) as file:
        return file.read(4096)


def connect(family, address):
    with socket.socket(family) as one:
        one.connect(address)


def start_threads(count):
    stop = threading.Event()
    threading.stack_size(64 * 1024)
    started = [threading.Thread(target=stop.wait, daemon=True) for _ in range(count)]
    try:
        for thread in started:
            thread.start()
    finally:
        stop.set()


def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def system_v_memory():
    number = LIBC.shmget(0, 4096, 0o1600)
    if number == -1:
        raise OSError(ctypes.get_errno(), "shmget")
    libc("shmctl", number, 0, None)


def fill(files, mib):
    for number in range(files):
        with open(f"fill{number}", "wb") as file:
            file.write(bytes(mib * MIB))


def use_scratch():
    os.makedirs("deep/er")
    with open("a", "w") as file:
        file.write("text")
    os.replace("a", "deep/er/b")
    assert read("deep/er/b") == b"text"
    os.remove("deep/er/b")
    os.rmdir("deep/er")
    with tempfile.NamedTemporaryFile(dir=os.getcwd()) as file:
        file.write(b"x")
    with tempfile.TemporaryDirectory(dir=os.getcwd()) as folder:
        assert os.listdir(folder) == []


def use_devices():
    with open("/dev/null", "w") as file:
        file.write("x")
    assert read("/dev/zero") == bytes(4096) != read("/dev/urandom")


def import_for_the_first_time():
    assert not {"decimal", "sqlite3"} & set(sys.modules)
    import decimal
    import sqlite3

    sqlite3.connect("data.db").execute("create table t (x)")
    decimal.Decimal("0.1")


def signal_itself():
    signal.signal(signal.SIGUSR1, lambda *_: None)
    signal.raise_signal(signal.SIGUSR1)
    os.kill(os.getpid(), signal.SIGUSR1)


def copy_a_file():
    """As people copy: `copy2` takes the mode and the times along, or makes as if."""
    with open("first", "w") as file:
        file.write("numbers")
    shutil.copy2("first", "second")
    shutil.copy("first", "third")
    assert read("second") and read("third")
    for name in ("first", "second", "third"):
        os.unlink(name)


def changed(path, act):
    """Whatever a call answers: whether it has changed mode or times of a file. PermissionError if not."""
    before = os.stat(path)
    act(path)
    after = os.stat(path)
    if (before.st_mode, before.st_mtime_ns) == (after.st_mode, after.st_mtime_ns):
        raise PermissionError(errno.EPERM, "nothing has changed")


def plain_acts(paths):
    """Name -> function; `paths` are a secret file, a folder and file anyone may write to, and open sockets."""
    parent = os.getpid()
    new, there = os.path.join(paths["open_folder"], "new"), os.path.join(paths["open_folder"], "there")
    no_files = resource.RLIMIT_NOFILE
    return {
        "use_scratch": use_scratch,
        "use_devices": use_devices,
        "import_for_the_first_time": import_for_the_first_time,
        "signal_itself": signal_itself,
        "start_a_thread": lambda: start_threads(4),
        "read_own_status": lambda: read("/proc/self/status"),
        "ask_for_a_limit": lambda: resource.getrlimit(no_files),
        "allocate_some": lambda: bytearray(32 * MIB),
        "read_secret": lambda: read(paths["secret"]),
        "look_at_secret": lambda: os.stat(paths["secret"]),
        "list_folder": lambda: os.listdir(os.path.dirname(paths["secret"])),
        "write_outside": lambda: open(f"{new}{os.getpid()}", "w").close(),
        "overwrite_outside": lambda: open(there, "r+").close(),
        "truncate_outside": lambda: os.truncate(there, 0),
        "empty_by_reading": lambda: os.close(os.open(there, os.O_RDONLY | os.O_TRUNC)),
        "open_for_ioctl": lambda: os.close(os.open("/dev/zero", 3)),
        "make_a_link": lambda: os.symlink("/", "link"),
        "copy_a_file": copy_a_file,
        "change_mode": lambda: changed(".", lambda path: os.chmod(path, 0o711)),
        "change_time": lambda: changed(".", lambda path: os.utime(path, (1, 1))),
        "fill_one_file": lambda: fill(1, 9),
        "fill_many_files": lambda: fill(6, 2),
        "connect_loopback": lambda: connect(socket.AF_INET, ("127.0.0.1", paths["port"])),
        "connect_unix": lambda: connect(socket.AF_UNIX, paths["unix"]),
        "make_a_socketpair": socket.socketpair,
        "fork": fork,
        "start_a_program": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        "execute": lambda: os.execv("/nowhere", ["nowhere"]),
        "list_processes": lambda: os.listdir("/proc"),
        "read_parent": lambda: read(f"/proc/{parent}/environ"),
        "signal_parent": lambda: os.kill(parent, 0),
        "signal_everybody": lambda: os.kill(-1, 0),
        "own_a_signal": lambda: fcntl.fcntl(2, fcntl.F_SETOWN, parent),
        "be_traced": lambda: libc("ptrace", 0, 0, 0, 0),
        "outlive_parent": lambda: libc("prctl", 1, 0, 0, 0, 0),
        "become_dumpable": lambda: libc("prctl", 4, 1, 0, 0, 0),
        "get_nicer": lambda: os.nice(1),
        "make_a_memfd": lambda: os.close(os.memfd_create("x")),
        "make_system_v_memory": system_v_memory,
        "allocate_too_much": lambda: bytearray(600 * MIB),
        "map_too_much": lambda: mmap.mmap(-1, 600 * MIB),
        "set_a_limit": lambda: resource.setrlimit(no_files, resource.getrlimit(no_files)),
        "start_too_many_threads": lambda: start_threads(400),
    }


def torch_acts():
    """What honest submissions do with torch, and what fails at once instead of hanging."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot
    import torch

    torch.set_num_threads(1)
    data = torch.utils.data.TensorDataset(torch.randn(8, 1, 8, 8), torch.arange(8) % 2)

    def train():
        convolution, norm = torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2)
        model = torch.nn.Sequential(convolution, norm, torch.nn.Flatten(), torch.nn.Linear(72, 2))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        for images, labels in torch.utils.data.DataLoader(data, batch_size=4, shuffle=True):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(images), labels).backward()
            optimizer.step()

    def multiply_in_two_threads():
        torch.set_num_threads(2)
        torch.randn(300, 300) @ torch.randn(300, 300)

    def save_and_load():
        torch.save({"weight": torch.ones(3)}, "best.pt")
        assert torch.load("best.pt", weights_only=True)["weight"].sum() == 3

    def draw():
        matplotlib.pyplot.plot([1, 2])
        matplotlib.pyplot.savefig("curve.png")

    def import_torchvision():
        assert "torchvision" not in sys.modules
        import torchvision.transforms  # noqa: F401

    def load_with_workers():
        list(torch.utils.data.DataLoader(data, num_workers=2))

    return {act.__name__: act for act in (train, multiply_in_two_threads, save_and_load, draw, import_torchvision)} | {
        "load_with_workers": load_with_workers,
        "start_a_program": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
    }


def outcome_of(act, enter):
    """Run `act` in a fresh child, after `enter`; what came of it."""
    end, answer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        said = "silence"
        try:
            enter()
            act()
            said = "done"
        except OSError as problem:
            said = f"{type(problem).__name__} {problem.errno}"
        except BaseException as problem:  # noqa: BLE001  whatever an act raises is its outcome
            said = f"{type(problem).__name__}: {problem}"
        finally:
            os.write(answer, said.encode())
            os._exit(0)
    os.close(answer)
    with open(end, "rb") as file:
        said = file.read().decode()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return said or f"ended with {status}"


def try_tier(tier, acts, scratch):
    from grader.sandbox.guest.confine import Confinement
    from grader.sandbox.guest.limits import Limits

    limits = Limits(seconds=60, memory_mb=512, scratch_mb=8)
    confinement = Confinement.prepare(tier, []) if tier else None
    found = {}
    for name, act in acts.items():
        own = os.path.join(scratch, tier, name)
        os.makedirs(own)
        os.chmod(own, 0o777)
        found[name] = outcome_of(act, lambda own=own: confinement.enter(own, limits) if confinement else os.chdir(own))
    return {"description": confinement and confinement.description, "found": found}


def main(sandbox, config):
    for name, folder in (("grader", os.path.dirname(sandbox)), ("grader.sandbox", sandbox)):
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__path__ = [folder]
    if how := config.pop("how", None):
        from grader.sandbox.host import tiers

        launch = {"bwrap": tiers.bubblewrap, "namespaces": tiers.namespaces}[how]()
        argv = [sys.executable, "-I", __file__, sandbox, json.dumps(config)]
        os.execv(launch.argv_prefix[0], launch.command(argv, [sandbox, __file__], config["scratch"]))
    acts = torch_acts() if config.get("torch") else plain_acts(config)
    print(json.dumps({tier: try_tier(tier, acts, config["scratch"]) for tier in config["tiers"]}))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
