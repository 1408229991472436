"""Plans, orders, units, blocks, inspections and settlements."""
