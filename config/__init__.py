"""The frame around the rooms: settings, addresses, the sidebar, the schedule, the translation."""
