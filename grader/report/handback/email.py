"""One folder for e-mail: a page of feedback for each student, and a table for the mail merge of any mail program."""

import re
from collections.abc import Iterable

from grader.base.text import cell, file_name
from grader.report.gradebook.grades import shown
from grader.report.handback.handover import Handover
from grader.report.page.exports import columns_of
from grader.report.page.spreadsheet import spreadsheet

ADDRESS = re.compile(r"[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9.-]{1,190}[a-z0-9]")


def email(hand: Handover) -> Iterable[tuple[str, str | bytes]]:
    """`email/<address>.html`, and `email/addresses.csv` with address, name, points and file."""
    known = columns_of(hand.sheet)
    table = [["email", "name", *known, "total", "out of", "file"]]
    without = []
    for row in hand.sheet.rows:
        student = row.student
        if not any(one.work or one.earned is not None for one in row.cells.values()):
            continue
        address = student.email.strip()
        if not address:
            without.append(student.name or student.id)
            continue
        plain = ADDRESS.fullmatch(address)
        name = f"{address if plain else file_name(address)}.html"
        who = [student.name, *(getattr(student, kind) for kind in known)]
        table.append([cell(address), *map(cell, who), shown(row.total), shown(row.out_of), name])
        yield f"email/{name}", hand.pages(row, list(hand.sheet.units))[0]
    if without:
        more = f" and {len(without) - 5} more" if len(without) > 5 else ""
        hand.messages.append(f"email/: no address is known of {', '.join(without[:5])}{more}")
    yield "email/addresses.csv", spreadsheet(table)
