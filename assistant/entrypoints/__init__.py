"""The ways in: command line, REST API, web chat and staff page. They parse, call the assistant, and map errors."""
