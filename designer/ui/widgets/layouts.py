"""Rows and columns whose widgets come and go."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QLabel, QLayout


def empty_layout(layout: QLayout) -> None:
    """Takes everything out: widgets are hidden at once, and gone when Qt has time for it."""
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()


def align_labels(*forms: QFormLayout) -> None:
    """Fields that stand below one another begin at the same place."""
    items = [form.itemAt(row, QFormLayout.ItemRole.LabelRole) for form in forms for row in range(form.rowCount())]
    labels = [label for item in items if item and isinstance(label := item.widget(), QLabel)]
    widest = max((label.sizeHint().width() for label in labels), default=0)
    for label in labels:
        label.setMinimumWidth(widest)
