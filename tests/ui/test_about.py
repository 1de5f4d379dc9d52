"""The words about a network, and the gallery of examples."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QPlainTextEdit, QTextBrowser, QTreeWidget
from pytestqt.qtbot import QtBot

from designer.core.storage import files
from designer.core.storage.resources import examples
from designer.ui.app.main_window import MainWindow
from designer.ui.files.gallery import Gallery
from tests.ui.driving import action


def test_that_words_about_the_network_are_saved_and_undone(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    before = window.editor.design.about
    words = window.docks["About"].findChild(QPlainTextEdit, "about_result")
    words.setFocus()
    words.selectAll()
    qtbot.keyClicks(words, "no <b>better</b> than guessing")
    assert window.editor.design.about.result == "no <b>better</b> than guessing"
    path = tmp_path / "own.network.json"
    files.write(window.editor.design, path)
    assert files.read(path).about.result == "no <b>better</b> than guessing"
    action(window, "actionUndo").trigger()
    assert window.editor.design.about == before
    assert words.toPlainText() == before.result


def test_that_the_gallery_explains_every_example_and_opens_the_chosen_one(window: MainWindow, qtbot: QtBot) -> None:
    seen: dict[str, str] = {}

    def browse() -> None:
        gallery = QApplication.activeModalWidget()
        assert isinstance(gallery, Gallery)
        tree, page = gallery.findChild(QTreeWidget), gallery.findChild(QTextBrowser)
        qtbot.keyClick(tree, Qt.Key.Key_Home)
        for _ in range(3 * len(examples())):
            if gallery.chosen:
                seen[str(gallery.chosen)] = page.toPlainText()
            qtbot.keyClick(tree, Qt.Key.Key_Down)
        while gallery.chosen is None or gallery.chosen.name != "vowels_lstm.network.json":
            qtbot.keyClick(tree, Qt.Key.Key_Up)
        buttons = gallery.findChild(QDialogButtonBox)
        qtbot.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Open), Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, browse)
    action(window, "actionGallery").trigger()
    assert set(seen) == {str(path) for path in examples()}
    for path, page in seen.items():
        about = files.read(Path(path)).about
        for part in (about.title, about.text.split("\n")[0], about.source, about.result):
            assert part
            assert part in page, path
        assert about.to_try in page, path
    assert window.filing.name == "vowels_lstm"


def test_that_a_text_that_is_too_long_is_refused_and_the_network_kept(window: MainWindow) -> None:
    before = window.editor.design
    with_words = window.docks["About"].findChild(QPlainTextEdit, "about_title")
    with_words.setPlainText("x" * 121)
    assert window.editor.design is before


def test_that_what_to_try_stands_apart_and_is_not_taken_into_code(window: MainWindow, qtbot: QtBot) -> None:
    words = window.docks["About"].findChild(QPlainTextEdit, "about_to_try")
    assert words.toPlainText() == window.editor.design.about.to_try
    assert "Press Train" in words.toPlainText()
    words.setPlainText("Look at conv1 first.")
    assert window.editor.design.about.to_try == "Look at conv1 first."
    window.docks["Code"].raise_()
    code = window.docks["Code"].findChild(QPlainTextEdit)
    window.editor.set_about("title", "Seen in code")
    qtbot.waitUntil(lambda: "Seen in code" in code.toPlainText())
    assert "Look at conv1" not in code.toPlainText()
