"""Byline's front ends: what speaks to people."""
