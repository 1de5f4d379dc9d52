"""Rows of files are read in whatever encoding and with whatever delimiter they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer.data import opening
from designer.data.formats.registry import format_of
from designer.data.readers._text_files import letters_in, rows_of

ROWS = [["Größe", "label"], ["1.5", "very\nlarge, indeed"], ["2", "crème brûlée"]]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "cp1252"]
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_that_rows_are_read_as_they_were_written(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "table.csv"
    quoted = "\r\n".join(delimiter.join(f'"{field}"' for field in row) for row in ROWS)
    path.write_bytes((quoted + "\r\n\r\n").encode(encoding))
    assert rows_of(path) == ROWS


def test_that_letters_of_any_language_are_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("猫,犬\n1,2\n", encoding="utf-8")
    assert rows_of(path) == [["猫", "犬"], ["1", "2"]]


CHINESE = "名称,类别\n今天天气很好，我们去公园散步。,好\n手机电池用了三天就坏了,坏\n"
OF_TAIWAN = "名稱,類別\n今天天氣很好，我們去公園散步。,好\n手機電池用了三天就壞了,壞\n"
JAPANESE = "名前,分類\n今日は天気がいいので、公園へ散歩に行きました。,良い\nこの店の料理は塩辛い。,悪い\n"
KOREAN = "이름,분류\n오늘은 날씨가 좋아서 공원에 산책하러 갔습니다.,좋음\n이 식당 음식은 너무 짜다.,나쁨\n"
RUSSIAN = "название,класс\nСегодня хорошая погода, и мы пошли гулять в парк.,хорошо\n"
WESTERN = "Name,Stadt\nMüller,Köln\nÄpfel und Öl,München\nnaïve,déçu par le café\n"


@pytest.mark.parametrize(
    ("text", "encoding", "is_sure"),
    [
        (CHINESE, "gbk", True),
        (OF_TAIWAN, "gb18030", True),
        ("姓名,城市\n王伟,北京\n李娜,上海\n张敏,广州\n", "gb2312", True),
        (OF_TAIWAN, "big5", True),
        ("姓名,城市\n陳志明,臺北\n林淑芬,高雄\n", "big5", True),
        (JAPANESE, "shift_jis", True),
        ("氏名,都市\n山田太郎,東京\n佐藤花子,大阪\n", "shift_jis", True),
        (JAPANESE, "euc_jp", True),
        (KOREAN, "euc_kr", True),
        ("이름,도시\n김민수,서울\n이영희,부산\n", "euc_kr", True),
        (RUSSIAN, "cp1251", True),
        (RUSSIAN, "koi8-r", True),
        (WESTERN, "cp1252", False),
        ("x,y\nÄpfel,1\n", "cp1252", False),
    ],
)
def test_that_letters_are_found_by_trial(text: str, encoding: str, is_sure: bool) -> None:
    content = ("x,y\n1,2\n" * 9 + text).encode(encoding)
    letters = letters_in(content)
    assert content.decode(letters.encoding).endswith(text)
    assert letters.is_sure == is_sure
    assert letters_in(content[:-1]).encoding == letters.encoding  # where it is cut within a letter


@pytest.mark.parametrize("text", ["όνομα,τάξη\nΣήμερα ο καιρός είναι καλός και πήγαμε στο πάρκο.,καλό\n", "x\n狗\n"])
def test_that_nobody_is_sure_of_letters_that_may_be_others(text: str) -> None:
    assert not letters_in(text.encode("cp1253" if "ό" in text else "gbk")).is_sure


def test_that_another_encoding_can_be_chosen_for_texts_and_curves(tmp_path: Path) -> None:
    (tmp_path / "curves.csv").write_bytes("id,t,värde,etikett\n1,0,3,hög\n1,1,4,hög\n2,0,1,låg\n".encode("cp1252"))
    (tmp_path / "texts.csv").write_bytes(
        ("text,label\n" + "en ganska bra kväll för oss,hög\ndet var så där,låg\n" * 3).encode("cp1252")
    )
    for name, source in (("curves.csv", "sequences"), ("texts.csv", "text")):
        path = tmp_path / name
        found = opening.inspect(path, source)[1]
        assert found.info.targets[0].classes == ("hög", "låg")
        doubt = next(item for item in found.findings if f"{name} is not written in UTF-8" in item.message)
        assert "in what it is cannot be told for sure: it is read as Western (cp1252)" in doubt.message
        answer = next(item for item in doubt.answers if "cp1251" in item.title)
        changed = {**found.options.model_dump(mode="json"), **answer.changes}
        after = opening.inspect(path, source, changed)[1]
        assert after.info.targets[0].classes == ("hцg", "lеg")
        assert not any("UTF-8" in item.message for item in after.findings)
        assert format_of(source).call(after.options).arguments["encoding"] == "cp1251"
        assert "encoding" not in format_of(source).call(found.options).arguments
