"""Figures for managers, the board and the public: counts of people in which nobody can be recognised."""
