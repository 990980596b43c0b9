"""Judging in processes of its own, so that nothing else waits behind faces.

A `Pool` starts one keeper, a program of its own, which loads the models once and is forked into the
workers, who share them. A worker holds a bounded number of live sessions, its seats. Web processes
speak to it over a Unix socket in a folder that only this user can read; frames are never on a disk.
"""

from liveness.pool.client import Pool
from liveness.pool.wire import Frames, Judged

__all__ = ["Frames", "Judged", "Pool"]
