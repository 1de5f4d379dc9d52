"""The command `designer draw`: a picture of a network, as the canvas draws it, or as boxes in perspective."""

from __future__ import annotations

import argparse
import os
from math import nan
from pathlib import Path

from designer.cli.shared import CommandError, Commands
from designer.core.storage import files
from designer.core.storage.writing import reason, write_atomically

FORMATS = ("svg", "pdf", "png")


def add_command(commands: Commands) -> None:
    """The parser of the command."""
    parser = commands.add_parser(
        "draw",
        help="a picture of a network: SVG, PDF or PNG",
        description="Draws a network as the canvas does, or as boxes in perspective. No screen is needed.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="an architecture file")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help="the picture: OUT.svg, OUT.pdf or OUT.png"
    )
    parser.add_argument("--style", choices=["canvas", "boxes"], default="canvas", help="cards (canvas) or boxes")
    parser.add_argument("--colors", choices=["light", "dark", "print"], default="light", help="light if not given")
    parser.add_argument(
        "--color-by", choices=["parameters", "multiply_adds", "memory"], help="color the cards by what blocks cost"
    )
    parser.add_argument("--scale", type=_scale, default=2.0, metavar="N", help="pixels of a PNG at 100 %% (2)")
    parser.add_argument("--transparent", action="store_true", help="nothing behind the network")
    parser.set_defaults(command=run_draw)


def _scale(text: str) -> float:
    """A scale from the command line."""
    try:
        scale = float(text)
    except ValueError:
        scale = nan
    if not 0.1 <= scale <= 8:
        raise argparse.ArgumentTypeError(f"expected a number from 0.1 to 8, got {text}")
    return scale


def run_draw(options: argparse.Namespace) -> int:
    """Writes the picture."""
    format_ = options.output.suffix.lower().removeprefix(".")
    if format_ not in FORMATS:
        raise CommandError(f"{options.output}: expected a name that ends in .svg, .pdf or .png")
    try:
        design = files.read(options.file)
    except files.FileError as error:
        raise CommandError(str(error)) from None
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from designer.ui.pictures.rendering import Options, Picture, PictureError, an_application

    application = an_application()
    chosen = Options(options.style, options.colors, options.scale, options.transparent, options.color_by)
    try:
        picture = Picture(design, chosen)
        write_atomically(options.output, picture.encoded(format_, options.file.name.removesuffix(files.SUFFIX)))
    except PictureError as error:
        raise CommandError(f"{options.file}: {error}") from None
    except OSError as error:
        raise CommandError(f"{options.output}: the file cannot be written: {reason(error)}") from None
    width, height = (round(side) for side in picture.size.toTuple())
    print(f"{options.output}: {width} × {height}")
    del application
    return 0
