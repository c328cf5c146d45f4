"""What a notebook's `%%check` line asks for, and how other cells are named: one reader for kernel and class report.

    %%check ex03 --with helpers

A cell whose first line is `# cell: helpers` bears that name; `--with` puts its text before the checked cell's.
"""

import argparse
import re
import shlex
from typing import NoReturn

MAGIC = "%%check"
NAMED = re.compile(r"#\s*cell:\s*(?P<name>[\w-]+)\s*$")
KEY = re.compile(r"(?:ex)?0*(?P<number>\d+)(?:_\w*)?$", re.IGNORECASE)


class BadLine(Exception):
    """Why a `%%check` line cannot be followed."""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadLine(message)


def parser() -> argparse.ArgumentParser:
    found = Parser(prog=MAGIC, add_help=False, allow_abbrev=False)
    found.add_argument("exercise")
    found.add_argument("--with", dest="cells", action="append", default=[], metavar="CELL")
    found.add_argument("--test", dest="tests", action="append", default=[], metavar="NAME")
    found.add_argument("--seed", type=int)
    found.add_argument("--verbose", action="store_true")
    return found


def parse(line: str) -> argparse.Namespace:
    """The words behind `%%check`. BadLine for what is missing or unknown."""
    try:
        return parser().parse_args(shlex.split(line, comments=True))
    except ValueError as error:
        raise BadLine(str(error)) from None


def name_of(cell: str) -> str:
    """The name that a cell's first line with text gives it; "" for none."""
    first = next((line.strip() for line in cell.splitlines() if line.strip()), "")
    found = NAMED.match(first)
    return found["name"] if found else ""


def asks_for(line: str, key: str) -> bool:
    """Whether a cell's first line checks the exercise `ex03`, however it is spelled."""
    words = line.split()
    if len(words) < 2 or words[0] != MAGIC:
        return False
    asked, own = KEY.match(words[1]), KEY.match(key)
    return asked["number"] == own["number"] if asked and own else words[1].casefold() == key.casefold()
