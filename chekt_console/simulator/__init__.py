"""The embedded gateway: a real HTTP server in its own process, with models of its own. Never imports the client."""
