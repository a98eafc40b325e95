"""Benchmarks: what has a bar is measured on this machine, beside its yardstick, in one run (`make bench`)."""
