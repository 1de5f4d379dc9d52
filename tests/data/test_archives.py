"""Archives as data: unpacked in the cache, whole or not at all, within bounds, and nothing outside of a folder."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import shutil
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from designer.core.graph.data_settings import DataSettings
from designer.data import archives, opening
from designer.data.archives import readable
from designer.data.errors import Cancelled, DataError
from designer.data.formats import text, text_streaming
from designer.data.readers import _archives
from designer.data.readers._archives import place_within
from tests.data.formats.made import striped_pictures

TABLE = "a,b,label\n" + "".join(f"{row},{row % 7},{'yes' if row % 2 else 'no'}\n" for row in range(40))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    return tmp_path / "kept" / "cache"


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """A folder with a folder of pictures."""
    striped_pictures(tmp_path / "packed" / "pets", ("cats", "猫 und dogs"))
    return tmp_path / "packed"


def zipped(folder: Path, target: Path) -> Path:
    return Path(shutil.make_archive(str(target), "zip", folder))


def tarred(folder: Path, target: Path, packing: str = "gz") -> Path:
    with tarfile.open(target, f"w:{packing}") as archive:
        archive.add(folder, ".")
    return target


def zip_of(target: Path, **members: str | bytes) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target


def tar_of(target: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(target, "w:gz") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(bytes(member.size)))
    return target


def member(name: str, size: int = 3, **fields: object) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.size = size
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def files_in(folder: Path) -> list[str]:
    return sorted(item.relative_to(folder).as_posix() for item in folder.rglob("*") if item.is_file())


def settings(path: Path) -> DataSettings:
    return opening.settings_for(path, *opening.inspect(path))


def assert_nothing_is_left(cache: Path, outside: Path) -> None:
    assert not [item for item in cache.rglob("*") if item.is_file()]
    assert not list(outside.rglob("evil*"))


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"])
def test_that_an_archive_is_read_as_the_folder_in_it(pets: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"all{ending}"
    packing = {".tar": "", ".tar.bz2": "bz2", ".tar.xz": "xz"}.get(ending, "gz")
    path = zipped(pets, tmp_path / "all") if ending == ".zip" else tarred(pets, target, packing)
    found, plain = settings(path), settings(pets / "pets")
    assert found.model_copy(update={"path": plain.path}) == plain
    assert found.path == path.as_posix()
    data, folder = opening.load(found), opening.load(plain)
    for name, column in folder.train.columns.items():
        assert (data.train.columns[name] == column).all()
    assert files_in(tmp_path / "packed") == files_in(pets)
    assert not [item for item in tmp_path.iterdir() if item.name not in ("kept", "packed", path.name)]


@pytest.mark.parametrize(("ending", "packed"), [(".bz2", bz2.compress), (".xz", lzma.compress), (".gz", gzip.compress)])
def test_that_a_single_file_is_read_as_what_it_is_without_its_packing(
    tmp_path: Path, ending: str, packed: Callable[[bytes], bytes]
) -> None:
    np.save(tmp_path / "x.npy", np.arange(60, dtype=np.float32).reshape(20, 3))
    for name, content in (("people.csv", TABLE.encode()), ("x.npy", (tmp_path / "x.npy").read_bytes())):
        path = tmp_path / f"{name}{ending}"
        path.write_bytes(packed(content))
        source, found = opening.inspect(path)
        assert (source, found.samples) == (("table", 40) if name == "people.csv" else ("arrays", 20))


def test_that_a_table_alone_in_an_archive_is_the_data(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "download.zip", **{"inside/people.csv": TABLE, "__MACOSX/._people.csv": b"\0\1"})
    source, found = opening.inspect(path)
    assert (source, found.info.title, found.samples) == ("table", "people.csv", 40)
    path = zip_of(tmp_path / "told.zip", **{"people.csv": TABLE, "README.md": "People.", "LICENSE": "Free."})
    assert opening.inspect(path)[0] == "table"


def test_that_what_is_a_zip_beside_stays_what_it_is(tmp_path: Path, own_cache: Path) -> None:
    np.savez(tmp_path / "x.npz", x=np.zeros((20, 3), np.float32), y=np.arange(20) % 2)
    (tmp_path / "people.csv.gz").write_bytes(gzip.compress(TABLE.encode()))
    assert opening.inspect(tmp_path / "x.npz")[0] == "arrays"
    assert opening.inspect(tmp_path / "people.csv.gz")[0] == "table"
    assert not own_cache.exists()


def test_that_an_archive_is_unpacked_once_and_anew_when_it_is_another(
    pets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(pets, tmp_path / "all")
    times = []
    unpack = _archives.unpack
    monkeypatch.setattr(_archives, "unpack", lambda *given, **more: times.append(0) or unpack(*given, **more))
    for _ in range(2):
        opening.load(settings(path))
    assert len(times) == 1
    zip_of(path, **{"people.csv": TABLE})
    assert opening.inspect(path)[0] == "table"
    assert len(times) == 2


OUTSIDE = ("../evil.csv", "a/../../evil.csv", "/tmp/evil.csv", "\\evil.csv", "C:\\evil.csv", "c:evil.csv", "a/.. /evil")


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("make", ["zip", "tar"])
def test_that_a_member_that_would_lie_outside_is_refused_by_its_name(
    tmp_path: Path, own_cache: Path, name: str, make: str
) -> None:
    if make == "zip":
        path = zip_of(tmp_path / "all.zip", **{"people.csv": TABLE, name: "x"})
    else:
        path = tar_of(tmp_path / "all.tar.gz", member("people.csv"), member(name))
    with pytest.raises(DataError) as error:
        opening.inspect(path)
    assert f"{path}: {name!r}: it would lie outside the folder" in str(error.value)
    assert_nothing_is_left(own_cache, tmp_path)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_that_links_and_devices_in_a_tar_are_refused(tmp_path: Path, own_cache: Path, kind: bytes) -> None:
    (tmp_path / "secret.csv").write_text(TABLE)
    link = member("evil", 0, type=kind, linkname=str(tmp_path / "secret.csv"))
    path = tar_of(tmp_path / "all.tar.gz", member("a.csv"), link, member("evil/b.csv"))
    with pytest.raises(DataError, match=r"'evil': it is a link or a device, and no plain file"):
        opening.inspect(path)
    assert_nothing_is_left(own_cache, tmp_path / "kept")


def test_that_a_link_in_a_zip_is_refused(tmp_path: Path, own_cache: Path) -> None:
    link = zipfile.ZipInfo("evil")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(DataError, match=r"'evil': it is a link or a device, and no plain file"):
        opening.inspect(tmp_path / "all.zip")
    assert_nothing_is_left(own_cache, tmp_path / "kept")


def test_that_names_which_are_no_files_on_windows_are_refused_there() -> None:
    assert place_within("./a//b\\c.png", windows=True) == ("a", "b", "c.png")
    for name in ("con", "a/NUL.txt", "a/b.txt:hidden", "com1.csv"):
        with pytest.raises(ValueError, match="no file can have that name"):
            place_within(name, windows=True)
        assert place_within(name, windows=False)


def big_zip(path: Path, size: int) -> Path:
    """A zip of zeros, packed piece by piece."""
    packing = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w", packing, compresslevel=1) as archive, archive.open("zeros.csv", "w") as file:
        for _ in range(size // 2**20):
            file.write(bytes(2**20))
    return path


def test_that_a_bomb_is_told_with_what_it_would_take(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_archives, "SMALL_UNPACKED", 2**22)
    monkeypatch.setattr(_archives, "MOST_TIMES", 100)
    path = big_zip(tmp_path / "zeros.zip", 2**24)
    with pytest.raises(DataError, match=r"it would take 16\.0 MiB unpacked, \d{3,} times .*: expected at most 100"):
        opening.inspect(path)
    (tmp_path / "zeros.csv.xz").write_bytes(lzma.compress(bytes(2**24)))
    with pytest.raises(DataError, match=r"it would take 5\.0 MiB unpacked, [\d,]+ times as much as packed"):
        opening.inspect(tmp_path / "zeros.csv.xz")
    (tmp_path / "zeros.csv.gz").write_bytes(gzip.compress(b"a,b\n" * 2**22))  # a table is read as it is packed
    with pytest.raises(DataError, match=r"it would take .* unpacked, [\d,]+ times as much as packed"):
        opening.inspect(tmp_path / "zeros.csv.gz")
    tar_of(tmp_path / "zeros.tar.gz", member("zeros", 2**24))
    with pytest.raises(DataError, match=r"it would take 16\.0 MiB unpacked, [\d,]+ times as much as packed"):
        opening.inspect(tmp_path / "zeros.tar.gz")
    assert_nothing_is_left(own_cache, tmp_path / "kept")


def test_that_more_than_there_is_room_for_is_not_unpacked(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LIMIT", 1000)
    (tmp_path / "x.npy.gz").write_bytes(gzip.compress(os.urandom(2000)))
    for path in (zip_of(tmp_path / "all.zip", a=os.urandom(2000)), tmp_path / "x.npy.gz"):
        with pytest.raises(DataError, match=r"it would take 0\.0 MiB unpacked, and there is room for 0\.0 MiB"):
            opening.inspect(path)
    assert_nothing_is_left(own_cache, tmp_path / "kept")


def test_that_members_which_share_bytes_are_refused(tmp_path: Path, own_cache: Path) -> None:
    path = zip_of(tmp_path / "all.zip", first=os.urandom(300), second=os.urandom(300))
    content = bytearray(path.read_bytes())
    second = content.rindex(b"PK\1\2")
    content[second + 42 : second + 46] = struct.pack("<I", 0)  # where it begins: where the first one does
    path.write_bytes(content)
    with pytest.raises(DataError, match="share bytes, as in a trap"):
        opening.inspect(path)
    assert_nothing_is_left(own_cache, tmp_path / "kept")


def test_that_too_many_members_are_told_before_any_is_read(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_archives, "MOST_MEMBERS", 10)
    path = zip_of(tmp_path / "all.zip", **{f"{number}.txt": "x" for number in range(11)})
    tar = tar_of(tmp_path / "all.tar", *(member(str(number)) for number in range(11)))
    monkeypatch.setattr(zipfile, "ZipFile", None)
    for archive in (path, tar):
        with pytest.raises(DataError, match="it holds 11 members: expected at most 10"):
            opening.inspect(archive)
    assert_nothing_is_left(own_cache, tmp_path / "kept")


def test_that_the_list_of_a_long_zip_is_counted_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_archives, "MOST_MEMBERS", 10)
    path = zip_of(tmp_path / "all.zip", **{f"{number}.txt": "x" for number in range(11)})
    content = path.read_bytes()
    place = content.rindex(b"PK\5\6")
    count, size, start = 11, *struct.unpack_from("<II", content, place + 12)
    record = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, place, 1)
    short = content[place : place + 8] + struct.pack("<HHII", 1, 1, 46, start) + content[place + 20 :]
    path.write_bytes(content[:place] + record + locator + short)
    assert len(zipfile.ZipFile(path).infolist()) == 11
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(DataError, match="it holds 11 members: expected at most 10"):
        opening.inspect(path)


def test_that_an_encrypted_zip_is_told(tmp_path: Path, own_cache: Path) -> None:
    path = zip_of(tmp_path / "all.zip", **{"people.csv": TABLE})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.rindex(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"'people.csv': it is encrypted: unpack it yourself"):
        opening.inspect(path)
    assert_nothing_is_left(own_cache, tmp_path / "kept")


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz", ".tar.bz2", ".tar.xz", ".csv.bz2"])
@pytest.mark.parametrize("share", [0.0, 0.4, 0.8, 0.97])
def test_that_an_archive_that_is_cut_short_is_told_and_leaves_nothing(
    tmp_path: Path, own_cache: Path, ending: str, share: float
) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a", "b", "c"):
        (tmp_path / "in" / name).write_bytes(os.urandom(8000))
    packing = {".tar": "", ".tar.bz2": "bz2", ".tar.xz": "xz"}.get(ending, "gz")
    path = tmp_path / f"all{ending}"
    if ending == ".csv.bz2":
        path.write_bytes(bz2.compress(os.urandom(8000)))
    elif ending == ".zip":
        zipped(tmp_path / "in", tmp_path / "all")
    else:
        tarred(tmp_path / "in", path, packing)
    size = int(share * len(path.read_bytes())) // 512 * 512
    if ending == ".tar":
        size = int(share * (4 + 48) * 512) // 512 * 512  # behind all that, zeros are the end
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(DataError) as error:
        opening.inspect(path)
    assert str(error.value).startswith(f"{path}: ")
    assert_nothing_is_left(own_cache, tmp_path / "kept")


@pytest.mark.parametrize(("ending", "place"), [(".zip", 1024), (".tar.gz", 1024), (".tar", 512 + 3072 + 20)])
def test_that_an_archive_with_a_byte_that_changed_is_not_used(
    tmp_path: Path, own_cache: Path, ending: str, place: int
) -> None:
    path = tmp_path / f"all{ending}"
    if ending == ".zip":
        zip_of(path, a=os.urandom(3000))
    else:
        with tarfile.open(path, f"w:{ending[5:]}", format=tarfile.GNU_FORMAT) as archive:
            for name in "ab":  # in a tar that is not packed nothing but the heads is checked
                archive.addfile(member(name, 3000), io.BytesIO(os.urandom(3000)))
    content = bytearray(path.read_bytes())
    content[place] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        opening.inspect(path)
    assert_nothing_is_left(own_cache, tmp_path / "kept")


def test_that_a_head_of_a_member_which_is_a_trap_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "all.tar.xz"
    head = member("x", 2**31, type=tarfile.GNUTYPE_LONGNAME).tobuf()
    path.write_bytes(lzma.compress(head + bytes(2**20)))
    with pytest.raises(DataError, match=r"what it tells of a member takes 2\.0 GiB, as in a trap"):
        opening.inspect(path)


def test_that_heads_of_heads_come_to_an_end(tmp_path: Path) -> None:
    head = member("x", 5, type=tarfile.GNUTYPE_LONGNAME).tobuf() + b"name\0".ljust(512, b"\0")
    (tmp_path / "all.tar").write_bytes(head * 5000)
    with pytest.raises(DataError, match=r"cannot be unpacked|damaged"):
        opening.inspect(tmp_path / "all.tar")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Größe.csv".encode("cp437"), "Größe.csv"),
        ("猫和狗.csv".encode("gb18030"), "猫和狗.csv"),
        ("猫 (小).csv".encode(), "猫 (小).csv"),
    ],
)
def test_that_names_are_read_in_the_letters_they_were_written_in(tmp_path: Path, written: bytes, name: str) -> None:
    path = zip_of(tmp_path / "all.zip", **{"n" * len(written): TABLE})
    path.write_bytes(path.read_bytes().replace(b"n" * len(written), written))
    tar = tmp_path / "all.tar"
    with tarfile.open(tar, "w", format=tarfile.GNU_FORMAT) as archive:
        archive.addfile(member(written.decode(errors="surrogateescape"), 3), io.BytesIO(b"a,b"))
    for archive_path in (path, tar):
        with readable(archive_path) as place:
            assert place.path.name == name


def test_that_two_members_of_one_name_are_refused(tmp_path: Path, own_cache: Path) -> None:
    path = tar_of(tmp_path / "all.tar.gz", member("a"), member("./a"))
    with pytest.raises(DataError, match=r"'./a': another member has its place"):
        opening.inspect(path)
    path = tar_of(tmp_path / "all.tar.gz", member("a"), member("a/b"))
    with pytest.raises(DataError, match=r"'a/b': another member has its place"):
        opening.inspect(path)
    assert_nothing_is_left(own_cache, tmp_path / "kept")


def test_that_unpacking_is_told_and_can_be_stopped(tmp_path: Path, own_cache: Path) -> None:
    path = zip_of(tmp_path / "all.zip", **{f"{number}.txt": "x" * 100 for number in range(200)})
    told = []

    def enough(done: int, of: int) -> None:
        told.append((done, of))
        if len(told) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        opening.inspect(path, progress=enough)
    assert told == [(6400, 20000), (12800, 20000)]
    assert_nothing_is_left(own_cache, tmp_path / "kept")


def test_that_what_a_cleaner_has_taken_away_is_unpacked_anew(pets: Path, tmp_path: Path, own_cache: Path) -> None:
    path = zipped(pets, tmp_path / "all")
    data = settings(path)
    (picture, *_) = own_cache.glob("unpacked/*/all/pets/cats/*.png")
    picture.unlink()
    archives._whole.clear()  # as in another process
    assert len(opening.load(data).train) == 16
    assert picture.exists()


def test_that_what_was_not_used_for_longest_makes_room_but_for_what_is_in_use(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LIMIT", 2500)
    for name in "abcd":
        zip_of(tmp_path / f"{name}.zip", **{f"{name}.txt": os.urandom(1000)})
    with readable(tmp_path / "a.zip") as held:
        os.utime(held.path.parents[1], (0, 0))
        for number, name in enumerate("bcd"):
            with readable(tmp_path / f"{name}.zip") as place:
                os.utime(place.path.parents[1], (number + 1, number + 1))
        assert held.path.exists()
    assert sorted(item.name for item in own_cache.glob("unpacked/*/*/*.txt")) == ["a.txt", "d.txt"]
    assert not list(own_cache.glob("in use/*"))


def test_that_what_a_process_that_has_died_was_at_does_not_stay(tmp_path: Path, own_cache: Path) -> None:
    left = own_cache / "unpacking" / f"{2**22 + 1}-00"
    left.mkdir(parents=True)
    (left / "evil").write_text("half of it")
    with readable(zip_of(tmp_path / "all.zip", a="x")):
        pass
    assert not left.exists()


def test_that_pictures_of_an_archive_are_streamed_as_long_as_somebody_reads(
    pets: Path, tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = settings(zipped(pets, tmp_path / "all")).model_copy(update={"reading": "streamed"})
    opened = opening.opened(data)
    assert list(own_cache.glob("in use/unpacked-*"))
    monkeypatch.setattr(archives, "LIMIT", 1)
    plain = opening.opened(settings(pets / "pets")).columns["image"]
    np.testing.assert_allclose(opened.lazy["image"].take(np.arange(20)), plain, atol=1e-6)


@pytest.mark.parametrize("ending", [".zip", ".tar.gz", ".gz"])
def test_that_a_large_text_in_an_archive_is_turned_into_rows_once(
    ending: str, pets: Path, tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = "a fine day, and nothing else to do\n" * 20
    path = tmp_path / f"story.txt{ending}"
    if ending == ".gz":
        path.write_bytes(gzip.compress(written.encode()))
    elif ending == ".zip":
        zip_of(path, **{"story.txt": written})
    else:
        (pets / "pets").rename(tmp_path / "pets")
        (pets / "story.txt").write_text(written)
        tarred(pets, path)
    turned: list[int] = []
    fill = text_streaming._FILLED["next"]
    monkeypatch.setattr(text_streaming, "_FILLED", {"next": lambda *given: (turned.append(0), fill(*given))[1]})
    monkeypatch.setattr(text, "MOST_AT_ONCE", 0)
    for _ in range(2):
        data = settings(path).model_copy(update={"reading": "streamed"})
        assert opening.load(data).train.lazy
        opening.forget()
        shutil.rmtree(own_cache / "unpacked")  # it is unpacked anew, to what it was
        assert turned == [0]


def test_that_a_file_within_is_told_by_its_place_in_the_archive(pets: Path, tmp_path: Path, own_cache: Path) -> None:
    path = zipped(pets, tmp_path / "all")
    data = settings(path).model_copy(update={"reading": "streamed"})
    opened = opening.opened(data)
    (picture, *_) = own_cache.glob("unpacked/*/all/pets/cats/000.png")
    picture.unlink()
    with pytest.raises(DataError) as error:
        opened.lazy["image"].take(np.arange(20))
    assert str(error.value) == f"{path}/pets/cats/000.png: it was there before, and is gone"


def test_that_an_archive_without_data_is_told(tmp_path: Path) -> None:
    for made, words in (
        (zip_of(tmp_path / "all.zip"), "all.zip: there is no file in it"),
        (zip_of(tmp_path / "more.zip", **{"a.exe": "x", "b.exe": "y"}), "more.zip: "),
        (zip_of(tmp_path / "nested.zip", **{"x.zip": "x"}), "it is packed: unpack it"),
    ):
        with pytest.raises(DataError, match=words):
            opening.inspect(made)


def test_that_a_disk_that_is_full_is_told(pets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(pets, tmp_path / "all")
    (tmp_path / "kept").write_text("in the way")
    with pytest.raises(DataError, match=r"all\.zip: it cannot be unpacked in .*cache: "):
        opening.inspect(path)
