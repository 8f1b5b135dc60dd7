"""The door over HTTP: guests' conversations, integrators' API, providers' callbacks, health."""
