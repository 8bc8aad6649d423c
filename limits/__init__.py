"""Every promise with a date: clocks, the rules and the ladder they follow, the sweep that raises what is due."""
