"""The forms that were shown last, out of the window's tree: who comes back to a kind needs no new one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from designer.ui.widgets.form import ModelForm

_MOST = 8


class KeptForms(QWidget):
    """Holds hidden forms by what they are made for. The longest unused one goes where there are too many.

    Making a form is most of the work of showing another kind: each of its boxes is styled, measured and laid out.
    """

    def __init__(self, owner: QWidget) -> None:
        super().__init__()
        self._forms: list[tuple[object, ModelForm]] = []
        owner.destroyed.connect(self.deleteLater)

    def keep(self, key: object, form: ModelForm) -> None:
        """Takes a form out of where it is shown. What was typed there and not entered is no edit."""
        form.blockSignals(True)
        form.hide()
        form.take_back()
        form.setParent(self)
        self._forms.append((key, form))
        if len(self._forms) > _MOST:
            self._forms.pop(0)[1].deleteLater()

    def take(self, key: object) -> ModelForm | None:
        """The form that was kept for this; None where there is none."""
        for place, (kept, form) in enumerate(self._forms):
            if kept == key:
                del self._forms[place]
                form.blockSignals(False)
                return form
        return None
