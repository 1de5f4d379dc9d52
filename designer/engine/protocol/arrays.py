"""What events and requests call their arrays. Apart from them, as they are needed before anybody has numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]
Floats = npt.NDArray[np.float32]
