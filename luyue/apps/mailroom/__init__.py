"""Mail that comes in: fetched, kept, read without trust, and brought through the door every case comes through."""
