"""The system messages of a failover pair: one table, from which their writer and their reader are made."""
