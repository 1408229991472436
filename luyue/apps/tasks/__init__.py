"""Work owed that is no stage change."""
