"""Readers and writers that nobody here wrote; `sh tests/tools.sh` installs them. A test that lacks one is skipped."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".tools"


def need(there: bool, tool: str) -> None:
    """Skips the test in one line where the tool is absent."""
    if not there:
        pytest.skip(f"{tool} is not installed: sh tests/tools.sh")


def gift_pegjs(data: bytes) -> list[dict[str, Any]]:
    """The questions of a GIFT file as gift-pegjs (npm) reads them; ValueError where it refuses the file."""
    need(shutil.which("node") is not None and (TOOLS / "node_modules/gift-pegjs").is_dir(), "gift-pegjs")
    script = """
        const { parse } = require("./.tools/node_modules/gift-pegjs");
        process.stdout.write(JSON.stringify(parse(require("fs").readFileSync(0, "utf8"))));
    """
    result = subprocess.run(["node", "-e", script], input=data, capture_output=True, cwd=ROOT, timeout=120)
    if result.returncode:
        raise ValueError(result.stderr.decode())
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def moodle_xml_parser(data: bytes) -> list[dict[str, Any]]:
    """The questions of a Moodle XML file as moodle_xml_parser (PyPI) reads them; ValueError where it refuses it."""
    script = """
        import dataclasses, json, sys
        from moodle_xml_parser.parser import parse_bytes
        found = parse_bytes(sys.stdin.buffer.read())["multichoice"]
        print(json.dumps([dataclasses.asdict(question) for question in found]))
    """
    found: list[dict[str, Any]] = json.loads(_python("moodle_xml_parser", script, data))
    return found


def text2qti(text: str) -> bytes:
    """The QTI 1.2 package that text2qti (PyPI) writes for a quiz in its own text form."""
    script = """
        import sys
        from text2qti.config import Config
        from text2qti.qti import QTI
        from text2qti.quiz import Quiz
        sys.stdout.buffer.write(QTI(Quiz(sys.stdin.read(), config=Config())).zip_bytes())
    """
    return _python("text2qti", script, text.encode())


def _python(tool: str, script: str, data: bytes) -> bytes:
    need((TOOLS / "py" / tool).is_dir(), tool)
    lines = "\n".join(line.removeprefix("        ") for line in script.split("\n"))
    environment = {**os.environ, "PYTHONPATH": str(TOOLS / "py")}
    result = subprocess.run(
        [sys.executable, "-c", lines], input=data, capture_output=True, env=environment, cwd=TOOLS, timeout=120
    )
    if result.returncode:
        raise ValueError(result.stderr.decode())
    return result.stdout


def ims_dtd_errors(xml: bytes) -> list[str]:
    """What the IMS DTD of QTI 1.2.1 finds wrong with a file, each with its line.

    The DTD knows no namespaces, so those are dropped, and with them text2qti's `xsi:schemaLocation`.
    """
    path = TOOLS / "qti/ims_qtiasiv1p2p1.dtd"
    need(path.is_file(), "the IMS QTI 1.2 DTD")
    document = etree.fromstring(xml)
    for element in document.iter(etree.Element):
        element.tag = etree.QName(element).localname
    for name in [name for name in document.attrib if etree.QName(name).namespace]:
        del document.attrib[name]
    etree.cleanup_namespaces(document)
    with path.open("rb") as stream:
        dtd = etree.DTD(stream)
    return [] if dtd.validate(document) else [f"{error.line}: {error.message}" for error in dtd.error_log]
