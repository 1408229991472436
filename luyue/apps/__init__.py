"""One room per noun. Imports and foreign keys point down; see CONTRIBUTING.md."""
