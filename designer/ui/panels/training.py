"""The training panel: data, settings, Train and Stop, and how far the run is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from designer.core.settings import TrainingSettings
from designer.data.sources import sources
from designer.engine.events import BatchesEnded, EpochEnded, Failed, Finished, Started
from designer.ui.bridge import Bridge
from designer.ui.editor import Editor
from designer.ui.form import ModelForm
from designer.ui.labels import duration, percent, plural
from designer.ui.panels.inspector import Problems

_READY = "Ready to train."
_NOT_READY = "Before it can be trained:"


class TrainingPanel(QScrollArea):
    """Settings are edits of the document; progress comes from the bridge."""

    def __init__(self, editor: Editor, bridge: Bridge, train: QAction, stop: QAction) -> None:
        super().__init__()
        self._editor = editor
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._problems = Problems()
        self._problems.chosen.connect(editor.apply)
        self.progress = QProgressBar(textVisible=False, maximum=1, value=0)
        self.progress.setObjectName("trainingProgress")
        self.progress.setAccessibleName("Training progress")
        self.progress.setFixedHeight(8)
        self.state = QLabel(_READY, wordWrap=True)
        self.state.setObjectName("trainingState")
        self._figures = _Figures()
        self.source = QComboBox()
        self.source.setObjectName("dataSource")
        self.source.setAccessibleName("Data")
        for name, source in sources().items():
            self.source.addItem(source.info.title, name)
            self.source.setItemData(
                self.source.count() - 1, f"{source.description}\n{source.licence}", Qt.ItemDataRole.ToolTipRole
            )
        self.source.activated.connect(lambda place: editor.set_data(self.source.itemData(place)))
        self.form = ModelForm(TrainingSettings, names=False)
        self.form.edited.connect(self._edit)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        layout.addLayout(_buttons(train, stop))
        for widget in (self.progress, self.state, self._problems, self._figures):
            layout.addWidget(widget)
        data = QFormLayout()
        data.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        data.addRow("Data", self.source)
        layout.addLayout(data)
        layout.addWidget(self.form)
        layout.addStretch(1)
        self.setWidget(content)
        editor.changed.connect(lambda before, after: self._refresh())
        for signal, slot in (
            (bridge.started, self._started),
            (bridge.batches_ended, self._batches_ended),
            (bridge.epoch_ended, self._epoch_ended),
            (bridge.failed, self._failed),
            (bridge.finished, self._finished),
        ):
            signal.connect(slot)
        self._refresh()

    def preparing(self) -> None:
        """A run has been asked for."""
        self._tell("Preparing…")
        self.progress.setRange(0, 0)
        self._figures.clear()

    def _edit(self, name: str, value: object) -> None:
        if not self._editor.set_training(name, value):
            self._refresh()

    def _refresh(self) -> None:
        design = self._editor.design
        self.form.show_model(design.training)
        self.form.fields["momentum"].setEnabled(design.training.optimizer in ("sgd", "rmsprop"))
        self.source.setCurrentIndex(self.source.findData(design.data.source))
        problems = self._editor.problems()
        self._problems.show_problems(problems[:1])
        if self.state.text() in (_READY, _NOT_READY):
            self._tell(_NOT_READY if problems else _READY)

    def _tell(self, text: str, role: str = "") -> None:
        self.state.setText(text)
        if self.state.property("role") != role:
            self.state.setProperty("role", role)
            self.state.style().polish(self.state)

    def _started(self, event: Started) -> None:
        self._epochs, self._steps = event.epochs, event.steps
        self.progress.setRange(0, event.steps)
        self._tell(f"Training on {event.training_samples:,} samples, on {event.device.upper()}…")

    def _batches_ended(self, event: BatchesEnded) -> None:
        self.progress.setValue(event.step)
        self._tell(
            f"Epoch {event.epoch} of {self._epochs} · step {event.step:,} of {self._steps:,} · "
            f"{duration(event.seconds_left)} left"
        )

    def _epoch_ended(self, event: EpochEnded) -> None:
        self._figures.show_epoch(event)

    def _failed(self, event: Failed) -> None:
        self.progress.setRange(0, 1)
        self.progress.setValue(0)
        self._tell(f"Training ended: {event.message}. {event.hint}", "error")
        self.state.setToolTip(event.details)

    def _finished(self, event: Finished) -> None:
        if event.reason == "stopped":
            self._tell(f"Stopped in epoch {event.epoch}, at step {event.step:,}, after {duration(event.seconds)}.")
            return
        test = ""
        if event.test_loss is not None:
            figure = percent(event.test_accuracy) if event.test_accuracy is not None else f"loss {event.test_loss:.4f}"
            test = f" On the test samples: {figure}."
        self._tell(f"{plural(event.epoch, 'epoch')} in {duration(event.seconds)}.{test}", "good")


class _Figures(QWidget):
    """Loss and accuracy of the last epoch, training beside validation."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        self._cells: dict[str, QLabel] = {}
        for column, title in enumerate(("", "loss", "accuracy")):
            head = QLabel(title, alignment=Qt.AlignmentFlag.AlignRight)
            head.setProperty("role", "muted")
            grid.addWidget(head, 0, column)
        for row, part in enumerate(("train", "val"), start=1):
            name = QLabel({"train": "training", "val": "validation"}[part])
            name.setProperty("role", "muted")
            grid.addWidget(name, row, 0)
            for column, figure in enumerate(("loss", "accuracy"), start=1):
                cell = QLabel(alignment=Qt.AlignmentFlag.AlignRight)
                self._cells[f"{part}_{figure}"] = cell
                grid.addWidget(cell, row, column)
        grid.setColumnStretch(3, 1)
        self.clear()

    def clear(self) -> None:
        """Before the first epoch has ended."""
        for cell in self._cells.values():
            cell.setText("–")

    def show_epoch(self, event: EpochEnded) -> None:
        """Shows an epoch's figures."""
        for name, cell in self._cells.items():
            value = getattr(event, name)
            if name.endswith("accuracy"):
                cell.setText(percent(value))
            else:
                cell.setText("–" if value is None else f"{value:.4f}")


def _buttons(train: QAction, stop: QAction) -> QHBoxLayout:
    """Buttons that do what the actions do, and are enabled as they are."""
    row = QHBoxLayout()
    for action, name, role in ((train, "trainButton", "primary"), (stop, "stopButton", "")):
        button = QPushButton(action.iconText())
        button.setObjectName(name)
        button.setProperty("role", role)
        button.setEnabled(action.isEnabled())
        button.setToolTip(action.toolTip())
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        row.addWidget(button, 1)
    return row
