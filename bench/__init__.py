"""Benchmarks: what is fast, and how we know. Each module has a `measure`; `python -m bench` runs them."""
