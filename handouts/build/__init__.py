"""The main job: planning, rendering and writing leaflets."""
