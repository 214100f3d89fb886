"""Fits a general model to one company: pairs of questions and passages, and what is learnt from them."""
