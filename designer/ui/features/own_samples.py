"""Samples of a person's own: drawn, typed, opened, or dropped on the Sample panel."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from designer.core.diff.change import Parts
from designer.ui.panels.drawing_pad import DrawingDialog
from designer.ui.panels.sample import SamplePanel
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the actions, and has the panel take what is dropped."""
    panel = bench.panels.of(SamplePanel)
    own = panel.own
    pads: list[DrawingDialog] = []
    typed_for: list[tuple[object, ...]] = []

    def draw() -> None:
        feature = own.features("draw")[0]
        own.choose(feature.name)
        if not pads:
            pads.append(DrawingDialog(bench.theme, bench.window))
            pads[0].drawn.connect(own.draw)
            pads[0].cleared.connect(own.forget)
        _, height, width = feature.shape.sizes
        bench.panels.show("Sample")
        pads[0].show_paper(height or 1, width or 1)

    def type_() -> None:
        feature = own.features("type")[0]
        own.choose(feature.name)
        bench.panels.show("Sample")
        panel.own_row.ask_for_text(feature, own.cells(feature), panel.row())
        typed_for[:] = [_what_is_learned(bench)]

    def open_() -> None:
        name, _ = QFileDialog.getOpenFileName(bench.window, "Open a Sample", bench.filing.folder, "All files (*)")
        if name:
            take(Path(name))

    def take(path: Path) -> None:
        bench.panels.show("Sample")
        own.open(path)

    def follow() -> None:
        if pads and not own.can("draw"):
            pads[0].hide()
        if typed_for and typed_for != [_what_is_learned(bench)]:
            typed_for.clear()
            panel.own_row.put_away()

    add, section = bench.menus.action, "Training/sample"
    actions = (
        add(section, "actionDrawSample", "&Draw a Sample…", draw, enabled=lambda: own.can("draw")),
        add(section, "actionTypeSample", "T&ype a Sample", type_, enabled=lambda: own.can("type")),
        add(section, "actionOpenSample", "&Open a Sample…", open_, enabled=lambda: own.can("open")),
    )
    panel.offer(actions)
    panel.dropped.connect(own.open)
    panel.several_dropped.connect(
        lambda count: bench.say(f"{count} files were dropped: the panel shows one sample at a time.")
    )
    bench.editor.listen(Parts.DATA | Parts.COMPUTED, lambda change: follow())
    bench.closed.connect(own.close)


def _what_is_learned(bench: Workbench) -> tuple[object, ...]:
    """What decides whether words that were typed for some data are of use for others."""
    data = bench.editor.design.data
    return data.source, data.path, data.options
