"""The embedded gateway: a real HTTP server in its own process, with models of its own. Never imports the client.

world_*      makes sites, devices and thirty days of events from a seed; the same world from the same number
schema, database   where it is kept: one writer that commits in groups, answers after the commit
routes_*     one file per family of calls; handlers answer in the observed shape (wire_observed),
             wire_documented turns that into the documents' shape
gate, limits, problem   key, request limits, the error format
faults, routes_control   what tests can make it do, behind the control token
arming_commands, schedule_runs, live_events   what happens by itself while it runs
clip_*, scene_*, live_picture, media   video and pictures, loaded at the first request for one

Where neither the key concepts nor real clients say what happens, this gateway decides: a site list longer than its limit
comes in pages with a cursor; a schedule is written only with If-Match (else 428); arming a partition site by the site
call, the reverse, and arming a site that follows its panel are conflicts (409); a command is answered with 202.
"""
