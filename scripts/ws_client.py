"""`hearth.v1` through a client that is not ours: what docs/protocol.md promises of sends, resends and resumes.

    ws_client.py URL [URL…]

Signs two people up at the first URL (mode `open`), then spreads their sockets over all of them: a message reaches the
other and is acknowledged; the same id again, on another server, gets the same seq; who was away gets what was missed,
once and in order; history shows the same. Prints a sentence, or ends with status 1 and what was wrong.
"""

import asyncio
import itertools
import json
import sys
import urllib.request
import uuid

from websockets.asyncio.client import connect

ANSWER_S = 20
MISSED = 25


def wrong(what):
    sys.exit(f"ws_client: {what}")


def post(url, path, body):
    request = urllib.request.Request(
        url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
        return json.load(answer)


class Client:
    """One person's socket: frames in and out, events per seq."""

    def __init__(self, url, name):
        self.url, self.name = url, name
        self.events = {}

    async def open(self, rooms=()):
        address = self.url.replace("http", "ws", 1) + f"/ws?id={self.name}"
        self.socket = await connect(address, subprotocols=["hearth.v1"])
        if self.socket.subprotocol != "hearth.v1":
            wrong(f"the server speaks {self.socket.subprotocol!r}")
        await self.say(type="hello", device=f"{self.name}-d", rooms=list(rooms))
        return await self.take("welcome")

    async def say(self, **frame):
        await self.socket.send(json.dumps(frame))

    async def take(self, kind, **fields):
        async def search():
            while True:
                frame = json.loads(await self.socket.recv())
                if frame["type"] == "events":
                    for event in frame["events"]:
                        if event["seq"] in self.events:
                            wrong(f"{self.name} got seq {event['seq']} twice")
                        self.events[event["seq"]] = event
                if frame["type"] == "error" and kind != "error":
                    wrong(f"{self.name} was refused: {frame}")
                if frame["type"] == kind and all(frame.get(k) == v for k, v in fields.items()):
                    return frame

        try:
            return await asyncio.wait_for(search(), ANSWER_S)
        except asyncio.TimeoutError:
            wrong(f"{self.name} waited for {kind} {fields} for {ANSWER_S} s")

    async def reach(self, seq):
        while seq not in self.events:
            await self.take("events")

    async def send(self, room, text, after, n, message_id):
        body = {"kind": "message", "text": text}
        await self.say(type="send", room=room, id=message_id, after=after, device="d", n=n, body=body)
        return (await self.take("ack", id=message_id))["seq"]


async def main(urls):
    run = uuid.uuid4().hex[:12]
    places = itertools.cycle(urls)
    for name in (f"a{run}", f"b{run}"):
        post(urls[0], "/signin", {"username": name})
    post(urls[0], "/create", {"name": f"r{run}"})
    for name in (f"a{run}", f"b{run}"):
        post(urls[0], "/join", {"name": f"r{run}", "user": name})

    a, b = Client(next(places), f"a{run}"), Client(next(places), f"b{run}")
    await a.open()
    (snapshot,) = (await b.open())["rooms"]
    room, after = snapshot["id"], snapshot["head"]

    first = await a.send(room, "hello", after, 1, f"{run}-1")
    await b.reach(first)
    if b.events[first]["body"] != {"kind": "message", "text": "hello"} or b.events[first]["id"] != f"{run}-1":
        wrong(f"b sees {b.events[first]}")
    again = Client(next(places), f"a{run}")
    await again.open()
    seq = await again.send(room, "hello", after, 1, f"{run}-1")
    if seq != first:
        wrong(f"the same id got seq {seq} after {first}")

    await b.socket.close()
    head = first
    for n in range(MISSED):
        head = await a.send(room, f"missed {n}", head, n + 2, f"{run}-m{n}")
    seen = max(b.events)
    b.url = next(places)
    await b.open([{"room": room, "seq": seen}])
    await b.reach(head)
    if sorted(b.events) != list(range(min(b.events), head + 1)):
        wrong(f"b has holes: {sorted(b.events)}")
    texts = [b.events[seq]["body"].get("text") for seq in range(head - MISSED + 1, head + 1)]
    if texts != [f"missed {n}" for n in range(MISSED)]:
        wrong(f"b sees another order: {texts}")

    await b.say(type="history", ref=1, room=room, limit=200)
    page = await b.take("history", ref=1)
    if [e for e in page["events"] if e["seq"] >= first] != [b.events[s] for s in range(first, head + 1)]:
        wrong("history differs from what was seen live")
    print(f"ws_client: {head - first + 1} messages over {len(urls)} address(es): each once, in order, and stored so")


if len(sys.argv) < 2:
    sys.exit(__doc__)
asyncio.run(main([url.rstrip("/") for url in sys.argv[1:]]))
