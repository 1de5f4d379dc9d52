"""The training settings as a form that fits the panel: what few people change is folded away, and told in a line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from designer.core.graph.settings import TrainingSettings
from designer.ui.prefs.settings import Settings
from designer.ui.widgets.fields import Field
from designer.ui.widgets.form import ModelForm

_NAMES = {"weight_decay": "weight decay", "l1": "L1", "l2": "L2"}
"""What is folded away, as the fold tells it."""
_SPACING = 4
_WITH_MOMENTUM = ("sgd", "rmsprop")


class TrainingForm(QWidget):
    """The data, the settings that each run needs, and a fold with the others. `edited(name, value)`."""

    edited = Signal(str, object)

    def __init__(self, source: QComboBox, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._shown = TrainingSettings()
        fields = TrainingSettings.model_fields
        self._main = ModelForm({name: info for name, info in fields.items() if name not in _NAMES}, names=False)
        self._rest = ModelForm({name: fields[name] for name in _NAMES}, names=False)
        self.fields: dict[str, Field] = {**self._main.fields, **self._rest.fields}
        self.fold = QToolButton(checkable=True, autoRaise=True)
        self.fold.setObjectName("regularisationFold")
        self.fold.setToolTip("Weight decay, L1 and L2: what keeps weights small")
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.fold.setChecked(settings.regularisation_open)
        self.fold.toggled.connect(self._fold)
        data = QFormLayout()
        data.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        data.setHorizontalSpacing(self._main.rows.horizontalSpacing())
        data.addRow("Data", source)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING)
        column.addLayout(data)
        for widget in (self._main, self.fold, self._rest):
            column.addWidget(widget)
        self._forms = (data, self._main.rows, self._rest.rows)
        _align(*self._forms)
        for form in (self._main, self._rest):
            form.edited.connect(self.edited)
            form.rows.setVerticalSpacing(_SPACING)
        self._tell()

    def show_settings(self, training: TrainingSettings) -> None:
        """Shows the values of a design."""
        self._shown = training
        for form in (self._main, self._rest):
            form.show_model(training)
        self._main.rows.setRowVisible(self.fields["momentum"], training.optimizer in _WITH_MOMENTUM)
        self._tell()

    def take_back(self) -> None:
        """The values again, where something was typed that was not taken."""
        for form in (self._main, self._rest):
            form.take_back()

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need wider labels, which have them once this has been told to all of them."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            QTimer.singleShot(0, self, lambda: _align(*self._forms))

    def showEvent(self, event: QShowEvent) -> None:
        """Now the labels have the letters that they are shown in."""
        super().showEvent(event)
        _align(*self._forms)

    def _fold(self, opened: bool) -> None:
        self._settings.regularisation_open = opened
        self._tell()

    def _tell(self) -> None:
        """What is folded away and has an effect is said all the same."""
        opened = self.fold.isChecked()
        self._rest.setVisible(opened)
        self.fold.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        values = {name: getattr(self._shown, name) for name in _NAMES}
        told = [f"{_NAMES[name]} {value:g}" for name, value in values.items() if value and not opened]
        self.fold.setText(f"Regularisation: {', '.join(told)}" if told else "Regularisation")


def _align(*forms: QFormLayout) -> None:
    """Fields that stand below one another begin at the same place."""
    labels = [
        item.widget()
        for form in forms
        for row in range(form.rowCount())
        if isinstance((item := form.itemAt(row, QFormLayout.ItemRole.LabelRole)).widget(), QLabel)
    ]
    widest = max(label.sizeHint().width() for label in labels)
    for label in labels:
        label.setMinimumWidth(widest)
