"""The HTTP client of CHeKT: transport, limits, retries, wire models. Wire models never leave this folder."""
