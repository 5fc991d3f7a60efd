// Written by `npm run client` from the OpenAPI document; change the routes, not this file.

export interface paths {
    "/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register a user
         * @description Sends a one-time code to the phone, or else by mail. Until an identifier is verified each registration of it is one of its own, which another one does not change; the same password again is the same registration. `registration_token` names it at verification.
         *
         *     No sign-in.
         */
        post: operations["registerUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/request-identifier-verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send another code
         * @description Codes sent there before are worth nothing from then on. Null while one was asked for a moment ago. Nothing is sent, and the same is said, where there is nothing to verify. With an access token, for a further identifier of that user.
         *
         *     No sign-in.
         */
        post: operations["requestIdentifierVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/verify-identifier": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify an identifier by its code
         * @description The first verified identifier makes the user ACTIVE, with a principal and an account of its own. A code proves its identifier and nothing else: of several registrations of it, the one that `registration_token` or `password` names becomes the user; without either, none of them does, and `password_set` is false. A further identifier of an ACTIVE user needs its access token, too.
         *
         *     No sign-in.
         */
        post: operations["verifyIdentifier"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/org-invites/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look at an invite
         * @description By the token of the message, by the id, or by the code. Whoever has the token sees the target, others a mask.
         *
         *     No sign-in.
         */
        post: operations["resolveOrgInvites"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/org-invites/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an invite
         * @description Signed in, as the person who has proved the target. Else as a new person: by the token ACTIVE at once, by the id or the code with a one-time code to the target, and a member on its verification. Again by the same person changes nothing.
         *
         *     No sign-in.
         */
        post: operations["acceptOrgInvites"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in
         * @description The same answer, after the same work, for a user who is unknown, unverified or gave a wrong password. Wrong ones slow down whoever comes from an unknown device; one that has signed in before is known by its cookie, or by the header `X-Device-Token` of the answer, sent back in that of the request.
         *
         *     No sign-in.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a refresh token for the next
         * @description Each is exchanged once. Within ten seconds the last one exchanged answers with the same successor again; an older one ends the session.
         *
         *     No sign-in.
         */
        post: operations["refreshTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends the token's session. A token that is not known is as good as signed out.
         *
         *     No sign-in.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/sso": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The providers that people sign in at
         * @description No sign-in.
         */
        get: operations["listSsoProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/sso/{provider}/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Go to a provider and sign in there
         * @description Sends the browser to the provider, with a cookie by which the browser is known when it comes back.
         *
         *     No sign-in.
         */
        get: operations["beginSsoSignIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/sso/{provider}/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Come back from a provider
         * @description Where the provider sends the browser. Answers with the tokens, or sends the browser on to the page that the sign-in was begun for, with a code in the fragment of the address.
         *
         *     No sign-in.
         */
        get: operations["finishSsoSignIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/sso/exchange": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange the code of a sign-in for tokens
         * @description The code is good once, for a minute.
         *
         *     No sign-in.
         */
        post: operations["exchangeSsoCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/identities/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Link a provider to sign in at
         * @description Answers the address to send this browser to; whoever signs in there is linked to you, and signs in here from then on.
         *
         *     Any signed-in user.
         */
        post: operations["linkIdentity"];
        /**
         * Unlink a provider
         * @description Nobody signs in as you by the provider any more; your sessions go on.
         *
         *     Any signed-in user.
         */
        delete: operations["unlinkIdentity"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/firebase/custom-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A token to sign in at Firebase with
         * @description For reading the mirror of live state in Firestore; the claims name the principal, the user and the session.
         *
         *     Any signed-in user.
         */
        post: operations["createFirebaseToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where I am signed in
         * @description Any signed-in user.
         */
        get: operations["listMeSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign a session of mine out
         * @description Any signed-in user.
         */
        delete: operations["deleteMeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/logout-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out everywhere
         * @description Any signed-in user.
         */
        post: operations["logoutAll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/request-password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a code to set a new password
         * @description The same answer, in the same time, whether somebody has the address or number or nobody. A code goes to who has proved it.
         *
         *     No sign-in.
         */
        post: operations["requestPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password by a code
         * @description Ends every session; a second factor stays.
         *
         *     No sign-in.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change my password
         * @description Ends my other sessions.
         *
         *     Any signed-in user.
         */
        post: operations["createMePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/mfa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on with a sign-in by the second factor
         * @description With the token of MFA_REQUIRED, which is good for five minutes and five tries, and a code of the authenticator or a recovery code; each is good once. After ten wrong ones in a quarter of an hour the person waits.
         *
         *     No sign-in.
         */
        post: operations["showSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/mfa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My second factors
         * @description Any signed-in user.
         */
        get: operations["getSecondFactors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/mfa/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a secret for an authenticator
         * @description By RFC 6238: SHA-1, six digits, 30 seconds. Nothing changes at sign-in until a first code confirms it; another call makes another secret in its place.
         *
         *     Any signed-in user.
         */
        post: operations["enrolTotp"];
        /**
         * Turn the second factor off
         * @description Any signed-in user.
         */
        delete: operations["disableTotp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/mfa/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn the second factor on by a first code
         * @description From then on a sign-in needs the password and a code. This session counts as one with a second factor.
         *
         *     Any signed-in user.
         */
        post: operations["confirmTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/mfa/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make new recovery codes in place of all earlier ones
         * @description Any signed-in user.
         */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who I am and which accounts I belong to
         * @description Any signed-in user.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/identifiers/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add or replace my address
         * @description Proved by the code at `POST /v1/auth/verify-identifier`, with this session; the one before stays until then, and is told. What somebody else has is answered alike, and no code goes there.
         *
         *     Any signed-in user.
         */
        post: operations["changeEmail"];
        /**
         * Remove my address
         * @description With a change of it on the way. The last proved one stays.
         *
         *     Any signed-in user.
         */
        delete: operations["removeEmail"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/identifiers/phone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add or replace my number
         * @description Proved by the code at `POST /v1/auth/verify-identifier`, with this session; the one before stays until then, and is told. What somebody else has is answered alike, and no code goes there.
         *
         *     Any signed-in user.
         */
        post: operations["changePhone"];
        /**
         * Remove my number
         * @description With a change of it on the way. The last proved one stays.
         *
         *     Any signed-in user.
         */
        delete: operations["removePhone"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What I say about myself
         * @description Any signed-in user.
         */
        get: operations["getMeProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change what I say about myself
         * @description A JSON Merge Patch: what is left out stays, null empties. A picture is uploaded first, and the one before goes.
         *
         *     Any signed-in user.
         */
        patch: operations["updateMeProfile"];
        trace?: never;
    };
    "/v1/me/profile/avatar-upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a picture of mine
         * @description Answers where to PUT the bytes: a PNG, JPEG or WebP of 5 MiB and 40 megapixels at most, within ten minutes, once. It is turned upright, made 512 pixels a side at most, and loses its metadata. Then PATCH the profile with `avatar_uri`.
         *
         *     Any signed-in user.
         */
        post: operations["uploadAvatar"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/profile/avatar-upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a picture of the account
         * @description Answers where to PUT the bytes: a PNG, JPEG or WebP of 5 MiB and 40 megapixels at most, within ten minutes, once. It is turned upright, made 512 pixels a side at most, and loses its metadata. Then PATCH the profile with `avatar_uri`.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["uploadAccountAvatar"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/media/avatar-uploads/{upload_token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Send the bytes of a picture
         * @description The address is the permission: good for ten minutes, and for one picture.
         *
         *     No sign-in.
         */
        put: operations["putAvatar"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/media/avatars/{principal_id}/{avatar_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See a picture
         * @description Of a person: for whoever shares an account with them. Of an account: for anybody.
         *
         *     Any signed-in user.
         */
        get: operations["readAvatar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/notification-preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What I want to be told of an account, by which way and when
         * @description Members of the account.
         */
        get: operations["getNotificationPreferences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change what I want to be told of an account
         * @description A JSON Merge Patch, also of the tree. Security is told in the application and by mail whatever happens.
         *
         *     Members of the account.
         */
        patch: operations["updateNotificationPreference"];
        trace?: never;
    };
    "/v1/accounts/{account_id}/notification-capabilities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which of my messages go out now, and what stands in the way of the others
         * @description Members of the account.
         */
        get: operations["getNotificationCapabilities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/push-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have pushes sent to this phone or browser
         * @description The same token again has the same id. A token is of one person: whoever registers the token of another takes it over.
         *
         *     Members of the account.
         */
        post: operations["registerPushToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/push-tokens/{push_token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Have no more pushes sent to a phone or browser
         * @description Members of the account.
         */
        delete: operations["deletePushToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open an account for an organisation
         * @description You are its OWNER. Without a subscription it has the plan of a new account; a larger one only where that is open to everybody. A person opens twenty at most.
         *
         *     Any signed-in user.
         */
        post: operations["createAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an account
         * @description Members of the account.
         */
        get: operations["getAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change an account
         * @description A JSON Merge Patch: what is left out stays, null empties. `mfa_required_roles` is for an OWNER in a session with a second factor; members of these roles without one get `403 MFA_REQUIRED_BY_ACCOUNT` here from then on.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        patch: operations["updateAccount"];
        trace?: never;
    };
    "/v1/accounts/{account_id}/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an account shows of itself
         * @description Members of the account.
         */
        get: operations["getAccountProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change what an account shows of itself
         * @description A JSON Merge Patch: what is left out stays, null empties. A picture is uploaded first, and the one before goes.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        patch: operations["updateAccountProfile"];
        trace?: never;
    };
    "/v1/accounts/{account_id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the members of an account
         * @description Everybody with a role on the account, or on a single resource of it.
         *
         *     Members of the account.
         */
        get: operations["listMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a member's role
         * @description Nobody gives or touches a role above their own, and an owner who may sign in stays. Felt within a second.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        patch: operations["updateMember"];
        trace?: never;
    };
    "/v1/accounts/{account_id}/members/{user_id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a membership, or leave
         * @description With all roles on single resources. Everybody may leave; others are shown out by an OWNER, ADMIN or MANAGER whose role is not below theirs. Again it changes nothing.
         *
         *     Members of the account.
         */
        post: operations["createMemberRevoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/members/{user_id}/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the roles of a member on single resources
         * @description Members of the account.
         */
        get: operations["listMemberGrants"];
        put?: never;
        /**
         * Give a member a role on one resource
         * @description It opens that resource and what lies in it. Another role on the same resource replaces the one before (200).
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["createMemberGrant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/members/{user_id}/grants/{grant_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take back a role on one resource
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        delete: operations["deleteMemberGrant"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/members/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Invite a person into an account
         * @description By mail or SMS, to a role on the account, or on `site_ids` alone. Nobody invites above their own role. An open invite of the same person is the same invite with the newest role (200), and another message goes out unless one just did.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["inviteMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/invites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the invites into an account, newest first
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        get: operations["listInvites"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/invites/{invite_token_id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back an invite
         * @description Again it changes nothing. An invite that was accepted is a membership to end.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["createInviteRevoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the plans
         * @description From the smallest to the largest, with their features and limits.
         *
         *     No sign-in.
         */
        get: operations["listPlans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plans/{plan_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a plan
         * @description No sign-in.
         */
        get: operations["getPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/subscription": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the account's subscription
         * @description Its plan, and what that entitles to. While it is not ACTIVE, what there is can be read, changed and deleted as before; features of the plan are refused (FEATURE_GATE), and so is more of anything that it counts (PLAN_LIMIT_REACHED).
         *
         *     Members of the account.
         */
        get: operations["getSubscription"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the account's subscription
         * @description Another plan, at once, and refused while more is used than it allows; another billing period; or CANCELLED, and ACTIVE again. A larger plan than one has only where it is open to everybody (SELF_SERVICE_PLANS); else the platform gives it.
         *
         *     Members of the account with one of the roles OWNER, ADMIN.
         */
        patch: operations["updateSubscription"];
        trace?: never;
    };
    "/v1/internal/accounts/{account_id}/subscription": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the subscription of any account
         * @description As its owner would, and to any plan.
         *
         *     Platform admins.
         */
        patch: operations["updateSubscriptionOfAccount"];
        trace?: never;
    };
    "/v1/setup/bootstrap-admin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the first platform administrator
         * @description Works once, with the secret of the installation. The administrator is ACTIVE at once.
         *
         *     No sign-in.
         */
        post: operations["bootstrapAdmin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a session or a key for a token of one account
         * @description The token reaches routes of its audience whose scope it has, in this account alone. It ends with the session or key, and as soon as the role, a grant or a scope that it states is lost.
         *
         *     Whoever shows a valid credential.
         */
        post: operations["issueAccountToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the credential of the request stands for
         * @description Whoever shows a valid credential.
         */
        get: operations["describeBearer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/signing-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the published keys of access tokens, newest first
         * @description Platform admins and support.
         */
        get: operations["listSigningKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/signing-keys/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign with another key
         * @description With the next key, at once if it has been published for long enough (SIGNING_KEY_PUBLISH_MS), else at the next run of rotate-signing-keys after that; asked again meanwhile, the same key. `compromised` drops every key at once: access tokens are refused within a second, and refresh tokens get others.
         *
         *     Platform admins.
         */
        post: operations["rotateSigningKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List keys, newest first, those that are over as well
         * @description Members of the account with one of the roles OWNER, ADMIN.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Make a key for a machine
         * @description The key is in this answer and in no other; a machine sends it as X-API-Key. It reaches routes of its scopes, in this account alone, as far as its maker may at the time: it rests while the maker is locked, and ends when the maker leaves the account or is disabled.
         *
         *     Members of the account with one of the roles OWNER, ADMIN.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description Nobody gets in by it after a second. A key that is over stays as it is.
         *
         *     Members of the account with one of the roles OWNER, ADMIN.
         */
        delete: operations["deleteApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which role may do what
         * @description No sign-in.
         */
        get: operations["getRoles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which platform role I have, and what it may do
         * @description Platform admins and support.
         */
        get: operations["getInternalMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the users, newest first
         * @description Platform admins and support.
         */
        get: operations["listInternalUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a user
         * @description Platform admins and support.
         */
        get: operations["getInternalUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/users/{user_id}/lock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lock a user out, until unlocked
         * @description Again it changes nothing. With a lock or the disabling all sessions and sign-ins under way end within a second. The last platform admin stays, and SUPPORT touches no platform admin.
         *
         *     Platform admins and support.
         */
        post: operations["lockUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/users/{user_id}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a locked user in again
         * @description Again it changes nothing. With a lock or the disabling all sessions and sign-ins under way end within a second. The last platform admin stays, and SUPPORT touches no platform admin.
         *
         *     Platform admins and support.
         */
        post: operations["unlockUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/users/{user_id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disable a user, whose API keys end for good
         * @description Again it changes nothing. With a lock or the disabling all sessions and sign-ins under way end within a second. The last platform admin stays, and SUPPORT touches no platform admin.
         *
         *     Platform admins.
         */
        post: operations["disableUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/users/{user_id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a disabled user in again
         * @description Again it changes nothing. With a lock or the disabling all sessions and sign-ins under way end within a second. The last platform admin stays, and SUPPORT touches no platform admin.
         *
         *     Platform admins.
         */
        post: operations["enableUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/users/{user_id}/sessions/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End all of a user's sessions
         * @description Platform admins and support.
         */
        post: operations["endUserSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/users/{user_id}/mfa/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a user's second factor, where it was lost
         * @description With the recovery codes. The user is told.
         *
         *     Platform admins.
         */
        post: operations["resetUserMfa"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/users/{user_id}/platform-roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a user a platform role
         * @description To an ACTIVE user. Again it changes nothing.
         *
         *     Platform admins.
         */
        post: operations["grantPlatformRole"];
        /**
         * Take back a platform role
         * @description Felt within a second. The last platform admin who may sign in stays.
         *
         *     Platform admins.
         */
        delete: operations["revokePlatformRole"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/members/grant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a user a role on an account
         * @description Where no owner can, as after the only one was disabled.
         *
         *     Platform admins.
         */
        post: operations["grantMembership"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/members/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a user's roles on an account
         * @description Platform admins.
         */
        post: operations["revokeMembership"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/diagnostics/codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List one-time codes that have not gone out, and why, newest first
         * @description Platform admins and support.
         */
        get: operations["listPlatformDiagnosticCodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List alerts, newest first
         * @description Members of the account.
         */
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/alerts/{alert_id}/mark-read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark an alert as read
         * @description Again changes nothing: the time of the first reading stays.
         *
         *     Members of the account.
         */
        post: operations["markAlertRead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ui/mailbox.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What mail, SMS and pushes went out, newest first
         * @description Development only: absent in production.
         */
        get: operations["listMailbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/device-inventory/units/{device_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a unit to the inventory, or change it
         * @description The MQTT password is in the answer that makes it, and in no other: a repeat answers null. `rotate_credentials` makes a new one. A `claim_code` must then be given by whoever attaches the unit, and a unit with an `account_id` is attached by that account alone; left out, they stay, and null takes them away.
         *
         *     Platform admins.
         */
        post: operations["provisionUnit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/devices/{device_id}/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register a unit of the inventory as a device
         * @description Platform admins.
         */
        post: operations["registerDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/devices/attach": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Attach a device to what it is to measure
         * @description By the serial number on its label, and with its claim code if the unit has one; by its id only where it is the account's already: assigned to it by the platform, or attached before and to nobody since. A unit that does not exist, one that somebody else has, and a wrong claim code are one answer. Limited to 10 misses in 10 minutes, on both roads together.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         *
         *     Counts towards the plan's limit `devices`.
         */
        post: operations["attachDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/devices/attach-by-serial": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Attach a device by the serial number on its label
         * @description For a unit without a claim code. A unit that does not exist, one that somebody else has, and a wrong claim code are one answer. Limited to 10 misses in 10 minutes, on both roads together.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         *
         *     Counts towards the plan's limit `devices`.
         */
        post: operations["attachDeviceBySerial"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/devices/{device_id}/detach": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Detach a device from what it measures
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["detachDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/devices/{device_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a device
         * @description Members of the account.
         */
        get: operations["getDevice"];
        put?: never;
        post?: never;
        /**
         * Give a device up
         * @description Detaches it. Its readings stay with what it measured, and anyone who holds it may attach it.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        delete: operations["deleteDevice"];
        options?: never;
        head?: never;
        /**
         * Change a device
         * @description A JSON Merge Patch: what is left out stays, null empties.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        patch: operations["updateDevice"];
        trace?: never;
    };
    "/v1/accounts/{account_id}/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the devices that are attached
         * @description Members of the account.
         */
        get: operations["listDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/devices/{device_id}/reset-sequence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a device count anew
         * @description After its counter has started again, where that was not found out by itself: from its next message on the numbers are those of a new epoch. What it sent before is kept, and is not taken in once more. Repeated before that message it changes nothing.
         *
         *     Members of the account with one of the roles OWNER, ADMIN.
         */
        post: operations["resetDeviceSequence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/devices/{device_id}/telemetry/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the message with the highest sequence number, and its reading
         * @description Members of the account.
         */
        get: operations["getLatestTelemetry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/devices/{device_id}/telemetry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the messages of a device, last received first
         * @description Members of the account.
         */
        get: operations["listDeviceTelemetry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/devices/{device_id}/telemetry/gaps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sequence numbers that are missing
         * @description Members of the account.
         */
        get: operations["listDeviceTelemetryGaps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/devices/{device_id}/telemetry/drops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was acknowledged and not kept, last first
         * @description Counted by reason as its events tell it, with a sample; kept for 30 days.
         *
         *     Members of the account.
         */
        get: operations["listDeviceTelemetryDrops"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/telemetry/cloudevents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take CloudEvents from an MQTT broker
         * @description One event (`application/cloudevents+json`), or up to 1,000 (`application/cloudevents-batch+json`); `application/json` for either. What is answered with 200 is stored; a repeat stores nothing again. Each event has its own result, so none keeps the others back. Readings follow within seconds: the gateway finds in the inbox what no workflow was told of.
         *
         *     Platform admins.
         */
        post: operations["takeCloudEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List everybody's devices, by whether they are heard of
         * @description Platform admins and support.
         */
        get: operations["listPlatformDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/devices/{device_id}/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read all that there is of a unit: inventory, registration, attachment, access and drops
         * @description Platform admins and support.
         */
        get: operations["getPlatformDeviceOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/sites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sites of an account
         * @description Members of the account.
         */
        get: operations["listSites"];
        put?: never;
        /**
         * Create a site
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         *
         *     Counts towards the plan's limit `sites`.
         */
        post: operations["createSite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{site_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a site
         * @description Members of the account.
         */
        get: operations["getSite"];
        put?: never;
        post?: never;
        /**
         * Delete a site without reservoirs
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        delete: operations["deleteSite"];
        options?: never;
        head?: never;
        /**
         * Change a site
         * @description A JSON Merge Patch: what is left out stays, null empties. A location is replaced whole.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        patch: operations["updateSite"];
        trace?: never;
    };
    "/v1/accounts/{account_id}/reservoirs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the reservoirs of an account
         * @description Members of the account.
         */
        get: operations["listReservoirs"];
        put?: never;
        /**
         * Create a reservoir
         * @description The capacity is the one given, else the geometry’s. A threshold that is left out takes its default (95, 20, 10) where that fits between the others; null switches its state off.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         *
         *     Counts towards the plan's limit `reservoirs`.
         */
        post: operations["createReservoir"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservoirs/{reservoir_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a reservoir with its level
         * @description Members of the account.
         */
        get: operations["getReservoir"];
        put?: never;
        post?: never;
        /**
         * Delete a reservoir without device and orders
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        delete: operations["deleteReservoir"];
        options?: never;
        head?: never;
        /**
         * Change a reservoir
         * @description A JSON Merge Patch: what is left out stays, null empties. Location and geometry are replaced whole. A capacity that the geometry gave follows it.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        patch: operations["updateReservoir"];
        trace?: never;
    };
    "/v1/reservoirs/{reservoir_id}/manual-reading": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record a level that a person read off
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER, OPERATOR.
         */
        post: operations["recordManualReading"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reservoirs/{reservoir_id}/readings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List readings, or steps of time, newest first
         * @description With bucket: min, max, mean and last of each step, steps without readings included; at most 400 days at once.
         *
         *     Members of the account.
         */
        get: operations["listReservoirReadings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/seller-profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the account's seller profile
         * @description Members of the account.
         */
        get: operations["getSellerProfile"];
        put?: never;
        /**
         * Become a seller
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["createSellerProfile"];
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the account's seller profile
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        patch: operations["updateSellerProfile"];
        trace?: never;
    };
    "/v1/accounts/{account_id}/seller/reservoirs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the reservoirs of the account as its seller sees them
         * @description Members of the account.
         */
        get: operations["listSellerReservoirs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/seller/reservoirs/{reservoir_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Offer a reservoir, or take it off the market
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        patch: operations["updateSellerReservoir"];
        trace?: never;
    };
    "/v1/accounts/{account_id}/seller/reservoirs/{reservoir_id}/price-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the price rules of a reservoir
         * @description Members of the account.
         */
        get: operations["listPriceRules"];
        put?: never;
        /**
         * Set a price for a band of volumes and a time
         * @description Bands are half-open: min ≤ litres < max. Rules of a reservoir and currency may not overlap.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["createPriceRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/marketplace/reservoir-listings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find water for sale, nearest first
         * @description With a volume, only sellers with a price for it, and what it would cost.
         *
         *     No sign-in.
         */
        get: operations["listReservoirListings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List orders, newest first
         * @description Members of the account.
         */
        get: operations["listOrders"];
        put?: never;
        /**
         * Place an order
         * @description Fixes the price and holds the stock. The seller has until `next_deadline` to accept. What a buyer holds by open orders is bounded, in all, with one seller, and before the seller has accepted by a share of the stock.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["createOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/orders/quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Price an order without placing it
         * @description Members of the account.
         */
        post: operations["quoteOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/orders/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an order
         * @description Members of the account.
         */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/orders/{order_id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an order, as its seller
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["acceptOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/orders/{order_id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reject an order, as its seller
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["rejectOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/orders/{order_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an order, as its buyer
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["cancelOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/orders/{order_id}/confirm-delivery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm the delivery, as either party
         * @description The first confirmation of a party stands: the same again answers the same, another is refused.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER, OPERATOR.
         */
        post: operations["confirmOrderDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/orders/{order_id}/dispute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Dispute an order, as its buyer
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["disputeOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/orders/{order_id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resolve a disputed order
         * @description Platform admins.
         */
        post: operations["resolveOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List anybody's orders, what falls due first before the rest
         * @description Platform admins and support.
         */
        get: operations["listPlatformOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/orders/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read anybody's order, by its id or its code, with all that has happened to it
         * @description Platform admins and support.
         */
        get: operations["getPlatformOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/disputes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List disputes that wait for a platform admin, with what the parties wrote
         * @description Platform admins and support.
         */
        get: operations["listPlatformDisputes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/orders/{order_id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what happened to an order, oldest first
         * @description Members of the account.
         */
        get: operations["listOrderTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/orders/{order_id}/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Review a delivered order, once a party
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["createOrderReview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was changed, by whom and from where, newest first
         * @description Each entry carries its hash and that of the entry before it in the chain of the account.
         *
         *     Members of the account with one of the roles OWNER, ADMIN.
         */
        get: operations["listAuditEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/audit/checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the daily signatures over how far the chains had come, newest first
         * @description Members of the account with one of the roles OWNER, ADMIN.
         */
        get: operations["listAuditCheckpoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public keys that checkpoints and exports are signed with
         * @description No sign-in.
         */
        get: operations["getAuditKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/audit/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List exports of the audit log, newest first
         * @description Members of the account with one of the roles OWNER, ADMIN.
         */
        get: operations["listAuditExports"];
        put?: never;
        /**
         * Have the audit log copied and signed
         * @description While an export of the account is on its way, the answer names that one.
         *
         *     Members of the account with one of the roles OWNER, ADMIN.
         */
        post: operations["createAuditExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/audit/exports/{export_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far an export has come, and where its files are once it is done
         * @description Members of the account with one of the roles OWNER, ADMIN.
         */
        get: operations["getAuditExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/audit/exports/{export_id}/files/{file_name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a file of an export that is done
         * @description Members of the account with one of the roles OWNER, ADMIN.
         */
        get: operations["getAuditExportFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What runs by itself: when it last did, how that ended, and when it will again
         * @description Platform admins and support.
         */
        get: operations["listPlatformSchedules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/schedules/{schedule_id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a schedule now
         * @description Also one that is paused. One that runs already is not run a second time.
         *
         *     Platform admins.
         */
        post: operations["runPlatformSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks
         * @description Members of the account.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Send events to an endpoint of yours
         * @description The secret that deliveries are signed with is in this answer and in no other.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         *
         *     Counts towards the plan's limit `webhooks`.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a webhook
         * @description Members of the account.
         */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook, with what is on its way to it
         * @description Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change a webhook, or switch it off and on
         * @description A JSON Merge Patch. ACTIVE also ends a suspension: what waited goes out at once. What happens while a webhook is DISABLED is not sent to it later by itself; ask for it by redeliver.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        patch: operations["updateWebhook"];
        trace?: never;
    };
    "/v1/accounts/{account_id}/webhooks/{webhook_id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get the next secret
         * @description For 24 hours deliveries carry two signatures, by the new secret and by the one before.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/webhooks/{webhook_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ping a webhook now and see what it says
         * @description Sends a WEBHOOK_PING, signed like any event, also to a webhook that is disabled.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/webhooks/{webhook_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was sent to a webhook and what is on its way, newest first
         * @description What has arrived is kept for a few days; what has not stays.
         *
         *     Members of the account.
         */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/webhooks/{webhook_id}/deliveries/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send events to a webhook again
         * @description Named deliveries, or the events of a time, up to 10,000 a call: where there are more, next_since says from when to go on. They go out in the order of their subject; what is on its way already is not sent twice.
         *
         *     Members of the account with one of the roles OWNER, ADMIN, MANAGER.
         */
        post: operations["redeliverWebhookDeliveries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what has happened, newest first
         * @description Also what happened between this account and another, such as an order.
         *
         *     Members of the account.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/events/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read one event
         * @description Members of the account.
         */
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Listen to events as they happen
         * @description Server-sent events, each with its event_id as id. With `Last-Event-ID` the stream goes on behind that event and leaves none out; without, it begins now. It ends with the sign-in, when the server stops, and when nothing of it is taken for 30 s: come back then. An account may have 50 open at an API process, one of its people 20, and an address 100.
         *
         *     Members of the account.
         */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/schemas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List every type and version of event
         * @description No sign-in.
         */
        get: operations["listEventSchemas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/schemas/{event_type}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the versions of one type of event
         * @description No sign-in.
         */
        get: operations["getEventSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what could not be delivered, oldest first
         * @description Members of the account.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what could not be delivered of no account, or of the one that is named, oldest first
         * @description Platform admins and support.
         */
        get: operations["listPlatformDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/dead-letters/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count dead letters by account and consumer, the oldest first
         * @description Platform admins and support.
         */
        get: operations["listPlatformDeadLetterAccounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/dead-letters/{dead_letter_id}/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver a dead letter again
         * @description In its place: what waits behind it follows when it is delivered.
         *
         *     Members of the account with one of the roles OWNER, ADMIN.
         */
        post: operations["redriveDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/dead-letters/{dead_letter_id}/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver a dead letter again
         * @description In its place: what waits behind it follows when it is delivered.
         *
         *     Platform admins.
         */
        post: operations["redrivePlatformDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/dead-letters/{dead_letter_id}/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Leave a dead letter out for good
         * @description What waits behind it goes on.
         *
         *     Members of the account with one of the roles OWNER, ADMIN.
         */
        post: operations["skipDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/dead-letters/{dead_letter_id}/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Leave a dead letter out for good
         * @description What waits behind it goes on.
         *
         *     Platform admins.
         */
        post: operations["skipPlatformDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/dead-letters/{dead_letter_id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let what waits behind a dead letter go on
         * @description It is kept, to be delivered later or left out; delivered then, it comes after what has overtaken it.
         *
         *     Members of the account with one of the roles OWNER, ADMIN.
         */
        post: operations["releaseDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/dead-letters/{dead_letter_id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let what waits behind a dead letter go on
         * @description It is kept, to be delivered later or left out; delivered then, it comes after what has overtaken it.
         *
         *     Platform admins.
         */
        post: operations["releasePlatformDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/dead-letters/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver all dead letters again
         * @description Each in its place, also those that were released. Decides on what was dead when it was asked for, or on the part that the body names. While the same is on its way, the answer names that; while anything else is, it is refused.
         *
         *     Members of the account with one of the roles OWNER, ADMIN.
         */
        post: operations["redriveDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/dead-letters/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver all dead letters again
         * @description Each in its place, also those that were released. Decides on what was dead when it was asked for, or on the part that the body names. While the same is on its way, the answer names that; while anything else is, it is refused.
         *
         *     Platform admins.
         */
        post: operations["redrivePlatformDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/dead-letters/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Leave all dead letters out for good
         * @description Also those that were released. Decides on what was dead when it was asked for, or on the part that the body names. While the same is on its way, the answer names that; while anything else is, it is refused.
         *
         *     Members of the account with one of the roles OWNER, ADMIN.
         */
        post: operations["skipDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/dead-letters/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Leave all dead letters out for good
         * @description Also those that were released. Decides on what was dead when it was asked for, or on the part that the body names. While the same is on its way, the answer names that; while anything else is, it is refused.
         *
         *     Platform admins.
         */
        post: operations["skipPlatformDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/dead-letters/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let what waits behind dead letters go on
         * @description They are kept, to be delivered later or left out. Decides on what was dead when it was asked for, or on the part that the body names. While the same is on its way, the answer names that; while anything else is, it is refused.
         *
         *     Members of the account with one of the roles OWNER, ADMIN.
         */
        post: operations["releaseDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/dead-letters/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let what waits behind dead letters go on
         * @description They are kept, to be delivered later or left out. Decides on what was dead when it was asked for, or on the part that the body names. While the same is on its way, the answer names that; while anything else is, it is refused.
         *
         *     Platform admins.
         */
        post: operations["releasePlatformDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account_id}/dead-letters/decisions/{decision_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a decision on all dead letters has come
         * @description Members of the account.
         */
        get: operations["getDeadLetterDecision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/dead-letters/decisions/{decision_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a decision on all dead letters of no account has come
         * @description Platform admins and support.
         */
        get: operations["getPlatformDeadLetterDecision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/diagnostics/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what has happened to no account, or to the one that is named, newest first
         * @description Platform admins and support.
         */
        get: operations["listPlatformDiagnosticEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/internal/diagnostics/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List workflows that fail or wait until something is back, newest first
         * @description Those that have ended so in the last three days; those under way whose code fails, where the server tells that; and of those that their rows say are late, and of orders without a row, some two dozen of each kind, the ones that wait.
         *
         *     Platform admins and support.
         */
        get: operations["listPlatformDiagnosticWorkflows"];
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
        Error: {
            /** @enum {string} */
            error_code: "MALFORMED_JSON" | "MALFORMED_REQUEST" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "UNAUTHENTICATED" | "FORBIDDEN" | "ROUTE_NOT_FOUND" | "RESOURCE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "MISDIRECTED_REQUEST" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "PRECONDITION_FAILED" | "PRECONDITION_REQUIRED" | "IDEMPOTENCY_KEY_REQUIRED" | "INVALID_IDEMPOTENCY_KEY" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE" | "CONFLICT" | "FEATURE_GATE" | "PLAN_LIMIT_REACHED" | "ACCOUNT_ALREADY_EXISTS" | "ACCOUNT_LOCKED" | "ACCOUNT_DISABLED" | "INVALID_CREDENTIALS" | "INVALID_USERNAME_FORMAT" | "INVALID_REFRESH_TOKEN" | "INVALID_OTP" | "OTP_EXPIRED" | "OTP_ATTEMPTS_EXCEEDED" | "WEAK_PASSWORD" | "PLAN_TOO_SMALL" | "SUBSCRIPTION_INACTIVE" | "MFA_REQUIRED_BY_ACCOUNT" | "SSO_STATE_MISMATCH" | "SSO_DENIED" | "SSO_TOKEN_INVALID" | "SSO_PROVIDER_UNAVAILABLE" | "SSO_EMAIL_NOT_VERIFIED" | "SSO_LINK_REQUIRED" | "FIREBASE_NOT_CONFIGURED" | "INVALID_IMAGE" | "INVALID_INVITE" | "INVITE_EXPIRED" | "INVITE_LIMIT_REACHED" | "LAST_IDENTIFIER" | "LAST_PLATFORM_ADMIN" | "LAST_OWNER" | "TOO_MANY_ACCOUNTS" | "MFA_REQUIRED" | "INVALID_MFA_CODE" | "INVALID_MFA_TOKEN" | "MFA_ALREADY_ENABLED" | "AMBIGUOUS_CREDENTIALS" | "API_KEY_LIMIT_REACHED" | "ALREADY_BOOTSTRAPPED" | "INVALID_GEOMETRY" | "INVALID_THRESHOLDS" | "INVALID_CALIBRATION" | "RESERVOIR_IN_USE" | "RESERVOIR_ALREADY_PAIRED" | "SITE_IN_USE" | "SELLER_PROFILE_EXISTS" | "PRICE_RULE_OVERLAP" | "NO_PRICE_RULE_MATCH" | "SELLER_NOT_AVAILABLE" | "INSUFFICIENT_STOCK" | "HOLD_LIMIT_REACHED" | "OWN_LISTING" | "TARGET_RESERVOIR_REQUIRED" | "INVALID_ORDER_STATE" | "DELIVERY_CONFIRMATION_ALREADY_SET" | "REVIEW_ALREADY_EXISTS" | "DEVICE_ALREADY_PAIRED" | "DEVICE_NOT_PAIRED" | "DEVICE_NOT_PROVISIONED" | "DEVICE_ALREADY_EXISTS" | "DEAD_LETTER_DECISION_RUNNING" | "WEBHOOK_URL_REFUSED" | "WEBHOOK_LIMIT_REACHED";
            message: string;
            details: {
                [key: string]: unknown;
            };
            request_id: string;
        };
        Health: {
            /** @enum {string} */
            status: "UP";
        };
        Readiness: {
            /** @enum {string} */
            status: "READY" | "NOT_READY" | "DRAINING";
            checks: {
                [key: string]: {
                    /** @enum {string} */
                    status: "UP" | "DOWN";
                    required: boolean;
                    latency_ms: number;
                    /**
                     * @description Why it is down, where that is known
                     * @enum {string}
                     */
                    reason?: "DISK_FULL" | "WRITE_FAILED" | "CLOCK_APART";
                };
            };
        };
        NotReady: {
            /** @enum {string} */
            status: "READY" | "NOT_READY" | "DRAINING";
            checks: {
                [key: string]: {
                    /** @enum {string} */
                    status: "UP" | "DOWN";
                    required: boolean;
                    latency_ms: number;
                    /**
                     * @description Why it is down, where that is known
                     * @enum {string}
                     */
                    reason?: "DISK_FULL" | "WRITE_FAILED" | "CLOCK_APART";
                };
            };
            /** @enum {string} */
            error_code: "SERVICE_UNAVAILABLE";
            message: string;
            details: Record<string, never>;
            request_id: string;
        };
        Version: {
            version: string;
            commit?: string;
        };
        Registration: {
            /**
             * Format: idn-email
             * @example amina@example.com
             */
            email: string;
            /** @example +254712345678 */
            phone_e164?: string;
            /** @example correct horse battery */
            password: string;
            /** @example en */
            preferred_language?: string;
        } | {
            /**
             * Format: idn-email
             * @example amina@example.com
             */
            email?: string;
            /** @example +254712345678 */
            phone_e164: string;
            /** @example correct horse battery */
            password: string;
            /** @example en */
            preferred_language?: string;
        };
        Registered: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            user_id: string;
            /** @enum {string} */
            status: "PENDING_VERIFICATION" | "ACTIVE" | "LOCKED" | "DISABLED";
            otp_sent_via: ("SMS" | "EMAIL") | null;
            /**
             * @description Names this registration when the code comes back
             * @example c2VjcmV0
             */
            registration_token: string;
            retry_after_seconds: number | null;
        };
        Verified: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            user_id: string;
            /** @enum {string} */
            status: "PENDING_VERIFICATION" | "ACTIVE" | "LOCKED" | "DISABLED";
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            principal_id: string;
            /** @example +254712345678 */
            verified_identifier: string;
            password_set: boolean;
        };
        ResolvedInvite: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            invite_token_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            org_id: string;
            org_name: string;
            email: string | null;
            phone_e164: string | null;
            /** @enum {string} */
            proposed_role: "OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER";
            site_ids: string[] | null;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            expires_at: string;
        };
        AcceptedInvite: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            user_id: string;
            /** @enum {string} */
            status: "PENDING_VERIFICATION" | "ACTIVE" | "LOCKED" | "DISABLED";
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            org_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            org_principal_id: string;
            otp_sent_via: ("SMS" | "EMAIL") | null;
        };
        Tokens: {
            access_token: string;
            refresh_token: string;
            /** @constant */
            token_type: "Bearer";
            /** @example 900 */
            expires_in_seconds: number;
        };
        SecondFactors: {
            totp: {
                enabled: boolean;
                confirmed_at: string | null;
            };
            recovery_codes_left: number;
        };
        TotpEnrolment: {
            /**
             * @description Base32
             * @example JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
             */
            secret: string;
            /** @description For a QR code */
            otpauth_uri: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            expires_at: string;
        };
        Me: {
            user: {
                /**
                 * Format: uuid
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                id: string;
                email: string | null;
                phone_e164: string | null;
                /** @enum {string} */
                status: "PENDING_VERIFICATION" | "ACTIVE" | "LOCKED" | "DISABLED";
                /** @example en */
                preferred_language: string;
                verification_state: {
                    email: boolean;
                    phone: boolean;
                };
                last_login_at: string | null;
                mfa_enabled: boolean;
            };
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            principal_id: string;
            display_name: string | null;
            org_memberships: {
                /**
                 * Format: uuid
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                org_id: string;
                /**
                 * Format: uuid
                 * @description The same as account_id
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                org_principal_id: string;
                /**
                 * Format: uuid
                 * @description What it is called in every path
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                account_id: string;
                /** @enum {string} */
                role: "OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER";
                org_name: string;
                display_name: string | null;
                avatar_uri: string | null;
                subscription: {
                    /** @enum {string} */
                    plan_id: "monitor" | "protect" | "pro";
                    /** @enum {string} */
                    status: "ACTIVE" | "INACTIVE" | "CANCELLED";
                };
                /** @description The feature_key of each feature that is on */
                features: ("alerts.reservoir_level_state.APP" | "alerts.reservoir_level_state.SMS" | "alerts.reservoir_level_state.EMAIL" | "alerts.reservoir_level_state.PUSH" | "alerts.device_health.APP" | "alerts.device_health.SMS" | "alerts.device_health.EMAIL" | "alerts.device_health.PUSH" | "alerts.orders.APP" | "alerts.orders.SMS" | "alerts.orders.EMAIL" | "alerts.orders.PUSH" | "analytics.view" | "analytics.export")[];
            }[];
            default_org_id: string | null;
            is_internal_ops_admin: boolean;
        };
        Profile: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            principal_id: string;
            first_name: string | null;
            last_name: string | null;
            display_name: string | null;
            avatar_uri: string | null;
            /** @example en */
            preferred_language: string;
            default_org_id: string | null;
        };
        AvatarUpload: {
            /**
             * @description For a PUT of the bytes, once; no sign-in
             * @example https://api.example.com/v1/media/avatar-uploads/2b8Jx0
             */
            upload_url: string;
            /** @example /v1/media/avatars/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f */
            avatar_uri: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            expires_at: string;
        };
        NotificationPreferences: {
            events: {
                orders: {
                    channels: {
                        app: boolean;
                        push: boolean;
                        sms: boolean;
                        email: boolean;
                    };
                };
                water_risk: {
                    channels: {
                        app: boolean;
                        push: boolean;
                        sms: boolean;
                        email: boolean;
                    };
                    reservoir_level_state: {
                        full: boolean;
                        normal: boolean;
                        low: boolean;
                        critical: boolean;
                    };
                };
                device_risk: {
                    channels: {
                        app: boolean;
                        push: boolean;
                        sms: boolean;
                        email: boolean;
                    };
                };
                security: {
                    channels: {
                        app: boolean;
                        push: boolean;
                        sms: boolean;
                        email: boolean;
                    };
                };
            };
            quiet_hours: {
                /** @example 22:00 */
                start: string;
                /**
                 * @description Before the start: of the next day
                 * @example 06:30
                 */
                end: string;
                /**
                 * @description A name of the IANA database
                 * @example Africa/Nairobi
                 */
                time_zone: string;
            } | null;
            quiet_until: string | null;
        };
        NotificationCapabilities: {
            events: {
                orders: {
                    channels: {
                        app: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        push: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        sms: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        email: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                    };
                };
                water_risk: {
                    channels: {
                        app: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        push: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        sms: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        email: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                    };
                    reservoir_level_state: {
                        full: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        normal: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        low: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        critical: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                    };
                };
                device_risk: {
                    channels: {
                        app: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        push: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        sms: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        email: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                    };
                };
                security: {
                    channels: {
                        app: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        push: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        sms: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                        email: {
                            /** @description Whether messages go that way now */
                            value: boolean;
                            /** @description Whether turning it would change anything */
                            editable: boolean;
                            reasons: ("PLAN_FEATURE_DISABLED" | "MISSING_PUSH_TOKEN" | "PHONE_NOT_VERIFIED" | "EMAIL_NOT_VERIFIED")[];
                        };
                    };
                };
            };
        };
        Account: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            id: string;
            /** @example Kibera Water Company */
            name: string;
            legal_name: string | null;
            country_code: string | null;
            region: string | null;
            city: string | null;
            /**
             * @description Roles that need a session with a second factor here
             * @example [
             *       "OWNER",
             *       "ADMIN"
             *     ]
             */
            mfa_required_roles: ("OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER")[];
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
        };
        AccountProfile: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            org_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            org_principal_id: string;
            /** @example Kibera Water Company */
            org_name: string;
            display_name: string | null;
            avatar_uri: string | null;
        };
        Member: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            user_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            principal_id: string;
            email: string | null;
            display_name: string | null;
            role: ("OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER") | null;
            /** @enum {string} */
            status: "PENDING_VERIFICATION" | "ACTIVE" | "LOCKED" | "DISABLED";
            last_login_at: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            joined_at: string;
        };
        AccessGrant: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            grant_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            user_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            principal_id: string;
            /** @enum {string} */
            resource_type: "site" | "reservoir" | "building";
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            resource_id: string;
            /** @enum {string} */
            role: "OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER";
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
        };
        IssuedInvite: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            invite_token_id: string;
            /**
             * @description For passing on by word of mouth; the message holds a token of its own
             * @example 7K3M-9QX2
             */
            invite_code: string;
            /** @enum {string} */
            status: "PENDING" | "ACCEPTED" | "REVOKED" | "EXPIRED";
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            expires_at: string;
        };
        Invite: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            invite_token_id: string;
            email: string | null;
            phone_e164: string | null;
            /** @enum {string} */
            proposed_role: "OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER";
            site_ids: string[] | null;
            /** @enum {string} */
            status: "PENDING" | "ACCEPTED" | "REVOKED" | "EXPIRED";
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            expires_at: string;
        };
        Plan: {
            /** @enum {string} */
            plan_id: "monitor" | "protect" | "pro";
            plan_version: number;
            /** @example Monitor */
            name: string;
            /** @description The feature_key of each feature that is on */
            features: ("alerts.reservoir_level_state.APP" | "alerts.reservoir_level_state.SMS" | "alerts.reservoir_level_state.EMAIL" | "alerts.reservoir_level_state.PUSH" | "alerts.device_health.APP" | "alerts.device_health.SMS" | "alerts.device_health.EMAIL" | "alerts.device_health.PUSH" | "alerts.orders.APP" | "alerts.orders.SMS" | "alerts.orders.EMAIL" | "alerts.orders.PUSH" | "analytics.view" | "analytics.export")[];
            limits: {
                sites: number | null;
                reservoirs: number | null;
                devices: number | null;
                webhooks: number | null;
            };
        };
        Subscription: {
            /** @enum {string} */
            plan_id: "monitor" | "protect" | "pro";
            /** @enum {string} */
            status: "ACTIVE" | "INACTIVE" | "CANCELLED";
            /** @enum {string} */
            billing_period: "MONTHLY" | "YEARLY";
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            current_period_start: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            current_period_end: string;
            /** @description The feature_key of each feature that is on */
            features: ("alerts.reservoir_level_state.APP" | "alerts.reservoir_level_state.SMS" | "alerts.reservoir_level_state.EMAIL" | "alerts.reservoir_level_state.PUSH" | "alerts.device_health.APP" | "alerts.device_health.SMS" | "alerts.device_health.EMAIL" | "alerts.device_health.PUSH" | "alerts.orders.APP" | "alerts.orders.SMS" | "alerts.orders.EMAIL" | "alerts.orders.PUSH" | "analytics.view" | "analytics.export")[];
            limits: {
                sites: number | null;
                reservoirs: number | null;
                devices: number | null;
                webhooks: number | null;
            };
            usage: {
                sites: number;
                reservoirs: number;
                devices: number;
                webhooks: number;
            };
            /** @example "3" */
            etag: string;
        };
        SigningKey: {
            /** @description The thumbprint of RFC 7638 */
            kid: string;
            /** @enum {string} */
            state: "NEXT" | "CURRENT" | "RETIRING";
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            published_at: string;
            /**
             * Format: date-time
             * @description Of the next key, when it is to be used
             * @example 2026-03-01T08:30:00.000Z
             */
            active_from: string;
            retire_at: string | null;
        };
        ApiKey: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            api_key_id: string;
            /**
             * @description The part between the underscores, to tell keys apart
             * @example 3f9k2m1x
             */
            prefix: string;
            /** @example Billing export */
            name: string;
            /**
             * @example [
             *       "water.read"
             *     ]
             */
            scopes: ("water.read" | "water.write" | "events.read" | "events.write" | "webhooks.read" | "webhooks.write" | "documents.read" | "documents.write" | "jobs.read" | "jobs.write" | "configurations.read" | "configurations.write" | "tables.read" | "tables.write" | "xapi.read" | "xapi.write" | "learning.read" | "learning.write" | "buildings.read" | "buildings.write" | "votes.read" | "votes.write" | "presence.read" | "presence.write" | "schemas.read" | "schemas.write" | "analytics.read" | "analytics.write" | "ops:bins.read" | "ops:bins.write" | "ops:orders.read" | "ops:orders.write" | "ops:ingest.read" | "ops:ingest.write")[];
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            expires_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
            /**
             * Format: uuid
             * @description The maker’s principal
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            created_by: string;
            last_used_at: string | null;
            revoked_at: string | null;
        };
        OverseenUser: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            user_id: string;
            principal_id: string | null;
            email: string | null;
            phone_e164: string | null;
            /** @enum {string} */
            status: "PENDING_VERIFICATION" | "ACTIVE" | "LOCKED" | "DISABLED";
            preferred_language: string;
            email_verified_at: string | null;
            phone_verified_at: string | null;
            last_login_at: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
        };
        UserChange: {
            /** @constant */
            status: "OK";
            /** @description Organisations left without an owner who may sign in */
            orphaned_accounts: string[];
        };
        UndeliveredCode: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            token_id: string;
            /** @example VERIFY_IDENTIFIER */
            purpose: string;
            /** @enum {string} */
            delivery_status: "QUEUED" | "FAILED";
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            expires_at: string;
            channels: {
                /** @enum {string} */
                channel: "SMS" | "EMAIL";
                identifier: string | null;
                is_sent: boolean;
                failure_reason: ("CHANNEL_NOT_CONFIGURED" | "PROVIDER_REFUSED" | "PROVIDER_FAILED") | null;
                failure_code: string | null;
                failed_at: string | null;
            }[];
        };
        Alert: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            alert_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            event_id: string;
            /** @example RESERVOIR_LEVEL_STATE_CHANGED */
            event_type: string;
            /** @example reservoir */
            subject_type: string;
            subject_id: string;
            /** @enum {string} */
            severity: "CRITICAL" | "WARNING" | "INFO";
            /** @enum {string} */
            context_type: "SITE" | "RESERVOIR" | "ORDER" | "DEVICE" | "SYSTEM";
            /** @enum {string} */
            message_key: "reservoir.level_critical" | "reservoir.level_low" | "reservoir.level_recovered" | "reservoir.level_full" | "reservoir.level_normal" | "order.delivery_overdue" | "device.offline" | "device.online" | "webhook.dead_letter" | "webhook.suspended" | "webhook.disabled" | "webhook.recovered";
            message_args: {
                [key: string]: string | number;
            };
            rendered_title: string;
            rendered_message: string;
            data_snapshot: {
                [key: string]: unknown;
            };
            /** @example /reservoirs/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f */
            deeplink: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
            read_at: string | null;
            resolved_at: string | null;
            deliveries: {
                /** @enum {string} */
                channel: "APP" | "SMS" | "EMAIL" | "PUSH";
                /** @enum {string} */
                status: "PENDING" | "SENT" | "FAILED" | "SUPPRESSED";
                sent_at: string | null;
            }[];
        };
        Device: {
            /**
             * @description The hardware’s own id
             * @example B43A4536C83C
             */
            device_id: string;
            /** @description On the label */
            serial_number: string;
            /** @description What the account calls it */
            name: string | null;
            /**
             * @description What it measures or does
             * @enum {string}
             */
            device_type: "LEVEL_SENSOR" | "FLOW_METER" | "PRESSURE_GAUGE" | "PUMP_CONTROLLER" | "OTHER";
            /** @description As the device last said */
            firmware_version: string | null;
            /**
             * @description INACTIVE: in maintenance
             * @enum {string}
             */
            status: "ACTIVE" | "INACTIVE" | "DECOMMISSIONED";
            /** @description Percent, as the device last said */
            battery_pct: number | null;
            /** @description Millivolts, as the device last said */
            battery_voltage_mv: number | null;
            /** @description As the device last said */
            is_charging: boolean | null;
            /** @description dBm, as the device last said */
            signal_strength_dbm: number | null;
            /**
             * @description STALE after two intervals of silence, OFFLINE after four
             * @enum {string}
             */
            connectivity_state: "ONLINE" | "STALE" | "OFFLINE" | "NEVER_SEEN";
            /** @description Seconds between its messages; null: as for every device that has not said its own */
            interval_seconds: number | null;
            /** @description When anything of it was received last */
            last_seen_at: string | null;
            /** @description When the message of its last reading was received */
            last_reading_at: string | null;
            /**
             * Format: date-time
             * @description When it was attached to what it measures
             * @example 2026-03-01T08:30:00.000Z
             */
            attached_at: string;
            /** @description How its numbering stands */
            sequence: {
                /** @description How often the device has begun to count anew */
                epoch: number;
                /** @description When it did so last */
                restarted_at: string | null;
                /** @description By what it was seen: another `system.boot_id`, a `system.reset_reason`, other messages under numbers that were used, or somebody who said so */
                restart_cause: ("BOOT_ID" | "RESET_REASON" | "COUNTER" | "COMMAND") | null;
                /** @description Highest sequence number of the epoch */
                last_seq: number | null;
                /** @description Messages that are stored and not decided on, until the next ones tell what their numbers mean */
                aside_count: number;
                /** @description Messages that are missing for good: their gaps were given up, as too many to remember */
                given_up_count: number;
            };
            /** @description What it measures */
            reservoir: {
                /**
                 * Format: uuid
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                reservoir_id: string;
                name: string;
            };
            /** @description Where that is */
            site: {
                /**
                 * Format: uuid
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                site_id: string;
                name: string;
            };
            /**
             * @description For If-Match
             * @example "1"
             */
            etag: string;
        };
        LatestTelemetry: {
            /**
             * Format: uuid
             * @description Its id; the `sample_id` of events that tell of it
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            message_id: string;
            /**
             * @description The hardware’s own id
             * @example B43A4536C83C
             */
            device_id: string;
            /** @description Rises when the device begins to count anew; messages are in order by epoch, then by `seq` */
            epoch: number;
            /** @description The device’s own number of the message, in its epoch */
            seq: number;
            /**
             * Format: date-time
             * @description When it was received
             * @example 2026-03-01T08:30:00.000Z
             */
            received_at: string;
            /** @description By the clock of the device: shown, never trusted */
            observed_at: string | null;
            /** @description As the device sent it */
            payload: {
                [key: string]: unknown;
            };
            /** @description What was derived of it; null where it has no level in it, or not yet */
            reading: {
                /**
                 * Format: uuid
                 * @description Its id
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                reading_id: string;
                /**
                 * Format: uuid
                 * @description What was measured
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                reservoir_id: string;
                /**
                 * @description Percent of the height. Rounded to 3 decimal places.
                 * @example 42.5
                 */
                level_pct: number;
                /** @description Litres; null where the capacity is not known */
                volume_liters: number | null;
                /**
                 * Format: date-time
                 * @description When the message was received
                 * @example 2026-03-01T08:30:00.000Z
                 */
                recorded_at: string;
                /** @description Older than what was known: it did not move the level */
                is_backfill: boolean;
            } | null;
        };
        TelemetryMessage: {
            /**
             * Format: uuid
             * @description Its id; the `sample_id` of events that tell of it
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            message_id: string;
            /**
             * @description The hardware’s own id
             * @example B43A4536C83C
             */
            device_id: string;
            /** @description Rises when the device begins to count anew; messages are in order by epoch, then by `seq` */
            epoch: number;
            /** @description The device’s own number of the message, in its epoch */
            seq: number;
            /**
             * Format: date-time
             * @description When it was received
             * @example 2026-03-01T08:30:00.000Z
             */
            received_at: string;
            /** @description By the clock of the device: shown, never trusted */
            observed_at: string | null;
            /** @description As the device sent it */
            payload: {
                [key: string]: unknown;
            };
        };
        TelemetryGap: {
            /** @description First that is missing */
            from_seq: number;
            /** @description Last that is missing */
            to_seq: number;
            /** @description How many are missing */
            missing_count: number;
        };
        TelemetryDrop: {
            /**
             * Format: uuid
             * @description The `sample_id` of its event
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            drop_id: string;
            /**
             * @description Why; docs/mqtt.md has a table
             * @example UNREADABLE_JSON
             */
            reason: string;
            /** @description Messages that were dropped for this reason */
            count: number;
            /**
             * Format: date-time
             * @description When the first of them was received
             * @example 2026-03-01T08:30:00.000Z
             */
            first_at: string;
            /**
             * Format: date-time
             * @description When the last of them was received
             * @example 2026-03-01T08:30:00.000Z
             */
            last_at: string;
            /** @description Beginning of the first of them, as text */
            sample: string | null;
            /** @description The same byte by byte, up to 2,048 of them */
            sample_base64: string | null;
        };
        CloudEvent: {
            /** @description 1.0 */
            specversion?: unknown;
            /** @description Text of 1 to 200 characters; the result has it again */
            id?: unknown;
            /** @description The broker, as it calls itself */
            source?: unknown;
            /** @description MQTT.EventPublished */
            type?: unknown;
            /**
             * @description The MQTT topic
             * @example devices/B43A4536C83C/telemetry
             */
            subject?: unknown;
            /** @description The payload, as JSON or as text */
            data?: unknown;
            /** @description The payload in base64 */
            data_base64?: unknown;
        } & {
            [key: string]: unknown;
        };
        OverseenDevice: {
            /** @example B43A4536C83C */
            device_id: string;
            serial_number: string;
            /**
             * @description STALE after two intervals of silence, OFFLINE after four
             * @enum {string}
             */
            connectivity_state: "ONLINE" | "STALE" | "OFFLINE" | "NEVER_SEEN";
            /** @description When anything of it was received last */
            last_seen_at: string | null;
            account_id: string | null;
            reservoir_id: string | null;
        };
        DeviceOverview: {
            /** @example B43A4536C83C */
            device_id: string;
            inventory_unit: {
                serial_number: string;
                /** @example PROVISIONED */
                provisioning_status: string;
                assigned_to: string | null;
            };
            operational_device: {
                /**
                 * @description What it measures or does
                 * @enum {string}
                 */
                device_type: "LEVEL_SENSOR" | "FLOW_METER" | "PRESSURE_GAUGE" | "PUMP_CONTROLLER" | "OTHER";
                /** @description As the device last said */
                firmware_version: string | null;
                /**
                 * @description INACTIVE: in maintenance
                 * @enum {string}
                 */
                status: "ACTIVE" | "INACTIVE" | "DECOMMISSIONED";
                /**
                 * @description STALE after two intervals of silence, OFFLINE after four
                 * @enum {string}
                 */
                connectivity_state: "ONLINE" | "STALE" | "OFFLINE" | "NEVER_SEEN";
                /** @description Percent, as the device last said */
                battery_pct: number | null;
                /** @description dBm, as the device last said */
                signal_strength_dbm: number | null;
                /** @description When anything of it was received last */
                last_seen_at: string | null;
                /** @description When the message of its last reading was received */
                last_reading_at: string | null;
            } | null;
            attachment: {
                /**
                 * Format: uuid
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                account_id: string;
                /**
                 * Format: uuid
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                reservoir_id: string;
                /**
                 * Format: date-time
                 * @example 2026-03-01T08:30:00.000Z
                 */
                attached_at: string;
            } | null;
            access: {
                connected_at: string | null;
                connected_from: string | null;
                refused_at: string | null;
                refused_from: string | null;
                refusal_reason: string | null;
                refused_count: number;
            } | null;
            /** @description What was acknowledged and not kept, last first */
            drops: {
                /**
                 * Format: uuid
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                drop_id: string;
                /** @example UNATTACHED */
                reason: string;
                count: number;
                /**
                 * Format: date-time
                 * @example 2026-03-01T08:30:00.000Z
                 */
                first_at: string;
                /**
                 * Format: date-time
                 * @example 2026-03-01T08:30:00.000Z
                 */
                last_at: string;
                sample_base64: string | null;
            }[];
        };
        Site: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            site_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            owner_principal_id: string;
            /** @example Kibera depot */
            name: string;
            /** @enum {string} */
            site_type: "WATER_TREATMENT" | "PUMPING_STATION" | "DISTRIBUTION_NODE" | "STORAGE_RESERVOIR" | "BOREHOLE" | "KIOSK" | "DEPOT" | "HOSPITAL" | "SCHOOL" | "TELECOM_SITE" | "INDUSTRIAL_SITE" | "OTHER";
            location: {
                /**
                 * @description Degrees north. Rounded to 7 decimal places.
                 * @example -1.2921
                 */
                lat: number;
                /**
                 * @description Degrees east. Rounded to 7 decimal places.
                 * @example 36.8219
                 */
                lng: number;
            } | null;
            address: string | null;
            zone_id: string | null;
            /** @example "1" */
            etag: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            updated_at: string;
        };
        /**
         * @description Inner lengths in millimetres. CUSTOM takes volume as proportional to level.
         * @example {
         *       "shape": "VERTICAL_CYLINDER",
         *       "diameter_mm": 1800,
         *       "height_mm": 2000
         *     }
         */
        Geometry: {
            /** @constant */
            shape: "RECTANGULAR_PRISM";
            /**
             * @description Millimetres. Rounded to 3 decimal places.
             * @example 2000
             */
            length_mm: number;
            /**
             * @description Millimetres. Rounded to 3 decimal places.
             * @example 2000
             */
            width_mm: number;
            /**
             * @description Millimetres. Rounded to 3 decimal places.
             * @example 2000
             */
            height_mm: number;
        } | {
            /** @constant */
            shape: "VERTICAL_CYLINDER";
            /**
             * @description Millimetres. Rounded to 3 decimal places.
             * @example 2000
             */
            diameter_mm: number;
            /**
             * @description Millimetres. Rounded to 3 decimal places.
             * @example 2000
             */
            height_mm: number;
        } | {
            /** @constant */
            shape: "HORIZONTAL_CYLINDER";
            /**
             * @description Millimetres. Rounded to 3 decimal places.
             * @example 2000
             */
            diameter_mm: number;
            /**
             * @description Millimetres. Rounded to 3 decimal places.
             * @example 2000
             */
            length_mm: number;
        } | {
            /** @constant */
            shape: "SPHERE";
            /**
             * @description Millimetres. Rounded to 3 decimal places.
             * @example 2000
             */
            diameter_mm: number;
        } | {
            /** @constant */
            shape: "FRUSTUM";
            /** @description Millimetres. Rounded to 3 decimal places. */
            bottom_diameter_mm: number;
            /** @description Millimetres. Rounded to 3 decimal places. */
            top_diameter_mm: number;
            /**
             * @description Millimetres. Rounded to 3 decimal places.
             * @example 2000
             */
            height_mm: number;
        } | {
            /** @constant */
            shape: "STRAPPING_TABLE";
            /**
             * @description Rising in level and volume, from level 0
             * @example [
             *       {
             *         "level_mm": 0,
             *         "volume_liters": 0
             *       },
             *       {
             *         "level_mm": 1000,
             *         "volume_liters": 2500
             *       }
             *     ]
             */
            points: {
                /** @description Millimetres from the bottom. Rounded to 3 decimal places. */
                level_mm: number;
                /** @description Litres up to there. Rounded to 3 decimal places. */
                volume_liters: number;
            }[];
        } | {
            /** @constant */
            shape: "CUSTOM";
            /**
             * @description Millimetres. Rounded to 3 decimal places.
             * @example 2000
             */
            height_mm: number;
            description?: string;
        };
        Reservoir: {
            /**
             * Format: uuid
             * @description Its id
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            reservoir_id: string;
            /**
             * Format: uuid
             * @description The account that it belongs to
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            owner_principal_id: string;
            /**
             * Format: uuid
             * @description Where the tank is
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            site_id: string;
            /**
             * @description What people call it
             * @example Kibera depot
             */
            name: string;
            /**
             * @description What kind of tank it is
             * @enum {string}
             */
            reservoir_type: "TANK" | "TRUCK_TANK" | "BUFFER_TANK" | "OTHER";
            /**
             * @description Whether it stays where it is
             * @enum {string}
             */
            mobility: "FIXED" | "MOBILE";
            /**
             * @description DEVICE: a sensor measures it; MANUAL: people read a gauge
             * @enum {string}
             */
            monitoring_mode: "MANUAL" | "DEVICE";
            /** @description Litres when full; of the geometry where it is null, as far as that says it */
            capacity_liters: number | null;
            /** @description Shape and inner lengths in millimetres, which turn a level into a volume; null: volume in proportion to the level */
            geometry: components["schemas"]["Geometry"] | null;
            /** @description Millimetres from the bottom to the level that counts as full */
            height_mm: number | null;
            /** @description Millimetres from the sensor to the water when the tank is empty; both distances or neither */
            sensor_empty_distance_mm: number | null;
            /** @description Millimetres from the sensor to the water when the tank is full */
            sensor_full_distance_mm: number | null;
            /** @description Percent of the height from which it is FULL */
            full_threshold_pct: number | null;
            /** @description Percent of the height down to which it is LOW */
            low_threshold_pct: number | null;
            /** @description Percent of the height down to which it is CRITICAL */
            critical_threshold_pct: number | null;
            /** @description WGS 84, in degrees */
            location: {
                /**
                 * @description Degrees north. Rounded to 7 decimal places.
                 * @example -1.2921
                 */
                lat: number;
                /**
                 * @description Degrees east. Rounded to 7 decimal places.
                 * @example 36.8219
                 */
                lng: number;
            } | null;
            /**
             * @description Percent of the capacity that is never sold. Rounded to 3 decimal places.
             * @example 42.5
             */
            safety_margin_pct: number;
            /**
             * @description Percentage points beyond a threshold at which its state is left again. Rounded to 3 decimal places.
             * @example 3
             */
            hysteresis_pct: number;
            /** @description Whether a pipe fills it */
            is_pipe_connected: boolean;
            /** @description Where the capacity comes from */
            capacity_source: ("REPORTED" | "DERIVED_FROM_GEOMETRY" | "ADMIN_OVERRIDE") | null;
            /** @description Counts the changes of what turns a level into a volume; each reading keeps the one that made it */
            geometry_version: number;
            /** @description By the thresholds, with hysteresis; null before the first reading */
            level_state: ("FULL" | "NORMAL" | "LOW" | "CRITICAL") | null;
            /** @description When the state changed last */
            level_state_updated_at: string | null;
            /**
             * @description Whether its device is heard of
             * @enum {string}
             */
            connectivity_state: "ONLINE" | "STALE" | "OFFLINE" | "NEVER_SEEN" | "NO_DEVICE";
            /** @description The device that measures it; null for none */
            device_id: string | null;
            /** @description The reading that is its level now */
            latest_reading: {
                /**
                 * @description Percent of the height. Rounded to 3 decimal places.
                 * @example 42.5
                 */
                level_pct: number;
                /** @description Litres; null where the capacity is not known */
                volume_liters: number | null;
                /** @description Percent, of the device that measured it */
                battery_pct: number | null;
                /**
                 * Format: date-time
                 * @description When it was received, or read by a person
                 * @example 2026-03-01T08:30:00.000Z
                 */
                recorded_at: string;
                /** @description By the clock of the device: shown, never trusted */
                observed_at: string | null;
                /**
                 * @description DEVICE or MANUAL
                 * @enum {string}
                 */
                source: "DEVICE" | "MANUAL";
            } | null;
            /**
             * @description For If-Match
             * @example "1"
             */
            etag: string;
            /**
             * Format: date-time
             * @description When it was made
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was changed last
             * @example 2026-03-01T08:30:00.000Z
             */
            updated_at: string;
        };
        Reading: {
            /**
             * Format: uuid
             * @description Its id
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            reading_id: string;
            /**
             * Format: date-time
             * @description When it was received, or read by a person
             * @example 2026-03-01T08:30:00.000Z
             */
            recorded_at: string;
            /** @description By the clock of the device: shown, never trusted */
            observed_at: string | null;
            /**
             * @description Percent of the height. Rounded to 3 decimal places.
             * @example 42.5
             */
            level_pct: number;
            /** @description Litres; null where the capacity is not known */
            volume_liters: number | null;
            /**
             * @description DEVICE or MANUAL
             * @enum {string}
             */
            source: "DEVICE" | "MANUAL";
            /** @description The device that measured it; null where a person did */
            device_id: string | null;
            /** @description In which of its countings the device numbered the message */
            device_epoch: number | null;
            /** @description The device’s number of the message */
            device_seq: number | null;
            /** @description Older than what was known: it did not move the level */
            is_backfill: boolean;
            /** @description Distances that the reading is the mean of */
            raw_sample_count: number | null;
            /** @description Mean distance, in millimetres from the sensor */
            raw_mean: number | null;
            /** @description Its standard deviation, in millimetres; null for a single sample */
            raw_stddev: number | null;
            /** @description The message that it was derived from */
            telemetry_message_id: string | null;
            /** @description Of the reservoir, when it was derived */
            geometry_version: number;
            /** @description What the person who read it wrote */
            note: string | null;
        };
        ReadingBucket: {
            /**
             * Format: date-time
             * @description From here
             * @example 2026-03-01T08:30:00.000Z
             */
            bucket_start: string;
            /**
             * Format: date-time
             * @description Up to, and without
             * @example 2026-03-01T08:30:00.000Z
             */
            bucket_end: string;
            /**
             * @description missing: no reading; it is not zero
             * @enum {string}
             */
            data: "observed" | "missing";
            /** @description Readings in it */
            reading_count: number;
            /** @description Percent of the height, lowest */
            min_level_pct: number | null;
            /** @description Percent of the height, highest */
            max_level_pct: number | null;
            /** @description Percent of the height, mean */
            mean_level_pct: number | null;
            /** @description Percent of the height, last */
            last_level_pct: number | null;
            /** @description Litres, last */
            last_volume_liters: number | null;
        };
        SellerProfile: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            seller_principal_id: string;
            /** @enum {string} */
            status: "ACTIVE" | "INACTIVE";
            /** @example Maji Safi */
            display_name: string;
            /** @enum {string} */
            verification_status: "UNVERIFIED" | "VERIFIED";
            average_rating: number | null;
            review_count: number;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            updated_at: string;
        };
        SellerReservoir: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            seller_reservoir_id: string;
            /** @example Kibera depot */
            name: string;
            /** @enum {string} */
            seller_availability_status: "AVAILABLE" | "UNAVAILABLE";
            location: {
                /**
                 * @description Degrees north. Rounded to 7 decimal places.
                 * @example -1.2921
                 */
                lat: number;
                /**
                 * @description Degrees east. Rounded to 7 decimal places.
                 * @example 36.8219
                 */
                lng: number;
            } | null;
            available_liters: number;
        };
        PriceRule: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            price_rule_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            seller_reservoir_id: string;
            /**
             * @description ISO 4217
             * @example KES
             */
            currency: string;
            /**
             * @description Litres. Rounded to 3 decimal places.
             * @example 0
             */
            min_volume_liters: number;
            max_volume_liters: number | null;
            /** @example 125.50 */
            base_price_per_liter: string;
            /** @example 125.50 */
            delivery_fee_flat: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            valid_from: string;
            valid_until: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
        };
        PlacedOrder: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            order_id: string;
            /** @example ORD-7K3M9QX2B4TV */
            order_code: string;
            /** @enum {string} */
            status: "CREATED" | "ACCEPTED" | "REJECTED" | "CANCELLED" | "EXPIRED" | "DELIVERED" | "DISPUTED" | "RESOLVED";
            next_deadline: string | null;
            /**
             * @description Litres. Rounded to 3 decimal places.
             * @example 500
             */
            requested_volume_liters: number;
            /** @example 125.50 */
            price_quote_total: string;
            /**
             * @description ISO 4217
             * @example KES
             */
            currency: string;
        };
        OrderSummary: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            order_id: string;
            /** @example ORD-7K3M9QX2B4TV */
            order_code: string;
            /** @enum {string} */
            status: "CREATED" | "ACCEPTED" | "REJECTED" | "CANCELLED" | "EXPIRED" | "DELIVERED" | "DISPUTED" | "RESOLVED";
            next_deadline: string | null;
            /**
             * @description Litres. Rounded to 3 decimal places.
             * @example 500
             */
            requested_volume_liters: number;
            /** @example 125.50 */
            price_quote_total: string;
            /**
             * @description ISO 4217
             * @example KES
             */
            currency: string;
            /**
             * @example VOLUME_LITERS
             * @enum {string}
             */
            requested_fill_mode: "FILL_TO_FULL" | "VOLUME_LITERS";
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
            accepted_at: string | null;
            cancelled_at: string | null;
            delivered_at: string | null;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            buyer_principal_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            seller_principal_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            seller_reservoir_id: string;
            target_reservoir_id: string | null;
            /** @example "1" */
            etag: string;
        };
        Order: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            order_id: string;
            /** @example ORD-7K3M9QX2B4TV */
            order_code: string;
            /** @enum {string} */
            status: "CREATED" | "ACCEPTED" | "REJECTED" | "CANCELLED" | "EXPIRED" | "DELIVERED" | "DISPUTED" | "RESOLVED";
            next_deadline: string | null;
            /**
             * @description Litres. Rounded to 3 decimal places.
             * @example 500
             */
            requested_volume_liters: number;
            /** @example 125.50 */
            price_quote_total: string;
            /**
             * @description ISO 4217
             * @example KES
             */
            currency: string;
            /**
             * @example VOLUME_LITERS
             * @enum {string}
             */
            requested_fill_mode: "FILL_TO_FULL" | "VOLUME_LITERS";
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
            accepted_at: string | null;
            cancelled_at: string | null;
            delivered_at: string | null;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            buyer_principal_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            seller_principal_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            seller_reservoir_id: string;
            target_reservoir_id: string | null;
            /** @example "1" */
            etag: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            price_rule_id: string;
            delivered_volume_liters: number | null;
            seller_profile: {
                /**
                 * Format: uuid
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                seller_principal_id: string;
                display_name: string;
            };
            buyer_confirmation: {
                /**
                 * @description Litres. Rounded to 3 decimal places.
                 * @example 498.5
                 */
                confirmed_volume_liters: number;
                confirmed_delivery_at: string | null;
                note: string | null;
                /**
                 * Format: date-time
                 * @example 2026-03-01T08:30:00.000Z
                 */
                confirmed_at: string;
                /**
                 * Format: uuid
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                confirmed_by: string;
            } | null;
            seller_confirmation: {
                /**
                 * @description Litres. Rounded to 3 decimal places.
                 * @example 498.5
                 */
                confirmed_volume_liters: number;
                confirmed_delivery_at: string | null;
                note: string | null;
                /**
                 * Format: date-time
                 * @example 2026-03-01T08:30:00.000Z
                 */
                confirmed_at: string;
                /**
                 * Format: uuid
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                confirmed_by: string;
            } | null;
            dispute: {
                /** @enum {string} */
                reason: "BUYER" | "VOLUME_MISMATCH" | "OVERDUE";
                note: string | null;
                /**
                 * Format: date-time
                 * @example 2026-03-01T08:30:00.000Z
                 */
                opened_at: string;
                opened_by: string | null;
            } | null;
            resolution: {
                /** @enum {string} */
                outcome: "DELIVERED" | "NOT_DELIVERED";
                delivered_volume_liters: number | null;
                evidence_event_ids: string[];
                /**
                 * Format: date-time
                 * @example 2026-03-01T08:30:00.000Z
                 */
                resolved_at: string;
                /**
                 * Format: uuid
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                resolved_by: string;
            } | null;
            review: {
                /**
                 * Format: uuid
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                review_id: string;
                /** @example 5 */
                rating: number;
                comment: string | null;
                /**
                 * Format: date-time
                 * @example 2026-03-01T08:30:00.000Z
                 */
                created_at: string;
            } | null;
            seller_review: {
                /**
                 * Format: uuid
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                review_id: string;
                /** @example 5 */
                rating: number;
                comment: string | null;
                /**
                 * Format: date-time
                 * @example 2026-03-01T08:30:00.000Z
                 */
                created_at: string;
            } | null;
        };
        OrderState: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            order_id: string;
            /** @example ORD-7K3M9QX2B4TV */
            order_code: string;
            /** @enum {string} */
            status: "CREATED" | "ACCEPTED" | "REJECTED" | "CANCELLED" | "EXPIRED" | "DELIVERED" | "DISPUTED" | "RESOLVED";
            next_deadline: string | null;
        };
        OverseenOrder: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            order_id: string;
            order: components["schemas"]["Order"];
            timeline: {
                /**
                 * Format: uuid
                 * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                 */
                event_id: string;
                /** @example ORDER_ACCEPTED */
                event_type: string;
                /**
                 * Format: date-time
                 * @example 2026-03-01T08:30:00.000Z
                 */
                occurred_at: string;
                actor_principal_id: string | null;
                details: {
                    [key: string]: unknown;
                };
            }[];
        };
        AuditEntry: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            account_id: string;
            /** @example 42 */
            seq: number;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            occurred_at: string;
            principal_id: string | null;
            /** @example site.create */
            action: string;
            /** @example site */
            subject_type: string;
            subject_id: string | null;
            ip: string | null;
            route: string | null;
            request_id: string | null;
            before_hash: string | null;
            after_hash: string | null;
            /** @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
            prev_hash: string;
            /** @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
            hash: string;
        };
        AuditCheckpoint: {
            /** @example 42 */
            number: number;
            /**
             * Format: date
             * @example 2026-03-01
             */
            day: string;
            chains: number;
            entries: number;
            /** @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
            root: string;
            /** @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
            prev_hash: string;
            /** @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
            hash: string;
            kid: string;
            /**
             * @description Ed25519, hex
             * @example 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f
             */
            signature: string;
            head: {
                /** @example 42 */
                seq: number;
                /** @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 */
                hash: string;
            } | null;
        };
        AuditExport: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            export_id: string;
            /** @enum {string} */
            status: "RUNNING" | "DONE" | "FAILED";
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            requested_at: string;
            finished_at: string | null;
            expires_at: string | null;
            progress: {
                /** @example 1200 */
                done: number;
                total: number | null;
                /** @enum {string} */
                unit: "entries";
            };
            /** @description None until it is done */
            files: {
                /** @enum {string} */
                name: "entries.jsonl" | "manifest.json" | "signature.json";
                /** @example /v1/accounts/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f/audit/exports/… */
                href: string;
            }[];
        };
        CreatedWebhook: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            webhook_id: string;
            /** @example https://example.com/hooks/millrace */
            url: string;
            /**
             * @description Types of events, or "*" alone for all of them
             * @example [
             *       "*"
             *     ]
             */
            event_types: string[];
            description: string | null;
            /** @enum {string} */
            status: "ACTIVE" | "SUSPENDED" | "DISABLED";
            disabled_reason: ("OWNER" | "GONE" | "FAILING") | null;
            suspended_at: string | null;
            previous_secret_expires_at: string | null;
            /** @example "3" */
            etag: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            updated_at: string;
            /**
             * @description Shown here and never again
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAAAAAAAAAAA=
             */
            secret: string;
        };
        Webhook: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            webhook_id: string;
            /** @example https://example.com/hooks/millrace */
            url: string;
            /**
             * @description Types of events, or "*" alone for all of them
             * @example [
             *       "*"
             *     ]
             */
            event_types: string[];
            description: string | null;
            /** @enum {string} */
            status: "ACTIVE" | "SUSPENDED" | "DISABLED";
            disabled_reason: ("OWNER" | "GONE" | "FAILING") | null;
            suspended_at: string | null;
            previous_secret_expires_at: string | null;
            /** @example "3" */
            etag: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            updated_at: string;
        };
        WebhookPing: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            webhook_id: string;
            is_delivered: boolean;
            response_code: number | null;
            /** @description The first 1,000 characters of what the endpoint said */
            response_text: string;
            /** @example 84 */
            duration_ms: number;
            error: string | null;
        };
        WebhookDelivery: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            delivery_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            event_id: string;
            /** @example ORDER_DELIVERED */
            event_type: string;
            subject_type: string;
            subject_id: string;
            /** @enum {string} */
            status: "PENDING" | "SENT" | "DEAD" | "SKIPPED";
            attempts: number;
            response_code: number | null;
            duration_ms: number | null;
            error: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            created_at: string;
            last_attempt_at: string | null;
            next_attempt_at: string | null;
        };
        Event: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            event_id: string;
            /** @example ORDER_CREATED */
            event_type: string;
            event_version: number;
            account_id: string | null;
            /** @example water.order.created */
            topic: string;
            /** @example order */
            subject_type: string;
            /** @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f */
            subject_id: string;
            /** @description Rises by one within the subject */
            subject_seq: number;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            occurred_at: string;
            correlation_id: string | null;
            causation_id: string | null;
            /** @description As the schema of its type and version says */
            data: {
                [key: string]: unknown;
            };
        };
        EventSchema: {
            /** @example ORDER_CREATED */
            event_type: string;
            event_version: number;
            topic: string;
            /** @example order */
            subject_type: string;
            /** @description JSON Schema 2020-12 of `data` */
            schema: {
                [key: string]: unknown;
            };
            example: {
                [key: string]: unknown;
            };
        };
        DeadLetter: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            dead_letter_id: string;
            /** @example webhook/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f */
            consumer_id: string;
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            event_id: string;
            /** @example ORDER_CREATED */
            event_type: string;
            subject_type: string;
            subject_id: string;
            attempts: number;
            last_error: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            dead_at: string;
            released_at: string | null;
            /** @description Deliveries behind it, counted to a hundred */
            waiting: number;
        };
        DeadLetterCount: {
            account_id: string | null;
            /** @example webhook/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f */
            consumer_id: string;
            count: number;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            oldest_dead_at: string;
        };
        DeadLetterDecision: {
            /**
             * Format: uuid
             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
             */
            decision_id: string;
            /** @enum {string} */
            decision: "redrive" | "skip" | "release";
            consumer_id: string | null;
            event_type: string | null;
            /** @enum {string} */
            status: "RUNNING" | "DONE" | "FAILED";
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            requested_at: string;
            finished_at: string | null;
            progress: {
                /** @example 1200 */
                done: number;
                total: number | null;
                /** @enum {string} */
                unit: "dead letters";
            };
        };
        TroubledWorkflow: {
            /** @example order/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f */
            workflow_id: string;
            /** @example orderWorkflow */
            workflow_type: string;
            account_id: string | null;
            /**
             * Format: date-time
             * @example 2026-03-01T08:30:00.000Z
             */
            started_at: string;
            /**
             * @description How it has ended; or of one under way that its code fails, or that it waits until what failed is tried again
             * @enum {string}
             */
            trouble: "FAILED" | "TIMED_OUT" | "TERMINATED" | "TASK_FAILS" | "WAITS";
            waits_for: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description Each limit that counts the request by its name: `q` requests in `w` seconds */
        "RateLimit-Policy": string;
        /** @description What is left of each: `r` requests for `t` seconds */
        RateLimit: string;
        /** @description Requests in a window, of the tightest limit */
        "RateLimit-Limit": number;
        /** @description Requests that are left of it */
        "RateLimit-Remaining": number;
        /** @description Seconds until the next window */
        "RateLimit-Reset": number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    registerUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Registered"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "MALFORMED_JSON" | "MALFORMED_REQUEST" | "ACCOUNT_LOCKED" | "ACCOUNT_DISABLED" | "ACCOUNT_ALREADY_EXISTS" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "WEAK_PASSWORD" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    requestIdentifierVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: idn-email
                     * @example amina@example.com
                     */
                    email: string;
                } | {
                    /** @example +254712345678 */
                    phone_e164: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        otp_sent_via: ("SMS" | "EMAIL") | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    verifyIdentifier: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: idn-email
                     * @example amina@example.com
                     */
                    email: string;
                    /** @example 042137 */
                    otp: string;
                    registration_token?: string;
                    /** @example correct horse battery */
                    password?: string;
                } | {
                    /** @example +254712345678 */
                    phone_e164: string;
                    /** @example 042137 */
                    otp: string;
                    registration_token?: string;
                    /** @example correct horse battery */
                    password?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verified"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_CREDENTIALS" | "UNAUTHENTICATED" | "OTP_EXPIRED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "INVALID_OTP" | "RATE_LIMITED" | "OTP_ATTEMPTS_EXCEEDED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    resolveOrgInvites: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    invite_token: string;
                } | {
                    /**
                     * Format: uuid
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    invite_token_id: string;
                } | {
                    /** @example 7K3M-9QX2 */
                    invite_code: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResolvedInvite"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVITE_EXPIRED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "INVALID_INVITE" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    acceptOrgInvites: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    invite_token: string;
                    /**
                     * Format: idn-email
                     * @example amina@example.com
                     */
                    email?: string;
                    /** @example +254712345678 */
                    phone_e164?: string;
                    /** @example correct horse battery */
                    password?: string;
                    /** @example en */
                    preferred_language?: string;
                } | {
                    /**
                     * Format: uuid
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    invite_token_id: string;
                    /**
                     * Format: idn-email
                     * @example amina@example.com
                     */
                    email?: string;
                    /** @example +254712345678 */
                    phone_e164?: string;
                    /** @example correct horse battery */
                    password?: string;
                    /** @example en */
                    preferred_language?: string;
                } | {
                    /** @example 7K3M-9QX2 */
                    invite_code: string;
                    /**
                     * Format: idn-email
                     * @example amina@example.com
                     */
                    email?: string;
                    /** @example +254712345678 */
                    phone_e164?: string;
                    /** @example correct horse battery */
                    password?: string;
                    /** @example en */
                    preferred_language?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedInvite"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "ACCOUNT_LOCKED" | "ACCOUNT_DISABLED" | "INVITE_EXPIRED" | "ACCOUNT_ALREADY_EXISTS" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "INVALID_INVITE" | "WEAK_PASSWORD" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: {
                /** @description As an earlier sign-in on this device answered it */
                "X-Device-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description E-mail address or phone number
                     * @example owner@demo.example
                     */
                    username: string;
                    /** @example millrace-demo */
                    password: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_CREDENTIALS" | "MFA_REQUIRED" | "ACCOUNT_LOCKED" | "ACCOUNT_DISABLED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "INVALID_USERNAME_FORMAT" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    refreshTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    refresh_token: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_REFRESH_TOKEN" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
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
                "application/json": {
                    refresh_token: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "OK";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "MALFORMED_JSON" | "MALFORMED_REQUEST" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listSsoProviders: {
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
                    "application/json": {
                        items: {
                            /** @example acme */
                            id: string;
                            /** @example Acme */
                            name: string;
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    beginSsoSignIn: {
        parameters: {
            query?: {
                /** @description The page that gets a code for the tokens, as the provider is configured with; without it the answer has the tokens */
                redirect_uri?: string;
            };
            header?: never;
            path: {
                /** @description Which provider is meant */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE" | "SSO_PROVIDER_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    finishSsoSignIn: {
        parameters: {
            query?: {
                /** @description Only those with this code */
                code?: string;
                /** @description Only those with this state */
                state?: string;
                /** @description Only those with this iss */
                iss?: string;
                /** @description Only those with this error */
                error?: string;
            };
            header?: never;
            path: {
                /** @description Which provider is meant */
                provider: string;
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
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "SSO_STATE_MISMATCH" | "SSO_TOKEN_INVALID" | "INVALID_CREDENTIALS" | "MFA_REQUIRED" | "SSO_DENIED" | "SSO_EMAIL_NOT_VERIFIED" | "ACCOUNT_LOCKED" | "ACCOUNT_DISABLED" | "RESOURCE_NOT_FOUND" | "SSO_LINK_REQUIRED" | "CONFLICT" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE" | "SSO_PROVIDER_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    exchangeSsoCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description From the address that the browser was sent to */
                    code: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "MALFORMED_JSON" | "MALFORMED_REQUEST" | "SSO_TOKEN_INVALID" | "INVALID_CREDENTIALS" | "MFA_REQUIRED" | "ACCOUNT_LOCKED" | "ACCOUNT_DISABLED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    linkIdentity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which provider is meant */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description The page that gets a code for the tokens, as the provider is configured with; without it the answer has the tokens
                     * @example https://app.example.com/signed-in
                     */
                    redirect_uri?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uri
                         * @description For this browser: it has been given a cookie
                         * @example https://login.acme.example/authorize?state=...
                         */
                        authorize_url: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE" | "SSO_PROVIDER_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    unlinkIdentity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which provider is meant */
                provider: string;
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
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createFirebaseToken: {
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
                    "application/json": {
                        /** @description For Firebase's signInWithCustomToken; its uid is the principal_id */
                        firebase_custom_token: string;
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        principal_id: string;
                        /** @example 900 */
                        expires_in_seconds: number;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE" | "FIREBASE_NOT_CONFIGURED";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listMeSessions: {
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
                    "application/json": {
                        items: {
                            /**
                             * Format: uuid
                             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                             */
                            session_id: string;
                            /**
                             * Format: date-time
                             * @example 2026-03-01T08:30:00.000Z
                             */
                            created_at: string;
                            /**
                             * Format: date-time
                             * @example 2026-03-01T08:30:00.000Z
                             */
                            last_used_at: string;
                            /**
                             * Format: date-time
                             * @example 2026-03-01T08:30:00.000Z
                             */
                            expires_at: string;
                            ip: string | null;
                            user_agent: string | null;
                            /** @description How it was signed in (RFC 8176) */
                            amr: string[];
                            is_current: boolean;
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    deleteMeSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which session is meant */
                session_id: string;
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
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    logoutAll: {
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
                    "application/json": {
                        /** @constant */
                        status: "OK";
                        sessions_ended: number;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    requestPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description E-mail address or phone number
                     * @example owner@demo.example
                     */
                    username: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        otp_sent_via: "SMS" | "EMAIL";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "MALFORMED_JSON" | "MALFORMED_REQUEST" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "INVALID_USERNAME_FORMAT" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
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
                "application/json": {
                    /**
                     * @description E-mail address or phone number
                     * @example owner@demo.example
                     */
                    username: string;
                    /** @example 042137 */
                    otp: string;
                    /** @example correct horse battery */
                    new_password: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "OK";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "MALFORMED_JSON" | "MALFORMED_REQUEST" | "OTP_EXPIRED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "INVALID_USERNAME_FORMAT" | "WEAK_PASSWORD" | "INVALID_OTP" | "RATE_LIMITED" | "OTP_ATTEMPTS_EXCEEDED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createMePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example millrace-demo */
                    current_password: string;
                    /** @example correct horse battery */
                    new_password: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "OK";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIALS" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "WEAK_PASSWORD" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    showSecondFactor: {
        parameters: {
            query?: never;
            header?: {
                /** @description As an earlier sign-in on this device answered it */
                "X-Device-Token"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    mfa_token: string;
                    /**
                     * @description Of the authenticator
                     * @example 492039
                     */
                    code: string;
                } | {
                    mfa_token: string;
                    /** @example 7K3ZP-0QX4M */
                    recovery_code: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_MFA_CODE" | "INVALID_MFA_TOKEN" | "INVALID_CREDENTIALS" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getSecondFactors: {
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
                    "application/json": components["schemas"]["SecondFactors"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    enrolTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpEnrolment"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_ALREADY_ENABLED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    disableTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example correct horse battery */
                    password: string;
                    /**
                     * @description Of the authenticator
                     * @example 492039
                     */
                    code: string;
                } | {
                    /** @example correct horse battery */
                    password: string;
                    /** @example 7K3ZP-0QX4M */
                    recovery_code: string;
                };
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIALS" | "INVALID_MFA_CODE" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    confirmTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Of the authenticator
                     * @example 492039
                     */
                    code: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Shown once; each is good once
                         * @example [
                         *       "7K3ZP-0QX40",
                         *       "7K3ZP-0QX41",
                         *       "7K3ZP-0QX42",
                         *       "7K3ZP-0QX43",
                         *       "7K3ZP-0QX44",
                         *       "7K3ZP-0QX45",
                         *       "7K3ZP-0QX46",
                         *       "7K3ZP-0QX47",
                         *       "7K3ZP-0QX48",
                         *       "7K3ZP-0QX49"
                         *     ]
                         */
                        recovery_codes: string[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "INVALID_MFA_CODE" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "MFA_ALREADY_ENABLED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
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
                "application/json": {
                    /**
                     * @description Of the authenticator
                     * @example 492039
                     */
                    code: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Shown once; each is good once
                         * @example [
                         *       "7K3ZP-0QX40",
                         *       "7K3ZP-0QX41",
                         *       "7K3ZP-0QX42",
                         *       "7K3ZP-0QX43",
                         *       "7K3ZP-0QX44",
                         *       "7K3ZP-0QX45",
                         *       "7K3ZP-0QX46",
                         *       "7K3ZP-0QX47",
                         *       "7K3ZP-0QX48",
                         *       "7K3ZP-0QX49"
                         *     ]
                         */
                        recovery_codes: string[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "INVALID_MFA_CODE" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getMe: {
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
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    changeEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: idn-email
                     * @example amina@example.com
                     */
                    email: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: email
                         * @example amina@example.com
                         */
                        email: string;
                        /** @enum {string} */
                        verification_state: "PENDING" | "VERIFIED";
                        otp_sent_via: ("SMS" | "EMAIL") | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    removeEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
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
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "LAST_IDENTIFIER" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    changePhone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example +254712345678 */
                    phone_e164: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example +254712345678 */
                        phone_e164: string;
                        /** @enum {string} */
                        verification_state: "PENDING" | "VERIFIED";
                        otp_sent_via: ("SMS" | "EMAIL") | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    removePhone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
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
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "LAST_IDENTIFIER" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getMeProfile: {
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
                    "application/json": components["schemas"]["Profile"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    updateMeProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    first_name?: string | null;
                    last_name?: string | null;
                    avatar_uri?: string | null;
                    /** @example en */
                    preferred_language?: string;
                    default_org_id?: string | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    uploadAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    content_type: "image/png" | "image/jpeg" | "image/webp";
                    size_bytes: number;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AvatarUpload"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    uploadAccountAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    content_type: "image/png" | "image/jpeg" | "image/webp";
                    size_bytes: number;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AvatarUpload"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    putAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which upload token is meant */
                upload_token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/png": string;
                "image/jpeg": string;
                "image/webp": string;
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "MALFORMED_REQUEST" | "RESOURCE_NOT_FOUND" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "INVALID_IMAGE" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    readAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which principal is meant */
                principal_id: string;
                /** @description Which avatar is meant */
                avatar_id: string;
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
                    "image/webp": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getNotificationPreferences: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": components["schemas"]["NotificationPreferences"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    updateNotificationPreference: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    events?: {
                        orders?: {
                            channels?: {
                                app?: boolean;
                                push?: boolean;
                                sms?: boolean;
                                email?: boolean;
                            };
                        };
                        water_risk?: {
                            channels?: {
                                app?: boolean;
                                push?: boolean;
                                sms?: boolean;
                                email?: boolean;
                            };
                            reservoir_level_state?: {
                                full?: boolean;
                                normal?: boolean;
                                low?: boolean;
                                critical?: boolean;
                            };
                        };
                        device_risk?: {
                            channels?: {
                                app?: boolean;
                                push?: boolean;
                                sms?: boolean;
                                email?: boolean;
                            };
                        };
                        security?: {
                            channels?: {
                                app?: boolean;
                                push?: boolean;
                                sms?: boolean;
                                email?: boolean;
                            };
                        };
                    };
                    quiet_hours?: {
                        /** @example 22:00 */
                        start: string;
                        /**
                         * @description Before the start: of the next day
                         * @example 06:30
                         */
                        end: string;
                        /**
                         * @description A name of the IANA database
                         * @example Africa/Nairobi
                         */
                        time_zone: string;
                    } | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPreferences"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getNotificationCapabilities: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": components["schemas"]["NotificationCapabilities"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    registerPushToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    platform: "ANDROID" | "IOS" | "WEB";
                    /**
                     * @description The registration token by Firebase Cloud Messaging; never answered
                     * @example fGkq3xTlSjS2:APA91bH-example
                     */
                    token: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        push_token_id: string;
                        /** @enum {string} */
                        status: "ACTIVE";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    deletePushToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which push token is meant */
                push_token_id: string;
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
                    "application/json": {
                        /** @constant */
                        status: "OK";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example Kibera Water Company */
                    name: string;
                    /** @example Kibera Water Company */
                    legal_name?: string;
                    /**
                     * @description ISO 3166-1 alpha-2
                     * @example KE
                     */
                    country_code?: string;
                    /** @example Nairobi */
                    region?: string;
                    /** @example Nairobi */
                    city?: string;
                    subscription?: {
                        /** @enum {string} */
                        plan_id: "monitor" | "protect" | "pro";
                        /** @enum {string} */
                        billing_period: "MONTHLY" | "YEARLY";
                    };
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        org_id: string;
                        /**
                         * Format: uuid
                         * @description The same as account_id
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        org_principal_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "TOO_MANY_ACCOUNTS" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": components["schemas"]["Account"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    updateAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example Kibera Water Company */
                    name?: string;
                    legal_name?: string | null;
                    country_code?: string | null;
                    region?: string | null;
                    city?: string | null;
                    /**
                     * @description Roles that need a session with a second factor here
                     * @example [
                     *       "OWNER",
                     *       "ADMIN"
                     *     ]
                     */
                    mfa_required_roles?: ("OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER")[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getAccountProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": components["schemas"]["AccountProfile"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    updateAccountProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example Kibera Water Company */
                    org_name?: string;
                    display_name?: string | null;
                    avatar_uri?: string | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountProfile"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description Only those with this role */
                role?: "OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER";
                /** @description Only those with this status */
                status?: "PENDING_VERIFICATION" | "ACTIVE" | "LOCKED" | "DISABLED";
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["Member"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    updateMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which user is meant */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role: "OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "OK";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "LAST_OWNER" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createMemberRevoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which user is meant */
                user_id: string;
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
                    "application/json": {
                        /** @constant */
                        status: "OK";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "LAST_OWNER" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listMemberGrants: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which user is meant */
                user_id: string;
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
                    "application/json": {
                        items: components["schemas"]["AccessGrant"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createMemberGrant: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which user is meant */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    resource_type: "site" | "reservoir" | "building";
                    /**
                     * Format: uuid
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    resource_id: string;
                    /** @enum {string} */
                    role: "OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        grant_id: string;
                    };
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        grant_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    deleteMemberGrant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which user is meant */
                user_id: string;
                /** @description Which grant is meant */
                grant_id: string;
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
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    inviteMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: idn-email
                     * @example amina@example.com
                     */
                    email: string;
                    /** @enum {string} */
                    proposed_role?: "OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER";
                    site_ids?: string[];
                } | {
                    /** @example +254712345678 */
                    phone_e164: string;
                    /** @enum {string} */
                    proposed_role?: "OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER";
                    site_ids?: string[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedInvite"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedInvite"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "CONFLICT" | "INVITE_LIMIT_REACHED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listInvites: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["Invite"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createInviteRevoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which invite token is meant */
                invite_token_id: string;
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
                    "application/json": {
                        /** @constant */
                        status: "OK";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "CONFLICT" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listPlans: {
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
                    "application/json": {
                        items: components["schemas"]["Plan"][];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which plan is meant */
                plan_id: string;
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
                    "application/json": components["schemas"]["Plan"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    updateSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    plan_id?: "monitor" | "protect" | "pro";
                    /** @enum {string} */
                    status?: "ACTIVE" | "CANCELLED";
                    /** @enum {string} */
                    billing_period?: "MONTHLY" | "YEARLY";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "PLAN_TOO_SMALL" | "SUBSCRIPTION_INACTIVE" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    updateSubscriptionOfAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    plan_id?: "monitor" | "protect" | "pro";
                    /** @enum {string} */
                    status?: "ACTIVE" | "CANCELLED";
                    /** @enum {string} */
                    billing_period?: "MONTHLY" | "YEARLY";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "PLAN_TOO_SMALL" | "SUBSCRIPTION_INACTIVE" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    bootstrapAdmin: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    bootstrap_secret: string;
                    /**
                     * Format: idn-email
                     * @example amina@example.com
                     */
                    email: string;
                    /** @example correct horse battery */
                    password: string;
                    /** @example +254712345678 */
                    phone_e164?: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        user_id: string;
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        principal_id: string;
                        /** @enum {string} */
                        status: "PENDING_VERIFICATION" | "ACTIVE" | "LOCKED" | "DISABLED";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "FORBIDDEN" | "ACCOUNT_LOCKED" | "ACCOUNT_DISABLED" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "ALREADY_BOOTSTRAPPED" | "ACCOUNT_ALREADY_EXISTS" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "WEAK_PASSWORD" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    issueAccountToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uuid
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    account_id: string;
                    /**
                     * @default api
                     * @enum {string}
                     */
                    audience?: "api" | "operations" | "building" | "extraction" | "learning";
                    /**
                     * @description Scopes, separated by spaces; without any, all that the role has
                     * @example water.read events.read
                     */
                    scope?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        access_token: string;
                        /** @constant */
                        token_type: "Bearer";
                        /** @example 900 */
                        expires_in_seconds: number;
                        /** @example water.read events.read */
                        scope: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    describeBearer: {
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
                    "application/json": {
                        /** @enum {string} */
                        kind: "SESSION" | "ACCOUNT_TOKEN" | "API_KEY" | "EXTERNAL";
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        principal_id: string;
                        user_id: string | null;
                        account_id: string | null;
                        role: string | null;
                        audience: ("api" | "operations" | "building" | "extraction" | "learning") | null;
                        scopes: ("water.read" | "water.write" | "events.read" | "events.write" | "webhooks.read" | "webhooks.write" | "documents.read" | "documents.write" | "jobs.read" | "jobs.write" | "configurations.read" | "configurations.write" | "tables.read" | "tables.write" | "xapi.read" | "xapi.write" | "learning.read" | "learning.write" | "buildings.read" | "buildings.write" | "votes.read" | "votes.write" | "presence.read" | "presence.write" | "schemas.read" | "schemas.write" | "analytics.read" | "analytics.write" | "ops:bins.read" | "ops:bins.write" | "ops:orders.read" | "ops:orders.write" | "ops:ingest.read" | "ops:ingest.write")[] | null;
                        building_ids: string[] | null;
                        issuer: string | null;
                        expires_at: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listSigningKeys: {
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
                    "application/json": {
                        items: components["schemas"]["SigningKey"][];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    rotateSigningKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description Somebody may have the private half: drop all keys now, with all access tokens
                     * @default false
                     */
                    compromised?: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The thumbprint of RFC 7638 */
                        kid: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example Billing export */
                    name: string;
                    /**
                     * @example [
                     *       "water.read"
                     *     ]
                     */
                    scopes: ("water.read" | "water.write" | "events.read" | "events.write" | "webhooks.read" | "webhooks.write" | "documents.read" | "documents.write" | "jobs.read" | "jobs.write" | "configurations.read" | "configurations.write" | "tables.read" | "tables.write" | "xapi.read" | "xapi.write" | "learning.read" | "learning.write" | "buildings.read" | "buildings.write" | "votes.read" | "votes.write" | "presence.read" | "presence.write" | "schemas.read" | "schemas.write" | "analytics.read" | "analytics.write" | "ops:bins.read" | "ops:bins.write" | "ops:orders.read" | "ops:orders.write" | "ops:ingest.read" | "ops:ingest.write")[];
                    /**
                     * Format: date-time
                     * @description Within a year; in 90 days when left out
                     * @example 2026-03-01T08:30:00.000Z
                     */
                    expires_at?: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        api_key_id: string;
                        /**
                         * @description Shown here and never again
                         * @example mr_3f9k2m1x_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq
                         */
                        key: string;
                        /**
                         * @description The part between the underscores, to tell keys apart
                         * @example 3f9k2m1x
                         */
                        prefix: string;
                        /** @example Billing export */
                        name: string;
                        /**
                         * @example [
                         *       "water.read"
                         *     ]
                         */
                        scopes: ("water.read" | "water.write" | "events.read" | "events.write" | "webhooks.read" | "webhooks.write" | "documents.read" | "documents.write" | "jobs.read" | "jobs.write" | "configurations.read" | "configurations.write" | "tables.read" | "tables.write" | "xapi.read" | "xapi.write" | "learning.read" | "learning.write" | "buildings.read" | "buildings.write" | "votes.read" | "votes.write" | "presence.read" | "presence.write" | "schemas.read" | "schemas.write" | "analytics.read" | "analytics.write" | "ops:bins.read" | "ops:bins.write" | "ops:orders.read" | "ops:orders.write" | "ops:ingest.read" | "ops:ingest.write")[];
                        /**
                         * Format: date-time
                         * @example 2026-03-01T08:30:00.000Z
                         */
                        expires_at: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "API_KEY_LIMIT_REACHED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    deleteApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which key is meant */
                key_id: string;
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
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getRoles: {
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
                    "application/json": {
                        roles: ("OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER")[];
                        platform_roles: ("PLATFORM_ADMIN" | "SUPPORT")[];
                        scopes: {
                            /** @enum {string} */
                            scope: "water.read" | "water.write" | "events.read" | "events.write" | "webhooks.read" | "webhooks.write" | "documents.read" | "documents.write" | "jobs.read" | "jobs.write" | "configurations.read" | "configurations.write" | "tables.read" | "tables.write" | "xapi.read" | "xapi.write" | "learning.read" | "learning.write" | "buildings.read" | "buildings.write" | "votes.read" | "votes.write" | "presence.read" | "presence.write" | "schemas.read" | "schemas.write" | "analytics.read" | "analytics.write" | "ops:bins.read" | "ops:bins.write" | "ops:orders.read" | "ops:orders.write" | "ops:ingest.read" | "ops:ingest.write";
                            /** @description The scope goes to no other role */
                            roles: ("OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER")[];
                            audiences: ("api" | "operations" | "building" | "extraction" | "learning")[];
                        }[];
                        policy: {
                            /** @enum {string} */
                            permission: "analytics.view" | "analytics.export" | "devices.edit" | "devices.reset" | "events.decide" | "orders.confirm" | "orders.decide" | "orders.place" | "plan.change" | "water.edit" | "water.record" | "water.sell" | "webhooks.edit";
                            roles: ("OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER")[];
                        }[];
                        permissions: {
                            /** @enum {string} */
                            method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
                            path: string;
                            summary: string;
                            scope: ("water.read" | "water.write" | "events.read" | "events.write" | "webhooks.read" | "webhooks.write" | "documents.read" | "documents.write" | "jobs.read" | "jobs.write" | "configurations.read" | "configurations.write" | "tables.read" | "tables.write" | "xapi.read" | "xapi.write" | "learning.read" | "learning.write" | "buildings.read" | "buildings.write" | "votes.read" | "votes.write" | "presence.read" | "presence.write" | "schemas.read" | "schemas.write" | "analytics.read" | "analytics.write" | "ops:bins.read" | "ops:bins.write" | "ops:orders.read" | "ops:orders.write" | "ops:ingest.read" | "ops:ingest.write") | null;
                            /** @description Any of them is enough */
                            roles: ("OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER")[];
                        }[];
                        platform_permissions: {
                            /** @enum {string} */
                            method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
                            path: string;
                            summary: string;
                            platform_roles: ("PLATFORM_ADMIN" | "SUPPORT")[];
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getInternalMe: {
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
                    "application/json": {
                        is_admin: boolean;
                        /** @enum {string} */
                        admin_role: "PLATFORM_ADMIN" | "SUPPORT";
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        principal_id: string;
                        capabilities: string[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listInternalUsers: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description Part of the address or number */
                q?: string;
                /** @description Only those with this status */
                status?: "PENDING_VERIFICATION" | "ACTIVE" | "LOCKED" | "DISABLED";
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
                    "application/json": {
                        items: components["schemas"]["OverseenUser"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getInternalUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which user is meant */
                user_id: string;
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
                    "application/json": components["schemas"]["OverseenUser"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    lockUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which user is meant */
                user_id: string;
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
                    "application/json": components["schemas"]["UserChange"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "CONFLICT" | "LAST_PLATFORM_ADMIN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    unlockUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which user is meant */
                user_id: string;
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
                    "application/json": components["schemas"]["UserChange"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "CONFLICT" | "LAST_PLATFORM_ADMIN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    disableUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which user is meant */
                user_id: string;
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
                    "application/json": components["schemas"]["UserChange"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "CONFLICT" | "LAST_PLATFORM_ADMIN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    enableUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which user is meant */
                user_id: string;
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
                    "application/json": components["schemas"]["UserChange"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "CONFLICT" | "LAST_PLATFORM_ADMIN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    endUserSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which user is meant */
                user_id: string;
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
                    "application/json": components["schemas"]["UserChange"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    resetUserMfa: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which user is meant */
                user_id: string;
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
                    "application/json": components["schemas"]["UserChange"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    grantPlatformRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which user is meant */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role: "PLATFORM_ADMIN" | "SUPPORT";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "OK";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "CONFLICT" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    revokePlatformRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which user is meant */
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role: "PLATFORM_ADMIN" | "SUPPORT";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "OK";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "LAST_PLATFORM_ADMIN" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    grantMembership: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uuid
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    org_principal_id: string;
                    /**
                     * Format: uuid
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    user_id: string;
                    /** @enum {string} */
                    role: "OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "OK";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "CONFLICT" | "LAST_OWNER" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    revokeMembership: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uuid
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    org_principal_id: string;
                    /**
                     * Format: uuid
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    user_id: string;
                    /** @enum {string} */
                    role?: "OWNER" | "ADMIN" | "MANAGER" | "OPERATOR" | "MEMBER" | "VIEWER";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "OK";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "LAST_OWNER" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listPlatformDiagnosticCodes: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
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
                    "application/json": {
                        items: components["schemas"]["UndeliveredCode"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listAlerts: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description The reader's own language when left out */
                language?: "en" | "pt" | "fr";
                /** @description Only those with this severity */
                severity?: "CRITICAL" | "WARNING" | "INFO";
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["Alert"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    markAlertRead: {
        parameters: {
            query?: {
                /** @description The reader's own language when left out */
                language?: "en" | "pt" | "fr";
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which alert is meant */
                alert_id: string;
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
                    "application/json": components["schemas"]["Alert"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listMailbox: {
        parameters: {
            query?: {
                /** @description Address, number, or push token */
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
                    "application/json": {
                        items: {
                            /** @enum {string} */
                            channel: "SMS" | "EMAIL" | "PUSH";
                            to: string;
                            subject: string;
                            text: string;
                            /**
                             * Format: date-time
                             * @example 2026-03-01T08:30:00.000Z
                             */
                            sent_at: string;
                            otp?: string;
                            invite_token?: string;
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    provisionUnit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which device is meant */
                device_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example JL-A1B2C3 */
                    serial_number: string;
                    /**
                     * @example PROVISIONED
                     * @enum {string}
                     */
                    provisioning_status: "PENDING" | "PROVISIONED" | "DISABLED";
                    metadata?: {
                        [key: string]: unknown;
                    };
                    claim_code?: string | null;
                    account_id?: string | null;
                    /**
                     * @description Makes a new MQTT password; the one before is refused from now on
                     * @example false
                     */
                    rotate_credentials?: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example B43A4536C83C */
                        device_id: string;
                        mqtt_username: string;
                        mqtt_password: string | null;
                    };
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example B43A4536C83C */
                        device_id: string;
                        mqtt_username: string;
                        mqtt_password: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "DEVICE_ALREADY_EXISTS" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    registerDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Which device is meant */
                device_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    device_type?: "LEVEL_SENSOR" | "FLOW_METER" | "PRESSURE_GAUGE" | "PUMP_CONTROLLER" | "OTHER";
                    /** @example 1.4.2 */
                    firmware_version?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example B43A4536C83C */
                        device_id: string;
                    };
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example B43A4536C83C */
                        device_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "DEVICE_NOT_PROVISIONED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    attachDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Of a unit that is the account’s already
                     * @example B43A4536C83C
                     */
                    device_id: string;
                    /** @example K7M2Q9TX4B */
                    claim_code?: string;
                    /**
                     * Format: uuid
                     * @description What the device is to measure
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    reservoir_id: string;
                } | {
                    /**
                     * @description As it stands on the label
                     * @example JL-A1B2C3
                     */
                    serial_number: string;
                    /** @example K7M2Q9TX4B */
                    claim_code?: string;
                    /**
                     * Format: uuid
                     * @description What the device is to measure
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    reservoir_id: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "OK";
                        /** @example B43A4536C83C */
                        device_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "PLAN_LIMIT_REACHED" | "RESOURCE_NOT_FOUND" | "DEVICE_ALREADY_PAIRED" | "RESERVOIR_ALREADY_PAIRED" | "DEVICE_NOT_PROVISIONED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    attachDeviceBySerial: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example JL-A1B2C3 */
                    serial_number: string;
                    /**
                     * Format: uuid
                     * @description The account's only reservoir that waits for a device when left out
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    reservoir_id?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "OK";
                        /** @example B43A4536C83C */
                        device_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "PLAN_LIMIT_REACHED" | "RESOURCE_NOT_FOUND" | "RESERVOIR_ALREADY_PAIRED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    detachDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which device is meant */
                device_id: string;
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
                    "application/json": {
                        /** @constant */
                        status: "OK";
                        /** @example B43A4536C83C */
                        device_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which device is meant */
                device_id: string;
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
                    "application/json": components["schemas"]["Device"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    deleteDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which device is meant */
                device_id: string;
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
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    updateDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which device is meant */
                device_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string | null;
                    /** @enum {string} */
                    status?: "ACTIVE" | "INACTIVE" | "DECOMMISSIONED";
                    interval_seconds?: number | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listDevices: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["Device"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    resetDeviceSequence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which device is meant */
                device_id: string;
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
                    "application/json": components["schemas"]["Device"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getLatestTelemetry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which device is meant */
                device_id: string;
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
                    "application/json": components["schemas"]["LatestTelemetry"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listDeviceTelemetry: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description Received from here */
                since?: string;
                /** @description Received before */
                until?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which device is meant */
                device_id: string;
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
                    "application/json": {
                        items: components["schemas"]["TelemetryMessage"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listDeviceTelemetryGaps: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which device is meant */
                device_id: string;
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
                    "application/json": {
                        items: components["schemas"]["TelemetryGap"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listDeviceTelemetryDrops: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which device is meant */
                device_id: string;
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
                    "application/json": {
                        items: components["schemas"]["TelemetryDrop"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    takeCloudEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CloudEvent"] | components["schemas"]["CloudEvent"][];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Those that are telemetry */
                        received: number;
                        /** @description All others */
                        ignored: number;
                        /** @description In the order of the events */
                        results: {
                            id: string | null;
                            /**
                             * @description TAKEN: stored, or what a PUBACK means otherwise; DROPPED: unreadable, counted with the reason; IGNORED: no telemetry
                             * @enum {string}
                             */
                            result: "TAKEN" | "DROPPED" | "IGNORED";
                            reason: string | null;
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listPlatformDevices: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description STALE after two intervals of silence, OFFLINE after four */
                connectivity_state?: "ONLINE" | "STALE" | "OFFLINE" | "NEVER_SEEN";
                /** @description Whose devices */
                account_id?: string;
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
                    "application/json": {
                        items: components["schemas"]["OverseenDevice"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getPlatformDeviceOverview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which device is meant */
                device_id: string;
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
                    "application/json": components["schemas"]["DeviceOverview"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listSites: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["Site"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createSite: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example Kibera depot */
                    name: string;
                    /** @enum {string} */
                    site_type?: "WATER_TREATMENT" | "PUMPING_STATION" | "DISTRIBUTION_NODE" | "STORAGE_RESERVOIR" | "BOREHOLE" | "KIOSK" | "DEPOT" | "HOSPITAL" | "SCHOOL" | "TELECOM_SITE" | "INDUSTRIAL_SITE" | "OTHER";
                    location?: {
                        /**
                         * @description Degrees north. Rounded to 7 decimal places.
                         * @example -1.2921
                         */
                        lat: number;
                        /**
                         * @description Degrees east. Rounded to 7 decimal places.
                         * @example 36.8219
                         */
                        lng: number;
                    };
                    /** @example Karanja Road, Nairobi */
                    address?: string;
                    /**
                     * Format: uuid
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    zone_id?: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "PLAN_LIMIT_REACHED" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getSite: {
        parameters: {
            query?: never;
            header?: {
                /** @description Chooses among the accounts that the caller is a member of */
                "X-Account-Id"?: string;
            };
            path: {
                /** @description Which site is meant */
                site_id: string;
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
                    "application/json": components["schemas"]["Site"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    deleteSite: {
        parameters: {
            query?: never;
            header?: {
                /** @description Chooses among the accounts that the caller is a member of */
                "X-Account-Id"?: string;
            };
            path: {
                /** @description Which site is meant */
                site_id: string;
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
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "SITE_IN_USE" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    updateSite: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of the version that is changed */
                "If-Match": string;
                /** @description Chooses among the accounts that the caller is a member of */
                "X-Account-Id"?: string;
            };
            path: {
                /** @description Which site is meant */
                site_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example Kibera depot */
                    name?: string;
                    /** @enum {string} */
                    site_type?: "WATER_TREATMENT" | "PUMPING_STATION" | "DISTRIBUTION_NODE" | "STORAGE_RESERVOIR" | "BOREHOLE" | "KIOSK" | "DEPOT" | "HOSPITAL" | "SCHOOL" | "TELECOM_SITE" | "INDUSTRIAL_SITE" | "OTHER";
                    location?: {
                        /**
                         * @description Degrees north. Rounded to 7 decimal places.
                         * @example -1.2921
                         */
                        lat: number;
                        /**
                         * @description Degrees east. Rounded to 7 decimal places.
                         * @example 36.8219
                         */
                        lng: number;
                    } | null;
                    address?: string | null;
                    zone_id?: string | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "PRECONDITION_FAILED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "PRECONDITION_REQUIRED" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listReservoirs: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description Only those with this site id */
                site_id?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["Reservoir"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createReservoir: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uuid
                     * @description Where the tank is
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    site_id: string;
                    /**
                     * @description What people call it
                     * @example Kibera depot
                     */
                    name: string;
                    /**
                     * @description What kind of tank it is
                     * @enum {string}
                     */
                    reservoir_type: "TANK" | "TRUCK_TANK" | "BUFFER_TANK" | "OTHER";
                    /**
                     * @description Whether it stays where it is
                     * @enum {string}
                     */
                    mobility: "FIXED" | "MOBILE";
                    /**
                     * @description DEVICE: a sensor measures it; MANUAL: people read a gauge
                     * @enum {string}
                     */
                    monitoring_mode: "MANUAL" | "DEVICE";
                    /** @description Litres when full; of the geometry where it is null, as far as that says it */
                    capacity_liters?: number | null;
                    /** @description Shape and inner lengths in millimetres, which turn a level into a volume; null: volume in proportion to the level */
                    geometry?: components["schemas"]["Geometry"] | null;
                    /** @description Millimetres from the bottom to the level that counts as full */
                    height_mm?: number | null;
                    /** @description Millimetres from the sensor to the water when the tank is empty; both distances or neither */
                    sensor_empty_distance_mm?: number | null;
                    /** @description Millimetres from the sensor to the water when the tank is full */
                    sensor_full_distance_mm?: number | null;
                    /** @description Percent of the height from which it is FULL */
                    full_threshold_pct?: number | null;
                    /** @description Percent of the height down to which it is LOW */
                    low_threshold_pct?: number | null;
                    /** @description Percent of the height down to which it is CRITICAL */
                    critical_threshold_pct?: number | null;
                    /** @description WGS 84, in degrees */
                    location?: {
                        /**
                         * @description Degrees north. Rounded to 7 decimal places.
                         * @example -1.2921
                         */
                        lat: number;
                        /**
                         * @description Degrees east. Rounded to 7 decimal places.
                         * @example 36.8219
                         */
                        lng: number;
                    } | null;
                    /**
                     * @description Percent of the capacity that is never sold. Rounded to 3 decimal places.
                     * @example 42.5
                     */
                    safety_margin_pct?: number;
                    /**
                     * @description Percentage points beyond a threshold at which its state is left again. Rounded to 3 decimal places.
                     * @example 3
                     */
                    hysteresis_pct?: number;
                    /** @description Whether a pipe fills it */
                    is_pipe_connected?: boolean;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservoir"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "PLAN_LIMIT_REACHED" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "INVALID_GEOMETRY" | "INVALID_CALIBRATION" | "INVALID_THRESHOLDS" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getReservoir: {
        parameters: {
            query?: never;
            header?: {
                /** @description Chooses among the accounts that the caller is a member of */
                "X-Account-Id"?: string;
            };
            path: {
                /** @description Which reservoir is meant */
                reservoir_id: string;
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
                    "application/json": components["schemas"]["Reservoir"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    deleteReservoir: {
        parameters: {
            query?: never;
            header?: {
                /** @description Chooses among the accounts that the caller is a member of */
                "X-Account-Id"?: string;
            };
            path: {
                /** @description Which reservoir is meant */
                reservoir_id: string;
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
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RESERVOIR_IN_USE" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    updateReservoir: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of the version that is changed */
                "If-Match": string;
                /** @description Chooses among the accounts that the caller is a member of */
                "X-Account-Id"?: string;
            };
            path: {
                /** @description Which reservoir is meant */
                reservoir_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uuid
                     * @description Where the tank is
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    site_id?: string;
                    /**
                     * @description What people call it
                     * @example Kibera depot
                     */
                    name?: string;
                    /**
                     * @description What kind of tank it is
                     * @enum {string}
                     */
                    reservoir_type?: "TANK" | "TRUCK_TANK" | "BUFFER_TANK" | "OTHER";
                    /**
                     * @description Whether it stays where it is
                     * @enum {string}
                     */
                    mobility?: "FIXED" | "MOBILE";
                    /**
                     * @description DEVICE: a sensor measures it; MANUAL: people read a gauge
                     * @enum {string}
                     */
                    monitoring_mode?: "MANUAL" | "DEVICE";
                    /** @description Litres when full; of the geometry where it is null, as far as that says it */
                    capacity_liters?: number | null;
                    /** @description Shape and inner lengths in millimetres, which turn a level into a volume; null: volume in proportion to the level */
                    geometry?: components["schemas"]["Geometry"] | null;
                    /** @description Millimetres from the bottom to the level that counts as full */
                    height_mm?: number | null;
                    /** @description Millimetres from the sensor to the water when the tank is empty; both distances or neither */
                    sensor_empty_distance_mm?: number | null;
                    /** @description Millimetres from the sensor to the water when the tank is full */
                    sensor_full_distance_mm?: number | null;
                    /** @description Percent of the height from which it is FULL */
                    full_threshold_pct?: number | null;
                    /** @description Percent of the height down to which it is LOW */
                    low_threshold_pct?: number | null;
                    /** @description Percent of the height down to which it is CRITICAL */
                    critical_threshold_pct?: number | null;
                    /** @description WGS 84, in degrees */
                    location?: {
                        /**
                         * @description Degrees north. Rounded to 7 decimal places.
                         * @example -1.2921
                         */
                        lat: number;
                        /**
                         * @description Degrees east. Rounded to 7 decimal places.
                         * @example 36.8219
                         */
                        lng: number;
                    } | null;
                    /**
                     * @description Percent of the capacity that is never sold. Rounded to 3 decimal places.
                     * @example 42.5
                     */
                    safety_margin_pct?: number;
                    /**
                     * @description Percentage points beyond a threshold at which its state is left again. Rounded to 3 decimal places.
                     * @example 3
                     */
                    hysteresis_pct?: number;
                    /** @description Whether a pipe fills it */
                    is_pipe_connected?: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reservoir"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "PRECONDITION_FAILED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "INVALID_GEOMETRY" | "INVALID_CALIBRATION" | "INVALID_THRESHOLDS" | "PRECONDITION_REQUIRED" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    recordManualReading: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
                /** @description Chooses among the accounts that the caller is a member of */
                "X-Account-Id"?: string;
            };
            path: {
                /** @description Which reservoir is meant */
                reservoir_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Percent. Rounded to 3 decimal places.
                     * @example 42.5
                     */
                    level_pct: number;
                    /**
                     * Format: date-time
                     * @description When the gauge was read, not in the future; now when left out
                     * @example 2026-03-01T08:30:00.000Z
                     */
                    recorded_at?: string;
                    note?: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        reading_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listReservoirReadings: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description From here; with bucket, one day before until when left out */
                since?: string;
                /** @description Up to, and without; now when left out */
                until?: string;
                /** @description Answers steps of time instead of readings */
                bucket?: "15m" | "1h" | "1d";
            };
            header?: {
                /** @description Chooses among the accounts that the caller is a member of */
                "X-Account-Id"?: string;
            };
            path: {
                /** @description Which reservoir is meant */
                reservoir_id: string;
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
                    "application/json": {
                        items: (components["schemas"]["Reading"] | components["schemas"]["ReadingBucket"])[];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getSellerProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": components["schemas"]["SellerProfile"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createSellerProfile: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    status: "ACTIVE" | "INACTIVE";
                    /** @example Maji Safi */
                    display_name: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SellerProfile"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "SELLER_PROFILE_EXISTS" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    updateSellerProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    status?: "ACTIVE" | "INACTIVE";
                    /** @example Maji Safi */
                    display_name?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SellerProfile"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listSellerReservoirs: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["SellerReservoir"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    updateSellerReservoir: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which reservoir is meant */
                reservoir_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    seller_availability_status: "AVAILABLE" | "UNAVAILABLE";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SellerReservoir"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listPriceRules: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which reservoir is meant */
                reservoir_id: string;
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
                    "application/json": {
                        items: components["schemas"]["PriceRule"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createPriceRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which reservoir is meant */
                reservoir_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description ISO 4217
                     * @example KES
                     */
                    currency: string;
                    /**
                     * @description Litres. Rounded to 3 decimal places.
                     * @default 0
                     * @example 0
                     */
                    min_volume_liters?: number;
                    max_volume_liters?: number | null;
                    base_price_per_liter: number | string;
                    delivery_fee_flat?: number | string;
                    valid_from?: string | null;
                    valid_until?: string | null;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PriceRule"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "PRICE_RULE_OVERLAP" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listReservoirListings: {
        parameters: {
            query: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description Degrees north */
                lat: number;
                /** @description Degrees east */
                lng: number;
                /** @description How far away at most */
                within_radius_km?: number;
                /** @description Litres that are wanted, and priced */
                requested_volume_liters?: number;
                /** @description Only offers in this currency, by ISO 4217 */
                currency?: string;
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
                    "application/json": {
                        items: {
                            /**
                             * Format: uuid
                             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                             */
                            seller_reservoir_id: string;
                            /**
                             * Format: uuid
                             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                             */
                            seller_principal_id: string;
                            location: {
                                /**
                                 * @description Degrees north. Rounded to 7 decimal places.
                                 * @example -1.2921
                                 */
                                lat: number;
                                /**
                                 * @description Degrees east. Rounded to 7 decimal places.
                                 * @example 36.8219
                                 */
                                lng: number;
                            };
                            /** @example 1250.5 */
                            distance_m: number;
                            /**
                             * @description ISO 4217
                             * @example KES
                             */
                            currency: string;
                            estimated_total: string | null;
                            seller: {
                                /** @example Maji Safi */
                                display_name: string;
                                is_verified: boolean;
                                average_rating: number | null;
                                review_count: number;
                            };
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listOrders: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description Only those with this view */
                view?: "all" | "buyer" | "seller";
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["OrderSummary"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uuid
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    seller_reservoir_id: string;
                    target_reservoir_id?: string | null;
                    /**
                     * @example VOLUME_LITERS
                     * @enum {string}
                     */
                    requested_fill_mode: "FILL_TO_FULL" | "VOLUME_LITERS";
                    /**
                     * @description Litres. Rounded to 3 decimal places.
                     * @example 500
                     */
                    requested_volume_liters?: number;
                    /**
                     * @description ISO 4217
                     * @example KES
                     */
                    currency: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacedOrder"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "SELLER_NOT_AVAILABLE" | "INSUFFICIENT_STOCK" | "HOLD_LIMIT_REACHED" | "CONFLICT" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "OWN_LISTING" | "NO_PRICE_RULE_MATCH" | "TARGET_RESERVOIR_REQUIRED" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    quoteOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uuid
                     * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                     */
                    seller_reservoir_id: string;
                    target_reservoir_id?: string | null;
                    /**
                     * @example VOLUME_LITERS
                     * @enum {string}
                     */
                    requested_fill_mode: "FILL_TO_FULL" | "VOLUME_LITERS";
                    /**
                     * @description Litres. Rounded to 3 decimal places.
                     * @example 500
                     */
                    requested_volume_liters?: number;
                    /**
                     * @description ISO 4217
                     * @example KES
                     */
                    currency: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example 125.50 */
                        price_quote_total: string;
                        /**
                         * @description ISO 4217
                         * @example KES
                         */
                        currency: string;
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        price_rule_id: string;
                        /**
                         * @description Litres. Rounded to 3 decimal places.
                         * @example 500
                         */
                        requested_volume_liters: number;
                        available_liters: number;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "SELLER_NOT_AVAILABLE" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "OWN_LISTING" | "NO_PRICE_RULE_MATCH" | "TARGET_RESERVOIR_REQUIRED" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which order is meant */
                order_id: string;
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
                    "application/json": components["schemas"]["Order"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    acceptOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which order is meant */
                order_id: string;
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
                    "application/json": components["schemas"]["OrderState"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "INVALID_ORDER_STATE" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    rejectOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which order is meant */
                order_id: string;
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
                    "application/json": components["schemas"]["OrderState"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "INVALID_ORDER_STATE" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    cancelOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which order is meant */
                order_id: string;
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
                    "application/json": components["schemas"]["OrderState"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "INVALID_ORDER_STATE" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    confirmOrderDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which order is meant */
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Litres. Rounded to 3 decimal places.
                     * @example 498.5
                     */
                    confirmed_volume_liters: number;
                    confirmed_delivery_at?: string | null;
                    note?: string | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderState"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "INVALID_ORDER_STATE" | "DELIVERY_CONFIRMATION_ALREADY_SET" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    disputeOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which order is meant */
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderState"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "INVALID_ORDER_STATE" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    resolveOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Which order is meant */
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    outcome: "DELIVERED" | "NOT_DELIVERED";
                    delivered_volume_liters?: number | null;
                    evidence_event_ids?: string[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderState"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "INVALID_ORDER_STATE" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listPlatformOrders: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description Only those with this order code */
                order_code?: string;
                /** @description The state that the order is in */
                status?: "CREATED" | "ACCEPTED" | "REJECTED" | "CANCELLED" | "EXPIRED" | "DELIVERED" | "DISPUTED" | "RESOLVED";
                /** @description One of the parties */
                account_id?: string;
                /** @description Something falls due before it */
                deadline_before?: string;
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
                    "application/json": {
                        items: components["schemas"]["OrderSummary"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getPlatformOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id, or the code that people say */
                order_id: string;
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
                    "application/json": components["schemas"]["OverseenOrder"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listPlatformDisputes: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
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
                    "application/json": {
                        items: components["schemas"]["Order"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listOrderTimeline: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which order is meant */
                order_id: string;
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
                    "application/json": {
                        items: {
                            /**
                             * Format: uuid
                             * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                             */
                            event_id: string;
                            /** @example ORDER_ACCEPTED */
                            event_type: string;
                            /**
                             * Format: date-time
                             * @example 2026-03-01T08:30:00.000Z
                             */
                            occurred_at: string;
                            actor_principal_id: string | null;
                            details: {
                                [key: string]: unknown;
                            };
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createOrderReview: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which order is meant */
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example 5 */
                    rating: number;
                    comment?: string | null;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        review_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "INVALID_ORDER_STATE" | "REVIEW_ALREADY_EXISTS" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listAuditEntries: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description The principal who acted */
                actor?: string;
                /** @description Only those with this action */
                action?: string;
                /** @description Only those with this subject type */
                subject_type?: string;
                /** @description Only those with this subject id */
                subject_id?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["AuditEntry"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listAuditCheckpoints: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["AuditCheckpoint"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getAuditKeys: {
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
                    "application/json": {
                        keys: {
                            /** @constant */
                            kty: "OKP";
                            /** @constant */
                            crv: "Ed25519";
                            x: string;
                            kid: string;
                            /** @constant */
                            alg: "EdDSA";
                            /** @constant */
                            use: "sig";
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listAuditExports: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["AuditExport"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createAuditExport: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        export_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getAuditExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which export is meant */
                export_id: string;
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
                    "application/json": components["schemas"]["AuditExport"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getAuditExportFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which export is meant */
                export_id: string;
                /** @description Which file name is meant */
                file_name: "entries.jsonl" | "manifest.json" | "signature.json";
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
                    "application/octet-stream": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listPlatformSchedules: {
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
                    "application/json": {
                        items: {
                            /** @example purge-mailbox */
                            schedule_id: string;
                            /** @example 3600 */
                            every_seconds: number;
                            last_started_at: string | null;
                            last_finished_at: string | null;
                            last_outcome: ("SUCCEEDED" | "FAILED") | null;
                            /** @description It has not succeeded for two of its periods, and that was told */
                            is_silent: boolean;
                            is_paused: boolean | null;
                            next_run_at: string | null;
                        }[];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    runPlatformSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Which schedule is meant */
                schedule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example purge-mailbox */
                        schedule_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["Webhook"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example https://example.com/hooks/millrace */
                    url: string;
                    /**
                     * @description Types of events, or "*" alone for all of them
                     * @example [
                     *       "*"
                     *     ]
                     */
                    event_types: string[];
                    /** @example Stock keeping */
                    description?: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "PLAN_LIMIT_REACHED" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "WEBHOOK_LIMIT_REACHED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "WEBHOOK_URL_REFUSED" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which webhook is meant */
                webhook_id: string;
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
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which webhook is meant */
                webhook_id: string;
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
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of the version that is changed */
                "If-Match": string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which webhook is meant */
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example https://example.com/hooks/millrace */
                    url?: string;
                    /**
                     * @description Types of events, or "*" alone for all of them
                     * @example [
                     *       "*"
                     *     ]
                     */
                    event_types?: string[];
                    description?: string | null;
                    /** @enum {string} */
                    status?: "ACTIVE" | "DISABLED";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "PRECONDITION_FAILED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "WEBHOOK_URL_REFUSED" | "PRECONDITION_REQUIRED" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which webhook is meant */
                webhook_id: string;
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
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        webhook_id: string;
                        /**
                         * @description Shown here and never again
                         * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAAAAAAAAAAA=
                         */
                        secret: string;
                        /**
                         * Format: date-time
                         * @example 2026-03-01T08:30:00.000Z
                         */
                        previous_secret_expires_at: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which webhook is meant */
                webhook_id: string;
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
                    "application/json": components["schemas"]["WebhookPing"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description Only those with this status */
                status?: "PENDING" | "SENT" | "DEAD" | "SKIPPED";
                /** @description Only those with this event type */
                event_type?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which webhook is meant */
                webhook_id: string;
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
                    "application/json": {
                        items: components["schemas"]["WebhookDelivery"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    redeliverWebhookDeliveries: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which webhook is meant */
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    delivery_ids: string[];
                } | {
                    /**
                     * Format: date-time
                     * @example 2026-03-01T08:30:00.000Z
                     */
                    since: string;
                    /**
                     * Format: date-time
                     * @example 2026-03-01T08:30:00.000Z
                     */
                    until?: string;
                    /**
                     * @description Types of events, or "*" alone for all of them
                     * @example [
                     *       "*"
                     *     ]
                     */
                    event_types?: string[];
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        webhook_id: string;
                        /** @description Events that are on their way */
                        redelivering: number;
                        next_since: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description Only those with this event type */
                event_type?: string;
                /** @description Only those with this subject type */
                subject_type?: string;
                /** @description Only those with this subject id */
                subject_id?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["Event"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which event is meant */
                event_id: string;
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
                    "application/json": components["schemas"]["Event"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    streamEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description The id of the last event that was taken */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "text/event-stream": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listEventSchemas: {
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
                    "application/json": {
                        items: components["schemas"]["EventSchema"][];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getEventSchema: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which event type is meant */
                event_type: string;
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
                    "application/json": {
                        items: components["schemas"]["EventSchema"][];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description Only those with this consumer id */
                consumer_id?: string;
            };
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
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
                    "application/json": {
                        items: components["schemas"]["DeadLetter"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listPlatformDeadLetters: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description Only those with this consumer id */
                consumer_id?: string;
                /** @description Whose; of no account without it */
                account_id?: string;
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
                    "application/json": {
                        items: components["schemas"]["DeadLetter"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listPlatformDeadLetterAccounts: {
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
                    "application/json": {
                        items: components["schemas"]["DeadLetterCount"][];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    redriveDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which dead letter is meant */
                dead_letter_id: string;
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
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        dead_letter_id: string;
                        /** @enum {string} */
                        decision: "redrive" | "skip" | "release";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    redrivePlatformDeadLetter: {
        parameters: {
            query?: {
                /** @description Whose; of no account without it */
                account_id?: string;
            };
            header?: never;
            path: {
                /** @description Which dead letter is meant */
                dead_letter_id: string;
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
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        dead_letter_id: string;
                        /** @enum {string} */
                        decision: "redrive" | "skip" | "release";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    skipDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which dead letter is meant */
                dead_letter_id: string;
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
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        dead_letter_id: string;
                        /** @enum {string} */
                        decision: "redrive" | "skip" | "release";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    skipPlatformDeadLetter: {
        parameters: {
            query?: {
                /** @description Whose; of no account without it */
                account_id?: string;
            };
            header?: never;
            path: {
                /** @description Which dead letter is meant */
                dead_letter_id: string;
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
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        dead_letter_id: string;
                        /** @enum {string} */
                        decision: "redrive" | "skip" | "release";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    releaseDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which dead letter is meant */
                dead_letter_id: string;
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
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        dead_letter_id: string;
                        /** @enum {string} */
                        decision: "redrive" | "skip" | "release";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    releasePlatformDeadLetter: {
        parameters: {
            query?: {
                /** @description Whose; of no account without it */
                account_id?: string;
            };
            header?: never;
            path: {
                /** @description Which dead letter is meant */
                dead_letter_id: string;
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
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        dead_letter_id: string;
                        /** @enum {string} */
                        decision: "redrive" | "skip" | "release";
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    redriveDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @example webhook/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f */
                    consumer_id?: string;
                    /** @example ORDER_CREATED */
                    event_type?: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        decision_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "DEAD_LETTER_DECISION_RUNNING" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    redrivePlatformDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @example webhook/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f */
                    consumer_id?: string;
                    /** @example ORDER_CREATED */
                    event_type?: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        decision_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "DEAD_LETTER_DECISION_RUNNING" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    skipDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @example webhook/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f */
                    consumer_id?: string;
                    /** @example ORDER_CREATED */
                    event_type?: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        decision_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "DEAD_LETTER_DECISION_RUNNING" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    skipPlatformDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @example webhook/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f */
                    consumer_id?: string;
                    /** @example ORDER_CREATED */
                    event_type?: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        decision_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "DEAD_LETTER_DECISION_RUNNING" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    releaseDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @example webhook/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f */
                    consumer_id?: string;
                    /** @example ORDER_CREATED */
                    event_type?: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        decision_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "DEAD_LETTER_DECISION_RUNNING" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    releasePlatformDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key is answered as the first was */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @example webhook/0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f */
                    consumer_id?: string;
                    /** @example ORDER_CREATED */
                    event_type?: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f
                         */
                        decision_id: string;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "MALFORMED_JSON" | "MALFORMED_REQUEST" | "INVALID_IDEMPOTENCY_KEY" | "UNAUTHENTICATED" | "FORBIDDEN" | "IDEMPOTENCY_KEY_CONFLICT" | "IDEMPOTENCY_IN_PROGRESS" | "DEAD_LETTER_DECISION_RUNNING" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "VALIDATION_ERROR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getDeadLetterDecision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me` */
                account_id: string;
                /** @description Which decision is meant */
                decision_id: string;
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
                    "application/json": components["schemas"]["DeadLetterDecision"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "MFA_REQUIRED_BY_ACCOUNT" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    getPlatformDeadLetterDecision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Which decision is meant */
                decision_id: string;
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
                    "application/json": components["schemas"]["DeadLetterDecision"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RESOURCE_NOT_FOUND" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listPlatformDiagnosticEvents: {
        parameters: {
            query?: {
                /** @description How many items a page has at most */
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description Only those with this event type */
                event_type?: string;
                /** @description Only those with this subject type */
                subject_type?: string;
                /** @description Only those with this subject id */
                subject_id?: string;
                /** @description Whose; of no account without it */
                account_id?: string;
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
                    "application/json": {
                        items: components["schemas"]["Event"][];
                        next_cursor: string | null;
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "VALIDATION_ERROR" | "INVALID_CURSOR" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
    listPlatformDiagnosticWorkflows: {
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
                    "application/json": {
                        items: components["schemas"]["TroubledWorkflow"][];
                    };
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        error_code: "AMBIGUOUS_CREDENTIALS" | "UNAUTHENTICATED" | "FORBIDDEN" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
                    } & WithRequired<components["schemas"]["Error"], "error_code">;
                };
            };
        };
    };
}
type WithRequired<T, K extends keyof T> = T & {
    [P in K]-?: T[P];
};
