"""The one error of an import."""


class KerasError(Exception):
    """A model of Keras cannot be imported; the message says what and why in one line."""

    def __init__(self, message: str) -> None:
        shown = "".join(letter if letter.isprintable() else " " for letter in message)
        super().__init__(shown if len(shown) <= 300 else shown[:297] + "...")
