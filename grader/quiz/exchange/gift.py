"""GIFT, Moodle's plain text: one question a block, blank lines between blocks.

    // gradeloop:{"choices":[{"id":"e5"},{"id":"e4"}]}
    // [id:es-01] [tag:patience]
    ::es-01::[html]After which epoch does <code>step</code> return True?{
    =[html]5#[html]Three misses in a row.
    ~[html]4#[html]Two misses only.
    ####[html]The counter is 1, 2, 3.
    }

Every text is marked `[html]` and stands on one line: a blank line would end the question, a line of its own that
starts with `//` would vanish, and a `\\n` or `=` that is not escaped would become a line break or a second key.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from grader.quiz.exchange import extras, gift_forms, pools, shares
from grader.quiz.exchange.draft import Draft, DraftChoice, DraftQuestion, called
from grader.quiz.exchange.markdown import from_style
from grader.quiz.exchange.media import Images, Media
from grader.quiz.exchange.rendering import to_html
from grader.quiz.format.console import plain
from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.portable import Form, NotPortable
from grader.quiz.format.kinds.question import Question
from grader.quiz.format.model import Quiz
from grader.quiz.format.textfile import decode

_ESCAPED = re.compile(r"[\\#=~{}:]")
_TOKEN = re.compile(r"\\[\\#=~{}:n]|.", re.DOTALL)
_TRUE_FALSE = {"T": True, "TRUE": True, "F": False, "FALSE": False}


def write(quiz: Quiz) -> bytes:
    """The quiz as GIFT; the shares of multiple-answer questions are those Moodle knows. Raises UsageError."""
    blocks = [f"// {extras.MARK}{extras.of_quiz(quiz)}\n"]
    for pool, questions in pools.grouped(quiz):
        blocks += [f"$CATEGORY: {pools.category(quiz, pool)}\n", *map(_block, questions)]
    return "\n".join(blocks).encode()


def _block(question: Question) -> str:
    tags = "".join(f" [tag:{tag}]" for tag in question.tags)
    lines = [f"// {extras.MARK}{extras.of_question(question)}", f"// [id:{question.id}]{tags}"]
    lines.append(f"::{question.id}::{_written(question.stem)}{{")
    if isinstance(question, ChoiceQuestion):
        lines += _choice_lines(question)
    else:
        opening, answers = gift_forms.lines_of(question.portable().form, _written, _escaped)
        lines[-1] += opening
        lines += answers
    if question.explanation:
        lines.append(f"####{_written(question.explanation)}")
    return "\n".join([*lines, "}", ""])


def _choice_lines(question: ChoiceQuestion) -> Iterator[str]:
    for choice, share in zip(question.choices, shares.written(question), strict=True):
        weight = ("=" if choice.correct else "~") if question.kind == "single" else f"~%{share}%"
        feedback = f"#{_written(choice.feedback)}" if choice.feedback else ""
        yield f"{weight}{_written(choice.text)}{feedback}"


def _written(text: str) -> str:
    return "[html]" + _marked(to_html(text))


def _escaped(text: str) -> str:
    """A text of a place where GIFT takes no HTML."""
    return _marked(plain(text))


def _marked(text: str) -> str:
    return _ESCAPED.sub(r"\\\g<0>", text).replace("\n", r"\n")


@dataclass
class _Block:
    """The lines between two blank lines: the first line's number, comments, and the rest as tokens."""

    line: int
    comments: list[str]
    tokens: list[str]


class _Unread(Exception):
    """This block is no question we can take; the message says why."""


def read(data: bytes, where: str, images: Images) -> Draft:
    """What a GIFT file holds. Raises UsageError."""
    draft = Draft(where, PurePath(where).stem, images=images)
    categories = []
    for block in _blocks(decode(data, where)):
        draft.extras = draft.extras or ("" if block.tokens else extras.found_in(block.comments))
        if "".join(block.tokens[:10]).upper() == "$CATEGORY:":
            categories.append(_plain(block.tokens[10:]))
            draft.title = draft.title or categories[0].rpartition("/")[2]
        elif block.tokens:
            try:
                draft.add(_question(block, draft.media()))
            except (_Unread, NotPortable) as problem:
                name, tokens = _name(block.tokens)
                draft.unread.append((block.line, f"question {called(name or _plain(tokens))}: {problem}"))
    draft.lose_categories(categories)
    return draft


def _blocks(text: str) -> Iterator[_Block]:
    block = _Block(1, [], [])
    for number, line in enumerate([*text.split("\n"), ""], 1):
        line = line.strip()
        if line.startswith("//"):
            block.comments.append(line.removeprefix("//").strip())
        elif line:
            if not block.tokens:
                block.line = number
            block.tokens += ["\n", *_TOKEN.findall(line)] if block.tokens else _TOKEN.findall(line)
        elif block.tokens or block.comments:
            yield block
            block = _Block(number, [], [])


def _question(block: _Block, media: Media) -> DraftQuestion:
    name, tokens = _name(block.tokens)
    if "{" not in tokens or "}" not in tokens[tokens.index("{") :]:
        raise _Unread("this block has no answers between braces")
    start = tokens.index("{")
    end = tokens.index("}", start)
    answers, after = tokens[start + 1 : end], tokens[end + 1 :]
    stem, style = _text([*tokens[:start], *(" _____ " if "".join(after).strip() else ""), *after], "moodle", media)
    explanation = ""
    for at in range(len(answers) - 4, -1, -1):
        if answers[at : at + 4] == ["#"] * 4:
            explanation, answers = _text(answers[at + 4 :], style, media)[0], answers[:at]
            break
    comments = " ".join(block.comments)
    is_choice = "~" in answers or _is_truth(answers)
    known_id = re.search(r"\[id:([^\]]+)\]", comments)
    return DraftQuestion(
        line=block.line,
        name=known_id[1] if known_id else name or stem,
        single="~" not in answers or "=" in answers,
        stem=stem,
        choices=_choices(answers, style, media) if is_choice else [],
        form=None if is_choice else _form(answers, style, media),
        explanation=explanation,
        tags=re.findall(r"\[tag:([^\]]+)\]", comments),
        extras=extras.found_in(block.comments),
        losses=media.losses,
    )


def _is_truth(tokens: list[str]) -> bool:
    head = _split(tokens, "#")[0]
    return _plain(head).upper() in _TRUE_FALSE


def _form(tokens: list[str], style: str, media: Media) -> Form:
    """An answer to type, or pairs."""
    numeric = "".join(tokens).lstrip().startswith("#")
    if numeric:
        tokens = tokens[tokens.index("#") + 1 :]
    first, *rest = _split(tokens, "=")
    if _plain(first) and not (numeric and not rest):
        raise _Unread("this block has a text where its first answer belongs")
    if not rest and not numeric:
        raise _Unread("this block has no answers: we have no essays")
    parts = [part[1:] for part in rest] or [first]
    return gift_forms.form_of(
        parts, numeric, lambda part: _text(part, style, media)[0], lambda part: _plain(part), media.losses
    )


def _name(tokens: list[str]) -> tuple[str, list[str]]:
    """The `::name::` and what follows it."""
    if tokens[:2] == [":", ":"]:
        for at in range(2, len(tokens) - 1):
            if tokens[at : at + 2] == [":", ":"]:
                return _plain(tokens[2:at]), tokens[at + 2 :]
    return "", tokens


def _choices(tokens: list[str], style: str, media: Media) -> list[DraftChoice]:
    first, *rest = _split(tokens, "=~")
    head, *feedback = _split(first, "#")
    if (truth := _TRUE_FALSE.get(_plain(head).upper())) is not None and not rest:
        wrong, right = [*(_text(part[1:], style, media)[0] for part in feedback), "", ""][:2]
        return [
            DraftChoice(word, 100 if is_key else 0, right if is_key else wrong)
            for word, is_key in (("True", truth), ("False", not truth))
        ]
    if "~" not in tokens or _plain(first):
        raise _Unread("this is no multiple-choice question: we have single and multiple choice")
    if len(rest) > shares.MAX_CHOICES:
        raise _Unread(f"this question has more than {shares.MAX_CHOICES} choices")
    return [_choice(part, style, media) for part in rest]


def _choice(tokens: list[str], style: str, media: Media) -> DraftChoice:
    """A choice: its marker, a `%share%` perhaps, the text, and the feedback after the first `#`."""
    share = 100.0 if tokens[0] == "=" else 0.0
    weight = re.match(r"\s*%(-?[0-9]{1,3}(?:\.[0-9]{0,9})?)%", "".join(tokens[1:20]))
    if weight:
        share = float(weight[1])
        tokens = tokens[weight.end() :]
    text, *feedback = _split(tokens[1:], "#", 1)
    note = _text(feedback[0][1:], style, media)[0] if feedback else ""
    return DraftChoice(_text(text, style, media)[0], share, note)


def _split(tokens: list[str], marks: str, limit: int = 0) -> list[list[str]]:
    """The tokens before the first mark, then from each mark on; a mark that is escaped is none."""
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token in marks and not (limit and len(parts) > limit):
            parts.append([])
        parts[-1].append(token)
    return parts


def _plain(tokens: list[str]) -> str:
    return "".join("\n" if token == r"\n" else token[-1] for token in tokens).strip()


def _text(tokens: list[str], style: str, media: Media) -> tuple[str, str]:
    """The Markdown of a text and its style: `[html]`, `[markdown]`, `[plain]` or Moodle's mixture of HTML and lines."""
    text = _plain(tokens)
    if marked := re.match(r"\[(html|markdown|plain|moodle)\]", text):
        style, text = marked[1], text[marked.end() :].strip()
    return from_style(text, style, media), style
