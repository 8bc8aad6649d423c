"""The demonstration data, played through the verbs as people would use them."""
