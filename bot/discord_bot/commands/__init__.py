"""The slash commands and menus, and what they suggest while they are typed."""
