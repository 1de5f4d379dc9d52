"""Where a sample of somebody's own is told, typed and put back, above what is shown of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from designer.core.graph.binding import Feature
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.fields import narrow_box
from designer.ui.widgets.message_box import as_tip
from designer.ui.widgets.timers import once_after
from designer.ui.widgets.wrapped import WrappedLabel

_PAUSE_MS = 250
_MOST_NAMES = 12


class OwnRow(QWidget):
    """`typed(text)` after a pause; `back()` to the samples of the data; `feature_chosen(name)` for what comes next."""

    typed = Signal(str)
    back = Signal()
    feature_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._what = ElidedLabel()
        self._what.setObjectName("sampleOwnTold")
        self._what.setToolTip("Your own sample, shown as the network sees it, and its size")
        self.feature = narrow_box()
        self.feature.setObjectName("sampleOwnFeature")
        self.feature.setAccessibleName("Which input your own sample is for")
        self.feature.setToolTip("Which input your own sample is for; all others are those of the sample of the data")
        self.feature.activated.connect(lambda place: self.feature_chosen.emit(self.feature.itemText(place)))
        self.back_button = QPushButton("Back to data")
        self.back_button.setObjectName("sampleOwnBack")
        self.back_button.setToolTip("Look at the samples of the data again")
        self.back_button.clicked.connect(self._go_back)
        self.text = QLineEdit()
        self.text.setObjectName("sampleOwnText")
        self.text.setAccessibleName("A sample of your own")
        self.text.setAcceptDrops(False)  # files belong to the panel
        self._pause = once_after(self, _PAUSE_MS, lambda: self.typed.emit(self.text.text()))
        self.text.textEdited.connect(lambda text: self._pause.start())
        self.text.returnPressed.connect(self._type_now)
        self._problem = WrappedLabel(self, role="error")
        self._problem.setObjectName("sampleOwnProblem")
        row = QHBoxLayout()
        row.addWidget(self._what, 1)
        row.addWidget(self.feature)
        row.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(3)
        column.addWidget(self.text)
        column.addLayout(row)
        column.addWidget(self._problem)
        self.text.hide()
        self.show_state([], "", "")

    def show_state(self, features: list[Feature], told: str, problem: str) -> None:
        """What there is of somebody's own: what it is, or why there is none."""
        self._what.setText(told)
        self._what.setVisible(bool(told))
        self._problem.tell(problem)
        names = sorted(item.name for item in features)
        if names != [self.feature.itemText(place) for place in range(self.feature.count())]:
            self.feature.clear()
            self.feature.addItems(names)
            self.feature.setCurrentText(features[0].name if features else "")
        self._show_what_is_there()

    def ask_for_text(self, feature: Feature, cells: Sequence[str] = (), row: Mapping[str, str] | None = None) -> None:
        """A line to type in has the keyboard. `cells` are the names of a row's; the tip has all of them.

        An empty line begins with `row`, by these names, where it says all that is typed: to be changed, or replaced.
        """
        self.text.setPlaceholderText(", ".join(cells[:_MOST_NAMES]) or _invitation(feature))
        self.text.setToolTip(as_tip(f"Commas between: {', '.join(cells)}") if cells else "")
        begun = [(row or {}).get(name, "") for name in cells]
        if begun and all(begun) and not self.text.text() and "," not in "".join(begun):
            self.text.setText(", ".join(begun))
        self.text.show()
        self._show_what_is_there()
        self.text.setFocus()
        self.text.selectAll()

    def _show_what_is_there(self) -> None:
        at_work = bool(self._what.text() or self._problem.said) or not self.text.isHidden()
        self.feature.setVisible(at_work and self.feature.count() > 1)
        self.back_button.setVisible(at_work)
        self.setVisible(at_work)

    def put_away(self) -> None:
        """There is nothing to type into any more."""
        self._pause.stop()
        self.text.clear()
        self.text.hide()
        self._show_what_is_there()

    def _type_now(self) -> None:
        self._pause.stop()
        self.typed.emit(self.text.text())

    def _go_back(self) -> None:
        self.put_away()
        self.back.emit()


def _invitation(feature: Feature) -> str:
    """What may be typed."""
    if feature.shape.is_tokens:
        return "Type a text"
    if feature.shape.names == ("L", "F") and feature.shape.last > 1:
        return "Numbers: commas between those of a step, semicolons between steps"
    return "Numbers with commas between them"
