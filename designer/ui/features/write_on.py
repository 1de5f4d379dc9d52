"""Write on: has the network go on with a text, in the Sample panel."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from designer.core.diff.change import Parts
from designer.ui.panels.inspection import Inspection
from designer.ui.panels.sample import SamplePanel
from designer.ui.panels.write_on import WriteOn
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the action, and the button where there is a network that it is for."""
    looking = bench.findChild(Inspection)
    assert looking is not None
    panel = bench.panels.of(SamplePanel)
    writing = WriteOn(bench.editor, bench.bridge, bench.theme, looking.made_ready)
    button = QPushButton("Write on", panel)
    button.setObjectName("sampleWriteOn")
    button.setToolTip("The network goes on with a beginning of yours")
    panel.add_beside(writing, button)

    def show() -> None:
        bench.panels.show("Sample")
        panel.show_beside(True)
        writing.begin()

    def close() -> None:
        writing.stop()
        panel.show_beside(False)

    def follow() -> None:
        button.setVisible(writing.is_possible())

    button.clicked.connect(show)
    writing.closed.connect(close)
    panel.chosen.connect(lambda index: close())
    panel.own.changed.connect(close)
    bench.filing.shown.connect(lambda design: close())
    bench.editor.listen(Parts.JUDGED, lambda change: follow())
    bench.menus.action("Training/sample", "actionWriteOn", "&Write On", show, enabled=writing.is_possible)
    follow()
