"""Rows and columns whose widgets come and go."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFormLayout, QLabel, QLayout, QWidget


def empty_layout(layout: QLayout) -> None:
    """Takes everything out: widgets are hidden at once, and gone when Qt has time for it."""
    while item := layout.takeAt(0):
        if widget := item.widget():
            let_go_of_keyboard(widget)
            widget.hide()
            widget.deleteLater()


def take_out(widget: QWidget, layout: QLayout) -> None:
    """Takes one widget out: it is hidden at once, and gone when Qt has time for it."""
    layout.removeWidget(widget)
    let_go_of_keyboard(widget)
    widget.hide()
    widget.deleteLater()


def let_go_of_keyboard(widget: QWidget) -> None:
    """Of a widget that goes, the area around it takes the keyboard: Qt would give it to another field, and scroll."""
    focused = QApplication.focusWidget()
    if focused is None or not (focused is widget or widget.isAncestorOf(focused)):
        return
    around = widget.parentWidget()
    while around is not None and not isinstance(around, QAbstractScrollArea):
        around = around.parentWidget()
    if around is not None:
        around.setFocus()


def align_labels(*forms: QFormLayout) -> None:
    """Fields that stand below one another begin at the same place."""
    items = [form.itemAt(row, QFormLayout.ItemRole.LabelRole) for form in forms for row in range(form.rowCount())]
    labels = [label for item in items if item and isinstance(label := item.widget(), QLabel)]
    widest = max((label.sizeHint().width() for label in labels), default=0)
    for label in labels:
        label.setMinimumWidth(widest)
