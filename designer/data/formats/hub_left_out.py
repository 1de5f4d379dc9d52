"""Rows of a set of the hub that are left out, and why, as far as it is told at a glance."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from designer.core.schema.units import noun, plural
from designer.data.formats.base import Finding
from designer.data.formats.hub_options import HubOptions

if TYPE_CHECKING:
    from designer.data.formats.hub_rows import HubFile

_AT_ONCE = 2**6
_SHOWN = 20


def left_out(path: Path, options: HubOptions, read: int) -> Iterator[Finding]:
    """What could not be read, or has no label, where `read` rows were."""
    from designer.data.readers.hub_sets import hub_parts

    broken = sum(len(part) for part, _ in hub_parts(path, options.parts)) - read
    if broken <= 0:
        return
    is_file = options.kind in ("picture", "sound")
    large, outside = _too_large_or_outside(path, options) if is_file else ([], [])
    what = noun(len(large), "picture")
    if large:
        yield Finding(
            f"{len(large):,} {what} would take too much memory when decoded, and {noun(len(large), 'is', 'are')} left "
            f"out: make {noun(len(large), 'a smaller copy of it', 'smaller copies of them')}.",
            tuple(large[:_SHOWN]),
        )
    if outside:
        lies = noun(len(outside), "lies", "lie")
        yield Finding(
            f"{plural(len(outside), options.kind)} {lies} outside the folder of the set, and "
            f"{noun(len(outside), 'is', 'are')} not read: save the set once more with its files in it.",
            tuple(outside[:_SHOWN]),
        )
    if others := broken - len(large) - len(outside):
        what = plural(others, "row" if options.kind == "numbers" else options.kind)
        isare = noun(others, "is", "are")
        yield Finding(f"{what} cannot be read, or {noun(others, 'has', 'have')} no label, and {isare} left out.")


def _too_large_or_outside(path: Path, options: HubOptions) -> tuple[list[str], list[str]]:
    """The rows with pictures that are not decoded for their size, and those whose files lie elsewhere."""
    from designer.data.formats.hub_rows import HubFile, HubRows
    from designer.data.readers._parts import leads_outside

    rows, large, outside = HubRows(path, options.parts), [], []
    for numbers, _, table in rows.blocks(options.inputs[:1], _AT_ONCE):
        for row, value in zip(numbers.tolist(), table.column(options.inputs[0]), strict=True):
            if not value.is_valid:
                continue
            named = value["path"].as_py()
            if not value["bytes"].is_valid and named and leads_outside(path, named):
                outside.append(f"row {row + 1:,}: {named}")
            elif options.kind == "picture" and _is_too_large(HubFile(rows, row, value)):
                large.append(f"row {row + 1:,}")
    return large, outside


def _is_too_large(file: HubFile) -> bool:
    """Whether the head of a picture says that it has more pixels than are decoded."""
    from PIL import Image

    from designer.data.readers.pictures import picture_formats

    try:
        content = file.content()
        with Image.open(content if isinstance(content, BytesIO) else Path(content), formats=picture_formats()):
            return False
    except Image.DecompressionBombError:
        return True
    except Exception:  # decoders raise whatever broken bytes lead them to
        return False
