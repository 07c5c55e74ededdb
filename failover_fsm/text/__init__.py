"""Words for people: of states, events and outputs, and the running story of a trace."""
