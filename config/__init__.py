"""The frame around the applications: settings, addresses, schedule, and the servers a checkout brings along."""
