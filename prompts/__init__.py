"""The words a guest reads and a model is told, owned by the product team."""
