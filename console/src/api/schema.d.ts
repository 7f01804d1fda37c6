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
        /** @description What makes a new territory. The client may mint the id; sending the same one again changes nothing. */
        NewTerritory: {
            area: Record<string, never>;
            /** @description `#rrggbb`; a colour is chosen when absent. */
            colour?: string | null;
            id?: components["schemas"]["TerritoryId"] | null;
            /** @description 1 to 120 characters. */
            name: string;
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
        Quarantine: "too_far_ahead" | "ancient" | "mock" | "derivation_failed" | "week_rollover" | "apple_epoch";
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
