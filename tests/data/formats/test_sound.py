"""Sounds of somebody's own: found by their heads, read as waveforms or spectrograms, and told apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from scipy import signal

from designer.core.graph.data_settings import DataSettings
from designer.data import opening
from designer.data.errors import DataError
from designer.data.formats.base import FoundData, Opened
from designer.data.formats.registry import format_of
from designer.data.formats.sound import SoundOptions
from designer.data.readers._mel import log_mel, mel_bands
from designer.data.readers.sounds import resampled, waveform
from tests.data.formats.learning import learned
from tests.data.formats.made import broken_within, folders_of_names

RATE = 4000


def tone(hertz: float, seconds: float, rate: int = RATE, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    times = np.arange(round(seconds * rate)) / rate
    return 0.5 * np.sin(2 * np.pi * hertz * times + random.uniform(0, 6)) + random.normal(0, 0.05, len(times))


@pytest.fixture
def tones(tmp_path: Path) -> Path:
    for hertz in (300, 900):
        folder = tmp_path / f"{hertz} Hz 音"
        folder.mkdir()
        for number, ending in enumerate(("wav", "flac", "ogg") * 4):
            soundfile.write(folder / f"{number:02}.{ending}", tone(hertz, 0.2 + number / 100, seed=number), RATE)
    return tmp_path


def found_at(path: Path, **options: object) -> tuple[FoundData[SoundOptions], Opened, DataSettings]:
    source, found = opening.inspect(path, "sound", options or None)
    return found, format_of("sound").open(path, found.options), opening.settings_for(path, source, found)


def test_that_a_folder_of_sounds_is_recognised_and_described(tones: Path) -> None:
    assert opening.inspect(tones)[0] == "sound"
    found, _, _ = found_at(tones)
    assert found.summary == "2 classes, 24 sounds, 0.2 to 0.31 s, 4,000 Hz"
    assert found.options.classes == ("300 Hz 音", "900 Hz 音")
    assert (found.options.rate, found.options.seconds) == (4000, 0.3)


@pytest.mark.parametrize("kind", ["spectrogram", "frames", "waveform"])
@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.25])
@pytest.mark.parametrize("rate", [1000, 4000, 11025])
def test_that_samples_have_the_shape_that_was_told(tones: Path, kind: str, seconds: float, rate: int) -> None:
    found, opened, _ = found_at(tones, kind=kind, seconds=seconds, rate=rate, bands=20)
    feature, column = found.info.features[0], opened.columns["sound"]
    assert column.dtype == np.float32
    if feature.shape.varies:
        assert column.shape[1] == feature.longest == opened.columns["sound_lengths"].max()
        assert column.shape[2:] == feature.shape.sizes[1:]
    else:
        assert column.shape[1:] == feature.shape.sizes


@pytest.mark.parametrize("kind", ["spectrogram", "frames"])
def test_that_the_usual_network_tells_two_tones_apart(tones: Path, kind: str) -> None:
    _, _, data = found_at(tones, kind=kind, seconds=0.2, rate=4000, bands=16)
    assert learned(data, opening.load(data), "test_accuracy", epochs=20) == 1.0


def test_that_folders_of_parts_are_kept(tones: Path) -> None:
    for part in ("Train", "evaluation"):
        (tones / "split" / part).mkdir(parents=True)
        for folder in list(tones.glob("* Hz*")):
            (tones / "split" / part / folder.name).mkdir()
            for file in sorted(folder.iterdir())[: 6 if part == "Train" else 3]:
                file.rename(tones / "split" / part / folder.name / file.name)
    found, opened, _ = found_at(tones / "split")
    assert found.given_parts == (12, 0, 6)
    assert np.bincount(opened.columns["part"]).tolist() == [12, 0, 6]
    assert found.options.classes
    (tones / "split" / "Train" / found.options.classes[0] / "broken.wav").write_bytes(b"none")
    classes = [found.options.classes[number] for number in opened.columns["class"]]
    assert folders_of_names(tones / "split", "sound", found.options) == classes


def test_that_power_is_that_of_a_short_time_fourier_transform() -> None:
    wave = tone(440, 0.5).astype(np.float32)
    _, _, spectrum = signal.stft(
        wave, window="hann", nperseg=100, noverlap=60, boundary="zeros", padded=False, scaling="spectrum"
    )
    power = np.abs(spectrum.T * signal.get_window("hann", 100).sum()) ** 2
    found = log_mel(wave, RATE, 24, 100, 40)
    np.testing.assert_allclose(found, np.log(power @ mel_bands(RATE, 24, 100) + 1e-5)[: len(found)], atol=1e-3)


def test_that_the_loudest_band_is_that_of_the_tone() -> None:
    bands, window = 40, 200
    loudest = log_mel(tone(900, 0.5), RATE, bands, window, 40).mean(0).argmax()
    shares = mel_bands(RATE, bands, window)[:, loudest]
    assert abs(np.fft.rfftfreq(window, 1 / RATE)[shares.argmax()] - 900) < 60


@pytest.mark.parametrize("wanted", [2000, 4000, 8000, 11025])
def test_that_another_rate_keeps_the_tone(wanted: int) -> None:
    wave = resampled(np.sin(2 * np.pi * 500 * np.arange(4000) / 4000), 4000, wanted)
    assert len(wave) == wanted
    middle = slice(wanted // 4, -wanted // 4)
    np.testing.assert_allclose(wave[middle], np.sin(2 * np.pi * 500 * np.arange(wanted) / wanted)[middle], atol=1e-3)


@pytest.mark.parametrize(("own", "wanted"), [(1000, 2000), (2000, 1000), (1001, 2000), (1000, 333), (1764, 640)])
def test_that_another_rate_gives_what_scipy_gives(own: int, wanted: int) -> None:
    noise = np.random.default_rng(0).normal(0, 0.3, own)
    np.testing.assert_allclose(resampled(noise, own, wanted), signal.resample(noise, wanted), atol=1e-6)


def test_that_broken_and_empty_files_are_left_out_and_told(tones: Path) -> None:
    folder = next(tones.glob("300*"))
    (folder / "broken.wav").write_bytes(b"RIFF and no more")
    soundfile.write(folder / "empty.wav", np.zeros(0), RATE)
    soundfile.write(folder / "strange.wav", np.full(900, np.nan), RATE, subtype="FLOAT")
    (folder / ".hidden.wav").write_bytes(b"")
    broken = broken_within(folder)
    found, opened, _ = found_at(tones)
    assert found.samples == len(opened.columns["sound"]) == len(opened.columns["class"]) == 24
    assert found.findings[0].message == "7 files cannot be read, and are left out."
    assert [item.split(":")[0] for item in found.findings[0].where] == [
        "broken.wav",
        "empty.wav",
        "strange.wav",
        *(file.name for file in broken),
    ]
    assert all(len(item) > len("within0.wav: ") for item in found.findings[0].where)
    for file in broken:  # one that is shown to a trained network is told, too
        with pytest.raises(DataError, match=file.name):
            format_of("sound").sample_of(file, found.options, found.info.features[0], lambda: pytest.fail("unread"))


def test_that_sounds_of_which_none_can_be_read_are_told(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        broken_within(tmp_path / name)
    with pytest.raises(DataError, match=r"none of its files can be read as a sound: within0\.wav: it is cut"):
        opening.inspect(tmp_path, "sound")


def test_that_an_answer_keeps_the_longest_sound_whole(tones: Path) -> None:
    found, _, _ = found_at(tones)
    answer = next(finding.answers[0] for finding in found.findings if "are cut" in finding.message)
    mended, _, _ = found_at(tones, **{**found.options.model_dump(), **answer.changes})
    assert not any("are cut" in finding.message for finding in mended.findings)


def test_that_one_class_and_no_sounds_are_told(tones: Path) -> None:
    for file in next(tones.glob("900*")).iterdir():
        file.unlink()
    with pytest.raises(DataError, match="at least two classes, got 1"):
        opening.inspect(tones, "sound")
    empty = tones / "empty"
    empty.mkdir()
    with pytest.raises(DataError, match="there are no sounds"):
        opening.inspect(empty, "sound")


def test_that_a_sound_that_has_gone_is_named(tones: Path) -> None:
    gone = next(tones.glob("900*/*.ogg"))
    gone.unlink()
    with pytest.raises(FileNotFoundError) as told:
        waveform(gone, RATE, 1.0)
    assert told.value.filename == str(gone)
