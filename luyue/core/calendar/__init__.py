"""Day kinds, timetables and open time: when a promise is due."""
