"""Pieces of work on the workers of a Dask cluster: the same results in the same order, whoever does them."""

from __future__ import annotations

import copyreg
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from itertools import islice
from types import MappingProxyType
from typing import Any, TypeVar

from equipoise.errors import Fault, InputError, UsageError, of_extra

Piece = TypeVar("Piece")
Found = TypeVar("Found")
WAIT_S = 30  # for a scheduler that does not answer, and for a first worker
LOOK_S = 2  # between looks whether there are workers
AHEAD = 2  # pieces for each thread of a worker that are under way or done and not yet asked for: memory stays bounded


def on_cluster(work: Callable[[Piece], Found], pieces: Sequence[Piece], cluster: str | object) -> Generator[Found]:
    """What `work` gives for every piece, in the order of the pieces.

    `work`: a function of a module, or a `functools.partial` of one, whose result follows from its piece alone; then
    neither the number of workers nor the order in which they finish changes anything. `cluster`: the address of a
    scheduler, as tcp://host:8786, or what `distributed.Client` takes besides. A piece whose worker dies goes to another
    one; an error that `work` raises ends it all and is raised here. Raises `MissingExtraError` without the extra
    `cluster`, `UsageError` for an address at which no scheduler answers, or whose workers are all gone and stay away.
    """
    distributed = of_extra("distributed", "cluster")
    # The one type in our values that Python cannot send to another process.
    copyreg.pickle(MappingProxyType, _as_sent)  # type: ignore[arg-type]
    try:
        client: Any = distributed.Client(cluster, timeout=WAIT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        expected = "the address of a Dask scheduler that answers"
        fault = Fault(
            "cluster", repr(cluster), expected, "For example tcp://host:8786; start it with `dask scheduler`."
        )
        raise UsageError("cluster", [fault]) from error
    with closing(client):
        ahead = AHEAD * max(1, sum(client.nthreads().values()))
        left = iter(pieces)
        waiting = deque(client.submit(work, piece, pure=False) for piece in islice(left, ahead))
        while waiting:
            try:
                found: Found = _result(waiting.popleft(), client)
            except distributed.KilledWorker as error:
                expected = "work that its workers survive; several died on the same piece"
                mend = "Give the workers more memory, or look into their logs."
                raise InputError("cluster", [Fault("worker", "killed", expected, mend)]) from error
            waiting.extend(client.submit(work, piece, pure=False) for piece in islice(left, 1))
            yield found


def _result(future: Any, client: Any) -> Any:  # noqa: ANN401 - types of a library without types
    """The result, however long it takes; `UsageError` where for `WAIT_S` there has been no worker."""
    alone_s = 0
    while True:
        try:
            return future.result(timeout=LOOK_S)
        except TimeoutError:
            if future.done():  # the work itself ran out of time
                raise
        alone_s = 0 if client.nthreads() else alone_s + LOOK_S
        if alone_s >= WAIT_S:
            expected = f"a worker within {WAIT_S} s"
            mend = "Start workers with `dask worker ADDRESS`, or look into their logs."
            raise UsageError("cluster", [Fault("cluster", "a scheduler without workers", expected, mend)])


def _as_sent(mapping: MappingProxyType[Any, Any]) -> tuple[type[Any], tuple[dict[Any, Any]]]:
    return MappingProxyType, (dict(mapping),)
