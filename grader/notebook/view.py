"""What a notebook shows of a check: HTML where the front end has it, the terminal's lines everywhere else."""

import base64
import html
from dataclasses import dataclass, field
from typing import Any

from grader.commands.render import Line

BOLD = "font-weight:600"
LOOKS = {
    "green": "color:#1a7f37", "bold red": f"color:#c93c37;{BOLD}", "bold yellow": f"color:#9a6700;{BOLD}",
    "bold magenta": f"color:#a334b8;{BOLD}", "cyan": "color:#1b7c83", "dim": "opacity:.75", "bold": BOLD,
    "italic": "font-style:italic",
}  # fmt: skip


@dataclass
class View:
    """Lines that grow while a check runs, a picture below them, and a line of what is going on."""

    lines: list[Line] = field(default_factory=list)
    status: str = ""
    picture: bytes = b""
    caption: str = ""

    def __repr__(self) -> str:
        text = [line.text for line in self.lines] + ([f"{self.status} …"] if self.status else [])
        return "\n".join(text)

    def _repr_html_(self) -> str:
        rows = [row(line.text, LOOKS.get(line.style, "")) for line in self.lines]
        if self.status:
            rows.append(row(f"{self.status} …", LOOKS["dim"]))
        if self.picture:
            data = base64.b64encode(self.picture).decode()
            alt = html.escape(self.caption, quote=True)
            rows.append(f'<img alt="{alt}" style="max-width:100%;height:auto" src="data:image/png;base64,{data}">')
        return '<div style="line-height:1.45;font-family:monospace">' + "".join(rows) + "</div>"


def row(text: str, look: str) -> str:
    return f'<div style="white-space:pre-wrap;{look}">{html.escape(text) or "&nbsp;"}</div>'


class Shown:
    """A view on the page that is drawn again whenever it has changed; once, where there is no page."""

    def __init__(self, view: View) -> None:
        from IPython.display import display

        self.view = view
        self.handle: Any = display(view, display_id=True)

    def refresh(self) -> None:
        """Draws the view again."""
        if self.handle is not None:
            self.handle.update(self.view)
