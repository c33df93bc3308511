"""The stage of formulas that authors write themselves."""
