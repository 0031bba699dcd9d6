"""What models and employers are told about how they are doing. docs/analytics.md defines every figure."""
