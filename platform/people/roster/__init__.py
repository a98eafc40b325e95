"""What a roster's rows say and what would follow from them: plain functions, no database."""
