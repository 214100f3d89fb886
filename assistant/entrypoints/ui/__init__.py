"""The web pages, in Gradio: a chat for customers and a page for staff.

Everything a browser is sent is built in `markup`, `transcript`, `sources` and `staff_markup`, from escaped text and
tags of our own. No text of a customer, a document or a model is ever sent to a component that reads Markdown or HTML.

`chat`, `staff` and `theme` import Gradio, which takes seconds, so only a running server imports them.
"""
