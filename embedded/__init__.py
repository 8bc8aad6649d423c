"""The PostgreSQL and Valkey that a checkout brings along, and the supervisor behind `make run`."""
