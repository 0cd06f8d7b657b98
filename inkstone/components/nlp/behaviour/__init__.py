"""Behavioural tests in the manner of CheckList (Ribeiro et al. 2020): changes of a text after which the answer must or must not change."""
