"""From answers to outcomes, and from outcomes to what they show."""
