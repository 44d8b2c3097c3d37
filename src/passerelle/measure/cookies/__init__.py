"""How long bound cookies and devices live, learned from when they were seen."""
