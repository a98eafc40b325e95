"""The demonstration: an invented province with a year of learning, in a database and a DATA_DIR of its own."""
