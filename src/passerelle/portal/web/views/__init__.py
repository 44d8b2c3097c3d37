"""What each address answers, one file for each thing that people do."""
