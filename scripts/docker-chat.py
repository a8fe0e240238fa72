"""Two people in a room, on sockets of their own: the documented frames, through a client that is not ours.

    docker-chat.py WS_URL_A NAME_A WS_URL_B NAME_B ROOM

Connects NAME_A and NAME_B, expects the greeting `ok` on both, sends one message to ROOM and one from A to B alone,
and expects every reader to get exactly what is theirs. Prints a sentence and ends with status 1 if not.
"""

import asyncio
import json
import sys
import uuid

from websockets.asyncio.client import connect

ANSWER_S = 10
QUIET_S = 1     # how long nothing must come where nothing is due


async def take(socket, whose):
    try:
        return await asyncio.wait_for(socket.recv(), ANSWER_S)
    except asyncio.TimeoutError:
        sys.exit(f"nothing came to {whose} within {ANSWER_S} s")


def same(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: {found!r}, not {wanted!r}")


async def quiet(socket, whose):
    try:
        extra = await asyncio.wait_for(socket.recv(), QUIET_S)
    except asyncio.TimeoutError:
        return
    sys.exit(f"{whose} got what was not theirs or came twice: {extra!r}")


async def main(url_a, name_a, url_b, name_b, room):
    async with connect(f"{url_a}/ws?id={name_a}") as a, connect(f"{url_b}/ws?id={name_b}") as b:
        same("greeting", await take(a, name_a), "ok")
        same("greeting", await take(b, name_b), "ok")

        text = f"to all, {uuid.uuid4()}"
        await a.send(json.dumps({"msg": text, "receiver": "", "is_group": True, "group_name": room}))
        for socket, whose in ((a, name_a), (b, name_b)):
            frame = json.loads(await take(socket, whose))
            same("group message", (frame.get("msg"), frame.get("is_group"), frame.get("group_name")), (text, True, room))
            if not frame.get("sender") or not frame.get("Id"):
                sys.exit(f"sender or Id is missing in {frame}")

        text = f"to you, {uuid.uuid4()}"
        await a.send(json.dumps({"msg": text, "receiver": name_b, "is_group": False, "group_name": ""}))
        frame = json.loads(await take(b, name_b))
        same("private message", (frame.get("msg"), frame.get("is_group")), (text, False))
        await quiet(a, name_a)
        await quiet(b, name_b)


asyncio.run(main(*sys.argv[1:]))
