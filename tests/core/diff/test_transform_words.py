"""What differs between two chains of transforms is told in words: in the history, and where designs are compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from designer.core.diff.edit_summary import described, settings_words
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.network import Network

FLIP, SHIFT, WARP = {"kind": "flip", "p": 0.5}, {"kind": "shift", "pixels": 2}, {"kind": "time_warp", "share": 0.1}
SCENE = {"kind": "shift", "pixels": 2, "feature": "scene"}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ((), (FLIP,), ["Add Flip"]),
        ((FLIP, SHIFT), (SHIFT,), ["Delete Flip"]),
        ((FLIP, SHIFT), ({**FLIP, "p": 0.3}, SHIFT), ["Flip: p 0.5 → 0.3"]),
        (({"kind": "flip"},), ({**FLIP, "p": 0.3},), ["Flip: p usual → 0.3"]),
        ((SHIFT,), (SCENE,), ["Shift: feature all → scene"]),
        ((FLIP, SHIFT, WARP), (SHIFT, WARP, FLIP), ["Move Flip to the end"]),
        ((FLIP, SHIFT, WARP), (WARP, FLIP, SHIFT), ["Move Time warp before Flip"]),
        ((FLIP,), (WARP,), ["Delete Flip", "Add Time warp"]),
        ((FLIP, FLIP), (FLIP, FLIP, SHIFT), ["Add Shift"]),
    ],
)
def test_that_a_change_of_the_chain_is_told(
    before: tuple[dict[str, Any], ...], after: tuple[dict[str, Any], ...], words: list[str]
) -> None:
    was = Design(Network(), DataSettings(transforms=before))
    now = replace(was, data=DataSettings(transforms=after))
    assert settings_words(was, now) == words
    assert described(was, now).words == ", ".join(words)
