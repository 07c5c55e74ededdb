"""Text for people: words for states, events and outputs, and the story of a run."""
