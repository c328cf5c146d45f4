"""Mathematics in a terminal: one line of Unicode that means what the TeX means."""

import pytest

from grader.quiz.format.tex import TexError, unicode_math


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\frac{x_i-\mu}{\sqrt{\sigma^2+\epsilon}}", "(xᵢ−μ)/√(σ²+ε)"),
        (r"\hat{x}_i = \frac{x_i-\mu}{\sqrt{\sigma^2+\epsilon}}", "x̂ᵢ = (xᵢ−μ)/√(σ²+ε)"),
        (r"\gamma\frac{a}{b}+\beta", "γ(a/b)+β"),
        (r"1-\frac{t}{T}", "1−t/T"),
        (r"\frac{\frac{a}{b}}{c}", "(a/b)/c"),
        (r"\frac{a}{bc}", "a/(bc)"),
        (r"\frac{2n}{k}", "2n/k"),
        (r"\frac{(a+b)}{(c)(d)}", "(a+b)/((c)(d))"),
        (r"\frac{1}{2}^2", "(1/2)²"),
        (r"\frac12 x", "(1/2)x"),
        (r"\log\frac{1}{p}", "log(1/p)"),
        (r"\sqrt{2}", "√2"),
        (r"\sqrt{ab}", "√(ab)"),
        (r"\sqrt[3]{x+1}", "³√(x+1)"),
        (r"-\sum_{k} y_k \log p_k", "−∑ₖ yₖ log pₖ"),
        (r"w \leftarrow w - \eta (\nabla L + \lambda w)", "w ← w−η(∇L+λw)"),
        (r"e^{-x/2}", "e^(−x/2)"),
        (r"\sigma_B^2", "(σ_B)²"),
        (r"\theta_{best}", "θ_(best)"),
        (r"\lVert w \rVert_2^2", "‖w‖₂²"),
        (r"\mathbb{R}^{n\times d}", "ℝ^(n×d)"),
        (r"\left(1-\eta\lambda\right)^\tau", "(1−ηλ)^τ"),
        (r"\text{max of } x", "max of x"),
        (r"\operatorname{softmax}(z)_i", "softmax(z)ᵢ"),
        (r"f'(x)", "f′(x)"),
        (r"x^{-2}", "x⁻²"),
    ],
)
def test_grouping_is_kept(tex: str, shown: str) -> None:
    """Fractions, roots and exponents keep what belongs together, in parentheses where a line needs them."""
    assert unicode_math(tex) == shown


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        (r"\nosuch x", r"`\nosuch` is not in the table"),
        (r"\mathbb{Q7}", "is not in the table"),
        ("{a", "a `{` does not close"),
        (r"\sqrt[3{x}", "a `[` does not close"),
        ("a}", "a `}` closes nothing"),
        (r"\frac{a}", "something is missing at the end"),
        ("x^", "something is missing at the end"),
        ("x^^2", "something is missing before `^`"),
        ("\\", "a backslash stands alone"),
        (r"\text x", "needs {...}"),
        ("a & b", "`&` cannot be shown"),
        ("\\frac" * 5000, "arguments are nested too deeply"),
        ("{" * 500 + "}" * 500, "nested too deeply"),
    ],
)
def test_what_cannot_be_shown_is_told(tex: str, reason: str) -> None:
    """A macro outside the table or a brace that does not close is an error with its reason, never half a formula."""
    with pytest.raises(TexError, match="(?s).*") as caught:
        unicode_math(tex)
    assert reason in str(caught.value)
