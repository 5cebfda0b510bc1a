"""The company's CRM, orders and billing as one small HTTP service with its own data."""
