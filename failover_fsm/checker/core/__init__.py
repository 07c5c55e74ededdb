"""What a model, a property and a result are."""
