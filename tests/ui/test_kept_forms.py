"""Forms in the inspector serve again when their kind comes back, and bring nothing with them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from designer.core.edits import network_edits
from designer.core.graph.network import Network
from designer.ui.app.main_window import MainWindow
from designer.ui.panels import kept_forms
from designer.ui.panels.inspector import InspectorPanel
from designer.ui.panels.kind_help import KindHelp
from designer.ui.widgets.form import ModelForm
from designer.ui.widgets.formulas import as_html, help_of

pytestmark = pytest.mark.kept_window


def form_of(window: MainWindow, block_id: str) -> ModelForm:
    """The one form in the inspector, once a block is selected."""
    window.scene.select(block_id)
    for _ in range(2):  # behind another panel it follows an edit a turn later
        QApplication.processEvents()
    (form,) = forms(window)
    return form


def forms(window: MainWindow) -> list[ModelForm]:
    """Those that are shown."""
    panel = window.panel(InspectorPanel)
    return [form for form in panel.findChildren(ModelForm) if form.isVisible() and form is not panel.learning.form]


def test_that_a_field_is_found_by_its_name_in_the_form_that_is_shown(window: MainWindow) -> None:
    for name in ("conv1", "pool1", "conv1", "pool1"):
        form = form_of(window, name)
        found = window.panel(InspectorPanel).findChildren(QWidget, "field_kernel_size")
        assert found == [form.fields["kernel_size"]]


def test_that_a_form_serves_again_when_its_kind_comes_back(window: MainWindow) -> None:
    form = form_of(window, "conv1")
    assert form_of(window, "pool1") is not form
    assert form_of(window, "conv2") is form
    channels = form.findChild(QSpinBox, "out_channels")
    assert channels.value() == window.editor.design.network.nodes["conv2"].block.value_of("out_channels")
    channels.setValue(48)
    assert window.editor.design.network.nodes["conv2"].block.value_of("out_channels") == 48


def test_that_a_form_that_comes_back_has_nothing_of_what_was_typed_and_not_entered(
    window: MainWindow, qtbot: QtBot
) -> None:
    first = window.editor.design
    box = form_of(window, "conv1").fields["out_channels"].findChild(QSpinBox)
    for typed in ("7", "x"):
        window.scene.select("conv1")
        box.setFocus()
        box.selectAll()
        qtbot.keyClicks(box, typed)
        window.scene.clearSelection()
        assert forms(window) == []
        assert form_of(window, "conv1").fields["out_channels"].problem == ""
        assert box.text().startswith("32")
    assert window.editor.design is first


def test_that_tab_goes_through_a_form_that_comes_back(window: MainWindow) -> None:
    form_of(window, "conv1")
    form_of(window, "pool1")
    form = form_of(window, "conv1")
    assert window.panel(InspectorPanel).name.nextInFocusChain() in form.fields["out_channels"].editors()


def test_that_only_so_many_forms_are_kept(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    form = form_of(window, "conv1")
    monkeypatch.setattr(kept_forms, "_MOST", 1)
    for name in ("pool1", "flatten", "dense1"):
        window.scene.select(name)
    assert form_of(window, "conv1") is not form


def test_that_another_kind_under_the_same_name_leaves_nothing_typed_behind(window: MainWindow, qtbot: QtBot) -> None:
    field = form_of(window, "conv1").fields["out_channels"]
    box = field.findChild(QSpinBox)
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "x")
    window.editor.edit("Take out", lambda design: design.edit(_pool_is_called_conv1))
    assert "out_channels" not in form_of(window, "conv1").fields
    window.editor.stack.undo()
    assert form_of(window, "conv1").fields["out_channels"] is field
    assert field.problem == ""
    assert box.text().startswith("32")


def _pool_is_called_conv1(network: Network) -> Network:
    return network_edits.rename(network_edits.remove(network, ["conv1"]), "pool1", "conv1")


def test_that_the_help_of_a_kind_is_all_that_is_shown_of_kinds(window: MainWindow) -> None:
    shown = window.panel(InspectorPanel).findChild(KindHelp)
    for name in (*window.scene.cards, "conv1"):
        window.scene.select(name)
        kind = type(window.editor.design.network.nodes[name].block)
        QApplication.processEvents()
        labels = sorted(
            (label for label in shown.findChildren(QLabel) if label.isVisible()), key=lambda label: label.y()
        )
        assert [label.text() for label in labels] == [as_html(part) for part in help_of(kind)]
        assert [label.property("role") == "formula" for label in labels] == [part.is_formula for part in help_of(kind)]
