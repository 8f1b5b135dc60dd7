"""A client for Redis Cluster, with the patience of the client for one server."""

import asyncio
import re
from typing import Any

from redis.asyncio import RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.exceptions import ConnectionError as Lost

_MARK = "+cluster://"  # in redis+cluster:// and rediss+cluster://
_FURTHER = re.compile(r",([^,/?]+):(\d+)")


def names_cluster(address: str) -> bool:
    """Tell whether an address is `redis+cluster://host:port,host:port` or `rediss+cluster://…`."""
    return _MARK in address


def first_node(address: str) -> str:
    """Return a cluster's address as that of its first node alone, any other as it is."""
    if not names_cluster(address):
        return address
    return _FURTHER.sub("", address).replace(_MARK, "://")


def open_cluster(address: str, **settings: Any) -> RedisCluster:
    """Open a client for a cluster; any one of the nodes that are named is enough to find the rest.

    `at_once`: commands under way; a further one waits at most `patience` seconds for its turn and
    raises TimeoutError then. The other settings are the library's own.
    """
    others = [ClusterNode(host, int(port)) for host, port in _FURTHER.findall(address)]
    return _Cluster.from_url(first_node(address), startup_nodes=others, **settings)


class _Cluster(RedisCluster):
    """Lets callers wait for a connection, where the library's own fails beyond the last one."""

    def __init__(self, *, at_once: int, patience: float, **settings: Any) -> None:
        # As many connections again for pipelines. And a slot that has moved is learnt by itself: to
        # look round anew, the library closes the connections under everybody's commands.
        super().__init__(max_connections=2 * at_once, reinitialize_steps=0, **settings)
        self._turns = asyncio.Semaphore(at_once)
        self._patience = patience

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        async with asyncio.timeout(self._patience):
            await self._turns.acquire()
        try:
            return await super().execute_command(*args, **kwargs)
        except AttributeError as error:
            raise Lost("closed by the library for another command's failure") from error
        finally:
            self._turns.release()
