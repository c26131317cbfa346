"""What a unit declares: numbers as they are typed, figures of a rule, and the points that follow. Plain Python."""
