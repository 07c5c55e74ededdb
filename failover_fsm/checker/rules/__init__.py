"""Rule models, learned by symbolic execution into decision trees."""
