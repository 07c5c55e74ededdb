"""The timed pair: when each step of a failover pair falls due, and how long an outage can last."""
