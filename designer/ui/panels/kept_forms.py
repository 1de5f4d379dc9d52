"""The forms that were shown last, hidden where they stood: who comes back to a kind needs no new one."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from designer.ui.widgets.form import ModelForm

_MOST = 8


class _Kept(NamedTuple):
    key: object
    form: ModelForm
    names: dict[QWidget, str]


class KeptForms:
    """Holds hidden forms by what they are made for. The longest unused one goes where there are too many.

    Making a form is most of the work of showing another kind: each of its boxes is styled, measured and laid out. To
    take it out of the window and to put it in again is half of that, so it stays where it is; but its parts have no
    names meanwhile, so that whoever looks for a field by name finds that of the form which is shown.
    """

    def __init__(self) -> None:
        self._forms: list[_Kept] = []

    def keep(self, key: object, form: ModelForm) -> None:
        """Hides a form. What was typed there and not entered is no edit."""
        form.blockSignals(True)
        form.hide()
        names = {part: name for part in form.findChildren(QWidget) if (name := part.objectName())}
        for part in names:
            part.setObjectName("")
        self._forms.append(_Kept(key, form, names))
        if len(self._forms) > _MOST:
            self._forms.pop(0).form.deleteLater()

    def take(self, key: object) -> ModelForm | None:
        """The form that was kept for this, still hidden, without what was typed and not entered; else None."""
        for place, kept in enumerate(self._forms):
            if kept.key == key:
                del self._forms[place]
                for part, name in kept.names.items():
                    part.setObjectName(name)
                kept.form.take_back()
                kept.form.blockSignals(False)
                return kept.form
        return None
