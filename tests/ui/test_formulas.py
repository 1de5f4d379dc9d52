"""The help of kinds: formulas stand apart from prose, with indices set as indices."""

from __future__ import annotations

import inspect

import pytest

from designer.core.graph.registry import kinds
from designer.ui.widgets.formulas import HelpPart, as_html, help_of


def formulas(kind: str) -> list[str]:
    return [line for part in help_of(kinds()[kind]) if part.is_formula for line in part.text.split("\n")]


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("dense", ["y = activation(W x + b)"]),
        ("add", ["y = x_1 + x_2 + …"]),
        ("embedding", ["y_t = W[x_t]"]),
        ("reverse", ["y_t = x_(l + 1 − t)"]),
        ("pairs", ["y_(i, j) = (x_i, x_j)"]),
        ("layer_norm", ["y = γ (x − mean) / sqrt(var + eps) + β"]),
        ("conv2d", ["y[o] = activation(b[o] + sum over input channels c of w[o, c] * x[c])"]),
        ("multi_head_attention", ["Attention(Q, K, V) = softmax(Q Kᵀ / √d) V"]),
        (
            "lstm",
            [
                "i, f, o = σ(W x_t + U h_(t−1) + b)",
                "g = tanh(W x_t + U h_(t−1) + b)",
                "c_t = f c_(t−1) + i g",
                "h_t = o tanh(c_t)",
            ],
        ),
        ("flatten", []),
        ("avg_pool2d", ["y = (Σ x over the window) / (height × width of the window)"]),
        ("avg_pool3d", ["y = (Σ x over the window) / (depth × height × width of the window)"]),
        ("leaky_relu", ["y = max(x, 0) + negative_slope · min(x, 0)"]),
        ("masking", ["l = max(t | x_t ≠ mask_value)"]),
    ],
)
def test_that_the_formulas_of_a_kind_are_found_whole(kind: str, lines: list[str]) -> None:
    assert formulas(kind) == lines


@pytest.mark.parametrize("kind", kinds())
def test_that_nothing_of_a_docstring_is_lost_and_formulas_are_no_sentences(kind: str) -> None:
    parts = help_of(kinds()[kind])
    shown = [word for part in parts for word in part.text.split() if word != "and"]
    told = (inspect.getdoc(kinds()[kind]) or "").replace("`", "").split()
    assert [word.rstrip(".,;:") for word in shown] == [word.rstrip(".,;:") for word in told if word != "and"]
    for part in parts:
        assert part.text
        assert not part.is_formula or " = " in part.text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("y_t = x_(t − n)", "y<sub>t</sub> = x<sub>t − n</sub>"),
        ("10000^(2i/F)", "10000<sup>2i/F</sup>"),
        ("x_1 < y", "x<sub>1</sub> &lt; y"),
        ("kernel_size, num_layers and y_ij", "kernel_size, num_layers and y<sub>ij</sub>"),
        ("one\ntwo", "one<br>two"),
    ],
)
def test_that_indices_and_powers_are_set_as_such_and_names_of_fields_are_not(text: str, html: str) -> None:
    assert as_html(HelpPart(text)) == html


OPERATORS = ("×", "·", "/", "+", "−", "*", "=")


@pytest.mark.parametrize("kind", kinds())
def test_that_no_formula_ends_in_the_middle(kind: str) -> None:
    parts = help_of(kinds()[kind])
    for part, after in zip(parts, [*parts[1:], HelpPart("")], strict=True):
        if part.is_formula:
            words = after.text.split()
            assert not part.text.endswith(OPERATORS)
            assert words[1:2] == [] or words[1] not in OPERATORS or words[0] == "where"
            assert ", else " not in after.text.split(".")[0]
            assert part.text.count("(") == part.text.count(")")


def test_that_a_formula_goes_on_with_a_word_that_is_multiplied() -> None:
    class Kind:
        """y = x / height × width over all places."""

    assert [part.text for part in help_of(Kind)] == ["y = x / height × width", "over all places."]
