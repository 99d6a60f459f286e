"""The embedded gateway: a real HTTP server in its own process, with models of its own. Never imports the client.

world_*      makes sites, devices and thirty days of events from a seed; the same world from the same number
schema, database   where it is kept: one writer that commits in groups, answers after the commit
routes_*     one file per family of calls; handlers answer in the observed shape (wire_observed),
             wire_documented turns that into the documents' shape
gate, limits, problem   key, request limits, the error format
oauth_*, partner_access   the authorization server, its sign-in page, and what a token may do under /partner/v1
idempotency  writes that carry a key are done once
openapi_*    the document of every call but the control calls
faults, routes_control   what tests can make it do, behind the control token
restart      ends it as a power cut does, and begins it anew
arming_commands, schedule_runs, live_events   what happens by itself while it runs
clip_*, scene_*, live_picture, media   video and pictures, loaded at the first request for one

Where neither the key concepts nor real clients say what happens, this gateway decides: a site list longer than its limit
comes in pages with a cursor; a schedule is written only with If-Match (else 428); arming a partition site by the site
call, the reverse, and arming a site that follows its panel are conflicts (409); a command is answered with 202. What a
partner makes is changed with PATCH; bulk calls take arrays; a signed-in dealer may use the partner calls for its own sites.
"""
