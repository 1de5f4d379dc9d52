"""Scripts as they should come out, kept as text to be read. `python -m tests.codegen.golden` writes them anew."""

from __future__ import annotations

from pathlib import Path

from designer.codegen import model_script, training_script
from designer.core.inference.compile import compiled
from designer.data.sources import sources
from tests.codegen.test_networks import inceptions
from tests.helpers import chain, dense, design_of, input_of, output_for

FOLDER = Path(__file__).parent / "scripts"


def recurrent_training() -> str:
    """A whole script: a recurrent network on sequences of unequal length."""
    network = chain(
        input_of(None, 12),
        ("lstm", "lstm1", {"hidden_size": 32, "bidirectional": True}),
        ("dropout", "dropout1", {"p": 0.3}),
        dense(9, activation="softmax"),
        output_for(),
    )
    source = sources()["japanese_vowels"]
    design = design_of(network, "japanese_vowels", epochs=20, learning_rate=0.003, optimizer="adamw", weight_decay=0.01)
    return training_script(design, source.info, title="speakers", files=source.files).text


def inception_model() -> str:
    """The classes of a network with two uses of a group, of different sizes."""
    return model_script(compiled(inceptions(), title="two_inceptions")).text


TEXTS = {"speakers": recurrent_training, "two_inceptions": inception_model}


def path_of(name: str) -> Path:
    return FOLDER / f"{name}.py.txt"


if __name__ == "__main__":
    for name, write in TEXTS.items():
        path_of(name).write_text(write(), encoding="utf-8")
