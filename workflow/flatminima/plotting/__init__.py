"""How figures look: style, labels, ticks, lines of theory."""
