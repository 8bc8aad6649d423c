"""Who is told of what was done, and by which channel: notices, the outbox, its gateways, and a person's inbox."""
