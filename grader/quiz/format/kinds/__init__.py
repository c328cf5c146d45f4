"""The kinds of question: `KINDS` is the one table of them, by the word that `kind:` has in a quiz file.

A new kind is a subclass of `Question` in a file of its own and a name in the union below.
"""

from typing import Annotated, get_args

from pydantic import Field

from grader.quiz.format.kinds.choice import ChoiceQuestion
from grader.quiz.format.kinds.fill import FillQuestion
from grader.quiz.format.kinds.match import MatchQuestion
from grader.quiz.format.kinds.numeric import NumericQuestion
from grader.quiz.format.kinds.ordering import OrderQuestion
from grader.quiz.format.kinds.question import Question

_Kinds = ChoiceQuestion | NumericQuestion | OrderQuestion | MatchQuestion | FillQuestion

AnyQuestion = Annotated[_Kinds, Field(discriminator="kind")]
"""A question of some kind, for pydantic to tell which by its `kind`."""

KINDS: dict[str, type[Question]] = {
    word: kind for kind in get_args(_Kinds) for word in get_args(kind.model_fields["kind"].annotation)
}
"""The class of each kind."""
