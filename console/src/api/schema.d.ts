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
    "/api/v1/agents/{id}/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Fixes kept but set aside, by event time. */
        get: operations["listQuarantine"];
        put?: never;
        post?: never;
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
        /** The fixes of `[from, to)` in order of event time, each once, without those in quarantine. */
        get: operations["agentTrack"];
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
        /** Signs in with e-mail and password. */
        post: operations["login"];
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
        AgentCounts: {
            awake: number;
            halted: number;
            known: number;
            restarting: number;
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
            last_at?: components["schemas"]["Timestamp"] | null;
        };
        /** @enum {string} */
        DayOfWeek: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
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
        /** @description Agents by distance; this type documents what is written by hand. */
        NearestAgents: {
            items: components["schemas"]["NearRow"][];
        };
        NearRow: components["schemas"]["LiveRow"] & {
            /** Format: double */
            distance_m: number;
        };
        /** @description What makes a new agent. The client may mint the id; sending the same one again changes nothing. */
        NewAgent: {
            id?: components["schemas"]["AgentId"] | null;
            /** @description 1 to 120 characters. */
            name: string;
            territory_id?: components["schemas"]["TerritoryId"] | null;
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
                reason: components["schemas"]["Quarantine"];
                received_at: components["schemas"]["Timestamp"];
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
        /** @description Where an agent is and how its day has been. */
        Position: components["schemas"]["Fix"] & {
            agent: components["schemas"]["AgentId"];
            day?: components["schemas"]["Day"] | null;
            status: components["schemas"]["Status"];
        };
        /**
         * @description Why a fix was set aside. The codes are stored: append only.
         * @enum {string}
         */
        Quarantine: "too_far_ahead" | "ancient" | "mock" | "derivation_failed";
        /** @description A fix set aside. */
        QuarantinedFix: components["schemas"]["Fix"] & {
            reason: components["schemas"]["Quarantine"];
            received_at: components["schemas"]["Timestamp"];
        };
        /** @description `ok` or `failing`, each. */
        Ready: {
            actors: string;
            postgres: string;
            status: string;
        };
        SignedIn: {
            access_token: string;
            expires_at: components["schemas"]["Timestamp"];
            user: components["schemas"]["User"];
        };
        /**
         * @description Where a position came from, as the phone says.
         * @enum {string}
         */
        Source: "unknown" | "gps" | "network" | "fused" | "manual";
        /**
         * @description How an agent stands, from the last fix and the time now.
         * @enum {string}
         */
        Status: "moving" | "idle" | "stale" | "offline";
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
        WithinArea: {
            /** @description GeoJSON Polygon or MultiPolygon. */
            area: Record<string, never>;
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
    listQuarantine: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description 1..1000, by default 100. */
                limit?: number;
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
                /** @description json (pages), geojson or gpx (the whole range, streamed). */
                format?: "json" | "geojson" | "gpx";
                /** @description First instant, RFC 3339 or Unix milliseconds; by default the beginning. */
                from?: string;
                /** @description 1..10000, by default 1000; with format json. */
                limit?: number;
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
