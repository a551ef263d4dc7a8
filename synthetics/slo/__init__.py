"""What runs mean: service level indicators, objectives, budgets, rules and dashboards."""
