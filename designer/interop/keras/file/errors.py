"""What can go wrong: for the whole import, or for one layer of it."""


class KerasError(Exception):
    """A model of Keras cannot be imported; the message says what and why in one line."""

    def __init__(self, message: str) -> None:
        shown = "".join(letter if letter.isprintable() else " " for letter in message)
        super().__init__(shown if len(shown) <= 300 else shown[:297] + "...")


class UnsupportedError(Exception):
    """A layer has no counterpart, or not in this form; the message says why."""
