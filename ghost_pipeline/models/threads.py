"""How many threads torch may use."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Run torch on one thread, and give the setting back afterwards.

    These networks are small: a second thread gains nothing on an idle machine, and on a busy one the threads wait for
    each other so long that a training step takes 20 times as long. Use more processes, not more threads.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
