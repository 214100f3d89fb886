"""Joins the customers' desk to the stores that it needs."""

from pathlib import Path
from typing import Protocol

from assistant.customers.desk import Customers
from assistant.customers.erasing import CustomerEraser
from assistant.ports import Conversations, CustomerStore


class DatabaseFile(Protocol):
    """The database's own file."""

    @property
    def is_a_file(self) -> bool:
        """Tell whether it is a file of ours, rather than a server's."""

    def compact(self) -> None:
        """Leave nothing of what was deleted in it."""


class CustomerStores(Protocol):
    """What is needed of the stores."""

    @property
    def home(self) -> Path:
        """The state folder."""

    @property
    def customers(self) -> CustomerStore:
        """What is kept of customers."""

    @property
    def conversations(self) -> Conversations:
        """What they said."""

    @property
    def database(self) -> DatabaseFile:
        """The file that holds both."""


def open_customers(stores: CustomerStores) -> Customers:
    """Return the desk over some stores."""
    database = stores.database
    eraser = CustomerEraser(stores.customers, home=stores.home, compact=database.compact, is_a_file=database.is_a_file)
    return Customers(store=stores.customers, conversations=stores.conversations, eraser=eraser)
