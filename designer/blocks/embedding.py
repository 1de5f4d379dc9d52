"""Embedding: a learned row of numbers for each token."""

from __future__ import annotations

from designer.core.graph.block import TOKENS, Call, RepairHint, Saved, WrongInputError, call
from designer.core.graph.registry import register
from designer.core.graph.roles import EmbeddingBlock
from designer.core.schema.fields import whole
from designer.core.schema.shape import Shape, sequence


@register
class Embedding(EmbeddingBlock):
    """y_t = W[x_t]: token number x_t picks its row of a learned table with num_embeddings rows (Bengio et al. 2003)."""

    kind = "embedding"
    title = "Embedding"
    category = "Sequence"
    summary = "Turns tokens (numbers of words or letters) into learned rows of features (nn.Embedding)."
    prefix = "embedding"

    num_embeddings: int = whole(
        1000, "Different tokens, numbered from 0: the size of the vocabulary.", low=2, high=10_000_000, unit="tokens"
    )
    embedding_dim: int = whole(32, "Numbers that stand for a token.", unit="features")

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.names != TOKENS:
            mends = [RepairHint("set", where="before", name="axes", value="tokens")] if shape.is_features else []
            raise WrongInputError("takes tokens (N×L)", "let the Input's axes be tokens", mends)
        return sequence(shape.sizes[0], self.embedding_dim)

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (call("nn.Embedding", self.num_embeddings, self.embedding_dim),)

    def parameter_count(self, *inputs: Shape) -> int:
        return self.num_embeddings * self.embedding_dim

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(inputs=(0,))

    def details(self) -> str:
        return f"{self.num_embeddings} → {self.embedding_dim}"
