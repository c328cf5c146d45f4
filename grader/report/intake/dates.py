"""Dates as learning management systems and people write them, in English, German, French and Spanish."""

import re
from datetime import datetime, tzinfo

MONTHS = {
    name: number
    for names, number in (
        ("jan january januar janvier enero ene", 1), ("feb february februar fevrier fev febrero", 2),
        ("mar march marz mars marzo", 3), ("apr april avril avr abril abr", 4), ("may mai mayo", 5),
        ("jun june juni juin junio", 6), ("jul july juli juillet julio", 7), ("aug august aout agosto ago", 8),
        ("sep sept september septembre septiembre", 9), ("oct okt october oktober octobre octubre", 10),
        ("nov november novembre noviembre", 11), ("dec dez december dezember decembre diciembre dic", 12),
    )
    for name in names.split()
}  # fmt: skip
CLOCK = re.compile(r"(?<!\d)(\d{1,2}?)[:.h]?([0-5]\d)(?:[:.]([0-5]\d))?\s*([ap])?\.?m?\.?\s*$", re.IGNORECASE)
PLAIN = str.maketrans("äéèêûôáíóú", "aeeeuoaiou")


def spoken(text: str, zone: tzinfo | None) -> float | None:
    """POSIX seconds of `Sunday, 1 March 2026, 9:12 PM`, `Mar 1, 2026 912 PM`, `Sonntag, 1. März 2026, 21:12` and so on.

    ISO 8601 is read too; a text without an offset is in `zone`, or in this machine's own. None for anything else.
    """
    stamp = text.strip()
    try:
        found = datetime.fromisoformat(re.sub(r" (?=(?:UTC|[+-]\d\d:?\d\d)$)", "", stamp).replace("UTC", "+00:00"))
        return (found if found.tzinfo else found.replace(tzinfo=zone)).timestamp()
    except (ValueError, OverflowError):
        pass
    words = re.findall(r"[^\W\d]+", stamp.casefold().translate(PLAIN))
    month = next((MONTHS[word] for word in words if word in MONTHS), None)
    year = re.search(r"(?<!\d)(\d{4})(?=[, ]|$)", stamp)
    if month is None or year is None:
        return None
    rest = stamp[year.end() :]
    clock = CLOCK.search(rest.strip(" ,"))
    day = re.search(r"(?<!\d)(\d{1,2})(?!\d)", stamp[: year.start()])
    if clock is None or day is None:
        return None
    hour = int(clock[1]) % 12 + (12 if clock[4].casefold() == "p" else 0) if clock[4] else int(clock[1])
    try:
        when = datetime(int(year[1]), month, int(day[1]), hour, int(clock[2]), int(clock[3] or 0), tzinfo=zone)
        return when.timestamp()
    except (ValueError, OverflowError):
        return None
