"""File > Export > Picture…: how the picture looks, at once beside the choices; saved, or copied."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from designer.core.graph.design import Design
from designer.core.schema.limits import capitalised
from designer.core.storage.writing import reason, write_atomically
from designer.ui.files.overwrite_question import may_replace
from designer.ui.pictures.rendering import FORMATS, MAX_SCALE, Format, Options, Picture, PictureError
from designer.ui.style.cost_colormap import TITLES
from designer.ui.widgets.number_boxes import RealBox, message_below

_SCALE_STEP = 0.5
_DRAWINGS = {"canvas": "As on the canvas", "boxes": "Boxes in perspective"}
_COLOURINGS = {"light": "Light", "dark": "Dark", "print": "Print (white paper)"}
_FILTERS = {"SVG picture (*.svg)": "svg", "PDF document (*.pdf)": "pdf", "PNG picture (*.png)": "png"}


class PictureDialog(QDialog):
    """Choices on the left, the picture on the right. `saved(text)` tells what was written."""

    saved = Signal(str)

    def __init__(self, design: Design, title: str, folder: str, options: Options, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("pictureDialog")
        self.setWindowTitle("Export a picture")
        self.resize(820, 600)
        self._design, self._title, self._folder = design, title, folder
        self.options = options
        self._picture: Picture | None = None
        self._preview = _Preview()
        self._size = QLabel()
        self._size.setObjectName("pictureSize")
        self._size.setProperty("role", "muted")
        self._size.setWordWrap(True)
        whole = QVBoxLayout(self)
        row = QHBoxLayout()
        row.addLayout(self._form())
        row.addWidget(self._preview, 1)
        whole.addLayout(row, 1)
        whole.addWidget(self._buttons())
        self._renew()

    def _form(self) -> QVBoxLayout:
        self._drawing = _combo("pictureDrawing", "Style", _DRAWINGS, self.options.drawing)
        self._colouring = _combo("pictureColours", "Colours", _COLOURINGS, self.options.colouring)
        quantities: dict[str, str] = {"": "Nothing"}
        for quantity, text in TITLES.items():
            if quantity != "time" or self.options.times:
                quantities[quantity] = text
        self._colour_by = _combo("pictureColourBy", "Colour by", quantities, self.options.colour_by or "")
        self._colour_by.setToolTip("What colours the cards; boxes keep the hues of their categories")
        self._scale = RealBox(0.1, MAX_SCALE, _SCALE_STEP)
        self._scale.setValue(self.options.scale)  # type: ignore[arg-type]
        self._scale.setObjectName("pictureScale")
        self._scale.setAccessibleName("Scale of a PNG")
        self._scale.setToolTip("Pixels of a PNG for each pixel at 100 %; SVG and PDF are sharp at any size")
        self._transparent = QCheckBox("Transparent background")
        self._transparent.setChecked(self.options.transparent)
        self._transparent.setObjectName("pictureTransparent")
        self._drawing.currentIndexChanged.connect(self._renew)
        self._colouring.currentIndexChanged.connect(self._renew)
        self._colour_by.currentIndexChanged.connect(self._renew)
        self._scale.valueChanged.connect(self._renew)
        self._transparent.toggled.connect(self._renew)
        form = QFormLayout()
        form.addRow("Style", self._drawing)
        form.addRow("Colours", self._colouring)
        form.addRow("Colour by", self._colour_by)
        form.addRow("PNG scale", self._scale)
        form.addRow(message_below(self._scale))
        form.addRow("", self._transparent)
        column = QVBoxLayout()
        column.addLayout(form)
        column.addWidget(self._size)
        column.addStretch(1)
        return column

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._save = QPushButton("Save…")
        self._save.setObjectName("savePicture")
        self._save.setDefault(True)
        self._copy = QPushButton("Copy")
        self._copy.setObjectName("copyPicture")
        self._copy.setToolTip("The picture, as pixels, to the clipboard")
        buttons.addButton(self._save, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self._copy, QDialogButtonBox.ButtonRole.ActionRole)
        self._save.clicked.connect(self._ask_and_save)
        self._copy.clicked.connect(self._copy_picture)
        buttons.rejected.connect(self.reject)
        return buttons

    def _renew(self) -> None:
        """Draws the picture anew with what is chosen."""
        self.options = replace(
            self.options,
            drawing=self._drawing.currentData(),
            colouring=self._colouring.currentData(),
            colour_by=self._colour_by.currentData() or None,
            scale=self._scale.value(),
            transparent=self._transparent.isChecked(),
        )
        self._colour_by.setEnabled(self.options.drawing == "canvas")
        try:
            self._picture = Picture(self._design, self.options)
        except PictureError as error:
            self._picture = None
            self._tell(_sentence(error), wrong=True)
        else:
            width, height = self._picture.size.toTuple()
            scale = self.options.scale
            self._tell(
                f"{width:.0f} × {height:.0f} at 100 %\n{width * scale:,.0f} × {height * scale:,.0f} pixels as PNG"
            )
        self._preview.show_picture(self._picture)
        self._save.setEnabled(self._picture is not None)
        self._copy.setEnabled(self._picture is not None)

    def _tell(self, text: str, wrong: bool = False) -> None:
        self._size.setText(text)
        self._size.setProperty("role", "error" if wrong else "muted")
        self._size.style().unpolish(self._size)
        self._size.style().polish(self._size)

    def _ask_and_save(self) -> None:
        start = str(Path(self._folder) / f"{self._title}.svg")
        name, chosen = QFileDialog.getSaveFileName(self, "Save the picture", start, ";;".join(_FILTERS))
        if name:
            path = Path(name)
            if path.suffix.lower().removeprefix(".") not in FORMATS:
                path = path.with_name(f"{path.name}.{_FILTERS.get(chosen, 'svg')}")
            if may_replace(self, name, path):
                self._write(path, next(item for item in FORMATS if path.suffix.lower() == f".{item}"))

    def _write(self, path: Path, format_: Format) -> None:
        assert self._picture is not None
        try:
            write_atomically(path, self._picture.encoded(format_, self._title))
        except PictureError as error:
            self._tell(_sentence(error), wrong=True)
        except OSError as error:
            self._tell(f"{path.name} cannot be written: {reason(error)}.", wrong=True)
        else:
            self.saved.emit(f"Saved the picture to {path.name}")
            self.accept()

    def _copy_picture(self) -> None:
        assert self._picture is not None
        try:
            QGuiApplication.clipboard().setImage(self._picture.image(self.options.scale))
        except PictureError as error:
            self._tell(_sentence(error), wrong=True)
        else:
            self._tell("Copied.")


def _sentence(error: PictureError) -> str:
    return f"{capitalised(str(error))}."


class _Preview(QLabel):
    """The picture as large as there is room, at most at 100 %."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("picturePreview")
        self.setAccessibleName("Preview of the picture")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setMinimumSize(QSize(320, 240))
        self._picture: Picture | None = None

    def show_picture(self, picture: Picture | None) -> None:
        """Another picture; None for none."""
        self._picture = picture
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture takes the room that there is."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._picture is None:
            self.clear()
            return
        density = self.devicePixelRatioF()
        width, height = self._picture.size.toTuple()
        scale = min(self.width() / width, self.height() / height, 1.0) * density
        shown = QPixmap.fromImage(self._picture.image(max(scale, 0.01)))
        shown.setDevicePixelRatio(density)
        self.setPixmap(shown)


def _combo(name: str, accessible: str, choices: dict[str, str], chosen: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(accessible)
    for value, text in choices.items():
        combo.addItem(text, value)
    combo.setCurrentIndex(combo.findData(chosen))
    return combo
