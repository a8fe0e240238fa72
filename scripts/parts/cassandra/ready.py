"""Waits until every Cassandra node given answers CQL, sees all the others alive, and agrees on the schema.

    ready.py SECONDS REPLICAS IP:PORT=PID...

A node counts as ready when a read at consistency ALL from a table of which each node holds a replica
succeeds through it: a port that merely accepts connections proves nothing about the ring. If fewer nodes are
given than REPLICAS (the others are down on purpose), each only has to answer for itself. Gives up when the
time is over or when a node's process (PID) is gone. Speaks the few frames of CQL's protocol 4 that this
takes, so that readiness needs nothing but Python itself.
"""

import socket
import struct
import sys
import time

STARTUP, READY, QUERY, RESULT = 0x01, 0x02, 0x07, 0x08
ONE, ALL = 0x0001, 0x0005
ANSWER_S = 3


class NotYet(Exception):
    """The node answered something else than wanted, or not at all."""


class Node:
    """One connection for one question; a fresh one each time, as a node may die in between."""

    def __init__(self, address):
        ip, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((ip, int(port)), timeout=ANSWER_S)
        version, value = b"CQL_VERSION", b"3.0.0"
        body = struct.pack(">HH", 1, len(version)) + version + struct.pack(">H", len(value)) + value
        self.ask(STARTUP, body, READY)

    def ask(self, opcode, body, wanted):
        self.socket.sendall(struct.pack(">BBhBi", 4, 0, 1, opcode, len(body)) + body)
        _, _, _, got, length = struct.unpack(">BBhBi", self.read(9))
        answer = self.read(length)
        if got != wanted:
            raise NotYet(answer[6:].decode(errors="replace") or f"answer {got}")
        return answer

    def read(self, length):
        data = b""
        while len(data) < length:
            piece = self.socket.recv(length - len(data))
            if not piece:
                raise NotYet("the connection was closed")
            data += piece
        return data

    def query(self, text, consistency):
        text = text.encode()
        return self.ask(QUERY, struct.pack(">i", len(text)) + text + struct.pack(">HB", consistency, 0), RESULT)


def uuids(result):
    """The schema versions in the answer to a query for one column of type uuid."""
    kind, flags, columns = struct.unpack_from(">iii", result, 0)
    at = 12
    names = (2 if flags & 1 else 0) + columns     # keyspace and table once, then each column's name
    for index in range(names):
        (length,) = struct.unpack_from(">H", result, at)
        at += 2 + length
        if index >= names - columns:
            at += 2                               # its type
    (rows,) = struct.unpack_from(">i", result, at)
    at += 4
    found = set()
    for _ in range(rows):
        (length,) = struct.unpack_from(">i", result, at)
        at += 4
        if length > 0:
            found.add(result[at : at + length])
            at += length
    return found, rows


def check(address, replicas, whole):
    """Raises NotYet (or an OSError) with the reason while the node is not ready; else its schema versions."""
    node = Node(address)
    with node.socket:
        own, _ = uuids(node.query("SELECT schema_version FROM system.local", ONE))
        others, peers = uuids(node.query("SELECT schema_version FROM system.peers_v2", ONE))
        if peers != replicas - 1:
            raise NotYet(f"it knows {peers} of {replicas - 1} others")
        if not whole:
            return own
        if replicas > 1:
            node.query("SELECT keyspace_name FROM system_distributed.view_build_status LIMIT 1", ALL)
        return own | others


def gone(pid):
    """Whether the process has ended, its entry perhaps still there for its parent to read."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(") ", 1)[1][0] in "ZX"
    except OSError:
        return True


def main():
    seconds, replicas, nodes = int(sys.argv[1]), int(sys.argv[2]), [pair.split("=") for pair in sys.argv[3:]]
    deadline = time.monotonic() + seconds
    while True:
        reason, versions = "", set()
        for address, pid in nodes:
            if gone(pid):
                sys.exit(f"node {address} ended while starting")
            try:
                versions |= check(address, replicas, len(nodes) == replicas)
            except (NotYet, OSError, struct.error) as error:
                reason = f"node {address}: {error}"
                break
        if not reason and len(versions) == 1:
            return
        if time.monotonic() > deadline:
            sys.exit(f"not ready after {seconds} s; {reason or 'the nodes do not agree on the schema'}")
        time.sleep(0.2)


main()
