"""The bands by which ages and years of practice are counted: lower bounds in completed years, the last one open."""

AGES = (0, 30, 40, 50, 60)
YEARS = (0, 3, 10, 20)
