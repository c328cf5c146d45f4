"""The groups of a QTI 1.2 quiz from which a platform draws some questions for each learner: here all are asked."""

from grader.quiz.exchange.xmltree import Node
from grader.quiz.format.textfile import shown


class Pools:
    """What the groups of a file say; `losses` are the sentences about them."""

    def __init__(self, root: Node) -> None:
        self.losses: list[str] = []
        self.each: dict[int, str] = {}
        for section in root.named("section"):
            for selection in section.all("selection_ordering", "selection"):
                self._read(section, selection)

    def _read(self, section: Node, selection: Node) -> None:
        items = section.named("item")
        number = shown(selection.value("selection_number"))[:20] or "some"
        name = shown(section.attributes.get("title", ""))[:60]
        if not items:
            self.losses.append(f"the group `{name}`: its {number} questions are in a bank outside the file")
        elif number != str(len(items)):
            self.losses.append(f"the group `{name}` asks {number} of its {len(items)} questions: here all are asked")
        if points := selection.value("selection_extension", "points_per_item"):
            self.each |= {id(item): points for item in items}

    def points(self, item: Node) -> str:
        """What a question of a group is worth there; "" where it says so itself."""
        return self.each.get(id(item), "")
