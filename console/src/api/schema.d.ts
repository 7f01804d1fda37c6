// Generated from docs/openapi.json by `npm run codegen`. Do not edit.

export interface paths {
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Public keys of access tokens: the one that signs, the next, and those whose tokens may still live. Empty where one secret signs. */
        get: operations["jwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/activity-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The types of activities, by name. */
        get: operations["listActivityTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/activity-types/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Makes a type of activity under an id the client mints, or changes it. */
        put: operations["putActivityType"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
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
    "/api/v1/agents/{id}/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An agent's telephone number and e-mail address, masked where they may not be seen. */
        get: operations["readAgentContacts"];
        /** Replaces an agent's contacts: what is absent or null is known no more. */
        put: operations["putAgentContacts"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
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
    "/api/v1/agents/{id}/duty": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How an agent's duty stands, and what was told of it, newest first. */
        get: operations["readDuty"];
        put?: never;
        /**
         * Says that an agent went on or off duty. What comes of a time off duty is not kept from now on; what is kept of it already is set aside. An id that
         *     was told before changes nothing.
         */
        post: operations["tellDuty"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erases an agent for good: keys, contacts, tracks, timelines, decisions, devices. The profile stays without a name, and the phone is told that
         *     it is not known.
         */
        post: operations["eraseAgent"];
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
         *     after the other and break at gaps. They need the permission to export; any track needs that to see places to the metre.
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
    "/api/v1/agents/{id}/unplanned-stays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stays of an agent at customers' places on a date that were not planned: visits that nobody has written down. Make one of them with
         *     `POST /visits`, kind `ad_hoc`, for the place whose id is the fence's.
         */
        get: operations["unplannedStays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/viewers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may do something about an agent, by default see where they are: the answer to "who may see this person?". */
        get: operations["agentViewers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/visits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An agent's visits of a date, in the order of the plan; of today when no date is given. */
        get: operations["agentVisits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/work": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How an agent works; version 0 where nothing was ever said. Reasons of absences are shown to the agent and to whoever may change them; where the
         *     base is, to whoever sees the agent to the metre.
         */
        get: operations["readAgentWork"];
        /** Says how an agent works: what is left out is not so any more. */
        put: operations["putAgentWork"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}/work-days": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The times an agent works on the dates of `[from, to)`, in the organisation's time zone. */
        get: operations["agentWorkDays"];
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
    "/api/v1/agents/by-contact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Agents with a telephone number or an e-mail address, by name, at most 100. Give one of the two. */
        get: operations["findAgentsByContact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** API keys, the newest first, those revoked and expired among them. */
        get: operations["listApiKeys"];
        put?: never;
        /** Makes a key for a program, with a role and territories that its maker has. It is shown in this answer and never again. */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes a key: it is refused from now on. */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was done that matters for security, newest first. Reading is noted as `audit_read`, many pages as one. */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/invitations/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom an invitation is for, by its token. */
        get: operations["showInvitation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accepts an invitation, once: makes the account with a password of one's own. */
        post: operations["acceptInvitation"];
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
         * Signs in with e-mail and password, and a code where the account has a second factor. Ten tries for an account at once, then one every
         *     six seconds; sixty from an address, then one a second; five codes for an account, then one a minute.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session, however it is shown: by its access token, its refresh token or its cookies. */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Changes one's password and ends one's other sessions. */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mails a link to set another password, if the address belongs to somebody and mail is configured. The answer is always the same. */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets a password by a mailed token, once, and ends all sessions. */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renews a session by its refresh token, from the body or the cookie. A refresh token is used once; asked again with the same one by the
         *     same client within 30 s, the answer is the same; after that it ends the session.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the user is signed in, what was used last first. */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one of the user's sessions: its tokens are refused from now on, its sockets closed. */
        delete: operations["revokeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions/revoke-others": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends all of the user's sessions but this one. */
        post: operations["revokeOtherSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a secret for an app. Nothing changes until a code of it is confirmed. */
        post: operations["beginSecondFactor"];
        /** Takes the second factor off, by the password and a code of it. */
        delete: operations["endSecondFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turns the second factor on by a code of the app. The recovery codes are shown this once. */
        post: operations["confirmSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/totp/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes new recovery codes; the old ones work no more. */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/beats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Beats that go on, by name. */
        get: operations["listBeats"];
        put?: never;
        /** Makes a beat; its visits of the weeks ahead follow within moments. With an id that exists already the existing beat is returned unchanged. */
        post: operations["createBeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/beats/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One beat. */
        get: operations["readBeat"];
        /** Replaces what a beat says. Its visits to come follow, but for those that people have touched. */
        put: operations["updateBeat"];
        post?: never;
        /** Ends a beat. Its visits to come are withdrawn, but for those that people have touched. */
        delete: operations["endBeat"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/beats/generate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes the visits of all beats so many days ahead, now rather than at the task's next turn. May be asked again and again: visits that people have
         *     changed, cancelled or begun stay as they are.
         */
        post: operations["generateVisits"];
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
    "/api/v1/customer-classes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All classes of customers by code. */
        get: operations["listCustomerClasses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customer-classes/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Makes a class of customers, or replaces it. It holds for what is planned from now on. */
        put: operations["putCustomerClass"];
        post?: never;
        /** Deletes a class that no customer is of. */
        delete: operations["deleteCustomerClass"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers by name, a page at a time; with `near` those with a place in the circle, the nearest first. */
        get: operations["listCustomers"];
        put?: never;
        /** Creates a customer with its places and their fences. With an id that exists already the existing customer is returned unchanged. */
        post: operations["createCustomer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One customer; the ETag is its version. */
        get: operations["readCustomer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes what is said of a customer as a whole; what is left out stays, and `null` takes away what may be absent. */
        patch: operations["updateCustomer"];
        trace?: never;
    };
    "/api/v1/customers/{id}/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom one asks for at a customer's, masked where contacts may not be seen. */
        get: operations["listCustomerContacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/contacts/{contact}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Makes a contact, or replaces it; the client mints the id. */
        put: operations["putCustomerContact"];
        post?: never;
        /** Takes a contact away and erases it: what was sealed can be opened by nobody any more. */
        delete: operations["eraseCustomerContact"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds a place, with its fence. With an id that this customer has already nothing changes. */
        post: operations["addCustomerPlace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/places/{place}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes a place away, with its fence. The primary one stays, and so does the last. */
        delete: operations["removeCustomerPlace"];
        options?: never;
        head?: never;
        /**
         * Changes a place; what is left out stays, and `null` takes away what may be absent. A new `point` is the dragged pin, unless something else is
         *     said.
         */
        patch: operations["updateCustomerPlace"];
        trace?: never;
    };
    "/api/v1/customers/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a customer's actor live again that was halted after repeated crashes. */
        post: operations["resumeCustomer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Creates up to 1,000 customers, all or none; ids that exist already stay as they are. */
        post: operations["createCustomers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Customers that were changed after a revision, in the order of their newest change. Ask again with `next`, which is always there: so a copy is
         *     kept up to date. A customer that leaves one's scope is not told of.
         */
        get: operations["listCustomerChanges"];
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
    "/api/v1/dispatch/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Changes of several plans, all or none: reassigning, swapping, moving to another day, taking out of the plan. The same id again is answered as
         *     the first time if it asks for the same operations; for others the id is taken: 409 `id_taken`.
         */
        post: operations["bulkDispatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatch/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs, newest first. */
        get: operations["listDispatchJobs"];
        put?: never;
        /**
         * Opens a job for a visit that waits, or for one that is made with it; an automatic one asks its first candidates at once. The same ids again
         *     change nothing.
         */
        post: operations["createDispatchJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatch/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A job with its offers. */
        get: operations["readDispatchJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatch/jobs/{id}/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives the visit to an agent without asking them: job and plan in one. Where it does not fit, the refusal names in `details.relaxations` what
         *     would have to give; sent back as `accept_relaxation`, that gives, and the job says what did and by how much.
         */
        post: operations["assignDispatchJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatch/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a job without an agent; whoever is being asked is told. */
        post: operations["cancelDispatchJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatch/jobs/{id}/candidates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who could make the visit, ranked with what it would cost and when they would be there; and the nearest who cannot, with the constraint. */
        get: operations["listDispatchCandidates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatch/jobs/{id}/offer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks an agent, by hand. */
        post: operations["offerDispatchJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatch/jobs/{id}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that happened to a job, in order. */
        get: operations["listDispatchSteps"];
        put?: never;
        post?: never;
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
    "/api/v1/files/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file as it was sent. A photo that says where it was taken is shown to those alone who may see places to the metre. */
        get: operations["readFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{id}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A small copy of a picture, without the camera's notes. */
        get: operations["readThumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Forms as they are by now, by title. */
        get: operations["listForms"];
        put?: never;
        /** Makes a form. With an id that exists already the existing form is returned unchanged. */
        post: operations["createForm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forms/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A form as it is by now. */
        get: operations["readForm"];
        /** Adds a version of a form. What was answered before keeps the version it was answered under. */
        put: operations["updateForm"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forms/{id}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A form as it was in a version. */
        get: operations["readFormVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/geocode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Places that a text may mean, the best first. */
        get: operations["geocode"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/geocode/reverse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What lies at a point: one place, or none. */
        get: operations["reverseGeocode"];
        put?: never;
        post?: never;
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
    "/api/v1/holidays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Days that nobody works. */
        get: operations["listHolidays"];
        /** Names days that nobody works, and takes others out. Visits that beats have made there are moved, but for those that people have touched. */
        put: operations["putHolidays"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reads a CSV file of customers, at most 16 MiB and 10,000 rows. A customer is known by its `ref`: one that is not known is created, one that is
         *     gets what the row says; a missing column and an empty cell leave what is there. Columns are found by their heads (`ref`, `name`, `class`, `status`,
         *     `territory`, `preferred_agents`, `skills`, `tags`, `notes`, `address` or `street`, `postcode`, `city`, `country`, `lat`, `lon`, `fence_radius_m`,
         *     `hours`, `visit_minutes`, `access_notes`, `contact_name`, `contact_role`, `contact_email`, `contact_phone`, and what these are often called). With
         *     bad rows a real run writes nothing and answers 422, unless `only_good` is set.
         */
        post: operations["importCustomers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/visits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reads a CSV file of visits, at most 16 MiB and 10,000 rows, and makes those that are new. A visit is known by its `ref`, or else by customer, place,
         *     date, hours and purpose; one that is there already stays as it is, and the report says where the row differs (`kept`). Columns are found by their
         *     heads (`customer`, which is the customer's `ref`, `date` as 2026-11-23 or 23.11.2026, `ref`, `place`, `window` as 09:00-12:00 or `from` and `to`,
         *     `agent`, `territory`, `kind`, `minutes`, `priority`, `skills`, `purpose`, `note`, and what these are often called). With bad rows a real run writes
         *     nothing and answers 422, unless `only_good` is set.
         */
        post: operations["importVisits"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Invitations that may still be accepted, the newest first. */
        get: operations["listInvitations"];
        put?: never;
        /** Invites somebody. The link is mailed; it is in the answer only where no mail is configured. An open invitation of the same address ends. */
        post: operations["createInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes an invitation back. */
        delete: operations["revokeInvitation"];
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
        /** The user whose session this is, and what they may do. */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/day": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The day of the agent who asks: visits in the order of the plan, places, contacts, what was done so far, forms and rules. Of today when no date is given. */
        get: operations["myDay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/offers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Offers that wait for one's own answer. */
        get: operations["listMyOffers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/route": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own routes of a day, in the version that the dispatchers see. */
        get: operations["readMyRoute"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/offers/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes an offered visit: offer and place in the plan are one. Too late, or another was faster: 409 `offer_closed`. */
        post: operations["acceptOffer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/offers/{id}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Declines an offered visit; the next candidate is asked. */
        post: operations["declineOffer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overdue-customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers who have waited longer than the frequency of their class says, longest first. */
        get: operations["listOverdueCustomers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plan-jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A search, how far it has come, and what it found. */
        get: operations["readPlanJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plan-jobs/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accepts what a search has proposed: whole, or rebased to the plan as it is by now. */
        post: operations["acceptPlanJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plan-jobs/{id}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forgets what a search has proposed, or stops it. */
        post: operations["discardPlanJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The plans of one's territories on a day, at a glance. */
        get: operations["listPlans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{territory}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A day of a territory's plan; `none` for agents and visits without one. */
        get: operations["readPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{territory}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Changes a plan: all operations, or none. The same id again is answered as the first time if it asks for the same operations; for others the id
         *     is taken: 409 `id_taken`.
         */
        post: operations["changePlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{territory}/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of the plan between two versions. */
        get: operations["comparePlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{territory}/improve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins a search for a better plan, from a version on. Where it is full: 503 `busy`. */
        post: operations["improvePlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{territory}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What operations would do and cost, without doing them: for showing it while something is dragged. */
        post: operations["previewPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{territory}/routes/{agent}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An agent's routes of a day, and the ways they lead: along the roads where a map is loaded or a routing service answers. */
        get: operations["readPlanRoute"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{territory}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accepted changes, newest first, or with `after` those since, oldest first. */
        get: operations["listPlanVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{territory}/versions/{version}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a version back, where the plan and the world still allow it: as a version of its own. Where later versions have changed the same, 409
         *     `version_conflict` names them.
         */
        post: operations["undoPlanVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{territory}/visits/{visit}/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a visit is made by whom it is, and what the next best would cost; or why nobody makes it. */
        get: operations["explainPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/solve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Solves a planning problem and waits for it; nothing is stored. Flaws are all named, with the visit or shift and the field. */
        post: operations["solvePlan"];
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
        /** The agents nearest to a point, nearest first, of those whose place the asker may see to the metre. */
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
        /** Agents in a bounding box, of those whose place the asker may see to the metre. */
        get: operations["agentsWithinBounds"];
        put?: never;
        /** Agents in a polygon, of those whose place the asker may see to the metre; its edge counts as inside. */
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
    "/api/v1/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long each kind of data is kept, and what was deleted lately, newest first. */
        get: operations["readRetention"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All roles, those built in first. */
        get: operations["listRoles"];
        put?: never;
        /** Makes a role of permissions that its maker has. */
        post: operations["createRole"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives a custom role another title and other permissions; they hold for everybody who has it before the answer. */
        put: operations["updateRole"];
        post?: never;
        /** Deletes a custom role that nobody has. */
        delete: operations["deleteRole"];
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
    "/api/v1/settings/visits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings for visits: what is in force now, and every version. */
        get: operations["readVisitSettings"];
        /**
         * Puts a version of the settings for visits into force, for what happens from `valid_from` on. What is derived already stays until the agent's days are
         *     recomputed.
         */
        put: operations["putVisitSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/skills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All skills by code. */
        get: operations["listSkills"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/skills/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Makes a skill, or names it anew. */
        put: operations["putSkill"];
        post?: never;
        /** Deletes a skill that nobody has, and that no customer and no visit to come asks for. */
        delete: operations["deleteSkill"];
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
    "/api/v1/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All teams by name. */
        get: operations["listTeams"];
        put?: never;
        post: operations["createTeam"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["deleteTeam"];
        options?: never;
        head?: never;
        /** Changes a team: what is absent stays. */
        patch: operations["updateTeam"];
        trace?: never;
    };
    "/api/v1/territories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Territories by name: those one answers for, and those where agents of one's teams work. */
        get: operations["listTerritories"];
        put?: never;
        /** Creates a territory, below one that one answers for. With an id that exists already the existing territory is returned unchanged. */
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
        /** Deletes a territory where nobody works, with nothing below it and no fence of its own. */
        delete: operations["deleteTerritory"];
        options?: never;
        head?: never;
        /** Changes a territory's name, colour, area or the territory above it; what is left out stays. */
        patch: operations["updateTerritory"];
        trace?: never;
    };
    "/api/v1/territory-designs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Designs all of whose territories one answers for, the newest first, without their ground. */
        get: operations["listTerritoryDesigns"];
        put?: never;
        /**
         * Begins a design. It is made in the background: read it until its state is no longer `computing`. With an id that exists already the existing
         *     design is returned.
         */
        post: operations["createTerritoryDesign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/territory-designs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One design with its ground: cells, outlines and measures of each territory, today and as proposed. */
        get: operations["readTerritoryDesign"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/territory-designs/{id}/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Brings a design into force: areas and customers' territories, all or none. Refused when any of them has changed since it was made. */
        post: operations["applyTerritoryDesign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/territory-designs/{id}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lays a design aside that is not in force. */
        post: operations["discardTerritoryDesign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/territory-designs/{id}/edits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives cells of a design's ground to one of its territories, and measures again. Refused where that would tear a territory apart. */
        post: operations["editTerritoryDesign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/territory-designs/{id}/moves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers that a design moves, by id. */
        get: operations["listTerritoryDesignMoves"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/territory-designs/{id}/revert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a design that is in force back: areas and customers are again as they were. Refused when any of them has changed since. */
        post: operations["revertTerritoryDesign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
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
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Users by name, a page at a time. */
        get: operations["listUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["readUser"];
        put?: never;
        post?: never;
        /**
         * Erases a user for good: keys, e-mail address, sessions, assignments. The row stays without a name, so that what they decided stays decided
         *     by somebody. Nobody erases themselves, and the last administrator stays.
         */
        delete: operations["eraseUser"];
        options?: never;
        head?: never;
        /**
         * Changes a user's name, role, agent, territories, or whether they may sign in; what it allows holds before the answer. Nobody disables
         *     themselves or takes their own administrator's role, and the last active administrator stays.
         */
        patch: operations["updateUser"];
        trace?: never;
    };
    "/api/v1/users/{id}/impersonate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acts as a user for a quarter of an hour, to see what they see. It is written down under both names; the account itself cannot be
         *     changed meanwhile.
         */
        post: operations["impersonate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/second-factor/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a user's second factor off, for whoever lost phone and codes. Their sessions end. */
        post: operations["resetSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/sessions/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends every session of a user. */
        post: operations["revokeUserSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visit-changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The feed of what happens to visits, in the order of commits. Keep the last `seq` you have applied and ask for what comes after it. */
        get: operations["listVisitChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visit-reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes what happened on an agent's visits: events with times of their own, late, in any order, each as often as it takes. What does not fit the state of
         *     its visit is kept with the reason and may come to have its effect when an earlier event arrives. Refused is only what cannot be kept; the others of the
         *     batch are taken all the same. When the answer is there, what was taken is durable.
         */
        post: operations["reportVisits"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Visits by when they are planned for, a page at a time. */
        get: operations["listVisits"];
        put?: never;
        /** Makes a visit. With an id that exists already the existing visit is returned unchanged. */
        post: operations["createVisit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One visit. */
        get: operations["readVisit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes the plan of a visit that nobody has begun; what is left out stays. */
        patch: operations["updateVisit"];
        trace?: never;
    };
    "/api/v1/visits/{id}/abandon": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The agent gives the visit up. */
        post: operations["abandonVisit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/{id}/activities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The activities of a visit, in order of time. */
        get: operations["listActivities"];
        put?: never;
        /**
         * Adds an activity to a visit that somebody has checked in to. The answers are held against the version of the form that is named, or the newest; all
         *     that is wrong with them is named at once. With an id that exists already the existing activity is returned unchanged.
         */
        post: operations["addActivity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancels a visit that nobody has checked in to. What an agent did meanwhile, offline, counts all the same when it is told. */
        post: operations["cancelVisit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/{id}/check-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The agent checks in. Refused with `illegal_transition`, `not_assigned`, `another_visit_open`, `cooling_down`, `outside_radius`, `position_needed` or
         *     `proof_lacking`; the message and the fields say more.
         */
        post: operations["checkIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/{id}/check-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The agent checks out: the visit is completed, productive or not. Refused with `proof_lacking`, naming what the settings ask for and is not there. */
        post: operations["checkOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/{id}/en-route": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The agent sets off for the visit. */
        post: operations["setOffForVisit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened to a visit, oldest first. */
        get: operations["visitHistory"];
        put?: never;
        /** Takes what happened on one visit. See `POST /visit-reports`. */
        post: operations["reportVisit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/{id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The files of a visit, in the order they came. */
        get: operations["listFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/{id}/files/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Adds a file to a visit: the body is the file itself, JPEG, PNG, WebP, HEIC or PDF, and its `Content-Type` must be what it is. The same id with the same
         *     bytes is the same file, however often it comes. When the answer is there, the file is durable.
         */
        put: operations["putFile"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/{id}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The proof of a visit: where the track saw the agent, how it was weighed, and how it was weighed before. */
        get: operations["visitProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/{id}/reinstate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a visit planned again that was cancelled, missed, or given up before anybody was there. */
        post: operations["reinstateVisit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Work begins. */
        post: operations["startVisit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives visits to agents, or takes them away, all or none. Each upon the version of its plan that was seen. */
        post: operations["assignVisits"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes up to 1,000 visits, all or none; ids that exist already stay as they are. */
        post: operations["createVisits"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visits/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancels several visits, all or none: the first that cannot be cancelled is named by its place in the list. The same `id` again changes nothing. */
        post: operations["cancelVisits"];
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
        /**
         * Gives out a single-use ticket for `/ws/live`, good for 30 s: offer it as the subprotocol `ticket.<ticket>`. It is worth as much as the
         *     session it was asked in, and no longer.
         */
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
        /** @description Not there in `[from, to)`. */
        Absence: {
            from: components["schemas"]["Timestamp"];
            /** @description At most 120 characters. Shown to the agent and to whoever may change how they work. */
            reason?: string;
            to: components["schemas"]["Timestamp"];
        };
        Acceptance: {
            name?: string | null;
            password: string;
            token: string;
        };
        /** @description One thing that may be done. */
        AccessPermission: {
            action: components["schemas"]["Action"];
            module: components["schemas"]["Module"];
            scope: components["schemas"]["Breadth"];
        };
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
        /**
         * @description What is done.
         * @enum {string}
         */
        Action: "read" | "create" | "update" | "delete" | "export";
        /**
         * Format: uuid
         * @description An activity of one visit, with the answers given in it.
         */
        ActivityId: string;
        /** @description A type of activity. */
        ActivityType: {
            created_at: components["schemas"]["Timestamp"];
            form_id?: components["schemas"]["FormId"] | null;
            id: components["schemas"]["ActivityTypeId"];
            is_active: boolean;
            name: string;
            /** Format: int64 */
            version: number;
        };
        /**
         * Format: uuid
         * @description A kind of activity that a visit may hold.
         */
        ActivityTypeId: string;
        AddedFile: {
            file: components["schemas"]["File"];
            visit: components["schemas"]["Visit"];
        };
        AddedVisitActivity: {
            activity: components["schemas"]["VisitActivity"];
            status: components["schemas"]["VisitStatus"];
            visit: components["schemas"]["Visit"];
        };
        AgentChosen: {
            agent: components["schemas"]["AgentId"];
        };
        /** @description An agent's contacts as shown. */
        AgentContacts: {
            email?: string | null;
            /** @description Only as much is shown as one needs to recognise them. */
            masked: boolean;
            phone?: string | null;
            updated_at?: components["schemas"]["Timestamp"] | null;
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
        AgentSkill: {
            /** @description Code of a skill of the organisation. */
            code: string;
            /**
             * Format: date
             * @description The last date it holds; for ever when absent.
             */
            expires_on?: string | null;
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
            /** @description Renews the session once, at `/api/v1/auth/refresh`, which gives the next. */
            refresh_token?: string | null;
        };
        AgentTokens: {
            items: components["schemas"]["AgentToken"][];
        };
        /** @description An agent as shown: the profile and how its actor is. */
        AgentView: {
            created_at: components["schemas"]["Timestamp"];
            /** @description Off duty an agent is not tracked. */
            duty: components["schemas"]["Duty"];
            halted?: components["schemas"]["HaltView"] | null;
            id: components["schemas"]["AgentId"];
            name: string;
            /** @description asleep, awake, restarting or halted */
            state: string;
            territory_id?: components["schemas"]["TerritoryId"] | null;
        };
        /** @description How an agent works, as stored and shown. */
        AgentWork: components["schemas"]["Work"] & {
            agent_id: components["schemas"]["AgentId"];
            /**
             * Format: int64
             * @description Counts from 1; 0 while nothing was ever said.
             */
            version: number;
        };
        /** @description How an agent works, as shown. */
        AgentWorkView: components["schemas"]["AgentWork"] & {
            /** @description ISO 4217; `cost` is in its smallest unit. */
            currency: string;
        };
        ApiKey: {
            created_at: components["schemas"]["Timestamp"];
            created_by?: components["schemas"]["UserId"] | null;
            expires_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["ApiKeyId"];
            /** @description `ssk_…`, to be shown as a bearer token. In the answer to its making only. */
            key?: string | null;
            name: string;
            revoked_at?: components["schemas"]["Timestamp"] | null;
            role: string;
            territories: components["schemas"]["TerritoryId"][];
        };
        /**
         * Format: uuid
         * @description A key of a program that uses the API.
         */
        ApiKeyId: string;
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
        AssignAsked: {
            accept_relaxation?: components["schemas"]["PlanRelaxationKind"] | null;
            agent: components["schemas"]["AgentId"];
        };
        AssignVisitsRequest: {
            /** @description 1 to 1000. */
            assignments: components["schemas"]["VisitAssignment"][];
        };
        /** @description An act as it is stored and shown. */
        AuditEntry: {
            /** Format: uuid */
            actor_id?: string | null;
            /** @description user, agent, api_key, system or nobody */
            actor_kind: string;
            /** @description What the actor is called today, where they are still there. */
            actor_name?: string | null;
            address?: string | null;
            after?: unknown;
            at: components["schemas"]["Timestamp"];
            before?: unknown;
            /**
             * Format: int32
             * @description How many such acts this row stands for.
             */
            count: number;
            /** @description The chain's hash up to here, in hexadecimal digits. */
            hash?: string | null;
            /** Format: uuid */
            id: string;
            /** @description One of `ActKind`; a text, because a newer server may have written it. */
            kind: string;
            object?: Record<string, never> | null;
            on_behalf_of?: components["schemas"]["UserId"] | null;
            /** @description done, refused or failed */
            outcome: string;
            request_id?: string | null;
            /**
             * Format: int64
             * @description Its place in the chain; absent for the second until it is sealed.
             */
            seq?: number | null;
        };
        /** @enum {string} */
        AuthorKind: "user" | "agent" | "api_key" | "system";
        /** @description Nothing was imported, because of the bad rows in the report. */
        BadRows: {
            code: string;
            message: string;
            report: components["schemas"]["ImportReport"];
            request_id: string;
        };
        /** @description Where a day begins and ends. */
        Base: {
            /**
             * @default {
             *       "kind": "start"
             *     }
             */
            end: components["schemas"]["End"];
            /** @default null */
            start: components["schemas"]["BasePlace"] | null;
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
        BasePlace: {
            /** @description At most 300 characters. */
            address?: string;
            point: components["schemas"]["Point"];
        };
        /** @description A beat, as it is stored and sent. */
        Beat: components["schemas"]["BeatContent"] & {
            created_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["BeatId"];
            updated_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Counts changes.
             */
            version: number;
        };
        /** @description What is said of a beat. */
        BeatContent: {
            agent_id?: components["schemas"]["AgentId"] | null;
            /**
             * Format: int32
             * @description 1 to 12.
             */
            cycle_weeks: number;
            /**
             * Format: date
             * @description No visit is after it.
             */
            ends_on?: string | null;
            /** @description 1 to 120 characters. */
            name: string;
            on_absence?: components["schemas"]["OnAbsence"];
            on_holiday?: components["schemas"]["OnHoliday"];
            /**
             * Format: date
             * @description The week of this date is the first of the cycle; no visit is before it.
             */
            starts_on: string;
            /** @description In the order in which they are visited on their day; at most 2000. */
            stops: components["schemas"]["BeatStop"][];
            territory_id?: components["schemas"]["TerritoryId"] | null;
        };
        /**
         * Format: uuid
         * @description A beat: customers in an order, weekday by weekday, over and over.
         */
        BeatId: string;
        /** @description One customer on one day of the cycle. */
        BeatStop: {
            customer_id: components["schemas"]["CustomerId"];
            /**
             * Format: int32
             * @description How much of its vehicle's capacity each of its visits takes: 0 to 1000000; 0 when absent.
             */
            demand?: number | null;
            /**
             * Format: int32
             * @description As the place or the customer's class says when absent.
             */
            duration_s?: number | null;
            from?: components["schemas"]["TimeOfDay"] | null;
            place_id?: components["schemas"]["PlaceId"] | null;
            to?: components["schemas"]["TimeOfDay"] | null;
            /**
             * Format: int32
             * @description Week of the cycle, from 1.
             */
            week: number;
            weekday: components["schemas"]["DayOfWeek"];
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
        /**
         * @description To whom.
         * @enum {string}
         */
        Breadth: "own" | "team" | "territory" | "all";
        /** @description A break of some length, taken somewhere within a window. */
        Break: {
            /**
             * Format: int32
             * @description At least 60, at most the window.
             */
            duration_s: number;
            from: components["schemas"]["TimeOfDay"];
            to: components["schemas"]["TimeOfDay"];
        };
        Bulk: {
            id?: components["schemas"]["ChangeId"] | null;
            /** @description 1 to 50. */
            plans: components["schemas"]["BulkPart"][];
        };
        BulkAgents: {
            agents: components["schemas"]["NewAgent"][];
        };
        BulkCreated: {
            /** Format: int64 */
            created: number;
        };
        BulkCustomers: {
            customers: components["schemas"]["NewCustomer"][];
        };
        BulkDone: {
            plans: components["schemas"]["PlanDone"][];
        };
        BulkFences: {
            fences: components["schemas"]["NewFence"][];
        };
        BulkPart: {
            base_version?: components["schemas"]["PlanVersion"] | null;
            /** @description 1 to 200. */
            operations: components["schemas"]["PlanOperation"][];
            /** @description Id of a territory, or none. */
            territory: string;
        };
        BulkVisits: {
            visits: components["schemas"]["NewVisit"][];
        };
        /** @description When a fence is in force. */
        Calendar: {
            exceptions: components["schemas"]["Exception"][];
            weekly: components["schemas"]["Opening"][];
            /** @description IANA name, such as Europe/Berlin. */
            zone: string;
        };
        CancelVisits: {
            /**
             * Format: uuid
             * @description Minted by the client: the same request sent again changes nothing.
             */
            id?: string | null;
            note?: string;
            reason: string;
            /** @description 1 to 200, each once. */
            visits: components["schemas"]["VisitId"][];
        };
        /**
         * @description Why an offer was taken back, or a job ended without an agent.
         * @enum {string}
         */
        Cause: "taken_by_another" | "assigned" | "dispatcher" | "agent_gone" | "visit_gone" | "no_longer_fits";
        /** @description An H3 cell of any resolution. In JSON its hexadecimal name, `"872a1072bffffff"`. */
        Cell: string;
        /** @description What is wrong with a cell. */
        CellFlaw: {
            /** @description The head of the column; absent where the file has none for this field. */
            column?: string | null;
            field: string;
            /** @description What must stand there. */
            limit: string;
            /**
             * Format: int64
             * @description Line of the file the row begins on, counted from 1.
             */
            line: number;
            /** @description At most 100 characters of what stands there. */
            value: string;
        };
        ChangeAsked: {
            base_version: components["schemas"]["PlanVersion"];
            id?: components["schemas"]["ChangeId"] | null;
            /** @description 1 to 200. */
            operations: components["schemas"]["PlanOperation"][];
        };
        /**
         * Format: uuid
         * @description A change of a plan, named by whoever asks for it: sent again it changes nothing.
         */
        ChangeId: string;
        /**
         * @description What sort of change a version is.
         * @enum {string}
         */
        ChangeKind: "edit" | "undo" | "improve" | "repair" | "dispatch" | "bulk" | "follow";
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
        CheckInCommand: components["schemas"]["VisitCommand"] & {
            note?: string;
            /** @description Ids of photos taken as a proof, uploaded before or after. */
            photos?: components["schemas"]["FileId"][];
            position?: components["schemas"]["VisitPosition"] | null;
        };
        CheckOutCommand: components["schemas"]["VisitCommand"] & {
            note?: string;
            outcome: components["schemas"]["Outcome"];
            photos?: components["schemas"]["FileId"][];
            position?: components["schemas"]["VisitPosition"] | null;
            /** @description Of an unproductive visit. */
            reason?: string | null;
        };
        /**
         * @description How much of a visit's place in the plan is settled. Along a route it only loosens; down to `FixedOrder` it locks.
         * @enum {string}
         */
        Commitment: "done" | "in_progress" | "fixed_order_and_time" | "fixed_order" | "fixed_agent" | "free";
        /**
         * Format: uuid
         * @description Somebody who is asked for at a customer's.
         */
        ContactId: string;
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
        /** @description What an hour costs, in the smallest unit of the organisation's currency. */
        Cost: {
            /**
             * Format: int64
             * @default 0
             */
            hourly_minor: number;
            /**
             * Format: int64
             * @default 0
             */
            overtime_hourly_minor: number;
        };
        /** @description A customer as stored and sent. */
        Customer: components["schemas"]["CustomerProfile"] & {
            /** @description Who is asked for; how they are called and reached is at `/contacts`. */
            contacts: components["schemas"]["CustomerContactHead"][];
            created_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["CustomerId"];
            /** @description The primary place first, then in the order they were made. */
            places: components["schemas"]["CustomerPlace"][];
            updated_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Counts from 1, with every change of anything about the customer.
             */
            version: number;
        };
        /** @description A class as stored and shown. */
        CustomerClass: components["schemas"]["Frequency"] & {
            /** @description 1 to 32 characters of `A-Z a-z 0-9 - _ .` */
            code: string;
            name: string;
            /**
             * Format: int64
             * @description Counts from 1, with every change.
             */
            version: number;
            /** Format: int32 */
            visit_duration_s: number;
        };
        /** @description A contact as shown. */
        CustomerContact: {
            email?: string | null;
            id: components["schemas"]["ContactId"];
            /** @description Only as much is shown as one needs to recognise them. */
            masked: boolean;
            name: string;
            phone?: string | null;
            role: string;
            updated_at: components["schemas"]["Timestamp"];
        };
        /** @description Somebody who is asked for, without what is sealed. */
        CustomerContactHead: {
            id: components["schemas"]["ContactId"];
            /** @description "buyer", "caretaker": at most 60 characters, may be empty. */
            role: string;
        };
        /**
         * Format: uuid
         * @description Somebody who is visited.
         */
        CustomerId: string;
        /** @description A change of what is said of a customer: what is absent stays, `null` takes away what may be absent. */
        CustomerPatch: {
            class?: string | null;
            forbidden_agents?: components["schemas"]["AgentId"][] | null;
            name?: string | null;
            notes?: string | null;
            preferred_agents?: components["schemas"]["AgentId"][] | null;
            ref?: string | null;
            skills?: string[] | null;
            status?: components["schemas"]["CustomerStatus"] | null;
            tags?: string[] | null;
            territory_id?: components["schemas"]["TerritoryId"] | null;
            /**
             * Format: int64
             * @description The version this was decided upon; refused where it is another one by now.
             */
            version?: number | null;
        };
        /** @description One of a customer's places. */
        CustomerPlace: {
            /** @description How to get in: "ring at the back". */
            access_notes: string;
            address: string;
            fence: components["schemas"]["PlaceFence"];
            hours?: components["schemas"]["Calendar"] | null;
            id: components["schemas"]["PlaceId"];
            /** @description Where the customer is visited unless something else is said. Exactly one is. */
            is_primary: boolean;
            /** @description What it is called where there are several: "warehouse". May be empty. */
            label: string;
            located_by?: components["schemas"]["LocatedBy"] | null;
            /**
             * Format: double
             * @description How sure the geocoder was, 0 to 1.
             */
            location_quality?: number | null;
            point?: components["schemas"]["Point"] | null;
            /**
             * Format: int32
             * @description How long a visit here takes; that of the customer's class when absent.
             */
            visit_duration_s?: number | null;
        };
        /** @description What is said of a customer as a whole. */
        CustomerProfile: {
            /** @description Code of a customer class. */
            class?: string | null;
            /** @description Who must not. */
            forbidden_agents: components["schemas"]["AgentId"][];
            name: string;
            notes: string;
            /** @description Who should visit, the best first. */
            preferred_agents: components["schemas"]["AgentId"][];
            /** @description What other systems call the customer; unique. */
            ref?: string | null;
            /** @description Codes of skills that a visit needs. */
            skills: string[];
            status: components["schemas"]["CustomerStatus"];
            tags: string[];
            territory_id?: components["schemas"]["TerritoryId"] | null;
        };
        CustomersCreated: {
            /** Format: int64 */
            created: number;
        };
        /** @enum {string} */
        CustomerStatus: "active" | "on_hold" | "closed";
        /** @description A customer as shown: what is stored, and how its actor is. */
        CustomerView: components["schemas"]["Customer"] & {
            halted?: components["schemas"]["HaltedCustomer"] | null;
        };
        /** @description A date with shifts of its own; none: a day off. */
        DatedShifts: {
            /** Format: date */
            date: string;
            shifts?: components["schemas"]["ShiftHours"][];
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
        Declined: {
            /** @description Up to 200 characters. */
            reason?: string | null;
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
        /** @description How even a design is. */
        DesignBalance: {
            /**
             * Format: double
             * @description Standard deviation of the loads, which have mean 1.
             */
            deviation: number;
            /**
             * Format: int32
             * @description Accounts that are in another territory today, or in none.
             */
            moved: number;
            /**
             * Format: double
             * @description Mean of the territories'.
             */
            roundness: number;
            /**
             * Format: double
             * @description Greatest load less the least.
             */
            spread: number;
            /**
             * Format: double
             * @description Estimated, all territories together, seconds in the period.
             */
            travel_s: number;
        };
        DesignBase: {
            /** Format: double */
            lat: number;
            /** Format: double */
            lon: number;
        };
        /** @description Cells given to a territory by hand. */
        DesignEdit: {
            /** @description 1 to 20,000 cells of the design's ground. */
            cells: components["schemas"]["Cell"][];
            territory_id: components["schemas"]["TerritoryId"];
            /**
             * Format: int64
             * @description The version that was looked at.
             */
            version: number;
        };
        /** @description What one territory comes to. */
        DesignMeasure: {
            /** Format: int32 */
            accounts: number;
            /**
             * Format: double
             * @description Square kilometres.
             */
            area_km2: number;
            /**
             * Format: double
             * @description Service and travel over what its share of all work would be: 1 is just right.
             */
            load: number;
            /**
             * Format: int32
             * @description Accounts that are elsewhere today.
             */
            newcomers: number;
            /**
             * Format: double
             * @description 1 for a disk, less for anything longer or torn.
             */
            roundness: number;
            /**
             * Format: double
             * @description At accounts in the period, seconds.
             */
            service_s: number;
            /**
             * Format: double
             * @description Estimated, in the period, seconds.
             */
            travel_s: number;
            /**
             * Format: double
             * @description In the period.
             */
            visits: number;
        };
        /** @description A customer that goes over. */
        DesignMove: {
            customer_id: components["schemas"]["CustomerId"];
            from?: components["schemas"]["TerritoryId"] | null;
            /** Format: double */
            lat: number;
            /** Format: double */
            lon: number;
            name: string;
            to: components["schemas"]["TerritoryId"];
            /**
             * Format: double
             * @description In the days of the design.
             */
            visits: number;
        };
        /** @description What was found. */
        DesignProposal: {
            /** @description Cells that count as neighbours though they do not touch: a territory across one is in two parts on the map. */
            links: components["schemas"]["ProposedLink"][];
            /**
             * Format: int32
             * @description Customers that change their territory.
             */
            moved: number;
            /**
             * Format: int32
             * @description Of those, whom an agent of the territory they leave should visit.
             */
            moved_from_preferred: number;
            /**
             * Format: int32
             * @description H3 resolution of the cells.
             */
            resolution: number;
            territories: components["schemas"]["ProposedTerritory"][];
            /**
             * Format: int32
             * @description Customers without a place on the map: they stay where they are.
             */
            unplaced: number;
        };
        /** @description A territory of a design, and its part of the work. */
        DesignSeat: {
            base?: components["schemas"]["DesignBase"] | null;
            /**
             * Format: double
             * @description 0.01 to 100, by default 1: a full share.
             */
            share?: number;
            territory_id: components["schemas"]["TerritoryId"];
        };
        /**
         * @description How far a design is.
         * @enum {string}
         */
        DesignState: "computing" | "ready" | "failed" | "applied" | "reverted" | "discarded";
        /** @description The version that was looked at. */
        DesignVersion: {
            /** Format: int64 */
            version: number;
        };
        /** @description How much each end counts. All zero but one gives that one alone. */
        DesignWeights: {
            /**
             * Format: double
             * @description Equal work, 0 to 100.
             * @default 10
             */
            balance: number;
            /**
             * Format: double
             * @description Round rather than long, 0 to 100.
             * @default 2
             */
            compactness: number;
            /**
             * Format: double
             * @description Accounts that stay where they are, 0 to 100.
             * @default 1
             */
            stability: number;
            /**
             * Format: double
             * @description Short ways, 0 to 100.
             * @default 1
             */
            travel: number;
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
        /** @description Somebody worth asking. */
        DispatchCandidate: {
            agent_id: components["schemas"]["AgentId"];
            arrival?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description What having the visit adds to the plan's cost, seconds of driving.
             */
            cost: number;
            /**
             * Format: int32
             * @description What they would drive more, seconds.
             */
            detour_s?: number | null;
            /** @description What makes room for it; absent: nothing has to. */
            gives_way?: components["schemas"]["DispatchGivesWay"][];
        };
        DispatchEvent: {
            /** @enum {string} */
            event: "opened";
            job: components["schemas"]["JobId"];
            terms: components["schemas"]["DispatchTerms"];
            territory?: components["schemas"]["TerritoryId"] | null;
            visit: components["schemas"]["VisitId"];
        } | {
            candidates: components["schemas"]["DispatchCandidate"][];
            /** @enum {string} */
            event: "ranked";
        } | {
            /** @enum {string} */
            event: "offered";
            expires_at: components["schemas"]["Timestamp"];
            offer: components["schemas"]["OfferId"];
            to: components["schemas"]["DispatchCandidate"];
        } | {
            /** @enum {string} */
            event: "accepted";
            offer: components["schemas"]["OfferId"];
        } | {
            /** @enum {string} */
            event: "declined";
            offer: components["schemas"]["OfferId"];
            reason?: string | null;
        } | {
            /** @enum {string} */
            event: "timed_out";
            offer: components["schemas"]["OfferId"];
        } | {
            cause: components["schemas"]["Cause"];
            /** @enum {string} */
            event: "withdrawn";
            offer: components["schemas"]["OfferId"];
        } | {
            agent: components["schemas"]["AgentId"];
            /** @enum {string} */
            event: "assigned";
            relaxed?: components["schemas"]["PlanRelaxationKind"] | null;
        } | {
            /** @enum {string} */
            event: "exhausted";
        } | {
            cause: components["schemas"]["Cause"];
            /** @enum {string} */
            event: "cancelled";
        };
        /** @description A visit that gives way to one that has to be made. */
        DispatchGivesWay: {
            agent_id?: components["schemas"]["AgentId"] | null;
            visit_id: components["schemas"]["VisitId"];
        };
        /** @description A visit somebody is sought for. */
        DispatchJob: components["schemas"]["DispatchTerms"] & {
            agent_id?: components["schemas"]["AgentId"] | null;
            /** @description Whom to ask, best first, as ranked last. */
            candidates: components["schemas"]["DispatchCandidate"][];
            cause?: components["schemas"]["Cause"] | null;
            closed_at?: components["schemas"]["Timestamp"] | null;
            id: components["schemas"]["JobId"];
            /** @description In the order in which they were made. */
            offers: components["schemas"]["DispatchOffer"][];
            opened_at: components["schemas"]["Timestamp"];
            relaxed?: components["schemas"]["PlanRelaxationKind"] | null;
            /**
             * Format: int32
             * @description Steps taken so far: grows with every change.
             */
            revision: number;
            state: components["schemas"]["JobState"];
            territory_id?: components["schemas"]["TerritoryId"] | null;
            visit_id: components["schemas"]["VisitId"];
        };
        /** @description One agent asked. */
        DispatchOffer: {
            agent_id: components["schemas"]["AgentId"];
            answered_at?: components["schemas"]["Timestamp"] | null;
            arrival?: components["schemas"]["Timestamp"] | null;
            cause?: components["schemas"]["Cause"] | null;
            /** Format: int32 */
            detour_s?: number | null;
            /** @description From this instant on it cannot be accepted. */
            expires_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["OfferId"];
            offered_at: components["schemas"]["Timestamp"];
            /** @description What the agent said when declining. */
            reason?: string | null;
            state: components["schemas"]["OfferState"];
        };
        /** @description What happened, and when. */
        DispatchStep: components["schemas"]["DispatchEvent"] & {
            at: components["schemas"]["Timestamp"];
        };
        /** @description Checked terms. */
        DispatchTerms: {
            /**
             * Format: int32
             * @description Agents asked at the same time: the first to accept has it.
             */
            at_once: number;
            /**
             * Format: int32
             * @description Agents asked in all before the job is unfilled.
             */
            candidates_max: number;
            mode: components["schemas"]["Mode"];
            /**
             * Format: int32
             * @description How long an offer can be accepted.
             */
            timeout_s: number;
        };
        /** @enum {string} */
        DuplicateBy: "content" | "looks";
        /**
         * @description On duty or off.
         * @enum {string}
         */
        Duty: "on" | "off";
        /** @description An agent goes on or off duty. */
        DutyChange: {
            agent_id: components["schemas"]["AgentId"];
            /** @description When it happened. */
            at: components["schemas"]["Timestamp"];
            /**
             * Format: uuid
             * @description The user who said so for the agent; absent where the agent or a program did.
             */
            by?: string | null;
            /**
             * Format: uuid
             * @description Minted by whoever tells it; told again it changes nothing.
             */
            id: string;
            /** @description When it was told. */
            received_at: components["schemas"]["Timestamp"];
            state: components["schemas"]["Duty"];
        };
        /** @description How an agent's duty stands. */
        DutyView: {
            /** @description What was told, newest first. */
            items: components["schemas"]["DutyChange"][];
            next?: string | null;
            since?: components["schemas"]["Timestamp"] | null;
            state: components["schemas"]["Duty"];
        };
        /**
         * @description What a report did.
         * @enum {string}
         */
        Effect: "effective" | "not_checked_in" | "already_done" | "already_over" | "done_by_another" | "not_assigned" | "outside_radius" | "not_over";
        /** @description Where a day ends. */
        End: {
            /** @enum {string} */
            kind: "start";
        } | {
            /** @enum {string} */
            kind: "open";
        } | {
            /** @enum {string} */
            kind: "place";
            place: components["schemas"]["BasePlace"];
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
        EraseAgent: {
            /** @description The agent's name, as a sign that this one is meant. */
            confirm: string;
        };
        /** @description What was erased. */
        Erasure: {
            at: components["schemas"]["Timestamp"];
            /** Format: uuid */
            id: string;
            /** @description Rows deleted, by table; of `ingest_journal` fixes taken out. */
            rows: {
                [key: string]: number;
            };
        };
        /** @description The body of every answer that is not a success. */
        ErrorBody: {
            /** @description Stable, for programs. */
            code: string;
            /** @description What else a program can use, by code: what changed since, who comes nearest. */
            details?: Record<string, never> | null;
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
        /** @description A file of a visit, without its bytes. */
        File: {
            agent_id?: components["schemas"]["AgentId"] | null;
            /** Format: int64 */
            bytes: number;
            created_at: components["schemas"]["Timestamp"];
            duplicate?: components["schemas"]["FileDuplicate"] | null;
            has_thumbnail: boolean;
            /** Format: int32 */
            height?: number | null;
            id: components["schemas"]["FileId"];
            media_type: components["schemas"]["FileMediaType"];
            place?: components["schemas"]["Point"] | null;
            purpose: components["schemas"]["FilePurpose"];
            /** @description SHA-256, hexadecimal. */
            sha256: string;
            taken_at?: components["schemas"]["Timestamp"] | null;
            visit_id?: components["schemas"]["VisitId"] | null;
            /** Format: int32 */
            width?: number | null;
        };
        /** @description An earlier file that a file is, or looks like. */
        FileDuplicate: {
            by: components["schemas"]["DuplicateBy"];
            file_id: components["schemas"]["FileId"];
            visit_id?: components["schemas"]["VisitId"] | null;
        };
        /**
         * Format: uuid
         * @description A photo, signature or document.
         */
        FileId: string;
        /**
         * @description What may be kept.
         * @enum {string}
         */
        FileMediaType: "image/jpeg" | "image/png" | "image/webp" | "image/heic" | "application/pdf";
        /**
         * @description What a file of a visit is for.
         * @enum {string}
         */
        FilePurpose: "check_in" | "check_out" | "answer" | "signature" | "other";
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
        /**
         * @description What deserves a look.
         * @enum {string}
         */
        Flag: "outside_at_check_in" | "outside_at_check_out" | "after_cancellation" | "not_assigned" | "clock_ahead" | "proof_lacking" | "no_track" | "track_elsewhere" | "little_overlap" | "mismatch" | "coarse_position" | "mock" | "suspect_fixes" | "gap" | "short" | "drive_by" | "shared_ground" | "photo_other_time" | "photo_elsewhere" | "photo_duplicate";
        Forgotten: {
            email: string;
        };
        /** @description One version of a form. */
        Form: components["schemas"]["FormContent"] & {
            created_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["FormId"];
            /**
             * Format: int64
             * @description Counts from 1.
             */
            version: number;
        };
        /** @description One of the answers to choose from. */
        FormChoice: {
            code: string;
            label: string;
        };
        /** @description What a version of a form says. */
        FormContent: {
            /** @description At most 100, in the order in which they are asked. */
            fields: components["schemas"]["FormField"][];
            /** @description 1 to 120 characters. */
            title: string;
        };
        /** @description One question. */
        FormField: components["schemas"]["FormFieldKind"] & {
            /** @description What the answer is found by: 1 to 32 characters of `A-Z a-z 0-9 - _ .`, once in a form. */
            key: string;
            /** @description What people read, 1 to 200 characters. */
            label: string;
            required?: components["schemas"]["FormRequired"];
        };
        /** @description What sort of answer it takes. */
        FormFieldKind: {
            /** @enum {string} */
            kind: "text";
            /**
             * Format: int32
             * @description At most 4000.
             */
            max_len?: number | null;
        } | {
            /** @enum {string} */
            kind: "note";
            /** Format: int32 */
            max_len?: number | null;
        } | {
            /**
             * Format: int32
             * @description Digits after the point, 0 to 6; any number of them when absent.
             */
            decimals?: number | null;
            /** @enum {string} */
            kind: "number";
            /** Format: double */
            max?: number | null;
            /** Format: double */
            min?: number | null;
        } | {
            choices: components["schemas"]["FormChoice"][];
            /** @enum {string} */
            kind: "choice";
        } | {
            choices: components["schemas"]["FormChoice"][];
            /** @enum {string} */
            kind: "multi_choice";
            /** Format: int32 */
            max?: number | null;
            /** Format: int32 */
            min?: number | null;
        } | {
            /** @enum {string} */
            kind: "date";
            /** Format: date */
            max?: string | null;
            /** Format: date */
            min?: string | null;
        } | {
            /** @enum {string} */
            kind: "boolean";
        } | {
            /** @enum {string} */
            kind: "photo";
            /**
             * Format: int32
             * @description At most 20.
             */
            max?: number | null;
            /** Format: int32 */
            min?: number | null;
        } | {
            /** @enum {string} */
            kind: "signature";
        } | {
            /** @enum {string} */
            kind: "scan";
        };
        /**
         * Format: uuid
         * @description A form, through all its versions.
         */
        FormId: string;
        /** @description When an answer must be there. */
        FormRequired: "never" | "always" | {
            /** @description Where the visit comes out so. */
            outcome: components["schemas"]["Outcome"];
        } | {
            /** @description Where another field, asked before, has this answer. */
            when: {
                is: string;
                key: string;
            };
        };
        /** @description An agent that was looked up. */
        FoundAgent: {
            id: components["schemas"]["AgentId"];
            name: string;
            territory_id?: components["schemas"]["TerritoryId"] | null;
        };
        /** @description How often: every so many days, or so many times in a cycle of weeks, or whenever there is a reason. */
        Frequency: {
            /** Format: int32 */
            cycle_weeks?: number | null;
            /** Format: int32 */
            interval_days?: number | null;
            /** Format: int32 */
            visits_per_cycle?: number | null;
        };
        GeneratedVisits: {
            /** @description Followed a change of their beat, of holidays or absences. */
            changed: number;
            made: number;
            /** @description Withdrawn before, and wanted again. */
            reinstated: number;
            /** @description Their beat does not want them any more. */
            withdrawn: number;
        };
        GenerateVisitsRequest: {
            /**
             * Format: int64
             * @description 1 to 180; 28 when absent.
             */
            days?: number | null;
        };
        /** @description What was found, and by whom. */
        GeocodeAnswer: {
            items: components["schemas"]["GeocodeCandidate"][];
            /** @description `server`: a geocoding server; `map`: the names of the loaded map; `nobody`: there is neither. */
            source: string;
        };
        /** @description A place that a text may mean, or that lies at a point. */
        GeocodeCandidate: {
            /** @description What it is: `house`, `street`, `village`, `shop`…, in the geocoder's own words. */
            kind: string;
            /** @description The whole of it, as one would write it on a letter. */
            name: string;
            point: components["schemas"]["Point"];
            /**
             * Format: double
             * @description How well it fits, 0 to 1.
             */
            score: number;
        };
        HaltedAgent: {
            agent: components["schemas"]["AgentId"];
            last_panic: string;
            name: string;
            /** Format: int32 */
            restarts: number;
            since: components["schemas"]["Timestamp"];
        };
        HaltedCustomer: {
            last_panic: string;
            since: components["schemas"]["Timestamp"];
        };
        HaltedCustomerActor: {
            customer: components["schemas"]["CustomerId"];
            last_panic: string;
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
        Holiday: {
            /** Format: date */
            date: string;
            /** @description 1 to 120 characters. */
            name: string;
        };
        HolidaysRequest: {
            put?: components["schemas"]["Holiday"][];
            remove?: string[];
        };
        /** @description From and to, local time; `to` before `from` is on the next day. */
        Hours: {
            from: components["schemas"]["TimeOfDay"];
            to: components["schemas"]["TimeOfDay"];
        };
        Impersonation: {
            access_token: string;
            expires_at: components["schemas"]["Timestamp"];
        };
        /** @description What a file comes to: what would be done, or was. */
        ImportReport: {
            /** @description What follows was done; false of a dry run, and where bad rows kept all others out. */
            applied: boolean;
            bad_rows: number;
            created: number;
            /** @description Nothing was written: it was only asked. */
            dry_run: boolean;
            /** @description Everything that is wrong, in the order of the lines. */
            flaws: components["schemas"]["CellFlaw"][];
            /** @description Heads of columns that stand for no field. */
            ignored_columns: string[];
            /** @description Known already, and otherwise than the row says: they stay as they are. */
            kept: number;
            /** @description Good rows of customers whose place nobody will find: no address, or no geocoder. */
            not_located: number;
            /** @description The good rows. */
            outcomes: components["schemas"]["ImportRow"][];
            /** @description With something in them. */
            rows: number;
            /** @description Good rows of customers whose place is on no map yet; a geocoder looks for it afterwards. */
            to_locate: number;
            unchanged: number;
            updated: number;
        };
        /** @description What becomes of a good row. */
        ImportRow: {
            /** @description The fields that change, or would if it were not kept; of what is new none are named. */
            fields?: string[];
            /** Format: uuid */
            id: string;
            /** Format: int64 */
            line: number;
            outcome: components["schemas"]["RowOutcome"];
            place?: components["schemas"]["PlaceSought"] | null;
            ref: string;
        };
        ImproveAsked: {
            /** @description Only these agents; empty: all. */
            agents?: components["schemas"]["AgentId"][];
            /** @description Whether what is found is accepted at once. */
            apply?: boolean;
            base_version: components["schemas"]["PlanVersion"];
            /** @description Only these days; empty: all. */
            dates?: string[];
            /**
             * Format: int64
             * @description 1 to 60.
             */
            seconds: number;
            /**
             * Format: int64
             * @description The same seed and the same plan search the same way.
             */
            seed?: number | null;
        };
        /** @description An invitation as the inviter sees it. */
        Invitation: {
            agent_id?: components["schemas"]["AgentId"] | null;
            created_at: components["schemas"]["Timestamp"];
            email: string;
            expires_at: components["schemas"]["Timestamp"];
            /** Format: uuid */
            id: string;
            invited_by?: components["schemas"]["NamedUser"] | null;
            /** @description Where it is accepted: only in the answer to its making, and only where no mail is configured. */
            link?: string | null;
            name: string;
            role: string;
            territories: components["schemas"]["TerritoryId"][];
        };
        /** @description An invitation as the invited sees it. */
        InvitationShown: {
            email: string;
            name: string;
            role: string;
        };
        /**
         * Format: uuid
         * @description A trip, stop or other item of a timeline.
         */
        ItemId: string;
        /**
         * Format: uuid
         * @description A dispatch job: a visit that somebody is sought for.
         */
        JobId: string;
        /** @enum {string} */
        JobState: "open" | "offering" | "accepted" | "unfilled" | "cancelled";
        Journal: {
            /** @description The last commit failed; it is tried again until it succeeds. */
            is_failing: boolean;
            /** @description Fixes taken and not durable yet. */
            waiting_fixes: number;
        };
        JsonWebKeys: {
            keys: Record<string, never>[];
        };
        KeptData: {
            /**
             * Format: int64
             * @description null: for ever
             */
            days?: number | null;
            /** @description The setting. */
            key: string;
            kind: string;
        };
        /**
         * @description Why the server closed a visit that nobody did.
         * @enum {string}
         */
        LeftOpen: "next_check_in" | "day_over";
        /** @description The way from one place to the next. */
        LegShown: {
            /** @description Not from where the settings say, or there is no way and the line stands for it. */
            is_fallback: boolean;
            /** @description Two or more, both ends included. */
            points: components["schemas"]["Point"][];
            /** @description straight_line, embedded (the roads of the loaded map), osrm or valhalla. */
            source: string;
        };
        /** @description A customer in a list. */
        ListedCustomer: components["schemas"]["Customer"] & {
            /**
             * Format: double
             * @description With `near`: from there to the nearest place of the customer.
             */
            distance_m?: number | null;
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
            duty?: components["schemas"]["Duty"] | null;
            /** Format: double */
            lat: number;
            /** Format: double */
            lon: number;
            /** Format: double */
            speed_mps?: number | null;
            status: components["schemas"]["Status"];
        };
        /** @enum {string} */
        LocatedBy: "geocoded" | "pinned" | "imported";
        Login: {
            /** @description Of the second factor: six digits of the app, or a recovery code. */
            code?: string | null;
            /** @description Gives the tokens as cookies that no script can read. */
            cookies?: boolean;
            /** @description What the client calls itself in the list of sessions. */
            device?: string | null;
            email: string;
            password: string;
        };
        /** @description A basemap and the part of the world to begin with. */
        Map: {
            basemap: components["schemas"]["Basemap"];
            bounds?: components["schemas"]["Bounds"] | null;
        };
        /** @description A user as shown to themselves. */
        Me: {
            agent_id?: components["schemas"]["AgentId"] | null;
            email: string;
            id: components["schemas"]["UserId"];
            impersonated_by?: components["schemas"]["NamedUser"] | null;
            name: string;
            password_changed_at?: components["schemas"]["Timestamp"] | null;
            permissions: components["schemas"]["AccessPermission"][];
            /** @description A built-in role or a custom one. */
            role: string;
            second_factor: boolean;
            /** @description Those assigned; what lies below them is theirs too. */
            territories: components["schemas"]["NamedTerritory"][];
        };
        /**
         * @description Who chooses whom to ask.
         * @enum {string}
         */
        Mode: "auto" | "manual";
        /**
         * @description What is done something to.
         * @enum {string}
         */
        Module: "agents" | "positions" | "tracks" | "duty" | "quarantine" | "devices" | "fences" | "plans" | "dispatch" | "customers" | "territories" | "teams" | "settings" | "users" | "roles" | "api_keys" | "audit" | "system" | "visits" | "visit_reports" | "contacts" | "precise_location";
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
        /** @description What a phone shows of a day. */
        MyDay: {
            activity_types: components["schemas"]["ActivityType"][];
            agent_id: components["schemas"]["AgentId"];
            customers: components["schemas"]["MyDayCustomer"][];
            /** Format: date */
            date: string;
            forms: components["schemas"]["Form"][];
            rules: components["schemas"]["VisitRules"];
            /**
             * Format: int64
             * @description The newest change of visits in this answer: follow the feed from here.
             */
            seq: number;
            server_time: components["schemas"]["Timestamp"];
            time_zone: string;
            visits: components["schemas"]["MyDayVisit"][];
        };
        MyDayCustomer: {
            class?: string | null;
            contacts: components["schemas"]["CustomerContact"][];
            id: components["schemas"]["CustomerId"];
            name: string;
            notes: string;
            places: components["schemas"]["CustomerPlace"][];
        };
        MyDayVisit: {
            activities: components["schemas"]["VisitActivityView"][];
            customer_id: components["schemas"]["CustomerId"];
            files: components["schemas"]["File"][];
            visit: components["schemas"]["Visit"];
        };
        NamedTerritory: {
            id: components["schemas"]["TerritoryId"];
            name: string;
        };
        /** @description Somebody. */
        NamedUser: {
            id: components["schemas"]["UserId"];
            name: string;
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
        NewActivityType: {
            form_id?: components["schemas"]["FormId"] | null;
            is_active?: boolean;
            /** @description 1 to 120 characters. */
            name: string;
            /** Format: int64 */
            version?: number | null;
        };
        /** @description What makes a new agent. The client may mint the id; sending the same one again changes nothing. */
        NewAgent: {
            id?: components["schemas"]["AgentId"] | null;
            /** @description 1 to 120 characters. */
            name: string;
            territory_id?: components["schemas"]["TerritoryId"] | null;
        };
        NewApiKey: {
            expires_at: components["schemas"]["Timestamp"];
            name: string;
            role: string;
            territories?: components["schemas"]["TerritoryId"][];
        };
        NewBeat: components["schemas"]["BeatContent"] & {
            id?: components["schemas"]["BeatId"] | null;
            /**
             * Format: int64
             * @description Of a change: the version it was made from; when there is a newer one, it is refused.
             */
            version?: number | null;
        };
        NewContacts: {
            email?: string | null;
            /** @description With its country: a plus and 7 to 15 digits; spaces and hyphens are left out. */
            phone?: string | null;
        };
        /** @description What makes a new customer, before anything is checked. The client may mint the ids; sending the same ones again changes nothing. */
        NewCustomer: {
            class?: string | null;
            forbidden_agents?: components["schemas"]["AgentId"][];
            id?: components["schemas"]["CustomerId"] | null;
            /** @description 1 to 120 characters. */
            name: string;
            /** @description At most 4,000 characters. */
            notes?: string;
            /** @description 1 to 50. The first one is primary unless another says so. */
            places: components["schemas"]["NewPlace"][];
            preferred_agents?: components["schemas"]["AgentId"][];
            /** @description 1 to 64 characters. */
            ref?: string | null;
            skills?: string[];
            status?: components["schemas"]["CustomerStatus"];
            tags?: string[];
            territory_id?: components["schemas"]["TerritoryId"] | null;
        };
        /** @description What a class is made or replaced by. */
        NewCustomerClass: {
            /**
             * Format: int64
             * @description 1 to 52.
             */
            cycle_weeks?: number | null;
            /**
             * Format: int64
             * @description 1 to 730. Give this, or visits_per_cycle and cycle_weeks, or none of them.
             */
            interval_days?: number | null;
            /** @description 1 to 120 characters. */
            name: string;
            /**
             * Format: int64
             * @description The version that is replaced; refused where it is another one by now.
             */
            version?: number | null;
            /**
             * Format: int64
             * @description 60 to 86400, by default 1800.
             */
            visit_duration_s?: number | null;
            /**
             * Format: int64
             * @description 1 to 366.
             */
            visits_per_cycle?: number | null;
        };
        NewCustomerContact: {
            email?: string | null;
            /** @description 1 to 120 characters. */
            name: string;
            /** @description With its country: a plus and 7 to 15 digits; spaces and hyphens are left out. */
            phone?: string | null;
            /** @description "buyer", "caretaker": at most 60 characters. */
            role?: string;
            /**
             * Format: int64
             * @description The customer's version this was decided upon; refused where it is another one by now.
             */
            version?: number | null;
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
        NewDuty: {
            at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: uuid
             * @description Minted by the client, so that it can be told again when the answer was lost.
             */
            id?: string | null;
            state: components["schemas"]["Duty"];
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
        NewForm: {
            fields: components["schemas"]["FormField"][];
            id?: components["schemas"]["FormId"] | null;
            title: string;
            /**
             * Format: int64
             * @description Of a change: the version it was made from; when there is a newer one, it is refused.
             */
            version?: number | null;
        };
        NewInvitation: {
            agent_id?: components["schemas"]["AgentId"] | null;
            email: string;
            name: string;
            role: string;
            territories?: components["schemas"]["TerritoryId"][];
        };
        /** @description A visit that somebody is sought for. */
        NewJob: {
            /**
             * Format: int64
             * @description Agents asked at the same time, 1 to 5; 1 when absent.
             */
            at_once?: number | null;
            /**
             * Format: int64
             * @description Agents asked in all, 1 to 50; 10 when absent.
             */
            candidates_max?: number | null;
            id?: components["schemas"]["JobId"] | null;
            mode?: components["schemas"]["Mode"] | null;
            /**
             * Format: int64
             * @description How long an agent may think, 10 to 3600 s; 60 when absent.
             */
            timeout_s?: number | null;
            visit?: components["schemas"]["NewVisit"] | null;
            visit_id?: components["schemas"]["VisitId"] | null;
        };
        /** @description What makes a new place, before anything is checked. The client may mint the id; sending the same one again changes nothing. */
        NewPlace: {
            /** @description At most 2,000 characters. */
            access_notes?: string;
            /** @description At most 300 characters. */
            address?: string;
            fence?: components["schemas"]["RawFence"] | null;
            hours?: components["schemas"]["Calendar"] | null;
            id?: components["schemas"]["PlaceId"] | null;
            /** @description Makes this the primary place, and the one that was no more. The first place is primary anyway. */
            is_primary?: boolean;
            /** @description At most 120 characters. */
            label?: string;
            located_by?: components["schemas"]["LocatedBy"] | null;
            /**
             * Format: double
             * @description 0 to 1.
             */
            location_quality?: number | null;
            point?: components["schemas"]["RawPoint"] | null;
            /**
             * Format: int64
             * @description 60 to 86400.
             */
            visit_duration_s?: number | null;
        };
        NewRole: {
            /** @description 2 to 40 of a-z, 0-9, _ and -, beginning with a letter. It stays. */
            name: string;
            permissions: components["schemas"]["PermissionText"][];
            /** @description What people read. */
            title: string;
        };
        NewSkill: {
            /** @description 1 to 120 characters. */
            name: string;
        };
        NewTeam: {
            agents?: components["schemas"]["AgentId"][];
            leads?: components["schemas"]["UserId"][];
            name: string;
        };
        /** @description What makes a new territory. The client may mint the id; sending the same one again changes nothing. */
        NewTerritory: {
            area: Record<string, never>;
            /** @description `#rrggbb`; a colour is chosen when absent. */
            colour?: string | null;
            id?: components["schemas"]["TerritoryId"] | null;
            /** @description 1 to 120 characters. */
            name: string;
            parent_id?: components["schemas"]["TerritoryId"] | null;
        };
        /** @description What is asked for. */
        NewTerritoryDesign: {
            /**
             * Format: double
             * @description Working days that the work is measured over, 1 to 366, by default 20.
             */
            days?: number;
            id?: components["schemas"]["TerritoryDesignId"] | null;
            /** @description Customers in no territory, with a place within the ground, are shared out too. */
            include_unassigned?: boolean;
            /** @description Customers that stay where they are, at most 10,000. */
            locked?: components["schemas"]["CustomerId"][];
            /** @description 1 to 120 characters. */
            name: string;
            /**
             * Format: int32
             * @description H3 resolution of the cells, 3 to 9; chosen when absent.
             */
            resolution?: number | null;
            /**
             * Format: int32
             * @description Tries to move a cell, 0 to 5,000,000, by default 1,000,000.
             */
            rounds?: number;
            /**
             * Format: int32
             * @description The same seed makes the same design of the same customers.
             */
            seed?: number;
            /**
             * Format: double
             * @description In town by road, km/h, 1 to 200, by default 30.
             */
            speed_kmh?: number;
            /** @description The territories to be cut anew, 1 to 200. Their customers and ground are shared out among them. */
            territories: components["schemas"]["DesignSeat"][];
            /**
             * Format: double
             * @description Visits in that time to a customer whose class says nothing of them, 0 to 100, by default 1.
             */
            visits_default?: number;
            weights?: components["schemas"]["DesignWeights"];
        };
        /** @description A visit to be made. The client may mint the id; sending the same one again changes nothing. */
        NewVisit: {
            agent_id?: components["schemas"]["AgentId"] | null;
            customer_id: components["schemas"]["CustomerId"];
            /**
             * Format: date
             * @description The day of the first window when absent, else today.
             */
            day?: string | null;
            /**
             * Format: int64
             * @description How much of its vehicle's capacity it takes, in the unit of the organisation's choice: 0 to 1000000; 0 when absent.
             */
            demand?: number | null;
            /**
             * Format: int64
             * @description 60 to 86400; what the place or the customer's class says when absent.
             */
            duration_s?: number | null;
            id?: components["schemas"]["VisitId"] | null;
            kind?: components["schemas"]["VisitKind"] | null;
            note?: string;
            place_id?: components["schemas"]["PlaceId"] | null;
            /**
             * Format: int64
             * @description 0 to 100; 50 when absent.
             */
            priority?: number | null;
            purpose?: string | null;
            /** @description Beside those that the customer asks for. */
            skills?: string[];
            territory_id?: components["schemas"]["TerritoryId"] | null;
            /** @description At most 10. */
            windows?: components["schemas"]["VisitWindow"][];
        };
        NewVisitActivity: {
            /** @description By the key of the field. */
            answers?: Record<string, never>;
            at?: components["schemas"]["Timestamp"] | null;
            device?: string | null;
            /**
             * Format: int64
             * @description The version of the form that was shown; the newest when absent.
             */
            form_version?: number | null;
            id?: components["schemas"]["ActivityId"] | null;
            note?: string;
            type_id: components["schemas"]["ActivityTypeId"];
        };
        /**
         * Format: uuid
         * @description A dispatch offer: an agent asked to take a job.
         */
        OfferId: string;
        /** @description An offer as its agent sees it. */
        OfferShown: {
            /** @description Of the place to go to; empty where it is not known. */
            address: string;
            arrival?: components["schemas"]["Timestamp"] | null;
            /** Format: int32 */
            detour_s?: number | null;
            expires_at: components["schemas"]["Timestamp"];
            job: components["schemas"]["JobId"];
            /** @description What whoever makes it should know. */
            note: string;
            offer: components["schemas"]["OfferId"];
            offered_at: components["schemas"]["Timestamp"];
            /** @description What it is for, by the code of a purpose. */
            purpose: string | null;
            state: components["schemas"]["OfferState"];
            visit: components["schemas"]["PlanLeftOut"];
        };
        /** @enum {string} */
        OfferState: "offered" | "accepted" | "declined" | "timed_out" | "withdrawn";
        /**
         * @description What becomes of a visit on a day that its agent is away.
         * @enum {string}
         */
        OnAbsence: "unassign" | "after" | "skip" | "keep";
        /**
         * @description What becomes of a visit on a day that nobody works.
         * @enum {string}
         */
        OnHoliday: "after" | "before" | "skip" | "keep";
        /** @enum {string} */
        Op: "created" | "amended" | "withdrawn";
        /** @description Hours on some days of the week. */
        Opening: {
            days: components["schemas"]["DayOfWeek"][];
            from: components["schemas"]["TimeOfDay"];
            to: components["schemas"]["TimeOfDay"];
        };
        /**
         * @description What came of a visit.
         * @enum {string}
         */
        Outcome: "productive" | "unproductive";
        /**
         * @description What becomes of a check-in, or a check-out, outside of the radius.
         * @enum {string}
         */
        Outside: "block" | "flag" | "proof";
        OverdueCustomer: {
            class: string;
            customer_id: components["schemas"]["CustomerId"];
            /** Format: int32 */
            days_overdue: number;
            /**
             * Format: double
             * @description Days between two visits, on average.
             */
            interval_days: number;
            /**
             * Format: date
             * @description Date of the newest completed visit; absent: never.
             */
            last_visit?: string | null;
            name: string;
            /**
             * Format: date
             * @description The next one that is planned.
             */
            next_visit?: string | null;
            territory_id?: components["schemas"]["TerritoryId"] | null;
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
        Page_ActivityType: {
            items: {
                created_at: components["schemas"]["Timestamp"];
                form_id?: components["schemas"]["FormId"] | null;
                id: components["schemas"]["ActivityTypeId"];
                is_active: boolean;
                name: string;
                /** Format: int64 */
                version: number;
            }[];
            next?: string | null;
        };
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
                /** @description Off duty an agent is not tracked. */
                duty: components["schemas"]["Duty"];
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
        Page_ApiKey: {
            items: {
                created_at: components["schemas"]["Timestamp"];
                created_by?: components["schemas"]["UserId"] | null;
                expires_at: components["schemas"]["Timestamp"];
                id: components["schemas"]["ApiKeyId"];
                /** @description `ssk_…`, to be shown as a bearer token. In the answer to its making only. */
                key?: string | null;
                name: string;
                revoked_at?: components["schemas"]["Timestamp"] | null;
                role: string;
                territories: components["schemas"]["TerritoryId"][];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_AuditEntry: {
            items: {
                /** Format: uuid */
                actor_id?: string | null;
                /** @description user, agent, api_key, system or nobody */
                actor_kind: string;
                /** @description What the actor is called today, where they are still there. */
                actor_name?: string | null;
                address?: string | null;
                after?: unknown;
                at: components["schemas"]["Timestamp"];
                before?: unknown;
                /**
                 * Format: int32
                 * @description How many such acts this row stands for.
                 */
                count: number;
                /** @description The chain's hash up to here, in hexadecimal digits. */
                hash?: string | null;
                /** Format: uuid */
                id: string;
                /** @description One of `ActKind`; a text, because a newer server may have written it. */
                kind: string;
                object?: Record<string, never> | null;
                on_behalf_of?: components["schemas"]["UserId"] | null;
                /** @description done, refused or failed */
                outcome: string;
                request_id?: string | null;
                /**
                 * Format: int64
                 * @description Its place in the chain; absent for the second until it is sealed.
                 */
                seq?: number | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_Beat: {
            items: (components["schemas"]["BeatContent"] & {
                created_at: components["schemas"]["Timestamp"];
                id: components["schemas"]["BeatId"];
                updated_at: components["schemas"]["Timestamp"];
                /**
                 * Format: int64
                 * @description Counts changes.
                 */
                version: number;
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_Customer: {
            items: (components["schemas"]["CustomerProfile"] & {
                /** @description Who is asked for; how they are called and reached is at `/contacts`. */
                contacts: components["schemas"]["CustomerContactHead"][];
                created_at: components["schemas"]["Timestamp"];
                id: components["schemas"]["CustomerId"];
                /** @description The primary place first, then in the order they were made. */
                places: components["schemas"]["CustomerPlace"][];
                updated_at: components["schemas"]["Timestamp"];
                /**
                 * Format: int64
                 * @description Counts from 1, with every change of anything about the customer.
                 */
                version: number;
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_CustomerClass: {
            items: (components["schemas"]["Frequency"] & {
                /** @description 1 to 32 characters of `A-Z a-z 0-9 - _ .` */
                code: string;
                name: string;
                /**
                 * Format: int64
                 * @description Counts from 1, with every change.
                 */
                version: number;
                /** Format: int32 */
                visit_duration_s: number;
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_CustomerContact: {
            items: {
                email?: string | null;
                id: components["schemas"]["ContactId"];
                /** @description Only as much is shown as one needs to recognise them. */
                masked: boolean;
                name: string;
                phone?: string | null;
                role: string;
                updated_at: components["schemas"]["Timestamp"];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_DesignMove: {
            items: {
                customer_id: components["schemas"]["CustomerId"];
                from?: components["schemas"]["TerritoryId"] | null;
                /** Format: double */
                lat: number;
                /** Format: double */
                lon: number;
                name: string;
                to: components["schemas"]["TerritoryId"];
                /**
                 * Format: double
                 * @description In the days of the design.
                 */
                visits: number;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_DispatchJob: {
            items: (components["schemas"]["DispatchTerms"] & {
                agent_id?: components["schemas"]["AgentId"] | null;
                /** @description Whom to ask, best first, as ranked last. */
                candidates: components["schemas"]["DispatchCandidate"][];
                cause?: components["schemas"]["Cause"] | null;
                closed_at?: components["schemas"]["Timestamp"] | null;
                id: components["schemas"]["JobId"];
                /** @description In the order in which they were made. */
                offers: components["schemas"]["DispatchOffer"][];
                opened_at: components["schemas"]["Timestamp"];
                relaxed?: components["schemas"]["PlanRelaxationKind"] | null;
                /**
                 * Format: int32
                 * @description Steps taken so far: grows with every change.
                 */
                revision: number;
                state: components["schemas"]["JobState"];
                territory_id?: components["schemas"]["TerritoryId"] | null;
                visit_id: components["schemas"]["VisitId"];
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_DispatchStep: {
            items: (components["schemas"]["DispatchEvent"] & {
                at: components["schemas"]["Timestamp"];
            })[];
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
        Page_File: {
            items: {
                agent_id?: components["schemas"]["AgentId"] | null;
                /** Format: int64 */
                bytes: number;
                created_at: components["schemas"]["Timestamp"];
                duplicate?: components["schemas"]["FileDuplicate"] | null;
                has_thumbnail: boolean;
                /** Format: int32 */
                height?: number | null;
                id: components["schemas"]["FileId"];
                media_type: components["schemas"]["FileMediaType"];
                place?: components["schemas"]["Point"] | null;
                purpose: components["schemas"]["FilePurpose"];
                /** @description SHA-256, hexadecimal. */
                sha256: string;
                taken_at?: components["schemas"]["Timestamp"] | null;
                visit_id?: components["schemas"]["VisitId"] | null;
                /** Format: int32 */
                width?: number | null;
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
                quarantine?: components["schemas"]["Suspicion"] | null;
                recorded_at: components["schemas"]["Timestamp"];
                source: components["schemas"]["Source"];
                /** Format: double */
                speed_mps?: number | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_Form: {
            items: (components["schemas"]["FormContent"] & {
                created_at: components["schemas"]["Timestamp"];
                id: components["schemas"]["FormId"];
                /**
                 * Format: int64
                 * @description Counts from 1.
                 */
                version: number;
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_FoundAgent: {
            items: {
                id: components["schemas"]["AgentId"];
                name: string;
                territory_id?: components["schemas"]["TerritoryId"] | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_Holiday: {
            items: {
                /** Format: date */
                date: string;
                /** @description 1 to 120 characters. */
                name: string;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_Invitation: {
            items: {
                agent_id?: components["schemas"]["AgentId"] | null;
                created_at: components["schemas"]["Timestamp"];
                email: string;
                expires_at: components["schemas"]["Timestamp"];
                /** Format: uuid */
                id: string;
                invited_by?: components["schemas"]["NamedUser"] | null;
                /** @description Where it is accepted: only in the answer to its making, and only where no mail is configured. */
                link?: string | null;
                name: string;
                role: string;
                territories: components["schemas"]["TerritoryId"][];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_ListedCustomer: {
            items: (components["schemas"]["Customer"] & {
                /**
                 * Format: double
                 * @description With `near`: from there to the nearest place of the customer.
                 */
                distance_m?: number | null;
            })[];
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
                duty?: components["schemas"]["Duty"] | null;
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
        Page_OfferShown: {
            items: {
                /** @description Of the place to go to; empty where it is not known. */
                address: string;
                arrival?: components["schemas"]["Timestamp"] | null;
                /** Format: int32 */
                detour_s?: number | null;
                expires_at: components["schemas"]["Timestamp"];
                job: components["schemas"]["JobId"];
                /** @description What whoever makes it should know. */
                note: string;
                offer: components["schemas"]["OfferId"];
                offered_at: components["schemas"]["Timestamp"];
                /** @description What it is for, by the code of a purpose. */
                purpose: string | null;
                state: components["schemas"]["OfferState"];
                visit: components["schemas"]["PlanLeftOut"];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_OverdueCustomer: {
            items: {
                class: string;
                customer_id: components["schemas"]["CustomerId"];
                /** Format: int32 */
                days_overdue: number;
                /**
                 * Format: double
                 * @description Days between two visits, on average.
                 */
                interval_days: number;
                /**
                 * Format: date
                 * @description Date of the newest completed visit; absent: never.
                 */
                last_visit?: string | null;
                name: string;
                /**
                 * Format: date
                 * @description The next one that is planned.
                 */
                next_visit?: string | null;
                territory_id?: components["schemas"]["TerritoryId"] | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_PlanSummary: {
            items: {
                /** Format: int32 */
                agents: number;
                /** Format: int32 */
                at_risk: number;
                /**
                 * Format: int64
                 * @description Seconds of driving; what else counts is converted into them.
                 */
                cost: number;
                /** Format: int64 */
                distance_m: number;
                /** Format: int32 */
                promises_broken: number;
                territory_id?: components["schemas"]["TerritoryId"] | null;
                /** Format: int64 */
                travel_s: number;
                /** Format: int32 */
                unassigned: number;
                version: components["schemas"]["PlanVersion"];
                /** Format: int32 */
                visits: number;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_PlanVersionShown: {
            items: {
                at: components["schemas"]["Timestamp"];
                bill: components["schemas"]["PlanBill"];
                by: components["schemas"]["PlanAuthor"];
                change_id: components["schemas"]["ChangeId"];
                /**
                 * Format: int64
                 * @description What the plan's cost grew by, seconds of driving.
                 */
                cost: number;
                /**
                 * @description The customers of the visits that went elsewhere or were settled or freed, by visit; one that is no more, or in another territory,
                 *     is left out.
                 */
                customers: {
                    [key: string]: string;
                };
                diff: components["schemas"]["PlanDiff"];
                kind: components["schemas"]["ChangeKind"];
                /** @description Visits that went elsewhere. */
                moves: components["schemas"]["PlanMove"][];
                undoes?: components["schemas"]["PlanVersion"] | null;
                version: components["schemas"]["PlanVersion"];
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
        Page_Role: {
            items: {
                /** @description Comes with the product and cannot be changed. */
                built_in: boolean;
                name: string;
                permissions: components["schemas"]["AccessPermission"][];
                title: string;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_Session: {
            items: {
                /** @description Where it was last used from. */
                address?: string | null;
                created_at: components["schemas"]["Timestamp"];
                /** @description The one that asks. */
                current: boolean;
                /** @description What the client calls itself. */
                device?: string | null;
                expires_at: components["schemas"]["Timestamp"];
                id: components["schemas"]["SessionId"];
                last_used_at: components["schemas"]["Timestamp"];
                user_agent?: string | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_Skill: {
            items: {
                /** @description 1 to 32 characters of `A-Z a-z 0-9 - _ .` */
                code: string;
                name: string;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_Team: {
            items: {
                agents: components["schemas"]["AgentId"][];
                created_at: components["schemas"]["Timestamp"];
                id: components["schemas"]["TeamId"];
                leads: components["schemas"]["UserId"][];
                name: string;
            }[];
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
                parent_id?: components["schemas"]["TerritoryId"] | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_TerritoryDesignHead: {
            items: {
                after?: components["schemas"]["DesignBalance"] | null;
                before?: components["schemas"]["DesignBalance"] | null;
                created_at: components["schemas"]["Timestamp"];
                /** @description Why it failed. */
                failure?: string | null;
                id: components["schemas"]["TerritoryDesignId"];
                made_by?: components["schemas"]["UserId"] | null;
                name: string;
                state: components["schemas"]["DesignState"];
                territory_ids: components["schemas"]["TerritoryId"][];
                updated_at: components["schemas"]["Timestamp"];
                /**
                 * Format: int64
                 * @description Counts from 1, with every edit and change of state.
                 */
                version: number;
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
        Page_User: {
            items: {
                agent_id?: components["schemas"]["AgentId"] | null;
                created_at: components["schemas"]["Timestamp"];
                disabled: boolean;
                email: string;
                id: components["schemas"]["UserId"];
                last_seen_at?: components["schemas"]["Timestamp"] | null;
                name: string;
                role: string;
                second_factor: boolean;
                /** @description Teams they lead. */
                teams: components["schemas"]["TeamId"][];
                /** @description Those assigned; what lies below them is theirs too. */
                territories: components["schemas"]["TerritoryId"][];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_Visit: {
            items: (components["schemas"]["VisitPlan"] & components["schemas"]["VisitProgress"] & {
                address: string;
                created_at: components["schemas"]["Timestamp"];
                /** @description The customer's name and where the place is, as they are now. */
                customer_name: string;
                /**
                 * Format: date
                 * @description Civil date it belongs to: that of its check-in, else the one planned.
                 * @example 2026-11-23
                 */
                date: string;
                /** @description What deserves a look, of what was told and of the proof. */
                flags: components["schemas"]["Flag"][];
                /** @description Agents who had it before: what they tell of it is taken. */
                former_agents?: components["schemas"]["AgentId"][];
                id: components["schemas"]["VisitId"];
                origin?: components["schemas"]["VisitOrigin"] | null;
                point?: components["schemas"]["Point"] | null;
                /**
                 * Format: int32
                 * @description Its place in the order of its beat's day, from 0.
                 */
                position: number;
                /**
                 * Format: int64
                 * @description Counts every change.
                 */
                revision: number;
                source: components["schemas"]["VisitSource"];
                updated_at: components["schemas"]["Timestamp"];
                verification: components["schemas"]["VerificationStatus"];
                /**
                 * Format: int64
                 * @description Counts the changes of the plan: send it along to change no other plan than the one that was seen.
                 */
                version: number;
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_VisitActivityView: {
            items: (components["schemas"]["VisitActivity"] & {
                by: components["schemas"]["VisitAuthor"];
                received_at: components["schemas"]["Timestamp"];
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_VisitEvent: {
            items: (components["schemas"]["VisitEventBody"] & {
                agent_id?: components["schemas"]["AgentId"] | null;
                /** @description When it happened, by the clock of whoever told it. */
                at: components["schemas"]["Timestamp"];
                by: components["schemas"]["VisitAuthor"];
                device?: string | null;
                effect?: components["schemas"]["Effect"] | null;
                id: components["schemas"]["VisitEventId"];
                received_at: components["schemas"]["Timestamp"];
                /**
                 * Format: int64
                 * @description The visit's after it.
                 */
                revision: number;
                /**
                 * Format: int64
                 * @description Ascending, with holes.
                 */
                seq: number;
                status: components["schemas"]["VisitStatus"];
                visit_id: components["schemas"]["VisitId"];
                /** @description Where the visit stood before, and stands after. */
                was: components["schemas"]["VisitStatus"];
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
        Page_VisitStay: {
            items: {
                /** @description What coming and going rest on. */
                enter: components["schemas"]["EvidenceView"];
                exit?: components["schemas"]["EvidenceView"] | null;
                fence: components["schemas"]["FenceId"];
                from: components["schemas"]["Timestamp"];
                /**
                 * Format: int64
                 * @description Time within the fence, without the ways out in between, milliseconds.
                 */
                inside_ms: number;
                /**
                 * Format: int32
                 * @description Ways out and back.
                 */
                interruptions: number;
                to?: components["schemas"]["Timestamp"] | null;
                /** @description The end, or the last that is known of being there. */
                until: components["schemas"]["Timestamp"];
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
        /** @description One page of a list. `next` goes into `?after=` for the following page; null on the last. */
        Page_WorkDay: {
            items: {
                breaks: components["schemas"]["WorkBreak"][];
                /**
                 * Format: date
                 * @description The civil date the shift began on.
                 */
                date: string;
                end: components["schemas"]["Timestamp"];
                start: components["schemas"]["Timestamp"];
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
        PasswordChange: {
            current: string;
            /** @description 10 to 256 characters; not one that everybody tries, that was breached, or that is one's own name. */
            new: string;
        };
        PasswordReset: {
            password: string;
            token: string;
        };
        /**
         * @description What the person lets the app know of the location.
         * @enum {string}
         */
        Permission: "always" | "while_in_use" | "denied" | "restricted" | "not_asked";
        /** @description A permission as it is written; checked word by word, so that a refusal names the one that is wrong. */
        PermissionText: {
            action: components["schemas"]["Action"];
            module: components["schemas"]["Module"];
            scope: components["schemas"]["Breadth"];
        };
        /**
         * @description The app on the phone: decides how it is set up. Any app may use any phone endpoint.
         * @enum {string}
         */
        PhoneApp: "traccar_client" | "osmand" | "owntracks" | "overland" | "gpslogger" | "other";
        /** @description The fence a place has: a circle around its point, or what somebody has drawn. */
        PlaceFence: {
            /**
             * Format: int32
             * @description Seconds inside after which an arrival is told.
             */
            dwell_s: number;
            /**
             * Format: double
             * @description Of the circle; of no account where a shape is drawn.
             */
            radius_m: number;
            /** @description GeoJSON Polygon or MultiPolygon. */
            shape?: Record<string, never> | null;
        };
        /**
         * Format: uuid
         * @description Where a customer is visited: one of the customer's places. Its fence has the same id.
         */
        PlaceId: string;
        /** @description A change of a place: what is absent stays, `null` takes away what may be absent. */
        PlacePatch: {
            access_notes?: string | null;
            /** @description A place that was found by its address is looked for again by another, unless the point comes along. */
            address?: string | null;
            fence?: components["schemas"]["RawFence"] | null;
            hours?: components["schemas"]["Calendar"] | null;
            /** @description `true` makes this the primary place; to take it away make another one primary. */
            is_primary?: boolean | null;
            label?: string | null;
            located_by?: components["schemas"]["LocatedBy"] | null;
            /** Format: double */
            location_quality?: number | null;
            point?: components["schemas"]["RawPoint"] | null;
            /** Format: int64 */
            visit_duration_s?: number | null;
        };
        /**
         * @description What becomes of a place without coordinates.
         * @enum {string}
         */
        PlaceSought: "to_locate" | "not_located";
        PlainVisitCommand: components["schemas"]["VisitCommand"];
        /** @description An agent's routes of a day, in one version of the plan. */
        PlanAgentDay: {
            /**
             * Format: date
             * @example 2026-11-23
             */
            date: string;
            routes: components["schemas"]["PlanRoute"][];
            version: components["schemas"]["PlanVersion"];
        };
        PlanAtRisk: components["schemas"]["PlanRisk"] & {
            agent_id: components["schemas"]["AgentId"];
            visit_id: components["schemas"]["VisitId"];
        };
        /** @description Who changed a plan; as in the audit trail. */
        PlanAuthor: {
            /** Format: uuid */
            id?: string | null;
            kind: string;
        };
        /** @description What a plan costs, by cause. */
        PlanBill: {
            /** Format: int64 */
            broken_promises: number;
            /** Format: int64 */
            duty: number;
            /** Format: int64 */
            fixed: number;
            /** Format: int64 */
            imbalance: number;
            /**
             * Format: int64
             * @description Visits left out that must be made, each counted 1 + its priority. Never traded against costs: fewer is better, first of all.
             */
            mandatory_lost: number;
            /** Format: int64 */
            moved: number;
            /** Format: int64 */
            overtime: number;
            /** Format: int64 */
            preference: number;
            /** Format: int64 */
            prizes_lost: number;
            /** Format: int64 */
            travel: number;
            /**
             * Format: int64
             * @description Of customers who wait for a visit.
             */
            waiting: number;
        };
        PlanBreak: {
            /** Format: int32 */
            duration_s: number;
            /** @description It begins within these. */
            from: components["schemas"]["Timestamp"];
            planned_at?: components["schemas"]["Timestamp"] | null;
            to: components["schemas"]["Timestamp"];
        };
        /** @description Who could make a visit, and who cannot. */
        PlanCandidates: {
            candidates: components["schemas"]["PlanCandidateShown"][];
            refused: components["schemas"]["PlanRefusedShown"][];
            version: components["schemas"]["PlanVersion"];
            visit_id: components["schemas"]["VisitId"];
        };
        PlanCandidateShown: {
            agent_id: components["schemas"]["AgentId"];
            /**
             * Format: int64
             * @description What the plan's cost would grow by, seconds of driving.
             */
            cost: number;
            /**
             * Format: date
             * @example 2026-11-23
             */
            date: string;
            /**
             * Format: int64
             * @description By which other visits would begin later, in all.
             */
            delay_s: number;
            /**
             * Format: int64
             * @description More driving, seconds.
             */
            detour_s: number;
            /** @description Visits that make room for it, of which nobody has to be asked: part of the cost. Those for whom nothing has to give come first. */
            gives_way: components["schemas"]["PlanGivesWayShown"][];
            /** @description By cause. */
            parts: components["schemas"]["PlanBill"];
            position: number;
            relaxation?: components["schemas"]["PlanRelaxation"] | null;
            /** @description When service would begin. */
            start: components["schemas"]["Timestamp"];
        };
        /** @description A change was accepted. */
        PlanChanged: {
            bill: components["schemas"]["PlanBill"];
            diff: components["schemas"]["PlanDiff"];
            version: components["schemas"]["PlanVersion"];
        };
        /** @description Two versions of a plan compared. */
        PlanComparison: {
            /** @description What the plan's cost grew by, by cause, as it was reckoned with each change. */
            bill: components["schemas"]["PlanBill"];
            /**
             * Format: int32
             * @description Accepted changes between them.
             */
            changes: number;
            /**
             * Format: int64
             * @description The sum, seconds of driving.
             */
            cost: number;
            /**
             * @description The customers of the visits that went elsewhere or were settled or freed, by visit; one that is no more, or in another territory,
             *     is left out.
             */
            customers: {
                [key: string]: string;
            };
            diff: components["schemas"]["PlanDiff"];
            from: components["schemas"]["PlanVersion"];
            moves: components["schemas"]["PlanMove"][];
            to: components["schemas"]["PlanVersion"];
        };
        /** @description One point of a search: after so long, the best plan cost this. */
        PlanCurvePoint: {
            /** Format: int64 */
            after_ms: number;
            /**
             * Format: int64
             * @description Seconds of driving; what else counts is converted into them.
             */
            cost: number;
        };
        /** @description One day of a territory's plan, in one version. */
        PlanDay: {
            /** @description Visits of the day that may miss their window, the likeliest first. */
            at_risk: components["schemas"]["PlanAtRisk"][];
            /**
             * Format: date
             * @example 2026-11-23
             */
            date: string;
            /** @description Of every agent who works that day, by agent. */
            routes: components["schemas"]["PlanRoute"][];
            territory_id?: components["schemas"]["TerritoryId"] | null;
            totals: components["schemas"]["PlanTotals"];
            /** @description Visits of the day that nobody makes. */
            unassigned: components["schemas"]["PlanLeftOut"][];
            version: components["schemas"]["PlanVersion"];
            /** @description IANA zone of the day. */
            zone: string;
        };
        /** @description A change of a plan. */
        PlanDiff: {
            holds?: components["schemas"]["PlanHoldChange"][];
            /** @description One for each shift touched. */
            routes: components["schemas"]["PlanRouteChange"][];
        };
        PlanDone: components["schemas"]["PlanChanged"] & {
            territory_id?: components["schemas"]["TerritoryId"] | null;
        };
        /** @description Why a visit is where it is, or nowhere. */
        PlanExplanation: (components["schemas"]["PlanWhyHere"] & {
            sentence: string;
            version: components["schemas"]["PlanVersion"];
        } & {
            /** @enum {string} */
            kind: "here";
        }) | (components["schemas"]["PlanWhyUnassigned"] & {
            /** @description What would have to give, mildest first. */
            relaxations: components["schemas"]["PlanRelaxation"][];
            sentence: string;
            version: components["schemas"]["PlanVersion"];
        } & {
            /** @enum {string} */
            kind: "waiting";
        }) | {
            /** @enum {string} */
            kind: "begun";
            version: components["schemas"]["PlanVersion"];
        } | {
            /** @enum {string} */
            kind: "unfit";
            reason: string;
            version: components["schemas"]["PlanVersion"];
        };
        /** @description A visit that gives way to one that has to be made. */
        PlanGivesWayShown: components["schemas"]["DispatchGivesWay"] & {
            customer: string;
        };
        /** @description What people have settled of a visit, beyond its place in a route. */
        PlanHold: {
            /**
             * @description A person chose the agent: a dispatcher gave the visit to them, or they said yes to it. Nobody else gets it because that costs less, only
             *     where limits would be broken otherwise.
             */
            chosen?: boolean;
            /**
             * @description `fixed_order_and_time`, `fixed_order`, `fixed_agent`, or `free` where only the time is settled. What is done or under way follows from
             *     the visit itself.
             */
            commitment: components["schemas"]["Commitment"];
            shift_until?: components["schemas"]["Timestamp"] | null;
            start_at?: components["schemas"]["Timestamp"] | null;
            start_until?: components["schemas"]["Timestamp"] | null;
        };
        PlanHoldChange: {
            after?: components["schemas"]["PlanHold"] | null;
            before?: components["schemas"]["PlanHold"] | null;
            visit: components["schemas"]["VisitId"];
        };
        /** @description A search for a better plan. */
        PlanJob: components["schemas"]["PlanJobRequest"] & {
            /** @description The version it set out from. */
            base: components["schemas"]["PlanVersion"];
            created_at: components["schemas"]["Timestamp"];
            finished_at?: components["schemas"]["Timestamp"] | null;
            id: components["schemas"]["PlanJobId"];
            proposal?: components["schemas"]["PlanProposal"] | null;
            /** @description Why it was refused or failed. */
            reason?: string | null;
            started_at?: components["schemas"]["Timestamp"] | null;
            state: components["schemas"]["PlanJobState"];
            territory_id?: components["schemas"]["TerritoryId"] | null;
            version?: components["schemas"]["PlanVersion"] | null;
        };
        /**
         * Format: uuid
         * @description A search for a better plan.
         */
        PlanJobId: string;
        /** @description What is to be searched. */
        PlanJobRequest: {
            /** @description Empty: everybody. */
            agents?: components["schemas"]["AgentId"][];
            /** @description Whether it is accepted at once. */
            apply: boolean;
            /** @description Empty: all of the plan. */
            dates?: string[];
            /** Format: int32 */
            seconds: number;
            /** Format: int64 */
            seed: number;
        };
        /**
         * @description How far a search has come.
         * @enum {string}
         */
        PlanJobState: "queued" | "running" | "proposed" | "applied" | "rebased" | "refused" | "discarded" | "failed";
        /** @description A visit that nobody makes. */
        PlanLeftOut: {
            customer: string;
            customer_id: components["schemas"]["CustomerId"];
            /**
             * Format: int32
             * @description What it takes of its vehicle's capacity.
             */
            demand: number;
            /** Format: int32 */
            duration_s: number;
            is_mandatory: boolean;
            place_id: components["schemas"]["PlaceId"];
            point?: components["schemas"]["Point"] | null;
            /** Format: int32 */
            priority: number;
            /**
             * @description Why it cannot be planned as it is: it names no place that is known, a skill that nobody has, or is more than any vehicle of its day carries
             *     (`too_large`). Why it was left out otherwise is told by its explanation.
             */
            reasons: string[];
            /** @description What it asks of whoever makes it. */
            skills: string[];
            status: string;
            visit_id: components["schemas"]["VisitId"];
            windows: components["schemas"]["PlanWindow"][];
        };
        /** @description A visit that goes elsewhere; none on one side: it comes into the plan, or leaves it. */
        PlanMove: {
            from?: components["schemas"]["PlanSpot"] | null;
            to?: components["schemas"]["PlanSpot"] | null;
            visit: components["schemas"]["VisitId"];
        };
        PlanningAgentLimits: {
            agent: components["schemas"]["AgentId"];
            /** Format: double */
            duty_max_s?: number | null;
            /** @description Shifts with at least one visit. */
            shifts_max?: number | null;
        };
        /** @description The customer waits: the sooner the better. */
        PlanningAwaited: {
            /**
             * Format: double
             * @description Paid for each second from then, or from when its first window opens, until service starts.
             */
            cost_per_s: number;
            /** Format: double */
            since_s: number;
        };
        /** @description Taken between visits, never during one nor while travelling, by whoever is on duty past its latest start. */
        PlanningBreak: {
            /** Format: double */
            duration_s: number;
            /** Format: double */
            earliest_start_s: number;
            /** Format: double */
            latest_start_s: number;
        };
        /** @description Units per unit of each. */
        PlanningCosts: {
            /**
             * Format: double
             * @description Paid when the shift makes at least one visit.
             * @default 0
             */
            fixed: number;
            /**
             * Format: double
             * @default 0
             */
            per_duty_s: number;
            /**
             * Format: double
             * @default 0
             */
            per_imbalance_s: number;
            /**
             * Format: double
             * @default 0
             */
            per_km: number;
            /**
             * Format: double
             * @default 1
             */
            per_overtime_s: number;
            /**
             * Format: double
             * @default 1
             */
            per_travel_s: number;
        };
        /** @description Where the plan in force has it. */
        PlanningCurrent: {
            /**
             * Format: double
             * @description Paid when another shift makes it.
             */
            cost_moved: number;
            shift: components["schemas"]["ShiftId"];
        };
        PlanningLocked: {
            commitment: components["schemas"]["Commitment"];
            /**
             * Format: double
             * @description When service ended. Needed when done.
             */
            end_s?: number | null;
            /**
             * Format: double
             * @description When service started or is to start. Needed when done, in progress, or fixed in time.
             */
            start_s?: number | null;
            visit: components["schemas"]["VisitId"];
        };
        /** @description `[from, to]` in row `from`; null where there is no way. */
        PlanningMatrix: {
            /** @description Empty: no distances, they count as 0. */
            distance_m?: (number | null)[][];
            duration_s: (number | null)[][];
        };
        /** @description What is asked: visits, shifts that could make them, and where everything is. */
        PlanningProblem: {
            /** @description Limits over all shifts of an agent. */
            agents?: components["schemas"]["PlanningAgentLimits"][];
            /** @description Travel times, one matrix per profile; empty when travel comes from elsewhere. */
            matrices?: components["schemas"]["PlanningMatrix"][];
            /** @description Second 0 of every time in the problem. */
            origin: components["schemas"]["Timestamp"];
            /** @description Names of the ways to travel; a shift says which is its own. */
            profiles?: string[];
            shifts: components["schemas"]["PlanningShift"][];
            /** @description Names of the skills that visits may ask for, at most 128. */
            skills?: string[];
            stops: components["schemas"]["PlanningStop"][];
            visits: components["schemas"]["PlanningVisit"][];
        };
        /** @description What the customer was told. */
        PlanningPromise: {
            agent?: components["schemas"]["AgentId"] | null;
            /** Format: double */
            closes_s: number;
            /**
             * Format: double
             * @description Paid once when service starts outside or somebody else comes.
             */
            cost_broken: number;
            /** Format: double */
            opens_s: number;
        };
        PlanningShift: {
            breaks?: components["schemas"]["PlanningBreak"][];
            /** Format: double */
            capacity?: number | null;
            costs?: components["schemas"]["PlanningCosts"];
            /** Format: double */
            distance_max_m?: number | null;
            /** Format: double */
            earliest_start_s: number;
            /** @description Null: it ends where the last visit was. */
            end_stop?: number | null;
            id: components["schemas"]["ShiftId"];
            /**
             * Format: double
             * @description After it, overtime begins.
             */
            latest_end_s: number;
            /**
             * Format: double
             * @description Null: any time.
             */
            latest_start_s?: number | null;
            /** @description What cannot be changed any more, in order, from the shift's start on. */
            locked?: components["schemas"]["PlanningLocked"][];
            /** Format: double */
            overtime_max_s?: number;
            /** @description Index into `profiles`. */
            profile?: number;
            /**
             * Format: double
             * @description Service takes this many times the visit's time.
             */
            service_factor?: number;
            skills?: string[];
            start_stop: number;
            /**
             * Format: double
             * @description Duty beyond it costs `costs.per_imbalance_s` a second: the same for all, it balances.
             */
            target_duty_s?: number | null;
            /**
             * Format: double
             * @description Travel takes this many times the profile's time.
             */
            travel_factor?: number;
            /** Format: double */
            travel_max_s?: number | null;
            under_way?: components["schemas"]["PlanningUnderWay"] | null;
            visits_max?: number | null;
        };
        /** @description A place. Degrees are optional where matrices tell the travel. */
        PlanningStop: {
            /** Format: double */
            lat?: number | null;
            /** Format: double */
            lon?: number | null;
        };
        /** @description Where an agent on duty is: what is not yet begun starts from here. */
        PlanningUnderWay: {
            /** Format: double */
            at_s: number;
            stop: number;
        };
        PlanningVisit: {
            /** @description Empty: everybody. */
            allowed_agents?: components["schemas"]["AgentId"][];
            awaited?: components["schemas"]["PlanningAwaited"] | null;
            current?: components["schemas"]["PlanningCurrent"] | null;
            /**
             * Format: double
             * @description How much of a shift's capacity it takes.
             */
            demand?: number;
            forbidden_agents?: components["schemas"]["AgentId"][];
            id: components["schemas"]["VisitId"];
            /**
             * Format: double
             * @description Paid when served by somebody who is not preferred.
             */
            not_preferred_cost?: number;
            pinned?: components["schemas"]["ShiftId"] | null;
            /** @description Empty: no preference. */
            preferred_agents?: components["schemas"]["AgentId"][];
            /**
             * Format: int32
             * @description Among visits that must be made but do not all fit, the higher one stays. 0 to 9.
             */
            priority?: number;
            /**
             * Format: double
             * @description What leaving it out costs; null: it must be made.
             */
            prize?: number | null;
            promise?: components["schemas"]["PlanningPromise"] | null;
            /** Format: double */
            service_s: number;
            /** @description All of these are needed. */
            skills?: string[];
            /** @description Index into `stops`. */
            stop: number;
            /** @description When service may start; they must not overlap. */
            windows: components["schemas"]["PlanningWindow"][];
        };
        PlanningWindow: {
            /** Format: double */
            closes_s: number;
            /** Format: double */
            opens_s: number;
        };
        /** @description One way to serve a visit. */
        PlanOffer: {
            /**
             * Format: int64
             * @description What the plan's cost grows by.
             */
            cost: number;
            /**
             * Format: int64
             * @description By which other visits would start later, in all.
             */
            delay_s: number;
            /** @description The same by cause. */
            parts: components["schemas"]["PlanBill"];
            /** @description Place on the route counted from its first visit, those made included. */
            position: number;
            shift: components["schemas"]["ShiftId"];
            /**
             * Format: int32
             * @description When service would start, seconds from the plan's origin.
             */
            start_s: number;
        };
        /** @description One step of a change. Positions count all visits of the route, those made included, from 0; the visit stands there afterwards. */
        PlanOperation: {
            accept_relaxation?: components["schemas"]["PlanRelaxationKind"] | null;
            agent: components["schemas"]["AgentId"];
            /**
             * Format: date
             * @description The visit's day when absent.
             */
            date?: string | null;
            /** @enum {string} */
            op: "assign";
            position?: number | null;
            start_at?: components["schemas"]["Timestamp"] | null;
            visit: components["schemas"]["VisitId"];
        } | {
            /** @enum {string} */
            op: "place";
            visit: components["schemas"]["VisitId"];
        } | {
            /** @enum {string} */
            op: "unassign";
            visit: components["schemas"]["VisitId"];
        } | {
            accept_relaxation?: components["schemas"]["PlanRelaxationKind"] | null;
            agent: components["schemas"]["AgentId"];
            /** Format: date */
            date?: string | null;
            /** @enum {string} */
            op: "move";
            position?: number | null;
            visit: components["schemas"]["VisitId"];
        } | {
            /** @enum {string} */
            op: "swap";
            visit: components["schemas"]["VisitId"];
            with: components["schemas"]["VisitId"];
        } | {
            agent: components["schemas"]["AgentId"];
            /** Format: date */
            date: string;
            /** @enum {string} */
            op: "reorder";
            visits: components["schemas"]["VisitId"][];
        } | {
            commitment: components["schemas"]["Commitment"];
            /** @enum {string} */
            op: "lock";
            visit: components["schemas"]["VisitId"];
        } | {
            /** @enum {string} */
            op: "unlock";
            visit: components["schemas"]["VisitId"];
        } | {
            /** @enum {string} */
            op: "pin_time";
            start_at: components["schemas"]["Timestamp"];
            visit: components["schemas"]["VisitId"];
        } | {
            agent: components["schemas"]["AgentId"];
            /** Format: date */
            date: string;
            /** @enum {string} */
            op: "release_agent";
            replace: boolean;
        } | {
            agent: components["schemas"]["AgentId"];
            /** Format: date */
            date: string;
            /** @enum {string} */
            op: "return_agent";
        };
        /** @description What operations would do. */
        PlanPreview: {
            base: components["schemas"]["PlanVersion"];
            bill: components["schemas"]["PlanBill"];
            /**
             * Format: int64
             * @description What the plan's cost would grow by, seconds of driving.
             */
            cost: number;
            moves: components["schemas"]["PlanPreviewMove"][];
            promises_broken: number;
            /** @description Routes touched, as they would be. */
            routes: components["schemas"]["PlanPreviewRoute"][];
        };
        PlanPreviewMove: {
            breaks_promise: boolean;
            from?: components["schemas"]["PlanPreviewSlot"] | null;
            to?: components["schemas"]["PlanPreviewSlot"] | null;
            visit_id: components["schemas"]["VisitId"];
        };
        PlanPreviewRoute: components["schemas"]["ShiftId"] & {
            /** Format: int64 */
            distance_before_m: number;
            /**
             * Format: int64
             * @description Of the whole way.
             */
            distance_m: number;
            ends_at: components["schemas"]["Timestamp"];
            /** Format: int64 */
            late_before_s: number;
            /** Format: int64 */
            late_s: number;
            stops: components["schemas"]["PlanPreviewStop"][];
            /** Format: int64 */
            wait_before_s: number;
            /**
             * Format: int64
             * @description Between getting to what is ahead and beginning there, seconds in all.
             */
            wait_s: number;
        };
        PlanPreviewSlot: components["schemas"]["ShiftId"] & {
            position: number;
            start: components["schemas"]["Timestamp"];
        };
        PlanPreviewStop: {
            start: components["schemas"]["Timestamp"];
            visit_id: components["schemas"]["VisitId"];
        };
        /** @description What a search found, in the words of the plan it set out from. */
        PlanProposal: {
            /** @description The version it set out from. */
            base: components["schemas"]["PlanVersion"];
            /**
             * Format: int64
             * @description Of the plan that was found, seconds of driving.
             */
            cost_after: number;
            /**
             * Format: int64
             * @description Of the plan it set out from, seconds of driving. Of one that is late somewhere it is what the plan would cost if that were no fault.
             */
            cost_before: number;
            curve: components["schemas"]["PlanCurvePoint"][];
            diff: components["schemas"]["PlanDiff"];
            /** Format: int64 */
            iterations: number;
            /** Format: int64 */
            mandatory_lost_after?: number;
            /**
             * Format: int64
             * @description Visits left out that have to be made, each counted 1 + its priority: fewer is better, whatever it costs.
             */
            mandatory_lost_before?: number;
            /** @description The plan it set out from is late somewhere; what was found is not. */
            was_late?: boolean;
        };
        /** @description Why a shift cannot take a visit at a place: the constraint that binds. */
        PlanRefusal: {
            /** @enum {string} */
            code: "skill_missing";
            skills: string[];
        } | {
            /** @enum {string} */
            code: "forbidden_agent";
        } | {
            /** @enum {string} */
            code: "not_allowed_agent";
        } | {
            /** @enum {string} */
            code: "pinned_elsewhere";
            stays_with: components["schemas"]["ShiftId"];
        } | {
            /** @enum {string} */
            code: "not_on_shift";
        } | {
            /** @enum {string} */
            code: "locked";
        } | {
            /** @enum {string} */
            code: "unreachable";
        } | {
            /** @enum {string} */
            code: "window_closed";
            /** Format: int32 */
            late_by_s: number;
        } | {
            /** @enum {string} */
            code: "delays_others";
            /** Format: int32 */
            late_by_s: number;
        } | {
            /** @enum {string} */
            code: "shift_end";
            /** Format: int32 */
            over_s: number;
        } | {
            /** @enum {string} */
            code: "no_room_beside_breaks";
            /** Format: int64 */
            late_by_s: number;
        } | {
            /** @enum {string} */
            code: "capacity";
            /** Format: int64 */
            over: number;
        } | {
            /** @enum {string} */
            code: "max_visits";
            /** Format: int32 */
            max: number;
        } | {
            /** @enum {string} */
            code: "max_travel";
            /** Format: int32 */
            over_s: number;
        } | {
            /** @enum {string} */
            code: "max_distance";
            /** Format: int32 */
            over_m: number;
        } | {
            /** @enum {string} */
            code: "agent_duty";
            /** Format: int64 */
            over_s: number;
        } | {
            /** @enum {string} */
            code: "agent_shifts";
            /** Format: int32 */
            max: number;
        };
        /** @description A shift, and why it was not chosen. */
        PlanRefused: components["schemas"]["PlanRefusal"] & {
            shift: components["schemas"]["ShiftId"];
        };
        PlanRefusedShown: components["schemas"]["PlanRefused"] & {
            agent_id: components["schemas"]["AgentId"];
            /**
             * Format: date
             * @example 2026-11-23
             */
            date: string;
            /** @description What would have to give for this agent to make it, mildest first; empty where nothing helps. */
            relaxations: components["schemas"]["PlanRelaxation"][];
            sentence: string;
        };
        /** @description What would have to give for an agent to make a visit. It is accepted by sending `give` and the fields that go with it back. */
        PlanRelaxation: components["schemas"]["PlanRelaxationKind"] & {
            agent_id: components["schemas"]["AgentId"];
            /**
             * Format: int64
             * @description What the plan's cost would grow by, seconds of driving.
             */
            cost: number;
            /**
             * Format: date
             * @example 2026-11-23
             */
            date: string;
            /** @description When service would begin. */
            start: components["schemas"]["Timestamp"];
        };
        /** @description What would have to give, or has given. */
        PlanRelaxationKind: {
            /** Format: int32 */
            by_s: number;
            /** @enum {string} */
            give: "overtime";
        } | {
            /** Format: int32 */
            by_s: number;
            /** @enum {string} */
            give: "window";
        } | {
            /** @enum {string} */
            give: "drop";
            visit: components["schemas"]["VisitId"];
        } | {
            /** @enum {string} */
            give: "displace";
            /** Format: int32 */
            priority: number;
            visit: components["schemas"]["VisitId"];
        };
        /** @description How likely a visit begins too late. */
        PlanRisk: {
            /**
             * Format: int32
             * @description Expected, beyond the window; 0 where it is expected in time.
             */
            late_by_s: number;
            /**
             * Format: double
             * @description 0 to 1.
             */
            probability: number;
        };
        /** @description What an agent does in one shift. */
        PlanRoute: {
            agent_id: components["schemas"]["AgentId"];
            /**
             * Format: int32
             * @description What its vehicle carries at most, in the unit that visits say their demand in; absent: no limit was said.
             */
            capacity?: number | null;
            /**
             * Format: date
             * @example 2026-11-23
             */
            date: string;
            departs_at?: components["schemas"]["Timestamp"] | null;
            end?: components["schemas"]["Point"] | null;
            ends_at?: components["schemas"]["Timestamp"] | null;
            /** @description Takes nothing new: the agent is off duty or absent, or a dispatcher has ended the day. */
            is_closed: boolean;
            /** @description A dispatcher has ended it; `return_agent` opens it again. */
            is_ended: boolean;
            /**
             * Format: int64
             * @description By which windows and hours are overrun in all; 0: it can be kept.
             */
            late_s: number;
            /** Format: int64 */
            overtime_s: number;
            /**
             * Format: int32
             * @description Which of the agent's shifts that day.
             */
            part: number;
            shift: components["schemas"]["PlanShift"];
            start?: components["schemas"]["Point"] | null;
            stops: components["schemas"]["PlanStop"][];
            totals: components["schemas"]["PlanTotals"];
        };
        PlanRouteChange: {
            after: components["schemas"]["VisitId"][];
            before: components["schemas"]["VisitId"][];
            shift: components["schemas"]["ShiftId"];
        };
        /** @description When an agent works. */
        PlanShift: {
            breaks: components["schemas"]["PlanBreak"][];
            from: components["schemas"]["Timestamp"];
            to: components["schemas"]["Timestamp"];
        };
        /** @description A place in a route. */
        PlanSpot: components["schemas"]["ShiftId"] & {
            /**
             * Format: int32
             * @description From 0.
             */
            position: number;
        };
        /** @description A visit on a route. */
        PlanStop: {
            arrival: components["schemas"]["Timestamp"];
            commitment: components["schemas"]["Commitment"];
            customer: string;
            customer_id: components["schemas"]["CustomerId"];
            /**
             * Format: int32
             * @description What it takes of its vehicle's capacity.
             */
            demand: number;
            /** Format: int32 */
            distance_m: number;
            /** Format: int32 */
            duration_s: number;
            end: components["schemas"]["Timestamp"];
            eta?: components["schemas"]["Timestamp"] | null;
            /** Format: int32 */
            eta_std_s?: number | null;
            hold?: components["schemas"]["PlanHold"] | null;
            place_id: components["schemas"]["PlaceId"];
            point?: components["schemas"]["Point"] | null;
            /**
             * Format: int32
             * @description From 0.
             */
            position: number;
            promise?: components["schemas"]["PlanWindow"] | null;
            risk?: components["schemas"]["PlanRisk"] | null;
            start: components["schemas"]["Timestamp"];
            /** @description Of the visit. */
            status: string;
            /** Format: int32 */
            travel_s: number;
            visit_id: components["schemas"]["VisitId"];
            /** Format: int32 */
            wait_s: number;
            windows: components["schemas"]["PlanWindow"][];
        };
        /** @description A plan at a glance. */
        PlanSummary: {
            /** Format: int32 */
            agents: number;
            /** Format: int32 */
            at_risk: number;
            /**
             * Format: int64
             * @description Seconds of driving; what else counts is converted into them.
             */
            cost: number;
            /** Format: int64 */
            distance_m: number;
            /** Format: int32 */
            promises_broken: number;
            territory_id?: components["schemas"]["TerritoryId"] | null;
            /** Format: int64 */
            travel_s: number;
            /** Format: int32 */
            unassigned: number;
            version: components["schemas"]["PlanVersion"];
            /** Format: int32 */
            visits: number;
        };
        PlanTotals: {
            /**
             * Format: int64
             * @description Seconds of driving; what else counts is converted into them.
             */
            cost: number;
            /** Format: int64 */
            distance_m: number;
            /** Format: int64 */
            duty_s: number;
            /**
             * Format: int64
             * @description What its visits take of the vehicle's capacity together, begun and ended ones among them.
             */
            load: number;
            /** Format: int64 */
            service_s: number;
            /** Format: int64 */
            travel_s: number;
            /** Format: int32 */
            visits: number;
            /** Format: int64 */
            wait_s: number;
        };
        /**
         * Format: int64
         * @description Counts the accepted changes of a territory's plan; 0 before the first.
         */
        PlanVersion: number;
        /** @description An accepted change, as it is listed. */
        PlanVersionShown: {
            at: components["schemas"]["Timestamp"];
            bill: components["schemas"]["PlanBill"];
            by: components["schemas"]["PlanAuthor"];
            change_id: components["schemas"]["ChangeId"];
            /**
             * Format: int64
             * @description What the plan's cost grew by, seconds of driving.
             */
            cost: number;
            /**
             * @description The customers of the visits that went elsewhere or were settled or freed, by visit; one that is no more, or in another territory,
             *     is left out.
             */
            customers: {
                [key: string]: string;
            };
            diff: components["schemas"]["PlanDiff"];
            kind: components["schemas"]["ChangeKind"];
            /** @description Visits that went elsewhere. */
            moves: components["schemas"]["PlanMove"][];
            undoes?: components["schemas"]["PlanVersion"] | null;
            version: components["schemas"]["PlanVersion"];
        };
        /** @description Why this agent: what the choice costs against the next best, and who could not. */
        PlanWhyHere: {
            chosen: components["schemas"]["PlanOffer"];
            /** @description Cheapest first, one for each shift. */
            others: components["schemas"]["PlanOffer"][];
            /** @description Those of the visit's day nearest to it that cannot. */
            refused: components["schemas"]["PlanRefused"][];
            visit: components["schemas"]["VisitId"];
        };
        /** @description Why a visit is in no route. */
        PlanWhyUnassigned: {
            /** @description How many of the plan's shifts refuse for each reason, by code, most first. */
            counts: [
                string,
                number
            ][];
            /** @description Those of the visit's day that come nearest to being able. */
            nearest: components["schemas"]["PlanRefused"][];
            /** @description no_shift, nobody_allowed, nobody_skilled, unreachable, too_large, no_time, no_room, not_worth_it or not_planned. */
            reason: string;
            visit: components["schemas"]["VisitId"];
        };
        /** @description When service may begin. */
        PlanWindow: {
            from: components["schemas"]["Timestamp"];
            to: components["schemas"]["Timestamp"];
        };
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
        PreviewAsked: {
            base_version?: components["schemas"]["PlanVersion"] | null;
            /** @description 1 to 200. */
            operations: components["schemas"]["PlanOperation"][];
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
        ProposedLink: {
            /** Format: double */
            distance_m: number;
            from: components["schemas"]["Cell"];
            to: components["schemas"]["Cell"];
        };
        ProposedTerritory: {
            after: components["schemas"]["DesignMeasure"];
            /** @description GeoJSON, as it would be applied. */
            area: Record<string, never>;
            /** @description GeoJSON, as it is today. */
            area_today: Record<string, never>;
            before: components["schemas"]["DesignMeasure"];
            cells: components["schemas"]["Cell"][];
            colour: string;
            name: string;
            territory_id: components["schemas"]["TerritoryId"];
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
        /** @description What is said of a place's fence; what is absent is the default, or stays. */
        RawFence: {
            /**
             * Format: int64
             * @description 1 to 86400.
             */
            dwell_s?: number | null;
            /**
             * Format: double
             * @description 10 to 5000.
             */
            radius_m?: number | null;
            /** @description GeoJSON Polygon or MultiPolygon; `null` makes it a circle again. */
            shape?: Record<string, never> | null;
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
        /** @description Degrees before they are checked. */
        RawPoint: {
            /** Format: double */
            lat: number;
            /** Format: double */
            lon: number;
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
        RecoveryCodes: {
            /** @description Ten; each works once, in place of a code of the app. */
            recovery_codes: string[];
        };
        RefreshRequest: {
            refresh_token?: string | null;
        };
        Retention: {
            kinds: components["schemas"]["KeptData"][];
            runs: components["schemas"]["RetentionRun"][];
        };
        RetentionRun: {
            at: components["schemas"]["Timestamp"];
            /** @description Everything older went. */
            before: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Rows; of tracks daily partitions, and rows of days far from now.
             */
            deleted: number;
            kind: string;
        };
        Revoked: {
            /**
             * Format: int64
             * @description How many sessions ended.
             */
            revoked: number;
        };
        Role: {
            /** @description Comes with the product and cannot be changed. */
            built_in: boolean;
            name: string;
            permissions: components["schemas"]["AccessPermission"][];
            title: string;
        };
        RoleChange: {
            permissions: components["schemas"]["PermissionText"][];
            title: string;
        };
        /** @description A week's shifts from a date on. */
        Rota: {
            /** @description At most 50; none: no work from then on. */
            shifts: components["schemas"]["Shift"][];
            /** Format: date */
            valid_from: string;
        };
        RouteShown: components["schemas"]["PlanRoute"] & {
            /** @description From each of them to the next, as it is drawn. */
            legs: components["schemas"]["LegShown"][];
            /** @description The points it leads through, in order: the start, the visits, the end, as far as they are known and the asker may see them. */
            way: components["schemas"]["Point"][];
        };
        /** @description Routes of an agent's day. */
        RoutesShown: {
            routes: components["schemas"]["RouteShown"][];
            version: components["schemas"]["PlanVersion"];
        };
        /**
         * @description What a row comes to.
         * @enum {string}
         */
        RowOutcome: "created" | "updated" | "unchanged" | "kept";
        /** @description Where somebody is signed in. */
        Session: {
            /** @description Where it was last used from. */
            address?: string | null;
            created_at: components["schemas"]["Timestamp"];
            /** @description The one that asks. */
            current: boolean;
            /** @description What the client calls itself. */
            device?: string | null;
            expires_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["SessionId"];
            last_used_at: components["schemas"]["Timestamp"];
            user_agent?: string | null;
        };
        /**
         * Format: uuid
         * @description Where somebody is signed in: one browser, one phone.
         */
        SessionId: string;
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
        /** @description A shift on some days of the week. It belongs to the date it begins on and may run past midnight. */
        Shift: {
            /** @description In order, at most 5. */
            breaks?: components["schemas"]["Break"][];
            days: components["schemas"]["DayOfWeek"][];
            from: components["schemas"]["TimeOfDay"];
            to: components["schemas"]["TimeOfDay"];
        };
        /** @description From and to in local time; `to` before or at `from` is on the next day. */
        ShiftHours: {
            /** @description In order, at most 5. */
            breaks?: components["schemas"]["Break"][];
            from: components["schemas"]["TimeOfDay"];
            to: components["schemas"]["TimeOfDay"];
        };
        /** @description One stretch of work of one agent: the day it belongs to, and which of that day's where there are several. */
        ShiftId: {
            agent: components["schemas"]["AgentId"];
            /**
             * Format: date
             * @example 2026-11-23
             */
            date: string;
            /** Format: int32 */
            part?: number;
        };
        SignedIn: {
            access_token?: string | null;
            /** @description When the access token ends. */
            expires_at: components["schemas"]["Timestamp"];
            refresh_token?: string | null;
            user: components["schemas"]["SignedInUser"];
        };
        /** @description A user as named in an answer to signing in. */
        SignedInUser: {
            email: string;
            id: components["schemas"]["UserId"];
            name: string;
            role: string;
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
        /** @description Something a visit may need and an agent may have. The organisation's own list, by code. */
        Skill: {
            /** @description 1 to 32 characters of `A-Z a-z 0-9 - _ .` */
            code: string;
            name: string;
        };
        /** @description A plan for a problem. Seconds are from the problem's origin. */
        SolutionShown: {
            /** @description By cause. */
            bill: components["schemas"]["PlanBill"];
            /**
             * Format: int64
             * @description The sum of `bill`, in whatever the problem's costs are given in; by default seconds of travel.
             */
            cost: number;
            curve: components["schemas"]["PlanCurvePoint"][];
            /** Format: int64 */
            iterations: number;
            routes: components["schemas"]["SolvedRoute"][];
            unassigned: components["schemas"]["SolvedLeft"][];
        };
        SolveAsked: {
            problem: components["schemas"]["PlanningProblem"];
            /**
             * Format: int64
             * @description 1 to 30.
             */
            seconds: number;
            /**
             * Format: int64
             * @description The same seed and the same problem search the same way.
             */
            seed?: number | null;
        };
        SolvedLeft: {
            id: components["schemas"]["VisitId"];
            /** @description The first that holds for every shift: no_shift, nobody_allowed, nobody_skilled, unreachable, too_large, no_time, no_room, not_worth_it. */
            reason: string;
        };
        SolvedRoute: {
            breaks_s: (number | null)[];
            /** Format: int32 */
            departs_s: number;
            /** Format: int32 */
            ends_s: number;
            shift: components["schemas"]["ShiftId"];
            visits: components["schemas"]["SolvedVisit"][];
        };
        SolvedVisit: {
            id: components["schemas"]["VisitId"];
            /** Format: int32 */
            start_s: number;
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
            /** @description Customers past theirs. */
            halted_customers: components["schemas"]["HaltedCustomerActor"][];
            journal: components["schemas"]["Journal"];
            started_at: components["schemas"]["Timestamp"];
            travel: components["schemas"]["Travel"];
            /** Format: int64 */
            uptime_s: number;
            version: string;
        };
        Team: {
            agents: components["schemas"]["AgentId"][];
            created_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["TeamId"];
            leads: components["schemas"]["UserId"][];
            name: string;
        };
        /**
         * Format: uuid
         * @description A team: agents that somebody leads, wherever they work.
         */
        TeamId: string;
        TeamPatch: {
            agents?: components["schemas"]["AgentId"][] | null;
            leads?: components["schemas"]["UserId"][] | null;
            name?: string | null;
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
            parent_id?: components["schemas"]["TerritoryId"] | null;
        };
        /** @description A design as a whole. */
        TerritoryDesign: components["schemas"]["TerritoryDesignHead"] & {
            proposal?: components["schemas"]["DesignProposal"] | null;
            request: components["schemas"]["NewTerritoryDesign"];
        };
        /** @description A design without its ground. */
        TerritoryDesignHead: {
            after?: components["schemas"]["DesignBalance"] | null;
            before?: components["schemas"]["DesignBalance"] | null;
            created_at: components["schemas"]["Timestamp"];
            /** @description Why it failed. */
            failure?: string | null;
            id: components["schemas"]["TerritoryDesignId"];
            made_by?: components["schemas"]["UserId"] | null;
            name: string;
            state: components["schemas"]["DesignState"];
            territory_ids: components["schemas"]["TerritoryId"][];
            updated_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Counts from 1, with every edit and change of state.
             */
            version: number;
        };
        /**
         * Format: uuid
         * @description A proposal to cut territories anew.
         */
        TerritoryDesignId: string;
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
            parent_id?: components["schemas"]["TerritoryId"] | null;
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
        TotpSecret: {
            /** @description Base32, to be typed in. */
            secret: string;
            /** @description `otpauth://…`, to be shown as a QR code. */
            uri: string;
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
             * @description Agents are tracked from when they go on duty for the first time; otherwise also as long as nothing is said of their duty.
             * @default false
             */
            duty_required: boolean;
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
        /** @description Where travel times come from, and how the map of the roads is. */
        Travel: {
            /**
             * Format: int64
             * @description Ways of the map that cars may take.
             */
            car_ways: number;
            /** @description Why the map is not loaded. */
            failure?: string | null;
            /** @description none | loading | loaded | failed; until it is loaded, times are straight lines. */
            map: string;
            /** @description Places of the map that can be searched for. */
            places: number;
            /** @description straight_line | embedded | osrm | valhalla */
            provider: string;
            /**
             * Format: int64
             * @description How often speeds were learned from our own vehicles since the start.
             */
            speeds_learned: number;
        };
        /** @enum {string} */
        TravelProfile: "car" | "bike" | "foot";
        UndoAsked: {
            base_version: components["schemas"]["PlanVersion"];
        };
        /** @description A user as those who manage users see them. */
        User: {
            agent_id?: components["schemas"]["AgentId"] | null;
            created_at: components["schemas"]["Timestamp"];
            disabled: boolean;
            email: string;
            id: components["schemas"]["UserId"];
            last_seen_at?: components["schemas"]["Timestamp"] | null;
            name: string;
            role: string;
            second_factor: boolean;
            /** @description Teams they lead. */
            teams: components["schemas"]["TeamId"][];
            /** @description Those assigned; what lies below them is theirs too. */
            territories: components["schemas"]["TerritoryId"][];
        };
        /**
         * Format: uuid
         * @description Somebody who signs in.
         */
        UserId: string;
        UserPatch: {
            agent_id?: components["schemas"]["AgentId"] | null;
            disabled?: boolean | null;
            name?: string | null;
            role?: string | null;
            territories?: components["schemas"]["TerritoryId"][] | null;
        };
        Vehicle: {
            /**
             * Format: int32
             * @description In whatever unit visits say what they need; 1 to 1000000.
             */
            capacity?: number | null;
            /**
             * Format: int32
             * @description Of one day, 1000 to 5000000.
             */
            max_distance_m?: number | null;
            /** @description At most 60 characters. */
            name?: string;
            profile: components["schemas"]["TravelProfile"];
        };
        /** @description The proof of a visit. */
        Verification: {
            check_in?: components["schemas"]["VisitEndProof"] | null;
            check_out?: components["schemas"]["VisitEndProof"] | null;
            flags: components["schemas"]["Flag"][];
            passage?: components["schemas"]["VisitPassageProof"] | null;
            photos?: components["schemas"]["VisitPhotoProof"][];
            status: components["schemas"]["VerificationStatus"];
            trail: components["schemas"]["VisitTrail"];
        };
        /**
         * @description How far a visit is proved.
         * @enum {string}
         */
        VerificationStatus: "verified" | "partial" | "unverified" | "no_data";
        /** @description Users who may do it, by id. */
        Viewers: {
            action: components["schemas"]["Action"];
            module: components["schemas"]["Module"];
            users: components["schemas"]["UserId"][];
        };
        /** @description A visit, as it is stored and sent. */
        Visit: components["schemas"]["VisitPlan"] & components["schemas"]["VisitProgress"] & {
            address: string;
            created_at: components["schemas"]["Timestamp"];
            /** @description The customer's name and where the place is, as they are now. */
            customer_name: string;
            /**
             * Format: date
             * @description Civil date it belongs to: that of its check-in, else the one planned.
             * @example 2026-11-23
             */
            date: string;
            /** @description What deserves a look, of what was told and of the proof. */
            flags: components["schemas"]["Flag"][];
            /** @description Agents who had it before: what they tell of it is taken. */
            former_agents?: components["schemas"]["AgentId"][];
            id: components["schemas"]["VisitId"];
            origin?: components["schemas"]["VisitOrigin"] | null;
            point?: components["schemas"]["Point"] | null;
            /**
             * Format: int32
             * @description Its place in the order of its beat's day, from 0.
             */
            position: number;
            /**
             * Format: int64
             * @description Counts every change.
             */
            revision: number;
            source: components["schemas"]["VisitSource"];
            updated_at: components["schemas"]["Timestamp"];
            verification: components["schemas"]["VerificationStatus"];
            /**
             * Format: int64
             * @description Counts the changes of the plan: send it along to change no other plan than the one that was seen.
             */
            version: number;
        };
        /** @description An activity of a visit, as it is stored and sent. */
        VisitActivity: {
            answers: Record<string, never>;
            at: components["schemas"]["Timestamp"];
            form_id?: components["schemas"]["FormId"] | null;
            /** Format: int64 */
            form_version?: number | null;
            id: components["schemas"]["ActivityId"];
            note?: string;
            type_id: components["schemas"]["ActivityTypeId"];
            visit_id: components["schemas"]["VisitId"];
        };
        /** @description An activity and who told it. */
        VisitActivityView: components["schemas"]["VisitActivity"] & {
            by: components["schemas"]["VisitAuthor"];
            received_at: components["schemas"]["Timestamp"];
        };
        /** @description Where the track saw the agent of a visit. */
        VisitArrival: {
            arrived_at: components["schemas"]["Timestamp"];
            enter: components["schemas"]["EvidenceView"];
            exit?: components["schemas"]["EvidenceView"] | null;
            /**
             * Format: int64
             * @description Time within the fence, milliseconds; of a stay that goes on it is what was known when it began to count as an arrival.
             */
            inside_ms: number;
            left_at?: components["schemas"]["Timestamp"] | null;
            /** @description Other visits that the same stay shows at, because their places share the ground. */
            shared_with?: components["schemas"]["VisitId"][];
        };
        VisitAssignment: {
            agent_id?: components["schemas"]["AgentId"] | null;
            /**
             * Format: int64
             * @description The version of the plan that was seen: when it has changed since, nothing is done.
             */
            version?: number | null;
            visit_id: components["schemas"]["VisitId"];
        };
        /** @description Who told it. */
        VisitAuthor: {
            /** Format: uuid */
            id?: string | null;
            kind: components["schemas"]["AuthorKind"];
        };
        /**
         * @description An event with the visit as it is now, which may be newer than the event. Whoever keeps the visit with the greatest `revision` holds what the
         *     server holds.
         */
        VisitChange: {
            event: components["schemas"]["VisitEvent"];
            visit?: components["schemas"]["Visit"] | null;
        };
        /** @description Changes after a position. */
        VisitChanges: {
            items: components["schemas"]["VisitChange"][];
            /**
             * Format: int64
             * @description The last change looked at: ask for what comes after it.
             */
            last: number;
            /**
             * Format: int64
             * @description The newest there is.
             */
            newest: number;
        };
        /** @description What is otherwise for customers of a class; what is absent is as for everybody. */
        VisitClassRules: {
            /**
             * Format: int32
             * @default null
             */
            arrival_dwell_s: number | null;
            /**
             * Format: int32
             * @default null
             */
            dwell_min_s: number | null;
            /**
             * Format: int32
             * @default null
             */
            radius_m: number | null;
        };
        /** @description What every command may say. */
        VisitCommand: {
            agent_id?: components["schemas"]["AgentId"] | null;
            at?: components["schemas"]["Timestamp"] | null;
            /** @description The phone it is told from. */
            device?: string | null;
            id?: components["schemas"]["VisitEventId"] | null;
        };
        VisitCommandWithReason: components["schemas"]["VisitCommand"] & {
            note?: string;
            reason: string;
        };
        /** @description One end of a visit. */
        VisitEndProof: {
            at: components["schemas"]["Timestamp"];
            /** @description Whether the agent was there; absent where nothing tells. */
            is_there?: boolean | null;
            told?: components["schemas"]["VisitPosition"] | null;
            /**
             * Format: int32
             * @description Metres from there to the place.
             */
            told_distance_m?: number | null;
            track?: components["schemas"]["VisitSighting"] | null;
        };
        /** @description One event. */
        VisitEvent: components["schemas"]["VisitEventBody"] & {
            agent_id?: components["schemas"]["AgentId"] | null;
            /** @description When it happened, by the clock of whoever told it. */
            at: components["schemas"]["Timestamp"];
            by: components["schemas"]["VisitAuthor"];
            device?: string | null;
            effect?: components["schemas"]["Effect"] | null;
            id: components["schemas"]["VisitEventId"];
            received_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description The visit's after it.
             */
            revision: number;
            /**
             * Format: int64
             * @description Ascending, with holes.
             */
            seq: number;
            status: components["schemas"]["VisitStatus"];
            visit_id: components["schemas"]["VisitId"];
            /** @description Where the visit stood before, and stands after. */
            was: components["schemas"]["VisitStatus"];
        };
        /** @description What changed. */
        VisitEventBody: {
            /** @enum {string} */
            kind: "planned";
            plan: components["schemas"]["VisitPlan"];
        } | {
            changes: Record<string, never>;
            /** @enum {string} */
            kind: "replanned";
        } | {
            clock_ahead?: boolean;
            /** @enum {string} */
            kind: "told";
            told: components["schemas"]["VisitTold"];
        } | {
            /** @enum {string} */
            kind: "arrival";
            new?: components["schemas"]["VisitArrival"] | null;
            old?: components["schemas"]["VisitArrival"] | null;
        } | {
            /** @enum {string} */
            kind: "under_way";
            since?: components["schemas"]["Timestamp"] | null;
        } | {
            is_missed: boolean;
            /** @enum {string} */
            kind: "missed";
        } | {
            activity: components["schemas"]["VisitActivity"];
            /** @enum {string} */
            kind: "activity";
        } | {
            file: components["schemas"]["File"];
            /** @enum {string} */
            kind: "file";
        } | {
            /** @enum {string} */
            kind: "verified";
            new: components["schemas"]["Verification"];
            old: components["schemas"]["Verification"];
        } | {
            /** @enum {string} */
            kind: "erased";
        };
        /**
         * Format: uuid
         * @description Something that was told of a visit, by the phone, a person or the derivation.
         */
        VisitEventId: string;
        /**
         * Format: uuid
         * @description A visit at a customer's place: planned, under way or done.
         */
        VisitId: string;
        /**
         * @description What sort of visit it is.
         * @enum {string}
         */
        VisitKind: "routine" | "ad_hoc" | "urgent" | "phone_call";
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
        /** @description The occurrence of a beat that a visit was made for: it stays with the visit wherever people move it. */
        VisitOrigin: {
            beat: components["schemas"]["BeatId"];
            /**
             * Format: date
             * @description The date by the beat, before holidays and absences moved it.
             * @example 2026-11-23
             */
            on: string;
        };
        /** @description The stay at the place's fence. */
        VisitPassageProof: {
            enter: components["schemas"]["EvidenceView"];
            exit?: components["schemas"]["EvidenceView"] | null;
            from: components["schemas"]["Timestamp"];
            /** Format: int32 */
            overlap_pct: number;
            /**
             * Format: int32
             * @description Part of the visit that lies within the stay, whole seconds and per cent.
             */
            overlap_s: number;
            to?: components["schemas"]["Timestamp"] | null;
        };
        /** @description A change of a plan: what is absent stays, `null` takes away what may be absent. */
        VisitPatch: {
            agent_id?: components["schemas"]["AgentId"] | null;
            /** Format: date */
            day?: string | null;
            /**
             * Format: int64
             * @description 0 to 1000000.
             */
            demand?: number | null;
            /** Format: int64 */
            duration_s?: number | null;
            kind?: components["schemas"]["VisitKind"] | null;
            note?: string | null;
            place_id?: components["schemas"]["PlaceId"] | null;
            /** Format: int64 */
            priority?: number | null;
            purpose?: string | null;
            skills?: string[] | null;
            territory_id?: components["schemas"]["TerritoryId"] | null;
            /**
             * Format: int64
             * @description The version the change was made from: when the plan has changed since, it is refused.
             */
            version?: number | null;
            windows?: components["schemas"]["VisitWindow"][] | null;
        };
        /** @description A photo held against its visit. */
        VisitPhotoProof: {
            /** Format: int32 */
            distance_m?: number | null;
            file: components["schemas"]["FileId"];
            is_duplicate: boolean;
            /** @description By its own word: at the place. */
            is_of_the_place?: boolean | null;
            /** @description By its own word: within the visit, give or take. Absent: it does not say. */
            is_of_the_time?: boolean | null;
        };
        /** @description What is planned. */
        VisitPlan: {
            agent_id?: components["schemas"]["AgentId"] | null;
            customer_id: components["schemas"]["CustomerId"];
            /**
             * Format: date
             * @description Civil date it is planned for, in the organisation's time zone.
             * @example 2026-11-23
             */
            day: string;
            /**
             * Format: int32
             * @description How much of its vehicle's capacity it takes, in the unit of the organisation's choice: 0 to 1000000.
             */
            demand: number;
            /**
             * Format: int32
             * @description How long it is expected to take.
             */
            duration_s: number;
            kind: components["schemas"]["VisitKind"];
            note: string;
            place_id: components["schemas"]["PlaceId"];
            /**
             * Format: int32
             * @description 0 to 100; more is more urgent.
             */
            priority: number;
            /** @description What for, in the organisation's words: delivery, audit, … */
            purpose?: string | null;
            /** @description What the agent must be able to do. */
            skills: string[];
            territory_id?: components["schemas"]["TerritoryId"] | null;
            /** @description What was promised: it begins within one of them. None: any time of the day. */
            windows: components["schemas"]["VisitWindow"][];
        };
        /** @description A position as it is sent. */
        VisitPosition: {
            /** Format: double */
            accuracy_m?: number | null;
            /** Format: double */
            lat: number;
            /** Format: double */
            lon: number;
            mock?: boolean;
        };
        /** @description What became of a visit. */
        VisitProgress: {
            arrived_at?: components["schemas"]["Timestamp"] | null;
            checked_in_at?: components["schemas"]["Timestamp"] | null;
            en_route_at?: components["schemas"]["Timestamp"] | null;
            ended_at?: components["schemas"]["Timestamp"] | null;
            /** @description What a completed visit should have shown and does not. */
            lacking: string[];
            left_at?: components["schemas"]["Timestamp"] | null;
            missed_at?: components["schemas"]["Timestamp"] | null;
            outcome?: components["schemas"]["Outcome"] | null;
            performed_by?: components["schemas"]["AgentId"] | null;
            /** @description Why it was unproductive, cancelled or abandoned. */
            reason?: string | null;
            started_at?: components["schemas"]["Timestamp"] | null;
            status: components["schemas"]["VisitStatus"];
        };
        /** @description The proof of a visit. */
        VisitProofs: {
            arrival?: components["schemas"]["VisitArrival"] | null;
            /** @description What it was weighed as before, newest first, the current one included. */
            history: components["schemas"]["VisitProofVersion"][];
            verification: components["schemas"]["Verification"];
            visit_id: components["schemas"]["VisitId"];
        };
        VisitProofVersion: {
            at: components["schemas"]["Timestamp"];
            /** Format: int64 */
            revision: number;
            verification: components["schemas"]["Verification"];
        };
        /** @description What became of one event. */
        VisitReportOutcome: {
            /** @description Why it was refused. */
            code?: string | null;
            effect?: components["schemas"]["Effect"] | null;
            field?: string | null;
            id?: components["schemas"]["VisitEventId"] | null;
            limit?: string | null;
            result: components["schemas"]["VisitReportResult"];
        };
        VisitReportOutcomes: {
            /** @description In the order of the events. */
            outcomes: components["schemas"]["VisitReportOutcome"][];
        };
        /** @enum {string} */
        VisitReportResult: "taken" | "known" | "refused";
        VisitReports: {
            agent_id?: components["schemas"]["AgentId"] | null;
            /** @description The phone they are told from. */
            device?: string | null;
            /** @description 1 to 500: `{id, visit_id, at, type, …}` with `type` `en_route`, `check_in`, `start`, `check_out` or `abandon` and the members of the command of that name. */
            events: Record<string, never>[];
        };
        /** @description What visits of some kinds, classes of customers and outcomes must show. An empty list stands for all. */
        VisitRequirement: {
            /** @default [] */
            classes: string[];
            /** @default [] */
            kinds: components["schemas"]["VisitKind"][];
            /** @default [] */
            outcomes: components["schemas"]["Outcome"][];
            /** @default [] */
            proofs: string[];
        };
        /** @description What a version of the settings says about visits. */
        VisitRules: {
            /** @default [] */
            abandon_reasons: string[];
            /**
             * Format: int32
             * @description A coarser position tells nothing, metres. 100: CoreIsle.
             * @default 100
             */
            accuracy_max_m: number;
            /**
             * Format: int32
             * @description Time inside after which somebody has arrived although nothing was told, seconds. 300: Involves, Reitti.
             * @default 300
             */
            arrival_dwell_s: number;
            /** @default [] */
            cancel_reasons: string[];
            /**
             * @description What is otherwise for customers of a class, by the class's code.
             * @default {}
             */
            classes: {
                [key: string]: components["schemas"]["VisitClassRules"];
            };
            /**
             * Format: int32
             * @description After a check-out nobody checks in at the same place again for so long, seconds. 120: the upper end of ForceManager's 1 to 2 minutes.
             * @default 120
             */
            cool_down_s: number;
            /**
             * Format: int32
             * @description A visit shorter than this is marked a drive-by, seconds. 120: gogig.
             * @default 120
             */
            drive_by_s: number;
            /**
             * Format: int32
             * @description A visit shorter than this is marked short, seconds. 300: Involves.
             * @default 300
             */
            dwell_min_s: number;
            /**
             * Format: int32
             * @description A longer silence within a visit is marked, seconds. As long as a gap of tracks.
             * @default 600
             */
            gap_max_s: number;
            /**
             * Format: int32
             * @description Position told and track at the same time may be so far apart, beyond the accuracy of both, metres.
             * @default 200
             */
            mismatch_m: number;
            /**
             * Format: int32
             * @description After the end of the agent's day a visit that nobody made is missed when so long has passed, seconds.
             * @default 7200
             */
            missed_after_s: number;
            /**
             * Format: int32
             * @description A fix says where somebody was at an instant when it is no farther away in time, seconds.
             * @default 300
             */
            near_s: number;
            /** @default flag */
            outside_check_in: components["schemas"]["Outside"];
            /** @default flag */
            outside_check_out: components["schemas"]["Outside"];
            /**
             * Format: int32
             * @description Part of a visit that the track must show at the place for it to be verified, per cent.
             * @default 50
             */
            overlap_min_pct: number;
            /**
             * Format: int32
             * @description A photo's own place may be so far from the visit's, metres.
             * @default 300
             */
            photo_apart_m: number;
            /**
             * Format: int32
             * @description A photo's own time may be so far outside of the visit, seconds.
             * @default 900
             */
            photo_apart_s: number;
            /**
             * Format: int32
             * @description Nearer than this to the place's point is there, metres; whoever is within the place's fence is there as well. 100: SPOTIO, Striker,
             *     Relentify.
             * @default 100
             */
            radius_m: number;
            /**
             * @description What a visit needs before it can be completed.
             * @default []
             */
            requirements: components["schemas"]["VisitRequirement"][];
            /**
             * Format: int32
             * @description Who comes back within so long has not left, seconds. 1,800: the lower end of Reitti's 30 to 60 minutes.
             * @default 1800
             */
            stay_gap_s: number;
            /**
             * @description Why a visit may be unproductive; empty: any reason will do.
             * @default [
             *       "closed",
             *       "no_buyer",
             *       "no_need",
             *       "no_money",
             *       "other"
             *     ]
             */
            unproductive_reasons: string[];
        };
        VisitsCreated: {
            /** Format: int64 */
            created: number;
        };
        VisitSettings: {
            /** @description In force now. */
            current: components["schemas"]["VisitRules"];
            /** @description Oldest first. */
            versions: components["schemas"]["VisitSettingsVersion"][];
        };
        VisitSettingsRequest: {
            /** @description What is left out takes the field's default. */
            rules: components["schemas"]["VisitRules"];
            valid_from?: components["schemas"]["Timestamp"] | null;
        };
        VisitSettingsVersion: {
            created_at: components["schemas"]["Timestamp"];
            rules: components["schemas"]["VisitRules"];
            valid_from: components["schemas"]["Timestamp"];
        };
        /** @description A fix near an instant. */
        VisitSighting: components["schemas"]["VisitPosition"] & {
            /** Format: double */
            accuracy_m?: number | null;
            at: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description Metres to the visit's place.
             */
            distance_m?: number | null;
            is_there?: boolean | null;
        };
        /**
         * @description Where a visit came from.
         * @enum {string}
         */
        VisitSource: "person" | "beat" | "import" | "phone" | "api";
        /**
         * @description Where a visit stands.
         * @enum {string}
         */
        VisitStatus: "planned" | "en_route" | "arrived" | "checked_in" | "in_progress" | "completed" | "missed" | "cancelled" | "abandoned";
        /** @description Time at one place. */
        VisitStay: {
            /** @description What coming and going rest on. */
            enter: components["schemas"]["EvidenceView"];
            exit?: components["schemas"]["EvidenceView"] | null;
            fence: components["schemas"]["FenceId"];
            from: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Time within the fence, without the ways out in between, milliseconds.
             */
            inside_ms: number;
            /**
             * Format: int32
             * @description Ways out and back.
             */
            interruptions: number;
            to?: components["schemas"]["Timestamp"] | null;
            /** @description The end, or the last that is known of being there. */
            until: components["schemas"]["Timestamp"];
        };
        /** @description What is told. */
        VisitTold: {
            /** @enum {string} */
            type: "en_route";
        } | {
            note?: string;
            /** @description Photos taken as a proof; they may be uploaded before or after. */
            photos?: components["schemas"]["FileId"][];
            position?: components["schemas"]["VisitPosition"] | null;
            /** @enum {string} */
            type: "check_in";
        } | {
            /** @enum {string} */
            type: "start";
        } | {
            note?: string;
            outcome: components["schemas"]["Outcome"];
            photos?: components["schemas"]["FileId"][];
            position?: components["schemas"]["VisitPosition"] | null;
            /** @description Of an unproductive visit. */
            reason?: string | null;
            /** @enum {string} */
            type: "check_out";
        } | {
            note?: string;
            reason: string;
            /** @enum {string} */
            type: "abandon";
        } | {
            note?: string;
            reason: string;
            /** @enum {string} */
            type: "cancel";
        } | {
            note?: string;
            /** @enum {string} */
            type: "reinstate";
        } | {
            /** @enum {string} */
            type: "left_open";
            why: components["schemas"]["LeftOpen"];
        };
        /** @description The track around one visit. */
        VisitTrail: {
            at_check_in?: components["schemas"]["VisitSighting"] | null;
            at_check_out?: components["schemas"]["VisitSighting"] | null;
            /**
             * Format: int32
             * @description Believed fixes between check-in and check-out.
             */
            fixes: number;
            /**
             * Format: int32
             * @description Longest silence between check-in and check-out, whole seconds.
             */
            gap_max_s: number;
            /**
             * Format: int32
             * @description Of them, those at the place.
             */
            inside: number;
            /**
             * Format: int32
             * @description Fixes of that time that the phone itself said were simulated.
             */
            mock: number;
            /**
             * Format: int32
             * @description Fixes of that time that are not believed for other reasons.
             */
            suspect: number;
        };
        /** @description From and to, the second not included. */
        VisitWindow: {
            from: components["schemas"]["Timestamp"];
            to: components["schemas"]["Timestamp"];
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
        WithCode: {
            /** @description Six digits. */
            code: string;
        };
        WithinArea: {
            /** @description GeoJSON Polygon or MultiPolygon. */
            area: Record<string, never>;
        };
        WithPassword: {
            password: string;
        };
        WithPasswordAndCode: {
            /** @description Six digits of the app, or a recovery code. */
            code: string;
            password: string;
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
        /** @description Everything that is said of it. */
        Work: {
            /**
             * @description At most 400; they may overlap.
             * @default []
             */
            absences: components["schemas"]["Absence"][];
            /**
             * @default {
             *       "end": {
             *         "kind": "start"
             *       },
             *       "start": null
             *     }
             */
            base: components["schemas"]["Base"];
            /**
             * @default {
             *       "hourly_minor": 0,
             *       "overtime_hourly_minor": 0
             *     }
             */
            cost: components["schemas"]["Cost"];
            /**
             * @description Dates that go otherwise than the week says. At most 400.
             * @default []
             */
            exceptions: components["schemas"]["DatedShifts"][];
            /**
             * Format: int32
             * @description 1 to 500; no limit when absent.
             * @default null
             */
            max_visits_per_day: number | null;
            /**
             * Format: int32
             * @description How long past the end of a shift work may go on, seconds, 0 to 43200.
             * @default 0
             */
            overtime_max_s: number;
            /**
             * @description Weekly shifts, each version valid from a date until the next one begins. Before the first one there are none. At most 50.
             * @default []
             */
            rotas: components["schemas"]["Rota"][];
            /**
             * @description At most 50.
             * @default []
             */
            skills: components["schemas"]["AgentSkill"][];
            /** @default null */
            vehicle: components["schemas"]["Vehicle"] | null;
        };
        /** @description So long a break somewhere in `[from, to)`. */
        WorkBreak: {
            /** Format: int32 */
            duration_s: number;
            from: components["schemas"]["Timestamp"];
            to: components["schemas"]["Timestamp"];
        };
        /** @description A shift of a date, or what absences leave of it: `[start, end)`. */
        WorkDay: {
            breaks: components["schemas"]["WorkBreak"][];
            /**
             * Format: date
             * @description The civil date the shift began on.
             */
            date: string;
            end: components["schemas"]["Timestamp"];
            start: components["schemas"]["Timestamp"];
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
    jwks: {
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
                    "application/json": components["schemas"]["JsonWebKeys"];
                };
            };
        };
    };
    listActivityTypes: {
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
                    "application/json": components["schemas"]["Page_ActivityType"];
                };
            };
        };
    };
    putActivityType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ActivityTypeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewActivityType"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActivityType"];
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
    readAgentContacts: {
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
                    "application/json": components["schemas"]["AgentContacts"];
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
    putAgentContacts: {
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
                "application/json": components["schemas"]["NewContacts"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentContacts"];
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
    readDuty: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description RFC 3339 or Unix milliseconds; by default from the beginning. */
                from?: string;
                /** @description 1..500, by default 100. */
                limit?: number;
                /** @description By default all that was told. */
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
                    "application/json": components["schemas"]["DutyView"];
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
    tellDuty: {
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
                "application/json": components["schemas"]["NewDuty"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DutyChange"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DutyChange"];
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
    eraseAgent: {
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
                "application/json": components["schemas"]["EraseAgent"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
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
    unplannedStays: {
        parameters: {
            query?: {
                /** @description YYYY-MM-DD; today when absent. */
                date?: string;
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
                    "application/json": components["schemas"]["Page_VisitStay"];
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
    agentViewers: {
        parameters: {
            query?: {
                /** @description By default read. */
                action?: "read" | "create" | "update" | "delete" | "export";
                /** @description By default positions. */
                module?: "agents" | "positions" | "tracks" | "duty" | "quarantine" | "devices" | "fences" | "plans" | "dispatch" | "customers" | "territories" | "teams" | "settings" | "users" | "roles" | "api_keys" | "audit" | "system" | "visits" | "visit_reports" | "contacts" | "precise_location";
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
                    "application/json": components["schemas"]["Viewers"];
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
    agentVisits: {
        parameters: {
            query?: {
                /** @description YYYY-MM-DD; today when absent. */
                date?: string;
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
                    "application/json": components["schemas"]["Page_Visit"];
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
    readAgentWork: {
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
                    "application/json": components["schemas"]["AgentWorkView"];
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
    putAgentWork: {
        parameters: {
            query?: {
                /** @description The customer's version this was decided upon; refused where it is another one by now. If-Match says the same. */
                version?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["AgentId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Work"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentWorkView"];
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
    agentWorkDays: {
        parameters: {
            query: {
                /** @description Civil date. */
                from: string;
                /** @description The first date that is not asked for, at most 100 days later. */
                to: string;
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
                    "application/json": components["schemas"]["Page_WorkDay"];
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
    findAgentsByContact: {
        parameters: {
            query?: {
                /** @description In any case. */
                email?: string;
                /** @description With its country: a plus (%2B) and 7 to 15 digits. */
                phone?: string;
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
                    "application/json": components["schemas"]["Page_FoundAgent"];
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
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description 1 to 500, by default 100. */
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
                    "application/json": components["schemas"]["Page_ApiKey"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewApiKey"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
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
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ApiKeyId"];
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
    listAudit: {
        parameters: {
            query?: {
                /** @description Id of a user, agent or API key, or one of user, agent, api_key, system, nobody. */
                actor?: string;
                /** @description `next` of the page before. */
                after?: string;
                /** @description First instant, RFC 3339 or Unix milliseconds; by default the beginning. */
                from?: string;
                kind?: "sign_in" | "sign_in_refused" | "second_factor_refused" | "sign_out" | "session_revoked" | "refresh_token_reused" | "password_changed" | "password_reset_asked" | "password_reset" | "second_factor_enabled" | "second_factor_disabled" | "access_refused" | "user_invited" | "user_created" | "user_changed" | "user_disabled" | "user_erased" | "role_changed" | "role_created" | "role_updated" | "role_deleted" | "territory_changed" | "territory_assigned" | "team_changed" | "api_key_created" | "api_key_revoked" | "token_minted" | "key_rotated" | "impersonation_begun" | "export" | "quarantine_decided" | "settings_changed" | "device_enrolled" | "device_changed" | "device_revoked" | "agent_created" | "agent_changed" | "fence_changed" | "recompute" | "agent_resumed" | "retention_run" | "erasure" | "audit_read" | "plan_changed" | "plan_searched" | "dispatch_changed" | "visit_planned" | "visit_told_for" | "form_changed" | "beat_changed" | "file_read" | "customer_created" | "customer_changed" | "customer_resumed" | "customers_imported" | "visits_imported" | "work_changed" | "duty_changed";
                /** @description 1..1000, by default 100. */
                limit?: number;
                /** @description What it was done to: a kind such as `device`, or `kind:id`. */
                object?: string;
                outcome?: "done" | "refused" | "failed";
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
                    "application/json": components["schemas"]["Page_AuditEntry"];
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
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    showInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
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
                    "application/json": components["schemas"]["InvitationShown"];
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
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Acceptance"];
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
            /** @description `invalid_credentials`, `second_factor_required` or `second_factor_invalid` */
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
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
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
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Forgotten"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
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
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordReset"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the field `token`: unknown, used or expired */
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
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
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
    listSessions: {
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
                    "application/json": components["schemas"]["Page_Session"];
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
    revokeSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["SessionId"];
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
    revokeOtherSessions: {
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
                    "application/json": components["schemas"]["Revoked"];
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
    beginSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WithPassword"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpSecret"];
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
    endSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WithPasswordAndCode"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
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
    confirmSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WithCode"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
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
    renewRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WithPassword"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
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
    listBeats: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                agent?: components["schemas"]["AgentId"];
                /** @description 1..500, by default 100. */
                limit?: number;
                /** @description Part of the name, in any case. */
                q?: string;
                territory?: components["schemas"]["TerritoryId"];
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
                    "application/json": components["schemas"]["Page_Beat"];
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
    createBeat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBeat"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Beat"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Beat"];
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
    readBeat: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["BeatId"];
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
                    "application/json": components["schemas"]["Beat"];
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
    updateBeat: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["BeatId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBeat"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Beat"];
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
    endBeat: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["BeatId"];
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
    generateVisits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GenerateVisitsRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GeneratedVisits"];
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
    listCustomerClasses: {
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
                    "application/json": components["schemas"]["Page_CustomerClass"];
                };
            };
        };
    };
    putCustomerClass: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCustomerClass"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerClass"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerClass"];
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
    deleteCustomerClass: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
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
    listCustomers: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description `west,south,east,north` in degrees; `west` > `east` crosses the antimeridian. */
                bbox?: string;
                /** @description Code of a class. */
                class?: string;
                /** @description 1..500, by default 100. */
                limit?: number;
                /** @description `lat,lon` in degrees. */
                near?: string;
                /** @description Whom this agent should visit. */
                preferred_agent?: components["schemas"]["AgentId"];
                /** @description Beginnings of words of the name, the code, a tag or an address; all must be there, in any case and without accents. */
                q?: string;
                /** @description With `near`: 1..200000, by default 5000. */
                radius_m?: number;
                /** @description The code in other systems, exactly. */
                ref?: string;
                status?: "active" | "on_hold" | "closed";
                tag?: string;
                /** @description Id of a territory, or `none`. */
                territory?: string;
                /** @description Only those with a place that is not located yet (true), or without any such (false). */
                unlocated?: boolean;
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
                    "application/json": components["schemas"]["Page_ListedCustomer"];
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
    createCustomer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCustomer"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerView"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerView"];
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
    readCustomer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["CustomerId"];
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
                    "application/json": components["schemas"]["CustomerView"];
                };
            };
            304: {
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
    updateCustomer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["CustomerId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerView"];
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
    listCustomerContacts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["CustomerId"];
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
                    "application/json": components["schemas"]["Page_CustomerContact"];
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
    putCustomerContact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contact: components["schemas"]["ContactId"];
                id: components["schemas"]["CustomerId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCustomerContact"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerView"];
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
    eraseCustomerContact: {
        parameters: {
            query?: {
                /** @description The customer's version this was decided upon; refused where it is another one by now. If-Match says the same. */
                version?: number;
            };
            header?: never;
            path: {
                contact: components["schemas"]["ContactId"];
                id: components["schemas"]["CustomerId"];
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
                    "application/json": components["schemas"]["CustomerView"];
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
    addCustomerPlace: {
        parameters: {
            query?: {
                /** @description The customer's version this was decided upon; refused where it is another one by now. If-Match says the same. */
                version?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["CustomerId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPlace"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerView"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerView"];
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
    removeCustomerPlace: {
        parameters: {
            query?: {
                /** @description The customer's version this was decided upon; refused where it is another one by now. If-Match says the same. */
                version?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["CustomerId"];
                place: components["schemas"]["PlaceId"];
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
                    "application/json": components["schemas"]["CustomerView"];
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
    updateCustomerPlace: {
        parameters: {
            query?: {
                /** @description The customer's version this was decided upon; refused where it is another one by now. If-Match says the same. */
                version?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["CustomerId"];
                place: components["schemas"]["PlaceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlacePatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerView"];
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
    resumeCustomer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["CustomerId"];
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
                    "application/json": components["schemas"]["CustomerView"];
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
    createCustomers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkCustomers"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomersCreated"];
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
    listCustomerChanges: {
        parameters: {
            query?: {
                /** @description `next` of the answer before; everything from the beginning when absent. */
                after?: string;
                /** @description 1..500, by default 100. */
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
                    "application/json": components["schemas"]["Page_Customer"];
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
    bulkDispatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Bulk"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkDone"];
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
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listDispatchJobs: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description 1..500, by default 100. */
                limit?: number;
                state?: components["schemas"]["JobState"];
                /** @description Id of a territory, or none. */
                territory?: string;
                visit?: components["schemas"]["VisitId"];
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
                    "application/json": components["schemas"]["Page_DispatchJob"];
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
    createDispatchJob: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewJob"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DispatchJob"];
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
    readDispatchJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
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
                    "application/json": components["schemas"]["DispatchJob"];
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
    assignDispatchJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssignAsked"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DispatchJob"];
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
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    cancelDispatchJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
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
                    "application/json": components["schemas"]["DispatchJob"];
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
    listDispatchCandidates: {
        parameters: {
            query?: {
                /** @description 1..100, by default 20. */
                limit?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
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
                    "application/json": components["schemas"]["PlanCandidates"];
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
    offerDispatchJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentChosen"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DispatchJob"];
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
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listDispatchSteps: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
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
                    "application/json": components["schemas"]["Page_DispatchStep"];
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
    readFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["FileId"];
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
                    "application/octet-stream": number[];
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
    readThumbnail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["FileId"];
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
                    "image/jpeg": number[];
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
    listForms: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description 1 to 500, by default 100. */
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
                    "application/json": components["schemas"]["Page_Form"];
                };
            };
        };
    };
    createForm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewForm"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Form"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Form"];
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
    readForm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["FormId"];
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
                    "application/json": components["schemas"]["Form"];
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
    updateForm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["FormId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewForm"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Form"];
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
    readFormVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["FormId"];
                version: number;
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
                    "application/json": components["schemas"]["Form"];
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
    geocode: {
        parameters: {
            query: {
                /** @description 1..20, by default 5. */
                limit?: number;
                /** @description `lat,lon` in degrees: places near there are preferred. */
                near?: string;
                /** @description An address or the name of a place, 1 to 300 characters. */
                q: string;
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
                    "application/json": components["schemas"]["GeocodeAnswer"];
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
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    reverseGeocode: {
        parameters: {
            query: {
                lat: number;
                lon: number;
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
                    "application/json": components["schemas"]["GeocodeAnswer"];
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
            503: {
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
    listHolidays: {
        parameters: {
            query?: {
                /** @description YYYY-MM-DD, both included. */
                from?: string;
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
                    "application/json": components["schemas"]["Page_Holiday"];
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
    putHolidays: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HolidaysRequest"];
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
    importCustomers: {
        parameters: {
            query?: {
                /** @description JSON object of heads and the fields they stand for, such as `{"Firma":"name"}`. */
                columns?: string;
                /** @description `,`, `;` or `tab`; by default what the first line is parted by. */
                delimiter?: string;
                /** @description Only tell what would be done; by default false. */
                dry_run?: boolean;
                /** @description By default `utf-8`, or what a byte order mark says. */
                encoding?: "utf-8" | "windows-1252";
                /** @description Import the good rows although others are bad; by default false. */
                only_good?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReport"];
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
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BadRows"];
                };
            };
        };
    };
    importVisits: {
        parameters: {
            query?: {
                /** @description JSON object of heads and the fields they stand for, such as `{"Firma":"name"}`. */
                columns?: string;
                /** @description `,`, `;` or `tab`; by default what the first line is parted by. */
                delimiter?: string;
                /** @description Only tell what would be done; by default false. */
                dry_run?: boolean;
                /** @description By default `utf-8`, or what a byte order mark says. */
                encoding?: "utf-8" | "windows-1252";
                /** @description Import the good rows although others are bad; by default false. */
                only_good?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReport"];
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
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BadRows"];
                };
            };
        };
    };
    listInvitations: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description 1 to 500, by default 100. */
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
                    "application/json": components["schemas"]["Page_Invitation"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
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
            403: {
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
    revokeInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
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
                    "application/json": components["schemas"]["Me"];
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
    myDay: {
        parameters: {
            query?: {
                /** @description YYYY-MM-DD; today when absent. */
                date?: string;
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
                    "application/json": components["schemas"]["MyDay"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listMyOffers: {
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
                    "application/json": components["schemas"]["Page_OfferShown"];
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
    readMyRoute: {
        parameters: {
            query?: {
                /** @description Today, in the organisation's zone, when absent. */
                date?: string;
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
                    "application/json": components["schemas"]["PlanAgentDay"];
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
    acceptOffer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["OfferId"];
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
                    "application/json": components["schemas"]["DispatchOffer"];
                };
            };
            403: {
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
    declineOffer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["OfferId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Declined"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DispatchOffer"];
                };
            };
            403: {
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
    listOverdueCustomers: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description 1..1000, by default 100. */
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
                    "application/json": components["schemas"]["Page_OverdueCustomer"];
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
    readPlanJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["PlanJobId"];
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
                    "application/json": components["schemas"]["PlanJob"];
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
    acceptPlanJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["PlanJobId"];
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
                    "application/json": components["schemas"]["PlanJob"];
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
    discardPlanJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["PlanJobId"];
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
                    "application/json": components["schemas"]["PlanJob"];
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
    listPlans: {
        parameters: {
            query?: {
                /** @description Today, in the organisation's zone, when absent. */
                date?: string;
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
                    "application/json": components["schemas"]["Page_PlanSummary"];
                };
            };
        };
    };
    readPlan: {
        parameters: {
            query?: {
                /** @description Today, in the organisation's zone, when absent. */
                date?: string;
            };
            header?: never;
            path: {
                /** @description Id of a territory, or none */
                territory: string;
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
                    "application/json": components["schemas"]["PlanDay"];
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
    changePlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a territory, or none */
                territory: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeAsked"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanChanged"];
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
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    comparePlan: {
        parameters: {
            query: {
                from: number;
                to: number;
            };
            header?: never;
            path: {
                /** @description Id of a territory, or none */
                territory: string;
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
                    "application/json": components["schemas"]["PlanComparison"];
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
    improvePlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a territory, or none */
                territory: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImproveAsked"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanJob"];
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
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    previewPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a territory, or none */
                territory: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewAsked"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanPreview"];
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
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    readPlanRoute: {
        parameters: {
            query?: {
                /** @description Today, in the organisation's zone, when absent. */
                date?: string;
            };
            header?: never;
            path: {
                agent: components["schemas"]["AgentId"];
                /** @description Id of a territory, or none */
                territory: string;
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
                    "application/json": components["schemas"]["RoutesShown"];
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
    listPlanVersions: {
        parameters: {
            query?: {
                /** @description Versions after this one, oldest first. */
                after?: number;
                /** @description Versions before this one, newest first. */
                before?: number;
                /** @description 1..500, by default 50. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id of a territory, or none */
                territory: string;
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
                    "application/json": components["schemas"]["Page_PlanVersionShown"];
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
    undoPlanVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a territory, or none */
                territory: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UndoAsked"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanChanged"];
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
    explainPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a territory, or none */
                territory: string;
                visit: components["schemas"]["VisitId"];
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
                    "application/json": components["schemas"]["PlanExplanation"];
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
    solvePlan: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SolveAsked"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SolutionShown"];
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
            503: {
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
    readRetention: {
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
                    "application/json": components["schemas"]["Retention"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listRoles: {
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
                    "application/json": components["schemas"]["Page_Role"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createRole: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRole"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
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
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description the name is taken */
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
    updateRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Role"];
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
            403: {
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
            /** @description `built_in` */
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
    deleteRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
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
            /** @description `role_in_use` or `built_in` */
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
    readVisitSettings: {
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
                    "application/json": components["schemas"]["VisitSettings"];
                };
            };
        };
    };
    putVisitSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VisitSettingsRequest"];
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
    listSkills: {
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
                    "application/json": components["schemas"]["Page_Skill"];
                };
            };
        };
    };
    putSkill: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSkill"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Skill"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Skill"];
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
    deleteSkill: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
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
    listTeams: {
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
                    "application/json": components["schemas"]["Page_Team"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createTeam: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTeam"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
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
            /** @description the name is taken */
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
    deleteTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["TeamId"];
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
    updateTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["TeamId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
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
    deleteTerritory: {
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
    listTerritoryDesigns: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description 1 to 500, by default 100. */
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
                    "application/json": components["schemas"]["Page_TerritoryDesignHead"];
                };
            };
        };
    };
    createTerritoryDesign: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTerritoryDesign"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TerritoryDesign"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TerritoryDesign"];
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
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    readTerritoryDesign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["TerritoryDesignId"];
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
                    "application/json": components["schemas"]["TerritoryDesign"];
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
    applyTerritoryDesign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["TerritoryDesignId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DesignVersion"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TerritoryDesign"];
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
    discardTerritoryDesign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["TerritoryDesignId"];
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
                    "application/json": components["schemas"]["TerritoryDesign"];
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
    editTerritoryDesign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["TerritoryDesignId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DesignEdit"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TerritoryDesign"];
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
    listTerritoryDesignMoves: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description 1 to 500, by default 100. */
                limit?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["TerritoryDesignId"];
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
                    "application/json": components["schemas"]["Page_DesignMove"];
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
    revertTerritoryDesign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["TerritoryDesignId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DesignVersion"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TerritoryDesign"];
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
    listUsers: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description 1 to 500, by default 100. */
                limit?: number;
                /** @description Part of the name, or the whole e-mail address. */
                q?: string;
                role?: string;
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
                    "application/json": components["schemas"]["Page_User"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    readUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
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
                    "application/json": components["schemas"]["User"];
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
    eraseUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
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
                    "application/json": components["schemas"]["Erasure"];
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
    updateUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
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
            403: {
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
            /** @description `own_account` or `last_admin` */
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
    impersonate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
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
                    "application/json": components["schemas"]["Impersonation"];
                };
            };
            403: {
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
    resetSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
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
    revokeUserSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["UserId"];
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
                    "application/json": components["schemas"]["Revoked"];
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
    listVisitChanges: {
        parameters: {
            query?: {
                /** @description The change applied last; from the first one there is when absent. */
                after?: number;
                /** @description 1..1000, by default 100: changes looked at, of which those that are not yours are left out. */
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
                    "application/json": components["schemas"]["VisitChanges"];
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
    reportVisits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VisitReports"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisitReportOutcomes"];
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
    listVisits: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Assigned to this agent, or done by them. */
                agent?: components["schemas"]["AgentId"];
                beat?: components["schemas"]["BeatId"];
                customer?: components["schemas"]["CustomerId"];
                /** @description What deserves a look: one of the visit's flags. */
                flag?: string;
                /** @description The dates they belong to, YYYY-MM-DD, both included. */
                from?: string;
                /** @description Kinds, separated by commas: routine, ad_hoc, urgent, phone_call. */
                kind?: string;
                /** @description 1..1000, by default 100. */
                limit?: number;
                /** @description Statuses, separated by commas. */
                status?: string;
                /** @description An id, or `none`. */
                territory?: string;
                to?: string;
                /** @description Whether nobody is assigned. */
                unassigned?: boolean;
                /** @description verified, partial, unverified or no_data. */
                verification?: string;
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
                    "application/json": components["schemas"]["Page_Visit"];
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
    createVisit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewVisit"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visit"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visit"];
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
    readVisit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
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
                    "application/json": components["schemas"]["Visit"];
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
    updateVisit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VisitPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visit"];
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
    abandonVisit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VisitCommandWithReason"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visit"];
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
    listActivities: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
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
                    "application/json": components["schemas"]["Page_VisitActivityView"];
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
    addActivity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewVisitActivity"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedVisitActivity"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedVisitActivity"];
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
    cancelVisit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VisitCommandWithReason"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visit"];
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
    checkIn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckInCommand"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visit"];
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
    checkOut: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckOutCommand"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visit"];
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
    setOffForVisit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlainVisitCommand"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visit"];
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
    visitHistory: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description 1..1000, by default 100. */
                limit?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
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
                    "application/json": components["schemas"]["Page_VisitEvent"];
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
    reportVisit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VisitReports"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisitReportOutcomes"];
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
    listFiles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
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
                    "application/json": components["schemas"]["Page_File"];
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
    putFile: {
        parameters: {
            query?: {
                /** @description check_in, check_out, answer, signature or other, the default. */
                purpose?: string;
            };
            header?: never;
            path: {
                /** @description Minted by whoever sends it. */
                file: components["schemas"]["FileId"];
                id: components["schemas"]["VisitId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedFile"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedFile"];
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
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    visitProof: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
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
                    "application/json": components["schemas"]["VisitProofs"];
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
    reinstateVisit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlainVisitCommand"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visit"];
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
    startVisit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["VisitId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlainVisitCommand"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visit"];
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
    assignVisits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssignVisitsRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Visit"];
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
    createVisits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkVisits"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisitsCreated"];
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
    cancelVisits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelVisits"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Visit"];
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
