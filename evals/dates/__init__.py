"""`jirani eval dates`: how well words are turned into days and times, on other people's texts."""
