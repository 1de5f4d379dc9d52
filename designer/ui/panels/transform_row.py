"""One transform of the chain: its title and its values in a line, which unfolds into its fields, and can be dragged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import JsonValue
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from designer.core.diff.edit_summary import value_words
from designer.core.diff.transform_words import transform_title
from designer.data.errors import DataError
from designer.data.transforms.base import Transform
from designer.data.transforms.registry import read_transform
from designer.ui.style.theme import Theme
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.fields import narrow_box
from designer.ui.widgets.flat_button import flat_button
from designer.ui.widgets.form import ModelForm
from designer.ui.widgets.wrapped import WrappedLabel

_ALL = "All that suit"
_TIP = "Drag it up or down, or Alt+Up and Alt+Down; Delete takes it out"


class TransformRow(QFrame):
    """`step(by)` for Alt+Up and Alt+Down, `focus_moved(by)` without Alt; `dragged(y)` in the parent's pixels, then
    `dropped()`; `toggled()` for a click or Enter; `removed()`; `edited(name, value)` of its fields and its feature.
    """

    step = Signal(int)
    focus_moved = Signal(int)
    dragged = Signal(float)
    dropped = Signal()
    toggled = Signal()
    removed = Signal()
    edited = Signal(str, object)

    def __init__(self, theme: Theme, written: Mapping[str, JsonValue]) -> None:
        super().__init__()
        self.setObjectName("transformRow")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pressed: QPointF | None = None
        self._is_dragging = False
        self.features: Sequence[str] = ()
        """The columns that it could be for: where there are several, one can be chosen."""
        self.form: ModelForm | None = None
        self.title = transform_title(written.get("kind", ""))
        self._title = QLabel(self.title)
        self._title.setProperty("role", "heading")
        self._values = ElidedLabel()
        self._values.setProperty("role", "muted")
        self._problem = WrappedLabel(self, role="error")
        self.remove = flat_button("×", "transformRemove", f"Take out {self.title}", "Del")
        self.remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.remove.clicked.connect(self.removed)
        self._box = narrow_box()
        self._lay_out(theme)
        self.transform: Transform | None = None
        self.show_written(written)

    def _lay_out(self, theme: Theme) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(4, 3, 3, 3)
        head.setSpacing(6)
        for widget in (_Handle(theme), self._title):
            head.addWidget(widget)
        head.addWidget(self._values, 1)
        head.addWidget(self.remove)
        self._fields = QVBoxLayout()
        self._fields.setContentsMargins(18, 0, 6, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._problem)
        column.addLayout(self._fields)

    @property
    def values(self) -> str:
        """Its values in a line."""
        return self._values.text()

    @property
    def is_open(self) -> bool:
        """Whether its fields are unfolded."""
        return self.form is not None and not self.form.isHidden()

    def show_written(self, written: Mapping[str, JsonValue]) -> None:
        """Shows the values of a transform as a file has it; why it is none, where it is wrong."""
        try:
            self.transform = read_transform(written)
        except DataError as error:
            self.transform = None
            self._problem.tell(str(error))
            self.setToolTip(_TIP)
            return
        self._problem.tell("")
        self._values.setText(_line(self.transform))
        self.setToolTip(f"{self.transform.summary}\n{_TIP}")
        if self.form is not None:
            self._show_fields(self.transform)

    def name_place(self, place: int, of: int) -> None:
        """Where it stands, for those who hear it."""
        self.setAccessibleName(f"{self.title}, {self.values}: transform {place + 1} of {of}")

    def unfold(self, is_open: bool) -> None:
        """Shows its fields, or hides them."""
        if is_open and self.form is None and self.transform is not None:
            self.form = self._made(self.transform)
        if self.form is not None:
            self.form.setVisible(is_open)
            self._fields.setContentsMargins(18, 0, 6, 6 if is_open else 0)

    def _made(self, transform: Transform) -> ModelForm:
        fields = {name: info for name, info in type(transform).model_fields.items() if name != "feature"}
        form = ModelForm(fields, names=False)
        form.edited.connect(self.edited)
        if len(self.features) > 1 or transform.feature:
            self._box.addItem(_ALL, "")
            for name in dict.fromkeys((*self.features, *filter(None, [transform.feature]))):
                self._box.addItem(name, name)
            self._box.setAccessibleName("Feature")
            self._box.setObjectName("transformFeature")
            self._box.setToolTip(type(transform).model_fields["feature"].description or "")
            self._box.activated.connect(lambda at: self.edited.emit("feature", self._box.itemData(at)))
            form.rows.addRow("Feature", self._box)
        if not form.rows.rowCount():
            words = WrappedLabel(self, role="muted")
            form.rows.addRow(words)
            words.tell(transform.summary)
        self._fields.addWidget(form)
        self.form = form
        self._show_fields(transform)
        return form

    def _show_fields(self, transform: Transform) -> None:
        assert self.form is not None
        self.form.show_model(transform)
        self._box.setCurrentIndex(max(self._box.findData(transform.feature), 0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click unfolds it, a drag moves it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        if abs(event.position().y() - self._pressed.y()) >= QApplication.startDragDistance():
            self._is_dragging = True
        if self._is_dragging:
            self.dragged.emit(self.mapToParent(event.position()).y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_pressed, was_dragging = self._pressed is not None, self._is_dragging
        self._pressed, self._is_dragging = None, False
        if was_dragging:
            self.dropped.emit()
        elif was_pressed and self.rect().contains(event.position().toPoint()):
            self.toggled.emit()

    def event(self, event: QEvent) -> bool:
        """Its keys are its own, and no shortcut's of the window."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._doing(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        doing = self._doing(event)
        if doing is None:
            super().keyPressEvent(event)
            return
        signal, *given = doing
        signal.emit(*given)

    def _doing(self, event: QKeyEvent) -> tuple[Any, ...] | None:
        """What a key does here."""
        if not self.hasFocus():
            return None
        key, is_alt = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(key))
        if by is not None:
            return (self.step if is_alt else self.focus_moved), by
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            return (self.removed,)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            return (self.toggled,)
        return None


def _line(transform: Transform) -> str:
    """degrees 10; brightness 0.2, contrast 0.2; the feature that it is for, where it names one."""
    values = transform.model_dump(exclude={"feature"})
    told = [f"{name.replace('_', ' ')} {_number(value)}" for name, value in values.items()]
    return ", ".join([*told, *([f"of {transform.feature}"] if transform.feature else [])])


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else value_words(value)


class _Handle(QWidget):
    """Six dots: what can be dragged. The mouse reaches the row below."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(QSize(10, 18))
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        theme.changed.connect(self.update)

    def paintEvent(self, event: object) -> None:
        """Draws them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colours.muted))
        for row in range(3):
            for column in range(2):
                painter.drawEllipse(QRectF(2 + 4 * column, 4 + 4 * row, 2, 2))
