"""Any text as an id of ours."""

import re
import unicodedata


def slug(text: str, length: int = 40) -> str:
    """The text as an id: lower-case ASCII letters, digits and `-`; "" if nothing is left."""
    if re.fullmatch(rf"[a-z0-9][a-z0-9-]{{0,{length - 1}}}", text):
        return text
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:length].strip("-")
