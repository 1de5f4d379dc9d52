"""Design: everything that an architecture file holds, as one frozen value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from designer.core.graph.data_settings import DataSettings
from designer.core.graph.network import Network
from designer.core.graph.settings import REACH, About, Position, View, within_reach
from designer.core.graph.training_settings import TrainingSettings


@dataclass(frozen=True)
class Design:
    """A network with its data, its training settings, its layout and a few words about it."""

    network: Network = field(default_factory=Network)
    data: DataSettings = field(default_factory=DataSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    view: View = field(default_factory=View)
    about: About = field(default_factory=About)

    def edit(self, change: Callable[[Network], Network]) -> Design:
        """The design with its network changed; positions of blocks that are gone are dropped.

        Which groups are open in place stays as it is: `inline_groups.settled` closes those that are gone.
        """
        network = change(self.network)
        places = self.view.positions
        if places.keys() <= network.nodes.keys():
            return replace(self, network=network)
        kept = dict(places)
        for key in places.keys() - network.nodes.keys():
            del kept[key]
        return replace(self, network=network, view=self.view.but(positions=kept))

    def placed(self, positions: Mapping[str, Position]) -> Design:
        """The design with some blocks moved; none goes beyond the reach of the canvas."""
        far = max(map(abs, chain.from_iterable(positions.values())), default=0.0)
        within = {key: within_reach(x, y) for key, (x, y) in positions.items()} if far > REACH else positions
        return replace(self, view=self.view.but(positions={**self.view.positions, **within}))

    def moved(self, blocks: Iterable[str], dx: float, dy: float) -> Design:
        """The design with these blocks shifted; those without a place stay without."""
        places = self.view.positions
        return self.placed({key: (places[key][0] + dx, places[key][1] + dy) for key in blocks if key in places})
