"""Texts of somebody's own: recognised, turned into numbers, and learned from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from designer.core.assist.starting_networks import Style
from designer.core.graph.data_settings import DataSettings
from designer.data import opening
from designer.data.errors import DataError
from designer.data.formats.base import FoundData, Opened
from designer.data.formats.registry import format_of
from designer.data.formats.text_options import TextOptions
from tests.data.formats.learning import learned
from tests.data.formats.made import folders_of_names

GOOD = ("What a wonderful film, I loved it", "A lovely and moving story", "Great fun from the first minute, loved it")
BAD = ("What a dreadful film, I hated it", "A dull and boring story", "Awful from the first minute, hated it")


def reviews(count: int = 48) -> pd.DataFrame:
    rows = [
        (f"{(GOOD if number % 2 else BAD)[number // 2 % 3]} number {number}", "good" if number % 2 else "schlecht 坏")
        for number in range(count)
    ]
    return pd.DataFrame(rows, columns=["review", "opinion"])


def found_at(path: Path, **options: object) -> tuple[FoundData[TextOptions], Opened, DataSettings]:
    source, found = opening.inspect(path, "text", options or None)
    return found, format_of("text").open(path, found.options), opening.settings_for(path, source, found)


def spelled(opened: Opened, row: int) -> list[str]:
    words = opened.words["text"]
    lengths = opened.columns.get("text_lengths")
    end = None if lengths is None else int(lengths[row])
    return [words[number] for number in opened.columns["text"][row][:end]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_that_a_table_of_texts_is_recognised_and_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "reviews.csv"
    reviews().to_csv(path, index=False, encoding=encoding)
    assert opening.inspect(path)[0] == "text"
    found, opened, _ = found_at(path)
    assert (found.options.text, found.options.label, found.options.classes) == (
        "review",
        "opinion",
        ("good", "schlecht 坏"),
    )
    assert spelled(opened, 1) == ["what", "a", "wonderful", "film", ",", "i", "loved", "it", "number", "1"]
    assert opened.columns["opinion"].tolist()[:3] == [1, 0, 1]
    assert found.info.features[0].vocabulary == len(opened.words["text"])


def test_that_a_full_vocabulary_says_that_there_may_be_more(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    reviews().to_csv(path, index=False)
    found = found_at(path)[0]
    assert "at least" not in found.summary
    fewer = {**dict(found.options), "vocabulary": 20}
    assert ", at least 20 different ones, 2 classes" in found_at(path, **fewer)[0].summary


@pytest.mark.parametrize("style", ["plain", "usual", "larger"])
def test_that_networks_learn_what_texts_say(tmp_path: Path, style: Style) -> None:
    path = tmp_path / "reviews.csv"
    reviews().to_csv(path, index=False)
    _, _, data = found_at(path)
    assert learned(data, opening.load(data), "test_accuracy", epochs=60 if style == "plain" else 15, style=style) == 1.0


def test_that_a_text_a_file_has_the_class_of_its_folder_and_keeps_its_part(tmp_path: Path) -> None:
    for part in ("train", "test"):
        for name, texts in (("pos", GOOD), ("neg", BAD)):
            (tmp_path / part / name).mkdir(parents=True)
            for number, text in enumerate(texts):
                (tmp_path / part / name / f"{number}.txt").write_text(f"{text} {part}ing", encoding="utf-8")
    assert opening.inspect(tmp_path)[0] == "text"
    found, opened, data = found_at(tmp_path)
    assert found.given_parts == (6, 0, 6)
    assert found.options.classes == ("neg", "pos")
    assert "training" in opened.words["text"]
    assert "testing" not in opened.words["text"]  # words are counted in what is learned from
    assert len(opening.load(data).test) == 6
    classes = [found.options.classes[number] for number in opened.columns["class"]]
    assert folders_of_names(tmp_path, "text", found.options) == classes


def test_that_the_next_character_is_the_one_that_follows(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text("the cat sat on the mat and " * 30, encoding="utf-8")
    assert opening.inspect(path)[0] == "text"
    found, opened, data = found_at(path)
    assert (found.options.layout, found.options.units) == ("next", "characters")
    assert found.summary.endswith(" different ones, the next one is learned")
    text, following = opened.columns["text"], opened.columns["next"]
    assert (text[:, 1:] == following[:, :-1]).all()
    assert text.shape[1] == 64
    assert learned(data, opening.load(data), "test_accuracy", epochs=40) > 0.8


def test_that_no_token_of_the_test_is_told_while_learning(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text("".join(chr(97 + number % 26) for number in range(2000)), encoding="utf-8")
    _, _, data = found_at(path)
    dataset = opening.load(data)
    last = dataset.train.columns["span"][:, 0].max() + 64  # the place of the last token that is to be told
    assert last < dataset.test.columns["span"][:, 0].min()


def test_that_each_word_has_its_tag(tmp_path: Path) -> None:
    path = tmp_path / "names.conll"
    sentence = "-DOCSTART- -X- O\n\nAnn NNP B-PER\nlives VBZ O\nin IN O\nOslo NNP B-LOC\n\nshe PRP O\nruns VBZ O\n\n"
    path.write_text(sentence * 12)
    found, opened, data = found_at(path)
    assert opening.inspect(path)[0] == "text"
    assert found.options.classes == ("B-LOC", "B-PER", "O")
    assert spelled(opened, 0) == ["ann", "lives", "in", "oslo"]
    assert opened.columns["tags"][0].tolist() == [1, 2, 2, 0]
    assert opened.columns["text_lengths"].tolist()[:2] == [4, 2]
    assert learned(data, opening.load(data), "test_accuracy", epochs=30) == 1.0


def test_that_byte_pairs_spell_the_text(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    reviews().to_csv(path, index=False)
    _, opened, _ = found_at(
        path, text="review", label="opinion", units="byte pairs", vocabulary=80, classes=("good", "schlecht 坏")
    )
    assert len(opened.words["text"]) == 80
    assert "".join(spelled(opened, 1)).replace("▁", " ").strip() == "what a wonderful film, i loved it number 1"


def test_that_only_so_many_tokens_are_told_apart_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    reviews().to_csv(path, index=False)
    found, opened, _ = found_at(
        path, text="review", label="opinion", classes=("good", "schlecht 坏"), vocabulary=12, length=4
    )
    numbers = opened.columns["text"]
    assert numbers.shape[1] == 4
    assert 1 < numbers.max() < 12
    assert (numbers == 1).any()
    said = " ".join(finding.message for finding in found.findings)
    assert "are not among the 12 that are told apart" in said
    assert "are cut at 4 tokens" in said
    answers = [answer.changes for finding in found.findings for answer in finding.answers]
    assert {"vocabulary": 24} in answers
    assert {"length": 8} in answers


def test_that_texts_which_stand_twice_are_told_and_can_be_read_once(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    table = reviews(12)
    pd.concat([table, table.head(5)]).to_csv(path, index=False)
    found, _, _ = found_at(path)
    assert " to 11 tokens, " in found.summary, "a comma is a token, too, and no word"
    finding = next(finding for finding in found.findings if "5 texts stand more than once" in finding.message)
    changed = found.options.model_copy(update=dict(finding.answers[0].changes))
    mended, opened, _ = found_at(path, **changed.model_dump())
    assert len(opened.columns["text"]) == 12
    assert not any("more than once" in finding.message for finding in mended.findings)
    assert spelled(opened, 0)[-1] == "0"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("text,label\nonly one class here today,a\nand here it is again,a\n", "every text has the label 'a'"),
        ("a,b\n1,2\n3,4\n", "no column holds texts"),
        ("text\nonly a column of sentences here\nand nothing beside it at all\n", "no column beside 'text'"),
    ],
)
def test_that_what_cannot_be_learned_from_is_told(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=said):
        opening.inspect(path, "text")


def test_that_a_text_which_is_too_short_is_told(tmp_path: Path) -> None:
    path = tmp_path / "short.txt"
    path.write_text("too short")
    with pytest.raises(DataError, match="has 9 characters: expected at least 129"):
        opening.inspect(path, "text")


def test_that_a_new_label_is_named(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    reviews().to_csv(path, index=False)
    with pytest.raises(DataError, match="the label 'schlecht 坏' is none of the classes good, bad"):
        found_at(path, text="review", label="opinion", classes=("good", "bad"))


def test_that_empty_texts_are_one_unknown_token(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    table = reviews(12)
    table.loc[3, "review"] = ""
    table.to_csv(path, index=False)
    _, opened, _ = found_at(path)
    assert spelled(opened, 3) == ["<unknown>"]
    assert np.isin(opened.columns["text"][3, 1:], [0]).all()
