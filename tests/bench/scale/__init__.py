"""A province of 15,000 lawyers, one of 100,000, and the country: made in bulk, then measured (`make bench-scale`)."""
