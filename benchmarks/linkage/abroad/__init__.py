"""Made-up records of other countries and other things, with the truth; run where `faker` is."""
