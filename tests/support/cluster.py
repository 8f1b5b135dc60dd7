"""A throw-away Redis Cluster on this machine's own ports: three masters, and a replica of each."""

import random
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from tests.support.redis import program
from tests.support.wait import eventually

MASTERS = 3
_SLOTS = 16384
_SETTINGS = (
    *("--cluster-enabled", "yes"),
    *("--cluster-node-timeout", "500"),
    *("--cluster-replica-validity-factor", "0"),
    *("--repl-diskless-sync-delay", "0"),
    *("--bind", "127.0.0.1"),
    *("--appendonly", "no"),
    *("--save", ""),
)


@dataclass
class Node:
    """One server of a cluster."""

    port: int
    running: subprocess.Popen[bytes]

    def says(self, command: str) -> str:
        """Send a command, and return the answer as it is written on the wire."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(f"{command}\r\n".encode())
            return line.recv(65536).decode()

    def answers(self) -> bool:
        """Tell whether it has started."""
        try:
            return self.says("PING").startswith("+PONG")
        except OSError:
            return False

    @property
    def name(self) -> str:
        """What the cluster calls it."""
        return self.says("CLUSTER MYID").split("\r\n")[1]

    def kill(self) -> None:
        """End it without a word of farewell."""
        self.running.kill()
        self.running.wait()


@dataclass
class Cluster:
    """Masters share the slots evenly, in this order; the replicas follow them in the same."""

    nodes: list[Node] = field(default_factory=list)

    @property
    def address(self) -> str:
        """What JIRANI_REDIS_URL would be."""
        return "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def slot_of(self, key: str) -> int:
        """Return the slot of a key."""
        return int(self.nodes[-1].says(f"CLUSTER KEYSLOT {key}").strip(":\r\n"))

    def master_of(self, key: str) -> Node:
        """Return the master that keeps a key, as the cluster was made."""
        return self.nodes[self.slot_of(key) * MASTERS // _SLOTS]

    def move(self, key: str, to: Node) -> None:
        """Give the slot of a key, in which nothing is kept, to another master."""
        for node in (to, *(each for each in self.nodes if each is not to)):
            node.says(f"CLUSTER SETSLOT {self.slot_of(key)} NODE {to.name}")

    def works(self) -> bool:
        """Tell whether every node sees every slot served."""
        return all("cluster_state:ok" in node.says("CLUSTER INFO") for node in self.nodes)


@contextmanager
def redis_cluster(*, replicas: bool = False) -> Iterator[Cluster]:
    """Run a cluster. Raises RedisUnavailable where there is no server program."""
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder:
        cluster = Cluster()
        try:
            # The nodes talk on a port 10,000 higher; both are below those of outgoing connections.
            ports = filter(_free, random.sample(range(20_000, 22_700), 200))
            for port in islice(ports, MASTERS * (1 + replicas)):
                cluster.nodes.append(_start(Path(folder), port))
            eventually(lambda: all(node.answers() for node in cluster.nodes))
            _join(cluster)
            yield cluster
        finally:
            for node in cluster.nodes:
                node.kill()


def _free(port: int) -> bool:
    try:
        for each in (port, port + 10_000):
            with socket.create_server(("127.0.0.1", each)):
                pass
    except OSError:
        return False
    return True


def _start(folder: Path, port: int) -> Node:
    home = folder / str(port)
    home.mkdir()
    command = [str(program()), "--port", str(port), *_SETTINGS]
    with (home / "log").open("wb") as log:
        return Node(port, subprocess.Popen(command, cwd=home, stdout=log, stderr=log))


def _join(cluster: Cluster) -> None:
    masters, replicas = cluster.nodes[:MASTERS], cluster.nodes[MASTERS:]
    ends = [-(-_SLOTS * n // MASTERS) for n in range(MASTERS + 1)]
    for n, node in enumerate(masters):
        node.says(f"CLUSTER ADDSLOTSRANGE {ends[n]} {ends[n + 1] - 1}")
    for node in cluster.nodes[1:]:
        node.says(f"CLUSTER MEET 127.0.0.1 {cluster.nodes[0].port}")
    known = f"cluster_known_nodes:{len(cluster.nodes)}\r"
    eventually(lambda: all(known in node.says("CLUSTER INFO") for node in cluster.nodes))
    eventually(cluster.works)
    for master, replica in zip(masters, replicas, strict=False):
        _replicate(master.name, replica)


def _replicate(master: str, replica: Node) -> None:
    eventually(lambda: replica.says(f"CLUSTER REPLICATE {master}").startswith("+OK"))
    eventually(lambda: "master_link_status:up" in replica.says("INFO replication"))
