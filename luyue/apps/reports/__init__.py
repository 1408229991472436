"""Reports: figures frozen at the end of a period, what was corrected since, and what the company does about them."""
