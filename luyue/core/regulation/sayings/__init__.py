"""One function a rule kind: (rule, rulebook, language) to its sentence, without the full stop."""
