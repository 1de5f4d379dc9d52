"""Pictures as Pillow writes them, read as samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from designer.data.readers.pictures import is_picture, picture_formats, read_picture
from tests.data.formats.made import bomb

HALF = (2, 2)


def saved(path: Path, picture: Image.Image, **how: object) -> str:
    picture.save(path, **how)
    return str(path)


def colours(image: np.ndarray) -> list[list[float]]:
    """The mean of each channel of the left and of the right half."""
    middle = image.shape[2] // 2
    return [[round(float(side.mean()), 1) for side in (channel[:, :middle], channel[:, middle:])] for channel in image]


@pytest.fixture
def halves() -> Image.Image:
    """Red on the left, blue on the right: 8 wide, 4 high."""
    pixels = np.zeros((4, 8, 3), dtype=np.uint8)
    pixels[:, :4, 0], pixels[:, 4:, 2] = 255, 255
    return Image.fromarray(pixels)


@pytest.mark.parametrize("ending", ["bmp", "gif", "jp2", "png", "ppm", "qoi", "tga", "tiff", "webp", "pcx", "sgi"])
def test_that_formats_of_pillow_are_read(halves: Image.Image, tmp_path: Path, ending: str) -> None:
    how = {"lossless": True} if ending == "webp" else {}
    path = saved(tmp_path / f"halves.{ending}", halves, **how)
    assert is_picture(path)
    assert colours(read_picture(path, (4, 8), 3)) == [[1, 0], [0, 0], [0, 1]]


def test_that_formats_which_other_programs_would_run_are_no_pictures(halves: Image.Image, tmp_path: Path) -> None:
    path = saved(tmp_path / "script.eps", halves)
    disguised = tmp_path / "script.png"
    disguised.write_bytes(Path(path).read_bytes())
    assert not is_picture(path)
    assert "EPS" not in picture_formats()
    with pytest.raises(OSError, match="cannot identify"):
        read_picture(str(disguised), HALF, 3)


def test_that_a_camera_held_upright_gives_upright_pictures(halves: Image.Image, tmp_path: Path) -> None:
    turned = halves.transpose(Image.Transpose.ROTATE_90)  # what is left in the scene is below in the file
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise to be shown
    path = saved(tmp_path / "photo.jpg", turned, exif=exif, quality=95, subsampling=0)
    image = read_picture(path, (4, 8), 3)
    assert image[0, :, :4].mean() > 0.9
    assert image[2, :, 4:].mean() > 0.9


def test_that_16_bits_are_scaled_by_their_range(tmp_path: Path) -> None:
    pixels = np.array([[0, 65535], [0, 65535]], dtype=np.uint16)
    path = saved(tmp_path / "deep.png", Image.fromarray(pixels))
    assert read_picture(path, HALF, 1).tolist() == [[[0, 1], [0, 1]]]
    assert read_picture(path, HALF, 3).shape == (3, 2, 2)


@pytest.mark.parametrize("pixels", [np.float32([[-3, 5], [-3, 5]]), np.int32([[-90000, 90000], [-90000, 90000]])])
def test_that_floats_and_32_bits_are_scaled_by_what_they_have(tmp_path: Path, pixels: np.ndarray) -> None:
    path = saved(tmp_path / "measured.tiff", Image.fromarray(pixels))
    assert read_picture(path, HALF, 1).tolist() == [[[0, 1], [0, 1]]]


def test_that_floats_from_0_to_1_stay(tmp_path: Path) -> None:
    path = saved(tmp_path / "measured.tiff", Image.fromarray(np.float32([[0.25, 0.5], [0.25, 0.5]])))
    assert read_picture(path, HALF, 1).tolist() == [[[0.25, 0.5], [0.25, 0.5]]]


def test_that_one_value_everywhere_is_no_division_by_zero(tmp_path: Path) -> None:
    path = saved(tmp_path / "flat.tiff", Image.fromarray(np.full((2, 2), 7, dtype=np.float32)))
    assert read_picture(path, HALF, 1).tolist() == [[[0, 0], [0, 0]]]


def test_that_what_is_transparent_is_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (2, 2), (255, 0, 0, 0))
    assert read_picture(saved(tmp_path / "a.png", clear), HALF, 3).min() == 1
    palette = Image.new("P", (2, 2))
    palette.putpalette([255, 0, 0])
    assert read_picture(saved(tmp_path / "b.gif", palette, transparency=0), HALF, 3).min() == 1
    assert read_picture(saved(tmp_path / "c.gif", palette), HALF, 3)[:, 0, 0].tolist() == [1, 0, 0]


def test_that_ink_is_no_light(tmp_path: Path) -> None:
    black = Image.new("CMYK", (8, 8), (0, 0, 0, 255))
    path = saved(tmp_path / "print.jpg", black)
    assert read_picture(path, HALF, 3).max() < 0.05
    assert read_picture(path, HALF, 1).max() < 0.05


def test_that_a_picture_is_stretched_fitted_or_cropped(halves: Image.Image, tmp_path: Path) -> None:
    path = saved(tmp_path / "wide.png", halves)
    assert colours(read_picture(path, (4, 4), 3, "stretch")[:, :, ::3]) == [[1, 0], [0, 0], [0, 1]]
    fitted = read_picture(path, (8, 8), 3, "fit")
    assert fitted[:, :2].max() == 0  # black above,
    assert fitted[:, 6:].max() == 0  # and below
    assert colours(fitted[:, 2:6]) == [[1, 0], [0, 0], [0, 1]]
    tall = np.zeros((8, 4, 3), dtype=np.uint8)
    tall[2:6] = 255
    cropped = read_picture(saved(tmp_path / "tall.png", Image.fromarray(tall)), (4, 4), 3, "crop")
    assert cropped.min() == 1


def test_that_a_large_photograph_is_read_as_one_that_was_made_smaller(tmp_path: Path) -> None:
    ramp = np.linspace(0, 255, 800).astype(np.uint8)[None].repeat(600, 0)
    path = saved(tmp_path / "photo.jpg", Image.fromarray(ramp), quality=95)
    image = read_picture(path, (16, 16), 1)
    assert np.abs(image[0] - (np.arange(16) + 0.5) / 16).max() < 0.02


def test_that_a_picture_larger_than_pillows_limit_is_refused(tmp_path: Path) -> None:
    path = bomb(tmp_path / "bomb.png")
    with pytest.raises(Image.DecompressionBombError):
        read_picture(str(path), HALF, 3)
