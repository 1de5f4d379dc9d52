"""The training settings as a form that fits the panel: what few people change is folded away, and told in a line."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from designer.core.assist.enough_steps import steps_of_epoch
from designer.core.graph.network import Network
from designer.core.graph.step_settings import OPTIMIZER, SCHEDULE
from designer.core.graph.training_settings import GRADIENTS, REGULARISATION, STATES, VALIDATION, TrainingSettings
from designer.core.schema.fields import section_of
from designer.recipe.choices import schedule_functions, settings_without_effect
from designer.ui.panels.rate_curve import RateCurve
from designer.ui.panels.settings_fold import SettingsFold
from designer.ui.prefs.settings import Settings
from designer.ui.widgets.class_weights import ClassWeightsField
from designer.ui.widgets.fields import ChoiceField, Field
from designer.ui.widgets.form import ModelForm
from designer.ui.widgets.layouts import align_labels

_SPACING = 4
_SECTIONS = {
    OPTIMIZER: "How the optimizer keeps gradients and turns them into steps, beside the learning rate.",
    SCHEDULE: "How the learning rate changes from step to step.",
    GRADIENTS: "What is done with gradients ahead of a step.",
    REGULARISATION: "What keeps a network from learning its samples by heart, and how much each class counts.",
    STATES: "What recurrent blocks remember from batch to batch.",
    VALIDATION: "What is kept apart to validate with, the seed of the random numbers, where it is computed, and how.",
}
"""What stands in a fold of its own, in this order, and what it is for."""
_GREYED = REGULARISATION
"""The section whose fields keep their rows where they have no effect. All others have none then: the optimizer and the
schedule say enough."""
_HIDDEN = {"class_weights"}
"""What has no row all the same: what is learned says enough."""

_NO_FLOAT16 = "A CPU has no float16 to train with: bfloat16 is what it has."
_STEPS = 100
"""Of an epoch whose samples nobody knows, for the picture of the learning rate."""


class TrainingForm(QWidget):
    """The data, the settings that each run needs, and folds with the others. `edited(name, value)`."""

    edited = Signal(str, object)

    def __init__(self, source: QComboBox, settings: Settings) -> None:
        super().__init__()
        self._shown, self._samples = TrainingSettings(), 0
        self._idle: Collection[str] = ()
        infos = TrainingSettings.model_fields
        self._main = ModelForm({name: info for name, info in infos.items() if not section_of(info)}, names=False)
        self._rates = RateCurve()
        pictures = {SCHEDULE: self._rates}
        self.folds = {
            section: _fold(section, about, settings, pictures.get(section)) for section, about in _SECTIONS.items()
        }
        self._all = (self._main, *(fold.form for fold in self.folds.values()))
        self.fields: dict[str, Field] = {name: field for form in self._all for name, field in form.fields.items()}
        data = QFormLayout()
        data.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        data.setHorizontalSpacing(self._main.rows.horizontalSpacing())
        data.addRow("Data", source)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING)
        column.addLayout(data)
        column.addWidget(self._main)
        folds = QVBoxLayout()
        folds.setSpacing(_SPACING // 2)
        for fold in self.folds.values():
            folds.addWidget(fold)
        column.addLayout(folds)
        self._labelled = (data, *(form.rows for form in self._all))
        align_labels(*self._labelled)
        for form in self._all:
            form.edited.connect(self.edited)
            form.rows.setVerticalSpacing(_SPACING)

    def show_settings(self, training: TrainingSettings, network: Network, samples: int = 0) -> None:
        """Shows the values of a design; what has no effect for its network has no row, or cannot be changed.

        `samples` are those to learn from and to validate with, as far as they are known.
        """
        self._shown, self._samples = training, samples
        without_effect = settings_without_effect(network, training)
        greyed = {name for name in without_effect if _section(name) == _GREYED} - _HIDDEN
        hidden = without_effect.keys() - greyed
        for form in self._all:
            form.show_model(training)
            form.show_idle({name: why for name, why in without_effect.items() if name in greyed})
            for name, field in form.fields.items():
                if form.rows.isRowVisible(field) is (name in hidden):
                    form.rows.setRowVisible(field, name not in hidden)
        for fold in self.folds.values():
            fold.show_settings(training, without_effect.keys(), hidden)
        self._idle = without_effect.keys()
        precision = self.fields["precision"]
        assert isinstance(precision, ChoiceField)
        precision.allow({"float16": _NO_FLOAT16} if training.device == "cpu" else {})
        changes = bool(schedule_functions(training))
        if self.folds[SCHEDULE].form.rows.isRowVisible(self._rates) is not changes:
            self.folds[SCHEDULE].form.rows.setRowVisible(self._rates, changes)
        if changes:
            self._rates.show_rates(training, steps_of_epoch(training, samples) or _STEPS)

    def offer_classes(self, classes: Sequence[str]) -> None:
        """The names of all classes that the network learns."""
        field = self.fields["class_weights"]
        assert isinstance(field, ClassWeightsField)
        field.offer(classes)

    def show_effects(self, network: Network) -> None:
        """Shows which settings have an effect for a network, where these are others than for the one before."""
        if settings_without_effect(network, self._shown).keys() != self._idle:
            self.show_settings(self._shown, network, self._samples)

    def take_back(self) -> None:
        """The values again, where something was typed that was not taken."""
        for form in self._all:
            form.take_back()

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need wider labels, which have them once this has been told to all of them."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            QTimer.singleShot(0, self, lambda: align_labels(*self._labelled))

    def showEvent(self, event: QShowEvent) -> None:
        """Now the labels have the letters that they are shown in."""
        super().showEvent(event)
        align_labels(*self._labelled)


def _fold(section: str, about: str, settings: Settings, picture: QWidget | None) -> SettingsFold:
    infos = TrainingSettings.model_fields
    within = {name: info for name, info in infos.items() if _section(name) == section}
    return SettingsFold(section, about, within, settings, picture)


def _section(name: str) -> str:
    return section_of(TrainingSettings.model_fields[name])
