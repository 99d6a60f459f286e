"""Benchmarks: run as python -m tests.bench.NAME [--json]; figures beside a peer in the same run."""
