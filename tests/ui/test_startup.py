"""The first start, in a process of its own: the window is there before torch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
from PySide6.QtCore import QTimer
from designer.ui.app.application import make_application, open_window
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.style.theme import Theme

application = make_application()
window = open_window(Theme(application))
window.show()
while not window.view.viewport().isVisible():
    application.processEvents()
picture = window.view.viewport().grab().toImage()
colours = {picture.pixel(x, y) for x in range(picture.width()) for y in range(0, picture.height(), 2)}
for late in ('torch', 'numpy', 'pyqtgraph'):
    assert late not in sys.modules, f'{late} is imported before the canvas is drawn'
assert len(window.scene.cards) == 10
assert len(colours) > 20, 'the cards are not drawn'
panel = window.panel(FeatureMapsPanel)

def look():
    if panel.shown:
        assert 'torch' in sys.modules
        window.close()

timer = QTimer(interval=20, timeout=look)
timer.start()
application.exec()
assert panel.shown.block == 'conv1'
import threading
assert [thread.name for thread in threading.enumerate() if thread.name == 'designer-engine'] == []
print('fine')
"""


def run(script: str, data_folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "DESIGNER_DATA": str(data_folder)}
    return subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_that_the_network_is_drawn_before_torch_is_imported_and_looked_into_after(data_folder: Path) -> None:
    ended = run(SCRIPT, data_folder)
    assert (ended.returncode, ended.stdout.strip()) == (0, "fine"), ended.stderr


PRESSED = """
import sys
import threading
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from designer.ui.app.application import make_application, open_window
from designer.ui.panels.curves import CurvesPanel
from designer.ui.run.plot_library import PlotLibrary
from designer.ui.style.theme import Theme

had_to_wait = []

def load(self, original=PlotLibrary.load):
    had_to_wait.append(threading.current_thread() is threading.main_thread() and not self.is_there)
    original(self)

PlotLibrary.load = load
application = make_application()
window = open_window(Theme(application))
window.show()
while not (window.view.viewport().isVisible() and application.activeWindow() is window):
    application.processEvents()
assert not {'torch', 'pyqtgraph'} & set(sys.modules)
panel = window.panel(CurvesPanel)
QTest.keyClick(window, Qt.Key.Key_F5)
assert window.bridge.training

def look():
    if panel.runs.main and panel.runs.main.step:
        window.close()

timer = QTimer(interval=20, timeout=look)
timer.start()
application.exec()
assert panel.loss.series.count
assert had_to_wait
assert not any(had_to_wait), 'the thread of the window imports the library of plots, or waits for it'
print('fine')
"""


def test_that_the_window_waits_for_no_library_where_f5_is_pressed_at_once(data_folder: Path) -> None:
    ended = run(PRESSED, data_folder)
    assert (ended.returncode, ended.stdout.strip()) == (0, "fine"), ended.stderr
    assert "QObject" not in ended.stderr, "Qt objects of one thread are used on another"


IMPORTS = """
import sys
import designer.ahead_of_qt
ahead = set(sys.modules)
from PySide6 import QtSvg, QtWidgets
with_qt = set(sys.modules)
import designer.ui.app.application
print(*sorted(ahead), sep=',')
print(*sorted(set(sys.modules) - with_qt), sep=',')
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[str]]:
    """The modules that come in before Qt, and those of the window and with it."""
    ended = run(IMPORTS, tmp_path_factory.mktemp("data"))
    assert ended.returncode == 0, ended.stderr
    ahead, behind = (line.split(",") for line in ended.stdout.splitlines())
    return ahead, behind


def test_that_the_window_s_modules_bring_in_no_torch(imported: tuple[list[str], list[str]]) -> None:
    assert not {"torch", "pyqtgraph"} & {module for part in imported for module in part}


def test_that_what_needs_no_qt_comes_in_before_it(imported: tuple[list[str], list[str]]) -> None:
    ahead, behind = imported
    assert not [module for module in ahead if module.startswith("PySide6")]
    assert [
        module for module in behind if module.startswith("designer.") and not module.startswith("designer.ui")
    ] == []
