"""What a business's own systems may read and change, by API key and role."""
