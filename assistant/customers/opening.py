"""Joins the customers' desk to the stores that it needs."""

from pathlib import Path
from typing import Protocol

from assistant.customers.desk import Customers
from assistant.customers.erasing import CustomerEraser
from assistant.customers.limits import Limits
from assistant.customers.sessions import SignIn
from assistant.customers.tokens import open_token_reader
from assistant.ports import Conversations, CustomerStore, Sessions, Visits
from assistant.settings import Settings


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
    def sessions(self) -> Sessions:
        """Where they are signed in."""

    @property
    def visits(self) -> Visits:
        """How much they write."""

    @property
    def conversations(self) -> Conversations:
        """What they said."""

    @property
    def database(self) -> DatabaseFile:
        """The file that holds both."""


def open_customers(stores: CustomerStores, settings: Settings) -> tuple[Customers, SignIn, Limits]:
    """Return the desk over some stores, what signs customers in, and what bounds visitors.

    Raises:
        ConfigurationError: A key for their tokens cannot be used.
    """
    database = stores.database
    eraser = CustomerEraser(stores.customers, home=stores.home, compact=database.compact, is_a_file=database.is_a_file)
    customers = Customers(store=stores.customers, conversations=stores.conversations, eraser=eraser)
    sign_in = SignIn(reader=open_token_reader(settings), sessions=stores.sessions, customers=customers)
    return customers, sign_in, Limits(stores.visits, settings)
