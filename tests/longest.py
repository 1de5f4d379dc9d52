"""A plugin of pytest that begins with the longest tests, and says at the end which take longest, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

SHOWN = 12

WHY = {
    "tests/blocks/test_contract.py": "40 to 60 draws of parameters for each kind, most of them computed by torch",
    "tests/blocks/test_padding.py": "each kind on sequences of unequal lengths, and one by one",
    "tests/codegen/test_kinds.py": "12 draws for each kind, exported and executed",
    "tests/codegen/test_kinds_learning.py": "a network with each kind is trained twice: by us, and by its script",
    "tests/codegen/test_training.py": "every example is trained twice: by us, and by its script",
    "tests/engine/runs/test_killing.py": "processes that train are killed, and trained to their end again",
    "tests/engine/training/test_trainer.py": "networks are trained until they beat a mean",
    "tests/interop/test_keras_applications.py": "networks as large as people use, made by Keras and read by us",
    "tests/interop/test_keras_axes.py": "a thousand layers, each made and run by Keras as well",
    "tests/interop/test_keras_masks.py": "each network is made, saved and run by Keras as well",
    "tests/interop/test_keras_options.py": "each layer with each of its options, made and run by Keras as well",
    "tests/test_damaged_files.py": "files damaged in many places, read by each command",
    "tests/test_learning.py": "networks are trained until they have learned something",
    "tests/ui/test_canvas.py": "a window is opened for each test",
    "tests/ui/test_examples.py": "every example is trained in a window",
    "tests/ui/test_files.py": "a window is opened for each test, or two",
    "tests/ui/test_state_machine.py": "long rows of actions of chance, in a real window",
    "tests/ui/test_vast.py": "designs as large as a file may hold, in a window",
    "tests/ui/test_window_machine.py": "1,600 gestures of chance in a real window",
}
"""What the time of a module goes into."""

FIRST = ("tests/ui/test_window_machine.py", "tests/ui/test_state_machine.py", "tests/test_learning.py")
"""Of single tests that take long: begun last, they would keep one processor busy while the other one rests."""

spent: Counter[str] = Counter()
"""Seconds for each test, with what its fixtures take before and after it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.nodeid.split("::")[0] not in FIRST)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    spent[report.nodeid] += report.duration


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("what takes longest")
    for line in lines(spent):
        terminalreporter.write_line(line)


def lines(seconds: Counter[str]) -> Iterator[str]:
    """The longest tests, then the longest modules with their reasons."""
    for name, taken in seconds.most_common(SHOWN):
        yield f"{taken:7.1f} s  {name}"
    modules: Counter[str] = Counter()
    tests: Counter[str] = Counter()
    for name, taken in seconds.items():
        modules[name.split("::")[0]] += taken
        tests[name.split("::")[0]] += 1
    yield ""
    for name, taken in modules.most_common(SHOWN):
        why = WHY.get(name) or ("windows are opened" if name.startswith("tests/ui/") else "")
        count = f"{tests[name]} test{'s' if tests[name] > 1 else ''}"
        yield f"{taken:7.1f} s  {name}, {count}" + (f": {why}" if why else "")
    yield f"{sum(modules.values()):7.1f} s  all {len(seconds)} tests, one after the other"
