from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def one_thread():
    """Keep PyTorch to one thread, as the trainings of the package do."""
    import torch

    held = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(held)
