"""Samples of a person's own data as they are seen: rows of tables, sounds, normalised pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from designer.core.assist.starting_networks import starting_networks
from designer.core.graph.binding import Feature, one_to_one
from designer.core.graph.design import Design
from designer.core.graph.roles import OutputBlock
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.shape import tokens
from designer.core.storage import files
from designer.data import opening as data_opening
from designer.data.preview import PicturesPreview, preview_of
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.data_grids import PictureGrid
from designer.ui.panels.data_views import Bars
from designer.ui.panels.row_view import RowView
from designer.ui.panels.sample import SamplePanel
from designer.ui.panels.sample_views import ImageView, images_of
from designer.ui.panels.spectrogram_view import SpectrogramView
from designer.ui.panels.transform_views import PicturePair
from designer.ui.panels.values import ValuesPanel
from designer.ui.style.theme import Theme
from tests.data.formats.made import striped_pictures
from tests.ui.conftest import Opening
from tests.ui.test_data_panel import opened as looked_at
from tests.ui.test_sample_panel import opened
from tests.ui.test_transform_chain import add, preview


def own(folder: Path, path: Path, *transforms: dict[str, Any]) -> tuple[Path, str]:
    """A design with the first network that suits data of one's own, and its Output."""
    source, found = data_opening.inspect(path)
    data = data_opening.settings_for(path, source, found).model_copy(update={"transforms": transforms})
    network = starting_networks(found.info)[0].network
    file = folder / "own.network.json"
    files.write(Design(network, data, TrainingSettings(device="cpu")), file)
    return file, network.of_type(OutputBlock)[0][0].id


def test_that_a_row_of_a_table_has_its_cells_as_they_stand_in_the_file_and_what_is_told_in_its_units(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    path, known = tmp_path / "people.csv", {}
    lines = ["id,age,town,street,day,member,price"]
    for n in range(60):
        age, town = ("" if n % 7 == 0 else f"{20 + n % 30}.5"), ("Rome", "Oslo", "Bonn")[n % 3]
        rest = (town, f"street {n % 14}", f"20{10 + n % 9}-0{1 + n % 9}-{1 + n % 28:02}", ("no", "yes")[n % 2])
        known[f"{n * 1500.25:.2f}"] = (age or "missing", *rest)
        lines.append(",".join([f"x{n}", age, *rest, f"{n * 1500.25:.2f}"]))
    path.write_text("\n".join(lines), encoding="utf-8")
    window, panel = opened(opening, qtbot, *own(tmp_path, path))
    prices = {f"{float(price):.6g}": cells for price, cells in known.items()}
    seen = []
    for number in range(panel.number.maximum() + 1):
        panel.number.setValue(number)
        qtbot.waitUntil(lambda: panel._shown is not None and panel._shown.index == number, timeout=30_000)  # noqa: B023
        (view,) = panel.views
        assert isinstance(view, RowView)
        price = panel.verdict.text().split("</b>")[0].removeprefix("Label <b>")
        names, cells = zip(*view.cells, strict=True)
        assert names == ("age", "town", "street", "day", "member")
        assert cells == prices[price]
        seen += cells
    assert "missing" in seen
    assert window.panel(SamplePanel).verdict.isVisible()


def low_and_high(folder: Path) -> Path:
    """Sounds of two pitches, in a folder each."""
    time = np.arange(8000) / 8000
    for name, hertz in (("low", 300), ("high", 1500)):
        (folder / name).mkdir(parents=True)
        for number in range(8):
            wave = np.sin(2 * np.pi * (hertz + 10 * number) * time) / 2
            soundfile.write(folder / name / f"{number}.wav", wave, 8000)
    return folder


def test_that_the_data_panel_has_high_tones_above_low_ones(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    content = looked_at(window, qtbot, low_and_high(tmp_path / "sounds"))

    def grid() -> PicturesPreview | None:
        return next((item.shown for item in content.findChildren(PictureGrid) if "high" in item.shown.labels), None)

    qtbot.waitUntil(lambda: grid() is not None, timeout=30_000)
    shown = grid()
    assert shown is not None
    rows = {name: int(image[:, 20, 0].argmax()) for name, image in zip(shown.labels, shown.images, strict=True)}
    assert rows["high"] < rows["low"]
    view = next(item for item in content.findChildren(PictureGrid) if item.shown is shown)
    ((first, last),) = {view.ends(number) for number in range(len(shown.images))}
    kept = window.editor.design.data.options["seconds"]
    assert isinstance(kept, float)
    assert (first, last[-2:]) == ("0", " s")
    assert abs(float(last[:-2]) - kept) < 0.03
    add(content.transforms, "normalise")
    pair = preview(content.transforms, qtbot, PicturePair)
    for image in (pair.before, *pair.after):
        row = max(range(image.height()), key=lambda y: image.pixelColor(20, y).lightness())
        assert min(abs(row - known) for known in rows.values()) <= 1


def test_that_a_sound_is_shown_by_its_own_range_in_colours_with_seconds_and_hertz(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    file, output = own(tmp_path, low_and_high(tmp_path / "sounds"), {"kind": "normalise"})
    _, panel = opened(opening, qtbot, file, output)
    (view,) = panel.views
    assert isinstance(view, SpectrogramView)
    assert view.image is not None
    assert view.ticks_of_time()[0] == (0, "0")
    assert view.ticks_of_time()[-1][1].endswith(" s")
    places = {text: share for share, text in view.ticks_of_bands()}
    assert list(places.values()) == sorted(places.values())
    assert {"500 Hz", "1 kHz", "2 kHz"} <= places.keys()
    column = [view.image.pixelColor(view.image.width() // 3, y) for y in range(view.image.height())]
    brightest = max(range(len(column)), key=lambda y: column[y].lightness())
    wanted = {"low": (0.0, places["500 Hz"]), "high": (places["1 kHz"], places["2 kHz"])}
    label = panel.verdict.text().split("</b>")[0].removeprefix("Label <b>")
    low, high = wanted[label]
    assert low <= 1 - (brightest + 0.5) / len(column) <= high  # the lowest band lies below
    assert len({item.name() for item in column}) > 3
    assert {name for name, _, _ in panel.scores[0].rows} == {"low", "high"}
    values = looking_values(panel)
    qtbot.waitUntil(lambda: values.shown is not None)
    assert values.text_at(QPointF(0, 0)).startswith("high: ")
    assert values.text_at(QPointF(1, 0)).startswith("low: ")


def looking_values(panel: SamplePanel) -> ValuesPanel:
    window = panel.window()
    assert isinstance(window, MainWindow)
    return window.panel(ValuesPanel)


def test_that_pictures_that_are_normalised_look_as_they_are_in_their_files(
    opening: Opening, qtbot: QtBot, tmp_path: Path
) -> None:
    pictures = striped_pictures(tmp_path / "pets")
    shown = []
    for transforms in ((), ({"kind": "normalise"},)):
        file, output = own(tmp_path, pictures, *transforms)
        window, panel = opened(opening, qtbot, file, output)
        (view,) = panel.views
        assert isinstance(view, ImageView)
        shown.append(view.frames[0])
        assert panel._shown is not None
        window.editor.stack.setClean()
        window.close()
    x = panel._shown.x
    assert x.min() < -0.5  # as the network sees it
    plain, undone = (np.frombuffer(image.constBits(), np.uint8).astype(int) for image in shown)
    assert np.abs(plain - undone).max() <= 1


def test_that_numbers_of_any_range_become_a_picture_by_their_range() -> None:
    values = np.linspace(-3, 5, 12, dtype=np.float32).reshape(1, 3, 4)
    (image,) = images_of(values[None])
    greys = [image.pixelColor(x, y).red() for y in range(3) for x in range(4)]
    assert (greys[0], greys[-1]) == (0, 255)
    assert greys == sorted(greys)
    assert len(set(greys)) == 12


def test_that_bars_of_whole_numbers_are_told_by_these_numbers(theme: Theme, qtbot: QtBot) -> None:
    info = one_to_one("made", "Made", Feature("words", tokens(None), 9), "kind", ("a", "b"))
    columns = {"words": np.ones((4, 6), int), "words_lengths": np.array([3, 6, 6, 4]), "kind": np.array([0, 1, 0, 1])}
    bars = Bars(theme, preview_of(info, columns, {}).histograms[1])
    qtbot.addWidget(bars)
    bars.resize(80, 60)
    told = [bars.tip(QPointF(place, 20)) for place in (5, 25, 45, 65)]
    assert told == ["3: 1 sample", "4: 1 sample", "5: 0 samples", "6: 2 samples"]
