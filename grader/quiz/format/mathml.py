"""A formula of a quiz or a lesson as MathML, which browsers draw without a script."""

import re
from functools import lru_cache

from markupsafe import Markup

ACTIVE = re.compile(r"<(?!/?m)|\s(?!xmlns=)[\w:-]*(?:href|src|style|class|id|on\w+)=")  # what no formula needs


@lru_cache(maxsize=4096)
def mathml(tex: str, display: str = "inline") -> str:
    """MathML of a formula; what cannot be converted is shown as it was typed."""
    from latex2mathml.converter import convert

    try:
        html = convert(tex, display=display)
        if not ACTIVE.search(html):
            return html
    except Exception:  # noqa: BLE001, S110  whatever the converter raises for TeX that it does not know
        pass
    return str(Markup("<code>{}</code>").format(tex))
