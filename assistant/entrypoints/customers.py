"""`assistant customers`: what is kept of a customer, for whoever asks, and its end."""

from typing import Annotated, Any

import typer

from assistant.entrypoints.options import AsJson, Home, print_json
from assistant.entrypoints.upkeep import perform

CustomerId = Annotated[str, typer.Argument(metavar="ID", help="The company's own id of the customer.")]


def register_customers(app: typer.Typer) -> None:
    """Add `customers` and its commands to the command line."""
    customers = typer.Typer(help="Show, export and forget what is kept of a customer.", no_args_is_help=False)
    for command in (show, export, forget):
        customers.command()(command)
    app.add_typer(customers, name="customers")


def show(customer: CustomerId, home: Home = None, as_json: AsJson = False) -> None:
    """Show what is known of a customer: profile, what they agreed to, and what is remembered."""
    found = perform(home, "show_customer", {"customer": customer})
    if as_json:
        print_json(found)
        return
    for name in ("id", "name", "segment", "language"):
        if found[name]:
            print(f"{name:10} {found[name]}")
    for one in found["facts"]:
        print(f"{'remembers':10} {one['kind']}: {one['value']}  (from the {one['origin']}, {one['at'][:10]})")
    for one in found["consents"]:
        print(f"{'agreed' if one['granted'] else 'refused':10} {one['purpose']}  ({one['origin']}, {one['at'][:19]})")
    print(f"{found['conversations']} conversations")


def export(customer: CustomerId, home: Home = None, as_json: AsJson = False) -> None:  # noqa: ARG001 - always JSON
    """Print everything that is kept of a customer, conversations too, as one JSON document to give to them."""
    print_json(perform(home, "export_customer", {"customer": customer}))


def forget(
    customer: CustomerId,
    home: Home = None,
    as_json: AsJson = False,
    conversations: Annotated[
        bool, typer.Option("--conversations", help="Erase what was said with them as well.")
    ] = False,
) -> None:
    """Erase what is kept of a customer, and prove it."""
    receipt = perform(home, "forget_customer", {"customer": customer, "conversations": conversations})
    if as_json:
        print_json(receipt)
    else:
        _print_receipt(receipt)


def _print_receipt(receipt: dict[str, Any]) -> None:
    rows = ", ".join(f"{count} {name}" for name, count in receipt["rows"].items())
    print(
        f"erased {rows}; {receipt['files_scanned']} files searched for {receipt['traces_searched']} traces, "
        f"{receipt['traces_left']} left (receipt {receipt['receipt']})"
    )
    for note in receipt["notes"]:
        print(f"note: {note}")
