"""What was said, decided, done and answered, kept in a database that survives a pulled plug."""
