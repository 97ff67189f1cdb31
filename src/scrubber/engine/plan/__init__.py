"""The rules in force for one payer and form, bound to tables, lists and parameters, with what lets them be left out."""
