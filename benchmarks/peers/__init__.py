"""What the benchmarks measure ours against: the same list as others would write it."""
