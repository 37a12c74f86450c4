"""The models: things that answer a request with claims. Each vendor is imported by one module only."""
