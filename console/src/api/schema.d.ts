// Generated from docs/openapi.json by `npm run codegen`. Do not edit.

export interface paths {
    "/api/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Agents by name, a page at a time. */
        get: operations["listAgents"];
        put?: never;
        /** Creates an agent. With an id that exists already the existing agent is returned unchanged. */
        post: operations["createAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One agent. */
        get: operations["readAgent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes an agent's name or territory; what is left out stays. */
        patch: operations["updateAgent"];
        trace?: never;
    };
    "/api/v1/agents/{id}/days": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An agent's days, one for each of its phones, by date. */
        get: operations["agentDays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An agent's phones with stock apps: those in use first, then the revoked ones, the newest first. */
        get: operations["listDevices"];
        put?: never;
        /** Enrols a phone. The answer holds its token, this once, and what sets the app up. */
        post: operations["enrolDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/fence-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An agent's fence events: enter, dwell, exit, cross, each with its evidence, of the passages that overlap `[from, to)`. A page holds
         *     whole passages.
         */
        get: operations["agentFenceEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/motion-profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Says how an agent moves: by vehicle, or on foot between shops that are near each other. */
        put: operations["setMotionProfile"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/position": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An agent's newest durable position and its day so far, answered by the agent's actor. */
        get: operations["agentPosition"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/primary-device": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Says which of an agent's phones counts on days with several; null: the one with most fixes. */
        put: operations["setPrimaryDevice"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Fixes kept but set aside, and those a person decided about, by event time. */
        get: operations["listQuarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/quarantine/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restores a fix to the track, confirms that it stays out, or takes an earlier decision back. The days from the fix on are derived
         *     again before the answer.
         */
        post: operations["decideQuarantine"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/recompute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Derives an agent's days again from an instant on, by the settings and fences in force at each event time. */
        post: operations["recomputeAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets an agent live again that was halted after repeated crashes. */
        post: operations["resumeAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/stops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An agent's stops that overlap `[from, to)`, by start. */
        get: operations["agentStops"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything on an agent's timeline that overlaps `[from, to)`, by start. */
        get: operations["agentTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mints an access token for an agent's phone. */
        post: operations["createAgentToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/track": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The fixes of `[from, to)` in order of event time, each once, without those in quarantine.
         * @description With `simplify_m`, fixes are left out that lie within so many metres of the line through those that stay; each device is simplified
         *     alone, an unbroken run of at most 5,000 fixes at a time, whose first and last fix stay. With `every_s`, the first fix of each device
         *     in each bucket of so many seconds stays, and the last fix of all. A page of a thinned track may hold fewer fixes than `limit` and
         *     still have a `next`. Files (all formats but json) hold the whole range and are streamed; GPX, KML and GeoJSON lines hold one device
         *     after the other and break at gaps.
         */
        get: operations["agentTrack"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/trips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An agent's trips that overlap `[from, to)`, by start. */
        get: operations["agentTrips"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Creates up to 1,000 agents, all or none; ids that exist already stay as they are. */
        post: operations["createAgents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Signs in with e-mail and password. Ten tries for an account at once, then one every six seconds; sixty from an address, then one a
         *     second.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The change feed: every creation, amendment and withdrawal of an item, and every day that began, ended or was amended by late data, in
         *     the order of commits. Keep the last `seq` you have applied and ask for what comes after it.
         */
        get: operations["listChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/days": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody's days, by date, agent and phone. */
        get: operations["listDays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes a phone out of use: its token and its external id are refused from now on. Its fixes stay. */
        delete: operations["revokeDevice"];
        options?: never;
        head?: never;
        /** Changes a phone's name or settings; what is left out stays. A new name begins a new track. */
        patch: operations["updateDevice"];
        trace?: never;
    };
    "/api/v1/devices/{id}/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a phone a new token; the old one is refused from now on. The answer holds the new one, this once. */
        post: operations["rotateDeviceToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Fences in force by name, a page at a time. */
        get: operations["listFences"];
        put?: never;
        /** Creates a fence, in force from now on. With an id that exists already the existing fence is returned unchanged. */
        post: operations["createFence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fences/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One fence, as it is in force. */
        get: operations["readFence"];
        put?: never;
        post?: never;
        /** Deletes a fence from now on: whoever is inside leaves it now, and its past stays. */
        delete: operations["deleteFence"];
        options?: never;
        head?: never;
        /** Changes a fence from now on; what is left out stays, and `null` takes away what may be absent. */
        patch: operations["updateFence"];
        trace?: never;
    };
    "/api/v1/fences/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All versions of a fence, newest first, also of one that is deleted. */
        get: operations["listFenceVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fences/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Creates up to 1,000 fences, all or none; ids that exist already stay as they are. */
        post: operations["createFences"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history/area": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Who was in a polygon or a box between two instants, by agent id; edges count as inside. Ways between fixes count as in `near`. */
        post: operations["historyArea"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history/corridor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Who was within `radius_m` metres of a line between two instants, by agent id. Ways between fixes count as in `near`. */
        post: operations["historyCorridor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history/near": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who was within `radius_m` metres of a point between two instants, by agent id.
         * @description The way between two fixes of one device counts as straight where they are no more than `gap_s` apart.
         */
        get: operations["historyNear"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/map": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which basemap to draw and where to begin. */
        get: operations["map"];
        put?: never;
        post?: never;
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
        /** The user whose token this is. */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/positions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Latest positions by agent id, a page at a time. */
        get: operations["listPositions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/positions/at": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where everybody was at an instant: for each agent the last fix at or before it, by agent id.
         * @description Agents without a fix within `max_age_s` before it are left out. With `interpolate`, the place is the one on the straight way to the
         *     next fix of the same device, linear in time, where that is no more than `gap_s` after the last. `territory` is the one an agent is
         *     assigned to now.
         */
        get: operations["positionsAt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/positions/nearest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The agents nearest to a point, nearest first. */
        get: operations["nearestAgents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/positions/within": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Agents in a bounding box. */
        get: operations["agentsWithinBounds"];
        put?: never;
        /** Agents in a polygon; its edge counts as inside. */
        post: operations["agentsWithinArea"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Agents with fixes set aside, and how many, most first. */
        get: operations["countQuarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/tracks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings for tracks: what is in force now, and every version. */
        get: operations["readTrackSettings"];
        /**
         * Puts a version of the settings for tracks into force, for event times from `valid_from` on. What is derived already stays until it is
         *     recomputed.
         */
        put: operations["putTrackSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The state of actors and journal. */
        get: operations["system"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/territories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All territories by name. */
        get: operations["listTerritories"];
        put?: never;
        /** Creates a territory. With an id that exists already the existing territory is returned unchanged. */
        post: operations["createTerritory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/territories/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One territory. */
        get: operations["readTerritory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes a territory's name, colour or area; what is left out stays. */
        patch: operations["updateTerritory"];
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mints tokens for up to 1,000 agents at once. */
        post: operations["createAgentTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ws-tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives out a single-use ticket for `/ws/live`, good for 30 s: offer it as the subprotocol `ticket.<ticket>`. */
        post: operations["createWsTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers. */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Postgres and the actor system answer too. */
        get: operations["ready"];
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
        /** @description Metres by where a position came from. */
        AccuracyDefaults: {
            /**
             * Format: double
             * @default 10
             */
            fused_m: number;
            /**
             * Format: double
             * @default 10
             */
            gps_m: number;
            /**
             * Format: double
             * @default 10
             */
            manual_m: number;
            /**
             * Format: double
             * @default 100
             */
            network_m: number;
            /**
             * Format: double
             * @default 10
             */
            unknown_m: number;
        };
        AgentCounts: {
            awake: number;
            halted: number;
            known: number;
            restarting: number;
        };
        /** @description A fence event of an agent. */
        AgentFenceEvent: components["schemas"]["FenceEvent"] & {
            agent_id: components["schemas"]["AgentId"];
            device: string;
            /** @description The passage it belongs to, an item of the timeline. */
            passage_id: components["schemas"]["ItemId"];
            /**
             * Format: int64
             * @description Of the passage: counts up with each amendment.
             */
            revision: number;
        };
        /**
         * Format: uuid
         * @description A field agent: the person whose phone streams fixes.
         */
        AgentId: string;
        /** @description A change of a profile: what is absent stays. */
        AgentPatch: {
            name?: string | null;
            territory_id?: components["schemas"]["TerritoryId"] | null;
        };
        /** @description Agents in an area, by id; this type documents what is written by hand. */
        AgentsWithin: {
            items: components["schemas"]["LiveRow"][];
            /** @description More than 10,000 agents were found; these are the first by id. */
            truncated: boolean;
        };
        AgentToken: {
            access_token: string;
            agent: components["schemas"]["AgentId"];
            expires_at: components["schemas"]["Timestamp"];
        };
        AgentTokens: {
            items: components["schemas"]["AgentToken"][];
        };
        /** @description An agent as shown: the profile and how its actor is. */
        AgentView: {
            created_at: components["schemas"]["Timestamp"];
            halted?: components["schemas"]["HaltView"] | null;
            id: components["schemas"]["AgentId"];
            name: string;
            /** @description asleep, awake, restarting or halted */
            state: string;
            territory_id?: components["schemas"]["TerritoryId"] | null;
        };
        Arbiter: {
            agents_awake: number;
            index: number;
        };
        AreaSearch: {
            /** @description `next` of the page before. */
            after?: string | null;
            /** @description GeoJSON Polygon or MultiPolygon; or else `bbox`. */
            area?: Record<string, never> | null;
            /** @description `[west, south, east, north]` in degrees; `west` > `east` crosses the antimeridian. */
            bbox?: number[] | null;
            /** @description First instant, RFC 3339 or Unix milliseconds. */
            from: string;
            /**
             * Format: int32
             * @description Longest time between two fixes that belong together, 1..86400 seconds, by default 3600.
             */
            gap_s?: number | null;
            /**
             * Format: int64
             * @description 1..1000, by default 100.
             */
            limit?: number | null;
            /** @description First instant after, at most 31 days later. */
            to: string;
        };
        Basemap: {
            attribution: string;
            /** @enum {string} */
            kind: "pmtiles";
            url: string;
        } | {
            attribution: string;
            /** @enum {string} */
            kind: "style";
            url: string;
        } | {
            attribution: string;
            /** @enum {string} */
            kind: "town";
            url: string;
        } | {
            /** @enum {string} */
            kind: "outline";
        };
        /** @description What an item says beside its interval. Distances are integer millimetres, speeds cm/s. */
        Body: {
            /**
             * Format: int64
             * @description Sum of the segments, millimetres.
             */
            distance_mm?: number | null;
            from: components["schemas"]["Point"];
            /** @enum {string} */
            kind: "trip";
            /** Format: int32 */
            max_speed_cmps?: number | null;
            /**
             * Format: int64
             * @description Time of the segments covered at 0.5 m/s or more, milliseconds.
             */
            motion_ms?: number | null;
            to?: components["schemas"]["Point"] | null;
            /** @description Nobody saw it: the agent was silent between its ends. */
            unobserved?: boolean;
        } | {
            at: components["schemas"]["Point"];
            /** @enum {string} */
            kind: "stop";
        } | {
            /**
             * Format: int64
             * @description The straight line, millimetres.
             */
            distance_mm: number;
            from: components["schemas"]["Point"];
            /** @enum {string} */
            kind: "gap";
            /** @description Too far for the time: not counted as travelled. */
            relocated?: boolean;
            to: components["schemas"]["Point"];
        } | {
            /** @enum {string} */
            kind: "fence_passage";
            passage: components["schemas"]["Passage"];
        } | {
            at: components["schemas"]["Point"];
            /** @enum {string} */
            kind: "overspeed";
            /** Format: int32 */
            limit_cmps: number;
            /** Format: int32 */
            max_speed_cmps?: number | null;
        } | {
            evidence: components["schemas"]["Evidence"];
            fix: components["schemas"]["RawFix"];
            /** @enum {string} */
            kind: "suspect";
            reason: components["schemas"]["Suspicion"];
        };
        /** @description A viewport in degrees. Where `west > east` it crosses the antimeridian. */
        Bounds: {
            /** Format: double */
            east: number;
            /** Format: double */
            north: number;
            /** Format: double */
            south: number;
            /** Format: double */
            west: number;
        };
        BulkAgents: {
            agents: components["schemas"]["NewAgent"][];
        };
        BulkCreated: {
            /** Format: int64 */
            created: number;
        };
        BulkFences: {
            fences: components["schemas"]["NewFence"][];
        };
        /** @description When a fence is in force. */
        Calendar: {
            exceptions: components["schemas"]["Exception"][];
            weekly: components["schemas"]["Opening"][];
            /** @description IANA name, such as Europe/Berlin. */
            zone: string;
        };
        /** @description Changes in the order of the feed. */
        Changes: {
            items: components["schemas"]["TimelineChange"][];
            /**
             * Format: int64
             * @description Ask for what comes after this next.
             */
            last: number;
            /**
             * Format: int64
             * @description The newest change there is.
             */
            newest: number;
        };
        CorridorSearch: {
            /** @description `next` of the page before. */
            after?: string | null;
            /** @description First instant, RFC 3339 or Unix milliseconds. */
            from: string;
            /**
             * Format: int32
             * @description Longest time between two fixes that belong together, 1..86400 seconds, by default 3600.
             */
            gap_s?: number | null;
            /**
             * Format: int64
             * @description 1..1000, by default 100.
             */
            limit?: number | null;
            /** @description GeoJSON LineString of 2..1000 positions. */
            line: Record<string, never>;
            /**
             * Format: double
             * @description Metres, more than 0, at most 50000.
             */
            radius_m: number;
            /** @description First instant after, at most 31 days later. */
            to: string;
        };
        Day: {
            /** Format: date */
            date: string;
            /** Format: double */
            distance_m: number;
            first_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description Distinct fixes, without those in quarantine.
             */
            fixes: number;
            /** Format: int64 */
            gap_ms: number;
            /** Format: int64 */
            idle_ms: number;
            last_at?: components["schemas"]["Timestamp"] | null;
            /** Format: double */
            max_speed_mps: number;
            /**
             * Format: int64
             * @description Time in motion, standing, and in silences, milliseconds.
             */
            motion_ms: number;
        };
        /** @enum {string} */
        DayOfWeek: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
        /** @description What a day of one device adds up to. */
        DaySummary: {
            /**
             * Format: date
             * @description Civil date in the organisation's time zone.
             * @example 2026-11-23
             */
            date: string;
            /**
             * Format: int64
             * @description Sum of the segments between them, millimetres on WGS84. The one over midnight counts with the day it ends in.
             */
            distance_mm: number;
            first_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description Distinct fixes of the day, without those that are set aside.
             */
            fixes: number;
            /**
             * Format: int64
             * @description Time of silences longer than `gap_after_s`.
             */
            gap_ms: number;
            /**
             * Format: int64
             * @description Time of the slower ones.
             */
            idle_ms: number;
            last_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int32
             * @description Highest speed, reported or between fixes at most a minute apart, cm/s.
             */
            max_speed_cmps: number;
            /**
             * Format: int64
             * @description Time of the segments covered at 0.5 m/s or more, milliseconds.
             */
            motion_ms: number;
        };
        /** @enum {string} */
        DecisionKind: "restore" | "exclude" | "clear";
        /** @description What a person decides about a fix. */
        DecisionRequest: {
            decision: components["schemas"]["DecisionKind"];
            /** @description The fix's `key`. */
            key: string;
            /** @description Why, up to 500 characters. */
            note?: string;
        };
        /** @description What a version of a fence says. */
        Definition: {
            /** @description Whom it is for, in order; everybody when absent. */
            agents?: components["schemas"]["AgentId"][] | null;
            calendar?: components["schemas"]["Calendar"] | null;
            /** Format: double */
            ceiling_m?: number | null;
            /**
             * Format: int32
             * @description Seconds inside after which a dwell is told; never when absent.
             */
            dwell_s?: number | null;
            /**
             * Format: double
             * @description Fixes that know their altitude must lie between these; the others are taken to.
             */
            floor_m?: number | null;
            name: string;
            owner: components["schemas"]["Owner"];
            /**
             * @description GeoJSON Polygon or MultiPolygon; `Circle` with `coordinates: [lon, lat]` and `radius_m`; `Corridor` with `coordinates` of a
             *     line and `half_width_m`.
             */
            shape: Record<string, never>;
        };
        /**
         * Format: uuid
         * @description A phone enrolled for an agent.
         */
        DeviceId: string;
        /** @description A change of a device: what is absent stays. */
        DevicePatch: {
            name?: string | null;
            settings?: components["schemas"]["SettingsPatch"] | null;
        };
        /** @description How a phone is understood and answered. */
        DeviceSettings: {
            /**
             * @description Whether OwnTracks is sent the agent's fences as waypoints to watch itself.
             * @default false
             */
            send_fences: boolean;
            /**
             * @description Unit of `speed` in the OsmAnd protocol, which names none.
             * @default kn
             */
            speed_unit: components["schemas"]["SpeedUnit"];
        };
        /** @description A phone as stored and as shown. */
        EnrolledDevice: {
            agent_id: components["schemas"]["AgentId"];
            app: components["schemas"]["PhoneApp"];
            created_at: components["schemas"]["Timestamp"];
            /** @description What the phone may call itself instead of showing its token; a weak secret. */
            external_id?: string | null;
            id: components["schemas"]["DeviceId"];
            last_seen_at?: components["schemas"]["Timestamp"] | null;
            last_words?: components["schemas"]["Words"] | null;
            /** @description The device its fixes carry: 1 to 64 characters of `A-Z a-z 0-9 . _ : -`. */
            name: string;
            revoked_at?: components["schemas"]["Timestamp"] | null;
            settings: components["schemas"]["DeviceSettings"];
        };
        /** @description A phone with its token, and what sets its app up. */
        Enrolment: components["schemas"]["EnrolledDevice"] & {
            setup: components["schemas"]["Setup"];
            /** @description The secret the phone shows; never shown again. */
            token: string;
        };
        /** @description The body of every answer that is not a success. */
        ErrorBody: {
            /** @description Stable, for programs. */
            code: string;
            /** @description Which fields of the request are wrong, when it is that. */
            fields?: components["schemas"]["FieldError"][];
            /** @description For people. */
            message: string;
            /** @description Quote it to support: it is in the server's log. */
            request_id: string;
        };
        /** @description What a suspicion rests on. Absent: does not matter for the reason. */
        Evidence: {
            /**
             * Format: int32
             * @description Time since the believed fix before, seconds.
             */
            after_s?: number | null;
            /**
             * Format: int32
             * @description Distance to the believed fix before, metres.
             */
            distance_m?: number | null;
            /**
             * Format: int32
             * @description Speed that would have been needed, with the accuracy of both in its favour, m/s.
             */
            implied_speed_mps?: number | null;
            /**
             * Format: int32
             * @description The limit that was passed, in the unit of the reason.
             */
            limit?: number | null;
            /**
             * Format: int32
             * @description Speed the receiver reported, cm/s.
             */
            reported_speed_cmps?: number | null;
        };
        /** @description Evidence in outward units. */
        EvidenceView: {
            /** Format: double */
            accuracy_m: number;
            /** @description The instant is that of the calendar or of a change of the fence, which found the agent inside, and not that of a fix. */
            already_inside: boolean;
            at: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description Time since the fix before, seconds.
             */
            gap_s: number;
            /** Format: double */
            lat: number;
            /** Format: double */
            lon: number;
            /**
             * Format: double
             * @description Part of the accuracy circle within the fence, 0 to 1.
             */
            overlap: number;
            /**
             * Format: double
             * @description To the fence's boundary, positive inside.
             */
            signed_distance_m: number;
        };
        /** @description A date with hours of its own. */
        Exception: {
            /** Format: date */
            date: string;
            hours?: components["schemas"]["Hours"][];
        };
        /** @description One version of a fence, in force in `[valid_from, valid_to)`. A change ends one version and begins the next. */
        Fence: components["schemas"]["Definition"] & {
            id: components["schemas"]["FenceId"];
            valid_from: components["schemas"]["Timestamp"];
            valid_to?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description Counts from 1.
             */
            version: number;
        };
        /** @description One of the things a passage tells. */
        FenceEvent: {
            at: components["schemas"]["Timestamp"];
            /** @description Tells which passage this belongs to. */
            entered_at: components["schemas"]["Timestamp"];
            evidence: components["schemas"]["EvidenceView"];
            fence: components["schemas"]["FenceId"];
            /**
             * Format: int64
             * @description Time inside up to this event, milliseconds.
             */
            inside_ms: number;
            kind: components["schemas"]["FenceEventKind"];
            /** Format: int64 */
            version: number;
        };
        /**
         * @description In the order in which they happen.
         * @enum {string}
         */
        FenceEventKind: "enter" | "dwell" | "exit" | "cross";
        /**
         * Format: uuid
         * @description A fence: a shape whose entering and leaving is told, through all its versions.
         */
        FenceId: string;
        /** @description A change of a fence: what is absent stays, `null` takes away what may be absent. */
        FencePatch: {
            agents?: components["schemas"]["AgentId"][] | null;
            calendar?: components["schemas"]["Calendar"] | null;
            /** Format: double */
            ceiling_m?: number | null;
            /** Format: int64 */
            dwell_s?: number | null;
            /** Format: double */
            floor_m?: number | null;
            name?: string | null;
            owner?: components["schemas"]["Owner"] | null;
            shape?: Record<string, never> | null;
        };
        /** @description What decides between in and out. The defaults are those of field practice, `EXACT` those of trackers that know no accuracy. */
        FenceRules: {
            /**
             * @description What a fix that does not know its accuracy, or claims 0, is taken for.
             * @default {
             *       "fused_m": 10,
             *       "gps_m": 10,
             *       "manual_m": 10,
             *       "network_m": 100,
             *       "unknown_m": 10
             *     }
             */
            accuracy_default: components["schemas"]["AccuracyDefaults"];
            /**
             * Format: int32
             * @description The segment between two fixes counts as a way gone only when they are no further apart than this: three reports of the usual
             *     five-minute interval of stock phone apps missed.
             * @default 900
             */
            cross_gap_max_s: number;
            /**
             * Format: double
             * @description Overlap of accuracy circle and fence from which somebody is inside, up to which outside. Google Play services: 85 % and 15 %
             *     for large fences, 75 % and 25 % for small ones; in between everything stays as it was, which is what stops the flapping.
             * @default 0.85
             */
            enter_large: number;
            /**
             * Format: double
             * @default 0.75
             */
            enter_small: number;
            /**
             * Format: double
             * @default 0.15
             */
            exit_large: number;
            /**
             * Format: double
             * @default 0.25
             */
            exit_small: number;
            /**
             * Format: double
             * @description A fence of less area than a circle of this radius is small: 100 m is what Android recommends as the least, and the usual
             *     radius of a customer's fence.
             * @default 100
             */
            small_radius_m: number;
        };
        FencesCreated: {
            /** Format: int64 */
            created: number;
        };
        /** @description One wrong field. */
        FieldError: {
            field: string;
            /** @description What it may be. */
            limit?: string | null;
            message: string;
        };
        /** @description A fix as shown, in outward units; what is absent is unknown. */
        Fix: {
            /** Format: double */
            accuracy_m?: number | null;
            /** Format: double */
            altitude_m?: number | null;
            /**
             * Format: double
             * @description Fraction, 0 to 1.
             */
            battery?: number | null;
            /** Format: double */
            bearing_deg?: number | null;
            device: string;
            /** Format: double */
            lat: number;
            /** Format: double */
            lon: number;
            quarantine?: components["schemas"]["Suspicion"] | null;
            recorded_at: components["schemas"]["Timestamp"];
            source: components["schemas"]["Source"];
            /** Format: double */
            speed_mps?: number | null;
        };
        HaltedAgent: {
            agent: components["schemas"]["AgentId"];
            last_panic: string;
            name: string;
            /** Format: int32 */
            restarts: number;
            since: components["schemas"]["Timestamp"];
        };
        HaltView: {
            last_panic: string;
            since: components["schemas"]["Timestamp"];
        };
        Health: {
            status: string;
        };
        /** @description From and to, local time; `to` before `from` is on the next day. */
        Hours: {
            from: components["schemas"]["TimeOfDay"];
            to: components["schemas"]["TimeOfDay"];
        };
        /**
         * Format: uuid
         * @description A trip, stop or other item of a timeline.
         */
        ItemId: string;
        Journal: {
            /** @description The last commit failed; it is tried again until it succeeds. */
            is_failing: boolean;
            /** @description Fixes taken and not durable yet. */
            waiting_fixes: number;
        };
        /** @description An agent's whole live state. */
        LiveRow: {
            /** Format: double */
            accuracy_m?: number | null;
            agent: components["schemas"]["AgentId"];
            /**
             * Format: int64
             * @description When the fix was taken, Unix milliseconds.
             */
            at: number;
            /** Format: double */
            battery?: number | null;
            /** Format: double */
            bearing_deg?: number | null;
            /** Format: double */
            lat: number;
            /** Format: double */
            lon: number;
            /** Format: double */
            speed_mps?: number | null;
            status: components["schemas"]["Status"];
        };
        Login: {
            email: string;
            password: string;
        };
        /** @description A basemap and the part of the world to begin with. */
        Map: {
            basemap: components["schemas"]["Basemap"];
            bounds?: components["schemas"]["Bounds"] | null;
        };
        /**
         * @description How eagerly OwnTracks reports.
         * @enum {string}
         */
        Monitoring: "quiet" | "manual" | "significant" | "move";
        /** @description Thresholds of trips and stops. */
        MotionRules: {
            /**
             * Format: int32
             * @description A trip begins when the place of the stop is left by so much, metres.
             */
            distance_min_m: number;
            /**
             * Format: int32
             * @description A stop begins when nothing within so long was farther away, seconds.
             */
            duration_min_s: number;
        };
        /** @description Agents by distance; this type documents what is written by hand. */
        NearestAgents: {
            items: components["schemas"]["NearRow"][];
        };
        NearRow: components["schemas"]["LiveRow"] & {
            /** Format: double */
            distance_m: number;
        };
        /** @enum {string} */
        Network: "wifi" | "mobile" | "offline";
        /** @description What makes a new agent. The client may mint the id; sending the same one again changes nothing. */
        NewAgent: {
            id?: components["schemas"]["AgentId"] | null;
            /** @description 1 to 120 characters. */
            name: string;
            territory_id?: components["schemas"]["TerritoryId"] | null;
        };
        /** @description What makes a new device. */
        NewDevice: {
            app: components["schemas"]["PhoneApp"];
            /** @description 4 to 64 characters of `A-Z a-z 0-9 . _ : -`, unique. Taken as identity by the OsmAnd protocol alone. */
            external_id?: string | null;
            /**
             * @description 1 to 64 characters of `A-Z a-z 0-9 . _ : -`; made from the app when left out. A phone that is enrolled anew keeps its track by
             *     keeping its name.
             */
            name?: string | null;
            settings?: components["schemas"]["DeviceSettings"];
        };
        /** @description What makes a new fence, before anything is checked. The client may mint the id; sending the same one again changes nothing. */
        NewFence: {
            agents?: components["schemas"]["AgentId"][] | null;
            calendar?: components["schemas"]["Calendar"] | null;
            /** Format: double */
            ceiling_m?: number | null;
            /**
             * Format: int64
             * @description 1 to 604800.
             */
            dwell_s?: number | null;
            /** Format: double */
            floor_m?: number | null;
            id?: components["schemas"]["FenceId"] | null;
            /** @description 1 to 120 characters. */
            name: string;
            owner?: components["schemas"]["Owner"] | null;
            /**
             * @description GeoJSON Polygon or MultiPolygon; `Circle` with `coordinates: [lon, lat]` and `radius_m`; `Corridor` with `coordinates` of a
             *     line and `half_width_m`.
             */
            shape: Record<string, never>;
        };
        /** @description What makes a new territory. The client may mint the id; sending the same one again changes nothing. */
        NewTerritory: {
            area: Record<string, never>;
            /** @description `#rrggbb`; a colour is chosen when absent. */
            colour?: string | null;
            id?: components["schemas"]["TerritoryId"] | null;
            /** @description 1 to 120 characters. */
            name: string;
        };
        /** @enum {string} */
        Op: "created" | "amended" | "withdrawn";
        /** @description Hours on some days of the week. */
        Opening: {
            days: components["schemas"]["DayOfWeek"][];
            from: components["schemas"]["TimeOfDay"];
            to: components["schemas"]["TimeOfDay"];
        };
        /** @description Whose fence it is. */
        Owner: {
            /**
             * Format: uuid
             * @description Of the territory or the place; an ad hoc fence may do without.
             */
            id?: string | null;
            kind: components["schemas"]["OwnerKind"];
        };
        /** @enum {string} */
        OwnerKind: "territory" | "place" | "ad_hoc";
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_AgentFenceEvent: {
            items: (components["schemas"]["FenceEvent"] & {
                agent_id: components["schemas"]["AgentId"];
                device: string;
                /** @description The passage it belongs to, an item of the timeline. */
                passage_id: components["schemas"]["ItemId"];
                /**
                 * Format: int64
                 * @description Of the passage: counts up with each amendment.
                 */
                revision: number;
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_AgentView: {
            items: {
                created_at: components["schemas"]["Timestamp"];
                halted?: components["schemas"]["HaltView"] | null;
                id: components["schemas"]["AgentId"];
                name: string;
                /** @description asleep, awake, restarting or halted */
                state: string;
                territory_id?: components["schemas"]["TerritoryId"] | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_EnrolledDevice: {
            items: {
                agent_id: components["schemas"]["AgentId"];
                app: components["schemas"]["PhoneApp"];
                created_at: components["schemas"]["Timestamp"];
                /** @description What the phone may call itself instead of showing its token; a weak secret. */
                external_id?: string | null;
                id: components["schemas"]["DeviceId"];
                last_seen_at?: components["schemas"]["Timestamp"] | null;
                last_words?: components["schemas"]["Words"] | null;
                /** @description The device its fixes carry: 1 to 64 characters of `A-Z a-z 0-9 . _ : -`. */
                name: string;
                revoked_at?: components["schemas"]["Timestamp"] | null;
                settings: components["schemas"]["DeviceSettings"];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_Fence: {
            items: (components["schemas"]["Definition"] & {
                id: components["schemas"]["FenceId"];
                valid_from: components["schemas"]["Timestamp"];
                valid_to?: components["schemas"]["Timestamp"] | null;
                /**
                 * Format: int64
                 * @description Counts from 1.
                 */
                version: number;
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_Fix: {
            items: {
                /** Format: double */
                accuracy_m?: number | null;
                /** Format: double */
                altitude_m?: number | null;
                /**
                 * Format: double
                 * @description Fraction, 0 to 1.
                 */
                battery?: number | null;
                /** Format: double */
                bearing_deg?: number | null;
                device: string;
                /** Format: double */
                lat: number;
                /** Format: double */
                lon: number;
                quarantine?: components["schemas"]["Suspicion"] | null;
                recorded_at: components["schemas"]["Timestamp"];
                source: components["schemas"]["Source"];
                /** Format: double */
                speed_mps?: number | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_LiveRow: {
            items: {
                /** Format: double */
                accuracy_m?: number | null;
                agent: components["schemas"]["AgentId"];
                /**
                 * Format: int64
                 * @description When the fix was taken, Unix milliseconds.
                 */
                at: number;
                /** Format: double */
                battery?: number | null;
                /** Format: double */
                bearing_deg?: number | null;
                /** Format: double */
                lat: number;
                /** Format: double */
                lon: number;
                /** Format: double */
                speed_mps?: number | null;
                status: components["schemas"]["Status"];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_QuarantinedFix: {
            items: (components["schemas"]["Fix"] & {
                /**
                 * Format: int64
                 * @description With clock_skew: how far the phone's clock goes ahead, seconds.
                 */
                clock_skew_s?: number | null;
                /** @description restored or excluded, by a person. */
                decision?: string | null;
                evidence?: components["schemas"]["Evidence"] | null;
                /** @description Names the fix in a decision. */
                key: string;
                /**
                 * @description too_far_ahead, clock_skew, ancient, mock, derivation_failed, week_rollover, apple_epoch (found at receipt); null_island, poor_accuracy, jump,
                 *     frozen (found from the fixes around it); decided (only a decision speaks of it).
                 */
                reason: string;
                received_at?: components["schemas"]["Timestamp"] | null;
                /** @description The next fix will confirm or refute it. */
                unconfirmed: boolean;
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_Territory: {
            items: {
                /** @description GeoJSON Polygon or MultiPolygon, positions in lon, lat order as RFC 7946 has it. */
                area: Record<string, never>;
                /** @description `#rrggbb` */
                colour: string;
                created_at: components["schemas"]["Timestamp"];
                id: components["schemas"]["TerritoryId"];
                name: string;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_TimelineDay: {
            items: (components["schemas"]["DaySummary"] & {
                agent_id: components["schemas"]["AgentId"];
                device: string;
                /**
                 * @description Of several phones of an agent on one day this one counts: the one a person chose, else the one with most fixes. Tracks of several phones
                 *     are never mixed.
                 */
                primary: boolean;
                /**
                 * Format: int64
                 * @description Counts up whenever late data changed the day.
                 */
                revision: number;
                /** @description Another phone of the agent was on at the same time. */
                two_devices_at_once: boolean;
                /** @description More fixes of this day may come in order: it has not been followed by a later one. */
                under_way: boolean;
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_TimelineItem: {
            items: (components["schemas"]["Body"] & {
                agent_id: components["schemas"]["AgentId"];
                /**
                 * Format: date
                 * @description Civil date it starts on, in the organisation's time zone: the day it belongs to.
                 * @example 2026-11-23
                 */
                date: string;
                /** @description The phone it was derived from; several phones of an agent are derived each alone. */
                device: string;
                end_at?: components["schemas"]["Timestamp"] | null;
                id: components["schemas"]["ItemId"];
                /**
                 * Format: int64
                 * @description 1 when created; counts up with each amendment.
                 */
                revision: number;
                start_at: components["schemas"]["Timestamp"];
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_Visitor: {
            items: {
                agent: components["schemas"]["AgentId"];
                /** @description First and last instant inside, within the time asked about. */
                first_at: components["schemas"]["Timestamp"];
                /**
                 * Format: int64
                 * @description Fixes inside: none where it passed between two.
                 */
                fixes: number;
                /**
                 * Format: double
                 * @description Seconds inside, on fixes and on the ways between them.
                 */
                inside_s: number;
                last_at: components["schemas"]["Timestamp"];
                /**
                 * Format: double
                 * @description How near it came to the point or line, metres; 0 in an area.
                 */
                nearest_m: number;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_Whereabouts: {
            items: {
                /**
                 * Format: double
                 * @description Seconds from the last fix to the instant asked about.
                 */
                age_s: number;
                agent: components["schemas"]["AgentId"];
                /** @description The last fix at or before the instant. */
                fix: components["schemas"]["Fix"];
                /** @description Whether the place lies on the way between two fixes, instead of being that of the last. */
                interpolated: boolean;
                /** Format: double */
                lat: number;
                /** Format: double */
                lon: number;
            }[];
            next?: string | null;
        };
        /** @description One stay within a fence, or one way through it between two fixes. */
        Passage: {
            /**
             * Format: int32
             * @description Of a cross: metres of the way that lay within the fence, whole ones.
             */
            chord_m?: number | null;
            dwelled_at?: components["schemas"]["Timestamp"] | null;
            end?: components["schemas"]["PassageEnd"] | null;
            enter: components["schemas"]["EvidenceView"];
            entered_at: components["schemas"]["Timestamp"];
            exit?: components["schemas"]["EvidenceView"] | null;
            exited_at?: components["schemas"]["Timestamp"] | null;
            fence: components["schemas"]["FenceId"];
            /**
             * Format: int32
             * @description Fixes within the passage that were fine enough to tell.
             */
            fixes: number;
            /**
             * Format: int32
             * @description The longest time without such a fix, seconds.
             */
            gap_max_s: number;
            kind: components["schemas"]["PassageKind"];
            /**
             * Format: int64
             * @description The version in force on entering.
             */
            version: number;
        };
        /**
         * @description Why a passage is over. The codes are stored: append only.
         * @enum {string}
         */
        PassageEnd: "left" | "closed" | "ended";
        /** @enum {string} */
        PassageKind: "visit" | "cross";
        /**
         * @description What the person lets the app know of the location.
         * @enum {string}
         */
        Permission: "always" | "while_in_use" | "denied" | "restricted" | "not_asked";
        /**
         * @description The app on the phone: decides how it is set up. Any app may use any phone endpoint.
         * @enum {string}
         */
        PhoneApp: "traccar_client" | "osmand" | "owntracks" | "overland" | "gpslogger" | "other";
        /** @description WGS84 degrees */
        Point: {
            lat: number;
            lon: number;
        };
        /** @description Where an agent is and how its day has been. */
        Position: components["schemas"]["Fix"] & {
            agent: components["schemas"]["AgentId"];
            day?: components["schemas"]["Day"] | null;
            silence?: components["schemas"]["Silence"] | null;
            status: components["schemas"]["Status"];
        };
        PrimaryDeviceRequest: {
            /** @description The phone's name as it stands beside its fixes. */
            device?: string | null;
        };
        /**
         * @description How an agent moves: it decides which distances make a trip.
         * @enum {string}
         */
        Profile: "vehicle" | "foot";
        ProfileRequest: {
            profile: components["schemas"]["Profile"];
            valid_from?: components["schemas"]["Timestamp"] | null;
        };
        /** @description How many fixes of an agent are set aside. */
        QuarantineCount: {
            agent_id: components["schemas"]["AgentId"];
            /** Format: int64 */
            fixes: number;
        };
        QuarantineCounts: {
            items: components["schemas"]["QuarantineCount"][];
        };
        /** @description A fix set aside, or one that a person decided about. */
        QuarantinedFix: components["schemas"]["Fix"] & {
            /**
             * Format: int64
             * @description With clock_skew: how far the phone's clock goes ahead, seconds.
             */
            clock_skew_s?: number | null;
            /** @description restored or excluded, by a person. */
            decision?: string | null;
            evidence?: components["schemas"]["Evidence"] | null;
            /** @description Names the fix in a decision. */
            key: string;
            /**
             * @description too_far_ahead, clock_skew, ancient, mock, derivation_failed, week_rollover, apple_epoch (found at receipt); null_island, poor_accuracy, jump,
             *     frozen (found from the fixes around it); decided (only a decision speaks of it).
             */
            reason: string;
            received_at?: components["schemas"]["Timestamp"] | null;
            /** @description The next fix will confirm or refute it. */
            unconfirmed: boolean;
        };
        /** @description A reading as it was claimed, before anything is checked. What is absent is unknown. */
        RawFix: {
            /** Format: double */
            accuracy_m?: number | null;
            /** Format: double */
            altitude_m?: number | null;
            /** Format: double */
            battery?: number | null;
            /** Format: double */
            bearing_deg?: number | null;
            /** Format: double */
            lat: number;
            /** Format: double */
            lon: number;
            mock?: boolean;
            recorded_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description The phone's own number of the fix: echoed in refusals, otherwise without meaning.
             */
            seq?: number | null;
            source?: components["schemas"]["Source"];
            /** Format: double */
            speed_mps?: number | null;
        };
        /** @description `ok` or `failing`, each. */
        Ready: {
            actors: string;
            postgres: string;
            status: string;
        };
        RecomputeRequest: {
            /** @description From the beginning of this instant's day on. */
            from: components["schemas"]["Timestamp"];
        };
        /** @description A change of settings: what is absent stays. */
        SettingsPatch: {
            send_fences?: boolean | null;
            speed_unit?: components["schemas"]["SpeedUnit"] | null;
        };
        /** @description What sets an app up. */
        Setup: {
            /** @description A link that sets the app up when it is opened on the phone or scanned there; not every app has one. */
            link?: string | null;
            password?: string | null;
            /** @description The address the app sends to, as it is written into the app by hand; for OsmAnd and GPSLogger a template. */
            url: string;
            /** @description User name and password, where the app asks for them. */
            username?: string | null;
        };
        SignedIn: {
            access_token: string;
            expires_at: components["schemas"]["Timestamp"];
            user: components["schemas"]["User"];
        };
        /** @description An agent whose phones say nothing. */
        Silence: {
            last_words?: components["schemas"]["Words"] | null;
            reason?: components["schemas"]["SilenceReason"] | null;
            since: components["schemas"]["Timestamp"];
        };
        /**
         * @description Why a phone has probably fallen silent, as its last words tell it. The most certain reason first.
         * @enum {string}
         */
        SilenceReason: "permission_denied" | "location_services_off" | "battery_empty" | "paused" | "no_network" | "only_while_open" | "stopped_by_system";
        /**
         * @description Where a position came from, as the phone says.
         * @enum {string}
         */
        Source: "unknown" | "gps" | "network" | "fused" | "manual";
        /**
         * @description The unit of a speed that carries none.
         * @enum {string}
         */
        SpeedUnit: "kn" | "kmh" | "mph" | "mps";
        /**
         * @description How an agent stands, from the last fix and the time now.
         * @enum {string}
         */
        Status: "moving" | "idle" | "stale" | "offline";
        /**
         * @description What a change is about.
         * @enum {string}
         */
        Subject: "day" | "trip" | "stop" | "gap" | "fence_passage" | "overspeed" | "suspect";
        /**
         * @description Why a fix is not believed: a fault of the receiver until a person says otherwise, never an accusation.
         * @enum {string}
         */
        Suspicion: "null_island" | "poor_accuracy" | "jump" | "frozen";
        System: {
            agents: components["schemas"]["AgentCounts"];
            /** @description Threads that agents and territories live on. */
            arbiters: components["schemas"]["Arbiter"][];
            /** @description Changes with every start. */
            epoch: string;
            /** @description Agents past their restart bound. */
            halted: components["schemas"]["HaltedAgent"][];
            journal: components["schemas"]["Journal"];
            started_at: components["schemas"]["Timestamp"];
            /** Format: int64 */
            uptime_s: number;
            version: string;
        };
        /** @description A territory as stored and sent. */
        Territory: {
            /** @description GeoJSON Polygon or MultiPolygon, positions in lon, lat order as RFC 7946 has it. */
            area: Record<string, never>;
            /** @description `#rrggbb` */
            colour: string;
            created_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["TerritoryId"];
            name: string;
        };
        /**
         * Format: uuid
         * @description A territory: the unit of assignment and of permission.
         */
        TerritoryId: string;
        /** @description A change of a territory: what is absent stays. */
        TerritoryPatch: {
            area?: Record<string, never> | null;
            colour?: string | null;
            name?: string | null;
        };
        Ticket: {
            expires_at: components["schemas"]["Timestamp"];
            ticket: string;
        };
        /** @description One change of one item or day. Apply them in the order of `seq`, each at least once, and you hold what the server holds. */
        TimelineChange: {
            agent_id: components["schemas"]["AgentId"];
            /** @description When it was committed. */
            at: components["schemas"]["Timestamp"];
            /**
             * Format: date
             * @example 2026-11-23
             */
            date: string;
            device: string;
            id?: components["schemas"]["ItemId"] | null;
            kind: components["schemas"]["Subject"];
            /** @description What it is; absent when withdrawn. */
            new?: Record<string, never> | null;
            /** @description What it was; absent when created. */
            old?: Record<string, never> | null;
            op: components["schemas"]["Op"];
            /**
             * Format: int64
             * @description Of the item or day after the change.
             */
            revision: number;
            /**
             * Format: int64
             * @description Ascending, with holes.
             */
            seq: number;
        };
        /** @description A day of one of an agent's phones. */
        TimelineDay: components["schemas"]["DaySummary"] & {
            agent_id: components["schemas"]["AgentId"];
            device: string;
            /**
             * @description Of several phones of an agent on one day this one counts: the one a person chose, else the one with most fixes. Tracks of several phones
             *     are never mixed.
             */
            primary: boolean;
            /**
             * Format: int64
             * @description Counts up whenever late data changed the day.
             */
            revision: number;
            /** @description Another phone of the agent was on at the same time. */
            two_devices_at_once: boolean;
            /** @description More fixes of this day may come in order: it has not been followed by a later one. */
            under_way: boolean;
        };
        /** @description An item of an agent's timeline: a trip, stop, gap, fence passage, time above the limit or suspect fix. */
        TimelineItem: components["schemas"]["Body"] & {
            agent_id: components["schemas"]["AgentId"];
            /**
             * Format: date
             * @description Civil date it starts on, in the organisation's time zone: the day it belongs to.
             * @example 2026-11-23
             */
            date: string;
            /** @description The phone it was derived from; several phones of an agent are derived each alone. */
            device: string;
            end_at?: components["schemas"]["Timestamp"] | null;
            id: components["schemas"]["ItemId"];
            /**
             * Format: int64
             * @description 1 when created; counts up with each amendment.
             */
            revision: number;
            start_at: components["schemas"]["Timestamp"];
        };
        /** @description `HH:MM`, 00:00 to 24:00; holds minutes after midnight. */
        TimeOfDay: string;
        /**
         * Format: date-time
         * @description Milliseconds since 1970-01-01T00:00:00Z.
         */
        Timestamp: string;
        TokenRequest: {
            /**
             * Format: int64
             * @description Life of the token in seconds.
             */
            ttl_s?: number | null;
        };
        TokensRequest: {
            agents: components["schemas"]["AgentId"][];
            /** Format: int64 */
            ttl_s?: number | null;
        };
        /** @description Everything a version of the settings says about tracks. The defaults are the field's. */
        TrackRules: {
            /**
             * Format: int32
             * @description Taken for the accuracy of a fix that does not say, where a jump is judged, metres.
             * @default 50
             */
            accuracy_default_m: number;
            /**
             * Format: int32
             * @description A coarser fix is set aside, metres; 0: none is. 1,000: a cell tower's guess.
             * @default 1000
             */
            accuracy_max_m: number;
            /**
             * @description Inside or outside of fences.
             * @default {
             *       "accuracy_default": {
             *         "fused_m": 10,
             *         "gps_m": 10,
             *         "manual_m": 10,
             *         "network_m": 100,
             *         "unknown_m": 10
             *       },
             *       "cross_gap_max_s": 900,
             *       "enter_large": 0.85,
             *       "enter_small": 0.75,
             *       "exit_large": 0.15,
             *       "exit_small": 0.25,
             *       "small_radius_m": 100
             *     }
             */
            fences: components["schemas"]["FenceRules"];
            /**
             * @default {
             *       "distance_min_m": 60,
             *       "duration_min_s": 120
             *     }
             */
            foot: components["schemas"]["MotionRules"];
            /**
             * Format: int32
             * @description Set aside readings that stand still for so long while they report a speed, seconds; 0: never.
             * @default 30
             */
            frozen_after_s: number;
            /**
             * Format: int32
             * @description A silence of so long is shown as a gap unless the agent simply stood, seconds.
             * @default 600
             */
            gap_after_s: number;
            /**
             * @description Set aside readings at exactly 0° N 0° E, which receivers give when they do not know.
             * @default true
             */
            null_island: boolean;
            /**
             * Format: int32
             * @description Shortest time above the limit that counts, seconds.
             * @default 15
             */
            overspeed_min_s: number;
            /**
             * Format: int32
             * @description Speed limit, m/s; 0: none.
             * @default 0
             */
            overspeed_mps: number;
            /**
             * Format: int32
             * @description Faster than this on the straight line is no journey but a GPS fault, m/s. 90: above a high-speed train.
             * @default 90
             */
            speed_max_mps: number;
            /**
             * Format: int32
             * @description After so long without a fix nobody knows what happened in between, seconds: trip or stop ends at the last fix.
             * @default 3600
             */
            stop_gap_s: number;
            /**
             * @default {
             *       "distance_min_m": 200,
             *       "duration_min_s": 180
             *     }
             */
            vehicle: components["schemas"]["MotionRules"];
        };
        TrackSettings: {
            current: components["schemas"]["TrackRules"];
            /**
             * @description IANA zone whose civil dates bound the days: `organisation.time_zone` of the configuration.
             * @example Europe/Berlin
             */
            time_zone: string;
            /** @description Oldest first. */
            versions: components["schemas"]["TrackSettingsVersion"][];
        };
        TrackSettingsRequest: {
            /** @description What is left out has its default. */
            rules: components["schemas"]["TrackRules"];
            valid_from?: components["schemas"]["Timestamp"] | null;
        };
        TrackSettingsVersion: {
            created_at: components["schemas"]["Timestamp"];
            rules: components["schemas"]["TrackRules"];
            valid_from: components["schemas"]["Timestamp"];
        };
        /** @description A user as shown to themselves. */
        User: {
            email: string;
            id: components["schemas"]["UserId"];
            name: string;
            /** @description dispatcher, manager or admin */
            role: string;
        };
        /**
         * Format: uuid
         * @description Somebody who signs in.
         */
        UserId: string;
        /** @description Somebody who was there. */
        Visitor: {
            agent: components["schemas"]["AgentId"];
            /** @description First and last instant inside, within the time asked about. */
            first_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Fixes inside: none where it passed between two.
             */
            fixes: number;
            /**
             * Format: double
             * @description Seconds inside, on fixes and on the ways between them.
             */
            inside_s: number;
            last_at: components["schemas"]["Timestamp"];
            /**
             * Format: double
             * @description How near it came to the point or line, metres; 0 in an area.
             */
            nearest_m: number;
        };
        /** @description Where an agent was. */
        Whereabouts: {
            /**
             * Format: double
             * @description Seconds from the last fix to the instant asked about.
             */
            age_s: number;
            agent: components["schemas"]["AgentId"];
            /** @description The last fix at or before the instant. */
            fix: components["schemas"]["Fix"];
            /** @description Whether the place lies on the way between two fixes, instead of being that of the last. */
            interpolated: boolean;
            /** Format: double */
            lat: number;
            /** Format: double */
            lon: number;
        };
        WithinArea: {
            /** @description GeoJSON Polygon or MultiPolygon. */
            area: Record<string, never>;
        };
        /** @description A phone's last words. */
        Words: {
            /** @description still, walking, driving… as the app says it. */
            activity?: string | null;
            /** @description A call for help or a warning: sos, … */
            alarm?: string | null;
            /** @description When the phone said the newest of them, by its own clock. */
            at: components["schemas"]["Timestamp"];
            /**
             * Format: double
             * @description Charge as a fraction, 0 to 1.
             */
            battery?: number | null;
            /** @description What the phone calls itself. */
            calls_itself?: string | null;
            /** @description What made the app send: heartbeat, enter, providerchange… as the app says it. */
            event?: string | null;
            /** @description Are the phone's location services switched on? */
            has_location_service?: boolean | null;
            is_charging?: boolean | null;
            is_moving?: boolean | null;
            /** @description May the system stop the app in the background? */
            may_be_stopped?: boolean | null;
            monitoring?: components["schemas"]["Monitoring"] | null;
            network?: components["schemas"]["Network"] | null;
            permission?: components["schemas"]["Permission"] | null;
            /** @description Is the phone saving power? */
            saves_power?: boolean | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listAgents: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description 1..500, by default 100. */
                limit?: number;
                /** @description Part of the name, in any case. */
                q?: string;
                /** @description Id of a territory, or `none`. */
                territory?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AgentView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createAgent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAgent"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentView"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    readAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentView"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    updateAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentView"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    agentDays: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description First civil date, YYYY-MM-DD; by default the beginning. */
                from?: string;
                /** @description 1..1000, by default 100. */
                limit?: number;
                /** @description true: of several phones of an agent on one day only the one that counts. */
                primary?: boolean;
                /** @description Last civil date; by default the end. */
                to?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TimelineDay"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listDevices: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_EnrolledDevice"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    enrolDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDevice"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Enrolment"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    agentFenceEvents: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Only this fence. */
                fence?: components["schemas"]["FenceId"];
                /** @description First instant, RFC 3339 or Unix milliseconds; by default the beginning. */
                from?: string;
                /** @description Passages: 1..5000, by default 500. */
                limit?: number;
                /** @description First instant after; by default the end. */
                to?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AgentFenceEvent"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    setMotionProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileRequest"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    agentPosition: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Position"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    setPrimaryDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PrimaryDeviceRequest"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listQuarantine: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description First instant of event time, RFC 3339 or Unix milliseconds; by default the beginning. */
                from?: string;
                /** @description 1..1000, by default 100. */
                limit?: number;
                /** @description First instant after; by default the end. */
                to?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_QuarantinedFix"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    decideQuarantine: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecisionRequest"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    recomputeAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecomputeRequest"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    resumeAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentView"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    agentStops: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description First instant, RFC 3339 or Unix milliseconds; by default the beginning. */
                from?: string;
                /** @description 1..5000, by default 500. */
                limit?: number;
                /** @description First instant after; by default the end. */
                to?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TimelineItem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    agentTimeline: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description First instant, RFC 3339 or Unix milliseconds; by default the beginning. */
                from?: string;
                /** @description Kinds, separated by commas: trip, stop, gap, fence_passage, overspeed, suspect; by default all. */
                kind?: string;
                /** @description 1..5000, by default 500. */
                limit?: number;
                /** @description First instant after; by default the end. */
                to?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TimelineItem"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createAgentToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentToken"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    agentTrack: {
        parameters: {
            query?: {
                /** @description `next` of the page before; with format json. */
                after?: string;
                /** @description Leave out all but the first fix in so many seconds, 1..86400; not together with simplify_m. */
                every_s?: number;
                /** @description json (pages); geojson, gpx, kml or csv (the whole range, streamed). */
                format?: "json" | "geojson" | "gpx" | "kml" | "csv";
                /** @description First instant, RFC 3339 or Unix milliseconds; by default the beginning. */
                from?: string;
                /** @description A line breaks where a device was silent for longer, 1..86400 seconds, by default 3600. */
                gap_s?: number;
                /** @description With format geojson: a point for each fix (the default), or lines. */
                geometry?: "points" | "line";
                /** @description 1..10000, by default 1000; with format json. */
                limit?: number;
                /** @description Leave out what lies within so many metres of the line through the rest: more than 0, at most 10000. */
                simplify_m?: number;
                /**
                 * @description Fixes that the derivation does not believe (`quarantine` names the reason): include, the default for whole tracks, or exclude, the
                 *     default for thinned ones. Files name the reason too: csv in a column, geojson points in a property, geojson lines in a list beside
                 *     `times`, gpx in `salessync:quarantine`, kml in an array. Fixes set aside at receipt are never in a track.
                 */
                suspects?: "include" | "exclude";
                /** @description First instant after, RFC 3339 or Unix milliseconds; by default the end. */
                to?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/geo+json": unknown;
                    "application/gpx+xml": string;
                    "application/json": components["schemas"]["Page_Fix"];
                    "application/vnd.google-earth.kml+xml": string;
                    "text/csv": string;
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    agentTrips: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description First instant, RFC 3339 or Unix milliseconds; by default the beginning. */
                from?: string;
                /** @description 1..5000, by default 500. */
                limit?: number;
                /** @description First instant after; by default the end. */
                to?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TimelineItem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createAgents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkAgents"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkCreated"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description `too_many_attempts`, with `Retry-After` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listChanges: {
        parameters: {
            query?: {
                /** @description The `seq` you have applied last; 0: from the oldest that is kept. */
                after?: number;
                /** @description 1..5000, by default 500. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changes"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listDays: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description First civil date, YYYY-MM-DD; by default the beginning. */
                from?: string;
                /** @description 1..1000, by default 100. */
                limit?: number;
                /** @description true: of several phones of an agent on one day only the one that counts. */
                primary?: boolean;
                /** @description Last civil date; by default the end. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TimelineDay"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    revokeDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolledDevice"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    updateDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DevicePatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolledDevice"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    rotateDeviceToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["DeviceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Enrolment"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listFences: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description `west,south,east,north` in degrees; `west` > `east` crosses the antimeridian. */
                bbox?: string;
                /** @description 1..1000, by default 100. */
                limit?: number;
                /** @description Id of the territory or place. */
                owner_id?: string;
                owner_kind?: components["schemas"]["OwnerKind"];
                /** @description Part of the name, in any case. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Fence"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createFence: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewFence"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Fence"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    readFence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["FenceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Fence"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deleteFence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["FenceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    updateFence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["FenceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FencePatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Fence"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listFenceVersions: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description 1..1000, by default 100. */
                limit?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["FenceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Fence"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createFences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkFences"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FencesCreated"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    historyArea: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AreaSearch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Visitor"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    historyCorridor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CorridorSearch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Visitor"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    historyNear: {
        parameters: {
            query: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description First instant, RFC 3339 or Unix milliseconds. */
                from: string;
                /** @description Longest time between two fixes that belong together, 1..86400 seconds, by default 3600. */
                gap_s?: number;
                /** @description Degrees, -90..90. */
                lat: number;
                /** @description 1..1000, by default 100. A page may hold fewer and still have a `next`. */
                limit?: number;
                /** @description Degrees, -180..180. */
                lon: number;
                /** @description Metres, more than 0, at most 50000. */
                radius_m: number;
                /** @description First instant after, at most 31 days later. */
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Visitor"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    map: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Map"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listPositions: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description 1..10000, by default 1000. */
                limit?: number;
                /** @description Id of a territory, or `none`; by default all. */
                territory?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LiveRow"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    positionsAt: {
        parameters: {
            query: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description With `interpolate`: longest time between the two fixes, 1..86400 seconds, by default 3600. */
                gap_s?: number;
                /** @description Between two fixes give the place on the way; by default false. */
                interpolate?: boolean;
                /** @description 1..10000, by default 1000. */
                limit?: number;
                /** @description Leave out whose last fix was older then, 0..86400 seconds, by default 3600. */
                max_age_s?: number;
                /** @description Id of a territory, or `none`; by default all. */
                territory?: string;
                /** @description The instant, RFC 3339 or Unix milliseconds. */
                time: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Whereabouts"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    nearestAgents: {
        parameters: {
            query: {
                /** @description How many, 1..100, by default 10. */
                k?: number;
                /** @description Degrees, -90..90. */
                lat: number;
                /** @description Degrees, -180..180. */
                lon: number;
                /** @description Not farther than this, metres. */
                max_distance_m?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NearestAgents"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    agentsWithinBounds: {
        parameters: {
            query: {
                /** @description `west,south,east,north` in degrees; `west` > `east` crosses the antimeridian. */
                bbox: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentsWithin"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    agentsWithinArea: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WithinArea"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentsWithin"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    countQuarantine: {
        parameters: {
            query?: {
                /** @description First instant of event time, RFC 3339 or Unix milliseconds; by default the beginning. */
                from?: string;
                /** @description First instant after; by default the end. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuarantineCounts"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    readTrackSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackSettings"];
                };
            };
        };
    };
    putTrackSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrackSettingsRequest"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    system: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["System"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listTerritories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Territory"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createTerritory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTerritory"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Territory"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    readTerritory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["TerritoryId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Territory"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    updateTerritory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["TerritoryId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TerritoryPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Territory"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createAgentTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokensRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentTokens"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createWsTicket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
        };
    };
}
