// Made by `npm run api` from /api/openapi.json; do not edit.

export interface paths {
    "/api/v1/admin/acts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a page of administrators' acts. The last 10,000 are kept. */
        get: {
            parameters: {
                query?: {
                    /** @description Where the page before ended: its `next`. */
                    before?: number;
                    /** @description How many at most: 100 if left out, never more. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Acts"];
                    };
                };
                /** @description A part of the query does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/bots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a bot: an account without a password, which is used by tokens alone. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 64 letters, digits, `-`, `_`, `.` and `:`, new for each thing that is to be made and hard to guess. The same request under the same key makes nothing twice and is answered alike, for a day */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewBot"];
                };
            };
            responses: {
                /** @description The bot */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
                /** @description A name does not fit, or the key asked for something else */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The name is taken, or looks like one that is */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; the same again under its key goes on. Without one, it may be there, and the same again is answered so */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/bots/{bot}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A bot's tokens. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The bot's name or id */
                    bot: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Those that are good, the one used last first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BotTokens"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator, or the account is a person's */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such bot */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Makes a token of a bot. What counts in it is told this once. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 64 letters, digits, `-`, `_`, `.` and `:`, new for each thing that is to be made and hard to guess. The same request under the same key makes nothing twice and is answered alike, for a day */
                    "Idempotency-Key"?: string | null;
                };
                path: {
                    /** @description The bot's name or id */
                    bot: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            responses: {
                /** @description The token */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MadeToken"];
                    };
                };
                /** @description A field does not fit, or the key asked for something else */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator, or the account is a person's, or deactivated */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such bot */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description It has 20 already */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too many rooms */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; the same again under its key goes on. Without one, one may be listed that lets nobody in */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/bots/{bot}/tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes a token: nothing is done by it any more, and its sockets are closed on every server. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The bot's name or id */
                    bot: string;
                    /** @description The token's id */
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is revoked */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator, or the account is a person's */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such bot or token, or not any more */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; it may be revoked, and the same again tells */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/first": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes who asks the first administrator. The account needs a password; the link works once. Who has the right already is
         *     answered alike.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["First"];
                };
            };
            responses: {
                /** @description You have the right `admin` */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The body is no JSON, or a field does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The link is not valid (any more), there is an administrator, or you have no password */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How all servers are. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description How they are, whether well or not */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away, so that nobody can be known: ask `/readyz` and `/metrics` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The invitations whose time is not over. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description All of them, the newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ServerInvitations"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Makes an invitation. Its link is told this once. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 64 letters, digits, `-`, `_`, `.` and `:`, new for each thing that is to be made and hard to guess. The same request under the same key makes nothing twice and is answered alike, for a day */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewServerInvitation"];
                };
            };
            responses: {
                /** @description The invitation and its link */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MadeServerInvitation"];
                    };
                };
                /** @description A number does not fit, or the key asked for something else */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There are 200 already */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; the same again under its key goes on. Without one, one may be there that nobody can use */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/invitations/{invitation}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Withdraws an invitation: nobody comes in by it any more. Who has come in stays. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The invitation's id */
                    invitation: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is withdrawn */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such invitation, or not any more */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/rooms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All rooms that have a name, by pages, or those of some words; no direct rooms and no groups. An act of whoever asks,
         *     once an hour.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Words, each of which begins one of the room's name; left out, all rooms. */
                    q?: string;
                    /** @description Where the page before ended: its `next`. */
                    after?: string;
                    /** @description How many at most: 50 if left out, never more. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AnyRooms"];
                    };
                };
                /** @description A part of the query does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All accounts, by pages, or those whose name begins with a text. */
        get: {
            parameters: {
                query?: {
                    /** @description What the name, or the shown name, begins with, in whatever case. */
                    prefix?: string;
                    /** @description Bots alone, those of webhooks among them. */
                    bots?: boolean;
                    /** @description Where the page before ended: its `next`. */
                    after?: string;
                    /** @description How many at most: 200 if left out, never more. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Users"];
                    };
                };
                /** @description A part of the query does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One account, by its name or id. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A name or an id */
                    user: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The account */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such user */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Deletes an account for ever: its record, password, sessions and read marks; it leaves its rooms. What it wrote stays,
         *     under its name and id, and nobody gets its name.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A name or an id */
                    user: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is deleted, and its sockets are closed */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator, or the account is one's: take the right first */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such user */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; nobody uses the account any more, and the same again goes on */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{user}/admin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives the right `admin`. The account needs a password. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A name or an id */
                    user: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description They have it */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator; or the account has no password, or is deactivated */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such user */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There are 100 already */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Takes the right `admin`, also one's own, but never the last one's. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A name or an id */
                    user: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description They do not have it */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator, or it is the last one's */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such user */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{user}/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keeps an account's holder out: its sessions end, its sockets are closed, and signing in is refused with the reason. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A name or an id */
                    user: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is deactivated */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator, or the account is one's: take the right first */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such user */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{user}/reactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets an account be used again. The sessions that it had stay ended. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description A name or an id */
                    user: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It can be used */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such user */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/users/{user}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a link by which a new password can be set, once and within a day; it takes the place of the one before. To be
         *     handed over to whom the account belongs.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 64 letters, digits, `-`, `_`, `.` and `:`, new for each thing that is to be made and hard to guess. The same request under the same key makes nothing twice and is answered alike, for a day */
                    "Idempotency-Key"?: string | null;
                };
                path: {
                    /** @description A name or an id */
                    user: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The link */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Link"];
                    };
                };
                /** @description The key asked for something else */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not an administrator */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such user */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; the same again under its key goes on. Without one, one may be there that nobody can use */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/direct": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Opens the direct room with a user: there is exactly one for the two of you. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["With"];
                };
            };
            responses: {
                /** @description The room */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Room"];
                    };
                };
                /** @description The body is no JSON, or a field does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such user */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description You, or they, take no more rooms */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/directory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Looks for public rooms. Archived ones are left out. */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description Words: each is to begin one of the room's name, topic or description. Case and accents make no difference. Left
                     *     out: all rooms, by name.
                     */
                    q?: string;
                    /** @description This room alone, if it is among them; then nothing else counts. */
                    room?: string;
                    /** @description Where the page before ended: its `next`. */
                    after?: string;
                    /** @description How many at most: 50 if left out, never more. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Directory"];
                    };
                };
                /** @description `after` is no page's end */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description What is looked for is too long */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Has a link for a new password mailed to the account's address, if there is such an account and it has one. The answer
         *     is the same in any case, and at once.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Forgot"];
                };
            };
            responses: {
                /** @description If there is such an account with a mail address, a link is on its way. One in five minutes */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The body is no JSON, or a field does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description This server sends no mail: an administrator can make a link */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a group: you, and those whom you name. It has no name; each of you may bring others in. Each call makes another
         *     one, also with the same people.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 64 letters, digits, `-`, `_`, `.` and `:`, new for each thing that is to be made and hard to guess. The same request under the same key makes nothing twice and is answered alike, for a day */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Group"];
                };
            };
            responses: {
                /** @description The group */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Room"];
                    };
                };
                /** @description Too few people, or the key asked for something else */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such user */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Somebody is in as many rooms as one can be in */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too many people */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again with the same key */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enters a room by an invitation link. Who is a member already is answered alike, and uses nothing up. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The link's code */
                    code: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The room, of which you are a member now (or were before) */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Room"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Banned: the message says why, and until when */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such link, or it is not good any more */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Used up, archived, or full */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; the same again goes on */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Opens a login. A session of the same user whose cookie comes with the request ends. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["LogIn"];
                };
            };
            responses: {
                /** @description The login */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Login"];
                    };
                };
                /** @description A field does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Name and password do not fit together; or `error` is `code needed` or `wrong code` */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The account is deactivated */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too many wrong passwords, or too much to do */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the login that asks. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The token is void, and sockets that were opened with it are closed */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description It was not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mail/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Shows by a link that was mailed that the address is the account's. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Confirmation"];
                };
            };
            responses: {
                /** @description It is the account's address from now on */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The body is no JSON, or a field does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The link is not valid (any more) */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own account. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description You, as others see you, what this server takes, and whether your log-in needs a code */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Me"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Deletes the own account for ever, as an administrator does. It cannot be taken back. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Farewell"];
                };
            };
            responses: {
                /** @description It is deleted, and its sockets are closed */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description `password` is missing */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description `password` is wrong; the account has none, or the right `admin` */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; log in and ask again, or if that is refused ask an administrator to go on */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Changes the shown name, and what you say of yourself. */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            responses: {
                /** @description You, as you are now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Profile"];
                    };
                };
                /** @description A field does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/me/avatar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Gives you another avatar: a PNG, JPEG, GIF or WebP of at most 8 MB, of which a square from the middle is taken. What a
         *     camera noted in it is not kept.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/octet-stream": number[];
                };
            };
            responses: {
                /** @description The avatar */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Avatar"];
                    };
                };
                /** @description No picture that can be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description This server has no place for files */
                501: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store or the place for files is away; try the same again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Takes your avatar away. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description You have none */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description This server has no place for files */
                501: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own mail address. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The address, if there is one */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MailAddress"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Sends a link to an address; once it is followed the address is the account's. The one before stays until then. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewAddress"];
                };
            };
            responses: {
                /** @description A link is on its way */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description This is no mail address */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The password is wrong or there is none, or this server sends no mail */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A link was sent a moment ago, too many wrong passwords, or too much to do */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Takes the own mail address away. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Password"];
                };
            };
            responses: {
                /** @description There is none any more */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The body is no JSON, or a field does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The password is wrong, or there is none */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too many wrong passwords, or too much to do */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Streams what you are to be told of, as server-sent events: `notification` for a message, with `room`, `seq`, `by`,
         *     `name`, `why` (`mention`, `direct`, `thread`, `all`), `thread` where it stands in one, and `at_ms`; `beat` while nothing
         *     comes; `end` with a `reason`. The `id` of each is the position with which to go on.
         */
        get: {
            parameters: {
                query?: {
                    /**
                     * @description The position behind which to go on: the `id` of the last event that came. Left out: the header `Last-Event-ID`; and
                     *     without that one, from now on.
                     */
                    after?: number;
                    /** @description How many seconds the answer goes on, 3,600 at most and if left out. 0: what there is. */
                    for_s?: number;
                };
                header?: {
                    /** @description As `after`: what browsers send when they come back */
                    "Last-Event-ID"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description They follow as they come, until the answer ends */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": components["schemas"]["NotificationEvent"];
                    };
                };
                /** @description The position or the time does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away, the server is going away, or another one is better off */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/own": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is your own: quiet hours, what you are told of each room, whom you have blocked, drafts, messages that you have
         *     hidden and saved, whether you tell what you have read, threads that you follow and how far you have read them.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The kinds, with commas between them; all if left out. */
                    kinds?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description All of it */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["All"];
                    };
                };
                /** @description There is no such kind */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Sets one thing of it, as it is to stand. All your devices are told. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Own"];
                };
            };
            responses: {
                /** @description It stands */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description It does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A thread of a room of which you are no member */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A thread of a room that is not there */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There are as many as there may be */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description It is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes the password. All other sessions end; the one that asks goes on, with the new token of the answer. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewPassword"];
                };
            };
            responses: {
                /** @description It is changed: go on with this token, the old one is void */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Login"];
                    };
                };
                /** @description The new password is too short or too common */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in, or the password was changed meanwhile */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description `current_password` is wrong */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too many wrong passwords, or too much to do */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; it may have been changed */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/profiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What several people show of themselves. */
        get: {
            parameters: {
                query: {
                    /** @description Their ids, at most 100: `user=ID&user=ID` */
                    user: string[];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Those that there are */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Profiles"];
                    };
                };
                /** @description One is no id, or there are more than 100 */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/push": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The key with which a browser subscribes. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The key */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PushKey"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description This server does not push */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/push/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your browsers that are told. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description All of them */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Subscriptions"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /**
         * Has a browser told from now on, as long as the session lasts that asks. One of the same endpoint is replaced, and of
         *     more than 10 the oldest.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewSubscription"];
                };
            };
            responses: {
                /** @description It is told */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Subscribed"];
                    };
                };
                /** @description The endpoint or a key does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description This server does not push */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description As many people as may have subscribed */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/push/subscriptions/{subscription}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Has a browser told no more. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The subscription's id */
                    subscription: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is told no more */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description You have none of this id, or not any more */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets a new password by a link. All sessions of the account end, and the link with them: log in with the new one. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Reset"];
                };
            };
            responses: {
                /** @description It is set */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The new password is too short or too common; the link still works */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The link is not valid (any more) */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; it may be set */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own rooms. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The rooms */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Rooms"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Makes a room; you are its owner. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 64 letters, digits, `-`, `_`, `.` and `:`, new for each thing that is to be made and hard to guess. The same request under the same key makes nothing twice and is answered alike, for a day */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewRoom"];
                };
            };
            responses: {
                /** @description The room */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Room"];
                    };
                };
                /** @description A field does not fit, or the key asked for something else */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The name is taken */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again with the same key */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/avatar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives a room another avatar, as [`set_own`]. Who may describe the room may. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/octet-stream": number[];
                };
            };
            responses: {
                /** @description The room, with its avatar */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Room"];
                    };
                };
                /** @description No picture that can be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member, or the role does not allow it */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The room is archived */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description This server has no place for files */
                501: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store or the place for files is away; try the same again */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Takes a room's avatar away. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The room, without an avatar */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Room"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member, or the role does not allow it */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The room is archived */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description This server has no place for files */
                501: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/bans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a page of a room's bans, as its moderators and owners may. */
        get: {
            parameters: {
                query?: {
                    /** @description Where the page before ended: its `next`. */
                    after?: string;
                    /** @description How many at most: 200 if left out, never more. */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Bans"];
                    };
                };
                /** @description A part of the query does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member, or the role does not allow it */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a page of the log. */
        get: {
            parameters: {
                query?: {
                    /** @description Events with a lower seq, the nearest ones. */
                    before?: number;
                    /** @description Events with a higher seq, the nearest ones. */
                    after?: number;
                    /** @description Events on both sides of this seq, and it. */
                    around?: number;
                    /**
                     * @description Events on both sides of the first that was stored at this time or later: milliseconds since 1970 (UTC), or a date as
                     *     2026-01-31 or 2026-01-31T18:30+01:00 (UTC if no offset is written). The newest events if there is none so late.
                     */
                    at?: string;
                    /** @description How many at most: 50 if left out, never more than 200. */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["History"];
                    };
                };
                /** @description The page is not well described */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Adds an event: a message, an edit, a deletion, a reaction, an invitation, a removal, a ban or its end, a role, a topic,
         *     an archiving, slow mode, a right.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The send's id, 1 to 64 of A-Z a-z 0-9 - _ . : — without it every call is a new message */
                    "Idempotency-Key"?: string | null;
                };
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Send"];
                };
            };
            responses: {
                /** @description Stored, now or by an earlier try of the same id */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Sent"];
                    };
                };
                /** @description A field does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member, or the role does not allow it here */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room, message or user */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Out of order, full, archived, or too old to tell */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Slow mode, or too much at once: the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Away or doubtful: try again with the same id and the `after` in the answer */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/events/{seq}/edits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a message's edits. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                    /** @description The message's number */
                    seq: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The message and its edits */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Edits"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room or message, or it is deleted */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The room's invitation links that have not expired: all of them for moderators and owners, the own ones for others. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The links */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Invitations"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Makes an invitation link. Whoever may invite may; it lets in nobody whom its maker could not bring in when it is used. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 64 letters, digits, `-`, `_`, `.` and `:`, new for each thing that is to be made and hard to guess. The same request under the same key makes nothing twice and is answered alike, for a day */
                    "Idempotency-Key"?: string | null;
                };
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewInvitation"];
                };
            };
            responses: {
                /** @description The link and its code */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Made"];
                    };
                };
                /** @description A number does not fit, or the key asked for something else */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member, or one who may not invite */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The room has 50 already, or is archived */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/invitations/{invitation}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Withdraws an invitation link: its maker may, and moderators and owners. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                    /** @description The link's id */
                    invitation: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Nobody enters by it any more */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member, or somebody else's link */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room or link */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enters a public room. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id or name */
                    room: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The room, of which you are a member now (or were before) */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Room"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Banned: the message says why, and until when */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such public room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Archived, or full */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leaves a room. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description You are no member any more */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description You were no member */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/mark": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Moves the own read mark. A lower seq than the mark's counts only with `back`. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Mark"];
                };
            };
            responses: {
                /** @description The mark stands there, or further on */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The body is no JSON, or a field does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a page of a room's members. */
        get: {
            parameters: {
                query?: {
                    /** @description Words, each of which begins one of the member's name; case and accents make no difference. Left out: all members. */
                    q?: string;
                    /** @description Where the page before ended: its `next`. */
                    after?: string;
                    /** @description How many at most: 200 if left out, never more. */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Members"];
                    };
                };
                /** @description A part of the query does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description What is looked for is too long */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/pins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a room's pinned messages. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The pinned messages */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Pins"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads up to where the members of a small room have it. Who tells nobody what they have read is told of nobody. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The receipts */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Receipts"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member, or your own `receipts` are off */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The room has more than 50 members */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/rename": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a room another name. It keeps those that it had: who uses one finds the room. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewName"];
                };
            };
            responses: {
                /** @description The room, under this name now (or before) */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Room"];
                    };
                };
                /** @description The name does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member, or the role does not allow it */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The name is taken, the room has had too many, or is archived */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; the same again goes on */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/threads/{root}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a page of a thread. */
        get: {
            parameters: {
                query?: {
                    /** @description Messages with a lower seq, the nearest ones. */
                    before?: number;
                    /** @description Messages with a higher seq, the nearest ones. */
                    after?: number;
                    /** @description How many at most: 50 if left out, never more than 200. */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                    /** @description The number of the message at which the thread begins */
                    root: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ThreadPage"];
                    };
                };
                /** @description The page is not well described */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room, or no message at which a thread can begin */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A room's webhooks. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The webhooks */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Webhooks"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a moderator or owner */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/webhooks/in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a way in: an address to which programs post messages as to Slack's incoming webhooks. A bot of its name comes
         *     into the room.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 64 letters, digits, `-`, `_`, `.` and `:`, new for each thing that is to be made and hard to guess. The same request under the same key makes nothing twice and is answered alike, for a day */
                    "Idempotency-Key"?: string | null;
                };
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewWayIn"];
                };
            };
            responses: {
                /** @description The webhook and its address */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MadeWebhook"];
                    };
                };
                /** @description The name does not fit, or the key asked for something else */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a moderator or owner, or the room is direct */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The room has ten already, is full, or archived */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; the same again under its key goes on. Without one, one may be listed that does nothing: withdraw it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/webhooks/out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a way out: from now on events of the room are posted to an address, signed, one after the other, each until it is
         *     taken.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 64 letters, digits, `-`, `_`, `.` and `:`, new for each thing that is to be made and hard to guess. The same request under the same key makes nothing twice and is answered alike, for a day */
                    "Idempotency-Key"?: string | null;
                };
                path: {
                    /** @description The room's id */
                    room: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewWayOut"];
                };
            };
            responses: {
                /** @description The webhook and its secret */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MadeWebhook"];
                    };
                };
                /** @description The address does not fit or is not let in, or the name, a kind or the key does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a moderator or owner, or the room is direct */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The room has ten already, or is archived; or fifty go by your right */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; the same again under its key goes on. Without one, one may be there: look, and withdraw it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/webhooks/{webhook}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Withdraws a webhook: nobody writes by it any more, and nothing more is posted. The bot of a way in leaves the room. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                    /** @description The webhook's id */
                    webhook: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is withdrawn */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a moderator or owner */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room or webhook, or not any more */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; the same again goes on */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Gives a webhook another name. */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                    /** @description The webhook's id */
                    webhook: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewWebhookName"];
                };
            };
            responses: {
                /** @description The webhook, under this name now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Webhook"];
                    };
                };
                /** @description The name does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a moderator or owner */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room or webhook */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; the same again tells */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/rooms/{room}/webhooks/{webhook}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has a way out go on at once from where it stands, also one that was suspended. From now on it is told what you may read. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The room's id */
                    room: string;
                    /** @description The webhook's id */
                    webhook: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It goes on */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description It is a way in */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a moderator or owner */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room or webhook */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Fifty others go by your right */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; the same again does no harm */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/saved": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a page of the messages that you have saved, with what stands there now. */
        get: {
            parameters: {
                query?: {
                    /** @description Where the page before ended: its `next`. */
                    before?: number;
                    /** @description How many at most: 50 if left out, never more. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Saved"];
                    };
                };
                /** @description A part of the query does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scheduled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The messages that you have scheduled. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description All of them */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AllScheduled"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Schedules a message. All your devices are told. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 64 letters, digits, `-`, `_`, `.` and `:`, new for each thing that is to be made and hard to guess. The same request under the same key makes nothing twice and is answered alike, for a day */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewScheduled"];
                };
            };
            responses: {
                /** @description It is scheduled */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Own"];
                    };
                };
                /** @description The time or a field does not fit, or the key asked for something else */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room or upload, or the message of this key was sent or cancelled */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description You have as many as there may be, or that minute has */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description It is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description It brings files, and this server has no place for them */
                501: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again with the same key */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scheduled/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Changes a message that you have scheduled: what is given takes the place of all that was. One that could not be sent is
         *     tried anew.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The message's id */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewScheduled"];
                };
            };
            responses: {
                /** @description As it stands */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Own"];
                    };
                };
                /** @description The time or a field does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is none of this id any more, or no such room or upload */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no more place */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description It is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description It is being sent: look again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description It brings files, and this server has no place for them */
                501: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Cancels a message that you have scheduled. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The message's id */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is not sent */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is none of this id any more */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description It is being sent: look again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/scheduled/{id}/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a message that you have scheduled at once. What is refused for good stays, as `failed`; what could not be done
         *     now is tried again by itself.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The message's id */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is sent */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SentNow"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description It could not be sent before, or you may not write there any more */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is none of this id any more */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The room is archived, or whether it was sent cannot be told */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description It is being sent, or slow mode: it goes out by itself */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away: it goes out by itself */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Looks for messages, the newest first, in one room or some rooms of one's own at a time. */
        get: {
            parameters: {
                query: {
                    /**
                     * @description Words, each of which is to begin one of the message's; `"words in quotes"` stand so; `-word` is not there.
                     *     Filters: `from:NAME`, `from:me`, `in:ROOM`, `has:link`, `has:file`, `has:mention`, `has:forward`, `has:reply`, `has:reaction`,
                     *     `before:2026-01-31`, `after:2026-01-31T18:30+01:00`.
                     */
                    q: string;
                    /** @description The room's id; left out: all of one's own, or as `q` says. */
                    room?: string;
                    /** @description By how many minutes the clock is ahead of UTC by which dates are meant: 0 if left out. */
                    offset_min?: number;
                    /** @description Where the page before ended: a room's `next` with this `room`, or the page's `next` without one. */
                    cursor?: string;
                    /** @description How many hits of a `room` at most: 20 if left out, never more than 50. Of several rooms 5 each. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What was found */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Found"];
                    };
                };
                /** @description The query does not fit; the message says where */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member of the room */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room or user */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description What is looked for is too long */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own sessions. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description All of them, the one used last first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Sessions"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Ends all other sessions, or all: their tokens are void, and their sockets are closed. */
        delete: {
            parameters: {
                query?: {
                    /** @description `true`: the session that asks as well. */
                    all?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description They have ended */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description A part of the query does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one session: its token is void, and its sockets are closed. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The session's id */
                    session: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It has ended */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description You have no such session, or not any more */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/signup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes an account and logs it in. The same sign-up again, under its key and with its password, is answered by another
         *     login of the account that it made.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 64 letters, digits, `-`, `_`, `.` and `:`, new for each thing that is to be made and hard to guess. The same request under the same key makes nothing twice and is answered alike, for a day */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SignUp"];
                };
            };
            responses: {
                /** @description The account and its first login */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Login"];
                    };
                };
                /** @description A field does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The server takes no new accounts, or only by invitation and this is none; or the link for the first administrator does not work (any more) */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The name is taken, by another sign-up than that of this key and this password */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too many wrong passwords, or too much to do */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; the same again under its key goes on. Without one, the account may be there, and the same again is answered so */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/threads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a page of the threads that you follow, with what is unread in each. */
        get: {
            parameters: {
                query?: {
                    /** @description Where the page before ended: its `next`. */
                    after?: string;
                    /** @description How many at most: 50 if left out, never more. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Threads"];
                    };
                };
                /** @description A part of the query does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins a second factor. It guards nothing before it is confirmed. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Password"];
                };
            };
            responses: {
                /** @description The secret, for the device */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Begun"];
                    };
                };
                /** @description The body is no JSON, or a field does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The password is wrong, there is none, or there is a second factor already */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too many wrong passwords, or too much to do */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirms it by a code of the device. From now on a log-in needs one. The same again under its key, with whichever code,
         *     is told the same recovery codes, as long as none of another factor's took their place.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Up to 64 letters, digits, `-`, `_`, `.` and `:`, new for each thing that is to be made and hard to guess. The same request under the same key makes nothing twice and is answered alike, for a day */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Code"];
                };
            };
            responses: {
                /** @description It is on; keep these */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Recovery"];
                    };
                };
                /** @description A field or the key does not fit, or the key asked for something else */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The code is wrong, or none was begun */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too many wrong codes */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/totp/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turns it off, by the password. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Password"];
                };
            };
            responses: {
                /** @description A log-in needs no code any more */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The body is no JSON, or a field does not fit */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The password is wrong */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too many wrong passwords, or too much to do */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins an upload. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key again answers the same upload */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewUpload"];
                };
            };
            responses: {
                /** @description The upload */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Upload"];
                    };
                };
                /** @description A field does not fit, or the key began another upload */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not a member */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such room */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description No place left for you or for the room, or the room is archived */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The file is larger than the operator lets in */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description This server has no place for files */
                501: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again with the same key */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads/{upload}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far an own upload has come. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The upload's id */
                    upload: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The upload */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Upload"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such upload of yours */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description This server has no place for files */
                501: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /**
         * Adds the next part: the bytes themselves, as many as a part has, or as are left. One that is there already is answered
         *     alike. With the last one the file is whole.
         */
        put: {
            parameters: {
                query?: {
                    /** @description How many bytes come before it; 0 if left out. */
                    offset?: number;
                };
                header?: never;
                path: {
                    /** @description The upload's id */
                    upload: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/octet-stream": number[];
                };
            };
            responses: {
                /** @description The upload */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Upload"];
                    };
                };
                /** @description Not as many bytes as the next part has */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such upload of yours */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body came too slowly */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not the next part: ask where to go on */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body, or a text in it, is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The body is not `application/json` */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description This server has no place for files */
                501: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store or the place for files is away; the same again goes on */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Removes an own upload to which no message refers. What it took is free again. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description The upload's id */
                    upload: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is removed */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A message has it by now */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such upload of yours */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description This server has no place for files */
                501: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store or the place for files is away; the same again goes on */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** People and bots by the beginnings of their names. Accounts that are deactivated are left out. */
        get: {
            parameters: {
                query: {
                    /**
                     * @description Beginnings of words, each of which is to begin one of the name or of the name that is shown. Case and accents make
                     *     no difference; an `@` before it neither. At least one letter.
                     */
                    q: string;
                    /** @description How many at most: 20 if left out, never more. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Who was found */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["People"];
                    };
                };
                /** @description Nobody is looked for */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description This server lets only administrators find people so */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description What is looked for is too long */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a user shows of themselves. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Their name or id */
                    user: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The user */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Profile"];
                    };
                };
                /** @description Not logged in */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description A page of another origin asks, or somebody other than the credential says */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description There is no such user */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Asked under a name that is not this server's (`Host`) */
                421: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description Too often, or too much to do; nothing was done. Try the same again after `Retry-After` */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
                /** @description The store is away; try again after `Retry-After` */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An account, as administrators see it. */
        Account: {
            /** @description Whether it has the right `admin`. */
            admin: boolean;
            /** @description Whether it is a bot. */
            bot: boolean;
            /**
             * Format: int64
             * @description When it was made, in milliseconds since 1970 (UTC).
             */
            created_ms: number;
            /** @description Whether its holder is kept out. */
            deactivated: boolean;
            /** @description The name that is shown. */
            display: string;
            /** @description Whether it has a password: if not, a name is enough in mode `open`, and nothing in mode `password`. */
            has_password: boolean;
            /**
             * Format: uuid
             * @description The account.
             */
            id: string;
            /** @description The mail address, if it was confirmed. */
            mail?: string | null;
            /** @description The name by which they are called. */
            name: string;
            /** @description How many sessions it has; of one account only. */
            sessions?: number | null;
            /**
             * Format: int64
             * @description When one of them was used last, to within some minutes.
             */
            used_ms?: number | null;
        };
        /** @description An act. It was written down before it was begun, so it may have come to nothing. */
        Act: {
            /**
             * @description What: `first_administrator`, `admin_given`, `admin_taken`, `deactivated`, `reactivated`, `deleted`,
             *     `reset_made`, `reset_link_made`, `reset_used`, `first_link_made`, `invitation_made`, `invitation_withdrawn`,
             *     `bot_made`, `bot_token_made`, `bot_token_revoked`, `rooms_listed`. There may be others.
             */
            act: string;
            /**
             * Format: int64
             * @description When, in milliseconds since 1970 (UTC).
             */
            at_ms: number;
            /**
             * Format: uuid
             * @description Who.
             */
            by: string;
            /** @description What they were called then. */
            by_name: string;
            /** @description What else there is to say. */
            detail?: string | null;
            /**
             * Format: int64
             * @description Its number.
             */
            n: number;
            /**
             * Format: uuid
             * @description Whom.
             */
            whom?: string | null;
            /** @description What they were called then. */
            whom_name?: string | null;
        };
        /** @description A page of acts. */
        Acts: {
            /** @description The newest first. */
            acts: components["schemas"]["Act"][];
            /**
             * Format: int64
             * @description Where the next page begins, if there may be one.
             */
            next?: number | null;
        };
        /** @description What is your own. */
        All: {
            /** @description Every thing that was set, by its kind. */
            own: components["schemas"]["Own"][];
            /**
             * Format: int64
             * @description One more with each change.
             */
            version: number;
        };
        /** @description What you have scheduled. */
        AllScheduled: {
            /** @description By their time; those that could not be sent are among them. */
            scheduled: components["schemas"]["Own"][];
            /**
             * Format: int64
             * @description The version of all that is your own: one more with each change.
             */
            version: number;
        };
        /** @description A room, as administrators see it. */
        AnyRoom: {
            /** @description Whether it is archived. */
            archived: boolean;
            /**
             * Format: uuid
             * @description The room.
             */
            id: string;
            /** @description `public`, `broadcast` or `private`. */
            kind: components["schemas"]["RoomKind"];
            /**
             * Format: int64
             * @description When something last happened in it, in milliseconds since 1970 (UTC).
             */
            last_ms?: number | null;
            /**
             * Format: int64
             * @description How many members it has. Of a room that nobody uses now, as of its last checkpoint: seconds.
             */
            members: number;
            /** @description Its name. */
            name: string;
        };
        /** @description A page of rooms. */
        AnyRooms: {
            /**
             * @description Where to go on, if there may be more: a search looks at 2,000 names a call, so a page may be short, or empty, and
             *     not the last.
             */
            next?: string | null;
            /** @description In the store's own order, which is not that of names. */
            rooms: components["schemas"]["AnyRoom"][];
        };
        /** @description A file that comes with a message. In a send `id` and `alt` are enough: the server fills in the rest. */
        Attachment: {
            /** @description What is to be seen, in words; at most 200 characters. */
            alt?: string | null;
            /**
             * Format: int32
             * @description A picture's height in pixels.
             */
            height?: number | null;
            /**
             * Format: uuid
             * @description The upload, and then the file.
             */
            id: string;
            /** @description What it was called where it came from. */
            name?: string | null;
            /** @description A picture in very small: a JPEG in base64. */
            preview?: string | null;
            /**
             * Format: int64
             * @description How many bytes it has.
             */
            size?: number | null;
            /** @description Its media type, by its content. */
            type?: string | null;
            /**
             * Format: int32
             * @description A picture's width in pixels.
             */
            width?: number | null;
        };
        /** @description An avatar. */
        Avatar: {
            /**
             * Format: uuid
             * @description It is shown at `/avatars/{avatar}/256` and `/avatars/{avatar}/64`.
             */
            avatar: string;
        };
        /** @description A server of Redis or Cassandra. */
        Backing: {
            /** @description Its address. */
            address: string;
            /**
             * Format: int64
             * @description What it holds in memory, in bytes.
             */
            memory_bytes?: number | null;
            /**
             * Format: int64
             * @description How long a question took now, in microseconds.
             */
            round_trip_us?: number | null;
            /** @description Whether it can be used, or why not. */
            up: components["schemas"]["Part"];
        };
        /** @description A ban that stands. */
        Ban: {
            /**
             * Format: int64
             * @description When, in milliseconds since 1970 (UTC).
             */
            at_ms: number;
            /**
             * Format: uuid
             * @description Who banned them.
             */
            by: string;
            /** @description Their name. */
            name: string;
            /** @description Why. */
            reason?: string | null;
            /**
             * Format: int64
             * @description When it ends by itself.
             */
            until_ms?: number | null;
            /**
             * Format: uuid
             * @description Who is banned.
             */
            user: string;
        };
        /** @description A page of bans. */
        Bans: {
            /** @description The page, by the users' ids; those that have run out are not in it. */
            bans: components["schemas"]["Ban"][];
            /**
             * Format: uuid
             * @description Where the next page begins, if there is one.
             */
            next?: string | null;
        };
        /** @description What a device needs. */
        Begun: {
            /** @description The secret, in base 32: SHA-1, six digits, thirty seconds. */
            secret: string;
            /** @description The same as an address that authenticators read, mostly shown as a QR code. */
            url: string;
        };
        /** @description A token of a bot. It does not say what counts in it. */
        BotToken: {
            /**
             * Format: int64
             * @description When it was made, in milliseconds since 1970 (UTC).
             */
            created_ms: number;
            /**
             * Format: uuid
             * @description By which it is revoked. Knowing it lets nobody in.
             */
            id: string;
            /** @description By which administrators know it. */
            name: string;
            /** @description The rooms to which it is limited; none: it is not. */
            rooms: string[];
            /** @description What it lets the bot do. */
            scopes: string[];
            /**
             * Format: int64
             * @description When it ends by itself, if it does.
             */
            until_ms?: number | null;
            /**
             * Format: int64
             * @description When it was used last, to within some minutes; when it was made, if never.
             */
            used_ms: number;
        };
        /** @description Tokens. */
        BotTokens: {
            /** @description Those that are good, the one used last first; at most 20. */
            tokens: components["schemas"]["BotToken"][];
        };
        /** @description What is to change; what is left out stays, and but for the name an empty text takes it away. */
        Change: {
            /** @description The name that is shown. */
            display?: string | null;
            /** @description What you read: a language tag, as `pt-BR`. */
            language?: string | null;
            /** @description The same as an emoji. */
            status_emoji?: string | null;
            /** @description What you are doing, at most 100 characters, for others to see. */
            status_text?: string | null;
            /** @description Where your clock stands: a name of the time zone database, as `Europe/Berlin`. */
            zone?: string | null;
        };
        /** @description A code. */
        Code: {
            /** @description The code that the device shows. */
            code: string;
        };
        /** @description A link that was sent. */
        Confirmation: {
            /** @description What in the link stands behind `#mail=`. */
            token: string;
        };
        /** @description A page of public rooms. */
        Directory: {
            /** @description Where the next page begins, if there may be one. */
            next?: string | null;
            /** @description The page. It may have fewer than `limit`, or none, and there are more all the same: `next` says so. */
            rooms: components["schemas"]["Listed"][];
        };
        /** @description What a message's text was. */
        Edits: {
            /** @description The message as it was sent, then its newest edits, at most 50, in their order. */
            events: components["schemas"]["Event"][];
        };
        /** @description A refusal. What `code` means and whether to try again is in the protocol's page. */
        Error: {
            /**
             * Format: int64
             * @description For a send: the `after` that a resend must repeat.
             */
            after?: number | null;
            /** @description For programs. */
            code: string;
            /** @description What, in few words. */
            error: string;
            /** @description Why, and what helps. */
            message: string;
            /**
             * Format: int64
             * @description When to try again, where that helps.
             */
            retry_after_ms?: number | null;
        };
        /** @description One event of a room's log. */
        Event: {
            /**
             * Format: int64
             * @description When it was stored, in milliseconds since 1970 (UTC): for display, never for order.
             */
            at_ms: number;
            /** @description What happened. */
            body: components["schemas"]["EventBody"];
            /**
             * Format: uuid
             * @description Who did it.
             */
            by: string;
            /** @description The client's id of the send. */
            id: string;
            /** @description The name that they had then. */
            name: string;
            /**
             * Format: int64
             * @description How many messages the room had up to and with it.
             */
            ordinal: number;
            /**
             * Format: int64
             * @description Its number in the room.
             */
            seq: number;
        };
        /** @description What happened, told apart by `kind`. */
        EventBody: {
            /** @enum {string} */
            kind: "create";
            /** @description Who may find and enter it. */
            room_kind: components["schemas"]["RoomKind"];
            /** @description The room's name; empty for direct rooms and groups. */
            title: string;
            /** @description The others who are members from the start: id and name. */
            with?: string[][] | null;
        } | {
            /** @description Files that come with it, at most 10. */
            attachments?: components["schemas"]["Attachment"][] | null;
            forward?: components["schemas"]["Forward"] | null;
            /** @enum {string} */
            kind: "message";
            mentions?: components["schemas"]["Mentions"] | null;
            /**
             * Format: int64
             * @description The message to which it replies.
             */
            reply_to?: number | null;
            /** @description The text as written (Markdown source). */
            text: string;
            thread?: components["schemas"]["InThread"] | null;
        } | {
            /** @enum {string} */
            kind: "edit";
            /**
             * Format: int64
             * @description The message.
             */
            target: number;
            /** @description The new text. */
            text: string;
        } | {
            /** @enum {string} */
            kind: "delete";
            /**
             * Format: int64
             * @description The message.
             */
            target: number;
        } | {
            /** @description The emoji. */
            emoji: string;
            /** @enum {string} */
            kind: "react";
            /** @description Put on, or taken back. */
            on: boolean;
            /**
             * Format: int64
             * @description The message.
             */
            target: number;
        } | {
            /** @enum {string} */
            kind: "pin";
            /** @description Pinned, or taken off. */
            on: boolean;
            /**
             * Format: int64
             * @description The message.
             */
            target: number;
        } | {
            /** @enum {string} */
            kind: "join";
        } | {
            /** @enum {string} */
            kind: "leave";
        } | {
            /** @description Whether they came by themselves, with an invitation link that `by` had made; not in a send. */
            accepted?: boolean | null;
            /** @enum {string} */
            kind: "invite";
            /**
             * Format: uuid
             * @description The user.
             */
            user: string;
            /** @description Their name; in a send it may be left out. */
            user_name?: string | null;
        } | {
            /** @enum {string} */
            kind: "remove";
            /** @description Why, for all to read. */
            reason?: string | null;
            /**
             * Format: uuid
             * @description The user.
             */
            user: string;
        } | {
            /** @enum {string} */
            kind: "ban";
            /** @description Why, for all to read. */
            reason?: string | null;
            /**
             * Format: int64
             * @description When it ends by itself, in milliseconds since 1970 (UTC).
             */
            until_ms?: number | null;
            /**
             * Format: uuid
             * @description The user.
             */
            user: string;
        } | {
            /** @enum {string} */
            kind: "unban";
            /**
             * Format: uuid
             * @description The user.
             */
            user: string;
        } | {
            /** @enum {string} */
            kind: "role";
            /** @description The role. */
            role: components["schemas"]["Role"];
            /**
             * Format: uuid
             * @description The member.
             */
            user: string;
        } | {
            /** @enum {string} */
            kind: "topic";
            /** @description The new topic; empty for none. */
            topic: string;
        } | {
            /** @description The new description; empty for none. */
            description: string;
            /** @enum {string} */
            kind: "description";
        } | {
            /**
             * Format: uuid
             * @description The picture; left out: none any more.
             */
            avatar?: string | null;
            /** @enum {string} */
            kind: "avatar";
        } | {
            /** @enum {string} */
            kind: "rename";
            /** @description The new name. */
            name: string;
        } | {
            /** @enum {string} */
            kind: "archive";
            /** @description Archived, or opened again. */
            on: boolean;
        } | {
            /** @enum {string} */
            kind: "slow";
            /**
             * Format: int32
             * @description How long each waits between two messages of their own, in seconds; 0 for not at all.
             */
            seconds: number;
        } | {
            /** @enum {string} */
            kind: "right";
            /** @description The right. */
            right: components["schemas"]["Right"];
            /** @description The lowest role that has it. */
            role: components["schemas"]["Role"];
        } | {
            /** @enum {string} */
            kind: "erased";
            was?: components["schemas"]["Was"] | null;
        };
        /**
         * @description How everyone is mentioned. Both count alike.
         * @enum {string}
         */
        Everyone: "here" | "room";
        /** @description That it is meant. */
        Farewell: {
            /** @description The account's password. */
            password?: string | null;
        };
        /** @description The link. */
        First: {
            /** @description What in it stands behind `#first=`. */
            token: string;
        };
        /** @description Whose password is forgotten. */
        Forgot: {
            /** @description The account, by name or id. */
            name: string;
        };
        /** @description A message that was copied. In a send `room` and `seq` are enough, and its own `text` is empty: the server copies it. */
        Forward: {
            /**
             * Format: int64
             * @description When it was stored, in milliseconds since 1970 (UTC).
             */
            at_ms?: number | null;
            /**
             * Format: uuid
             * @description Who wrote it.
             */
            by?: string | null;
            /** @description The name that they had then. */
            name?: string | null;
            /**
             * Format: uuid
             * @description The room in which it stands.
             */
            room: string;
            /**
             * Format: int64
             * @description Its number there.
             */
            seq: number;
        };
        /** @description Messages that were found. */
        Found: {
            /** @description The `cursor` with which to go on with further rooms, if there are any. */
            next?: string | null;
            /** @description The rooms in which some were found, or which were not looked through to their beginning. */
            rooms: components["schemas"]["RoomHits"][];
        };
        /** @description Something that may fill. */
        Gauge: {
            /**
             * Format: int64
             * @description The most that it may be.
             */
            max: number;
            /**
             * Format: int64
             * @description Now.
             */
            now: number;
        };
        /** @description With whom. */
        Group: {
            /** @description The others' names or ids: 2 to 19. */
            users: string[];
        };
        /** @description How the servers are. What stands at its top is of the one that answers: behind a balancer, of whichever was asked. */
        Health: {
            /**
             * Format: int64
             * @description Age of the room that was longest not compared with the store; above a minute the store is slow.
             */
            audit_oldest_ms: number;
            /** @description Its build. */
            build: string;
            /** @description The bus. Where it is away for all, events come later and nothing is lost. */
            bus: components["schemas"]["Part"];
            /**
             * Format: int64
             * @description How far its clock is ahead of the median of the others', if enough have been measured.
             */
            clock_ahead_ms?: number | null;
            /** @description Whether it is going away. */
            draining: boolean;
            /**
             * @description What all servers did in each minute of the last hour that is over, the oldest first, as far as the one that answers
             *     was there.
             */
            minutes: components["schemas"]["Minute"][];
            /** @description Which server: its name, new at each start. */
            node: string;
            /** @description All servers that were heard in the last ten minutes, the one that answers first: at most 101. */
            nodes: components["schemas"]["NodeHealth"][];
            /** @description Other servers that it hears. */
            others: string[];
            /** @description Frames that wait for sockets, in bytes. */
            outboxes_bytes: components["schemas"]["Gauge"];
            /** @description Whether clients should be sent here: what `/readyz` says. */
            ready: components["schemas"]["Part"];
            /** @description Redis, as the one that answers sees it: at most 64 servers, those that are down first. None without Redis. */
            redis: components["schemas"]["Backing"][];
            /** @description Rooms in memory. */
            rooms: number;
            /** @description About what they take, in bytes. */
            rooms_bytes: components["schemas"]["Gauge"];
            /** @description Messages that wait for the store, in bytes. */
            sends_bytes: components["schemas"]["Gauge"];
            /** @description Open sockets, and how many connections there may be. */
            sockets: components["schemas"]["Gauge"];
            /** @description The store, as the one that answers sees it. */
            store: components["schemas"]["StoreHealth"];
            /**
             * Format: int64
             * @description Its clock, in milliseconds since 1970 (UTC), when it looked: at most a second ago.
             */
            wall_ms: number;
        };
        /** @description A page of a room's log. */
        History: {
            /** @description The page, ascending and dense. Deleted messages come as `erased`. */
            events: components["schemas"]["Event"][];
            /**
             * Format: int64
             * @description The log's end as of which the page is whole.
             */
            head: number;
            /** @description Whether there is more after its last event. */
            more_after: boolean;
            /** @description Whether there is more before its first event. */
            more_before: boolean;
            /** @description How its messages stand now, where later events changed them. */
            states: components["schemas"]["MessageState"][];
        };
        /** @description A message that fits. */
        Hit: {
            /**
             * Format: int64
             * @description How many characters of the text stand after the excerpt; 0 if left out.
             */
            after?: number | null;
            /**
             * Format: int64
             * @description When it was stored, in milliseconds since 1970 (UTC).
             */
            at_ms: number;
            /**
             * Format: int64
             * @description How many characters of the text stand before the excerpt; 0 if left out.
             */
            before?: number | null;
            /**
             * Format: uuid
             * @description Who wrote it.
             */
            by: string;
            /** @description A part of its text as it stands now, around the first place that fits. */
            excerpt: string;
            /**
             * @description Where in the excerpt what was looked for stands: from a character up to another, which is no more part of it. In
             *     Unicode scalar values. None if left out.
             */
            marks?: number[][] | null;
            /** @description The name that they had then. */
            name: string;
            /**
             * Format: int64
             * @description Its number.
             */
            seq: number;
        };
        /** @description To which thread a message belongs. In a send `root` is enough. */
        InThread: {
            /**
             * Format: uuid
             * @description Who wrote that one.
             */
            by?: string | null;
            /**
             * Format: int64
             * @description The message of the room at which it begins.
             */
            root: number;
        };
        /** @description An invitation link, without its code. */
        Invitation: {
            /**
             * Format: uuid
             * @description Who made it.
             */
            by: string;
            /**
             * Format: int64
             * @description When it was made, in milliseconds since 1970 (UTC).
             */
            created_ms: number;
            /**
             * Format: uuid
             * @description By which it is withdrawn; it lets nobody in.
             */
            id: string;
            /** @description Their name then. */
            name: string;
            /**
             * Format: int64
             * @description When it ends.
             */
            until_ms: number;
            /**
             * Format: int32
             * @description How many have.
             */
            used: number;
            /**
             * Format: int32
             * @description How many may enter by it.
             */
            uses: number;
        };
        /** @description Those that are good. */
        Invitations: {
            /** @description The newest first. */
            invitations: components["schemas"]["Invitation"][];
        };
        /** @description A link, told once. */
        Link: {
            /** @description To hand over. */
            link: string;
            /** @description What in it counts. It is told this once, and only its hash is kept. */
            token: string;
            /**
             * Format: int64
             * @description When it ends by itself, in milliseconds since 1970 (UTC).
             */
            until_ms: number;
        };
        /** @description A public room, as those see it who are not in it. */
        Listed: {
            /** @description Its description; empty for none. */
            description: string;
            /**
             * Format: uuid
             * @description The room.
             */
            id: string;
            /** @description Whether you are one of them. */
            joined: boolean;
            /** @description `public`, or another kind that anybody may enter. */
            kind: components["schemas"]["RoomKind"];
            /**
             * Format: int64
             * @description How many members it has.
             */
            members: number;
            /** @description Its name. */
            name: string;
            /** @description Its topic; empty for none. */
            topic: string;
        };
        /** @description Who logs in. */
        LogIn: {
            /** @description A code of the second factor, or a recovery code, if the account has one. */
            code?: string | null;
            /** @description What the device is called, for the list of sessions; at most 64 characters. Else it is guessed. */
            device_name?: string | null;
            /** @description The account's name or id. */
            name: string;
            /** @description Its password. An account without one can log in by name in mode `open`. */
            password?: string | null;
        };
        /** @description A login. */
        Login: {
            /** @description The credential: send it as `Authorization: Bearer …`. It is also set as the cookie `hearth_session`. */
            token: string;
            /** @description Who. */
            user: components["schemas"]["User"];
        };
        /** @description A new one. */
        Made: {
            /** @description What lets in. It is told with this answer alone. */
            code: string;
            /** @description The link. */
            invitation: components["schemas"]["Invitation"];
        };
        /** @description An invitation that has just been made, and its link. */
        MadeServerInvitation: {
            /**
             * Format: uuid
             * @description Its name, by which it is withdrawn.
             */
            id: string;
            /** @description To hand over. */
            link: string;
            /** @description What in it counts. It is told with this answer alone, and only its hash is kept. */
            token: string;
            /**
             * Format: int64
             * @description When it ends by itself, in milliseconds since 1970 (UTC).
             */
            until_ms: number;
            /**
             * Format: int32
             * @description How many may come in by it.
             */
            uses_max: number;
        };
        /** @description A token that has just been made. */
        MadeToken: {
            /** @description What counts: sent as `Authorization: Bearer …`. It is told with this answer alone, and only its hash is kept. */
            secret: string;
            /** @description The token. */
            token: components["schemas"]["BotToken"];
        };
        /** @description A new one, and its secret. */
        MadeWebhook: {
            /** @description What counts, told with this answer alone. Of a way in, who has it writes; of a way out, by it what is posted is signed. */
            secret: string;
            /** @description Of a way in: where programs post to. It has the secret in it. */
            url?: string | null;
            /** @description The webhook. */
            webhook: components["schemas"]["Webhook"];
        };
        /** @description The own mail address. */
        MailAddress: {
            /** @description The address, once the link that was sent there has been followed. */
            mail?: string | null;
            /** @description One to which a link was sent that nobody has followed yet. */
            pending?: string | null;
            /** @description Whether this server sends mail: without it an address is of no use. */
            sends: boolean;
        };
        /** @description The read mark. */
        Mark: {
            /** @description "Unread from here": lets the mark go back. */
            back?: boolean;
            /**
             * Format: int64
             * @description Read up to and with this.
             */
            seq: number;
        };
        /** @description The own account, and what this server lets everybody do. */
        Me: components["schemas"]["Profile"] & {
            /**
             * Format: int64
             * @description The most bytes that a file may have (the setting `file_mb`). Left out where the server takes no files.
             */
            file_bytes_max?: number | null;
            /** @description Whether a log-in needs a code: a second factor is on. */
            totp: boolean;
        };
        /** @description A member of a room. */
        Member: {
            /** @description Whether it is a bot; left out: it is none. */
            bot?: boolean | null;
            /** @description Their name. */
            name: string;
            /** @description What they may do. */
            role: components["schemas"]["Role"];
            /**
             * Format: uuid
             * @description The account.
             */
            user: string;
        };
        /** @description A page of members. */
        Members: {
            /** @description The page, by id. With `q` it may have fewer than `limit`, or none, and there are more all the same. */
            members: components["schemas"]["Member"][];
            /**
             * Format: uuid
             * @description Where the next page begins, if there is one.
             */
            next?: string | null;
        };
        /** @description Whom a message mentions, beside all who read it. */
        Mentions: {
            everyone?: components["schemas"]["Everyone"] | null;
            /** @description Users, at most 50; for who is no member it says nothing. */
            users?: string[] | null;
        };
        /** @description A saved message. */
        Message: {
            event?: components["schemas"]["Event"] | null;
            /**
             * Format: uuid
             * @description The room.
             */
            room: string;
            /**
             * Format: int64
             * @description Its number there.
             */
            seq: number;
            state?: components["schemas"]["MessageState"] | null;
        };
        /** @description A message as it stands now, where later events changed it. */
        MessageState: {
            /**
             * Format: int64
             * @description The event that deleted it.
             */
            deleted?: number | null;
            /**
             * Format: int64
             * @description The event that edited it last.
             */
            edited?: number | null;
            /**
             * Format: int64
             * @description When that was, in milliseconds since 1970 (UTC), where it is known.
             */
            edited_ms?: number | null;
            /** @description Reactions that stand, by emoji. */
            reactions?: components["schemas"]["Reaction"][] | null;
            /**
             * Format: int64
             * @description The message.
             */
            seq: number;
            /** @description Its text now, if it was edited. */
            text?: string | null;
            thread?: components["schemas"]["ThreadLength"] | null;
        };
        /** @description A minute of all servers together. */
        Minute: {
            /**
             * Format: int64
             * @description When it began, in milliseconds since 1970 (UTC).
             */
            at_ms: number;
            /**
             * Format: int64
             * @description Events that were handed to sockets.
             */
            deliveries: number;
            /**
             * Format: int64
             * @description Messages that were stored.
             */
            messages: number;
        };
        /** @description A new address. */
        NewAddress: {
            /** @description Your password: whoever finds your device open must not be able to set a new one by mail. */
            current_password: string;
            /** @description The address. */
            mail: string;
        };
        /** @description A new bot. */
        NewBot: {
            /** @description The name that is shown; the same if left out. */
            display?: string | null;
            /** @description The name by which it is called. */
            name: string;
        };
        /** @description How often, and for how long. */
        NewInvitation: {
            /**
             * Format: int32
             * @description How many may enter by it: 1 if left out, at most 1,000.
             */
            uses?: number;
            /**
             * Format: int64
             * @description For how many seconds it is good: a week if left out, a minute to 30 days.
             */
            valid_s?: number;
        };
        /** @description A browser's keys, in base64url. */
        NewKeys: {
            /** @description Its secret for the sealing. */
            auth: string;
            /** @description Its public key. */
            p256dh: string;
        };
        /** @description Another name. */
        NewName: {
            /** @description It, of at most 25 characters; free until now, or one that the room had. */
            name: string;
        };
        /** @description A new password. */
        NewPassword: {
            /** @description The password until now; needed if there is one. */
            current_password?: string | null;
            /** @description The new one: at least 10 characters, none of the common ones. */
            new_password: string;
        };
        /** @description A new room. */
        NewRoom: {
            kind?: components["schemas"]["RoomKind"] | null;
            /** @description Its name, of at most 25 characters; free until now. */
            name: string;
        };
        /** @description A message to be sent later. */
        NewScheduled: {
            /**
             * Format: int64
             * @description When, in milliseconds since 1970 (UTC): from a minute to a year ahead.
             */
            at_ms: number;
            /** @description The uploads that it brings along, at most ten, by their ids, with their descriptions (`alt`). */
            attachments?: components["schemas"]["Attachment"][] | null;
            mentions?: components["schemas"]["Mentions"] | null;
            /**
             * Format: int64
             * @description The message to which it replies.
             */
            reply_to?: number | null;
            /**
             * Format: uuid
             * @description The room.
             */
            room: string;
            /** @description Its text; may be left out where it brings files along. */
            text?: string | null;
            /**
             * Format: int64
             * @description The message at which the thread begins into which it goes.
             */
            thread?: number | null;
        };
        /** @description A new invitation. */
        NewServerInvitation: {
            /**
             * Format: int64
             * @description For how many days it is good: 7 if left out, at most 90.
             */
            days?: number | null;
            /**
             * Format: int32
             * @description How many may come in by it: 1 if left out, at most 1,000.
             */
            uses?: number | null;
        };
        /** @description A browser's subscription, as it gives it (`PushSubscription.toJSON()`). */
        NewSubscription: {
            /** @description Where its push service takes what it is to be told: an `https` address. */
            endpoint: string;
            /** @description Its keys. */
            keys: components["schemas"]["NewKeys"];
            /** @description Whether the beginning of the text is told with it; yes, if left out. It is sealed: the push service reads nothing. */
            text?: boolean;
        };
        /** @description A new token. */
        NewToken: {
            /**
             * Format: int64
             * @description For how many days it is good, at most 3,650; left out: until it is revoked.
             */
            days?: number | null;
            /** @description By which administrators will know it: 1 to 64 characters. */
            name: string;
            /** @description Ids of the rooms to which it is limited, at most 50; left out: it is not. */
            rooms?: string[] | null;
            /** @description What it lets the bot do: `read`, `send`, `rooms`, `moderate`; one at least. */
            scopes: string[];
        };
        /** @description A file that is to come. */
        NewUpload: {
            /** @description What it is called. */
            name: string;
            /**
             * Format: uuid
             * @description The room into which it will be sent.
             */
            room: string;
            /**
             * Format: int64
             * @description How many bytes it has.
             */
            size: number;
        };
        /** @description A new way in. */
        NewWayIn: {
            /** @description What it is called, and writes as where a post names nobody: at most 32 characters. */
            name: string;
        };
        /** @description A new way out. */
        NewWayOut: {
            /** @description Of which kinds of events, as `message`; all if left out. */
            kinds?: string[] | null;
            /** @description What it is called; its address' host if left out. */
            name?: string | null;
            /** @description Where events are posted to: http or https, at most 2,048 bytes. */
            url: string;
        };
        /** @description Another name. */
        NewWebhookName: {
            /** @description It, of at most 32 characters. */
            name: string;
        };
        /** @description A server. */
        NodeHealth: {
            /**
             * Format: int64
             * @description How long ago it was heard, in milliseconds: what it says of itself is as old.
             */
            age_ms: number;
            /**
             * Format: int64
             * @description Since when it is not heard, in milliseconds since 1970 (UTC), by the clock of the server that answers.
             */
            away_since_ms?: number | null;
            /** @description Its name, new at each start. */
            node: string;
            said?: components["schemas"]["Said"] | null;
            /** @description How it is. */
            state: components["schemas"]["NodeState"];
        };
        /**
         * @description How a server is.
         * @enum {string}
         */
        NodeState: "well" | "unready" | "leaving" | "away";
        /** @description One event of the stream. They follow each other, as server-sent events have it. */
        NotificationEvent: {
            /** @description What it says: JSON. */
            data: string;
            /** @description What it is. */
            event: components["schemas"]["NotificationEventKind"];
            /** @description The position with which to go on. */
            id: string;
        };
        /**
         * @description What an event of the stream is.
         * @enum {string}
         */
        NotificationEventKind: "notification" | "beat" | "end";
        /**
         * @description Of which messages of a room you are to be told.
         * @enum {string}
         */
        NotifyLevel: "all" | "mentions" | "none";
        /** @description One thing of your own, told apart by `kind`. Set to what it is without being set, it is gone. */
        Own: {
            hours?: components["schemas"]["QuietHours"] | null;
            /** @enum {string} */
            kind: "quiet";
        } | {
            /** @enum {string} */
            kind: "notify";
            level?: components["schemas"]["NotifyLevel"] | null;
            /**
             * Format: int64
             * @description Until then of none, in milliseconds since 1970 (UTC).
             */
            muted_until_ms?: number | null;
            /**
             * Format: uuid
             * @description The room.
             */
            room: string;
        } | {
            /** @enum {string} */
            kind: "blocked";
            /** @description Blocked, or not any more. */
            on: boolean;
            /**
             * Format: uuid
             * @description The user.
             */
            user: string;
        } | {
            /**
             * Format: int64
             * @description When it was set so, in milliseconds since 1970 (UTC); not said by a client.
             */
            at_ms?: number | null;
            /** @enum {string} */
            kind: "draft";
            /**
             * Format: int64
             * @description The message to which it is to reply.
             */
            reply_to?: number | null;
            /**
             * Format: uuid
             * @description The room.
             */
            room: string;
            /** @description Its text; left out: there is none. */
            text?: string | null;
        } | {
            /**
             * Format: int64
             * @description When it was set so, in milliseconds since 1970 (UTC); not said by a client.
             */
            at_ms?: number | null;
            /** @enum {string} */
            kind: "thread_draft";
            /**
             * Format: int64
             * @description The message to which it is to reply.
             */
            reply_to?: number | null;
            /**
             * Format: uuid
             * @description The room.
             */
            room: string;
            /**
             * Format: int64
             * @description The message at which the thread begins.
             */
            root: number;
            /** @description Its text; left out: there is none. */
            text?: string | null;
        } | {
            /** @enum {string} */
            kind: "hidden";
            /** @description Hidden, or not any more. */
            on: boolean;
            /**
             * Format: uuid
             * @description The room.
             */
            room: string;
            /**
             * Format: int64
             * @description The message.
             */
            seq: number;
        } | {
            /** @enum {string} */
            kind: "saved";
            /** @description Saved, or not any more. */
            on: boolean;
            /**
             * Format: uuid
             * @description The room.
             */
            room: string;
            /**
             * Format: int64
             * @description The message.
             */
            seq: number;
        } | {
            /**
             * Format: int64
             * @description When, in milliseconds since 1970 (UTC).
             */
            at_ms: number;
            /** @description The uploads that it is to bring along, by their ids, with their descriptions. */
            attachments?: components["schemas"]["Attachment"][] | null;
            /**
             * Format: uuid
             * @description By which it is named; the send has the same id.
             */
            id: string;
            /** @enum {string} */
            kind: "scheduled";
            mentions?: components["schemas"]["Mentions"] | null;
            /** @description Why it could not be sent, or cannot be said to be. */
            reason?: string | null;
            /**
             * Format: int64
             * @description The message to which it is to reply.
             */
            reply_to?: number | null;
            /**
             * Format: uuid
             * @description The room.
             */
            room: string;
            state?: components["schemas"]["ScheduledState"] | null;
            /** @description Its text; left out: it was sent, or is not to be sent. */
            text?: string | null;
            /**
             * Format: int64
             * @description The message at which the thread begins into which it is to go.
             */
            thread?: number | null;
        } | {
            /** @enum {string} */
            kind: "receipts";
            /** @description Told, or not. */
            on: boolean;
        } | {
            /** @enum {string} */
            kind: "follow";
            /** @description Followed, or not; left out: as it goes by itself. */
            on?: boolean | null;
            /**
             * Format: uuid
             * @description The room.
             */
            room: string;
            /**
             * Format: int64
             * @description The message at which the thread begins.
             */
            root: number;
            /**
             * Format: int64
             * @description Where the room's log ended then; not said by a client.
             */
            since?: number | null;
        } | {
            /**
             * Format: int64
             * @description Where the room's log ended when it was set back last; not said by a client.
             */
            at?: number | null;
            /** @description Whether it may go back; only said by a client. */
            back?: boolean | null;
            /** @enum {string} */
            kind: "read";
            /**
             * Format: uuid
             * @description The room.
             */
            room: string;
            /**
             * Format: int64
             * @description The message at which the thread begins.
             */
            root: number;
            /**
             * Format: int64
             * @description Read up to and with this.
             */
            seq: number;
        };
        /** @description Whether a part is well. */
        Part: {
            /** @description Whether it is. */
            ok: boolean;
            /** @description Why not. */
            why?: string | null;
        };
        /** @description The own password. */
        Password: {
            /** @description Your password: whoever finds your device open must not lock you out. */
            current_password: string;
        };
        /** @description People who were found. */
        People: {
            /** @description Whether there may be more: they are found by one letter more. Left out: these are all. */
            more?: boolean;
            /** @description Who is called exactly so first, then in the order of the words by which they are found. */
            users: components["schemas"]["Profile"][];
        };
        /** @description A pinned message. */
        Pin: {
            /**
             * Format: int64
             * @description When, in milliseconds since 1970 (UTC).
             */
            at_ms: number;
            /**
             * Format: uuid
             * @description Who pinned it.
             */
            by: string;
            /** @description The message, as it was sent. */
            message: components["schemas"]["Event"];
        };
        /** @description A room's pinned messages. */
        Pins: {
            /** @description All of them, at most 50, the one pinned last first. */
            pins: components["schemas"]["Pin"][];
            /** @description How those messages stand now, where later events changed them. */
            states: components["schemas"]["MessageState"][];
        };
        /** @description A user as they show themselves. What they have not said is left out. */
        Profile: {
            /**
             * Format: uuid
             * @description Their avatar, shown at `/avatars/{avatar}/256` and `/avatars/{avatar}/64`.
             */
            avatar?: string | null;
            /** @description Whether it is a bot; left out: it is none. */
            bot?: boolean;
            /** @description The name that is shown. */
            display: string;
            /**
             * Format: uuid
             * @description The account.
             */
            id: string;
            /** @description What they read: a language tag. */
            language?: string;
            /** @description The name by which they are called. */
            name: string;
            /** @description The same as an emoji. */
            status_emoji?: string;
            /** @description What they are doing. */
            status_text?: string;
            /**
             * Format: int32
             * @description Which state of all this it is: another number, another state. Presence tells it when it changes.
             */
            version: number;
            /** @description Where their clock stands: a name of the time zone database. */
            zone?: string;
        };
        /** @description Of several people. */
        Profiles: {
            /** @description Each once, in no order. Whom there is not, or not any more, is left out. */
            profiles: components["schemas"]["Profile"][];
        };
        /** @description How to subscribe. */
        PushKey: {
            /** @description This server's public key, as a browser takes it for `applicationServerKey`. */
            public_key: string;
        };
        /** @description Hours of each day. */
        QuietHours: {
            /**
             * Format: int32
             * @description When they begin, in minutes after midnight.
             */
            from_min: number;
            /**
             * Format: int32
             * @description When they end; before `from_min`: on the next day.
             */
            to_min: number;
            /** @description Where the clock stands that counts: a name of the time zone database. */
            zone: string;
        };
        /** @description One emoji on a message and who put it there. */
        Reaction: {
            /** @description The emoji. */
            emoji: string;
            /** @description Who, in the order of their ids. */
            users: string[];
        };
        /** @description Up to where a member has a room. */
        Receipt: {
            /**
             * Format: int64
             * @description Up to where one of their devices has it, as far as is known.
             */
            delivered: number;
            /**
             * Format: int64
             * @description Their read mark; 0 if left out.
             */
            read?: number | null;
            /**
             * Format: uuid
             * @description The member.
             */
            user: string;
        };
        /** @description A room's receipts. */
        Receipts: {
            /** @description Of those who tell theirs. */
            receipts: components["schemas"]["Receipt"][];
        };
        /** @description Codes for when the device is gone. */
        Recovery: {
            /** @description Each is taken once in the place of a code. They are told with this answer alone. */
            recovery_codes: string[];
        };
        /** @description The link and a new password. */
        Reset: {
            /** @description The new one: at least 10 characters, none of the common ones. */
            new_password: string;
            /** @description What in the link stands behind `#reset=`. */
            token: string;
        };
        /**
         * @description What a room's owners give to roles, from the lowest that has it on.
         * @enum {string}
         */
        Right: "write" | "react" | "everyone" | "pin" | "invite" | "describe";
        /** @description The lowest role that has each right in a room; left out where it is the usual one of the room's kind. */
        Rights: {
            describe?: components["schemas"]["Role"] | null;
            everyone?: components["schemas"]["Role"] | null;
            invite?: components["schemas"]["Role"] | null;
            pin?: components["schemas"]["Role"] | null;
            react?: components["schemas"]["Role"] | null;
            write?: components["schemas"]["Role"] | null;
        };
        /**
         * @description What a member may do.
         * @enum {string}
         */
        Role: "guest" | "member" | "moderator" | "owner";
        /** @description A room as it stands, for one member. */
        Room: {
            /** @description Whether it is archived; left out: no. */
            archived?: boolean | null;
            /**
             * Format: uuid
             * @description Its avatar, shown at `/avatars/{avatar}/256` and `/avatars/{avatar}/64`.
             */
            avatar?: string | null;
            /** @description Its description. */
            description?: string | null;
            /**
             * Format: int64
             * @description The log's end.
             */
            head: number;
            /**
             * Format: uuid
             * @description The room.
             */
            id: string;
            kind?: components["schemas"]["RoomKind"] | null;
            /**
             * Format: int64
             * @description Your read mark; 0 if left out.
             */
            mark?: number | null;
            /**
             * Format: int64
             * @description How many members it has.
             */
            members: number;
            /** @description Those of them that mention you; none if left out. */
            mentioned?: number[] | null;
            /** @description Its name; for a direct room the other's name, for a group the others'. */
            name: string;
            /**
             * Format: int64
             * @description Messages up to the end; 0 if left out.
             */
            ordinal?: number | null;
            /**
             * Format: uuid
             * @description The other member, for a direct room.
             */
            peer?: string | null;
            /**
             * Format: int64
             * @description The read mark's revision; 0 if left out.
             */
            revision?: number | null;
            rights?: components["schemas"]["Rights"] | null;
            role?: components["schemas"]["Role"] | null;
            /**
             * Format: int32
             * @description How long each waits between two messages of their own, in seconds; left out: not at all.
             */
            slow_seconds?: number | null;
            /** @description Its topic. */
            topic?: string | null;
            /**
             * Format: int64
             * @description Messages after the mark, exact; 0 if left out.
             */
            unread?: number | null;
        };
        /** @description What was found in one room, the newest first. */
        RoomHits: {
            /** @description Whether a part of the room was not looked at: there may be more than `count`. Left out: no. */
            at_least?: boolean | null;
            /**
             * Format: int64
             * @description How many messages fit in the part of the room that was looked at.
             */
            count: number;
            /** @description The newest of them. */
            hits: components["schemas"]["Hit"][];
            /** @description The `cursor` with which to go on in this room, if there may be more. */
            next?: string | null;
            /**
             * Format: uuid
             * @description The room.
             */
            room: string;
        };
        /**
         * @description Who may find and enter a room.
         * @enum {string}
         */
        RoomKind: "public" | "private" | "direct" | "group" | "broadcast";
        /** @description Rooms. */
        Rooms: {
            /** @description The rooms of which you are a member. */
            rooms: components["schemas"]["Room"][];
        };
        /** @description What a server says of itself once a second. */
        Said: {
            /** @description The machine's name and the port. */
            address: string;
            append?: components["schemas"]["Took"] | null;
            /**
             * Format: int64
             * @description Age of the room that was longest not compared with the store.
             */
            audit_oldest_ms: number;
            /** @description Its build. */
            build: string;
            /** @description Its bus. */
            bus: components["schemas"]["Part"];
            /**
             * Format: int64
             * @description How far its clock is ahead of the median of the others', if enough have been measured.
             */
            clock_ahead_ms?: number | null;
            /**
             * Format: double
             * @description Events that it handed to its sockets, a second, over the last ten seconds.
             */
            deliveries_per_s: number;
            /**
             * Format: int64
             * @description What the process holds in memory, in bytes.
             */
            memory_bytes?: number | null;
            /**
             * Format: double
             * @description Messages of its clients that were stored, a second, over the last ten seconds.
             */
            messages_per_s: number;
            /** @description Frames that wait for sockets, in bytes. */
            outboxes_bytes: components["schemas"]["Gauge"];
            /** @description Whether clients should be sent to it. Its store is not asked for this: what it writes all the time tells. */
            ready: components["schemas"]["Part"];
            /**
             * Format: int64
             * @description Rooms in memory.
             */
            rooms: number;
            /** @description About what they take, in bytes. */
            rooms_bytes: components["schemas"]["Gauge"];
            /** @description Messages that wait for the store, in bytes. */
            sends_bytes: components["schemas"]["Gauge"];
            /** @description Open sockets, and how many connections there may be. */
            sockets: components["schemas"]["Gauge"];
            /**
             * Format: int64
             * @description When it began, in milliseconds since 1970 (UTC), by its own clock.
             */
            started_ms: number;
            /**
             * Format: int64
             * @description Users with a socket there. Somebody with sockets on two servers is among those of both.
             */
            users: number;
        };
        /** @description A page of saved messages. */
        Saved: {
            /**
             * Format: int64
             * @description Where the next page begins, if there is one.
             */
            next?: number | null;
            /** @description The page: the one that was saved last first. */
            saved: components["schemas"]["Message"][];
        };
        /**
         * @description What has become of a scheduled message.
         * @enum {string}
         */
        ScheduledState: "waiting" | "sending" | "failed" | "doubtful";
        /** @description What is to be added. */
        Send: {
            /**
             * Format: int64
             * @description The room's seq up to which you have read when you compose it. Left out the first time, the server chooses one
             *     and says it; a resend of the same id must repeat it.
             */
            after?: number | null;
            /** @description What is to happen. */
            body: components["schemas"]["EventBody"];
            /** @description The device that composed it. With it, `n` keeps its sends in order. */
            device?: string | null;
            /**
             * Format: int64
             * @description The device's counter of sends in this room, rising.
             */
            n?: number;
        };
        /** @description It is stored. */
        Sent: {
            /**
             * Format: int64
             * @description The `after` that was used: a resend of the same id must repeat it.
             */
            after: number;
            /** @description The id: that of `Idempotency-Key`, or the one made for it. */
            id: string;
            /**
             * Format: int64
             * @description Its number in the room, for ever.
             */
            seq: number;
        };
        /** @description Where it went. */
        SentNow: {
            /**
             * Format: int64
             * @description Its number in the room.
             */
            seq: number;
        };
        /** @description An invitation. */
        ServerInvitation: {
            /**
             * Format: uuid
             * @description Who made it.
             */
            by: string;
            /** @description What they were called then. */
            by_name: string;
            /**
             * Format: int64
             * @description When it was made, in milliseconds since 1970 (UTC).
             */
            created_ms: number;
            /**
             * Format: uuid
             * @description Its name, by which it is withdrawn. It lets nobody in.
             */
            id: string;
            /**
             * Format: int64
             * @description When it ends by itself.
             */
            until_ms: number;
            /**
             * Format: int32
             * @description How many have.
             */
            uses: number;
            /**
             * Format: int32
             * @description How many may come in by it.
             */
            uses_max: number;
        };
        /** @description Invitations. */
        ServerInvitations: {
            /** @description Those whose time is not over, the newest first; at most 200. */
            invitations: components["schemas"]["ServerInvitation"][];
        };
        /** @description A login that is good. */
        Session: {
            /** @description The address from which it was opened. */
            address: string;
            /**
             * Format: int64
             * @description When it was opened, in milliseconds since 1970 (UTC).
             */
            created_ms: number;
            /** @description Whether it is the one that asks. */
            current: boolean;
            /** @description What the device is called: as it was given, or guessed. */
            device_name: string;
            /**
             * Format: uuid
             * @description Its name, by which it is ended. It is no credential.
             */
            id: string;
            /**
             * Format: int64
             * @description When it ends by itself.
             */
            until_ms: number;
            /**
             * Format: int64
             * @description When it was used last, to within some minutes.
             */
            used_ms: number;
        };
        /** @description The own sessions. */
        Sessions: {
            /** @description The one used last first; at most 50. */
            sessions: components["schemas"]["Session"][];
        };
        /** @description A new account. */
        SignUp: {
            /** @description What the device is called, for the list of sessions; at most 64 characters. Else it is guessed. */
            device_name?: string | null;
            /** @description The name that is shown, at most 64 characters; else the name. */
            display?: string | null;
            /**
             * @description What in the link for the first administrator stands behind `#first=`: the account becomes it. It needs a
             *     password then, in mode `open` as well, and no invitation.
             */
            first?: string | null;
            /** @description What in an invitation's link stands behind `#invitation=`. Needed where sign-up is by invitation. */
            invitation?: string | null;
            /** @description The name: letters and digits of any script, `.`, `_`, `-`, at most 32. */
            name: string;
            /** @description Protects the account; at least 10 characters, none of the common ones. Needed in mode `password`. */
            password?: string | null;
        };
        /** @description The store. */
        StoreHealth: {
            /**
             * Format: int64
             * @description How long the file is.
             */
            bytes: number;
            commit?: components["schemas"]["Took"] | null;
            /** @enum {string} */
            kind: "embedded";
        } | {
            /** @enum {string} */
            kind: "cassandra";
            request?: components["schemas"]["Took"] | null;
            /** @description Its nodes, as the driver reaches them: at most 64, those that are down first. */
            servers: components["schemas"]["Backing"][];
            /**
             * Format: int64
             * @description Requests that had no answer in time, since the server began.
             */
            timeouts: number;
        } | {
            /** @enum {string} */
            kind: "unsaid";
        };
        /** @description A browser that is told. */
        Subscribed: {
            /**
             * Format: int64
             * @description When it was made, in milliseconds since 1970 (UTC).
             */
            created_ms: number;
            /** @description Whether it was made by the session that asks. */
            current: boolean;
            /**
             * Format: uuid
             * @description By which it is ended.
             */
            id: string;
            /** @description The host of its push service. */
            service: string;
            /** @description Whether the beginning of the text is told with it. */
            text: boolean;
        };
        /** @description Your browsers that are told. */
        Subscriptions: {
            /** @description In the order in which they were made; at most 10. */
            subscriptions: components["schemas"]["Subscribed"][];
        };
        /** @description A thread as it stands for you. */
        Thread: {
            /** @description Whether you follow it; left out: no. */
            following?: boolean | null;
            /**
             * Format: int64
             * @description The last of them; 0 if left out.
             */
            last?: number | null;
            /**
             * Format: int64
             * @description When that was stored, in milliseconds since 1970 (UTC).
             */
            last_ms?: number | null;
            message?: components["schemas"]["Event"] | null;
            /**
             * Format: int64
             * @description How many messages are in it; 0 if left out, also where nothing is counted any more.
             */
            messages?: number | null;
            /**
             * Format: int64
             * @description Up to where you have read it; 0 if left out.
             */
            read?: number | null;
            /**
             * Format: uuid
             * @description The room.
             */
            room: string;
            /**
             * Format: int64
             * @description The message at which it begins.
             */
            root: number;
            state?: components["schemas"]["MessageState"] | null;
            /** @description The messages after that, without deleted ones; none if left out. */
            unread?: number[] | null;
        };
        /** @description How long a thread is. */
        ThreadLength: {
            /**
             * Format: int64
             * @description The log's end as of which it is counted: a deletion after it is to be taken off.
             */
            as_of: number;
            /**
             * Format: int64
             * @description The last of them that is counted there.
             */
            last: number;
            /**
             * Format: int64
             * @description When that was stored, in milliseconds since 1970 (UTC).
             */
            last_ms: number;
            /**
             * Format: int64
             * @description How many messages are in it.
             */
            messages: number;
        };
        /** @description A page of a thread. */
        ThreadPage: {
            /** @description Its messages, ascending. Deleted ones come as `erased`. */
            events: components["schemas"]["Event"][];
            /**
             * Format: int64
             * @description The log's end as of which the page is whole.
             */
            head: number;
            /** @description Whether it has more after the last. */
            more_after: boolean;
            /** @description Whether the thread has more before the first of them. */
            more_before: boolean;
            /** @description How they stand now, where later events changed them. */
            states: components["schemas"]["MessageState"][];
            /** @description The thread as it stands for you. */
            thread: components["schemas"]["Thread"];
        };
        /** @description A page of the threads that you follow. */
        Threads: {
            /** @description Where the next page begins, if there is one. */
            next?: string | null;
            /** @description The page: the one written in last first. */
            threads: components["schemas"]["Thread"][];
            /**
             * Format: int64
             * @description How many of all that you follow have something unread.
             */
            unread: number;
        };
        /** @description How long something took, in microseconds, to within a fifth. */
        Took: {
            /**
             * Format: int64
             * @description Half of the times at most.
             */
            p50_us: number;
            /**
             * Format: int64
             * @description All but one in a hundred at most.
             */
            p99_us: number;
        };
        /** @description An upload as it stands. */
        Upload: {
            /**
             * Format: int32
             * @description A picture's height.
             */
            height?: number | null;
            /**
             * Format: uuid
             * @description By which it is gone on with, and by which a message names it.
             */
            id: string;
            /** @description What it is called from now on. */
            name: string;
            /**
             * Format: int64
             * @description How many have come: where the next part begins.
             */
            offset: number;
            /**
             * Format: int64
             * @description How many bytes each part has, but the last.
             */
            part_bytes: number;
            /**
             * Format: uuid
             * @description The room into which it can be sent.
             */
            room?: string | null;
            /**
             * Format: int64
             * @description How many bytes it has.
             */
            size: number;
            /** @description Its media type, by its content, once it is whole. */
            type?: string;
            /** @description Whether it is whole, and a message can bring it along. */
            whole: boolean;
            /**
             * Format: int32
             * @description A picture's width in pixels.
             */
            width?: number | null;
        };
        /** @description A user as others see them. */
        User: {
            /** @description The name that is shown. */
            display: string;
            /**
             * Format: uuid
             * @description The account.
             */
            id: string;
            /** @description The name by which they are called. */
            name: string;
        };
        /** @description A page of accounts. */
        Users: {
            /**
             * @description Where to go on, if there may be more: a search looks at 2,000 accounts a call, so a page may be short, or empty,
             *     and not the last.
             */
            next?: string | null;
            /** @description In the store's own order, which is not that of names. */
            users: components["schemas"]["Account"][];
        };
        /** @description What stays of an event whose words were erased, told apart by `kind`. */
        Was: {
            /** @enum {string} */
            kind: "message";
            mentions?: components["schemas"]["Mentions"] | null;
            /**
             * Format: int64
             * @description The message to which it replied.
             */
            reply_to?: number | null;
            thread?: components["schemas"]["InThread"] | null;
        } | {
            /** @enum {string} */
            kind: "edit";
            /**
             * Format: int64
             * @description The message whose text it replaced.
             */
            target: number;
        };
        /** @description A webhook, without its secret. */
        Webhook: {
            /**
             * Format: uuid
             * @description Who made it; of a way out, or resumed it last.
             */
            by: string;
            /** @description Their name then. */
            by_name: string;
            /**
             * Format: int64
             * @description When it was made, in milliseconds since 1970 (UTC).
             */
            created_ms: number;
            /** @description `in` or `out`. */
            direction: string;
            /**
             * Format: uuid
             * @description By which it is renamed and withdrawn; of a way in, its bot's id.
             */
            id: string;
            /** @description What it is called. */
            name: string;
            out?: components["schemas"]["WebhookOut"] | null;
        };
        /** @description How a way out stands. */
        WebhookOut: {
            /** @description What went wrong last, if anything did since something was taken. */
            error?: string;
            /**
             * Format: int32
             * @description Failures since something was taken.
             */
            failures: number;
            /** @description Of which kinds; none: of all. */
            kinds: string[];
            /**
             * Format: int64
             * @description When it is tried again after a failure.
             */
            next_ms?: number | null;
            /**
             * Format: int64
             * @description The last event that is done with.
             */
            seq: number;
            /**
             * @description Why nothing is tried any more until it is resumed: `failing` (for a day), `gone` (the receiver said so), `maker`
             *     (who made it is out, or no moderator any more).
             */
            suspended?: string | null;
            /** @description Where events are posted to. */
            url: string;
        };
        /** @description A room's webhooks. */
        Webhooks: {
            /** @description The newest first; at most ten in each direction. */
            webhooks: components["schemas"]["Webhook"][];
        };
        /** @description With whom. */
        With: {
            /** @description Their name or id. */
            user: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
