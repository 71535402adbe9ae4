"""Planned, rendered, written: the main job."""
