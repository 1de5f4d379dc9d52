"""A section of the training settings that folds away; what it has in effect is told in a line all the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pydantic.fields import FieldInfo
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.core.graph.metric_names import metric_label
from designer.core.graph.training_settings import TrainingSettings
from designer.ui.prefs.settings import Settings
from designer.ui.style.labels import value_label
from designer.ui.widgets.fold_heading import FoldHeading
from designer.ui.widgets.form import ModelForm


class SettingsFold(QWidget):
    """A heading that shows and hides a form, a picture below its first field. `about` says what it is for."""

    folded = Signal(bool)

    def __init__(
        self,
        section: str,
        about: str,
        infos: Mapping[str, FieldInfo],
        settings: Settings,
        picture: QWidget | None = None,
    ) -> None:
        super().__init__()
        self._section, self._settings, self._infos = section, settings, infos
        self._shown = TrainingSettings()
        self._idle: Collection[str] = ()
        self.form = ModelForm(infos, names=False)
        self.button = FoldHeading(section, about)
        self.button.setObjectName(f"{section.split()[0].lower()}Fold")
        self.button.setChecked(settings.section_is_open(section))
        self.button.toggled.connect(self._fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.button)
        column.addWidget(self.form)
        if picture:
            self.form.rows.insertRow(1, picture)  # below the choice that it is of
        self._tell()

    def show_settings(self, training: TrainingSettings, idle: Collection[str], hidden: Collection[str]) -> None:
        """Tells what is set, but not what is `idle`; a section whose fields are all `hidden` is not there."""
        self._shown, self._idle = training, idle
        self.setVisible(not self._infos.keys() <= set(hidden))
        self._tell()

    def _fold(self, opened: bool) -> None:
        self._settings.set_section_open(self._section, opened)
        self._tell()
        self.folded.emit(opened)

    def _tell(self) -> None:
        opened = self.button.isChecked()
        self.form.setVisible(opened)
        values = {name: getattr(self._shown, name) for name in self._infos if name not in self._idle}
        differing = {name: value for name, value in values.items() if value != self._infos[name].default}
        named_so = self._section.lower()
        told = [value_label(str(differing.pop(named_so)))] if named_so in differing else []
        self.button.tell([] if opened else [*told, *(_told(name, value) for name, value in differing.items())])


def _told(name: str, value: object) -> str:
    """A setting in a line: its name and a number or a choice; of a person's own numbers only that there are some."""
    called = name.replace("_", " ") if len(name) > len("l1") else name.upper()
    if isinstance(value, bool):
        return called if value else f"no {called}"
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return f"{called} {', '.join(map(metric_label, value))}"
    if isinstance(value, tuple):
        return f"{called} of your own"
    return f"{called} {value:g}" if isinstance(value, float) else f"{called} {str(value).replace('_', ' ')}"
