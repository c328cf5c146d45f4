"""The program that every process of the guest's side starts as: `python -I start.py MODULE CONFIG` (guest).

It makes its own folder a package, takes the examiner's import path and goes on in `main(config)` of that module.
"""

import importlib
import json
import os
import sys
import types

FAR = "guest"


def load_siblings() -> None:
    """Makes the sandbox folder importable as a package of its own, so that `grader` need not be on the path."""
    package = types.ModuleType(FAR)
    package.__path__ = [os.path.dirname(os.path.abspath(__file__))]
    sys.modules[FAR] = package


def unlimit_memory() -> None:
    """Lifts the limit that an examiner has on itself; examinees get their own."""
    if sys.platform == "linux":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def main() -> None:
    config = json.loads(sys.argv[2])
    load_siblings()
    unlimit_memory()
    sys.path[:] = [p for p in config["path"] if p]
    importlib.import_module(f"{FAR}.{sys.argv[1]}").main(config)


if __name__ == "__main__":
    main()
