"""A deterministic dialogue policy behind pydantic-ai's Model: it drives the same tools, no key."""
