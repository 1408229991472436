"""Pages about the installation itself and about everybody's bond to the regulation; no room owns them."""
