"""Real sets that ship with packages, taken through the window by mouse and keys alone, beside plain baselines.

    python -m benchmarks.real_sets [FOLDER_OR_FILE ...] [--seeds N] [--only NAME ...]

Five are written into a scratch folder from the installed scikit-learn: its digits as .npz, and as CSV its irises,
wines, breast cancers and diabetes. Others are files or folders that are named; of a folder that has but folders, these
are meant. The package aeon has ArrowHead, OSULeaf and ACSF1 in `aeon/datasets/data`.

For each set the window opens as at a first start. Then, as a person would:

- Ctrl+N empties the canvas, as an example whose network could be brought into line with the data would be kept;
- the file or folder is dropped on the window;
- where the column "target" of a table is not what is to be learned, "Learn target" is clicked;
- the first network that is offered is clicked, with whatever settings it brings;
- Train is clicked, and in the end the figure is read from what the Training panel says.

For another seed both are typed: that of the split, where the data do not name their test samples, and that of
training. The baseline has the same samples to learn from, those to validate with among them, and the same test samples:
logistic regression for classes, linear regression for numbers, both of standardised inputs, and the nearest neighbour
for sequences. The figure of numbers is their squared error, in the units in which they are learned.
Nothing is asserted.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QScrollArea, QSpinBox, QTabBar, QWidget
from sklearn import datasets
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.hands import K
from benchmarks.stage import pause, stage, wait_for, wait_until
from designer.core.graph.design import Design
from designer.data import opening
from designer.data.samples import Samples
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.data import DataPanel
from designer.ui.panels.training import TrainingPanel
from designer.ui.widgets.form import ModelForm
from tests.ui.driving import CTRL, LEFT, drop_files

TARGET = "target"
TABLES = ("iris", "wine", "breast_cancer", "diabetes")
FIGURE = re.compile(r"On the test samples: (?:loss )?(\d+(?:\.\d+)?(?:e-?\d+)?)(\s*%)?")


class Figures(NamedTuple):
    """What a run in the window reached on its test samples, what a baseline did, and the seconds of the run."""

    ours: float
    baseline: float
    seconds: float


class Visitor:
    """Takes one set through a window, and keeps what was done."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._data, self._training = window.panel(DataPanel), window.panel(TrainingPanel)
        self.actions: list[str] = []

    @property
    def design(self) -> Design:
        """What has come of it."""
        return self._window.editor.design

    def begin(self, path: Path) -> None:
        """From an empty canvas and the drop to the first network that is offered."""
        QTest.keyClick(self._window, K.Key_N, CTRL)
        wait_until(lambda: not self.design.network.nodes)
        self.actions.append("Ctrl+N")
        drop_files(self._window, path)
        self.actions.append(f"drop {path.name}")
        wait_until(lambda: Path(self.design.data.path) == path)
        self._rest()
        other = next((it for it in self._buttons() if it.text() == f"Learn {TARGET}"), None)
        if other is not None:
            self._click(other)
            wait_until(lambda: self._learns(TARGET))
            self._rest()
        self._click(self._button("startingNetwork1"))
        wait_until(lambda: self.design.about.title.startswith(path.stem) and not self._window.editor.problems())

    def seed(self, seed: int) -> None:
        """Another split where the window offers one, and other weights, typed into their fields."""
        self._to_front("Data")
        if self._data.content.form.split.fields["split_seed"].isEnabled():
            self._type(self._data.content.form.split, "split_seed", str(seed))
            wait_until(lambda: self.design.data.split_seed == seed)
        self._to_front("Training")
        self._type(self._training.form, "seed", str(seed))
        wait_until(lambda: self.design.training.seed == seed)

    def train(self) -> str:
        """What the window says in the end."""
        self._to_front("Training")
        wait_for(self._window.bridge.finished, lambda: self._click(self._button("trainButton")))
        pause(100)
        label = self._training.findChild(QLabel, "trainingState")
        assert label is not None
        return label.text()

    def _buttons(self) -> list[QPushButton]:
        return [it for it in self._window.findChildren(QPushButton) if it.isVisible()]

    def _button(self, name: str) -> QPushButton:
        return next(it for it in self._buttons() if it.objectName() == name)

    def _rest(self) -> None:
        """Until all that is to be shown of the data is there; the networks come last, in place of those before."""
        at_hand = self._data.at_hand
        wait_until(lambda: at_hand.idle and at_hand.preview is not None)
        pause(500)
        wait_until(lambda: at_hand.idle and any(it.objectName() == "startingNetwork1" for it in self._buttons()))

    def _learns(self, name: str) -> bool:
        info = opening.info(self.design.data)
        return info is not None and info.targets[0].name == name

    def _to_front(self, title: str) -> None:
        """A click on the tab of a panel that is behind another one."""
        for bar in self._window.findChildren(QTabBar):
            for place in range(bar.count()):
                if bar.tabText(place) == title and bar.isVisible() and bar.currentIndex() != place:
                    QTest.mouseClick(bar, LEFT, pos=bar.tabRect(place).center())
                    self.actions.append(f"click the tab {title}")
                    pause(100)

    def _click(self, button: QPushButton) -> None:
        self._scroll_to(button)
        self.actions.append(f"click {button.text()}")
        QTest.mouseClick(button, LEFT, pos=button.rect().center())

    def _type(self, form: ModelForm, name: str, text: str) -> None:
        field = form.fields[name]
        editor = next(it for kind in (QSpinBox, QLineEdit) for it in field.findChildren(kind))
        self._scroll_to(editor)
        QTest.mouseClick(editor, LEFT, pos=QPoint(10, editor.height() // 2))
        QTest.keyClick(editor, K.Key_A, CTRL)
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, K.Key_Return)
        self.actions.append(f"type {text} for {name}")

    def _scroll_to(self, widget: QWidget) -> None:
        """As the wheel would bring it into sight."""
        above: QWidget | None = widget
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None:
            above.ensureWidgetVisible(widget)


def baseline(design: Design) -> float:
    """What a plain model of scikit-learn reaches with the same samples: accuracy, or the squared error of numbers."""
    read, info = opening.load(design.data), opening.info(design.data)
    assert info is not None
    target = info.targets[0]

    def inputs(samples: Samples) -> npt.NDArray[np.float64]:
        columns = [samples.taken(item.name, None).reshape(len(samples), -1) for item in info.features]
        return np.concatenate(columns, 1).astype(np.float64)

    def wanted(samples: Samples) -> npt.NDArray[np.generic]:
        return samples.columns[target.name].reshape(len(samples), -1)[:, 0]

    model: Any = make_pipeline(StandardScaler(), LinearRegression())
    if target.classes:
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=3000))
        if "L" in info.features[0].shape.names:
            model = KNeighborsClassifier(1)
    model.fit(inputs(read.train), wanted(read.train))
    told, right = model.predict(inputs(read.test)), wanted(read.test)
    return float((told == right).mean() if target.classes else ((told - right) ** 2).mean())


def figure_in(words: str) -> float:
    """The figure of the test in what the window says."""
    found = FIGURE.search(words)
    if found is None:
        raise SystemExit(f"the window names no figure: {words}")
    return float(found[1]) / (100 if found[2] else 1)


def visit(path: Path, seeds: int) -> list[Figures]:
    """One set in a window of its own, with so many seeds; prints each run."""
    runs = []
    with stage() as (window, _):
        visitor = Visitor(window)
        visitor.begin(path)
        for seed in range(seeds):
            if seed:
                visitor.seed(seed)
            began = time.perf_counter()
            words = visitor.train()
            runs.append(Figures(figure_in(words), baseline(visitor.design), time.perf_counter() - began))
            if not seed:
                print(f"{path.stem}: {len(visitor.actions)} actions: {', '.join(visitor.actions)}")
            print(f"    seed {seed}: {words} Baseline {runs[-1].baseline:.3f}.", flush=True)
    return runs


def written_sets(folder: Path) -> Iterator[Path]:
    """The sets of scikit-learn, as files."""
    digits = datasets.load_digits()
    np.savez(folder / "digits.npz", images=digits.images.astype(np.uint8), labels=digits.target)
    yield folder / "digits.npz"
    for name in TABLES:
        read = getattr(datasets, f"load_{name}")(as_frame=True)
        named = dict(enumerate(map(str, read.get("target_names", ()))))
        table = read.frame.replace({TARGET: named}) if named else read.frame
        table.to_csv(folder / f"{name}.csv", index=False)
        yield folder / f"{name}.csv"


def sets_at(path: Path) -> list[Path]:
    """A set, or those in a folder that has but folders."""
    within = sorted(path.iterdir()) if path.is_dir() else []
    return within if within and all(item.is_dir() for item in within) else [path]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, metavar="FOLDER_OR_FILE")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="the sets of these names alone, without their endings"
    )
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=FutureWarning)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        others = [found for path in options.paths for found in sets_at(path.resolve())]
        for path in (*written_sets(Path(folder)), *others):
            if not options.only or path.stem in options.only:
                rows.append((path.stem, visit(path, max(options.seeds, 1))))
    print(f"\n{'set':<14} {'in the window':>13} {'least':>7} {'most':>7} {'baseline':>9} {'seconds':>8}")
    for name, runs in rows:
        ours, base, seconds = (list(column) for column in zip(*runs, strict=True))
        print(
            f"{name:<14} {median(ours):>13.3f} {min(ours):>7.3f} {max(ours):>7.3f} {median(base):>9.3f}"
            f" {median(seconds):>8.1f}"
        )


if __name__ == "__main__":
    main()
