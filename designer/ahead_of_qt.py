"""What the window needs that needs no Qt, imported before it.

Behind Qt each import is slower: PySide reads the source of every module that comes in after it, to see whether it uses
Qt. That would be a tenth of the start.
"""

from __future__ import annotations

import html  # noqa: F401
import statistics  # noqa: F401
import tempfile  # noqa: F401
import uuid  # noqa: F401

import psygnal  # noqa: F401
import pygments.lexers.python
import pygments.token  # noqa: F401

from designer.core.analysis import costs  # noqa: F401
from designer.core.assist import (  # noqa: F401
    block_parser,
    block_query,
    connection_candidates,
    edge_preview,
    enough_steps,
    fuzzy_match,
    naming,
    navigation,
    suggestions,
)
from designer.core.diff import design_diff, edit_summary  # noqa: F401
from designer.core.edits import align, clipboard, grouping  # noqa: F401
from designer.core.graph import registry
from designer.core.layout import route_cache, snapping  # noqa: F401
from designer.core.session import document  # noqa: F401
from designer.core.storage import entry, plugins  # noqa: F401
from designer.core.validation import all_problems  # noqa: F401
from designer.data import opening, sample_facts, single_samples, sources  # noqa: F401
from designer.engine.runs import lost_words, run_about, run_folder, run_home, run_lock, run_log, run_trash  # noqa: F401
from designer.engine.service import worker  # noqa: F401
from designer.engine.training import schedule  # noqa: F401
from designer.interop import report  # noqa: F401
from designer.recipe import choices, schedules  # noqa: F401

registry.load()
sources.sources()
