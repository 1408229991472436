"""Customers, their contact points and what we may know of them."""
