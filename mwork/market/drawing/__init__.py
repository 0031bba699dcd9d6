"""Pictures from nothing but a key: flat illustrations that Pillow draws. Needs no Django, so other processes draw."""
