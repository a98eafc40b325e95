"""The pages of coverage: parse the question, open the door, count, answer."""
