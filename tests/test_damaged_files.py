"""A few of the files that `benchmarks.fuzzing` makes by thousands: nearly right, and never a traceback."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from benchmarks.keras_mutations import configurations
from benchmarks.mutations import mutated
from designer.__main__ import main
from designer.core.storage.resources import examples
from designer.interop.keras.file.errors import KerasError
from designer.interop.keras.importing import import_keras
from tests.ui.conftest import Opening, answers, kept, opening, theme
from tests.ui.driving import Answers

__all__ = ["answers", "kept", "opening", "theme"]
TEXTS = [path.read_text(encoding="utf-8") for path in examples()]
KERAS_2 = Path(__file__).parent / "interop" / "keras2"


@pytest.mark.parametrize("seed", range(0, 120, 20))
def test_that_check_tells_of_damage_in_lines_that_can_be_read(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "given.network.json"
    for number in range(seed, seed + 20):
        path.write_bytes(mutated(TEXTS, number))
        code = main(["check", str(path)])
        printed = capsys.readouterr()
        assert code in (0, 1), f"seed {number}"
        assert bool(printed.err) == (code == 1), f"seed {number}"
        assert all(line.isprintable() for line in (printed.out + printed.err).splitlines()), f"seed {number}"


def test_that_the_window_opens_or_refuses_damaged_files(opening: Opening, answers: Answers, tmp_path: Path) -> None:
    window, path, opened = opening(), tmp_path / "given.network.json", 0
    for number in range(200, 216):
        path.write_bytes(mutated(TEXTS, number))
        window.editor.stack.setClean()
        if window.filing.open(path):
            opened += 1
            assert window.scene.cards.keys() == window.editor.shown.network.nodes.keys()
            window.docks["Analyzer"].widget().refresh()
    assert opened + len(answers.seen) == 16
    assert 0 < opened < 16


def test_that_a_changed_value_in_a_model_of_keras_is_imported_or_refused(tmp_path: Path) -> None:
    models = {path.stem: json.loads(zipfile.ZipFile(path).read("config.json")) for path in KERAS_2.glob("*.keras")}
    path, told = tmp_path / "model.json", 0
    for name, config in configurations(models, 150, seed=3):
        path.write_text(json.dumps(config), encoding="utf-8")
        try:
            found = import_keras(path)
        except KerasError as error:
            told += 1
            assert str(error).isprintable(), name
        else:
            assert not [note.why for note in found.notes if "an error of the program" in note.why], name
    assert 0 < told < 150
