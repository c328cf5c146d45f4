"""IMS QTI 1.2 -> `Quiz`: a package or a bare XML file, ours or another's."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from grader.base.errors import UsageError
from grader.quiz.exchange import extras, package, qti12_forms, xmltree
from grader.quiz.exchange.draft import Draft, DraftChoice, DraftQuestion, called
from grader.quiz.exchange.htmltree import parse
from grader.quiz.exchange.markdown import from_plain, to_markdown
from grader.quiz.exchange.media import Images, Media, no_files
from grader.quiz.exchange.pools import Pools
from grader.quiz.exchange.qti12 import TYPES
from grader.quiz.exchange.qti12_scoring import Budget, ScoringError, number, rule_of
from grader.quiz.exchange.xmltree import Node
from grader.quiz.format.kinds.portable import NotPortable
from grader.quiz.format.textfile import decode, shown

MAX_BYTES = 4 << 20
"""The XML inside a package is at most this long (4 MiB)."""

_READABLE = (*TYPES.values(), "true_false_question")


def read(data: bytes, where: str, images: Images) -> Draft:
    """What a QTI 1.2 package, or its XML file alone, holds. Raises UsageError."""
    root, inner = _from_package(data, where) if data.startswith(b"PK") else (_parsed(data, where), where)
    draft = Draft(inner, PurePath(where).stem, images=images)
    if root.name != "questestinterop":
        sentence = f"this is not QTI 1.2: the file starts with <{shown(root.name)[:40]}>, not <questestinterop>"
        draft.problems.append((root.line, sentence))
    for assessment in root.all("assessment")[:1]:
        fields = _fields(assessment)
        draft.title = assessment.attributes.get("title", "")
        draft.extras = fields.get(extras.FIELD, "")
        if not draft.extras and fields.get("cc_maxattempts", "1") != "1":
            draft.losses.append(
                f"{shown(fields['cc_maxattempts'])[:20]} attempts: say `attempts: {{max: ...}}` yourself"
            )
    folder = inner.removeprefix(f"{where}/").rpartition("/")[0]
    files = (lambda path: package.image_member(data, path, folder)) if inner != where else no_files
    pools = Pools(root)
    draft.losses += pools.losses
    draft.pools = pools.counts
    budget = Budget()
    for item in root.named("item"):
        try:
            question = _question(item, budget, draft.media(files), pools.points(item))
            draft.add(replace(question, pool=pools.pool(item)))
        except ScoringError as problem:
            draft.unread.append((item.line, f"question {called(_name_of(item))} {problem}"))
    return draft


def _parsed(data: bytes, where: str) -> Node:
    return xmltree.parse(decode(data, where), where)


def _from_package(data: bytes, where: str) -> tuple[Node, str]:
    members = package.xml_members(data, where, MAX_BYTES)
    roots = {f"{where}/{name}": _parsed(xml, f"{where}/{name}") for name, xml in members.items()}
    found = {name: root for name, root in roots.items() if root.name == "questestinterop"}
    if len(found) != 1:
        raise UsageError(
            f"holds {len(found)} QTI 1.2 quizzes, not one", where, "Unpack it and import its files one by one."
        )
    ((name, root),) = found.items()
    return root, name


def _question(item: Node, budget: Budget, media: Media, each: str) -> DraftQuestion:
    fields = _fields(item.first("itemmetadata") or item)
    kind = fields.get("question_type", "")
    presentation = item.first("presentation")
    if kind in qti12_forms.TYPES and presentation is not None:
        return _open_question(item, kind, presentation, media, each)
    answers = presentation.named("response_lid") if presentation else []
    if (kind and kind not in _READABLE) or presentation is None or len(answers) != 1:
        raise ScoringError(f"is {shown(kind)[:40] or 'no choice question'}: we have none like it")
    labels = answers[0].named("response_label")
    idents = [label.attributes.get("ident", "") for label in labels]
    if len(set(idents)) != len(idents) or "" in idents:
        raise ScoringError("has choices without an identifier of their own")
    single = answers[0].attributes.get("rcardinality", "Single") == "Single"
    rule = rule_of(item, idents, single, budget)
    feedback, explanation = _feedback(item, media)
    points = each or fields.get("points_possible", "")
    return DraftQuestion(
        line=item.line,
        name=_name(item),
        single=single,
        stem=_text(presentation, media),
        choices=[
            DraftChoice(_text(label, media), rule.shares[ident], feedback.get(ident, ""), id=ident)
            for label, ident in zip(labels, idents, strict=True)
        ],
        explanation=explanation,
        points=number(points) if points else None,
        shuffle=_shuffle(answers[0]),
        # Canvas writes every multiple-answer question as all or nothing and pays partial credit
        scoring="partial" if kind == TYPES["multiple"] else rule.scoring,
        tags=fields.get("tags", "").split(","),
        extras=fields.get(extras.FIELD, ""),
        losses=media.losses,
    )


def _open_question(item: Node, kind: str, presentation: Node, media: Media, each: str) -> DraftQuestion:
    """A question whose answers are typed or paired."""
    fields = _fields(item.first("itemmetadata") or item)
    points = each or fields.get("points_possible", "")
    stems = [child for child in presentation.children if child.name not in ("response_lid", "response_str")]
    try:
        form = qti12_forms.read_form(item, kind, _text, media)
    except NotPortable as problem:
        raise ScoringError(str(problem)) from None
    return DraftQuestion(
        line=item.line,
        name=_name(item),
        single=True,
        stem=_text(Node("presentation", {}, presentation.line, children=stems), media),
        choices=[],
        explanation=_feedback(item, media)[1],
        points=number(points) if points else None,
        tags=fields.get("tags", "").split(","),
        extras=fields.get(extras.FIELD, ""),
        losses=media.losses,
        form=form,
    )


def _name(item: Node) -> str:
    return item.attributes.get("title", "") or item.attributes.get("ident", "")


def _name_of(item: Node) -> str:
    """The name and the beginning of the text: Canvas calls every question `Question`."""
    texts = [parse(node.text[:500]).text for node in item.named("mattext")[:1]]
    return ": ".join(filter(None, (_name(item), *texts)))


def _fields(node: Node) -> dict[str, str]:
    pairs = node.all("qtimetadata", "qtimetadatafield")
    return {pair.value("fieldlabel"): pair.value("fieldentry") for pair in pairs}


def _text(node: Node, media: Media) -> str:
    """The Markdown of all material in an element, without that of its choices."""
    return "\n\n".join(filter(None, (_markdown(material, media) for material in _materials(node))))


def _materials(node: Node) -> Iterator[Node]:
    for child in node.children:
        if child.name == "mattext" or child.name in _NO_TEXT:
            yield child
        elif child.name != "response_label":
            yield from _materials(child)


_NO_TEXT = ("matimage", "mataudio", "matvideo", "matapplet", "matapplication")


def _markdown(material: Node, media: Media) -> str:
    if material.name in _NO_TEXT:
        media.losses.append(f"a <{material.name}>")
        return ""
    is_html = material.attributes.get("texttype", "text/plain") == "text/html"
    return to_markdown(material.text.strip(), media) if is_html else from_plain(material.text)


def _feedback(item: Node, media: Media) -> tuple[dict[str, str], str]:
    """The feedback of each choice, shown where it alone is tested for, and the feedback for everybody."""
    texts = {node.attributes.get("ident", ""): _text(node, media) for node in item.all("itemfeedback")}
    choices: dict[str, str] = {}
    for condition in item.all("resprocessing", "respcondition"):
        tests = [test for variables in condition.all("conditionvar") for test in variables.children]
        for shows in condition.all("displayfeedback"):
            link = shows.attributes.get("linkrefid", "")
            if [test.name for test in tests] == ["varequal"] and link != "correct_fb":
                choices.setdefault(tests[0].text.strip(), texts.get(link, ""))
    return choices, texts.get("general_fb", "")


def _shuffle(answers: Node) -> bool | None:
    """Whether the choices may be shuffled; None where the file does not say."""
    shuffles = [
        render.attributes["shuffle"] for render in answers.all("render_choice") if "shuffle" in render.attributes
    ]
    fixed = any(label.attributes.get("rshuffle") == "No" for label in answers.named("response_label"))
    return shuffles[0] == "Yes" and not fixed if shuffles else None
