"""A text that a network goes on with: it tells what may follow, one token is drawn of that, and so on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from designer.core.graph.binding import bind, next_token_of
from designer.core.graph.network import Network
from designer.data.errors import DataError
from designer.data.readers.texts import FIRST_TOKENS
from designer.data.samples import Dataset
from designer.data.spelling import behind, spelling_of
from designer.engine.model.build import Model
from designer.engine.model.looked_at import at_rest, device_of
from designer.engine.training.objectives import as_results

Doubles = npt.NDArray[np.float64]
NO_WRITER = (
    "The network does not tell the next token of a text: one Input is to read pieces of a long text, and an Output to "
    "learn, at each step, the token that follows (as in the example 'The next letter of a book')"
)


class Writer:
    """Goes on with a text. The model keeps its mode, and all generators but its own their state.

    `classes` are the tokens that may follow, and `probabilities`, float64 [C], those of each behind the text so far, at
    the temperature that was asked for: softmax(logits / T), and the likeliest alone where that is 0. Raises DataError
    where the network tells no next token, or the beginning has a token that it does not know.
    """

    def __init__(
        self, model: Model, network: Network, dataset: Dataset, beginning: str, temperature: float = 1.0, seed: int = 0
    ) -> None:
        found = next_token_of(network, dataset.info)
        cut = dataset.cut.get(found.feature.name) if found else None
        if found is None or cut is None:
            raise DataError(NO_WRITER)
        self.classes = found.classes
        self._model, self._temperature = model, temperature
        self._steps, self._longest = found.feature.shape.sizes[0], found.feature.longest
        self._takes_lengths = len(bind(network, dataset.info).arguments) > 1
        self._place = model.outputs.index(found.output)
        words = dataset.words[found.feature.name]
        numbers = {word: number for number, word in enumerate(words)}
        if strange := [name for name in found.classes if name not in numbers]:
            raise DataError(f"{NO_WRITER}: {strange[0]!r} is learned, and never read")
        self._number_of = [numbers[name] for name in found.classes]
        self._may_be_drawn = np.array([name not in FIRST_TOKENS for name in found.classes])
        self._spelling = spelling_of(words)
        self._tokens = list(cut(beginning))
        if not self._tokens:
            raise DataError("expected a beginning of at least one token")
        self.text = beginning
        self._generator = torch.Generator().manual_seed(seed)
        self.probabilities = self._behind_text()

    def step(self) -> str:
        """Draws one token; what it adds to the text. What stands for nothing, or for the unknown, is never drawn."""
        allowed = self.probabilities * self._may_be_drawn
        weights = allowed if allowed.sum() > 0 else self.probabilities
        drawn = int(torch.multinomial(torch.from_numpy(weights), 1, generator=self._generator))
        self._tokens.append(self._number_of[drawn])
        added = behind(self.classes[drawn], self.text, self._spelling)
        self.text += added
        self.probabilities = self._behind_text()
        return added

    def likeliest(self, count: int) -> tuple[tuple[str, ...], tuple[float, ...]]:
        """The tokens that follow most probably, and the probability of each."""
        order = np.argsort(-self.probabilities, kind="stable")[:count]
        return tuple(self.classes[place] for place in order), tuple(self.probabilities[order].tolist())

    def _behind_text(self) -> Doubles:
        logits = self._logits()
        if self._temperature == 0:
            return torch.nn.functional.one_hot(logits.argmax(), len(logits)).double().numpy()
        return (logits / self._temperature).softmax(-1).numpy()

    def _logits(self) -> torch.Tensor:
        """Behind the last token, float64 [C]. The network reads as many as in its data, and padding behind fewer."""
        most = self._steps or self._longest
        given = self._tokens[-most:] if most else self._tokens
        padded = np.zeros((1, self._steps or len(given)), dtype=np.int64)
        padded[0, : len(given)] = given
        tokens = torch.from_numpy(padded).to(device_of(self._model))
        lengths = (torch.tensor([len(given)]),) if self._takes_lengths else ()
        with torch.inference_mode(), at_rest(self._model):
            result = as_results(self._model(tokens, *lengths))[self._place]
        return result[0, len(given) - 1].double().cpu().clone()
