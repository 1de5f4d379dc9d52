"""Quick add: a few letters and values, and a block is there, behind, before or instead of the selected one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QIcon, QKeyEvent

from designer.core.assist import preview
from designer.core.assist.block_parser import grammar, is_value
from designer.core.assist.drop_targets import Alone, Behind, InFront, Instead, Into, Spot, at_the_end
from designer.core.assist.preview import Preview
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.ui.editing import block_edits
from designer.ui.search.kind_search import KindOffer
from designer.ui.search.picker import Entry, Picker
from designer.ui.search.quick_rows import QuickRow, quick_rows, spot_words
from designer.ui.style import icons
from designer.ui.widgets.timers import once_after
from designer.ui.workbench.workbench import Workbench

_AWAY = 10
_MOST_ROWS = 7
_NAMED_FIELDS = 5
_HINT_LINES = 6
_WIDEST, _NARROWEST = 480, 340
_LEAST_ROW = 28
_SETTLE_MS = 60
_KEYS = (
    (Qt.KeyboardModifier.NoModifier, "Enter"),
    (Qt.KeyboardModifier.ShiftModifier, "Shift+Enter"),
    (Qt.KeyboardModifier.AltModifier, "Alt+Enter"),
)


@dataclass(frozen=True)
class KeySpots:
    """Where what is chosen goes: with Enter, with Shift+Enter and with Alt+Enter (None: nowhere)."""

    usual: Spot
    before: Spot | None = None
    instead: Spot | None = None

    def by(self, keys: Qt.KeyboardModifier) -> Spot | None:
        """The spot for the keys that are held."""
        if keys & Qt.KeyboardModifier.ShiftModifier:
            return self.before
        return self.instead if keys & Qt.KeyboardModifier.AltModifier else self.usual


class QuickAdd(Picker):
    """The list beside the selected block, edge or place. What it puts in is selected then, for the next one."""

    def __init__(self, bench: Workbench, offers: Callable[[], list[KindOffer]]) -> None:
        super().__init__(bench, "quickAdd", "Add a block")
        self._bench, self._offers = bench, offers
        self._places = KeySpots(Alone())
        self._rows: list[QuickRow] = []
        self._outputs: dict[str, str] = {}
        """The outputs that a person has named for what is put behind blocks; by the block."""
        bench.filing.shown.connect(lambda design: self._outputs.clear())
        self._beside = QRect()
        self._settle = once_after(self, _SETTLE_MS, self._try)
        self.hint.setTextFormat(Qt.TextFormat.RichText)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.hint.setMinimumHeight(_HINT_LINES * self.fontMetrics().lineSpacing() + 4)  # so that nothing jumps

    def at_selection(self, text: str = "") -> None:
        """Opens for the selected block or edge; for none, at the end of the network."""
        scene = self._bench.scene
        network = scene.editor.shown.network
        chosen, edges = set(scene.selected_blocks()), scene.selected_edges()
        last = next((name for name in reversed(list(network.nodes)) if name in chosen), "")
        if last:
            node = network.nodes[last]
            before = InFront(last) if node.inputs and node.block.output_ports else None
            self._open(KeySpots(Behind(last), before, Instead(last)), self._card_rect(last), text)
        elif edges:
            self.at_edge(*edges[0], text)
        else:
            end = at_the_end(network)
            rect = self._card_rect(end.block) if isinstance(end, Behind) else QRect()
            self._open(KeySpots(end), rect, text)

    def instead_of_selection(self) -> None:
        """Opens for the one selected block, to put another one in its place."""
        chosen = self._bench.scene.current
        self._open(KeySpots(Instead(chosen)), self._card_rect(chosen))

    def at_edge(self, target: str, port: int, text: str = "") -> None:
        """Opens for an edge."""
        middle = self._bench.scene.edges[target, port].way.pointAtPercent(0.5)
        point = self._bench.view.viewport().mapTo(self._bench.window, self._bench.view.mapFromScene(middle))
        self._open(KeySpots(Into(target, port)), QRect(point, point), text)

    def at_place(self, point: QPoint) -> None:
        """Opens for a free place of the canvas, in the view's pixels: the block's middle will be there."""
        scene, view = self._bench.scene, self._bench.view
        corner = view.mapToScene(point) - scene.offset
        spot = Alone((round(corner.x() - CARD_WIDTH / 2), round(corner.y() - CARD_HEIGHT / 2)))
        at = view.viewport().mapTo(self._bench.window, point)
        self._open(KeySpots(spot), QRect(at, at))

    def _card_rect(self, block_id: str) -> QRect:
        """Where a card is in the window."""
        view, card = self._bench.view, self._bench.scene.cards[block_id]
        view.see(block_id)
        rect = view.mapFromScene(card.sceneBoundingRect()).boundingRect()
        return QRect(view.viewport().mapTo(self._bench.window, rect.topLeft()), rect.size())

    def _open(self, places: KeySpots, beside: QRect, text: str = "") -> None:
        self._places, self._beside = places, beside
        self.open(self._entries_for, "A block and its values, such as conv2d 32 3 relu", "", text)

    def _entries_for(self, text: str) -> Sequence[Entry]:
        self._rows = quick_rows(self._bench.editor, self._offers(), text, self._places.usual)
        if not self._rows:
            self.hint.setText("No block of this name." if text else "")
        return [self._entry(row) for row in self._rows]

    def _entry(self, row: QuickRow) -> Entry:
        picture = icons.pixmap(row.offer.category.lower(), self._bench.theme.colours.muted)
        return Entry(
            row.offer.title,
            lambda: self._put(row, self._places.usual),
            row.details,
            row.error or row.fit.shape or row.fit.reason,
            enabled=row.allowed,
            error=bool(row.error or row.fit.reason),
            icon=QIcon(picture),
        )

    def _put(self, row: QuickRow, spot: Spot) -> None:
        source = self._outputs.get(spot.block, "") if isinstance(spot, Behind) else ""
        name = block_edits.put(self._bench.editor, row.block, spot, row.port, source)
        if name:
            if row.port:
                self._outputs[name] = f"{name}.{row.port}"
            self._bench.scene.select(name)
            self._bench.view.see(name)

    def _key(self, event: QKeyEvent) -> bool:
        """Enter with Shift goes before the selected block, with Alt in its place; Tab writes the kind's name out."""
        row = self.list.currentIndex().row()
        current = self._rows[row] if 0 <= row < len(self._rows) else None
        if event.key() == Qt.Key.Key_Tab and current:
            words = self.line.text().split()
            values = [word for place, word in enumerate(words) if place and is_value(word)]
            self.line.setText(" ".join([current.offer.title.replace(" ", ""), *values]) + " ")
            return True
        spot = self._places.by(event.modifiers())
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and spot != self._places.usual:
            if current and current.allowed and spot:
                self.close_()
                self._put(current, spot)
            return True
        return super()._key(event)

    def _say(self, row: int) -> None:
        super()._say(row)
        if 0 <= row < len(self._rows):
            now = self._rows[row]
            words = "" if now.error else self._places.usual.words(self._bench.editor.shown.network, now.block)
            self._hint(now, Preview(words, problem=now.error or now.fit.reason), now.fit.shape)
            self._settle.start()

    def _try(self) -> None:
        """Once the person pauses: what would become of the blocks behind as well."""
        row, editor = self.list.currentIndex().row(), self._bench.editor
        if self.isVisible() and 0 <= row < len(self._rows) and not self._rows[row].error:
            now = self._rows[row]
            found = preview.of_new(editor.shown, editor.shown_inference, now.block, self._places.usual)
            self._hint(now, found, found.shape)

    def _hint(self, row: QuickRow, found: Preview, shape: str) -> None:
        """What Enter would do, the values that may be typed, and the keys."""
        editor, colours = self._bench.editor, self._bench.theme.colours
        named = [
            f'<span style="color:{colours.text}">{name}&nbsp;<b>{escape(value)}</b></span>' if value else name
            for name, value in grammar(row.block, row.values)
        ]
        if row.port:
            named.insert(0, f'<span style="color:{colours.text}">gives&nbsp;<b>{escape(row.port)}</b></span>')
        fields = " · ".join(named[:_NAMED_FIELDS]) + (" …" if len(named) > _NAMED_FIELDS else "")
        spots = ((words, self._places.by(keys)) for keys, words in _KEYS)
        places = [(words, spot_words(spot, editor.shown.network)) for words, spot in spots if spot]
        keys = " · ".join(f"{words}: {place}" for words, place in places)
        words = f'<span style="color:{colours.text}">{escape(found.words)}</span>' if found.words else ""
        given = f" → <b>{escape(shape)}</b>" if shape else ""
        problem = f'<span style="color:{colours.error}">{escape(found.problem)}</span>' if found.problem else ""
        lines = (words + given, problem, fields or "It has no values to set.")
        self.hint.setText("<br>".join(filter(None, (*lines, f"{keys} {escape(self._places.usual.anchor)}"))))
        self.adjustSize()  # large letters on a narrow canvas may need more lines

    def _place(self) -> None:
        """Below the selected card, or above it; within the canvas as far as there is room."""
        shown = min(len(self._rows), _MOST_ROWS)
        self.list.setFixedHeight(shown * self.list.sizeHintForRow(0) if shown else 0)
        self.list.setVisible(bool(shown))
        view = self._bench.view
        canvas = QRect(view.mapTo(self._bench.window, QPoint()), view.size()).adjusted(_AWAY, _AWAY, -_AWAY, -_AWAY)
        canvas = _widened(canvas, self._bench.window.width())
        self.setFixedWidth(min(_WIDEST, canvas.width()))
        self.adjustSize()
        self.move(self._corner(canvas))

    def _corner(self, canvas: QRect) -> QPoint:
        """Below the card where the longest list has room; else on the roomier side of it, so that it stays in sight."""
        card = self._beside
        most = self.height() - self.list.height() + _MOST_ROWS * max(self.list.sizeHintForRow(0), _LEAST_ROW)
        if card.isNull():
            return QPoint(canvas.center().x() - self.width() // 2, canvas.top() + _AWAY)
        if card.bottom() + _AWAY + most <= canvas.bottom():
            return QPoint(max(min(card.left(), canvas.right() - self.width()), canvas.left()), card.bottom() + _AWAY)
        on_left, on_right = card.left() - canvas.left() - _AWAY, canvas.right() - card.right() - _AWAY
        self.setFixedWidth(min(_WIDEST, max(on_left, on_right, _NARROWEST), canvas.width()))
        left = card.right() + _AWAY if on_right >= on_left else card.left() - _AWAY - self.width()
        top = max(min(card.top(), canvas.bottom() - most), canvas.top())
        return QPoint(max(min(left, canvas.right() - self.width()), canvas.left()), top)


def _widened(canvas: QRect, window: int) -> QRect:
    """A canvas that is too narrow for a row lends the room beside it, within the window."""
    lacking = max(_NARROWEST - canvas.width(), 0)
    wide = canvas.adjusted(-(lacking // 2), 0, lacking - lacking // 2, 0)
    beyond = max(wide.right() - (window - _AWAY), 0)
    return wide.translated(max(_AWAY - wide.left(), 0) - beyond, 0)
