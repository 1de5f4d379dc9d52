"""Write on: a network that tells the next token of a text goes on with a beginning, letter by letter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor, QShowEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from designer.core.diff.change import Parts
from designer.core.graph.binding import next_token_of
from designer.data import opening
from designer.engine.protocol.events import Written
from designer.ui.editing.editor import Editor
from designer.ui.panels.inspection_panel import weights_told
from designer.ui.panels.sample_views import Scores
from designer.ui.run.bridge import Bridge
from designer.ui.style.theme import Theme
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.flow_layout import FlowLayout
from designer.ui.widgets.number_boxes import NumberBox, RealBox, WholeBox, message_below
from designer.ui.widgets.steady import Steady
from designer.ui.widgets.timers import once_after
from designer.ui.widgets.wrapped import WrappedLabel

_PAUSE_MS = 250
_MOST_LENGTH, _MOST_SEED, _MOST_TEMPERATURE = 100_000, 2**31 - 1, 100.0
_LEAST_LINES, _BARS = 3, 6
_SIGNS = {" ": "blank", "\n": "new line", "\t": "tab"}
_INVITATION = "What the network writes is shown here."


class WriteOn(QWidget):
    """Asks for a beginning, and shows what follows. `closed()` where the samples of the data are wanted again.

    `ready()` has the engine look into the network that is open, and gives the reason why that cannot be.
    """

    closed = Signal()

    def __init__(self, editor: Editor, bridge: Bridge, theme: Theme, ready: Callable[[], str]) -> None:
        super().__init__()
        self._editor, self._bridge, self._theme, self._ready = editor, bridge, theme, ready
        self._asked = ""
        """The id of the text that is wanted; what was written for others comes late."""
        self._is_writing = False
        self._behind = False
        """Whether the network or the data have changed since it was hidden."""
        self.beginning = QLineEdit()
        self.beginning.setObjectName("writeBeginning")
        self.beginning.setAccessibleName("A beginning for the network to go on with")
        self.beginning.setPlaceholderText("A beginning to go on with")
        self.beginning.setAcceptDrops(False)  # files belong to the panel
        self.button = QPushButton("Write")
        self.button.setObjectName("writeButton")
        self.temperature, self.length, self.seed = _boxes()
        self.text = _text()
        self.next = Scores(theme)
        self.next.setObjectName("writeNext")
        self.next.setAccessibleName("What may come next, with the probability of each")
        self.whose = ElidedLabel()
        self.whose.setObjectName("writeWhose")
        self.whose.setProperty("role", "muted")
        self.problem = WrappedLabel(self, role="error")
        self.problem.setObjectName("writeProblem")
        self._back = QPushButton("Back to data")
        self._back.setObjectName("writeBack")
        self._back.setToolTip("Look at the samples of the data again")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        first, numbers = QHBoxLayout(), FlowLayout()
        first.addWidget(self.beginning, 1)
        first.addWidget(self.button)
        boxes: tuple[NumberBox, ...] = (self.temperature, self.length, self.seed)
        for box in boxes:
            numbers.addWidget(box)
        numbers.addWidget(self._back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(3)
        column.addLayout(first)
        column.addLayout(numbers)
        for box in boxes:
            column.addWidget(message_below(box))
        column.addWidget(self.problem)
        column.addWidget(self.text, 1)
        column.addWidget(self.next)
        column.addWidget(Steady(self.whose))

    def _connect(self) -> None:
        self._pause = once_after(self, _PAUSE_MS, self._look_ahead)
        self.beginning.textEdited.connect(lambda text: self._pause.start())
        self.beginning.returnPressed.connect(self.write)
        self.temperature.valueChanged.connect(lambda value: self._pause.start())
        self.button.clicked.connect(self._start_or_stop)
        self._back.clicked.connect(self.closed)
        self._bridge.written.connect(self._hear)
        self._bridge.training_changed.connect(lambda training: self._follow_run())
        self._editor.listen(Parts.JUDGED, lambda change: self._follow())
        self._theme.changed.connect(self._mark_beginning)

    def showEvent(self, event: QShowEvent) -> None:
        """What has changed meanwhile counts now."""
        super().showEvent(event)
        if self._behind:
            self._follow()

    def is_possible(self) -> bool:
        """Whether the network that is open tells what follows."""
        design = self._editor.design
        info = opening.info(design.data)
        return info is not None and next_token_of(design.network, info) is not None

    def begin(self) -> None:
        """The line has the keyboard, and what may follow it is shown."""
        self.beginning.setFocus()
        self.beginning.selectAll()
        self._pause.start()

    def write(self) -> None:
        """Writes from the beginning."""
        self._pause.stop()
        if self._ask(self.length.value()):
            self._show_writing(self.length.value() > 0)

    def stop(self) -> None:
        """Writes no more; what there is stays."""
        if self._is_writing:
            self._bridge.cancel(self._asked)
            self._show_writing(False)

    def _start_or_stop(self) -> None:
        self.stop() if self._is_writing else self.write()

    def _look_ahead(self) -> None:
        """What may follow, without writing any of it."""
        if self.isVisible() and not self._is_writing and self.beginning.text():
            self._ask(0)

    def _ask(self, length: int) -> bool:
        text = self.beginning.text()
        reason = self._ready() if text else "Type a beginning: the network goes on with it."
        self.problem.tell(reason)
        if reason:
            return False
        self._asked = self._bridge.write(text, length, self.temperature.value(), self.seed.value())
        self.text.setPlainText(text)
        self._mark_beginning()
        return True

    def _hear(self, event: Written) -> None:
        if event.request != self._asked:
            return
        if event.problem:
            self.problem.tell(event.problem)
            self.next.show_scores([])
        if event.text:
            self._add(event.text)
        if event.names:
            rows = zip(event.names[:_BARS], event.probabilities, strict=False)
            self.next.show_scores([(_SIGNS.get(name, name), share, False) for name, share in rows])
            self.whose.setText(weights_told(event.weights, event.step))
        if event.ended:
            self._show_writing(False)

    def _add(self, text: str) -> None:
        """Behind what there is; the end stays in sight, unless the person has scrolled away from it."""
        bar = self.text.verticalScrollBar()
        follows = bar.value() == bar.maximum()
        end = QTextCursor(self.text.document())
        end.movePosition(QTextCursor.MoveOperation.End)
        end.insertText(text, QTextCharFormat())
        if follows:
            bar.setValue(bar.maximum())

    def _mark_beginning(self) -> None:
        """What the person has typed is muted beside what the network has written."""
        muted = QTextCharFormat()
        muted.setForeground(QColor(self._theme.colours.muted))
        there = QTextCursor(self.text.document())
        there.movePosition(
            QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor, len(self.beginning.text())
        )
        there.setCharFormat(muted)

    def _show_writing(self, writing: bool) -> None:
        self._is_writing = writing
        self.button.setText("Stop" if writing else "Write")

    def _follow(self) -> None:
        """Another network, or other data: what was written is none of theirs. While it is hidden, that can wait."""
        self._behind = not (self.isVisible() or self._is_writing)
        if self._behind:
            return
        self.stop()
        self._asked = ""
        self.text.clear()
        self.next.show_scores([])
        self.whose.clear()
        self.problem.tell("")
        if not self.is_possible():
            self.closed.emit()
        else:
            self._pause.start()

    def _follow_run(self) -> None:
        """Other weights: what may follow is shown anew, a text that is being written goes on."""
        if not self._is_writing:
            self._pause.start()


def _boxes() -> tuple[RealBox, WholeBox, WholeBox]:
    temperature = RealBox(0.0, _MOST_TEMPERATURE, 0.1)
    temperature.setValue(1)
    length, seed = WholeBox(0, _MOST_LENGTH), WholeBox(0, _MOST_SEED)
    length.setValue(200)
    for box, name, tip in (
        (temperature, "temperature", "Below 1 what is likely is drawn more often; with 0 the likeliest alone"),
        (length, "length", "How many tokens are written"),
        (seed, "seed", "The same seed and weights write the same text again"),
    ):
        box.setPrefix(f"{name} ")
        box.setObjectName(f"write{name.capitalize()}")
        box.setAccessibleName(name.capitalize())
        box.setToolTip(tip)
    return temperature, length, seed


class _Text(QPlainTextEdit):
    """A text that grows; it scrolls where it has no room."""

    def sizeHint(self) -> QSize:
        """A few lines are enough."""
        return QSize(120, self.minimumHeight())


def _text() -> _Text:
    text = _Text()
    text.setReadOnly(True)
    text.setPlaceholderText(_INVITATION)
    text.setObjectName("writtenText")
    text.setAccessibleName("What the network has written")
    text.setMinimumHeight(_LEAST_LINES * text.fontMetrics().lineSpacing() + 8)
    return text
