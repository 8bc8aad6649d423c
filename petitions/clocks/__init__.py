"""A petition's clocks: which ones start and stop by which step, and who may read them."""
