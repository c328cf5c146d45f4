"""A graded quiz in a student's feedback: their own answers and their points, and nothing that reveals the key.

Others may take the same quiz later, so neither the right answers nor the points of single answers are shown.
"""

from grader.report.gradebook.records import QuestionRecord, Record

REMARK = "The key is not shown here, because others may still take this quiz."


def concealed(record: Record) -> Record:
    """The record of a quiz without verdicts, right answers, explanations and points of single questions."""
    questions: list[QuestionRecord] = [
        {
            "id": one["id"], "stem": one["stem"], "status": "answered" if one["picked"] else "not answered",
            "points": None, "possible": one["possible"], "picked": ["own"] if one.get("answer") else [],
            "choices": [{"id": "own", "text": one.get("answer", ""), "correct": None, "feedback": ""}],
            "explanation": "", "concealed": True,
        }
        for one in record["questions"]
    ]  # fmt: skip
    note = "; ".join(filter(None, [record["note"], REMARK]))
    return {**record, "questions": questions, "note": note, "concealed": True}
