"""Real servers for tests: each on a free loopback port, in a temporary folder, ended by its process id."""
