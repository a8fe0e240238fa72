// Written by crates/protocol/tests/typescript.rs from that crate; do not edit.

import type { ClientFrame, Event, ServerFrame } from '../src/core/protocol';

export const client: Record<string, ClientFrame> = {
	'client-bans': {
  "type": "bans",
  "ref": 9,
  "room": "0190b6a1-0000-7000-8000-000000000001"
},
	'client-bans-next': {
  "type": "bans",
  "ref": 9,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "after": "0190b6a0-0000-7000-8000-00000000000b",
  "limit": 100
},
	'client-create': {
  "type": "create",
  "ref": 1,
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "name": "timetable",
  "kind": "public"
},
	'client-create-broadcast': {
  "type": "create",
  "ref": 1,
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "name": "Board of 4",
  "kind": "broadcast"
},
	'client-create-private': {
  "type": "create",
  "ref": 1,
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "name": "Board of 4",
  "kind": "private"
},
	'client-delivered': {
  "type": "delivered",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "seq": 41
},
	'client-direct': {
  "type": "direct",
  "ref": 3,
  "user": "priya"
},
	'client-edits': {
  "type": "edits",
  "ref": 9,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "seq": 3
},
	'client-group': {
  "type": "group",
  "ref": 4,
  "id": "0190b6a2-0000-7000-8000-000000000005",
  "users": [
    "priya",
    "0190b6a0-0000-7000-8000-00000000000c"
  ]
},
	'client-hello': {
  "type": "hello",
  "device": "laptop-1",
  "build": "0.1.0",
  "rooms": [
    {
      "room": "0190b6a1-0000-7000-8000-000000000001",
      "seq": 41
    },
    {
      "room": "0190b6a1-0000-8000-8000-000000000002",
      "seq": 0
    }
  ]
},
	'client-hello-first': {
  "type": "hello",
  "device": "laptop-1",
  "build": "",
  "rooms": []
},
	'client-history': {
  "type": "history",
  "ref": 5,
  "room": "0190b6a1-0000-7000-8000-000000000001"
},
	'client-history-after': {
  "type": "history",
  "ref": 5,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "after": 41,
  "limit": 200
},
	'client-history-around': {
  "type": "history",
  "ref": 5,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "around": 20,
  "limit": 50
},
	'client-history-at': {
  "type": "history",
  "ref": 5,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "at_ms": 1767225600000,
  "limit": 50
},
	'client-history-before': {
  "type": "history",
  "ref": 5,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "before": 42,
  "limit": 50
},
	'client-join-id': {
  "type": "join",
  "ref": 2,
  "room": "0190b6a1-0000-7000-8000-000000000001"
},
	'client-join-name': {
  "type": "join",
  "ref": 2,
  "name": "timetable"
},
	'client-leave': {
  "type": "leave",
  "ref": 4,
  "room": "0190b6a1-0000-7000-8000-000000000001"
},
	'client-mark': {
  "type": "mark",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "seq": 42
},
	'client-mark-back': {
  "type": "mark",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "seq": 12,
  "back": true
},
	'client-members': {
  "type": "members",
  "ref": 6,
  "room": "0190b6a1-0000-7000-8000-000000000001"
},
	'client-members-next': {
  "type": "members",
  "ref": 6,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "after": "0190b6a0-0000-7000-8000-00000000000b",
  "limit": 100
},
	'client-members-sought': {
  "type": "members",
  "ref": 5,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "q": "pri",
  "limit": 20
},
	'client-own': {
  "type": "own",
  "ref": 10
},
	'client-own-kinds': {
  "type": "own",
  "ref": 10,
  "kinds": [
    "quiet",
    "notify",
    "blocked"
  ]
},
	'client-ping': {
  "type": "ping",
  "ref": 9
},
	'client-pins': {
  "type": "pins",
  "ref": 9,
  "room": "0190b6a1-0000-7000-8000-000000000001"
},
	'client-presence': {
  "type": "presence",
  "status": "online",
  "watch": [
    "0190b6a0-0000-7000-8000-00000000000b",
    "0190b6a0-0000-7000-8000-00000000000c"
  ]
},
	'client-presence-away': {
  "type": "presence",
  "status": "away",
  "watch": []
},
	'client-receipts': {
  "type": "receipts",
  "ref": 16,
  "room": "0190b6a1-0000-7000-8000-000000000001"
},
	'client-rename': {
  "type": "rename",
  "ref": 8,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "name": "Timetable 2026"
},
	'client-search': {
  "type": "search",
  "ref": 9,
  "q": "zone file"
},
	'client-search-next': {
  "type": "search",
  "ref": 9,
  "q": "\"the file\" from:me before:2026-01-31",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "offset_min": 60,
  "cursor": "4711",
  "limit": 20
},
	'client-send-archive': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "archive",
    "on": true
  }
},
	'client-send-ban': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "ban",
    "user": "0190b6a0-0000-7000-8000-00000000000b"
  }
},
	'client-send-ban-until': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "ban",
    "user": "0190b6a0-0000-7000-8000-00000000000b",
    "reason": "spam",
    "until_ms": 1767312000000
  }
},
	'client-send-delete': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "delete",
    "target": 2
  }
},
	'client-send-description': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "description",
    "description": "All about trains: timetables, late ones, and the best seats."
  }
},
	'client-send-edit': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "edit",
    "target": 2,
    "text": "It reads the zone from the environment."
  }
},
	'client-send-invite': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "invite",
    "user": "0190b6a0-0000-7000-8000-00000000000b",
    "user_name": "priya"
  }
},
	'client-send-message': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "message",
    "text": "It reads the zone from the **file**.\nЗдравствуйте 👋"
  }
},
	'client-send-message-attachments': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "message",
    "text": "",
    "attachments": [
      {
        "id": "0190b6a3-0000-7000-8000-000000000001",
        "alt": "The kitchen, with soup on the stove."
      }
    ]
  }
},
	'client-send-message-mentions': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "message",
    "text": "@room and @priya: the train is late.",
    "mentions": {
      "users": [
        "0190b6a0-0000-7000-8000-00000000000b"
      ],
      "everyone": "room"
    }
  }
},
	'client-send-message-reply': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "message",
    "text": "Then it works.",
    "reply_to": 2
  }
},
	'client-send-message-thread': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "message",
    "text": "That of the file.",
    "thread": {
      "root": 3
    }
  }
},
	'client-send-pin': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "pin",
    "target": 42,
    "on": true
  }
},
	'client-send-react': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "react",
    "target": 2,
    "emoji": "👍🏽",
    "on": true
  }
},
	'client-send-remove': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "remove",
    "user": "0190b6a0-0000-7000-8000-00000000000b"
  }
},
	'client-send-remove-reason': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "remove",
    "user": "0190b6a0-0000-7000-8000-00000000000b",
    "reason": "off topic"
  }
},
	'client-send-right': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "right",
    "right": "pin",
    "role": "member"
  }
},
	'client-send-role': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "role",
    "user": "0190b6a0-0000-7000-8000-00000000000b",
    "role": "moderator"
  }
},
	'client-send-role-guest': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "role",
    "user": "0190b6a0-0000-7000-8000-00000000000b",
    "role": "guest"
  }
},
	'client-send-slow': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "slow",
    "seconds": 30
  }
},
	'client-send-topic': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "topic",
    "topic": "Trains, and when they come"
  }
},
	'client-send-unban': {
  "type": "send",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "after": 41,
  "device": "laptop-1",
  "n": 7,
  "body": {
    "kind": "unban",
    "user": "0190b6a0-0000-7000-8000-00000000000b"
  }
},
	'client-set-draft': {
  "type": "set",
  "ref": 12,
  "own": {
    "kind": "draft",
    "room": "0190b6a1-0000-7000-8000-000000000001",
    "text": "I would rather",
    "reply_to": 4
  }
},
	'client-set-follow': {
  "type": "set",
  "ref": 12,
  "own": {
    "kind": "follow",
    "room": "0190b6a1-0000-7000-8000-000000000001",
    "root": 3,
    "on": true
  }
},
	'client-set-notify': {
  "type": "set",
  "ref": 11,
  "own": {
    "kind": "notify",
    "room": "0190b6a1-0000-7000-8000-000000000001",
    "level": "mentions",
    "muted_until_ms": 1767229222000
  }
},
	'client-set-quiet-none': {
  "type": "set",
  "ref": 13,
  "own": {
    "kind": "quiet"
  }
},
	'client-set-read': {
  "type": "set",
  "ref": 12,
  "own": {
    "kind": "read",
    "room": "0190b6a1-0000-7000-8000-000000000001",
    "root": 3,
    "seq": 9
  }
},
	'client-set-read-back': {
  "type": "set",
  "ref": 12,
  "own": {
    "kind": "read",
    "room": "0190b6a1-0000-7000-8000-000000000001",
    "root": 3,
    "seq": 5,
    "back": true
  }
},
	'client-set-receipts': {
  "type": "set",
  "ref": 12,
  "own": {
    "kind": "receipts",
    "on": false
  }
},
	'client-set-scheduled': {
  "type": "set",
  "ref": 14,
  "own": {
    "kind": "scheduled",
    "id": "0190b6a2-0000-7000-8000-00000000000c",
    "room": "0190b6a1-0000-7000-8000-000000000001",
    "at_ms": 1700000600000,
    "text": "good morning",
    "mentions": {
      "everyone": "room"
    }
  }
},
	'client-set-scheduled-cancelled': {
  "type": "set",
  "ref": 15,
  "own": {
    "kind": "scheduled",
    "id": "0190b6a2-0000-7000-8000-00000000000c",
    "room": "0190b6a1-0000-7000-8000-000000000001",
    "at_ms": 0
  }
},
	'client-set-thread-draft': {
  "type": "set",
  "ref": 13,
  "own": {
    "kind": "thread_draft",
    "room": "0190b6a1-0000-7000-8000-000000000001",
    "root": 3,
    "text": "Or not",
    "reply_to": 5
  }
},
	'client-thread': {
  "type": "thread",
  "ref": 14,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "root": 3
},
	'client-thread-before': {
  "type": "thread",
  "ref": 14,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "root": 3,
  "before": 9,
  "limit": 20
},
	'client-threads': {
  "type": "threads",
  "ref": 15
},
	'client-threads-next': {
  "type": "threads",
  "ref": 15,
  "after": "1767225609000.3.0190b6a1-0000-7000-8000-000000000001",
  "limit": 20
},
	'client-typing': {
  "type": "typing",
  "room": "0190b6a1-0000-7000-8000-000000000001"
},
};

export const server: Record<string, ServerFrame> = {
	'server-ack': {
  "type": "ack",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "seq": 42
},
	'server-bans': {
  "type": "bans",
  "ref": 9,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "bans": [
    {
      "user": "0190b6a0-0000-7000-8000-00000000000a",
      "name": "mara",
      "by": "0190b6a0-0000-7000-8000-00000000000b",
      "at_ms": 1767225621000
    },
    {
      "user": "0190b6a0-0000-7000-8000-00000000000b",
      "name": "priya",
      "by": "0190b6a0-0000-7000-8000-00000000000a",
      "at_ms": 1767225622000,
      "until_ms": 1767312000000,
      "reason": "spam"
    }
  ]
},
	'server-bans-more': {
  "type": "bans",
  "ref": 9,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "bans": [
    {
      "user": "0190b6a0-0000-7000-8000-00000000000b",
      "name": "priya",
      "by": "0190b6a0-0000-7000-8000-00000000000a",
      "at_ms": 1767225622000,
      "reason": "spam"
    }
  ],
  "next": "0190b6a0-0000-7000-8000-00000000000b"
},
	'server-done': {
  "type": "done",
  "ref": 4
},
	'server-drain': {
  "type": "drain",
  "after_ms": 1834
},
	'server-edits': {
  "type": "edits",
  "ref": 9,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "events": [
    {
      "seq": 3,
      "ordinal": 1,
      "at_ms": 1767225603000,
      "by": "0190b6a0-0000-7000-8000-00000000000a",
      "name": "mara",
      "id": "0190b6a2-0000-7000-8000-000000000001",
      "body": {
        "kind": "message",
        "text": "It reads the zone from the **file**.\nЗдравствуйте 👋"
      }
    },
    {
      "seq": 7,
      "ordinal": 1,
      "at_ms": 1767225607000,
      "by": "0190b6a0-0000-7000-8000-00000000000a",
      "name": "mara",
      "id": "0190b6a2-0000-7000-8000-000000000002",
      "body": {
        "kind": "edit",
        "target": 3,
        "text": "better"
      }
    }
  ]
},
	'server-error': {
  "type": "error",
  "code": "unknown_kind",
  "message": "the frame's type is not known here: \"dance\""
},
	'server-error-request': {
  "type": "error",
  "ref": 2,
  "code": "not_found",
  "message": "there is no room of this name"
},
	'server-error-send': {
  "type": "error",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "code": "busy",
  "message": "too much at once; nothing was done",
  "retry_after_ms": 500
},
	'server-error-slow': {
  "type": "error",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "code": "slow",
  "message": "Slow mode: one message every 30 s. Yours can go in 12 s.",
  "retry_after_ms": 12000
},
	'server-events': {
  "type": "events",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "events": [
    {
      "seq": 42,
      "ordinal": 29,
      "at_ms": 1767225642000,
      "by": "0190b6a0-0000-7000-8000-00000000000a",
      "name": "mara",
      "id": "0190b6a2-0000-7000-8000-000000000001",
      "body": {
        "kind": "message",
        "text": "It reads the zone from the **file**.\nЗдравствуйте 👋"
      }
    },
    {
      "seq": 43,
      "ordinal": 29,
      "at_ms": 1767225643000,
      "by": "0190b6a0-0000-7000-8000-00000000000b",
      "name": "priya",
      "id": "p-1",
      "body": {
        "kind": "react",
        "target": 2,
        "emoji": "👍🏽",
        "on": true
      }
    },
    {
      "seq": 44,
      "ordinal": 30,
      "at_ms": 1767225644000,
      "by": "0190b6a0-0000-7000-8000-00000000000b",
      "name": "priya",
      "id": "p-2",
      "body": {
        "kind": "message",
        "text": "Then it works.",
        "reply_to": 2
      }
    }
  ]
},
	'server-found': {
  "type": "found",
  "ref": 9,
  "rooms": [
    {
      "room": "0190b6a1-0000-7000-8000-000000000001",
      "count": 7,
      "at_least": true,
      "hits": [
        {
          "seq": 3,
          "at_ms": 1767225603000,
          "by": "0190b6a0-0000-7000-8000-00000000000a",
          "name": "mara",
          "excerpt": "It reads the zone from the **file**.\nЗдравствуйте 👋",
          "before": 12,
          "after": 840,
          "marks": [
            [
              13,
              17
            ],
            [
              29,
              33
            ]
          ]
        }
      ],
      "next": "3"
    }
  ],
  "next": "0190b6a1-0000-7000-8000-000000000002"
},
	'server-found-none': {
  "type": "found",
  "ref": 9,
  "rooms": []
},
	'server-gap': {
  "type": "gap",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "from": 42,
  "to": 9000
},
	'server-history': {
  "type": "history",
  "ref": 5,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "events": [
    {
      "seq": 2,
      "ordinal": 1,
      "at_ms": 1767225602000,
      "by": "0190b6a0-0000-7000-8000-00000000000a",
      "name": "mara",
      "id": "0190b6a2-0000-7000-8000-000000000001",
      "body": {
        "kind": "message",
        "text": "It reads the zone from the **file**.\nЗдравствуйте 👋"
      }
    },
    {
      "seq": 3,
      "ordinal": 2,
      "at_ms": 1767225603000,
      "by": "0190b6a0-0000-7000-8000-00000000000a",
      "name": "mara",
      "id": "0190b6a2-0000-7000-8000-000000000001",
      "body": {
        "kind": "erased"
      }
    }
  ],
  "states": [
    {
      "seq": 2,
      "text": "It reads the zone from the environment.",
      "edited": 5,
      "reactions": [
        {
          "emoji": "👍🏽",
          "users": [
            "0190b6a0-0000-7000-8000-00000000000a",
            "0190b6a0-0000-7000-8000-00000000000b"
          ]
        }
      ]
    },
    {
      "seq": 3,
      "deleted": 7
    }
  ],
  "head": 44,
  "more_before": true,
  "more_after": true
},
	'server-history-empty': {
  "type": "history",
  "ref": 5,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "events": [],
  "head": 44,
  "more_before": false,
  "more_after": false
},
	'server-history-states': {
  "type": "history",
  "ref": 6,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "events": [
    {
      "seq": 2,
      "ordinal": 1,
      "at_ms": 1767225602000,
      "by": "0190b6a0-0000-7000-8000-00000000000a",
      "name": "mara",
      "id": "0190b6a2-0000-7000-8000-000000000001",
      "body": {
        "kind": "message",
        "text": "It reads the zone from the **file**.\nЗдравствуйте 👋"
      }
    }
  ],
  "states": [
    {
      "seq": 2,
      "text": "It reads the zone from the environment.",
      "edited": 5,
      "edited_ms": 1767225605000,
      "thread": {
        "messages": 3,
        "last": 9,
        "last_ms": 1767225609000,
        "as_of": 44
      }
    }
  ],
  "head": 44,
  "more_before": true,
  "more_after": false
},
	'server-left': {
  "type": "left",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "seq": 45
},
	'server-left-asked': {
  "type": "left",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "seq": 45,
  "ref": 4
},
	'server-mark': {
  "type": "mark",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "seq": 42,
  "revision": 2,
  "unread": 1
},
	'server-mark-mentioned': {
  "type": "mark",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "seq": 42,
  "revision": 2,
  "unread": 1,
  "mentioned": [
    43
  ]
},
	'server-members': {
  "type": "members",
  "ref": 6,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "members": [
    {
      "user": "0190b6a0-0000-7000-8000-00000000000a",
      "name": "mara",
      "role": "owner"
    },
    {
      "user": "0190b6a0-0000-7000-8000-00000000000b",
      "name": "priya",
      "role": "moderator"
    },
    {
      "user": "0190b6a0-0000-7000-8000-00000000000c",
      "name": "jonas",
      "role": "member"
    }
  ]
},
	'server-members-bot': {
  "type": "members",
  "ref": 8,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "members": [
    {
      "user": "0190b6a0-0000-7000-8000-00000000000a",
      "name": "mara",
      "role": "owner"
    },
    {
      "user": "0190b6a0-0000-8000-8000-00000000000d",
      "name": "deploys",
      "role": "member",
      "bot": true
    }
  ]
},
	'server-members-more': {
  "type": "members",
  "ref": 6,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "members": [
    {
      "user": "0190b6a0-0000-7000-8000-00000000000a",
      "name": "mara",
      "role": "owner"
    }
  ],
  "next": "0190b6a0-0000-7000-8000-00000000000a"
},
	'server-own': {
  "type": "own",
  "ref": 10,
  "version": 7,
  "own": [
    {
      "kind": "quiet",
      "hours": {
        "from_min": 1320,
        "to_min": 420,
        "zone": "Europe/Berlin"
      }
    },
    {
      "kind": "notify",
      "room": "0190b6a1-0000-7000-8000-000000000001",
      "level": "none"
    },
    {
      "kind": "blocked",
      "user": "0190b6a0-0000-7000-8000-00000000000b",
      "on": true
    },
    {
      "kind": "draft",
      "room": "0190b6a1-0000-7000-8000-000000000001",
      "text": "I would rather"
    },
    {
      "kind": "hidden",
      "room": "0190b6a1-0000-7000-8000-000000000001",
      "seq": 3,
      "on": true
    },
    {
      "kind": "saved",
      "room": "0190b6a1-0000-7000-8000-000000000001",
      "seq": 4,
      "on": true
    }
  ]
},
	'server-own-changed': {
  "type": "own",
  "version": 8,
  "own": [
    {
      "kind": "saved",
      "room": "0190b6a1-0000-7000-8000-000000000001",
      "seq": 4,
      "on": false
    }
  ]
},
	'server-own-drafts': {
  "type": "own",
  "version": 12,
  "own": [
    {
      "kind": "draft",
      "room": "0190b6a1-0000-7000-8000-000000000001",
      "text": "I would rather",
      "at_ms": 1767225600000
    },
    {
      "kind": "thread_draft",
      "room": "0190b6a1-0000-7000-8000-000000000001",
      "root": 3,
      "text": "Or not",
      "reply_to": 5,
      "at_ms": 1767225600000
    }
  ]
},
	'server-own-newer': {
  "type": "own",
  "version": 9,
  "own": []
},
	'server-own-scheduled': {
  "type": "own",
  "version": 9,
  "own": [
    {
      "kind": "scheduled",
      "id": "0190b6a2-0000-7000-8000-00000000000c",
      "room": "0190b6a1-0000-7000-8000-000000000001",
      "at_ms": 1700000600000,
      "text": "good morning",
      "reply_to": 4,
      "state": "failed",
      "reason": "The room is archived."
    }
  ]
},
	'server-own-threads': {
  "type": "own",
  "version": 11,
  "own": [
    {
      "kind": "follow",
      "room": "0190b6a1-0000-7000-8000-000000000001",
      "root": 3,
      "on": true,
      "since": 9
    },
    {
      "kind": "read",
      "room": "0190b6a1-0000-7000-8000-000000000001",
      "root": 3,
      "seq": 5,
      "at": 9
    }
  ]
},
	'server-pins': {
  "type": "pins",
  "ref": 9,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "pins": [
    {
      "message": {
        "seq": 3,
        "ordinal": 1,
        "at_ms": 1767225603000,
        "by": "0190b6a0-0000-7000-8000-00000000000a",
        "name": "mara",
        "id": "0190b6a2-0000-7000-8000-000000000001",
        "body": {
          "kind": "message",
          "text": "It reads the zone from the **file**.\nЗдравствуйте 👋"
        }
      },
      "by": "0190b6a0-0000-7000-8000-00000000000b",
      "at_ms": 1767225621000
    }
  ],
  "states": [
    {
      "seq": 3,
      "text": "better",
      "edited": 7
    }
  ]
},
	'server-pins-none': {
  "type": "pins",
  "ref": 9,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "pins": []
},
	'server-pong': {
  "type": "pong",
  "ref": 9
},
	'server-presence': {
  "type": "presence",
  "users": [
    {
      "user": "0190b6a0-0000-7000-8000-00000000000b",
      "status": "online"
    },
    {
      "user": "0190b6a0-0000-7000-8000-00000000000c",
      "status": "away"
    },
    {
      "user": "0190b6a0-0000-7000-8000-00000000000a",
      "status": "offline"
    }
  ]
},
	'server-presence-profile': {
  "type": "presence",
  "users": [
    {
      "user": "0190b6a0-0000-7000-8000-00000000000b",
      "status": "online",
      "profile": 3735928559
    },
    {
      "user": "0190b6a0-0000-7000-8000-00000000000c",
      "status": "offline",
      "seen_ms": 1767225603000,
      "profile": 0
    }
  ]
},
	'server-presence-seen': {
  "type": "presence",
  "users": [
    {
      "user": "0190b6a0-0000-7000-8000-00000000000b",
      "status": "do_not_disturb"
    },
    {
      "user": "0190b6a0-0000-7000-8000-00000000000c",
      "status": "offline",
      "seen_ms": 1767225603000
    }
  ]
},
	'server-receipts': {
  "type": "receipts",
  "ref": 16,
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "receipts": [
    {
      "user": "0190b6a0-0000-7000-8000-00000000000a",
      "read": 38,
      "delivered": 41
    },
    {
      "user": "0190b6a0-0000-7000-8000-00000000000b",
      "delivered": 40
    }
  ]
},
	'server-receipts-moved': {
  "type": "receipts",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "receipts": [
    {
      "user": "0190b6a0-0000-7000-8000-00000000000b",
      "read": 40,
      "delivered": 40
    }
  ]
},
	'server-reset': {
  "type": "reset",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "head": 12
},
	'server-room': {
  "type": "room",
  "ref": 1,
  "room": {
    "id": "0190b6a1-0000-7000-8000-000000000001",
    "name": "timetable",
    "kind": "private",
    "members": 1,
    "head": 1
  }
},
	'server-room-archived': {
  "type": "room",
  "ref": 1,
  "room": {
    "id": "0190b6a1-0000-7000-8000-000000000001",
    "name": "timetable",
    "role": "guest",
    "members": 3,
    "archived": true,
    "slow_seconds": 30,
    "head": 9,
    "ordinal": 4,
    "mark": 9
  }
},
	'server-room-described': {
  "type": "room",
  "ref": 1,
  "room": {
    "id": "0190b6a1-0000-7000-8000-000000000001",
    "name": "timetable",
    "topic": "Trains, and when they come",
    "description": "All about trains: timetables, late ones, and the best seats.",
    "members": 1,
    "head": 3
  }
},
	'server-room-elsewhere': {
  "type": "room",
  "room": {
    "id": "0190b6a1-0000-8000-8000-000000000002",
    "name": "priya",
    "kind": "direct",
    "members": 2,
    "peer": "0190b6a0-0000-7000-8000-00000000000b",
    "head": 9,
    "ordinal": 8,
    "mark": 9
  }
},
	'server-room-group': {
  "type": "room",
  "ref": 4,
  "room": {
    "id": "0190b6a1-0000-7000-8000-000000000004",
    "name": "priya, jonas",
    "kind": "group",
    "role": "owner",
    "members": 3,
    "head": 1
  }
},
	'server-room-mentioned': {
  "type": "room",
  "ref": 1,
  "room": {
    "id": "0190b6a1-0000-7000-8000-000000000001",
    "name": "timetable",
    "kind": "private",
    "members": 1,
    "head": 1,
    "mentioned": [
      42,
      44
    ]
  }
},
	'server-room-rights': {
  "type": "room",
  "ref": 1,
  "room": {
    "id": "0190b6a1-0000-7000-8000-000000000001",
    "name": "timetable",
    "role": "guest",
    "members": 3,
    "rights": {
      "write": "moderator",
      "everyone": "owner",
      "pin": "member"
    },
    "head": 9,
    "ordinal": 4,
    "mark": 9
  }
},
	'server-room-rights-broadcast': {
  "type": "room",
  "ref": 1,
  "room": {
    "id": "0190b6a1-0000-7000-8000-000000000001",
    "name": "timetable",
    "kind": "broadcast",
    "role": "guest",
    "members": 3,
    "rights": {
      "write": "guest",
      "react": "moderator",
      "invite": "owner",
      "describe": "owner"
    },
    "head": 9,
    "ordinal": 4,
    "mark": 9
  }
},
	'server-thread': {
  "type": "thread",
  "ref": 14,
  "thread": {
    "room": "0190b6a1-0000-7000-8000-000000000001",
    "root": 3,
    "message": {
      "seq": 3,
      "ordinal": 1,
      "at_ms": 1767225603000,
      "by": "0190b6a0-0000-7000-8000-00000000000a",
      "name": "mara",
      "id": "0190b6a2-0000-7000-8000-000000000001",
      "body": {
        "kind": "message",
        "text": "Which zone?"
      }
    },
    "messages": 1,
    "last": 9,
    "last_ms": 1767225609000,
    "following": true,
    "read": 2,
    "unread": [
      9
    ]
  },
  "events": [
    {
      "seq": 9,
      "ordinal": 4,
      "at_ms": 1767225609000,
      "by": "0190b6a0-0000-7000-8000-00000000000b",
      "name": "priya",
      "id": "0190b6a2-0000-7000-8000-000000000007",
      "body": {
        "kind": "message",
        "text": "That of the file.",
        "thread": {
          "root": 3,
          "by": "0190b6a0-0000-7000-8000-00000000000a"
        }
      }
    }
  ],
  "states": [
    {
      "seq": 9,
      "reactions": [
        {
          "emoji": "👍",
          "users": [
            "0190b6a0-0000-7000-8000-00000000000a"
          ]
        }
      ]
    }
  ],
  "head": 11,
  "more_before": false,
  "more_after": false
},
	'server-thread-none': {
  "type": "thread",
  "ref": 14,
  "thread": {
    "room": "0190b6a1-0000-7000-8000-000000000001",
    "root": 3,
    "message": {
      "seq": 3,
      "ordinal": 1,
      "at_ms": 1767225603000,
      "by": "0190b6a0-0000-7000-8000-00000000000a",
      "name": "mara",
      "id": "0190b6a2-0000-7000-8000-000000000001",
      "body": {
        "kind": "message",
        "text": "Which zone?"
      }
    },
    "state": {
      "seq": 3,
      "text": "Which time zone?",
      "edited": 4
    }
  },
  "events": [],
  "head": 11,
  "more_before": false,
  "more_after": false
},
	'server-threads': {
  "type": "threads",
  "ref": 15,
  "threads": [
    {
      "room": "0190b6a1-0000-7000-8000-000000000001",
      "root": 3,
      "message": {
        "seq": 3,
        "ordinal": 1,
        "at_ms": 1767225603000,
        "by": "0190b6a0-0000-7000-8000-00000000000a",
        "name": "mara",
        "id": "0190b6a2-0000-7000-8000-000000000001",
        "body": {
          "kind": "message",
          "text": "Which zone?"
        }
      },
      "messages": 1,
      "last": 9,
      "last_ms": 1767225609000,
      "following": true,
      "read": 2,
      "unread": [
        9
      ]
    }
  ],
  "unread": 1,
  "next": "1767225609000.3.0190b6a1-0000-7000-8000-000000000001"
},
	'server-threads-none': {
  "type": "threads",
  "ref": 15,
  "threads": [],
  "unread": 0
},
	'server-typing': {
  "type": "typing",
  "room": "0190b6a1-0000-7000-8000-000000000001",
  "user": "0190b6a0-0000-7000-8000-00000000000b",
  "name": "priya"
},
	'server-welcome': {
  "type": "welcome",
  "build": "0.1.0",
  "node": "go_chat_1",
  "user": {
    "id": "0190b6a0-0000-7000-8000-00000000000a",
    "name": "mara",
    "display": "Mara K."
  },
  "now_ms": 1767225600000,
  "rooms": [
    {
      "id": "0190b6a1-0000-7000-8000-000000000001",
      "name": "timetable",
      "topic": "Trains, and when they come",
      "role": "owner",
      "members": 3,
      "head": 44,
      "ordinal": 30,
      "mark": 41,
      "revision": 2,
      "unread": 2
    },
    {
      "id": "0190b6a1-0000-8000-8000-000000000002",
      "name": "priya",
      "kind": "direct",
      "members": 2,
      "peer": "0190b6a0-0000-7000-8000-00000000000b",
      "head": 9,
      "ordinal": 8,
      "mark": 9
    },
    {
      "id": "0190b6a1-0000-7000-8000-000000000003",
      "name": "quiet",
      "members": 2,
      "head": 2
    }
  ]
},
	'server-welcome-first': {
  "type": "welcome",
  "build": "0.1.0",
  "node": "go_chat_1",
  "user": {
    "id": "0190b6a0-0000-7000-8000-00000000000a",
    "name": "mara",
    "display": "mara"
  },
  "now_ms": 1767225600000,
  "rooms": []
},
};

export const events: Record<string, Event> = {
	'event-archive': {
  "seq": 26,
  "ordinal": 1,
  "at_ms": 1767225626000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "archive",
    "on": true
  }
},
	'event-archive-off': {
  "seq": 27,
  "ordinal": 1,
  "at_ms": 1767225627000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "archive",
    "on": false
  }
},
	'event-avatar': {
  "seq": 9,
  "ordinal": 4,
  "at_ms": 1767225603000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "avatar",
    "avatar": "0190b6a3-0000-7000-8000-000000000003"
  }
},
	'event-avatar-none': {
  "seq": 9,
  "ordinal": 4,
  "at_ms": 1767225603000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "avatar"
  }
},
	'event-ban': {
  "seq": 21,
  "ordinal": 1,
  "at_ms": 1767225621000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "ban",
    "user": "0190b6a0-0000-7000-8000-00000000000b"
  }
},
	'event-ban-until': {
  "seq": 22,
  "ordinal": 1,
  "at_ms": 1767225622000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "ban",
    "user": "0190b6a0-0000-7000-8000-00000000000b",
    "reason": "spam",
    "until_ms": 1767312000000
  }
},
	'event-create': {
  "seq": 1,
  "ordinal": 0,
  "at_ms": 1767225601000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "create",
    "title": "timetable",
    "room_kind": "public"
  }
},
	'event-create-direct': {
  "seq": 2,
  "ordinal": 1,
  "at_ms": 1767225602000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "create",
    "title": "",
    "room_kind": "direct",
    "with": [
      [
        "0190b6a0-0000-7000-8000-00000000000b",
        "priya"
      ]
    ]
  }
},
	'event-create-group': {
  "seq": 1,
  "ordinal": 0,
  "at_ms": 1767225602000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "create",
    "title": "",
    "room_kind": "group",
    "with": [
      [
        "0190b6a0-0000-7000-8000-00000000000b",
        "priya"
      ],
      [
        "0190b6a0-0000-7000-8000-00000000000c",
        "jonas"
      ]
    ]
  }
},
	'event-delete': {
  "seq": 6,
  "ordinal": 1,
  "at_ms": 1767225606000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "delete",
    "target": 2
  }
},
	'event-description': {
  "seq": 15,
  "ordinal": 1,
  "at_ms": 1767225614000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "description",
    "description": "All about trains: timetables, late ones, and the best seats."
  }
},
	'event-description-none': {
  "seq": 16,
  "ordinal": 1,
  "at_ms": 1767225614000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "description",
    "description": ""
  }
},
	'event-edit': {
  "seq": 5,
  "ordinal": 1,
  "at_ms": 1767225605000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "edit",
    "target": 2,
    "text": "It reads the zone from the environment."
  }
},
	'event-erased': {
  "seq": 16,
  "ordinal": 1,
  "at_ms": 1767225616000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "erased"
  }
},
	'event-erased-edit': {
  "seq": 16,
  "ordinal": 1,
  "at_ms": 1767225616000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "erased",
    "was": {
      "kind": "edit",
      "target": 4
    }
  }
},
	'event-erased-message': {
  "seq": 16,
  "ordinal": 1,
  "at_ms": 1767225616000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "erased",
    "was": {
      "kind": "message"
    }
  }
},
	'event-erased-thread': {
  "seq": 16,
  "ordinal": 1,
  "at_ms": 1767225616000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "erased",
    "was": {
      "kind": "message",
      "reply_to": 9,
      "mentions": {
        "users": [
          "0190b6a0-0000-7000-8000-00000000000b"
        ]
      },
      "thread": {
        "root": 4,
        "by": "0190b6a0-0000-7000-8000-00000000000b"
      }
    }
  }
},
	'event-invite': {
  "seq": 11,
  "ordinal": 1,
  "at_ms": 1767225611000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "invite",
    "user": "0190b6a0-0000-7000-8000-00000000000b",
    "user_name": "priya"
  }
},
	'event-invite-accepted': {
  "seq": 11,
  "ordinal": 1,
  "at_ms": 1767225611000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "invite",
    "user": "0190b6a0-0000-7000-8000-00000000000b",
    "user_name": "priya",
    "accepted": true
  }
},
	'event-join': {
  "seq": 9,
  "ordinal": 1,
  "at_ms": 1767225609000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "join"
  }
},
	'event-leave': {
  "seq": 10,
  "ordinal": 1,
  "at_ms": 1767225610000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "leave"
  }
},
	'event-message': {
  "seq": 3,
  "ordinal": 1,
  "at_ms": 1767225603000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "message",
    "text": "It reads the zone from the **file**.\nЗдравствуйте 👋"
  }
},
	'event-message-attachments': {
  "seq": 9,
  "ordinal": 4,
  "at_ms": 1767225603000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "message",
    "text": "Soup is ready.",
    "attachments": [
      {
        "id": "0190b6a3-0000-7000-8000-000000000001",
        "name": "kitchen.jpg",
        "type": "image/jpeg",
        "size": 2381904,
        "width": 4032,
        "height": 3024,
        "preview": "/9j/2Q==",
        "alt": "The kitchen, with soup on the stove."
      },
      {
        "id": "0190b6a3-0000-7000-8000-000000000002",
        "name": "recipe.pdf",
        "type": "application/pdf",
        "size": 81233
      }
    ]
  }
},
	'event-message-everyone': {
  "seq": 6,
  "ordinal": 3,
  "at_ms": 1767225604000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "message",
    "text": "@here: tea.",
    "mentions": {
      "everyone": "here"
    }
  }
},
	'event-message-forward': {
  "seq": 9,
  "ordinal": 4,
  "at_ms": 1767225603000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "message",
    "text": "It reads the zone from the **file**.",
    "forward": {
      "room": "0190b6a1-0000-7000-8000-000000000003",
      "seq": 12,
      "by": "0190b6a0-0000-7000-8000-00000000000b",
      "name": "priya",
      "at_ms": 1767225500000
    }
  }
},
	'event-message-mentions': {
  "seq": 5,
  "ordinal": 2,
  "at_ms": 1767225604000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "message",
    "text": "@priya, look.",
    "mentions": {
      "users": [
        "0190b6a0-0000-7000-8000-00000000000b"
      ]
    }
  }
},
	'event-message-reply': {
  "seq": 4,
  "ordinal": 1,
  "at_ms": 1767225604000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "message",
    "text": "Then it works.",
    "reply_to": 2
  }
},
	'event-message-thread': {
  "seq": 9,
  "ordinal": 4,
  "at_ms": 1767225609000,
  "by": "0190b6a0-0000-7000-8000-00000000000b",
  "name": "priya",
  "id": "0190b6a2-0000-7000-8000-000000000007",
  "body": {
    "kind": "message",
    "text": "That of the file.",
    "thread": {
      "root": 3,
      "by": "0190b6a0-0000-7000-8000-00000000000a"
    }
  }
},
	'event-pin': {
  "seq": 6,
  "ordinal": 1,
  "at_ms": 1767225606000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "pin",
    "target": 4,
    "on": true
  }
},
	'event-pin-off': {
  "seq": 6,
  "ordinal": 1,
  "at_ms": 1767225606000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "pin",
    "target": 4,
    "on": false
  }
},
	'event-react': {
  "seq": 7,
  "ordinal": 1,
  "at_ms": 1767225607000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "react",
    "target": 2,
    "emoji": "👍🏽",
    "on": true
  }
},
	'event-react-off': {
  "seq": 8,
  "ordinal": 1,
  "at_ms": 1767225608000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "react",
    "target": 2,
    "emoji": "👍🏽",
    "on": false
  }
},
	'event-remove': {
  "seq": 12,
  "ordinal": 1,
  "at_ms": 1767225612000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "remove",
    "user": "0190b6a0-0000-7000-8000-00000000000b"
  }
},
	'event-remove-reason': {
  "seq": 20,
  "ordinal": 1,
  "at_ms": 1767225620000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "remove",
    "user": "0190b6a0-0000-7000-8000-00000000000b",
    "reason": "off topic"
  }
},
	'event-rename': {
  "seq": 25,
  "ordinal": 1,
  "at_ms": 1767225625000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "rename",
    "name": "Timetable 2026"
  }
},
	'event-right-describe': {
  "seq": 29,
  "ordinal": 1,
  "at_ms": 1767225629000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "right",
    "right": "describe",
    "role": "owner"
  }
},
	'event-right-everyone': {
  "seq": 29,
  "ordinal": 1,
  "at_ms": 1767225629000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "right",
    "right": "everyone",
    "role": "owner"
  }
},
	'event-right-invite': {
  "seq": 29,
  "ordinal": 1,
  "at_ms": 1767225629000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "right",
    "right": "invite",
    "role": "moderator"
  }
},
	'event-right-pin': {
  "seq": 29,
  "ordinal": 1,
  "at_ms": 1767225629000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "right",
    "right": "pin",
    "role": "member"
  }
},
	'event-right-react': {
  "seq": 29,
  "ordinal": 1,
  "at_ms": 1767225629000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "right",
    "right": "react",
    "role": "guest"
  }
},
	'event-right-write': {
  "seq": 29,
  "ordinal": 1,
  "at_ms": 1767225629000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "right",
    "right": "write",
    "role": "moderator"
  }
},
	'event-role': {
  "seq": 13,
  "ordinal": 1,
  "at_ms": 1767225613000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "role",
    "user": "0190b6a0-0000-7000-8000-00000000000b",
    "role": "moderator"
  }
},
	'event-role-guest': {
  "seq": 24,
  "ordinal": 1,
  "at_ms": 1767225624000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "role",
    "user": "0190b6a0-0000-7000-8000-00000000000b",
    "role": "guest"
  }
},
	'event-slow': {
  "seq": 28,
  "ordinal": 1,
  "at_ms": 1767225628000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "slow",
    "seconds": 30
  }
},
	'event-slow-off': {
  "seq": 29,
  "ordinal": 1,
  "at_ms": 1767225629000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "slow",
    "seconds": 0
  }
},
	'event-topic': {
  "seq": 14,
  "ordinal": 1,
  "at_ms": 1767225614000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "topic",
    "topic": "Trains, and when they come"
  }
},
	'event-topic-none': {
  "seq": 15,
  "ordinal": 1,
  "at_ms": 1767225615000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "topic",
    "topic": ""
  }
},
	'event-unban': {
  "seq": 23,
  "ordinal": 1,
  "at_ms": 1767225623000,
  "by": "0190b6a0-0000-7000-8000-00000000000a",
  "name": "mara",
  "id": "0190b6a2-0000-7000-8000-000000000001",
  "body": {
    "kind": "unban",
    "user": "0190b6a0-0000-7000-8000-00000000000b"
  }
},
};
