"""Random models in the styles of user code: both engines against a plain search that shares no code with them."""
