"""The pages of a signed-in person about himself or herself."""
