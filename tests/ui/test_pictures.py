"""Pictures: from the window, to the clipboard, and on the command line; each is the network, whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QByteArray, QRectF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QPainter, qGray
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QComboBox, QDialog, QDoubleSpinBox, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from designer.__main__ import main
from designer.core.graph.design import Design
from designer.core.graph.settings import Note
from designer.core.storage import files
from designer.core.storage.resources import example, examples
from designer.ui.app.main_window import MainWindow
from designer.ui.pictures.dialog import PictureDialog
from designer.ui.pictures.rendering import Options, Picture, PictureError
from tests.ui.driving import action

SVG_TEXT = "{http://www.w3.org/2000/svg}text"


def words(svg: bytes) -> list[str]:
    return [item.text or "" for item in ElementTree.fromstring(svg).iter(SVG_TEXT)]


def small(image: QImage) -> list[int]:
    """The picture in a few grey dots, so that fonts and edges count little."""
    tiny = image.scaledToWidth(24, Qt.TransformationMode.SmoothTransformation).convertToFormat(
        QImage.Format.Format_RGB32
    )
    return [qGray(tiny.pixel(x, y)) for y in range(tiny.height()) for x in range(tiny.width())]


def far_apart(one: list[int], other: list[int]) -> float:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("drawing", ["canvas", "boxes"])
def test_that_an_svg_has_the_words_and_looks_as_the_png(drawing: str) -> None:
    picture = Picture(files.read(example("mnist_cnn")), Options(drawing, "print", 1.0))
    svg = picture.encoded("svg", "The CNN")
    said = " ".join(words(svg))
    for name in ("conv1", "pool2", "flatten", "dense2", "32×26×26"):
        assert name in said
    assert b"<image" not in svg  # icons are lines as well
    png = QImage.fromData(QByteArray(picture.encoded("png")))
    image = QImage(png.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(image.rect()))
    painter.end()
    assert far_apart(small(image), small(png)) < 40
    assert max(small(png)) - min(small(png)) > 40


@pytest.mark.usefixtures("qapp")
def test_that_an_svg_is_well_formed_whatever_is_written_in_notes_and_titles() -> None:
    design = files.read(example("mnist_cnn"))
    odd = "".join(map(chr, range(1, 32))) + "<b>&amp; ]]> \ufffe end"
    note = Note(text=odd, position=(300.0, 0.0))
    design = replace(design, view=design.view.model_copy(update={"notes": {"note1": note}}))
    svg = Picture(design, Options("canvas", "print", 1.0)).encoded("svg", f"title {odd}")
    assert any("<b>&amp;" in text for text in words(svg)), "what XML can hold is kept"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name.partition(".")[0])
def test_that_every_example_can_be_drawn_both_ways(path: Path) -> None:
    design = files.read(path)
    for drawing in ("canvas", "boxes"):
        said = " ".join(words(Picture(design, Options(drawing)).encoded("svg")))
        assert [name for name in design.network.nodes if name[:12] not in said and drawing == "canvas"] == []


@pytest.mark.usefixtures("qapp")
def test_that_dark_is_dark_and_transparent_is_transparent() -> None:
    design = files.read(example("mnist_cnn"))
    dark = Picture(design, Options("canvas", "dark")).image(1.0)
    clear = Picture(design, Options("canvas", "light", transparent=True)).image(1.0)
    assert qGray(dark.pixel(2, 2)) < 60
    assert clear.pixelColor(2, 2).alpha() == 0
    assert clear.pixelColor(clear.width() // 2, 40).alpha() == 255


@pytest.mark.usefixtures("qapp")
def test_that_a_coloured_picture_says_what_its_colours_stand_for() -> None:
    design = files.read(example("mnist_cnn"))
    plain, coloured = (Picture(design, Options(colour_by=chosen)) for chosen in (None, "memory"))
    said = " ".join(words(coloured.encoded("svg")))
    assert "Memory for a batch" in said
    assert "2.6 MiB" in said
    assert "Memory" not in " ".join(words(plain.encoded("svg")))
    one, other = small(plain.image(1.0)), small(coloured.image(1.0))
    assert max(abs(a - b) for a, b in zip(one, other, strict=False)) > 40


@pytest.mark.usefixtures("qapp")
def test_that_what_cannot_be_drawn_is_refused_with_advice() -> None:
    with pytest.raises(PictureError, match="nothing to draw"):
        Picture(Design(), Options())
    with pytest.raises(PictureError, match="take a smaller scale"):
        Picture(files.read(example("mnist_cnn")), Options()).image(60.0)


def in_dialog(window: MainWindow, act: object) -> None:
    """Opens the dialog by its action, acts in it, and lets it close."""

    def begin() -> None:
        dialog = window.findChild(PictureDialog)
        assert dialog is not None
        act(dialog)  # type: ignore[operator]
        if dialog.isVisible():
            dialog.reject()

    QTimer.singleShot(0, begin)
    action(window, "actionExportPicture").trigger()


def test_that_the_window_saves_what_the_dialog_shows(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "net"), "PDF document (*.pdf)"))

    def save(dialog: QDialog) -> None:
        combo = dialog.findChild(QComboBox, "pictureDrawing")
        combo.setCurrentIndex(combo.findData("boxes"))
        dialog.findChild(QPushButton, "savePicture").click()

    in_dialog(window, save)
    assert (tmp_path / "net.pdf").read_bytes().startswith(b"%PDF-")
    assert "net.pdf" in window.statusBar().currentMessage()

    def kept(dialog: QDialog) -> None:
        assert dialog.findChild(QComboBox, "pictureDrawing").currentData() == "boxes"
        dialog.findChild(QDoubleSpinBox, "pictureScale").setValue(1.0)
        dialog.findChild(QPushButton, "copyPicture").click()
        assert dialog.findChild(QLabel, "pictureSize").text() == "Copied."

    in_dialog(window, kept)
    assert QGuiApplication.clipboard().image().width() > 500


def test_that_the_command_draws_without_a_window(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "net.png"
    assert main(["draw", str(example("digits_inception")), "-o", str(out), "--style", "boxes", "--scale", "1"]) == 0
    width, height = (int(part) for part in capsys.readouterr().out.split(": ")[1].split(" × "))
    assert QImage(str(out)).size().toTuple() == (width, height)


@pytest.mark.parametrize(
    ("name", "said"),
    [("net.gif", "expected a name that ends in .svg, .pdf or .png"), ("no folder/net.svg", "cannot be written")],
)
def test_that_the_command_refuses_in_one_line(
    name: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["draw", str(example("mnist_cnn")), "-o", str(tmp_path / name)]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
