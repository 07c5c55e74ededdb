"""Auto Update of an Active/Standby pair: the chapter's seven steps as a machine beside the pair (AUT-1 to AUT-29)."""
