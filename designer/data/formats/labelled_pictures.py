"""Pictures with a table: a CSV that lists files of pictures and their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from designer.core.graph.binding import Target
from designer.core.schema.shape import features
from designer.data.errors import DataError
from designer.data.formats.base import ColumnChoice, ColumnChoices, Finding, ReaderCall
from designer.data.formats.encodings import Encoding
from designer.data.formats.pictures.options import PictureOptions
from designer.data.formats.pictures.source import PictureSource

_TABLES = (".csv", ".tsv")


class LabelledPicturesOptions(PictureOptions):
    """How the table is read."""

    columns: Annotated[
        tuple[ColumnChoice, ...], ColumnChoices(("input", "target", "group", "part", "ignored"), ("category", "number"))
    ] = Field(
        default=(), description="What each column is for: the input is the one with the files, a target is learned."
    )
    encoding: Literal["utf-8-sig"] | Encoding = "utf-8-sig"
    """How the letters of the table are written; names of columns and classes follow from it."""
    delimiter: Literal[",", ";", "\t", "|"] = ","
    """What divides the cells of the table."""
    header: bool = True
    """Whether the first row of the table names its columns."""
    table: str = ""
    """The table within the folder; empty where the path is that of the table."""
    inside: str = ""
    """The folder, beside the table, in which the pictures lie."""
    ending: str = ""
    """What is behind each name of the table in the names of the files."""

    def named(self, role: str, kind: str = "") -> list[str]:
        """The columns of a role, and of a type if one is given."""
        return [item.name for item in self.columns if item.role == role and kind in ("", item.type)]


class LabelledPictures(PictureSource[LabelledPicturesOptions]):
    """Pictures that a table lists."""

    name = "labelled_pictures"
    title = "Pictures with a table"
    description = "A table (.csv) with a column of picture files and columns of labels, beside the pictures"
    endings = _TABLES
    options = LabelledPicturesOptions

    def recognises(self, path: Path) -> int:
        """A table whose first rows name pictures that are there, or a folder with one."""
        from designer.data.formats.pictures.label_table import at_a_glance

        if path.is_dir():
            return 95 if _table_in(path) else 0
        return 95 if path.suffix.lower() in _TABLES and at_a_glance(path) else 0

    def with_labels(
        self, path: Path, options: LabelledPicturesOptions
    ) -> tuple[LabelledPicturesOptions, list[Finding]]:
        """The options with what each column is for. Raises DataError where it is no table of pictures."""
        from designer.data.formats.pictures.table_options import with_table

        table: Path | None = path
        if path.is_dir():
            table = path / options.table if options.table else _table_in(path)
        if table is None:
            raise DataError(f"{path}: expected a table (.csv) with a column of pictures that are there")
        changes, findings = with_table(path, table, options.model_dump() | {"columns": options.columns})
        return options.model_copy(update=changes), findings

    def targets(self, options: LabelledPicturesOptions) -> tuple[Target, ...]:
        """A class or a number for each column that is learned."""
        return tuple(
            Target(item.name, features(1), item.values if item.type == "category" else None)
            for item in options.columns
            if item.role == "target"
        )

    def labels_told(self, options: LabelledPicturesOptions) -> str:
        """Which table has them."""
        return f"The labels are in {options.table or 'the table'}"

    def with_classes(self, options: LabelledPicturesOptions, kept: Sequence[str]) -> Mapping[str, JsonValue]:
        """Rows of other classes are not read."""
        first = next(item for item in options.columns if item.role == "target")
        columns = [
            item if item is not first else item.model_copy(update={"values": tuple(kept)}) for item in options.columns
        ]
        return {"columns": [item.model_dump(mode="json") for item in columns]}

    def groups(self, options: LabelledPicturesOptions) -> str:
        """The column of what belongs together."""
        return "group" if options.named("group") else ""

    def call(self, options: LabelledPicturesOptions) -> ReaderCall:
        """The reader with its arguments."""
        said: dict[str, Any] = {
            "classes": {
                item.name: item.values for item in options.columns if item.name in options.named("target", "category")
            },
            "numbers": tuple(options.named("target", "number")),
            "part": "".join(options.named("part")[:1]),
            "group": "".join(options.named("group")[:1]),
            "table": options.table,
            "encoding": "" if options.encoding == "utf-8-sig" else options.encoding,
            "delimiter": "" if options.delimiter == "," else options.delimiter,
            "inside": options.inside,
            "ending": options.ending,
        }
        arguments = options.arguments() | {"picture": "".join(options.named("input")[:1])}
        arguments |= {name: value for name, value in said.items() if value}
        return ReaderCall(
            "labelled_pictures",
            "read_labelled_pictures",
            arguments if options.header else arguments | {"header": False},
        )


def _table_in(folder: Path) -> Path | None:
    """The first table in a folder that lists pictures which are there."""
    from designer.data.formats.pictures.label_table import at_a_glance

    tables = sorted(item for item in folder.iterdir() if item.suffix.lower() in _TABLES and item.is_file())
    return next((table for table in tables[:10] if at_a_glance(table)), None)


FORMAT = LabelledPictures()
