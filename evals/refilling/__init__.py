"""Freed slots among customers who reply by a known curve: how many are filled, and how soon."""
