"""IMS QTI 1.2 in the zip package Canvas imports, and any other quiz of that version on the way back.

Three traps shape what is written. Without `maxnumber` Canvas' converter makes one choice of a multiple-answer question.
A condition that only shows feedback must come before the one that scores, or it takes the key away. And Canvas sorts
feedback by its identifier, `correct` and `wrong` inside it included, so ours are `f1_fb`, `f2_fb`, ...
"""

from xml.etree import ElementTree

from grader.quiz.exchange import extras, package, pools, qti12_forms, xmltree
from grader.quiz.exchange.rendering import to_html
from grader.quiz.exchange.xmltree import add
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.parts import Choice
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz

RESPONSE = "response1"
TYPES = {"single": "multiple_choice_question", "multiple": "multiple_answers_question"}

_QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_KEEP = {"highest": "keep_highest", "last": "keep_latest", "average": "keep_average", "first": "keep_highest"}


def write(quiz: Quiz) -> bytes:
    """The quiz as a QTI 1.2 package."""
    return package.pack(
        {
            "imsmanifest.xml": _manifest(quiz),
            f"{quiz.id}/{quiz.id}.xml": _assessment(quiz),
            f"{quiz.id}/assessment_meta.xml": _canvas_settings(quiz),
        }
    )


def shuffles(quiz: Quiz) -> bool:
    """Whether Canvas may shuffle: it does so for a whole quiz, and knows no pinned choices."""
    return all(question.shuffle and not any(option.pin for option in question.options) for question in quiz.questions)


def _assessment(quiz: Quiz) -> bytes:
    root = ElementTree.Element("questestinterop", {"xmlns": _QTI})
    assessment = add(root, "assessment", attributes={"ident": quiz.id, "title": quiz.title})
    attempts = str(quiz.attempts.max or "unlimited")
    _metadata(assessment, {"cc_maxattempts": attempts, extras.FIELD: extras.of_quiz(quiz)})
    section = add(assessment, "section", attributes={"ident": "root_section"})
    for pool, questions in pools.grouped(quiz):
        group = _group(section, quiz.pools[pool], pool, questions[0]) if pool else section
        for question in questions:
            _item(group, question)
    return xmltree.serialize(root)


def _group(section: ElementTree.Element, count: int, pool: str, first: Question) -> ElementTree.Element:
    """A group from which Canvas draws for each learner."""
    group = add(section, "section", attributes={"ident": f"pool-{pool}", "title": pool})
    selection = add(add(group, "selection_ordering"), "selection")
    add(selection, "selection_number", str(count))
    add(add(selection, "selection_extension"), "points_per_item", str(extras.number(first.points)))
    return group


def _item(section: ElementTree.Element, question: Question) -> None:
    item = add(section, "item", attributes={"ident": question.id, "title": question.id})
    form = None if isinstance(question, ChoiceQuestion) else question.portable().form
    kind = qti12_forms.type_of(form) if form else TYPES[question.kind]
    fields = {"question_type": kind, "points_possible": str(extras.number(question.points))}
    fields |= {"tags": ",".join(question.tags)} if question.tags else {}
    _metadata(add(item, "itemmetadata"), fields | {extras.FIELD: extras.of_question(question)})
    presentation, processing = add(item, "presentation"), add(item, "resprocessing")
    _material(presentation, question.stem)
    _open(processing, question)
    if isinstance(question, ChoiceQuestion):
        chosen = {f"f{number}_fb": choice for number, choice in enumerate(question.choices, 1) if choice.feedback}
        feedback = {ident: choice.feedback for ident, choice in chosen.items()}
        _presentation(presentation, question)
        _processing(processing, question, chosen)
    elif form:
        feedback = {f"f{number}_fb": text for number, text in enumerate(qti12_forms.feedback_of(form), 1)}
        qti12_forms.write_presentation(presentation, form)
        qti12_forms.write_conditions(processing, form)
    if question.explanation:
        _feedback(item, "general_fb", question.explanation)
    for ident, text in feedback.items():
        _feedback(item, ident, text)


def _metadata(parent: ElementTree.Element, fields: dict[str, str]) -> None:
    metadata = add(parent, "qtimetadata")
    for label, entry in fields.items():
        pair = add(metadata, "qtimetadatafield")
        add(pair, "fieldlabel", label)
        add(pair, "fieldentry", entry)


def _presentation(presentation: ElementTree.Element, question: ChoiceQuestion) -> None:
    is_single = question.kind == "single"
    cardinality = {"ident": RESPONSE, "rcardinality": "Single" if is_single else "Multiple"}
    most = {"minnumber": "0", "maxnumber": "1" if is_single else str(len(question.choices))}
    shuffle = {"shuffle": "Yes" if question.shuffle else "No"}
    render = add(add(presentation, "response_lid", attributes=cardinality), "render_choice", attributes=most | shuffle)
    for choice in question.choices:
        pinned = {"rshuffle": "No"} if choice.pin else {}
        _material(add(render, "response_label", attributes={"ident": choice.id} | pinned), choice.text)


def _open(processing: ElementTree.Element, question: Question) -> None:
    limits = {"varname": "SCORE", "vartype": "Decimal", "minvalue": "0", "maxvalue": "100"}
    add(add(processing, "outcomes"), "decvar", attributes=limits)
    if question.explanation:
        add(_condition(processing, "general_fb"), "other")


def _processing(processing: ElementTree.Element, question: ChoiceQuestion, feedback: dict[str, Choice]) -> None:
    for ident, choice in feedback.items():
        _equal(_condition(processing, ident), choice)
    condition = add(processing, "respcondition", attributes={"continue": "No"})
    test = add(condition, "conditionvar")
    test = add(test, "and") if question.kind == "multiple" else test
    for choice in question.choices:
        if choice.correct:
            _equal(test, choice)
        elif question.kind == "multiple":
            _equal(add(test, "not"), choice)
    add(condition, "setvar", "100", {"action": "Set", "varname": "SCORE"})


def _condition(processing: ElementTree.Element, feedback: str) -> ElementTree.Element:
    """A condition that shows a feedback; what it tests is added to what comes back."""
    condition = add(processing, "respcondition", attributes={"continue": "Yes"})
    test = add(condition, "conditionvar")
    add(condition, "displayfeedback", attributes={"feedbacktype": "Response", "linkrefid": feedback})
    return test


def _equal(parent: ElementTree.Element, choice: Choice) -> None:
    add(parent, "varequal", choice.id, {"respident": RESPONSE})


def _feedback(item: ElementTree.Element, ident: str, text: str) -> None:
    _material(add(add(item, "itemfeedback", attributes={"ident": ident}), "flow_mat"), text)


def _material(parent: ElementTree.Element, text: str) -> None:
    add(add(parent, "material"), "mattext", to_html(text), {"texttype": "text/html"})


def _canvas_settings(quiz: Quiz) -> bytes:
    """What Canvas keeps beside the questions: title, shuffling, attempts, points."""
    root = ElementTree.Element("quiz", {"identifier": quiz.id, "xmlns": _CANVAS})
    points = quiz.possible
    for name, value in {
        "title": quiz.title,
        "shuffle_answers": "true" if shuffles(quiz) else "false",
        "scoring_policy": _KEEP[quiz.attempts.keep],
        "quiz_type": "assignment",
        "points_possible": str(float(points)),
        "allowed_attempts": str(quiz.attempts.max or -1),
        "available": "false",
    }.items():
        add(root, name, value)
    return xmltree.serialize(root)


def _manifest(quiz: Quiz) -> bytes:
    root = ElementTree.Element("manifest", {"identifier": f"package-{quiz.id}", "xmlns": _PACKAGE})
    metadata = add(root, "metadata")
    add(metadata, "schema", "IMS Content")
    add(metadata, "schemaversion", "1.1.3")
    add(root, "organizations")
    resources = add(root, "resources")
    kinds = {
        f"{quiz.id}.xml": {"identifier": quiz.id, "type": "imsqti_xmlv1p2"},
        "assessment_meta.xml": {
            "identifier": f"settings-{quiz.id}",
            "type": "associatedcontent/imscc_xmlv1p1/learning-application-resource",
            "href": f"{quiz.id}/assessment_meta.xml",
        },
    }
    for name, attributes in kinds.items():
        add(add(resources, "resource", attributes=attributes), "file", attributes={"href": f"{quiz.id}/{name}"})
    add(resources[0], "dependency", attributes={"identifierref": f"settings-{quiz.id}"})
    return xmltree.serialize(root)
