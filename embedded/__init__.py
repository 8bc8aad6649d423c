"""The PostgreSQL and Valkey that come with a checkout, and the supervisor behind `make run`."""
