"""The training settings as a form that fits the panel: what few people change is folded away, and told in a line."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFormLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from designer.core.graph.network import Network
from designer.core.graph.settings import REGULARISATION, TrainingSettings
from designer.core.schema.fields import section_of
from designer.recipe.choices import settings_without_effect
from designer.ui.prefs.settings import Settings
from designer.ui.widgets.class_weights import ClassWeightsField
from designer.ui.widgets.fields import Field
from designer.ui.widgets.form import ModelForm
from designer.ui.widgets.layouts import align_labels

_SPACING = 4
_HIDDEN = {"momentum", "class_weights"}
"""What has no row where it has no effect: the optimizer, and what is learned, say enough. All else is greyed."""


class TrainingForm(QWidget):
    """The data, the settings that each run needs, and a fold with the others. `edited(name, value)`."""

    edited = Signal(str, object)

    def __init__(self, source: QComboBox, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._shown = TrainingSettings()
        self._idle: Collection[str] = ()
        fields = TrainingSettings.model_fields
        folded = {name: info for name, info in fields.items() if section_of(info) == REGULARISATION}
        self._words = {name: _within_a_line(name) for name in folded}
        self._main = ModelForm({name: info for name, info in fields.items() if name not in folded}, names=False)
        self._rest = ModelForm(folded, names=False)
        self.fields: dict[str, Field] = {**self._main.fields, **self._rest.fields}
        self.fold = QToolButton(autoRaise=True)
        self.fold.setCheckable(True)
        self.fold.setObjectName("regularisationFold")
        *most, last, weights = self._words.values()
        heart = f"What keeps a network from learning its samples by heart: {', '.join(most)} and {last}"
        self.fold.setToolTip(f"{heart}; and how much each class counts: {weights}")
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
        align_labels(*self._forms)
        for form in (self._main, self._rest):
            form.edited.connect(self.edited)
            form.rows.setVerticalSpacing(_SPACING)
        self._tell()

    def show_settings(self, training: TrainingSettings, network: Network) -> None:
        """Shows the values of a design; what has no effect for its network can be seen, not changed."""
        self._shown = training
        without_effect = settings_without_effect(network, training)
        for form in (self._main, self._rest):
            form.show_model(training)
            form.show_idle({name: why for name, why in without_effect.items() if name not in _HIDDEN})
        for form in (self._main, self._rest):
            for name in form.fields.keys() & _HIDDEN:
                form.rows.setRowVisible(self.fields[name], name not in without_effect)
        self._idle = without_effect.keys()
        self._tell()

    def offer_classes(self, classes: Sequence[str]) -> None:
        """The names of all classes that the network learns."""
        field = self.fields["class_weights"]
        assert isinstance(field, ClassWeightsField)
        field.offer(classes)

    def show_effects(self, network: Network) -> None:
        """Shows which settings have an effect for a network, where these are others than for the one before."""
        if settings_without_effect(network, self._shown).keys() != self._idle:
            self.show_settings(self._shown, network)

    def take_back(self) -> None:
        """The values again, where something was typed that was not taken."""
        for form in (self._main, self._rest):
            form.take_back()

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need wider labels, which have them once this has been told to all of them."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            QTimer.singleShot(0, self, lambda: align_labels(*self._forms))

    def showEvent(self, event: QShowEvent) -> None:
        """Now the labels have the letters that they are shown in."""
        super().showEvent(event)
        align_labels(*self._forms)

    def _fold(self, opened: bool) -> None:
        self._settings.regularisation_open = opened
        self._tell()

    def _tell(self) -> None:
        """What is folded away and has an effect is said all the same."""
        opened = self.fold.isChecked()
        self._rest.setVisible(opened)
        self.fold.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        values = {name: getattr(self._shown, name) for name in self._words if name not in self._idle}
        told = [f"{self._words[name]} {_told(value)}" for name, value in values.items() if value and not opened]
        self.fold.setText(f"Regularisation: {', '.join(told)}" if told else "Regularisation")


def _told(value: object) -> str:
    """A value in a line: a number, a choice; of numbers by name only that they are a person's own."""
    if isinstance(value, tuple):
        return "of your own"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _within_a_line(name: str) -> str:
    """What a setting is called among others: weight decay, L1."""
    return name.replace("_", " ") if len(name) > len("l1") else name.upper()
