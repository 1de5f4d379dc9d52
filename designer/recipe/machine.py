"""What a process does for a run before it begins."""

import os

import torch


def use_threads(threads: int) -> None:
    """So many threads compute on the CPU."""
    torch.set_num_threads(threads)


def be_deterministic(deterministic: bool) -> None:
    """torch takes no algorithm that may give others at another time; what has no other one raises RuntimeError.

    CUDA's products need room of their own for that, which has to be said before the first of them.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(deterministic)
