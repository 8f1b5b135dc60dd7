"""The ground: rules, store, connectors, and the services a turn or a job is handed."""
